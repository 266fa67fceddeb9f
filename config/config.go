// Package config reads dossier.yaml into the types that the other packages
// define.
//
// It is strict: an unknown key, a wrong type and a bad value are each an error
// with file, line, column and the line itself, and all of them are told at
// once. It knows no collector; each source's part is handed on undecoded, and
// the collector decodes it by the same rules (see [Source]). Secrets never
// stand in the file, only where they are kept (see [collectors.Secret]).
//
// Flags beat DOSSIER_* variables, those beat the file, the file beats the
// defaults. The flags are the caller's; [Config.Origin] tells the rest.
package config

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"time"
	_ "time/tzdata" // a machine without time zones must not refuse a good file

	"github.com/dossier-report/dossier/evidence"
	"github.com/dossier-report/dossier/objectives"
	"github.com/dossier-report/dossier/report"
	"github.com/dossier-report/dossier/report/analysis"
)

// FileName is what a configuration is called.
const FileName = "dossier.yaml"

// Config is a configuration that has been read and found valid.
type Config struct {
	Path string // of the file, as it was given to [Load]
	Dir  string // in which it lies; relative paths start there
	Hash string // SHA-256 of the file in hexadecimal

	Self        evidence.Identity
	Manager     string         // name of the person's manager
	Zone        *time.Location // in which days are counted
	Period      string         // what commands mean when they name none; see [evidence.ParsePeriod]
	FiscalStart time.Month
	People      evidence.People
	Sources     []Source // in the order of the file
	Objectives  []objectives.Objective
	Learning    bool // decisions bear on how items like theirs are mapped
	Form        []report.FormQuestion
	Flow        analysis.Settings
	Report      Report
	Store       string // path of the store; empty for the default place
	Decisions   string // path of the decisions
	Words       string // path of the file of the person's words

	// Warnings are what is allowed and not wise: a file that others may write.
	Warnings []string

	origins map[string]string
}

// Report is how the report looks.
type Report struct {
	Paper  string // A4 or Letter
	Review string // name of the review; empty to make one from the period
	Fonts  Fonts
}

// Fonts are files of fonts besides the built-in one.
type Fonts struct {
	Fallback []string // paths of TrueType files, asked in this order
}

// Env is all of the outside that reading a configuration needs.
type Env struct {
	Getenv func(string) string // nil for no environment
	Home   string              // what ~ stands for
	Zone   *time.Location      // of the machine, where the file names none; nil for UTC
}

// DefaultPeriod is the period of a configuration that names none.
const DefaultPeriod = "this half"

// Find returns the path of the configuration to read: what DOSSIER_CONFIG
// names, else dossier.yaml in dir, else dossier/dossier.yaml in the user's
// folder of configurations. That DOSSIER_CONFIG names a file that is not there
// is for [Load] to say. When there is none, the error tells where it was looked
// for; it is an [Error] and fs.ErrNotExist.
func Find(dir string, getenv func(string) string) (string, error) {
	if path := getenv("DOSSIER_CONFIG"); path != "" {
		if !filepath.IsAbs(path) {
			path = filepath.Join(dir, path)
		}
		return path, nil
	}
	candidates := []string{filepath.Join(dir, FileName)}
	switch base, home := getenv("XDG_CONFIG_HOME"), getenv("HOME"); {
	case filepath.IsAbs(base): // the standard has a relative one ignored
		candidates = append(candidates, filepath.Join(base, "dossier", FileName))
	case runtime.GOOS == "windows" && getenv("APPDATA") != "":
		candidates = append(candidates, filepath.Join(getenv("APPDATA"), "dossier", FileName))
	case home != "":
		candidates = append(candidates, filepath.Join(home, ".config", "dossier", FileName))
	}
	for _, path := range candidates {
		// One that cannot be read is found: passing it over would silently use another.
		if _, err := os.Stat(path); !errors.Is(err, fs.ErrNotExist) {
			return path, nil
		}
	}
	return "", &Error{err: fs.ErrNotExist, Problems: []Problem{{
		Message: "there is no configuration: no " + strings.Join(candidates, " and no ") + "\nmake one with: dossier init"}}}
}

// Load reads a configuration. Everything that is wrong with it, also that it
// cannot be read, is an [Error].
func Load(path string, env Env) (*Config, error) {
	text, mode, err := read(path)
	if err != nil {
		return nil, err
	}
	c, err := Parse(path, text, env)
	if err != nil {
		return nil, err
	}
	// Who can write the file chooses where the token is sent.
	if runtime.GOOS != "windows" && mode.Perm()&0o022 != 0 {
		c.Warnings = append(c.Warnings, fmt.Sprintf("%s can be written by others (mode %04o)\nchmod go-w %s", path, mode.Perm(), path))
	}
	return c, nil
}

func read(path string) ([]byte, fs.FileMode, error) {
	fail := func(err error) ([]byte, fs.FileMode, error) {
		var pe *fs.PathError
		message := err.Error()
		if errors.As(err, &pe) {
			message = "cannot be read: " + pe.Err.Error()
		}
		if errors.Is(err, fs.ErrNotExist) {
			message += "\nmake one with: dossier init"
		}
		return nil, 0, &Error{err: err, Problems: []Problem{{File: path, Message: message}}}
	}
	// A pipe would block when it is opened.
	at, err := os.Stat(path)
	if err != nil {
		return fail(err)
	}
	if !at.Mode().IsRegular() {
		return fail(errors.New("is not a file"))
	}
	f, err := os.Open(path)
	if err != nil {
		return fail(err)
	}
	defer f.Close()
	text, err := io.ReadAll(io.LimitReader(f, maxSize+1))
	if err != nil {
		return fail(err)
	}
	return text, at.Mode(), nil
}

