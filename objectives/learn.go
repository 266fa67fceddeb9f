package objectives

import (
	"math"
)

// WithoutLearning leaves the scores as the rules and signals make them, whatever
// the person decided on other items.
func WithoutLearning() Option { return func(m *Mapper) { m.unlearned = true } }

// What the correction by decisions is made from. Each objective has one,
//
//	logit(score') = logit(score) + β₀ + Σ β × value
//
// over the rules and signals that hold, the kind and the place of the item. β is
// what minimises the log loss over the decisions, plus pull × Σ hold/2 × β², plus
// the cross-entropy with the uncorrected score over the items on which nothing
// was decided, which together weigh as much as stay × the decisions: the
// correction stays near the shipped weights where nobody spoke against them.
//
// How strong the pull is the decisions themselves say: of the pulls, and of no
// correction at all, that one is taken which foretells decisions best that it
// has not learnt from, in parts of all objectives' decisions that are left out
// in turn.
const (
	leastLessons = 5 // decisions on an objective before it learns
	learnHold    = 6.0
	learnKind    = 12.0 // the hold of kinds, which say little of an objective
	learnStay    = 10.0
	learnSweeps  = 12
	learnParts   = 5
	learnSharp   = 3.0 // how much surer the correction takes scores to be than they say
	learnSample  = 400 // at most so many undecided items stand for all
)

// learnPulls are the pulls that are tried, the weakest first.
var learnPulls = [...]float64{1, 3}

// course is what the decisions on one objective teach.
type course struct {
	lessons []lesson
	open    []int // the items on which nothing was decided
}

// learn corrects the scores of the items on which the person has not decided.
func (m *Mapping) learn() {
	places := map[string]int32{}
	courses := make([]course, len(m.objectives))
	for o := range courses {
		courses[o] = m.courseOf(o, places)
	}
	pull, ok := m.pullOf(courses)
	if !ok {
		return
	}
	for o, c := range courses {
		if len(c.lessons) == 0 {
			continue
		}
		beta := m.fitLessons(c.lessons, pull)
		for _, i := range c.open {
			m.correct(i, o, beta, c.lessons, places)
		}
	}
}

// courseOf collects an objective's lessons; none when it has too few decisions.
func (m *Mapping) courseOf(o int, places map[string]int32) course {
	var lessons []lesson
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
		}
		lessons = append(lessons, l)
	}
	decided := len(lessons)
	if decided < leastLessons {
		return course{}
	}
	step := max(1, len(open)/learnSample)
	stay := learnStay * float64(decided) / float64(max(1, len(open)/step))
	for k := 0; k < len(open); k += step {
		c := m.cell(open[k], o)
		z := logit(c.score)
		lessons = append(lessons, lesson{features: m.lessonFeatures(open[k], c, places), offset: z, want: logistic(z), weight: min(1, stay)})
	}
	return course{lessons, open}
}

// pullOf chooses the pull by what was left out; false when no correction
// foretells it better than none.
func (m *Mapping) pullOf(courses []course) (pull float64, ok bool) {
	best := 0.0
	for _, c := range courses {
		for i := range c.lessons {
			if l := &c.lessons[i]; l.decided {
				best += lossOf(l.offset, l.want)
			}
		}
	}
	for _, by := range learnPulls {
		loss := 0.0
		for _, c := range courses {
			loss += m.leftOut(c.lessons, by)
		}
		if loss < best-1e-9 {
			best, pull, ok = loss, by, true
		}
	}
	return pull, ok
}

// leftOut is the log loss over an objective's decisions, each foretold from the
// parts of them that it is not in.
func (m *Mapping) leftOut(lessons []lesson, pull float64) float64 {
	loss := 0.0
	fit := make([]lesson, 0, len(lessons))
	for part := range learnParts {
		var rest []lesson
		fit = fit[:0]
		decided := 0
		for _, l := range lessons {
			out := l.decided && decided%learnParts == part
			if l.decided {
				decided++
			}
			if out {
				rest = append(rest, l)
			} else {
				fit = append(fit, l)
			}
		}
		if len(rest) == 0 {
			continue
		}
		beta := m.fitLessons(fit, pull)
		for _, l := range rest {
			z := l.offset
			for _, f := range l.features {
				z += beta[f.id] * f.value
			}
			loss += lossOf(z, l.want)
		}
	}
	return loss
}

// lossOf is the log loss of log-odds z.
func lossOf(z, want float64) float64 { return math.Log1p(math.Exp(z)) - want*z }
