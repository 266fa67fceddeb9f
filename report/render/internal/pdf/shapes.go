package pdf

// Paint says how a shape is drawn; a nil colour leaves its part out.
type Paint struct {
	Fill, Stroke *Color
	Width        float64 // of the stroke
	Dash         float64 // length of a dash; 0 draws a solid line
}

// Filled paints the inside.
func Filled(c Color) Paint { return Paint{Fill: &c} }

// Outlined paints the outline.
func Outlined(c Color, width float64) Paint { return Paint{Stroke: &c, Width: width} }

// With returns p with the inside painted too.
func (p Paint) With(fill Color) Paint { p.Fill = &fill; return p }

// Dashed returns p with a dashed outline.
func (p Paint) Dashed(dash float64) Paint { p.Dash = dash; return p }

// Line draws a straight line.
func (d *Doc) Line(x1, y1, x2, y2 float64, c Color, width float64) {
	d.pen(Outlined(c, width))
	b := d.point(d.scratch[:0], x1, y1, "m ")
	d.write(d.point(b, x2, y2, "l S"))
}

// Poly draws a line through the points, given as x, y, x, y, ...
func (d *Doc) Poly(c Color, width float64, xy ...float64) {
	if len(xy) < 4 {
		return
	}
	d.pen(Outlined(c, width))
	b := d.point(d.scratch[:0], xy[0], xy[1], "m ")
	for i := 2; i+1 < len(xy); i += 2 {
		b = d.point(b, xy[i], xy[i+1], "l ")
	}
	d.write(append(b, 'S'))
}

// Rect draws a rectangle with corners of radius r.
func (d *Doc) Rect(x, y, w, h, r float64, p Paint) {
	op := d.pen(p)
	b := d.scratch[:0]
	if d.opt.Trace != nil {
		d.opt.Trace.box(d.page, x, y, w, h)
	}
	if r <= 0 {
		b = d.point(b, x, y+h, "")
		b = number(b, w/pt)
		b = number(b, h/pt)
		d.write(append(b, "re "+op...))
		return
	}
	const k = 0.5523 // a quarter of a circle as a cubic curve
	c := r * (1 - k)
	b = d.point(b, x+r, y, "m ")
	b = d.point(b, x+w-r, y, "l ")
	b = d.curve(b, x+w-c, y, x+w, y+c, x+w, y+r)
	b = d.point(b, x+w, y+h-r, "l ")
	b = d.curve(b, x+w, y+h-c, x+w-c, y+h, x+w-r, y+h)
	b = d.point(b, x+r, y+h, "l ")
	b = d.curve(b, x+c, y+h, x, y+h-c, x, y+h-r)
	b = d.point(b, x, y+r, "l ")
	b = d.curve(b, x, y+c, x+c, y, x+r, y)
	d.write(append(b, "h "+op...))
}

// Circle draws a circle around x, y.
func (d *Doc) Circle(x, y, r float64, p Paint) { d.Rect(x-r, y-r, 2*r, 2*r, r, p) }

func (d *Doc) point(b []byte, x, y float64, op string) []byte {
	b = number(b, x/pt)
	b = number(b, (d.H-y)/pt)
	return append(b, op...)
}

func (d *Doc) curve(b []byte, x1, y1, x2, y2, x3, y3 float64) []byte {
	b = d.point(b, x1, y1, "")
	b = d.point(b, x2, y2, "")
	return d.point(b, x3, y3, "c ")
}

// pen sets colours, width and dash, and returns the operator that paints.
func (d *Doc) pen(p Paint) string {
	if p.Fill != nil {
		d.fill(*p.Fill)
	}
	if p.Stroke == nil {
		return "f"
	}
	if c := *p.Stroke; !d.now.strokeSet || d.now.stroke != c {
		d.now.stroke, d.now.strokeSet = c, true
		d.write(append(c.append(d.scratch[:0]), "RG"...))
	}
	if d.now.width != p.Width {
		d.now.width = p.Width
		d.write(append(number(d.scratch[:0], p.Width/pt), 'w'))
	}
	if dashed := p.Dash > 0; dashed != d.now.dashed || dashed {
		d.now.dashed = dashed
		b := append(d.scratch[:0], '[')
		if dashed {
			b = number(b, p.Dash/pt)
			b = number(b, 0.75*p.Dash/pt)
		}
		d.write(append(b, "] 0 d"...))
	}
	if p.Fill != nil {
		return "B"
	}
	return "S"
}

func (d *Doc) fill(c Color) {
	if !d.now.fillSet || d.now.fill != c {
		d.now.fill, d.now.fillSet = c, true
		d.write(append(c.append(d.scratch[:0]), "rg"...))
	}
}

func (c Color) append(b []byte) []byte {
	for _, v := range []uint8{c.R, c.G, c.B} {
		b = number3(b, float64(v)/255)
	}
	return b
}
