package objectives

import "github.com/dossier-report/dossier/evidence"

// Held is a signal of the catalogue that holds for an item.
type Held struct {
	Competency string
	Signal     string
	Share      float64 // how much of it holds, from 0 to 1
}

// Held returns the signals that hold for an item, of all competencies that the
// mapper's objectives ask for; for programs that fit their weights.
func (m *Mapper) Held(it *evidence.Item) []Held {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.scanItem(it)
	f := m.facts(it)
	m.drafts = m.drafts[:0]
	var held []Held
	for i := range m.traits {
		t := &m.traits[i]
		m.judgeTrait(t, it, &f)
		for _, mk := range m.drafts[t.from:t.to] {
			if mk.missing == none {
				held = append(held, Held{t.id, m.rules[mk.rule].Name, mk.value})
			}
		}
	}
	return held
}
