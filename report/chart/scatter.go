package chart

import (
	"fmt"
	"math"
	"slices"
	"strings"
	"time"
)

// Scatter is the cycle times of finished items: one dot each, by the day it was
// finished and the days it took.
type Scatter struct {
	From, To time.Time // what the axis covers; To is excluded
	Dots     []Dot
	Change   *Change
	Sides    []Side // in the order of time: two around a change, else one
}

// Dot is an item.
type Dot struct {
	At   time.Time
	Days float64
	Item string // id
}

// Change is a dated change of how people work.
type Change struct {
	At    time.Time
	Label string // "16 Mar: review limit starts"
}

// Side is a stretch of time with how long its items took: half of them at most
// P50 days, 85 of 100 at most P85.
type Side struct {
	From, To time.Time
	N        int
	P50, P85 float64
}

const (
	dotSize = 0.85
	// mostDots is up to how many items each has a dot of its own.
	mostDots = 500
	cellSize = 2.0 // of the cells whose items share a dot, when there are more
)

var dotPen = Pen{}

// Draw implements [Chart].
func (s Scatter) Draw(c Canvas, b Box) {
	var longest []float64
	for _, d := range s.Dots {
		longest = append(longest, d.Days)
	}
	top := axisTop(longest)
	for _, side := range s.Sides {
		top = max(top, side.P85*1.1)
	}
	end, step := niceTop(top, 4)
	rightRoom := 1.0
	if len(s.Sides) > 0 {
		last := s.Sides[len(s.Sides)-1]
		rightRoom = 1.6 + max(c.Width(microBold(Ink), shortPercentile(85, last.P85)), c.Width(micro(Ink), shortPercentile(50, last.P50)))
	}
	plot := b.inset(countsWidth(c, end), 1, rightRoom, axisRoom)
	ys := scale{0, end, plot.Bottom(), plot.Y}
	xs := timeScale{s.From, s.To, plot.X, plot.Right()}
	drawCounts(c, plot, ys, end, step)
	drawTimeAxis(c, xs, plot.Bottom(), plot.Right())
	p := &place{c: c, in: plot}
	if s.Change != nil {
		x := xs.at(s.Change.At)
		c.Lines(Pen{Color: Accent, Width: 0.3, Dash: 0.9}, Line{Point{x, plot.Y}, Point{x, plot.Bottom()}})
		p.take(Box{x - 0.2, plot.Y, 0.4, plot.H})
	}
	drawn := s.drawDots(c, plot, xs, ys)
	s.drawChange(plot, xs, p, drawn)
	s.drawSides(c, b, plot, xs, ys, p, drawn)
	s.noteBeyond(plot, p, end, drawn)
}

// drawChange labels the line of the change where that covers the fewest items,
// near the top.
func (s Scatter) drawChange(plot Box, xs timeScale, p *place, dots []Box) {
	if s.Change == nil {
		return
	}
	x := xs.at(s.Change.At)
	st := microBold(Accent)
	label := fit(p.c, st, s.Change.Label, max(plot.Right()-x, x-plot.X)-3)
	w := p.c.Width(st, label)
	var at []Point
	for _, y := range []float64{2.4, 5.3, 8.2, 11.1} {
		at = append(at, Point{x + 1.2, plot.Y + y}, Point{x - 1.2 - w, plot.Y + y})
	}
	p.putOver(st, label, dots, at...)
}

// putOver puts a label where it covers the fewest of the marks, the first of the
// places among equals.
func (p *place) putOver(st Style, s string, marks []Box, at ...Point) {
	best, covers := Point{}, math.MaxInt
	for _, q := range at {
		b := textBox(p.c, q, st, s)
		if s == "" || !p.free(b) {
			continue
		}
		n := 0
		for _, m := range marks {
			if m.meets(b) {
				n++
			}
		}
		if n < covers {
			best, covers = q, n
		}
	}
	if covers == math.MaxInt {
		return
	}
	if covers == 0 { // it may hide a line of the axis, and no mark
		b := textBox(p.c, best, st, s)
		p.c.Rect(White, Box{b.X - 0.4, b.Y - 0.1, b.W + 0.8, b.H + 0.15})
	}
	p.put(st, s, best)
}

// drawDots draws the items and returns what was drawn, so that labels keep
// clear of it. Beyond the axis's end a triangle at the edge stands for an item.
func (s Scatter) drawDots(c Canvas, plot Box, xs timeScale, ys scale) []Box {
	var marks []mark
	for _, d := range s.Dots {
		col := Blue5
		if s.Change != nil && d.At.Before(s.Change.At) {
			col = Blue3
		}
		x := min(max(xs.at(d.At), plot.X+dotSize), plot.Right()-dotSize)
		marks = append(marks, mark{Point{x, ys.at(d.Days)}, dotSize, col, d.Item, 1})
	}
	marks = thin(marks, plot)
	var drawn []Box
	for _, m := range marks {
		if m.at.Y < plot.Y {
			y := plot.Y + 0.2
			c.Polygon(m.col, Point{m.at.X, y}, Point{m.at.X + 1.1, y + 1.7}, Point{m.at.X - 1.1, y + 1.7})
			drawn = append(drawn, Box{m.at.X - 1.1, y, 2.2, 1.7})
			continue
		}
		col := m.col
		c.Circle(m.at, m.r, &col, dotPen)
		bx := Box{m.at.X - m.r, m.at.Y - m.r, 2 * m.r, 2 * m.r}
		drawn = append(drawn, bx)
		if m.n == 1 {
			c.Link(bx, m.item)
		}
	}
	return drawn
}

