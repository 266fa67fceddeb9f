package chart

import (
	"math"
	"time"
)

// scale maps the stretch from a to b onto the one from p to q.
type scale struct{ a, b, p, q float64 }

func (s scale) at(v float64) float64 {
	if s.b == s.a {
		return s.p
	}
	return s.p + (v-s.a)/(s.b-s.a)*(s.q-s.p)
}

// niceStep returns the smallest of 1, 2, 5, 10, 20, 50, ... with which at most n
// steps cover span; never less than 1, since what is counted here is whole.
func niceStep(span float64, n int) float64 {
	if !(span > 0) || math.IsInf(span, 0) {
		return 1
	}
	for unit := 1.0; ; unit *= 10 {
		for _, k := range []float64{1, 2, 5} {
			if k*unit*float64(n) >= span {
				return k * unit
			}
		}
	}
}

// niceTop returns the end of an axis from 0 that holds top, and the step of its
// lines, of which there are at least two and at most n above 0. The end is at a
// line where one is near, else a little above top: room above all values says
// nothing.
func niceTop(top float64, n int) (end, step float64) {
	step = niceStep(top, n)
	if line := step * math.Ceil(top/step-1e-9); line <= top*1.15 {
		return max(line, 2*step), step
	}
	return max(top*1.04, 2*step), step
}

// timeScale maps moments onto the stretch from p to q.
type timeScale struct {
	from, to time.Time
	p, q     float64
}

func (s timeScale) at(t time.Time) float64 {
	whole := s.to.Sub(s.from).Seconds()
	if whole <= 0 {
		return s.p
	}
	share := t.Sub(s.from).Seconds() / whole
	return s.p + min(max(share, 0), 1)*(s.q-s.p)
}

// tick is a mark of a time axis.
type tick struct {
	at    time.Time
	label string
}

// ticks returns the marks of the axis, labelled every week, month, quarter or
// year: the finest such that the axis has at most n of them. Days are those of
// the zone that the axis's beginning is in.
func (s timeScale) ticks(n int) []tick {
	y, m, d := s.from.Date()
	zone := s.from.Location()
	day := time.Date(y, m, d, 0, 0, 0, 0, zone)
	monday := day.AddDate(0, 0, -(int(day.Weekday())+6)%7)
	month := time.Date(y, m, 1, 0, 0, 0, 0, zone)
	year := time.Date(y, 1, 1, 0, 0, 0, 0, zone)
	days := s.to.Sub(s.from).Hours() / 24
	for _, k := range []struct {
		start                time.Time
		years, months, every int     // of a step
		length               float64 // in days
		layout               string
	}{
		{monday, 0, 0, 7, 7, "2 Jan"}, {monday, 0, 0, 14, 14, "2 Jan"}, {month, 0, 1, 0, 30, "Jan"}, {year, 0, 2, 0, 61, "Jan"},
		{year, 0, 3, 0, 91, "Jan 2006"}, {year, 0, 6, 0, 182, "Jan 2006"}, {year, 1, 0, 0, 365, "2006"},
	} {
		if days/k.length > float64(max(n, 1)) && k.years == 0 {
			continue
		}
		step := max(1, int(days/365/float64(max(n, 1)))+1)
		var out []tick
		for t := k.start; t.Before(s.to) && len(out) < 400; t = t.AddDate(k.years*step, k.months, k.every) {
			if !t.Before(day) {
				out = append(out, tick{t, t.Format(k.layout)})
			} else if next := t.AddDate(k.years*step, k.months, k.every); k.layout != "2 Jan" && next.Sub(day).Hours()/24 > k.length*0.6 {
				out = append(out, tick{s.from, t.Format(k.layout)}) // the axis begins early in it
			}
		}
		if len(out) > 0 && k.layout == "Jan" && out[0].at.Year() != out[len(out)-1].at.Year() {
			for i := range out {
				if i == 0 || out[i].at.Year() != out[i-1].at.Year() {
					out[i].label = out[i].at.Format("Jan 2006")
				}
			}
		}
		return out
	}
	return nil
}

// drawTimeAxis draws the marks of a time axis below y, and their labels where
// there is room for them.
func drawTimeAxis(c Canvas, s timeScale, y, right float64) {
	const labelRoom = 11.0
	free := s.p - 1
	for _, t := range s.ticks(int((s.q - s.p) / labelRoom)) {
		x := s.at(t.at)
		c.Lines(Pen{Color: Faint, Width: 0.2}, Line{Point{x, y}, Point{x, y + 1}})
		if w := c.Width(micro(Muted), t.label); x+0.3 >= free && x+0.3+w <= right {
			c.Text(Point{x + 0.3, y + axisDrop}, micro(Muted), t.label)
			free = x + 0.3 + w + 1.2
		}
	}
}

const (
	axisDrop = 3.7 // from an axis to the baseline of its labels
	axisRoom = 4.4 // below a plot, for the labels of its axis
)

// drawCounts draws the lines of an axis from 0 to end across the plot, with
// their numbers on its left.
func drawCounts(c Canvas, plot Box, ys scale, end, step float64) {
	for v := 0.0; v <= end+step/1e6; v += step {
		y := ys.at(v)
		pen := Pen{Color: Hair, Width: 0.2}
		if v == 0 {
			pen.Color = Faint
		}
		c.Lines(pen, Line{Point{plot.X, y}, Point{plot.Right(), y}})
		c.Text(Point{plot.X - 1.2, y + 0.9}, micro(Muted).at(End), grouped(v))
	}
}

// countsWidth returns the room that the numbers of such an axis need.
func countsWidth(c Canvas, end float64) float64 {
	return c.Width(micro(Muted), grouped(end)) + 2
}
