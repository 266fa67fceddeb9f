package report

import (
	"strings"
	"unicode"
	"unicode/utf16"
)

// Characters counts a text as a form's text box does: in UTF-16 code units, of
// which most letters are one and most emoji two (HTML, "maxlength").
func Characters(text string) int {
	n := 0
	for _, r := range text {
		n += utf16.RuneLen(r)
	}
	return n
}

// Shorten returns text in at most limit [Characters]: whole, or cut at the end of
// a sentence, else of a word, with "…" for what is left out. A limit of 0 is none.
func Shorten(text string, limit int) string {
	if limit <= 0 || Characters(text) <= limit {
		return text
	}
	sentence, word, most := 0, 0, 0 // where to cut, in bytes
	n, prev := 0, rune(0)
	for i, r := range text {
		// What stands before r, with " …" or "…" behind it.
		if n+2 <= limit && unicode.IsSpace(r) && strings.ContainsRune(".!?…。", prev) {
			sentence = i
		}
		if n+1 > limit {
			break
		}
		if unicode.IsSpace(r) && !unicode.IsSpace(prev) {
			word = i
		}
		if !unicode.Is(unicode.Mn, r) && r != 0x200d && prev != 0x200d {
			most = i // a mark or a joiner is not taken from its letter
		}
		n, prev = n+utf16.RuneLen(r), r
	}
	switch {
	case sentence > 0:
		return text[:sentence] + " …"
	case word > 0:
		return strings.TrimRight(text[:word], " .,;:-–") + "…"
	}
	return text[:most] + "…"
}
