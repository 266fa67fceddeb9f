package render

import (
	"bufio"
	"crypto/sha256"
	_ "embed"
	"encoding/base64"
	"fmt"
	"html/template"
	"io"
	"slices"
	"strconv"
	"strings"

	"github.com/dossier-report/dossier/report"
	"github.com/dossier-report/dossier/report/chart"
	"github.com/dossier-report/dossier/report/gate"
)

//go:embed html.gohtml
var htmlSource string

//go:embed html.css
var htmlStyle string

// htmlTemplate is parsed once; each report gives a copy its own functions.
var htmlTemplate = template.Must(template.New("html").Funcs((&htmlPage{}).functions()).Parse(htmlSource))

// writeHTML writes the report as one page that needs no script and loads
// nothing: the twin of the PDF for screen readers, small screens and search. It
// says what the pages say, uncut. Its policy (Content-Security-Policy) lets a
// browser use the style sheet inside and nothing else.
func writeHTML(w io.Writer, r *report.Report, opt Options) error {
	paper := "A4"
	switch strings.ToLower(opt.Paper) {
	case "", "a4":
	case "letter":
		paper = "letter"
	default:
		return fmt.Errorf("paper %q is neither A4 nor Letter", opt.Paper)
	}
	p := newHTMLPage(r, opt, strings.Replace(htmlStyle, "size: A4", "size: "+paper, 1))
	t, err := htmlTemplate.Clone()
	if err != nil {
		return fmt.Errorf("page: %w", err)
	}
	b := bufio.NewWriter(w)
	if err := t.Funcs(p.functions()).Execute(b, p); err != nil {
		return err
	}
	return b.Flush()
}

// htmlPage is what the template draws from.
type htmlPage struct {
	*report.Report
	Style  template.CSS
	Policy string

	opt     Options
	entries map[string]string // ids of the entries on the page, by reference
	sources map[string]string // titles of the sources, by badge
}

func newHTMLPage(r *report.Report, opt Options, style string) *htmlPage {
	sum := sha256.Sum256([]byte(style))
	p := &htmlPage{Report: r, Style: template.CSS(style), opt: opt, entries: make(map[string]string, len(r.Entries)), sources: make(map[string]string),
		Policy: "default-src 'none'; style-src 'sha256-" + base64.StdEncoding.EncodeToString(sum[:]) + "'; base-uri 'none'; form-action 'none'"}
	titles := make(map[string]string)
	for _, s := range r.Method.Sources {
		titles[s.Source] = gate.Title(s.Title)
	}
	for i, e := range r.Entries {
		if p.entries[e.Ref] == "" {
			p.entries[e.Ref] = "entry-" + strconv.Itoa(i+1)
		}
		if t := titles[e.Source]; t != "" && p.sources[e.Badge] == "" {
			p.sources[e.Badge] = t
		}
	}
	return p
}

// functions are what the template calls. Every text of the report goes through
// one of them that goes through package gate.
func (p *htmlPage) functions() template.FuncMap {
	return template.FuncMap{
		"line":  func(s string) string { return gate.Line(s, 0) },
		"title": gate.Title, "span": spanText, "href": p.href, "ref": p.ref, "runs": refRuns, "source": p.source, "where": p.where,
		"records": func() report.Provenance { return report.FromRecords }, "words": func() report.Provenance { return report.InMyWords },
		"mark": provenanceWords, "markClass": markClass, "chipClass": chipClass, "strengths": strengths, "strengthWords": strengthText,
		"orBlank": orBlank, "resultOf": resultOf, "add": func(a, b int) int { return a + b }, "lower": lowerFirst,
		"questionsTitle": questionsTitle, "count": count, "left": func(s report.SourceLine) int { return max(s.Found-s.Chosen, 0) },
		"figureValue": figureValue, "address": addressOf, "reason": func(m report.EntryMatch) string { return gate.Line(reasonText(m), 0) }, "matchHead": matchHead,
		"numbers": objectiveNumbers, "state": stateWord, "sourceSays": sourceSays, "gapSays": gapSays, "keyFacts": keyFacts,
		"basisWords": basisWords, "ruleName": ruleName, "ruleRest": ruleRest, "unserved": unservedWords,
		"figure": figureSVG, "factText": factText, "factsWords": factsWords,
	}
}

