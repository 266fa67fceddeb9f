package render

import (
	"fmt"
	"strconv"
	"strings"

	"github.com/dossier-report/dossier/report"
	"github.com/dossier-report/dossier/report/chart"
	"github.com/dossier-report/dossier/report/gate"
)

// What the formats of text say in their own words, the same in each.
const (
	thesisBlank = "What changed because of my work, in one or two sentences."
	claimBlank  = "What I set out to do here, and what changed because of it."
	noObjective = "No objectives were given, so nothing could be matched to one."
	noEvidence  = "Nothing in the period speaks for this objective. That is said here rather than left out; the sources and rules below are what was tried."
	peopleIntro = "Suggested from work that we both had a part in. Nobody here has been asked yet; whom I name, and for what, is mine to decide."
	entryIntro  = "Each title leads to its source; the address is printed for paper. Numbers are the objectives that the item speaks for, each with the rule and the words that matched."
	madeFrom    = "from stored records only: the same records, decisions and configuration give the same report"
)

// provenanceWords says where a text is from.
func provenanceWords(from report.Provenance) string {
	switch from {
	case report.InMyWords:
		return "In my words"
	case report.ForMeToWrite:
		return "For me to write"
	}
	return "From records"
}

// marksKey explains the marks, in the order of the legend.
func marksKey() []report.Statement {
	return []report.Statement{
		{From: report.FromRecords, Text: "drafted from linked sources"},
		{From: report.InMyWords, Text: "written by me"},
		{From: report.ForMeToWrite, Text: "still blank: draft only"},
	}
}

// headline names the report and the review it is for.
func headline(r *report.Report) string {
	return join(" · ", gate.Line(r.Title, 0), gate.Line(r.Review, 0))
}

// underline is what stands below the name: role, manager, period.
func underline(r *report.Report) string {
	manager, period := gate.Line(r.Person.Manager, 200), gate.Line(r.Period.Long, 200)
	if manager != "" {
		manager = "Manager: " + manager
	}
	if period != "" {
		period = "Period " + period
	}
	return join(" · ", gate.Line(r.Person.Role, 200), manager, period)
}

// incomplete says on the first page which sources are missing, empty for none.
func incomplete(r *report.Report) string {
	var parts []string
	for _, w := range r.Warnings {
		parts = append(parts, strings.TrimRight(gate.Line(w, 0), "."))
	}
	switch {
	case len(parts) > 0:
		return strings.Join(parts, "; ")
	case !r.Method.Complete:
		return "Not every source was read"
	}
	return ""
}

// chosenWords says how many items were chosen, and what is not measured.
func chosenWords(r *report.Report) string {
	return fmt.Sprintf("%s chosen from %d found (Appendix A lists every one with its source; Appendix B says how they were found and what was left out). "+
		"Numbers of commits, messages, meetings or hours are not used as a measure of performance anywhere in this report.", count(r.Chosen, "item"), r.Found)
}

// orBlank returns a statement, and in place of an empty one what is to be
// written there.
func orBlank(s report.Statement, blank string) report.Statement {
	if s.Plain() == "" {
		return report.Statement{From: report.ForMeToWrite, Spans: []report.Span{{Text: blank}}}
	}
	return s
}

// resultOf returns an objective's strongest result, or that there is none.
func resultOf(s *report.Section) []report.Span {
	switch {
	case s.Result.Plain() != "":
		return s.Result.Runs()
	case s.Count > 0:
		return []report.Span{{Text: "No result written down yet"}}
	}
	return []report.Span{{Text: "No evidence found in this period"}}
}

// overlineOf says which objective a section is about.
func overlineOf(r *report.Report, s *report.Section) string {
	if len(r.Objectives) < s.Number { // the report is about some of them only
		return fmt.Sprintf("Objective %d", s.Number)
	}
	return fmt.Sprintf("Objective %d of %d", s.Number, len(r.Objectives))
}

// spanText returns a run of a statement in one line or several; the spaces at
// its ends part it from its neighbours and stay.
func spanText(s string) string {
	text := gate.Block(s, 0)
	before, after := edge(s[:len(s)-len(strings.TrimLeft(s, " \t\r\n"))]), edge(s[len(strings.TrimRight(s, " \t\r\n")):])
	text = strings.Trim(text, " \n")
	if text == "" {
		return before
	}
	return before + text + after
}

func edge(space string) string {
	switch {
	case space == "":
		return ""
	case strings.Contains(space, "\n"):
		return "\n"
	}
	return " "
}

