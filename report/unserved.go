package report

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/dossier-report/dossier/evidence"
	"github.com/dossier-report/dossier/objectives"
)

// Unserved is a group of the person's work that speaks for no objective, so
// that they can ask whether an objective is missing or the work is. Pieces of
// work of which any part speaks for one, and a bot's routine, are not in it.
//
// A report is handed on, and nobody chose these items for it. So only what
// stands at a shared address is named: notes, messages, meetings and what is on
// the person's own machine are counted by kind and not named.
type Unserved struct {
	Title  string        `json:"title"` // "Pull requests in acme/api"
	By     Grouping      `json:"by"`
	Place  string        `json:"place,omitempty"`
	Kind   evidence.Kind `json:"kind"` // of the leading items
	Items  int           `json:"items"`
	Pieces int           `json:"pieces"` // of work: items of one thread are one
	First  string        `json:"first"`  // days, in the person's zone
	Last   string        `json:"last"`
	Links  []Link        `json:"links,omitempty"` // the latest that may be named, at most three
	Near   *NearMiss     `json:"near,omitempty"`
}

// Grouping says what the items of a group have in common.
type Grouping string

// The groupings, the closest first.
const (
	ByThread Grouping = "thread" // one piece of work of many items
	ByPlace  Grouping = "place"  // one place and kind
	ByKind   Grouping = "kind"   // the rest, of one kind
)

// NearMiss is the objective that most items of a group came near to without
// reaching its threshold.
type NearMiss struct {
	Objective string `json:"objective"`
	Number    int    `json:"number"`
	Items     int    `json:"items"`
}

// Limits of the groups: how many items make a piece of work a group of its
// own, how many pieces make a place one, and how many links a group shows.
const (
	ownGroup      = 4
	placeGroup    = 3
	unservedLinks = 3

	// nearShare of the threshold is what a score must reach to be near it.
	nearShare = 0.6
)

// group is a group in the making.
type group struct {
	key    groupKey
	lead   *piece // of its first piece of work
	items  []*piece
	pieces int
}

type groupKey struct {
	by    Grouping
	kind  evidence.Kind
	place string // or the thread
}

// unserved groups the work that speaks for no objective: a large piece of work
// by itself; then by place and kind, where there are several; the rest by kind.
// The largest group comes first, and what is left of each kind last.
func (b *builder) unserved() []Unserved {
	var threads, places, rest []*group
	for _, members := range b.unservedThreads() {
		g := &group{lead: workLead(members), items: members, pieces: 1}
		if len(members) >= ownGroup && g.lead.shared() {
			g.key = groupKey{ByThread, g.lead.Kind, g.lead.thread}
			threads = append(threads, g)
			continue
		}
		g.key = groupKey{by: ByPlace, kind: g.lead.Kind}
		if g.lead.shared() {
			g.key.place = line(g.lead.Place)
		}
		places = gather(places, g)
	}
	groups := threads
	for _, g := range places {
		if g.pieces >= placeGroup && g.key.place != "" {
			groups = append(groups, g)
			continue
		}
		g.key = groupKey{by: ByKind, kind: g.key.kind}
		rest = gather(rest, g)
	}
	groups = append(groups, rest...)
	slices.SortStableFunc(groups, func(x, y *group) int {
		return cmp.Or(first(x.key.by != ByKind, y.key.by != ByKind), cmp.Compare(len(y.items), len(x.items)), cmp.Compare(x.lead.ID, y.lead.ID))
	})
	var told []Unserved
	for _, g := range groups {
		told = append(told, b.tellGroup(g, groups))
	}
	return told
}

// gather adds a group to the one of its key among groups.
func gather(groups []*group, g *group) []*group {
	for _, old := range groups {
		if old.key == g.key {
			old.items, old.pieces = append(old.items, g.items...), old.pieces+g.pieces
			return groups
		}
	}
	return append(groups, g)
}

// unservedThreads returns the found items by thread, without the threads of
// which an item speaks for any objective, in order of time.
func (b *builder) unservedThreads() [][]*piece {
	bots, _ := b.Mapping.(interface{ Routine(item string) string })
	members, serves := make(map[string][]*piece), make(map[string]bool)
	var order []string
	for _, f := range b.found {
		serves[f.thread] = serves[f.thread] || slices.ContainsFunc(f.matches, objectives.Match.Chosen)
		if bots != nil && bots.Routine(f.ID) != "" {
			continue
		}
		if members[f.thread] == nil {
			order = append(order, f.thread)
		}
		members[f.thread] = append(members[f.thread], f)
	}
	var all [][]*piece
	for _, t := range order {
		if !serves[t] {
			all = append(all, members[t])
		}
	}
	return all
}

