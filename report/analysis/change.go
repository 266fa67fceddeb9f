package analysis

import (
	"cmp"
	"slices"
	"strings"
	"time"

	"github.com/dossier-report/dossier/evidence"
)

// changes compares what was finished before and after each dated change.
func changes(m *model, r *Result) {
	r.Changes = []BeforeAfter{}
	for _, c := range m.in.Settings.Changes {
		if at, ok := m.changeStart(c); ok {
			r.Changes = append(r.Changes, m.beforeAfter(c, at))
		}
	}
	slices.SortStableFunc(r.Changes, func(a, b BeforeAfter) int { return cmp.Or(a.At.Compare(b.At), cmp.Compare(a.Title, b.Title)) })
}

// changeStart is the first moment of the day of a change.
func (m *model) changeStart(c Change) (time.Time, bool) {
	day, err := time.Parse(time.DateOnly, c.On)
	if err != nil || !sane(day) {
		return time.Time{}, false
	}
	return m.clock.dayStart(dayNumber(day)).UTC(), true
}

// firstChange is the earliest dated change of the window.
func (m *model) firstChange() (first time.Time, ok bool) {
	for _, c := range m.in.Settings.Changes {
		if at, valid := m.changeStart(c); valid && m.contains(at) && (!ok || at.Before(first)) {
			first, ok = at, true
		}
	}
	return first, ok
}

func (m *model) beforeAfter(c Change, at time.Time) BeforeAfter {
	list := m.finishedWorks()
	cut, _ := slices.BinarySearchFunc(list, at, func(w *work, t time.Time) int {
		if w.end.Before(t) {
			return -1
		}
		return 1
	})
	before, after := list[:cut], list[cut:]
	b := BeforeAfter{Figure: m.figure(len(list), list), Change: c, At: at, Before: m.side(before), After: m.side(after), Counters: []Effect{}}
	cutAt := earlier(later(at, m.from.UTC()), m.to.UTC())
	b.Before.To, b.After.From = cutAt, cutAt
	b.Before.pace(m)
	b.After.pace(m)
	m.owner(&b)
	b.Why = below(min(len(before), len(after)), statusFloor, "finished items on the smaller side of the change")
	if !m.contains(at) {
		b.Why = "not drawn: the change is not in the window"
	}
	b.Status = m.bottleneck
	if b.Status == "" {
		b.Status = topWait(b.Before.Statuses)
	}
	if len(before) > 0 && len(after) > 0 {
		m.effects(&b, before, after)
	}
	b.Caveats = append(b.Caveats, "before and after on one team is not a controlled trial")
	if n := startedBefore(after, at); n > 0 {
		b.Caveats = append(b.Caveats, plural(n, "item", "items")+" of those finished after had begun before")
	}
	return b
}

func startedBefore(list []*work, at time.Time) (n int) {
	for _, w := range list {
		if w.start.Before(at) {
			n++
		}
	}
	return n
}

// topWait is the waiting status with the largest share.
func topWait(list []StatusTime) (status string) {
	best := 0.0
	for _, t := range list {
		if t.State == evidence.Waiting && t.Share > best {
			status, best = t.Status, t.Share
		}
	}
	return status
}

func (m *model) side(list []*work) Side {
	s := Side{N: len(list), From: m.from.UTC(), To: m.to.UTC(), Items: make([]string, 0, len(list))}
	cycles := m.sorted(list, m.cycle)
	s.P50, s.P85, s.P95 = percentile(cycles, 50).days(), percentile(cycles, 85).days(), percentile(cycles, 95).days()
	s.Mean = mean(cycles)
	s.Statuses, s.Begun = m.statusTimes(list)
	var sum parts
	for _, w := range list {
		s.Items = append(s.Items, w.ID)
		sum.add(m.parts(w))
	}
	s.Efficiency = share(sum.working, sum.all())
	return s
}

// pace is how many items were finished in a week of the side.
func (s *Side) pace(m *model) {
	if days := m.clock.number(s.To.Add(-1)) - m.clock.number(s.From) + 1; days > 0 && s.From.Before(s.To) {
		s.PerWeek = float64(s.N) * 7 / float64(days)
	}
}

func (m *model) sorted(list []*work, of func(*work) span) []span {
	spans := make([]span, 0, len(list))
	for _, w := range list {
		spans = append(spans, of(w))
	}
	slices.Sort(spans)
	return spans
}

