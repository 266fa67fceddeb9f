package jira

import (
	"regexp"
	"strconv"
	"strings"
)

// plain returns Jira's wiki markup as plain text: what a reader sees, a line
// for each line, links with where they lead, code as it stands. called names
// whoever is mentioned by account id or login; it may be nil.
//
// The markup: https://jira.atlassian.com/secure/WikiRendererHelpAction.jspa?section=all
func plain(markup string, called func(ref string) string) string {
	w := wiki{called: called}
	return w.plain(strings.ReplaceAll(strings.ReplaceAll(markup, "\r\n", "\n"), "\r", "\n"))
}

type wiki struct {
	called func(string) string
	out    strings.Builder
	quoted bool
	count  []int // the numbers of the numbered lists that are open, the outermost first
}

// macro is every macro that marks something up; any other word in braces is
// text.
var macro = regexp.MustCompile(`\{(code|noformat|quote|panel|color|anchor|info|note|tip|warning|expand|adf|section|column|toc)(?::([^{}\n]*))?\}`)

func (w *wiki) plain(text string) string {
	at := 0
	var run strings.Builder // what stands between two macros that part lines
	verbatim := ""          // the macro whose end is waited for
	for _, m := range macro.FindAllStringSubmatchIndex(text, -1) {
		name := text[m[2]:m[3]]
		if verbatim != "" && name != verbatim {
			continue
		}
		run.WriteString(text[at:m[0]])
		at = m[1]
		switch {
		case name == "color" || name == "anchor":
			continue // they stand within a line, which goes on
		case verbatim != "":
			w.verbatim(run.String())
			verbatim = ""
			run.Reset()
			continue
		}
		w.lines(run.String())
		run.Reset()
		switch name {
		case "code", "noformat":
			verbatim = name
		case "quote":
			w.quoted = !w.quoted
		}
		if m[4] >= 0 {
			w.title(text[m[4]:m[5]])
		}
	}
	run.WriteString(text[at:])
	if verbatim != "" {
		w.verbatim(run.String())
	} else {
		w.lines(run.String())
	}
	return tidy(w.out.String())
}

// title writes the title among a macro's options.
func (w *wiki) title(options string) {
	for option := range strings.SplitSeq(options, "|") {
		if title, ok := strings.CutPrefix(option, "title="); ok && title != "" {
			w.line(title)
		}
	}
}

func (w *wiki) line(s string) {
	if w.quoted && strings.TrimSpace(s) != "" {
		w.out.WriteString("> ")
	}
	w.out.WriteString(s)
	w.out.WriteByte('\n')
}

func (w *wiki) verbatim(s string) {
	for l := range strings.SplitSeq(strings.Trim(s, "\n"), "\n") {
		w.line(l)
	}
}

var (
	heading  = regexp.MustCompile(`^\s*h[1-6]\.\s+`)
	blockRow = regexp.MustCompile(`^\s*bq\.\s+`)
	listItem = regexp.MustCompile(`^\s*([*#]+|-+)\s+`)
	ruleLine = regexp.MustCompile(`^\s*-{4,}\s*$`)
)

func (w *wiki) lines(s string) {
	if strings.Trim(s, "\n ") == "" {
		return
	}
	for l := range strings.SplitSeq(strings.Trim(s, "\n"), "\n") {
		w.marked(l)
	}
}

// marked writes a line without its markup.
func (w *wiki) marked(l string) {
	switch mark := listItem.FindStringSubmatch(l); {
	case ruleLine.MatchString(l):
		w.count = nil
		return
	case mark != nil && len(mark[1]) <= 9:
		w.line(w.bullet(mark[1]) + w.inline(l[len(mark[0]):]))
		return
	case strings.TrimSpace(l) != "":
		w.count = nil
	}
	switch trimmed := strings.TrimSpace(l); {
	case strings.HasPrefix(trimmed, "|"):
		w.line(w.row(trimmed))
	case blockRow.MatchString(l):
		w.line("> " + w.inline(l[len(blockRow.FindString(l)):]))
	default:
		w.line(w.inline(l[len(heading.FindString(l)):]))
	}
}

