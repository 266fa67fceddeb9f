// Package notes collects a person's own notes: an Obsidian vault, or any folder
// of Markdown.
//
// A note is one item. When it was written is told, in this order, by its front
// matter, by a date in its name, and only then by the file's last change, which
// synchronising and cloning spoil. A daily note, and a journal whose headings
// are dates, are several pieces of work: each section that has a heading of its
// own is one item, dated by the day.
//
// A task that was ticked off with a date, in the emoji form ("✅ 2026-03-05") or
// in brackets ("[completion:: 2026-03-05]"), is an act of that day.
//
// Notes are private: nothing leaves the machine, comments (%% %%) and notes with
// a tag of exclude_tags are left out, symbolic links are not followed, and the
// folders .obsidian, .trash and .git are passed over.
package notes

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"path"
	"slices"
	"strings"

	"github.com/dossier-report/dossier/collectors"
	"github.com/dossier-report/dossier/collectors/internal/local"
	"github.com/dossier-report/dossier/evidence"
)

// Source is what cmd/dossier lists.
var Source = collectors.Source{
	Name:   "notes",
	Title:  "Notes",
	Badge:  "NO",
	Local:  true,
	Config: Config{},
	New:    New,
}

// Config is the part "notes" of the sources in dossier.yaml.
type Config struct {
	Paths       []string `yaml:"paths" jsonschema:"required,description=Obsidian vaults or folders of Markdown files; globs and ~ are understood"`
	Exclude     []string `yaml:"exclude,omitempty" jsonschema:"description=Globs of notes or folders to leave out by path below the vault: Private/*"`
	Tags        []string `yaml:"tags,omitempty" jsonschema:"description=Only notes with one of these tags; all when empty. A tag stands for its nested ones too"`
	ExcludeTags []string `yaml:"exclude_tags,omitempty" jsonschema:"description=Leave out notes with one of these tags; private and personal when left out"`
}

// Validate reports a setting that cannot work.
func (c *Config) Validate() error {
	if len(c.Paths) == 0 {
		return errors.New("paths: is missing")
	}
	for field, globs := range map[string][]string{"paths": c.Paths, "exclude": c.Exclude} {
		for i, g := range globs {
			if _, err := path.Match(g, ""); err != nil || g == "" {
				return fmt.Errorf("%s[%d]: %q is not a glob", field, i, g)
			}
		}
	}
	return nil
}

const key = "sources.notes.paths"

// form is raised when items are made differently of the same notes.
const form = "1"

const (
	maxNote = 2 << 20 // bytes of a note that are read
	page    = 200     // items
)

type collector struct {
	cfg Config
	env collectors.Env
}

// New makes a collector of notes. It decodes settings strictly and touches
// nothing.
func New(settings collectors.Settings, env collectors.Env) (collectors.Collector, error) {
	var cfg Config
	if err := settings.Decode(&cfg); err != nil {
		return nil, err
	}
	if err := cfg.Validate(); err != nil {
		return nil, err
	}
	if cfg.ExcludeTags == nil {
		cfg.ExcludeTags = []string{"private", "personal"}
	}
	return &collector{cfg: cfg, env: env}, nil
}

// find returns the vaults.
func (c *collector) find() ([]*local.Folder, []evidence.Gap) {
	return local.Find(local.Where{Home: c.env.Home, Dir: c.env.Dir}, c.cfg.Paths, key, local.Options{
		Take: func(rel string) bool {
			switch strings.ToLower(path.Ext(rel)) {
			case ".md", ".markdown":
				return !c.excluded(rel)
			}
			return false
		},
		Skip: func(name string) bool {
			return slices.Contains([]string{".obsidian", ".trash", ".git", ".stversions", "node_modules"}, name)
		},
	})
}

// excluded reports whether a glob of the configuration names the note or a
// folder that it lies in.
func (c *collector) excluded(rel string) bool {
	for _, g := range c.cfg.Exclude {
		for at := rel; at != "." && at != "/"; at = path.Dir(at) {
			if ok, _ := path.Match(g, at); ok {
				return true
			}
			if ok, _ := path.Match(g, path.Base(at)); ok && !strings.Contains(g, "/") {
				return true
			}
		}
	}
	return false
}

// Collect reads every vault. One that cannot be read is a gap.
func (c *collector) Collect(ctx context.Context, p evidence.Period, out collectors.Sink) error {
	vaults, gaps := c.find()
	for _, g := range gaps {
		out.Gap(g.What, g)
	}
	for _, v := range vaults {
		if err := c.vault(ctx, v, p, out); err != nil {
			return err
		}
	}
	return ctx.Err()
}

// cursor is how far a vault was read.
type cursor struct {
	collectors.Asked
	// Sum is the digest of all files' names, sizes and times of change.
	Sum string `json:"sum"`
	// Kept is how many items of a pass under way are kept; Done says that the
	// pass is complete.
	Kept int  `json:"kept,omitempty"`
	Done bool `json:"done,omitempty"`
	// Odd is what was odd in the vault: each run tells of the whole.
	Odd []evidence.Gap `json:"odd,omitempty"`
	// ByFile is how many notes only the file's last change dates.
	ByFile int `json:"by_file,omitempty"`
}

// maxOdd is how many oddities are remembered: the report lists no more.
const maxOdd = 100

func (c cursor) encode() string {
	b, err := json.Marshal(c)
	if err != nil {
		return "" // texts and numbers cannot fail
	}
	return string(b)
}

func decode(s string) (c cursor) {
	if s == "" || json.Unmarshal([]byte(s), &c) != nil {
		return cursor{}
	}
	return c
}
