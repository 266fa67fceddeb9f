package pdf

import "fmt"

// missing counts the characters that no font has, as they are drawn.
type missing struct {
	boxes, names int
	seen         map[rune]bool
	sample       []string
}

const maxSample = 8

func (m *missing) add(g glyph) {
	if g.r == '[' || g.lost >= 0x1f1e6 && g.lost <= 0x1f1ff {
		m.names++
		return
	}
	m.boxes++
	if m.seen == nil {
		m.seen = map[rune]bool{}
	}
	if !m.seen[g.lost] && len(m.sample) < maxSample {
		m.seen[g.lost] = true
		m.sample = append(m.sample, fmt.Sprintf("U+%04X", g.lost))
	}
}

// Missing returns how many characters so far could not be shown, with the codes
// of a few of them.
func (d *Doc) Missing() (count int, sample []string) { return d.missing.boxes, d.missing.sample }

// Named returns how many emoji so far are shown as words.
func (d *Doc) Named() int { return d.missing.names }
