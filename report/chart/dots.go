package chart

import (
	"cmp"
	"fmt"
	"math"
	"slices"
)

// mark is a dot on the plot; n items share it.
type mark struct {
	at   Point
	r    float64
	col  Color
	item string
	n    int
}

// thin makes of too many dots one for each cell of a grid, its area in
// proportion to the items that it stands for.
func thin(marks []mark, plot Box) []mark {
	if len(marks) <= mostDots {
		return marks
	}
	type cell struct {
		x, y int
		col  Color
	}
	cells := map[cell]*mark{}
	most := 0
	for _, m := range marks {
		k := cell{int(math.Floor((m.at.X - plot.X) / cellSize)), int(math.Floor((plot.Bottom() - m.at.Y) / cellSize)), m.col}
		if m.at.Y < plot.Y { // beyond the end, all stand in one row
			k.y = math.MaxInt32
		}
		o := cells[k]
		if o == nil {
			o = &mark{at: Point{plot.X + (float64(k.x)+0.5)*cellSize, plot.Bottom() - (float64(k.y)+0.5)*cellSize}, col: m.col, item: m.item}
			if m.at.Y < plot.Y {
				o.at.Y = m.at.Y
			}
			o.at.X = min(o.at.X, plot.Right()-1)
			o.at.Y = min(o.at.Y, plot.Bottom()-0.3)
			cells[k] = o
		}
		o.n++
		most = max(most, o.n)
	}
	out := make([]mark, 0, len(cells))
	for _, m := range cells {
		m.r = 0.28 + (0.95-0.28)*math.Sqrt(float64(m.n)/float64(most))
		out = append(out, *m)
	}
	slices.SortFunc(out, func(a, b mark) int {
		return cmp.Or(cmp.Compare(a.at.X, b.at.X), cmp.Compare(a.at.Y, b.at.Y), cmp.Compare(a.col.R, b.col.R))
	})
	return out
}

// Thinned says how the items are drawn when there are too many for a dot each;
// it is empty when there are not.
func (s Scatter) Thinned() string {
	if len(s.Dots) <= mostDots {
		return ""
	}
	return fmt.Sprintf("%s items share dots: the larger, the more", grouped(float64(len(s.Dots))))
}
