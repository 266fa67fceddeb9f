package objectives

import (
	"bytes"
	"embed"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"math"
	"slices"
	"strings"
	"sync"

	"go.yaml.in/yaml/v4"
)

//go:embed catalogue/*.yaml catalogue/weights.json
var catalogueFiles embed.FS

// Competency is something that engineering and research ladders ask for, with
// the signals that evidence for it carries.
//
// Its probability for an item is logistic in the signals that hold:
//
//	q = 1/(1+exp(-(bias + Σ odds × share)))
//
// where share is 1, or less for words that stand outside of the title (see the
// package comment). What counts is how far q rises above q₀, that of an item on
// which no signal holds: u = (q-q₀)/(1-q₀), put on the scale of scores by u^γ
// with γ = ln ½/ln least, so that an item counts from a score of ½ on.
type Competency struct {
	ID          string   `yaml:"id"`
	Title       string   `yaml:"title"`
	Description string   `yaml:"description"`
	Cues        []string `yaml:"cues,omitempty"`     // how a statement names it; see [Resolve]
	Includes    []string `yaml:"includes,omitempty"` // ids of what is a part of it for a statement that asks for it
	Bias        float64  `yaml:"bias"`               // log-odds of an item on which no signal holds
	Least       float64  `yaml:"least,omitempty"`    // the u from which an item counts; defaultLeast without
	Signals     []Signal `yaml:"signals"`
}

const defaultLeast = 0.3

// Gamma is the exponent that puts u on the scale of scores.
func (c *Competency) Gamma() float64 {
	least := c.Least
	if least == 0 {
		least = defaultLeast
	}
	return math.Ln2 / -math.Log(least)
}

// Signal is one thing that speaks for a competency, or against it. Its
// conditions are a rule's; its weight counts in log-odds and may be negative.
type Signal struct {
	Rule `yaml:",inline"`
	Odds float64 `yaml:"odds"` // what it adds to the log-odds when it holds
}

// catalogueFile is one file of the catalogue.
type catalogueFile struct {
	// Words are named lists that signals use as "$name".
	Words        map[string][]string `yaml:"words,omitempty"`
	Competencies []Competency        `yaml:"competencies,omitempty"`
}

// Weights are what the catalogue's weights were fitted to, by competency. The
// catalogue's own numbers are what the fit starts from and stays near.
type Weights map[string]FittedWeights

// FittedWeights are one competency's.
type FittedWeights struct {
	Bias  float64            `json:"bias"`
	Least float64            `json:"least"`
	Odds  map[string]float64 `json:"odds"` // by the signal's name
}

// Catalogue returns the competencies, in alphabetical order of ids, with their
// fitted weights. Each call makes them anew, so that the caller may change them.
func Catalogue() []Competency {
	cs, err := readCatalogue(catalogueFiles, true)
	if err != nil {
		panic(err) // the files are part of the program, and a test reads them
	}
	return cs
}

// PriorCatalogue returns the competencies with the weights that were set by
// hand, from which a fit starts.
func PriorCatalogue() []Competency {
	cs, err := readCatalogue(catalogueFiles, false)
	if err != nil {
		panic(err)
	}
	return cs
}

// shipped is the catalogue as mappers use it; nobody changes it.
var shipped = sync.OnceValue(Catalogue)

