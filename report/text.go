package report

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/dossier-report/dossier/evidence"
)

// kindWords says what an artefact is, in print.
var kindWords = map[evidence.Kind]string{
	evidence.PullRequest: "pull request", evidence.Issue: "issue", evidence.Discussion: "discussion",
	evidence.Commit: "commit", evidence.Ticket: "ticket", evidence.Card: "card", evidence.Page: "page",
	evidence.Message: "message", evidence.Meeting: "meeting", evidence.Note: "note",
}

// kindPlurals says what artefacts of a kind are, in print.
var kindPlurals = map[evidence.Kind]string{
	evidence.PullRequest: "pull requests", evidence.Issue: "issues", evidence.Discussion: "discussions",
	evidence.Commit: "commits", evidence.Ticket: "tickets", evidence.Card: "cards", evidence.Page: "pages",
	evidence.Message: "messages", evidence.Meeting: "meetings", evidence.Note: "notes",
}

// line returns foreign text on one line, without what would break it.
func line(s string) string {
	s = strings.Map(func(r rune) rune {
		if unicode.IsControl(r) && !unicode.IsSpace(r) {
			return -1
		}
		return r
	}, s)
	return strings.Join(strings.Fields(s), " ")
}

// short cuts a line to at most n characters, at the end of a word if it can.
func short(s string, n int) string {
	if utf8.RuneCountInString(s) <= n {
		return s
	}
	runes := []rune(s)[:n-1]
	for i := len(runes) - 1; i > len(runes)*2/3; i-- {
		if unicode.IsSpace(runes[i]) {
			runes = runes[:i]
			break
		}
	}
	return strings.TrimRight(string(runes), " .,;:-–") + "…"
}

// title returns an item's title on one line, or what it is where it has none.
func title(it *evidence.Item) string {
	if t := line(it.Title); t != "" {
		return t
	}
	if place := line(it.Place); place != "" {
		return capital(kindWords[it.Kind]) + " in " + place
	}
	return "Untitled " + kindWords[it.Kind]
}

// capital makes the first letter a capital one.
func capital(s string) string {
	r, n := utf8.DecodeRuneInString(s)
	if n == 0 {
		return s
	}
	return string(unicode.ToUpper(r)) + s[n:]
}

// capitalIf is capital where cond holds.
func capitalIf(cond bool, s string) string {
	if cond {
		return capital(s)
	}
	return s
}

// list joins words as a sentence does: "a, b and c".
func list(words []string) string {
	if len(words) < 2 {
		return strings.Join(words, "")
	}
	return strings.Join(words[:len(words)-1], ", ") + " and " + words[len(words)-1]
}
