package render

import (
	"bufio"
	"fmt"
	"io"
	"strconv"
	"strings"

	"github.com/dossier-report/dossier/report"
	"github.com/dossier-report/dossier/report/chart"
	"github.com/dossier-report/dossier/report/gate"
)

// writeMarkdown writes the report for a wiki or a job summary: GitHub Flavored
// Markdown without any HTML. It says what the pages say; a chart is said in
// words. Text of the report is inert in it (see [gate.Markdown]).
func writeMarkdown(w io.Writer, r *report.Report, opt Options) error {
	m := &markdown{w: bufio.NewWriter(w), Report: r, opt: opt}
	m.summary()
	for i := range r.Objectives {
		m.objective(&r.Objectives[i])
	}
	m.flow()
	m.people()
	m.appendixA()
	m.appendixB()
	m.line("")
	m.line("---")
	m.line("")
	m.line(join(", ", join(" · ", text(r.Person.Name), text(r.Title)), text(r.Period.Short)) + " · made " + text(r.Made) + " from records; conclusions are the author’s")
	return m.w.Flush()
}

// markdown writes a report.
type markdown struct {
	*report.Report
	w   *bufio.Writer // its Flush tells of an error
	opt Options
}

// text is foreign text; titled one that is never empty.
func text(s string) string   { return gate.Markdown(s) }
func titled(s string) string { return gate.Markdown(gate.Title(s)) }

func (m *markdown) line(s string) { _, _ = m.w.WriteString(s + "\n") }

// para writes a paragraph; nothing where it is empty.
func (m *markdown) para(s string) {
	if s != "" {
		m.line("")
		m.line(s)
	}
}

func (m *markdown) heading(level int, s string) { m.para(strings.Repeat("#", level) + " " + s) }

// list writes the points of a list.
func (m *markdown) list(points []string) {
	for i, s := range points {
		if i == 0 {
			m.line("")
		}
		m.line("- " + s)
	}
}

// table writes a table; a column whose name begins with ">" is of numbers.
func (m *markdown) table(columns []string, rows [][]string) {
	head, rule := make([]string, len(columns)), make([]string, len(columns))
	for i, c := range columns {
		head[i], rule[i] = strings.TrimPrefix(c, ">"), "---"
		if head[i] != c {
			rule[i] = "---:"
		}
	}
	m.line("")
	for _, r := range append([][]string{head, rule}, rows...) {
		m.line("| " + strings.Join(r, " | ") + " |")
	}
}

// runs writes runs of text with their emphasis, as one line.
func runs(spans []report.Span) string {
	var b strings.Builder
	for _, s := range spans {
		around := ""
		switch s.Style {
		case report.Strong:
			around = "**"
		case report.Emphasis:
			around = "_"
		}
		whole := spanText(s.Text)
		inner := text(whole)
		if inner == "" {
			b.WriteString(edge(whole))
			continue
		}
		// A space inside of the marks would undo them.
		if strings.TrimLeft(whole, " \n") != whole {
			b.WriteByte(' ')
		}
		b.WriteString(around + inner + around)
		if strings.TrimRight(whole, " \n") != whole {
			b.WriteByte(' ')
		}
	}
	return strings.Join(strings.Fields(b.String()), " ")
}

// marked is a statement with the words that say where it is from.
func (m *markdown) marked(s report.Statement) string {
	return runs(s.Runs()) + " _(" + provenanceWords(s.From) + ")_"
}

// link is a name that leads to an address, where that may be clicked.
func (m *markdown) link(name, address string) string {
	safe, ok := gate.Link(address, m.opt.Allowed)
	if !ok {
		return name
	}
	// What could end the address is none of what an address needs bare.
	return "[" + name + "](<" + strings.NewReplacer("<", "%3C", ">", "%3E", "\\", "%5C", "|", "%7C", "`", "%60").Replace(safe) + ">)"
}

func (m *markdown) links(links []report.Link) string {
	var out []string
	for _, l := range links {
		out = append(out, join(" ", text(l.Badge), m.link(titled(l.Label), l.URL)))
	}
	return strings.Join(out, ", ")
}

// refs are references as they stand in the first column of Appendix A.
func refsText(refs []string) string {
	var out []string
	for _, r := range refRuns(refs) {
		out = append(out, text(strings.ReplaceAll(r.Label, "\u2011", "-")))
	}
	return strings.Join(out, ", ")
}

