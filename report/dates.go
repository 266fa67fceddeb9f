package report

import (
	"fmt"
	"time"

	"github.com/dossier-report/dossier/evidence"
)

// Days as they are printed, always in the person's zone.
const (
	longDay  = "2 January 2006"
	shortDay = "2 Jan 2006"
	bareDay  = "2 Jan" // where the year goes without saying
)

// day prints the day of t: "5 Feb 2026".
func (b *builder) day(t time.Time) string { return t.In(b.Zone).Format(shortDay) }

// brief prints the day of t without the year when the report is of one year
// and t lies in it.
func (b *builder) brief(t time.Time) string {
	if y := t.In(b.Zone).Year(); y != b.year {
		return b.day(t)
	}
	return t.In(b.Zone).Format(bareDay)
}

// date returns the day of t in the person's zone, as a moment that days can be
// counted between.
func (b *builder) date(t time.Time) time.Time {
	y, m, d := t.In(b.Zone).Date()
	return time.Date(y, m, d, 0, 0, 0, 0, time.UTC)
}

// daysBetween counts calendar days from one day to another.
func daysBetween(from, to time.Time) int { return int(to.Sub(from).Hours() / 24) }

// days words a number of days.
func days(n int) string {
	if n == 1 {
		return "1 day"
	}
	return fmt.Sprintf("%d days", n)
}

// onlyYear returns the year that all of the period lies in, 0 for none.
func onlyYear(p evidence.Period) int {
	if p.From.IsZero() || p.To.IsZero() {
		return 0
	}
	if y := p.From.In(p.Zone).Year(); y == p.To.Add(-1).In(p.Zone).Year() {
		return y
	}
	return 0
}

// periodLine words a period.
func periodLine(p evidence.Period) PeriodLine {
	return PeriodLine{From: p.From, To: p.To, Zone: p.Zone.String(), Long: capital(p.Long()), Short: capital(p.Short())}
}

// reviewName names the review that a period is usually asked for.
func reviewName(p evidence.Period) string {
	from, to := p.From.In(p.Zone), p.To.In(p.Zone)
	starts := func(t time.Time, year int, m time.Month) bool {
		return !t.IsZero() && t.Equal(time.Date(year, m, 1, 0, 0, 0, 0, p.Zone))
	}
	switch y := from.Year(); {
	case p.From.IsZero() || p.To.IsZero():
	case starts(from, y, time.January) && starts(to, y, time.July):
		return fmt.Sprintf("Mid-year review %d", y)
	case starts(to, y+1, time.January) && (starts(from, y, time.January) || starts(from, y, time.July)):
		return fmt.Sprintf("Year-end review %d", y)
	}
	return "Review, " + p.Short()
}
