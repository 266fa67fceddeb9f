package analysis

import (
	"math/bits"
	"slices"
	"time"
)

// Calendar says on which days work is done. The zero value says on every day:
// days are then calendar days.
type Calendar struct {
	Weekdays []time.Weekday // none means all seven
	Holidays []string       // YYYY-MM-DD, days off whatever the weekday
}

// always reports whether every day counts.
func (c Calendar) always() bool {
	return len(c.Holidays) == 0 && (len(c.Weekdays) == 0 || len(c.Weekdays) == 7)
}

// span is a stretch of working time in parts of a day, of which one has as many
// as 24 hours have milliseconds. Integers add up exactly, so that the stays of
// an item are its lead time to the last part, and the sum of a million items
// still fits.
type span int64

const day span = span(24 * time.Hour / time.Millisecond)

func (s span) days() float64 { return float64(s) / float64(day) }

// clock counts days as the person does: civil days of a zone, days off left out.
type clock struct {
	zone     *time.Location
	weekdays [7]bool
	perWeek  int
	before   [7]int        // working weekdays of a week that begins on a Thursday, as 1970 does
	holidays []int         // numbers of days that would be working days, in order
	starts   map[int]int64 // of days, in milliseconds
}

func newClock(zone *time.Location, c Calendar) *clock {
	k := &clock{zone: zone, starts: make(map[int]int64)}
	for d := range k.weekdays {
		k.weekdays[d] = len(c.Weekdays) == 0 || slices.Contains(c.Weekdays, time.Weekday(d))
	}
	for i := range 7 {
		k.before[i] = k.perWeek
		if k.weekdays[(i+int(time.Thursday))%7] {
			k.perWeek++
		}
	}
	for _, text := range c.Holidays {
		if t, err := time.Parse(time.DateOnly, text); err == nil && k.weekdays[t.Weekday()] {
			k.holidays = append(k.holidays, dayNumber(t))
		}
	}
	slices.Sort(k.holidays)
	k.holidays = slices.Compact(k.holidays)
	return k
}

// dayNumber is the number of a civil day, given in its own zone, since 1970.
func dayNumber(t time.Time) int {
	y, m, d := t.Date()
	return floorDiv(time.Date(y, m, d, 0, 0, 0, 0, time.UTC).Unix(), 86400)
}

func floorDiv(a, b int64) int {
	q := a / b
	if a%b < 0 {
		q--
	}
	return int(q)
}

// civil is the day with that number, as its midnight in UTC.
func civil(number int) time.Time { return time.Unix(int64(number)*86400, 0).UTC() }

// number is the civil day in which an instant lies.
func (k *clock) number(t time.Time) int { return dayNumber(t.In(k.zone)) }

// date is that day as YYYY-MM-DD.
func (k *clock) date(t time.Time) string { return t.In(k.zone).Format(time.DateOnly) }

// start is the first instant of a day in milliseconds since 1970. A midnight that
// the clock jumps over is where it lands; of two midnights it is the first. A
// day that is missing whole starts when the next one does.
func (k *clock) start(number int) int64 {
	if at, ok := k.starts[number]; ok {
		return at
	}
	midnight := civil(number)
	at := midnight.Add(-36 * time.Hour).In(k.zone)
	first := at
	for {
		_, offset := at.Zone()
		_, end := at.ZoneBounds()
		first = midnight.Add(-time.Duration(offset) * time.Second)
		if first.Before(at) {
			first = at
		}
		if end.IsZero() || first.Before(end) {
			break
		}
		at = end
	}
	k.starts[number] = first.UnixMilli()
	return k.starts[number]
}

// dayStart is the first instant of a day.
func (k *clock) dayStart(number int) time.Time { return time.UnixMilli(k.start(number)).In(k.zone) }

// working counts the working days before a day since 1970.
func (k *clock) working(number int) int {
	weeks := floorDiv(int64(number), 7)
	n := weeks*k.perWeek + k.before[number-7*weeks]
	off, _ := slices.BinarySearch(k.holidays, number)
	return n - off
}

func (k *clock) works(number int) bool {
	if !k.weekdays[civil(number).Weekday()] {
		return false
	}
	_, off := slices.BinarySearch(k.holidays, number)
	return !off
}

// at is the working time from 1970 to t. The difference of two instants' is the
// time between them in days: a day of 23 or 25 hours is one day.
func (k *clock) at(t time.Time) span {
	n := k.number(t)
	whole := span(k.working(n)) * day
	if !k.works(n) {
		return whole
	}
	start, end := k.start(n), k.start(n+1)
	gone, length := t.UnixMilli()-start, end-start
	switch {
	case gone <= 0 || length <= 0:
		return whole
	case gone >= length:
		return whole + day
	case length == int64(day):
		return whole + span(gone)
	}
	hi, lo := bits.Mul64(uint64(gone), uint64(day))
	q, _ := bits.Div64(hi, lo, uint64(length))
	return whole + span(q)
}

// monday is the number of the Monday of a day's week.
func monday(number int) int {
	return number - (int(civil(number).Weekday())+6)%7
}
