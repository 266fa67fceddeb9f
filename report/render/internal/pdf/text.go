package pdf

import (
	"strconv"
	"unicode"

	"github.com/dossier-report/dossier/report/gate"
)

// glyph is a character in a font of the document.
type glyph struct {
	r     rune   // 0: nothing is drawn
	span  uint16 // of the text that it is from
	font  uint8  // 0: the face of the span; else the fallback of that number
	width int16  // thousandths of an em
	lost  rune   // what it stands for, where no font has that
}

// Text draws s as one line from x, and returns where it ends.
func (d *Doc) Text(x, y float64, st Style, s string) float64 {
	g := d.line(st.Face, s)
	d.show(x, y, st, g)
	return x + length(g, st.Size)
}

// TextRight draws s so that it ends at x, and returns where it begins.
func (d *Doc) TextRight(x, y float64, st Style, s string) float64 {
	g := d.line(st.Face, s)
	x -= length(g, st.Size)
	d.show(x, y, st, g)
	return x
}

// TextCenter draws s so that its middle is at x.
func (d *Doc) TextCenter(x, y float64, st Style, s string) {
	g := d.line(st.Face, s)
	d.show(x-length(g, st.Size)/2, y, st, g)
}

// Tracked draws s with gap millimetres between its characters, and returns
// where it ends.
func (d *Doc) Tracked(x, y, gap float64, st Style, s string) float64 {
	g := d.line(st.Face, s)
	d.spacing(gap)
	d.show(x, y, st, g)
	d.spacing(0)
	return x + length(g, st.Size) + gap*float64(len(g))
}

// Width returns how wide s is as one line.
func (d *Doc) Width(st Style, s string) float64 { return length(d.line(st.Face, s), st.Size) }

// Fit returns s, cut with an ellipsis where it would be wider than w.
func (d *Doc) Fit(st Style, s string, w float64) string {
	s = gate.Line(s, 2000)
	g := d.shape(d.glyphs[:0], s, st.Face, 0)
	limit := int(w / (st.Size * pt) * 1000)
	if total(g) <= limit {
		return s
	}
	g = d.ellipsis(g, st.Face, limit)
	return runes(g)
}

// line makes the glyphs of s. They are valid until the next call.
func (d *Doc) line(f Face, s string) []glyph {
	d.glyphs = d.shape(d.glyphs[:0], gate.Line(s, 2000), f, 0)
	return d.glyphs
}

func total(g []glyph) int {
	w := 0
	for _, c := range g {
		w += int(c.width)
	}
	return w
}

func length(g []glyph, size float64) float64 { return float64(total(g)) / 1000 * size * pt }

// shape appends the glyphs of s, which passed the gate: each character in the
// face, else in the first fallback that has it, else as a word, else as a box.
func (d *Doc) shape(g []glyph, s string, f Face, span uint16) []glyph {
	main := d.faces[f]
	for _, r := range s {
		if w, ok := main.width(r); ok {
			g = append(g, glyph{r: r, span: span, width: int16(w)})
			continue
		}
		g = d.shapeRare(g, r, f, span)
	}
	return g
}

func (d *Doc) shapeRare(g []glyph, r rune, f Face, span uint16) []glyph {
	if r == '\n' {
		return append(g, glyph{r: r, span: span})
	}
	for i, b := range d.backups {
		if w, ok := b.width(r); ok {
			return append(g, glyph{r: r, span: span, font: uint8(i + 1), width: int16(w)})
		}
	}
	if word, ok := spoken(r); ok {
		at := len(g)
		g = d.shape(g, word, f, span)
		if len(g) > at {
			g[at].lost = r
		}
		return g
	}
	box := glyph{span: span, lost: r}
	switch {
	case unicode.Is(unicode.Zs, r):
		return d.shape(g, " ", f, span)
	case unicode.In(r, unicode.Mn, unicode.Me): // a box would stand beside the letter
		return append(g, box)
	}
	for _, c := range "□?" {
		if w, ok := d.faces[f].width(c); ok {
			box.r, box.width = c, int16(w)
			break
		}
	}
	return append(g, box)
}

// runes returns the characters that are drawn.
func runes(g []glyph) string {
	out := make([]rune, 0, len(g))
	for _, c := range g {
		if c.r != 0 {
			out = append(out, c.r)
		}
	}
	return string(out)
}

// show draws glyphs of one style as one line.
func (d *Doc) show(x, y float64, st Style, g []glyph) {
	if d.opt.Trace != nil && len(g) > 0 {
		d.opt.Trace.text(d.page, x, y, length(g, st.Size)+d.now.spacing*float64(len(g)), st.Size, g)
	}
	g = visual(g)
	for i := 0; i < len(g); {
		j := i + 1
		for j < len(g) && g[j].font == g[i].font {
			j++
		}
		d.showRun(x, y, st, g[i:j])
		x += length(g[i:j], st.Size) + d.now.spacing*float64(j-i)
		i = j
	}
}

// showRun draws glyphs of one font: their UTF-16 codes as a string (ISO 32000-1
// 9.4.3), since gofpdf's fonts map codes to glyphs by Identity-H and a table.
func (d *Doc) showRun(x, y float64, st Style, g []glyph) {
	f := d.faces[st.Face]
	if n := g[0].font; n > 0 {
		f = d.backups[n-1]
	}
	d.use(f, st.Size)
	d.fill(st.Color)
	b := append(d.scratch[:0], "BT "...)
	b = number(b, x/pt)
	b = number(b, (d.H-y)/pt)
	b = append(b, "Td ("...)
	for _, c := range g {
		if c.lost != 0 && !d.ending {
			d.missing.add(c)
		}
		if c.r == 0 {
			continue
		}
		f.mark(c.r)
		b = escaped(b, byte(c.r>>8))
		b = escaped(b, byte(c.r))
	}
	b = append(b, ") Tj ET"...)
	d.write(b)
}

// escaped appends a byte of a literal string (ISO 32000-1 7.3.4.2).
func escaped(b []byte, c byte) []byte {
	switch c {
	case '\\', '(', ')':
		return append(b, '\\', c)
	case '\r': // unescaped, it would be read as \n
		return append(b, '\\', 'r')
	}
	return append(b, c)
}

// number appends v and a space.
func number(b []byte, v float64) []byte {
	b = strconv.AppendFloat(b, v, 'f', 2, 64)
	return append(b, ' ')
}

// use sets the font of the page.
func (d *Doc) use(f *face, size float64) {
	if !f.added {
		d.f.AddUTF8FontFromBytes(f.family, f.style, f.raw)
		f.added = true
	}
	if d.now.face != f || d.now.size != size {
		d.now.face, d.now.size = f, size
		d.f.SetFont(f.family, f.style, size)
	}
}

// spacing sets the space between characters, in millimetres.
func (d *Doc) spacing(gap float64) {
	if d.now.spacing != gap {
		d.now.spacing = gap
		d.write(append(number(d.scratch[:0], gap/pt), "Tc"...))
	}
}

// write ends an operation in the content stream; b is the scratch space.
func (d *Doc) write(b []byte) {
	d.f.RawWriteStr(string(b))
	d.scratch = b[:0]
}

func number3(b []byte, v float64) []byte {
	b = strconv.AppendFloat(b, v, 'f', 3, 64)
	return append(b, ' ')
}
