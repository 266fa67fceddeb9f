package objectives

import (
	"strings"

	"github.com/dossier-report/dossier/evidence"
)

// Shapes are the forms of what a person wrote that rules may ask for:
//
//	code        a block of code, or two snippets in a line
//	suggestion  a block that proposes a change of the reviewed lines
//	question    it is short and ends with a question mark
//	list        three or more lines are entries of a list
//	trace       a stack trace or the log of a crash
//	table       it has the rows of a table
//	quotation   lines are quoted, as in an answer
var Shapes = []string{"code", "suggestion", "question", "list", "trace", "quotation", "table"}

const (
	shapeCode = 1 << iota
	shapeSuggestion
	shapeQuestion
	shapeList
	shapeTrace
	shapeQuotation
	shapeTable
)

// shapeBit returns the bit of a shape, 0 for an unknown one.
func shapeBit(name string) uint8 {
	for i, s := range Shapes {
		if s == name {
			return 1 << i
		}
	}
	return 0
}

// shapesOf returns the shapes of what the person wrote on an item; of the body
// when it is their own and they wrote nothing else.
func shapesOf(it *evidence.Item) (set uint8) {
	wrote := false
	for i := range it.Acts {
		if text := it.Acts[i].Text; text != "" {
			set |= shape(text)
			wrote = true
		}
	}
	if !wrote {
		set = shape(it.Text)
	}
	return set
}

// longQuestion is how long a text may be, in bytes, and still be a bare question.
const longQuestion = 240

func shape(text string) (set uint8) {
	text = strings.TrimSpace(text)
	if strings.Count(text, "`") >= 4 {
		set |= shapeCode
	}
	if strings.HasSuffix(text, "?") && len(text) <= longQuestion {
		set |= shapeQuestion
	}
	entries := 0
	for line := range strings.Lines(text) {
		indented := line
		line = strings.TrimLeft(line, " \t")
		switch {
		case line == "":
		case strings.HasPrefix(line, "```suggestion"):
			set |= shapeSuggestion | shapeCode
		case strings.HasPrefix(line, "```") || strings.HasPrefix(line, "{code"):
			set |= shapeCode
		case strings.HasPrefix(line, "Traceback (most recent call last)") || strings.HasPrefix(line, "at ") && len(line) < len(indented):
			set |= shapeTrace
		case line[0] == '|':
			set |= shapeTable
		case line[0] == '>':
			set |= shapeQuotation
		case len(line) > 2 && (line[0] == '-' || line[0] == '*' || line[0] == '+') && line[1] == ' ':
			entries++
		case len(line) > 3 && line[0] >= '0' && line[0] <= '9' && (line[1] == '.' || line[1] == ')'):
			entries++
		}
	}
	if entries >= 3 {
		set |= shapeList
	}
	return set
}
