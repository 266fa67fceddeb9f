package analysis

import (
	"cmp"
	"slices"
	"time"
)

// analyses is THE list: each line fills its part of the result. Later ones may
// read what earlier ones found.
var analyses = []func(*model, *Result){
	leadTime,
	cycleTime,
	throughput,
	workInProgress,
	timeInStatus,
	efficiency,
	cumulativeFlow,
	age,
	reviewWait,
	blocked,
	arrivals,
	carryOver,
	bottleneck,
	changes,
	facts,
	proposals,
	backlog,
	forecast,
	quality,
}

// Flow analyses the work items of the input.
func Flow(in Input) Result {
	m := newModel(in)
	r := Result{
		From: m.from.UTC(), To: m.to.UTC(), Zone: m.in.Zone.String(),
		Days: "calendar days", Boards: m.boards, Statuses: m.statuses, Items: len(m.works), Sources: []string{},
	}
	if !in.Settings.Calendar.always() {
		r.Days = "working days"
	}
	r.Today = m.clock.date(m.to.Add(-1))
	for _, w := range m.works {
		if w.finished(m) {
			r.Finished++
		}
		if !slices.Contains(r.Sources, w.Source) {
			r.Sources = append(r.Sources, w.Source)
		}
	}
	slices.Sort(r.Sources)
	for _, run := range analyses {
		run(m, &r)
	}
	return r
}

// figure begins a figure of the window that is made from these items.
func (m *model) figure(n int, of []*work) Figure {
	f := Figure{N: n, From: m.from.UTC(), To: m.to.UTC(), Sources: make([]string, 0, len(of))}
	for _, w := range of {
		f.Sources = append(f.Sources, w.ID)
	}
	slices.Sort(f.Sources)
	f.Sources = slices.Compact(f.Sources)
	unsure := 0
	for _, w := range of {
		if w.known != "event" {
			unsure++
		}
	}
	if unsure > 0 {
		f.Caveats = append(f.Caveats, plural(unsure, "item's times are", "items' times are")+" known by snapshots of the board or its state of today only")
	}
	return f
}

// finishedWorks are the items that were finished in the window and whose times
// count, in order of when they were done.
func (m *model) finishedWorks() []*work {
	if m.ended != nil {
		return m.ended
	}
	m.ended = []*work{}
	for _, w := range m.works {
		if w.finished(m) && w.timed() {
			m.ended = append(m.ended, w)
		}
	}
	slices.SortFunc(m.ended, func(a, b *work) int { return cmp.Or(a.end.Compare(b.end), cmp.Compare(a.ID, b.ID)) })
	return m.ended
}

// percentile is the nearest rank of sorted values; 0 of none.
func percentile[T any](sorted []T, p int) (v T) {
	if len(sorted) == 0 {
		return v
	}
	return sorted[max(1, (p*len(sorted)+99)/100)-1]
}

// mean is the mean of spans in days; 0 of none.
func mean(spans []span) float64 {
	if len(spans) == 0 {
		return 0
	}
	return total(spans).days() / float64(len(spans))
}

func total(spans []span) (sum span) {
	for _, s := range spans {
		sum += s
	}
	return sum
}

// share is part of whole, 0 of nothing.
func share(part, whole span) float64 {
	if whole <= 0 {
		return 0
	}
	return float64(part) / float64(whole)
}

// weeks are the numbers of the Mondays of the weeks that the window touches.
func (m *model) weeks() (list []int) {
	if !m.from.Before(m.to) {
		return nil
	}
	for d := monday(m.clock.number(m.from)); d <= m.clock.number(m.to.Add(-1)); d += 7 {
		list = append(list, d)
	}
	return list
}

// partial reports whether the window cuts the week that begins on that Monday.
func (m *model) partial(mondayNumber int) bool {
	return m.clock.start(mondayNumber) < m.from.UnixMilli() || m.clock.start(mondayNumber+7) > m.to.UnixMilli()
}

// week is the index of a moment's week in weeks, for a moment in the window.
func (m *model) week(t time.Time) int {
	return (monday(m.clock.number(t)) - monday(m.clock.number(m.from))) / 7
}

// text is the number of a day as YYYY-MM-DD.
func text(number int) string { return civil(number).Format(time.DateOnly) }
