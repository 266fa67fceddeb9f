package jira

import (
	"context"

	"github.com/dossier-report/dossier/collectors/internal/web"
	"github.com/dossier-report/dossier/evidence"
)

// statuses knows what a site calls its statuses today and what they mean, by
// id. A changelog has the names that they had at the time.
type statuses struct {
	names map[string]string
	// categories are "new", "indeterminate" or "done".
	categories map[string]string
}

func newStatuses() *statuses {
	return &statuses{names: map[string]string{}, categories: map[string]string{}}
}

// add learns from a status, as GET rest/api/2/status and every ticket has it.
func (s *statuses) add(x value) {
	id := x.at("id").text()
	if id == "" {
		return
	}
	if name := x.at("name").text(); name != "" {
		s.names[id] = name
	}
	if key := x.at("statusCategory").at("key").text(); key != "" {
		s.categories[id] = key
	}
}

// done reports whether the status with the id is an end.
func (s *statuses) done(id string) bool { return s.categories[id] == "done" }

// meaning returns what the site says that a status means; "" where it says
// nothing.
func (s *statuses) meaning(id string) evidence.WorkState {
	switch s.categories[id] {
	case "new":
		return evidence.ToDo
	case "indeterminate":
		return evidence.InProgress
	case "done":
		return evidence.Done
	}
	return ""
}

// learnStatuses asks for all statuses once, when one that is needed is not
// known: tickets tell only of those in which they stand.
func (r *run) learnStatuses(ctx context.Context, needed ...string) error {
	known := true
	for _, id := range needed {
		known = known && (id == "" || r.maker.states.categories[id] != "" && r.maker.states.names[id] != "")
	}
	if known || r.askedStatuses {
		return nil
	}
	r.askedStatuses = true
	list, err := r.get(ctx, web.List, "rest/api/2/status", nil)
	if refused(err) {
		r.out.Note(r.part, "the site does not list its statuses ("+firstLine(err.Error())+"); what some of them mean is not known")
		return nil
	}
	if err != nil {
		return err
	}
	for _, s := range list.list() {
		r.maker.states.add(s)
	}
	return nil
}

// statusesOf returns the ids of the statuses in which a ticket stood.
func (m *maker) statusesOf(t *ticket) []string {
	list := []string{t.fields.at("status").at("id").text()}
	for _, c := range t.changes {
		for _, i := range c.items {
			if m.fields.roleOf(i.fieldID, i.field) == status {
				list = append(list, i.from, i.to)
			}
		}
	}
	return list
}

// called returns the names that the ticket's statuses had when it stood in
// them, by id, and the name of the status in which it stands.
func (p *past) called() map[string][]string {
	names := map[string][]string{}
	add := func(id, name string) {
		if name = firstOf(name, id); id != "" && name != "" {
			names[id] = unique(append(names[id], name))
		}
	}
	for _, c := range p.t.changes {
		for _, i := range c.items {
			if p.fields.roleOf(i.fieldID, i.field) == status {
				add(i.from, i.fromText)
				add(i.to, i.toText)
			}
		}
	}
	st := p.t.fields.at("status")
	add(st.at("id").text(), st.at("name").text())
	return names
}

// meanings are what the statuses mean in which the ticket stood. Of two with
// one name the one with the later id counts, so that the answer is one.
func (p *past) meanings() map[string]evidence.WorkState {
	list := map[string]evidence.WorkState{}
	names := p.called()
	for _, id := range sortedKeys(names) {
		if means := p.states.meaning(id); means != "" {
			for _, name := range names[id] {
				list[name] = means
			}
		}
	}
	if len(list) == 0 {
		return nil
	}
	return list
}
