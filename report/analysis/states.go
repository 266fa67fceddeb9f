package analysis

import (
	"strings"

	"github.com/dossier-report/dossier/evidence"
)

// waitingNames are what a status is called in which work that has begun waits
// for somebody. They count where the tracker says no more than that it is in
// progress, for trackers know no waiting: Jira's categories are to do, in
// progress and done. A name matches when it holds one of them as whole words.
// "Verifying" and "Testing" are work; "Ready for test" is waiting.
var waitingNames = []string{
	"review", "in review", "code review", "peer review", "reviewing", "to review",
	"qa", "uat", "acceptance",
	"blocked", "impeded", "on hold", "hold", "paused", "parked", "stalled",
	"waiting", "awaiting", "wait", "pending", "queue", "queued",
	"ready for", "ready to", "to test", "to verify", "to deploy", "to release", "to merge",
	"approved", "approval", "staging", "staged", "resolved",
}

// toDoNames and doneNames are for statuses of which neither a tracker nor a
// board says anything; what has neither is taken to be in progress.
var (
	toDoNames = []string{"backlog", "to do", "todo", "open", "new", "ready", "selected", "selected for development",
		"icebox", "inbox", "ideas", "triage", "planned", "next", "up next", "draft", "no status", "reopened"}
	doneNames = []string{"done", "closed", "complete", "completed", "resolved", "released", "shipped", "deployed",
		"merged", "finished", "live", "in production", "cancelled", "canceled", "rejected", "won't do", "wont do",
		"won't fix", "not planned", "declined", "duplicate", "obsolete", "abandoned", "archived"}
)

// pullStates are GitHub's own words for what a pull request is at. A draft and
// one with changes asked for are worked on; an open one waits for a reviewer,
// an approved one for being merged.
var pullStates = map[string]evidence.WorkState{
	"draft": evidence.InProgress, "open": evidence.Waiting, "in review": evidence.Waiting,
	"changes requested": evidence.InProgress, "approved": evidence.Waiting,
	"merged": evidence.Done, "closed": evidence.Done, "not planned": evidence.Done,
}

// meaning is what a status means and how that is known.
type meaning struct {
	state evidence.WorkState
	by    Meant
}

// meanings tells what statuses mean.
type meanings struct {
	settings map[string]evidence.WorkState // by name in lower case
	tracker  map[string]evidence.WorkState // by any item's tracker
	columns  map[string]evidence.WorkState // by place on a board
	named    map[string]nameClass          // by name, once classified
}

type nameClass struct {
	lower               string
	waits, toDo, isDone bool
}

func newMeanings(states map[string]evidence.WorkState) *meanings {
	m := &meanings{settings: make(map[string]evidence.WorkState), tracker: make(map[string]evidence.WorkState),
		columns: make(map[string]evidence.WorkState), named: make(map[string]nameClass)}
	for name, s := range states {
		m.settings[strings.ToLower(strings.TrimSpace(name))] = s
	}
	return m
}

// learn notes what an item's tracker and boards say; where items disagree, the
// first one's word counts for items that say nothing.
func (m *meanings) learn(f *evidence.Flow) {
	for name, s := range f.Meanings {
		if _, ok := m.tracker[name]; !ok {
			m.tracker[name] = s
		}
	}
	for _, b := range f.Boards {
		for i, c := range b.Columns {
			for _, name := range c.Statuses {
				if _, ok := m.columns[name]; ok {
					continue
				}
				switch {
				case i == len(b.Columns)-1:
					m.columns[name] = evidence.Done
				case i == 0:
					m.columns[name] = evidence.ToDo
				default:
					m.columns[name] = evidence.InProgress
				}
			}
		}
	}
}

// of tells what a status means for an item. The person's word beats the
// tracker's, that beats the board's; a name alone is a guess.
func (m *meanings) of(it *evidence.Item, status string) meaning {
	c := m.class(status)
	if s, ok := m.settings[c.lower]; ok {
		return meaning{s, BySettings}
	}
	said, by := it.Flow.Meanings[status], ByTracker
	if said == "" && it.Kind == evidence.PullRequest {
		said = pullStates[c.lower]
	}
	if said == "" {
		said = m.tracker[status]
	}
	if said == "" {
		said, by = m.columns[status], ByColumn
	}
	switch {
	case said == evidence.InProgress && c.waits:
		return meaning{evidence.Waiting, ByName}
	case said != "":
		return meaning{said, by}
	case c.isDone:
		return meaning{evidence.Done, ByGuess}
	case c.toDo:
		return meaning{evidence.ToDo, ByGuess}
	case c.waits:
		return meaning{evidence.Waiting, ByGuess}
	}
	return meaning{evidence.InProgress, ByGuess}
}

func (m *meanings) class(status string) nameClass {
	if c, ok := m.named[status]; ok {
		return c
	}
	lower := strings.ToLower(strings.TrimSpace(status))
	spoken := " " + strings.Join(strings.FieldsFunc(lower, func(r rune) bool { return strings.ContainsRune(" \t_-/:,.()[]", r) }), " ") + " "
	c := nameClass{lower: lower}
	for _, w := range waitingNames {
		c.waits = c.waits || strings.Contains(spoken, " "+w+" ")
	}
	for _, w := range toDoNames {
		c.toDo = c.toDo || spoken == " "+w+" "
	}
	for _, w := range doneNames {
		c.isDone = c.isDone || spoken == " "+w+" "
	}
	m.named[status] = c
	return c
}
