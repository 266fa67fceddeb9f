package report

import (
	"cmp"
	"slices"
	"strings"
	"time"

	"github.com/dossier-report/dossier/evidence"
	"github.com/dossier-report/dossier/objectives"
	"github.com/dossier-report/dossier/report/analysis"
	"github.com/dossier-report/dossier/report/words"
)

// Input is everything that a report is made from. [Build] reads nothing else:
// no clock, no environment, no store.
type Input struct {
	Self    evidence.Identity
	Manager string // name; left out of the people who can speak to the work
	Review  string // "Mid-year review 2026"; from the period when empty
	People  evidence.People
	Period  evidence.Period
	Zone    *time.Location // in which days are printed; the period's when nil
	Made    time.Time      // the moment that "today" means

	Objectives []objectives.Objective
	// Only limits the report to these objectives, by id, in the order of
	// Objectives; empty means all. Ids that are not there are passed over: who
	// takes them from a user checks them first.
	Only    []string
	Mapping Verdicts

	// Records may hold items outside the period; they are counted and left out.
	Records   []evidence.Record
	Threads   []evidence.Thread
	Decisions []objectives.Decision // for the person's notes; the mapping has obeyed them
	Coverage  []evidence.Coverage

	Sources []SourceName   // that are configured, in the configuration's order
	Form    []FormQuestion // [DefaultForm] when empty

	Flow *analysis.Result // figures of the work items; nil where there are none

	Words words.Words // what the person wrote for the report; zero for nothing yet

	Version    string // of the program
	ConfigHash string
}

// Verdicts is a mapping as a report asks for it: an [objectives.Mapping].
type Verdicts interface {
	// For returns the objectives' verdicts on an item, by its id.
	For(item string) []objectives.Match
}

// SourceName is how a source is called in print.
type SourceName struct {
	Name  string // as in [evidence.Item.Source]
	Title string // "GitHub"
	Badge string // two letters: "GH"
}

// Subject is what a question of a form is about, and so which answer the
// records can give or prompt for.
type Subject string

// The subjects of a form's questions.
const (
	Progress   Subject = "progress"   // what has been achieved
	Voices     Subject = "people"     // who can speak to it
	Priorities Subject = "priorities" // what comes next
	Support    Subject = "support"    // what the person asks of their manager
	Open       Subject = "open"       // anything else: always for the person to write
)

// FormQuestion is one question of the review form.
type FormQuestion struct {
	Title   string
	Asks    string // the form's own wording, the prompt of an open question
	Subject Subject
	Limit   int // characters that the form takes; 0 for no limit
}

// DefaultForm is the form of a half-yearly review in four questions.
func DefaultForm() []FormQuestion {
	return []FormQuestion{
		{Title: "Progress to date", Asks: "Summarise your progress to date.", Subject: Progress},
		{Title: "Who can speak to this", Asks: "Which project managers or leaders can speak to your progress on certain skills or behaviours?", Subject: Voices},
		{Title: "Priorities for the next six months", Asks: "Six months into the year: what priorities do you need to set, including competencies and skills to develop?", Subject: Priorities},
		{Title: "How my manager can support me", Asks: "How can your manager best support you?", Subject: Support},
	}
}

// normal returns the input with its defaults filled in and everything but the
// records, whose order means nothing either, put into one order.
func (in Input) normal() Input {
	if in.Zone == nil {
		in.Zone = in.Period.Zone
	}
	if in.Zone == nil {
		in.Zone = time.UTC
	}
	in.Period.Zone = in.Zone
	if len(in.Form) == 0 {
		in.Form = DefaultForm()
	}
	in.Threads = slices.SortedFunc(slices.Values(in.Threads), func(a, b evidence.Thread) int { return strings.Compare(a.ID, b.ID) })
	// Of decisions of one moment the later in the file counts.
	in.Decisions = slices.SortedStableFunc(slices.Values(in.Decisions), func(a, b objectives.Decision) int { return a.At.Compare(b.At) })
	in.Coverage = slices.SortedFunc(slices.Values(in.Coverage), func(a, b evidence.Coverage) int {
		return cmp.Or(strings.Compare(a.Source, b.Source), a.AskedAt.Compare(b.AskedAt), a.Period.From.Compare(b.Period.From),
			a.Period.To.Compare(b.Period.To), strings.Compare(string(a.State), string(b.State)), strings.Compare(a.Why, b.Why))
	})
	return in
}

// sorted returns the records by id. Of two answers about one item the newer
// counts.
func sorted(records []evidence.Record) []*evidence.Record {
	rs := make([]*evidence.Record, len(records))
	for i := range records {
		rs[i] = &records[i]
	}
	slices.SortFunc(rs, func(a, b *evidence.Record) int {
		return cmp.Or(strings.Compare(a.Item.ID, b.Item.ID), b.FetchedAt.Compare(a.FetchedAt), strings.Compare(a.Hash, b.Hash))
	})
	return slices.CompactFunc(rs, func(a, b *evidence.Record) bool { return a.Item.ID == b.Item.ID })
}
