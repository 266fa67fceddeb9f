package objectives

import (
	"cmp"
	"fmt"
	"math"
	"slices"

	"github.com/dossier-report/dossier/evidence"
)

// WithoutLearning leaves the scores as the rules and signals make them, whatever
// the person decided on other items.
func WithoutLearning() Option { return func(m *Mapper) { m.unlearned = true } }

// What the correction by decisions is made from. Each objective has one,
//
//	logit(score') = logit(score) + Σ β × value
//
// over the rules and signals that hold, the kind and the place of the item. β is
// what minimises the log loss over the decisions, plus hold/2 × Σβ², plus the
// cross-entropy with the uncorrected score over the items on which nothing was
// decided, which together weigh as much as stay × the decisions: the correction
// stays near the shipped weights where nobody spoke against them.
const (
	leastLessons = 5 // decisions on an objective before it learns
	learnHold    = 6.0
	learnStay    = 10.0
	learnSweeps  = 25
	learnSharp   = 3.0 // how much surer the correction takes scores to be than they say
	learnSample  = 400 // at most so many undecided items stand for all
)

// lesson is one item that teaches: how it is seen, and what it should be.
type lesson struct {
	features []lessonFeature
	offset   float64 // logit of the uncorrected score
	want     float64
	weight   float64
	decided  bool
}

type lessonFeature struct {
	id    int32 // a rule; beyond them kinds, then places
	value float64
}

// learn corrects the scores of the items on which the person has not decided.
func (m *Mapping) learn() {
	places := map[string]int32{}
	for o := range m.objectives {
		m.learnOne(o, places)
	}
}

func (m *Mapping) learnOne(o int, places map[string]int32) {
	var lessons []lesson
	decided, accepted := 0, 0
	var open []int
	for i := range m.items {
		c := m.cell(i, o)
		if c.decision == nil {
			open = append(open, i)
			continue
		}
		l := lesson{features: m.lessonFeatures(i, c, places), offset: logit(c.score), weight: 1, decided: true}
		if c.decision.Verb != Reject {
			l.want = 1
			accepted++
		}
		lessons = append(lessons, l)
		decided++
	}
	if decided < leastLessons {
		return
	}
	step := max(1, len(open)/learnSample)
	stay := learnStay * float64(decided) / float64(max(1, len(open)/step))
	for k := 0; k < len(open); k += step {
		c := m.cell(open[k], o)
		z := logit(c.score)
		lessons = append(lessons, lesson{features: m.lessonFeatures(open[k], c, places), offset: z, want: logistic(z), weight: min(1, stay)})
	}
	beta := fitLessons(lessons)
	for _, i := range open {
		m.correct(i, o, beta, lessons, places)
	}
}

// lessonFeatures are what the correction sees of an item.
func (m *Mapping) lessonFeatures(i int, c *cell, places map[string]int32) []lessonFeature {
	var fs []lessonFeature
	for _, mk := range c.marks[:c.reasons] {
		if mk.rule >= 0 {
			fs = append(fs, lessonFeature{mk.rule, mk.value})
		}
	}
	it := m.items[i]
	fs = append(fs, lessonFeature{int32(len(m.rules) + slices.Index(evidence.Kinds, it.Kind) + 1), 0.5})
	if it.Place != "" {
		p, ok := places[it.Place]
		if !ok {
			p = int32(len(m.rules) + len(evidence.Kinds) + 1 + len(places))
			places[it.Place] = p
		}
		fs = append(fs, lessonFeature{p, 1})
	}
	slices.SortFunc(fs, func(a, b lessonFeature) int { return cmp.Compare(a.id, b.id) })
	return fs
}

// logit is the log-odds of a score; those of 0 and 1 would be infinite.
func logit(score float64) float64 {
	p := min(max(score, 0.03), 0.97)
	return learnSharp * math.Log(p/(1-p))
}

