package evidence

import (
	"errors"
	"fmt"
	"regexp"
	"strconv"
	"strings"
	"time"
)

// PeriodForms lists the texts that [ParsePeriod] understands, a form with its
// meaning on each line.
const PeriodForms = `  2026                      a year
  2026-H1, H1 2026, H1      a half: January to June, July to December
  2026-Q2, Q2 2026, Q2      a quarter
  2026-03                   a month
  2026-03-15                a day
  FY2026, FY26-H1, FY26-Q1  a fiscal year, or a half or quarter of it
  2026-01-01..2026-06-30    both included; either end may be left open or be any form above
  since 2026-03-01          until 2026-03-01 as well
  last quarter, this week   week, month, quarter, half or year
  last 6 months, 2 weeks    days, weeks, months, quarters or years up to and with today
  today, yesterday, all`

// ParsePeriod reads a period as a person writes it; [PeriodForms] lists the
// forms. Case and extra spaces do not matter. Whatever names no year is taken
// from now, as the calendar in zone shows it.
//
// Days begin at the zone's first instant of the day, weeks on Monday. A fiscal
// year is named after the calendar year in which it ends: with fiscalStart
// April, FY26 is 1 April 2025 to 31 March 2026. One that starts in January is
// the calendar year. "last 6 months" ends with today and starts so that six
// whole months are covered: on 30 June it is 1 January to 30 June.
//
// A text that is not understood is an error that lists the forms; a day that
// does not exist and a range that is empty or reversed are errors too. A nil
// zone means UTC, a zero fiscalStart January.
func ParsePeriod(text string, now time.Time, zone *time.Location, fiscalStart time.Month) (Period, error) {
	if zone == nil {
		zone = time.UTC
	}
	y, m, d := now.In(zone).Date()
	g := grammar{today: date(y, m, d), fiscal: max(fiscalStart, time.January)}
	from, to, err := g.parse(strings.ToLower(strings.Join(strings.Fields(text), " ")))
	if err != nil {
		return Period{}, fmt.Errorf("period %q %w", text, err)
	}
	p := Period{Zone: zone}
	if !from.IsZero() {
		p.From = dayStart(from, zone)
	}
	if !to.IsZero() {
		p.To = dayStart(to, zone)
	}
	if !p.From.IsZero() && !p.To.IsZero() && !p.From.Before(p.To) {
		if from.Before(to) {
			return Period{}, fmt.Errorf("period %q is empty: %s had no such day", text, zone)
		}
		return Period{}, fmt.Errorf("period %q is reversed: it ends before it starts", text)
	}
	return p, nil
}

var errForm = errors.New("is not understood; the forms are\n" + PeriodForms)

// grammar works on civil days, held as their midnight in UTC, so that adding
// days and months never meets a time zone.
type grammar struct {
	today  time.Time
	fiscal time.Month // the first month of the fiscal year
}

const (
	yearForm = `((?:19|2[0-9])[0-9]{2})`
	partForm = `([hq])([1-4])`
)

var (
	reYear     = regexp.MustCompile(`^` + yearForm + `$`)
	reMonth    = regexp.MustCompile(`^` + yearForm + `-([0-9]{2})$`)
	reDay      = regexp.MustCompile(`^` + yearForm + `-([0-9]{2})-([0-9]{2})$`)
	reYearPart = regexp.MustCompile(`^` + yearForm + ` ?-? ?` + partForm + `$`)
	rePartYear = regexp.MustCompile(`^` + partForm + `(?: ?-? ?` + yearForm + `)?$`)
	reFiscal   = regexp.MustCompile(`^fy ?((?:20)?[0-9]{2})(?: ?-? ?` + partForm + `)?$`)
	reFiscalOf = regexp.MustCompile(`^` + partForm + ` ?-? ?fy ?((?:20)?[0-9]{2})$`)
	reAgo      = regexp.MustCompile(`^(?:last |past )?([0-9]{1,4}) ?(day|week|month|quarter|year)s?$`)
)

var monthsIn = map[string]int{"month": 1, "quarter": 3, "half": 6, "year": 12}

// parse returns the first day and the day after the last; a zero one is an
// open end.
func (g grammar) parse(s string) (from, to time.Time, err error) {
	if s == "all" || s == "all time" {
		return from, to, nil
	}
	if rest, ok := strings.CutPrefix(s, "since "); ok {
		from, _, err = g.unit(rest)
		return from, to, err
	}
	if rest, ok := strings.CutPrefix(s, "until "); ok {
		_, to, err = g.unit(rest)
		return from, to, err
	}
	a, b, ok := strings.Cut(s, "..")
	if !ok {
		return g.unit(s)
	}
	a, b = strings.TrimSpace(a), strings.TrimSpace(b)
	if a == "" && b == "" {
		return from, to, errForm
	}
	if a != "" {
		if from, _, err = g.unit(a); err != nil {
			return from, to, err
		}
	}
	if b != "" {
		_, to, err = g.unit(b)
	}
	return from, to, err
}

