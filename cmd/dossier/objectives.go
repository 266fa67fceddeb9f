package main

import (
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/dossier-report/dossier/objectives"
	"github.com/dossier-report/dossier/report/gate"
)

func newObjectives(a *app) *cobra.Command {
	var from string
	var catalogue, asJSON bool
	cmd := &cobra.Command{
		Use:   "objectives",
		Short: "Show your objectives, and what each is resolved to",
		Long: "Print each objective with the competencies that it asks for: those that the configuration\n" +
			"names, else those to which its statement is resolved, with the words that did it. Write\n" +
			"\"competencies: [{id: ..., weight: ...}]\" into the objective to have others.",
		Example: "  $ dossier objectives\n" +
			"  $ dossier objectives --objectives tech-lead\n" +
			"  $ dossier objectives --catalogue",
		Args: noArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			if catalogue {
				printCatalogue(a.stdout)
				return nil
			}
			objs, err := a.theObjectives(from)
			if err != nil {
				return err
			}
			if asJSON {
				return writeJSON(a.world, resolvedAll(objs), "", "")
			}
			for i := range objs {
				if i > 0 {
					fmt.Fprintln(a.stdout)
				}
				printObjective(a.stdout, &objs[i])
			}
			if len(objs) > 0 {
				a.next("dossier explain " + objs[0].ID)
			}
			return nil
		},
	}
	cmd.Flags().StringVar(&from, "objectives", "", "Those of this `template` or file instead of the configuration's")
	cmd.Flags().BoolVar(&catalogue, "catalogue", false, "List the competencies that objectives can ask for")
	cmd.Flags().BoolVar(&asJSON, "json", false, "Output JSON")
	return cmd
}

func (a *app) theObjectives(from string) ([]objectives.Objective, error) {
	if from != "" {
		return a.namedObjectives(from)
	}
	cfg, err := a.load()
	if err != nil {
		return nil, err
	}
	return cfg.Objectives, nil
}

// resolvedObjective is an objective as JSON shows it.
type resolvedObjective struct {
	ID           string                `json:"id"`
	Title        string                `json:"title"`
	Statement    string                `json:"statement"`
	Threshold    float64               `json:"threshold"`
	Rules        int                   `json:"rules"` // of its own
	Competencies []objectives.Resolved `json:"competencies"`
}

func resolvedAll(objs []objectives.Objective) []resolvedObjective {
	out := []resolvedObjective{}
	for i := range objs {
		o := &objs[i]
		out = append(out, resolvedObjective{o.ID, o.Title, o.Statement, o.Least(), len(o.Rules), o.Resolved()})
	}
	return out
}

func printCatalogue(w io.Writer) {
	for _, c := range objectives.Catalogue() {
		fmt.Fprintf(w, "%-24s %s\n", c.ID, c.Description)
	}
}

func printObjective(w io.Writer, o *objectives.Objective) {
	fmt.Fprintf(w, "%s: %s (counts from %.2f)\n", o.ID, gate.Terminal(o.Title), o.Least())
	if o.Statement != "" {
		fmt.Fprintf(w, "  %s\n", gate.Terminal(gate.Line(o.Statement, 400)))
	}
	for _, r := range o.Resolved() {
		why := "named by the objective"
		if len(r.Words) > 0 {
			why = "because of: " + gate.Terminal(strings.Join(r.Words, ", "))
		}
		part := ""
		if r.Weight < 1 {
			part = fmt.Sprintf(", weight %g", r.Weight)
			if r.Weight < 0.5 {
				part += ": supports other evidence"
			}
		}
		fmt.Fprintf(w, "  looks for %s (%s%s)\n    %s\n", r.Competency, r.Title, part, why)
	}
	for i := range o.Rules {
		fmt.Fprintf(w, "  rule: %s\n", gate.Terminal(o.Rules[i].Name))
	}
	if len(o.Resolved())+len(o.Rules) == 0 {
		fmt.Fprintf(w, "  looks for nothing: its statement says nothing that the catalogue knows\n"+
			"    name competencies in the objective; 'dossier objectives --catalogue' lists them\n")
	}
}

// explainObjective prints what an objective looks for, signal by signal, and
// what came near.
func explainObjective(w io.Writer, v *view, o *objectives.Objective) {
	printObjective(w, o)
	for _, r := range o.Resolved() {
		all := objectives.Catalogue()
		i := slices.IndexFunc(all, func(c objectives.Competency) bool { return c.ID == r.Competency })
		if i < 0 {
			continue
		}
		fmt.Fprintf(w, "\n%s: %s\n", r.Competency, all[i].Description)
		signals := slices.Clone(all[i].Signals)
		slices.SortStableFunc(signals, func(a, b objectives.Signal) int { return cmpFloat(b.Odds, a.Odds) })
		for _, s := range signals {
			fmt.Fprintf(w, "  %+.1f  %s%s\n", s.Odds, s.Name, firstWords(s.Words))
		}
	}
	chosen := v.mapping.Of(o.ID)
	fmt.Fprintf(w, "\n%d items count.\n", len(chosen))
	near := v.mapping.Near(o.ID)
	const most = 8
	if len(near) > 0 {
		fmt.Fprintf(w, "near misses:\n")
	}
	for _, m := range near[:min(most, len(near))] {
		title := ""
		if r := v.byID[m.Item]; r != nil {
			title = gate.Title(r.rec.Item.Title)
		}
		fmt.Fprintf(w, "  %.2f  %s  %s\n", m.Score, gate.Terminal(m.Item), gate.Terminal(title))
	}
}

func cmpFloat(a, b float64) int {
	switch {
	case a < b:
		return -1
	case a > b:
		return 1
	}
	return 0
}

// firstWords lists the first words that a signal looks for.
func firstWords(words []string) string {
	const most = 6
	switch {
	case len(words) == 0:
		return ""
	case len(words) > most:
		return ": " + strings.Join(words[:most], ", ") + fmt.Sprintf(" and %d more", len(words)-most)
	}
	return ": " + strings.Join(words, ", ")
}
