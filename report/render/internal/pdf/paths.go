package pdf

// Lines draws straight lines, given as x1, y1, x2, y2, with one pen.
func (d *Doc) Lines(p Paint, lines ...[4]float64) {
	if p.Stroke == nil || len(lines) == 0 {
		return
	}
	p.Fill = nil
	op := d.pen(p)
	b := d.scratch[:0]
	for _, l := range lines {
		b = d.point(b, l[0], l[1], "m ")
		b = d.point(b, l[2], l[3], "l ")
	}
	d.write(append(b, op...))
}

// Path draws the line through the points, given as x, y, x, y, ...; closed, it
// goes back to the first one, and its inside may be painted.
func (d *Doc) Path(p Paint, closed bool, xy ...float64) {
	if len(xy) < 4 || p.Fill == nil && p.Stroke == nil {
		return
	}
	if !closed {
		p.Fill = nil
	}
	op := d.pen(p)
	b := d.point(d.scratch[:0], xy[0], xy[1], "m ")
	for i := 2; i+1 < len(xy); i += 2 {
		b = d.point(b, xy[i], xy[i+1], "l ")
	}
	if closed {
		b = append(b, "h "...)
	}
	d.write(append(b, op...))
}
