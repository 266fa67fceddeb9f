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
	first      []int       // by objective: its first rule; one more at the end
	traits     []trait     // the competencies that any objective asks for
	parts      [][]portion // by objective
	most       int         // marks that one item can have
	shaped     bool        // any rule asks for shapes
	drafts     []mark      // of the item's competencies
	catalogue  []Competency
	unlearned  bool
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

// trait is a competency made ready.
type trait struct {
	id         string
	bias, base float64 // log-odds and probability when no signal holds
	gamma      float64 // see Competency
	first, end int     // of its signals among the rules

	from, to int     // of the item's marks among the drafts
	sum      float64 // of the item's log-odds
	score    float64 // 0 when no more speaks for it than against it
}

// portion is a competency's part in an objective.
type portion struct {
	trait int
	share float64
}

// Option changes how a mapper maps.
type Option func(*Mapper)

// With uses these competencies instead of the shipped catalogue, for a program
// that fits their weights.
func With(catalogue []Competency) Option {
	return func(m *Mapper) { m.catalogue = catalogue }
}

// NewMapper prepares the objectives' rules and the competencies that they ask
// for, or are resolved to by their statements; see [Resolve]. People are the
// colleagues whose relation to the person rules may ask for. An objective that
// is not valid, or an id that occurs twice, is an error that names the objective.
func NewMapper(objs []Objective, people evidence.People, options ...Option) (*Mapper, error) {
	m := &Mapper{objectives: slices.Clone(objs), people: newColleagues(people)}
	for _, o := range options {
		o(m)
	}
	if m.catalogue == nil {
		m.catalogue = shipped()
	}
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
	for i := range m.objectives {
		if err := m.resolve(&m.objectives[i]); err != nil {
			return nil, err
		}
	}
	m.tallies = make([]tally, len(m.rules))
	m.scan.hits = make([]hit, len(m.scan.v.patterns))
	for p := range m.scan.v.every {
		m.scan.hits[p].every = true
	}
	return m, nil
}

// resolve prepares the competencies of an objective.
func (m *Mapper) resolve(o *Objective) error {
	var ps []portion
	for _, w := range o.Asks() {
		t := slices.IndexFunc(m.traits, func(t trait) bool { return t.id == w.ID })
		if t < 0 {
			i := slices.IndexFunc(m.catalogue, func(c Competency) bool { return c.ID == w.ID })
			if i < 0 {
				return fmt.Errorf("objective %q: no competency %q", o.ID, w.ID)
			}
			t = len(m.traits)
			if err := m.compileTrait(&m.catalogue[i]); err != nil {
				return err
			}
		}
		ps = append(ps, portion{t, w.Share()})
		m.most += m.traits[t].end - m.traits[t].first
	}
	m.parts = append(m.parts, ps)
	m.most += len(o.Rules)
	return nil
}

func (m *Mapper) compileTrait(c *Competency) error {
	t := trait{id: c.ID, bias: c.Bias, base: logistic(c.Bias), gamma: c.Gamma(), first: len(m.rules)}
	for j := range c.Signals {
		s := &c.Signals[j]
		if err := m.compile(&s.Rule); err != nil {
			return fmt.Errorf("competency %q: %w", c.ID, err)
		}
		r := &m.rules[len(m.rules)-1]
		r.competency, r.odds, r.against = c.ID, s.Odds, s.Odds < 0
	}
	t.end = len(m.rules)
	m.traits = append(m.traits, t)
	return nil
}

// Map gives every objective's verdict on every item. Decisions may come in any
// order; see [Decision] for what each does. Of two items with one id the first
// counts. The items' notes of their own ([Notes]) are mapped when they are
// among the items. Of the threads that are given, changes inherit a little from
// their tickets. What was decided on some items corrects the scores of others a
// little, see [WithoutLearning]. The mapping refers to the items: they must not change.
func (m *Mapper) Map(items []evidence.Item, decisions []Decision, threads ...evidence.Thread) *Mapping {
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
	mp.inherit(threads)
	mp.decide(decisions)
	if !m.unlearned {
		mp.learn()
	}
	return mp
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
	h, r := &m.scan.hits[pattern], &m.rules[w.rule]
	in := h.fields & r.fields
	if in == 0 {
		return
	}
	field := uint8(0)
	for in&(1<<field) == 0 {
		field++
	}
	at := hitAt{field, h.at[field]}
	if w.part == asWord && len(r.excepts) > 0 {
		if in, at = m.scan.outside(pattern, r.excepts, r.fields); in == 0 {
			return
		}
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
