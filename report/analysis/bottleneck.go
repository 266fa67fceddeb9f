package analysis

import (
	"cmp"
	"slices"

	"github.com/dossier-report/dossier/evidence"
)

// longestWaits is how many of the items that waited longest are named.
const longestWaits = 5

// bottleneck finds the waiting status with the largest share of the begun time.
// Where a dated change has enough finished items before it, those are what it
// is found in, since that is what could be explored; else all of the window.
func bottleneck(m *model, r *Result) {
	all := m.finishedWorks()
	basis := all
	if c, ok := m.firstChange(); ok {
		before := slices.DeleteFunc(slices.Clone(all), func(w *work) bool { return !w.end.Before(c) })
		if len(before) >= statusFloor {
			basis = before
		}
	}
	b := Bottleneck{Ranked: []StatusShare{}, Months: []MonthShare{}, Longest: []ItemDays{}}
	b.Figure = m.figure(len(basis), basis)
	if len(basis) < len(all) {
		b.To = basis[len(basis)-1].end.UTC()
		b.Caveats = append(b.Caveats, "from the items that were finished before the first dated change")
	}
	times, _ := m.statusTimes(basis)
	for _, t := range times {
		if t.State == evidence.Waiting {
			b.Ranked = append(b.Ranked, StatusShare{Status: t.Status, Share: t.Share, Mean: t.Mean})
		}
	}
	slices.SortStableFunc(b.Ranked, func(x, y StatusShare) int { return cmp.Compare(y.Share, x.Share) })
	b.Why = below(len(basis), statusFloor, "finished items with a start")
	switch {
	case len(b.Ranked) > 0 && b.Ranked[0].Share > 0:
		top := b.Ranked[0]
		b.Status, b.Share, b.Mean = top.Status, top.Share, top.Mean
		b.Months = m.monthShares(all, b.Status)
		b.Longest = m.longest(b.Status)
	case b.Why == "":
		b.Why = "not drawn: no status in which items waited; the states of statuses can be set in flow.states"
	}
	if b.Why == "" {
		m.bottleneck = b.Status
	}
	r.Bottleneck = b
}

// in is how long the item stayed in a status before it was done, or, while it
// is open, until the end of the window.
func (w *work) in(status string) (sum span) {
	for _, s := range w.stays {
		if s.status == status && (w.end.IsZero() || s.from.Before(w.end)) {
			sum += s.took
		}
	}
	return sum
}

// begunTime is the time in what is in progress or waiting before the end.
func (w *work) begunTime() (sum span) {
	for _, s := range w.stays {
		if (s.state == evidence.InProgress || s.state == evidence.Waiting) && (w.end.IsZero() || s.from.Before(w.end)) {
			sum += s.took
		}
	}
	return sum
}

// monthShares are the status's shares by the month in which items were done.
func (m *model) monthShares(list []*work, status string) []MonthShare {
	out := []MonthShare{}
	var here, all span
	close := func() {
		if n := len(out); n > 0 {
			out[n-1].Share, out[n-1].Mean = share(here, all), here.days()/float64(out[n-1].N)
		}
		here, all = 0, 0
	}
	for _, w := range list { // in order of the end
		month := w.end.In(m.in.Zone).Format("2006-01")
		if n := len(out); n == 0 || out[n-1].Month != month {
			close()
			out = append(out, MonthShare{Month: month})
		}
		out[len(out)-1].N++
		here += w.in(status)
		all += w.begunTime()
	}
	close()
	return out
}

// longest are the items of the window, open ones too, that waited longest.
func (m *model) longest(status string) []ItemDays {
	list := []ItemDays{}
	for _, w := range m.works {
		if d := w.in(status); d > 0 {
			list = append(list, m.itemDays(w, d))
		}
	}
	longestFirst(list)
	return list[:min(longestWaits, len(list))]
}
