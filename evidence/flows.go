package evidence

import "time"

// Flows reports whether the item is kept for its flow alone in p: the person did
// nothing to it at any time, and the stretch in which it lay open has a moment in
// p, its last one included. The stretch begins when the item was created, or
// else with its first move. It ends with the outcome, or with the last move when
// nothing says when that was, and without an outcome not at all. What has acts
// never flows in this sense, so an item that is In is not counted twice.
func (it *Item) Flows(p Period) bool {
	if len(it.Acts) > 0 || it.Flow == nil || !p.From.IsZero() && !p.To.IsZero() && !p.From.Before(p.To) {
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
