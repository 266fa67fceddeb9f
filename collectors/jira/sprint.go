package jira

import (
	"context"
	"regexp"
	"slices"
	"strings"
	"time"

	"github.com/dossier-report/dossier/collectors/internal/web"
	"github.com/dossier-report/dossier/evidence"
)

// planned is a sprint as a site has it.
type planned struct {
	id               string
	name             string
	from, to, closed time.Time
}

// sprint reads one of the sprints that a ticket's field holds: an object on
// Cloud, on Data Center also a text of the form
// "com.atlassian.greenhopper.service.sprint.Sprint@1[id=1,name=Sprint 1,...]".
func (x value) sprint() (planned, bool) {
	text, ok := x.v.(string)
	if !ok {
		s := planned{id: x.at("id").text(), name: strings.TrimSpace(x.name())}
		s.from, s.to, s.closed = x.at("startDate").when(), x.at("endDate").when(), x.at("completeDate").when()
		return s, s.name != ""
	}
	parts := legacySprint.FindAllStringSubmatchIndex(text, -1)
	if parts == nil {
		return planned{name: text}, text != "" && !strings.Contains(text, "@")
	}
	var s planned
	for i, m := range parts {
		end := len(strings.TrimSuffix(text, "]"))
		if i+1 < len(parts) {
			end = parts[i+1][0]
		}
		v := value{v: text[m[1]:max(m[1], end)], where: x.where + "." + text[m[2]:m[3]], odd: x.odd}
		if v.v == "<null>" {
			continue
		}
		switch text[m[2]:m[3]] {
		case "id":
			s.id = v.text()
		case "name":
			s.name = strings.TrimSpace(v.text())
		case "startDate":
			s.from = v.when()
		case "endDate":
			s.to = v.when()
		case "completeDate":
			s.closed = v.when()
		}
	}
	return s, s.name != ""
}

// legacySprint finds where a member of a sprint's text begins. A name may hold
// commas, so only what Jira writes there is one.
var legacySprint = regexp.MustCompile(`[\[,](id|rapidViewId|state|name|goal|startDate|endDate|completeDate|activatedDate|sequence|autoStartStop|synced|incompleteIssuesDestinationId)=`)

// sprintsOf reads the sprints that the ticket's fields hold now. Jira keeps
// those that were closed while the ticket was in them.
func (m *maker) sprintsOf(t *ticket) []planned {
	var list []planned
	for _, id := range sortedKeys(m.fields.sprint) {
		x := t.fields.at(id)
		elems := []value{x}
		if _, ok := x.v.([]any); ok {
			elems = x.list()
		}
		for _, e := range elems {
			if e.null() {
				continue
			}
			if s, ok := e.sprint(); ok {
				list = append(list, s)
			}
		}
	}
	return list
}

// sprintIDs splits what a changelog has of sprints: "3, 5".
func sprintIDs(list string) []string {
	var ids []string
	for id := range strings.SplitSeq(list, ",") {
		if id = strings.TrimSpace(id); id != "" {
			ids = append(ids, id)
		}
	}
	return unique(ids)
}

// maxSprints is how many sprints a collection asks for by themselves.
const maxSprints = 50

// learnSprints learns the sprints that a ticket is in, and asks for those that
// it was taken out of: a changelog has no more of them than number and name.
func (r *run) learnSprints(ctx context.Context, t *ticket) error {
	for _, s := range r.maker.sprintsOf(t) {
		if s.id != "" {
			r.maker.sprints[s.id] = s
		}
	}
	for _, c := range t.changes {
		for _, i := range c.items {
			if r.maker.fields.roleOf(i.fieldID, i.field) != sprint {
				continue
			}
			for _, id := range append(sprintIDs(i.from), sprintIDs(i.to)...) {
				if _, known := r.maker.sprints[id]; known || !isDigits(id) || r.noSprints {
					continue
				}
				if err := r.askSprint(ctx, id); err != nil {
					return err
				}
			}
		}
	}
	return nil
}

// askSprint asks for one sprint. A sprint that cannot be had is told without
// its dates, and a site that gives none is not asked again: a token's scopes may
// do for tickets and not for sprints, which some sites answer with 401.
func (r *run) askSprint(ctx context.Context, id string) error {
	r.maker.sprints[id] = planned{id: id}
	if r.askedSprints++; r.askedSprints > maxSprints {
		r.noSprints = true
		r.out.Note(r.part, "more sprints were left than are asked for; some are told without their dates")
		return nil
	}
	x, err := r.get(ctx, web.Object, "rest/agile/1.0/sprint/"+id, nil)
	switch {
	case err == nil:
		if s, ok := x.sprint(); ok {
			r.maker.sprints[id] = s
		}
	case ctx.Err() != nil:
		return ctx.Err()
	case web.Status(err) == 404:
		// It was deleted, or the person may not see its board.
	default:
		r.noSprints = true
		r.out.Note(r.part, "sprints cannot be read ("+firstLine(err.Error())+"); those that tickets were taken out of are told without their dates")
	}
	return nil
}

// goThroughSprints tells into which sprints the ticket was put and when, in that
// order. The first ones, which no changelog holds, are made up from the first
// change.
func (p *past) goThroughSprints() []evidence.Sprint {
	var list []evidence.Sprint
	open := map[string]int{} // sprints that the ticket is in, and their place in the list
	called := map[string]string{}
	put := func(id string, at time.Time) {
		if _, in := open[id]; !in {
			open[id] = len(list)
			list = append(list, p.sprintNamed(id, called[id], at))
		}
	}
	now, began := p.maker.sprintsOf(p.t), p.created
	if p.t.historyLost {
		began = time.Time{}
	}
	moved := false
	for _, c := range p.t.changes {
		for _, i := range c.items {
			if p.fields.roleOf(i.fieldID, i.field) != sprint {
				continue
			}
			from, to := sprintIDs(i.from), sprintIDs(i.to)
			nameSprints(called, from, i.fromText)
			nameSprints(called, to, i.toText)
			for _, id := range from {
				if _, in := open[id]; !in {
					at := time.Time{}
					if !moved {
						at = began
					}
					put(id, at)
				}
				if !slices.Contains(to, id) {
					list[open[id]].Removed = c.at
					delete(open, id)
				}
			}
			moved = true
			for _, id := range to {
				put(id, c.at)
			}
		}
	}
	for _, s := range now {
		if s.id == "" {
			list = append(list, evidence.Sprint{Name: s.name})
			continue
		}
		at := time.Time{}
		if !moved {
			at = began
		}
		put(s.id, at)
	}
	return list
}

// nameSprints pairs the numbers of a changelog with its names. A name may hold
// a comma: then which is which is not known.
func nameSprints(called map[string]string, ids []string, text string) {
	names := strings.Split(text, ", ")
	switch {
	case len(ids) == 1:
		called[ids[0]] = strings.TrimSpace(text)
	case len(ids) == len(names):
		for i, id := range ids {
			called[id] = strings.TrimSpace(names[i])
		}
	}
}

func (p *past) sprintNamed(id, called string, added time.Time) evidence.Sprint {
	s := p.maker.sprints[id]
	return evidence.Sprint{Name: firstOf(s.name, called, "sprint "+id), From: s.from, To: s.to, Closed: s.closed, Added: added}
}
