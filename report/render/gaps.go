package render

import (
	"fmt"
	"unicode"

	"github.com/dossier-report/dossier/report"
	"github.com/dossier-report/dossier/report/gate"
	"github.com/dossier-report/dossier/report/render/internal/pdf"
)

// short says below an objective's evidence where it falls short.
func (p *pages) short(s *report.Section, head func()) {
	para := p.layoutShort(s)
	if para.Lines() == 0 {
		return
	}
	p.y += 2.4 - 0.6*p.tight
	p.room(float64(para.Lines())*3.9, head)
	end := p.Text(p.left, p.y, bold(pdf.Text8, pdf.Accent), "Gap")
	p.mark(end+3, p.y, report.FromRecords)
	p.y = para.Draw(p.left+30, p.y, 3.9)
}

func (p *pages) shortHeight(s *report.Section) float64 {
	if n := p.layoutShort(s).Lines(); n > 0 {
		return 2.4 + float64(n)*3.9
	}
	return 0
}

func (p *pages) layoutShort(s *report.Section) pdf.Para {
	if s.Gap == nil || s.Gap.Says == "" {
		return pdf.Para{}
	}
	return p.Layout(pdf.Plain(gapSays(s.Gap)), pdf.Style{Size: pdf.Text8, Color: pdf.Ink}, p.width-30, 3)
}

// gapSays words a gap as a sentence begins.
func gapSays(g *report.Gap) string {
	r := []rune(gate.Line(g.Says, 400))
	if len(r) > 0 {
		r[0] = unicode.ToUpper(r[0])
	}
	return string(r)
}

// unservedRows is how many groups of work without an objective are printed.
const unservedRows = 12

// gaps draws both directions in which evidence and objectives do not meet:
// objectives with too little evidence, and work without an objective.
func (p *pages) gaps(head func()) {
	var lacking []*report.Section
	for i := range p.r.Objectives {
		if s := &p.r.Objectives[i]; s.Gap != nil && s.Gap.Says != "" {
			lacking = append(lacking, s)
		}
	}
	if len(lacking) > 0 {
		p.part("Objectives with too little evidence", head)
	}
	for _, s := range lacking {
		p.pair(fmt.Sprintf("Objective %d", s.Number), pdf.Plain(gapSays(s.Gap)), pdf.Ink, head)
	}
	if len(p.r.Unserved) > 0 {
		p.part("Work for no objective", head)
	}
	for i := range p.r.Unserved {
		if i == unservedRows {
			left := p.r.Unserved[i:]
			n := 0
			for _, u := range left {
				n += u.Items
			}
			p.pair("And more", pdf.Plain(fmt.Sprintf("%s in %s", count(n, "item"), count(len(left), "smaller group"))), pdf.Ink, head)
			break
		}
		p.unserved(&p.r.Unserved[i], head)
	}
}

// unserved draws one group of work without an objective.
func (p *pages) unserved(u *report.Unserved, head func()) {
	text := pdf.Rich{{Text: join(", ", gate.Line(u.Count(), 60), gate.Line(u.Span(), 60))}}
	if u.Near != nil {
		text = append(text, pdf.Span{Text: fmt.Sprintf(", %d near objective %d", u.Near.Items, u.Near.Number)})
	}
	for i, l := range u.Links {
		sep := ": "
		if i > 0 {
			sep = "; "
		}
		s := pdf.Span{Text: gate.Title(l.Label)}
		if p.Safe(l.URL) {
			c := pdf.Blue5
			s.URL, s.Color = l.URL, &c
		}
		text = append(text, pdf.Span{Text: sep}, s)
	}
	p.pair(gate.Title(u.Title), text, pdf.Ink, head)
}
