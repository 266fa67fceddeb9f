package chart

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
)

// Ageing is how old the work in progress is, by the status that it is in,
// against how old finished items were when they left that status.
type Ageing struct {
	Columns []AgeColumn // in the order of work
	Items   []AgeDot
}

// AgeColumn is a status. Half of the finished items had left it when they were
// P50 days old, 85 of 100 when they were P85; both are 0 where too few were
// finished to say.
type AgeColumn struct {
	Name     string
	P50, P85 float64
}

// AgeDot is an item in progress.
type AgeDot struct {
	Column int
	Days   float64
	Over   bool   // older than its column's P85: in the accent, and named
	Name   string // "PLAT-288"
	Says   string // "17 days, blocked"
	Item   string // id
}

const (
	mostColumns = 8
	mostNamed   = 6
	ageRadius   = 1.1
)

// Draw implements [Chart].
func (a Ageing) Draw(c Canvas, b Box) {
	a = a.narrowed()
	if len(a.Columns) == 0 {
		return
	}
	end, step := niceTop(a.top(), 4)
	plot := b.inset(countsWidth(c, end), 1.2, 0, axisRoom)
	ys := scale{0, end, plot.Bottom(), plot.Y}
	w := plot.W / float64(len(a.Columns))
	a.drawBands(c, plot, ys, w)
	drawCounts(c, plot, ys, end, step)
	for i, col := range a.Columns {
		if x, y := plot.X+float64(i)*w, ys.at(col.P85); col.P85 > 0 {
			c.Lines(Pen{Color: Blue4, Width: 0.35}, Line{Point{x + 0.5, y}, Point{x + w - 0.5, y}})
		}
	}
	p := &place{c: c, in: plot}
	marks := a.drawDots(c, plot, ys, w)
	for _, m := range marks {
		p.take(Box{m.at.X - m.r, m.at.Y - m.r, 2 * m.r, 2 * m.r})
	}
	for i, col := range a.Columns {
		if col.P85 > 0 {
			p.take(Box{plot.X + float64(i)*w + 0.5, ys.at(col.P85) - 0.2, w - 1, 0.4})
		}
	}
	a.nameOld(c, p, marks)
	a.nameBand(c, plot, ys, w, p)
}

// top returns where the axis may end: at the oldest item, or, where that would
// press the bands against the axis, at the oldest that does not.
func (a Ageing) top() float64 {
	bands := 0.0
	for _, col := range a.Columns {
		bands = max(bands, col.P85)
	}
	most := max(bands*1.15, 1)
	for _, d := range a.Items {
		if bands == 0 || d.Days <= 3*bands {
			most = max(most, d.Days*1.05)
		} else {
			most = max(most, bands*1.6) // room for its mark
		}
	}
	return most
}

// drawBands draws the columns: up to P50 in a tone, from there to P85 in a
// lighter one.
func (a Ageing) drawBands(c Canvas, plot Box, ys scale, w float64) {
	for i, col := range a.Columns {
		x := plot.X + float64(i)*w
		if col.P85 > 0 {
			y50, y85 := ys.at(col.P50), ys.at(col.P85)
			c.Rect(Blue1, Box{x + 0.5, y50, w - 1, plot.Bottom() - y50})
			c.Rect(Panel, Box{x + 0.5, y85, w - 1, y50 - y85})
		}
		st := micro(Ink).at(Middle)
		c.Text(Point{x + w/2, plot.Bottom() + axisDrop}, st, fit(c, st, col.Name, w-1.5))
	}
}

// drawDots draws the items, those of one column beside each other, and returns
// where they stand, in the order of the items; a dot that stands for several
// stands there once for each.
func (a Ageing) drawDots(c Canvas, plot Box, ys scale, w float64) []mark {
	marks := make([]mark, len(a.Items))
	for i := range a.Columns {
		var own []int
		for j, d := range a.Items {
			if d.Column == i {
				own = append(own, j)
			}
		}
		slices.SortStableFunc(own, func(x, y int) int { return cmp.Compare(a.Items[x].Days, a.Items[y].Days) })
		slots := max(int((w-2)/(2*ageRadius+0.3)), 1)
		x0 := plot.X + float64(i)*w + w/2
		row := -100.0 // where the last row of dots began
		n := 0
		for _, j := range own {
			d := a.Items[j]
			y := max(min(ys.at(d.Days), plot.Bottom()-ageRadius), plot.Y+ageRadius)
			if row-y > 2*ageRadius || row < 0 {
				row, n = y, 0
			}
			// From the middle out, by turns to the right and to the left.
			k := n % slots
			n++
			step := float64((k+1)/2) * (2*ageRadius + 0.3)
			if k%2 == 1 {
				step = -step
			}
			marks[j] = mark{Point{x0 + step, y}, ageRadius, Blue5, d.Item, 1}
		}
	}
	drawn := map[Point]bool{}
	for j, m := range marks {
		if a.Items[j].Column < 0 || a.Items[j].Column >= len(a.Columns) {
			continue
		}
		// Dots of one place to a quarter of a millimetre are drawn once.
		at := Point{float64(int(m.at.X * 4)), float64(int(m.at.Y * 4))}
		if drawn[at] {
			continue
		}
		drawn[at] = true
		col := Blue5
		switch {
		case ys.at(a.Items[j].Days) < plot.Y: // beyond the axis
			c.Polygon(Accent, Point{m.at.X, m.at.Y - 1}, Point{m.at.X + 1.2, m.at.Y + 1}, Point{m.at.X - 1.2, m.at.Y + 1})
		case a.Items[j].Over:
			// A square is told from a dot in grey as well.
			c.Rect(Accent, Box{m.at.X - 1, m.at.Y - 1, 2, 2})
		default:
			c.Circle(m.at, m.r, &col, Pen{})
		}
		c.Link(Box{m.at.X - m.r, m.at.Y - m.r, 2 * m.r, 2 * m.r}, m.item)
	}
	return marks
}

