package objectives

import (
	"cmp"
	"fmt"
	"math"
	"slices"

	"github.com/dossier-report/dossier/evidence"
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
	id    int32 // a rule, or always; beyond the rules kinds, then places
	value float64
}

// always is the feature that every item has, by which an objective's decisions
// ask for more or for less.
const always int32 = -1

// lessonFeatures are what the correction sees of an item.
func (m *Mapping) lessonFeatures(i int, c *cell, places map[string]int32) []lessonFeature {
	var fs []lessonFeature
	for _, mk := range c.marks[:c.reasons] {
		if mk.rule >= 0 {
			fs = append(fs, lessonFeature{mk.rule, mk.value})
		}
	}
	it := m.items[i]
	fs = append(fs, lessonFeature{always, 1}, lessonFeature{int32(len(m.rules) + slices.Index(evidence.Kinds, it.Kind) + 1), 1})
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
func (m *Mapping) fitLessons(lessons []lesson, pull float64) map[int32]float64 {
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
			hold := pull * m.holdOf(id)
			g, h := hold*beta[id], hold
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

// holdOf is how strongly a feature is held where it is.
func (m *Mapping) holdOf(id int32) float64 {
	if n := int(id) - len(m.rules); n >= 0 && n <= len(evidence.Kinds) {
		return learnKind
	}
	return learnHold
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
		return "for this objective"
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
