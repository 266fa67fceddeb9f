package jira

import (
	"strings"
	"time"

	"github.com/dossier-report/dossier/evidence"
)

// question is what a site is asked, in its own language:
// https://support.atlassian.com/jira-software-cloud/docs/jql-fields/
type question struct {
	user   string // what queries call the person
	period evidence.Period
	// zone is that of the profile that asks: JQL reads dates in it.
	zone *time.Location
	// doubt is how far off the zone may be.
	doubt    time.Duration
	projects []string
	extra    string // a further restriction, in JQL
	filter   string // id of a board's filter: then all of its tickets are asked for
	only     string // a single clause, where a site does not understand all; see clauses
}

// clause is one way to have had a part in a ticket.
type clause struct{ name, jql string }

// margin is what is asked for beyond both ends of the period, which is then
// kept to exactly: JQL has no seconds, and "during" leaves its ends open.
const margin = 24 * time.Hour

// maxDoubt lies between any two zones of the earth.
const maxDoubt = 27 * time.Hour

// clauses returns the ways to have had a part in a ticket in the period. Who
// commented cannot be asked; what the person updated includes it.
func (q question) clauses() []clause {
	u := quoted(q.user)
	return []clause{
		{"created", "creator = " + u + q.within("created") + " OR reporter = " + u + q.within("created")},
		{"assigned", "assignee was " + u + q.during()},
		{"moved", "status changed BY " + u + q.during()},
		{"updated", "issuekey IN updatedBy(" + strings.Join(append([]string{u}, q.days()...), ", ") + ")"},
		{"logged", "worklogAuthor = " + u + q.withinDays("worklogDate")},
		{"ended", "(creator = " + u + " OR reporter = " + u + " OR assignee was " + u + ")" + q.ended()},
	}
}

// ended asks for what came to an end in the period, whoever ended it.
func (q question) ended() string {
	resolved := strings.TrimPrefix(q.within("resolved"), " AND ")
	if resolved == "" {
		return ""
	}
	return " AND (" + resolved + " OR status changed" + q.during() + ")"
}

// board asks for the tickets of a board that lay open at some moment of the
// period. What its filter finds is more than what it shows, for a Kanban board
// hides what was released long ago; see
// https://support.atlassian.com/jira-software-cloud/docs/configure-a-kanban-board/
func (q question) board() string {
	jql := "filter = " + q.filter
	from, to := q.ends()
	if !to.IsZero() {
		jql += " AND created < " + q.minute(to)
	}
	if !from.IsZero() {
		at := q.minute(from)
		jql += " AND (statusCategory != Done OR created >= " + at + " OR resolved >= " + at + " OR status changed AFTER " + at + ")"
	}
	return jql
}

// jql returns the query for what was updated since a time, or ever when it is
// zero. It has a limit that every query to Cloud must have, and an order.
func (q question) jql(since time.Time) string {
	var parts []string
	for _, c := range q.clauses() {
		if q.only == "" || q.only == c.name {
			parts = append(parts, "("+c.jql+")")
		}
	}
	jql := strings.Join(parts, " OR ")
	if len(parts) > 1 {
		jql = "(" + jql + ")"
	}
	if q.filter != "" {
		jql = q.board()
	}
	if len(q.projects) > 0 {
		var keys []string
		for _, p := range q.projects {
			keys = append(keys, quoted(p))
		}
		jql += " AND project IN (" + strings.Join(keys, ", ") + ")"
	}
	if q.extra != "" {
		jql += " AND (" + q.extra + ")"
	}
	if !since.IsZero() {
		jql += " AND updated >= " + q.minute(since.Add(-q.doubt))
	}
	return jql + " ORDER BY updated ASC, key ASC"
}

// after returns the query that goes on from an update, after the one before. In
// a zone that is not known that would ask for a day again each time: then the
// query stays, and its pages are counted through.
func (q question) after(last time.Time, before string) string {
	if q.doubt > 0 {
		return before
	}
	return q.jql(last)
}

// ends returns the ends of the period with the margin; zero where it is open.
func (q question) ends() (from, to time.Time) {
	if !q.period.From.IsZero() {
		from = q.period.From.Add(-margin)
	}
	if !q.period.To.IsZero() {
		to = q.period.To.Add(margin)
	}
	return from, to
}

func (q question) within(field string) string {
	from, to := q.ends()
	s := ""
	if !from.IsZero() {
		s += " AND " + field + " >= " + q.minute(from)
	}
	if !to.IsZero() {
		s += " AND " + field + " < " + q.minute(to)
	}
	return s
}

func (q question) withinDays(field string) string {
	from, to := q.ends()
	s := ""
	if !from.IsZero() {
		s += " AND " + field + " >= " + q.day(from)
	}
	if !to.IsZero() {
		s += " AND " + field + " <= " + q.day(to)
	}
	return s
}

func (q question) during() string {
	switch from, to := q.ends(); {
	case from.IsZero() && to.IsZero():
		return ""
	case to.IsZero():
		return " AFTER " + q.minute(from)
	case from.IsZero():
		return " BEFORE " + q.minute(to)
	default:
		return " DURING (" + q.minute(from) + ", " + q.minute(to) + ")"
	}
}

// days are the arguments of updatedBy, which takes days only.
func (q question) days() []string {
	from, to := q.ends()
	if from.IsZero() && to.IsZero() {
		return nil
	}
	if from.IsZero() {
		from = time.Date(1990, 1, 1, 0, 0, 0, 0, time.UTC) // before the first Jira
	}
	out := []string{q.day(from)}
	if !to.IsZero() {
		// The last day counts up to its first moment.
		out = append(out, q.day(to.Add(margin)))
	}
	return out
}

// minute writes an instant as JQL reads it: rounded down to the minute, in the
// profile's zone. An hour that the clock goes through twice is one text for two
// instants; then the text of an hour before stands in.
func (q question) minute(t time.Time) string {
	local := t.In(q.zone)
	_, off := local.Zone()
	for _, near := range []time.Duration{-2 * time.Hour, 2 * time.Hour} {
		if _, o := local.Add(near).Zone(); o != off {
			return `"` + local.Add(-time.Hour).Format("2006-01-02 15:04") + `"`
		}
	}
	return `"` + local.Format("2006-01-02 15:04") + `"`
}

func (q question) day(t time.Time) string { return `"` + t.In(q.zone).Format("2006-01-02") + `"` }

// quoted writes a text as JQL reads it, so that nothing in it is a query.
func quoted(s string) string {
	s = strings.NewReplacer(`\`, `\\`, `"`, `\"`, "\n", " ", "\r", " ").Replace(s)
	return `"` + s + `"`
}