// Headline and the other methods below are what the template asks of the page.
func (p *htmlPage) Headline() string    { return headline(p.Report) }
func (p *htmlPage) Underline() string   { return underline(p.Report) }
func (p *htmlPage) Incomplete() string  { return incomplete(p.Report) }
func (p *htmlPage) ChosenWords() string { return chosenWords(p.Report) }
func (p *htmlPage) ThesisBlank() string { return thesisBlank }
func (p *htmlPage) ClaimBlank() string  { return claimBlank }
func (p *htmlPage) NoObjective() string { return noObjective }
func (p *htmlPage) NoEvidence() string  { return noEvidence }
func (p *htmlPage) PeopleIntro() string { return peopleIntro }
func (p *htmlPage) EntryIntro() string  { return entryIntro }
func (p *htmlPage) MadeFrom() string    { return madeFrom }

// Marks and Strengths explain the marks.
func (p *htmlPage) Marks() []report.Statement { return marksKey() }
func (p *htmlPage) Strengths() [3]string      { return strengthWords }

// Overline says which objective a section is about.
func (p *htmlPage) Overline(s report.Section) string { return overlineOf(p.Report, &s) }

// ObjectiveTitle and BasisTitle name objectives by number and title.
func (p *htmlPage) ObjectiveTitle(n int) string         { return objectiveTitle(p.Report, n) }
func (p *htmlPage) BasisTitle(b report.Basis) string    { return basisTitle(p.Report, b) }
func (p *htmlPage) BasisOf(id string) []report.Basis    { return basisOf(p.Report, id) }
func (p *htmlPage) Lacking() (lacking []report.Section) { return lackingOf(p.Report) }

// Timeline is the drawing of an objective's timeline. What package chart writes
// as SVG is escaped there.
func (p *htmlPage) Timeline(s report.Section, i int) template.HTML {
	return template.HTML(timelineSVG(p.Report, &s, "timeline-"+strconv.Itoa(i+1)))
}

// Badges are the sources' letters with what they stand for.
func (p *htmlPage) Badges() []report.Link {
	var out []report.Link
	for badge, title := range p.sources {
		out = append(out, report.Link{Badge: badge, Label: title})
	}
	slices.SortFunc(out, func(a, b report.Link) int { return strings.Compare(a.Badge, b.Badge) })
	return out
}

// flowRow is one figure across the page, or two side by side.
type flowRow []chart.Figure

// FlowRows are the figures of the flow page as they stand there.
func (p *htmlPage) FlowRows() []flowRow {
	figs := flowFigures(p.Report)
	if len(figs) != 6 {
		return nil
	}
	return []flowRow{figs[:1], figs[1:3], figs[3:5], figs[5:]}
}

// Throughput is what the forecast is drawn from, if it is.
func (p *htmlPage) Throughput() []flowRow {
	if fig := throughputFigure(p.Report); fig.Chart != nil {
		return []flowRow{{fig}}
	}
	return nil
}

// figureSVG draws a figure's chart; place is its column in a row of n.
func figureSVG(f chart.Figure, place, n int) template.HTML {
	w, h := timelineWidth, 44.0
	if n == 2 {
		w = []float64{102, 70}[place]
		h = 48
	}
	title := join(" ", gate.Line(f.Letter, 4), gate.Line(f.Title, 0))
	id := "figure-" + gate.Slug(join("-", f.Letter, f.Title))
	svg := chart.NewSVG(id, w, h, title, f.Describe(), nil)
	if bars, ok := f.Chart.(chart.StackedBars); ok {
		h = bars.Height(svg, w)
		svg = chart.NewSVG(id, w, h, title, f.Describe(), nil)
	}
	f.Chart.Draw(svg, chart.Box{W: w, H: h})
	return template.HTML(svg.String())
}

