package objectives

import (
	"cmp"
	"fmt"
	"slices"
	"sync"

	"github.com/dossier-report/dossier/evidence"
)

// Mapper maps evidence to objectives. It may be used by several goroutines;
// they take turns.
type Mapper struct {
	mu         sync.Mutex
	objectives []Objective
	rules      []rule
	first      []int     // by objective: its first rule; one more at the end
	watchers   [][]watch // by pattern
	uses       uint8     // fields that any rule looks for words in
	scan       scanner
	tallies    []tally // by rule
	people     colleagues
}

// tally is what the scan of one item found for a rule.
type tally struct {
	epoch   uint32
	words   int32 // different words of the rule that stand in its fields
	where   hitAt // the first of them, in the title if any stands there
	with    bool  // one of those that must stand there too does
	forbids int32 // 1 + a pattern that forbids the rule; 0 for none
}

// NewMapper prepares the objectives' rules. People are the colleagues whose
// relation to the person rules may ask for. An objective that is not valid, or
// an id that occurs twice, is an error that names the objective.
func NewMapper(objs []Objective, people evidence.People) (*Mapper, error) {
	m := &Mapper{objectives: slices.Clone(objs), people: newColleagues(people)}
	m.scan.v = newVocabulary()
	ids := map[string]bool{}
	for i := range m.objectives {
		o := &m.objectives[i]
		if err := o.Validate(); err != nil {
			return nil, fmt.Errorf("objective %q: %w", o.ID, err)
		}
		if ids[o.ID] {
			return nil, fmt.Errorf("objective %q: the id occurs twice", o.ID)
		}
		ids[o.ID] = true
		m.first = append(m.first, len(m.rules))
		for j := range o.Rules {
			if err := m.compile(&o.Rules[j]); err != nil {
				return nil, fmt.Errorf("objective %q: rules[%d].%w", o.ID, j, err)
			}
		}
	}
	m.first = append(m.first, len(m.rules))
	m.tallies = make([]tally, len(m.rules))
	m.scan.hits = make([]hit, len(m.scan.v.patterns))
	return m, nil
}

// Map gives every objective's verdict on every item. Decisions may come in any
// order; see [Decision] for what each does. Of two items with one id the first
// counts. The items' notes of their own ([Notes]) are mapped when they are
// among the items. The mapping refers to the items: they must not change.
func (m *Mapper) Map(items []evidence.Item, decisions []Decision) *Mapping {
	m.mu.Lock()
	defer m.mu.Unlock()
	n := len(m.objectives)
	mp := &Mapping{
		objectives: m.objectives,
		rules:      m.rules,
		patterns:   m.scan.v.names,
		index:      make(map[string]int, len(items)),
		cells:      make([]cell, 0, len(items)*n),
	}
	for i := range items {
		it := &items[i]
		if _, ok := mp.index[it.ID]; ok {
			continue
		}
		mp.index[it.ID] = len(mp.items)
		mp.items = append(mp.items, it)
		m.mapItem(mp, it)
	}
	mp.decide(decisions)
	return mp
}

// cell is one item's verdict for one objective. Its marks are first the
// reasons, then the misses.
type cell struct {
	score    float64
	marks    []mark
	reasons  int
	decision *Decision
}

// mark is a reason or a miss as it is kept: the place and not the words.
type mark struct {
	rule         int32
	missing      condition // for a miss
	detail       int32     // for a miss by a forbidding word: the pattern
	where        hitAt
	contribution float64
}

const markSlab = 4096

// mapItem appends the item's cells and marks.
func (m *Mapper) mapItem(mp *Mapping, it *evidence.Item) {
	m.scanItem(it)
	f := m.facts(it)
	mp.routine = append(mp.routine, f.routine)
	if cap(mp.marks)-len(mp.marks) < len(m.rules) {
		// Another slab: what cells refer to is never moved.
		mp.marks = make([]mark, 0, max(markSlab, len(m.rules)))
	}
	for o := range m.objectives {
		c := cell{}
		from := len(mp.marks)
		for r := m.first[o]; r < m.first[o+1]; r++ {
			if t := &m.tallies[r]; !m.rules[r].telling && (t.epoch != m.scan.epoch || t.words == 0) {
				continue // nothing telling about it can hold
			}
			mk, verdict := m.judge(r, it, &f)
			switch verdict {
			case holds:
				c.reasons++
			case no:
				continue
			}
			mp.marks = append(mp.marks, mk)
		}
		c.marks = mp.marks[from:len(mp.marks):len(mp.marks)]
		m.sort(c.marks)
		c.score = score(c.marks)
		mp.cells = append(mp.cells, c)
	}
}

// sort puts marks in order; there are few, and nothing is allocated.
func (m *Mapper) sort(marks []mark) {
	for i := range marks {
		for j := i; j > 0 && m.compareMarks(marks[j], marks[j-1]) < 0; j-- {
			marks[j], marks[j-1] = marks[j-1], marks[j]
		}
	}
}

// compareMarks orders reasons before misses, larger contributions first.
func (m *Mapper) compareMarks(a, b mark) int {
	return cmp.Or(cmp.Compare(min(a.missing, 1), min(b.missing, 1)),
		cmp.Compare(b.contribution, a.contribution),
		cmp.Compare(m.rules[a.rule].Name, m.rules[b.rule].Name))
}

// score is the noisy-or of the contributions, which come in order, so that the
// order of the rules does not show in the last bit.
func score(marks []mark) float64 {
	none := 1.0
	for _, mk := range marks {
		if mk.missing == 0 {
			none *= 1 - mk.contribution
		}
	}
	return 1 - none
}

// scanItem finds the words of all rules in the item.
func (m *Mapper) scanItem(it *evidence.Item) {
	s := &m.scan
	s.begin()
	s.enter(inTitle, 0)
	s.words(it.Title, 0, len(it.Title))
	s.enter(inText, 0)
	s.text(it.Text)
	for i := range it.Acts {
		s.enter(inActs, i)
		s.text(it.Acts[i].Text)
	}
	for _, l := range []struct {
		field  uint8
		values []string
	}{{inLabels, it.Labels}, {inPaths, it.Paths}} {
		if m.uses&(1<<l.field) == 0 {
			continue
		}
		for i, v := range l.values {
			s.enter(l.field, i)
			s.words(v, 0, len(v))
		}
	}
	for _, p := range s.found {
		for _, w := range m.watchers[p] {
			m.count(w, p)
		}
	}
}

// count adds a pattern that was found to the tally of a rule that watches it.
func (m *Mapper) count(w watch, pattern int32) {
	h := &m.scan.hits[pattern]
	in := h.fields & m.rules[w.rule].fields
	if in == 0 {
		return
	}
	t := &m.tallies[w.rule]
	if t.epoch != m.scan.epoch {
		*t = tally{epoch: m.scan.epoch}
	}
	switch w.part {
	case asNot:
		if t.forbids == 0 || pattern+1 < t.forbids {
			t.forbids = pattern + 1
		}
		return
	case asWith:
		t.with = true
		return
	}
	t.words++
	field := uint8(0)
	for in&(1<<field) == 0 {
		field++
	}
	at := hitAt{field, h.at[field]}
	if t.words == 1 || at.before(t.where) {
		t.where = at
	}
}

// before orders places: the title first, then as fields and bytes come; of two
// that begin together the longer.
func (a hitAt) before(b hitAt) bool {
	return cmp.Or(cmp.Compare(a.field, b.field), cmp.Compare(a.index, b.index),
		cmp.Compare(a.from, b.from), cmp.Compare(b.to, a.to)) < 0
}
