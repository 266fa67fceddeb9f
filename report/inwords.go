package report

import (
	"slices"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"github.com/dossier-report/dossier/objectives"
	"github.com/dossier-report/dossier/report/words"
)

// own makes a statement of what the person wrote; false where they wrote
// nothing. Paragraphs stay: a formatter that has one line folds them.
func own(text string) (Statement, bool) {
	var paras []string
	for _, l := range strings.Split(text, "\n") {
		l = line(l)
		if l != "" || len(paras) > 0 && paras[len(paras)-1] != "" {
			paras = append(paras, l)
		}
	}
	text = strings.TrimSpace(strings.Join(paras, "\n"))
	if text == "" {
		return Statement{}, false
	}
	return Statement{From: InMyWords, Text: text}, true
}

// recordedLabel is what a card's result from the records is called: beside the
// person's own it is what stands on record.
func recordedLabel(mine words.Card) string {
	if line(mine.Result) != "" {
		return "On record"
	}
	return "Result"
}

// ownAnswer is the person's answer to a question of the form: the one that they
// wrote for it, else their priorities or requests where it asks for these.
func (b *builder) ownAnswer(subject Subject, number int) (Statement, bool) {
	if s, ok := own(b.Words.Answers[number]); ok {
		return s, true
	}
	var lines []string
	switch subject {
	case Priorities:
		for _, p := range b.Words.Priorities {
			lines = append(lines, b.priorityText(p))
		}
	case Support:
		for _, r := range b.Words.Requests {
			lines = append(lines, line(r))
		}
	}
	return own(strings.Join(lines, "\n"))
}

// priorityText words a priority on one line: "Halve the queue. By 30 Sep 2026.
// First step: a limit. How we will know: two days at most."
func (b *builder) priorityText(p words.Priority) string {
	parts := []string{line(p.Text)}
	if day, err := time.Parse(time.DateOnly, line(p.Date)); err == nil {
		parts = append(parts, "By "+day.Format(shortDay))
	}
	if s := line(p.FirstStep); s != "" {
		parts = append(parts, "First step: "+s)
	}
	if s := line(p.Know); s != "" {
		parts = append(parts, "How we will know: "+s)
	}
	parts = slices.DeleteFunc(parts, func(s string) bool { return s == "" })
	for i, s := range parts {
		if r, _ := utf8.DecodeLastRuneInString(s); !strings.ContainsRune(".!?…。", r) {
			parts[i] = s + "."
		}
	}
	return strings.Join(parts, " ")
}

// namedEntries is how many entries are named for a key result.
const namedEntries = 4

// keyResults words an objective's key results with the chosen items that name
// them. How far one is, the person says; nothing here rates it.
func (b *builder) keyResults(o *objective) []KeyResult {
	var out []KeyResult
	for _, k := range o.KeyResults {
		kr := KeyResult{Title: line(k.Title), Target: line(k.Target)}
		if day, err := time.Parse(time.DateOnly, k.Due); err == nil {
			kr.Due = day.Format(shortDay)
		}
		for _, f := range o.chosen {
			if len(kr.Refs) < namedEntries && mentions(f, k) {
				kr.Refs = append(kr.Refs, f.ref)
			}
		}
		state, ok := own(b.Words.Objectives[o.ID].KeyResults[words.KeyOf(k.Title)])
		if !ok {
			state = statement(ForMeToWrite, plain("Write how far this is, and what shows it."))
		}
		kr.State = state
		out = append(out, kr)
	}
	return out
}

// tellingLetters is from how many letters on a word of a key result's title
// tells something.
const tellingLetters = 4

// mentions reports whether an item speaks of a key result: it holds its title, or
// all of the words of it that tell something, and these are at least two.
func mentions(f *piece, k objectives.KeyResult) bool {
	has := wordsOf(f.Title + "\n" + f.Text)
	want := wordsOf(k.Title)
	telling := 0
	for w := range want {
		if utf8.RuneCountInString(w) < tellingLetters {
			continue
		}
		if !has[w] {
			return false
		}
		telling++
	}
	return telling >= 2
}

func wordsOf(text string) map[string]bool {
	out := make(map[string]bool)
	for _, w := range strings.FieldsFunc(strings.ToLower(text), func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsDigit(r) }) {
		out[w] = true
	}
	return out
}
