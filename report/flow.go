package report

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/dossier-report/dossier/report/analysis"
)

// Flow is the page "Where the work waited, and what changed": figures from the
// trackers' own histories. They describe the boards and everybody on them, not
// the person.
type Flow struct {
	Title string    `json:"title"`
	About string    `json:"about"` // whose boards, how many items, when
	Intro Statement `json:"intro"`

	// Findings are what the figures say in words: the bottleneck, what changed,
	// the dates proposed, the backlog. What is under its floor is not here.
	Findings []Finding `json:"findings"`
	// Facts are the four linked facts that prove that a bottleneck was explored.
	Facts  []FlowFact `json:"facts"`
	Limits string     `json:"limits"` // what a reader must know about the figures

	// Figures are all figures, for the charts and for who reads the report by
	// program. Change is the index of the one of its changes that the page is
	// about, -1 for none.
	Figures *analysis.Result `json:"figures"`
	Change  int              `json:"change"`
}

// Finding is a sentence from the records with the items that it is from.
type Finding struct {
	Name string `json:"name"` // "bottleneck", "effect", "proposals", "backlog"
	Statement
	Refs  []string `json:"refs,omitempty"`  // of entries, the first few
	Items []string `json:"items,omitempty"` // ids, those that are no entries too
}

// FlowFact is one of the four linked facts.
type FlowFact struct {
	Name    string   `json:"name"`  // "study", "wait", "change", "effect"
	Title   string   `json:"title"` // "A study before the change"
	Present bool     `json:"present"`
	Text    string   `json:"text"` // what is there, or what is missing
	Refs    []string `json:"refs,omitempty"`
	Items   []string `json:"items,omitempty"`
}

// MainChange returns the change that the page compares the sides of, nil for
// none.
func (f *Flow) MainChange() *analysis.BeforeAfter {
	if f.Figures == nil || f.Change < 0 || f.Change >= len(f.Figures.Changes) {
		return nil
	}
	return &f.Figures.Changes[f.Change]
}

// flow words the figures of a flow; nil where there is none.
func (b *builder) flow() *Flow {
	r := b.Input.Flow
	if r == nil || r.Items == 0 {
		return nil
	}
	w := &flowWriter{builder: b, Result: r, refs: make(map[string]string), change: mainChange(r)}
	for _, e := range b.entries {
		w.refs[e.ID] = e.ref
	}
	f := &Flow{Title: "Where the work waited, and what changed", About: w.about(), Intro: w.intro(), Limits: w.limits(), Figures: r, Change: w.change}
	for _, part := range []func() Finding{w.bottleneck, w.effect, w.proposals, w.backlog} {
		if found := part(); found.Text != "" {
			f.Findings = append(f.Findings, found)
		}
	}
	for _, fact := range r.Facts {
		refs, items := w.sources(fact.Items)
		f.Facts = append(f.Facts, FlowFact{Name: fact.Name, Title: factTitles[fact.Name], Present: fact.Present, Text: line(fact.Text), Refs: refs, Items: items})
	}
	return f
}

var factTitles = map[string]string{
	"study": "A study before the change", "wait": "The waiting share", "change": "A dated change with an owner", "effect": "The effect after, at no other cost",
}

// mainChange picks the change that the page is about: the first one of the
// person's own with enough finished items on both sides, else the first such
// one of anybody's. Not the one that looks best.
func mainChange(r *analysis.Result) int {
	first := -1
	for i := range r.Changes {
		c := &r.Changes[i]
		switch {
		case !c.Drawn():
		case c.Mine:
			return i
		case first < 0:
			first = i
		}
	}
	return first
}

// flowWriter words a result.
type flowWriter struct {
	*builder
	*analysis.Result
	refs   map[string]string // by item
	change int
}

// mostRefs is how many entries a sentence leads to; its items are all there for
// who reads by program, up to mostItems.
const (
	mostRefs  = 2
	mostItems = 200
)

