package calendar

import (
	"bufio"
	"bytes"
	"errors"
	"io"
	"strings"
	"unicode/utf8"

	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/unicode"
	"golang.org/x/text/transform"
)

// maxContent is how much of a content line is read, in bytes: a description may
// be long, a picture in a line is nobody's title.
const maxContent = 256 << 10

// plain returns r without a byte order mark, and in UTF-8 where that mark says
// that it is UTF-16.
func plain(r io.Reader) io.Reader {
	return transform.NewReader(r, unicode.BOMOverride(encoding.Nop.NewDecoder()))
}

// lines reads content lines (RFC 5545, 3.1): it joins what was folded, in time
// and memory linear in what is kept.
type lines struct {
	r   *bufio.Reader
	n   int // number of the physical line that was read last
	at  int // number of the one that the content line began with
	buf []byte
	cut bool // the line was longer than is kept
}

func newLines(r io.Reader) *lines { return &lines{r: bufio.NewReaderSize(plain(r), 64<<10)} }

// next returns the next content line that is not empty, or io.EOF. It is valid
// until the next call.
func (l *lines) next() ([]byte, error) {
	for {
		l.buf, l.cut, l.at = l.buf[:0], false, l.n+1
		if err := l.physical(); err != nil {
			return nil, err
		}
		for {
			b, err := l.r.Peek(1)
			if err != nil || b[0] != ' ' && b[0] != '\t' {
				break
			}
			_, _ = l.r.Discard(1)
			if err := l.physical(); err != nil && !errors.Is(err, io.EOF) {
				return nil, err
			}
		}
		if len(bytes.TrimSpace(l.buf)) > 0 {
			return l.buf, nil
		}
	}
}

// physical appends a line without its end.
func (l *lines) physical() error {
	l.n++
	for some := false; ; some = true {
		b, err := l.r.ReadSlice('\n')
		if err == io.EOF && (len(b) > 0 || some) {
			err = nil
		} else if err == bufio.ErrBufferFull {
			l.add(b)
			continue
		} else if err != nil {
			return err
		}
		l.add(bytes.TrimRight(b, "\r\n"))
		return nil
	}
}

func (l *lines) add(b []byte) {
	if room := maxContent - len(l.buf); len(b) > room {
		b, l.cut = b[:room], true
	}
	l.buf = append(l.buf, b...)
}

// prop is a property: a content line, taken apart.
type prop struct {
	name   string // in capitals
	params []param
	value  string
}

type param struct{ name, value string }

// get returns a parameter's value, "" where it is not there.
func (p *prop) get(name string) string {
	for _, q := range p.params {
		if q.name == name {
			return q.value
		}
	}
	return ""
}

var errLine = errors.New("is no line of a calendar")

// property takes a content line apart. A parameter that is not well formed is
// left out; without a name or a value it is no property.
func property(line []byte) (prop, error) {
	if !utf8.Valid(line) {
		line = bytes.ToValidUTF8(line, []byte("\ufffd"))
	}
	s := string(line)
	end := strings.IndexAny(s, ";:")
	if end < 1 {
		return prop{}, errLine
	}
	p := prop{name: strings.ToUpper(s[:end])}
	for _, c := range []byte(p.name) {
		if (c < 'A' || c > 'Z') && (c < '0' || c > '9') && c != '-' && c != '_' {
			return prop{}, errLine
		}
	}
	for s = s[end:]; strings.HasPrefix(s, ";"); {
		end = paramEnd(s[1:]) + 1
		name, value, ok := strings.Cut(s[1:end], "=")
		if ok && len(p.params) < 50 {
			p.params = append(p.params, param{strings.ToUpper(name), strings.Trim(value, `"`)})
		}
		s = s[end:]
	}
	if !strings.HasPrefix(s, ":") {
		return prop{}, errLine
	}
	p.value = s[1:]
	return p, nil
}

// paramEnd returns where a parameter ends: at a semicolon or colon that is not
// in quotes.
func paramEnd(s string) int {
	quoted := false
	for i := range len(s) {
		switch c := s[i]; {
		case c == '"':
			quoted = !quoted
		case !quoted && (c == ';' || c == ':'):
			return i
		}
	}
	if quoted { // a quote that nobody closed must not swallow the value
		if i := strings.IndexAny(s, ";:"); i >= 0 {
			return i
		}
	}
	return len(s)
}

// unescape reads a value of the type TEXT (RFC 5545, 3.3.11).
func unescape(s string) string {
	if !strings.Contains(s, `\`) {
		return s
	}
	var b strings.Builder
	for i := 0; i < len(s); i++ {
		if s[i] != '\\' || i+1 == len(s) {
			b.WriteByte(s[i])
			continue
		}
		switch i++; s[i] {
		case 'n', 'N':
			b.WriteByte('\n')
		case '\\', ';', ',', ':', '"':
			b.WriteByte(s[i])
		default:
			b.WriteByte('\\')
			b.WriteByte(s[i])
		}
	}
	return b.String()
}
