package main

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"os"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/dossier-report/dossier/collectors"
	"github.com/dossier-report/dossier/config"
	"github.com/dossier-report/dossier/evidence"
	"github.com/dossier-report/dossier/evidence/store"
	"github.com/dossier-report/dossier/report"
	"github.com/dossier-report/dossier/report/analysis"
	"github.com/dossier-report/dossier/report/gate"
	"github.com/dossier-report/dossier/report/render"
)

// reportFlags say which report to make.
type reportFlags struct {
	out, period, format string
	objectives          []string
	offline             bool
	draft, final        bool
	maxAge              time.Duration
	sign                string // key file of ssh-keygen -Y sign; empty for none
}

func newReport(a *app) *cobra.Command {
	var f reportFlags
	var formats []string
	for _, fm := range render.Formats() {
		formats = append(formats, fm.Name)
	}
	cmd := &cobra.Command{
		Use:   "report",
		Short: "Make the evidence report",
		Long: "Collect what is missing or older than asked, map it to the objectives, and write the\n" +
			"report. With --offline nothing is asked: the report is made from the store alone.\n\n" +
			"A source that failed shows in the report and in the exit code (3).",
		Example: "  $ dossier report\n" +
			"  $ dossier report --objective mentoring -o mentoring.pdf\n" +
			"  $ dossier report --format json -o - | jq .objectives[].title",
		Args: noArgs,
		RunE: func(cmd *cobra.Command, _ []string) error { return a.report(cmd.Context(), &f) },
	}
	fl := cmd.Flags()
	fl.StringVarP(&f.out, "output", "o", "", "Write to this `file`; - is standard output (default: a name from person and period)")
	fl.StringVarP(&f.period, "period", "p", "", "Report on this `period` (default: the configuration's)")
	fl.StringVarP(&f.format, "format", "f", "pdf", "Write this `format`: {"+strings.Join(formats, "|")+"}")
	fl.StringArrayVar(&f.objectives, "objective", nil, "Only the objective with this `id`; may be given several times")
	fl.BoolVar(&f.draft, "draft", false, "Show what I have still to write (the default)")
	fl.BoolVar(&f.final, "final", false, "Refuse (exit code 6) while something that only I can write is blank")
	fl.BoolVar(&f.offline, "offline", false, "Ask no source; report what the store holds")
	fl.StringVar(&f.sign, "sign", "", "Sign the report with this SSH `key`, into a file beside it (ssh-keygen -Y sign)")
	fl.DurationVar(&f.maxAge, "max-age", 12*time.Hour, "Ask a source again when its last answer is older than this `duration`")
	return cmd
}

func (a *app) report(ctx context.Context, f *reportFlags) error {
	format, ok := render.Find(f.format)
	if !ok {
		return usagef("no format %q", f.format)
	}
	if f.draft && f.final {
		return usagef("--draft and --final cannot be used together")
	}
	if f.sign != "" && f.out == "-" {
		return usagef("--sign needs a file to sign: name one with -o")
	}
	cfg, err := a.load()
	if err != nil {
		return err
	}
	for _, id := range f.objectives {
		if err := checkObjective(cfg, id); err != nil {
			return err
		}
	}
	period, err := a.period(cfg, f.period)
	if err != nil {
		return err
	}
	var results []collectors.Result
	var st store.Store
	if f.offline {
		if st, err = a.open(ctx, cfg); err != nil {
			return err
		}
		defer st.Close()
	} else {
		var free func() error
		if st, free, err = a.write(ctx, cfg); err != nil {
			return err
		}
		defer free() //nolint:errcheck // what was kept is on disk already
		if results, err = a.refresh(ctx, cfg, st, period, f.maxAge); err != nil {
			return err
		}
	}
	in, err := a.reportInput(ctx, cfg, st, period, f.objectives)
	if err != nil {
		return err
	}
	rep := report.Build(in)
	if err := a.whole(cfg, in, rep, f.final); err != nil {
		return err
	}
	out := f.out
	if out == "" {
		out = a.abs(defaultName(cfg, f.period, format.Ext))
	}
	if err := a.writeReport(rep, format, cfg, out); err != nil {
		return err
	}
	if f.sign != "" {
		signature, err := a.sign(ctx, a.abs(out), f.sign)
		if err != nil {
			return err
		}
		a.say("signed: %s", signature)
	}
	return a.finish(rep, results, out)
}

