package jira

import (
	"strings"
)

// catalogue knows what a site calls the fields that every site numbers anew:
// "customfield_10016" is its story points. A changelog names a field by its id
// on Cloud and only by its name on Data Center.
type catalogue struct {
	points  map[string]bool // numbers of story points, by id
	sprint  map[string]bool
	flagged map[string]bool
	epic    map[string]bool   // the epic that a ticket belongs to
	dates   map[string]string // further dates that can be planned, id to name
	ids     map[string]string // name in lower case to id
}

// Schemas of the fields that Jira Software adds.
const (
	schemaSprint = "com.pyxis.greenhopper.jira:gh-sprint"
	schemaPoints = "com.pyxis.greenhopper.jira:jsw-story-points"
	schemaEpic   = "com.pyxis.greenhopper.jira:gh-epic-link"
)

// newCatalogue reads the answer of GET rest/api/2/field. boards are the fields
// that boards estimate by; they are story points whatever they are called.
func newCatalogue(fields value, boards ...string) *catalogue {
	c := &catalogue{points: map[string]bool{}, sprint: map[string]bool{}, flagged: map[string]bool{},
		epic: map[string]bool{}, dates: map[string]string{}, ids: map[string]string{}}
	for _, f := range fields.list() {
		c.add(f)
	}
	for _, id := range boards {
		if id != "" && id != "timeoriginalestimate" {
			c.points[id] = true
		}
	}
	return c
}

func (c *catalogue) add(f value) {
	id, name := f.at("id").text(), f.at("name").text()
	if id == "" {
		return
	}
	lower := strings.ToLower(name)
	schema := f.at("schema")
	kind, custom := schema.at("type").text(), schema.at("custom").text()
	isCustom := strings.HasPrefix(id, "customfield_")
	if _, taken := c.ids[lower]; !taken || isCustom {
		c.ids[lower] = id
	}
	switch {
	case custom == schemaSprint:
		c.sprint[id] = true
	case custom == schemaPoints,
		kind == "number" && (lower == "story points" || lower == "story point estimate"):
		c.points[id] = true
	case custom == schemaEpic:
		c.epic[id] = true
	case isCustom && lower == "flagged":
		c.flagged[id] = true
	case isCustom && (kind == "date" || kind == "datetime"):
		c.dates[id] = name
	}
}

// role is what a field means here.
type role int

const (
	other role = iota
	status
	assignee
	resolution
	due
	points
	hours
	sprint
	flag
	date    // a further date that can be planned
	related // links, epic, parent
	wording // what the person edits: summary, description, labels, ...
	oldKey
)

// roleOf returns what a changed field means, by its id or else its name.
func (c *catalogue) roleOf(id, name string) role {
	lower := strings.ToLower(name)
	if id == "" {
		id = firstOf(c.ids[lower], lower)
	}
	switch {
	case c.points[id]:
		return points
	case c.sprint[id]:
		return sprint
	case c.flagged[id]:
		return flag
	case c.epic[id]:
		return related
	case c.dates[id] != "":
		return date
	}
	if r, ok := systemFields[id]; ok {
		return r
	}
	return systemFields[lower]
}

// systemFields are the fields that every Jira has, by id and by the name in a
// changelog.
var systemFields = map[string]role{
	"status": status, "assignee": assignee, "resolution": resolution,
	"duedate": due, "due date": due, "timeoriginalestimate": hours, "original estimate": hours,
	"story points": points, "story point estimate": points, "sprint": sprint, "flagged": flag,
	"link": related, "issuelinks": related, "epic link": related, "epic child": related,
	"parent": related, "issueparentassociation": related, "remoteissuelink": related, "remoteworkitemlink": related,
	"summary": wording, "description": wording, "environment": wording, "priority": wording,
	"labels": wording, "component": wording, "components": wording, "issuetype": wording,
	"fix version": wording, "fixversions": wording, "attachment": wording,
	"key": oldKey,
}
