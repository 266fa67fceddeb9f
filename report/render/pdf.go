package render

import (
	"bytes"
	"fmt"
	"io"
	"strings"
	"time"

	"github.com/dossier-report/dossier/report"
	"github.com/dossier-report/dossier/report/gate"
	"github.com/dossier-report/dossier/report/render/internal/pdf"
)

// writePDF writes the report as pages. Everything is drawn in one pass; page
// numbers are filled in when all pages are there. The file carries its manifest
// and is sealed; see package manifest.
func writePDF(w io.Writer, r *report.Report, opt Options) error {
	var b bytes.Buffer
	if err := drawPDF(&b, r, opt, nil); err != nil {
		return err
	}
	return writeSealed(w, b.Bytes(), r)
}

func drawPDF(w io.Writer, r *report.Report, opt Options, trace *pdf.Trace) error {
	o := pdf.Options{
		Fallback: opt.Fallback,
		Allowed:  opt.Allowed,
		Title:    join(": ", join(", ", r.Title, lowerFirst(r.Review)), r.Person.Name),
		Author:   r.Person.Name,
		Subject:  r.Period.Long,
		Made:     made(r),
		Trace:    trace,
	}
	switch strings.ToLower(opt.Paper) {
	case "", "a4":
	case "letter":
		o.Letter = true
	default:
		return fmt.Errorf("paper %q is neither A4 nor Letter", opt.Paper)
	}
	return pdf.Build(w, o, func(d *pdf.Doc) error {
		p := &pages{Doc: d, r: r, left: pdf.MarginX, right: d.W - pdf.MarginX, bottom: d.H - 18}
		p.width = p.right - p.left
		p.summary()
		for i := range r.Objectives {
			p.objective(&r.Objectives[i])
		}
		p.flowPage()
		p.people()
		p.answers()
		p.appendixA()
		p.appendixB()
		return nil
	})
}

// made returns the day the report was made, as the date of the file: from the
// report and not from the clock, so that the same report gives the same bytes.
func made(r *report.Report) time.Time {
	if t, err := time.Parse("2 January 2006", r.Made); err == nil {
		return t
	}
	if !r.Period.To.IsZero() {
		return r.Period.To.UTC()
	}
	return time.Unix(0, 0).UTC()
}

// pages draws a report.
type pages struct {
	*pdf.Doc
	r                          *report.Report
	left, right, width, bottom float64
	y                          float64           // where the next thing goes
	long                       []int             // questions whose answers page 1 cuts
	dense                      int               // how close page 1 is set, from 0 to 2, so that it holds everything
	refs                       map[string]string // see references
	tight                      float64           // 1 where an objective's page is set closer, else 0
	markRows                   int               // rows of hollow marks in a lane
	fewer                      int               // lines that the drafted texts of cards are shorter by; see tighten
}

// page begins a page with its foot, and puts y at the first baseline.
func (p *pages) page() {
	p.AddPage()
	p.y = pdf.MarginY + 2
	p.Later(p.foot)
}

// room begins a page with head where less than h is left on this one.
func (p *pages) room(h float64, head func()) {
	if p.y+h > p.bottom {
		p.page()
		head()
	}
}

// col returns the width of n of the twelve columns, colX where column i begins.
func (p *pages) col(n int) float64 {
	return (p.width-11*pdf.Gutter)/12*float64(n) + pdf.Gutter*float64(n-1)
}
func (p *pages) colX(i int) float64 {
	return p.left + float64(i)*((p.width-11*pdf.Gutter)/12+pdf.Gutter)
}

func (p *pages) foot() {
	y := p.H - 9.5
	p.rule(p.left, y-3.6, p.right, pdf.Hair, pdf.HairLine)
	number := pdf.Style{Face: pdf.Bold, Size: pdf.Micro, Color: pdf.Ink}
	x := p.TextRight(p.right, y, number, fmt.Sprintf("%d / %d", p.Page(), p.Pages()))
	st := micro(pdf.Muted)
	rest := " · " + join(", ", p.r.Title, p.r.Period.Short) + " · made " + p.r.Made + " from records; conclusions are the author’s"
	name := p.Fit(st, gate.Title(p.r.Person.Name), max(x-7-p.left-p.Width(st, rest), 20))
	p.Text(p.left, y, st, p.Fit(st, name+rest, x-6-p.left))
}

func (p *pages) rule(x1, y, x2 float64, c pdf.Color, w float64) { p.Line(x1, y, x2, y, c, w) }

// overline draws a tracked head in capitals.
func (p *pages) overline(s string, w float64) {
	st := pdf.Style{Face: pdf.Bold, Size: pdf.Small, Color: pdf.Blue5}
	const gap = 0.35
	s = strings.ToUpper(gate.Line(s, 200))
	for n := float64(len([]rune(s))); n > 1 && p.Width(st, s)+gap*n > w; n = float64(len([]rune(s))) {
		s = p.Fit(st, s, min(w-gap*n, p.Width(st, s)-1))
	}
	p.Tracked(p.left, p.y, gap, st, s)
}

// heading draws a section's heading with the rule below it.
func (p *pages) heading(s string) {
	p.Text(p.left, p.y, pdf.Style{Face: pdf.Bold, Size: pdf.H3, Color: pdf.Ink}, s)
	p.y += 2.6
	p.rule(p.left, p.y, p.right, pdf.Ink, pdf.HeadLine)
}

// pageLink draws a page's number, or text around it, that leads to an anchor;
// it ends at x. Where there is no such anchor, nothing is drawn.
func (p *pages) pageLink(x, y float64, size float64, format, anchor string) {
	p.Later(func() {
		if n := p.PageOf(anchor); n > 0 {
			from := p.TextRight(x, y, pdf.Style{Size: size, Color: pdf.Blue5}, fmt.Sprintf(format, n))
			p.Jump(from-0.5, y-3.2, x-from+1, 4.2, anchor)
		}
	})
}

func micro(c pdf.Color) pdf.Style { return pdf.Style{Size: pdf.Micro, Color: c} }
func small(c pdf.Color) pdf.Style { return pdf.Style{Size: pdf.Small, Color: c} }
func bold(size float64, c pdf.Color) pdf.Style {
	return pdf.Style{Face: pdf.Bold, Size: size, Color: c}
}

// rich turns a statement into spans to draw.
func rich(s report.Statement) pdf.Rich {
	var out pdf.Rich
	for _, r := range s.Runs() {
		sp := pdf.Span{Text: r.Text, Lines: true}
		switch r.Style {
		case report.Strong:
			sp.Face = pdf.Bold
		case report.Emphasis:
			sp.Face = pdf.Italic
		}
		out = append(out, sp)
	}
	return out
}

// join joins what is not empty.
func join(sep string, parts ...string) string {
	var kept []string
	for _, s := range parts {
		if s != "" {
			kept = append(kept, s)
		}
	}
	return strings.Join(kept, sep)
}

func lowerFirst(s string) string {
	if s == "" {
		return s
	}
	return strings.ToLower(s[:1]) + s[1:]
}
