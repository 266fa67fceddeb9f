package slack

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// plainText is what a message says, without marks, and what it points to.
type plainText struct {
	text  string
	urls  []string
	code  bool // it holds a block of code
	lists int  // lines that are points of a list
	files []string
}

// names knows how users and channels are called.
type names interface {
	called(user string) string
	channel(id string) string
}

// parseMrkdwn makes text of Slack's marks: <@U1>, <#C1|name>, <!here>,
// <https://x|label>, &amp;, :emoji: and *bold* outside of code. A quoted line
// (&gt;) is somebody's words that are repeated, so it is left out unless quotes
// are kept. https://docs.slack.dev/messaging/formatting-message-text
func parseMrkdwn(s string, who names, quotes bool) plainText {
	var out plainText
	var b strings.Builder
	s = strings.ReplaceAll(s, "\r\n", "\n")
	for s != "" {
		i := strings.Index(s, "```")
		if i < 0 {
			break
		}
		end := strings.Index(s[i+3:], "```")
		if end < 0 {
			break
		}
		out.prose(&b, s[:i], who, quotes)
		code := out.tokens(s[i+3:i+3+end], who, true)
		b.WriteString("```" + unescape(code) + "```")
		out.code = out.code || strings.TrimSpace(code) != ""
		s = s[i+3+end+3:]
	}
	out.prose(&b, s, who, quotes)
	out.text = tidy(b.String())
	return out
}

// prose writes what is no code, line by line.
func (p *plainText) prose(b *strings.Builder, s string, who names, quotes bool) {
	if i := strings.Index(s, "&gt;&gt;&gt;"); i >= 0 && !quotes && (i == 0 || s[i-1] == '\n') {
		s = s[:i] // all that follows is quoted
	}
	for i, line := range strings.Split(s, "\n") {
		if rest, ok := strings.CutPrefix(line, "&gt;"); ok {
			if !quotes {
				continue
			}
			line = "> " + strings.TrimPrefix(rest, " ")
		}
		if i > 0 {
			b.WriteByte('\n')
		}
		if point(line) {
			p.lists++
		}
		b.WriteString(p.line(line, who))
	}
}

// line leaves `code` as it is and reads the rest.
func (p *plainText) line(s string, who names) string {
	var b strings.Builder
	for {
		i := strings.IndexByte(s, '`')
		if i < 0 {
			break
		}
		n := strings.IndexByte(s[i+1:], '`')
		if n < 0 {
			break
		}
		b.WriteString(unescape(emoji(unmark(p.tokens(s[:i], who, false)))))
		b.WriteString("`" + unescape(p.tokens(s[i+1:i+1+n], who, true)) + "`")
		s = s[i+n+2:]
	}
	b.WriteString(unescape(emoji(unmark(p.tokens(s, who, false)))))
	return b.String()
}

// tokens resolves what stands between < and >, and collects addresses.
func (p *plainText) tokens(s string, who names, code bool) string {
	if !strings.Contains(s, "<") && !strings.Contains(s, "://") {
		return s
	}
	var b strings.Builder
	for {
		i := strings.IndexByte(s, '<')
		if i < 0 {
			break
		}
		n := strings.IndexByte(s[i:], '>')
		if n < 0 {
			break
		}
		p.bareURLs(s[:i])
		b.WriteString(s[:i])
		b.WriteString(p.token(s[i+1:i+n], who, code))
		s = s[i+n+1:]
	}
	p.bareURLs(s)
	b.WriteString(s)
	return b.String()
}

