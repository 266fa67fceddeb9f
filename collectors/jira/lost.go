package jira

import (
	"slices"

	"github.com/dossier-report/dossier/collectors"
	"github.com/dossier-report/dossier/evidence"
)

// maxSights bounds the cursor like maxSeen.
const maxSights = 1000

// sight notes how a ticket without a history stands, and returns what is known
// of its moves. Its status is known to be this since its category is, at the
// earliest, and at the latest when the ticket was last updated.
func (c *cursor) sight(t *ticket) *collectors.Sighting {
	st := t.fields.at("status")
	s := c.Sights[t.id].See(collectors.Look{Status: firstOf(st.at("name").text(), st.at("id").text()), At: t.updated,
		Since: t.fields.at("statuscategorychangedate").when()})
	if c.Sights == nil {
		c.Sights = map[string]*collectors.Sighting{}
	}
	if _, known := c.Sights[t.id]; known || len(c.Sights) < maxSights {
		c.Sights[t.id] = s
	}
	return s
}

// startUnknown is start for a ticket whose history cannot be had: what it holds
// today says nothing about the day on which it was created.
func (p *past) startUnknown() {
	ref, name, ok := p.current(assignee)
	if !ok || slices.ContainsFunc(p.t.changes, func(c change) bool {
		return slices.ContainsFunc(c.items, func(i changed) bool { return p.fields.roleOf(i.fieldID, i.field) == assignee })
	}) {
		return
	}
	if u := p.who.find(ref, name); p.who.isSelfRef(ref) || p.who.isSelf(u) {
		p.act(p.created, evidence.Assigned, "since when is not known: the ticket was created then")
	} else {
		p.takesPart(u, "assignee", p.created)
	}
}
