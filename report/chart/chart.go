// Package chart lays figures out on a canvas: scales, axes, and labels that
// neither meet nor leave their place.
//
// A chart is a value with what it shows; [Chart.Draw] draws it in a box on a
// [Canvas]. There are two canvases: the pages of package render, and [SVG]
// here. What a chart draws depends on the chart, the box and the canvas's
// [Canvas.Width] alone, so that the same figures give the same bytes.
//
// Every difference that colour makes is also made by a shape, a hatch, a dash
// or a word: in print in grey, the accent and the fourth blue are one.
//
// Lengths are millimetres from the top left corner, type sizes are points, and
// the y of a text is its baseline. Texts are foreign; a canvas sends each
// through package gate.
package chart

import (
	"strings"

	"github.com/dossier-report/dossier/report/gate"
)

// Chart is a figure that can be drawn.
type Chart interface {
	// Draw draws the chart inside of b.
	Draw(c Canvas, b Box)
	// Describe says in words what the chart shows, for who cannot see it.
	Describe() string
}

// Canvas is what a chart is drawn on.
type Canvas interface {
	// Lines draws straight lines, all with one pen.
	Lines(p Pen, lines ...Line)
	// Polyline draws a line through the points.
	Polyline(p Pen, points ...Point)
	// Polygon fills what the points enclose.
	Polygon(fill Color, points ...Point)
	// Rect fills a rectangle.
	Rect(fill Color, b Box)
	// Circle draws a circle, filled unless the fill is nil, and outlined where
	// the pen has a width.
	Circle(at Point, r float64, fill *Color, outline Pen)
	// Text draws s as one line; at is where the style's anchor stands.
	Text(at Point, st Style, s string)
	// Width returns how wide s is as one line.
	Width(st Style, s string) float64
	// Link makes a box lead to an item, by its id; a canvas may not know it.
	Link(b Box, item string)
}

// Point is a place.
type Point struct{ X, Y float64 }

// Line is a straight line.
type Line struct{ From, To Point }

// Box is a rectangle: its top left corner, and how large it is.
type Box struct{ X, Y, W, H float64 }

// Right is the x of the right edge, Bottom the y of the lower one.
func (b Box) Right() float64  { return b.X + b.W }
func (b Box) Bottom() float64 { return b.Y + b.H }

// inset returns the box without so much at each side.
func (b Box) inset(left, top, right, bottom float64) Box {
	return Box{b.X + left, b.Y + top, max(b.W-left-right, 0), max(b.H-top-bottom, 0)}
}

// meets reports whether the boxes have an area in common.
func (b Box) meets(o Box) bool {
	return b.X < o.Right() && o.X < b.Right() && b.Y < o.Bottom() && o.Y < b.Bottom()
}

// within reports whether the box lies in o; a hair over its edge is still in.
func (b Box) within(o Box) bool {
	const hair = 1e-6
	return b.X >= o.X-hair && b.Y >= o.Y-hair && b.Right() <= o.Right()+hair && b.Bottom() <= o.Bottom()+hair
}

func (b Box) corners() []Point {
	return []Point{{b.X, b.Y}, {b.Right(), b.Y}, {b.Right(), b.Bottom()}, {b.X, b.Bottom()}}
}

// Color is an sRGB colour.
type Color struct{ R, G, B uint8 }

// The colours of the charts, the same as the report's.
var (
	Ink    = Color{0x17, 0x21, 0x2E} // text
	Muted  = Color{0x56, 0x62, 0x73} // secondary text
	Faint  = Color{0x88, 0x93, 0xA3} // axes, never text
	Hair   = Color{0xD7, 0xDD, 0xE5}
	Panel  = Color{0xF3, 0xF6, 0xFA}
	White  = Color{0xFF, 0xFF, 0xFF}
	Blue1  = Color{0xDC, 0xE8, 0xF5} // one ramp, ordered by lightness
	Blue2  = Color{0xA8, 0xC6, 0xE6}
	Blue3  = Color{0x6C, 0x9C, 0xCF}
	Blue4  = Color{0x2F, 0x6D, 0xB1}
	Blue5  = Color{0x1B, 0x4A, 0x82}
	Accent = Color{0xC2, 0x47, 0x0B} // "look here"; always with a hatch, a dash or a word
	// AccentHatch is the line on the accent.
	AccentHatch = Color{0xE8, 0x9A, 0x74}
)

