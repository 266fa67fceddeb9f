// Package words reads and writes the file of what no record can say: the
// person's thesis, claims, assessments, priorities and requests, in their own
// words. It stands beside the configuration and is made for an editor and for
// git: comments and order are kept.
//
// # Format
//
// A line of "## " opens a part and one of "### " a field of it; the text below
// belongs to what was opened last. Lines of "# " are comments; lines of "#? "
// are prompts, which the program puts in and takes out again. A text line that
// would be one of these begins with a backslash.
//
//	## thesis
//	Releases that waited for three weeks now leave the day they are ready.
//
//	## objective mentoring
//	### claim
//	### assessment
//	### what did not work
//	### key result Eight pages written
//
//	## card github:acme/api#12
//	### situation
//	### did
//	### result
//
//	## priority
//	Halve the queue of reviews.
//	### date
//	### first step
//	### how we will know
//
//	## request
//	## answer 2
package words

import (
	"maps"
	"slices"
	"strconv"
	"strings"
)

// MaxPriorities is how many priorities the file may hold: more are none.
const MaxPriorities = 3

// Words is all that a person wrote. Texts are trimmed and hold newlines only
// between paragraphs and lines; what was not written is empty. They are as the
// person typed them: a sink gates them as it does foreign text.
type Words struct {
	Thesis     string
	Objectives map[string]Objective // by id
	Cards      map[string]Card      // by the id of the leading item
	Priorities []Priority           // at most [MaxPriorities], in the order of the file
	Requests   []string             // to the manager
	Answers    map[int]string       // by number of the form's question, from 1
}

// Objective is what a person says of one of their objectives.
type Objective struct {
	Claim      string
	Assessment string            // Achieved, On track, Behind or a word of their own; one line
	Missed     string            // what did not work
	KeyResults map[string]string // state, by the key result's title; see [KeyOf]
}

// Card is what a person says of a piece of work.
type Card struct{ Situation, Did, Result string }

// Priority is one thing for the time to come.
type Priority struct {
	Text      string
	Date      string // YYYY-MM-DD; empty when there is none yet
	FirstStep string
	Know      string // how we will know
}

// The kinds of parts.
const (
	ThesisPart    = "thesis"
	ObjectivePart = "objective"
	CardPart      = "card"
	PriorityPart  = "priority"
	RequestPart   = "request"
	AnswerPart    = "answer"
)

// The fields of parts.
const (
	Claim      = "claim"
	Assessment = "assessment"
	Missed     = "what did not work"
	KeyResult  = "key result" // with a title behind it
	Situation  = "situation"
	Did        = "did"
	Result     = "result"
	Date       = "date"
	FirstStep  = "first step"
	Know       = "how we will know"
)

// fields are the fields that each kind of part may have.
var fields = map[string][]string{
	ObjectivePart: {Claim, Assessment, Missed, KeyResult},
	CardPart:      {Situation, Did, Result},
	PriorityPart:  {Date, FirstStep, Know},
}

// bare are the kinds whose text stands right below their heading.
var bare = []string{ThesisPart, PriorityPart, RequestPart, AnswerPart}

// named are the kinds with a name behind them.
var named = []string{ObjectivePart, CardPart, AnswerPart}

// KeyOf returns the title of a key result as a heading can hold it and as
// [Objective.KeyResults] is keyed: on one line, in lower case.
func KeyOf(title string) string { return strings.ToLower(oneLine(title)) }

// oneLine returns s with every run of blanks as one space.
func oneLine(s string) string { return strings.Join(strings.Fields(s), " ") }

// Words returns what the file says.
func (f *File) Words() Words {
	w := Words{Objectives: map[string]Objective{}, Cards: map[string]Card{}, Answers: map[int]string{}}
	for i := range f.parts {
		p := &f.parts[i]
		switch p.kind {
		case ThesisPart:
			w.Thesis = p.text()
		case ObjectivePart:
			o := Objective{Claim: p.field(Claim), Assessment: oneLine(p.field(Assessment)), Missed: p.field(Missed), KeyResults: map[string]string{}}
			for _, fd := range p.fields {
				if fd.kind == KeyResult && fd.text() != "" {
					o.KeyResults[KeyOf(fd.name)] = fd.text()
				}
			}
			w.Objectives[p.name] = o
		case CardPart:
			w.Cards[p.name] = Card{p.field(Situation), p.field(Did), p.field(Result)}
		case PriorityPart:
			pr := Priority{p.text(), oneLine(p.field(Date)), p.field(FirstStep), p.field(Know)}
			if pr != (Priority{}) {
				w.Priorities = append(w.Priorities, pr)
			}
		case RequestPart:
			if t := p.text(); t != "" {
				w.Requests = append(w.Requests, t)
			}
		case AnswerPart:
			if n, err := strconv.Atoi(p.name); err == nil && p.text() != "" {
				w.Answers[n] = p.text()
			}
		}
	}
	return w
}

// Strangers returns the headings of parts that speak of an objective or a card
// which is not there: what was written for it is kept and shows nowhere.
func (w Words) Strangers(objective, card func(id string) bool) []string {
	var out []string
	for _, id := range slices.Sorted(maps.Keys(w.Objectives)) {
		if !objective(id) {
			out = append(out, ObjectivePart+" "+id)
		}
	}
	for _, id := range slices.Sorted(maps.Keys(w.Cards)) {
		if !card(id) {
			out = append(out, CardPart+" "+id)
		}
	}
	return out
}
