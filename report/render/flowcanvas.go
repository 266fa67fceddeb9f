package render

import (
	"github.com/dossier-report/dossier/report/chart"
	"github.com/dossier-report/dossier/report/render/internal/pdf"
)

// canvas draws charts on the current page.
type canvas struct {
	*pages
	refs map[string]string // of the entries of Appendix A, by item
}

func color(c chart.Color) pdf.Color { return pdf.Color{R: c.R, G: c.G, B: c.B} }

func pen(p chart.Pen) pdf.Paint { return pdf.Outlined(color(p.Color), p.Width).Dashed(p.Dash) }

func textStyle(st chart.Style) pdf.Style {
	out := pdf.Style{Size: st.Size, Color: color(st.Color)}
	if st.Bold {
		out.Face = pdf.Bold
	}
	return out
}

// coordinates returns points as x, y, x, y, ...
func coordinates(points []chart.Point) []float64 {
	xy := make([]float64, 0, 2*len(points))
	for _, p := range points {
		xy = append(xy, p.X, p.Y)
	}
	return xy
}

// Lines implements [chart.Canvas].
func (c *canvas) Lines(p chart.Pen, lines ...chart.Line) {
	segments := make([][4]float64, len(lines))
	for i, l := range lines {
		segments[i] = [4]float64{l.From.X, l.From.Y, l.To.X, l.To.Y}
	}
	c.pages.Doc.Lines(pen(p), segments...)
}

// Polyline implements [chart.Canvas].
func (c *canvas) Polyline(p chart.Pen, points ...chart.Point) {
	c.Path(pen(p), false, coordinates(points)...)
}

// Polygon implements [chart.Canvas].
func (c *canvas) Polygon(fill chart.Color, points ...chart.Point) {
	c.Path(pdf.Filled(color(fill)), true, coordinates(points)...)
}

// Rect implements [chart.Canvas].
func (c *canvas) Rect(fill chart.Color, b chart.Box) {
	c.pages.Doc.Rect(b.X, b.Y, b.W, b.H, 0, pdf.Filled(color(fill)))
}

// Circle implements [chart.Canvas].
func (c *canvas) Circle(at chart.Point, r float64, fill *chart.Color, outline chart.Pen) {
	var p pdf.Paint
	if outline.Width > 0 {
		p = pen(outline)
	}
	if fill != nil {
		p = p.With(color(*fill))
	}
	if p.Fill != nil || p.Stroke != nil {
		c.pages.Circle(at.X, at.Y, r, p)
	}
}

// Text implements [chart.Canvas].
func (c *canvas) Text(at chart.Point, st chart.Style, s string) {
	switch style := textStyle(st); st.Anchor {
	case chart.Middle:
		c.TextCenter(at.X, at.Y, style, s)
	case chart.End:
		c.TextRight(at.X, at.Y, style, s)
	default:
		c.pages.Text(at.X, at.Y, style, s)
	}
}

// Width implements [chart.Canvas].
func (c *canvas) Width(st chart.Style, s string) float64 { return c.pages.Width(textStyle(st), s) }

// Link implements [chart.Canvas]: an item that is an entry leads there.
func (c *canvas) Link(b chart.Box, item string) {
	if ref := c.refs[item]; ref != "" {
		c.Jump(b.X, b.Y, b.W, b.H, entryAnchor(ref))
	}
}
