package chart

import (
	"fmt"
	"math"
	"strings"
	"time"
)

// Bars is a forecast: in how many of the runs the work ends in each week.
type Bars struct {
	Weeks  []WeekBar // without gaps, rising
	Half   Mark      // by which half of the runs end
	Likely Mark      // by which 85 of 100 do
}

// WeekBar is a week with its share.
type WeekBar struct {
	End   time.Time // its last day
	Share float64   // 0 to 1
}

// Mark is a labelled date.
type Mark struct {
	At    time.Time
	Label string // "50% by 7 Aug"
	Sub   string
}

const mostBars = 18

// Draw implements [Chart].
func (f Bars) Draw(c Canvas, b Box) {
	weeks, later := f.shown()
	if len(weeks) == 0 {
		return
	}
	plot := b.inset(2, 1, 2, axisRoom)
	most := 0.0
	for _, w := range weeks {
		most = max(most, w.Share)
	}
	if most <= 0 {
		most = 1
	}
	bw := plot.W / float64(max(len(weeks), 6))
	labels := 8.6 // above the bars, for the names of both lines
	ys := scale{0, most, plot.Bottom(), plot.Y + labels}
	free := plot.X - 2
	for i, w := range weeks {
		x := plot.X + float64(i)*bw
		top := ys.at(w.Share)
		if w.Share > 0 {
			top = min(top, plot.Bottom()-0.25)
		}
		c.Rect(f.tone(w.End), Box{x + 0.35, top, bw - 0.7, plot.Bottom() - top})
		text := w.End.Format("2 Jan")
		width := c.Width(micro(Muted), text)
		if at := x + bw/2 - width/2; at >= free && at+width <= b.Right() {
			c.Text(Point{at, plot.Bottom() + axisDrop}, micro(Muted), text)
			free = at + width + 2
		}
	}
	c.Lines(Pen{Color: Faint, Width: 0.2}, Line{Point{plot.X, plot.Bottom()}, Point{plot.Right(), plot.Bottom()}})
	p := place{c: c, in: b}
	f.drawMarks(c, plot, weeks, bw, ys, &p)
	if later > 0 {
		text := fmt.Sprintf("%s later", percent(later))
		st := micro(Muted)
		w := c.Width(st, text)
		p.put(st, text, Point{plot.Right() - w, plot.Bottom() - 4}, Point{plot.Right() - w, plot.Bottom() - 9})
	}
}

// tone is darker for the weeks that are within the half, lighter for those
// beyond the 85 %.
func (f Bars) tone(end time.Time) Color {
	switch {
	case !end.After(f.Half.At):
		return Blue4
	case !end.After(f.Likely.At):
		return Blue3
	}
	return Blue2
}

// drawMarks draws the lines of both dates, at the end of the bar that their
// date is in, with their labels above all bars that those would cover.
func (f Bars) drawMarks(c Canvas, plot Box, weeks []WeekBar, bw float64, ys scale, p *place) {
	for i, w := range weeks {
		x := plot.X + float64(i)*bw
		top := ys.at(w.Share)
		p.take(Box{x + 0.35, top, bw - 0.7, plot.Bottom() - top})
	}
	edge := func(t time.Time) float64 {
		for i, w := range weeks {
			if !w.End.Before(t) {
				return plot.X + float64(i+1)*bw
			}
		}
		return plot.X + float64(len(weeks))*bw
	}
	half, likely := edge(f.Half.At), edge(f.Likely.At)
	for _, m := range []struct {
		Mark
		x   float64
		col Color
		row float64
	}{{f.Half, half, Ink, 0}, {f.Likely, likely, Accent, 1}} {
		if m.Label == "" {
			continue
		}
		st := microBold(m.col)
		sub := micro(m.col)
		room := p.in.Right() - p.in.X
		label, under := fit(c, st, m.Label, room), fit(c, sub, m.Sub, room)
		w := max(c.Width(st, label), c.Width(sub, under))
		h := lineStep
		if under != "" {
			h *= 2
		}
		// Down from the top, to the right of the line where that has the room,
		// else to its left.
		for _, y := range markRows(plot, m.row) {
			placed := false
			for _, x := range []float64{m.x + 1, m.x - 1 - w} {
				if bx := (Box{x, y - 2, w, h}); !p.free(bx) {
					continue
				}
				if m.row == 0 && half == likely && x < m.x {
					continue
				}
				c.Lines(Pen{Color: m.col, Width: 0.35, Dash: 0.9}, Line{Point{m.x, y - 2}, Point{m.x, plot.Bottom()}})
				p.put(st, label, Point{x, y})
				if under != "" {
					c.Text(Point{x, y + lineStep}, sub, under)
				}
				p.take(Box{x, y - 2, w, h})
				p.take(Box{m.x - 0.2, y - 2, 0.4, plot.Bottom() - y + 2})
				placed = true
				break
			}
			if placed {
				break
			}
		}
	}
}

