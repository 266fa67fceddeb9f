package calendar

import (
	"encoding/json"
	"fmt"

	"github.com/dossier-report/dossier/collectors"
	"github.com/dossier-report/dossier/evidence"
)

// form is raised when items are made differently from the same calendars, so
// that they are read anew.
const form = "1"

// cursor is what a part held when it was last read to its end.
type cursor struct {
	collectors.Asked
	// Sum is the digest of its files, and ETag the server's own name for what
	// an address answered.
	Sum  string `json:"sum,omitempty"`
	ETag string `json:"etag,omitempty"`
	// Next is when the next meeting of any calendar ends, in seconds since
	// 1970: then there is something new although no file has changed.
	Next int64 `json:"next,omitempty"`
	// Odd is what was odd, and Notes what was said: each run tells of the whole.
	Odd   []evidence.Gap `json:"odd,omitempty"`
	Notes []string       `json:"notes,omitempty"`
}

// maxKeptOdd is how many oddities are remembered: the report lists no more.
const maxKeptOdd = 100

func (c cursor) encode() string {
	c.Odd = c.Odd[:min(len(c.Odd), maxKeptOdd)]
	b, err := json.Marshal(c)
	if err != nil {
		return "" // texts and numbers cannot fail
	}
	return string(b)
}

// decode reads a cursor. What it does not understand is an empty one: then all
// is read anew.
func decode(s string) cursor {
	var c cursor
	if s == "" || json.Unmarshal([]byte(s), &c) != nil {
		return cursor{}
	}
	return c
}

// ask is the question without its period: everything in the configuration that
// decides what an item is made of, as a digest, since it holds names.
func (c *collector) ask() string {
	b, err := json.Marshal(struct {
		Config Config
		Self   evidence.Identity
		People evidence.People
		Zone   string
	}{c.cfg, c.env.Self, c.env.People, fmt.Sprint(c.env.Zone)})
	if err != nil {
		return form
	}
	return form + ":" + evidence.Hash(b)[:32]
}
