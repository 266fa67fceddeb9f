package github

import (
	"cmp"
	"slices"
	"strings"
	"time"

	"github.com/dossier-report/dossier/evidence"
)

// The statuses of pull requests and issues, in GitHub's words.
const (
	draft      = "Draft"
	open       = "Open"
	inReview   = "In review"
	changes    = "Changes requested"
	approved   = "Approved"
	merged     = "Merged"
	closed     = "Closed"
	notPlanned = "Not planned"
)

// happening is one thing that changed the status.
type happening struct {
	at time.Time
	to string
	by string
}

// flow tells the whole history, by everyone: what GitHub recorded as events.
// What a board says about the same issue is the card's flow.
func (m *maker) flow(n *artefact) *evidence.Flow {
	if n.CreatedAt.IsZero() {
		return nil
	}
	f := &evidence.Flow{Created: n.CreatedAt.Time}
	from := open
	if n.pull() && wasDraft(n) {
		from = draft
	}
	for _, h := range happenings(n, from) {
		if h.to == from {
			continue
		}
		f.Moves = append(f.Moves, evidence.Move{At: h.at, From: from, To: h.to, By: h.by, How: evidence.ByEvent})
		from = h.to
	}
	f.Meanings = meanings(f.Moves, from, n.pull())
	for _, b := range n.ProjectItems.all() {
		plan(b.FieldValues.all(), f)
	}
	return f
}

// meanings says what the statuses of an issue or a pull request mean. A pull
// request is work from its first day on, an issue waits to be taken up; what is
// in review or approved waits for somebody else.
func meanings(moves []evidence.Move, last string, pull bool) map[string]evidence.WorkState {
	all := map[string]evidence.WorkState{
		draft: evidence.InProgress, open: evidence.ToDo, inReview: evidence.Waiting, changes: evidence.InProgress, approved: evidence.Waiting,
		merged: evidence.Done, closed: evidence.Done, notPlanned: evidence.Done,
	}
	if pull {
		all[open] = evidence.InProgress
	}
	list := map[string]evidence.WorkState{last: all[last]}
	for _, m := range moves {
		list[m.From], list[m.To] = all[m.From], all[m.To]
	}
	return list
}

// wasDraft reports whether a pull request began as a draft: the first change of
// that tells what was before it.
func wasDraft(n *artefact) bool {
	first := event{}
	for _, e := range n.Events.all() {
		if (e.Typename == "ReadyForReviewEvent" || e.Typename == "ConvertToDraftEvent") &&
			(first.CreatedAt.IsZero() || e.CreatedAt.Before(first.CreatedAt.Time)) {
			first = *e
		}
	}
	if first.Typename == "" {
		return n.IsDraft
	}
	return first.Typename == "ReadyForReviewEvent"
}

// happenings returns what changed the status, in order of time.
func happenings(n *artefact, first string) []happening {
	var list []happening
	for _, e := range n.Events.all() {
		h := happening{at: e.CreatedAt.Time, by: e.Actor.login()}
		switch e.Typename {
		case "ReadyForReviewEvent", "ReopenedEvent":
			h.to = open
		case "ConvertToDraftEvent":
			h.to = draft
		case "ReviewRequestedEvent":
			h.to = inReview
		case "MergedEvent":
			h.to = merged
		case "ClosedEvent":
			switch {
			case !n.MergedAt.IsZero() && !e.CreatedAt.Before(n.MergedAt.Time):
				continue // a merge closes as well
			case e.StateReason == "NOT_PLANNED" || e.StateReason == "DUPLICATE":
				h.to = notPlanned
			default:
				h.to = closed
			}
		}
		list = append(list, h)
	}
	for _, r := range n.Reviews.all() {
		h := happening{at: r.SubmittedAt.Time, by: r.Author.login()}
		switch r.State {
		case "APPROVED":
			h.to = approved
		case "CHANGES_REQUESTED":
			h.to = changes
		case "COMMENTED":
			if r.Author.login() == n.Author.login() {
				continue
			}
			h.to = inReview
		}
		list = append(list, h)
	}
	if !n.MergedAt.IsZero() && !slices.ContainsFunc(list, func(h happening) bool { return h.to == merged }) {
		list = append(list, happening{at: n.MergedAt.Time, to: merged, by: n.MergedBy.login()})
	}
	list = slices.DeleteFunc(list, func(h happening) bool { return h.at.IsZero() || h.to == "" })
	slices.SortStableFunc(list, func(a, b happening) int { return a.at.Compare(b.at) })
	return settle(list, first)
}

