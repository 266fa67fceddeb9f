package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"charm.land/huh/v2"
	"github.com/spf13/cobra"

	"github.com/dossier-report/dossier/collectors"
	"github.com/dossier-report/dossier/collectors/git"
	"github.com/dossier-report/dossier/config"
	"github.com/dossier-report/dossier/objectives"
	"github.com/dossier-report/dossier/report/render"
)

// initFlags are init's answers as flags: every prompt has one.
type initFlags struct {
	config.StarterInput
	yes, force bool
	answers    map[string]*string // to the offers, by source
}

func newInit(a *app) *cobra.Command {
	f := initFlags{answers: map[string]*string{}}
	var workflow bool
	cmd := &cobra.Command{
		Use:   "init",
		Short: "Set dossier up: write dossier.yaml",
		Long: "Ask who you are, where your work leaves traces and which objectives you have, write a\n" +
			"commented dossier.yaml, and test each source. Name and addresses are suggested by git, the\n" +
			"time zone by this machine. With --yes, or off a terminal, the suggestions and the flags are\n" +
			"taken as they are.",
		Example: "  $ dossier init\n" +
			"  $ dossier init --yes --git '~/src/*' --objectives senior-ml-scientist,personal-growth\n" +
			"  $ dossier init --yes --github robin-v --jira https://acme.atlassian.net --notes ~/vault",
		Args: noArgs,
		RunE: func(cmd *cobra.Command, _ []string) error { return a.initAll(cmd.Context(), &f, workflow) },
	}
	fl := cmd.Flags()
	fl.StringVar(&f.Name, "name", "", "Your `name`, as the report prints it")
	fl.StringVar(&f.Role, "role", "", "Your `role`")
	fl.StringSliceVar(&f.Emails, "email", nil, "Your e-mail `address`; all that your commits were made with")
	fl.StringVar(&f.TimeZone, "time-zone", "", "Your time `zone`: America/Vancouver")
	fl.StringVar(&f.Period, "period", "", "The `period` of the review (default: the half year that it is now)")
	fl.StringSliceVar(&f.GitPaths, "git", nil, "Clones: a `path` or a glob (default: the clone that this is)")
	fl.StringSliceVar(&f.Templates, "objectives", nil, "Objectives: `templates` from "+strings.Join(objectives.Templates(), ", "))
	offerFlags(fl, f.answers)
	fl.BoolVarP(&f.yes, "yes", "y", false, "Ask nothing")
	fl.BoolVar(&workflow, "workflow", false, "Write the GitHub workflow that makes the report every week")
	fl.BoolVar(&f.force, "force", false, "Replace a dossier.yaml that is there")
	return cmd
}

func (a *app) init(ctx context.Context, f *initFlags) error {
	path := filepath.Join(a.dir, "dossier.yaml")
	if a.configPath != "" {
		path = a.abs(a.configPath)
	}
	if _, err := os.Stat(path); !f.force && !errors.Is(err, fs.ErrNotExist) {
		return fmt.Errorf("%s is there already\nedit it, or replace it with: dossier init --force", path)
	}
	seen, err := a.suggest(ctx, f)
	if err != nil {
		return err
	}
	if !f.yes && a.terminal.in && a.terminal.err {
		if err := a.ask(ctx, f, seen); err != nil {
			return err
		}
	}
	if err := f.check(); err != nil {
		return err
	}
	a.chooseSources(f)
	text := config.Starter(f.StarterInput)
	cfg, err := config.Parse(path, text, a.configEnv())
	if err == nil {
		err = cfg.CheckSources(sources())
	}
	if err != nil {
		return fmt.Errorf("the answers make no valid configuration: %w", err)
	}
	flags := os.O_WRONLY | os.O_CREATE | os.O_EXCL
	if f.force {
		flags = os.O_WRONLY | os.O_CREATE | os.O_TRUNC
	}
	out, err := os.OpenFile(path, flags, 0o600)
	if err != nil {
		return err
	}
	_, err = out.Write(text)
	if err := errors.Join(err, out.Close()); err != nil {
		return err
	}
	if err := writeSchema(filepath.Dir(path)); err != nil {
		return err
	}
	a.say("wrote %s for %s <%s>, %s", path, f.Name, strings.Join(f.Emails, ", "), f.TimeZone)
	a.trySources(ctx, cfg)
	a.next("dossier report")
	return nil
}

// schemaFile is what the first line of a configuration names, for editors.
const schemaFile = "dossier.schema.json"

// writeSchema writes the JSON Schema of this version beside a configuration.
func writeSchema(dir string) error {
	schema, err := config.Schema(sources())
	if err != nil {
		return err
	}
	return render.ToFile(filepath.Join(dir, schemaFile), func(w io.Writer) error {
		_, err := w.Write(append(schema, '\n'))
		return err
	})
}