// axisTop returns where an axis may end: at the largest value, or before a few
// that are so far from all others that those would be pressed against it.
func axisTop(values []float64) float64 {
	if len(values) == 0 {
		return 1
	}
	vs := slices.Sorted(slices.Values(values))
	most := vs[len(vs)-1]
	usual := vs[int(float64(len(vs)-1)*0.95)] * 1.5
	if len(vs) >= 20 && most > 2*usual {
		return usual
	}
	return most
}

func percentileText(q int, v float64) string {
	return fmt.Sprintf("%d%%: %s", q, daysWord(v))
}

func shortPercentile(q int, v float64) string { return fmt.Sprintf("%d%%: %s d", q, short(v)) }

func daysWord(v float64) string {
	if s := short(v); s != "1" {
		return s + " days"
	}
	return "1 day"
}

// drawSides draws the percentiles of each side: 85 % solid, 50 % dashed. The
// last side's are named beside the plot, the others' on their line.
func (s Scatter) drawSides(c Canvas, b, plot Box, xs timeScale, ys scale, p *place, dots []Box) {
	type line struct {
		x0, x1, y float64
		bold      bool
		name      string
	}
	var lines []line
	for i, side := range s.Sides {
		x0, x1 := xs.at(side.From), xs.at(side.To)
		for _, l := range []line{{x0, x1, ys.at(side.P85), true, percentileText(85, side.P85)}, {x0, x1, ys.at(side.P50), false, percentileText(50, side.P50)}} {
			pen := Pen{Color: Ink, Width: 0.45}
			if !l.bold {
				pen.Dash = 1.6
			}
			c.Lines(pen, Line{Point{x0, l.y}, Point{x1, l.y}})
			p.take(Box{x0, l.y - 0.25, x1 - x0, 0.5})
			if i < len(s.Sides)-1 {
				lines = append(lines, l)
			}
		}
	}
	for _, l := range lines {
		labelLine(p, l.x0, l.x1, l.y, styleOf(l.bold), l.name, dots)
	}
	if n := len(s.Sides); n > 0 {
		last := s.Sides[n-1]
		labelsBeside(c, Box{plot.Right() + 1, b.Y, b.Right() - plot.Right() - 1, plot.Bottom() - b.Y}, []sideLabel{
			{y: ys.at(last.P85), st: microBold(Ink), lines: []string{shortPercentile(85, last.P85)}},
			{y: ys.at(last.P50), st: micro(Ink), lines: []string{shortPercentile(50, last.P50)}},
		})
	}
}

func styleOf(bold bool) Style {
	if bold {
		return microBold(Ink)
	}
	return micro(Ink)
}

// labelLine names a level line, above or below it.
func labelLine(p *place, x0, x1, y float64, st Style, name string, dots []Box) {
	w := p.c.Width(st, name)
	var at []Point
	for _, dy := range []float64{-1.1, 2.8} {
		for x := x0 + 1.2; x+w <= x1-0.8 || x == x0+1.2; x += 1.5 {
			at = append(at, Point{x, y + dy})
		}
	}
	p.putOver(st, name, dots, at...)
}

// noteBeyond says how many items are beyond the axis's end.
func (s Scatter) noteBeyond(plot Box, p *place, end float64, dots []Box) {
	n, most := 0, 0.0
	for _, d := range s.Dots {
		if d.Days > end {
			n++
			most = max(most, d.Days)
		}
	}
	if n == 0 {
		return
	}
	text := fmt.Sprintf("▲ %s longer, up to %s", grouped(float64(n)), daysWord(most))
	st := micro(Muted)
	w := p.c.Width(st, text)
	var at []Point
	for _, y := range []float64{4.6, 7.4, 10.2} {
		at = append(at, Point{plot.Right() - w - 0.5, plot.Y + y}, Point{plot.X + 0.8, plot.Y + y})
	}
	p.putOver(st, text, dots, at...)
}

// Describe implements [Chart].
func (s Scatter) Describe() string {
	var out []string
	if s.Change != nil {
		out = append(out, s.Change.Label+".")
	}
	for i, side := range s.Sides {
		name := ""
		if len(s.Sides) == 2 {
			name = [...]string{"Before: ", "After: "}[i]
		}
		out = append(out, fmt.Sprintf("%s%s, half within %s, 85%% within %s.", name, count(side.N, "item"), daysWord(side.P50), daysWord(side.P85)))
	}
	return strings.Join(out, " ")
}
