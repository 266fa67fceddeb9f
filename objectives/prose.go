package objectives

import "strings"

// text scans a body: Markdown, or the markup of Jira and Confluence as plain
// text. What is not the author's prose is skipped: blocks of code, quoted
// lines, trailers of a commit, comments of HTML.
func (s *scanner) text(body string) {
	fence, braced := "", false // inside ``` or {code}
	for i := 0; i < len(body); {
		end := len(body)
		if n := strings.IndexByte(body[i:], '\n'); n >= 0 {
			end = i + n
		}
		line := strings.TrimLeft(body[i:end], " \t")
		mark := fenceOf(line)
		switch {
		case fence != "":
			if strings.HasPrefix(mark, fence) && strings.TrimSpace(line) == mark {
				fence = ""
			}
		case mark != "" && !braced:
			fence = mark
		case togglesBraces(line):
			braced = !braced
		case braced, skipped(line):
			s.pos++
		default:
			if line == "" || endsPhrase(line[0]) {
				s.pos++
			}
			i = s.words(body, i, end)
		}
		i = max(i, end)
		if i < len(body) && body[i] == '\n' {
			i++
		}
	}
}

// fenceOf returns the fence that a line begins with, or "".
func fenceOf(line string) string {
	if len(line) < 3 || line[0] != '`' && line[0] != '~' {
		return ""
	}
	n := 1
	for n < len(line) && line[n] == line[0] {
		n++
	}
	if n < 3 || line[0] == '`' && strings.IndexByte(line[n:], '`') >= 0 {
		return "" // code in a line, not a block
	}
	return line[:n]
}

// togglesBraces reports whether a block of Jira markup opens or closes on the
// line and goes on beyond it.
func togglesBraces(line string) bool {
	if strings.IndexByte(line, '{') < 0 {
		return false
	}
	n := 0
	for _, tag := range [...]string{"{code", "{noformat", "{quote"} {
		n += strings.Count(line, tag)
	}
	return n%2 == 1
}

// skipped reports whether a line is quoted or a trailer.
func skipped(line string) bool {
	if line == "" {
		return false
	}
	if line[0] == '>' || strings.HasPrefix(line, "bq. ") {
		return true
	}
	if classes[line[0]] != upper {
		return false
	}
	colon := strings.IndexByte(line, ':')
	if colon < 2 || colon > 32 {
		return false
	}
	key := line[:colon]
	if strings.IndexByte(key, ' ') >= 0 {
		return false
	}
	for _, suffix := range [...]string{"-by", "-id", "-revid", "-url", "cc", "reviewed-on"} {
		if len(key) >= len(suffix) && strings.EqualFold(key[len(key)-len(suffix):], suffix) &&
			(suffix != "cc" || len(key) == 2) {
			return true
		}
	}
	return false
}

// endsPhrase reports whether a line that begins with c is an entry of a list, a
// heading or a row of a table, which does not go on the line before.
func endsPhrase(c byte) bool {
	return strings.IndexByte("-*+#|", c) >= 0
}
