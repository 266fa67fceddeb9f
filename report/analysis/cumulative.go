package analysis

import (
	"slices"
	"time"

	"github.com/dossier-report/dossier/evidence"
)

// cumulativeFlow is how many items stood in each status at the end of each week,
// the last time at the end of the window.
func cumulativeFlow(m *model, r *Result) {
	c := CumulativeFlow{Weeks: []string{}, Layers: []Layer{}}
	ends := m.weekEnds()
	for _, e := range ends {
		c.Weeks = append(c.Weeks, m.clock.date(e.Add(-1)))
	}
	// Each stay adds one from the first week's end in it and takes it away at
	// the first one after it.
	changes := make([][]int, len(m.statuses))
	for i := range changes {
		changes[i] = make([]int, len(ends)+1)
	}
	for _, w := range m.works {
		for _, s := range w.stays {
			from, until := m.firstEnd(ends, s.from), len(ends)
			if !s.until.IsZero() {
				until = m.firstEnd(ends, s.until)
			}
			i := m.rank[s.status]
			changes[i][from]++
			changes[i][until]--
		}
		if last := w.stays[len(w.stays)-1]; !last.until.IsZero() { // ended off the board
			if i := m.doneStatus(); i >= 0 {
				changes[i][m.firstEnd(ends, last.until)]++
			}
		}
	}
	for i, s := range m.statuses {
		l := Layer{Status: s.Name, State: s.State, Counts: make([]int, 0, len(ends))}
		n := 0
		for k := range ends {
			n += changes[i][k]
			l.Counts = append(l.Counts, n)
		}
		c.Layers = append(c.Layers, l)
	}
	c.Figure = m.figure(len(m.works), m.works)
	c.Why = below(len(ends), 8, "weeks")
	if len(m.works) == 0 {
		c.Why = "not drawn: there are no work items"
	}
	c.Widest = m.widest(&c, ends)
	r.CumulativeFlow = c
}

// weekEnds are the moments at which weeks of the window end.
func (m *model) weekEnds() (ends []time.Time) {
	for _, d := range m.weeks() {
		ends = append(ends, earlier(m.clock.dayStart(d+7), m.to))
	}
	return ends
}

// firstEnd is the index of the first week's end that is later than t: the item
// that came at t is counted there.
func (m *model) firstEnd(ends []time.Time, t time.Time) int {
	switch {
	case t.Before(m.from):
		return 0
	case !t.Before(m.to):
		return len(ends)
	}
	return m.week(t)
}

// doneStatus is the place of the first status of what is done, -1 for none.
func (m *model) doneStatus() int {
	return slices.IndexFunc(m.statuses, func(s Status) bool { return s.State == evidence.Done })
}

func (m *model) widest(c *CumulativeFlow, ends []time.Time) *Widest {
	var best *Widest
	for _, l := range c.Layers {
		for k, n := range l.Counts {
			if l.State == evidence.Waiting && n > 0 && (best == nil || n > best.Count) {
				best = &Widest{Status: l.Status, Week: k, Day: c.Weeks[k], Count: n}
			}
		}
	}
	if best == nil {
		return nil
	}
	at := ends[best.Week].Add(-1)
	for _, w := range m.works {
		for _, s := range w.stays {
			if s.status == best.Status && !s.from.After(at) && (s.until.IsZero() || s.until.After(at)) {
				best.Items = append(best.Items, w.ID)
			}
		}
	}
	return best
}
