package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"slices"
	"strings"

	"github.com/cli/go-gh/v2/pkg/tableprinter"
	"github.com/spf13/cobra"

	"github.com/dossier-report/dossier/evidence"
	"github.com/dossier-report/dossier/objectives"
	"github.com/dossier-report/dossier/report/gate"
)

// evalFlags say what to compare with what.
type evalFlags struct {
	objectives, items, labels string
	worst                     int
	json                      bool
}

func newEval(a *app) *cobra.Command {
	var f evalFlags
	cmd := &cobra.Command{
		Use:   "eval",
		Short: "Measure the mapping: precision, recall and F1 per objective",
		Long: "Compare the mapping with labels, and print precision, recall and F1 per objective, how far\n" +
			"scores can be believed, and the worst mistakes with their reasons. Pairs on which the readers\n" +
			"are unsure are left out. Without --items and --labels, the stored evidence is compared with\n" +
			"your own decisions, as the mapping was before it learnt from them.",
		Example: "  $ dossier eval --objectives senior-ml-scientist --items items.jsonl --labels labels.jsonl\n" +
			"  $ dossier eval --json",
		Args: noArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			e, err := f.evaluate(cmd.Context(), a)
			if err != nil {
				return err
			}
			if f.json {
				return writeJSON(a.world, e, "", "")
			}
			return f.print(a, e)
		},
	}
	fl := cmd.Flags()
	fl.StringVar(&f.objectives, "objectives", "", "The objectives: a `template` or a file of objectives (default: those of the configuration)")
	fl.StringVar(&f.items, "items", "", "Evidence as JSON Lines, from this `file`")
	fl.StringVar(&f.labels, "labels", "", "What the items are evidence for, as JSON Lines, from this `file`")
	fl.IntVar(&f.worst, "worst", 10, "List so many of the worst mistakes")
	fl.BoolVar(&f.json, "json", false, "Output JSON")
	return cmd
}

func (f *evalFlags) evaluate(ctx context.Context, a *app) (objectives.Evaluation, error) {
	none := objectives.Evaluation{}
	if (f.items == "") != (f.labels == "") {
		return none, usagef("--items and --labels belong together")
	}
	var objs []objectives.Objective
	var err error
	if f.objectives != "" {
		if objs, err = a.namedObjectives(f.objectives); err != nil {
			return none, err
		}
	}
	if f.items == "" {
		return a.evaluateDecisions(ctx, objs)
	}
	if objs == nil {
		cfg, err := a.load()
		if err != nil {
			return none, err
		}
		objs = cfg.Objectives
	}
	items, err := a.readItems(f.items)
	if err != nil {
		return none, err
	}
	labels, err := a.readLabels(f.labels)
	if err != nil {
		return none, err
	}
	return objectives.Evaluate(objs, nil, items, labels)
}

// evaluateDecisions compares what is stored with what the person decided.
func (a *app) evaluateDecisions(ctx context.Context, objs []objectives.Objective) (objectives.Evaluation, error) {
	none := objectives.Evaluation{}
	cfg, err := a.load()
	if err != nil {
		return none, err
	}
	if objs == nil {
		objs = cfg.Objectives
	}
	v, st, err := a.everything(ctx, cfg)
	if err != nil {
		return none, err
	}
	defer st.Close()
	var items []evidence.Item
	for _, r := range v.rows {
		items = append(items, r.rec.Item)
	}
	mapper, err := objectives.NewMapper(objs, cfg.People, objectives.WithoutLearning())
	if err != nil {
		return none, err
	}
	labels := mapper.Map(items, v.decisions).Labels()
	if len(labels) == 0 {
		return none, errors.New("eval: you have decided nothing yet\ndecide with 'dossier accept' and 'dossier reject', or name --items and --labels")
	}
	return objectives.Evaluate(objs, cfg.People, items, labels)
}

// namedObjectives returns the objectives of a template or of a file.
func (a *app) namedObjectives(name string) ([]objectives.Objective, error) {
	if slices.Contains(objectives.Templates(), name) {
		return objectives.Template(name)
	}
	file, err := os.Open(a.abs(name))
	if errors.Is(err, os.ErrNotExist) {
		return nil, usagef("objectives: %q is neither a template nor a file\nthe templates are: %s", name, strings.Join(objectives.Templates(), ", "))
	}
	if err != nil {
		return nil, err
	}
	defer file.Close()
	set, err := objectives.Decode(file)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", name, err)
	}
	return set.Objectives, nil
}

func (a *app) readItems(name string) ([]evidence.Item, error) {
	file, err := os.Open(a.abs(name))
	if err != nil {
		return nil, err
	}
	defer file.Close()
	var items []evidence.Item
	bad := 0
	for it, err := range evidence.Read(file) {
		if err != nil {
			a.say("warning: %s: %v", name, err)
			bad++
			continue
		}
		items = append(items, it)
	}
	if len(items) == 0 {
		return nil, fmt.Errorf("%s: no item can be read", name)
	}
	if bad > 0 {
		a.say("warning: %s: %d lines are left out", name, bad)
	}
	return items, nil
}

func (a *app) readLabels(name string) ([]objectives.Label, error) {
	file, err := os.Open(a.abs(name))
	if err != nil {
		return nil, err
	}
	defer file.Close()
	labels, err := objectives.ReadLabels(file)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", name, err)
	}
	return labels, nil
}

func (f *evalFlags) print(a *app, e objectives.Evaluation) error {
	t := tableprinter.New(a.stdout, a.terminal.out, a.terminal.width)
	t.AddHeader([]string{"OBJECTIVE", "PRECISION", "RECALL", "F1", "N", "RIGHT", "WRONG", "MISSED"})
	for _, r := range e.Results {
		t.AddField(r.Objective)
		for _, x := range []float64{r.Precision, r.Recall, r.F1} {
			t.AddField(fmt.Sprintf("%.3f", x))
		}
		for _, n := range []int{r.N, r.TP, r.FP, r.FN} {
			t.AddField(fmt.Sprint(n))
		}
		t.EndRow()
	}
	if err := t.Render(); err != nil {
		return err
	}
	fmt.Fprintf(a.stdout, "\nmacro-F1 %.3f over %d items\n", e.MacroF1, e.Items)
	fmt.Fprintf(a.stdout, "\nof the pairs with a score in this band, so many are right:\n")
	for _, b := range e.Bands {
		if b.Pairs > 0 {
			fmt.Fprintf(a.stdout, "  %.1f-%.1f  %4d pairs  %3.0f %%\n", b.From, b.To, b.Pairs, 100*b.Share)
		}
	}
	if n := min(f.worst, len(e.Mistakes)); n > 0 {
		fmt.Fprintf(a.stdout, "\nthe worst mistakes:\n")
		for _, m := range e.Mistakes[:n] {
			word := "wrongly chosen"
			if m.Missed {
				word = "missed"
			}
			fmt.Fprintf(a.stdout, "%s for %s (score %.2f): %s\n  %s\n", word, m.Objective, m.Score, gate.Terminal(gate.Title(m.Title)), gate.Terminal(m.Item))
			for _, re := range m.Reasons {
				fmt.Fprintf(a.stdout, "  %+.2f  %s, in the %s%s\n", re.Contribution, gate.Terminal(re.Rule), re.Field, excerpt(re))
			}
		}
	}
	if e.Unlabelled > 0 {
		a.say("%d items have no label and are left out", e.Unlabelled)
	}
	if len(e.Strange) > 0 {
		a.say("warning: the labels name objectives that are not there: %s", strings.Join(e.Strange, ", "))
	}
	return nil
}
