package config

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"go.yaml.in/yaml/v4"

	"github.com/dossier-report/dossier/collectors"
	"github.com/dossier-report/dossier/evidence"
	"github.com/dossier-report/dossier/objectives"
	"github.com/dossier-report/dossier/report"
)

// file is dossier.yaml as it is written. Its descriptions are the schema's.
type file struct {
	Person     person         `yaml:"person" jsonschema:"required,description=Whose evidence it is"`
	Period     string         `yaml:"period,omitempty" jsonschema:"description=The period that commands mean when they name none: 2026-H1; Q2 2026; last quarter; 2026-01-01..2026-06-30; ..."`
	FiscalYear month          `yaml:"fiscal_year_start,omitempty" jsonschema:"description=First month of the fiscal year; by number or name. FY26 is the one that ends in 2026"`
	People     []colleague    `yaml:"people,omitempty" jsonschema:"description=Colleagues; where the report needs to know what they are to me"`
	Sources    sections       `yaml:"sources,omitempty" jsonschema:"description=Where evidence is collected from; each with its own settings"`
	Objectives objectiveList  `yaml:"objectives,omitempty" jsonschema:"description=What the review asks for; built-in templates and one's own"`
	Learning   *bool          `yaml:"learning,omitempty" jsonschema:"description=Whether my decisions on items bear on how others like them are mapped; true by default"`
	Form       []question     `yaml:"form,omitempty" jsonschema:"description=The questions of the review form; four by default"`
	Flow       flow           `yaml:"flow,omitempty" jsonschema:"description=How work flows over my boards: what statuses mean; which days count; what I changed"`
	Report     reportSettings `yaml:"report,omitempty" jsonschema:"description=How the report looks"`
	Store      string         `yaml:"store,omitempty" jsonschema:"description=Path of the store; beside this file when relative; in the user's own folder by default"`
	Decisions  string         `yaml:"decisions,omitempty" jsonschema:"description=Path of the decisions; beside this file when relative; dossier.decisions by default"`
	Words      string         `yaml:"words,omitempty" jsonschema:"description=Path of what only I can say; beside this file when relative; dossier.words by default"`
}

// names are how a human being is called by the sources.
type names struct {
	Name       string `yaml:"name" jsonschema:"required,description=Full name"`
	Role       string `yaml:"role,omitempty" jsonschema:"description=What they do: Machine-learning scientist"`
	GitHub     texts  `yaml:"github,omitempty" jsonschema:"description=GitHub login or several"`
	Jira       texts  `yaml:"jira,omitempty" jsonschema:"description=Jira account: e-mail address or account id"`
	Slack      texts  `yaml:"slack,omitempty" jsonschema:"description=Slack member id or user name"`
	Confluence texts  `yaml:"confluence,omitempty" jsonschema:"description=Confluence account where it is not the same as Jira's"`
	Emails     texts  `yaml:"emails,omitempty" jsonschema:"description=E-mail addresses; all that commits were made with"`
}

type person struct {
	names    `yaml:",inline"`
	Manager  string `yaml:"manager,omitempty" jsonschema:"description=Name of the manager; printed in the report's head"`
	TimeZone zone   `yaml:"time_zone,omitempty" jsonschema:"description=Time zone in which days are counted: Europe/Lisbon. The machine's own by default"`
}

type colleague struct {
	names    `yaml:",inline"`
	Relation string `yaml:"relation,omitempty" jsonschema:"description=What they are to me: junior; peer; leader; manager; customer; ..."`
}

type reportSettings struct {
	Paper  string `yaml:"paper,omitempty" jsonschema:"enum=A4,enum=Letter,description=Paper size; A4 by default"`
	Review string `yaml:"review,omitempty" jsonschema:"description=Name of the review: Mid-year review 2026. From the period by default"`
	Fonts  fonts  `yaml:"fonts,omitempty" jsonschema:"description=Fonts besides the built-in one"`
}

