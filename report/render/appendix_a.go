package render

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/dossier-report/dossier/report"
	"github.com/dossier-report/dossier/report/gate"
	"github.com/dossier-report/dossier/report/render/internal/pdf"
)

// Columns of Appendix A: where each begins, from the left. Acts, objectives and
// proof keep their width on wider paper; the title takes the rest.
const (
	colDay    = 11.5
	colBadge  = 30.0
	colTitle  = 36.5
	actsWidth = 31.0
	objsWidth = 15.0
	entryLead = 3.6
	microLead = 3.1
)

// appendixA draws every entry, in the order of the references.
func (p *pages) appendixA() {
	p.page()
	p.Bookmark("Appendix A: every item used", 0, 0)
	p.Anchor("section:appendix-a", 0)
	p.overline("Appendix A", p.width-70)
	p.TextRight(p.right, p.y, small(pdf.Muted), fmt.Sprintf("%s chosen from %d found", count(p.r.Chosen, "item"), p.r.Found))
	p.y += 8.2
	p.Text(p.left, p.y, bold(pdf.H2, pdf.Ink), "Every item used")
	p.y += 5.8
	p.y = p.Layout(pdf.Plain("Each title leads to its source; the address is printed for paper. Numbers are the objectives that the item speaks for, each with the rule and the words that matched."),
		pdf.Style{Size: pdf.Body, Color: pdf.Muted}, p.width, 0).Draw(p.left, p.y, 4.3)
	if len(p.r.Entries) == 0 {
		p.y += 3
		p.Text(p.left, p.y, pdf.Style{Size: pdf.Body, Color: pdf.Ink}, "No item was chosen.")
		return
	}
	p.y += 2.6
	p.strengthKey(p.right, p.y)
	p.y += 2.6
	p.entryHead()
	for i := range p.r.Entries {
		p.entry(&p.r.Entries[i])
	}
}

func (p *pages) entryColumns() (acts, objs, proof float64) {
	proof = p.right - strengthWidth
	objs = proof - objsWidth
	return objs - actsWidth, objs, proof
}

func (p *pages) entryHead() {
	acts, objs, proof := p.entryColumns()
	st := bold(pdf.Micro, pdf.Muted)
	p.rule(p.left, p.y, p.right, pdf.Ink, pdf.HeadLine)
	p.y += 4
	for _, c := range []struct {
		x float64
		s string
	}{{p.left, "Ref"}, {p.left + colDay, "Date"}, {p.left + colBadge, "Item and where it is"}, {acts, "Acts"}, {objs, "Objective"}, {proof, "Evidence"}} {
		p.Text(c.x, p.y, st, c.s)
	}
	p.y += 1.7
	p.rule(p.left, p.y, p.right, pdf.Hair, pdf.HairLine)
}

// entry draws one item. Its title is never cut here: this is where the cut
// titles of the other pages stand in full.
func (p *pages) entry(e *report.Entry) {
	acts, objs, proof := p.entryColumns()
	w := acts - p.left - colTitle - 3
	ink := pdf.Ink
	if p.Safe(e.URL) {
		ink = pdf.Blue5
	}
	title := p.Layout(pdf.Rich{{Text: gate.Title(e.Title), URL: e.URL}}, small(ink), w, 0)
	below := p.entryLines(e, w)
	did := p.Layout(pdf.Plain(e.Acts), micro(pdf.Ink), actsWidth-2, 6)
	numbers := p.Layout(pdf.Plain(objectiveNumbers(e)), small(pdf.Ink), objsWidth-2, 3)
	h := float64(title.Lines()) * entryLead
	for _, l := range below {
		h += float64(l.Lines()) * microLead
	}
	h = max(h, float64(did.Lines())*microLead+0.4, float64(numbers.Lines())*entryLead) + 2.2
	p.room(h, func() {
		p.overline("Appendix A: every item used, continued", p.width)
		p.y += 3.4
		p.entryHead()
	})
	y := p.y + 4
	p.Anchor(entryAnchor(e.Ref), p.y)
	p.Text(p.left, y, bold(pdf.Small, pdf.Blue5), p.Fit(bold(pdf.Small, pdf.Blue5), e.Ref, colDay-1))
	p.Text(p.left+colDay, y, small(pdf.Ink), p.Fit(small(pdf.Ink), e.Day, colBadge-colDay-1))
	p.source(p.left+colBadge, y, e.Badge)
	ty := title.Draw(p.left+colTitle, y, entryLead) - 0.2
	for _, l := range below {
		ty = l.Draw(p.left+colTitle, ty, microLead)
	}
	did.Draw(acts, y, microLead)
	numbers.Draw(objs, y, entryLead)
	p.strength(proof, y, e.Strength)
	p.y += h
	p.rule(p.left, p.y, p.right, pdf.Hair, pdf.HairLine)
}

// entryLines are the small lines below a title: what and where it is, why it
// speaks for each objective, the person's note.
func (p *pages) entryLines(e *report.Entry, w float64) []pdf.Para {
	where := e.Place
	if e.URL != "" {
		where = strings.TrimPrefix(strings.TrimPrefix(gate.Line(e.URL, 0), "https://"), "http://")
	}
	line := pdf.Rich{{Text: join(" · ", strings.ReplaceAll(string(e.Kind), "_", " "), gate.Line(where, 300))}}
	if e.Gone {
		c := pdf.Accent
		line = append(line, pdf.Span{Text: " · no longer at the source", Face: pdf.Bold, Color: &c})
	}
	out := []pdf.Para{p.Layout(line, micro(pdf.Muted), w, 2)}
	for _, m := range e.Objectives {
		if t := reasonText(m); t != "" {
			head := "Objective " + strconv.Itoa(m.Number)
			if m.Fit == report.Peripheral {
				head += ", peripheral"
			}
			out = append(out, p.Layout(pdf.Rich{{Text: head + ": ", Face: pdf.Bold}, {Text: t}}, micro(pdf.Muted), w, 2))
		}
	}
	if e.Note != "" {
		c := pdf.Green
		out = append(out, p.Layout(pdf.Rich{{Text: "My note: ", Face: pdf.Bold, Color: &c}, {Text: e.Note}}, micro(pdf.Ink), w, 0))
	}
	return out
}

// reasonText says in one line why an entry speaks for an objective.
func reasonText(m report.EntryMatch) string {
	var parts []string
	if m.Decided != "" {
		parts = append(parts, m.Decided+" by me")
	}
	if len(m.Reasons) > 0 {
		r := m.Reasons[0]
		t := gate.Line(r.Rule, 120)
		if x := gate.Line(r.Excerpt, 120); x != "" {
			t = join(" ", t, "("+join(": ", gate.Line(r.Field, 40), "“"+x+"”")+")")
		}
		parts = append(parts, t)
	}
	return strings.Join(parts, "; ")
}

func objectiveNumbers(e *report.Entry) string {
	var ns []int
	for _, m := range e.Objectives {
		ns = append(ns, m.Number)
	}
	slices.Sort(ns)
	var parts []string
	for _, n := range slices.Compact(ns) {
		parts = append(parts, strconv.Itoa(n))
	}
	return strings.Join(parts, ", ")
}
