package words

import (
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"
)

// MaxSize is the largest file that is read, in bytes.
const MaxSize = 1 << 20

// File is the words file with its comments and its order.
type File struct {
	head  []string // comments before the first part
	parts []part
}

// part is a part of the file.
type part struct {
	block
	fields []block
}

// block is a heading with the lines below it, as they stand in the file.
type block struct {
	kind, name string
	at         int // line in the file, from 1; 0 where it was added
	lines      []string
}

const conflict = "\nkeep the words of both sides that you want and delete the markers"

// Parse reads the file. Everything that is wrong with it is told at once, each
// with the number of its line.
func Parse(text string) (*File, error) {
	if len(text) > MaxSize {
		return nil, errors.New("is larger than 1 MiB")
	}
	f := &File{}
	var errs []error
	text = strings.TrimPrefix(strings.ReplaceAll(text, "\r\n", "\n"), "\ufeff")
	if text == "" {
		return f, nil
	}
	for i, l := range strings.Split(strings.TrimSuffix(text, "\n"), "\n") {
		if err := f.take(i+1, strings.TrimRight(l, " \t")); err != nil {
			errs = append(errs, fmt.Errorf("line %d: %w", i+1, err))
		}
	}
	errs = append(errs, f.problems()...)
	if err := errors.Join(errs...); err != nil {
		return nil, err
	}
	return f, nil
}

// take adds a line.
func (f *File) take(n int, l string) error {
	switch {
	case !utf8.ValidString(l):
		return errors.New("is not UTF-8")
	case strings.ContainsFunc(l, func(r rune) bool { return unicode.IsControl(r) && r != '\t' }):
		return errors.New("holds a control character")
	case isMarker(l):
		return fmt.Errorf("marker of a merge conflict: %.40q"+conflict, l)
	case strings.HasPrefix(l, "####"), l == "###", l == "##":
		return fmt.Errorf("%.40q is no heading\na part opens with \"## \", a field of it with \"### \"; text that begins with # is written \\#", l)
	}
	if title, ok := strings.CutPrefix(l, "### "); ok {
		return f.openField(n, title)
	}
	if title, ok := strings.CutPrefix(l, "## "); ok {
		return f.openPart(n, title)
	}
	if last := f.last(); last != nil {
		last.lines = append(last.lines, l)
		return nil
	}
	if l != "" && !isComment(l) {
		return errors.New("text before the first heading\nbegin a part first: ## thesis")
	}
	f.head = append(f.head, l)
	return nil
}

func isMarker(l string) bool {
	for _, m := range []string{"<<<<<<<", "|||||||", "=======", ">>>>>>>"} {
		if l == m || strings.HasPrefix(l, m+" ") {
			return true
		}
	}
	return false
}

func isComment(l string) bool { return l == "#" || strings.HasPrefix(l, "# ") || isPrompt(l) }

func isPrompt(l string) bool { return l == "#?" || strings.HasPrefix(l, "#? ") }

// last returns the block that was opened last, nil before the first.
func (f *File) last() *block {
	if len(f.parts) == 0 {
		return nil
	}
	p := &f.parts[len(f.parts)-1]
	if n := len(p.fields); n > 0 {
		return &p.fields[n-1]
	}
	return &p.block
}

func (f *File) openPart(n int, title string) error {
	kind, name, _ := strings.Cut(strings.TrimSpace(title), " ")
	kind, name = strings.ToLower(kind), strings.TrimSpace(name)
	var err error
	switch _, hasFields := fields[kind]; {
	case !hasFields && !slices.Contains(bare, kind):
		err = fmt.Errorf("no part %.60q\nparts are: thesis, objective ID, card ID, priority, request, answer NUMBER", title)
	case slices.Contains(named, kind) && name == "":
		err = fmt.Errorf("%q needs a name behind it", kind)
	case !slices.Contains(named, kind) && name != "":
		err = fmt.Errorf("%q takes nothing behind it; the text goes below", kind)
	case kind == AnswerPart:
		if i, bad := strconv.Atoi(name); bad != nil || i < 1 || strconv.Itoa(i) != name {
			err = fmt.Errorf("%.20q is no number of a question", name)
		}
	}
	// A part that cannot be is kept open all the same: its lines are not wrong too.
	f.parts = append(f.parts, part{block: block{kind: kind, name: name, at: n}})
	return err
}