type fonts struct {
	Fallback texts `yaml:"fallback,omitempty" jsonschema:"description=TrueType files for letters that the built-in font lacks"`
}

type question struct {
	Title   string `yaml:"title,omitempty" jsonschema:"description=Short title; the default question's by default"`
	Asks    string `yaml:"asks,omitempty" jsonschema:"description=The question in the words of the form"`
	Subject string `yaml:"subject,omitempty" jsonschema:"enum=progress,enum=people,enum=priorities,enum=support,enum=open,description=What it is about and so what is drafted for it; open (nothing) by default"`
	Limit   int    `yaml:"limit,omitempty" jsonschema:"minimum=0,description=Characters that the form takes; 0 for no limit"`
}

// texts is a text or a list of them.
type texts []string

func (t *texts) decodeNode(d *decoder, n *yaml.Node, name string, _ int) {
	entries := []*yaml.Node{n}
	switch {
	case isNull(n):
		return
	case n.Kind == yaml.SequenceNode:
		entries = n.Content
	case n.Kind != yaml.ScalarNode:
		d.bad(n, "%s must be a text or a list of texts", name)
		return
	}
	for _, e := range entries {
		if e = follow(e); e.Kind != yaml.ScalarNode || isNull(e) || strings.TrimSpace(e.Value) == "" {
			d.bad(e, "%s must be a text", name)
			continue
		}
		*t = append(*t, strings.TrimSpace(e.Value))
	}
}

// month is a month by its number or its English name.
type month time.Month

// UnmarshalText reads "4", "April" or "apr".
func (m *month) UnmarshalText(text []byte) error {
	s := strings.ToLower(string(text))
	for i := time.January; i <= time.December; i++ {
		name := strings.ToLower(i.String())
		if s == strconv.Itoa(int(i)) || s == name || s == name[:3] {
			*m = month(i)
			return nil
		}
	}
	return fmt.Errorf("must be a month: 1 to 12 or its name, such as April")
}

// zone is a time zone by its name in the IANA database.
type zone struct{ *time.Location }

// UnmarshalText reads "Europe/Lisbon".
func (z *zone) UnmarshalText(text []byte) error {
	name := string(text)
	at, err := time.LoadLocation(name)
	// Go takes these for the machine's own zone, of which a report could not
	// say which it was.
	if err != nil || name == "" || name == "Local" {
		return fmt.Errorf("%q is no time zone\nwrite it as in Europe/Lisbon, America/Vancouver or UTC", clip(name))
	}
	z.Location = at
	return nil
}

// sections are the sources' parts, in the order of the file.
type sections []Source

func (s *sections) decodeNode(d *decoder, n *yaml.Node, _ string, _ int) {
	if isNull(n) {
		return
	}
	if n.Kind != yaml.MappingNode {
		d.bad(n, "sources must be a section with a source's name as each key")
		return
	}
	for i := 0; i+1 < len(n.Content); i += 2 {
		key, value := n.Content[i], n.Content[i+1]
		if v := follow(value); v.Kind != yaml.MappingNode && !isNull(v) {
			d.bad(value, "%s must be a section of key: value", clip(key.Value))
			continue
		}
		*s = append(*s, Source{Name: key.Value, Settings: &settings{doc: d.document, key: key, node: value}})
	}
}

// objectiveList is objectives written out and templates used, as one list.
type objectiveList []objectives.Objective

// use takes the objectives of a template.
type use struct {
	Use  string   `yaml:"use" jsonschema:"required,description=Name of a built-in template"`
	Only []string `yaml:"only,omitempty" jsonschema:"description=Ids of the template's objectives to take; all by default"`
}

