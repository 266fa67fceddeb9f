package objectives

import (
	"errors"
	"fmt"
	"math"
	"slices"
	"strings"

	"github.com/dossier-report/dossier/evidence"
)

// Rule recognises evidence for an objective. Every condition that it names must
// hold; a condition with a list holds when one of the list does. Case never
// matters.
type Rule struct {
	Name   string          `yaml:"name" jsonschema:"required,description=What the rule recognises; printed with every match that it made"`
	Kinds  []evidence.Kind `yaml:"kinds,omitempty" jsonschema:"description=Kinds of evidence: pull_request; issue; ticket; ..."`
	Verbs  []evidence.Verb `yaml:"verbs,omitempty" jsonschema:"description=What the person did: reviewed; merged; ..."`
	Own    *bool           `yaml:"own,omitempty" jsonschema:"description=true: the person's own items only; false: only somebody else's"`
	Roles  []string        `yaml:"roles,omitempty" jsonschema:"description=What another person was to the item: author; reviewer; assignee; ..."`
	Places []string        `yaml:"places,omitempty" jsonschema:"description=Where: repository; project; space; channel. Globs with * and **"`
	Labels []string        `yaml:"labels,omitempty" jsonschema:"description=Labels; globs with *"`
	Paths  []string        `yaml:"paths,omitempty" jsonschema:"description=Changed files; globs with * and **: docs/**"`
	// OnlyPaths asks that every changed file is one of these: a change of the
	// documentation alone, of the tests alone.
	OnlyPaths []string `yaml:"only_paths,omitempty" jsonschema:"description=Every changed file is one of these; globs with * and **"`
	Links     []string `yaml:"links,omitempty" jsonschema:"description=Addresses or ticket keys that the item refers to; globs with * and **: arxiv.org/**"`

	// Relations are what the other person is to me, as the configuration
	// says. With Roles, one person must be both.
	Relations []string `yaml:"relations,omitempty" jsonschema:"description=What another person is to me in the configuration: junior; peer; leader; ..."`

	// Words are words and phrases. A word stands for all that has its English
	// stem ("review": reviews, reviewing); "=scheduler" for itself only. Parts
	// of compounds count: "gpu" is in multi-GPU, multi_gpu and MultiGPU.
	Words []string `yaml:"words,omitempty" jsonschema:"description=Words and phrases; by their stems; =word for exactly this form"`
	With  []string `yaml:"with,omitempty" jsonschema:"description=Words and phrases of which one must stand there too"`
	Not   []string `yaml:"not,omitempty" jsonschema:"description=Words and phrases that forbid the rule; in the same fields"`
	// Except are phrases in which a word does not mean what the rule looks for
	// ("steps to reproduce"): a word inside one of them does not count, wherever
	// else it stands it does.
	Except []string `yaml:"except,omitempty" jsonschema:"description=Phrases inside which a word does not count: steps to reproduce"`
	Fields []string `yaml:"fields,omitempty" jsonschema:"enum=title,enum=text,enum=acts,enum=labels,enum=paths,description=Where words are looked for; title; text and acts by default"`

	// MinWords asks for so many words of prose in the item's text or in what
	// the person wrote on it, whichever of Fields is named; a long review
	// comment is more likely to explain than a short one.
	MinWords int `yaml:"min_words,omitempty" jsonschema:"minimum=0,description=Least number of words of prose in the fields; code and quotations do not count"`

	MaxWords int `yaml:"max_words,omitempty" jsonschema:"minimum=0,description=Largest number of words of prose in the fields"`
	// Shapes are forms of what the person wrote; see [Shapes].
	Shapes []string `yaml:"shapes,omitempty" jsonschema:"enum=code,enum=suggestion,enum=question,enum=list,enum=trace,enum=quotation,enum=table,description=Form of what the person wrote: code; suggestion; question; list; trace; quotation; table"`

	Bots   bool    `yaml:"bots,omitempty" jsonschema:"description=Also match what bots do as routine: dependency bumps; releases"`
	Weight float64 `yaml:"weight,omitempty" jsonschema:"minimum=0,maximum=1,default=0.8,description=How much the rule says; from 0 to 1"`
}

// DefaultWeight is the weight of a rule that names none: one word in the text
// is then enough for the default threshold.
const DefaultWeight = 0.8

