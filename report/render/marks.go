package render

import (
	"github.com/dossier-report/dossier/report"
	"github.com/dossier-report/dossier/report/gate"
	"github.com/dossier-report/dossier/report/render/internal/pdf"
)

// mark draws where a text is from: a shape, words and a colour, so that it
// survives print in grey. It returns where it ends.
func (p *pages) mark(x, y float64, from report.Provenance) float64 {
	word, c := "From records", pdf.Blue5
	switch from {
	case report.InMyWords:
		word, c = "In my words", pdf.Green
		p.Circle(x+0.95, y-0.9, 1.0, pdf.Filled(c))
	case report.ForMeToWrite:
		word, c = "For me to write", pdf.Accent
		p.Rect(x+0.1, y-1.85, 1.8, 1.8, 0, pdf.Outlined(c, 0.3).Dashed(0.5))
	default:
		p.Rect(x, y-1.85, 1.9, 1.9, 0, pdf.Filled(c))
	}
	return p.Text(x+2.9, y, bold(pdf.Micro, c), word)
}

// chip draws the person's assessment, and an outlined dash where there is none.
func (p *pages) chip(x, y float64, s string) {
	st, ground := chipColors(s)
	word := p.Fit(st, chipWord(s), 22)
	w := p.Width(st, word) + 3.4
	paint := pdf.Filled(ground)
	if s == "" {
		paint = pdf.Outlined(pdf.Faint, 0.25)
	}
	p.Rect(x, y-2.75, w, 3.9, pdf.ChipRadius, paint)
	p.Text(x+1.7, y, st, word)
}

func chipWord(s string) string {
	if s == "" {
		return " – "
	}
	return gate.Line(s, 40)
}

func chipColors(s string) (pdf.Style, pdf.Color) {
	switch s {
	case "":
		return bold(pdf.Micro, pdf.Muted), pdf.White
	case "Achieved":
		return bold(pdf.Micro, pdf.Green), pdf.GreenLt
	case "Behind":
		return bold(pdf.Micro, pdf.Amber), pdf.AmberLt
	}
	return bold(pdf.Micro, pdf.Blue5), pdf.Blue1
}

const strengthWidth = 3*4.0 - 0.6

var strengthWords = [3]string{"linked artefact", "measured outcome", "confirmed by others"}

// strength draws A O C: filled where there is such proof, outlined where not.
func (p *pages) strength(x, y float64, s report.Strength) float64 {
	for i, on := range []bool{s.Artefact, s.Outcome, s.Confirmed} {
		p.letter(x+float64(i)*4.0, y, i, on)
	}
	return x + strengthWidth
}

func (p *pages) letter(x, y float64, i int, on bool) {
	st := bold(pdf.Badge, pdf.White)
	if on {
		p.Rect(x, y-2.65, 3.4, 3.4, 0.5, pdf.Filled(pdf.Blue5))
	} else {
		st = pdf.Style{Size: pdf.Badge, Color: pdf.Muted}
		p.Rect(x+0.12, y-2.53, 3.16, 3.16, 0.5, pdf.Outlined(pdf.Hair, 0.25).With(pdf.White))
	}
	p.TextCenter(x+1.7, y-0.1, st, "AOC"[i:i+1])
}

// strengthKey explains A O C; it ends at right.
func (p *pages) strengthKey(right, y float64) {
	x := right
	for i, w := range strengthWords {
		if i > 0 {
			x -= 4
		}
		x -= 4.4 + p.Width(micro(pdf.Muted), w)
	}
	for i, w := range strengthWords {
		p.letter(x, y, i, true)
		x = p.Text(x+4.4, y, micro(pdf.Muted), w) + 4
	}
}

// source draws a source's two letters, and returns where they end.
func (p *pages) source(x, y float64, badge string) float64 {
	st := bold(pdf.Badge, pdf.White)
	badge = p.Fit(st, gate.Line(badge, 4), 8)
	w := max(p.Width(st, badge)+1.8, 4.6)
	p.Rect(x, y-2.35, w, 3.1, 0.6, pdf.Filled(pdf.Muted))
	p.TextCenter(x+w/2, y-0.05, st, badge)
	return x + w
}

// badge draws a number in a circle around x, y.
func (p *pages) badge(x, y float64, n string) {
	p.Circle(x, y, badgeRadius, pdf.Filled(pdf.Blue5))
	p.TextCenter(x, y+0.95, bold(7.6, pdf.White), n)
}

const badgeRadius = 2.3
