package git

import (
	"encoding/json"
	"slices"

	"github.com/dossier-report/dossier/collectors"
	"github.com/dossier-report/dossier/evidence"
)

// form is raised when items are made differently from the same commits, so that
// a clone is read anew.
const form = "2"

// cursor is how far a clone was read. It is written with each page.
type cursor struct {
	// What was asked: addresses, refs, how items are made.
	collectors.Asked

	// Read is what the last complete pass has read: the ends of the history,
	// and the default branch.
	Read tips `json:"read,omitzero"`
	// Odd is what was odd in what was read: each run tells of the whole.
	Odd []evidence.Gap `json:"odd,omitempty"`
	// Pass is the pass under way, nil when the last one is complete.
	Pass *pass `json:"pass,omitempty"`
}

// tips are the commits from which the history is walked.
type tips struct {
	// All are the ends of every ref, sorted. In [cursor.Read] those that lie
	// behind another are left out: a release's tag adds nothing to the branch.
	All []string `json:"all,omitempty"`
	// Sum is the digest of all ends, also of those left out.
	Sum  string `json:"sum,omitempty"`
	Main string `json:"main,omitempty"` // the default branch, "" where there is none
}

// pass is a walk from To back to what was read before. The same pass finds the
// same commits in the same order, so a number says where to go on.
type pass struct {
	Whole bool   `json:"whole,omitempty"` // asks for everything, also what was read before
	Loose bool   `json:"loose,omitempty"` // something that was read is gone: ends that are not met stay ends
	To    tips   `json:"to"`
	Kept  int    `json:"kept,omitempty"` // commits of the pass that are kept
	Last  string `json:"last,omitempty"` // the last of them
}

// nothing is the cursor of a clone that is to be read anew.
const nothing = "{}"

// after returns the cursor after a page.
func (c cursor) after(p *page) cursor {
	if p.last {
		if c.Pass.Whole {
			c.Odd = nil
		}
		c.Odd = append(slices.Clone(c.Odd), p.odd...)
		c.Odd = c.Odd[:min(len(c.Odd), maxOdd)]
		c.Read, c.Pass = p.read, nil
		return c
	}
	next := *c.Pass
	next.Kept = p.found
	if n := len(p.commits); n > 0 {
		next.Last = p.commits[n-1].id
	}
	c.Pass = &next
	return c
}

// maxOdd is how many oddities are remembered: the report lists no more.
const maxOdd = 100

// maxTips is how many ends are written with every page of a pass; a clone with
// more goes on with an interrupted pass only when nothing has moved.
const maxTips = 1000

// encode writes the cursor; the ends of a pass are left out where there are too
// many.
func (c cursor) encode() string {
	if c.Pass != nil && len(c.Pass.To.All) > maxTips {
		p := *c.Pass
		p.To.All = nil
		c.Pass = &p
	}
	b, err := json.Marshal(c)
	if err != nil {
		return "" // strings and numbers cannot fail
	}
	return string(b)
}

// decode reads a cursor. What it does not understand, or what a newer version
// wrote, is nil: the clone is read anew.
func decode(s string) *cursor {
	var c cursor
	if s == "" || json.Unmarshal([]byte(s), &c) != nil || c.Ask == "" {
		return nil
	}
	for _, t := range []tips{c.Read, c.passTo()} {
		if slices.ContainsFunc(t.All, func(id string) bool { return !isID(id) }) || t.Main != "" && !isID(t.Main) {
			return nil
		}
	}
	if c.Pass == nil && c.Read.Sum == "" {
		return nil
	}
	return &c
}

func (c *cursor) passTo() tips {
	if c.Pass == nil {
		return tips{}
	}
	return c.Pass.To
}

// ends returns the ends without those that another commit has as its parent:
// inner says which are. Ends that were not met in this walk are kept only when
// they were ends before; others lie behind what was read.
func ends(all []string, inner, met map[string]bool, before []string, everything bool) []string {
	old := make(map[string]bool, len(before))
	for _, id := range before {
		old[id] = true
	}
	var out []string
	for _, id := range all {
		if !inner[id] && (everything || met[id] || old[id]) {
			out = append(out, id)
		}
	}
	return out
}