// defaultName is a file name from person and period: robin-vale-2026-h1.pdf.
func defaultName(cfg *config.Config, periodText, ext string) string {
	if periodText == "" {
		periodText = cfg.Period
	}
	return gate.Slug(cfg.Self.Name+" "+periodText) + ext
}

// build makes the report's value from the store alone.
func (a *app) build(ctx context.Context, cfg *config.Config, st store.Store, period evidence.Period, only []string) (*report.Report, error) {
	in, err := a.reportInput(ctx, cfg, st, period, only)
	if err != nil {
		return nil, err
	}
	return report.Build(in), nil
}

// reportInput is what a report is made from, out of the store and the person's
// own files.
func (a *app) reportInput(ctx context.Context, cfg *config.Config, st store.Store, period evidence.Period, only []string) (report.Input, error) {
	v, err := a.view(ctx, cfg, st, period)
	if err != nil {
		return report.Input{}, err
	}
	file, err := readWords(cfg.Words)
	if err != nil {
		return report.Input{}, err
	}
	in := report.Input{
		Self: cfg.Self, Manager: cfg.Manager, Review: cfg.Report.Review, People: cfg.People,
		Period: period, Zone: cfg.Zone, Made: a.now(),
		Objectives: cfg.Objectives, Only: only, Mapping: v.mapping,
		Threads: v.threads, Decisions: v.decisions, Form: cfg.Form,
		Words: file.Words(), Version: versionText(), ConfigHash: cfg.Hash,
	}
	for _, r := range v.rows {
		in.Records = append(in.Records, r.rec)
	}
	in.Sources, in.Coverage = a.asked(v)
	work, err := a.flowInput(ctx, cfg, st, period)
	if err != nil {
		return report.Input{}, err
	}
	figures := analysis.Flow(work)
	in.Flow = &figures
	return in, nil
}

// asked names the sources that the report speaks of, the configuration's first
// and in its order, and gives their answers that bear on the period.
func (a *app) asked(v *view) (names []report.SourceName, coverage []evidence.Coverage) {
	answered := map[string]bool{}
	for _, c := range v.coverage {
		if c.Period.Overlaps(v.period) {
			coverage = append(coverage, c)
			answered[c.Source] = true
		}
	}
	known := sourceNames()
	for _, s := range v.cfg.Sources {
		i := slices.IndexFunc(known, func(n report.SourceName) bool { return n.Name == s.Name })
		names = append(names, known[i])
		delete(answered, s.Name)
	}
	for _, n := range known {
		if answered[n.Name] {
			names = append(names, n)
		}
	}
	return names, coverage
}

// writeReport writes the report in its format: to a file that replaces an old
// one only when it is whole, or to standard output.
func (a *app) writeReport(rep *report.Report, format render.Format, cfg *config.Config, out string) error {
	opt := render.Options{Paper: cfg.Report.Paper}
	for _, path := range cfg.Report.Fonts.Fallback {
		font, err := os.ReadFile(path)
		if err != nil {
			return fmt.Errorf("report.fonts.fallback: %w", err)
		}
		opt.Fallback = append(opt.Fallback, font)
	}
	write := func(w io.Writer) error { return format.Write(w, rep, opt) }
	if out == "-" {
		var b bytes.Buffer // a report that fails half-way writes nothing
		if err := write(&b); err != nil {
			return err
		}
		_, err := b.WriteTo(a.stdout)
		return err
	}
	return render.ToFile(a.abs(out), write)
}

// finish says what was made and what is missing, and turns a source that failed
// into the exit code.
func (a *app) finish(rep *report.Report, results []collectors.Result, out string) error {
	if out != "-" {
		a.say("wrote %s: %d items found, %d chosen", out, rep.Found, rep.Chosen)
	}
	for _, warning := range rep.Warnings {
		a.say("warning: %s", warning)
	}
	if err := partial(results); err != nil {
		return err
	}
	if !rep.Method.Complete {
		return &exitError{code: exitPartial}
	}
	if len(rep.Objectives) > 0 {
		a.next("dossier list --objective " + rep.Objectives[0].ID)
	}
	return nil
}
