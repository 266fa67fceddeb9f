package notes

import (
	"regexp"
	"strings"
	"time"

	"github.com/dossier-report/dossier/evidence"
)

// task is a line of a list with a box.
type task struct {
	done bool
	text string
}

// The dates of a task, in the emoji form of the Tasks plug-in and in the brackets
// of Dataview: https://publish.obsidian.md/tasks/Reference/Task+Formats/About+Task+Formats
var (
	emojiDate = regexp.MustCompile(`(✅|➕|📅|⏳|🛫|❌)\x{FE0F}?\s*(\d{4}-\d{2}-\d{2})`)
	fieldDate = regexp.MustCompile(`[\[(](completion|created|due|scheduled|start|cancelled)::\s*(\d{4}-\d{2}-\d{2})\s*[\])]`)
	otherMark = regexp.MustCompile(`[🔺⏫🔼🔽⏬]\x{FE0F}?|🔁[^✅➕📅⏳🛫❌]*|[\[(](?:repeat|priority|id|dependsOn)::[^\])]*[\])]|#task\b`)
)

var emojiNames = map[string]string{"✅": "completion", "➕": "created", "📅": "due", "⏳": "scheduled", "🛫": "start", "❌": "cancelled"}

// act is what a task that was ticked off with a date says.
func (t task) act(zone *time.Location) (evidence.Act, bool) {
	dates := map[string]string{}
	for _, m := range emojiDate.FindAllStringSubmatch(t.text, -1) {
		dates[emojiNames[m[1]]] = m[2]
	}
	for _, m := range fieldDate.FindAllStringSubmatch(t.text, -1) {
		dates[m[1]] = m[2]
	}
	at, err := time.ParseInLocation(time.DateOnly, dates["completion"], zone)
	if !t.done || err != nil {
		return evidence.Act{}, false
	}
	context := ""
	if dates["due"] != "" {
		context = "due " + dates["due"]
	}
	text := otherMark.ReplaceAllString(fieldDate.ReplaceAllString(emojiDate.ReplaceAllString(t.text, ""), ""), "")
	return evidence.Act{At: at.UTC(), Verb: evidence.Resolved, Text: strings.Join(strings.Fields(text), " "), Context: context}, true
}
