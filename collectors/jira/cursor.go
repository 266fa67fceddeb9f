package jira

import (
	"encoding/json"
	"strings"
	"time"

	"github.com/dossier-report/dossier/collectors"
)

// form is raised when items are made differently from the same answers, so
// that everything is read anew.
const form = "2"

// cursor is how far a site was read. Its times are the site's own, but for
// Full: a clock here that is wrong moves no work.
type cursor struct {
	collectors.Asked
	// Full is when the last whole pass began, in seconds since 1970; 0 asks
	// for one.
	Full int64 `json:"full,omitempty"`
	// Pass says that a whole pass is under way.
	Pass bool `json:"pass,omitempty"`
	// Mark is the last update of the newest ticket that was read, and Seen are
	// the tickets just before it: a search may show them late.
	Mark time.Time         `json:"mark,omitzero"`
	Seen map[string]moment `json:"seen,omitempty"`
	// Odd is what was odd in what was read, by ticket: each run tells of the
	// whole.
	Odd map[string]string `json:"odd,omitempty"`
	// Sights are the tickets whose history cannot be had as they were seen, by
	// id: what moved them is known only to those who looked.
	Sights map[string]*collectors.Sighting `json:"sights,omitempty"`
}

// moment is a time in milliseconds since 1970, Jira's own precision.
type moment int64

func at(t time.Time) moment { return moment(t.UnixMilli()) }

// The search of Cloud is eventually consistent, so what is younger than this is
// read again: https://developer.atlassian.com/cloud/jira/platform/search-and-reconcile/
const lag = 15 * time.Minute

// fullAfter is how old a whole pass may be: only another one finds what was
// deleted.
const fullAfter = 7 * 24 * time.Hour

// maxSeen bounds the cursor. A ticket that is not remembered is read again,
// which loses nothing.
const maxSeen = 1000

// read notes that a ticket was read.
func (c *cursor) read(id string, updated time.Time) {
	if updated.After(c.Mark) {
		c.Mark = updated
	}
	if c.Seen == nil {
		c.Seen = map[string]moment{}
	}
	c.Seen[id] = at(updated)
}

// maxOddTickets is how many odd tickets are remembered: no more are listed.
const maxOddTickets = 100

// odd notes what is odd in a ticket, or that nothing is any longer.
func (c *cursor) odd(what, why string) {
	switch {
	case why == "":
		delete(c.Odd, what)
	case len(c.Odd) < maxOddTickets:
		if c.Odd == nil {
			c.Odd = map[string]string{}
		}
		c.Odd[what] = excerpt(why, 500)
	}
}

// has reports whether the ticket was read as it was last updated.
func (c *cursor) has(id string, updated time.Time) bool {
	was, ok := c.Seen[id]
	return ok && !updated.IsZero() && was == at(updated)
}

// encode writes the cursor without what is too old to be asked for again.
func (c *cursor) encode(slack time.Duration) string {
	out := *c
	out.Seen = map[string]moment{}
	for _, id := range sortedKeys(c.Seen) {
		if c.Seen[id] >= at(c.Mark.Add(-slack-time.Minute)) && len(out.Seen) < maxSeen {
			out.Seen[id] = c.Seen[id]
		}
	}
	b, err := json.Marshal(out)
	if err != nil {
		return "" // texts and numbers cannot fail
	}
	return string(b)
}

// decode reads a cursor. What it does not understand is an empty one: then all
// is read anew.
func decode(s string) cursor {
	var c cursor
	if d := json.NewDecoder(strings.NewReader(s)); s == "" || d.Decode(&c) != nil {
		return cursor{}
	}
	return c
}
