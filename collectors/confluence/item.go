package confluence

import (
	"slices"
	"strconv"
	"strings"

	"github.com/dossier-report/dossier/collectors/internal/atlassian"
	"github.com/dossier-report/dossier/evidence"
)

// The bounds of what is kept of one page, in bytes and in number.
const (
	maxText    = 256 << 10
	maxAdded   = 8 << 10
	maxContext = 500
	maxLinks   = 200
)

// item makes evidence of a page with its comments.
func (r *run) item(c *content, comments []atlassian.Value, public bool) evidence.Fetched {
	it := evidence.Item{
		ID: "confluence:" + r.door.name + "/" + c.id, Source: "confluence", Kind: evidence.Page,
		Title: strings.Join(strings.Fields(c.title), " "), URL: r.address(c),
		Place: place(c.spaceKey, c.spaceName), Private: !public, Labels: slices.Clone(c.labels),
	}
	if c.kind == "blogpost" && !slices.Contains(it.Labels, "blog post") {
		it.Labels = append(it.Labels, "blog post")
	}
	if author := r.who.person(c.author); author != (evidence.Person{}) {
		it.Author = &author
	}
	t := &teller{run: r, c: c, item: &it, links: map[string]bool{}, current: plain(c.body, r.who.called)}
	t.link(t.current.links)
	t.tellVersions()
	t.tellComments(comments)
	it.People = t.others()
	slices.SortStableFunc(it.Acts, func(a, b evidence.Act) int { return a.At.Compare(b.At) })
	return evidence.Fetched{Item: it, Hash: evidence.Hash(c.raw)}
}

// address returns where a page is read. The title that ends most addresses
// changes with the page; its number does not.
func (r *run) address(c *content) string {
	base := r.door.web.String()
	if r.cloud && c.kind == "page" && c.spaceKey != "" {
		return base + "/spaces/" + c.spaceKey + "/pages/" + c.id
	}
	return base + "/pages/viewpage.action?pageId=" + c.id
}

// teller tells what the person did to a page.
type teller struct {
	*run
	c     *content
	item  *evidence.Item
	links map[string]bool
	part  []participant
	// current is the page's text as it is now.
	current rendered
}

// words returns a text of the page as a reader sees it.
func (t *teller) words(body string) string {
	if body == t.c.body {
		return t.current.text
	}
	return plain(body, t.who.called).text
}

type participant struct {
	user
	evidence.Participant
}

func (t *teller) link(list []string) {
	for _, l := range list {
		if !t.links[l] && len(t.item.Links) < maxLinks {
			t.links[l] = true
			t.item.Links = append(t.item.Links, l)
		}
	}
}

func (t *teller) act(a evidence.Act) {
	if a.At.IsZero() {
		t.c.odd.Add("%s at no time that can be read", a.Verb)
		return
	}
	t.item.Acts = append(t.item.Acts, a)
}

// tellVersions tells the acts of the page's versions, when it was published, and
// its text.
func (t *teller) tellVersions() {
	c, mine := t.c, 0
	own := c.wroteBy(t.who)
	published := c.created
	for i, v := range c.versions {
		if v.number == 1 && !v.at.IsZero() {
			published = v.at
		}
		if !t.who.isSelf(v.by) {
			t.meet(v.by, "editor", v)
			continue
		}
		mine = v.number
		if v.number == 1 {
			t.act(evidence.Act{At: v.at, Verb: evidence.Wrote, Context: v.message, URL: t.item.URL})
			continue
		}
		a := evidence.Act{At: v.at, Verb: evidence.Edited, Context: v.message, URL: t.at(v.number)}
		if !own && i > 0 {
			a.Text = t.added(c.versions[i-1].number, v.number)
		}
		t.act(a)
	}
	if own && (len(c.versions) == 0 || c.versions[0].number != 1) {
		t.act(evidence.Act{At: c.created, Verb: evidence.Wrote, URL: t.item.URL})
	}
	if !published.IsZero() {
		t.item.Outcome = &evidence.Outcome{State: evidence.StatePublished, At: published, By: t.who.person(c.author).Login}
	}
	if !own {
		return
	}
	if body, ok := c.bodyOf(mine); ok {
		t.item.Text = cut(t.words(body), maxText)
	} else if mine == 0 {
		t.item.Text = cut(t.current.text, maxText)
	}
}