// addressOf is where an entry is, as paper shows it.
func addressOf(e *report.Entry) string {
	where := gate.Line(e.Place, 300)
	if e.URL != "" {
		where = gate.Line(strings.TrimPrefix(strings.TrimPrefix(e.URL, "https://"), "http://"), 300)
	}
	return join(" · ", strings.ReplaceAll(gate.Line(string(e.Kind), 40), "_", " "), where)
}

// matchHead says which objective an entry speaks for, and how far.
func matchHead(m report.EntryMatch) string {
	if m.Fit == report.Peripheral {
		return fmt.Sprintf("Objective %d, peripheral", m.Number)
	}
	return fmt.Sprintf("Objective %d", m.Number)
}

// strengthText says which kinds of proof there are.
func strengthText(s report.Strength) string {
	var parts []string
	for i, on := range []bool{s.Artefact, s.Outcome, s.Confirmed} {
		if on {
			parts = append(parts, strengthWords[i])
		}
	}
	if len(parts) == 0 {
		return "no linked artefact, measured outcome or confirmation"
	}
	return strings.Join(parts, ", ")
}

// objectiveTitle names an objective by number and title.
func objectiveTitle(r *report.Report, number int) string {
	for i := range r.Objectives {
		if o := &r.Objectives[i]; o.Number == number {
			return strconv.Itoa(number) + ". " + gate.Title(o.Title)
		}
	}
	return "Objective " + strconv.Itoa(number)
}

// basisTitle names the objective that rules are of.
func basisTitle(r *report.Report, b report.Basis) string {
	for i := range r.Objectives {
		if o := &r.Objectives[i]; o.ID == b.Objective {
			return objectiveTitle(r, o.Number)
		}
	}
	return gate.Title(b.Objective)
}

// basisWords says from which score an item counts.
func basisWords(b report.Basis) string {
	text := fmt.Sprintf("An item counts from a score of %s.", strconv.FormatFloat(b.Threshold, 'g', 3, 64))
	if len(b.Rules) == 0 {
		text += " It has no rules: only what I accepted by hand counts."
	}
	return text
}

// unservedWords says how much work without an objective a group is.
func unservedWords(u *report.Unserved) string {
	text := join(", ", gate.Line(u.Count(), 60), gate.Line(u.Span(), 60))
	if u.Near != nil {
		text += fmt.Sprintf(", %d near objective %d", u.Near.Items, u.Near.Number)
	}
	return text
}

// sourceSays is what a source answered about an objective without evidence.
func sourceSays(s report.SourceLine) string {
	if s.State == "complete" {
		return count(s.Found, "item") + " found, none for this objective"
	}
	return join(": ", stateWord(s.State), firstLine(s.Why))
}

// laneWords says what a lane of the timeline shows: each numbered mark with its
// day, and the others by their references.
func laneWords(l report.Lane) string {
	var parts []string
	for _, d := range l.Dots {
		name := gate.Line(d.Ref, 40)
		if d.Card > 0 {
			name = join(", ", "evidence "+strconv.Itoa(d.Card), name)
		}
		parts = append(parts, fmt.Sprintf("%s (%s)", d.At.Format("2 Jan"), name))
	}
	return strings.Join(parts, "; ")
}

// flowFigures are the figures of the flow page, none where there is no flow.
func flowFigures(r *report.Report) []chart.Figure {
	if r.Flow == nil || r.Flow.Figures == nil {
		return nil
	}
	return chart.Flow(r.Flow.Figures, r.Flow.MainChange())
}

// throughputFigure is what the forecast is drawn from; its chart is nil where it
// is not drawn.
func throughputFigure(r *report.Report) chart.Figure {
	if r.Flow == nil || r.Flow.Figures == nil {
		return chart.Figure{}
	}
	return chart.Throughput(r.Flow.Figures)
}

// factsWords counts the facts on record.
func factsWords(f *report.Flow) string {
	n := 0
	for _, fact := range f.Facts {
		if fact.Present {
			n++
		}
	}
	return fmt.Sprintf("%d of %d linked facts on record", n, len(f.Facts))
}

// factText is what is there, or that it is missing.
func factText(f report.FlowFact) string {
	text := gate.Line(f.Text, 0)
	if !f.Present && !strings.HasPrefix(strings.ToLower(text), "missing") {
		text = join(": ", "Missing", text)
	}
	return text
}
