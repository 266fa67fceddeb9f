package main

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"time"

	"github.com/dossier-report/dossier/evidence"
	"github.com/dossier-report/dossier/objectives"
)

// curveSeeds is how often decisions are drawn.
const curveSeeds = 5

// learningCurve says how F1 changes on the pairs of item and objective on which
// nothing was decided, with some decisions drawn at random.
//
// The shipped weights were fitted to the same items, where nothing is left to
// learn. So the curve that matters is that of a person whose places the fit has
// not seen: half of the repositories, with weights that were fitted to the other
// half; and that of weights which were fitted to nothing.
func learningCurve(p *program, items []evidence.Item, labels []objectives.Label) error {
	for _, w := range []struct {
		name string
		of   func(seed uint64) ([]evidence.Item, []objectives.Competency)
	}{
		{"fitted to the other repositories", func(seed uint64) ([]evidence.Item, []objectives.Competency) { return p.unseen(items, seed) }},
		{"set by hand", func(uint64) ([]evidence.Item, []objectives.Competency) { return items, objectives.PriorCatalogue() }},
		{"shipped", func(uint64) ([]evidence.Item, []objectives.Competency) { return items, objectives.Catalogue() }},
	} {
		fmt.Fprintf(p.out, "weights %s\n", w.name)
		for _, n := range []int{40, 100, 200} {
			var sumBefore, sumAfter float64
			for seed := range uint64(curveSeeds) {
				its, catalogue := w.of(seed)
				before, after, err := p.curve(its, catalogue, labels, n, seed)
				if err != nil {
					return err
				}
				sumBefore, sumAfter = sumBefore+before, sumAfter+after
				fmt.Fprintf(p.out, "%3d decisions, seed %d: macro-F1 on the rest %.3f without, %.3f with (%+.3f)\n", n, seed, before, after, after-before)
			}
			fmt.Fprintf(p.out, "%3d decisions, mean:   %.3f without, %.3f with (%+.4f)\n", n, sumBefore/curveSeeds, sumAfter/curveSeeds, (sumAfter-sumBefore)/curveSeeds)
		}
	}
	return nil
}

// unseen returns the items of half of the repositories, and the catalogue as
// fitted to the other half.
func (p *program) unseen(all []evidence.Item, seed uint64) ([]evidence.Item, []objectives.Competency) {
	rng := rand.New(rand.NewPCG(seed, 5))
	half := map[string]bool{}
	for i, place := range p.places() {
		half[place] = (i+int(seed))%2 == 0
		if i >= 6 {
			half[place] = rng.IntN(2) == 0
		}
	}
	fit, _ := p.split(func(e *example) bool { return half[e.item.Place] })
	m := p.model.clone()
	m.fit(slices.Concat(fit, p.also), p.settings)
	var items []evidence.Item
	for _, it := range all {
		if half[it.Place] {
			items = append(items, it)
		}
	}
	return items, m.apply(p.thresholds(fit))
}

// curve measures with n decisions, without them and with them.
func (p *program) curve(items []evidence.Item, catalogue []objectives.Competency, labels []objectives.Label, n int, seed uint64) (without, with float64, err error) {
	objs := p.objs
	plain, err := objectives.NewMapper(objs, nil, objectives.With(catalogue), objectives.WithoutLearning())
	if err != nil {
		return 0, 0, err
	}
	learner, err := objectives.NewMapper(objs, nil, objectives.With(catalogue))
	if err != nil {
		return 0, 0, err
	}
	truth := map[[2]string]verdict{}
	for _, l := range labels {
		for _, o := range objs {
			v := no
			switch {
			case slices.Contains(l.Unsure, o.ID):
				v = unsure
			case slices.Contains(l.Objectives, o.ID):
				v = yes
			}
			truth[[2]string{l.ID, o.ID}] = v
		}
	}
	before := plain.Map(items, nil)
	var pool [][2]string
	for i := range items {
		for _, m := range before.For(items[i].ID) {
			pair := [2]string{m.Item, m.Objective}
			if v, ok := truth[pair]; ok && v != unsure {
				pool = append(pool, pair)
			}
		}
	}
	ds, decided := draw(pool, truth, min(n, len(pool)*2/3), seed)
	after := learner.Map(items, ds)
	return rest(objs, items, truth, decided, before), rest(objs, items, truth, decided, after), nil
}

func draw(pool [][2]string, truth map[[2]string]verdict, n int, seed uint64) ([]objectives.Decision, map[[2]string]bool) {
	rng := rand.New(rand.NewPCG(seed, 7))
	var ds []objectives.Decision
	decided := map[[2]string]bool{}
	for k, i := range rng.Perm(len(pool))[:n] {
		d := objectives.Decision{At: time.Unix(int64(k), 0).UTC(), Verb: objectives.Reject, Item: pool[i][0], Objective: pool[i][1]}
		if truth[pool[i]] == yes {
			d.Verb = objectives.Accept
		}
		ds = append(ds, d)
		decided[pool[i]] = true
	}
	return ds, decided
}

// rest is the macro-F1 over the pairs on which nothing was decided.
func rest(objs []objectives.Objective, items []evidence.Item, truth map[[2]string]verdict, decided map[[2]string]bool, m *objectives.Mapping) float64 {
	cs := make([]count, len(objs))
	for i := range items {
		for o, match := range m.For(items[i].ID) {
			pair := [2]string{match.Item, match.Objective}
			if v, ok := truth[pair]; ok && !decided[pair] {
				cs[o].add(v, match.Score >= match.Threshold)
			}
		}
	}
	return macro(cs)
}