// fitLessons finds the correction by coordinate descent, one Newton step for
// each feature in turn.
func fitLessons(lessons []lesson) map[int32]float64 {
	type use struct {
		lesson int
		value  float64
	}
	uses := map[int32][]use{}
	var ids []int32
	taught := map[int32]bool{}
	for k, l := range lessons {
		for _, f := range l.features {
			if uses[f.id] == nil {
				ids = append(ids, f.id)
			}
			uses[f.id] = append(uses[f.id], use{k, f.value})
			taught[f.id] = taught[f.id] || l.decided
		}
	}
	slices.Sort(ids)
	ids = slices.DeleteFunc(ids, func(id int32) bool { return !taught[id] })
	beta := map[int32]float64{}
	z := make([]float64, len(lessons))
	for k, l := range lessons {
		z[k] = l.offset
	}
	for range learnSweeps {
		for _, id := range ids {
			g, h := learnHold*beta[id], learnHold
			for _, u := range uses[id] {
				p, l := logistic(z[u.lesson]), &lessons[u.lesson]
				g += l.weight * (p - l.want) * u.value
				h += l.weight * p * (1 - p) * u.value * u.value
			}
			by := -g / h
			beta[id] += by
			for _, u := range uses[id] {
				z[u.lesson] += by * u.value
			}
		}
	}
	return beta
}

// leastCorrection is the smallest change of a score that is worth a reason.
const leastCorrection = 0.005

// correct changes one score and says why.
func (m *Mapping) correct(i, o int, beta map[int32]float64, lessons []lesson, places map[string]int32) {
	c := m.cell(i, o)
	fs := m.lessonFeatures(i, c, places)
	sum := 0.0
	for _, f := range fs {
		sum += beta[f.id] * f.value
	}
	z := logit(c.score)
	// On the scale of the score as it is, so that one of 0 or 1 stays when
	// nothing was learnt.
	by := logistic(z+sum) - logistic(z)
	by = min(max(by, -c.score), 1-c.score)
	if math.Abs(by) < leastCorrection {
		return
	}
	best, about := 0.0, int32(-1)
	for _, f := range fs {
		if s := beta[f.id] * f.value; s*by > 0 && math.Abs(s) > best {
			best, about = math.Abs(s), f.id
		}
	}
	yes, no := 0, 0
	for _, l := range lessons {
		if !l.decided || !slices.ContainsFunc(l.features, func(f lessonFeature) bool { return f.id == about }) {
			continue
		}
		if l.want == 1 {
			yes++
		} else {
			no++
		}
	}
	said := fmt.Sprintf("you accepted %d of %d items like this: %s", yes, yes+no, m.aboutLesson(i, about))
	if by < 0 {
		said = fmt.Sprintf("you rejected %d of %d items like this: %s", no, yes+no, m.aboutLesson(i, about))
	}
	m.add(c, mark{rule: byDecisions, detail: int32(len(m.said)), contribution: by})
	m.said = append(m.said, said)
}

// aboutLesson words a feature.
func (m *Mapping) aboutLesson(i int, id int32) string {
	switch n := int(id); {
	case n < 0:
		return string(m.items[i].Kind)
	case n < len(m.rules):
		return m.rules[n].Name
	case n <= len(m.rules)+len(evidence.Kinds):
		return "kind " + string(m.items[i].Kind)
	}
	return "in " + m.items[i].Place
}

// Marks that no rule made.
const (
	byDecisions = -1 - iota
	byThread
)

// add adds a reason to a verdict, whose score it changes by its contribution.
func (m *Mapping) add(c *cell, mk mark) {
	at := 0
	for at < c.reasons && c.marks[at].contribution >= mk.contribution {
		at++
	}
	c.marks = slices.Insert(slices.Clip(c.marks), at, mk)
	c.reasons++
	c.score += mk.contribution
}

// extra words a reason that no rule made.
func (m *Mapping) extra(mk mark) Reason {
	r := Reason{Rule: "your decisions on others", Field: "decisions", Excerpt: m.said[mk.detail], Contribution: mk.contribution}
	if mk.rule == byThread {
		r.Rule, r.Field = "its ticket", "thread"
	}
	return r
}

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
