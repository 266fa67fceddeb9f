package notes

import (
	"regexp"
	"strings"
	"time"

	"github.com/yuin/goldmark"
	"github.com/yuin/goldmark/ast"
	"github.com/yuin/goldmark/extension"
	east "github.com/yuin/goldmark/extension/ast"
	"github.com/yuin/goldmark/text"
	"go.abhg.dev/goldmark/hashtag"
	"go.abhg.dev/goldmark/wikilink"
)

// document is a note's Markdown as sections.
type document struct {
	sections []section // the first may have no heading
	tags     []string
}

// section is a heading with what stands below it, up to the next one.
type section struct {
	level   int // 1 to 6; 0 for what stands before the first heading
	heading string
	body    string
	tasks   []task
	links   []link
}

// link leads to an address, or to a page of the vault.
type link struct {
	to   string
	page bool
}

// comments are what Obsidian shows only to who writes.
var comments = regexp.MustCompile(`(?s)%%.*?(?:%%|\z)`)

// maxDepth is how deeply quotes and lists may nest; a text that nests deeper is
// no prose, and is taken as it stands.
const maxDepth = 50

// nests matches what opens a block within another.
var nests = regexp.MustCompile(`^[ \t]*(?:(?:>|[-*+]|\d{1,9}[.)])[ \t]*){50}`)

// read parses a note's Markdown.
func read(body string) document {
	body = uncommented(body)
	for line := range strings.Lines(body) {
		if nests.MatchString(line) || strings.Count(line, "[") > 1000 {
			return document{sections: []section{{body: strings.TrimSpace(body)}}}
		}
	}
	src := []byte(body)
	md := goldmark.New(goldmark.WithExtensions(extension.Table, extension.Strikethrough, extension.TaskList, extension.Linkify,
		&wikilink.Extender{}, &hashtag.Extender{Variant: hashtag.ObsidianVariant}))
	w := &writer{src: src, sections: []section{{}}, depth: 0}
	root := md.Parser().Parse(text.NewReader(src))
	for n := root.FirstChild(); n != nil; n = n.NextSibling() {
		w.block(n, "")
	}
	w.close()
	d := document{sections: w.sections, tags: w.tags}
	if first := d.sections[0]; first.body == "" && len(first.links) == 0 && len(d.sections) > 1 {
		d.sections = d.sections[1:]
	}
	return d
}

// uncommented takes comments out of all but code.
func uncommented(body string) string {
	if !strings.Contains(body, "%%") {
		return body
	}
	parts := strings.Split(body, "\n```")
	for i := 0; i < len(parts); i += 2 {
		parts[i] = comments.ReplaceAllString(parts[i], "")
	}
	return strings.Join(parts, "\n```")
}

// text is the whole of a document.
func (d document) text() string { return join(d.sections) }

func join(all []section) string {
	var parts []string
	for i, s := range all {
		if i > 0 && s.heading != "" {
			parts = append(parts, s.heading)
		}
		if s.body != "" {
			parts = append(parts, s.body)
		}
	}
	return strings.Join(parts, "\n\n")
}

// headed reports whether a section has a heading.
func (d document) headed() bool {
	for _, s := range d.sections {
		if s.level > 0 {
			return true
		}
	}
	return false
}

// journal reports whether two headings of one level are days.
func (d document) journal(zone *time.Location) bool {
	var days [7]int
	for _, s := range d.sections {
		if _, ok := dayOf(s.heading, zone); ok && s.level > 0 {
			if days[s.level]++; days[s.level] > 1 {
				return true
			}
		}
	}
	return false
}

// writer turns blocks into plain text.
type writer struct {
	src      []byte
	sections []section
	tags     []string
	body     strings.Builder
	depth    int
}

func (w *writer) now() *section { return &w.sections[len(w.sections)-1] }

func (w *writer) close() {
	w.now().body = strings.TrimSpace(w.body.String())
	w.body.Reset()
}

func (w *writer) line(indent, s string) {
	if s = strings.TrimSpace(s); s != "" {
		w.body.WriteString(indent + strings.ReplaceAll(s, "\n", "\n"+indent) + "\n")
	}
}

