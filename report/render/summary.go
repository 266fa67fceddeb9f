package render

import (
	"fmt"
	"strconv"
	"strings"

	"github.com/dossier-report/dossier/report"
	"github.com/dossier-report/dossier/report/gate"
	"github.com/dossier-report/dossier/report/render/internal/pdf"
)

// summary draws page 1, which stands alone: who, what came of it, how the
// objectives stand, the form's questions with short answers.
func (p *pages) summary() {
	p.page()
	p.Bookmark("Summary", 0, 0)
	p.Anchor("section:summary", 0)
	p.Rect(0, 0, p.W, 2.4, 0, pdf.Filled(pdf.Blue5))
	p.masthead()
	p.statement(p.r.Thesis, "What changed because of my work, in one or two sentences.")
	p.warning()
	p.settle()
	p.atAGlance()
	p.questions()
	p.legend()
}

func (p *pages) masthead() {
	period := ""
	if p.r.Period.Long != "" {
		period = "Period " + p.r.Period.Long
	}
	x := p.TextRight(p.right, p.y, small(pdf.Muted), p.Fit(small(pdf.Muted), period, p.width/2))
	p.overline(join("\u00a0\u00a0·\u00a0\u00a0", p.r.Title, p.r.Review), x-p.left-6)

	// A long name is set smaller before it takes a second line.
	name := gate.Title(p.r.Person.Name)
	st := bold(pdf.H1, pdf.Ink)
	for _, st.Size = range []float64{pdf.H1, 20, pdf.H2} {
		if p.Width(st, name) <= p.width {
			break
		}
	}
	p.y += 11
	para := p.Layout(pdf.Plain(name), st, p.width, 3)
	p.y = para.Draw(p.left, p.y, st.Size*0.41) - st.Size*0.41 + 6
	line := gate.Line(p.r.Person.Role, 200)
	if m := gate.Line(p.r.Person.Manager, 200); m != "" {
		line = join(" \u00a0·\u00a0 ", line, "Manager: "+m)
	}
	if line != "" {
		sub := p.Layout(pdf.Plain(line), pdf.Style{Size: pdf.Lead, Color: pdf.Muted}, p.width, 2)
		p.y = sub.Draw(p.left, p.y, 4.8) - 4.8
	}
	p.y += 5.4
}

// statement draws a text on a panel with its mark; blank is what stands where
// the person has still to write it.
func (p *pages) statement(s report.Statement, blank string) {
	text := rich(s)
	if s.Plain() == "" {
		text = pdf.Plain(blank)
	}
	para := p.Layout(text, pdf.Style{Size: pdf.Lead, Color: pdf.Ink}, p.width-9, 12)
	h := float64(para.Lines())*5 + 8.8
	p.panel(p.left, p.y, p.width, h, s.From == report.ForMeToWrite)
	y := para.Draw(p.left+5, p.y+6, 5)
	p.mark(p.left+5, y+0.7, s.From)
	p.y += h
}

// panel draws a tinted ground with a bar, or a dashed outline around a blank.
func (p *pages) panel(x, y, w, h float64, blank bool) {
	if blank {
		p.Rect(x, y, w, h, pdf.CardRadius, pdf.Outlined(pdf.Accent, pdf.CardLine).Dashed(1.2))
		return
	}
	p.Rect(x, y, w, h, pdf.CardRadius, pdf.Filled(pdf.Panel))
	p.Rect(x, y, 1.1, h, 0, pdf.Filled(pdf.Blue5))
}

// warning says in one line what could not be read; Appendix B says the rest.
func (p *pages) warning() {
	var parts []string
	for _, w := range p.r.Warnings {
		parts = append(parts, firstLine(w))
	}
	if len(parts) == 0 {
		if p.r.Method.Complete {
			return
		}
		parts = []string{"Not every source was read"}
	}
	const h = 6.4
	p.y += 3
	p.Rect(p.left, p.y, p.width, h, pdf.ChipRadius, pdf.Filled(pdf.AccentLt))
	p.Rect(p.left, p.y, 1.1, h, 0, pdf.Filled(pdf.Accent))
	st := pdf.Style{Face: pdf.Bold, Size: pdf.Small, Color: accentInk}
	text := p.Fit(st, "Incomplete: "+strings.Join(parts, "; "), p.width-43)
	p.Text(p.left+5, p.y+4.2, st, text)
	p.pageLink(p.right-3, p.y+4.2, pdf.Small, "See Appendix B, page %d", "section:appendix-b")
	p.y += h
}

// accentInk is the accent on its own light ground: darker, for contrast (5.6:1).
var accentInk = pdf.Color{R: 0xA8, G: 0x3B, B: 0x06}

func firstLine(s string) string {
	s, _, _ = strings.Cut(strings.TrimSpace(s), "\n")
	return strings.TrimRight(gate.Line(s, 300), ".")
}

// atAGlance draws the table of objectives.
func (p *pages) atAGlance() {
	p.y += p.gap()
	p.Text(p.left, p.y, bold(pdf.H3, pdf.Ink), "Objectives at a glance")
	p.strengthKey(p.right, p.y)
	p.y += 2.6
	p.rule(p.left, p.y, p.right, pdf.Ink, pdf.HeadLine)
	p.glanceHead()
	if len(p.r.Objectives) == 0 {
		p.y += 5.8
		p.Text(p.left, p.y, pdf.Style{Size: pdf.Body, Color: pdf.Muted}, "No objectives were given, so nothing could be matched to one.")
		p.y += 3
		p.rule(p.left, p.y, p.right, pdf.Hair, pdf.HairLine)
	}
	for i := range p.r.Objectives {
		p.glance(&p.r.Objectives[i])
	}
}

