package analysis

import (
	"slices"
	"strings"
	"unicode"

	"github.com/dossier-report/dossier/evidence"
)

// flowWords say by themselves that a text is about how work flows.
var flowWords = []string{"bottleneck", "bottlenecks", "time in status", "cycle time", "lead time", "flow efficiency",
	"wip limit", "review limit", "cumulative flow", "value stream", "where the time goes", "where does the time go",
	"where do tickets wait", "where work waits"}

// waitWords say it together with the name of the status that it is about.
var waitWords = []string{"wait", "waits", "waited", "waiting", "queue", "queues", "queued", "stuck", "delay", "delays", "delayed", "idle", "stalled", "limit"}

// plainWords of a status's name say nothing about which status it is.
var plainWords = []string{"in", "for", "to", "the", "of", "on", "a", "an", "be", "ready", "waiting", "awaiting", "wait", "pending", "done", "status", "work", "progress"}

// spoken is a text in lower case with one space around each word.
func spoken(text string) string {
	return " " + strings.Join(strings.FieldsFunc(strings.ToLower(text), func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsDigit(r) }), " ") + " "
}

func says(spokenText string, words []string) bool {
	return slices.ContainsFunc(words, func(w string) bool { return strings.Contains(spokenText, " "+w+" ") })
}

// subject are the words of a status's name that a text about it holds.
func subject(status string) (words []string) {
	for _, w := range strings.Fields(spoken(status)) {
		if !slices.Contains(plainWords, w) {
			words = append(words, w)
			if len(w) > 3 {
				words = append(words, w+"s", w+"ing", w+"ed", w+"er", w+"ers")
			}
		}
	}
	return words
}

// about reports whether an item is about the waiting in a status: its title
// says so, or its text does by both kinds of words.
func about(it *evidence.Item, status string) bool {
	of := subject(status)
	title := spoken(it.Title)
	if says(title, flowWords) || says(title, of) && says(title, waitWords) {
		return true
	}
	body := spoken(it.Text)
	return says(body, flowWords) && says(body, of) && says(body, waitWords)
}
