package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"slices"
	"time"

	"github.com/spf13/cobra"

	"github.com/dossier-report/dossier/collectors"
	"github.com/dossier-report/dossier/config"
	"github.com/dossier-report/dossier/evidence"
	"github.com/dossier-report/dossier/report/gate"
	"github.com/dossier-report/dossier/report/render"
)

var findingFields = []field[collectors.Finding]{
	{"detail", func(f collectors.Finding) any { return f.Detail }},
	{"fix", func(f collectors.Finding) any { return f.Fix }},
	{"health", func(f collectors.Finding) any { return f.Health }},
	{"what", func(f collectors.Finding) any { return f.What }},
}

func newDoctor(a *app) *cobra.Command {
	var asJSON bool
	cmd := &cobra.Command{
		Use:   "doctor",
		Short: "Look whether everything is in order, and say how to mend what is not",
		Long: "Check the configuration, the time zone, each source and its sign-in, the decisions file,\n" +
			"the store and the fonts. One line for each, with one fix.",
		Args: noArgs,
		RunE: func(cmd *cobra.Command, _ []string) error { return a.doctor(cmd.Context(), asJSON) },
	}
	cmd.Flags().BoolVar(&asJSON, "json", false, "Output JSON")
	return cmd
}

func (a *app) doctor(ctx context.Context, asJSON bool) error {
	findings, cause := a.examine(ctx)
	if asJSON {
		j := jsonFlags[collectors.Finding]{fields: findingFields, names: []string{"what", "health", "detail", "fix"}}
		if err := j.writeAll(a.world, findings); err != nil {
			return err
		}
	} else {
		for _, f := range findings {
			fmt.Fprintf(a.stdout, "%-8s %s: %s\n", f.Health, gate.Terminal(f.What), gate.Terminal(f.Detail))
			if f.Fix != "" {
				fmt.Fprintf(a.stdout, "         %s\n", gate.Terminal(f.Fix))
			}
		}
	}
	if cause != nil {
		return &exitError{code: codeOf(cause)}
	}
	if slices.ContainsFunc(findings, func(f collectors.Finding) bool { return f.Health == collectors.Broken }) {
		return &exitError{code: exitFailed}
	}
	a.next("dossier report")
	return nil
}

// examine looks at everything that it can reach; a configuration that cannot be
// read is the cause that hides the rest.
func (a *app) examine(ctx context.Context) (findings []collectors.Finding, cause error) {
	add := func(what string, h collectors.Health, fix, format string, args ...any) {
		findings = append(findings, collectors.Finding{What: what, Health: h, Fix: fix, Detail: fmt.Sprintf(format, args...)})
	}
	add("version", collectors.Healthy, "", "%s", versionText())
	path, err := a.configFile()
	if err != nil {
		add("configuration", collectors.Broken, "run: dossier init", "%s", firstLine(err))
		return findings, err
	}
	cfg, err := config.Load(path, a.configEnv())
	if err == nil {
		err = cfg.CheckSources(sources())
	}
	if err != nil {
		add("configuration", collectors.Broken, "see: dossier config validate", "%s", firstLine(err))
		return findings, err
	}
	add("configuration", collectors.Healthy, "", "%s, %d objectives", cfg.Path, len(cfg.Objectives))
	for _, w := range cfg.Warnings {
		add("configuration", collectors.Doubt, "", "%s", w)
	}
	p, err := evidence.ParsePeriod(cfg.Period, a.now(), cfg.Zone, cfg.FiscalStart)
	if err != nil {
		add("period", collectors.Broken, "mend period: in "+cfg.Path, "%s", firstLine(err))
	} else {
		add("period", collectors.Healthy, "", "%s; it is now %s", p, a.now().In(cfg.Zone).Format("2 Jan 2006 15:04"))
	}
	findings = append(findings, a.examineSources(ctx, cfg)...)
	if ds, err := readDecisions(cfg.Decisions); err != nil {
		add("decisions", collectors.Broken, "mend the line in an editor", "%s", firstLine(err))
	} else {
		add("decisions", collectors.Healthy, "", "%s, %d decisions", cfg.Decisions, len(ds))
	}
	findings = append(findings, a.examineStore(ctx, cfg)...)
	for _, path := range cfg.Report.Fonts.Fallback {
		font, err := os.ReadFile(path)
		if err == nil {
			err = render.CheckFont(font)
		}
		if err != nil {
			add("font", collectors.Broken, "name a TrueType file (.ttf) under report.fonts.fallback", "%s: %s", path, firstLine(err))
			continue
		}
		add("font", collectors.Healthy, "", "%s", path)
	}
	return findings, nil
}

func (a *app) examineSources(ctx context.Context, cfg *config.Config) (findings []collectors.Finding) {
	if len(cfg.Sources) == 0 {
		return []collectors.Finding{{What: "sources", Health: collectors.Doubt, Detail: "none is configured",
			Fix: "add one under sources: in " + cfg.Path}}
	}
	for _, j := range a.jobs(cfg, nil) {
		if j.Err != nil {
			findings = append(findings, collectors.Finding{What: j.Source.Name, Health: collectors.Broken,
				Detail: firstLine(j.Err), Fix: "see: dossier config validate"})
			continue
		}
		checker, ok := j.Collector.(collectors.Checker)
		if !ok {
			findings = append(findings, collectors.Finding{What: j.Source.Name, Health: collectors.Healthy, Detail: "is configured"})
			continue
		}
		for _, f := range checker.Check(ctx) {
			if f.What != j.Source.Name {
				f.What = j.Source.Name + " " + f.What
			}
			findings = append(findings, f)
		}
	}
	return findings
}

func (a *app) examineStore(ctx context.Context, cfg *config.Config) []collectors.Finding {
	path := a.storeFile(cfg)
	if _, err := os.Stat(path); errors.Is(err, os.ErrNotExist) {
		return []collectors.Finding{{What: "store", Health: collectors.Doubt, Detail: path + " is not there yet", Fix: "run: dossier collect"}}
	}
	broken := func(err error) []collectors.Finding {
		return []collectors.Finding{{What: "store", Health: collectors.Broken, Detail: firstLine(err), Fix: hintOf(err)}}
	}
	st, err := a.open(ctx, cfg)
	if err != nil {
		return broken(err)
	}
	defer st.Close()
	h, err := st.Check(ctx)
	if err != nil {
		return broken(err)
	}
	findings := []collectors.Finding{{What: "store", Health: collectors.Healthy,
		Detail: fmt.Sprintf("%s, %d items (%d gone from their source), %d KiB, schema %d", h.Path, h.Items, h.Gone, h.Bytes/1024, h.Version)}}
	for _, p := range h.Problems {
		findings = append(findings, collectors.Finding{What: "store", Health: collectors.Broken, Detail: p,
			Fix: "put a copy from a backup in its place, or move it away and run: dossier collect"})
	}
	coverage, err := st.Coverage(ctx)
	if err != nil {
		return append(findings, broken(err)...)
	}
	for _, c := range coverage {
		f := collectors.Finding{What: c.Source + ", last asked", Health: collectors.Healthy,
			Detail: fmt.Sprintf("%s for %s: %s, %d items", c.AskedAt.In(cfg.Zone).Format(time.DateTime), c.Period, c.State, c.Found())}
		if c.State != evidence.Complete {
			f.Health, f.Fix = collectors.Doubt, "run: dossier collect "+c.Source
			f.Detail += ": " + c.Why
		}
		findings = append(findings, f)
	}
	return findings
}
