package analysis

import (
	"cmp"
	"slices"

	"github.com/dossier-report/dossier/evidence"
)

// chooseBoards learns which boards there are, the one with the most items
// first, and which statuses they show.
func (m *model) chooseBoards(flows []*evidence.Item) {
	count := make(map[string]int)
	boards := make(map[string]evidence.Board)
	for _, it := range flows {
		for _, b := range it.Flow.Boards {
			id := b.Name + "\x00" + b.URL
			count[id]++
			boards[id] = b
		}
	}
	ids := make([]string, 0, len(boards))
	for id := range boards {
		ids = append(ids, id)
	}
	slices.SortFunc(ids, func(a, b string) int { return cmp.Or(cmp.Compare(count[b], count[a]), cmp.Compare(a, b)) })
	m.rank = make(map[string]int)
	m.boards = []string{}
	for _, id := range ids {
		b := boards[id]
		if !slices.Contains(m.boards, b.Name) {
			m.boards = append(m.boards, b.Name)
		}
		for i, c := range b.Columns {
			for _, status := range c.Statuses {
				if m.onBoard == nil {
					m.onBoard = make(map[string]bool)
				}
				m.onBoard[status] = true
				if _, ok := m.rank[status]; !ok {
					m.rank[status] = i
				}
			}
		}
	}
}

// order puts the statuses in the order of work: what is to do first, what is
// done last, and between them as the board has its columns, or, where no board
// shows a status, by the mean place at which items first come to it.
func (m *model) order() {
	type place struct {
		Status
		at, sum float64
		visits  int
		states  map[meaning]int
	}
	places := make(map[string]*place)
	var list []*place
	seen := make(map[string]bool)
	for _, w := range m.works {
		clear(seen)
		for _, s := range w.stays {
			if seen[s.status] {
				continue
			}
			p := places[s.status]
			if p == nil {
				p = &place{Status: Status{Name: s.status}, states: make(map[meaning]int)}
				places[s.status] = p
				list = append(list, p)
			}
			p.sum += float64(len(seen))
			p.visits++
			p.states[m.meanings.of(w.Item, s.status)]++
			seen[s.status] = true
		}
	}
	for _, p := range list {
		p.at = p.sum / float64(p.visits)
		if column, ok := m.rank[p.Name]; ok {
			p.at = float64(column)
		}
		p.Items = p.visits
		best := 0
		for _, s := range sortedMeanings(p.states) {
			if p.states[s] > best {
				best, p.State, p.By = p.states[s], s.state, s.by
			}
		}
	}
	begun := func(s evidence.WorkState) int {
		return map[evidence.WorkState]int{evidence.ToDo: 0, evidence.InProgress: 1, evidence.Waiting: 1, evidence.Done: 2}[s]
	}
	slices.SortFunc(list, func(a, b *place) int {
		return cmp.Or(cmp.Compare(begun(a.State), begun(b.State)), cmp.Compare(a.at, b.at), cmp.Compare(a.Name, b.Name))
	})
	m.rank = make(map[string]int)
	m.statuses = make([]Status, 0, len(list))
	for i, p := range list {
		m.rank[p.Name] = i
		m.statuses = append(m.statuses, p.Status)
	}
}

func sortedMeanings(set map[meaning]int) []meaning {
	list := make([]meaning, 0, len(set))
	for s := range set {
		list = append(list, s)
	}
	slices.SortFunc(list, func(a, b meaning) int { return cmp.Or(cmp.Compare(a.state, b.state), cmp.Compare(a.by, b.by)) })
	return list
}
