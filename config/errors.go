package config

import (
	"cmp"
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strings"

	"go.yaml.in/yaml/v4"

	"github.com/dossier-report/dossier/collectors"
)

// maxProblems is how many problems an [Error] holds.
const maxProblems = 20

// Error says what is wrong with a configuration: every problem at once, each
// with its place and the line itself.
//
//	dossier.yaml:6:13: weight must be at most 1
//	     5 |     title: Ship
//	  >  6 |     weight: 3
type Error struct {
	Problems []Problem // by place; at most twenty
	More     int       // problems beyond those
	err      error     // what went wrong outside of the file, for errors.Is
}

// Problem is one thing that is wrong in a configuration.
type Problem struct {
	File         string
	Line, Column int    // from 1; 0 where the file as a whole is meant
	Message      string // what is wrong; what to do about it on further lines
	Excerpt      string // the line with the one before, without secrets
}

// Error prints every problem with its excerpt.
func (e *Error) Error() string {
	var b strings.Builder
	for i, p := range e.Problems {
		if i > 0 {
			b.WriteByte('\n')
		}
		b.WriteString(p.String())
	}
	if e.More > 0 {
		fmt.Fprintf(&b, "\nand %d more", e.More)
	}
	return b.String()
}

// Unwrap returns what went wrong outside of the file, such as fs.ErrNotExist.
func (e *Error) Unwrap() error { return e.err }

// String prints the place and the message, the excerpt and then the hints.
func (p Problem) String() string {
	message, hints, _ := strings.Cut(p.Message, "\n")
	var b strings.Builder
	switch {
	case p.Line > 0:
		fmt.Fprintf(&b, "%s:%d:%d: %s", p.File, p.Line, p.Column, message)
	case p.File != "":
		fmt.Fprintf(&b, "%s: %s", p.File, message)
	default:
		b.WriteString(message)
	}
	if p.Excerpt != "" {
		b.WriteString("\n" + p.Excerpt)
	}
	if hints != "" {
		b.WriteString("\n" + hints)
	}
	return b.String()
}

// document is a file's text, to quote from, and what is wrong in it.
type document struct {
	name     string
	lines    []string
	secret   map[int]int // lines that hold a secret, with the column where it begins
	problems []Problem
	placed   map[[2]int]bool // lines and columns that have a problem
	more     int             // problems beyond maxKept
}

// maxKept is how many problems are kept until they are sorted: a hostile file
// can have a hundred thousand.
const maxKept = 1000

func newDocument(name string, text []byte) *document {
	d := document{name: name, lines: strings.Split(string(text), "\n")}
	return d.again()
}

// again returns a document of the same text without problems.
func (d *document) again() *document {
	return &document{name: d.name, lines: d.lines, secret: make(map[int]int), placed: make(map[[2]int]bool)}
}

// at notes a problem. A second one at the same place is dropped: it follows
// from the first.
func (d *document) at(line, column int, message string) {
	place := [2]int{line, column}
	switch {
	case d.placed[place]:
		return
	case len(d.problems) >= maxKept:
		d.more++
		return
	}
	d.placed[place] = true
	d.problems = append(d.problems, Problem{File: d.name, Line: line, Column: column, Message: message})
}

func (d *document) bad(n *yaml.Node, format string, a ...any) {
	d.at(n.Line, n.Column, fmt.Sprintf(format, a...))
}

// hide keeps a node's text out of every excerpt.
func (d *document) hide(n *yaml.Node) {
	last := lastLine(n)
	for l := n.Line; l <= last && l <= len(d.lines); l++ {
		if column, ok := d.secret[l]; l > n.Line || !ok || n.Column < column {
			d.secret[l] = 1
			if l == n.Line {
				d.secret[l] = n.Column
			}
		}
	}
}

// lastLine returns the last line that a node may reach to. How often a scalar's
// text was broken is no longer known when it is read: every space may have been
// an end of line.
func lastLine(n *yaml.Node) int {
	last := n.Line + strings.Count(n.Value, "\n") + strings.Count(n.Value, " ")
	if n.Kind == yaml.ScalarNode && n.Style != 0 {
		last++
	}
	for _, c := range n.Content {
		last = max(last, lastLine(c))
	}
	return last
}

