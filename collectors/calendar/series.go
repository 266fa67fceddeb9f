package calendar

import (
	"math"
	"slices"
)

// maxTimes is how many times of a series are kept, the latest ones: twenty years
// of working days.
const maxTimes = 5000

// window is how far back a series without an end is looked at.
const window = 30 * 366 * daySeconds

// spread is what expanding a series found.
type spread struct {
	times []meeting
	next  int64 // when a meeting ends that has not yet; 0 for none
	err   error // why the rule was not followed to its end
	cut   int   // earlier times that were left out
	left  []*event
}

// unfold finds the times at which the series took place until now. A meeting
// that is cancelled as a whole took place at none.
func (s *series) unfold(now int64, cfg *Config) spread {
	f := folding{series: s, now: now, cfg: cfg, used: map[*event]bool{}}
	f.sort()
	m := s.master
	switch {
	case m != nil && m.no == cancelled:
		f.out.left = append(f.out.left, m)
		return f.out
	case m != nil && m.why(cfg) != "":
		f.out.left = append(f.out.left, m)
	case m != nil:
		f.follow()
	}
	for _, e := range s.more {
		if e.onward && m != nil || f.used[e] {
			continue
		}
		f.meet(e, e.instant(e.start))
	}
	f.finish()
	return f.out
}

// folding is the state of [series.unfold].
type folding struct {
	*series
	now  int64
	cfg  *Config
	used map[*event]bool

	over   map[int64]*event // by the instant that is replaced
	days   map[int64]*event // by the day, where only that is said
	onward []*event         // in order of time
	skip   map[int64]bool   // EXDATE, by instant
	skipOn map[int64]bool   // EXDATE, by day
	seen   map[int64]bool
	out    spread
}

// sort puts what differs from the rule where it is found.
func (f *folding) sort() {
	m := f.master
	if m == nil || m.rule == nil && len(m.also)+len(m.out) == 0 && len(f.more) == 0 {
		return
	}
	f.over, f.days, f.seen = map[int64]*event{}, map[int64]*event{}, map[int64]bool{}
	f.skip, f.skipOn = map[int64]bool{}, map[int64]bool{}
	for _, e := range f.more {
		switch {
		case e.onward:
			f.onward = append(f.onward, e)
		case !e.recur.set:
		case e.recur.day:
			f.days[dayOf(e.recur.wall)] = e
		default:
			f.over[e.instant(e.recur)] = e
		}
	}
	for _, s := range m.out {
		if s.day {
			f.skipOn[dayOf(s.wall)] = true
		} else {
			f.skip[m.instant(s)] = true
		}
	}
}

// follow goes through the times of the master.
func (f *folding) follow() {
	m := f.master
	if m.rule == nil {
		f.at(m.start.wall)
	} else {
		until := int64(math.MaxInt64)
		if u := m.rule.until; u.set {
			if until = u.wall; u.day {
				until += daySeconds - 1
			}
		}
		to := m.zone.wall(f.now) + longest
		f.out.err = m.rule.times(m.start.wall, to-longest-window, to, until, func(wall int64) bool {
			return f.at(wall)
		})
	}
	for _, s := range m.also {
		if s.day {
			s.wall += m.start.wall - dayOf(m.start.wall)*daySeconds
		}
		f.at(s.wall)
	}
}

// at deals with one time of the rule, and reports whether a later one matters: it
// may have taken place, or be the next.
func (f *folding) at(wall int64) bool {
	m := f.master
	at := m.zone.instant(wall)
	more := func() bool { return at <= f.now || f.out.next == 0 }
	if f.seen != nil {
		if f.seen[at] {
			return true
		}
		f.seen[at] = true
		e := f.over[at]
		if e == nil {
			e = f.days[dayOf(wall)]
		}
		switch {
		case e != nil && f.used[e]:
			return true
		case e != nil:
			f.used[e] = true
			f.meet(e, e.instant(e.start))
			return more()
		case f.skip[at] || f.skipOn[dayOf(wall)]:
			return more()
		}
		for _, e := range slices.Backward(f.onward) {
			if from := e.instant(e.recur); from <= at {
				shift := m.zone.wall(e.instant(e.start)) - m.zone.wall(from)
				f.meet(e, m.zone.instant(wall+shift))
				return more()
			}
		}
	}
	f.meet(m, at)
	return more()
}

// meet notes that the event took place at a time, or when it is going to end.
func (f *folding) meet(e *event, at int64) {
	if e.why(f.cfg) != "" {
		f.out.left = append(f.out.left, e)
		return
	}
	end := at + e.length()
	if end > f.now {
		if f.out.next == 0 || end < f.out.next {
			f.out.next = end
		}
		return
	}
	f.out.times = append(f.out.times, meeting{at, end, e})
	if len(f.out.times) >= 2*maxTimes {
		f.trim()
	}
}

func (f *folding) trim() {
	if n := len(f.out.times) - maxTimes; n > 0 {
		f.out.cut += n
		f.out.times = append(f.out.times[:0], f.out.times[n:]...)
	}
}

// finish puts the times in order, each once.
func (f *folding) finish() {
	slices.SortStableFunc(f.out.times, func(a, b meeting) int { return compare(a.at, b.at) })
	f.out.times = slices.CompactFunc(f.out.times, func(a, b meeting) bool { return a.at == b.at })
	f.trim()
	f.out.times = slices.Clip(f.out.times)
	slices.SortFunc(f.out.left, func(a, b *event) int { return compare(a.start.wall, b.start.wall) })
	f.out.left = slices.Compact(f.out.left)
}
