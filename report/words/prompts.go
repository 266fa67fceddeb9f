package words

import (
	"slices"
	"strconv"
	"strings"
)

// Place is where in the file something is, or is to be, written.
type Place struct {
	Part  string // one of the kinds of parts
	Name  string // id of an objective or an item; number of a question, or of a priority or request among its like; empty for the thesis
	Field string // one of the fields; empty for the text right below the heading
	Title string // of a key result
}

// String returns the headings that lead there: "## objective mentoring, ### claim".
func (p Place) String() string {
	s := "## " + p.Part
	switch {
	case p.Name == "":
	case slices.Contains(named, p.Part):
		s += " " + p.Name
	default:
		s += " (number " + p.Name + ")"
	}
	if p.Field != "" {
		b := p.fieldBlock()
		s += ", ### " + b.title()
	}
	return s
}

func (p Place) fieldBlock() block {
	b := block{kind: p.Field}
	if p.Field == KeyResult {
		b.name = oneLine(p.Title)
	}
	return b
}

// Prompt is what to write at a place, and what the records know of it.
type Prompt struct {
	Place
	Says []string // each on a line; foreign text is allowed
}

// Head is what a new file begins with.
const Head = `# My words for the review: what no record can say.
# Parts begin with "## ", their fields with "### "; lines of "# " are comments.
# Lines of "#? " are prompts: they come and go with every "dossier write".
`

// Ask returns the file with the prompts in it, each below the heading of its
// place, which is added where it is missing. Prompts that were there before are
// gone, and no word or comment of the person's is changed.
func (f *File) Ask(prompts []Prompt) *File {
	out := f.Strip()
	if len(out.head) == 0 && len(out.parts) == 0 {
		out.head = append(strings.Split(strings.TrimSuffix(Head, "\n"), "\n"), "")
	}
	for _, p := range prompts {
		b := out.at(p.Place)
		var lines []string
		for _, s := range p.Says {
			for _, l := range strings.FieldsFunc(clean(s), func(r rune) bool { return r == '\n' }) {
				lines = append(lines, "#? "+strings.TrimSpace(l))
			}
		}
		if b.text() == "" && len(b.lines) > 0 && b.lines[len(b.lines)-1] == "" {
			// An empty field that the person keeps open: the blank line stays below.
			b.lines = b.lines[:len(b.lines)-1]
		}
		b.lines = append(append(b.lines, lines...), "")
	}
	return out
}

// clean takes out of foreign text what [Parse] refuses and what could hide in an
// editor: control characters, and those that only change how others show.
func clean(s string) string {
	return strings.Map(func(r rune) rune {
		switch {
		case r == '\n':
			return r
		case r < ' ', r >= 0x7f && r < 0xa0, r == 0xfffd, r == 0xfeff, r == 0x2028, r == 0x2029,
			r >= 0x200b && r <= 0x200f, r >= 0x202a && r <= 0x202e, r >= 0x2060 && r <= 0x206f:
			return ' '
		}
		return r
	}, s)
}

// at returns the block of a place, which it adds where it is missing.
func (f *File) at(p Place) *block {
	found := f.find(p)
	if found == nil {
		if last := f.last(); last != nil && (len(last.lines) == 0 || last.lines[len(last.lines)-1] != "") {
			last.lines = append(last.lines, "")
		}
		f.parts = append(f.parts, part{block: block{kind: p.Part}})
		found = &f.parts[len(f.parts)-1]
		if slices.Contains(named, p.Part) {
			found.name = p.Name
		}
	}
	if p.Field == "" {
		return &found.block
	}
	want := p.fieldBlock()
	for i := range found.fields {
		if strings.EqualFold(found.fields[i].title(), want.title()) {
			return &found.fields[i]
		}
	}
	found.fields = append(found.fields, want)
	return &found.fields[len(found.fields)-1]
}

// find returns the part of a place, nil where there is none.
func (f *File) find(p Place) *part {
	nth := 0
	for i := range f.parts {
		q := &f.parts[i]
		switch {
		case q.kind != p.Part:
		case slices.Contains(named, p.Part):
			if q.name == p.Name {
				return q
			}
		case p.Part == ThesisPart:
			return q
		default:
			if nth++; strconv.Itoa(nth) == p.Name {
				return q
			}
		}
	}
	return nil
}

// Strip returns the file without prompts, and without the headings below which
// nothing stands then.
func (f *File) Strip() *File {
	out := &File{head: slices.Clone(f.head)}
	for i := range f.parts {
		p := part{block: f.parts[i].strip()}
		for j := range f.parts[i].fields {
			if fd := f.parts[i].fields[j].strip(); len(fd.lines) > 0 && !fd.empty() {
				p.fields = append(p.fields, fd)
			}
		}
		if !p.empty() || len(p.fields) > 0 {
			out.parts = append(out.parts, p)
		}
	}
	return out
}

// empty reports whether nothing stands below the heading, no comment either.
func (b *block) empty() bool {
	return !slices.ContainsFunc(b.lines, func(l string) bool { return l != "" })
}

func (b *block) strip() block {
	out := *b
	out.lines = slices.DeleteFunc(slices.Clone(b.lines), isPrompt)
	return out
}

// Escape returns text as it may stand below a heading.
func Escape(text string) string {
	lines := strings.Split(text, "\n")
	for i, l := range lines {
		if strings.HasPrefix(l, "#") || strings.HasPrefix(l, `\#`) || strings.HasPrefix(l, `\\`) {
			lines[i] = `\` + l
		}
	}
	return strings.Join(lines, "\n")
}
