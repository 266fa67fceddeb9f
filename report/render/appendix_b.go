package render

import (
	"fmt"
	"strconv"
	"strings"

	"github.com/dossier-report/dossier/evidence"
	"github.com/dossier-report/dossier/report"
	"github.com/dossier-report/dossier/report/gate"
	"github.com/dossier-report/dossier/report/render/internal/pdf"
)

const methodLead = 3.7

// appendixB says how the report was made: what each source was asked and
// answered, what was left out, by which rules, in which words.
func (p *pages) appendixB() {
	p.page()
	p.Bookmark("Appendix B: how this was made", 0, 0)
	p.Anchor("section:appendix-b", 0)
	p.overline("Appendix B", p.width/2)
	p.TextRight(p.right, p.y, small(pdf.Muted), join(", ", p.r.Period.Short, gate.Line(p.r.Period.Zone, 60)))
	p.y += 8.2
	p.Text(p.left, p.y, bold(pdf.H2, pdf.Ink), "How this was made")
	p.y += 4
	head := func() { p.overline("Appendix B: how this was made, continued", p.width); p.y += 7.4 }
	p.sources(head)
	p.leftOut(head)
	p.gaps(head)
	p.part("Rules that recognised the evidence", head)
	for _, b := range p.r.Method.Objectives {
		p.rules(b, head)
	}
	p.part("Words", head)
	for _, d := range p.r.Method.Definitions {
		p.pair(gate.Title(d.Word), pdf.Plain(d.Means), pdf.Ink, head)
	}
	p.throughput(head)
	p.notShown(head)
	p.part("Made with", head)
	p.pair("Version", pdf.Plain(join(" ", "dossier", gate.Line(p.r.Method.Version, 80))), pdf.Ink, head)
	if c := gate.Line(p.r.Method.Config, 128); c != "" {
		p.pair("Configuration", pdf.Plain("SHA-256 "+c), pdf.Ink, head)
	}
	p.pair("Made", pdf.Plain(gate.Line(p.r.Made, 60)+", from stored records only: the same records, decisions and configuration give the same report"), pdf.Ink, head)
}

// part begins a part of the appendix.
func (p *pages) part(title string, head func()) {
	p.y += 8
	p.room(16, head)
	p.Text(p.left, p.y, bold(pdf.H3, pdf.Ink), title)
	p.y += 2.4
	p.rule(p.left, p.y, p.right, pdf.Ink, pdf.HeadLine)
	p.y += 4.6
}

// pair draws a word and what is said of it.
func (p *pages) pair(word string, text pdf.Rich, c pdf.Color, head func()) {
	label := p.Layout(pdf.Plain(word), bold(pdf.Small, pdf.Ink), 36, 3)
	para := p.Layout(text, small(c), p.width-39, 0)
	p.room(float64(min(max(label.Lines(), para.Lines()), 8)-1)*methodLead, head)
	end := label.Draw(p.left, p.y, methodLead)
	page := p.Page()
	for para.Lines() > 0 {
		p.room(0, head)
		var now pdf.Para
		now, para = para.Split(max(int((p.bottom-p.y)/methodLead)+1, 1))
		p.y = now.Draw(p.left+39, p.y, methodLead)
	}
	if p.Page() == page {
		p.y = max(p.y, end)
	}
	p.y += 0.9
}

func stateWord(s evidence.CoverageState) string {
	switch s {
	case evidence.Complete:
		return "complete"
	case evidence.Partial:
		return "in part"
	case evidence.Failed:
		return "failed"
	}
	return "not asked"
}

// sources draws what each source was asked and what it answered.
func (p *pages) sources(head func()) {
	p.part("Sources", head)
	p.y -= 0.4
	st := bold(pdf.Micro, pdf.Muted)
	cols := []float64{p.left, p.left + 39, p.left + 62, p.left + 108, p.right - 30, p.right - 15, p.right}
	columns := func() {
		for i, s := range []string{"Source", "Answer", "Period asked for", "Asked on"} {
			p.Text(cols[i], p.y, st, s)
		}
		for i, s := range []string{"Found", "Chosen", "Left out"} {
			p.TextRight(cols[4+i], p.y, st, s)
		}
		p.y += 1.7
		p.rule(p.left, p.y, p.right, pdf.Hair, pdf.HairLine)
		p.y += 4.2
	}
	columns()
	if len(p.r.Method.Sources) == 0 {
		p.Text(p.left, p.y, small(pdf.Ink), "No source was asked.")
		p.y += methodLead
	}
	for i := range p.r.Method.Sources {
		s := &p.r.Method.Sources[i]
		p.room(2*methodLead, func() { head(); columns() })
		ink := small(pdf.Ink)
		p.Text(cols[0], p.y, bold(pdf.Small, pdf.Ink), p.Fit(bold(pdf.Small, pdf.Ink), gate.Title(s.Title), 37))
		answer := ink
		if s.State != evidence.Complete {
			answer = bold(pdf.Small, pdf.Accent)
		}
		p.Text(cols[1], p.y, answer, stateWord(s.State))
		p.Text(cols[2], p.y, ink, p.Fit(ink, s.Period, 44))
		p.Text(cols[3], p.y, ink, p.Fit(ink, s.AskedAt, 28))
		p.TextRight(cols[4], p.y, ink, strconv.Itoa(s.Found))
		p.TextRight(cols[5], p.y, ink, strconv.Itoa(s.Chosen))
		p.TextRight(cols[6], p.y, ink, strconv.Itoa(max(s.Found-s.Chosen, 0)))
		p.y += methodLead
		if why := gate.Line(s.Why, 1000); why != "" {
			p.under(pdf.Plain(why), pdf.Accent, head)
		}
		for _, part := range s.Parts {
			p.askedPart(part, head)
		}
		p.y -= 1.4
		p.rule(p.left, p.y, p.right, pdf.Hair, pdf.HairLine)
		p.y += 4.2
	}
	p.y -= 4
}

