package gate

import (
	"regexp"
	"strings"
)

// Markdown returns s as one line of inert Markdown: as text it reads the same,
// and it begins nothing, not even where a cell or a line begins. HTML and
// punctuation are escaped. What GitHub and GitLab look for in the finished page,
// where an escape does not help (mentions, references, bare addresses, emoji
// names, formulas), stands as code, in which neither looks.
func Markdown(s string) string {
	s = Line(s, 0)
	var b strings.Builder
	b.Grow(len(s) + len(s)/4)
	for i, word := range strings.Split(s, " ") {
		if i > 0 {
			b.WriteByte(' ')
		}
		if sought(word) {
			codeWord(&b, word)
		} else {
			escapeWord(&b, word)
		}
	}
	return b.String()
}

// found matches what the sites look for in the text of a page: mentions and
// mail addresses, formulas, web addresses, references by number and by hash,
// and names of emoji. See GitHub Docs, "Autolinked references and URLs", and
// GitLab Docs, "GitLab-specific references".
var found = regexp.MustCompile(`(?i)[@$]|://|\bwww\.|[#!~%&^]\d|\bgh-\d|:[a-z0-9_+-]+:|\b[0-9a-f]{7,}\b`)

// sought reports whether a site may look for something in a word; most words
// have nothing that is worth the search.
func sought(word string) bool {
	return (strings.ContainsAny(word, "@$:#!~%&^-.") || longHex(word)) && found.MatchString(word)
}

// longHex reports whether seven characters in a row could be of a hash.
func longHex(s string) bool {
	n := 0
	for i := range len(s) {
		if c := s[i] | 0x20; digit(s[i]) || c >= 'a' && c <= 'f' {
			if n++; n == 7 {
				return true
			}
		} else {
			n = 0
		}
	}
	return false
}

// codeWord writes a word as code. A backtick would end it, a bar the cell of a
// table; those, and what a less careful reader could take for HTML or a link,
// stand between pieces of code.
func codeWord(b *strings.Builder, word string) {
	for word != "" {
		i := strings.IndexAny(word, "`|<>&[]\\")
		if i != 0 {
			code := word
			if i > 0 {
				code = word[:i]
			}
			b.WriteByte('`')
			b.WriteString(code)
			b.WriteByte('`')
			word = word[len(code):]
			continue
		}
		escapeWord(b, word[:1])
		word = word[1:]
	}
}

func escapeWord(b *strings.Builder, word string) {
	for i := range len(word) {
		switch c := word[i]; {
		case c == '&':
			b.WriteString("&amp;")
		case c == '<':
			b.WriteString("&lt;")
		case c == '>':
			b.WriteString("&gt;")
		case punctuation(c) && !harmless(word, i):
			b.WriteByte('\\')
			b.WriteByte(c)
		default:
			b.WriteByte(c)
		}
	}
}

func punctuation(c byte) bool { return c > ' ' && c < 0x7f && !letter(c) && !digit(c) }

// harmless reports whether the mark at i begins nothing where it stands, so
// that the source of a page stays readable too.
func harmless(word string, i int) bool {
	last := i == len(word)-1
	switch word[i] {
	case ',', ';', '?', '%', '/', '(', '"', '\'':
		return true
	case '.': // not "1." nor inside of an address
		return i > 0 && (last && !digits(word[:i]) || !last && digit(word[i+1]))
	case ')': // not "1)"
		return i > 0 && !digits(word[:i])
	case ':':
		return i > 0 && last
	case '-':
		return i > 0 && !last && alnum(word[i-1]) && alnum(word[i+1])
	}
	return false
}

func digits(s string) bool {
	for i := range len(s) {
		if !digit(s[i]) {
			return false
		}
	}
	return true
}

func alnum(c byte) bool  { return letter(c) || digit(c) || c >= 0x80 }
func letter(c byte) bool { return c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' }
func digit(c byte) bool  { return c >= '0' && c <= '9' }
