package chart

import (
	"fmt"
	"slices"
	"strings"
	"time"
)

// Areas is a cumulative flow: how many items stood in each status at the end of
// each week, one above the other.
type Areas struct {
	Weeks []time.Time // the ends of the weeks, rising
	Bands []Band      // from the top down: in the order of work, what is done last
}

// Band is one status of a cumulative flow.
type Band struct {
	Name   string
	Counts []float64 // by week
	Waits  bool      // it is hatched
	Accent bool      // it is the queue that the page speaks of; its widest point is labelled
}

const (
	mostBands  = 6
	bandLabels = 18.0 // beside the plot
)

// Draw implements [Chart].
func (a Areas) Draw(c Canvas, b Box) {
	bands := a.joined()
	if len(a.Weeks) < 2 || len(bands) == 0 {
		return
	}
	tops := levels(bands, len(a.Weeks))
	most := 0.0
	for _, v := range tops[0] {
		most = max(most, v)
	}
	end, step := niceTop(most, 3)
	room := bandLabels
	plot := b.inset(countsWidth(c, end), 1, room, axisRoom)
	ys := scale{0, end, plot.Bottom(), plot.Y}
	xs := timeScale{a.Weeks[0], a.Weeks[len(a.Weeks)-1], plot.X, plot.Right()}
	drawCounts(c, plot, ys, end, step)
	accent := make([]bool, len(bands))
	for i, band := range bands {
		accent[i] = band.Accent
	}
	for i, col := range bandTones(accent) {
		upper := outline(a.Weeks, tops[i], xs, ys)
		lower := outline(a.Weeks, tops[i+1], xs, ys)
		shape := append([]Point{}, upper...)
		for j := len(lower) - 1; j >= 0; j-- {
			shape = append(shape, lower[j])
		}
		c.Polygon(col, shape...)
		if bands[i].Accent || bands[i].Waits {
			hatch(c, hatchPen(col), hatchStep, shape)
		}
		c.Polyline(Pen{Color: White, Width: 0.25}, upper...)
	}
	drawTimeAxis(c, xs, plot.Bottom(), plot.Right())
	a.labelBands(c, Box{plot.Right() + 1, b.Y, room - 1, b.H - axisRoom}, bands, tops, ys)
	a.labelWidest(c, plot, bands, tops, xs, ys)
}

// bandTones colours the bands: what is done, the last one, is the lightest.
func bandTones(accent []bool) []Color {
	out := tones(bandRamp, accent)
	if last := len(out) - 1; !accent[last] {
		out[last] = Blue1
	}
	return out
}

// levels returns for each band its upper edge by week, and a last row of zeros.
func levels(bands []Band, weeks int) [][]float64 {
	tops := make([][]float64, len(bands)+1)
	tops[len(bands)] = make([]float64, weeks)
	for i := len(bands) - 1; i >= 0; i-- {
		tops[i] = make([]float64, weeks)
		for w := range weeks {
			tops[i][w] = tops[i+1][w] + bands[i].count(w)
		}
	}
	return tops
}

func (b Band) count(week int) float64 {
	if week < len(b.Counts) {
		return max(b.Counts[week], 0)
	}
	return 0
}

func outline(weeks []time.Time, values []float64, xs timeScale, ys scale) []Point {
	out := make([]Point, len(weeks))
	for i, w := range weeks {
		out[i] = Point{xs.at(w), ys.at(values[i])}
	}
	return out
}

// labelBands names the bands beside their last week.
func (a Areas) labelBands(c Canvas, col Box, bands []Band, tops [][]float64, ys scale) {
	last := len(a.Weeks) - 1
	var labels []sideLabel
	for i, band := range bands {
		st := micro(Ink)
		if band.Accent {
			st = microBold(Accent)
		}
		lines := 1
		if len(bands) <= 4 || band.Accent {
			lines = 2
		}
		labels = append(labels, sideLabel{y: ys.at((tops[i][last] + tops[i+1][last]) / 2), st: st, lines: wrap(c, st, band.Name, col.W, lines)})
	}
	labelsBeside(c, col, labels)
}

