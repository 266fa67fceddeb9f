package config

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"go.yaml.in/yaml/v4"

	"github.com/dossier-report/dossier/evidence"
	"github.com/dossier-report/dossier/report/analysis"
)

// flow is what the person says about their boards.
type flow struct {
	Boards      texts                `yaml:"boards,omitempty" jsonschema:"description=Boards to use by name or address; a project or repository for what is on none. All by default"`
	States      map[string]workState `yaml:"states,omitempty" jsonschema:"description=What statuses mean where the tracker does not tell: In QA: waiting"`
	WorkingDays weekdays             `yaml:"working_days,omitempty" jsonschema:"description=Count only these days: true for Monday to Friday; or a list of days. Calendar days by default"`
	Holidays    []civilDay           `yaml:"holidays,omitempty" jsonschema:"description=Days off besides: 2026-05-18. They count only with working_days"`
	Changes     []change             `yaml:"changes,omitempty" jsonschema:"description=What I changed in how work is done and when; before and after are compared"`
}

type change struct {
	On    civilDay `yaml:"on" jsonschema:"required,description=First day under the change: 2026-03-16"`
	Title string   `yaml:"title" jsonschema:"required,description=What was changed; in a few words"`
	Item  string   `yaml:"item,omitempty" jsonschema:"description=Key; id or address of the ticket or page about it"`
}

// Validate reports days off without a calendar that they could be left out of.
func (f *flow) Validate() error {
	if len(f.Holidays) > 0 && len(f.WorkingDays) == 0 {
		return fmt.Errorf("holidays: need working_days: true or a list of days")
	}
	return nil
}

// settings turns it into what figures are made with.
func (f *flow) settings() analysis.Settings {
	s := analysis.Settings{Boards: f.Boards}
	for name, state := range f.States {
		if s.States == nil {
			s.States = make(map[string]evidence.WorkState)
		}
		s.States[name] = evidence.WorkState(state)
	}
	s.Calendar.Weekdays = f.WorkingDays
	for _, d := range f.Holidays {
		s.Calendar.Holidays = append(s.Calendar.Holidays, string(d))
	}
	for _, c := range f.Changes {
		s.Changes = append(s.Changes, analysis.Change{On: string(c.On), Title: strings.TrimSpace(c.Title), Item: strings.TrimSpace(c.Item)})
	}
	return s
}

// workState is what a status means.
type workState evidence.WorkState

// UnmarshalText reads "in_progress" and "in progress".
func (s *workState) UnmarshalText(text []byte) error {
	*s = workState(strings.ReplaceAll(strings.ToLower(string(text)), " ", "_"))
	if !slices.Contains(evidence.WorkStates, evidence.WorkState(*s)) {
		return fmt.Errorf("%q is none of to_do, in_progress, waiting, done", clip(string(text)))
	}
	return nil
}

// civilDay is a day, YYYY-MM-DD.
type civilDay string

// UnmarshalText reads "2026-03-16".
func (c *civilDay) UnmarshalText(text []byte) error {
	day, err := time.Parse(time.DateOnly, string(text))
	if err != nil || day.Year() < 1990 || day.Year() >= 2100 {
		return fmt.Errorf("%q is no day\nwrite it as in 2026-03-16", clip(string(text)))
	}
	*c = civilDay(text)
	return nil
}

// weekdays are days of the week; true stands for Monday to Friday.
type weekdays []time.Weekday

func (w *weekdays) decodeNode(d *decoder, n *yaml.Node, name string, _ int) {
	switch {
	case isNull(n):
		return
	case n.Kind == yaml.ScalarNode && n.ShortTag() == "!!bool":
		if strings.EqualFold(n.Value, "true") {
			*w = []time.Weekday{time.Monday, time.Tuesday, time.Wednesday, time.Thursday, time.Friday}
		}
		return
	case n.Kind != yaml.SequenceNode || len(n.Content) == 0:
		d.bad(n, "%s must be true or a list of days, such as [Mon, Tue, Wed, Thu]", name)
		return
	}
	for _, e := range n.Content {
		e = follow(e)
		day := slices.IndexFunc(weekdayNames, func(full string) bool {
			return e.Kind == yaml.ScalarNode && (strings.EqualFold(e.Value, full) || strings.EqualFold(e.Value, full[:3]))
		})
		switch {
		case day < 0:
			d.bad(e, "%s has %q, which is no day of the week", name, clip(e.Value))
		case slices.Contains(*w, time.Weekday(day)):
			d.bad(e, "%s has %s twice", name, weekdayNames[day])
		default:
			*w = append(*w, time.Weekday(day))
		}
	}
}

// weekdayNames are by time.Weekday.
var weekdayNames = []string{"Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday"}