// err returns the problems as an [Error], nil when there are none.
func (d *document) err() error {
	if len(d.problems) == 0 {
		return nil
	}
	slices.SortStableFunc(d.problems, func(a, b Problem) int {
		return cmp.Or(cmp.Compare(a.Line, b.Line), cmp.Compare(a.Column, b.Column))
	})
	e := &Error{Problems: d.problems, More: d.more}
	if n := len(e.Problems); n > maxProblems {
		e.Problems, e.More = e.Problems[:maxProblems], e.More+n-maxProblems
	}
	for i := range e.Problems {
		e.Problems[i].Excerpt = d.excerpt(e.Problems[i].Line, e.Problems[i].Column)
	}
	return e
}

// excerpt quotes a line and the one before it.
func (d *document) excerpt(line, column int) string {
	if line < 1 || line > len(d.lines) {
		return ""
	}
	var b strings.Builder
	if line > 1 {
		fmt.Fprintf(&b, "   %3d | %s\n", line-1, d.quote(line-1, 1))
	}
	fmt.Fprintf(&b, "  >%3d | %s", line, d.quote(line, column))
	return b.String()
}

const maxQuote = 120

// quote returns a line without secrets and control characters, cut around the
// column when it is long.
func (d *document) quote(line, column int) string {
	text := []rune(strings.ToValidUTF8(strings.TrimRight(d.lines[line-1], "\r"), "\ufffd"))
	if from, ok := d.secret[line]; ok && from-1 < len(text) {
		text = append(text[:from-1:from-1], []rune("***")...)
	}
	s := hideSecrets(string(text))
	text = []rune(s)
	start := 0
	if column > maxQuote/2 {
		start = min(column-maxQuote/2, max(0, len(text)-maxQuote))
	}
	end := min(len(text), start+maxQuote)
	s = strings.Map(func(r rune) rune {
		if r < ' ' || r >= 0x7f && r < 0xa0 {
			return ' '
		}
		return r
	}, string(text[start:end]))
	if start > 0 {
		s = "…" + s
	}
	if end < len(text) {
		s += "…"
	}
	return s
}

// secretKey finds a key that says its value is secret, known to the schema or
// misspelt.
var secretKey = regexp.MustCompile(`(?i)((?:tok\w*|secret|passw\w*|pwd|api[_-]?key|credential|bearer)\w*["']?\s*:\s*)(["']?)([^\s,}]+)`)

// hideSecrets masks what looks like a secret in a line of the file.
func hideSecrets(line string) string {
	line = secretKey.ReplaceAllStringFunc(line, func(m string) string {
		part := secretKey.FindStringSubmatch(m)
		if strings.HasPrefix(part[3], "env:") || strings.HasPrefix(part[3], "keyring") {
			return m
		}
		return part[1] + "***"
	})
	return collectors.NewRedactor().Text(line)
}

// each calls yield for every error that err joins.
func each(err error, yield func(error)) {
	if joined, ok := err.(interface{ Unwrap() []error }); ok {
		for _, e := range joined.Unwrap() {
			each(e, yield)
		}
		return
	}
	if err != nil {
		yield(err)
	}
}

// isHidden reports whether an error is about a text that must not be shown.
func isHidden(err error) bool {
	var h interface{ Hidden() }
	return errors.As(err, &h)
}

// nearest returns the word that was probably meant, "" when none is near.
func nearest(word string, words []string) string {
	best, least := "", max(1, len(word)/3)+1
	for _, w := range words {
		if len(word) > 2 && strings.HasPrefix(strings.ToLower(w), strings.ToLower(word)) {
			return w
		}
		if abs := max(len(w)-len(word), len(word)-len(w)); abs >= least {
			continue
		}
		if d := distance(strings.ToLower(word), strings.ToLower(w)); d < least {
			best, least = w, d
		}
	}
	return best
}

// distance is how many letters must be put in, left out, changed or swapped
// with the next to make b of a (the optimal string alignment distance).
func distance(a, b string) int {
	if len(a) > 64 || len(b) > 64 {
		return 64
	}
	var before []int
	prev := make([]int, len(b)+1)
	for j := range prev {
		prev[j] = j
	}
	for i := range len(a) {
		row := make([]int, len(b)+1)
		row[0] = i + 1
		for j := range len(b) {
			change := prev[j]
			if a[i] != b[j] {
				change++
			}
			row[j+1] = min(prev[j+1]+1, row[j]+1, change)
			if i > 0 && j > 0 && a[i] == b[j-1] && a[i-1] == b[j] {
				row[j+1] = min(row[j+1], before[j-1]+1)
			}
		}
		before, prev = prev, row
	}
	return prev[len(b)]
}
