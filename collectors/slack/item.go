package slack

import (
	"crypto/sha256"
	"encoding/hex"
	"slices"
	"strings"

	"github.com/dossier-report/dossier/evidence"
)

// builder makes items of threads, the same whichever way they came.
type builder struct {
	conf     Config
	dir      *directory
	channels map[string]*channel // by id
	team     string
	base     string // the workspace's address, "" when it is not known
}

func (b *builder) called(id string) string { return b.dir.called(id) }

func (b *builder) channel(id string) string {
	if c := b.channels[id]; c != nil {
		return c.name
	}
	return ""
}

// keysOf returns the tickets that a text names, also by address.
func keysOf(p plainText) []string {
	return evidence.Keys(strings.Join(append([]string{p.text}, p.urls...), "\n"))
}

// talk is a thread on its way to an item.
type talk struct {
	*builder
	lines   []line
	root    *line // nil when it is not there
	it      evidence.Item
	people  map[string]int // place in it.People
	counts  bool           // something in it is of substance
	answers bool           // the person answered somebody
	solved  *evidence.Outcome
}

// item returns the thread as evidence; false when the person said nothing of
// substance in it.
func (b *builder) item(t *thread) (evidence.Fetched, bool) {
	k := &talk{builder: b, lines: t.ordered(), people: map[string]int{}}
	k.it = evidence.Item{
		ID:     name + ":" + b.team + "/" + t.channel.id + "/" + string(t.root),
		Source: name, Kind: evidence.Message, Place: t.channel.place(b.dir), Private: true,
		URL: permalink(b.base, t.channel.id, t.root, t.root),
	}
	hash := sha256.New()
	for i := range k.lines {
		hash.Write(k.lines[i].digest[:])
		if k.lines[i].ts == t.root {
			k.root = &k.lines[i]
		}
	}
	k.begin()
	var before *line // the last of others
	for i := range k.lines {
		l := &k.lines[i]
		switch {
		case l.mine:
			k.act(t, l, before)
		default:
			k.other(l)
			before = l
		}
	}
	if !k.counts {
		return evidence.Fetched{}, false
	}
	k.end()
	return evidence.Fetched{Item: k.it, Hash: hex.EncodeToString(hash.Sum(nil))}, true
}

// begin reads the first message.
func (k *talk) begin() {
	r := k.root
	if r == nil {
		return
	}
	k.it.Title = cut(r.first, otherTitle)
	if r.mine {
		k.it.Title = cut(r.first, ownTitle)
	}
	if r.user != "" && r.huddle == nil {
		p := k.person(r)
		k.it.Author = &p
	}
	if r.huddle != nil {
		k.it.Title = "Huddle in " + k.it.Place
		if d := r.attended(k.dir.me); d > 0 {
			k.it.Kind, k.counts = evidence.Meeting, true
			k.it.Acts = append(k.it.Acts, evidence.Act{At: r.ts.time(), Verb: evidence.Attended, Seconds: int64(d.Seconds()), URL: k.it.URL})
			for _, u := range append(slices.Clone(r.huddle.History), r.huddle.Now...) {
				k.took(string(u), line{ts: r.ts, user: string(u)}, "attendee")
			}
		}
	}
	if !r.mine && k.conf.OthersText {
		k.it.Text = r.plain.text
	}
	k.it.Links = append(k.it.Links, r.keys...)
}

func (k *talk) person(l *line) evidence.Person {
	if l.app {
		return evidence.Person{Name: l.user}
	}
	return k.dir.person(l.user)
}

// act adds what the person wrote.
func (k *talk) act(t *thread, l, before *line) {
	for _, link := range append(keysOf(l.plain), l.plain.urls...) {
		if !slices.Contains(k.it.Links, link) && len(k.it.Links) < maxLinks {
			k.it.Links = append(k.it.Links, link)
		}
	}
	if l.weight == nothing {
		return
	}
	k.counts = k.counts || l.weight == substance
	a := evidence.Act{At: l.ts.time(), Verb: evidence.Posted, Text: l.plain.text, URL: permalink(k.base, t.channel.id, l.ts, t.root)}
	if l.ts != t.root {
		a.Verb = evidence.Commented
		to := before
		others := k.root != nil && !k.root.mine && k.root.huddle == nil
		if others && (to == nil || !to.asks) {
			to = k.root
		}
		if to != nil && to.asks && (to != k.root || k.solved == nil) {
			a.Verb = evidence.Answered
			k.answers = true
		}
		if to != nil && to.huddle == nil && (others || to.asks) {
			a.Context = k.context(to)
		}
	}
	k.it.Acts = append(k.it.Acts, a)
}

// context is who was answered and the first line of what they said; all of it
// where that is allowed.
func (k *talk) context(to *line) string {
	said := to.first
	if k.conf.OthersText {
		said = to.plain.text
	}
	who := k.person(to)
	return strings.Trim(firstOf(who.Name, who.Login)+": "+said, ": ")
}

// other notes somebody else's part, and whether they say that they were helped.
func (k *talk) other(l *line) {
	role := "participant"
	if k.root != nil && l.ts == k.root.ts {
		role = "author"
	}
	if l.user != "" && !l.app && l.huddle == nil {
		k.took(l.user, *l, role)
	}
	if k.answers && k.solved == nil && l.settles && !l.asks && k.root != nil && l.user == k.root.user && l.ts != k.root.ts {
		k.solved = &evidence.Outcome{State: evidence.StateAnswered, At: l.ts.time(), By: k.person(l).Login}
	}
}

// maxPeople bounds who is listed of a very long thread.
const maxPeople = 200

func (k *talk) took(id string, l line, role string) {
	if _, ok := k.people[id]; ok || k.dir.me[id] || id == "" || len(k.people) >= maxPeople {
		return
	}
	k.people[id] = len(k.it.People)
	k.it.People = append(k.it.People, evidence.Participant{Person: k.dir.person(id), Role: role, At: l.ts.time()})
}

// end reads the outcome, and names what has no first message.
func (k *talk) end() {
	if k.it.Title == "" {
		for _, a := range k.it.Acts {
			if k.it.Title = cut(firstLine(a.Text), ownTitle); k.it.Title != "" {
				break
			}
		}
	}
	if k.it.Title == "" {
		k.it.Title = "Thread in " + k.it.Place
	}
	if n := len(k.lines); n > 1 {
		k.it.Size = &evidence.Size{Comments: n - 1}
	}
	k.it.Outcome = k.solved
	if k.root == nil || k.solved != nil {
		return
	}
	// A reaction has no time.
	asker := k.root.user
	mine := k.root.mine
	for _, l := range k.lines {
		if !slices.Contains(l.checks, asker) || !mine && !k.answers {
			continue
		}
		if mine && l.mine && l.ts != k.root.ts || mine && len(k.people) == 0 || !mine && !l.mine && l.ts != k.root.ts {
			continue
		}
		k.it.Outcome = &evidence.Outcome{State: evidence.StateAnswered, By: k.person(k.root).Login}
		return
	}
}
