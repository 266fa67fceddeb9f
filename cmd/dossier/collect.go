package main

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/dossier-report/dossier/collectors"
	"github.com/dossier-report/dossier/config"
	"github.com/dossier-report/dossier/evidence"
	"github.com/dossier-report/dossier/evidence/store"
)

func newCollect(a *app) *cobra.Command {
	var periodText string
	cmd := &cobra.Command{
		Use:   "collect [source...]",
		Short: "Ask the sources for evidence and keep it",
		Long: "Ask the configured sources, or only those named, side by side. What is kept stays kept\n" +
			"whatever happens to the rest; the next run goes on where this one stopped.",
		Example: "  $ dossier collect\n  $ dossier collect git --period 'last quarter'",
		RunE: func(cmd *cobra.Command, args []string) error {
			return a.collectCommand(cmd.Context(), args, periodText)
		},
	}
	cmd.Flags().StringVarP(&periodText, "period", "p", "", "Ask for this `period` (default: the configuration's)")
	return cmd
}

func (a *app) collectCommand(ctx context.Context, names []string, periodText string) error {
	cfg, err := a.load()
	if err != nil {
		return err
	}
	for _, n := range names {
		if !slices.ContainsFunc(cfg.Sources, func(s config.Source) bool { return s.Name == n }) {
			return usagef("source %q is not configured; there are: %s", n, strings.Join(configured(cfg), ", "))
		}
	}
	period, err := a.period(cfg, periodText)
	if err != nil {
		return err
	}
	if len(cfg.Sources) == 0 {
		return &exitError{exitConfig, fmt.Errorf("%s names no source\nadd one in its section sources", cfg.Path)}
	}
	jobs := a.jobs(cfg, names)
	if err := ready(jobs); err != nil {
		return err
	}
	st, free, err := a.write(ctx, cfg)
	if err != nil {
		return err
	}
	results, err := a.collect(ctx, st, jobs, period)
	if err := errors.Join(err, free()); err != nil {
		return err
	}
	if err := partial(results); err != nil {
		return err
	}
	a.next("dossier report")
	return nil
}

func configured(cfg *config.Config) []string {
	var names []string
	for _, s := range cfg.Sources {
		names = append(names, s.Name)
	}
	return names
}

// jobs makes the collectors of the configured sources; of those named only,
// when any is.
func (a *app) jobs(cfg *config.Config, names []string) []collectors.Job {
	var jobs []collectors.Job
	for _, cs := range cfg.Sources {
		if len(names) > 0 && !slices.Contains(names, cs.Name) {
			continue
		}
		for _, s := range sources() {
			if s.Name == cs.Name {
				c, err := s.New(cs.Settings, a.collectorEnv(cfg))
				jobs = append(jobs, collectors.Job{Source: s, Collector: c, Err: err})
			}
		}
	}
	return jobs
}

// collect runs the jobs with progress on stderr. A cancelled run is an error;
// a source that failed is in its result.
func (a *app) collect(ctx context.Context, st store.Store, jobs []collectors.Job, period evidence.Period) ([]collectors.Result, error) {
	show := a.newProgress(jobs)
	results := collectors.Run(ctx, jobs, st, collectors.Options{Period: period, Now: a.now, Progress: show})
	show.wait()
	return results, ctx.Err()
}

// refresh asks the sources whose stored answer for the period is missing, not
// complete or older than maxAge, and always those that are on this machine and
// cost next to nothing.
func (a *app) refresh(ctx context.Context, cfg *config.Config, st store.Store, period evidence.Period, maxAge time.Duration) ([]collectors.Result, error) {
	coverage, err := st.Coverage(ctx)
	if err != nil {
		return nil, err
	}
	jobs := a.jobs(cfg, nil)
	if err := ready(jobs); err != nil {
		return nil, err
	}
	var stale []collectors.Job
	for _, j := range jobs {
		fresh := slices.ContainsFunc(coverage, func(c evidence.Coverage) bool {
			return c.Source == j.Source.Name && c.State == evidence.Complete && c.Period.Covers(period) &&
				(a.now().Sub(c.AskedAt) < maxAge || settled(c, period))
		})
		if !fresh || j.Source.Local {
			stale = append(stale, j)
		}
	}
	if len(stale) == 0 {
		return nil, nil
	}
	return a.collect(ctx, st, stale, period)
}

// settleDays is how long after its end a period may still change: late
// reviews, merges and worklogs.
const settleDays = 14

// settled reports whether the answer was given so long after the period's end
// that nothing new is to be expected.
func settled(c evidence.Coverage, p evidence.Period) bool {
	return !p.To.IsZero() && c.AskedAt.After(p.To.AddDate(0, 0, settleDays))
}

// ready reports what is wrong with the sources' parts of the configuration: a
// run that could only fail there does not begin.
func ready(jobs []collectors.Job) error {
	var errs []error
	for _, j := range jobs {
		if j.Err != nil {
			errs = append(errs, fmt.Errorf("sources.%s: %w", j.Source.Name, j.Err))
		}
	}
	if err := errors.Join(errs...); err != nil {
		return &exitError{exitConfig, err}
	}
	return nil
}

// partial turns results into the error that gives the exit code: a refused
// sign-in first, else a source that failed or was cut short. What happened has
// been said source by source.
func partial(results []collectors.Result) error {
	code := exitDone
	for _, r := range results {
		var sign *collectors.SignInError
		if errors.As(r.Err, &sign) {
			return &exitError{code: exitSignIn}
		}
		if r.Coverage.State != evidence.Complete {
			code = exitPartial
		}
	}
	if code == exitDone {
		return nil
	}
	return &exitError{code: code}
}