// Pen draws a line. A dash of 0 is a solid line, else the length of a dash; a
// gap is three quarters of it.
type Pen struct {
	Color       Color
	Width, Dash float64
}

// Anchor says which part of a text stands where it is put.
type Anchor uint8

// The anchors of a text.
const (
	Start Anchor = iota
	Middle
	End
)

// Style is how a text is set.
type Style struct {
	Bold   bool
	Size   float64
	Color  Color
	Anchor Anchor
}

// Type sizes in points.
const (
	Micro = 7.0
	Small = 8.0
	Body  = 9.2
)

func micro(c Color) Style     { return Style{Size: Micro, Color: c} }
func microBold(c Color) Style { return Style{Bold: true, Size: Micro, Color: c} }

// at returns the style anchored otherwise.
func (st Style) at(a Anchor) Style { st.Anchor = a; return st }

// Figure is a chart with its heading, or with the reason why it is not drawn.
type Figure struct {
	Letter string // "A"
	// Title is a sentence where that was computed from the figures, else a name.
	Title string
	Short string // the title where that has no room; empty for none
	Sub   string // what is shown: unit, number of items, window
	Chart Chart  // nil where the figure is under its floor
	Why   string // why there is no chart
}

// Heights of a figure's heading, and of the box that says why there is none.
const (
	HeadHeight  = 8.2
	FloorHeight = 12.0

	titleIndent = 4.6
	subDrop     = 3.5
)

// Draw draws the figure: its heading at the top of b, its chart below.
func (f Figure) Draw(c Canvas, b Box) {
	title := Style{Bold: true, Size: Body + 0.6, Color: Ink}
	letter := title
	letter.Color = Blue5
	y := b.Y + 2.9
	if f.Letter != "" {
		c.Text(Point{b.X, y}, letter, f.Letter)
	}
	indent := titleIndent
	if f.Letter == "" {
		indent = 0
	}
	head := f.Title
	if f.Short != "" && c.Width(title, head) > b.W-indent {
		head = f.Short
	}
	c.Text(Point{b.X + indent, y}, title, fit(c, title, head, b.W-indent))
	if f.Sub != "" {
		c.Text(Point{b.X + indent, y + subDrop}, micro(Muted), fit(c, micro(Muted), f.Sub, b.W-indent))
	}
	rest := b.inset(0, HeadHeight, 0, 0)
	if f.Chart != nil {
		f.Chart.Draw(c, rest)
		return
	}
	f.drawFloor(c, rest)
}

// drawFloor says in a box why there is no chart.
func (f Figure) drawFloor(c Canvas, b Box) {
	b.H = min(b.H, FloorHeight)
	c.Rect(Panel, b)
	edge := Pen{Color: Faint, Width: 0.2, Dash: 0.9}
	c.Polyline(edge, append(b.corners(), Point{b.X, b.Y})...)
	lines := wrap(c, micro(Muted), f.reason(), b.W-6, max(int((b.H-3)/lineStep), 1))
	y := b.Y + b.H/2 + 0.9 - float64(len(lines)-1)*lineStep/2
	for _, l := range lines {
		c.Text(Point{b.X + 3, y}, micro(Muted), l)
		y += lineStep
	}
}

// reason says why there is no chart.
func (f Figure) reason() string {
	return "Not drawn: " + strings.TrimPrefix(f.Why, "not drawn: ") + "."
}

// Describe says in words what the figure shows.
func (f Figure) Describe() string {
	if f.Chart == nil {
		return f.reason()
	}
	return joinSentences(f.Sub, f.Chart.Describe())
}

func joinSentences(a, b string) string {
	a, b = gate.Line(a, 0), gate.Line(b, 0)
	if a == "" || b == "" {
		return a + b
	}
	return a + ". " + b
}
