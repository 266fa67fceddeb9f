package jira

import (
	"net/url"
	"regexp"
	"slices"
	"strings"
	"time"

	"github.com/dossier-report/dossier/evidence"
)

// site is where a Jira lies for people: links lead there, whatever address is
// asked.
type site struct {
	name string // host and path, for ids: acme.atlassian.net
	base string // https://acme.atlassian.net
}

func newSite(u *url.URL) site {
	return site{name: strings.ToLower(u.Host) + u.Path, base: u.Scheme + "://" + strings.ToLower(u.Host) + u.Path}
}

// browse returns the address of a ticket.
func (s site) browse(key string) string {
	if key == "" {
		return ""
	}
	return s.base + "/browse/" + url.PathEscape(key)
}

// id returns the id of an issue. A key changes when its project is renamed or
// the ticket moves to another; the number does not.
func (s site) id(number string) string { return "jira:" + s.name + "/" + number }

// item makes evidence of a ticket that is complete.
func (m *maker) item(t *ticket) evidence.Fetched {
	t.sort()
	t.learn(m.who)
	p := &past{maker: m, t: t, created: t.fields.at("created").when(), creator: t.fields.at("creator").user()}
	p.whoMadeIt()
	f := t.fields
	p.item = evidence.Item{
		ID: m.site.id(t.id), Source: "jira", Kind: evidence.Ticket,
		Title:   strings.Join(strings.Fields(f.at("summary").text()), " "),
		Text:    plain(f.at("description").text(), m.who.called),
		URL:     m.site.browse(t.key),
		Place:   p.place(),
		Private: true,
	}
	if author := m.who.person(p.creator); author != (evidence.Person{}) {
		p.item.Author = &author
	}
	p.start()
	p.goThrough()
	p.flow.Created = p.created
	p.flow.Moves = t.sight.Join(p.flow.Moves)
	p.flow.Meanings, p.flow.Boards, p.flow.Sprints = p.meanings(), p.boards(), p.goThroughSprints()
	p.flow.Estimate = p.estimate()
	p.item.Flow = &p.flow
	p.talk()
	p.item.Outcome = p.outcome()
	p.item.Labels = p.labels()
	p.item.Links = p.links()
	if reporter := f.at("reporter").user(); p.item.Author == nil || m.who.person(reporter) != *p.item.Author {
		p.takesPart(reporter, "reporter", p.created)
	}
	if n := len(t.comments); n > 0 {
		p.item.Size = &evidence.Size{Comments: n}
	}
	sortActs(p.item.Acts)
	return evidence.Fetched{Item: p.item, Hash: t.hash()}
}

// whoMadeIt settles who created the ticket and when. An app that files tickets
// does so for the reporter.
func (p *past) whoMadeIt() {
	if p.creator.zero() || p.creator.app {
		if reporter := p.t.fields.at("reporter").user(); !reporter.zero() {
			p.creator = reporter
		}
	}
	if !p.created.IsZero() {
		return
	}
	p.created = p.t.updated
	if len(p.t.changes) > 0 {
		p.created = p.t.changes[0].at
	}
	p.t.odd.add("it does not say when it was created")
}

// place is the key of the project.
func (p *past) place() string {
	if key := p.t.fields.at("project").at("key").text(); key != "" {
		return key
	}
	key, _, _ := strings.Cut(p.t.key, "-")
	return key
}

// talk adds comments and logged work.
func (p *past) talk() {
	page := p.maker.site.browse(p.t.key)
	address := func(name, id string) string {
		if page == "" || id == "" {
			return ""
		}
		return page + "?" + name + "=" + url.QueryEscape(id)
	}
	for _, c := range p.t.comments {
		if !p.who.isSelf(c.by) {
			p.takesPart(c.by, "commenter", c.at)
			continue
		}
		p.item.Acts = append(p.item.Acts, evidence.Act{At: c.at, Verb: evidence.Commented,
			Text: plain(c.text, p.who.called), URL: address("focusedCommentId", c.id)})
	}
	for _, w := range p.t.worklogs {
		if !p.who.isSelf(w.by) {
			p.takesPart(w.by, "worker", w.at)
			continue
		}
		p.item.Acts = append(p.item.Acts, evidence.Act{At: w.at, Verb: evidence.LoggedWork,
			Text: plain(w.text, p.who.called), URL: address("focusedWorklogId", w.id), Seconds: w.seconds})
	}
}

// dropped are the words of resolutions and statuses that end a ticket without
// its work being done.
var dropped = regexp.MustCompile(`(?i)\b(?:won'?t|won’t|will not|duplicate[ds]?|(?:cannot|can'?t|could not|unable to) reproduce|not reproducible|declined?|reject(?:ed)?|cancel(?:l?ed)?|abandon(?:ed)?|obsolete|invalid|incomplete|not a bug|no longer|dropped|discard(?:ed)?|withdrawn|by design|out of scope|not needed|outdated)\b`)

