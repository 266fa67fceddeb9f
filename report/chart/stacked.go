package chart

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
)

// StackedBars is how long items stayed in each status, one bar for each stretch
// of time, with its total at the end.
type StackedBars struct {
	Rows []Stack
	// Note stands below the bars; empty for none.
	Note string
}

// Stack is one bar.
type Stack struct {
	Name, Sub string // "Before"; "38 items to 15 Mar"
	Parts     []Part
}

// Part is a status in a bar. Parts of the same name in several bars are one
// status.
type Part struct {
	Name   string
	Days   float64 // that an item spent in it, in the mean
	Waits  bool    // it is hatched
	Accent bool    // it is the one that the page speaks of
}

const (
	barHeight     = 7.6
	barGap        = 4.2
	nameColumn    = 27.0
	mostParts     = 8
	mostLabelRows = 3
	labelStep     = 3.2
	labelGap      = 1.2 // above the names
)

// Height returns how high the chart is on a canvas and as wide as the box.
func (s StackedBars) Height(c Canvas, width float64) float64 {
	n := float64(max(len(s.Rows), 1))
	h := labelGap + float64(s.labelRows(c, width))*labelStep + n*barHeight + (n-1)*barGap + 0.8
	if s.Note != "" {
		h += axisRoom
	}
	return h
}

// Draw implements [Chart].
func (s StackedBars) Draw(c Canvas, b Box) {
	rows := s.gathered()
	if len(rows) == 0 {
		return
	}
	sc := barScale(c, b, rows)
	y := b.Y + labelGap + float64(s.labelRows(c, b.W))*labelStep
	labelled := map[string]bool{}
	for i, r := range rows {
		s.drawRow(c, b, sc, y, r, labelled, i == 0)
		y += barHeight + barGap
	}
	if s.Note != "" {
		c.Text(Point{sc.p, y - barGap + axisDrop}, micro(Muted), fit(c, micro(Muted), s.Note, b.Right()-sc.p))
	}
}

// barScale maps days to where bars are in b.
func barScale(c Canvas, b Box, rows []Stack) scale {
	longest, room := 0.0, 0.0
	for _, r := range rows {
		longest = max(longest, r.total())
		room = max(room, c.Width(Style{Bold: true, Size: Body}, totalText(r)))
	}
	if longest <= 0 {
		longest = 1
	}
	return scale{0, longest, b.X + nameColumn, b.Right() - room - 2.5}
}

// boxes returns where the parts of a bar are.
func (r Stack) boxes(sc scale, y float64) []Box {
	out := make([]Box, len(r.Parts))
	x := sc.at(0)
	for i, p := range r.Parts {
		out[i] = Box{x, y, sc.at(p.Days) - sc.at(0), barHeight}
		x = out[i].Right()
	}
	return out
}

// labelRows returns how many rows of names stand above the first bar.
func (s StackedBars) labelRows(c Canvas, width float64) int {
	rows := s.gathered()
	if len(rows) == 0 {
		return 1
	}
	b := Box{W: width}
	most := 0
	for _, n := range nameParts(c, b, 0, rows[0].Parts, rows[0].boxes(barScale(c, b, rows), 0), map[string]bool{}, mostLabelRows) {
		most = max(most, n.row)
	}
	return most + 1
}

func totalText(r Stack) string {
	if t := number(r.total()); t != "1.0" {
		return t + " days"
	}
	return "1.0 day"
}

func (r Stack) total() float64 {
	sum := 0.0
	for _, p := range r.Parts {
		sum += p.Days
	}
	return sum
}

func (s StackedBars) drawRow(c Canvas, b Box, sc scale, y float64, r Stack, labelled map[string]bool, first bool) {
	name := Style{Bold: true, Size: Body, Color: Ink}
	c.Text(Point{b.X, y + 3.6}, name, fit(c, name, r.Name, nameColumn-2))
	c.Text(Point{b.X, y + 6.9}, micro(Muted), fit(c, micro(Muted), r.Sub, nameColumn-1))
	accent := make([]bool, len(r.Parts))
	for i, p := range r.Parts {
		accent[i] = p.Accent
	}
	boxes := r.boxes(sc, y)
	x := sc.at(r.total())
	for i, col := range tones(barRamp, accent) {
		drawPart(c, boxes[i], r.Parts[i], col)
	}
	c.Text(Point{x + 2, y + barHeight/2 + 1.1}, name, totalText(r))
	rowsAbove := 1
	if first {
		rowsAbove = mostLabelRows
	}
	for _, n := range nameParts(c, b, y, r.Parts, boxes, labelled, rowsAbove) {
		c.Text(n.at, n.st, n.text)
		if n.row > 0 {
			c.Lines(Pen{Color: Faint, Width: 0.2}, Line{Point{n.stem, n.at.Y + 0.6}, Point{n.stem, y - 0.4}})
		}
	}
}

