package calendar

import (
	"errors"
	"slices"
)

// oldest is the first year in which a meeting that repeats may begin: an event of
// the year 1 is a slip, and would cost a look at every day since.
const oldest = 1900

var errOldest = errors.New("it begins before the year 1900, which no meeting does")

// times calls yield for the times at which the rule lets an event take place
// that began at start, in order, from the one at or after from (roughly: earlier
// ones may come as well) until one after to, or until yield returns false. Times
// are wall-clock ones in seconds. start itself is always the first (RFC 5545,
// 3.8.5.3), whether or not the rule hits it.
//
// The work is bounded by the days from start, or from, to to; a rule that never
// hits ends there like any other.
func (r *rule) times(start, from, to, until int64, yield func(wall int64) bool) error {
	if y, _, _ := date(dayOf(start)); y < oldest {
		return errOldest
	}
	if start > to || !yield(start) {
		return nil
	}
	w := &walk{rule: r, start: dayOf(start), clock: r.clock(start)}
	w.defaults()
	first := int64(0)
	if r.count == 0 {
		first = w.near(dayOf(from))
	}
	left := r.count - 1 // start counts as one
	for i := first; ; i++ {
		if r.count > 0 && left <= 0 {
			return nil
		}
		begin, end := w.stretch(i)
		if begin > dayOf(to) {
			return nil
		}
		for _, at := range w.set(begin, end) {
			if at <= start {
				continue
			}
			if at > to || at > until || r.count > 0 && left <= 0 {
				return nil
			}
			left--
			if !yield(at) {
				return nil
			}
		}
	}
}

// walk goes through the stretches of a rule: days, weeks, months or years.
type walk struct {
	*rule
	start int64   // day on which the event began
	clock []int64 // seconds of a day, sorted

	monthDays []int // as the rule has them, or by start
	months    []int
	days      []nthDay
	found     []int64 // of one stretch; used again
}

// clock returns the times of a day, in seconds.
func (r *rule) clock(start int64) []int64 {
	s := start - dayOf(start)*daySeconds
	or := func(list []int, v int64) []int {
		if len(list) > 0 {
			return list
		}
		return []int{int(v)}
	}
	var out []int64
	for _, h := range or(r.hours, s/3600) {
		for _, m := range or(r.minutes, s/60%60) {
			for _, sec := range or(r.seconds, s%60) {
				out = append(out, int64(h*3600+m*60+sec))
			}
		}
	}
	slices.Sort(out)
	return out
}

// defaults takes from the start what the rule leaves open (RFC 5545, 3.3.10:
// "information ... is retrieved from DTSTART").
func (w *walk) defaults() {
	w.monthDays, w.months, w.days = w.rule.monthDays, w.rule.months, w.rule.days
	_, m, d := date(w.start)
	today := []nthDay{{day: weekday(w.start)}}
	switch {
	case len(w.days)+len(w.monthDays)+len(w.yearDays) > 0:
	case len(w.weeks) > 0 || w.freq == weekly:
		w.days = today
	case w.freq == monthly:
		w.monthDays = []int{d}
	case w.freq == yearly:
		w.monthDays = []int{d}
		if len(w.months) == 0 {
			w.months = []int{m}
		}
	}
}

// stretch returns the first day of the i-th stretch, counted from the one with
// the start, and the day after its last.
func (w *walk) stretch(i int64) (begin, end int64) {
	n := i * w.interval
	switch w.freq {
	case daily:
		return w.start + n, w.start + n + 1
	case weekly:
		begin = w.start - int64((weekday(w.start)-w.wkst+7)%7) + 7*n
		return begin, begin + 7
	}
	y, m, _ := date(w.start)
	if w.freq == yearly {
		y = clampYear(int64(y) + n)
		return civil(y, 1, 1), civil(y+1, 1, 1)
	}
	all := int64(y)*12 + int64(m-1) + n
	y, m = clampYear(all/12), int(all%12)+1
	return civil(y, m, 1), civil(y, m, 1) + int64(daysIn(y, m))
}

// clampYear keeps what a huge interval reaches in the range of dates; it is
// beyond any end.
func clampYear(y int64) int { return int(min(y, 100_000)) }

// near returns the number of a stretch that does not begin after day.
func (w *walk) near(day int64) int64 {
	length := map[freq]int64{daily: 1, weekly: 7, monthly: 31, yearly: 366}[w.freq]
	return max(0, (day-w.start)/length/w.interval-1)
}

// set returns the times in a stretch, in order.
func (w *walk) set(begin, end int64) []int64 {
	w.found = w.found[:0]
	y, m, d := date(begin)
	for day := begin; day < end; day++ {
		if w.hits(day, y, m, d) {
			for _, c := range w.clock {
				w.found = append(w.found, day*daySeconds+c)
			}
		}
		if d++; d > daysIn(y, m) {
			d = 1
			if m++; m > 12 {
				m, y = 1, y+1
			}
		}
	}
	if len(w.positions) == 0 {
		return w.found
	}
	var out []int64
	for _, p := range w.positions {
		if p < 0 {
			p += len(w.found) + 1
		}
		if p >= 1 && p <= len(w.found) {
			out = append(out, w.found[p-1])
		}
	}
	slices.Sort(out)
	return slices.Compact(out)
}

// hits reports whether the rule lets something take place on a day.
func (w *walk) hits(day int64, y, m, d int) bool {
	if len(w.months) > 0 && !slices.Contains(w.months, m) {
		return false
	}
	if len(w.monthDays) > 0 && !slices.Contains(w.monthDays, d) && !slices.Contains(w.monthDays, d-daysIn(y, m)-1) {
		return false
	}
	if len(w.days) > 0 && !w.onDay(day, y, m, d) {
		return false
	}
	if len(w.yearDays) > 0 {
		n := int(day-civil(y, 1, 1)) + 1
		length := 365
		if leap(y) {
			length = 366
		}
		if !slices.Contains(w.yearDays, n) && !slices.Contains(w.yearDays, n-length-1) {
			return false
		}
	}
	return len(w.weeks) == 0 || w.inWeek(day)
}

// onDay looks at weekdays. A number with one counts within the month, or within
// the year in a yearly rule without months; elsewhere it means nothing.
func (w *walk) onDay(day int64, y, m, d int) bool {
	today := weekday(day)
	for _, nd := range w.days {
		if nd.day != today {
			continue
		}
		n, length := d, daysIn(y, m)
		if w.freq == yearly && len(w.months) == 0 {
			n = int(day-civil(y, 1, 1)) + 1
			length = int(civil(y+1, 1, 1) - civil(y, 1, 1))
		}
		if nd.n == 0 || w.freq < monthly || nd.n == (n-1)/7+1 || nd.n == -((length-n)/7+1) {
			return true
		}
	}
	return false
}

// inWeek looks at the number of the week: the first one has at least four days
// in its year.
func (w *walk) inWeek(day int64) bool {
	middle := day - int64((weekday(day)-w.wkst+7)%7) + 3
	y, _, _ := date(middle)
	n := int(middle-civil(y, 1, 1))/7 + 1
	last := civil(y, 12, 28)
	last += 3 - int64((weekday(last)-w.wkst+7)%7)
	weeks := int(last-civil(y, 1, 1))/7 + 1
	return slices.Contains(w.weeks, n) || slices.Contains(w.weeks, n-weeks-1)
}