// workLead returns the item that a piece of work is called by: what may be named
// before what may not, the person's own before what they took part in, commits
// last, the earliest.
func workLead(members []*piece) *piece {
	return slices.MinFunc(members, func(x, y *piece) int {
		return cmp.Or(first(x.shared(), y.shared()), first(x.Own(), y.Own()), first(x.Kind != evidence.Commit, y.Kind != evidence.Commit),
			x.date.Compare(y.date), cmp.Compare(x.ID, y.ID))
	})
}

// shared reports whether an item is at an address where colleagues work
// together, so that its name says nothing that they could not see.
func (f *piece) shared() bool {
	switch f.Kind {
	case evidence.Message, evidence.Meeting, evidence.Note:
		return false
	}
	return f.URL != ""
}

// tellGroup words a group. Groups are all of them: what is left of a kind that
// others have too is "other" items of that kind.
func (b *builder) tellGroup(g *group, groups []*group) Unserved {
	u := Unserved{By: g.key.by, Kind: g.key.kind, Items: len(g.items), Pieces: g.pieces, Near: b.nearMiss(g.items)}
	switch g.key.by {
	case ByThread:
		u.Place, u.Title = line(g.lead.Place), title(g.lead.Item)
	case ByPlace:
		u.Place = g.key.place
		u.Title = capital(kindPlurals[g.key.kind]) + " in " + u.Place
	default:
		u.Title = capital(kindPlurals[g.key.kind])
		if slices.ContainsFunc(groups, func(o *group) bool { return o != g && o.key.kind == g.key.kind }) {
			u.Title = "Other " + kindPlurals[g.key.kind]
		}
	}
	slices.SortFunc(g.items, func(x, y *piece) int { return cmp.Or(x.date.Compare(y.date), cmp.Compare(x.ID, y.ID)) })
	u.First, u.Last = b.day(g.items[0].date), b.day(g.items[len(g.items)-1].date)
	for _, f := range slices.Backward(g.items) {
		if len(u.Links) < unservedLinks && f.shared() {
			u.Links = append(u.Links, b.link(f.Item))
		}
	}
	return u
}

// nearMiss returns the objective that most of the items came near to; of two
// with as many, the first.
func (b *builder) nearMiss(items []*piece) *NearMiss {
	counts := make([]int, len(b.objectives)+1)
	best := 0
	for _, f := range items {
		for _, m := range f.matches {
			if n := b.numbers[m.Objective]; n > 0 && m.Decision == nil && m.Score > 0 && m.Score >= nearShare*m.Threshold {
				counts[n]++
			}
		}
	}
	for n, c := range counts {
		if c > counts[best] {
			best = n
		}
	}
	if counts[best] == 0 {
		return nil
	}
	return &NearMiss{Objective: b.objectives[best-1].ID, Number: best, Items: counts[best]}
}

// unservedPrompt names the largest groups of work without an objective, "" when
// there is none that has more in common than its kind.
func unservedPrompt(groups []Unserved) string {
	var named []string
	for _, g := range groups {
		if len(named) == promptItems || g.By == ByKind {
			break
		}
		name := "“" + short(g.Title, clauseTitle) + "”"
		if g.By == ByPlace { // "Tickets in ML"
			name = short(strings.ToLower(g.Title[:1])+g.Title[1:], clauseTitle)
		}
		named = append(named, name)
	}
	if len(named) == 0 {
		return ""
	}
	return "work for no objective: " + list(named)
}

// Span words the days of a group: "3 Jan 2026", "3 Jan 2026 – 5 Jun 2026".
func (u Unserved) Span() string {
	if u.First == u.Last {
		return u.First
	}
	return u.First + " – " + u.Last
}

// Count words how much a group is: "12 pieces of work (31 items)".
func (u Unserved) Count() string {
	if u.Items == u.Pieces {
		return pieces(u.Pieces)
	}
	return fmt.Sprintf("%s (%d items)", pieces(u.Pieces), u.Items)
}
