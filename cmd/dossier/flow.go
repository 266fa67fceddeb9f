package main

import (
	"context"
	"fmt"
	"strings"

	"github.com/spf13/cobra"

	"github.com/dossier-report/dossier/config"
	"github.com/dossier-report/dossier/evidence"
	"github.com/dossier-report/dossier/evidence/store"
	"github.com/dossier-report/dossier/objectives"
	"github.com/dossier-report/dossier/report/analysis"
)

// flowFlags say which flow to analyse and how to print it.
type flowFlags struct {
	period string
	boards []string
	json   bool
	jq     string
	left   int
}

func (f *flowFlags) register(cmd *cobra.Command) {
	fl := cmd.Flags()
	fl.StringVarP(&f.period, "period", "p", "", "Analyse this `period` (default: the configuration's)")
	fl.StringArrayVarP(&f.boards, "board", "b", nil, "Only this `board`, by name or address; may be given several times")
	fl.BoolVar(&f.json, "json", false, "Output every figure as JSON, with its sources and caveats")
	fl.StringVarP(&f.jq, "jq", "q", "", "Filter JSON output using a jq `expression`")
	cmd.PreRunE = func(*cobra.Command, []string) error {
		if f.jq != "" && !f.json {
			return usagef("--jq needs --json")
		}
		return nil
	}
}

func newFlow(a *app) *cobra.Command {
	var f flowFlags
	cmd := &cobra.Command{
		Use:   "flow",
		Short: "Show where work waited, what changed, and whether dates held",
		Long: "Analyse the histories of tickets, issues and cards: lead and cycle time, throughput, work in\n" +
			"progress, time in status, where work waited, what was proposed, and what a change did. What\n" +
			"statuses mean and which changes to compare stands under flow: in dossier.yaml.\n\n" +
			"The figures describe a system. They rate nobody.",
		Example: "  $ dossier flow\n" +
			"  $ dossier flow --board 'ML board' --period 'last quarter'\n" +
			"  $ dossier flow --json --jq '.proposals.list[] | select(.verdict == \"late\")'",
		Args: noArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			r, titles, err := a.readFlow(cmd.Context(), &f)
			if err != nil {
				return err
			}
			if f.json {
				return writeJSON(a.world, r, f.jq, "")
			}
			if r.Items == 0 {
				a.say("no work items in the period")
				a.next("dossier collect")
				return nil
			}
			if err := a.printFlow(r, titles); err != nil {
				return err
			}
			a.next("dossier forecast --items " + fmt.Sprint(max(1, r.Forecast.Left)))
			return nil
		},
	}
	f.register(cmd)
	return cmd
}

func newForecast(a *app) *cobra.Command {
	var f flowFlags
	cmd := &cobra.Command{
		Use:   "forecast",
		Short: "Say when so many items are likely to be done",
		Long: "Draw the weekly throughput of the period again 10,000 times until so many items are done, and\n" +
			"say by when half of the runs and 85 % of them are. The same evidence gives the same dates.",
		Example: "  $ dossier forecast --items 14\n" +
			"  $ dossier forecast --items 14 --period 'last 6 months' --json",
		Args: noArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			if cmd.Flags().Changed("items") && f.left < 1 {
				return usagef("--items must be at least 1")
			}
			r, _, err := a.readFlow(cmd.Context(), &f)
			if err != nil {
				return err
			}
			if f.json {
				return writeJSON(a.world, r.Forecast, f.jq, "")
			}
			return a.printForecast(r)
		},
	}
	f.register(cmd)
	cmd.Flags().IntVarP(&f.left, "items", "n", 0, "So many `items` are left (default: all that are open)")
	return cmd
}

// readFlow analyses the stored flow of the period that the flags name. It
// returns the items' titles too, by id.
func (a *app) readFlow(ctx context.Context, f *flowFlags) (*analysis.Result, map[string]string, error) {
	cfg, err := a.load()
	if err != nil {
		return nil, nil, err
	}
	period, err := a.period(cfg, f.period)
	if err != nil {
		return nil, nil, err
	}
	st, err := a.open(ctx, cfg)
	if err != nil {
		return nil, nil, err
	}
	defer st.Close()
	in, err := a.flowInput(ctx, cfg, st, period)
	if err != nil {
		return nil, nil, err
	}
	if len(f.boards) > 0 {
		if err := knownBoards(in.Items, f.boards); err != nil {
			return nil, nil, err
		}
		in.Settings.Boards = f.boards
	} else if err := knownBoards(in.Items, in.Settings.Boards); err != nil {
		a.say("warning: flow.boards: %v", err)
	}
	in.Left = f.left
	titles := map[string]string{}
	for _, it := range in.Items {
		titles[it.ID] = it.Title
	}
	r := analysis.Flow(in)
	if len(r.Quality.Unused) > 0 {
		a.say("note: flow.states: no item of the period was in %s", strings.Join(r.Quality.Unused, ", "))
	}
	return &r, titles, nil
}

// flowInput is what the store has of the period's flow: the person's evidence,
// their own notes, and what else flows over their boards.
func (a *app) flowInput(ctx context.Context, cfg *config.Config, st store.Store, period evidence.Period) (analysis.Input, error) {
	in := analysis.Input{Period: period, Zone: cfg.Zone, Now: a.now(), Self: cfg.Self, Settings: cfg.Flow}
	for rec, err := range st.Items(ctx, store.Filter{Period: period, Flow: true}) {
		if err != nil {
			return in, err
		}
		in.Items = append(in.Items, rec.Item)
	}
	decisions, err := readDecisions(cfg.Decisions)
	if err != nil {
		return in, err
	}
	for _, it := range objectives.Notes(decisions, cfg.Self) {
		if it.In(period) {
			in.Items = append(in.Items, it)
		}
	}
	return in, nil
}

// knownBoards reports a board that no item stands on.
func knownBoards(items []evidence.Item, wanted []string) error {
	known := map[string]bool{}
	var names []string
	for _, it := range items {
		if it.Flow == nil {
			continue
		}
		known[strings.ToLower(it.Place)] = true
		for _, b := range it.Flow.Boards {
			if !known[strings.ToLower(b.Name)] {
				names = append(names, b.Name)
			}
			known[strings.ToLower(b.Name)], known[strings.ToLower(b.URL)] = true, true
		}
	}
	for _, w := range wanted {
		if !known[strings.ToLower(w)] {
			if len(names) == 0 {
				return usagef("no board %q; no item of the period says on which board it stands", w)
			}
			return usagef("no board %q; there are: %s", w, strings.Join(names, ", "))
		}
	}
	return nil
}
