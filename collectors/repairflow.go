package collectors

import (
	"fmt"
	"maps"
	"slices"
	"time"

	"github.com/dossier-report/dossier/evidence"
)

func (m *mender) flow(f *evidence.Flow) {
	m.date(&f.Created, "flow.created")
	f.Moves = slices.DeleteFunc(slices.Clone(f.Moves), func(v evidence.Move) bool {
		ok := !v.At.IsZero() && writable(v.At) && v.To != "" &&
			(v.How == evidence.ByEvent || v.How == evidence.BySnapshot || v.How == evidence.ByCurrent)
		if !ok {
			m.bad("a move to %q lacks its time, its status or how it is known and was left out", firstLine(v.To))
		}
		return !ok
	})
	for i := range f.Moves {
		f.Moves[i].At = f.Moves[i].At.UTC()
	}
	if f.Estimate != nil && !finite(f.Estimate.Value) {
		m.bad("the estimate is not a number and was left out")
		f.Estimate = nil
	}
	f.Dates = slices.DeleteFunc(slices.Clone(f.Dates), func(d evidence.DueDate) bool {
		_, err := time.Parse(time.DateOnly, d.Due)
		if d.Due == "" || err == nil {
			return false
		}
		m.bad("the date %q is not YYYY-MM-DD and was left out", firstLine(d.Due))
		return true
	})
	for i := range f.Dates {
		m.date(&f.Dates[i].At, "flow.dates[%d].at", i)
	}
	f.Flagged = slices.Clone(f.Flagged)
	for i := range f.Flagged {
		m.date(&f.Flagged[i].From, "flow.flagged[%d].from", i)
		m.date(&f.Flagged[i].To, "flow.flagged[%d].to", i)
	}
	m.meanings(f)
	m.boards(f)
	m.sprints(f)
}

func (m *mender) meanings(f *evidence.Flow) {
	if f.Meanings == nil {
		return
	}
	list := map[string]evidence.WorkState{}
	for _, status := range slices.Sorted(maps.Keys(f.Meanings)) {
		if means := f.Meanings[status]; status != "" && slices.Contains(evidence.WorkStates, means) {
			list[status] = means
		} else {
			m.bad("the status %q has the unknown meaning %q, which was left out", firstLine(status), firstLine(string(means)))
		}
	}
	f.Meanings = list
}

func (m *mender) boards(f *evidence.Flow) {
	f.Boards = slices.Clone(f.Boards)
	for i := range f.Boards {
		b := &f.Boards[i]
		m.address(&b.URL, fmt.Sprintf("flow.boards[%d].url", i))
		b.Columns = slices.Clone(b.Columns)
		for j := range b.Columns {
			c := &b.Columns[j]
			c.Statuses = slices.Clone(c.Statuses)
			if c.Limit < 0 {
				m.bad("the column %q has the limit %d, which was left out", firstLine(c.Name), c.Limit)
				c.Limit = 0
			}
		}
	}
}

func (m *mender) sprints(f *evidence.Flow) {
	f.Sprints = slices.Clone(f.Sprints)
	for i := range f.Sprints {
		s := &f.Sprints[i]
		for _, t := range []struct {
			name string
			at   *time.Time
		}{{"from", &s.From}, {"to", &s.To}, {"closed", &s.Closed}, {"added", &s.Added}, {"removed", &s.Removed}} {
			m.date(t.at, "flow.sprints[%d].%s", i, t.name)
		}
		m.order(s.Name, &s.From, &s.To)
		m.order(s.Name, &s.From, &s.Closed)
		m.order(s.Name, &s.Added, &s.Removed)
	}
}

// order blanks the end of a stretch that ends before it begins.
func (m *mender) order(sprint string, from, to *time.Time) {
	if !from.IsZero() && !to.IsZero() && to.Before(*from) {
		m.bad("the sprint %q has an end before its beginning, which was left out", firstLine(sprint))
		*to = time.Time{}
	}
}

// redactFlow passes all text of a flow to clean. The slices are the item's own.
func redactFlow(f *evidence.Flow, clean func(...*string)) {
	for i := range f.Moves {
		clean(&f.Moves[i].From, &f.Moves[i].To, &f.Moves[i].By)
	}
	for i := range f.Dates {
		clean(&f.Dates[i].By)
	}
	if f.Estimate != nil {
		e := *f.Estimate
		clean(&e.Unit)
		f.Estimate = &e
	}
	if f.Meanings != nil {
		list := map[string]evidence.WorkState{}
		for _, status := range slices.Sorted(maps.Keys(f.Meanings)) {
			means := f.Meanings[status]
			clean(&status)
			list[status] = means
		}
		f.Meanings = list
	}
	for i := range f.Boards {
		b := &f.Boards[i]
		clean(&b.Name)
		for j := range b.Columns {
			c := &b.Columns[j]
			clean(&c.Name)
			for k := range c.Statuses {
				clean(&c.Statuses[k])
			}
		}
	}
	for i := range f.Sprints {
		clean(&f.Sprints[i].Name)
	}
}
