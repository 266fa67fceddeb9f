package confluence

import (
	"strconv"
	"strings"
)

// start opens an element.
func (w *writer) start(t piece) {
	e := element{name: t.name, hides: hides[t.name], block: w.breaks(t.name), before: w.out.Len()}
	switch t.name {
	case "ac:structured-macro", "ac:macro":
		e.macro = true
		name := strings.ToLower(t.attr("ac:name"))
		e.block = !inline[name]
		w.macro = append(w.macro, name)
	case "ac:link":
		w.held = ""
	case "tr":
		w.cells = 0
	case "ac:parameter", "ac:default-parameter":
		w.param = strings.ToLower(t.attr("ac:name"))
		if w.param == "" {
			w.param = "-"
		}
	case "pre":
		e.pre = true
	case "ul":
		e.list = true
		w.list = append(w.list, -1)
	case "ol":
		e.list = true
		w.list = append(w.list, 0)
	case "li":
		w.bullet()
	case "ac:task":
		w.prefix = "[ ] "
	case "td", "th":
		w.cell()
	case "a":
		e.href = t.attr("href")
		w.link(e.href)
	}
	if e.block {
		w.newline = true
	}
	w.shown(t)
	if !t.empty && !empties[t.name] && !strings.HasPrefix(t.name, "ri:") {
		w.push(e)
		return
	}
	w.closed(e)
}

// push opens an element until its end comes.
func (w *writer) push(e element) {
	w.stack = append(w.stack, e)
	w.open[e.name]++
	if e.hides {
		w.hidden++
	}
	if e.pre {
		w.pre++
	}
}

// end closes an element and whatever in it was not closed. One that is not open
// is nothing.
func (w *writer) end(name string) {
	if w.open[name] == 0 {
		return
	}
	for {
		e := w.stack[len(w.stack)-1]
		w.stack = w.stack[:len(w.stack)-1]
		w.open[e.name]--
		if e.hides {
			w.hidden--
		}
		if e.pre {
			w.pre--
		}
		w.closed(e)
		if e.name == name {
			return
		}
	}
}

// closed does what the end of an element asks for.
func (w *writer) closed(e element) {
	switch {
	case e.macro:
		w.macro = w.macro[:len(w.macro)-1]
	case e.list:
		w.list = w.list[:len(w.list)-1]
	case e.name == "ac:parameter" || e.name == "ac:default-parameter":
		w.param = ""
	case e.name == "ac:link" && w.held != "":
		if w.out.Len() == e.before && w.hidden == 0 {
			w.text(w.held)
		}
		w.held = ""
	case e.name == "a" && e.href != "" && w.out.Len() == e.before && w.hidden == 0:
		w.text(e.href) // a link without words shows where it leads
	}
	if e.block {
		w.newline = true
	}
}

// inline are the macros that stand within a line.
var inline = set(`status jira anchor emoticon mention date`)

// breaks reports whether an element stands on lines of its own: in a cell of a
// table its paragraphs do not.
func (w *writer) breaks(name string) bool {
	return blocks[name] && (w.open["td"]+w.open["th"] == 0 || !paragraphs[name])
}

var paragraphs = set(`p div h1 h2 h3 h4 h5 h6 br`)

// maxIndent is how deep a list is indented at most.
const maxIndent = 8

func (w *writer) bullet() {
	depth := len(w.list)
	mark := "- "
	if depth > 0 && w.list[depth-1] >= 0 {
		w.list[depth-1]++
		mark = strconv.Itoa(w.list[depth-1]) + ". "
	}
	w.prefix = strings.Repeat("  ", min(max(depth-1, 0), maxIndent)) + mark
}

// cell parts the cells of a row.
func (w *writer) cell() {
	if w.hidden > 0 {
		return
	}
	if w.cells++; w.cells > 1 {
		w.newline, w.prefix = false, ""
		w.out.WriteString(" | ")
	}
}

// shown writes what an element shows by itself, without text in it.
func (w *writer) shown(t piece) {
	if w.hidden > 0 && w.param == "" {
		return
	}
	var s string
	switch t.name {
	case "ri:user":
		ref := firstOf(t.attr("ri:account-id"), t.attr("ri:userkey"), t.attr("ri:username"))
		s = "@someone"
		if w.called != nil {
			s = "@" + w.called(ref)
		}
		if w.open["ac:link"] > 0 {
			w.held, s = s, ""
		}
	case "ri:page", "ri:blog-post":
		w.held = t.attr("ri:content-title")
	case "ri:attachment":
		w.held = t.attr("ri:filename")
	case "ri:url":
		w.link(t.attr("ri:value"))
		return
	case "time":
		s = t.attr("datetime")
	case "ac:emoticon":
		s = t.attr("ac:emoji-fallback")
		if strings.HasPrefix(s, ":") {
			s = ""
		}
	case "ac:image", "img":
		s = firstOf(t.attr("ac:alt"), t.attr("alt"))
	}
	if s != "" && w.hidden == 0 {
		w.text(s)
	}
}