// widest returns the week in which the accent's band was widest.
func (a Areas) widest(bands []Band) (band, week int, count float64) {
	band = -1
	for i, b := range bands {
		if !b.Accent {
			continue
		}
		for w := range a.Weeks {
			if n := b.count(w); n > count {
				band, week, count = i, w, n
			}
		}
	}
	return band, week, count
}

// labelWidest marks the widest point of the accent's band and says its count in
// the free room above all bands.
func (a Areas) labelWidest(c Canvas, plot Box, bands []Band, tops [][]float64, xs timeScale, ys scale) {
	i, w, n := a.widest(bands)
	if i < 0 {
		return
	}
	x := xs.at(a.Weeks[w])
	c.Lines(Pen{Color: White, Width: 0.4}, Line{Point{x, ys.at(tops[i][w])}, Point{x, ys.at(tops[i+1][w])}})
	p := place{c: c, in: plot}
	for j := range a.Weeks[1:] {
		y := min(ys.at(tops[0][j]), ys.at(tops[0][j+1]))
		x0, x1 := xs.at(a.Weeks[j]), xs.at(a.Weeks[j+1])
		p.take(Box{x0, y - 0.6, x1 - x0, plot.Bottom() - y})
	}
	st := microBold(Accent)
	text := grouped(n) + " waiting"
	top := Point{x, ys.at(tops[0][w]) - 0.8}
	width := c.Width(st, text)
	for _, dy := range []float64{7, 4, 11, 15, 20} {
		for _, dx := range []float64{-6, -2, 2, -12, -18} {
			at := Point{top.X + dx - width/2, top.Y - dy}
			if bx, ok := p.put(st, text, at); ok {
				from := Point{min(max(top.X, bx.X+1), bx.Right()-1), bx.Bottom() + 0.3}
				c.Lines(Pen{Color: Accent, Width: 0.25}, Line{from, top})
				return
			}
		}
	}
}

// joined returns at most [mostBands] bands: of neighbours that matter least, and
// are neither the queue nor what is done, the larger stands for both.
func (a Areas) joined() []Band {
	type joint struct {
		Band
		of int // statuses
	}
	area := func(b Band) (sum float64) {
		for w := range a.Weeks {
			sum += b.count(w)
		}
		return sum
	}
	var bands []joint
	for _, b := range a.Bands {
		bands = append(bands, joint{b, 1})
	}
	for len(bands) > mostBands {
		best, least := -1, 0.0
		for i := 0; i+2 < len(bands); i++ {
			if bands[i].Accent || bands[i+1].Accent {
				continue
			}
			if sum := area(bands[i].Band) + area(bands[i+1].Band); best < 0 || sum < least {
				best, least = i, sum
			}
		}
		if best < 0 {
			break
		}
		x, y := bands[best], bands[best+1]
		one := joint{Band{Name: x.Name, Waits: x.Waits && y.Waits, Counts: make([]float64, len(a.Weeks))}, x.of + y.of}
		if area(y.Band) > area(x.Band) {
			one.Name = y.Name
		}
		for w := range a.Weeks {
			one.Counts[w] = x.count(w) + y.count(w)
		}
		bands[best] = one
		bands = slices.Delete(bands, best+1, best+2)
	}
	var out []Band
	for _, b := range bands {
		if b.of > 1 {
			b.Name = fmt.Sprintf("%s +%d", b.Name, b.of-1)
		}
		out = append(out, b.Band)
	}
	return out
}

// Describe implements [Chart].
func (a Areas) Describe() string {
	if len(a.Weeks) == 0 {
		return ""
	}
	last := len(a.Weeks) - 1
	var parts []string
	for _, b := range a.Bands {
		parts = append(parts, fmt.Sprintf("%s %s", b.Name, grouped(b.count(last))))
	}
	text := fmt.Sprintf("On %s: %s.", a.Weeks[last].Format("2 Jan 2006"), strings.Join(parts, ", "))
	if i, w, n := a.widest(a.Bands); i >= 0 {
		text += fmt.Sprintf(" Most in %s: %s on %s.", a.Bands[i].Name, grouped(n), a.Weeks[w].Format("2 Jan 2006"))
	}
	return text
}
