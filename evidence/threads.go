package evidence

import (
	"cmp"
	"maps"
	"slices"
	"strings"
)

// Thread is items that are one piece of work: a ticket, its pull requests,
// their commits, the page about it.
type Thread struct {
	ID    string   `json:"id"`             // the smallest item id
	Items []string `json:"items"`          // ids, in order of date
	Keys  []string `json:"keys,omitempty"` // of the tickets that it is about
	Joins []Join   `json:"joins,omitempty"`
}

// Join says why two items of a thread belong together. A thread of n items has
// n-1 joins, the surest that there are.
type Join struct {
	From string `json:"from"` // the item that names the other
	To   string `json:"to"`
	By   string `json:"by"` // "closes #12", "key ML-231", "links to it"
}

// maxNamed is how many other items one item may name and still join them. What
// names more is a hub: a roadmap, a release note, a merge of many.
const maxNamed = 8

// Threads joins items that are one piece of work. Every item is in exactly one
// thread, if only its own; the order of items does not change the result.
//
// An item joins another that it closes ("fixes owner/repo#3"), links to by id
// or address, whose commit it names by 40 or at least 10 hexadecimal digits, or
// whose key it mentions. Items that mention the key of a ticket that is not
// there join each other where another ticket of that project is there, or where
// the key stands in the Links of both; so nothing joins because of "UTF-8".
//
// A hub joins nothing that it lists. A ticket or a pull request is what others
// are about, so those that name it still join it; a pull request's own commits
// do not make it a hub.
func Threads(items []Item) []Thread {
	b := newThreads(items)
	b.nameItems()
	b.resolve()
	b.join()
	return b.threads()
}

type threadBuilder struct {
	items    []*Item // by id, each id once
	named    map[string]int
	shas     map[string][]sha // by the first ten digits
	projects map[string]bool  // of the tickets that are there
	edges    []edge
	keys     []map[string]bool // by item: what is listed in Thread.Keys
	parent   []int
	joins    []edge // those that made two threads one
}

type sha struct {
	hex  string
	item int
}

type edge struct {
	from, to int
	rank     int
	by       string
}

func newThreads(items []Item) *threadBuilder {
	b := &threadBuilder{named: make(map[string]int), shas: make(map[string][]sha), projects: make(map[string]bool)}
	for i := range items {
		b.items = append(b.items, &items[i])
	}
	slices.SortStableFunc(b.items, func(x, y *Item) int { return cmp.Compare(x.ID, y.ID) })
	b.items = slices.CompactFunc(b.items, func(x, y *Item) bool { return x.ID == y.ID })
	b.keys = make([]map[string]bool, len(b.items))
	b.parent = make([]int, len(b.items))
	for i := range b.parent {
		b.parent[i] = i
	}
	return b
}

// nameItems notes what every item goes by. Two that go by one address or
// commit are the same thing seen from two sources; a key that two tickets have,
// each at its own site, leads to the first.
func (b *threadBuilder) nameItems() {
	for i, it := range b.items {
		for _, name := range names(it) {
			kind, rest, _ := strings.Cut(name, ":")
			first, taken := b.named[name]
			switch {
			case !taken:
				b.named[name] = i
			case kind == "url" && first != i:
				b.edges = append(b.edges, edge{from: i, to: first, rank: rankSame, by: "same address"})
			case kind == "sha" && first != i:
				b.edges = append(b.edges, edge{from: i, to: first, rank: rankSame, by: "same commit"})
			}
			switch kind {
			case "sha":
				b.shas[rest[:10]] = append(b.shas[rest[:10]], sha{rest, i})
			case "key":
				b.projects[project(rest)] = true
				b.addKey(i, rest)
			}
		}
	}
}

func (b *threadBuilder) addKey(i int, key string) {
	if b.keys[i] == nil {
		b.keys[i] = make(map[string]bool)
	}
	b.keys[i][key] = true
}

// lookup returns the item that goes by a name, or -1.
func (b *threadBuilder) lookup(name string) int {
	if i, ok := b.named[name]; ok {
		return i
	}
	hex, ok := strings.CutPrefix(name, "sha:")
	if !ok || len(hex) < 10 {
		return -1
	}
	found := -1
	for _, s := range b.shas[hex[:10]] {
		if strings.HasPrefix(s.hex, hex) {
			if found >= 0 && b.named["sha:"+s.hex] != found {
				return -1 // the digits fit two commits
			}
			found = b.named["sha:"+s.hex]
		}
	}
	return found
}

