package config

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/santhosh-tekuri/jsonschema/v6"
	"go.yaml.in/yaml/v4"

	"github.com/dossier-report/dossier/collectors"
)

var someSources = []collectors.Source{{Name: "git", Title: "Git", Config: struct {
	Paths []string `yaml:"paths,omitempty" jsonschema:"description=Clones"`
}{}}, {Name: "jira", Title: "Jira", Config: part{}}, {Name: "bare", Title: "Bare"}}

func compiled(t *testing.T) *jsonschema.Schema {
	t.Helper()
	text, err := Schema(someSources)
	if err != nil {
		t.Fatal(err)
	}
	doc, err := jsonschema.UnmarshalJSON(strings.NewReader(string(text)))
	if err != nil {
		t.Fatal(err)
	}
	c := jsonschema.NewCompiler()
	c.AssertFormat()
	if err := c.AddResource("dossier.schema.json", doc); err != nil {
		t.Fatal(err)
	}
	s, err := c.Compile("dossier.schema.json")
	if err != nil {
		t.Fatal(err)
	}
	if s.DraftVersion != 7 {
		t.Errorf("the schema is of draft %d, and editors understand 7", s.DraftVersion)
	}
	return s
}

// tree reads YAML as an editor hands it to a schema.
func tree(t *testing.T, text string) any {
	t.Helper()
	var n yaml.Node
	if err := yaml.Load([]byte(text), &n); err != nil {
		t.Fatal(err)
	}
	// Editors read YAML 1.2, in which a date is a text.
	var dates func(n *yaml.Node)
	dates = func(n *yaml.Node) {
		if n.Tag == "!!timestamp" {
			n.Tag = "!!str"
		}
		for _, c := range n.Content {
			dates(c)
		}
	}
	dates(&n)
	var v any
	if err := n.Decode(&v); err != nil {
		t.Fatal(err)
	}
	b, err := json.Marshal(v)
	if err != nil {
		t.Fatal(err)
	}
	v, err = jsonschema.UnmarshalJSON(strings.NewReader(string(b)))
	if err != nil {
		t.Fatal(err)
	}
	return v
}

// TestSchemaAndReaderAgree gives each text to both.
func TestSchemaAndReaderAgree(t *testing.T) {
	s := compiled(t)
	tests := []struct {
		name, text string
		valid      bool
	}{
		{"starter", string(Starter(StarterInput{Name: "Robin: Vale", GitPaths: []string{"~/src/*"}})), true},
		{"starter of nothing", string(Starter(StarterInput{})), true},
		{"minimal", minimal, true},
		{"year as a period", minimal + "period: 2026\n", true},
		{"month by number", minimal + "fiscal_year_start: 4\n", true},
		{"month by name", minimal + "fiscal_year_start: April\n", true},
		{"logins", "person: {name: R, github: [a, b], jira: c}\n", true},
		{"empty source", minimal + "sources: {git: , bare: {}}\n", true},
		{"source with a secret", minimal + "sources: {jira: {token: env:A, url: 'https://x.example', wait: 1m30s}}\n", true},
		{"secret in the keyring", minimal + "sources: {jira: {token: keyring:a}}\n", true},
		{"template in part", minimal + "objectives: [{use: senior-ml-scientist, only: [mentoring]}]\n", true},

		{"no person", "period: 2026-H1\n", false},
		{"no name", "person: {github: a}\n", false},
		{"unknown key", minimal + "perod: 2026\n", false},
		{"unknown source", minimal + "sources: {gitt: {}}\n", false},
		{"unknown key of a source", minimal + "sources: {jira: {bord: 1}}\n", false},
		{"key of a source without settings", minimal + "sources: {bare: {a: 1}}\n", false},
		{"token in the file", minimal + "sources: {jira: {token: hunter2}}\n", false},
		{"address", minimal + "sources: {jira: {url: 'ftp://x'}}\n", false},
		{"number too small", minimal + "sources: {jira: {board: 0}}\n", false},
		{"duration", minimal + "sources: {jira: {wait: soon}}\n", false},
		{"paper", minimal + "report: {paper: A3}\n", false},
		{"month", minimal + "fiscal_year_start: 13\n", false},
		{"unknown template", minimal + "objectives: [{use: nobody}]\n", false},
		{"objective without a title", minimal + "objectives: [{id: a}]\n", false},
		{"weight", minimal + "objectives: [{id: a, title: b, rules: [{name: c, words: [x], weight: 3}]}]\n", false},
		{"period", minimal + "period: [a]\n", false},
		{"limit", minimal + "form: [{title: a, limit: -1}]\n", false},
		{"subject", minimal + "form: [{title: a, subject: b}]\n", false},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if err := s.Validate(tree(t, tt.text)); (err == nil) != tt.valid {
				t.Errorf("by the schema: %v, want valid %v", err, tt.valid)
			}
			c, err := Parse("dossier.yaml", []byte(tt.text), Env{})
			if err == nil {
				err = c.CheckSources(someSources)
			}
			if (err == nil) != tt.valid {
				t.Errorf("by the reader: %v, want valid %v", err, tt.valid)
			}
		})
	}
}

func TestSchemaRefusesAFieldWithoutADescription(t *testing.T) {
	_, err := Schema([]collectors.Source{{Name: "jira", Config: struct {
		Boards []struct {
			ID int `yaml:"id"`
		} `yaml:"boards" jsonschema:"description=Boards"`
	}{}}})
	if err == nil || !strings.Contains(err.Error(), "sources.jira.boards.id has no description") {
		t.Errorf("got %v", err)
	}
}

// TestSchemaNamesWhatTheReaderReads walks both: a property that the reader does
// not know would be offered by editors and then refused.
func TestSchemaNamesWhatTheReaderReads(t *testing.T) {
	text, err := Schema(someSources)
	if err != nil {
		t.Fatal(err)
	}
	var s struct {
		Properties map[string]struct {
			Properties map[string]any
			Required   []string
		}
	}
	if err := json.Unmarshal(text, &s); err != nil {
		t.Fatal(err)
	}
	check := func(where string, v any, properties int, has func(string) bool) {
		fields := fieldsOf(reflectOf(v).Type())
		for _, f := range fields {
			if !has(f.name) {
				t.Errorf("%s%s is read and not in the schema", where, f.name)
			}
		}
		if len(fields) != properties {
			t.Errorf("%s the schema has %d properties, the reader %d", where, properties, len(fields))
		}
	}
	check("", &file{}, len(s.Properties), func(k string) bool { _, ok := s.Properties[k]; return ok })
	var mine person
	theirs := s.Properties["person"]
	check("person.", &mine, len(theirs.Properties), func(k string) bool { _, ok := theirs.Properties[k]; return ok })
	if len(theirs.Required) != 1 || theirs.Required[0] != "name" {
		t.Errorf("required of a person: %v", theirs.Required)
	}
}
