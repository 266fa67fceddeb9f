// Package objectives decides which evidence speaks for which objective, and
// keeps why.
//
// The mapping is deterministic: the same items, objectives and decisions give
// the same matches, in whatever order they come. A [Match] holds the reasons
// that it was made from, so an explanation is the decision's own record and
// never a second computation.
//
// # Score
//
// A rule holds for an item when all of its conditions do. It then contributes
//
//	c = weight            when one of its words stands in the title, or it asks for no words
//	c = weight × (1-0.3ⁿ) when n different words of it stand elsewhere only
//
// (0.7, 0.91, 0.97 for one, two, three words). A [Competency] of the catalogue
// contributes its own score, times its share of the objective. An objective's
// score is the noisy-or of these contributions, 1-Π(1-c): no number of them
// exceeds 1. An item counts when the score reaches the objective's threshold,
// and whatever the person decided wins over it.
//
// The contributions of a match's reasons add up to its score. Signals of the
// catalogue may speak against a competency; their contributions are negative.
// Changes inherit a little from the tickets of their threads, and decisions on
// some items correct the scores of others a little; each is a reason too.
package objectives

import (
	"errors"
	"fmt"
	"time"
)

// Objective is what the person is asked to do, with the rules that recognise
// evidence for it.
type Objective struct {
	ID        string  `yaml:"id" jsonschema:"required,pattern=^[A-Za-z0-9][A-Za-z0-9._-]*$,description=Short name for flags and decisions: letters; digits; hyphens. Keep it the same from period to period."`
	Title     string  `yaml:"title" jsonschema:"required,description=Short title for headings and tables"`
	Statement string  `yaml:"statement,omitempty" jsonschema:"description=The objective in the words of the review form"`
	Threshold float64 `yaml:"threshold,omitempty" jsonschema:"minimum=0,maximum=1,default=0.5,description=Least score from 0 to 1 at which an item counts as evidence"`
	// Competencies are what the objective asks for, of the catalogue. Without
	// any, and without rules, the statement says: see [Resolve].
	Competencies []CompetencyWeight `yaml:"competencies,omitempty" jsonschema:"description=What the objective asks for; competencies of the catalogue. Without them and without rules its statement is resolved to some"`
	Rules        []Rule             `yaml:"rules,omitempty" jsonschema:"description=How evidence for the objective is recognised; each rule that holds adds to the score"`
	KeyResults   []KeyResult        `yaml:"key_results,omitempty" jsonschema:"description=Measurable results that the objective aims at"`
}

// KeyResult is a measurable result that an objective aims at.
type KeyResult struct {
	Title  string `yaml:"title" jsonschema:"required,description=What is to be reached"`
	Target string `yaml:"target,omitempty" jsonschema:"description=How much of it; in the person's words: 8 pages"`
	Due    string `yaml:"due,omitempty" jsonschema:"pattern=^[0-9]{4}-[0-9]{2}-[0-9]{2}$,description=By which day: YYYY-MM-DD"`
}

// DefaultThreshold is the least score at which an item counts as evidence.
const DefaultThreshold = 0.5

// Least returns the objective's threshold, [DefaultThreshold] when it has none.
func (o *Objective) Least() float64 {
	if o.Threshold == 0 {
		return DefaultThreshold
	}
	return o.Threshold
}

// Validate reports what is wrong with the objective, all at once. Each message
// begins with the path of the field ("rules[2].kinds: ..."), so that it can
// stand behind a position.
func (o *Objective) Validate() error {
	var errs []error
	bad := func(format string, a ...any) { errs = append(errs, fmt.Errorf(format, a...)) }
	switch {
	case o.ID == "":
		bad("id: is missing")
	case !validID(o.ID):
		bad("id: %q has other characters than letters, digits, '.', '_' and '-', or does not begin with a letter or digit", o.ID)
	}
	if o.Title == "" {
		bad("title: is missing")
	}
	if !(o.Threshold >= 0 && o.Threshold <= 1) {
		bad("threshold: %v is not between 0 and 1", o.Threshold)
	}
	named := map[string]bool{}
	for i, c := range o.Competencies {
		switch {
		case findCompetency(c.ID) == nil:
			bad("competencies[%d].id: %q is not in the catalogue", i, c.ID)
		case named[c.ID]:
			bad("competencies[%d].id: %q occurs twice", i, c.ID)
		}
		named[c.ID] = true
		if !(c.Weight >= 0 && c.Weight <= 1) {
			bad("competencies[%d].weight: %v is not between 0 and 1", i, c.Weight)
		}
	}
	names := map[string]bool{}
	for i := range o.Rules {
		if name := o.Rules[i].Name; name != "" && names[name] {
			bad("rules[%d].name: %q occurs twice; a reason would not say which rule it is", i, name)
		}
		names[o.Rules[i].Name] = true
		for _, err := range o.Rules[i].problems() {
			bad("rules[%d].%w", i, err)
		}
	}
	for i, k := range o.KeyResults {
		if k.Title == "" {
			bad("key_results[%d].title: is missing", i)
		}
		if _, err := time.Parse(time.DateOnly, k.Due); k.Due != "" && err != nil {
			bad("key_results[%d].due: %q is not a day of the form YYYY-MM-DD", i, k.Due)
		}
	}
	return errors.Join(errs...)
}

// validID reports whether s can name an objective on a command line and in the
// decisions file.
func validID(s string) bool {
	for i, r := range s {
		letter := r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || r >= '0' && r <= '9'
		if !letter && (i == 0 || r != '.' && r != '_' && r != '-') {
			return false
		}
	}
	return s != ""
}

// Match is the verdict on one item for one objective, whether it counts or not.
type Match struct {
	Item      string // id
	Objective string // id
	Score     float64
	Threshold float64
	Reasons   []Reason // what fired, the largest contribution first
	// Misses is what came near: rules of which all conditions but one held,
	// something telling (words, paths, labels, links, people, places) among them.
	Misses []Reason
	// Decision is the person's own last word on the pair, nil when there is
	// none. It wins over the score. Its verb is accept, reject or pin.
	Decision *Decision
}

// Reason is one rule's contribution to a match.
type Reason struct {
	Rule         string  `json:"rule"`
	Competency   string  `json:"competency,omitempty"` // of the catalogue, whose signal it is; empty for the objective's own rules
	Field        string  `json:"field"`                // title, text, acts, labels, paths, links, people, place, kind
	Excerpt      string  `json:"excerpt,omitempty"`    // the words that fired, with their surroundings; foreign text as it is
	Contribution float64 `json:"contribution"`
	Missing      string  `json:"missing,omitempty"` // for a miss: the condition that did not hold
}

// Chosen reports whether the item counts as evidence for the objective.
func (m Match) Chosen() bool {
	if m.Decision != nil {
		return m.Decision.Verb == Accept || m.Decision.Verb == Pin
	}
	return m.Score >= m.Threshold
}

// Pinned reports whether the person wants the item shown first.
func (m Match) Pinned() bool { return m.Decision != nil && m.Decision.Verb == Pin }