// block writes one block and what is in it.
func (w *writer) block(n ast.Node, indent string) {
	if w.depth++; w.depth > maxDepth {
		w.depth--
		return
	}
	defer func() { w.depth-- }()
	switch n := n.(type) {
	case *ast.Heading:
		if n.Parent().Kind() == ast.KindDocument {
			w.close()
			s := section{level: n.Level}
			w.sections = append(w.sections, s)
			w.now().heading = strings.Join(strings.Fields(w.inline(n)), " ")
			return
		}
		w.line(indent, w.inline(n))
	case *ast.FencedCodeBlock, *ast.CodeBlock:
		var b strings.Builder
		for i := range n.Lines().Len() {
			seg := n.Lines().At(i)
			b.Write(seg.Value(w.src))
		}
		w.body.WriteString(b.String())
	case *ast.HTMLBlock, *ast.ThematicBreak:
	case *ast.ListItem:
		w.item(n, indent)
	case *ast.Paragraph, *ast.TextBlock:
		w.line(indent, callout.ReplaceAllString(w.inline(n), ""))
		if _, ok := n.(*ast.Paragraph); ok {
			w.body.WriteString("\n")
		}
	case *east.TableRow, *east.TableHeader:
		var cells []string
		for c := n.FirstChild(); c != nil; c = c.NextSibling() {
			cells = append(cells, strings.TrimSpace(w.inline(c)))
		}
		w.line(indent, strings.Join(cells, "\t"))
	default:
		for c := n.FirstChild(); c != nil; c = c.NextSibling() {
			w.block(c, indent)
		}
	}
}

// callout is the mark of Obsidian's boxes: "> [!note] Title".
var callout = regexp.MustCompile(`^\[![a-zA-Z-]+\][+-]?[ ]?`)

// item writes an entry of a list; one with a box is a task.
func (w *writer) item(n *ast.ListItem, indent string) {
	for c := n.FirstChild(); c != nil; c = c.NextSibling() {
		switch c.Kind() {
		case ast.KindTextBlock, ast.KindParagraph:
			s := w.inline(c)
			if box, ok := c.FirstChild().(*east.TaskCheckBox); ok {
				w.now().tasks = append(w.now().tasks, task{done: box.IsChecked, text: s})
				if box.IsChecked {
					s = "[x] " + s
				} else {
					s = "[ ] " + s
				}
			}
			w.line(indent, "- "+s)
		default:
			w.block(c, indent+"  ")
		}
	}
}

// inline returns the text within a block, and notes tags and links.
func (w *writer) inline(n ast.Node) string {
	if w.depth++; w.depth > 4*maxDepth {
		w.depth--
		return ""
	}
	defer func() { w.depth-- }()
	var b strings.Builder
	for c := n.FirstChild(); c != nil; c = c.NextSibling() {
		switch c := c.(type) {
		case *ast.Text:
			b.Write(c.Segment.Value(w.src))
			if c.SoftLineBreak() || c.HardLineBreak() {
				b.WriteByte('\n')
			}
		case *ast.String:
			b.Write(c.Value)
		case *hashtag.Node:
			if w.afterURL(b.String()) {
				b.WriteString("#" + string(c.Tag))
				continue
			}
			w.tags = append(w.tags, string(c.Tag))
			b.WriteString("#" + string(c.Tag))
		case *wikilink.Node:
			if !c.Embed {
				b.WriteString(w.inline(c))
				w.link(string(c.Target), true)
			}
		case *ast.Link:
			b.WriteString(w.inline(c))
			w.link(string(c.Destination), false)
		case *ast.AutoLink:
			b.Write(c.URL(w.src))
			w.link(string(c.URL(w.src)), false)
		case *ast.Image, *ast.RawHTML:
		default:
			b.WriteString(w.inline(c))
		}
	}
	return b.String()
}

// afterURL reports whether a hash belongs to the address before it.
func (w *writer) afterURL(before string) bool {
	last := before[strings.LastIndexAny(before, " \t\n(<")+1:]
	return strings.Contains(last, "://")
}

func (w *writer) link(to string, page bool) {
	if page || strings.HasPrefix(to, "https://") || strings.HasPrefix(to, "http://") {
		w.now().links = append(w.now().links, link{to: to, page: page})
	}
}
