package pdf

// Trace records what is drawn, for tests.
type Trace struct {
	Runs  []Run
	Boxes []Box
}

// Run is a line or a part of one, in one style.
type Run struct {
	Page    int
	X, Y, W float64 // Y is the baseline
	Size    float64
	Text    string
}

// Box is a rectangle or a circle.
type Box struct {
	Page       int
	X, Y, W, H float64
}

func (t *Trace) text(page int, x, y, w, size float64, g []glyph) {
	t.Runs = append(t.Runs, Run{page, x, y, w, size, runes(g)})
}

func (t *Trace) box(page int, x, y, w, h float64) {
	t.Boxes = append(t.Boxes, Box{page, x, y, w, h})
}