// outcome is nil while the ticket is open: its status says so, whatever
// resolution was left behind when it was opened again.
func (p *past) outcome() *evidence.Outcome {
	f := p.t.fields
	st := f.at("status")
	state := firstOf(st.at("statusCategory").at("key").text(), p.states.categories[st.at("id").text()])
	solution := ""
	if r := f.at("resolution"); !r.null() {
		solution = r.name()
	}
	if state != "done" && (state != "" || solution == "") {
		return nil
	}
	o := &evidence.Outcome{State: evidence.StateDone}
	if dropped.MatchString(solution) || dropped.MatchString(st.at("name").text()) {
		o.State = evidence.StateDropped
	}
	o.At, o.By = p.ended()
	if at := f.at("resolutiondate").when(); !at.IsZero() {
		o.At = at
	}
	if o.At.IsZero() {
		o.At = f.at("statuscategorychangedate").when()
	}
	return o
}

// ended returns when the ticket last came to an end, and by whom: the move into
// a status that means done after one that does not, or the last resolution.
func (p *past) ended() (at time.Time, by string) {
	for _, c := range slices.Backward(p.t.changes) {
		for _, i := range c.items {
			switch p.fields.roleOf(i.fieldID, i.field) {
			case resolution:
				if i.toText != "" {
					return c.at, p.who.by(c.by)
				}
			case status:
				if !p.states.done(i.to) {
					continue
				}
				at, by = c.at, p.who.by(c.by)
				if !p.states.done(i.from) && !resolvedIn(p, c) {
					return at, by
				}
			}
		}
	}
	return at, by
}

func resolvedIn(p *past, c change) bool {
	return slices.ContainsFunc(c.items, func(i changed) bool {
		return p.fields.roleOf(i.fieldID, i.field) == resolution && i.toText != ""
	})
}

// labels are the ticket's labels, components, type and sprints.
func (p *past) labels() []string {
	f := p.t.fields
	list := append(f.at("labels").names(), f.at("components").names()...)
	if t := f.at("issuetype"); !t.null() {
		list = append(list, t.name())
	}
	for _, s := range p.maker.sprintsOf(p.t) {
		list = append(list, s.name)
	}
	return unique(list)
}

var webLink = regexp.MustCompile("https?://[^\\s<>\"'`\\])}|]+")

// branchKey is a key in the name of a branch, "fix_ML-231", where words have no
// other edges.
var branchKey = regexp.MustCompile(`_([A-Z][A-Z0-9]{1,9}-[1-9][0-9]{0,6})(?:$|[^0-9A-Za-z])`)

// maxLinks bounds what a generated ticket may link to.
const maxLinks = 200

// links are the keys of the tickets that this one names, and addresses.
func (p *past) links() []string {
	f := p.t.fields
	list := slices.Clone(p.t.links)
	list = append(list, f.at("parent").at("key").text())
	for _, id := range sortedKeys(p.fields.epic) {
		if s, ok := f.at(id).v.(string); ok {
			list = append(list, s)
		}
	}
	for _, l := range f.at("issuelinks").list() {
		for _, end := range []string{"outwardIssue", "inwardIssue"} {
			if o := l.at(end); !o.null() {
				list = append(list, o.at("key").text())
			}
		}
	}
	for _, s := range f.at("subtasks").list() {
		list = append(list, s.at("key").text())
	}
	own := []string{p.item.Title, p.item.Text}
	for _, a := range p.item.Acts {
		own = append(own, a.Text)
	}
	for _, text := range own {
		list = append(append(list, evidence.Keys(text)...), addresses(text)...)
		for _, m := range branchKey.FindAllStringSubmatch(text, -1) {
			list = append(list, m[1])
		}
	}
	// What others say may name any ticket; an address that they give is where
	// the work is.
	for _, c := range p.t.comments {
		list = append(list, addresses(plain(c.text, nil))...)
	}
	list = unique(list)
	list = slices.DeleteFunc(list, func(l string) bool { return l == p.t.key || len(l) > 2048 })
	return list[:min(len(list), maxLinks)]
}

func addresses(text string) []string {
	var out []string
	for _, link := range webLink.FindAllString(text, -1) {
		out = append(out, strings.TrimRight(link, ".,;:!?*_"))
	}
	return out
}

// unique returns the texts that are not empty, each once, in their order.
func unique(list []string) []string {
	seen := map[string]bool{"": true}
	var out []string
	for _, s := range list {
		if !seen[s] {
			seen[s] = true
			out = append(out, s)
		}
	}
	return out
}
