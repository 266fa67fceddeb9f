package render

import (
	"strconv"
	"strings"

	"github.com/dossier-report/dossier/report"
	"github.com/dossier-report/dossier/report/gate"
	"github.com/dossier-report/dossier/report/render/internal/pdf"
)

// people draws who could speak to the work, where the records suggest somebody.
func (p *pages) people() {
	if len(p.r.Candidates) == 0 {
		return
	}
	p.page()
	p.Bookmark("People who can speak to this", 0, 0)
	p.Anchor("section:people", 0)
	p.overline("People", p.width)
	p.y += 8.2
	p.Text(p.left, p.y, bold(pdf.H2, pdf.Ink), "People who can speak to this")
	p.y += 5.8
	p.y = p.Layout(pdf.Plain("Suggested from work that we both had a part in. Nobody here has been asked yet; whom I name, and for what, is mine to decide."),
		pdf.Style{Size: pdf.Body, Color: pdf.Muted}, p.width, 0).Draw(p.left, p.y, 4.3)
	p.mark(p.left, p.y+0.6, report.FromRecords)
	p.y += 4.6
	p.peopleHead()
	for i := range p.r.Candidates {
		p.candidate(&p.r.Candidates[i])
	}
}

func (p *pages) peopleColumns() (speaks, shared, last float64) {
	return p.colX(4), p.colX(8), p.colX(10)
}

func (p *pages) peopleHead() {
	speaks, shared, last := p.peopleColumns()
	st := bold(pdf.Micro, pdf.Muted)
	p.rule(p.left, p.y, p.right, pdf.Ink, pdf.HeadLine)
	p.y += 4
	p.Text(p.left, p.y, st, "Name and role")
	p.Text(speaks, p.y, st, "Can speak to")
	p.Text(shared, p.y, st, "Worked on together")
	p.Text(last, p.y, st, "Last together")
	p.y += 1.7
	p.rule(p.left, p.y, p.right, pdf.Hair, pdf.HairLine)
}

func (p *pages) candidate(c *report.Candidate) {
	speaks, shared, last := p.peopleColumns()
	name := p.Layout(pdf.Plain(gate.Title(c.Name)), bold(pdf.Body, pdf.Ink), speaks-p.left-4, 3)
	role := p.Layout(pdf.Plain(join(" · ", gate.Line(c.Role, 100), gate.Line(c.Relation, 40))), small(pdf.Muted), speaks-p.left-4, 3)
	what := p.Layout(pdf.Rich{{Text: p.objectiveTitles(c.Objectives), Lines: true}}, small(pdf.Ink), shared-speaks-4, 9)
	blue, refs := pdf.Blue5, pdf.Rich{}
	for i, r := range c.Refs {
		if i > 0 {
			refs = append(refs, pdf.Span{Text: ", "})
		}
		refs = append(refs, pdf.Span{Text: noBreak(gate.Line(r, 40)), Color: &blue, To: entryAnchor(r)})
	}
	on := p.Layout(refs, small(pdf.Ink), last-shared-3, 4)
	h := max(float64(name.Lines())*4.1+float64(role.Lines())*entryLead, float64(max(what.Lines(), on.Lines()))*entryLead) + 3.4
	p.room(h, func() {
		p.overline("People who can speak to this, continued", p.width)
		p.y += 3.4
		p.peopleHead()
	})
	y := p.y + 4.6
	role.Draw(p.left, name.Draw(p.left, y, 4.1)-0.3, entryLead)
	what.Draw(speaks, y, entryLead)
	on.Draw(shared, y, entryLead)
	p.Text(last, y, small(pdf.Ink), p.Fit(small(pdf.Ink), c.Last, p.right-last))
	p.y += h
	p.rule(p.left, p.y, p.right, pdf.Hair, pdf.HairLine)
}

// objectiveTitles names objectives by number and title, one a line.
func (p *pages) objectiveTitles(numbers []int) string {
	var lines []string
	for _, n := range numbers {
		line := "Objective " + strconv.Itoa(n)
		for i := range p.r.Objectives {
			if o := &p.r.Objectives[i]; o.Number == n {
				line = strconv.Itoa(n) + ". " + gate.Title(o.Title)
			}
		}
		lines = append(lines, line)
	}
	return strings.Join(lines, "\n")
}
