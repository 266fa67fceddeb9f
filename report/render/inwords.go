package render

import (
	"strings"

	"github.com/dossier-report/dossier/report"
	"github.com/dossier-report/dossier/report/render/internal/pdf"
)

const ownLead = 4.1

// ownText is a heading with a text of the person's below it.
type ownText struct {
	title string
	from  report.Provenance
	para  pdf.Para
}

// ownTexts lays out what an objective lists beside its evidence: its key
// results, and what did not work where the person wrote it.
func (p *pages) ownTexts(s *report.Section) []ownText {
	st := pdf.Style{Size: pdf.Text8, Color: pdf.Ink}
	var out []ownText
	for _, k := range s.KeyResults {
		text := rich(k.State)
		if facts := keyFacts(k); facts != "" {
			text = append(pdf.Rich{{Text: "(" + facts + ") "}}, text...)
		}
		out = append(out, ownText{"Key result: " + k.Title, k.State.From, p.Layout(text, st, p.width, 6)})
	}
	if s.Missed.Plain() != "" {
		out = append(out, ownText{"What did not work", s.Missed.From, p.Layout(rich(s.Missed), st, p.width, 8)})
	}
	return out
}

// keyFacts is what is known of a key result: its target, its day, the entries that
// name it.
func keyFacts(k report.KeyResult) string {
	return join("; ", factAfter("target ", k.Target), factAfter("due ", k.Due), strings.Join(k.Refs, ", "))
}

func factAfter(before, s string) string {
	if s == "" {
		return ""
	}
	return before + s
}

func (p *pages) ownHeight(s *report.Section) (h float64) {
	for _, t := range p.ownTexts(s) {
		h += 8.4 + float64(t.para.Lines())*ownLead
	}
	return h
}

// own draws them, each with its mark.
func (p *pages) own(s *report.Section, head func()) {
	for _, t := range p.ownTexts(s) {
		p.y += 4
		p.room(4.4+float64(t.para.Lines())*ownLead, head)
		st := bold(pdf.Text8, pdf.Ink)
		x := p.Text(p.left, p.y, st, p.Fit(st, t.title, p.width-40))
		p.mark(x+3, p.y, t.from)
		p.y = t.para.Draw(p.left, p.y+4.4, ownLead)
	}
}
