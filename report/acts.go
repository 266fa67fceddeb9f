package report

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/dossier-report/dossier/evidence"
)

// verbWords says what an act did; the objects of assigned, moved and scheduled
// come from [builder.actPhrase].
var verbWords = map[evidence.Verb]string{
	evidence.Opened: "opened", evidence.Committed: "committed", evidence.Merged: "merged", evidence.Closed: "closed",
	evidence.Reviewed: "reviewed", evidence.Approved: "approved", evidence.RequestedChanges: "requested changes",
	evidence.Commented: "commented", evidence.Answered: "answered", evidence.Created: "created", evidence.Assigned: "took on",
	evidence.Moved: "moved", evidence.Estimated: "estimated", evidence.Scheduled: "dated", evidence.LoggedWork: "worked on",
	evidence.Resolved: "resolved", evidence.Wrote: "wrote", evidence.Edited: "edited", evidence.Posted: "posted",
	evidence.Attended: "attended", evidence.Organized: "organised", evidence.Noted: "noted",
}

// actsIn returns the person's acts of the period, or all of them where an item
// counts only by its outcome.
func (b *builder) actsIn(it *evidence.Item) []evidence.Act {
	var in []evidence.Act
	for _, a := range it.Acts {
		if b.Period.Contains(a.At) {
			in = append(in, a)
		}
	}
	if len(in) == 0 {
		return it.Acts
	}
	return in
}

// actWords lists what the person did to an item, each thing once: "opened,
// merged".
func (b *builder) actWords(it *evidence.Item) string {
	var words []string
	for _, a := range b.actsIn(it) {
		if w := verbWords[a.Verb]; !slices.Contains(words, w) {
			words = append(words, w)
		}
	}
	return strings.Join(words, ", ")
}

// telling orders acts by what they tell of the person's part: making a thing,
// then deciding on it, then moving it along, then the rest.
func telling(v evidence.Verb) int {
	switch v {
	case evidence.Estimated, evidence.Assigned:
		return 4
	case evidence.Commented, evidence.Edited, evidence.LoggedWork, evidence.Attended:
		return 3
	case evidence.Moved, evidence.Reviewed:
		return 2
	case evidence.Merged, evidence.Closed, evidence.Resolved, evidence.Approved, evidence.RequestedChanges, evidence.Scheduled:
		return 1
	}
	return 0
}

// did tells what the person did to an item and when: "opened 2 Feb, moved to
// Done 5 Feb", at most so many things, the most telling. Acts of one sort are
// told once, with the days that they span; how many there were is no measure
// of anything and is left out.
func (b *builder) did(it *evidence.Item, most int) string {
	type told struct {
		phrase      string
		rank        int
		first, last time.Time
	}
	var tale []*told
	moved := b.lastMove(it)
	for _, a := range b.actsIn(it) {
		if a.Verb == evidence.Moved && !a.At.Equal(moved) {
			continue // only where it came to rest
		}
		phrase := b.actPhrase(it, a)
		if i := slices.IndexFunc(tale, func(t *told) bool { return t.phrase == phrase }); i >= 0 {
			tale[i].last = a.At
			continue
		}
		tale = append(tale, &told{phrase, telling(a.Verb), a.At, a.At})
	}
	if len(tale) > most {
		slices.SortStableFunc(tale, func(x, y *told) int { return cmp.Compare(x.rank, y.rank) })
		tale = tale[:most]
		slices.SortStableFunc(tale, func(x, y *told) int { return x.first.Compare(y.first) })
	}
	var parts []string
	for _, t := range tale {
		when := b.brief(t.first)
		if last := b.brief(t.last); last != when {
			when += " – " + last
		}
		parts = append(parts, t.phrase+" "+when)
	}
	return strings.Join(parts, ", ")
}

// lastMove returns when the person last moved an item in the period.
func (b *builder) lastMove(it *evidence.Item) (at time.Time) {
	for _, a := range b.actsIn(it) {
		if a.Verb == evidence.Moved {
			at = a.At
		}
	}
	return at
}

// actPhrase words an act with what the item's history knows of it.
func (b *builder) actPhrase(it *evidence.Item, a evidence.Act) string {
	if it.Flow != nil {
		switch a.Verb {
		case evidence.Moved:
			for _, m := range it.Flow.Moves {
				if m.At.Equal(a.At) {
					return "moved to " + line(m.To)
				}
			}
		case evidence.Scheduled:
			for _, d := range it.Flow.Dates {
				if due, err := time.Parse(time.DateOnly, d.Due); err == nil && d.At.Equal(a.At) {
					return fmt.Sprintf("gave the date %s on", b.dueDay(due))
				}
			}
		}
	}
	if w := verbWords[a.Verb]; w != "" {
		return w
	}
	return string(a.Verb)
}

// dueDay prints a date that has no time zone: that of a proposal.
func (b *builder) dueDay(d time.Time) string {
	if d.Year() == b.year {
		return d.Format(bareDay)
	}
	return d.Format(shortDay)
}
