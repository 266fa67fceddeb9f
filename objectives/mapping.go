package objectives

import (
	"cmp"
	"slices"
	"time"

	"github.com/dossier-report/dossier/evidence"
)

// Mapping is every verdict on every item. It may be read by several goroutines.
type Mapping struct {
	objectives []Objective
	rules      []rule
	patterns   []string // the words of the rules, as they were written
	items      []*evidence.Item
	index      map[string]int     // of items, by id
	cells      []cell             // by item, then objective
	marks      []mark             // the slab that is being filled
	routine    []string           // by item: why it is a bot's routine, or ""
	notes      map[int][]Decision // by item
	rejected   map[int]bool       // by item: the last word on the whole item
	said       []string           // by reasons that no rule made
}

// Objectives returns the objectives in the order in which they were given.
func (m *Mapping) Objectives() []Objective { return m.objectives }

// For returns every objective's verdict on an item, in the objectives' order;
// nil when the item is not in the mapping.
func (m *Mapping) For(item string) []Match {
	i, ok := m.index[item]
	if !ok {
		return nil
	}
	ms := make([]Match, len(m.objectives))
	for o := range ms {
		ms[o] = m.match(i, o)
	}
	return ms
}

// Of returns the matches of the items that are chosen for an objective: what is
// pinned first, then the strongest, then the latest, then by id.
func (m *Mapping) Of(objective string) []Match {
	return m.pick(objective, func(c *cell, o *Objective) bool { return m.chosen(c, o) })
}

// Near returns the matches of the items that came near an objective and are not
// chosen: a rule held, or all of one but one condition did. The strongest come
// first. What the person rejected is not near.
func (m *Mapping) Near(objective string) []Match {
	return m.pick(objective, func(c *cell, o *Objective) bool {
		return c.decision == nil && !m.chosen(c, o) && len(c.marks) > 0
	})
}

// Unmatched returns the ids of the items that are chosen for no objective, the
// latest first.
func (m *Mapping) Unmatched() []string {
	var ids []string
	for _, i := range m.byDate() {
		if !m.anyChosen(i) {
			ids = append(ids, m.items[i].ID)
		}
	}
	return ids
}

// Routine says why an item is a bot's routine ("dependency bump"), which weighs
// nothing unless a rule asks for it; "" when it is not.
func (m *Mapping) Routine(item string) string {
	if i, ok := m.index[item]; ok {
		return m.routine[i]
	}
	return ""
}

// Notes returns the decisions on an item that carry a note of the person, in
// order of time.
func (m *Mapping) Notes(item string) []Decision {
	if i, ok := m.index[item]; ok {
		return m.notes[i]
	}
	return nil
}

// State is what the person has decided about an item as a whole.
type State string

// The states of an item.
const (
	New      State = "new"      // no decision yet
	Accepted State = "accepted" // for at least one objective
	Rejected State = "rejected" // for at least one objective, and accepted for none
	Pinned   State = "pinned"   // for at least one objective
)

// State returns what the person has decided about an item; [New] when they have
// decided nothing, whatever the mapping chose.
func (m *Mapping) State(item string) State {
	i, ok := m.index[item]
	if !ok {
		return New
	}
	state := New
	if m.rejected[i] {
		state = Rejected
	}
	for o := range m.objectives {
		d := m.cell(i, o).decision
		switch {
		case d == nil:
		case d.Verb == Pin:
			return Pinned
		case d.Verb == Accept:
			state = Accepted
		case d.Verb == Reject && state == New:
			state = Rejected
		}
	}
	return state
}

func (m *Mapping) cell(item, objective int) *cell {
	return &m.cells[item*len(m.objectives)+objective]
}

func (m *Mapping) chosen(c *cell, o *Objective) bool {
	return Match{Score: c.score, Threshold: o.Least(), Decision: c.decision}.Chosen()
}

func (m *Mapping) anyChosen(item int) bool {
	for o := range m.objectives {
		if m.chosen(m.cell(item, o), &m.objectives[o]) {
			return true
		}
	}
	return false
}

// pick returns an objective's matches for which keep holds, in the order of a
// report; nil for an objective that the mapping does not know.
func (m *Mapping) pick(objective string, keep func(*cell, *Objective) bool) []Match {
	o := slices.IndexFunc(m.objectives, func(o Objective) bool { return o.ID == objective })
	if o < 0 {
		return nil
	}
	var ms []Match
	for _, i := range m.byDate() {
		if keep(m.cell(i, o), &m.objectives[o]) {
			ms = append(ms, m.match(i, o))
		}
	}
	slices.SortStableFunc(ms, func(a, b Match) int {
		return cmp.Or(-compareBool(a.Pinned(), b.Pinned()), cmp.Compare(b.Score, a.Score))
	})
	return ms
}

func compareBool(a, b bool) int {
	switch {
	case a == b:
		return 0
	case a:
		return 1
	}
	return -1
}

// byDate returns the items' indices, the latest first, then by id.
func (m *Mapping) byDate() []int {
	order := make([]int, len(m.items))
	dates := make([]time.Time, len(m.items))
	for i, it := range m.items {
		order[i], dates[i] = i, it.Date(evidence.Period{})
	}
	slices.SortFunc(order, func(a, b int) int {
		return cmp.Or(dates[b].Compare(dates[a]), cmp.Compare(m.items[a].ID, m.items[b].ID))
	})
	return order
}
