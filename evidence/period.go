package evidence

import (
	"strconv"
	"time"
)

// Period is a stretch of time from an instant (included) to another (excluded),
// computed in the person's time zone. A zero From or To is an open end.
type Period struct {
	From, To time.Time
	Zone     *time.Location // in which it was asked for and is printed; nil means UTC
}

// Contains reports whether t lies in the period.
func (p Period) Contains(t time.Time) bool {
	return (p.From.IsZero() || !t.Before(p.From)) && (p.To.IsZero() || t.Before(p.To))
}

// Overlaps reports whether p and other have an instant in common.
func (p Period) Overlaps(other Period) bool {
	before := func(end, start time.Time) bool { return !end.IsZero() && !start.IsZero() && !end.After(start) }
	return !before(p.To, other.From) && !before(other.To, p.From)
}

// Covers reports whether the whole of other lies in p, so that what was
// collected for p is also what there is for other.
func (p Period) Covers(other Period) bool {
	from := p.From.IsZero() || !other.From.IsZero() && !other.From.Before(p.From)
	to := p.To.IsZero() || !other.To.IsZero() && !other.To.After(p.To)
	return from && to
}

// Long prints the period's days in its zone, both ends included: "1 January –
// 30 June 2026". An open end reads "since 1 March 2026" or "until 30 June 2026".
func (p Period) Long() string { return p.days(time.Month.String) }

// Short prints as [Period.Long] does, with months of three letters: "1 Jan –
// 30 Jun 2026".
func (p Period) Short() string {
	return p.days(func(m time.Month) string { return m.String()[:3] })
}

// String prints what the period was understood as: "1 Jan – 30 Jun 2026,
// Europe/Lisbon".
func (p Period) String() string { return p.Short() + ", " + p.zone().String() }

func (p Period) zone() *time.Location {
	if p.Zone == nil {
		return time.UTC
	}
	return p.Zone
}

func (p Period) days(name func(time.Month) string) string {
	// The last instant of the period, not its end, lies on its last day.
	y1, m1, d1 := p.From.In(p.zone()).Date()
	y2, m2, d2 := p.To.Add(-1).In(p.zone()).Date()
	day := strconv.Itoa
	first := day(d1) + " " + name(m1) + " " + day(y1)
	last := day(d2) + " " + name(m2) + " " + day(y2)
	switch {
	case p.From.IsZero() && p.To.IsZero():
		return "all time"
	case p.From.IsZero():
		return "until " + last
	case p.To.IsZero():
		return "since " + first
	case first == last || !p.From.Before(p.To):
		return first
	case y1 == y2 && m1 == m2:
		return day(d1) + " – " + last
	case y1 == y2:
		return day(d1) + " " + name(m1) + " – " + last
	}
	return first + " – " + last
}

// dayStart returns the first instant of a civil day, given as its midnight in
// UTC. It asks the zone's own transitions, because 00:00 does not exist on
// every day (Beirut, Santiago), exists twice on others (Havana, the Azores),
// and a whole day can be missing (30 December 2011 in Apia: that day starts
// when the next one does).
func dayStart(midnight time.Time, zone *time.Location) time.Time {
	for at := midnight.Add(-36 * time.Hour).In(zone); ; {
		_, offset := at.Zone()
		_, end := at.ZoneBounds()
		first := midnight.Add(-time.Duration(offset) * time.Second)
		if first.Before(at) {
			first = at
		}
		if end.IsZero() || first.Before(end) {
			return first.In(zone)
		}
		at = end
	}
}