// at returns the address of an old version.
func (t *teller) at(number int) string {
	return t.door.web.String() + "/pages/viewpage.action?pageId=" + t.c.id + "&pageVersion=" + strconv.Itoa(number)
}

// added returns the lines that a version has and the one before had not.
func (t *teller) added(before, after int) string {
	old, ok := t.c.bodyOf(before)
	now, ok2 := t.c.bodyOf(after)
	if !ok || !ok2 {
		return ""
	}
	had := map[string]bool{"": true}
	for l := range strings.SplitSeq(t.words(old), "\n") {
		had[strings.TrimSpace(l)] = true
	}
	var out []string
	for l := range strings.SplitSeq(t.words(now), "\n") {
		if !had[strings.TrimSpace(l)] {
			out = append(out, l)
		}
	}
	return cut(strings.Join(out, "\n"), maxAdded)
}

// tellComments tells what the person said on the page. Nothing of what others
// said is kept but the beginning of what the person answers to.
func (t *teller) tellComments(comments []atlassian.Value) {
	byID := map[string]atlassian.Value{}
	for _, x := range comments {
		x = x.With(t.c.odd)
		if id := x.At("id").Text(); byID[id].Null() {
			byID[id] = x
			continue
		}
	}
	if len(byID) > 0 {
		t.item.Size = &evidence.Size{Comments: len(byID)}
	}
	for _, id := range sortedKeys(byID) {
		x := byID[id]
		by := userOf(x.At("history", "createdBy"))
		at := x.At("history", "createdDate").When()
		if at.IsZero() && x.At("version", "number").Count() == 1 {
			at, by = x.At("version", "when").When(), userOf(x.At("version", "by"))
		}
		if !t.who.isSelf(by) {
			t.meet(by, "commenter", version{at: at})
			continue
		}
		t.c.raw = append(t.c.raw, x.Settled()...)
		said := plain(x.At("body", "storage", "value").Text(), t.who.called)
		t.link(said.links)
		a := evidence.Act{At: at, Verb: evidence.Commented, Text: cut(said.text, maxText), URL: t.commentAddress(id),
			Context: atlassian.Excerpt(strings.TrimSpace(x.At("extensions", "inlineProperties", "originalSelection").Text()), maxContext)}
		if parents := x.At("ancestors").List(); len(parents) > 0 {
			// The nearest comment stands last.
			parent := byID[parents[len(parents)-1].At("id").Text()]
			if words := plain(parent.At("body", "storage", "value").Text(), t.who.called).text; words != "" {
				a.Context = atlassian.Excerpt(words, maxContext)
			}
			if !t.who.isSelf(userOf(parent.At("history", "createdBy"))) {
				a.Verb = evidence.Answered
			}
		}
		t.act(a)
	}
}

func (t *teller) commentAddress(id string) string {
	return t.door.web.String() + "/pages/viewpage.action?pageId=" + t.c.id + "&focusedCommentId=" + id
}

// meet notes that somebody else took part, at the last time that they did.
func (t *teller) meet(u user, role string, v version) {
	t.part = append(t.part, participant{u, evidence.Participant{Role: role, At: v.at}})
}

// others lists who else took part, each once in each role, in order of names.
func (t *teller) others() []evidence.Participant {
	c := t.c
	if len(c.versions) == 0 {
		for _, u := range c.publishers {
			t.meet(u, "editor", version{})
		}
		t.meet(c.editor, "editor", version{at: c.updated})
	}
	if !t.who.isSelf(c.author) {
		t.part = append([]participant{{c.author, evidence.Participant{Role: "author", At: c.created}}}, t.part...)
	}
	last := map[string]evidence.Participant{}
	for _, p := range t.part {
		same := p.user.stable() == c.author.stable()
		if p.user.zero() || t.who.isSelf(p.user) || p.Role == "editor" && same {
			continue
		}
		p.Person = t.who.person(p.user)
		key := p.Role + " " + p.user.stable()
		if was, ok := last[key]; !ok || p.At.After(was.At) {
			last[key] = p.Participant
		}
	}
	var out []evidence.Participant
	for _, key := range sortedKeys(last) {
		out = append(out, last[key])
	}
	return out
}

func cut(s string, n int) string {
	if len(s) <= n {
		return s
	}
	return strings.TrimRight(atlassian.Excerpt(s, n), "\n")
}
