package files

import (
	"fmt"
	"path"
	"slices"
	"strings"
	"time"

	"github.com/dossier-report/dossier/evidence"
)

// Mapping says what the columns of a CSV file mean.
type Mapping struct {
	Files     string            `yaml:"files" jsonschema:"required,description=Glob of the names of the files that it is for: tickets*.csv"`
	Columns   map[string]string `yaml:"columns,omitempty" jsonschema:"description=Header of the column by field: id; title; text; url; place; kind; verb; at; act; seconds; author; labels; links; people; state; state_at"`
	Kind      evidence.Kind     `yaml:"kind,omitempty" jsonschema:"description=Kind of the items where no column says it: ticket; page; meeting; note when left out"`
	Verb      evidence.Verb     `yaml:"verb,omitempty" jsonschema:"description=What the person did where no column says it: created; wrote; attended; noted when left out"`
	Place     string            `yaml:"place,omitempty" jsonschema:"description=Project or space of the items where no column says it"`
	Time      string            `yaml:"time,omitempty" jsonschema:"description=How times are written: DD/MM/YYYY HH:mm; ISO 8601 when left out"`
	Delimiter string            `yaml:"delimiter,omitempty" jsonschema:"description=Character between columns; found by itself when left out"`
}

// fields are what a row can say of an item; all but id, title and at may be
// missing.
var fields = []string{"id", "title", "text", "url", "place", "kind", "verb", "at", "act", "seconds", "author", "labels", "links", "people", "state", "state_at"}

func (m *Mapping) validate() error {
	if _, err := path.Match(m.Files, ""); err != nil || m.Files == "" {
		return fmt.Errorf("files: %q is not a glob", m.Files)
	}
	for field := range m.Columns {
		if !slices.Contains(fields, field) {
			return fmt.Errorf("columns: %q is no field; known are %s", field, strings.Join(fields, ", "))
		}
	}
	if m.Kind != "" && !slices.Contains(evidence.Kinds, m.Kind) {
		return fmt.Errorf("kind: %q is no kind", m.Kind)
	}
	if m.Verb != "" && !slices.Contains(evidence.Verbs, m.Verb) {
		return fmt.Errorf("verb: %q is no verb", m.Verb)
	}
	if m.Time != "" {
		if _, err := time.Parse(layout(m.Time), time.Date(2026, 11, 24, 13, 14, 15, 0, time.UTC).Format(layout(m.Time))); err != nil || layout(m.Time) == m.Time {
			return fmt.Errorf("time: %q has none of YYYY, MM, DD, HH, mm, ss", m.Time)
		}
	}
	if n := len([]rune(m.Delimiter)); n > 1 || strings.ContainsAny(m.Delimiter, "\"\r\n") {
		return fmt.Errorf("delimiter: %q is not one character", m.Delimiter)
	}
	return nil
}

// layout turns "DD/MM/YYYY HH:mm" into what package time understands.
func layout(form string) string {
	return strings.NewReplacer("YYYY", "2006", "YY", "06", "MMM", "Jan", "MM", "01", "DD", "02", "D", "2", "HH", "15", "hh", "03", "mm", "04", "ss", "05", "A", "PM", "ZZ", "-0700", "Z", "-07:00").Replace(form)
}

// mapping returns the first that is made for a file; without one, the header
// has to use the fields' own names.
func (c *collector) mapping(name string) Mapping {
	for _, m := range c.cfg.CSV {
		if ok, _ := path.Match(m.Files, path.Base(name)); ok {
			return m
		}
	}
	return Mapping{}
}