// effects are the differences between the sides: the wait, the cycle time, and
// what a faster flow may have cost.
func (m *model) effects(b *BeforeAfter, before, after []*work) {
	wait := func(w *work) span { return w.in(b.Status) }
	if b.Status != "" {
		b.Wait = effect("mean days in "+b.Status, m.sorted(before, wait), m.sorted(after, wait), meanOf)
	}
	x, y := m.sorted(before, m.cycle), m.sorted(after, m.cycle)
	b.CycleP50 = effect("cycle time, 50 %", x, y, rankOf(50))
	b.CycleP85 = effect("cycle time, 85 %", x, y, rankOf(85))
	for _, c := range []struct {
		name string
		of   func(*model, *work) bool
	}{{"sent back or reopened", failed}, {"sent back", sentBack}, {"reopened", wasReopened}} {
		b.Counters = append(b.Counters, m.counter(c.name, b.At, c.of))
	}
	b.NoWorse = b.Counters[0].After <= b.Counters[0].Before
}

// failed reports whether work had to be done again, before or after it was
// called done.
func failed(m *model, w *work) bool { return w.reopened || sentBack(m, w) }

func effect(name string, before, after []span, of statistic) Effect {
	once := func(sorted []span) span {
		drawn := make([]int32, len(sorted))
		for i := range drawn {
			drawn[i] = 1
		}
		return of(sorted, drawn)
	}
	e := Effect{Name: name, Unit: "days", Before: once(before).days(), After: once(after).days()}
	low, high := bootstrap(before, after, of)
	e.Low, e.High = low.days(), high.days()
	return e
}

// counter is the share of the finished items of each side to which something
// happened that speed should not buy. Reopened items count here, although their
// times do not.
func (m *model) counter(name string, at time.Time, of func(*model, *work) bool) Effect {
	e := Effect{Name: name, Unit: "share", Of: []int{0, 0}}
	var sides [2][]span
	for _, w := range m.works {
		if !w.finished(m) {
			continue
		}
		side, hit := 0, span(0)
		if !w.end.Before(at) {
			side = 1
		}
		if of(m, w) {
			hit = day
			e.Of[side]++
			e.Items = append(e.Items, w.ID)
		}
		sides[side] = append(sides[side], hit)
	}
	e.Before, e.After = mean(sides[0]), mean(sides[1])
	if len(sides[0]) > 0 && len(sides[1]) > 0 {
		slices.Sort(sides[0])
		slices.Sort(sides[1])
		low, high := bootstrap(sides[0], sides[1], meanOf)
		e.Low, e.High = low.days(), high.days()
	}
	return e
}

// sentBack reports whether the item went back to an earlier status after it had
// begun and before it was done: work that had to be done again.
func sentBack(m *model, w *work) bool {
	for i := 1; i < len(w.stays); i++ {
		a, b := &w.stays[i-1], &w.stays[i]
		if m.rank[b.status] < m.rank[a.status] && begun(a.state) && begun(b.state) {
			return true
		}
	}
	return false
}

func begun(s evidence.WorkState) bool { return s == evidence.InProgress || s == evidence.Waiting }

func wasReopened(_ *model, w *work) bool { return w.reopened }

// owner finds the item about the change and whose it was.
func (m *model) owner(b *BeforeAfter) {
	it := m.find(b.Item)
	if it == nil {
		return
	}
	b.ItemID = it.ID
	for _, p := range it.People {
		if p.Role == "assignee" {
			b.Owner = cmp.Or(p.Name, p.Login)
		}
	}
	if slices.ContainsFunc(it.Acts, func(a evidence.Act) bool { return a.Verb == evidence.Assigned }) || b.Owner == "" && m.wrote(it) {
		b.Owner, b.Mine = cmp.Or(m.in.Self.Name, "me"), true
	} else if b.Owner == "" && it.Author != nil {
		b.Owner = cmp.Or(it.Author.Name, it.Author.Login)
	}
}

// wrote reports whether the item is the person's own writing.
func (m *model) wrote(it *evidence.Item) bool {
	if it.Author != nil {
		return m.in.Self.Is(it.Source, *it.Author)
	}
	return it.Own()
}

// find returns the item that somebody means by an id, a key or an address.
func (m *model) find(text string) *evidence.Item {
	if text == "" {
		return nil
	}
	if w := m.byKey[text]; w != nil {
		return w.Item
	}
	for i := range m.in.Items {
		if it := &m.in.Items[i]; it.ID == text || it.URL == text || strings.HasSuffix(it.ID, "/"+text) || strings.EqualFold(shortKey(it), text) {
			return it
		}
	}
	return nil
}