// token returns the text of <in>.
func (p *plainText) token(in string, who names, code bool) string {
	target, label, _ := strings.Cut(in, "|")
	if target == "" {
		return "&lt;" + in + "&gt;"
	}
	switch target[0] {
	case '@':
		return "@" + strings.TrimPrefix(firstOf(label, who.called(target[1:])), "@")
	case '#':
		return "#" + strings.TrimPrefix(firstOf(label, who.channel(target[1:]), target[1:]), "#")
	case '!':
		word, _, _ := strings.Cut(target[1:], "^")
		switch word {
		case "subteam", "date":
			return firstOf(label, word)
		}
		return "@" + word
	}
	scheme, rest, ok := strings.Cut(target, ":")
	if !ok || strings.ContainsAny(scheme, " \t\n") {
		return "&lt;" + in + "&gt;"
	}
	switch scheme {
	case "http", "https":
		p.link(unescape(target))
		if label == "" || code || strings.Contains(target, label) {
			return target
		}
		return label + " (" + target + ")"
	}
	return firstOf(label, rest)
}

// bareURLs collects the addresses that stand in a text without < and >.
func (p *plainText) bareURLs(s string) {
	for {
		i := strings.Index(s, "http")
		if i < 0 {
			return
		}
		s = s[i:]
		end := strings.IndexFunc(s, func(r rune) bool { return r <= ' ' || strings.ContainsRune("<>()[]{}|\"'`", r) })
		if end < 0 {
			end = len(s)
		}
		if u := strings.TrimRight(s[:end], ".,;:!?*_~"); strings.HasPrefix(u, "https://") || strings.HasPrefix(u, "http://") {
			p.link(unescape(u))
		}
		s = s[max(end, len("http")):]
	}
}

// maxLinks bounds what one message points to.
const maxLinks = 200

func (p *plainText) link(address string) {
	if len(p.urls) < maxLinks && len(address) <= 4096 {
		p.urls = append(p.urls, address)
	}
}

var entities = strings.NewReplacer("&lt;", "<", "&gt;", ">", "&amp;", "&")

// unescape resolves the three entities that Slack writes, and no other.
func unescape(s string) string {
	if strings.IndexByte(s, '&') < 0 {
		return s
	}
	return entities.Replace(s)
}

// unmark takes the marks of bold, italic and struck text away where they stand
// around words: snake_case and 2*3 keep theirs.
func unmark(s string) string {
	if !strings.ContainsAny(s, "*_~") {
		return s
	}
	out := []byte(s)
	drop := make([]bool, len(out))
	var open ['~' + 1]int // where each mark was opened, counted from 1
	for i, c := range out {
		if c != '*' && c != '_' && c != '~' {
			continue
		}
		before, _ := utf8.DecodeLastRuneInString(s[:i])
		after, _ := utf8.DecodeRuneInString(s[i+1:])
		from := open[c]
		switch {
		case from > 0 && i > from && i+1-from > 1 && !unicode.IsSpace(before) && !wordRune(after):
			drop[from-1], drop[i], open[c] = true, true, 0
		case !wordRune(before) && i+1 < len(s) && !unicode.IsSpace(after) && after != rune(c):
			open[c] = i + 1
		}
	}
	kept := out[:0]
	for i, c := range []byte(s) {
		if !drop[i] {
			kept = append(kept, c)
		}
	}
	return string(kept)
}

func wordRune(r rune) bool {
	return r != utf8.RuneError && (unicode.IsLetter(r) || unicode.IsDigit(r))
}

// point reports whether a line is a point of a list.
func point(line string) bool {
	line = strings.TrimLeft(line, " \t")
	for _, mark := range []string{"• ", "◦ ", "- ", "* "} {
		if strings.HasPrefix(line, mark) {
			return true
		}
	}
	n := 0
	for n < len(line) && line[n] >= '0' && line[n] <= '9' {
		n++
	}
	return n > 0 && n < 3 && n+1 < len(line) && (line[n] == '.' || line[n] == ')') && line[n+1] == ' '
}

// tidy takes away empty lines at the ends and more than one in between, and
// what is no text.
func tidy(s string) string {
	s = strings.Map(func(r rune) rune {
		if r < ' ' && r != '\n' && r != '\t' || r == 0x7f {
			return -1
		}
		return r
	}, strings.ToValidUTF8(s, "\ufffd"))
	for strings.Contains(s, "\n\n\n") {
		s = strings.ReplaceAll(s, "\n\n\n", "\n\n")
	}
	return strings.TrimSpace(s)
}