// sources returns the references of the items that are entries, and all ids.
func (w *flowWriter) sources(ids []string) (refs, items []string) {
	for _, id := range ids {
		if ref := w.refs[id]; ref != "" && len(refs) < mostRefs && !slices.Contains(refs, ref) {
			refs = append(refs, ref)
		}
	}
	return refs, ids[:min(len(ids), mostItems)]
}

func (w *flowWriter) finding(name string, ids []string, spans ...Span) Finding {
	f := Finding{Name: name, Statement: drafted(spans...)}
	f.Refs, f.Items = w.sources(ids)
	return f
}

// about says whose boards, how many items, and when.
func (w *flowWriter) about() string {
	var boards []string
	for _, n := range w.Boards {
		boards = append(boards, short(line(n), 32))
	}
	if len(boards) > 2 {
		boards = append(boards[:1], fmt.Sprintf("%d more boards", len(boards)-1))
	}
	window := ""
	if !w.From.IsZero() && w.To.After(w.From) {
		window = " " + capital(w.window())
	}
	text := plural(w.Finished, "work item") + " finished" + window
	if len(boards) > 0 {
		text = list(boards) + ", " + text
	}
	return text
}

// window words the first and the last day: "5 Jan – 26 Jun 2026".
func (w *flowWriter) window() string {
	from, to := w.From.In(w.builder.Zone), w.To.Add(-1).In(w.builder.Zone)
	if from.Year() == to.Year() {
		return from.Format(bareDay) + " – " + to.Format(shortDay)
	}
	return from.Format(shortDay) + " – " + to.Format(shortDay)
}

func (w *flowWriter) intro() Statement {
	about := ""
	if ns := w.flowObjectives(); len(ns) > 0 {
		about = " for " + numbered(ns)
	}
	return statement(FromRecords, plain("Two questions"+about+": "), Span{Text: "did I find where work waited?", Style: Emphasis}, plain(" and "),
		Span{Text: "did the dates I proposed hold?", Style: Emphasis}, plain(" Team data, not one person’s."))
}

// flowObjectives returns the numbers of the one or two objectives that most of
// the items behind facts and proposals speak for.
func (w *flowWriter) flowObjectives() []int {
	counts := make(map[int]int)
	told := make(map[string]bool)
	count := func(id string) {
		if told[id] {
			return
		}
		told[id] = true
		for _, o := range w.objectives {
			if slices.ContainsFunc(o.chosen, func(f *piece) bool { return f.ID == id }) {
				counts[o.number]++
			}
		}
	}
	for _, f := range w.Facts {
		if f.Name == "study" || f.Name == "change" {
			for _, id := range f.Items {
				count(id)
			}
		}
	}
	for _, p := range w.Proposals.List {
		count(p.Item)
	}
	var ns []int
	for n := range counts {
		ns = append(ns, n)
	}
	slices.SortFunc(ns, func(a, b int) int { return cmp.Or(cmp.Compare(counts[b], counts[a]), cmp.Compare(a, b)) })
	if len(ns) > 1 && counts[ns[1]]*2 < counts[ns[0]] {
		ns = ns[:1]
	}
	ns = ns[:min(len(ns), 2)]
	slices.Sort(ns)
	return ns
}

// plural prints a number with what it counts.
func plural(n int, word string) string {
	if n == 1 {
		return "1 " + word
	}
	return number(float64(n), 3) + " " + word + "s"
}

// limits is the line at the foot: what the figures leave out, how they are
// known, and what no such figure can prove.
func (w *flowWriter) limits() string {
	var parts []string
	if w.change >= 0 {
		parts = append(parts, "Before and after on one team is not a controlled trial.")
	}
	if text := line(w.Quality.Limits); text != "" {
		parts = append(parts, sentence(text))
	}
	if !strings.Contains(w.Quality.Limits, w.Days) {
		parts = append(parts, "Days are "+w.Days+".")
	}
	var names []string
	for _, s := range w.Sources {
		names = append(names, w.sourceTitle(s))
	}
	if len(names) > 0 {
		parts = append(parts, "Status history: "+list(names)+"; proposals: the first date in writing.")
	}
	return strings.Join(parts, " ")
}

func sentence(s string) string { return strings.TrimRight(capital(s), ". ") + "." }
