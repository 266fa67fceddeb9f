// Package gate is the one way for foreign text into an output.
//
// Titles, names, labels, addresses and bodies come from other systems and may
// hold anything. [Line], [Block] and [Title] make such text harmless wherever
// it is shown; [Terminal], [CSV], [Markdown], [Link] and [Slug] do the same and
// add the escape that their output needs. All are pure functions, and text that
// went through once is not changed by going through again (CSV and Markdown
// apart, which are an output's last step).
//
// The steps, in this order: invalid UTF-8 becomes U+FFFD; control characters,
// bidirectional controls, tags, zero-width and other invisible characters go;
// the rest is brought to Unicode Normalization Form C (Unicode Annex 15); more
// than [maxMarks] combining marks on one character go; white space is made
// plain; what is longer than asked is cut and says so.
package gate

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

const (
	cutMark = "… (cut)"
	// maxMarks is the most combining marks that one character keeps. Living
	// scripts stack up to four or five; hostile text stacks thousands.
	maxMarks = 8
	noTitle  = "(no title)"
	// maxTitle is the longest title, in characters: GitHub and Jira accept 255.
	maxTitle = 400
)

// Line returns s as one line of at most max characters; a max of 0 or less
// means no limit. Every run of white space becomes one space; no-break spaces
// stay.
func Line(s string, max int) string {
	if !plain(s) {
		s = clean(s, false)
	}
	return cut(squeeze(s), max)
}

// Block returns s as text of several lines and at most max characters; a max
// of 0 or less means no limit. Line ends of every kind become \n, tabs become
// spaces, and more than one empty line in a row becomes one.
func Block(s string, max int) string {
	s = lineEnds.Replace(s)
	if !plain(s) {
		s = clean(s, true)
	}
	lines := strings.Split(s, "\n")
	kept := lines[:0]
	for _, l := range lines {
		l = strings.TrimRightFunc(l, unicode.IsSpace)
		if l == "" && (len(kept) == 0 || kept[len(kept)-1] == "") {
			continue
		}
		kept = append(kept, l)
	}
	return cut(strings.TrimRight(strings.Join(kept, "\n"), "\n"), max)
}

var lineEnds = strings.NewReplacer("\r\n", "\n", "\r", "\n", "\u0085", "\n", "\u2028", "\n", "\u2029", "\n", "\v", "\n", "\f", "\n", "\t", "    ")

// Title returns s as one line that is never empty: where nothing is left that
// a reader could go by, it says "(no title)".
func Title(s string) string {
	s = Line(s, maxTitle)
	if strings.Trim(s, "….\u00a0\u202f ") == "" {
		return noTitle
	}
	return s
}

// plain reports whether s is printable ASCII, which needs no cleaning.
func plain(s string) bool {
	for i := range len(s) {
		if s[i] < 0x20 || s[i] > 0x7e {
			return false
		}
	}
	return true
}

// clean does every step but white space and length. Line ends stay where block
// is set and become spaces where it is not.
func clean(s string, block bool) string {
	s = strings.ToValidUTF8(s, "\ufffd")
	s = strings.Map(func(r rune) rune { return keep(r, block) }, s)
	return limitMarks(norm.NFC.String(limitRaw(s)))
}

func keep(r rune, block bool) rune {
	switch {
	case r == '\n' && block:
		return r
	case r == '\t', r >= '\n' && r <= '\r', r == 0x85, r == 0x2028, r == 0x2029:
		return ' '
	case r < 0x20, r >= 0x7f && r < 0xa0:
		return -1
	case r < 0x300:
		if r == 0xad { // soft hyphen
			return -1
		}
		return r
	case invisible(r):
		return -1
	case unicode.Is(unicode.Co, r), r&0xfffe == 0xfffe, r >= 0xfdd0 && r <= 0xfdef:
		return unicode.ReplacementChar // private use and non-characters mean nothing outside their font
	}
	return r
}

// invisible reports whether r has no ink and can hide or reorder text: format
// characters, bidirectional controls (Unicode Annex 9), variation selectors,
// fillers and tags. Ordinary spaces are not among them.
func invisible(r rune) bool {
	switch {
	case r == 0x034f, r == 0x115f, r == 0x1160, r == 0x17b4, r == 0x17b5, r == 0x3164, r == 0xffa0:
		return true
	case r >= 0x180b && r <= 0x180f, r >= 0xfe00 && r <= 0xfe0f, r >= 0xe0000 && r <= 0xe0fff:
		return true
	}
	return unicode.Is(unicode.Cf, r)
}

// limitRaw keeps normalization linear: it drops what is far above maxMarks
// before the marks are sorted. A mark may decompose into up to three.
func limitRaw(s string) string { return limit(s, 4*maxMarks) }

func limitMarks(s string) string { return limit(s, maxMarks) }

func limit(s string, most int) string {
	n := 0
	return strings.Map(func(r rune) rune {
		if r < 0x300 || !unicode.In(r, unicode.Mn, unicode.Me) {
			n = 0
			return r
		}
		// The combining grapheme joiner that normalization inserts into long
		// runs is a mark too; it stands beyond the limit and goes with the rest.
		if n++; n > most {
			return -1
		}
		return r
	}, s)
}

// squeeze trims s and makes every run of white space one space.
func squeeze(s string) string {
	space := func(r rune) bool { return r != 0xa0 && r != 0x202f && unicode.IsSpace(r) }
	bad, last := false, ' '
	for _, r := range s {
		if space(r) && (r != ' ' || last == ' ') {
			bad = true
			break
		}
		last = r
	}
	if !bad && last != ' ' || s == "" {
		return s
	}
	return strings.Join(strings.FieldsFunc(s, space), " ")
}

// cut shortens s to max characters, the mark included.
func cut(s string, max int) string {
	if max <= 0 || len(s) <= max || utf8.RuneCountInString(s) <= max {
		return s
	}
	mark := cutMark
	if max < 20 {
		mark = "…"
	}
	left := max - utf8.RuneCountInString(mark)
	for i := range s {
		if left == 0 {
			s = s[:i]
			break
		}
		left--
	}
	return strings.TrimRightFunc(s, unicode.IsSpace) + mark
}