func (l *objectiveList) decodeNode(d *decoder, n *yaml.Node, _ string, depth int) {
	if isNull(n) {
		return
	}
	if n.Kind != yaml.SequenceNode {
		d.bad(n, "objectives must be a list, each entry beginning with a hyphen")
		return
	}
	lines := make(map[string]int)
	for _, entry := range n.Content {
		entry = follow(entry)
		if entry.Kind != yaml.MappingNode {
			d.bad(entry, "an objective must be a section with an id and a title, or use: TEMPLATE")
			continue
		}
		at := entry
		var more []objectives.Objective
		if used := child(entry, "use"); used != nil {
			more = d.template(entry)
			at = used
		} else {
			var one objectives.Objective
			before := len(d.problems)
			d.value(entry, reflectOf(&one), "objective", bounds{}, depth+1)
			if id := child(entry, "id"); id != nil {
				at = id
			}
			if len(d.problems) == before {
				more = append(more, one)
			}
		}
		for _, o := range more {
			if line, twice := lines[o.ID]; twice {
				d.bad(at, "objective %q is there already, from line %d", clip(o.ID), line)
				continue
			}
			lines[o.ID] = at.Line
			*l = append(*l, o)
		}
	}
}

// template reads an entry that uses one.
func (d *decoder) template(entry *yaml.Node) []objectives.Objective {
	var u use
	before := len(d.problems)
	d.value(entry, reflectOf(&u), "objective", bounds{}, 0)
	if len(d.problems) > before {
		return nil
	}
	at := child(entry, "use")
	names := objectives.Templates()
	if !slices.Contains(names, u.Use) {
		d.unknown(at, "template", names)
		return nil
	}
	all, err := objectives.Template(u.Use)
	if err != nil {
		d.bad(at, "template %s: %v", u.Use, err)
		return nil
	}
	if len(u.Only) == 0 {
		return all
	}
	var ids []string
	for _, o := range all {
		ids = append(ids, o.ID)
	}
	for i, id := range u.Only {
		if !slices.Contains(ids, id) {
			only := follow(child(entry, "only"))
			d.unknown(follow(only.Content[i]), "objective of "+u.Use, ids)
		}
	}
	return slices.DeleteFunc(all, func(o objectives.Objective) bool { return !slices.Contains(u.Only, o.ID) })
}

// identity turns the names into one human being.
func (n *names) identity(relation string) evidence.Identity {
	id := evidence.Identity{Name: strings.TrimSpace(n.Name), Role: n.Role, Relation: relation, Emails: n.Emails}
	for source, logins := range map[string]texts{"github": n.GitHub, "jira": n.Jira, "slack": n.Slack, "confluence": n.Confluence} {
		if len(logins) > 0 {
			if id.Logins == nil {
				id.Logins = make(map[string][]string)
			}
			id.Logins[source] = logins
		}
	}
	// Atlassian has one account for both.
	if len(n.Confluence) == 0 && len(n.Jira) > 0 {
		id.Logins["confluence"] = n.Jira
	}
	return id
}

// questions fills what a question leaves out from the default one about the
// same subject.
func questions(qs []question) []report.FormQuestion {
	defaults := report.DefaultForm()
	if len(qs) == 0 {
		return defaults
	}
	var out []report.FormQuestion
	for _, q := range qs {
		f := report.FormQuestion{Title: q.Title, Asks: q.Asks, Subject: report.Subject(q.Subject), Limit: q.Limit}
		if q.Subject == "" {
			f.Subject = report.Open
		}
		for _, def := range defaults {
			if def.Subject == f.Subject {
				if f.Title == "" {
					f.Title = def.Title
				}
				if f.Asks == "" {
					f.Asks = def.Asks
				}
			}
		}
		out = append(out, f)
	}
	return out
}

// Validate reports a question that would have neither a title nor a default.
func (q *question) Validate() error {
	if q.Title == "" && (q.Subject == "" || q.Subject == string(report.Open)) {
		return fmt.Errorf("title: is missing")
	}
	return nil
}

var _ collectors.Settings = (*settings)(nil)
