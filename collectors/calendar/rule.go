package calendar

import (
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
)

// rule is a rule of repetition (RFC 5545, 3.3.10).
type rule struct {
	freq     freq
	interval int64
	count    int64 // 0 for none
	until    stamp // the last moment; not set for none
	wkst     int   // the first day of a week, 0 for Sunday

	months, weeks, yearDays, monthDays []int
	days                               []nthDay
	hours, minutes, seconds, positions []int
}

type freq int

const (
	daily freq = iota
	weekly
	monthly
	yearly
)

// nthDay is a weekday, or the n-th of a month or year, counted from its end
// where n is negative.
type nthDay struct{ n, day int }

var weekdays = []string{"SU", "MO", "TU", "WE", "TH", "FR", "SA"}

// errRunaway is a rule that no meeting follows.
var errRunaway = errors.New("it repeats more often than once an hour, which no meeting does")

// perDay is how many times a day something may take place.
const perDay = 24

// parseRule reads the value of an RRULE. What it does not know, it refuses: a
// part that is passed over would make meetings that never were.
func parseRule(value string) (*rule, error) {
	if len(value) > 4096 {
		return nil, errors.New("it is longer than 4096 characters")
	}
	r := &rule{interval: 1, wkst: 1}
	seen := map[string]bool{}
	for part := range strings.SplitSeq(strings.TrimSpace(value), ";") {
		if part == "" {
			continue
		}
		name, v, ok := strings.Cut(strings.ToUpper(part), "=")
		if !ok || v == "" {
			return nil, fmt.Errorf("%q is no part of a rule", clip(part))
		}
		if seen[name] {
			return nil, fmt.Errorf("%s stands there twice", name)
		}
		seen[name] = true
		if err := r.part(name, v); err != nil {
			return nil, err
		}
	}
	if !seen["FREQ"] {
		return nil, errors.New("it does not say how often (FREQ)")
	}
	times := max(1, len(r.hours)) * max(1, len(r.minutes)) * max(1, len(r.seconds))
	if times > perDay {
		return nil, errRunaway
	}
	return r, nil
}

func (r *rule) part(name, v string) (err error) {
	switch name {
	case "FREQ":
		i := slices.Index([]string{"DAILY", "WEEKLY", "MONTHLY", "YEARLY"}, v)
		if i < 0 && slices.Contains([]string{"SECONDLY", "MINUTELY", "HOURLY"}, v) {
			return errRunaway
		}
		if i < 0 {
			return fmt.Errorf("FREQ=%s is not known", clip(v))
		}
		r.freq = freq(i)
	case "INTERVAL":
		r.interval, err = count(name, v)
	case "COUNT":
		r.count, err = count(name, v)
	case "UNTIL":
		r.until, err = parseStamp(v, "")
	case "WKST":
		if r.wkst = slices.Index(weekdays, v); r.wkst < 0 {
			return fmt.Errorf("WKST=%s is no day of the week", clip(v))
		}
	case "BYDAY":
		r.days, err = nthDays(v)
	case "BYMONTH":
		r.months, err = numbers(name, v, 1, 12, false)
	case "BYWEEKNO":
		r.weeks, err = numbers(name, v, 1, 53, true)
	case "BYYEARDAY":
		r.yearDays, err = numbers(name, v, 1, 366, true)
	case "BYMONTHDAY":
		r.monthDays, err = numbers(name, v, 1, 31, true)
	case "BYHOUR":
		r.hours, err = numbers(name, v, 0, 23, false)
	case "BYMINUTE":
		r.minutes, err = numbers(name, v, 0, 59, false)
	case "BYSECOND":
		r.seconds, err = numbers(name, v, 0, 59, false)
	case "BYSETPOS":
		r.positions, err = numbers(name, v, 1, 366, true)
	default:
		return fmt.Errorf("%s is not known", clip(name))
	}
	return err
}

func count(name, v string) (int64, error) {
	n, err := strconv.ParseInt(v, 10, 64)
	if err != nil || n < 1 {
		return 0, fmt.Errorf("%s=%s is no positive number", name, clip(v))
	}
	return min(n, 1<<31), nil
}

// numbers reads a list of numbers from least to most, also counted from the end.
// They come back sorted, each once.
func numbers(name, v string, least, most int, negative bool) ([]int, error) {
	var list []int
	for s := range strings.SplitSeq(v, ",") {
		n, err := strconv.Atoi(s)
		inside := n >= least && n <= most || negative && -n >= least && -n <= most
		if err != nil || !inside {
			return nil, fmt.Errorf("%s=%s is not from %d to %d", name, clip(s), least, most)
		}
		list = append(list, n)
	}
	slices.Sort(list)
	return slices.Compact(list), nil
}

func nthDays(v string) ([]nthDay, error) {
	var list []nthDay
	for s := range strings.SplitSeq(v, ",") {
		at := max(0, len(s)-2)
		d := nthDay{day: slices.Index(weekdays, s[at:])}
		var err error
		if at > 0 {
			d.n, err = strconv.Atoi(s[:at])
		}
		if err != nil || d.day < 0 || at > 0 && d.n == 0 || d.n < -53 || d.n > 53 {
			return nil, fmt.Errorf("BYDAY=%s is no day", clip(s))
		}
		if !slices.Contains(list, d) {
			list = append(list, d)
		}
	}
	return list, nil
}
