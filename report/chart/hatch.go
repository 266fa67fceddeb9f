package chart

import (
	"math"
	"slices"
)

// hatch covers the inside of a polygon with lines at 45 degrees, so that it can
// be told apart in grey. The lines are cut at the polygon's sides here and not
// by the canvas: a clipping path would need a name, and a page holds many
// charts.
func hatch(c Canvas, pen Pen, step float64, points []Point) {
	if lines := hatchLines(points, step); len(lines) > 0 {
		c.Lines(pen, lines...)
	}
}

// hatchLines returns the lines. On a rising line x+y (with y downwards) is the
// same everywhere; the places where it crosses the polygon's sides, in order,
// are by turns where it enters and leaves (the even-odd rule).
func hatchLines(points []Point, step float64) []Line {
	if len(points) < 3 {
		return nil
	}
	low, high := math.Inf(1), math.Inf(-1)
	for _, p := range points {
		low, high = min(low, p.X+p.Y), max(high, p.X+p.Y)
	}
	var lines []Line
	// A multiple of the step, so that the hatches of neighbours meet.
	for k := (math.Floor(low/step) + 0.5) * step; k < high; k += step {
		var xs []float64
		for i, a := range points {
			b := points[(i+1)%len(points)]
			ka, kb := a.X+a.Y, b.X+b.Y
			if (ka <= k) != (kb <= k) {
				xs = append(xs, a.X+(k-ka)/(kb-ka)*(b.X-a.X))
			}
		}
		slices.Sort(xs)
		for i := 0; i+1 < len(xs); i += 2 {
			if xs[i+1]-xs[i] > 0.05 {
				lines = append(lines, Line{Point{xs[i], k - xs[i]}, Point{xs[i+1], k - xs[i+1]}})
			}
		}
	}
	return lines
}

const hatchStep = 2.1 // along the x axis; the lines are 1.5 mm apart

// hatchPen is a line that shows on a ground, fainter where it only says that
// work waits.
func hatchPen(ground Color) Pen {
	switch ground {
	case Accent:
		return Pen{Color: AccentHatch, Width: 0.25}
	case Blue4, Blue5:
		return Pen{Color: Blue2, Width: 0.2}
	}
	return Pen{Color: Blue4, Width: 0.2}
}

// The tones of the parts of a stack, in the order in which they are given.
var (
	barRamp  = []Color{Blue1, Blue3, Blue2, Blue4}
	bandRamp = []Color{Blue3, Blue2, Blue4} // Blue1 is what is done
)

// tones gives each part of a stack its colour: the accent to the one that
// matters, to the others a tone of the ramp that differs from its neighbours',
// and none so dark beside the accent that the two are one in grey.
func tones(ramp []Color, accent []bool) []Color {
	out := make([]Color, len(accent))
	next := 0
	for i, a := range accent {
		if a {
			out[i] = Accent
			continue
		}
		beside := i > 0 && accent[i-1] || i+1 < len(accent) && accent[i+1]
		for try := range ramp {
			col := ramp[(next+try)%len(ramp)]
			if beside && col == Blue4 || i > 0 && out[i-1] == col {
				continue
			}
			out[i], next = col, next+try+1
			break
		}
	}
	return out
}

// over returns a colour for text on a ground.
func over(ground Color) Color {
	if ground == Blue4 || ground == Blue5 || ground == Accent {
		return White
	}
	return Ink
}
