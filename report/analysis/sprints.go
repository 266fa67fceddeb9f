package analysis

import (
	"cmp"
	"slices"

	"github.com/dossier-report/dossier/evidence"
)

// carryOver is what the sprints that were closed in the window did not finish.
// Planned is what was in a sprint when it began; what has no time at which it
// was put in counts as planned, for trackers leave it out at creation.
func carryOver(m *model, r *Result) {
	c := CarryOver{Sprints: []SprintCarry{}}
	type key struct {
		name string
		at   int64
	}
	sprints := make(map[key]*SprintCarry)
	var of []*work
	guessed := 0
	for _, w := range m.works {
		counted := false
		for _, s := range w.Flow.Sprints {
			if s.Closed.IsZero() || !sane(s.Closed) || !m.contains(s.Closed) {
				continue
			}
			k := key{s.Name, s.Closed.UnixNano()}
			if sprints[k] == nil {
				sprints[k] = &SprintCarry{Name: s.Name, From: s.From, To: s.Closed.UTC(), Carried: []string{}}
			}
			if sprints[k].put(w, s) {
				counted = true
			}
			if s.Added.IsZero() {
				guessed++
			}
		}
		if counted {
			of = append(of, w)
		}
	}
	carried, planned := 0, 0
	for _, s := range sprints {
		slices.Sort(s.Carried)
		c.Sprints = append(c.Sprints, *s)
		carried += len(s.Carried)
		planned += s.Planned + s.Added - s.Removed
	}
	slices.SortFunc(c.Sprints, func(a, b SprintCarry) int { return cmp.Or(a.To.Compare(b.To), cmp.Compare(a.Name, b.Name)) })
	c.Figure = m.figure(len(c.Sprints), of)
	if planned > 0 {
		c.Share = float64(carried) / float64(planned)
	}
	if len(c.Sprints) == 0 {
		c.Why = "not drawn: no sprint was closed in the window"
	}
	if guessed > 0 {
		c.Caveats = append(c.Caveats, plural(guessed, "item was", "items were")+" put into a sprint at a time that nobody recorded, and counted as planned")
	}
	r.CarryOver = c
}

// put counts an item's stay in the sprint; false when it had left it before
// the sprint began.
func (c *SprintCarry) put(w *work, s evidence.Sprint) bool {
	if !s.Removed.IsZero() && !s.From.IsZero() && s.Removed.Before(s.From) {
		return false
	}
	if !s.Added.IsZero() && s.Added.After(s.Closed) {
		return false
	}
	if !s.Added.IsZero() && !s.From.IsZero() && s.Added.After(s.From) {
		c.Added++
	} else {
		c.Planned++
	}
	switch {
	case !s.Removed.IsZero() && s.Removed.Before(s.Closed):
		c.Removed++
	case !w.end.IsZero() && !w.end.After(s.Closed):
		c.Done++
	default:
		c.Carried = append(c.Carried, w.ID)
	}
	return true
}