func (m *markdown) summary() {
	m.line("# " + titled(m.Person.Name) + ": " + text(headline(m.Report)))
	m.para(text(underline(m.Report)))
	m.para("> " + m.marked(orBlank(m.Thesis, thesisBlank)))
	if s := incomplete(m.Report); s != "" {
		m.para("**Incomplete:** " + text(s) + ". See Appendix B.")
	}
	m.heading(2, "Objectives at a glance")
	if len(m.Objectives) == 0 {
		m.para(noObjective)
	} else {
		m.glance()
	}
	if len(m.Questions) > 0 {
		m.heading(2, questionsTitle(len(m.Questions)))
	}
	for i := range m.Questions {
		q := &m.Questions[i]
		m.heading(3, strconv.Itoa(q.Number)+". "+titled(q.Title))
		answer := orBlank(q.Answer, q.Asks)
		answer.From = q.Answer.From
		m.para(m.marked(answer))
	}
	m.heading(2, "How to read this report")
	var points []string
	for _, k := range marksKey() {
		points = append(points, provenanceWords(k.From)+": "+k.Text)
	}
	m.list(append(points, "A: "+strengthWords[0]+". O: "+strengthWords[1]+". C: "+strengthWords[2]+"."))
	m.para(chosenWords(m.Report))
}

func (m *markdown) glance() {
	var rows [][]string
	for i := range m.Objectives {
		s := &m.Objectives[i]
		rows = append(rows, []string{strconv.Itoa(s.Number), titled(s.Title), runs(resultOf(s)), or(text(s.Assessment), "–"), letters(s.Strength), strconv.Itoa(s.Count)})
	}
	m.table([]string{">", "Objective", "Strongest result so far", "My assessment", "Evidence", ">Items"}, rows)
}

// letters names the kinds of proof there are.
func letters(s report.Strength) string {
	var out []string
	for _, l := range strengths(s) {
		if l.On {
			out = append(out, l.Letter)
		}
	}
	return or(strings.Join(out, " "), "–")
}

func or(s, other string) string {
	if s == "" {
		return other
	}
	return s
}

func (m *markdown) objective(s *report.Section) {
	m.heading(2, overlineOf(m.Report, s)+": "+titled(s.Title))
	if s.Words != "" && gate.Title(s.Words) != gate.Title(s.Title) {
		m.para(text(s.Words))
	}
	m.para("My assessment: " + or(text(s.Assessment), "none yet"))
	m.para("> " + m.marked(orBlank(s.Claim, claimBlank)))
	if len(s.Figures) > 0 {
		var rows [][]string
		for _, f := range s.Figures {
			rows = append(rows, []string{titled(f.Name), text(figureValue(f)), text(f.Source)})
		}
		m.table([]string{"Figure", "Before → after", "Source"}, rows)
	}
	if s.Count == 0 && len(s.Cards) == 0 {
		m.nothing(s)
	} else {
		m.evidence(s)
	}
	for _, k := range s.KeyResults {
		m.heading(3, "Key result: "+titled(k.Title))
		facts := ""
		if f := keyFacts(k); f != "" {
			facts = "(" + text(f) + ") "
		}
		m.para(facts + m.marked(k.State))
	}
	if s.Missed.Plain() != "" {
		m.heading(3, "What did not work")
		m.para(m.marked(s.Missed))
	}
	if s.Gap != nil && s.Gap.Says != "" {
		m.para("**Gap:** " + text(gapSays(s.Gap)) + ". _(From records)_")
	}
}

func (m *markdown) nothing(s *report.Section) {
	m.heading(3, "No evidence found")
	m.para(noEvidence)
	var points []string
	for _, src := range m.Method.Sources {
		points = append(points, "**"+titled(src.Title)+":** "+text(sourceSays(src)))
	}
	m.list(points)
	for _, b := range basisOf(m.Report, s.ID) {
		m.basis(b)
	}
}

func (m *markdown) evidence(s *report.Section) {
	var points []string
	for _, l := range s.Lanes {
		if len(l.Dots) > 0 {
			points = append(points, "**"+titled(l.Title)+":** "+text(laneWords(l)))
		}
	}
	if len(points) > 0 {
		m.heading(3, "How it happened")
		m.list(points)
	}
	if len(s.Cards) > 0 {
		m.heading(3, "Evidence")
	}
	for i := range s.Cards {
		m.card(&s.Cards[i])
	}
	if len(s.More) > 0 {
		m.para("**More evidence:** " + count(len(s.More), "supporting item") + " in Appendix A: " + refsText(s.More))
	}
}

