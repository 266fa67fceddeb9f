package main

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"time"

	"github.com/spf13/cobra"

	"github.com/dossier-report/dossier/collectors"
	"github.com/dossier-report/dossier/collectors/demo"
	"github.com/dossier-report/dossier/config"
	"github.com/dossier-report/dossier/report/render"
)

func newDemo(a *app) *cobra.Command {
	var out, keep, format string
	cmd := &cobra.Command{
		Use:   "demo",
		Short: "Make the report of a made-up half year: no token, no network",
		Long: "Run the whole pipeline on an embedded, made-up half year of a machine-learning scientist:\n" +
			"collect, map, report. Nothing of it stays but the PDF; with --keep, the configuration and\n" +
			"the store are left in a folder where every other command can be tried on them.",
		Example: "  $ dossier demo\n" +
			"  $ dossier demo --keep half-year && cd half-year && dossier list --objective mentoring",
		Args: noArgs,
		RunE: func(cmd *cobra.Command, _ []string) error { return a.demo(cmd.Context(), out, keep, format) },
	}
	cmd.Flags().StringVarP(&out, "output", "o", "dossier-demo.pdf", "Write to this `file`; - is standard output")
	cmd.Flags().StringVar(&keep, "keep", "", "Leave the configuration and the store in this `folder`")
	cmd.Flags().StringVarP(&format, "format", "f", "pdf", "Write this `format`: {pdf|json}")
	return cmd
}

// demoNow is the day of the demonstration's review: its reports are the same
// bytes on whatever day they are made.
var demoNow = time.Date(2026, time.July, 6, 16, 12, 0, 0, time.UTC)

func (a *app) demo(ctx context.Context, out, keep, format string) (err error) {
	fm, ok := render.Find(format)
	if !ok {
		return usagef("no format %q", format)
	}
	dir := a.abs(keep)
	if keep == "" {
		if dir, err = os.MkdirTemp("", "dossier-demo-"); err != nil {
			return err
		}
		defer func() { err = errors.Join(err, os.RemoveAll(dir)) }()
	}
	cfg, err := a.demoConfig(dir)
	if err != nil {
		return err
	}
	world := *a.world
	world.now = func() time.Time { return demoNow }
	d := &app{world: &world, storePath: filepath.Join(dir, "dossier.db")}
	period, err := d.period(cfg, "")
	if err != nil {
		return err
	}
	st, free, err := d.write(ctx, cfg)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, free()) }()
	results, err := d.collect(ctx, st, demoJobs(d.collectorEnv(cfg)), period)
	if err != nil {
		return err
	}
	rep, err := d.build(ctx, cfg, st, period, nil)
	if err != nil {
		return err
	}
	if out != "-" {
		out = a.abs(out)
	}
	if err := d.writeReport(rep, fm, cfg, out); err != nil {
		return err
	}
	if out != "-" {
		d.say("wrote %s: %d items found, %d chosen", out, rep.Found, rep.Chosen)
	}
	if err := partial(results); err != nil {
		return err
	}
	if keep != "" {
		d.next("cd " + keep + " && dossier list --objective mentoring")
		return nil
	}
	d.next("dossier init")
	return nil
}

// demoConfig writes the demonstration's files into dir and reads them back: the
// way that every user's configuration goes. Files that are there are not
// touched.
func (a *app) demoConfig(dir string) (*config.Config, error) {
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return nil, err
	}
	text := append([]byte{}, demo.Config...)
	text = fmt.Appendf(text, "\nstore: dossier.db # beside this file\n")
	for name, content := range map[string][]byte{"dossier.yaml": text, "dossier.decisions": demo.Decisions} {
		path := filepath.Join(dir, name)
		f, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
		if errors.Is(err, fs.ErrExist) {
			return nil, fmt.Errorf("%s is there already\nname an empty folder", path)
		}
		if err != nil {
			return nil, err
		}
		_, err = f.Write(content)
		if err := errors.Join(err, f.Close()); err != nil {
			return nil, err
		}
	}
	if err := writeSchema(dir); err != nil {
		return nil, err
	}
	return config.Load(filepath.Join(dir, "dossier.yaml"), a.configEnv())
}

// demoJobs are the demonstration's collectors.
func demoJobs(env collectors.Env) []collectors.Job {
	var jobs []collectors.Job
	env.Now = func() time.Time { return demoNow }
	for _, s := range demo.Sources() {
		c, err := s.New(nil, env)
		jobs = append(jobs, collectors.Job{Source: s, Collector: c, Err: err})
	}
	return jobs
}
