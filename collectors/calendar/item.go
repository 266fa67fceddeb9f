package calendar

import (
	"crypto/sha256"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/dossier-report/dossier/evidence"
)

// item makes the evidence of a series that took place at least once.
func (s *series) item() evidence.Fetched {
	m := s.first()
	it := joined{evidence.Item{
		ID:      "calendar:" + native(s.uid),
		Source:  "calendar",
		Kind:    evidence.Meeting,
		Title:   m.title,
		Text:    m.text,
		Place:   m.room,
		Private: true,
		Acts:    make([]evidence.Act, 0, len(s.times)),
	}}
	sum := sha256.New()
	var last *event
	marks := map[string]bool{}
	for i, t := range s.times {
		e := t.event
		act := evidence.Act{At: time.Unix(t.at, 0).UTC(), Verb: evidence.Attended, Seconds: t.end - t.at}
		if e.organized || m.organized {
			act.Verb = evidence.Organized
		}
		if e.title != m.title {
			act.Context = e.title
		}
		it.Acts = append(it.Acts, act)
		if e == last {
			continue
		}
		last = e
		_, _ = sum.Write(e.hash[:])
		if i < 1000 { // a row each of a long series need not all be asked
			it.join(e, marks)
		}
	}
	if len(s.times) > 1 {
		marks[recurring] = true
	}
	for _, name := range []string{recurring, oneToOne, tentative, unanswered} {
		if marks[name] {
			it.Labels = append(it.Labels, name)
		}
	}
	return evidence.Fetched{Item: it.Item, Hash: fmt.Sprintf("%x", sum.Sum(nil))}
}

// The labels of a meeting.
const (
	recurring  = "recurring"
	oneToOne   = "one-to-one"
	tentative  = "tentative"  // accepted with doubt
	unanswered = "unanswered" // invited to, and never answered
)

// joined is an item to which the events of its series are added.
type joined struct{ evidence.Item }

// join adds what one event tells: people, links, marks.
func (it *joined) join(e *event, marks map[string]bool) {
	for _, p := range e.people {
		if len(it.People) < maxPeople && !slices.ContainsFunc(it.People, func(q evidence.Participant) bool { return sameHuman(p.Person, q.Person) }) {
			it.People = append(it.People, p)
		}
	}
	for _, l := range e.links {
		if len(it.Links) < maxLinks && !slices.Contains(it.Links, l) {
			it.Links = append(it.Links, l)
		}
	}
	if it.Text == "" {
		it.Text = e.text
	}
	if it.Place == "" {
		it.Place = e.room
	}
	marks[oneToOne] = marks[oneToOne] || e.others == 1
	marks[tentative] = marks[tentative] || e.tentative && !e.sure
	marks[unanswered] = marks[unanswered] || e.unanswered && !e.accepted && !e.sure
}

// sameHuman reports whether two entries of one calendar are of one human being.
func sameHuman(a, b evidence.Person) bool {
	if a.Email != "" && b.Email != "" {
		return strings.EqualFold(a.Email, b.Email)
	}
	return a.Name != "" && strings.EqualFold(a.Name, b.Name)
}

// native returns the UID as it may stand in an item's id: one that is too long,
// or has spaces or control characters, is replaced by its digest.
func native(uid string) string {
	odd := func(r rune) bool { return r <= ' ' || r == 0x7f || r == '\ufffd' }
	if len(uid) <= 200 && !strings.ContainsFunc(uid, odd) {
		return uid
	}
	return "uid/" + evidence.Hash([]byte(uid))[:32]
}
