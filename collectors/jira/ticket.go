package jira

import (
	"cmp"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/dossier-report/dossier/collectors"
	"github.com/dossier-report/dossier/evidence"
)

// ticket is an issue with everything that belongs to it, however many answers
// that took.
type ticket struct {
	id, key string
	updated time.Time
	fields  value
	odd     *oddities

	changes  []change
	comments []comment
	worklogs []worklog
	links    []string // where its remote links lead

	// Whether the answer may hold only a part of these.
	changesCut, commentsCut, worklogsCut bool
	hasHistory                           bool // the answer had a list of changes

	// historyLost says that some of the changes, or all, could not be had; sight
	// is then what is known of its moves from looking at it.
	historyLost bool
	sight       *collectors.Sighting
	boards      []board // on which it is

	raw  []any              // what it was made from, for the hash
	seen map[[2]string]bool // see first
}

// change is what somebody changed at one moment.
type change struct {
	id    string
	at    time.Time
	by    user
	items []changed
}

// changed is one field of a change. The texts are what was displayed, from and
// to the ids behind them; where a field has no ids they are empty.
type changed struct {
	field, fieldID   string
	from, to         string
	fromText, toText string
}

type comment struct {
	id   string
	at   time.Time
	by   user
	text string
}

type worklog struct {
	id      string
	at      time.Time // when the work was done, not when it was entered
	by      user
	text    string
	seconds int64
}

// inlineCut is how many comments or worklogs an answer without a total may
// hold at most: Jira cuts at 20.
const inlineCut = 20

// readTicket reads an issue of a search or a bulk answer. What has no id is an
// error: nothing can be kept under it.
func readTicket(issue any) (*ticket, error) {
	odd := &oddities{}
	x := value{v: issue, odd: odd}
	t := &ticket{id: x.at("id").text(), key: x.at("key").text(), fields: x.at("fields"), odd: odd}
	if !isDigits(t.id) {
		return nil, fmt.Errorf("read issue %q: it has no numeric id", excerpt(t.key, 40))
	}
	t.updated = t.fields.at("updated").when()
	if f, ok := t.fields.v.(map[string]any); ok {
		// Reading a ticket is no change of it.
		delete(f, "lastViewed")
	}
	t.raw = append(t.raw, x.v)
	history := x.at("changelog")
	t.hasHistory = history.has("histories")
	if !history.null() {
		t.addChanges(history.at("histories"))
		total := history.at("total").count()
		t.changesCut = total > len(t.changes)
	}
	list := t.fields.at("comment")
	t.addComments(list.at("comments"))
	t.commentsCut = isCut(list.at("total").count(), len(list.at("comments").list()))
	list = t.fields.at("worklog")
	t.addWorklogs(list.at("worklogs"))
	t.worklogsCut = isCut(list.at("total").count(), len(list.at("worklogs").list()))
	return t, nil
}

func isCut(total, got int) bool { return total > got || total < 0 && got >= inlineCut }

func isDigits(s string) bool {
	return s != "" && len(s) <= 20 && strings.Trim(s, "0123456789") == ""
}

// addChanges adds histories; one that is there already is not added again.
func (t *ticket) addChanges(histories value) {
	for _, h := range histories.list() {
		h.odd = t.odd
		c := change{id: h.at("id").text(), at: h.at("created").when(), by: h.at("author").user()}
		if c.at.IsZero() {
			t.odd.add("a change without a time was left out: %s", excerpt(written(h.v), 80))
			continue
		}
		for _, i := range h.at("items").list() {
			c.items = append(c.items, changed{
				field: i.at("field").text(), fieldID: i.at("fieldId").text(),
				from: i.at("from").text(), to: i.at("to").text(),
				fromText: i.at("fromString").text(), toText: i.at("toString").text(),
			})
		}
		if t.first("change", c.id) {
			t.changes = append(t.changes, c)
		}
	}
}

func (t *ticket) addComments(list value) {
	for _, x := range list.list() {
		x.odd = t.odd
		c := comment{id: x.at("id").text(), at: x.at("created").when(), by: x.at("author").user(), text: x.at("body").text()}
		if c.at.IsZero() {
			t.odd.add("a comment without a time was left out: %s", excerpt(written(x.v), 80))
			continue
		}
		if t.first("comment", c.id) {
			t.comments = append(t.comments, c)
		}
	}
}

func (t *ticket) addWorklogs(list value) {
	for _, x := range list.list() {
		x.odd = t.odd
		w := worklog{id: x.at("id").text(), at: x.at("started").when(), by: x.at("author").user(), text: x.at("comment").text()}
		if n, ok := x.at("timeSpentSeconds").number(); ok && n > 0 && n < 1e9 {
			w.seconds = int64(n + 0.5)
		}
		if w.at.IsZero() {
			// The day of the entry is the next best thing.
			w.at = x.at("created").when()
			t.odd.add("worklog %s does not say when the work was done; the day of its entry stands in", excerpt(w.id, 20))
		}
		if w.at.IsZero() {
			continue
		}
		if t.first("worklog", w.id) {
			t.worklogs = append(t.worklogs, w)
		}
	}
}

// first reports whether a part of the ticket with this id is met for the first
// time: pages overlap.
func (t *ticket) first(kind, id string) bool {
	if id == "" {
		return true
	}
	if t.seen == nil {
		t.seen = map[[2]string]bool{}
	}
	was := t.seen[[2]string{kind, id}]
	t.seen[[2]string{kind, id}] = true
	return !was
}

// sort puts everything in order of time. Ids break ties: Jira gives them in
// order.
func (t *ticket) sort() {
	slices.SortStableFunc(t.changes, func(a, b change) int {
		return cmp.Or(a.at.Compare(b.at), cmp.Compare(len(a.id), len(b.id)), cmp.Compare(a.id, b.id))
	})
	slices.SortStableFunc(t.comments, func(a, b comment) int {
		return cmp.Or(a.at.Compare(b.at), cmp.Compare(len(a.id), len(b.id)), cmp.Compare(a.id, b.id))
	})
	slices.SortStableFunc(t.worklogs, func(a, b worklog) int {
		return cmp.Or(a.at.Compare(b.at), cmp.Compare(len(a.id), len(b.id)), cmp.Compare(a.id, b.id))
	})
}

// hash is of all answers that the ticket was made from.
func (t *ticket) hash() string { return evidence.Hash([]byte(written(t.raw))) }

// written returns a value as JSON, with the members of objects in order.
func written(v any) string {
	b, err := json.Marshal(v)
	if err != nil {
		return fmt.Sprint(v) // what was decoded can be encoded
	}
	return string(b)
}

// learn makes the ticket's users known.
func (t *ticket) learn(d *directory) {
	for _, name := range []string{"creator", "reporter", "assignee"} {
		d.learn(t.fields.at(name).user())
	}
	for _, c := range t.changes {
		d.learn(c.by)
	}
	for _, c := range t.comments {
		d.learn(c.by)
	}
	for _, w := range t.worklogs {
		d.learn(w.by)
	}
}
