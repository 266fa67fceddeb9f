// Package files collects evidence from files of the interchange format or CSV,
// so that any other system can feed dossier.
//
// A file of JSON Lines (.jsonl, .ndjson) holds one [evidence.Item] a line, as
// "dossier export" writes it; its ids get the prefix "files:" where they lack
// it, so that they never overwrite another source's. A file of CSV (.csv, .tsv)
// holds one act a row: rows that have one id are one item. Which column is what
// is told by the header where it uses the interchange format's names, else by
// [Mapping].
//
// Each file is a part. A file that has not changed since it was read is not
// read again.
package files

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"path"
	"strings"
	"time"

	"github.com/dossier-report/dossier/collectors"
	"github.com/dossier-report/dossier/collectors/internal/local"
	"github.com/dossier-report/dossier/evidence"
)

// Source is what cmd/dossier lists.
var Source = collectors.Source{
	Name:   "files",
	Title:  "Files",
	Badge:  "FI",
	Local:  true,
	Config: Config{},
	New:    New,
}

// Config is the part "files" of the sources in dossier.yaml.
type Config struct {
	Paths   []string  `yaml:"paths" jsonschema:"required,description=Files or folders of JSON Lines (.jsonl and .ndjson) and CSV (.csv and .tsv); globs and ~ are understood"`
	CSV     []Mapping `yaml:"csv,omitempty" jsonschema:"description=What the columns of CSV files mean; the first entry whose files match counts"`
	Private *bool     `yaml:"private,omitempty" jsonschema:"description=Whether the items count as private when a report is redacted; true when left out"`
}

// Validate reports a setting that cannot work.
func (c *Config) Validate() error {
	if len(c.Paths) == 0 {
		return errors.New("paths: is missing")
	}
	for i, p := range c.Paths {
		if _, err := path.Match(p, ""); err != nil || p == "" {
			return fmt.Errorf("paths[%d]: %q is not a glob", i, p)
		}
	}
	for i := range c.CSV {
		if err := c.CSV[i].validate(); err != nil {
			return fmt.Errorf("csv[%d].%w", i, err)
		}
	}
	return nil
}

const key = "sources.files.paths"

// form is raised when items are made differently of the same files.
const form = "1"

// Sizes that a file may have. A longer one is read up to there and says so.
const (
	maxFile = 1 << 30
	page    = 200 // items
)

type collector struct {
	cfg Config
	env collectors.Env
}

// New makes a collector of files. It decodes settings strictly and touches
// nothing.
func New(settings collectors.Settings, env collectors.Env) (collectors.Collector, error) {
	var cfg Config
	if err := settings.Decode(&cfg); err != nil {
		return nil, err
	}
	if err := cfg.Validate(); err != nil {
		return nil, err
	}
	return &collector{cfg: cfg, env: env}, nil
}

func taken(rel string) bool {
	switch strings.ToLower(path.Ext(rel)) {
	case ".jsonl", ".ndjson", ".csv", ".tsv":
		return true
	}
	return false
}

// Collect reads every file. One that cannot be read is a gap.
func (c *collector) Collect(ctx context.Context, p evidence.Period, out collectors.Sink) error {
	folders, gaps := local.Find(local.Where{Home: c.env.Home, Dir: c.env.Dir}, c.cfg.Paths, key, local.Options{Take: taken})
	for _, g := range gaps {
		out.Gap(g.What, g)
	}
	for _, f := range folders {
		for _, g := range f.Gaps {
			out.Gap(f.Name, g)
		}
		for _, file := range f.Files {
			if err := c.file(ctx, f, file, p, out); err != nil {
				return err
			}
		}
	}
	return ctx.Err()
}

// cursor is how far a file was read.
type cursor struct {
	collectors.Asked
	Size int64     `json:"size"`
	Mod  time.Time `json:"mod"`
	// Kept is how many items of a pass under way are kept; Done says that the
	// pass is complete.
	Kept int  `json:"kept,omitempty"`
	Done bool `json:"done,omitempty"`
	// Odd is what was odd in the file: each run tells of the whole.
	Odd []evidence.Gap `json:"odd,omitempty"`
}

// maxOdd is how many oddities are remembered: the report lists no more.
const maxOdd = 100

// file reads one file unless it was read already.
func (c *collector) file(ctx context.Context, in *local.Folder, file local.File, p evidence.Period, out collectors.Sink) error {
	part := in.Name
	if path.Base(in.Name) != file.Rel {
		part = in.Name + "/" + file.Rel
	}
	settings, err := json.Marshal(c.cfg)
	if err != nil {
		return err
	}
	now := cursor{Asked: collectors.AskedFor(form+" "+evidence.Hash(settings), p), Size: file.Size, Mod: file.Mod.UTC()}
	text, err := out.Cursor(ctx, part)
	if err != nil {
		return err
	}
	var was cursor
	if text == "" || json.Unmarshal([]byte(text), &was) != nil {
		was = cursor{}
	}
	unchanged := was.Ask == now.Ask && was.Size == now.Size && was.Mod.Equal(now.Mod)
	switch {
	case unchanged && was.Done && was.Covers(p):
		for _, g := range was.Odd {
			out.Gap(part, g)
		}
		out.Same(part, part)
		return nil
	case unchanged && !was.Done && was.Same(p):
		now.Kept = was.Kept
	}
	r := &reading{collector: c, ctx: ctx, out: out, part: part, period: p, cur: now, skip: now.Kept}
	if err := r.read(in, file); err != nil {
		var kept *keepError
		if errors.As(err, &kept) || ctx.Err() != nil {
			return errors.Join(ctx.Err(), kept.Unwrap())
		}
		out.Gap(part, evidence.Gap{What: part, Why: err.Error()})
	}
	return nil
}

// keepError is an error of the sink, as opposed to one of the file.
type keepError struct{ err error }

func (e *keepError) Error() string { return e.err.Error() }

func (e *keepError) Unwrap() error {
	if e == nil {
		return nil
	}
	return e.err
}
