package analysis

import (
	"slices"
	"time"
)

// throughput is how many items were finished in each week.
func throughput(m *model, r *Result) {
	var t Throughput
	t.Weeks = []Week{}
	for _, d := range m.weeks() {
		t.Weeks = append(t.Weeks, Week{Day: text(d), Partial: m.partial(d)})
	}
	var of []*work
	for _, w := range m.works {
		if w.finished(m) {
			of = append(of, w)
			t.Weeks[m.week(w.end)].Count++
		}
	}
	t.Figure = m.figure(len(of), of)
	var whole []int
	sum := 0
	for _, w := range t.Weeks {
		if !w.Partial {
			whole = append(whole, w.Count)
			sum += w.Count
		}
	}
	slices.Sort(whole)
	t.Median = float64(percentile(whole, 50))
	if len(whole) > 0 {
		t.Mean = float64(sum) / float64(len(whole))
	}
	t.Why = below(len(whole), 8, "whole weeks")
	if t.Why == "" && len(of) == 0 {
		t.Why = "not drawn: nothing was finished"
	}
	r.Throughput = t
}

// workInProgress is how many items were begun and not done at the end of each
// day of the window, and on average.
func workInProgress(m *model, r *Result) {
	w := WIP{Days: []Day{}}
	if !m.from.Before(m.to) {
		w.Figure = m.figure(0, nil)
		w.Why = "not drawn: the window is empty"
		r.WIP = w
		return
	}
	first, last := m.clock.number(m.from), m.clock.number(m.to.Add(-1))
	change := make([]int, last-first+2)
	var of []*work
	var together span
	for _, it := range m.works {
		if it.start.IsZero() {
			continue
		}
		from, until := later(it.start, m.from), m.to
		if !it.end.IsZero() {
			until = earlier(it.end, m.to)
		}
		if !from.Before(until) {
			continue
		}
		of = append(of, it)
		together += m.between(from, until)
		change[m.clock.number(from)-first]++
		if until.Before(m.to) {
			change[m.clock.number(until)-first]--
		}
	}
	w.Figure = m.figure(len(of), of)
	n := 0
	for i := range last - first + 1 {
		n += change[i]
		w.Days = append(w.Days, Day{Day: text(first + i), Count: n})
		if n > w.Max {
			w.Max, w.MaxDay = n, text(first+i)
		}
	}
	if whole := m.between(m.from, m.to); whole > 0 {
		w.Average = float64(together) / float64(whole)
	}
	if len(of) == 0 {
		w.Why = "not drawn: nothing was in progress"
	}
	r.WIP = w
}

// arrivals is what came to the board against what left it.
func arrivals(m *model, r *Result) {
	a := Arrivals{Weeks: []ArrivalWeek{}}
	for _, d := range m.weeks() {
		a.Weeks = append(a.Weeks, ArrivalWeek{Day: text(d), Partial: m.partial(d)})
	}
	in := func(t time.Time) *ArrivalWeek {
		if t.IsZero() || !m.contains(t) {
			return nil
		}
		return &a.Weeks[m.week(t)]
	}
	var of []*work
	open := 0
	for _, w := range m.works {
		touched := false
		if w.created.Before(m.from) {
			open++
		}
		if k := in(w.created); k != nil {
			k.Created++
			a.Created++
			touched = true
		}
		if k := in(w.start); k != nil {
			k.Started++
			a.Started++
			touched = true
		}
		if k := in(w.end); k != nil {
			touched = true
			if w.dropped {
				k.Dropped++
				a.Dropped++
			} else {
				k.Done++
				a.Done++
			}
		}
		if touched {
			of = append(of, w)
		}
	}
	for i := range a.Weeks {
		k := &a.Weeks[i]
		open += k.Created - k.Done - k.Dropped
		k.Open = open
	}
	a.Figure = m.figure(len(of), of)
	a.Why = below(len(a.Weeks), 8, "weeks")
	r.Arrivals = a
}