func readCatalogue(files fs.FS, fitted bool) ([]Competency, error) {
	names, err := fs.Glob(files, "catalogue/*.yaml")
	if err != nil {
		return nil, err
	}
	words := map[string][]string{}
	var cs []Competency
	for _, name := range names {
		text, err := fs.ReadFile(files, name)
		if err != nil {
			return nil, err
		}
		loader, err := yaml.NewLoader(bytes.NewReader(text), yaml.WithKnownFields())
		if err != nil {
			return nil, err
		}
		var f catalogueFile
		if err := loader.Load(&f); err != nil {
			return nil, fmt.Errorf("%s: %w", name, err)
		}
		for k, v := range f.Words {
			if _, ok := words[k]; ok {
				return nil, fmt.Errorf("%s: the words %q stand in two files", name, k)
			}
			words[k] = v
		}
		cs = append(cs, f.Competencies...)
	}
	slices.SortFunc(cs, func(a, b Competency) int { return strings.Compare(a.ID, b.ID) })
	var errs []error
	for i := range cs {
		errs = append(errs, cs[i].ready(words))
		if i > 0 && cs[i].ID == cs[i-1].ID {
			errs = append(errs, fmt.Errorf("competency %q occurs twice", cs[i].ID))
		}
	}
	if err := errors.Join(errs...); err != nil || !fitted {
		return cs, err
	}
	text, err := fs.ReadFile(files, "catalogue/weights.json")
	if err != nil {
		return nil, err
	}
	var w Weights
	if err := json.Unmarshal(text, &w); err != nil {
		return nil, fmt.Errorf("catalogue/weights.json: %w", err)
	}
	w.Apply(cs)
	return cs, nil
}

// ready expands the named lists of words and checks the competency.
func (c *Competency) ready(words map[string][]string) error {
	var errs []error
	bad := func(format string, a ...any) {
		errs = append(errs, fmt.Errorf("competency %q: "+format, append([]any{c.ID}, a...)...))
	}
	if c.Least < 0 || c.Least >= 1 {
		bad("least of %v", c.Least)
	}
	if !validID(c.ID) || c.Title == "" || c.Description == "" || len(c.Signals) == 0 {
		bad("lacks an id, a title, a description or signals")
	}
	names := map[string]bool{}
	for i := range c.Signals {
		s := &c.Signals[i]
		for _, l := range []*[]string{&s.Words, &s.With, &s.Not, &s.Except, &s.Paths, &s.OnlyPaths} {
			var err error
			if *l, err = expand(*l, words); err != nil {
				bad("signal %q: %w", s.Name, err)
			}
		}
		if err := s.Validate(); err != nil {
			bad("signal %q: %w", s.Name, err)
		}
		if s.Odds == 0 || math.IsNaN(s.Odds) || math.Abs(s.Odds) > 10 {
			bad("signal %q: odds of %v", s.Name, s.Odds)
		}
		if names[s.Name] {
			bad("signal %q occurs twice", s.Name)
		}
		names[s.Name] = true
	}
	return errors.Join(errs...)
}

// expand replaces "$name" by the list of that name.
func expand(list []string, words map[string][]string) ([]string, error) {
	var out []string
	for _, w := range list {
		name, ok := strings.CutPrefix(w, "$")
		if !ok {
			out = append(out, w)
			continue
		}
		more, ok := words[name]
		if !ok {
			return nil, fmt.Errorf("no words are called %q", w)
		}
		more, err := expand(more, words)
		if err != nil {
			return nil, err
		}
		out = append(out, more...)
	}
	return out, nil
}

// Apply puts the weights into competencies; what they do not name stays.
func (w Weights) Apply(cs []Competency) {
	for i := range cs {
		f, ok := w[cs[i].ID]
		if !ok {
			continue
		}
		cs[i].Bias, cs[i].Least = f.Bias, f.Least
		for j := range cs[i].Signals {
			if odds, ok := f.Odds[cs[i].Signals[j].Name]; ok {
				cs[i].Signals[j].Odds = odds
			}
		}
	}
}

// CompetencyWeight says how much of an objective a competency is.
type CompetencyWeight struct {
	ID     string  `yaml:"id" jsonschema:"required,description=A competency of the catalogue; dossier objectives lists them"`
	Weight float64 `yaml:"weight,omitempty" jsonschema:"minimum=0,maximum=1,default=1,description=How much of the objective it is; less than 0.5 only supports other evidence"`
}

// Share returns Weight with its default, 1.
func (w CompetencyWeight) Share() float64 {
	if w.Weight == 0 {
		return 1
	}
	return w.Weight
}

// findCompetency returns the shipped competency of that id, or nil.
func findCompetency(id string) *Competency {
	cs := shipped()
	if i, ok := slices.BinarySearchFunc(cs, id, func(c Competency, id string) int { return strings.Compare(c.ID, id) }); ok {
		return &cs[i]
	}
	return nil
}
