package chart

import (
	"cmp"
	"fmt"
	"math"
	"slices"
	"strings"
)

// Slips is how deliveries stand to the dates first proposed, in days.
type Slips struct {
	Rows []Slip // in the order of the dates
}

// Slip is one proposal.
type Slip struct {
	Name   string
	Sub    string // "proposed 15 Feb, delivered 11 Feb"
	Days   int    // from the date to delivery; negative when early
	Late   bool   // in the accent: delivered after the date, or not yet and past it
	Open   bool   // not delivered: a hollow mark
	Label  string // "4 days early"; words the days when empty
	Notice string // "new date given 21 days ahead"; empty for none
	Item   string // id
}

const (
	slipNames = 46.0
	slipRow   = 7.8 // the least
	// mostSlips is how many rows a chart has at most; the others share one.
	mostSlips = 7
)

// Draw implements [Chart].
func (s Slips) Draw(c Canvas, b Box) {
	if len(s.Rows) == 0 {
		return
	}
	rows, others := s.chosen(int((b.H - axisRoom) / slipRow))
	plot := b.inset(min(slipNames, b.W*0.45), 0, 1, axisRoom)
	xs := s.axis(c, plot)
	s.drawAxis(c, plot, xs)
	n := len(rows)
	if len(others) > 0 {
		n++
	}
	h := min(plot.H/float64(n), 11)
	for i := range n {
		row := Box{b.X, plot.Y + float64(i)*h, b.W, h}
		if i > 0 {
			c.Lines(Pen{Color: Hair, Width: 0.2}, Line{Point{b.X, row.Y}, Point{b.Right(), row.Y}})
		}
		if i < len(rows) {
			rows[i].draw(c, row, plot, xs)
		} else {
			drawOthers(c, row, plot, xs, others)
		}
	}
}

// axis returns the scale of days: at least a week to either side, and what the
// proposals need.
func (s Slips) axis(c Canvas, plot Box) scale {
	low, high := -9.0, 16.0
	for _, r := range s.Rows {
		low, high = min(low, float64(r.Days)*1.12), max(high, float64(r.Days)*1.12)
	}
	return scale{low, high, plot.X, plot.Right()}
}

func (s Slips) drawAxis(c Canvas, plot Box, xs scale) {
	zero := xs.at(0)
	c.Rect(Panel, Box{plot.X, plot.Y, zero - plot.X, plot.H})
	step := 7.0
	for (xs.b-xs.a)/step > 5 {
		step *= 2
	}
	// The middle first, so that its word never has to give way.
	p := place{c: c, in: Box{plot.X - 12, plot.Bottom(), plot.W + 13, axisRoom}}
	for k := 0; k <= 10; k++ {
		for _, v := range []float64{float64(k) * step, -float64(k) * step} {
			if v < xs.a || v > xs.b || k == 0 && math.Signbit(v) {
				continue
			}
			pen := Pen{Color: Hair, Width: 0.25}
			text := "as proposed"
			switch {
			case v == 0:
				pen.Color = Ink
			case v < 0:
				text = grouped(-v) + " early"
			default:
				text = grouped(v) + " late"
			}
			x := xs.at(v)
			c.Lines(pen, Line{Point{x, plot.Y}, Point{x, plot.Bottom()}})
			st := micro(Muted)
			w := c.Width(st, text)
			at := Point{min(x-w/2, plot.Right()+1-w), plot.Bottom() + axisDrop}
			p.put(st, text, at)
		}
	}
}

func (r Slip) label() string {
	switch {
	case r.Label != "":
		return r.Label
	case r.Open && r.Days > 0:
		return "open, " + daysText(r.Days) + " over"
	case r.Open:
		return "open"
	case r.Days < 0:
		return daysText(-r.Days) + " early"
	case r.Days > 0:
		return daysText(r.Days) + " late"
	}
	return "on the day"
}

