package confluence

import (
	"html"
	"strings"
)

// piece is a part of a document in storage format.
type piece struct {
	kind  pieceKind
	name  string // of an element, in lower case
	attrs string // as written
	text  string // of text, entities resolved, or of CDATA, as it stands
	empty bool   // an element that ends where it begins
}

type pieceKind int

const (
	textPiece pieceKind = iota
	cdataPiece
	startPiece
	endPiece
)

// scanner reads storage format, which is XHTML only as long as nobody pasted
// into it. It never fails and is done in time linear in the document: what is no
// markup is text, and what does not end goes to the end.
type scanner struct{ rest string }

func (s *scanner) next() (piece, bool) {
	for s.rest != "" {
		if s.rest[0] != '<' {
			text, rest := cutAt(s.rest, strings.IndexByte(s.rest, '<'), 0)
			s.rest = rest
			return piece{kind: textPiece, text: html.UnescapeString(text)}, true
		}
		switch {
		case strings.HasPrefix(s.rest, "<![CDATA["):
			body := s.rest[len("<![CDATA["):]
			text, rest := cutAt(body, strings.Index(body, "]]>"), 3)
			s.rest = rest
			return piece{kind: cdataPiece, text: text}, true
		case strings.HasPrefix(s.rest, "<!--"):
			_, s.rest = cutAt(s.rest, strings.Index(s.rest, "-->"), 3)
		case strings.HasPrefix(s.rest, "<!"), strings.HasPrefix(s.rest, "<?"):
			_, s.rest = cutAt(s.rest, strings.IndexByte(s.rest, '>'), 1)
		default:
			return s.element(), true
		}
	}
	return piece{}, false
}

// cutAt parts s at i, which is its end when negative, and drops n bytes there.
func cutAt(s string, i, n int) (before, after string) {
	if i < 0 {
		return s, ""
	}
	return s[:i], s[i+n:]
}

// element reads a tag; a < that begins none is text.
func (s *scanner) element() piece {
	t := piece{kind: startPiece}
	at := 1
	if strings.HasPrefix(s.rest, "</") {
		t.kind, at = endPiece, 2
	}
	end := at
	for end < len(s.rest) && isName(s.rest[end], end == at) {
		end++
	}
	if end == at {
		s.rest = s.rest[1:]
		return piece{kind: textPiece, text: "<"}
	}
	t.name = strings.ToLower(s.rest[at:end])
	close, whole := tagEnd(s.rest, end), len(s.rest)
	t.attrs = s.rest[end:min(close, len(s.rest))]
	s.rest = s.rest[min(close+1, len(s.rest)):]
	if t.empty = close < whole && strings.HasSuffix(t.attrs, "/"); t.empty {
		t.attrs = t.attrs[:len(t.attrs)-1]
	}
	return t
}

// tagEnd returns where the > stands that ends a tag, outside of quotes; within
// them where a quote does not end, and len(s) where there is none at all. Only
// the last quote of a document of each kind can be without an end, so that the
// whole is looked through twice at most.
func tagEnd(s string, from int) int {
	quote := byte(0)
	for i := from; i < len(s); i++ {
		switch c := s[i]; {
		case quote != 0:
			if c == quote {
				quote = 0
			}
		case c == '"' || c == '\'':
			quote = c
		case c == '>':
			return i
		}
	}
	if i := strings.IndexByte(s[from:], '>'); i >= 0 {
		return from + i
	}
	return len(s)
}

func isName(c byte, first bool) bool {
	letter := 'a' <= c && c <= 'z' || 'A' <= c && c <= 'Z'
	return letter || !first && ('0' <= c && c <= '9' || c == ':' || c == '-' || c == '_' || c == '.')
}

// attr returns the value of an attribute, entities resolved.
func (t piece) attr(name string) string {
	rest := t.attrs
	for rest != "" {
		rest = strings.TrimLeft(rest, " \t\r\n/")
		i := strings.IndexAny(rest, "= \t\r\n")
		if i < 0 {
			return ""
		}
		key := rest[:i]
		rest = strings.TrimLeft(rest[i:], " \t\r\n")
		if !strings.HasPrefix(rest, "=") {
			continue
		}
		rest = strings.TrimLeft(rest[1:], " \t\r\n")
		var value string
		if rest != "" && (rest[0] == '"' || rest[0] == '\'') {
			value, rest = cutAt(rest[1:], strings.IndexByte(rest[1:], rest[0]), 1)
		} else {
			value, rest = cutAt(rest, strings.IndexAny(rest, " \t\r\n"), 0)
		}
		if strings.EqualFold(key, name) {
			return html.UnescapeString(value)
		}
	}
	return ""
}
