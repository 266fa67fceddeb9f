// Package report says what an evidence report says, whatever its format.
//
// [Build] makes a [Report] from stored evidence, the mapping and the coverage;
// the formats below render draw it. A report is a plain value: the same input
// gives the same value, and the same value the same bytes.
package report

import (
	"time"

	"github.com/dossier-report/dossier/evidence"
	"github.com/dossier-report/dossier/objectives"
)

// Report is everything that a report says.
type Report struct {
	Title      string     `json:"title"`  // "Evidence report"
	Review     string     `json:"review"` // "Mid-year review 2026"
	Person     PersonLine `json:"person"`
	Period     PeriodLine `json:"period"`
	Made       string     `json:"made"` // the day, in the person's zone: "30 June 2026"
	Thesis     Statement  `json:"thesis"`
	Objectives []Section  `json:"objectives"`
	Questions  []Question `json:"questions"`
	Found      int        `json:"found"`   // items of the period in the store
	Chosen     int        `json:"chosen"`  // of these, how many speak for an objective
	Entries    []Entry    `json:"entries"` // Appendix A, in the order of their references
	Method     Method     `json:"method"`  // Appendix B

	// Warnings has one line for every source that failed, was cut short or was
	// never asked; page 1 and standard error show them. Empty when the method
	// is Complete.
	Warnings []string `json:"warnings,omitempty"`

	// Candidates are the people who could speak to the work, the most shared
	// work first; nobody has confirmed or asked them.
	Candidates []Candidate `json:"candidates,omitempty"`

	// Unserved is the work that speaks for no objective, in groups, the largest
	// first; what falls short the other way is each objective's Gap.
	Unserved []Unserved `json:"unserved,omitempty"`

	// Flow is where the work waited and what changed; nil without work items.
	Flow *Flow `json:"flow,omitempty"`
}

// Candidate is somebody who could speak to the person's work, suggested from
// artefacts that both had a part in.
type Candidate struct {
	Name       string   `json:"name"`
	Role       string   `json:"role,omitempty"`     // "delivery lead"
	Relation   string   `json:"relation,omitempty"` // to the person: junior, leader, ...
	Objectives []int    `json:"objectives"`         // numbers of those that the shared work speaks for
	Refs       []string `json:"refs,omitempty"`     // at most two entries worked on together
	Last       string   `json:"last"`               // the day last worked together, in the person's zone
}

// PersonLine is the masthead.
type PersonLine struct {
	Name    string `json:"name"`
	Role    string `json:"role,omitempty"`
	Manager string `json:"manager,omitempty"`
}

// PeriodLine is the period as it is printed, both ends included. From or To is
// zero where the period is open at that end.
type PeriodLine struct {
	From  time.Time `json:"from,omitzero"`
	To    time.Time `json:"to,omitzero"` // excluded
	Zone  string    `json:"zone"`
	Long  string    `json:"long"`  // "1 January – 30 June 2026"
	Short string    `json:"short"` // "1 Jan – 30 Jun 2026"
}

// Provenance says where a piece of text is from. Every piece carries one.
type Provenance string

// The three provenances, each with its own mark, word and colour.
const (
	FromRecords  Provenance = "records" // drafted from stored evidence
	InMyWords    Provenance = "words"   // written by the person
	ForMeToWrite Provenance = "blank"   // still to be written by the person
)

// Statement is a piece of text with its provenance.
//
// Draw it from [Statement.Runs], never from Text: what the tool drafts has
// Spans, and Text is then only their plain reading, in which a title's own **
// or __ are literal. In a statement without Spans, **strong** and
// __emphasised__ words of Text are marked so; Runs knows both.
type Statement struct {
	From  Provenance `json:"from"`
	Text  string     `json:"text"`
	Spans []Span     `json:"spans,omitempty"`
}

// Question is one question of the review form with its short answer.
type Question struct {
	Number int       `json:"number"`
	Title  string    `json:"title"`
	Answer Statement `json:"answer"`
	Where  string    `json:"where,omitempty"` // section id that holds more; empty for none
	Asks   string    `json:"asks,omitempty"`  // the form's own wording
	Limit  int       `json:"limit,omitempty"` // characters that the form takes; 0 for no limit
}

// Strength says which kinds of proof there are; it is never added up.
type Strength struct {
	Artefact  bool `json:"artefact"`  // a linked artefact
	Outcome   bool `json:"outcome"`   // a measured outcome
	Confirmed bool `json:"confirmed"` // confirmed by somebody else
}

// Section is one objective's page.
type Section struct {
	Number     int       `json:"number"`
	ID         string    `json:"id"`
	Title      string    `json:"title"`
	Words      string    `json:"statement"`            // the objective's own words
	Result     Statement `json:"result"`               // the strongest result so far, one or two lines
	Assessment string    `json:"assessment,omitempty"` // the person's: Achieved, On track, Behind
	Claim      Statement `json:"claim"`
	// Missed is what did not work, in the person's words; zero while unwritten.
	Missed Statement `json:"missed,omitzero"`
	// KeyResults are those that the objective lists, in its order.
	KeyResults []KeyResult `json:"key_results,omitempty"`
	Figures    []KeyFigure `json:"figures,omitempty"` // at most three
	Strength   Strength    `json:"strength"`
	Count      int         `json:"count"`
	Lanes      []Lane      `json:"lanes"`
	Cards      []Card      `json:"cards"`
	More       []string    `json:"more,omitempty"` // references of supporting entries
	Gap        *Gap        `json:"gap,omitempty"`  // where the evidence falls short; nil when it does not
}