func (f *File) openField(n int, title string) error {
	if len(f.parts) == 0 {
		return errors.New("a field before the first part\nbegin a part first: ## objective ID")
	}
	p := &f.parts[len(f.parts)-1]
	title = oneLine(title)
	kind, name := strings.ToLower(title), ""
	if rest, ok := strings.CutPrefix(kind, KeyResult+" "); ok {
		kind, name = KeyResult, title[len(title)-len(rest):]
		// Lower case may be longer or shorter than what it is of.
		if i := len(KeyResult) + 1; i <= len(title) && strings.EqualFold(title[:i], KeyResult+" ") {
			name = title[i:]
		}
	}
	p.fields = append(p.fields, block{kind: kind, name: name, at: n})
	known, ok := fields[p.kind]
	switch {
	case !ok && !slices.Contains(bare, p.kind):
		return nil // the part's own heading is the fault
	case !ok:
		return fmt.Errorf("a %s has no fields; the text goes right below its heading", p.kind)
	case !slices.Contains(known, kind):
		return fmt.Errorf("no field %.60q of a part %q\nfields are: %s", title, p.kind, strings.Join(known, ", "))
	case kind == KeyResult && name == "":
		return errors.New("a key result needs its title behind it")
	}
	return nil
}

// problems returns what no line alone shows.
func (f *File) problems() []error {
	var errs []error
	bad := func(b *block, format string, a ...any) {
		errs = append(errs, fmt.Errorf("line %d: %s", b.at, fmt.Sprintf(format, a...)))
	}
	seen := map[string]int{}
	priorities := 0
	for i := range f.parts {
		p := &f.parts[i]
		if p.kind == PriorityPart {
			if priorities++; priorities > MaxPriorities {
				bad(&p.block, "priority number %d; at most %d are read", priorities, MaxPriorities)
			}
		}
		if p.kind != PriorityPart && p.kind != RequestPart {
			if at := seen[p.title()]; at > 0 {
				bad(&p.block, "%q stands in line %d already\nput the words together", p.title(), at)
			} else {
				seen[p.title()] = p.at
			}
		}
		if !slices.Contains(bare, p.kind) && p.text() != "" && fields[p.kind] != nil {
			bad(&p.block, "text right below %q\nbegin a field of it first: ### %s", p.title(), fields[p.kind][0])
		}
		own := map[string]int{}
		for j := range p.fields {
			fd := &p.fields[j]
			if at := own[strings.ToLower(fd.title())]; at > 0 {
				bad(fd, "%q stands in line %d already\nput the words together", fd.title(), at)
			} else {
				own[strings.ToLower(fd.title())] = fd.at
			}
			if t := fd.text(); p.kind == PriorityPart && fd.kind == Date && t != "" {
				if _, err := time.Parse(time.DateOnly, t); err != nil {
					bad(fd, "%.40q is no day of the form YYYY-MM-DD", t)
				}
			}
		}
	}
	return errs
}

// title is the heading without its marks.
func (b *block) title() string {
	if b.name == "" {
		return b.kind
	}
	return b.kind + " " + b.name
}

// text returns the words below the heading.
func (b *block) text() string {
	var out []string
	for _, l := range b.lines {
		if isComment(l) {
			continue
		}
		if strings.HasPrefix(l, `\#`) || strings.HasPrefix(l, `\\`) {
			l = l[1:]
		}
		out = append(out, l)
	}
	return strings.TrimSpace(strings.Join(out, "\n"))
}

// field returns the words of a field of the part, empty where there is none.
func (p *part) field(kind string) string {
	for i := range p.fields {
		if p.fields[i].kind == kind {
			return p.fields[i].text()
		}
	}
	return ""
}

// String returns the file's text. What was parsed comes back as it was, but for
// line ends, blanks at the end of a line and the spaces in a heading.
func (f *File) String() string {
	var b strings.Builder
	write := func(ls []string) {
		for _, l := range ls {
			b.WriteString(l + "\n")
		}
	}
	write(f.head)
	for i := range f.parts {
		p := &f.parts[i]
		b.WriteString("## " + p.title() + "\n")
		write(p.lines)
		for j := range p.fields {
			b.WriteString("### " + p.fields[j].title() + "\n")
			write(p.fields[j].lines)
		}
	}
	return b.String()
}