// markRows returns the baselines to try for a label, from the top down.
func markRows(plot Box, row float64) []float64 {
	var ys []float64
	for y := plot.Y + 2 + row*lineStep; y < plot.Bottom()-3; y += 1.5 {
		ys = append(ys, y)
	}
	return ys
}

// shown returns the weeks to draw: those before the first end and the long tail
// are left out, at most the last hundredth of the runs where the weeks are too
// many.
func (f Bars) shown() (weeks []WeekBar, later float64) {
	weeks = f.Weeks
	for len(weeks) > 1 && weeks[0].Share == 0 {
		weeks = weeks[1:]
	}
	for len(weeks) > 1 && weeks[len(weeks)-1].Share == 0 {
		weeks = weeks[:len(weeks)-1]
	}
	for len(weeks) > mostBars && weeks[len(weeks)-1].End.After(f.Likely.At.AddDate(0, 0, 14)) {
		later += weeks[len(weeks)-1].Share
		weeks = weeks[:len(weeks)-1]
	}
	if len(weeks) <= 2*mostBars {
		return weeks, later
	}
	// Years ahead: several weeks to a bar.
	k := (len(weeks) + mostBars - 1) / mostBars
	var out []WeekBar
	for i := 0; i < len(weeks); i += k {
		part := weeks[i:min(i+k, len(weeks))]
		bar := WeekBar{End: part[len(part)-1].End}
		for _, w := range part {
			bar.Share += w.Share
		}
		out = append(out, bar)
	}
	return out, later
}

func percent(share float64) string {
	switch p := share * 100; {
	case p > 0 && p < 1:
		return "under 1%"
	default:
		return fmt.Sprintf("%.0f%%", math.Round(p))
	}
}

// Describe implements [Chart].
func (f Bars) Describe() string {
	var parts []string
	for _, m := range []Mark{f.Half, f.Likely} {
		if m.Label != "" {
			parts = append(parts, m.Label)
		}
	}
	return strings.Join(parts, ", ") + "."
}

// Runs is a run chart of how many items were finished in each week, with their
// median.
type Runs struct {
	Weeks  []WeekCount // rising, a week apart
	Median float64     // of the whole weeks
}

// WeekCount is a week's count. One that the window cuts is Partial: it is
// lighter, and not in the median.
type WeekCount struct {
	Start   time.Time // its Monday
	Count   float64
	Partial bool
}

// Draw implements [Chart].
func (r Runs) Draw(c Canvas, b Box) {
	if len(r.Weeks) == 0 {
		return
	}
	most := r.Median
	for _, w := range r.Weeks {
		most = max(most, w.Count)
	}
	end, step := niceTop(most, 3)
	label := fmt.Sprintf("median %s", short(r.Median))
	plot := b.inset(countsWidth(c, end), 1, c.Width(microBold(Ink), label)+1.6, axisRoom)
	ys := scale{0, end, plot.Bottom(), plot.Y}
	drawCounts(c, plot, ys, end, step)
	first, last := r.Weeks[0].Start, r.Weeks[len(r.Weeks)-1].Start.AddDate(0, 0, 7)
	xs := timeScale{first, last, plot.X, plot.Right()}
	for _, w := range r.Weeks {
		x, x1 := xs.at(w.Start), xs.at(w.Start.AddDate(0, 0, 7))
		col := Blue4
		if w.Partial {
			col = Blue2
		}
		side := min(0.3, (x1-x)*0.15)
		if y := ys.at(w.Count); w.Count > 0 {
			c.Rect(col, Box{x + side, y, x1 - x - 2*side, plot.Bottom() - y})
		}
	}
	drawTimeAxis(c, xs, plot.Bottom(), plot.Right())
	y := ys.at(r.Median)
	c.Lines(Pen{Color: Ink, Width: 0.35, Dash: 1.6}, Line{Point{plot.X, y}, Point{plot.Right(), y}})
	c.Text(Point{plot.Right() + 1, min(y+0.9, plot.Bottom())}, microBold(Ink), label)
}

// Describe implements [Chart].
func (r Runs) Describe() string {
	return fmt.Sprintf("%s; the median is %s a week.", count(len(r.Weeks), "week"), short(r.Median))
}
