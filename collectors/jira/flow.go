package jira

import (
	"cmp"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/dossier-report/dossier/evidence"
)

// maker makes evidence of tickets.
type maker struct {
	site   site
	who    *directory
	fields *catalogue
	states *statuses
	// sprints are those that were met or asked for, by id.
	sprints map[string]planned
}

// past is a ticket's history as it is gone through.
type past struct {
	*maker
	t       *ticket
	created time.Time
	creator user

	item evidence.Item
	flow evidence.Flow
}

// act notes what the person did.
func (p *past) act(at time.Time, verb evidence.Verb, context string) {
	p.item.Acts = append(p.item.Acts, evidence.Act{At: at, Verb: verb, Context: context})
}

// start makes up what a ticket was when it was created: a changelog holds only
// what changed since.
func (p *past) start() {
	if p.created.IsZero() {
		return // nothing says when
	}
	mine := p.who.isSelf(p.creator)
	if mine {
		p.act(p.created, evidence.Created, "")
	}
	if p.t.historyLost {
		p.startUnknown()
		return
	}
	if id, name, ok := p.initial(status); ok && firstOf(name, id) != "" {
		p.flow.Moves = append(p.flow.Moves, evidence.Move{At: p.created, To: firstOf(name, id), By: p.who.by(p.creator), How: evidence.ByEvent})
	}
	if ref, name, ok := p.initial(assignee); ok && (ref != "" || name != "") {
		u := p.who.find(ref, name)
		if p.who.isSelfRef(ref) || p.who.isSelf(u) {
			p.act(p.created, evidence.Assigned, "")
		} else {
			p.takesPart(u, "assignee", p.created)
		}
	}
	if ref, name, ok := p.initial(due); ok {
		if d, ok := firstDay(ref, name); ok {
			p.flow.Dates = append(p.flow.Dates, evidence.DueDate{At: p.created, Due: d, By: p.who.by(p.creator)})
			if mine {
				p.act(p.created, evidence.Scheduled, "due "+d)
			}
		}
	}
	for _, r := range []role{points, hours} {
		if ref, name, ok := p.initial(r); ok && mine {
			if size := sized(r, ref, name); size != "" {
				p.act(p.created, evidence.Estimated, size)
			}
		}
	}
	if _, name, ok := p.initial(flag); ok && name != "" {
		p.flow.Flagged = append(p.flow.Flagged, evidence.Span{From: p.created})
	}
}

// initial returns what a field held when the ticket was created: what its
// first change took away, or what it holds now when nothing ever changed it.
func (p *past) initial(r role) (ref, name string, ok bool) {
	for _, c := range p.t.changes {
		for _, i := range c.items {
			if p.fields.roleOf(i.fieldID, i.field) == r {
				return i.from, i.fromText, true
			}
		}
	}
	return p.current(r)
}

// current returns what a field holds now.
func (p *past) current(r role) (ref, name string, ok bool) {
	f := p.t.fields
	switch r {
	case status:
		s := f.at("status")
		return s.at("id").text(), s.at("name").text(), !s.null()
	case assignee:
		u := f.at("assignee").user()
		return u.ref(), u.shown, !u.zero()
	case due:
		d := f.at("duedate").day()
		return d, d, d != ""
	case hours:
		n, ok := f.at("timeoriginalestimate").number()
		return strconv.FormatFloat(n, 'f', -1, 64), "", ok
	case points:
		if id, n, ok := p.storyPoints(); ok {
			return id, strconv.FormatFloat(n, 'f', -1, 64), true
		}
	case flag:
		for id := range p.fields.flagged {
			if names := f.at(id).names(); len(names) > 0 {
				return "", names[0], true
			}
		}
	}
	return "", "", false
}

func sortedKeys[V any](m map[string]V) []string {
	keys := make([]string, 0, len(m))
	for k := range m {
		keys = append(keys, k)
	}
	slices.Sort(keys)
	return keys
}

// goThrough reads the changes in order of time.
func (p *past) goThrough() {
	for _, c := range p.t.changes {
		mine := p.who.isSelf(c.by)
		var edits []string
		solved := slices.ContainsFunc(c.items, func(i changed) bool {
			return p.fields.roleOf(i.fieldID, i.field) == resolution && i.toText != ""
		})
		// A move comes before what it brought with it.
		slices.SortStableFunc(c.items, func(a, b changed) int {
			return cmp.Compare(min(p.fields.roleOf(a.fieldID, a.field), status+1), min(p.fields.roleOf(b.fieldID, b.field), status+1))
		})
		for _, i := range c.items {
			r := p.fields.roleOf(i.fieldID, i.field)
			p.follow(c, i, r)
			if mine {
				if what := p.did(c, i, r, solved); what != "" {
					edits = append(edits, what)
				}
			}
		}
		if len(edits) > 0 {
			p.act(c.at, evidence.Edited, strings.Join(edits, "; "))
		}
	}
}