// Parse reads a configuration's text. The name is its path, for messages and
// for the folder in which relative paths start.
func Parse(name string, text []byte, env Env) (*Config, error) {
	if len(text) > maxSize { // before anything copies it
		doc := newDocument(name, nil)
		doc.at(0, 0, "is larger than 1 MiB")
		return nil, doc.err()
	}
	doc := newDocument(name, text)
	var f file
	root := parse(text, doc)
	switch {
	case root != nil:
		d := &decoder{document: doc}
		d.value(root, reflectOf(&f), "the configuration", bounds{}, 0)
	case len(doc.problems) == 0:
		doc.at(0, 0, "is empty\nmake one with: dossier init")
	}
	if env.Getenv == nil {
		env.Getenv = func(string) string { return "" }
	}
	c := &Config{Path: name, Dir: filepath.Dir(name), origins: make(map[string]string)}
	sum := sha256.Sum256(text)
	c.Hash = hex.EncodeToString(sum[:])
	c.fill(&f, env)
	c.settle(&f, env, func(key string) int {
		if n := child(root, key); n != nil && !isNull(follow(n)) {
			return n.Line
		}
		return 0
	})
	if err := doc.err(); err != nil {
		return nil, err
	}
	// Periods are counted from a day that is given; which one does not matter
	// to whether the text is understood.
	if _, err := evidence.ParsePeriod(c.Period, time.Date(2026, time.July, 1, 12, 0, 0, 0, c.Zone), c.Zone, c.FiscalStart); err != nil {
		if n := child(root, "period"); c.origins["period"] != "DOSSIER_PERIOD" && n != nil {
			doc.bad(n, "%v", err)
		} else {
			doc.problems = append(doc.problems, Problem{Message: c.origins["period"] + ": " + err.Error()})
		}
		return nil, doc.err()
	}
	return c, nil
}

// fill turns what the file says into the other packages' types.
func (c *Config) fill(f *file, env Env) {
	c.Self = f.Person.identity("")
	c.Manager = strings.TrimSpace(f.Person.Manager)
	c.Zone = f.Person.TimeZone.Location
	if c.Zone == nil {
		c.Zone = env.Zone
	}
	if c.Zone == nil {
		c.Zone = time.UTC
	}
	c.FiscalStart = max(time.Month(f.FiscalYear), time.January)
	for _, p := range f.People {
		c.People = append(c.People, p.identity(p.Relation))
	}
	c.Sources = f.Sources
	c.Objectives = f.Objectives
	c.Learning = f.Learning == nil || *f.Learning
	c.Form = questions(f.Form)
	c.Flow = f.Flow.settings()
	c.Report = Report{Paper: f.Report.Paper, Review: f.Report.Review}
	if c.Report.Paper == "" {
		c.Report.Paper = "A4"
	}
	for _, path := range f.Report.Fonts.Fallback {
		c.Report.Fonts.Fallback = append(c.Report.Fonts.Fallback, c.place(path, env))
	}
}

// settle decides between the environment, the file and the defaults, and keeps
// where each value came from.
func (c *Config) settle(f *file, env Env, line func(key string) int) {
	choose := func(key, variable, inFile, otherwise string) string {
		if variable != "" {
			if v := env.Getenv(variable); v != "" {
				c.origins[key] = variable
				return v
			}
		}
		if inFile != "" {
			c.origins[key] = fmt.Sprintf("%s:%d", c.Path, line(key))
			return inFile
		}
		c.origins[key] = "default"
		return otherwise
	}
	c.Period = choose("period", "DOSSIER_PERIOD", f.Period, DefaultPeriod)
	c.Store = c.place(choose("store", "DOSSIER_STORE", f.Store, ""), env)
	c.Decisions = c.place(choose("decisions", "", f.Decisions, "dossier.decisions"), env)
	c.Words = c.place(choose("words", "", f.Words, "dossier.words"), env)
	for _, key := range []string{"person", "people", "sources", "objectives", "form", "flow", "report", "fiscal_year_start"} {
		c.origins[key] = "default"
		if l := line(key); l > 0 {
			c.origins[key] = fmt.Sprintf("%s:%d", c.Path, l)
		}
	}
}

// Origin tells where a value came from: the name of a variable, file and line,
// or "default". Keys are those of the file's top level; "" for any other.
func (c *Config) Origin(key string) string { return c.origins[key] }

// place makes a path absolute: ~ is the home folder, and relative ones start
// where the file lies.
func (c *Config) place(path string, env Env) string {
	switch {
	case path == "":
		return ""
	case path == "~" && env.Home != "":
		return env.Home
	case strings.HasPrefix(path, "~/") && env.Home != "":
		return filepath.Join(env.Home, path[2:])
	case filepath.IsAbs(path):
		return filepath.Clean(path)
	}
	return filepath.Join(c.Dir, path)
}
