// Fit fits the weights of the catalogue's signals to labelled items and says
// how well the mapping does where it was not fitted:
//
//	go run ./objectives/fit --items items.jsonl --labels labels.jsonl \
//		--also a/items.jsonl,a/labels.jsonl --write objectives/catalogue/weights.json
//
// The shipped weights are fitted to the demo and to testdata/labelled as well.
// The same files give the same weights. Nothing of the items' texts is kept.
package main

import (
	"cmp"
	"encoding/json"
	"flag"
	"fmt"
	"io"
	"maps"
	"math"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/dossier-report/dossier/evidence"
	"github.com/dossier-report/dossier/objectives"
)

func main() {
	if err := run(os.Args[1:], os.Stdout); err != nil {
		fmt.Fprintln(os.Stderr, "fit:", err)
		os.Exit(1)
	}
}

type program struct {
	objs     []objectives.Objective
	model    *model
	examples []*example
	settings settings
	out      io.Writer
	errors   string
	also     []*example // fitted to, and not tested on
	least    []float64  // by objective, of the fit to all
}

func run(args []string, out io.Writer) error {
	fl := flag.NewFlagSet("fit", flag.ContinueOnError)
	items := fl.String("items", "", "labelled items, JSON Lines")
	labels := fl.String("labels", "", "their labels, JSON Lines")
	template := fl.String("template", "senior-ml-scientist", "the objectives that the labels are for: a template or a file")
	also := fl.String("also", "", "files of items and of labels (by their names), with commas between them, that are fitted to as well and not tested on")
	write := fl.String("write", "", "write the fitted weights to this file")
	hold := fl.Float64("hold", 5, "pull towards the weights that were set by hand")
	quick := fl.Bool("quick", false, "leave the half splits out")
	show := fl.String("errors", "", "list the errors of leave-one-repository-out for this objective")
	curve := fl.Bool("curve", false, "measure how decisions improve the mapping, and nothing else")
	if err := fl.Parse(args); err != nil {
		return err
	}
	objs, err := named(*template)
	if err != nil {
		return err
	}
	its, ls, err := read(*items, *labels)
	if err != nil {
		return err
	}
	p := &program{objs: objs, settings: settings{*hold, 400}, out: out, errors: *show}
	if err := p.prepare(its, ls); err != nil {
		return err
	}
	if *also != "" {
		if err := p.addAlso(*also); err != nil {
			return err
		}
	}
	if *curve {
		return learningCurve(p, its, ls)
	}
	p.report(*quick)
	if *write != "" {
		return p.write(*write)
	}
	return nil
}

// named returns the objectives of a template or of a file.
func named(name string) ([]objectives.Objective, error) {
	if slices.Contains(objectives.Templates(), name) {
		return objectives.Template(name)
	}
	f, err := os.Open(name)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	set, err := objectives.Decode(f)
	return set.Objectives, err
}

func read(items, labels string) ([]evidence.Item, []objectives.Label, error) {
	var its []evidence.Item
	var ls []objectives.Label
	if err := appendItems(&its, items); err != nil {
		return nil, nil, err
	}
	err := appendLabels(&ls, labels)
	return its, ls, err
}

func appendItems(its *[]evidence.Item, name string) error {
	f, err := os.Open(name)
	if err != nil {
		return err
	}
	defer f.Close()
	for it, err := range evidence.Read(f) {
		if err != nil {
			return fmt.Errorf("%s: %w", name, err)
		}
		if !slices.ContainsFunc(*its, func(o evidence.Item) bool { return o.ID == it.ID }) {
			*its = append(*its, it)
		}
	}
	return nil
}

func appendLabels(ls *[]objectives.Label, name string) error {
	f, err := os.Open(name)
	if err != nil {
		return err
	}
	defer f.Close()
	more, err := objectives.ReadLabels(f)
	if err != nil {
		return fmt.Errorf("%s: %w", name, err)
	}
	for _, l := range more {
		if !slices.ContainsFunc(*ls, func(o objectives.Label) bool { return o.ID == l.ID }) {
			*ls = append(*ls, l)
		}
	}
	return nil
}

// addAlso reads the examples that are only fitted to. Of two with one id the
// first counts.
func (p *program) addAlso(list string) error {
	var its []evidence.Item
	var ls []objectives.Label
	for _, name := range strings.Split(list, ",") {
		var err error
		if strings.Contains(filepath.Base(name), "labels") {
			err = appendLabels(&ls, name)
		} else {
			err = appendItems(&its, name)
		}
		if err != nil {
			return err
		}
	}
	tested := p.examples
	p.examples = nil
	if err := p.prepare(its, ls); err != nil {
		return err
	}
	p.also, p.examples = p.examples, tested
	return nil
}

// prepare finds which signals hold for every labelled item.
func (p *program) prepare(items []evidence.Item, labels []objectives.Label) error {
	catalogue := objectives.PriorCatalogue()
	mapper, err := objectives.NewMapper(p.objs, nil, objectives.With(catalogue))
	if err != nil {
		return err
	}
	p.model = newModel(p.objs, catalogue)
	byID := map[string]*objectives.Label{}
	for i := range labels {
		byID[labels[i].ID] = &labels[i]
	}
	for i := range items {
		l := byID[items[i].ID]
		if l == nil {
			continue
		}
		e := &example{item: &items[i]}
		for _, h := range mapper.Held(&items[i]) {
			e.held = append(e.held, feature{p.model.index[[2]string{h.Competency, h.Signal}], h.Share})
		}
		slices.SortFunc(e.held, func(a, b feature) int { return cmp.Compare(a.at, b.at) })
		for _, o := range p.objs {
			v := no
			switch {
			case slices.Contains(l.Unsure, o.ID):
				v = unsure
			case slices.Contains(l.Objectives, o.ID):
				v = yes
			}
			e.want = append(e.want, v)
		}
		p.examples = append(p.examples, e)
	}
	return nil
}

// places are the repositories by their number of items, the largest first.
func (p *program) places() []string {
	n := map[string]int{}
	for _, e := range p.examples {
		n[e.item.Place]++
	}
	return slices.SortedFunc(maps.Keys(n), func(a, b string) int { return cmp.Or(n[b]-n[a], cmp.Compare(a, b)) })
}

func (p *program) split(test func(*example) bool) (fit, rest []*example) {
	for _, e := range p.examples {
		if test(e) {
			rest = append(rest, e)
		} else {
			fit = append(fit, e)
		}
	}
	return fit, rest
}

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