// follow notes what a change means for the flow, whoever made it.
func (p *past) follow(c change, i changed, r role) {
	switch r {
	case status:
		if i.toText == "" && i.to == "" {
			p.t.odd.add("a move of %s leads to no status and was left out", c.at.Format(time.RFC3339))
			return
		}
		p.flow.Moves = append(p.flow.Moves, evidence.Move{At: c.at, From: firstOf(i.fromText, i.from), To: firstOf(i.toText, i.to), By: p.who.by(c.by), How: evidence.ByEvent})
	case assignee:
		u := p.who.find(i.to, i.toText)
		switch {
		case i.to == "" && i.toText == "":
		case p.who.isSelfRef(i.to) || p.who.isSelf(u):
			// Being given something is theirs, whoever gave it.
			context := ""
			if by := p.who.person(c.by); !p.who.isSelf(c.by) {
				context = joined("by ", firstOf(by.Name, by.Login))
			}
			p.act(c.at, evidence.Assigned, context)
		default:
			p.takesPart(u, "assignee", c.at)
		}
	case due:
		d, ok := firstDay(i.to, i.toText)
		if !ok && (i.to != "" || i.toText != "") {
			p.t.odd.add("the due date %q is no date and was left out", excerpt(firstOf(i.to, i.toText), 40))
			return
		}
		p.flow.Dates = append(p.flow.Dates, evidence.DueDate{At: c.at, Due: d, By: p.who.by(c.by)})
	case flag:
		p.flagged(c.at, i.toText != "")
	case oldKey:
		if i.fromText != "" {
			p.t.links = append(p.t.links, i.fromText)
		}
	}
}

func joined(before, s string) string {
	if s == "" {
		return ""
	}
	return before + s
}

// flagged opens or closes a span.
func (p *past) flagged(at time.Time, on bool) {
	n := len(p.flow.Flagged)
	open := n > 0 && p.flow.Flagged[n-1].To.IsZero()
	switch {
	case on && !open:
		p.flow.Flagged = append(p.flow.Flagged, evidence.Span{From: at})
	case !on && open:
		p.flow.Flagged[n-1].To = at
	}
}

// did notes what the person themselves changed. What is a mere edit it
// returns, for all edits of one moment are one act.
func (p *past) did(c change, i changed, r role, solved bool) (edit string) {
	arrow := func(from, to string) string {
		switch {
		case from == "":
			return to
		case to == "":
			return from + " taken away"
		}
		return from + " → " + to
	}
	switch r {
	case status:
		p.act(c.at, evidence.Moved, arrow(firstOf(i.fromText, i.from), firstOf(i.toText, i.to)))
		if !solved && p.states.done(i.to) && !p.states.done(i.from) {
			p.act(c.at, evidence.Resolved, firstOf(i.toText, i.to))
		}
	case resolution:
		if i.toText != "" {
			p.act(c.at, evidence.Resolved, i.toText)
		}
	case due:
		from, _ := firstDay(i.from, i.fromText)
		to, ok := firstDay(i.to, i.toText)
		if ok || from != "" {
			p.act(c.at, evidence.Scheduled, "due "+arrow(from, to))
		}
	case date:
		from, to := firstOf(i.fromText, i.from), firstOf(i.toText, i.to)
		p.act(c.at, evidence.Scheduled, firstOf(p.fields.dates[i.fieldID], i.field)+" "+arrow(from, to))
	case sprint:
		p.act(c.at, evidence.Scheduled, "sprint "+arrow(i.fromText, i.toText))
	case points, hours:
		if to, from := sized(r, i.to, i.toText), sized(r, i.from, i.fromText); to != "" || from != "" {
			p.act(c.at, evidence.Estimated, arrow(from, to))
		}
	case flag:
		if i.toText != "" {
			return "flagged as " + i.toText
		}
		return "flag taken away"
	case related:
		return firstOf(i.toText, joined("no longer: ", i.fromText), i.field)
	case wording:
		return "changed " + firstOf(i.field, i.fieldID)
	}
	return ""
}

// takesPart adds somebody else once for each role, when they first had it.
func (p *past) takesPart(u user, role string, at time.Time) {
	person := p.who.person(u)
	if person == (evidence.Person{}) || p.who.isSelf(u) {
		return
	}
	for _, o := range p.item.People {
		if o.Role == role && o.Person == person {
			return
		}
	}
	p.item.People = append(p.item.People, evidence.Participant{Person: person, Role: role, At: at})
}

func sortActs(acts []evidence.Act) {
	slices.SortStableFunc(acts, func(a, b evidence.Act) int { return cmp.Compare(a.At.UnixNano(), b.At.UnixNano()) })
}