func (m *markdown) card(c *report.Card) {
	m.heading(4, strconv.Itoa(c.Number)+". "+titled(c.Title))
	m.para(join(" · ", text(c.Date), refsText(c.Refs), letters(c.Strength)))
	var points []string
	for _, r := range c.Rows {
		mark := ""
		if r.From == report.InMyWords {
			mark = " _(In my words)_"
		}
		points = append(points, "**"+titled(r.Label)+":** "+text(r.Text)+mark)
	}
	if c.Confirm != "" {
		points = append(points, text(c.Confirm))
	}
	if len(c.Sources) > 0 {
		points = append(points, m.links(c.Sources))
	}
	m.list(points)
}

func (m *markdown) flow() {
	f := m.Flow
	if f == nil {
		return
	}
	m.heading(2, titled(f.Title))
	m.para(text(f.About))
	m.para(runs(f.Intro.Runs()))
	var points []string
	for _, x := range f.Findings {
		points = append(points, m.withRefs(runs(x.Runs()), x.Refs)+" _(From records)_")
	}
	m.list(points)
	if len(f.Facts) > 0 {
		m.heading(3, "What shows that the bottleneck was explored")
		m.para(factsWords(f))
		points = nil
		for _, x := range f.Facts {
			points = append(points, "**"+titled(x.Title)+":** "+m.withRefs(text(factText(x)), x.Refs))
		}
		m.list(points)
	}
	m.figures("Figures", flowFigures(m.Report))
	if f.Limits != "" {
		m.para("**Limits:** " + text(f.Limits))
	}
}

func (m *markdown) withRefs(s string, refs []string) string {
	if len(refs) == 0 {
		return s
	}
	return s + " (" + refsText(refs) + ")"
}

// figures says charts in words.
func (m *markdown) figures(title string, figs []chart.Figure) {
	var points []string
	for _, f := range figs {
		points = append(points, "**"+join(". ", text(f.Letter), titled(f.Title))+".** "+text(f.Describe()))
	}
	if len(points) > 0 {
		m.heading(3, title)
		m.list(points)
	}
}

func (m *markdown) people() {
	if len(m.Candidates) == 0 {
		return
	}
	m.heading(2, "People who can speak to this")
	m.para(peopleIntro + " _(From records)_")
	var rows [][]string
	for i := range m.Candidates {
		c := &m.Candidates[i]
		var speaks []string
		for _, n := range c.Objectives {
			speaks = append(speaks, text(objectiveTitle(m.Report, n)))
		}
		rows = append(rows, []string{"**" + titled(c.Name) + "**" + prefixed(", ", join(" · ", text(c.Role), text(c.Relation))), strings.Join(speaks, "; "), refsText(c.Refs), text(c.Last)})
	}
	m.table([]string{"Name and role", "Can speak to", "Worked on together", "Last together"}, rows)
}

func prefixed(before, s string) string {
	if s == "" {
		return ""
	}
	return before + s
}

func (m *markdown) appendixA() {
	m.heading(2, "Appendix A: every item used")
	m.para(fmt.Sprintf("%s chosen from %d found. %s", count(m.Chosen, "item"), m.Found, entryIntro))
	if len(m.Entries) == 0 {
		m.para("No item was chosen.")
		return
	}
	rows := make([][]string, 0, len(m.Entries))
	for i := range m.Entries {
		rows = append(rows, m.entry(&m.Entries[i]))
	}
	m.table([]string{"Ref", "Date", "Item and where it is", "Acts", "Objectives and why", "Evidence"}, rows)
}

func (m *markdown) entry(e *report.Entry) []string {
	item := join(" ", text(e.Badge), m.link(titled(e.Title), e.URL)) + prefixed(" · ", text(addressOf(e)))
	if e.Gone {
		item += " · **no longer at the source**"
	}
	if note := text(e.Note); note != "" {
		item += " · **My note:** " + note
	}
	var why []string
	for _, o := range e.Objectives {
		why = append(why, "**"+matchHead(o)+"**"+prefixed(": ", text(reasonText(o))))
	}
	return []string{text(e.Ref), text(e.Day), item, text(e.Acts), strings.Join(why, "; "), letters(e.Strength)}
}
