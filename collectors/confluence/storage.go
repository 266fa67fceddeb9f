package confluence

import (
	"net/url"
	"strings"

	"github.com/dossier-report/dossier/evidence"
)

// rendered is a document as plain text, with what it links to.
type rendered struct {
	text  string
	links []string // addresses and issue keys, each once
}

// plain returns a document in storage format as a reader sees it: a line for
// each line, code as it stands, tasks with their box and date, cells parted by
// "|". called names whoever is mentioned by account id or user key; it may be
// nil.
//
// The format: https://confluence.atlassian.com/doc/confluence-storage-format-790796544.html
func plain(storage string, called func(ref string) string) rendered {
	w := writer{called: called, open: map[string]int{}, met: map[string]bool{}}
	for s := (scanner{storage}); ; {
		t, ok := s.next()
		if !ok {
			break
		}
		switch t.kind {
		case textPiece:
			w.text(t.text)
		case cdataPiece:
			w.verbatim(t.text)
		case startPiece:
			w.start(t)
		case endPiece:
			w.end(t.name)
		}
	}
	return rendered{text: tidy(w.out.String()), links: w.links}
}

type writer struct {
	called  func(string) string
	out     strings.Builder
	stack   []element
	open    map[string]int // elements that are open, by name: an end without a beginning costs nothing
	hidden  int            // open elements whose text no reader sees
	pre     int            // open elements whose white space counts
	newline bool           // the next text begins a line
	prefix  string         // what stands before it
	list    []int          // numbers of the lists that are open, -1 for one without
	param   string         // name of the parameter that is open
	held    string         // what a link shows that has no words of its own
	cells   int            // of the row so far
	macro   []string       // names of the macros that are open
	links   []string
	met     map[string]bool
}

type element struct {
	name   string
	hides  bool
	pre    bool
	list   bool
	macro  bool
	block  bool
	href   string
	before int // length of the text when it began
}

// blocks are the elements that stand on lines of their own.
var blocks = set(`p div h1 h2 h3 h4 h5 h6 ul ol li table tbody thead tr pre blockquote hr br
	ac:task ac:task-list ac:structured-macro ac:macro ac:rich-text-body ac:plain-text-body ac:layout ac:layout-section ac:layout-cell`)

// hides are the elements whose text no reader sees. Of what the new editor wrote
// twice, once for the old one, the fallback is left out.
var hides = set(`ac:task-id ac:task-uuid ac:task-status ac:placeholder ac:parameter ac:default-parameter ac:adf-attribute ac:adf-mark
	ac:adf-fallback script style`)

// empties never hold anything, ended or not.
var empties = set(`br hr img col wbr input meta link`)

func set(words string) map[string]bool {
	m := map[string]bool{}
	for _, w := range strings.Fields(words) {
		m[w] = true
	}
	return m
}

// text writes text of the document, its white space run together.
func (w *writer) text(s string) {
	if w.param != "" {
		w.parameter(s)
	}
	if w.open["ac:task-status"] > 0 && strings.TrimSpace(s) == "complete" {
		w.prefix = "[x] "
	}
	if w.hidden > 0 {
		return
	}
	if w.pre > 0 {
		w.lines(s)
		return
	}
	s = strings.Map(func(r rune) rune {
		switch r {
		case '\u00a0', '\n', '\r', '\t':
			return ' '
		case '\u200b', '\ufeff':
			return -1
		}
		return r
	}, s)
	words := strings.Join(strings.Fields(s), " ")
	if words == "" {
		if s != "" && !w.newline {
			w.space()
		}
		return
	}
	if !w.begin() && s[0] == ' ' {
		w.space()
	}
	w.out.WriteString(words)
	if s[len(s)-1] == ' ' {
		w.space()
	}
}

// space parts words, once.
func (w *writer) space() {
	if s := w.out.String(); s != "" && s[len(s)-1] != ' ' && s[len(s)-1] != '\n' {
		w.out.WriteByte(' ')
	}
}

// begin starts a line where one is due.
func (w *writer) begin() bool {
	if !w.newline && w.prefix == "" {
		return w.out.Len() == 0
	}
	if w.newline && w.out.Len() > 0 {
		w.out.WriteByte('\n')
	}
	w.out.WriteString(w.prefix)
	w.newline, w.prefix = false, ""
	return true
}

// verbatim writes a CDATA section: code, the words of a link, a parameter.
func (w *writer) verbatim(s string) {
	switch {
	case w.param != "":
		w.parameter(s)
	case w.hidden > 0:
	case w.open["ac:plain-text-link-body"] > 0:
		w.text(s)
	default:
		w.newline = true
		w.lines(s)
		w.newline = true
	}
}

func (w *writer) lines(s string) {
	w.begin()
	w.out.WriteString(strings.Trim(strings.NewReplacer("\r\n", "\n", "\r", "\n").Replace(s), "\n"))
}

// parameter reads the parameters that a reader sees: titles, the words of a
// status, the ticket that a macro shows.
func (w *writer) parameter(s string) {
	if w.open["ac:parameter"] == 0 {
		return
	}
	s = strings.Join(strings.Fields(s), " ")
	macro := ""
	if n := len(w.macro); n > 0 {
		macro = w.macro[n-1]
	}
	show := false
	switch {
	case s == "":
	case macro == "jira" && w.param == "key":
		show = true
		w.link(s)
	case w.param == "title":
		show = macro != "toc"
	case w.param == "url":
		w.link(s)
	}
	if !show {
		return
	}
	w.begin()
	w.out.WriteString(s)
	if macro != "jira" && macro != "status" {
		w.newline = true
	}
}

// link notes an address or an issue key.
func (w *writer) link(s string) {
	s = strings.TrimSpace(s)
	u, err := url.Parse(s)
	switch {
	case len(s) > 2000 || s == "":
		return
	case err == nil && (u.Scheme == "https" || u.Scheme == "http") && u.Host != "" && u.User == nil:
	case len(evidence.Keys(s)) == 1 && evidence.Keys(s)[0] == s:
	default:
		return
	}
	if !w.met[s] {
		w.met[s] = true
		w.links = append(w.links, s)
	}
}

func tidy(s string) string {
	var out []string
	blank := true
	for l := range strings.SplitSeq(s, "\n") {
		l = strings.TrimRight(l, " \t")
		if l == "" && blank {
			continue
		}
		blank = l == ""
		out = append(out, l)
	}
	return strings.TrimSpace(strings.ToValidUTF8(strings.Join(out, "\n"), "\ufffd"))
}