// drawPart draws one status of a bar, with its days where there is room.
func drawPart(c Canvas, b Box, p Part, col Color) {
	if b.W <= 0 {
		return
	}
	c.Rect(col, b)
	if p.Accent || p.Waits {
		hatch(c, hatchPen(col), hatchStep, b.corners())
	}
	c.Lines(Pen{Color: White, Width: 0.35}, Line{Point{b.Right(), b.Y}, Point{b.Right(), b.Bottom()}})
	st := Style{Bold: true, Size: Small, Color: over(col), Anchor: Middle}
	text := number(p.Days)
	w := c.Width(st, text)
	if w+1.4 > b.W {
		return
	}
	if p.Accent || p.Waits { // a plain ground, since the hatch would cross the figures
		c.Rect(col, Box{b.X + b.W/2 - w/2 - 0.7, b.Y + b.H/2 - 1.9, w + 1.4, 3.8})
	}
	c.Text(Point{b.X + b.W/2, b.Y + b.H/2 + 1}, st, text)
}

// partName is the label of a part: row 0 is the one above the bar. From a higher
// row a line goes down to the part, at stem.
type partName struct {
	text string
	st   Style
	at   Point
	row  int
	stem float64
}

// nameParts finds a place above their bar for the names of the parts that have
// none yet, in at most so many rows. A name wider than its part stands over its
// neighbours, or moves up a row.
func nameParts(c Canvas, b Box, y float64, parts []Part, boxes []Box, named map[string]bool, rows int) (out []partName) {
	if len(parts) == 0 {
		return nil
	}
	p := place{c: c, in: Box{boxes[0].X, y - float64(rows)*labelStep, b.Right() - boxes[0].X, float64(rows) * labelStep}}
	var wide []partName
	var widths []int
	for i, part := range parts {
		if named[part.Name] || part.Days <= 0 {
			continue
		}
		st := micro(Ink)
		if part.Accent {
			st = microBold(Accent)
		}
		n := partName{text: fit(c, st, part.Name, 40), st: st, at: Point{boxes[i].X, y - 1.3}, stem: boxes[i].X + 0.3}
		if c.Width(st, part.Name) > boxes[i].W-1.2 {
			wide, widths = append(wide, n), append(widths, i)
			continue
		}
		p.take(textBox(c, n.at, st, n.text))
		out = append(out, n)
		named[part.Name] = true
	}
	// From the right: the line of a part goes down beside the names on its
	// left, which stand higher.
	for k, n := range slices.Backward(wide) {
		for n.row = range rows {
			n.at = Point{max(min(n.stem-0.3, b.Right()-c.Width(n.st, n.text)), boxes[0].X), y - 1.3 - float64(n.row)*labelStep}
			stem := Box{n.stem - 0.1, n.at.Y + 0.6, 0.2, y - n.at.Y - 1}
			bx := textBox(c, n.at, n.st, n.text)
			if n.text == "" || !p.free(bx) || n.row > 0 && !p.free(stem) {
				continue
			}
			p.take(bx)
			if n.row > 0 {
				p.take(stem)
			}
			out = append(out, n)
			named[parts[widths[k]].Name] = true
			break
		}
	}
	return out
}

// gathered returns the rows with at most [mostParts] statuses: the smallest of
// the others become one at the end.
func (s StackedBars) gathered() []Stack {
	longest := map[string]float64{}
	var names []string
	keep := map[string]bool{}
	for _, r := range s.Rows {
		for _, p := range r.Parts {
			if _, ok := longest[p.Name]; !ok {
				names = append(names, p.Name)
			}
			longest[p.Name] = max(longest[p.Name], p.Days)
			keep[p.Name] = keep[p.Name] || p.Accent
		}
	}
	if len(names) <= mostParts {
		return s.Rows
	}
	slices.SortStableFunc(names, func(a, b string) int {
		if keep[a] != keep[b] {
			return map[bool]int{true: -1, false: 1}[keep[a]]
		}
		return cmp.Compare(longest[b], longest[a])
	})
	for _, n := range names[:mostParts-1] {
		keep[n] = true
	}
	rest := fmt.Sprintf("%d others", len(names)-mostParts+1)
	out := make([]Stack, len(s.Rows))
	for i, r := range s.Rows {
		out[i] = Stack{Name: r.Name, Sub: r.Sub}
		others := Part{Name: rest}
		for _, p := range r.Parts {
			if keep[p.Name] {
				out[i].Parts = append(out[i].Parts, p)
			} else {
				others.Days += p.Days
			}
		}
		out[i].Parts = append(out[i].Parts, others)
	}
	return out
}

// Describe implements [Chart].
func (s StackedBars) Describe() string {
	var rows []string
	for _, r := range s.Rows {
		var parts []string
		for _, p := range r.Parts {
			parts = append(parts, fmt.Sprintf("%s %s", p.Name, number(p.Days)))
		}
		rows = append(rows, fmt.Sprintf("%s (%s): %s; in all %s.", r.Name, r.Sub, strings.Join(parts, ", "), totalText(r)))
	}
	return strings.Join(rows, " ")
}