// href returns an address that may be clicked, else nothing.
func (p *htmlPage) href(raw string) string {
	safe, ok := gate.Link(raw, p.opt.Allowed)
	if !ok {
		return ""
	}
	return safe
}

// ref returns the id of an entry on the page, empty where it is not there.
func (p *htmlPage) ref(ref string) string { return p.entries[ref] }

// source returns what a badge stands for.
func (p *htmlPage) source(badge string) string { return p.sources[badge] }

// link is a part of the page.
type link struct{ Anchor, Label string }

// where leads to the section that holds more: to all objectives where that is
// the first of them, and to the flow, as the pages do.
func (p *htmlPage) where(id string) []link {
	os := p.Objectives
	for i := range os {
		if os[i].ID != id || id == "" {
			continue
		}
		out := []link{{"objective-" + strconv.Itoa(i+1), "Objective " + strconv.Itoa(os[i].Number)}}
		if i == 0 && len(os) > 1 {
			out[0].Label = fmt.Sprintf("Objectives %d to %d", os[0].Number, os[len(os)-1].Number)
			if p.Flow != nil && p.Flow.Figures != nil {
				out = append(out, link{"flow", "Flow"})
			}
		}
		return out
	}
	switch {
	case id == "people" && len(p.Candidates) > 0:
		return []link{{"people", "People"}}
	case id == "flow" && p.Flow != nil:
		return []link{{"flow", "Flow"}}
	case id == "appendix-a":
		return []link{{"appendix-a", "Appendix A"}}
	case id == "appendix-b":
		return []link{{"appendix-b", "Appendix B"}}
	}
	return nil
}

func markClass(from report.Provenance) string {
	switch from {
	case report.InMyWords:
		return "words"
	case report.ForMeToWrite:
		return "blank"
	}
	return "records"
}

func chipClass(s string) string {
	switch s {
	case "":
		return "none"
	case "Achieved":
		return "achieved"
	case "Behind":
		return "behind"
	}
	return "track"
}

// strength is one of the letters A, O and C.
type strength struct {
	Letter, Word string
	On           bool
}

func strengths(s report.Strength) []strength {
	out := make([]strength, 0, 3)
	for i, on := range []bool{s.Artefact, s.Outcome, s.Confirmed} {
		out = append(out, strength{"AOC"[i : i+1], strengthWords[i], on})
	}
	return out
}

// moreRun is neighbouring references as they are printed, the first to lead to.
type moreRun struct{ Label, First string }

// refRuns puts references in order and joins neighbours: "A-13 to A-20".
func refRuns(refs []string) []moreRun {
	refs = slices.Clone(refs)
	slices.SortStableFunc(refs, func(a, b string) int { return refNumber(a) - refNumber(b) })
	var out []moreRun
	for _, r := range runsOf(refs) {
		out = append(out, moreRun{gate.Line(r.label, 40), r.first})
	}
	return out
}

// ruleName and ruleRest are the two parts of a rule's line.
func ruleName(rule string) string {
	name, _, found := strings.Cut(gate.Line(rule, 600), ": ")
	if !found {
		return ""
	}
	return name + ": "
}

func ruleRest(rule string) string {
	name, rest, found := strings.Cut(gate.Line(rule, 600), ": ")
	if !found {
		return name
	}
	return rest
}

// basisOf returns by which rules an objective was recognised.
func basisOf(r *report.Report, id string) []report.Basis {
	for i := range r.Method.Objectives {
		if r.Method.Objectives[i].Objective == id {
			return r.Method.Objectives[i : i+1]
		}
	}
	return nil
}

// lackingOf returns the objectives with too little evidence.
func lackingOf(r *report.Report) (lacking []report.Section) {
	for _, s := range r.Objectives {
		if s.Gap != nil && s.Gap.Says != "" {
			lacking = append(lacking, s)
		}
	}
	return lacking
}
