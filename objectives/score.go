package objectives

import (
	"cmp"
	"math"

	"github.com/dossier-report/dossier/evidence"
)

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
	rule         int32     // negative for what no rule made: see Mapping.extra
	missing      condition // for a miss
	detail       int32     // for a miss by a forbidding word: the pattern
	where        hitAt
	value        float64 // the share of the rule that holds, from 0 to 1
	contribution float64 // while a cell is made, in the units of weighOf
}

const markSlab = 4096

// mapItem appends the item's cells and marks.
func (m *Mapper) mapItem(mp *Mapping, it *evidence.Item) {
	m.scanItem(it)
	f := m.facts(it)
	mp.routine = append(mp.routine, f.routine)
	if cap(mp.marks)-len(mp.marks) < m.most {
		// Another slab: what cells refer to is never moved.
		mp.marks = make([]mark, 0, max(markSlab, m.most))
	}
	m.drafts = m.drafts[:0]
	for i := range m.traits {
		m.judgeTrait(&m.traits[i], it, &f)
	}
	for o := range m.objectives {
		from := len(mp.marks)
		mp.marks = m.judgeRules(mp.marks, m.first[o], m.first[o+1], it, &f)
		for i := from; i < len(mp.marks); i++ {
			if mk := &mp.marks[i]; mk.missing == none {
				mk.contribution = weighOf(m.rules[mk.rule].weight * mk.value)
			}
		}
		for _, p := range m.parts[o] {
			mp.marks = m.traits[p.trait].weigh(mp.marks, m.drafts, m.rules, p.share)
		}
		c := cell{marks: mp.marks[from:len(mp.marks):len(mp.marks)]}
		c.settle(m.rules)
		mp.cells = append(mp.cells, c)
	}
}

// judgeRules appends the marks of the rules from first to end.
func (m *Mapper) judgeRules(marks []mark, first, end int, it *evidence.Item, f *facts) []mark {
	for r := first; r < end; r++ {
		if t := &m.tallies[r]; !m.rules[r].telling && (t.epoch != m.scan.epoch || t.words == 0) {
			continue // nothing telling about it can hold
		}
		if mk, verdict := m.judge(r, it, f); verdict != no {
			marks = append(marks, mk)
		}
	}
	return marks
}

// judgeTrait finds which signals of a competency hold.
func (m *Mapper) judgeTrait(t *trait, it *evidence.Item, f *facts) {
	t.from = len(m.drafts)
	m.drafts = m.judgeRules(m.drafts, t.first, t.end, it, f)
	t.to = len(m.drafts)
	t.sum = 0
	for i := t.from; i < t.to; i++ {
		if mk := &m.drafts[i]; mk.missing == none {
			t.sum += m.rules[mk.rule].odds * mk.value
		}
	}
	t.score = 0
	if t.sum > 0 {
		t.score = math.Pow((logistic(t.bias+t.sum)-t.base)/(1-t.base), t.gamma)
	}
}

// weigh appends the marks of a competency, weighed for an objective of which it
// is that share: its score, in the units of weighOf, is spread over the signals
// as their log-odds are.
func (t *trait) weigh(marks, drafts []mark, rules []rule, share float64) []mark {
	if t.from == t.to {
		return marks
	}
	per := 0.0
	if t.score > 0 {
		per = weighOf(share*t.score) / t.sum
	}
	for _, mk := range drafts[t.from:t.to] {
		if mk.missing == none {
			mk.contribution = per * rules[mk.rule].odds * mk.value
			if mk.contribution == 0 {
				continue
			}
		}
		marks = append(marks, mk)
	}
	return marks
}

func logistic(z float64) float64 { return 1 / (1 + math.Exp(-z)) }

// weighOf turns a probability into what adds up in a noisy-or: 1-Π(1-p) is
// 1-exp(-Σ weighOf(p)). Certainty would be infinite.
func weighOf(p float64) float64 { return -math.Log1p(-min(p, math.Nextafter(1, 0))) }

// settle orders the marks and turns what they weigh into contributions that add
// up to the score: those for it to what they would make alone, those against it
// to what that falls by.
func (c *cell) settle(rules []rule) {
	sortMarks(c.marks, rules)
	var plus, minus float64
	for _, mk := range c.marks {
		if mk.missing != none {
			break
		}
		if c.reasons++; mk.contribution > 0 {
			plus += mk.contribution
		} else {
			minus += mk.contribution
		}
	}
	if plus == 0 { // nothing for it: what is against it says nothing
		c.marks = c.marks[c.reasons:]
		c.reasons = 0
		return
	}
	alone := -math.Expm1(-plus)
	c.score = -math.Expm1(-max(0, plus+minus))
	up, down := alone/plus, 0.0
	if minus < 0 {
		down = (c.score - alone) / minus
	}
	for i := range c.marks[:c.reasons] {
		if mk := &c.marks[i]; mk.contribution > 0 {
			mk.contribution *= up
		} else {
			mk.contribution *= down
		}
	}
	c.dropNothing()
}

// dropNothing drops reasons that weigh nothing, as against near certainty.
func (c *cell) dropNothing() {
	n := 0
	for _, mk := range c.marks[:c.reasons] {
		if mk.contribution != 0 {
			c.marks[n] = mk
			n++
		}
	}
	if n < c.reasons {
		n += copy(c.marks[n:], c.marks[c.reasons:])
		c.reasons -= len(c.marks) - n
		c.marks = c.marks[:n]
	}
}

// sortMarks puts marks in order; there are few, and nothing is allocated.
func sortMarks(marks []mark, rules []rule) {
	for i := range marks {
		for j := i; j > 0 && compareMarks(&marks[j], &marks[j-1], rules) < 0; j-- {
			marks[j], marks[j-1] = marks[j-1], marks[j]
		}
	}
}

// compareMarks orders reasons before misses, larger contributions first.
func compareMarks(a, b *mark, rules []rule) int {
	if c := cmp.Or(cmp.Compare(min(a.missing, 1), min(b.missing, 1)), cmp.Compare(b.contribution, a.contribution)); c != 0 {
		return c
	}
	return cmp.Or(cmp.Compare(rules[a.rule].Name, rules[b.rule].Name), cmp.Compare(a.rule, b.rule))
}
