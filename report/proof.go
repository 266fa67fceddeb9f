package report

import (
	"cmp"
	"slices"
	"strings"

	"github.com/dossier-report/dossier/evidence"
)

// confirmation is somebody else's word on an item.
type confirmation struct {
	rank int // of the way; the strongest first
	who  string
}

// The ways to confirm, the strongest first; [confirmedBy] words them.
const (
	approved = iota
	merged
	accepted
	finished
	published
	thanked
	cited
)

var confirmedBy = [...]string{approved: "Approved by", merged: "Merged by", accepted: "Answer accepted by", finished: "Taken as done by",
	published: "Published by", thanked: "Thanked by", cited: "Cited by"}

// confirmingRoles are the parts in an item that are a word on it: on the
// person's own item, and those of [anybodysRoles] on whatever they took part in.
// A reviewer or commenter by itself confirms nothing.
var (
	confirmingRoles = map[string]int{"approver": approved, "approved": approved, "merger": merged, "merged": merged}
	anybodysRoles   = map[string]int{"accepter": accepted, "accepted": accepted, "thanked": thanked, "thanks": thanked,
		"thanker": thanked, "cited": cited, "citer": cited}
)

// confirmations returns who confirmed an item, the strongest way first and
// everybody once. Bots and the person confirm nothing.
func (b *builder) confirmations(f *piece) []confirmation {
	own := f.Own()
	var all []confirmation
	add := func(rank int, p evidence.Person) {
		if h := b.human(f.Source, p); h.other() {
			all = append(all, confirmation{rank, h.name})
		}
	}
	for _, p := range f.People {
		role := strings.ToLower(p.Role)
		if rank, ok := anybodysRoles[role]; ok {
			add(rank, p.Person)
		} else if rank, ok := confirmingRoles[role]; ok && own {
			add(rank, p.Person)
		}
	}
	if o := f.Outcome; o != nil && o.By != "" {
		by := namedIn(f.Item, o.By)
		switch {
		case o.State == evidence.StateAnswered && did(f.Item, evidence.Answered):
			add(accepted, by)
		case !own:
		case o.State == evidence.StateMerged:
			add(merged, by)
		case o.State == evidence.StateDone && f.worked() && !assigned(f.Item, by):
			add(finished, by)
		case o.State == evidence.StatePublished:
			add(published, by)
		}
	}
	if own {
		for _, p := range b.cites[f.ID] {
			add(cited, p)
		}
		if f.URL != "" {
			for _, p := range b.cites[f.URL] {
				add(cited, p)
			}
		}
	}
	slices.SortStableFunc(all, func(x, y confirmation) int { return cmp.Or(cmp.Compare(x.rank, y.rank), strings.Compare(x.who, y.who)) })
	seen := make(map[string]bool)
	return slices.DeleteFunc(all, func(c confirmation) bool {
		twice := seen[c.who]
		seen[c.who] = true
		return twice
	})
}

// worked reports whether the person did the work of an item, rather than only
// wrote it down.
func (f *piece) worked() bool {
	return did(f.Item, evidence.Assigned) || did(f.Item, evidence.LoggedWork) || did(f.Item, evidence.Resolved) || did(f.Item, evidence.Moved)
}

// assigned reports whether an item was given to somebody: that they finish it
// is their work and no word on the person's.
func assigned(it *evidence.Item, p evidence.Person) bool {
	return slices.ContainsFunc(it.People, func(q evidence.Participant) bool {
		return strings.EqualFold(q.Role, "assignee") && strings.EqualFold(q.Login, p.Login)
	})
}

// citations are the authors of pages, messages, discussions and meetings that
// refer to something, by the address or id that they refer to.
type citations map[string][]evidence.Person

func (b *builder) citations() citations {
	c := make(citations)
	for _, rec := range b.records {
		it := &rec.Item
		switch it.Kind {
		case evidence.Page, evidence.Message, evidence.Discussion, evidence.Meeting:
		default:
			continue // that a ticket names its pull request is bookkeeping
		}
		if it.Author == nil {
			continue
		}
		h := b.human(it.Source, *it.Author)
		if !h.other() {
			continue
		}
		// What the author is called at their own source is settled here: the
		// item they cite may be of another.
		p := evidence.Person{Name: h.name}
		for _, l := range it.Links {
			c[l] = append(c[l], p)
		}
	}
	return c
}

// confirmLine words a story's confirmations: the two strongest ways, each with
// at most two names.
func confirmLine(pieces []*piece) string {
	var ways [len(confirmedBy)][]string
	seen := make(map[string]bool)
	var all []confirmation
	for _, f := range pieces {
		all = append(all, f.confirmed...)
	}
	slices.SortStableFunc(all, func(x, y confirmation) int { return cmp.Compare(x.rank, y.rank) })
	for _, c := range all {
		if !seen[c.who] {
			seen[c.who] = true
			ways[c.rank] = append(ways[c.rank], c.who)
		}
	}
	var parts []string
	for rank, names := range ways {
		if len(names) == 0 || len(parts) == 2 {
			continue
		}
		if len(names) > 2 {
			names = append(names[:2:2], "others")
		}
		parts = append(parts, confirmedBy[rank]+" "+list(names))
	}
	if len(parts) == 2 {
		parts[1] = strings.ToLower(parts[1][:1]) + parts[1][1:]
	}
	return strings.Join(parts, "; ")
}

// namedIn returns everything that an item knows of a login.
func namedIn(it *evidence.Item, login string) evidence.Person {
	for _, p := range it.People {
		if strings.EqualFold(p.Login, login) {
			return p.Person
		}
	}
	if it.Author != nil && strings.EqualFold(it.Author.Login, login) {
		return *it.Author
	}
	return evidence.Person{Login: login}
}

func did(it *evidence.Item, v evidence.Verb) bool {
	return slices.ContainsFunc(it.Acts, func(a evidence.Act) bool { return a.Verb == v })
}

// hasAddress reports whether a reader can open the item or an act on it.
func hasAddress(it *evidence.Item) bool {
	return it.URL != "" || slices.ContainsFunc(it.Acts, func(a evidence.Act) bool { return a.URL != "" })
}
