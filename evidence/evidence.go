// Package evidence says what a person did: artefacts in which they had a part,
// with their dated acts on each.
//
// The types are data and know no source, store or format; they import only the
// standard library. Their JSON form is the interchange format: one [Item] a
// line, unknown fields refused (see [Read]).
//
// All times are instants; they are written in UTC and only a [Period] knows a
// time zone, because only a period asks "which day was that for the person?".
package evidence

import "time"

// Item is an artefact in which the person had a part: one pull request, ticket,
// page, thread, meeting or note, however many acts they performed on it. One
// without acts is somebody else's on a board of theirs, kept for its flow; it is
// no evidence, and neither is in a period what the person touched only at
// another time. See [Item.Flows].
type Item struct {
	// ID is "source:instance/native-id": the same in every run, made from
	// numeric or node ids where names can change. See [Item.Validate].
	ID     string `json:"id"`
	Source string `json:"source"` // the collector that found it: "github", "git", ...
	Kind   Kind   `json:"kind"`
	Title  string `json:"title"`
	Text   string `json:"text,omitempty"` // the artefact's own body, as plain text
	URL    string `json:"url,omitempty"`  // absolute, or empty where the artefact has no address
	Place  string `json:"place,omitempty"`
	// Private says that the place is not public, so that a report can be redacted.
	Private bool    `json:"private,omitempty"`
	Author  *Person `json:"author,omitempty"`

	Acts    []Act         `json:"acts"` // the person's own, in order of time
	Outcome *Outcome      `json:"outcome,omitempty"`
	People  []Participant `json:"people,omitempty"` // everybody else who took part

	Labels []string `json:"labels,omitempty"`
	Paths  []string `json:"paths,omitempty"`
	Links  []string `json:"links,omitempty"` // ticket keys, addresses, other items' ids
	Size   *Size    `json:"size,omitempty"`
	Flow   *Flow    `json:"flow,omitempty"`
}

// Kind is what sort of artefact an item is.
type Kind string

// The kinds of evidence; [Kinds] lists them in the order of a report.
const (
	PullRequest Kind = "pull_request"
	Issue       Kind = "issue"
	Discussion  Kind = "discussion"
	Commit      Kind = "commit"
	Ticket      Kind = "ticket"
	Card        Kind = "card"
	Page        Kind = "page"
	Message     Kind = "message"
	Meeting     Kind = "meeting"
	Note        Kind = "note"
)

// Kinds lists every kind.
var Kinds = []Kind{PullRequest, Issue, Discussion, Commit, Ticket, Card, Page, Message, Meeting, Note}

// Act is one thing that the person did to an item at one time.
type Act struct {
	// At is when it was done: a review when it was submitted, a worklog when
	// the work was done, never when the artefact changed.
	At      time.Time `json:"at"`
	Verb    Verb      `json:"verb"`
	Text    string    `json:"text,omitempty"`    // the person's own words
	Context string    `json:"context,omitempty"` // what the words answer to: a diff hunk, a question
	URL     string    `json:"url,omitempty"`
	Seconds int64     `json:"seconds,omitempty"` // time logged or attended
}

// Verb is what an act did.
type Verb string

// The verbs; [Verbs] lists them.
const (
	Opened           Verb = "opened"
	Committed        Verb = "committed"
	Merged           Verb = "merged"
	Closed           Verb = "closed"
	Reviewed         Verb = "reviewed"
	Approved         Verb = "approved"
	RequestedChanges Verb = "requested_changes"
	Commented        Verb = "commented"
	Answered         Verb = "answered"
	Created          Verb = "created"
	Assigned         Verb = "assigned"
	Moved            Verb = "moved"
	Estimated        Verb = "estimated"
	Scheduled        Verb = "scheduled"
	LoggedWork       Verb = "logged_work"
	Resolved         Verb = "resolved"
	Wrote            Verb = "wrote"
	Edited           Verb = "edited"
	Posted           Verb = "posted"
	Attended         Verb = "attended"
	Organized        Verb = "organized"
	Noted            Verb = "noted"
)

// Verbs lists every verb.
var Verbs = []Verb{Opened, Committed, Merged, Closed, Reviewed, Approved, RequestedChanges,
	Commented, Answered, Created, Assigned, Moved, Estimated, Scheduled, LoggedWork, Resolved,
	Wrote, Edited, Posted, Attended, Organized, Noted}

// Makes reports whether the verb makes an item the person's own: they opened,
// wrote or were given it, rather than took part in somebody else's.
func (v Verb) Makes() bool {
	switch v {
	case Opened, Committed, Created, Assigned, Wrote, Posted, Organized, Noted:
		return true
	}
	return false
}

// Outcome is what became of an item, whoever did it.
type Outcome struct {
	State   State     `json:"state"`
	At      time.Time `json:"at,omitzero"`
	By      string    `json:"by,omitempty"` // login
	Figures []Figure  `json:"figures,omitempty"`
}

// State is how an item ended.
type State string

// The states of an outcome; [States] lists them.
const (
	StateMerged    State = "merged"
	StateClosed    State = "closed"
	StateDone      State = "done"
	StateDropped   State = "dropped"
	StateAnswered  State = "answered"
	StatePublished State = "published"
)

// States lists every state of an outcome.
var States = []State{StateMerged, StateClosed, StateDone, StateDropped, StateAnswered, StatePublished}

// Figure is a result that a source measured: "night pages, 41 before, 12 after".
type Figure struct {
	Name   string   `json:"name"`
	Before *float64 `json:"before,omitempty"` // nil where only the result is known
	After  float64  `json:"after"`
	Unit   string   `json:"unit,omitempty"`
	From   string   `json:"from,omitempty"` // who or what measured it
}

