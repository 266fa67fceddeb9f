package gate

import (
	"fmt"
	"strings"
	"unicode/utf8"
)

// JSON escapes, in a JSON text, every character that a terminal or a reader
// could take for a command: C1 controls, DEL, bidi controls, zero-width
// characters and tags. The value that the text stands for stays the same.
func JSON(text []byte) []byte {
	if !strings.ContainsFunc(string(text), hidden) {
		return text
	}
	out := make([]byte, 0, len(text)+64)
	for len(text) > 0 {
		r, n := utf8.DecodeRune(text)
		switch {
		case !hidden(r):
			out = append(out, text[:n]...)
		case r > 0xFFFF:
			r -= 0x10000
			out = fmt.Appendf(out, `\u%04x\u%04x`, 0xD800+(r>>10), 0xDC00+(r&0x3FF))
		default:
			out = fmt.Appendf(out, `\u%04x`, r)
		}
		text = text[n:]
	}
	return out
}

// hidden reports whether r may stand in a JSON text and yet not be shown raw.
func hidden(r rune) bool {
	switch {
	case r == 0x7F, r >= 0x80 && r <= 0x9F,
		r >= 0x200B && r <= 0x200F, r >= 0x202A && r <= 0x202E,
		r >= 0x2060 && r <= 0x2069, r == 0x061C, r == 0xFEFF, r == 0x2028, r == 0x2029,
		r >= 0xE0000 && r <= 0xE007F:
		return true
	}
	return false
}