// bullet returns what stands before an item of a list: two blanks for each
// list around it, and "- " or its number.
func (w *wiki) bullet(mark string) string {
	depth := len(mark)
	for len(w.count) < depth {
		w.count = append(w.count, 0)
	}
	w.count = w.count[:depth]
	indent := strings.Repeat("  ", depth-1)
	if mark[depth-1] != '#' {
		return indent + "- "
	}
	w.count[depth-1]++
	return indent + strconv.Itoa(w.count[depth-1]) + ". "
}

// row returns a row of a table, its cells apart.
func (w *wiki) row(l string) string {
	// A link holds a bar of its own, so links go first.
	l = w.inline(l)
	var cells []string
	for c := range strings.SplitSeq(strings.Trim(strings.ReplaceAll(l, "||", "|"), "|"), "|") {
		cells = append(cells, strings.TrimSpace(c))
	}
	return strings.Join(cells, " | ")
}

var (
	wikiLink  = regexp.MustCompile(`\[([^\[\]\n]+)\]`)
	wikiImage = regexp.MustCompile(`(?i)!([^\s!|][^!|\n]*\.(?:png|jpe?g|gif|svg|webp|bmp|mp4|mov|pdf))(?:\|[^!\n]*)?!`)
	monospace = regexp.MustCompile(`\{\{([^\n]+?)\}\}`)
	escaped   = regexp.MustCompile(`\\([-*_?{}\[\]!+^~#|(])`)
	strong    = emphasis(`\*`)
	italic    = emphasis(`_`)
	inserted  = emphasis(`\+`)
)

// emphasis matches what stands between two marks at the edges of words.
func emphasis(mark string) *regexp.Regexp {
	return regexp.MustCompile(`(^|[\s(\[{,.;:!?"'>*_+-])` + mark + `([^\s` + mark + `\n](?:[^` + mark + `\n]*[^\s` + mark + `\n])?)` + mark + `($|[\s)\]},.;:!?"'<*_+-])`)
}

// inline takes the markup out of what stands within a line.
func (w *wiki) inline(l string) string {
	// A forced line break.
	l = strings.ReplaceAll(l, `\\`, " ")
	l = wikiImage.ReplaceAllString(l, "$1")
	l = wikiLink.ReplaceAllStringFunc(l, func(s string) string { return w.link(s[1 : len(s)-1]) })
	l = monospace.ReplaceAllString(l, "`$1`")
	for _, form := range []*regexp.Regexp{strong, italic, inserted} {
		// Twice: two that share the blank between them match one at a time.
		for range 2 {
			l = form.ReplaceAllString(l, "$1$2$3")
		}
	}
	l = escaped.ReplaceAllString(l, "$1")
	return strings.TrimRight(l, " \t")
}

// link returns what is between two brackets as text.
func (w *wiki) link(s string) string {
	if who, ok := strings.CutPrefix(s, "~"); ok {
		who = strings.TrimPrefix(who, "accountid:")
		if w.called != nil {
			if name := w.called(who); name != "" {
				return "@" + name
			}
		}
		return "@" + who
	}
	if file, ok := strings.CutPrefix(s, "^"); ok {
		return file
	}
	text, rest, named := strings.Cut(s, "|")
	to, _, _ := strings.Cut(rest, "|") // "|smart-link" may follow
	switch {
	case !named && isAddress(s):
		return strings.TrimPrefix(s, "mailto:")
	case !named:
		return "[" + s + "]" // no link: a list of a program, a remark
	case !isAddress(to):
		return text
	case to == text || to == "mailto:"+text:
		return text
	}
	return text + " (" + strings.TrimPrefix(to, "mailto:") + ")"
}

func isAddress(s string) bool {
	return strings.HasPrefix(s, "http://") || strings.HasPrefix(s, "https://") || strings.HasPrefix(s, "mailto:")
}

// tidy drops blanks at the ends of lines, more than one empty line in a row,
// and those at both ends.
func tidy(s string) string {
	var b strings.Builder
	empty := 0
	for l := range strings.SplitSeq(s, "\n") {
		l = strings.TrimRight(l, " \t\u00a0")
		if l == "" {
			empty++
			continue
		}
		if b.Len() > 0 {
			b.WriteByte('\n')
			if empty > 0 {
				b.WriteByte('\n')
			}
		}
		empty = 0
		b.WriteString(l)
	}
	return b.String()
}
