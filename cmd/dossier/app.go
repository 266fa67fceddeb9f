package main

import (
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"path/filepath"
	"time"

	"github.com/adrg/xdg"

	"github.com/dossier-report/dossier/collectors"
	"github.com/dossier-report/dossier/config"
	"github.com/dossier-report/dossier/evidence"
	"github.com/dossier-report/dossier/evidence/store"
	"github.com/dossier-report/dossier/report/gate"
)

// app is one run of the program: the world, and the flags that all commands
// share. Flags beat DOSSIER_* variables, those beat the file, the file beats
// the defaults.
type app struct {
	*world
	configPath string
	storePath  string
}

// configFile is the path of the configuration that this run means.
func (a *app) configFile() (string, error) {
	if a.configPath != "" {
		return a.abs(a.configPath), nil
	}
	return config.Find(a.dir, a.getenv)
}

// load reads the configuration; what looks unsafe in it is said on stderr.
func (a *app) load() (*config.Config, error) {
	path, err := a.configFile()
	if err != nil {
		return nil, err
	}
	cfg, err := config.Load(path, a.configEnv())
	if err != nil {
		return nil, err
	}
	if err := cfg.CheckSources(sources()); err != nil {
		return nil, err
	}
	for _, warning := range cfg.Warnings {
		a.say("warning: %s", warning)
	}
	return cfg, nil
}

func (a *app) configEnv() config.Env {
	return config.Env{Getenv: a.getenv, Home: a.home, Zone: a.zone}
}

// storeFile is where evidence is kept: as the flag, DOSSIER_STORE or the
// configuration says, else a file of the user's data folder that belongs to
// this configuration alone, so that two people's or two projects' evidence
// never mixes.
func (a *app) storeFile(cfg *config.Config) string {
	switch {
	case a.storePath != "":
		return a.abs(a.storePath)
	case cfg.Store != "":
		return cfg.Store
	}
	data := a.getenv("XDG_DATA_HOME")
	if !filepath.IsAbs(data) {
		data = xdg.DataHome
	}
	sum := sha256.Sum256([]byte(cfg.Path))
	return filepath.Join(data, "dossier", fmt.Sprintf("%s-%x.db", gate.Slug(cfg.Self.Name), sum[:4]))
}

// open opens the store of the configuration.
func (a *app) open(ctx context.Context, cfg *config.Config) (store.Store, error) {
	return store.Open(ctx, a.storeFile(cfg), store.Options{Now: a.now})
}

// lockWait is how long a run waits for another one to finish with the store.
const lockWait = 10 * time.Second

// write opens the store for a run that writes. The returned function frees it.
func (a *app) write(ctx context.Context, cfg *config.Config) (store.Store, func() error, error) {
	st, err := a.open(ctx, cfg)
	if err != nil {
		return nil, nil, err
	}
	release, err := st.Lock(ctx, lockWait)
	if err != nil {
		return nil, nil, errors.Join(err, st.Close())
	}
	return st, func() error { return errors.Join(release(), st.Close()) }, nil
}

// period understands the flag's text, else the configuration's, and says on
// stderr what it understood.
func (a *app) period(cfg *config.Config, text string) (evidence.Period, error) {
	if text == "" {
		text = cfg.Period
	}
	p, err := evidence.ParsePeriod(text, a.now(), cfg.Zone, cfg.FiscalStart)
	if err != nil {
		return p, usagef("period: %w", err)
	}
	a.say("Period: %s", p)
	return p, nil
}

// collectorEnv is the part of the world that collectors may touch.
func (a *app) collectorEnv(cfg *config.Config) collectors.Env {
	return collectors.Env{
		Now: a.now, HTTP: a.http, Getenv: a.getenv,
		Dir: cfg.Dir, Home: a.home,
		Self: cfg.Self, People: cfg.People, Zone: cfg.Zone,
	}
}

// abs makes a path of the command line absolute.
func (a *app) abs(path string) string {
	if path == "-" || filepath.IsAbs(path) {
		return path
	}
	return filepath.Join(a.dir, path)
}

// say prints talk: everything that is not the answer goes to stderr.
func (w *world) say(format string, args ...any) {
	fmt.Fprintln(w.stderr, gate.Terminal(w.ours(fmt.Sprintf(format, args...))))
}

// next names the command that comes next, as a run's last line on stderr.
func (w *world) next(command string) {
	if command != "" {
		w.say("next: %s", command)
	}
}