func (r Slip) draw(c Canvas, row, plot Box, xs scale) {
	cy := row.Y + row.H/2
	name := Style{Bold: true, Size: Small, Color: Ink}
	room := plot.X - row.X - 1.5
	c.Text(Point{row.X, cy - 0.4}, name, fit(c, name, r.Name, room))
	c.Text(Point{row.X, cy + 2.9}, micro(Muted), fit(c, micro(Muted), r.Sub, room))
	c.Link(Box{row.X, row.Y, room, row.H}, r.Item)
	col := Blue5
	if r.Late {
		col = Accent
	}
	zero, x := xs.at(0), xs.at(float64(r.Days))
	y := cy
	if r.Notice != "" {
		y = cy - 0.4
	}
	c.Lines(Pen{Color: col, Width: 1.3}, Line{Point{zero, y}, Point{x, y}})
	if r.Open {
		c.Circle(Point{x, y}, 1.1, &White, Pen{Color: col, Width: 0.5})
	} else {
		c.Circle(Point{x, y}, 1.35, &col, Pen{})
	}
	st := microBold(col)
	label := r.label()
	switch {
	case r.Days < 0:
		labelOn(c, plot, Point{zero + 1.6, y + 0.9}, st, label)
	case r.Notice != "":
		labelOn(c, plot, Point{zero + 1.6, y - 1.4}, st, label)
		labelOn(c, plot, Point{zero + 1.6, y + 3.5}, micro(Muted), r.Notice)
	case r.Days == 0:
		labelOn(c, plot, Point{zero + 2.4, y + 0.9}, st, label)
	case x+2.4+c.Width(st, label) <= plot.Right():
		labelOn(c, plot, Point{x + 2.4, y + 0.9}, st, label)
	default:
		labelOn(c, plot, Point{zero + 1.6, y - 1.4}, st, label)
	}
}

// labelOn draws a label on a plain ground, moved to the left where it would
// leave the plot.
func labelOn(c Canvas, plot Box, at Point, st Style, s string) {
	s = fit(c, st, s, plot.W-1)
	at.X = min(at.X, plot.Right()+1-c.Width(st, s))
	b := textBox(c, at, st, s)
	c.Rect(White, Box{b.X - 0.3, b.Y + 0.1, b.W + 0.6, b.H - 0.2})
	c.Text(at, st, s)
}

// chosen returns the proposals that have a row each, in their order, and the
// others. Where there are more than rows, those in time and those late have
// rows in proportion: of the late ones the latest, of the others the newest.
func (s Slips) chosen(most int) (rows, others []Slip) {
	most = max(min(most, mostSlips), 3)
	if len(s.Rows) <= most {
		return s.Rows, nil
	}
	most--
	var late, hits []int
	for i, r := range s.Rows {
		if r.Late {
			late = append(late, i)
		} else {
			hits = append(hits, i)
		}
	}
	slices.SortStableFunc(late, func(i, j int) int { return cmp.Compare(s.Rows[j].Days, s.Rows[i].Days) })
	slices.Reverse(hits)
	n := int(math.Round(float64(most*len(late)) / float64(len(s.Rows))))
	n = min(max(n, min(1, len(late)), most-len(hits)), len(late), most-min(1, len(hits)))
	picked := map[int]bool{}
	for _, i := range append(late[:n:n], hits[:most-n]...) {
		picked[i] = true
	}
	for i, r := range s.Rows {
		if picked[i] {
			rows = append(rows, r)
		} else {
			others = append(others, r)
		}
	}
	return rows, others
}

// drawOthers draws many proposals in one row: a column for each day, as high as
// proposals fall on it.
func drawOthers(c Canvas, row, plot Box, xs scale, others []Slip) {
	late := 0
	byX := map[int]int{}
	most := 1
	for _, r := range others {
		if r.Late {
			late++
		}
		k := int(math.Round((xs.at(float64(r.Days)) - xs.at(0)) / 1.1))
		byX[k]++
		most = max(most, byX[k])
	}
	name := Style{Bold: true, Size: Small, Color: Ink}
	cy := row.Y + row.H/2
	c.Text(Point{row.X, cy - 0.4}, name, grouped(float64(len(others)))+" others")
	c.Text(Point{row.X, cy + 2.9}, micro(Muted), fit(c, micro(Muted), fmt.Sprintf("%d in time, %d late", len(others)-late, late), plot.X-row.X-1.5))
	bottom, room := row.Bottom()-0.6, row.H-1.4
	keys := make([]int, 0, len(byX))
	for k := range byX {
		keys = append(keys, k)
	}
	slices.Sort(keys)
	for _, k := range keys {
		col := Blue5
		x := xs.at(0) + float64(k)*1.1
		if k > 0 {
			col = Accent
		}
		h := max(room*float64(byX[k])/float64(most), 0.5)
		c.Rect(col, Box{min(max(x-0.45, plot.X), plot.Right()-0.9), bottom - h, 0.9, h})
	}
}

// Describe implements [Chart].
func (s Slips) Describe() string {
	var rows []string
	for i, r := range s.Rows {
		if i == 20 {
			rows = append(rows, fmt.Sprintf("%d more.", len(s.Rows)-i))
			break
		}
		text := r.Name + ": " + r.Sub + ", " + r.label()
		if r.Notice != "" {
			text += ", " + r.Notice
		}
		rows = append(rows, text+".")
	}
	return strings.Join(rows, " ")
}