// Person is somebody as one source names them. Any field may be empty: a
// deleted account has none.
type Person struct {
	Name  string `json:"name,omitempty"`
	Login string `json:"login,omitempty"`
	Email string `json:"email,omitempty"`
}

// Participant is another person's part in an item.
type Participant struct {
	Person
	Role string    `json:"role,omitempty"` // author, reviewer, assignee, commenter, attendee, ...
	At   time.Time `json:"at,omitzero"`
}

// Size is how large the artefact is. It weighs evidence and is never a measure
// of performance.
type Size struct {
	Additions int `json:"additions,omitempty"`
	Deletions int `json:"deletions,omitempty"`
	Files     int `json:"files,omitempty"`
	Comments  int `json:"comments,omitempty"`
}

// Flow is an item as something that flows over a board: the whole history, by
// everyone, since time in status cannot be told from one person's moves.
type Flow struct {
	Created  time.Time `json:"created,omitzero"`
	Moves    []Move    `json:"moves,omitempty"`
	Estimate *Estimate `json:"estimate,omitempty"`
	Dates    []DueDate `json:"dates,omitempty"`
	Flagged  []Span    `json:"flagged,omitempty"`

	// Meanings are what the tracker itself says that a status means, by status;
	// what it does not say is left out.
	Meanings map[string]WorkState `json:"meanings,omitempty"`
	Boards   []Board              `json:"boards,omitempty"`  // on which the item stands or stood
	Sprints  []Sprint             `json:"sprints,omitempty"` // in the order in which it was put into them
}

// WorkState is what a status means, whatever a tracker calls it. How an item
// ended is its outcome's [State].
type WorkState string

// The meanings of a status; [WorkStates] lists them in the order of work.
const (
	ToDo       WorkState = "to_do"
	InProgress WorkState = "in_progress"
	Waiting    WorkState = "waiting" // begun, and nobody works on it: for review, for a release
	Done       WorkState = "done"
)

// WorkStates lists every meaning of a status.
var WorkStates = []WorkState{ToDo, InProgress, Waiting, Done}

// Board is a board as it is set up today: trackers keep no history of that.
type Board struct {
	Name    string   `json:"name"`
	URL     string   `json:"url,omitempty"`
	Columns []Column `json:"columns"` // from left to right
}

// Column is a column of a board with the statuses that it shows.
type Column struct {
	Name     string   `json:"name"`
	Statuses []string `json:"statuses"`
	Limit    int      `json:"limit,omitempty"` // of work in progress; 0 for none
}

// Sprint is a stretch of planned work that the item was put into. Times that
// nobody recorded are zero.
type Sprint struct {
	Name    string    `json:"name"`
	From    time.Time `json:"from,omitzero"`
	To      time.Time `json:"to,omitzero"`      // as planned
	Closed  time.Time `json:"closed,omitzero"`  // zero while it runs
	Added   time.Time `json:"added,omitzero"`   // when the item was put into it
	Removed time.Time `json:"removed,omitzero"` // when it was taken out of it
}

// Move is a change of status.
type Move struct {
	At   time.Time `json:"at"`
	From string    `json:"from,omitempty"` // the tracker's own words
	To   string    `json:"to"`
	By   string    `json:"by,omitempty"` // login
	How  How       `json:"how"`
}

// How says how a move is known.
type How string

// The ways to know a move, the surest first.
const (
	ByEvent    How = "event"    // the tracker recorded it
	BySnapshot How = "snapshot" // two snapshots of a board differ
	ByCurrent  How = "current"  // only the status of today is known
)

// Estimate is how large somebody said a work item is.
type Estimate struct {
	Value float64 `json:"value"`
	Unit  string  `json:"unit,omitempty"` // points, hours, days
}

// DueDate is a date that somebody wrote down for a work item, and when.
type DueDate struct {
	At  time.Time `json:"at"`
	Due string    `json:"due,omitempty"` // YYYY-MM-DD; empty when the date was taken away
	By  string    `json:"by,omitempty"`  // login
}

// Span is a stretch of time; a zero To means "still".
type Span struct {
	From time.Time `json:"from"`
	To   time.Time `json:"to,omitzero"`
}

// Own reports whether the item is the person's own; see [Verb.Makes].
func (it *Item) Own() bool {
	for _, a := range it.Acts {
		if a.Verb.Makes() {
			return true
		}
	}
	return false
}

// In reports whether the item counts in p: one of its acts does, or it is the
// person's own and its outcome does.
func (it *Item) In(p Period) bool {
	for _, a := range it.Acts {
		if p.Contains(a.At) {
			return true
		}
	}
	return it.Outcome != nil && !it.Outcome.At.IsZero() && p.Contains(it.Outcome.At) && it.Own()
}

// Date returns the moment that stands for the item in p: the last act that
// makes it the person's own there, else the last act, else the outcome.
func (it *Item) Date(p Period) time.Time {
	var made, any time.Time
	for _, a := range it.Acts {
		if !p.Contains(a.At) {
			continue
		}
		any = a.At
		if a.Verb.Makes() {
			made = a.At
		}
	}
	switch {
	case !made.IsZero():
		return made
	case !any.IsZero():
		return any
	case it.Outcome != nil && p.Contains(it.Outcome.At):
		return it.Outcome.At
	case len(it.Acts) > 0:
		return it.Acts[len(it.Acts)-1].At
	}
	return time.Time{}
}
