package chart

import (
	"fmt"
	"strconv"
	"strings"

	"github.com/dossier-report/dossier/report/gate"
)

// SVG is a drawing as an SVG element, to stand in a page of HTML or in a file
// of its own. It has no script, no style sheet and no reference to anything
// outside; to a screen reader it is one picture with a title and a description.
type SVG struct {
	size  Box
	id    string
	title string
	desc  string
	body  strings.Builder
	href  func(item string) string
}

// NewSVG begins a drawing of so many millimetres. The id must be unique on its
// page; of anything but letters, digits and hyphens it keeps nothing. The href
// gives the address of an item, empty for none; it may be nil.
func NewSVG(id string, width, height float64, title, desc string, href func(item string) string) *SVG {
	return &SVG{size: Box{0, 0, width, height}, id: "chart-" + gate.Slug(id), title: title, desc: desc, href: href}
}

// SVG returns the figure as an SVG element of that size, in millimetres; see
// [NewSVG].
func (f Figure) SVG(id string, width, height float64, href func(item string) string) string {
	s := NewSVG(id, width, height, f.Letter+" "+f.Title, f.Describe(), href)
	f.Draw(s, s.size.inset(0, 0.4, 0, 0.4))
	return s.String()
}

// String returns the element.
func (s *SVG) String() string {
	var b strings.Builder
	fmt.Fprintf(&b, `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 %s %s" width="%smm" height="%smm" role="img" aria-labelledby="%s-title %s-desc" font-family="%s">`+"\n",
		num(s.size.W), num(s.size.H), num(s.size.W), num(s.size.H), s.id, s.id, svgFonts)
	fmt.Fprintf(&b, "<title id=\"%s-title\">%s</title>\n<desc id=\"%s-desc\">%s</desc>\n", s.id, escape(s.title), s.id, escape(s.desc))
	b.WriteString(s.body.String())
	b.WriteString("</svg>\n")
	return b.String()
}

// svgFonts are the report's font and those that a page has in its stead.
const svgFonts = "Source Sans 3, Source Sans Pro, Arial, Helvetica, sans-serif"

// escape returns foreign text for an element or an attribute.
func escape(s string) string {
	return svgEscapes.Replace(gate.Line(s, 4000))
}

var svgEscapes = strings.NewReplacer("&", "&amp;", "<", "&lt;", ">", "&gt;", `"`, "&quot;", "'", "&#39;")

// num prints a length to a hundredth of a millimetre.
func num(v float64) string {
	t := strconv.FormatFloat(v, 'f', 2, 64)
	t = strings.TrimRight(strings.TrimRight(t, "0"), ".")
	if t == "-0" || t == "" {
		return "0"
	}
	return t
}

func (c Color) hex() string { return fmt.Sprintf("#%02x%02x%02x", c.R, c.G, c.B) }

func (p Pen) attributes() string {
	t := fmt.Sprintf(`stroke="%s" stroke-width="%s"`, p.Color.hex(), num(p.Width))
	if p.Dash > 0 {
		t += fmt.Sprintf(` stroke-dasharray="%s %s"`, num(p.Dash), num(0.75*p.Dash))
	}
	return t
}

// Lines implements [Canvas].
func (s *SVG) Lines(p Pen, lines ...Line) {
	s.body.WriteString(`<path d="`)
	for _, l := range lines {
		s.body.WriteString("M" + num(l.From.X) + " " + num(l.From.Y) + "L" + num(l.To.X) + " " + num(l.To.Y))
	}
	s.body.WriteString(`" fill="none" ` + p.attributes() + "/>\n")
}

func (s *SVG) points(points []Point) {
	for i, p := range points {
		if i > 0 {
			s.body.WriteByte(' ')
		}
		s.body.WriteString(num(p.X) + "," + num(p.Y))
	}
}

// Polyline implements [Canvas].
func (s *SVG) Polyline(p Pen, points ...Point) {
	s.body.WriteString(`<polyline points="`)
	s.points(points)
	s.body.WriteString(`" fill="none" ` + p.attributes() + "/>\n")
}

// Polygon implements [Canvas].
func (s *SVG) Polygon(fill Color, points ...Point) {
	s.body.WriteString(`<polygon points="`)
	s.points(points)
	s.body.WriteString(`" fill="` + fill.hex() + `"/>` + "\n")
}

