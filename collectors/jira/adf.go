package jira

import (
	"strconv"
	"strings"
)

// isDocument reports whether an object is a document of the Atlassian Document
// Format: https://developer.atlassian.com/cloud/jira/platform/apis/document/structure/
func isDocument(m map[string]any) bool {
	kind, _ := m["type"].(string)
	_, ok := m["content"].([]any)
	return kind == "doc" || kind != "" && ok
}

// documentText returns a document as plain text: a line for each paragraph,
// item and row.
func documentText(m map[string]any) string {
	var b strings.Builder
	writeNode(&b, m, "", 0)
	return tidy(b.String())
}

// maxDepth bounds how deep a document nests: its text comes from outside.
const maxDepth = 100

func writeNode(b *strings.Builder, node any, bullet string, depth int) {
	m, ok := node.(map[string]any)
	if !ok || depth > maxDepth {
		return
	}
	kind, _ := m["type"].(string)
	attrs, _ := m["attrs"].(map[string]any)
	attr := func(name string) string { s, _ := attrs[name].(string); return s }
	switch kind {
	case "text":
		text, _ := m["text"].(string)
		b.WriteString(text)
		if to := link(m); to != "" && to != text {
			b.WriteString(" (" + to + ")")
		}
		return
	case "hardBreak":
		b.WriteByte('\n')
		return
	case "mention":
		b.WriteString("@" + strings.TrimPrefix(attr("text"), "@"))
		return
	case "emoji":
		b.WriteString(firstOf(attr("text"), attr("shortName")))
		return
	case "date", "status":
		b.WriteString(firstOf(attr("text"), attr("timestamp")))
		return
	case "inlineCard", "blockCard", "embedCard":
		b.WriteString(attr("url"))
		return
	case "media", "mediaInline":
		b.WriteString(attr("alt"))
		return
	case "rule":
		b.WriteByte('\n')
		return
	}
	content, _ := m["content"].([]any)
	if kind == "tableRow" {
		writeRow(b, content, depth)
		return
	}
	for i, c := range content {
		mark := bullet
		switch kind {
		case "bulletList", "taskList", "decisionList":
			mark = "- "
		case "orderedList":
			mark = strconv.Itoa(i+1) + ". "
		}
		if sub, _ := c.(map[string]any); sub != nil && isListItem(sub) {
			b.WriteString(mark)
		}
		writeNode(b, c, mark, depth+1)
	}
	if isBlock(kind) && !strings.HasSuffix(b.String(), "\n") {
		b.WriteByte('\n')
	}
}

// writeRow writes a row of a table on one line.
func writeRow(b *strings.Builder, cells []any, depth int) {
	for i, c := range cells {
		if i > 0 {
			b.WriteString(" | ")
		}
		var cell strings.Builder
		writeNode(&cell, c, "", depth+1)
		b.WriteString(strings.Join(strings.Fields(cell.String()), " "))
	}
	b.WriteByte('\n')
}

func isListItem(m map[string]any) bool {
	switch m["type"] {
	case "listItem", "taskItem", "decisionItem":
		return true
	}
	return false
}

func isBlock(kind string) bool {
	switch kind {
	case "paragraph", "heading", "codeBlock", "listItem", "taskItem", "decisionItem", "blockquote", "panel":
		return true
	}
	return false
}

// link returns where a text's link mark leads.
func link(m map[string]any) string {
	marks, _ := m["marks"].([]any)
	for _, k := range marks {
		if mark, _ := k.(map[string]any); mark != nil && mark["type"] == "link" {
			attrs, _ := mark["attrs"].(map[string]any)
			href, _ := attrs["href"].(string)
			return href
		}
	}
	return ""
}

// firstOf returns the first text that is not empty.
func firstOf(list ...string) string {
	for _, s := range list {
		if s != "" {
			return s
		}
	}
	return ""
}
