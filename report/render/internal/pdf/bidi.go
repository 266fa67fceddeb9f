package pdf

import (
	"slices"
	"unicode"
)

// visual returns a line's glyphs in the order in which they stand on paper: what
// is written from right to left is turned, with its numbers left as they are.
// It is the part of Unicode Annex 9 that a line written from left to right
// needs. Arabic letters stay unjoined: the library has no shaping.
func visual(g []glyph) []glyph {
	if !slices.ContainsFunc(g, func(c glyph) bool { return rtl(c.r) }) {
		return g
	}
	out := slices.Clone(g)
	for i := 0; i < len(out); {
		if !rtl(out[i].r) {
			i++
			continue
		}
		end := i + 1 // the last character from right to left before one from left to right
		for j := i; j < len(out) && (rtl(out[j].r) || !unicode.IsLetter(out[j].r)); j++ {
			if rtl(out[j].r) || unicode.In(out[j].r, unicode.Mn) {
				end = j + 1
			}
		}
		turn(out[i:end])
		i = end
	}
	return out
}

// turn reverses glyphs, but neither marks and their letters nor numbers.
func turn(g []glyph) {
	slices.Reverse(g)
	for i := 0; i < len(g); i++ {
		j := i
		switch {
		case unicode.In(g[i].r, unicode.Mn): // now before its letter
			for j < len(g)-1 && unicode.In(g[j].r, unicode.Mn) {
				j++
			}
		case unicode.IsDigit(g[i].r):
			for j < len(g)-1 && (unicode.IsDigit(g[j+1].r) || j < len(g)-2 && slices.Contains([]rune(".,:/-"), g[j+1].r) && unicode.IsDigit(g[j+2].r)) {
				j++
			}
		default:
			g[i].r = mirrored(g[i].r)
		}
		slices.Reverse(g[i : j+1])
		i = j
	}
}

func mirrored(r rune) rune {
	const pairs = "()[]{}<>«»"
	all := []rune(pairs)
	if i := slices.Index(all, r); i >= 0 {
		return all[i^1]
	}
	return r
}

// rtl reports whether r is a letter of a script written from right to left.
func rtl(r rune) bool {
	return r >= 0x590 && r <= 0x8ff && unicode.IsLetter(r) || r >= 0xfb1d && r <= 0xfdff || r >= 0xfe70 && r <= 0xfefc
}
