package analysis

import (
	"regexp"
	"strconv"
	"strings"
	"time"
)

// dateForms are the ways to write a day that are not ambiguous: 2026-03-16,
// 16 March 2026, 16 Mar, March 16, 2026. "3/4" is another day in another
// country and left out.
var dateForms = regexp.MustCompile(`(?i)\b(\d{4})-(\d{2})-(\d{2})\b` +
	`|\b(\d{1,2})(?:st|nd|rd|th|\.)?(?: of)? (jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)([a-z]*)\.?,?(?: (\d{4})\b)?` +
	`|\b(jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)([a-z]*)\.? (\d{1,2})(?:st|nd|rd|th)?\b(?:,? (\d{4})\b)?`)

var monthNames = []string{"january", "february", "march", "april", "may", "june", "july", "august", "september", "october", "november", "december"}

// cues are words that make a day in a sentence one by which something is to be.
var cues = regexp.MustCompile(`(?i)\b(by|due|deadline|eta|target(ed|ing)?|start(s|ing)?|deliver(s|ed|y)?|ship(s|ping|ped)?|finish(es|ed)?|ready|done|complete[sd]?|propos(e|es|ed|al)|plan(ned)?|scheduled|aim(s|ing)?)\b`)

// written is a day that a text names.
type written struct {
	due   int // number of the day
	quote string
	line  string // the sentence
}

// farthest is how far ahead a day can lie to be a plan.
const farthest = 400

// datesIn returns the days on or after a given one that a text proposes: one in
// a sentence, with a word that says what is to be then. A sentence that names
// several days is a schedule or a history, and which day it proposes for what
// cannot be told. Days without a year are the next such day.
func datesIn(text string, today int) (list []written) {
	for _, line := range sentences(text) {
		found := dateForms.FindAllStringSubmatch(line, 2)
		if len(found) != 1 || !cues.MatchString(line) {
			continue
		}
		if due, ok := dayOf(found[0], today); ok && due >= today && due <= today+farthest {
			list = append(list, written{due: due, quote: clip(line), line: line})
		}
	}
	return list
}

// dayOf turns a match of dateForms into a day.
func dayOf(g []string, today int) (int, bool) {
	num := func(s string) int { n, _ := strconv.Atoi(s); return n }
	year, month, d := 0, 0, 0
	named := func(short, rest, dayText, yearText string) bool {
		for i, name := range monthNames {
			full := strings.ToLower(short + rest)
			if full == name || full == name[:3] || full == "sept" && i == 8 {
				month = i + 1
			}
		}
		d, year = num(dayText), num(yearText)
		return month > 0
	}
	switch {
	case g[1] != "":
		year, month, d = num(g[1]), num(g[2]), num(g[3])
	case g[5] != "":
		if !named(g[5], g[6], g[4], g[7]) {
			return 0, false
		}
	default:
		if !named(g[8], g[9], g[10], g[11]) {
			return 0, false
		}
	}
	y := year
	if y == 0 {
		y = civil(today).Year()
	}
	t := time.Date(y, time.Month(month), d, 0, 0, 0, 0, time.UTC)
	if year == 0 && dayNumber(t) < today {
		y++
		t = time.Date(y, time.Month(month), d, 0, 0, 0, 0, time.UTC)
	}
	if t.Day() != d || int(t.Month()) != month || !sane(t) {
		return 0, false
	}
	return dayNumber(t), true
}

// sentences parts a text at line ends and at full stops, question marks and the
// like that a space follows; not after a number, as in "16. March".
func sentences(text string) (list []string) {
	start := 0
	for i := 0; i < len(text); i++ {
		c := text[i]
		stop := c == '\n' || (c == '.' || c == '!' || c == '?' || c == ';') && i+1 < len(text) && text[i+1] == ' ' &&
			(i == 0 || c != '.' || text[i-1] < '0' || text[i-1] > '9')
		if stop {
			list = append(list, text[start:i])
			start = i + 1
		}
	}
	return append(list, text[start:])
}

// clip is a sentence short enough to be quoted.
func clip(s string) string {
	s = strings.Join(strings.Fields(s), " ")
	if r := []rune(s); len(r) > 120 {
		s = string(r[:119]) + "…"
	}
	return s
}
