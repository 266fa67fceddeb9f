package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/dossier-report/dossier/collectors"
	"github.com/dossier-report/dossier/config"
	"github.com/dossier-report/dossier/evidence"
	"github.com/dossier-report/dossier/evidence/store"
	"github.com/dossier-report/dossier/report"
	"github.com/dossier-report/dossier/report/gate"
	"github.com/dossier-report/dossier/report/render"
)

// newAction is what action.yml runs. All that it is told comes in variables, so
// that no word of anybody else's is ever part of a shell's command line:
// INPUT_* for the Action's inputs, GITHUB_* and RUNNER_* as the runner sets them
// (docs.github.com/actions/reference/workflows-and-actions/variables).
func newAction(a *app) *cobra.Command {
	return &cobra.Command{
		Use:    "action",
		Short:  "Collect and report as a step of a GitHub Actions job",
		Hidden: true,
		Args:   noArgs,
		RunE:   func(cmd *cobra.Command, _ []string) error { return a.action(cmd.Context()) },
	}
}

// actionInputs are the Action's inputs, checked.
type actionInputs struct {
	config, period, output string
	sources, objectives    []string
	formats                []render.Format
	allowPartial           bool
	allowPublic            bool
}

// demoInput as the input config means the made-up half year: nothing is asked
// and nothing of it is anybody's, so that every repository may show it.
const demoInput = "demo"

// made is what a run of the Action made, for the outputs and the summary.
type made struct {
	in      actionInputs
	place   place
	cfg     *config.Config
	rep     *report.Report
	results []collectors.Result
	found   int
	news    int
	partial bool
	notices []string // what the reader of the run must know
	files   map[string]string
}

// action runs the step. Whatever happens, the job's summary says it first.
func (a *app) action(ctx context.Context) error {
	m := &made{files: map[string]string{}}
	err := a.actionRun(ctx, m)
	if err != nil && m.rep == nil {
		err = errors.Join(err, a.addTo("GITHUB_STEP_SUMMARY", refusalSummary(err)))
	} else if m.rep != nil {
		err = errors.Join(err, a.addTo("GITHUB_STEP_SUMMARY", m.summary(err)), a.outputs(m))
	}
	for _, n := range m.notices {
		a.annotate("warning", n)
	}
	if err == nil {
		return nil
	}
	a.annotate("error", err.Error())
	return &exitError{code: codeOf(err)}
}

func (a *app) actionRun(ctx context.Context, m *made) (err error) {
	if m.in, err = a.actionInputs(); err != nil {
		return err
	}
	if m.place, err = a.place(); err != nil {
		return err
	}
	if m.in.config == demoInput {
		return a.actionDemo(ctx, m)
	}
	if err := m.place.refuse(m.in.allowPublic); err != nil {
		return err
	}
	if a.configPath = m.in.config; a.configPath != "" {
		if _, err := os.Stat(a.abs(a.configPath)); err != nil {
			return missingConfig(a.configPath)
		}
	}
	if m.cfg, err = a.load(); err != nil {
		if path, ferr := a.configFile(); ferr != nil || path == "" {
			return missingConfig("dossier.yaml")
		}
		return err
	}
	jobs, err := a.actionJobs(m)
	if err != nil {
		return err
	}
	return a.actionReport(ctx, m, jobs)
}

func missingConfig(path string) error {
	return &exitError{exitConfig, fmt.Errorf("no configuration: %s is not in this checkout\n"+
		"make one with 'dossier init' and commit it; the job needs actions/checkout before this step; the input config names another path", path)}
}

// actionDemo makes the report of the made-up half year in a folder of its own.
func (a *app) actionDemo(ctx context.Context, m *made) (err error) {
	dir, err := os.MkdirTemp(a.getenv("RUNNER_TEMP"), "dossier-demo-")
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, os.RemoveAll(dir)) }()
	if m.cfg, err = a.demoConfig(dir); err != nil {
		return err
	}
	m.place.private = true // nothing in it is anybody's
	m.place.cached = false
	w := *a.world
	w.now = func() time.Time { return demoNow }
	d := &app{world: &w, storePath: filepath.Join(dir, "dossier.db")}
	return d.actionReport(ctx, m, demoJobs(d.collectorEnv(m.cfg)))
}

// actionJobs are the collectors of the sources that the inputs name.
func (a *app) actionJobs(m *made) ([]collectors.Job, error) {
	have := configured(m.cfg)
	if len(have) == 0 {
		return nil, &exitError{exitConfig, fmt.Errorf("%s names no source\nadd one in its section sources", m.cfg.Path)}
	}
	for _, n := range m.in.sources {
		if !slices.Contains(have, n) {
			return nil, usagef("input sources: %q is not configured; there are: %s", n, strings.Join(have, ", "))
		}
	}
	for _, id := range m.in.objectives {
		if err := checkObjective(m.cfg, id); err != nil {
			return nil, err
		}
	}
	jobs := a.jobs(m.cfg, m.in.sources)
	if slices.ContainsFunc(jobs, func(j collectors.Job) bool { return j.Source.Name == "github" }) && a.ownToken() {
		m.notices = append(m.notices, ownTokenLimits)
	}
	return jobs, ready(jobs)
}

// ownTokenLimits is what the token of a job can and cannot do
// (docs.github.com/actions/concepts/security/github_token).
const ownTokenLimits = "github is asked with the job's own GITHUB_TOKEN: it sees this repository only, no project boards, " +
	"and gets 1,000 requests an hour. Work elsewhere is not in the report. " +
	"Give the step GH_TOKEN, a fine-grained token with read access, from the repository's secrets."

