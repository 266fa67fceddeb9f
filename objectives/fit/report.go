package main

import (
	"cmp"
	"encoding/json"
	"fmt"
	"math"
	"math/rand/v2"
	"os"
	"slices"
	"strings"

	"github.com/dossier-report/dossier/objectives"
)

type count struct{ tp, fp, fn int }

func (c *count) add(want verdict, chosen bool) {
	switch {
	case want == unsure:
	case want == yes && chosen:
		c.tp++
	case want == yes:
		c.fn++
	case chosen:
		c.fp++
	}
}

func (c *count) f1() float64 {
	if c.tp == 0 {
		return 0
	}
	return 2 * float64(c.tp) / float64(2*c.tp+c.fp+c.fn)
}

func (p *program) counts(ps []predicted) []count {
	cs := make([]count, len(p.objs))
	for _, q := range ps {
		for o := range cs {
			cs[o].add(q.example.want[o], q.chosen[o])
		}
	}
	return cs
}

func macro(cs []count) float64 {
	sum, n := 0.0, 0
	for _, c := range cs {
		if c.tp+c.fp+c.fn > 0 {
			sum += c.f1()
			n++
		}
	}
	return sum / float64(max(1, n))
}

func (p *program) line(name string, cs []count) {
	fmt.Fprintf(p.out, "%-34s macro %.3f ", name, macro(cs))
	for o, c := range cs {
		fmt.Fprintf(p.out, "  %.10s %.2f (%d/%d/%d)", p.objs[o].ID, c.f1(), c.tp, c.fp, c.fn)
	}
	fmt.Fprintln(p.out)
}

func (p *program) report(quick bool) {
	half := make([]float64, len(p.objs))
	for o := range half {
		half[o] = 0.3
	}
	p.line("weights set by hand", p.counts(p.apply(p.model, p.examples, half)))
	var pooled []predicted
	for _, place := range p.places()[:6] {
		fit, rest := p.split(func(e *example) bool { return e.item.Place == place })
		ps := p.predict(fit, rest)
		p.line("without "+place, p.counts(ps))
		pooled = append(pooled, ps...)
	}
	p.line("six largest repositories, left out", p.counts(pooled))
	large := p.places()[:6]
	fit, rest := p.split(func(e *example) bool { return !slices.Contains(large, e.item.Place) })
	small := p.predict(fit, rest)
	p.line("small repositories, left out", p.counts(small))
	p.line("all, left out", p.counts(append(pooled, small...)))
	var folds []predicted
	for f := range 5 {
		fit, rest := []*example{}, []*example{}
		for i, e := range p.examples {
			if i%5 == f {
				rest = append(rest, e)
			} else {
				fit = append(fit, e)
			}
		}
		folds = append(folds, p.predict(fit, rest)...)
	}
	p.line("five parts, left out", p.counts(folds))
	if p.errors != "" {
		p.list(append(pooled, small...))
	}
	if !quick {
		var all []predicted
		for seed := range uint64(6) {
			rng := rand.New(rand.NewPCG(seed, 1))
			half := map[string]bool{}
			for _, place := range p.places() {
				half[place] = rng.IntN(2) == 0
			}
			fit, rest := p.split(func(e *example) bool { return half[e.item.Place] })
			all = append(append(all, p.predict(fit, rest)...), p.predict(rest, fit)...)
		}
		p.line("halves of the repositories", p.counts(all))
	}
	p.model = p.model.clone()
	least := p.thresholds(p.examples)
	p.model.fit(slices.Concat(p.examples, p.also), p.settings)
	if p.also != nil {
		p.line("fitted to as well", p.counts(p.apply(p.model, p.also, least)))
	}
	p.line("fitted to all", p.counts(p.apply(p.model, p.examples, least)))
	p.least = least
	p.weights()
	for o, t := range least {
		fmt.Fprintf(p.out, "threshold of %s: %.2f\n", p.objs[o].ID, t)
	}
}

// list prints what was chosen or left out wrongly, the worst first.
func (p *program) list(ps []predicted) {
	for o := range p.objs {
		if !strings.HasPrefix(p.objs[o].ID, p.errors) {
			continue
		}
		slices.SortFunc(ps, func(a, b predicted) int { return cmp.Compare(b.scores[o], a.scores[o]) })
		for _, q := range ps {
			w := q.example.want[o]
			if w == unsure || (w == yes) == q.chosen[o] {
				continue
			}
			it := q.example.item
			text := it.Text
			if len(it.Acts) > 0 && it.Acts[0].Text != "" {
				text = it.Acts[0].Text
			}
			var why []string
			for _, f := range q.example.held {
				for _, x := range p.model.parts[o] {
					if f.at >= p.model.first[x.competency] && f.at < p.model.first[x.competency+1] {
						why = append(why, strings.SplitN(p.model.names[f.at], ": ", 2)[1])
					}
				}
			}
			fmt.Fprintf(p.out, "%.2f %s %s %s|%.90s|%.160s|%.90s\n      %s\n", q.scores[o], map[bool]string{true: "MISSED", false: "WRONG"}[w == yes],
				it.Kind, it.Place, it.Title, strings.ReplaceAll(text, "\n", " "), strings.Join(it.Paths, ","), strings.Join(why, "; "))
		}
	}
}

// write writes the weights of the competencies that any objective asks for.
func (p *program) write(path string) error {
	used, least := map[int]bool{}, map[int]float64{}
	for o, ps := range p.model.parts {
		for _, x := range ps {
			used[x.competency] = true
			least[x.competency] = p.least[o]
		}
	}
	w := objectives.Weights{}
	round := func(x float64) float64 { return math.Round(x*1000) / 1000 }
	for k, c := range p.model.catalogue {
		if !used[k] {
			continue
		}
		f := objectives.FittedWeights{Bias: round(p.model.weights[p.model.first[k]]), Least: least[k], Odds: map[string]float64{}}
		for i, s := range c.Signals {
			f.Odds[s.Name] = round(p.model.weights[p.model.first[k]+1+i])
		}
		w[c.ID] = f
	}
	text, err := json.MarshalIndent(w, "", " ")
	if err != nil {
		return err
	}
	return os.WriteFile(path, append(text, '\n'), 0o644)
}

// weights prints the weights that moved far from where they were set by hand,
// with the number of items on which their signal holds.
func (p *program) weights() {
	n := make([]int, len(p.model.weights))
	for _, e := range p.examples {
		for _, f := range e.held {
			n[f.at]++
		}
	}
	for i, w := range p.model.weights {
		if d := w - p.model.prior[i]; math.Abs(d) > 0.5 {
			fmt.Fprintf(p.out, "%+.2f -> %+.2f on %3d items: %s\n", p.model.prior[i], w, n[i], p.model.names[i])
		}
	}
}
