package main

import (
	"math"

	"github.com/dossier-report/dossier/evidence"
	"github.com/dossier-report/dossier/objectives"
)

// example is an item as the fit sees it.
type example struct {
	item *evidence.Item
	held []feature // the signals that hold
	want []verdict // by objective
}

type feature struct {
	at    int // in the model's weights
	share float64
}

type verdict int8

const (
	no verdict = iota
	yes
	unsure
)

// model is the weights of all competencies that the objectives ask for, and
// how objectives are made of them.
type model struct {
	catalogue []objectives.Competency
	first     []int     // by competency: its bias among the weights; its signals follow
	prior     []float64 // the weights that were set by hand
	weights   []float64
	names     []string
	parts     [][]part // by objective
	index     map[[2]string]int
}

type part struct {
	competency int
	share      float64
}

func newModel(objs []objectives.Objective, catalogue []objectives.Competency) *model {
	m := &model{catalogue: catalogue, index: map[[2]string]int{}}
	for _, c := range catalogue {
		m.first = append(m.first, len(m.prior))
		m.prior = append(m.prior, c.Bias)
		m.names = append(m.names, c.ID+": bias")
		for _, s := range c.Signals {
			m.index[[2]string{c.ID, s.Name}] = len(m.prior)
			m.prior = append(m.prior, s.Odds)
			m.names = append(m.names, c.ID+": "+s.Name)
		}
	}
	m.first = append(m.first, len(m.prior))
	m.weights = append([]float64(nil), m.prior...)
	for _, o := range objs {
		var ps []part
		for _, w := range o.Asks() {
			for k, c := range catalogue {
				if c.ID == w.ID {
					ps = append(ps, part{k, w.Share()})
				}
			}
		}
		m.parts = append(m.parts, ps)
	}
	return m
}

// clone returns a model with the weights set by hand.
func (m *model) clone() *model {
	c := *m
	c.weights = append([]float64(nil), m.prior...)
	return &c
}

func logistic(z float64) float64 { return 1 / (1 + math.Exp(-z)) }

// odds are the log-odds of every competency for an example.
func (m *model) odds(e *example, z []float64) {
	for k := range m.catalogue {
		z[k] = m.weights[m.first[k]]
	}
	k := 0
	for _, f := range e.held { // in the order of the competencies
		for f.at >= m.first[k+1] {
			k++
		}
		z[k] += m.weights[f.at] * f.share
	}
}

// score is an objective's score as the mapping gives it when its competencies
// count from least on.
func (m *model) score(o int, z []float64, least float64) float64 {
	rest := 1.0
	gamma := (&objectives.Competency{Least: least}).Gamma()
	for _, p := range m.parts[o] {
		base := logistic(m.weights[m.first[p.competency]])
		if u := (logistic(z[p.competency]) - base) / (1 - base); u > 0 {
			rest *= 1 - p.share*math.Pow(u, gamma)
		}
	}
	return 1 - rest
}

// settings are how a fit is regularised.
type settings struct {
	hold  float64 // strength of the pull towards the weights set by hand
	steps int
}

// fit minimises the log loss over the examples, with weights held near those
// set by hand and never of the opposite sign, by Adam over all examples.
func (m *model) fit(examples []*example, s settings) {
	n := len(m.weights)
	g, m1, m2 := make([]float64, n), make([]float64, n), make([]float64, n)
	z, dz := make([]float64, len(m.catalogue)), make([]float64, len(m.catalogue))
	const rate, decay1, decay2 = 0.03, 0.9, 0.99
	for step := 1; step <= s.steps; step++ {
		for i := range g {
			hold := s.hold
			if i == m.biasOf(i) {
				hold *= 2
			}
			g[i] = hold * (m.weights[i] - m.prior[i])
		}
		for _, e := range examples {
			m.odds(e, z)
			m.slope(e, z, dz)
			k := 0
			for j, d := range dz {
				g[m.first[j]] += d
			}
			for _, f := range e.held {
				for f.at >= m.first[k+1] {
					k++
				}
				g[f.at] += dz[k] * f.share
			}
		}
		for i := range g {
			m1[i] = decay1*m1[i] + (1-decay1)*g[i]
			m2[i] = decay2*m2[i] + (1-decay2)*g[i]*g[i]
			up := m1[i] / (1 - math.Pow(decay1, float64(step)))
			down := math.Sqrt(m2[i]/(1-math.Pow(decay2, float64(step)))) + 1e-8
			m.weights[i] -= rate * up / down
			m.keepSign(i)
		}
	}
}

func (m *model) biasOf(i int) int {
	for _, f := range m.first {
		if f == i {
			return i
		}
	}
	return -1
}

// least is the smallest size of a weight: a signal that says nothing is no
// signal, and one of the wrong sign could not be explained.
const least = 0.02

func (m *model) keepSign(i int) {
	switch {
	case i == m.biasOf(i):
		m.weights[i] = max(-6, min(-1, m.weights[i]))
	case m.prior[i] > 0:
		m.weights[i] = max(least, m.weights[i])
	default:
		m.weights[i] = min(-least, m.weights[i])
	}
}

// slope is the derivative of the example's loss by the log-odds.
func (m *model) slope(e *example, z, dz []float64) {
	clear(dz)
	for o, ps := range m.parts {
		if e.want[o] == unsure {
			continue
		}
		rest := 1.0
		for _, p := range ps {
			rest *= 1 - p.share*logistic(z[p.competency])
		}
		prob := min(max(1-rest, 1e-9), 1-1e-9)
		by := 1 / (1 - prob) // of the loss by prob
		if e.want[o] == yes {
			by = -1 / prob
		}
		for _, p := range ps {
			q := logistic(z[p.competency])
			dz[p.competency] += by * rest / max(1e-9, 1-p.share*q) * p.share * q * (1 - q)
		}
	}
}

// apply returns the catalogue with the model's weights, and the thresholds of
// the objectives as those of their competencies.
func (m *model) apply(least []float64) []objectives.Competency {
	cs := objectives.PriorCatalogue()
	for k := range cs {
		cs[k].Bias = m.weights[m.first[k]]
		for i := range cs[k].Signals {
			cs[k].Signals[i].Odds = m.weights[m.first[k]+1+i]
		}
	}
	for o, ps := range m.parts {
		for _, p := range ps {
			cs[p.competency].Least = least[o]
		}
	}
	return cs
}
