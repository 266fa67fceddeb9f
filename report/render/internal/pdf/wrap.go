package pdf

import (
	"slices"
	"strings"
	"unicode"

	"github.com/dossier-report/dossier/report/gate"
)

// Span is a stretch of text with its own face, colour or target. Its text is
// literal: nothing in it is a mark.
type Span struct {
	Text  string
	Face  Face
	Color *Color // nil: the colour of the style
	To    string // an anchor that it leads to
	URL   string // an address that it leads to
	Lines bool   // line ends in the text are kept
}

// Rich is a text of several spans.
type Rich []Span

// maxBlock is the longest span, in characters; a body of GitHub has 65,536.
const maxBlock = 20000

// Plain is text of one line in the face of its style.
func Plain(s string) Rich { return Rich{{Text: s}} }

// Para is a text broken into lines.
type Para struct {
	Cut   bool // it was longer than allowed and ends in an ellipsis
	d     *Doc
	st    Style
	spans Rich
	lines [][]glyph
}

// Lines returns how many lines the paragraph has.
func (p Para) Lines() int { return len(p.lines) }

// Layout breaks a text into lines of width w, at most max of them; a max of 0
// means as many as it needs. Time is linear in what is shown.
func (d *Doc) Layout(r Rich, st Style, w float64, max int) Para {
	p := Para{d: d, st: st, spans: r}
	var g []glyph
	for i, s := range r {
		if i > 0xffff {
			break
		}
		t := s.text()
		g = d.shape(slices.Grow(g, len(t)), t, p.face(i), uint16(i))
	}
	p.fill(g, int(w/(st.Size*pt)*1000), max)
	return p
}

// text returns the span's text from behind the gate, with a space at either
// end where it had one.
func (s Span) text() string {
	if !s.Lines || !strings.ContainsAny(s.Text, "\n\r") {
		return edged(s.Text, maxBlock)
	}
	lines := strings.Split(strings.NewReplacer("\r\n", "\n", "\r", "\n").Replace(s.Text), "\n")
	kept, left := lines[:0], maxBlock
	for i, l := range lines {
		l = edged(l, max(left, 1))
		if i > 0 && i < len(lines)-1 && l == "" && len(kept) > 0 && kept[len(kept)-1] == "" {
			continue
		}
		kept = append(kept, l)
		if left -= len(l) + 1; left <= 0 {
			break
		}
	}
	return strings.Join(kept, "\n")
}

// edged is gate.Line, but for the spaces at the ends: those stand between spans.
func edged(s string, most int) string {
	t := gate.Line(s, most)
	if t == "" {
		if s != "" && strings.TrimSpace(s) == "" {
			return " "
		}
		return t
	}
	if s[0] == ' ' {
		t = " " + t
	}
	if s[len(s)-1] == ' ' {
		t += " "
	}
	return t
}

func (p *Para) face(span int) Face {
	if f := p.spans[span].Face; f != Regular {
		return f
	}
	return p.st.Face
}

// fill breaks greedily: at a space, a hyphen or an ideograph where it can, else
// after a slash, a dot or the like, else anywhere.
func (p *Para) fill(g []glyph, limit, max int) {
	start, width, good, poor := 0, 0, 0, 0
	end := func(at int) bool {
		if max > 0 && len(p.lines) == max-1 && len(trimLeft(g[at:])) > 0 {
			p.lines = append(p.lines, p.d.ellipsis(g[start:at], p.face(int(g[start].span)), limit))
			p.Cut = true
			return false
		}
		p.lines = append(p.lines, trimRight(g[start:at]))
		return true
	}
	for i := 0; i < len(g); i++ {
		c := g[i]
		if c.r == '\n' {
			if !end(i) {
				return
			}
			start, width, good, poor = i+1, 0, 0, 0
			continue
		}
		if width+int(c.width) > limit && i > start && c.r != ' ' {
			at := good
			if at <= start {
				at = poor
			}
			if at <= start {
				at = i
			}
			if !end(at) {
				return
			}
			for at < len(g) && g[at].r == ' ' {
				at++
			}
			start, width, good, poor = at, 0, 0, 0
			i = at - 1
			continue
		}
		width += int(c.width)
		if i+1 < len(g) {
			switch breaks(c.r, g[i+1].r) {
			case goodBreak:
				good = i + 1
			case poorBreak:
				poor = i + 1
			}
		}
	}
	if rest := trimRight(g[min(start, len(g)):]); len(rest) > 0 {
		p.lines = append(p.lines, rest)
	}
}

