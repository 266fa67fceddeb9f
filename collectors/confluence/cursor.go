package confluence

import (
	"encoding/json"
	"strings"
	"time"

	"github.com/dossier-report/dossier/collectors"
)

// form is raised when items are made differently from the same answers, so
// that everything is read anew.
const form = "1"

// cursor is how far a site was read. Its times are the site's own, but for
// Full: a clock here that is wrong moves no work.
type cursor struct {
	collectors.Asked
	// Full is when the last whole pass began, in seconds since 1970.
	Full int64 `json:"full,omitempty"`
	// Pass says that a whole pass is under way, and Created how far it came.
	Pass    bool      `json:"pass,omitempty"`
	Created time.Time `json:"created,omitzero"`
	// Mark is when the newest thing that was found was modified, and Seen are
	// the things just before it, as they were then: the days that CQL compares
	// bring them up again.
	Mark time.Time        `json:"mark,omitzero"`
	Seen map[string]stamp `json:"seen,omitempty"`
	// Owed are pages that could not be read, by id, with what they are called:
	// they are asked for again.
	Owed map[string]string `json:"owed,omitempty"`
	// Odd is what was odd in what was read, by title: each run tells the whole.
	Odd map[string]string `json:"odd,omitempty"`
}

// stamp is a thing as it was last modified: version and milliseconds since 1970.
type stamp struct {
	N  int   `json:"n"`
	At int64 `json:"at"`
}

// fullAfter is how old a whole pass may be: only another one finds what was
// deleted, moved or labelled, which changes no version.
const fullAfter = 7 * 24 * time.Hour

// The bounds of a cursor. What it forgets is read again, which loses nothing.
const (
	maxSeen = 2000
	maxOwed = 200
	maxOdd  = 100
)

// lag is how far back the next search goes from the newest thing: the index that
// CQL searches is filled in its own time, and compares by the day.
const lag = 24 * time.Hour

// see notes a thing as it was read.
func (c *cursor) see(id string, s stamp) {
	if s.N <= 0 {
		return // without a version nothing can be compared
	}
	if c.Seen == nil {
		c.Seen = map[string]stamp{}
	}
	c.Seen[id] = s
}

// has reports whether the thing was read as it was last modified.
func (c *cursor) has(h hit) bool {
	was, ok := c.Seen[h.id]
	return ok && h.number > 0 && was == h.stamp()
}

// owe notes that a page is to be asked for again. It reports whether that can be
// remembered.
func (c *cursor) owe(id, title string) bool {
	if len(c.Owed) >= maxOwed {
		return false
	}
	if c.Owed == nil {
		c.Owed = map[string]string{}
	}
	c.Owed[id] = title
	return true
}

// oddity notes what is odd in a page, or that nothing is any longer.
func (c *cursor) oddity(what, why string) {
	switch {
	case why == "":
		delete(c.Odd, what)
	case len(c.Odd) < maxOdd:
		if c.Odd == nil {
			c.Odd = map[string]string{}
		}
		c.Odd[what] = why
	}
}

// encode writes the cursor without what is too old to come up again.
func (c *cursor) encode() string {
	out := *c
	if !c.Pass {
		oldest := c.Mark.Add(-lag - margin - 24*time.Hour).UnixMilli()
		out.Seen = map[string]stamp{}
		for _, id := range sortedKeys(c.Seen) {
			if c.Seen[id].At >= oldest && len(out.Seen) < maxSeen {
				out.Seen[id] = c.Seen[id]
			}
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
