package main

import (
	"maps"
	"math"
	"slices"
)

// predicted is the scores of examples that the model was not fitted to, and the
// thresholds that were chosen without them.
type predicted struct {
	example *example
	scores  []float64
	chosen  []bool
}

// predict fits a model to some examples and applies it to others.
func (p *program) predict(fit, rest []*example) []predicted {
	m := p.model.clone()
	m.fit(slices.Concat(fit, p.also), p.settings)
	least := p.thresholds(fit)
	return p.apply(m, rest, least)
}

func (p *program) apply(m *model, rest []*example, least []float64) []predicted {
	var out []predicted
	z := make([]float64, len(m.catalogue))
	for _, e := range rest {
		q := predicted{example: e}
		m.odds(e, z)
		for o := range p.objs {
			s := m.score(o, z, least[o])
			q.scores = append(q.scores, s)
			q.chosen = append(q.chosen, s >= 0.5)
		}
		out = append(out, q)
	}
	return out
}

// thresholds are the scores at which each objective's F1 is best in
// cross-validation over five parts of the examples, repositories kept together
// as far as they are small.
func (p *program) thresholds(examples []*example) []float64 {
	const folds = 5
	type seen struct {
		example *example
		model   *model
	}
	var all []seen
	for f := range folds {
		var fit, rest []*example
		for i, e := range examples {
			if i%folds == f {
				rest = append(rest, e)
			} else {
				fit = append(fit, e)
			}
		}
		m := p.model.clone()
		m.fit(slices.Concat(fit, p.also), p.settings)
		for _, e := range rest {
			all = append(all, seen{e, m})
		}
	}
	z := make([]float64, len(p.model.catalogue))
	least := make([]float64, len(p.objs))
	for o := range least {
		// The middle of the thresholds within one point of the best.
		var good []float64
		best := 0.0
		f1 := map[float64]float64{}
		for t := 0.10; t < 0.61; t += 0.02 {
			c := count{}
			for _, s := range all {
				s.model.odds(s.example, z)
				c.add(s.example.want[o], s.model.score(o, z, t) >= 0.5)
			}
			f1[t] = c.f1()
			best = max(best, c.f1())
		}
		for _, t := range slices.Sorted(maps.Keys(f1)) {
			if f1[t] >= best-0.01 {
				good = append(good, t)
			}
		}
		least[o] = math.Round(good[len(good)/2]*100) / 100
	}
	return least
}
