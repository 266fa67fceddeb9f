package evidence

import "time"

// Flows reports whether the item is kept for its flow alone in p: it is not
// [Item.In] p, for the person did nothing to it there, and the stretch in which
// it lay open has a moment in p, its last one included. The stretch begins when
// the item was created, or else with its first move. It ends with the outcome,
// or with the last move when nothing says when that was, and without an outcome
// not at all. An item that is In never flows in this sense, so none is counted
// twice; what has acts at another time only is evidence there and flows here.
func (it *Item) Flows(p Period) bool {
	if it.Flow == nil || !p.From.IsZero() && !p.To.IsZero() && !p.From.Before(p.To) || it.In(p) {
		return false
	}
	from, last := it.Flow.Created, time.Time{}
	for _, m := range it.Flow.Moves {
		if it.Flow.Created.IsZero() && (from.IsZero() || m.At.Before(from)) {
			from = m.At
		}
		if m.At.After(last) {
			last = m.At
		}
	}
	if from.IsZero() {
		return false
	}
	if !p.To.IsZero() && !from.Before(p.To) {
		return false
	}
	if it.Outcome == nil {
		return true
	}
	if !it.Outcome.At.IsZero() {
		last = it.Outcome.At
	}
	if last.Before(from) {
		last = from
	}
	return !last.Before(p.From)
}