func (p *pages) glanceColumns() (result, state, proof float64) {
	return p.colX(4) + 1, p.colX(9) - 5, p.colX(10) + 1.5
}

func (p *pages) glanceHead() {
	result, state, proof := p.glanceColumns()
	st := bold(pdf.Micro, pdf.Muted)
	p.y += 4.2
	p.Text(p.left, p.y, st, "Objective")
	p.Text(result, p.y, st, "Strongest result so far")
	p.Text(state, p.y, st, "My assessment")
	p.Text(proof, p.y, st, "Evidence")
	p.TextRight(p.right, p.y, st, "Page")
	p.y += 1.9
	p.rule(p.left, p.y, p.right, pdf.Hair, pdf.HairLine)
}

// settle chooses how close page 1 is set: as wide as it can be and still hold
// the objectives and every answer.
func (p *pages) settle() {
	for p.dense = range 3 {
		y := p.y + p.gap() + 8.7
		for i := range p.r.Objectives {
			y += p.layoutGlance(&p.r.Objectives[i]).height
		}
		if p.cardsHeight(mostLines) <= p.bottom-y-p.gap()-7-p.legendRoom() {
			return
		}
	}
	p.dense = 3
}

// gap is the space before a heading of page 1.
func (p *pages) gap() float64 {
	return [...]float64{11.5, 9, 9, 7.4}[p.dense]
}

type glanceRow struct {
	title, result pdf.Para
	height        float64
}

const glanceLead = 4.1

func (p *pages) layoutGlance(s *report.Section) glanceRow {
	result, state, _ := p.glanceColumns()
	body, most, pad := pdf.Style{Size: pdf.Body, Color: pdf.Ink}, 3, 4.7
	if p.dense > 0 {
		pad = 3.9
	}
	if p.dense > 1 {
		most = 2
	}
	if p.dense > 2 {
		pad = 3.1
	}
	text := rich(s.Result)
	blank := s.Result.Plain() == ""
	if blank || s.Result.From == report.ForMeToWrite {
		body.Color = pdf.Muted
	}
	switch {
	case blank && s.Count > 0:
		text = pdf.Plain("No result written down yet")
	case blank:
		text = pdf.Plain("No evidence found in this period")
	}
	row := glanceRow{
		title:  p.Layout(pdf.Plain(gate.Title(s.Title)), bold(pdf.Body, pdf.Ink), result-p.left-8, most),
		result: p.Layout(text, body, state-result-5, most),
	}
	row.height = float64(max(row.title.Lines(), row.result.Lines()))*glanceLead + pad
	return row
}

func (p *pages) glance(s *report.Section) {
	result, state, proof := p.glanceColumns()
	row := p.layoutGlance(s)
	p.room(row.height, func() {
		p.overline("Objectives at a glance, continued", p.width)
		p.y += 2
		p.glanceHead()
	})
	y := p.y + 5.8
	y -= [...]float64{0, 0.5, 0.5, 1}[p.dense]
	p.Text(p.left, y, bold(pdf.Body, pdf.Blue5), strconv.Itoa(s.Number))
	row.title.Draw(p.left+4.4, y, glanceLead)
	row.result.Draw(result, y, glanceLead)
	p.chip(state, y, s.Assessment)
	e := p.strength(proof, y, s.Strength)
	p.Text(e+1.4, y, small(pdf.Muted), strconv.Itoa(s.Count))
	p.pageLink(p.right, y, pdf.Body, "%d", "section:"+s.ID)
	p.y += row.height
	p.rule(p.left, p.y, p.right, pdf.Hair, pdf.HairLine)
}

// legend says how to read the marks, at the foot of the page.
func (p *pages) legend() {
	if p.y+p.legendRoom() > p.bottom+1 {
		p.page()
	}
	p.y = max(p.y+p.legendRoom()-15, p.H-34)
	p.Text(p.left, p.y, bold(pdf.Small, pdf.Ink), "How to read this report")
	p.y += 4.6
	x := p.left
	for _, m := range []struct {
		from  report.Provenance
		means string
	}{
		{report.FromRecords, "drafted from linked sources"},
		{report.InMyWords, "written by me"},
		{report.ForMeToWrite, "still blank: draft only"},
	} {
		x = p.Text(p.mark(x, p.y, m.from)+1.6, p.y, small(pdf.Muted), m.means) + 6
	}
	p.y += 4.6
	text := fmt.Sprintf("%s chosen from %d found (Appendix A lists every one with its source; Appendix B says how they were found and what was left out). "+
		"Numbers of commits, messages, meetings or hours are not used as a measure of performance anywhere in this report.", count(p.r.Chosen, "item"), p.r.Found)
	p.y = p.Layout(pdf.Plain(text), small(pdf.Muted), p.width, 0).Draw(p.left, p.y, 3.9)
}

// count returns "1 item" or "2 items".
func count(n int, word string) string {
	if n == 1 {
		return "1 " + word
	}
	return strconv.Itoa(n) + " " + word + "s"
}