// nameOld names the oldest of the items that are older than they should be.
func (a Ageing) nameOld(c Canvas, p *place, marks []mark) {
	var old []int
	for i, d := range a.Items {
		if d.Over && d.Name != "" {
			old = append(old, i)
		}
	}
	slices.SortStableFunc(old, func(x, y int) int { return cmp.Compare(a.Items[y].Days, a.Items[x].Days) })
	st := microBold(Accent)
	named := 0
	for _, i := range old {
		if named == mostNamed {
			break
		}
		m := marks[i]
		says := ": " + a.Items[i].Says
		label := fit(c, st, a.Items[i].Name, p.in.W*0.42-c.Width(st, says)) + says
		w := c.Width(st, label)
		var at []Point
		for _, dy := range []float64{0.9, 0.2, 1.6} {
			at = append(at, Point{m.at.X - 2 - w, m.at.Y + dy}, Point{m.at.X + 2, m.at.Y + dy})
		}
		if bx, ok := p.put(st, label, at...); ok {
			c.Link(bx, a.Items[i].Item)
			named++
		}
	}
}

// nameBand says at one column what its line means: at the highest that has the
// room.
func (a Ageing) nameBand(c Canvas, plot Box, ys scale, w float64, p *place) {
	st := micro(Blue5)
	const text = "85% had left by here"
	if c.Width(st, text) > w-1.5 {
		return
	}
	for i, col := range a.Columns {
		if col.P85 <= 0 {
			continue
		}
		at := Point{plot.X + float64(i)*w + 1.2, ys.at(col.P85) - 1.2}
		if _, ok := p.put(st, text, at); ok {
			return
		}
	}
}

// narrowed returns the chart with at most [mostColumns] statuses: those with
// items, the fullest first.
func (a Ageing) narrowed() Ageing {
	if len(a.Columns) <= mostColumns {
		return a
	}
	n := make([]int, len(a.Columns))
	for _, d := range a.Items {
		if d.Column >= 0 && d.Column < len(n) {
			n[d.Column]++
		}
	}
	order := make([]int, len(a.Columns))
	for i := range order {
		order[i] = i
	}
	slices.SortStableFunc(order, func(x, y int) int { return cmp.Compare(n[y], n[x]) })
	kept := slices.Sorted(slices.Values(order[:mostColumns]))
	out := Ageing{}
	to := map[int]int{}
	for k, i := range kept {
		to[i] = k
		out.Columns = append(out.Columns, a.Columns[i])
	}
	for _, d := range a.Items {
		if k, ok := to[d.Column]; ok {
			d.Column = k
			out.Items = append(out.Items, d)
		}
	}
	return out
}

// Hidden returns how many items stand in statuses that are not drawn, because
// there are too many statuses.
func (a Ageing) Hidden() int { return len(a.Items) - len(a.narrowed().Items) }

// Describe implements [Chart].
func (a Ageing) Describe() string {
	var parts []string
	for i, col := range a.Columns {
		n := 0
		for _, d := range a.Items {
			if d.Column == i {
				n++
			}
		}
		text := fmt.Sprintf("%s: %d open", col.Name, n)
		if col.P85 > 0 {
			text += fmt.Sprintf(", 85%% left it within %s", daysWord(col.P85))
		}
		parts = append(parts, text)
	}
	text := strings.Join(parts, "; ") + "."
	named := 0
	for _, d := range a.Items {
		if d.Over && d.Name != "" && named < mostNamed {
			text += " " + d.Name + ": " + d.Says + "."
			named++
		}
	}
	return text
}