// Rect implements [Canvas].
func (s *SVG) Rect(fill Color, b Box) {
	fmt.Fprintf(&s.body, `<rect x="%s" y="%s" width="%s" height="%s" fill="%s"/>`+"\n", num(b.X), num(b.Y), num(max(b.W, 0)), num(max(b.H, 0)), fill.hex())
}

// Circle implements [Canvas].
func (s *SVG) Circle(at Point, r float64, fill *Color, outline Pen) {
	paint := `fill="none"`
	if fill != nil {
		paint = `fill="` + fill.hex() + `"`
	}
	if outline.Width > 0 {
		paint += " " + outline.attributes()
	}
	fmt.Fprintf(&s.body, `<circle cx="%s" cy="%s" r="%s" %s/>`+"\n", num(at.X), num(at.Y), num(r), paint)
}

// Text implements [Canvas].
func (s *SVG) Text(at Point, st Style, text string) {
	text = escape(text)
	if text == "" {
		return
	}
	weight, anchor := "", ""
	if st.Bold {
		weight = ` font-weight="600"`
	}
	switch st.Anchor {
	case Middle:
		anchor = ` text-anchor="middle"`
	case End:
		anchor = ` text-anchor="end"`
	}
	fmt.Fprintf(&s.body, `<text x="%s" y="%s" font-size="%s" fill="%s"%s%s>%s</text>`+"\n", num(at.X), num(at.Y), num(st.Size*pt), st.Color.hex(), weight, anchor, text)
}

// Width implements [Canvas]. It is that of Arial, the widest of the fonts that
// the page may be set in, so that a label never needs more.
func (s *SVG) Width(st Style, text string) float64 {
	sum := 0
	for _, r := range gate.Line(text, 0) {
		sum += arial(r, st.Bold)
	}
	return float64(sum) / 1000 * st.Size * pt
}

// Link implements [Canvas].
func (s *SVG) Link(b Box, item string) {
	if s.href == nil || item == "" {
		return
	}
	to := s.href(item)
	if !strings.HasPrefix(to, "#") {
		safe, ok := gate.Link(to, nil)
		if !ok {
			return
		}
		to = safe
	}
	fmt.Fprintf(&s.body, `<a href="%s"><rect x="%s" y="%s" width="%s" height="%s" fill="none" pointer-events="all"/></a>`+"\n",
		escape(to), num(b.X), num(b.Y), num(b.W), num(b.H))
}

// Widths of the characters from space to tilde in thousandths of an em: those
// of Helvetica (Adobe Core 14 AFM files), which Arial and its free twins share.
const (
	arialRegular = "278 278 355 556 556 889 667 191 333 333 389 584 278 333 278 278 556 556 556 556 556 556 556 556 556 556 278 278 584 584 584 556 " +
		"1015 667 667 722 722 667 611 778 722 278 500 667 556 833 722 778 667 778 722 667 611 722 667 944 667 667 611 278 278 278 469 556 " +
		"333 556 556 500 556 556 278 556 556 222 222 500 222 833 556 556 556 556 333 500 278 556 500 722 500 500 500 334 260 334 584"
	arialBold = "278 333 474 556 556 889 722 238 333 333 389 584 278 333 278 278 556 556 556 556 556 556 556 556 556 556 333 333 584 584 584 611 " +
		"975 722 722 722 722 667 611 778 722 278 556 722 611 833 722 778 667 778 722 667 611 722 667 944 667 667 611 333 278 333 584 556 " +
		"333 556 611 556 611 556 333 611 611 278 278 556 278 889 611 611 611 611 389 556 333 611 556 778 556 556 500 389 280 389 584"
)

var arialWidths = [2][]int{numbers(arialRegular), numbers(arialBold)}

func numbers(list string) []int {
	var out []int
	for _, f := range strings.Fields(list) {
		n, err := strconv.Atoi(f)
		if err != nil {
			panic(err) // a constant of ours
		}
		out = append(out, n)
	}
	return out
}

// arial returns how wide a character is; for those beyond ASCII no less than it
// may be.
func arial(r rune, bold bool) int {
	table := arialWidths[0]
	if bold {
		table = arialWidths[1]
	}
	if i := int(r - ' '); i >= 0 && i < len(table) {
		return table[i]
	}
	switch {
	case r < 0x250:
		return 780
	case r < 0x1100:
		return 900
	}
	return 1000
}
