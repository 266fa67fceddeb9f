package render

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/dossier-report/dossier/evidence"
	"github.com/dossier-report/dossier/report"
	"github.com/dossier-report/dossier/report/gate"
	"github.com/dossier-report/dossier/report/render/internal/pdf"
)

// objective draws an objective's page: its words, what came of it, when, and
// the evidence.
func (p *pages) objective(s *report.Section) {
	p.page()
	title := gate.Title(s.Title)
	p.Bookmark(fmt.Sprintf("Objective %d: %s", s.Number, title), 0, 0)
	p.Anchor("section:"+s.ID, 0)
	over := fmt.Sprintf("Objective %d of %d", s.Number, len(p.r.Objectives))
	if len(p.r.Objectives) < s.Number { // the report is about some of them only
		over = fmt.Sprintf("Objective %d", s.Number)
	}
	p.overline(over, p.width-40)
	p.assessment(s.Assessment)
	p.y += 8.2
	p.y = p.Layout(pdf.Plain(title), bold(pdf.H2, pdf.Ink), p.width, 0).Draw(p.left, p.y, 7) - 7 + 6.2
	if words := gate.Line(s.Words, 1500); words != "" && words != title {
		p.y = p.Layout(pdf.Plain(words), pdf.Style{Size: pdf.Body, Color: pdf.Muted}, p.width, 0).Draw(p.left, p.y, 4.3)
	}
	p.y += 1.4 - 2.4
	p.claim(s)
	head := func() { p.overline(over+", continued", p.width); p.y += 6 }
	if s.Count == 0 && len(s.Cards) == 0 {
		p.own(s, head)
		p.nothing(s, head)
		return
	}
	p.tighten(s)
	p.timeline(s, head)
	p.cards(s, head)
	p.own(s, head)
	p.more(s, head)
	p.short(s, head)
}

// tighten chooses how close the rest of an objective's page is set, and how much
// of what is drafted from records its cards and its timeline show: closer and
// less than usual where that keeps it on the page.
func (p *pages) tighten(s *report.Section) {
	p.tight, p.fewer, p.markRows = 0, 0, maxRows
	if p.over(s) <= 0 {
		return
	}
	p.tight = 1
	for p.over(s) > 0 {
		switch {
		case rowLines-p.fewer > fewLines:
			p.fewer++
		case p.markRows > 1:
			p.markRows--
		default: // it takes another page in any case
			p.tight, p.fewer, p.markRows = 0, 0, maxRows
			return
		}
	}
}

// over returns by how much the rest of an objective's page is too long, in
// millimetres.
func (p *pages) over(s *report.Section) float64 {
	h := p.moreHeight(s) + p.shortHeight(s) + p.ownHeight(s)
	if _, t := p.layTimeline(s); t > 0 {
		h += t + 9 - 2.5*p.tight + 7.6
	}
	rows := p.cardRows(s)
	for _, r := range rows {
		h += r.height + pdf.Gutter - p.tight
	}
	if len(rows) > 0 {
		h += 8.2 - 2*p.tight + 3
	}
	return p.y + h - p.bottom
}

func (p *pages) assessment(s string) {
	st, _ := chipColors(s)
	x := p.right - p.Width(st, p.Fit(st, chipWord(s), 22)) - 3.4
	p.chip(x, p.y, s)
	p.TextRight(x-2, p.y, micro(pdf.Muted), "My assessment")
}

// claim draws what the objective came to, with up to three measured outcomes.
func (p *pages) claim(s *report.Section) {
	blank := s.Claim.From == report.ForMeToWrite
	text := rich(s.Claim)
	if s.Claim.Plain() == "" {
		blank, text = true, pdf.Plain("What I set out to do here, and what changed because of it.")
		s.Claim.From = report.ForMeToWrite
	}
	figures := s.Figures[:min(3, len(s.Figures))]
	w := p.width
	if len(figures) > 0 {
		w = p.col(6)
	}
	para := p.Layout(text, pdf.Style{Size: pdf.Lead, Color: pdf.Ink}, w-9, 14)
	h := float64(para.Lines())*5 + 10.2
	if len(figures) > 0 {
		h = max(h, p.figuresHeight(figures))
	}
	p.panel(p.left, p.y, p.width, h, blank)
	para.Draw(p.left+5, p.y+6.4, 5)
	p.mark(p.left+5, p.y+h-2.9, s.Claim.From)
	if len(figures) > 0 {
		p.figures(figures, p.y, h)
	}
	p.y += h
}

// figureWidth returns where the figures begin and how wide one of n is.
func (p *pages) figureWidth(n int) (x, w float64) {
	x = p.colX(6) + 1
	return x, (p.right - x - 1) / float64(n)
}

type figureParas struct{ name, value, source pdf.Para }

func (p *pages) figureParas(fs []report.KeyFigure) []figureParas {
	_, w := p.figureWidth(len(fs))
	w -= 4
	// All values are of one size: the largest at which each fits its column.
	st := bold(pdf.H2-3.5, pdf.Blue5)
	for _, f := range fs {
		for st.Size > pdf.Body && p.Width(st, figureValue(f)) > w {
			st.Size = max(st.Size-1, pdf.Body)
		}
	}
	var out []figureParas
	for _, f := range fs {
		out = append(out, figureParas{
			name:   p.Layout(pdf.Plain(f.Name), bold(pdf.Small, pdf.Ink), w, 2),
			value:  p.Layout(pdf.Plain(figureValue(f)), st, w, 2),
			source: p.Layout(pdf.Plain(f.Source), micro(pdf.Muted), w, 3),
		})
	}
	return out
}

