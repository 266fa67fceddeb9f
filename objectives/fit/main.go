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
	"flag"
	"fmt"
	"io"
	"maps"
	"os"
	"slices"

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
