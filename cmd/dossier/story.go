package main

import (
	"fmt"
	"io"
	"slices"
	"strings"
	"text/tabwriter"
	"time"

	"github.com/dossier-report/dossier/evidence"
	"github.com/dossier-report/dossier/report/gate"
)

// event is one thing that happened to an item of a thread.
type event struct {
	at   time.Time
	item *evidence.Item
	text string
}

// story is what happened to a piece of work in order of time: the person's acts
// on each of its items, the moves that others made, and what became of it.
func (v *view) story(thread []string) []event {
	var events []event
	for _, id := range thread {
		it := &v.byID[id].rec.Item
		add := func(at time.Time, text string) {
			if !at.IsZero() {
				events = append(events, event{at, it, text})
			}
		}
		to := map[time.Time]string{} // where the item was moved at a moment
		if it.Flow != nil {
			for _, m := range it.Flow.Moves {
				to[m.At] = m.To
			}
		}
		own := map[time.Time][]string{}
		for _, a := range it.Acts {
			text := strings.ReplaceAll(string(a.Verb), "_", " ")
			own[a.At] = append(own[a.At], text)
			if a.Verb == evidence.Moved && to[a.At] != "" {
				text += " to " + to[a.At]
			}
			add(a.At, text+quoted(a.Text))
		}
		if it.Flow != nil {
			for _, m := range it.Flow.Moves {
				if !slices.Contains(own[m.At], "moved") {
					add(m.At, "moved to "+m.To+by(m.By))
				}
			}
		}
		if o := it.Outcome; o != nil && !slices.Contains(own[o.At], string(o.State)) {
			add(o.At, "-> "+string(o.State)+by(o.By))
		}
	}
	slices.SortStableFunc(events, func(a, b event) int { return a.at.Compare(b.at) })
	return events
}

func by(login string) string {
	if login == "" {
		return ""
	}
	return " by " + login
}

func quoted(text string) string {
	if text = gate.Line(text, 80); text == "" {
		return ""
	}
	return ": “" + text + "”"
}

// showStory prints the story of a thread, each line with the item that it is
// about.
func showStory(w io.Writer, v *view, thread []string) {
	short := v.shortID()
	fmt.Fprintf(w, "\nOne piece of work, %d items:\n", len(thread))
	t := tabwriter.NewWriter(w, 0, 8, 2, ' ', 0)
	for _, id := range thread {
		r := v.byID[id]
		fmt.Fprintf(t, "  %s\t%s\t%s\n", gate.Terminal(short(r)), r.rec.Item.Kind, gate.Terminal(gate.Title(r.rec.Item.Title)))
	}
	_ = t.Flush() // the writer below tells of its own errors
	fmt.Fprintln(w)
	for _, e := range v.story(thread) {
		fmt.Fprintf(t, "  %s\t%s\t%s\n", e.at.In(v.cfg.Zone).Format("2006-01-02 15:04"),
			gate.Terminal(short(v.byID[e.item.ID])), gate.Terminal(e.text))
	}
	_ = t.Flush()
}
