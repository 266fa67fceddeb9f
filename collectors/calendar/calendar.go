// Package calendar collects the meetings that a person attended or organised:
// from iCalendar files and addresses (RFC 5545), from Zoom's meeting reports and
// from the CSV that Google Calendar and Outlook read and write.
//
// A series of meetings is one item with one act for each time that it took
// place until now, whatever the period: a weekly one-to-one is one thing with
// many dates. What was moved or renamed counts as it took place. Left out, and
// counted in a note, are what was cancelled or declined, all-day events,
// absences, focus time and birthdays, what shows as free, and private events.
//
// By default an item has a title and times, ticket keys and addresses that the
// description names, and those of the other people whom the configuration names
// as colleagues. Descriptions and all attendees are kept only when configured.
//
// Times that name no zone are in the person's. A zone is looked for in this
// order: the IANA database, Microsoft's names by the table of CLDR, the file's own
// VTIMEZONE. What names a time that a clock skips is read with the offset before
// the gap, what names one that a clock shows twice is the first (RFC 5545, 3.3.5).
//
// Recurrence is expanded by the package itself, in the wall-clock time of the
// event's zone and never past now, so that no rule, however hostile, costs more
// than a look at each day since it began.
package calendar

import (
	"context"
	"fmt"
	"path"
	"strings"

	"github.com/dossier-report/dossier/collectors"
	"github.com/dossier-report/dossier/evidence"
)

// Source is what cmd/dossier lists.
var Source = collectors.Source{
	Name:   "calendar",
	Title:  "Calendar",
	Badge:  "CA",
	Local:  true,
	Config: Config{},
	New:    New,
}

// Config is the part "calendar" of the sources in dossier.yaml.
type Config struct {
	Paths     []string `yaml:"paths,omitempty" jsonschema:"description=Calendar files (.ics) and Zoom or Outlook or Google exports (.csv) or folders of them; globs and ~ are understood"`
	URLs      []Feed   `yaml:"urls,omitempty" jsonschema:"description=Addresses of calendars: env:NAME or keyring:NAME for a private one and https://... for one that is no secret"`
	Exclude   []string `yaml:"exclude,omitempty" jsonschema:"description=Titles of events to leave out such as dentist*; * and ? are wildcards and case does not matter"`
	Private   bool     `yaml:"private,omitempty" jsonschema:"description=Also collect events that are marked private or confidential"`
	Bodies    bool     `yaml:"bodies,omitempty" jsonschema:"description=Also keep descriptions and rooms; only titles and times and links are kept otherwise"`
	Attendees bool     `yaml:"attendees,omitempty" jsonschema:"description=Also keep the names of all attendees; only those of the people named in the configuration are kept otherwise"`
	DayFirst  bool     `yaml:"day_first,omitempty" jsonschema:"description=In CSV files 03/02/2026 is 3 February where nothing else in the file tells"`
}

// Validate reports the first setting that cannot work. Its errors begin with
// the path of the field.
func (c Config) Validate() error {
	for i, p := range c.Paths {
		if _, err := path.Match(p, ""); err != nil || p == "" {
			return fmt.Errorf("paths[%d]: %q is not a path or glob", i, p)
		}
	}
	for i, f := range c.URLs {
		if f == "" {
			return fmt.Errorf("urls[%d]: is empty\nwrite env:NAME or keyring:NAME or an https address", i)
		}
	}
	for i, e := range c.Exclude {
		if strings.Trim(e, "* ") == "" {
			return fmt.Errorf("exclude[%d]: %q would leave out every event", i, e)
		}
	}
	if len(c.Paths)+len(c.URLs) == 0 {
		return fmt.Errorf("paths: no calendar is named\nadd paths: [FILE.ics] or urls: [env:NAME] to it")
	}
	return nil
}

// collector reads every calendar that the configuration names.
type collector struct {
	cfg  Config
	env  collectors.Env
	page int // items on a page
}

var (
	_ collectors.Collector = (*collector)(nil)
	_ collectors.Checker   = (*collector)(nil)
)

// pageSize is how many items are kept at once.
const pageSize = 200

// New makes a collector for calendars. It decodes settings strictly and touches
// nothing.
func New(settings collectors.Settings, env collectors.Env) (collectors.Collector, error) {
	var cfg Config
	if err := settings.Decode(&cfg); err != nil {
		return nil, err
	}
	if err := cfg.Validate(); err != nil {
		return nil, err
	}
	return &collector{cfg: cfg, env: env, page: pageSize}, nil
}

// Collect reads the calendars when one of them has changed, or a meeting has
// taken place, since they were read last. They are read together, because one
// meeting may stand in several.
func (c *collector) Collect(ctx context.Context, p evidence.Period, out collectors.Sink) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	r := &run{collector: c, period: p, out: out, now: c.env.Now()}
	r.parts = c.parts()
	same, err := r.unchanged(ctx)
	if err != nil || same {
		return err
	}
	if err := r.read(ctx); err != nil {
		return err
	}
	return r.keep(ctx)
}
