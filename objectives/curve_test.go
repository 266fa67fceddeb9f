package objectives

import (
	"math/rand/v2"
	"slices"
	"testing"
	"time"
)

// decideAtRandom decides as the labels say on n pairs of item and objective.
func decideAtRandom(items int, objs []Objective, labels []Label, n int, seed uint64) []Decision {
	rng := rand.New(rand.NewPCG(seed, 7))
	var ds []Decision
	for k, pair := range rng.Perm(items * len(objs)) {
		l, o := labels[pair/len(objs)], objs[pair%len(objs)].ID
		if len(ds) == n {
			break
		}
		if slices.Contains(l.Unsure, o) {
			continue
		}
		d := Decision{At: time.Unix(int64(k), 0).UTC(), Verb: Reject, Item: l.ID, Objective: o}
		if slices.Contains(l.Objectives, o) {
			d.Verb = Accept
		}
		ds = append(ds, d)
	}
	return ds
}

// restF1 is the macro-F1 of two mappings over the pairs on which nothing was
// decided in the second.
func restF1(plain, learnt *Mapping, labels []Label) (before, after float64) {
	f1 := func(m *Mapping, o int) float64 {
		var right, wrong, missed float64
		for _, l := range labels {
			match := m.For(l.ID)[o]
			if slices.Contains(l.Unsure, match.Objective) || learnt.For(l.ID)[o].Decision != nil {
				continue
			}
			switch want, got := slices.Contains(l.Objectives, match.Objective), match.Score >= match.Threshold; {
			case want && got:
				right++
			case got:
				wrong++
			case want:
				missed++
			}
		}
		return 2 * right / max(1, 2*right+wrong+missed)
	}
	n := float64(len(plain.Objectives()))
	for o := range plain.Objectives() {
		before += f1(plain, o) / n
		after += f1(learnt, o) / n
	}
	return before, after
}

func TestLearningCurveRises(t *testing.T) {
	items, labels := labelled(t)
	objs, err := Template("senior-ml-scientist")
	if err != nil {
		t.Fatal(err)
	}
	// The shipped weights are fitted to these items too; those set by hand have
	// seen none of them.
	m, err := NewMapper(objs, nil, With(PriorCatalogue()))
	if err != nil {
		t.Fatal(err)
	}
	const seeds = 5
	plain := m.Map(items, nil)
	// 40 decisions, eight for each objective, are too few to rise for certain on
	// a set of this size: they must not cost much.
	for _, tt := range []struct {
		decisions int
		rise      float64
	}{{40, -0.005}, {100, 0.002}, {200, 0.004}} {
		sum := 0.0
		for seed := range uint64(seeds) {
			before, after := restF1(plain, m.Map(items, decideAtRandom(len(items), objs, labels, tt.decisions, seed)), labels)
			sum += after - before
		}
		t.Logf("%d decisions: macro-F1 on the rest %+.4f", tt.decisions, sum/seeds)
		if !(sum/seeds > tt.rise) {
			t.Errorf("with %d decisions macro-F1 on the rest changes by %+.4f, want more than %+.3f", tt.decisions, sum/seeds, tt.rise)
		}
	}
}
