package github

import (
	"encoding/json"
	"slices"
	"time"

	"github.com/dossier-report/dossier/collectors"
	"github.com/dossier-report/dossier/evidence"
)

// form is raised when items are made differently of the same answers, so that
// everything is asked again.
const form = "2"

// cursor is how far a part was read. It is kept with each page.
type cursor struct {
	// Done are the passes that were completed, the last one first.
	Done []done `json:"done,omitempty"`
	// Pass is the pass under way, nil when the last one is complete.
	Pass *pass `json:"pass,omitempty"`
	// Seen is a board as it was seen last, by card.
	Seen map[string]*collectors.Sighting `json:"seen,omitempty"`
}

// done is a complete pass: what was asked, and what the server said about the
// whole at the time. While it says the same, nothing is new.
type done struct {
	Ask   string `json:"ask"`
	Print string `json:"print"`
	At    int64  `json:"at,omitempty"` // seconds since 1970
	// Odd is what was odd in it: each run tells of the whole.
	Odd []evidence.Gap `json:"odd,omitempty"`
}

// pass is a search under way. Its results are in the order in which they were
// created, so a place in them stays.
type pass struct {
	Ask     string         `json:"ask"`
	Print   string         `json:"print"`
	Windows []window       `json:"windows"` // still to be read, the first is being read
	After   string         `json:"after,omitempty"`
	Seen    int            `json:"seen,omitempty"` // results of the first window so far
	Lost    bool           `json:"lost,omitempty"` // something could not be read: the pass is no complete one
	Odd     []evidence.Gap `json:"odd,omitempty"`
}

// maxOdd is how many oddities are remembered: the report lists no more.
const maxOdd = 100

func (p *pass) note(g evidence.Gap) {
	if len(p.Odd) < maxOdd {
		p.Odd = append(p.Odd, g)
	}
}

// maxDone is how many periods are remembered as complete.
const maxDone = 12

// complete returns the pass in which the same was asked with the same answer.
func (c *cursor) complete(ask, print string) (done, bool) {
	i := slices.IndexFunc(c.Done, func(d done) bool { return d.Ask == ask && d.Print == print })
	if i < 0 {
		return done{}, false
	}
	return c.Done[i], true
}

// finish notes a complete pass.
func (c *cursor) finish(ask, print string, now time.Time) {
	d := done{Ask: ask, Print: print, At: now.Unix()}
	if c.Pass != nil {
		d.Odd = c.Pass.Odd
	}
	c.Done = slices.DeleteFunc(c.Done, func(d done) bool { return d.Ask == ask })
	c.Done = slices.Insert(c.Done, 0, d)
	c.Done = c.Done[:min(len(c.Done), maxDone)]
	c.Pass = nil
}

func (c *cursor) encode() string {
	b, err := json.Marshal(c)
	if err != nil {
		return "" // strings and numbers cannot fail
	}
	return string(b)
}

// decodeCursor reads a cursor. What it does not understand is an empty one: the
// part is read anew.
func decodeCursor(s string) *cursor {
	c := &cursor{}
	if s == "" || json.Unmarshal([]byte(s), c) != nil {
		return &cursor{}
	}
	if c.Pass != nil && len(c.Pass.Windows) == 0 {
		c.Pass = nil
	}
	return c
}

// window is a stretch of time from a second to another, both included, in
// seconds since 1970.
type window struct {
	From int64 `json:"from"`
	To   int64 `json:"to"`
}

const searchTime = "2006-01-02T15:04:05Z"

// String writes the window as a search has it.
func (w window) String() string {
	return time.Unix(w.From, 0).UTC().Format(searchTime) + ".." + time.Unix(w.To, 0).UTC().Format(searchTime)
}

// split parts a window into n of the same length, fewer where it is shorter
// than that many seconds.
func (w window) split(n int64) []window {
	length := w.To - w.From + 1
	n = max(1, min(n, length))
	var out []window
	for i := range n {
		out = append(out, window{w.From + length*i/n, w.From + length*(i+1)/n - 1})
	}
	return out
}

// founded is before the first thing on GitHub.
var founded = time.Date(2007, 10, 1, 0, 0, 0, 0, time.UTC)

// span returns the period as a window. An open end reaches to the end of
// tomorrow, so that the same is asked all day.
func span(p evidence.Period, now time.Time) window {
	w := window{founded.Unix(), now.Truncate(24*time.Hour).Add(48*time.Hour).Unix() - 1}
	if !p.From.IsZero() && p.From.After(founded) {
		w.From = ceil(p.From)
	}
	if !p.To.IsZero() {
		w.To = ceil(p.To) - 1
	}
	w.To = max(w.To, w.From)
	return w
}

// ceil rounds up to a second: GitHub's times have no smaller part.
func ceil(t time.Time) int64 {
	s := t.Unix()
	if t.Nanosecond() > 0 {
		s++
	}
	return s
}