// under draws small text below a source's row.
func (p *pages) under(text pdf.Rich, c pdf.Color, head func()) {
	para := p.Layout(text, micro(c), p.right-15-p.left-39, 0)
	for para.Lines() > 0 {
		p.room(0, head)
		var now pdf.Para
		now, para = para.Split(max(int((p.bottom-p.y)/microLead)+1, 1))
		p.y = now.Draw(p.left+39, p.y, microLead)
	}
}

func (p *pages) askedPart(part evidence.Part, head func()) {
	p.room(microLead, head)
	n := strconv.Itoa(part.Found)
	p.TextRight(p.right-30, p.y, micro(pdf.Muted), n)
	text := pdf.Rich{{Text: gate.Title(part.Name), Face: pdf.Bold}}
	if part.Query != "" {
		text = append(text, pdf.Span{Text: "  " + gate.Line(part.Query, 1500)})
	}
	para := p.Layout(text, micro(pdf.Muted), p.right-42-p.left-39, 0)
	for para.Lines() > 0 {
		p.room(0, head)
		var now pdf.Para
		now, para = para.Split(max(int((p.bottom-p.y)/microLead)+1, 1))
		p.y = now.Draw(p.left+39, p.y, microLead)
	}
	for _, g := range part.Gaps {
		p.under(pdf.Plain(join(": ", gate.Line(g.What, 400), gate.Line(g.Why, 600))), pdf.Accent, head)
	}
	for _, n := range part.Notes {
		p.under(pdf.Plain(gate.Line(n, 600)), pdf.Muted, head)
	}
}

// leftOut counts what was found and not used.
func (p *pages) leftOut(head func()) {
	if len(p.r.Method.LeftOut) == 0 {
		return
	}
	p.part("Found and left out", head)
	for _, l := range p.r.Method.LeftOut {
		p.pair(count(l.Count, "item"), pdf.Plain(l.Why), pdf.Ink, head)
	}
}

// rules draws how one objective was recognised.
func (p *pages) rules(b report.Basis, head func()) {
	title := b.Objective
	for i := range p.r.Objectives {
		if o := &p.r.Objectives[i]; o.ID == b.Objective {
			title = strconv.Itoa(o.Number) + ". " + gate.Title(o.Title)
		}
	}
	text := pdf.Rich{{Text: fmt.Sprintf("An item counts from a score of %s.", strconv.FormatFloat(b.Threshold, 'g', 3, 64))}}
	for _, r := range b.Rules {
		name, rest, found := strings.Cut(gate.Line(r, 600), ": ")
		if !found {
			name, rest = "", name
		} else {
			name += ": "
		}
		text = append(text, pdf.Span{Text: "\n" + name, Face: pdf.Bold, Lines: true}, pdf.Span{Text: rest})
	}
	if len(b.Rules) == 0 {
		text = append(text, pdf.Span{Text: " It has no rules: only what I accepted by hand counts."})
	}
	p.pair(title, text, pdf.Ink, head)
}

// notShown counts the characters that the fonts lack.
func (p *pages) notShown(head func()) {
	n, codes := p.Missing()
	named := p.Named()
	if n == 0 && named == 0 {
		return
	}
	p.part("Characters not shown", head)
	var parts []string
	if n > 0 {
		are := "are"
		if n == 1 {
			are = "is"
		}
		parts = append(parts, fmt.Sprintf("%s of the titles and texts %s in no font of this file and printed as a box (%s). Name a TrueType font that has them under report.fonts.fallback to print them.",
			count(n, "character"), are, strings.Join(codes, ", ")))
	}
	if named > 0 {
		parts = append(parts, fmt.Sprintf("%d emoji printed as a word in brackets.", named))
	}
	p.y = p.Layout(pdf.Plain(strings.Join(parts, " ")), small(pdf.Ink), p.width, 0).Draw(p.left, p.y, methodLead)
}
