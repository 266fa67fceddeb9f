package analysis

import (
	"slices"
	"time"

	"github.com/dossier-report/dossier/evidence"
)

// noStatus is the status of an item of which no tracker tells one.
const noStatus = "No status"

// add makes a work item of what is one thing.
func (m *model) add(group []*evidence.Item) {
	lead := group[0]
	if len(lead.Flow.Moves) == 0 { // a card of which nothing is known says less than its issue
		for _, it := range group[1:] {
			if len(it.Flow.Moves) > len(lead.Flow.Moves) {
				lead = it
			}
		}
	}
	w := &work{Item: lead, all: group, known: evidence.ByEvent}
	for _, it := range group {
		if w.key == "" {
			w.key = shortKey(it)
		}
		if c := createdOf(it); sane(c) && (w.created.IsZero() || c.Before(w.created)) {
			w.created = c
		}
	}
	if w.created.IsZero() || !w.created.Before(m.to) {
		if w.created.IsZero() {
			m.quality.add("no_created", w)
		}
		return
	}
	moves := m.moves(w)
	m.replay(w, moves)
	m.ending(w)
	m.starting(w)
	if !w.end.IsZero() && w.end.Before(m.from) {
		return // before the window
	}
	m.works = append(m.works, w)
	for _, it := range group {
		m.byID[it.ID] = w
		for _, k := range []string{shortKey(it), numbered(it.URL)} {
			if k != "" && m.byKey[k] == nil {
				m.byKey[k] = w
			}
		}
	}
}

// moves returns the moves of the item before the end of the window in order of
// time, without those that say nothing.
func (m *model) moves(w *work) []evidence.Move {
	moves := make([]evidence.Move, 0, len(w.Flow.Moves))
	for _, mv := range w.Flow.Moves {
		switch {
		case !sane(mv.At) || mv.To == "":
			w.note("odd_moves")
		case !mv.At.Before(m.to):
		default:
			moves = append(moves, mv)
		}
	}
	if !slices.IsSortedFunc(moves, func(a, b evidence.Move) int { return a.At.Compare(b.At) }) {
		slices.SortStableFunc(moves, func(a, b evidence.Move) int { return a.At.Compare(b.At) })
	}
	if len(moves) > 0 && !w.Flow.Created.IsZero() && moves[0].At.Before(w.Flow.Created) {
		w.note("backdated")
		if moves[0].At.Before(w.created) {
			w.created = moves[0].At
		}
	}
	return moves
}

// replay turns moves into stays without a gap from when the item was created.
func (m *model) replay(w *work, moves []evidence.Move) {
	status, how, by := noStatus, evidence.ByCurrent, ""
	switch {
	case len(moves) == 0 && (w.Kind == evidence.Issue || w.Kind == evidence.PullRequest):
		status = "Open" // GitHub records an event when it changes
	case len(moves) == 0:
		status = firstStatus(w) // it never moved
	case moves[0].From != "":
		status, how = moves[0].From, moves[0].How
	default:
		// Nothing was before it: what it was moved to is what it began as. Only
		// when that was at its creation is it the tracker's word.
		status, by = moves[0].To, moves[0].By
		if !moves[0].At.After(w.created) {
			how = moves[0].How
		}
	}
	w.stays = make([]stay, 0, len(moves)+1)
	at, last := w.created, m.clock.at(w.created)
	open := func(status, by string, at time.Time, how evidence.How) {
		w.stays = append(w.stays, stay{status: status, state: m.meanings.of(w.Item, status).state, from: at, how: how, by: by})
	}
	open(status, by, at, how)
	for i, mv := range moves {
		if i > 0 && mv.From != "" && mv.From != moves[i-1].To {
			w.note("gaps")
		}
		s := &w.stays[len(w.stays)-1]
		if mv.To == s.status {
			continue
		}
		pos := m.clock.at(mv.At)
		s.until, s.took, s.how = mv.At, pos-last, surer(s.how, mv.How)
		last = pos
		open(mv.To, mv.By, mv.At, mv.How)
	}
	w.stays[len(w.stays)-1].took = max(0, m.clock.at(m.to)-last)
}

// firstStatus is where an item of which no move is known stands: at the left end
// of its board.
func firstStatus(w *work) string {
	for _, b := range w.Flow.Boards {
		for _, c := range b.Columns {
			if len(c.Statuses) > 0 {
				return c.Statuses[0]
			}
		}
	}
	return noStatus
}

// surer returns the less sure of two ways to know: a stay is no better known
// than the worse of its two ends.
func surer(a, b evidence.How) evidence.How {
	for _, worst := range []evidence.How{evidence.ByCurrent, evidence.BySnapshot} {
		if a == worst || b == worst {
			return worst
		}
	}
	return evidence.ByEvent
}

// ending finds out when the item was done or dropped: when it came to be done
// for the last time, else when its outcome says.
func (m *model) ending(w *work) {
	n := len(w.stays)
	first := n
	for first > 0 && w.stays[first-1].state == evidence.Done {
		first--
	}
	for _, s := range w.stays[:first] {
		w.reopened = w.reopened || s.state == evidence.Done
	}
	out := w.outcome()
	if first < n {
		w.end = w.stays[first].from
		w.dropped = out != nil && dropped(w, out)
		return
	}
	if out == nil || !out.At.IsZero() && !out.At.Before(m.to) {
		return
	}
	// It ended and does not stand where the board has what is done.
	s := &w.stays[n-1]
	w.end = out.At
	if !sane(w.end) || w.end.Before(s.from) {
		w.end = s.from
	}
	w.dropped = dropped(w, out)
	s.until, s.took = w.end, max(0, m.clock.at(w.end)-m.clock.at(s.from))
	if len(w.Flow.Moves) > 0 {
		w.note("done_off_board")
	}
}

// outcome is what became of the item, of whichever of those that are one thing
// tells it.
func (w *work) outcome() *evidence.Outcome {
	if w.Outcome != nil {
		return w.Outcome
	}
	for _, it := range w.all {
		if it.Outcome != nil {
			return it.Outcome
		}
	}
	return nil
}

func dropped(w *work, out *evidence.Outcome) bool {
	return out.State == evidence.StateDropped || w.Kind == evidence.PullRequest && out.State == evidence.StateClosed
}

// starting finds out when work on the item began.
func (m *model) starting(w *work) {
	var waited time.Time
	for _, s := range w.stays {
		if !w.end.IsZero() && !s.from.Before(w.end) {
			break
		}
		w.known = surer(w.known, s.how)
		switch {
		case s.state == evidence.InProgress && w.start.IsZero():
			w.start = s.from
		case s.state == evidence.Waiting && waited.IsZero():
			waited = s.from
		}
	}
	if w.start.IsZero() {
		w.start = waited
	}
}

// between is the time from one moment to another in days.
func (m *model) between(from, to time.Time) span {
	return max(0, m.clock.at(to)-m.clock.at(from))
}

func (m *model) lead(w *work) span  { return m.between(w.created, w.end) }
func (m *model) cycle(w *work) span { return m.between(w.start, w.end) }
