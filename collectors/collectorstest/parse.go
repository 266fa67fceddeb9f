package collectorstest

import (
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"
)

// An exchange is one recorded request and its answer.
type exchange struct {
	file string // in which it stands, for messages
	line int    // of its marker

	// the request
	method string
	target string // as written
	base   string // scheme and host; empty matches every host
	path   []string
	query  url.Values
	must   http.Header // headers that the request must carry; "*" is any value
	mustBe []string    // headers that it must not carry
	body   *string     // nil: the request has no body; "*": any

	// the answer
	status int
	header http.Header
	answer []byte
	fail   string        // the connection breaks with this text instead
	cut    bool          // the body ends too early
	repeat bool          // may be asked for any number of times
	after  time.Duration // how long the answer takes
}

// parse reads the exchanges of a file; see [Open] for its form. It reports all
// that is wrong at once, each with name and line.
func parse(name, text string) ([]*exchange, error) {
	var (
		list []*exchange
		errs []error
		open *exchange
		body []string
		from int
	)
	fail := func(line int, err error) {
		if err != nil {
			errs = append(errs, fmt.Errorf("%s:%d: %w", name, line, err))
		}
	}
	finish := func() {
		if open == nil {
			return
		}
		off, err := open.fill(body)
		fail(from+off, err)
		open, body = nil, nil
	}
	for i, line := range strings.Split(text, "\n") {
		n := i + 1
		inner, ok := marker(line)
		if !ok {
			body = append(body, line)
			continue
		}
		finish()
		body, from = nil, n+1
		x, err := request(inner)
		if err != nil {
			fail(n, err)
			continue
		}
		x.file, x.line = name, n
		open = x
		list = append(list, x)
	}
	finish()
	if len(list) == 0 && len(errs) == 0 {
		fail(1, errors.New(`no exchange: a line such as "-- GET https://acme.test/ --" begins one`))
	}
	return list, errors.Join(errs...)
}

// marker returns what stands between "-- " and " --" on a line of its own.
func marker(line string) (string, bool) {
	line = strings.TrimRight(line, " \t\r")
	inner, ok := strings.CutPrefix(line, "-- ")
	if !ok {
		return "", false
	}
	inner, ok = strings.CutSuffix(inner, " --")
	return strings.TrimSpace(inner), ok
}

// request reads "METHOD URL".
func request(s string) (*exchange, error) {
	method, target, ok := strings.Cut(s, " ")
	target = strings.TrimSpace(target)
	if !ok || method == "" || strings.ToUpper(method) != method || strings.Trim(method, "ABCDEFGHIJKLMNOPQRSTUVWXYZ") != "" {
		return nil, fmt.Errorf("%q is not METHOD URL\n(a line of a body that looks like this one is written as \\x2d- in a quoted body)", s)
	}
	x := &exchange{method: method, target: target, status: http.StatusOK, header: http.Header{}, must: http.Header{}}
	rest := target
	if scheme, after, ok := strings.Cut(target, "://"); ok && !strings.ContainsAny(scheme, "/?") {
		host, path := after, ""
		if i := strings.IndexAny(after, "/?"); i >= 0 {
			host, path = after[:i], after[i:]
		}
		if host == "" || scheme != "http" && scheme != "https" {
			return nil, fmt.Errorf("%q is not an address of http or https", target)
		}
		x.base, rest = scheme+"://"+strings.ToLower(host), path
	} else if !strings.HasPrefix(target, "/") {
		return nil, fmt.Errorf("%q is neither https://host/path nor /path", target)
	}
	path, query, _ := strings.Cut(rest, "?")
	x.path = segments(path)
	x.query = fields(query)
	return x, nil
}

