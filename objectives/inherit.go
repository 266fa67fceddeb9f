package objectives

import (
	"math"

	"github.com/dossier-report/dossier/evidence"
)

// inherited is how much of its ticket's evidence a change inherits, in the units
// of weighOf: alone it is never enough.
const inherited = 0.2

// inherit lets pull requests and commits inherit from the tickets of their
// threads, with less weight.
func (m *Mapping) inherit(threads []evidence.Thread) {
	for _, th := range threads {
		if len(th.Items) < 2 {
			continue
		}
		for o := range m.objectives {
			from, best := -1, 0.0
			for _, id := range th.Items {
				if i, ok := m.index[id]; ok && isTicket(m.items[i].Kind) && m.cell(i, o).score > best {
					from, best = i, m.cell(i, o).score
				}
			}
			if best < m.objectives[o].Least() {
				continue
			}
			for _, id := range th.Items {
				i, ok := m.index[id]
				if !ok || isTicket(m.items[i].Kind) || m.routine[i] != "" || !m.items[i].Own() {
					continue
				}
				c := m.cell(i, o)
				m.add(c, mark{rule: byThread, detail: int32(len(m.said)), contribution: (1 - c.score) * -math.Expm1(-inherited*weighOf(best))})
				m.said = append(m.said, m.items[from].Title)
			}
		}
	}
}

func isTicket(k evidence.Kind) bool {
	return k == evidence.Ticket || k == evidence.Card || k == evidence.Issue
}