// unit reads everything that has two ends.
func (g grammar) unit(s string) (from, to time.Time, err error) {
	if m := reYear.FindStringSubmatch(s); m != nil {
		return months(atoi(m[1]), time.January, 12)
	}
	if m := reMonth.FindStringSubmatch(s); m != nil {
		month := time.Month(atoi(m[2]))
		if month < time.January || month > time.December {
			return from, to, fmt.Errorf("names a month that does not exist: %s", s)
		}
		return months(atoi(m[1]), month, 1)
	}
	if m := reDay.FindStringSubmatch(s); m != nil {
		day, err := time.Parse(time.DateOnly, s)
		if err != nil {
			return from, to, fmt.Errorf("names a day that does not exist: %s", s)
		}
		return day, day.AddDate(0, 0, 1), nil
	}
	if m := reYearPart.FindStringSubmatch(s); m != nil {
		return part(atoi(m[1]), time.January, m[2], m[3])
	}
	if m := rePartYear.FindStringSubmatch(s); m != nil {
		year := g.today.Year()
		if m[3] != "" {
			year = atoi(m[3])
		}
		return part(year, time.January, m[1], m[2])
	}
	if m := reFiscal.FindStringSubmatch(s); m != nil {
		return g.fiscalYear(m[1], m[2], m[3])
	}
	if m := reFiscalOf.FindStringSubmatch(s); m != nil {
		return g.fiscalYear(m[3], m[1], m[2])
	}
	return g.relative(s)
}

// relative reads what is counted from today.
func (g grammar) relative(s string) (from, to time.Time, err error) {
	tomorrow := g.today.AddDate(0, 0, 1)
	switch s {
	case "today":
		return g.today, tomorrow, nil
	case "yesterday":
		return g.today.AddDate(0, 0, -1), g.today, nil
	}
	if m := reAgo.FindStringSubmatch(s); m != nil {
		n := atoi(m[1])
		if n == 0 {
			return from, to, errors.New("is empty")
		}
		switch m[2] {
		case "day":
			from = tomorrow.AddDate(0, 0, -n)
		case "week":
			from = tomorrow.AddDate(0, 0, -7*n)
		default:
			from = monthsBefore(tomorrow, n*monthsIn[m[2]])
		}
		if from.Year() < 1900 {
			return from, to, errors.New("starts before 1900; use all")
		}
		return from, tomorrow, nil
	}
	which, unit, _ := strings.Cut(s, " ")
	if which != "last" && which != "this" {
		return from, to, errForm
	}
	back := 0
	if which == "last" {
		back = 1
	}
	if unit == "week" {
		sinceMonday := (int(g.today.Weekday()) + 6) % 7
		monday := g.today.AddDate(0, 0, -sinceMonday-7*back)
		return monday, monday.AddDate(0, 0, 7), nil
	}
	size, ok := monthsIn[unit]
	if !ok {
		return from, to, errForm
	}
	first := (int(g.today.Month())-1)/size*size + 1
	return months(g.today.Year(), time.Month(first-size*back), size)
}

// fiscalYear reads "FY26", "FY2026" and parts of them.
func (g grammar) fiscalYear(year, half, n string) (from, to time.Time, err error) {
	y := atoi(year)
	if y < 100 {
		y += 2000
	}
	if g.fiscal > time.January {
		y-- // it is named after the year in which it ends
	}
	if half == "" {
		return months(y, g.fiscal, 12)
	}
	return part(y, g.fiscal, half, n)
}

// part returns the n-th half or quarter of the twelve months from first on.
func part(year int, first time.Month, kind, n string) (from, to time.Time, err error) {
	size, count := 6, 2
	if kind == "q" {
		size, count = 3, 4
	}
	if atoi(n) > count {
		return from, to, errForm
	}
	return months(year, first+time.Month((atoi(n)-1)*size), size)
}

// months returns n months from the first of one on. A month below 1 or beyond
// 12 counts from the neighbouring years.
func months(year int, first time.Month, n int) (from, to time.Time, err error) {
	from = date(year, first, 1)
	return from, from.AddDate(0, n, 0), nil
}

// monthsBefore goes n months back; a day that the month lacks is its last.
func monthsBefore(day time.Time, n int) time.Time {
	first := date(day.Year(), day.Month()-time.Month(n), 1)
	last := first.AddDate(0, 1, -1).Day()
	return first.AddDate(0, 0, min(day.Day(), last)-1)
}

func date(y int, m time.Month, d int) time.Time { return time.Date(y, m, d, 0, 0, 0, 0, time.UTC) }

// atoi reads digits that a pattern has already found.
func atoi(s string) int {
	n, _ := strconv.Atoi(s)
	return n
}