func figureValue(f report.KeyFigure) string {
	v := gate.Line(f.Value, 60)
	if u := gate.Line(f.Unit, 30); u != "" {
		v += " " + u
	}
	return strings.ReplaceAll(v, " ", "\u00a0")
}

func (p *pages) figuresHeight(fs []report.KeyFigure) float64 {
	name, value, source := p.figureLines(fs)
	return 24.4 + name*3.3 + value*5 + source*2.9
}

func (p *pages) figureLines(fs []report.KeyFigure) (name, value, source float64) {
	for _, t := range p.figureParas(fs) {
		name, value, source = max(name, float64(t.name.Lines()-1)), max(value, float64(t.value.Lines()-1)), max(source, float64(t.source.Lines()))
	}
	return name, value, source
}

func (p *pages) figures(fs []report.KeyFigure, y, h float64) {
	name, value, _ := p.figureLines(fs)
	x, w := p.figureWidth(len(fs))
	for i, t := range p.figureParas(fs) {
		fx := x + float64(i)*w
		p.Line(fx-1.5, y+5, fx-1.5, y+h-7.6, pdf.Hair, 0.3)
		t.name.Draw(fx+0.9, y+7.4, 3.3)
		t.value.Draw(fx+0.9, y+14.4+name*3.3, 5)
		t.source.Draw(fx+0.9, y+19.2+name*3.3+value*5, 2.9)
	}
	end := p.mark(x+0.9, y+h-2.9, report.FromRecords)
	p.Text(end+1.8, y+h-2.9, micro(pdf.Muted), "before → after; the source is named below each figure")
}

// nothing says that there is no evidence, and what was asked to find some.
func (p *pages) nothing(s *report.Section, head func()) {
	p.y += 9
	p.Text(p.left, p.y, bold(pdf.H3, pdf.Ink), "No evidence found")
	p.y += 5.4
	p.y = p.Layout(pdf.Plain("Nothing in the period speaks for this objective. That is said here rather than left out; the sources and rules below are what was tried."),
		pdf.Style{Size: pdf.Body, Color: pdf.Ink}, p.width, 0).Draw(p.left, p.y, 4.3)
	p.y += 3.4
	for _, src := range p.r.Method.Sources {
		p.room(5, head)
		st, said := small(pdf.Ink), fmt.Sprintf("%s found, none for this objective", count(src.Found, "item"))
		if src.State != evidence.Complete {
			st.Color, said = accentInk, stateWord(src.State)+": "+firstLine(src.Why)
		}
		p.Text(p.left, p.y, bold(pdf.Small, pdf.Ink), p.Fit(bold(pdf.Small, pdf.Ink), gate.Title(src.Title), 33))
		p.y = p.Layout(pdf.Plain(said), st, p.width-35, 3).Draw(p.left+35, p.y, 3.9) + 0.6
	}
	p.y += 3.4
	for _, b := range p.r.Method.Objectives {
		if b.Objective == s.ID {
			p.rules(b, head)
		}
	}
}

// more leads to the supporting entries in Appendix A.
func (p *pages) more(s *report.Section, head func()) {
	para := p.layoutMore(s)
	if para.Lines() == 0 {
		return
	}
	p.y += 3 - 0.6*p.tight
	p.room(4, head)
	p.Text(p.left, p.y, bold(pdf.Text8, pdf.Ink), "More evidence")
	for para.Lines() > 0 {
		p.room(3.9, head)
		var now pdf.Para
		now, para = para.Split(max(int((p.bottom-p.y)/3.9)+1, 1))
		p.y = now.Draw(p.left+30, p.y, 3.9)
	}
}

func (p *pages) moreHeight(s *report.Section) float64 {
	return 3 + float64(p.layoutMore(s).Lines())*3.9
}

func (p *pages) layoutMore(s *report.Section) pdf.Para {
	if len(s.More) == 0 {
		return pdf.Para{}
	}
	refs := slices.Clone(s.More)
	slices.SortStableFunc(refs, func(a, b string) int { return refNumber(a) - refNumber(b) })
	text := pdf.Rich{{Text: count(len(refs), "supporting item") + " in Appendix A: "}}
	for i, r := range runsOf(refs) {
		if i > 0 {
			text = append(text, pdf.Span{Text: ", "})
		}
		c := pdf.Blue5
		text = append(text, pdf.Span{Text: r.label, Color: &c, To: entryAnchor(r.first)})
	}
	return p.Layout(text, pdf.Style{Size: pdf.Text8, Color: pdf.Ink}, p.width-30, 0)
}

// refRun is neighbouring references, printed as one: "A-13 to A-20".
type refRun struct{ label, first string }

func runsOf(refs []string) []refRun {
	var out []refRun
	for i := 0; i < len(refs); {
		j := i
		for j+1 < len(refs) && follows(refs[j], refs[j+1]) {
			j++
		}
		switch j - i {
		case 0:
			out = append(out, refRun{noBreak(refs[i]), refs[i]})
		case 1:
			out = append(out, refRun{noBreak(refs[i]), refs[i]}, refRun{noBreak(refs[j]), refs[j]})
		default:
			out = append(out, refRun{noBreak(refs[i]) + "\u00a0to\u00a0" + noBreak(refs[j]), refs[i]})
		}
		i = j + 1
	}
	return out
}

// noBreak keeps a reference on one line.
func noBreak(ref string) string { return strings.ReplaceAll(ref, "-", "\u2011") }

func follows(a, b string) bool { return refNumber(a) > 0 && refNumber(b) == refNumber(a)+1 }

// refNumber returns the number of a reference, 0 when it has none.
func refNumber(ref string) int {
	n, err := strconv.Atoi(strings.TrimPrefix(ref, "A-"))
	if err != nil {
		return 0
	}
	return n
}

func entryAnchor(ref string) string { return "entry:" + ref }