// ownToken reports whether GitHub would be asked with the token that every job
// is given. action.yml passes that one for the comparison; without it, only the
// prefix tells.
func (a *app) ownToken() bool {
	token := a.getenv("GH_TOKEN")
	if token == "" {
		token = a.getenv("GITHUB_TOKEN")
	}
	own := a.getenv("DOSSIER_JOB_TOKEN")
	if own != "" {
		return token == own
	}
	return strings.HasPrefix(token, "ghs_")
}

// actionReport asks the jobs, and writes the report in every format wanted.
func (a *app) actionReport(ctx context.Context, m *made, jobs []collectors.Job) (err error) {
	period, err := a.period(m.cfg, m.in.period)
	if err != nil {
		return err
	}
	st, free, err := a.write(ctx, m.cfg)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, free()) }()
	if m.results, err = a.actionCollect(ctx, m, st, jobs, period); err != nil {
		return err
	}
	rep, err := a.build(ctx, m.cfg, st, period, m.in.objectives)
	if err != nil {
		return err
	}
	for _, f := range m.in.formats {
		path := a.abs(defaultName(m.cfg, m.in.period, f.Ext))
		if m.in.output != "" {
			path = a.abs(strings.TrimSuffix(m.in.output, filepath.Ext(m.in.output)) + f.Ext)
		}
		if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
			return err
		}
		if err := a.writeReport(rep, f, m.cfg, path); err != nil {
			return err
		}
		m.files[f.Name] = path
		a.say("wrote %s", path)
	}
	m.rep, m.found = rep, rep.Found
	if m.found == 0 {
		m.notices = append(m.notices, "nothing was found in the period: check the person's logins and what the tokens may see with 'dossier doctor'")
	}
	return m.judge()
}

// actionCollect asks the jobs. Where others can read the log, it says of each
// source only how it went and how much there was.
func (a *app) actionCollect(ctx context.Context, m *made, st store.Store, jobs []collectors.Job, period evidence.Period) ([]collectors.Result, error) {
	show := a
	if !m.place.private {
		w := *a.world
		w.stderr, w.terminal.err = io.Discard, false
		show = &app{world: &w, configPath: a.configPath, storePath: a.storePath}
	}
	results, err := show.collect(ctx, st, jobs, period)
	for _, r := range results {
		m.news += r.Kept.New
		if !m.place.private {
			a.say("%s: %s, %d items in the period, %d new", r.Coverage.Source, r.Coverage.State, r.Coverage.Found(), r.Kept.New)
		}
	}
	return results, err
}

// judge turns sources that failed or were cut short into the step's error: a
// run that is not whole is red unless the workflow allows it, and one in which
// every source failed always is.
func (m *made) judge() error {
	var short, failed []string
	code, hint := exitPartial, ""
	for _, r := range m.results {
		c := r.Coverage
		if c.State == evidence.Complete {
			continue
		}
		line := fmt.Sprintf("%s: %s", c.Source, c.State)
		if m.place.private && c.Why != "" {
			line += ": " + firstLine(errors.New(c.Why))
		}
		short = append(short, line)
		if c.State == evidence.Failed {
			failed = append(failed, c.Source)
		}
		var sign *collectors.SignInError
		if errors.As(r.Err, &sign) {
			code = exitSignIn
			hint = fmt.Sprintf("\n%s needs sign-in: renew its token in the repository's secrets, and pass it to the step under env", c.Source)
		}
	}
	m.partial = len(short) > 0 || len(m.in.sources) == 0 && !m.rep.Method.Complete
	switch {
	case !m.partial:
		return nil
	case len(short) == 0:
		short = append(short, "a source was not asked for the whole period")
	}
	says := "the report is not complete: " + strings.Join(short, "; ")
	if m.in.allowPartial && (len(failed) == 0 || len(failed) < len(m.results)) {
		m.notices = append(m.notices, says+hint)
		return nil
	}
	if !m.in.allowPartial {
		hint += "\nallow-partial: true lets such a run pass"
	}
	return &exitError{code, errors.New(says + hint)}
}

// actionInputs reads the inputs. A mistyped one is an error and never ignored.
func (a *app) actionInputs() (actionInputs, error) {
	in := actionInputs{
		config: a.input("CONFIG"), period: a.input("PERIOD"), output: a.input("OUTPUT"),
		sources: listInput(a.input("SOURCES")), objectives: listInput(a.input("OBJECTIVE")),
	}
	formats := listInput(a.input("FORMATS"))
	if len(formats) == 0 {
		formats = []string{"pdf"}
	}
	for _, name := range formats {
		f, ok := render.Find(name)
		if !ok {
			return in, usagef("input formats: no format %q", name)
		}
		if !slices.ContainsFunc(in.formats, func(o render.Format) bool { return o.Name == f.Name }) {
			in.formats = append(in.formats, f)
		}
	}
	for name, into := range map[string]*bool{"ALLOW_PARTIAL": &in.allowPartial, "ALLOW_PUBLIC": &in.allowPublic} {
		switch v := a.input(name); v {
		case "true":
			*into = true
		case "", "false":
		default:
			return in, usagef("input %s is %s, and takes true or false", strings.ReplaceAll(strings.ToLower(name), "_", "-"), strconv.Quote(gate.Line(v, 40)))
		}
	}
	return in, nil
}

func (a *app) input(name string) string { return strings.TrimSpace(a.getenv("INPUT_" + name)) }

// listInput splits an input that takes several words, by commas or lines.
func listInput(s string) []string {
	var list []string
	for _, w := range strings.FieldsFunc(s, func(r rune) bool { return r == ',' || r == '\n' || r == '\r' }) {
		if w = strings.TrimSpace(w); w != "" {
			list = append(list, w)
		}
	}
	return list
}