// suggest fills what the flags left open, and returns the addresses that the
// clones have commits under by the same name. Without git there is less to
// suggest.
func (a *app) suggest(ctx context.Context, f *initFlags) (seen []string, err error) {
	dir := a.dir
	if len(f.GitPaths) > 0 && !strings.ContainsAny(f.GitPaths[0], "*?[~") {
		dir = a.abs(f.GitPaths[0])
	}
	found, err := git.Inspect(ctx, collectors.Env{Now: a.now, Getenv: a.getenv, Dir: a.dir, Home: a.home, Zone: a.zone}, dir)
	if err != nil {
		a.say("%v", err)
	}
	if f.Name == "" {
		f.Name = found.Name
	}
	if len(f.Emails) == 0 && found.Email != "" {
		f.Emails = []string{found.Email}
	}
	if f.TimeZone == "" {
		f.TimeZone = a.zone.String()
	}
	if f.Period == "" {
		now := a.now().In(a.zone)
		half := 1
		if now.Month() > time.June {
			half = 2
		}
		f.Period = fmt.Sprintf("%d-H%d", now.Year(), half)
	}
	if len(f.GitPaths) == 0 {
		for _, c := range found.Clones {
			f.GitPaths = append(f.GitPaths, c.Path)
		}
	}
	for i, p := range f.GitPaths {
		if !strings.HasPrefix(p, "~") {
			f.GitPaths[i] = a.abs(p)
		}
	}
	if len(f.Templates) == 0 {
		f.Templates = []string{config.DefaultTemplate}
	}
	return found.Emails, nil
}

// check refuses what would make a configuration that finds nothing.
func (f *initFlags) check() error {
	if strings.TrimSpace(f.Name) == "" {
		return usagef("git does not know your name\ngive it with: dossier init --name 'Robin Vale' --email robin@example.org")
	}
	if len(f.Emails) == 0 {
		return usagef("git does not know your e-mail address\ngive it with: dossier init --email robin@example.org")
	}
	for _, t := range f.Templates {
		if !slices.Contains(objectives.Templates(), t) {
			return usagef("no objectives %q; the templates are: %s", t, strings.Join(objectives.Templates(), ", "))
		}
	}
	return nil
}

// ask shows the suggestions as a form.
func (a *app) ask(ctx context.Context, f *initFlags, seen []string) error {
	emails, paths := strings.Join(f.Emails, ", "), strings.Join(f.GitPaths, ", ")
	others := "All that your commits were made with, with commas between."
	if extra := without(seen, f.Emails); len(extra) > 0 {
		others += " Also seen under your name: " + strings.Join(extra, ", ")
	}
	var options []huh.Option[string]
	for _, t := range objectives.Templates() {
		options = append(options, huh.NewOption(t, t).Selected(slices.Contains(f.Templates, t)))
	}
	form := huh.NewForm(huh.NewGroup(
		huh.NewInput().Title("Your name").Description("As the report prints it.").Value(&f.Name),
		huh.NewInput().Title("Your role").Value(&f.Role),
		huh.NewInput().Title("Your e-mail addresses").Description(others).Value(&emails),
		huh.NewInput().Title("Your time zone").Value(&f.TimeZone).Validate(func(s string) error {
			_, err := time.LoadLocation(s)
			return err
		}),
		huh.NewInput().Title("The period of the review").Description("2026-H1, 2026-Q2, FY26-H1, 2026-01-01..2026-06-30, ...").Value(&f.Period),
		huh.NewInput().Title("Your git clones").Description("Paths or globs, with commas between: ~/src/*").Value(&paths),
		huh.NewMultiSelect[string]().Title("Your objectives").Description("You can write your own into dossier.yaml.").
			Options(options...).Height(len(options)+4).Value(&f.Templates),
	), a.askSources(f)).WithInput(a.stdin).WithOutput(a.stderr).
		WithAccessible(a.getenv("ACCESSIBLE") != "" || a.getenv("TERM") == "dumb")
	if err := form.RunWithContext(ctx); errors.Is(err, huh.ErrUserAborted) {
		return &exitError{exitUsage, errors.New("cancelled; nothing was written")}
	} else if err != nil {
		return err
	}
	f.Emails, f.GitPaths = words(emails), words(paths)
	return nil
}

// words splits a list with commas.
func words(s string) []string {
	var out []string
	for _, w := range strings.Split(s, ",") {
		if w = strings.TrimSpace(w); w != "" {
			out = append(out, w)
		}
	}
	return out
}

func without(list, drop []string) []string {
	return slices.DeleteFunc(slices.Clone(list), func(s string) bool {
		return slices.ContainsFunc(drop, func(d string) bool { return strings.EqualFold(s, d) })
	})
}