// KeyResult is a measurable result that an objective aims at.
type KeyResult struct {
	Title  string    `json:"title"`
	Target string    `json:"target,omitempty"` // in the person's words: "8 pages"
	Due    string    `json:"due,omitempty"`    // the day: "30 Sep 2026"
	Refs   []string  `json:"refs,omitempty"`   // entries that name it
	State  Statement `json:"state"`            // how far it is: the person's own, or blank
}

// KeyFigure is a measured outcome, printed "before → after".
type KeyFigure struct {
	Name   string `json:"name"`
	Value  string `json:"value"` // "41 → 12"
	Unit   string `json:"unit,omitempty"`
	Source string `json:"source"` // reference and who measured it
}

// Lane is one row of an evidence timeline.
type Lane struct {
	Title string `json:"title"`
	Dots  []Dot  `json:"dots"`
}

// Dot is an entry on a timeline. Card is its number there, 0 for a supporting entry.
type Dot struct {
	At   time.Time `json:"at"`
	Card int       `json:"card,omitempty"`
	Ref  string    `json:"ref"`
}

// Card is one piece of work, told from all of its artefacts.
type Card struct {
	Number   int       `json:"number"`
	Refs     []string  `json:"refs"` // entries, the leading one first
	Title    string    `json:"title"`
	Date     string    `json:"date"`
	Fit      Fit       `json:"fit"`
	Strength Strength  `json:"strength"`
	Rows     []CardRow `json:"rows"`              // Did, Result, Why it is here
	Confirm  string    `json:"confirm,omitempty"` // "Approved by Ana Duarte"
	Sources  []Link    `json:"sources"`
}

// CardRow is a labelled line of a card. Its text is literal and has no marks.
type CardRow struct {
	Label string     `json:"label"`
	Text  string     `json:"text"`
	From  Provenance `json:"from,omitempty"`
}

// Link is an artefact's badge, short name and address.
type Link struct {
	Badge string `json:"badge"`
	Label string `json:"label"`
	URL   string `json:"url,omitempty"`
}

// Entry is an item in Appendix A.
type Entry struct {
	Ref        string        `json:"ref"` // "A-13"
	ID         string        `json:"id"`
	Date       time.Time     `json:"date"`
	Day        string        `json:"day"` // in the person's zone: "5 Feb 2026"
	Source     string        `json:"source"`
	Badge      string        `json:"badge"`
	Kind       evidence.Kind `json:"kind"`
	Title      string        `json:"title"`
	Place      string        `json:"place,omitempty"`
	URL        string        `json:"url,omitempty"`
	Acts       string        `json:"acts"` // "opened, merged"
	Strength   Strength      `json:"strength"`
	Objectives []EntryMatch  `json:"objectives"`
	Note       string        `json:"note,omitempty"` // the person's own
	Gone       bool          `json:"gone,omitempty"` // no longer at the source

	// Where the entry is from, for the manifest of a report: the query that
	// found it, when, and the bare hash of the item (see [evidence.Hash] and
	// [evidence.Encode]). A bare hash of a short text can be guessed, so no
	// format prints it.
	Query     string    `json:"-"`
	FetchedAt time.Time `json:"-"`
	Hash      string    `json:"-"`
}

// EntryMatch is why an entry speaks for an objective.
type EntryMatch struct {
	Objective string              `json:"objective"`
	Number    int                 `json:"number"`
	Score     float64             `json:"score"`
	Fit       Fit                 `json:"fit"`
	Decided   string              `json:"decided,omitempty"` // accepted, pinned
	Reasons   []objectives.Reason `json:"reasons"`
}

// Method is Appendix B: how the report was made.
type Method struct {
	Sources     []SourceLine `json:"sources"`
	LeftOut     []LeftOut    `json:"left_out"`
	Definitions []Definition `json:"definitions"`
	Objectives  []Basis      `json:"objectives"`
	Version     string       `json:"version"`
	Config      string       `json:"config"` // hash of the configuration
	Complete    bool         `json:"complete"`
}

// SourceLine is what one source was asked and what it answered.
type SourceLine struct {
	Source  string                 `json:"source"`
	Title   string                 `json:"title"`
	State   evidence.CoverageState `json:"state"` // empty when it was never asked; Why then says so
	Period  string                 `json:"period"`
	AskedAt string                 `json:"asked_at"` // the day, in the person's zone
	Found   int                    `json:"found"`
	Chosen  int                    `json:"chosen"`
	Why     string                 `json:"why,omitempty"`
	Parts   []evidence.Part        `json:"parts,omitempty"`
}

// LeftOut counts items that were found and not used, and why.
type LeftOut struct {
	Why   string `json:"why"`
	Count int    `json:"count"`
}

// Definition explains a word of the report.
type Definition struct {
	Word  string `json:"word"`
	Means string `json:"means"`
}

// Basis is how one objective was recognised.
type Basis struct {
	Objective string   `json:"objective"`
	Threshold float64  `json:"threshold"`
	Rules     []string `json:"rules"`
}
