package chart

// sideLabel is a label beside a plot that belongs to the height y there.
type sideLabel struct {
	y     float64
	st    Style
	lines []string
}

// labelsBeside draws labels in a column, each as near to its own height as it
// can without meeting another. They are given from the top down; those that
// have no room are left out, the last first.
func labelsBeside(c Canvas, col Box, labels []sideLabel) {
	height := func(l sideLabel) float64 { return float64(len(l.lines)) * lineStep }
	total := 0.0
	for i, l := range labels {
		if total += height(l); total > col.H {
			labels = labels[:i]
			break
		}
	}
	// Tops of the labels. Those that meet move together as one block around the
	// middle of where they would be (pool adjacent violators).
	type block struct{ top, want, h, n float64 }
	var blocks []block
	for _, l := range labels {
		h := height(l)
		b := block{want: l.y - h/2, h: h, n: 1}
		b.top = min(max(b.want, col.Y), col.Bottom()-b.h)
		for len(blocks) > 0 && blocks[len(blocks)-1].top+blocks[len(blocks)-1].h > b.top {
			a := blocks[len(blocks)-1]
			blocks = blocks[:len(blocks)-1]
			// want is where the block's top would be for the mean of its labels
			b = block{want: (a.want*a.n + (b.want-a.h)*b.n) / (a.n + b.n), h: a.h + b.h, n: a.n + b.n}
			b.top = min(max(b.want, col.Y), col.Bottom()-b.h)
		}
		blocks = append(blocks, b)
	}
	i := 0
	for _, b := range blocks {
		y := b.top
		for range int(b.n) {
			l := labels[i]
			i++
			for _, s := range l.lines {
				c.Text(Point{col.X, y + 2.1}, l.st, s)
				y += lineStep
			}
		}
	}
}