// resolve turns what every item names into edges.
func (b *threadBuilder) resolve() {
	hubs := make([]bool, len(b.items))
	out := make([][]edge, len(b.items))
	sharers := make(map[string][]int) // items by a key that no ticket has
	for i := range b.items {
		edges, shared := b.surest(i)
		if hubs[i] = b.counts(i, edges)+len(shared) > maxNamed; hubs[i] {
			continue
		}
		out[i] = edges
		for _, key := range shared {
			sharers[key] = append(sharers[key], i)
		}
	}
	for _, edges := range out {
		for _, e := range edges {
			if hubs[e.to] && !b.isSubject(e.to) {
				continue
			}
			b.edges = append(b.edges, e)
			if key, ok := strings.CutPrefix(e.by, "key "); ok {
				b.addKey(e.from, key)
			}
		}
	}
	for key, is := range sharers {
		for _, i := range is {
			b.addKey(i, key)
			if i != is[0] {
				b.edges = append(b.edges, edge{from: i, to: is[0], rank: rankShared, by: "both name " + key})
			}
		}
	}
}

// isSubject reports whether an item is what others are about, however much it
// lists itself.
func (b *threadBuilder) isSubject(i int) bool {
	switch b.items[i].Kind {
	case Ticket, Issue, Card, PullRequest:
		return true
	}
	return false
}

// counts returns how many items the edges lead to, a pull request's own
// commits left out.
func (b *threadBuilder) counts(i int, edges []edge) int {
	n := 0
	for _, e := range edges {
		if b.items[i].Kind != PullRequest || b.items[e.to].Kind != Commit {
			n++
		}
	}
	return n
}

// surest returns the surest edge from item i to each other item that it names,
// and the keys by which it may join items that name the same.
func (b *threadBuilder) surest(i int) (edges []edge, shared []string) {
	best := make(map[int]edge)
	keys := make(map[string]bool)
	it := b.items[i]
	inLinks := make(map[string]bool)
	for _, l := range it.Links {
		for _, k := range Keys(l) {
			inLinks[k] = true
		}
	}
	mentions(it, func(m mention) {
		to := b.lookup(m.name)
		if key, ok := strings.CutPrefix(m.name, "key:"); ok && to < 0 && (b.projects[project(key)] || inLinks[key]) {
			keys[key] = true
			return
		}
		if to < 0 || to == i {
			return
		}
		e := edge{from: i, to: to, rank: m.rank, by: m.by}
		if old, ok := best[to]; !ok || e.rank < old.rank || e.rank == old.rank && e.by < old.by {
			best[to] = e
		}
	})
	for _, e := range best {
		edges = append(edges, e)
	}
	return edges, slices.Sorted(maps.Keys(keys))
}

// join makes one thread of what the edges join, the surest first, so that the
// joins kept are those that convince.
func (b *threadBuilder) join() {
	slices.SortFunc(b.edges, func(x, y edge) int {
		return cmp.Or(cmp.Compare(x.rank, y.rank), cmp.Compare(x.from, y.from), cmp.Compare(x.to, y.to), cmp.Compare(x.by, y.by))
	})
	for _, e := range b.edges {
		x, y := b.root(e.from), b.root(e.to)
		if x == y {
			continue
		}
		// The smaller index is the smaller id: it names the thread.
		b.parent[max(x, y)] = min(x, y)
		b.joins = append(b.joins, e)
	}
}

func (b *threadBuilder) root(i int) int {
	for b.parent[i] != i {
		b.parent[i] = b.parent[b.parent[i]]
		i = b.parent[i]
	}
	return i
}

func (b *threadBuilder) threads() []Thread {
	members := make([][]*Item, len(b.items))
	keys := make([]map[string]bool, len(b.items))
	joins := make([][]Join, len(b.items))
	for i, it := range b.items {
		r := b.root(i)
		members[r] = append(members[r], it)
		for k := range b.keys[i] {
			if keys[r] == nil {
				keys[r] = make(map[string]bool)
			}
			keys[r][k] = true
		}
	}
	for _, e := range b.joins {
		r := b.root(e.from)
		joins[r] = append(joins[r], Join{From: b.items[e.from].ID, To: b.items[e.to].ID, By: e.by})
	}
	var out []Thread
	for r, its := range members {
		if its == nil {
			continue
		}
		slices.SortStableFunc(its, func(x, y *Item) int { return x.Date(Period{}).Compare(y.Date(Period{})) })
		t := Thread{ID: b.items[r].ID, Joins: joins[r]}
		for _, it := range its {
			t.Items = append(t.Items, it.ID)
		}
		t.Keys = slices.SortedFunc(maps.Keys(keys[r]), compareKeys)
		out = append(out, t)
	}
	return out
}
