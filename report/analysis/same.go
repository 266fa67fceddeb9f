package analysis

import (
	"cmp"
	"net/url"
	"slices"
	"strings"

	"github.com/dossier-report/dossier/evidence"
)

// sameThing groups the items that are one work item seen from several places: a
// card and the issue that stands on it (they have one address), and a card or
// an issue whose title begins with the key of a ticket. The first of a group is
// the one whose history counts: a ticket before a card before an issue before a
// pull request, and of two the one with more moves. Groups are in order of id.
func sameThing(items []*evidence.Item) [][]*evidence.Item {
	items = slices.Clone(items)
	slices.SortFunc(items, func(a, b *evidence.Item) int { return cmp.Compare(a.ID, b.ID) })
	parent := make([]int, len(items))
	for i := range parent {
		parent[i] = i
	}
	root := func(i int) int {
		for parent[i] != i {
			parent[i] = parent[parent[i]]
			i = parent[i]
		}
		return i
	}
	seen := make(map[string]int)
	for i, it := range items {
		for _, name := range ownNames(it) {
			if first, ok := seen[name]; ok {
				a, b := root(first), root(i)
				parent[max(a, b)] = min(a, b)
			} else {
				seen[name] = i
			}
		}
	}
	groups := make([][]*evidence.Item, len(items))
	for i, it := range items {
		r := root(i)
		groups[r] = append(groups[r], it)
	}
	groups = slices.DeleteFunc(groups, func(g []*evidence.Item) bool { return g == nil })
	for _, g := range groups {
		slices.SortStableFunc(g, func(a, b *evidence.Item) int {
			return cmp.Or(cmp.Compare(precedence(a.Kind), precedence(b.Kind)), cmp.Compare(len(b.Flow.Moves), len(a.Flow.Moves)))
		})
	}
	return groups
}

func precedence(k evidence.Kind) int {
	return slices.Index([]evidence.Kind{evidence.Ticket, evidence.Card, evidence.Issue, evidence.PullRequest}, k)
}

// ownNames are the names under which an item and what is the same thing meet. A
// board's address is many cards', so only those of one issue, pull request or
// ticket count.
func ownNames(it *evidence.Item) (names []string) {
	if u, err := url.Parse(it.URL); err == nil && u.Host != "" {
		path := strings.TrimRight(strings.ToLower(u.Path), "/")
		for _, of := range []string{"/issues/", "/pull/", "/browse/"} {
			if strings.Contains(path, of) {
				names = append(names, strings.ToLower(u.Host)+path)
				break
			}
		}
	}
	if key := titleKey(it); key != "" {
		names = append(names, key)
	}
	return names
}

// titleKey is the key of a ticket, and of a card or issue whose title begins
// with one.
func titleKey(it *evidence.Item) string {
	switch it.Kind {
	case evidence.Ticket:
		return shortKey(it)
	case evidence.Card, evidence.Issue:
		first, _, _ := strings.Cut(strings.TrimLeft(it.Title, "[("), " ")
		first = strings.TrimRight(first, ":])")
		if ks := evidence.Keys(first); len(ks) == 1 && ks[0] == first {
			return first
		}
	}
	return ""
}

// shortKey is what people call an item: a ticket's key, an issue's number.
func shortKey(it *evidence.Item) string {
	address, _, _ := strings.Cut(it.URL, "?")
	for _, s := range []string{strings.TrimRight(address, "/"), it.ID} {
		s = s[strings.LastIndexAny(s, "/:")+1:]
		if ks := evidence.Keys(s); len(ks) == 1 && ks[0] == s {
			return s
		}
	}
	if it.Kind == evidence.Ticket {
		first, _, _ := strings.Cut(strings.TrimLeft(it.Title, "[("), " ")
		first = strings.TrimRight(first, ":])")
		if ks := evidence.Keys(first); len(ks) == 1 && ks[0] == first {
			return first
		}
	}
	if i := strings.LastIndexByte(it.ID, '#'); i > 0 {
		return it.ID[strings.LastIndexByte(it.ID[:i], '/')+1:]
	}
	return ""
}

// numbered is the "owner/repo#3" of the address of an issue or pull request, in
// lower case; "" for any other address.
func numbered(address string) string {
	u, err := url.Parse(address)
	if err != nil {
		return ""
	}
	seg := strings.Split(strings.Trim(strings.ToLower(u.Path), "/"), "/")
	if n := len(seg); n == 4 && (seg[2] == "issues" || seg[2] == "pull") {
		return seg[0] + "/" + seg[1] + "#" + seg[3]
	}
	return ""
}
