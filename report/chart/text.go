package chart

import (
	"math"
	"strconv"
	"strings"

	"github.com/dossier-report/dossier/report/gate"
)

const (
	pt       = 25.4 / 72 // millimetres of a point
	lineStep = 2.9       // from one line of the smallest type to the next
	// maxLabel is the longest label that is measured, in characters.
	maxLabel = 300
)

// textBox returns what a text covers.
func textBox(c Canvas, at Point, st Style, s string) Box {
	w := c.Width(st, s)
	switch st.Anchor {
	case Middle:
		at.X -= w / 2
	case End:
		at.X -= w
	}
	em := st.Size * pt
	return Box{at.X, at.Y - 0.72*em, w, 0.95 * em}
}

// fit returns s as one line, cut with an ellipsis where it is wider than w.
func fit(c Canvas, st Style, s string, w float64) string {
	s = gate.Line(s, maxLabel)
	if c.Width(st, s) <= w {
		return s
	}
	r := []rune(s)
	low, high := 0, len(r) // the longest that fits
	for low < high {
		mid := (low + high + 1) / 2
		if c.Width(st, string(r[:mid])+"…") <= w {
			low = mid
		} else {
			high = mid - 1
		}
	}
	kept := strings.TrimRight(string(r[:low]), " ,;:.–-")
	if kept == "" {
		return ""
	}
	return kept + "…"
}

// wrap breaks s at spaces into at most most lines of width w; the last is cut
// where more is left.
func wrap(c Canvas, st Style, s string, w float64, most int) []string {
	words := strings.Fields(gate.Line(s, 2*maxLabel))
	var lines []string
	for len(words) > 0 && len(lines) < most {
		if len(lines) == most-1 {
			words = []string{strings.Join(words, " ")}
		}
		n := 1
		for n < len(words) && c.Width(st, strings.Join(words[:n+1], " ")) <= w {
			n++
		}
		if l := fit(c, st, strings.Join(words[:n], " "), w); l != "" {
			lines = append(lines, l)
		}
		words = words[n:]
	}
	return lines
}

// place is the free room for labels: what was put there stays clear.
type place struct {
	c     Canvas
	in    Box
	taken []Box
}

// gap is how far labels keep from each other and from what they must not cover.
const gap = 0.35

// take keeps a box clear of labels.
func (p *place) take(b Box) { p.taken = append(p.taken, b) }

// free reports whether a label may stand in b.
func (p *place) free(b Box) bool {
	if !b.within(p.in) {
		return false
	}
	b = Box{b.X - gap, b.Y - gap, b.W + 2*gap, b.H + 2*gap}
	for _, t := range p.taken {
		if b.meets(t) {
			return false
		}
	}
	return true
}

// put draws s at the first of the places where it is free to stand, keeps what
// it covers clear, and reports whether there was one.
func (p *place) put(st Style, s string, at ...Point) (Box, bool) {
	if s == "" {
		return Box{}, false
	}
	for _, q := range at {
		if b := textBox(p.c, q, st, s); p.free(b) {
			p.take(b)
			p.c.Text(q, st, s)
			return b, true
		}
	}
	return Box{}, false
}

// number prints v with one decimal, and without from 100 on.
func number(v float64) string {
	if math.Abs(v) >= 99.95 {
		return grouped(math.Round(v))
	}
	v = math.Round(v*10) / 10
	if v == 0 {
		return "0.0" // and not minus nothing
	}
	return strconv.FormatFloat(v, 'f', 1, 64)
}

// short prints v with one decimal only where that says something: below ten,
// and not where it is 0.
func short(v float64) string {
	if math.Abs(v) >= 9.95 {
		return grouped(math.Round(v))
	}
	return strings.TrimSuffix(number(v), ".0")
}

// grouped prints a whole number, in groups of three from five digits on.
func grouped(v float64) string {
	s := strconv.FormatFloat(math.Abs(v), 'f', 0, 64)
	if len(s) > 4 {
		for i := len(s) - 3; i > 0; i -= 3 {
			s = s[:i] + "," + s[i:]
		}
	}
	if v < 0 && s != "0" {
		s = "−" + s
	}
	return s
}

// count returns "1 item" or "2 items".
func count(n int, word string) string {
	if n == 1 {
		return "1 " + word
	}
	return grouped(float64(n)) + " " + word + "s"
}

// daysText returns "1 day" or "2 days".
func daysText(n int) string { return count(n, "day") }
