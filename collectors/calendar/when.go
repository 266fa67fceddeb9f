package calendar

import (
	"fmt"
	"strings"
	"time"
)

// stamp is a date or time as a calendar writes it, before its zone is known.
type stamp struct {
	wall int64 // what the clock shows, in seconds as if it were UTC
	tzid string
	utc  bool
	day  bool // a date without a time
	set  bool
}

// parseStamp reads a DATE or DATE-TIME (RFC 5545, 3.3.4 and 3.3.5), also with
// hyphens and colons or without seconds. A second 60 is 59.
func parseStamp(value, tzid string) (stamp, error) {
	bad := fmt.Errorf("%q is no date or time", clip(value))
	v := strings.TrimSpace(value)
	s := stamp{tzid: tzid, set: true}
	if last := len(v) - 1; last > 0 && (v[last] == 'Z' || v[last] == 'z') {
		v, s.utc, s.tzid = v[:last], true, ""
	}
	if strings.ContainsAny(v, "-:") {
		v = strings.NewReplacer("-", "", ":", "", " ", "T").Replace(v)
	}
	date, clock, timed := strings.Cut(strings.ToUpper(v), "T")
	y, ok1 := number(date, 0, 4)
	m, ok2 := number(date, 4, 6)
	d, ok3 := number(date, 6, 8)
	if len(date) != 8 || !ok1 || !ok2 || !ok3 || y < 1 || m < 1 || m > 12 || d < 1 || d > daysIn(y, m) {
		return stamp{}, bad
	}
	s.wall = civil(y, m, d) * daySeconds
	if !timed {
		s.day, s.utc = true, false
		return s, nil
	}
	if len(clock) == 4 {
		clock += "00"
	}
	hh, ok1 := number(clock, 0, 2)
	mm, ok2 := number(clock, 2, 4)
	ss, ok3 := number(clock, 4, 6)
	if len(clock) != 6 || !ok1 || !ok2 || !ok3 || hh > 23 || mm > 59 || ss > 60 {
		return stamp{}, bad
	}
	s.wall += int64(hh*3600 + mm*60 + min(ss, 59))
	return s, nil
}

// number reads the digits of s from one place to another.
func number(s string, from, to int) (n int, ok bool) {
	if len(s) < to {
		return 0, false
	}
	for _, c := range []byte(s[from:to]) {
		if c < '0' || c > '9' {
			return 0, false
		}
		n = n*10 + int(c-'0')
	}
	return n, true
}

const daySeconds = 24 * 60 * 60

// longest bounds a duration: a meeting of a year is none.
const longest = 366 * daySeconds

// parseDuration reads a DURATION (RFC 5545, 3.3.6) in seconds. One that is
// negative is an error.
func parseDuration(value string) (int64, error) {
	bad := fmt.Errorf("%q is no duration", clip(value))
	v := strings.ToUpper(strings.TrimSpace(value))
	v = strings.TrimPrefix(v, "+")
	rest, ok := strings.CutPrefix(v, "P")
	if !ok || rest == "" {
		return 0, bad
	}
	var sum, n int64
	digits, timed := 0, false
	for _, c := range []byte(rest) {
		unit := int64(0)
		switch {
		case '0' <= c && c <= '9' && digits < 9:
			n, digits = n*10+int64(c-'0'), digits+1
			continue
		case c == 'T' && digits == 0 && !timed:
			timed = true
			continue
		case c == 'W' && !timed:
			unit = 7 * daySeconds
		case c == 'D' && !timed:
			unit = daySeconds
		case c == 'H' && timed:
			unit = 3600
		case c == 'M' && timed:
			unit = 60
		case c == 'S' && timed:
			unit = 1
		}
		if unit == 0 || digits == 0 {
			return 0, bad
		}
		sum = min(sum+n*unit, longest)
		n, digits = 0, 0
	}
	if digits > 0 {
		return 0, bad
	}
	return sum, nil
}

// civil returns the number of days from 1 January 1970 to a day.
func civil(y, m, d int) int64 {
	return time.Date(y, time.Month(m), d, 0, 0, 0, 0, time.UTC).Unix() / daySeconds
}

// date returns the day with a number of [civil].
func date(day int64) (y, m, d int) {
	yy, mm, dd := time.Unix(day*daySeconds, 0).UTC().Date()
	return yy, int(mm), dd
}

// dayOf returns the day of a wall-clock time, also before 1970.
func dayOf(wall int64) int64 {
	if wall < 0 {
		return (wall - daySeconds + 1) / daySeconds
	}
	return wall / daySeconds
}

// weekday returns the day of the week, 0 for Sunday.
func weekday(day int64) int { return int(((day+4)%7 + 7) % 7) }

func daysIn(y, m int) int {
	switch m {
	case 2:
		if leap(y) {
			return 29
		}
		return 28
	case 4, 6, 9, 11:
		return 30
	}
	return 31
}

func leap(y int) bool { return y%4 == 0 && (y%100 != 0 || y%400 == 0) }

// clip shortens a foreign text for a message.
func clip(s string) string {
	s = strings.ToValidUTF8(s, "\ufffd")
	if r := []rune(s); len(r) > 60 {
		return string(r[:60]) + "…"
	}
	return s
}