// settle drops what does not change the status: a review request while a draft
// is being written, a comment after an approval, a review after the end.
func settle(list []happening, now string) []happening {
	out := list[:0]
	for _, h := range list {
		ended := now == merged || now == closed || now == notPlanned
		switch {
		case ended && h.to != open:
			continue
		case now == merged:
			continue
		case h.to == inReview && now != open && now != changes:
			continue
		}
		now = h.to
		out = append(out, h)
	}
	return out
}

func named(name string, words ...string) bool {
	name = strings.ToLower(name)
	return slices.ContainsFunc(words, func(w string) bool { return strings.Contains(name, w) })
}

// dueOf reports whether a date or iteration field says when something is to end.
func dueOf(v *fieldValue) (string, bool) {
	switch v.Typename {
	case "ProjectV2ItemFieldDateValue":
		if named(v.field(), "due", "target", "end", "deadline", "finish", "deliver", "ship", "release") {
			return v.Date, dateForm(v.Date)
		}
	case "ProjectV2ItemFieldIterationValue":
		start, err := time.Parse(time.DateOnly, v.StartDate)
		if err == nil && v.Duration > 0 {
			return start.AddDate(0, 0, v.Duration-1).Format(time.DateOnly), true
		}
	}
	return "", false
}

// sprintOf reports whether a field is an iteration. GitHub knows its days, and
// keeps none of the iterations that an item was in before. Days have no zone:
// they are told as those of UTC.
func sprintOf(v *fieldValue) (evidence.Sprint, bool) {
	start, err := time.Parse(time.DateOnly, v.StartDate)
	if v.Typename != "ProjectV2ItemFieldIterationValue" || v.Title == "" || err != nil || v.Duration <= 0 {
		return evidence.Sprint{}, false
	}
	return evidence.Sprint{Name: v.Title, From: start, To: start.AddDate(0, 0, v.Duration), Added: v.UpdatedAt.Time}, true
}

func dateForm(s string) bool {
	_, err := time.Parse(time.DateOnly, s)
	return err == nil
}

// estimateOf reports whether a number field says how large something is.
func estimateOf(v *fieldValue) (evidence.Estimate, bool) {
	if v.Typename != "ProjectV2ItemFieldNumberValue" || v.Number == nil {
		return evidence.Estimate{}, false
	}
	switch name := v.field(); {
	case named(name, "hour"):
		return evidence.Estimate{Value: *v.Number, Unit: "hours"}, true
	case named(name, "day"):
		return evidence.Estimate{Value: *v.Number, Unit: "days"}, true
	case named(name, "point", "estimate", "size", "effort"):
		return evidence.Estimate{Value: *v.Number, Unit: "points"}, true
	}
	return evidence.Estimate{}, false
}

// plan adds a card's dates and estimate to a flow. GitHub keeps only the value
// of today with the time at which it was written.
func plan(values []*fieldValue, f *evidence.Flow) {
	for _, v := range values {
		if due, ok := dueOf(v); ok && !v.UpdatedAt.IsZero() {
			d := evidence.DueDate{At: v.UpdatedAt.Time, Due: due, By: v.Creator.login()}
			if !slices.Contains(f.Dates, d) {
				f.Dates = append(f.Dates, d)
			}
		}
		if e, ok := estimateOf(v); ok && f.Estimate == nil {
			f.Estimate = &e
		}
		if s, ok := sprintOf(v); ok && !slices.Contains(f.Sprints, s) {
			f.Sprints = append(f.Sprints, s)
		}
	}
	slices.SortStableFunc(f.Sprints, func(a, b evidence.Sprint) int { return cmp.Or(a.Added.Compare(b.Added), a.From.Compare(b.From)) })
	slices.SortStableFunc(f.Dates, func(a, b evidence.DueDate) int { return cmp.Or(a.At.Compare(b.At), cmp.Compare(a.Due, b.Due)) })
}