// weight is Weight with its default.
func (r *Rule) weight() float64 {
	if r.Weight == 0 {
		return DefaultWeight
	}
	return r.Weight
}

// The fields that words are looked for in, as bits of a set.
const (
	inTitle = iota
	inText
	inActs
	inLabels
	inPaths
	fieldCount
)

// wordFields are the names of the fields, by their bits.
var wordFields = [fieldCount]string{"title", "text", "acts", "labels", "paths"}

const defaultFields = 1<<inTitle | 1<<inText | 1<<inActs

func (r *Rule) fields() uint8 {
	if len(r.Fields) == 0 {
		return defaultFields
	}
	var set uint8
	for _, f := range r.Fields {
		if i := slices.Index(wordFields[:], f); i >= 0 {
			set |= 1 << i
		}
	}
	return set
}

// Validate reports what is wrong with the rule, all at once. Each message
// begins with the field's name, so that it can stand behind a position.
func (r *Rule) Validate() error { return errors.Join(r.problems()...) }

func (r *Rule) problems() (errs []error) {
	bad := func(format string, a ...any) { errs = append(errs, fmt.Errorf(format, a...)) }
	if strings.TrimSpace(r.Name) == "" {
		bad("name: is missing; it is printed with every match")
	}
	for _, k := range r.Kinds {
		if !slices.Contains(evidence.Kinds, k) {
			bad("kinds: %q is none of %s", k, list(evidence.Kinds))
		}
	}
	for _, v := range r.Verbs {
		if !slices.Contains(evidence.Verbs, v) {
			bad("verbs: %q is none of %s", v, list(evidence.Verbs))
		}
	}
	for _, f := range r.Fields {
		if !slices.Contains(wordFields[:], f) {
			bad("fields: %q is none of %s", f, list(wordFields[:]))
		}
	}
	for _, l := range []struct {
		name  string
		words []string
	}{{"words", r.Words}, {"with", r.With}, {"not", r.Not}, {"except", r.Except}} {
		for _, w := range l.words {
			if _, err := parsePhrase(w); err != nil {
				bad("%s: %w", l.name, err)
			}
		}
	}
	for _, l := range r.lists() {
		for _, s := range l.values {
			if strings.TrimSpace(s) == "" {
				bad("%s: an entry is empty", l.name)
			}
		}
	}
	if math.IsNaN(r.Weight) || r.Weight < 0 || r.Weight > 1 {
		bad("weight: %v is not between 0 and 1", r.Weight)
	}
	if r.MinWords < 0 {
		bad("min_words: %d is negative", r.MinWords)
	}
	if r.MaxWords < 0 || r.MaxWords > 0 && r.MaxWords < r.MinWords {
		bad("max_words: %d is negative or less than min_words", r.MaxWords)
	}
	for _, s := range r.Shapes {
		if shapeBit(s) == 0 {
			bad("shapes: %q is none of %s", s, list(Shapes))
		}
	}
	if len(r.With) > 0 && len(r.Words) == 0 {
		bad("with: needs words")
	}
	if len(r.Except) > 0 && len(r.Words) == 0 {
		bad("except: needs words")
	}
	if r.unconditional() {
		bad("words: the rule has no condition and would match everything")
	}
	return errs
}

type namedList struct {
	name   string
	values []string
}

// lists are the conditions that are matched as names or globs.
func (r *Rule) lists() []namedList {
	return []namedList{{"roles", r.Roles}, {"relations", r.Relations}, {"places", r.Places},
		{"labels", r.Labels}, {"paths", r.Paths}, {"only_paths", r.OnlyPaths}, {"links", r.Links}}
}

func (r *Rule) unconditional() bool {
	for _, l := range r.lists() {
		if len(l.values) > 0 {
			return false
		}
	}
	return len(r.Kinds)+len(r.Verbs)+len(r.Words) == 0 && r.Own == nil && r.MinWords == 0 && r.MaxWords == 0 && len(r.Shapes) == 0
}

func list[S ~string](ss []S) string {
	var b strings.Builder
	for i, s := range ss {
		if i > 0 {
			b.WriteString(", ")
		}
		b.WriteString(string(s))
	}
	return b.String()
}