// fill reads what stands below the marker. The number is that of the line,
// counted from the first below the marker, that an error is about.
func (x *exchange) fill(lines []string) (int, error) {
	i := 0
	for ; i < len(lines) && strings.HasPrefix(lines[i], ">"); i++ {
		if err := x.demand(strings.TrimRight(strings.TrimPrefix(lines[i][1:], " "), "\r")); err != nil {
			return i, err
		}
	}
	quoted := false
	if i < len(lines) && strings.HasPrefix(lines[i], "HTTP ") {
		var err error
		if quoted, err = x.statusLine(strings.Fields(lines[i])[1:]); err != nil {
			return i, err
		}
		for i++; i < len(lines); i++ {
			line := strings.TrimRight(lines[i], "\r")
			if line == "" {
				i++
				break
			}
			name, value, ok := strings.Cut(line, ":")
			if !ok || strings.ContainsAny(name, " \t{[<\"") || name == "" {
				return i, fmt.Errorf("%q is not a header; an empty line stands before the body", line)
			}
			x.header.Add(name, strings.TrimSpace(value))
		}
	}
	text := strings.TrimRight(strings.Join(lines[i:], "\n"), "\r\n")
	x.answer = []byte(text)
	if quoted {
		raw, off, err := unquote(text)
		if err != nil {
			return i + off, err
		}
		x.answer = raw
	}
	if x.header.Get("Content-Type") == "" && len(x.answer) > 0 {
		x.header.Set("Content-Type", contentType(text))
	}
	return 0, nil
}

// demand reads one line of the request's block, without its ">".
func (x *exchange) demand(line string) error {
	switch {
	case x.body != nil:
		*x.body += "\n" + line
		return nil
	case line == "":
		x.body = new(string)
		return nil
	case line == "*":
		any := "*"
		x.body = &any
		return nil
	case strings.HasPrefix(line, "!"):
		name := strings.TrimSpace(line[1:])
		if name == "" || strings.ContainsAny(name, ": ") {
			return fmt.Errorf("%q does not name the header that must be absent", line)
		}
		x.mustBe = append(x.mustBe, name)
		return nil
	case strings.HasPrefix(line, "{") || strings.HasPrefix(line, "["):
		x.body = &line
		return nil
	}
	name, value, ok := strings.Cut(line, ":")
	if !ok || strings.Contains(name, " ") || name == "" {
		return fmt.Errorf("%q is neither \"Header: value\", \"! Header\" nor a JSON body; an empty \"> \" line stands before any other body", line)
	}
	x.must.Add(name, strings.TrimSpace(value))
	return nil
}

// statusLine reads what follows "HTTP".
func (x *exchange) statusLine(words []string) (quoted bool, err error) {
	if len(words) == 0 {
		return false, errors.New(`"HTTP" without a status`)
	}
	if words[0] == "error" {
		x.fail = strings.Join(words[1:], " ")
		if x.fail == "" {
			x.fail = "connection reset by peer"
		}
		return false, nil
	}
	x.status, err = strconv.Atoi(words[0])
	if err != nil || x.status < 200 || x.status > 599 {
		return false, fmt.Errorf("status %q is not 200 to 599", words[0])
	}
	for _, w := range words[1:] {
		switch key, value, _ := strings.Cut(w, "="); key {
		case "quoted":
			quoted = true
		case "repeat":
			x.repeat = true
		case "cut":
			x.cut = true
		case "after":
			if x.after, err = time.ParseDuration(value); err != nil || x.after < 0 {
				return false, fmt.Errorf("%q is not a length of time such as after=2s", w)
			}
		default:
			return false, fmt.Errorf("%q is none of quoted, repeat, cut, after=2s", w)
		}
	}
	return quoted, nil
}

// unquote resolves Go's escapes, such as \xff, \n and \\. The end of a line is
// not part of the body unless it is written as \n.
func unquote(s string) (raw []byte, line int, err error) {
	for n, l := range strings.Split(s, "\n") {
		for l = strings.TrimRight(l, "\r"); l != ""; {
			if l[0] == '"' || l[0] == '\'' {
				raw, l = append(raw, l[0]), l[1:]
				continue
			}
			r, multi, tail, err := strconv.UnquoteChar(l, 0)
			if err != nil {
				return nil, n, fmt.Errorf("%q is not a quoted body: %w", l, err)
			}
			if r < 0x80 || !multi {
				raw = append(raw, byte(r))
			} else {
				raw = append(raw, string(r)...)
			}
			l = tail
		}
	}
	return raw, 0, nil
}

func contentType(body string) string {
	body = strings.TrimSpace(body)
	switch {
	case strings.HasPrefix(body, "{"), strings.HasPrefix(body, "["):
		return "application/json; charset=utf-8"
	case strings.HasPrefix(body, "<"):
		return "text/html; charset=utf-8"
	}
	return "text/plain; charset=utf-8"
}