type breakKind uint8

const (
	noBreak breakKind = iota
	poorBreak
	goodBreak
)

// breaks says how good a line end is between two characters; a small part of
// Unicode Annex 14.
func breaks(a, b rune) breakKind {
	switch {
	case a == ' ':
		return goodBreak
	case b == ' ', b == 0xa0:
		return noBreak
	case a == '-' || a == '–' || a == '—':
		if unicode.IsLetter(b) {
			return goodBreak
		}
		return poorBreak
	case ideograph(a) && !closing(b), ideograph(b) && !opening(a) && a != 0xa0:
		return goodBreak
	case a < 0x80 && strings.ContainsRune("/_.:,;?&=#@+\\|)]}", a):
		return poorBreak
	}
	return noBreak
}

func ideograph(r rune) bool {
	return r >= 0x2e80 && (r <= 0x9fff || r >= 0xac00 && r <= 0xd7a3 || r >= 0xf900 && r <= 0xfaff || r >= 0xff01 && r <= 0xff60)
}

func closing(r rune) bool {
	return unicode.In(r, unicode.Pe, unicode.Pf, unicode.Mn) || strings.ContainsRune("、。，．：；！？ー々,.:;!?", r)
}

func opening(r rune) bool { return unicode.In(r, unicode.Ps, unicode.Pi) }

func trimRight(g []glyph) []glyph {
	for len(g) > 0 && g[len(g)-1].r == ' ' {
		g = g[:len(g)-1]
	}
	return g
}

func trimLeft(g []glyph) []glyph {
	for len(g) > 0 && (g[0].r == ' ' || g[0].r == '\n') {
		g = g[1:]
	}
	return g
}

// ellipsis returns a copy of g that ends in an ellipsis and is no wider than limit.
func (d *Doc) ellipsis(g []glyph, f Face, limit int) []glyph {
	w, _ := d.faces[f].width('…')
	have := total(g)
	for len(g) > 0 && (have+w > limit || strings.ContainsRune(" ,;:.-–\n", g[len(g)-1].r)) {
		have -= int(g[len(g)-1].width)
		g = g[:len(g)-1]
	}
	end := glyph{r: '…', width: int16(w)}
	if len(g) > 0 {
		end.span = g[len(g)-1].span
	}
	return append(append(make([]glyph, 0, len(g)+1), g...), end)
}

// Draw draws the paragraph from the baseline y, lead apart, and returns the
// baseline after its last line.
func (p Para) Draw(x, y, lead float64) float64 {
	for _, l := range p.lines {
		cx := x
		for i := 0; i < len(l); {
			j := i + 1
			for j < len(l) && l[j].span == l[i].span {
				j++
			}
			cx = p.drawSpan(cx, y, l[i:j])
			i = j
		}
		y += lead
	}
	return y
}

func (p Para) drawSpan(x, y float64, g []glyph) float64 {
	s := p.spans[g[0].span]
	st := p.st
	st.Face = p.face(int(g[0].span))
	if s.Color != nil {
		st.Color = *s.Color
	}
	p.d.show(x, y, st, g)
	w := length(g, st.Size)
	top, h := y-st.Size*pt*0.8, st.Size*pt*1.05
	if s.To != "" {
		p.d.Jump(x, top, w, h, s.To)
	}
	if s.URL != "" {
		p.d.Link(x, top, w, h, s.URL)
	}
	return x + w
}

// Split returns the first n lines and the rest.
func (p Para) Split(n int) (Para, Para) {
	n = min(n, len(p.lines))
	rest := p
	p.lines, rest.lines = p.lines[:n], p.lines[n:]
	return p, rest
}
