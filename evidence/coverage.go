package evidence

import "time"

// Coverage is what one source was asked, what it answered, and what is missing.
// A source that failed never looks like one that found nothing.
type Coverage struct {
	Source string
	Period Period // what was asked for
	// AskedAt and Took say when the source was asked and how long it answered.
	AskedAt time.Time
	Took    time.Duration
	State   CoverageState
	Parts   []Part
	// Why says why the source as a whole failed or was cut short; empty
	// when it is complete.
	Why string
}

// CoverageState is how much of what was asked a source answered.
type CoverageState string

// The states of coverage, the best first.
const (
	Complete CoverageState = "complete"
	Partial  CoverageState = "partial" // some parts or items are missing
	Failed   CoverageState = "failed"  // nothing can be said about the period
)

// Part is one thing that a source was asked: a clone, a search, a board.
type Part struct {
	Name  string `json:"name"`            // stable: the cursor is kept under it
	Query string `json:"query,omitempty"` // as the source was asked, without secrets
	Found int    `json:"found"`           // items in the period that the source holds now; see Item.In
	// Twice is how many of Found another part of the source, earlier in its
	// list, counts as well: a commit that is in two clones.
	Twice int      `json:"twice,omitempty"`
	Gaps  []Gap    `json:"gaps,omitempty"`  // what is missing and why
	Notes []string `json:"notes,omitempty"` // what a reader must know: "shallow clone"
}

// Gap is something that a source should have given and did not.
type Gap struct {
	What string `json:"what"`
	Why  string `json:"why"`
	// Bad marks an item that is kept although something in it is odd, such
	// as an impossible date.
	Bad bool `json:"bad,omitempty"`
}

// Found returns how many items the source holds for the period, each once.
func (c Coverage) Found() int {
	n := 0
	for _, p := range c.Parts {
		n += p.Found - p.Twice
	}
	return n
}
