package config

import (
	"bytes"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/dossier-report/dossier/collectors"
	"github.com/dossier-report/dossier/evidence"
	"github.com/dossier-report/dossier/objectives"
	"github.com/dossier-report/dossier/report"
)

// minimal is the least that a configuration holds.
const minimal = "person: {name: Robin Vale}\n"

func environment(pairs ...string) func(string) string {
	return func(name string) string {
		for i := 0; i < len(pairs); i += 2 {
			if pairs[i] == name {
				return pairs[i+1]
			}
		}
		return ""
	}
}

func mustParse(t *testing.T, text string) *Config {
	t.Helper()
	c, err := Parse("/conf/dossier.yaml", []byte(text), Env{Home: "/home/robin"})
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func TestExampleIsReadWhole(t *testing.T) {
	c := mustParse(t, string(Example()))
	if want := (evidence.Identity{
		Name: "Robin Vale", Role: "Machine-learning scientist",
		Logins: map[string][]string{"github": {"robin-v"}, "jira": {"robin@example.org"},
			"confluence": {"robin@example.org"}, "slack": {"U024BE7LH"}},
		Emails: []string{"robin@example.org", "robin.vale@example.com"},
	}); !cmp.Equal(c.Self, want) {
		t.Errorf("self: %s", cmp.Diff(want, c.Self))
	}
	if want := (evidence.People{
		{Name: "Ana Duarte", Relation: "junior", Logins: map[string][]string{"github": {"ana-d"}}},
		{Name: "Maria Lind", Relation: "leader", Role: "delivery lead",
			Logins: map[string][]string{"jira": {"maria@example.org"}, "confluence": {"maria@example.org"}}},
		{Name: "Jonas Weber", Relation: "manager"},
	}); !cmp.Equal(c.People, want) {
		t.Errorf("people: %s", cmp.Diff(want, c.People))
	}
	if c.Manager != "Jonas Weber" || c.Zone.String() != "America/Vancouver" || c.Period != "2026-H1" || c.FiscalStart != time.January {
		t.Errorf("manager %q, zone %s, period %q, fiscal year from %s", c.Manager, c.Zone, c.Period, c.FiscalStart)
	}
	var names []string
	for _, s := range c.Sources {
		names = append(names, s.Name)
	}
	if want := []string{"github", "jira", "confluence", "slack", "git", "notes", "calendar", "files"}; !cmp.Equal(names, want) { // what they hold is for cmd/dossier to test
		t.Errorf("sources %v", names)
	}
	template, err := objectives.Template("senior-ml-scientist")
	if err != nil {
		t.Fatal(err)
	}
	if n := len(template); len(c.Objectives) != n+1 || c.Objectives[n].ID != "knowledge-base" || c.Objectives[n].Rules[0].Words[1] != "how to" {
		t.Errorf("%d objectives, want the template's %d and one", len(c.Objectives), n)
	}
	form := report.DefaultForm()
	form[0].Limit, form[1].Limit, form[2].Limit, form[3].Limit = 2000, 1000, 1000, 500
	if !cmp.Equal(c.Form, form) {
		t.Errorf("form: %s", cmp.Diff(form, c.Form))
	}
	if want := (Report{Paper: "A4", Review: "Mid-year review 2026"}); !cmp.Equal(c.Report, want) {
		t.Errorf("report: %s", cmp.Diff(want, c.Report))
	}
	if c.Decisions != "/conf/dossier.decisions" || c.Dir != "/conf" || len(c.Hash) != 64 {
		t.Errorf("decisions %q, dir %q, hash %q", c.Decisions, c.Dir, c.Hash)
	}
}

func TestDefaults(t *testing.T) {
	lisbon, _ := time.LoadLocation("Europe/Lisbon")
	c, err := Parse("x/dossier.yaml", []byte(minimal), Env{Zone: lisbon})
	if err != nil {
		t.Fatal(err)
	}
	if c.Period != DefaultPeriod || c.Zone != lisbon || c.FiscalStart != time.January || c.Report.Paper != "A4" || c.Store != "" ||
		c.Decisions != filepath.Join("x", "dossier.decisions") || len(c.Objectives)+len(c.Sources)+len(c.People) != 0 {
		t.Errorf("defaults: %+v", c)
	}
	if !cmp.Equal(c.Form, report.DefaultForm()) {
		t.Errorf("the form is not the default one: %v", c.Form)
	}
	if c := mustParse(t, minimal); c.Zone != time.UTC {
		t.Errorf("without a machine's zone: %s", c.Zone)
	}
}

func TestValuesAreUnderstood(t *testing.T) {
	c := mustParse(t, `
person:
  name: &me " Robin Vale "
  github: [robin-v, rv]
  confluence: 557058:abc
  emails: robin@example.org
people:
  - {name: *me, relation: peer}
period: 2026
fiscal_year_start: apr
store: ~/dossier.db
decisions: ../d
sources:
  zeta:
  alpha: {}
objectives:
  - {use: senior-ml-scientist, only: [mentoring, bottlenecks-and-backlog]}
form:
  - {title: What else?}
report: {paper: Letter, fonts: {fallback: [~/a.ttf, b.ttf, /c.ttf]}}
`)
	if c.Self.Name != "Robin Vale" || c.People[0].Name != "Robin Vale" || c.Period != "2026" || c.FiscalStart != time.April {
		t.Errorf("%+v", c)
	}
	if want := map[string][]string{"github": {"robin-v", "rv"}, "confluence": {"557058:abc"}}; !cmp.Equal(c.Self.Logins, want) {
		t.Errorf("logins %v", c.Self.Logins)
	}
	if c.Store != "/home/robin/dossier.db" || c.Decisions != "/d" {
		t.Errorf("store %q, decisions %q", c.Store, c.Decisions)
	}
	if want := []string{"/home/robin/a.ttf", "/conf/b.ttf", "/c.ttf"}; !cmp.Equal(c.Report.Fonts.Fallback, want) {
		t.Errorf("fonts %v", c.Report.Fonts.Fallback)
	}
	if len(c.Sources) != 2 || c.Sources[0].Name != "zeta" || c.Sources[1].Name != "alpha" {
		t.Errorf("the sources lost their order: %v", c.Sources)
	}
	if len(c.Objectives) != 2 || c.Objectives[0].ID != "mentoring" || c.Objectives[1].ID != "bottlenecks-and-backlog" {
		t.Errorf("objectives %v", c.Objectives)
	}
	if want := []report.FormQuestion{{Title: "What else?", Subject: report.Open}}; !cmp.Equal(c.Form, want) {
		t.Errorf("form %v", c.Form)
	}
	if again := mustParse(t, minimal+"# a comment\n"); again.Hash == mustParse(t, minimal).Hash {
		t.Error("two files have one hash")
	}
}

func TestVariablesBeatTheFile(t *testing.T) {
	text := []byte("period: 2026-H1\nperson: {name: Robin Vale}\nstore: a.db\n")
	c, err := Parse("/conf/dossier.yaml", text, Env{Getenv: environment("DOSSIER_PERIOD", "last quarter", "DOSSIER_STORE", "~/b.db"), Home: "/home/robin"})
	if err != nil {
		t.Fatal(err)
	}
	if c.Period != "last quarter" || c.Store != "/home/robin/b.db" {
		t.Errorf("period %q, store %q", c.Period, c.Store)
	}
	for key, want := range map[string]string{
		"period": "DOSSIER_PERIOD", "store": "DOSSIER_STORE", "person": "/conf/dossier.yaml:2", "form": "default", "decisions": "default", "x": "",
	} {
		if got := c.Origin(key); got != want {
			t.Errorf("%s comes from %q, want %q", key, got, want)
		}
	}
	c = mustParse(t, string(text))
	if c.Origin("period") != "/conf/dossier.yaml:1" || c.Origin("store") != "/conf/dossier.yaml:3" {
		t.Errorf("period from %q, store from %q", c.Origin("period"), c.Origin("store"))
	}
	_, err = Parse("dossier.yaml", text, Env{Getenv: environment("DOSSIER_PERIOD", "soon")})
	if err == nil || !strings.HasPrefix(err.Error(), `DOSSIER_PERIOD: period "soon" is not understood`) {
		t.Errorf("a bad variable: %v", err)
	}
}

func TestFind(t *testing.T) {
	dir, home := t.TempDir(), t.TempDir()
	_, err := Find(dir, environment("HOME", home))
	var ce *Error
	if !errors.As(err, &ce) || !errors.Is(err, fs.ErrNotExist) || !strings.Contains(err.Error(), "dossier init") || !strings.Contains(err.Error(), dir) {
		t.Errorf("none: %v", err)
	}
	put := func(path string) string {
		t.Helper()
		if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(minimal), 0o600); err != nil {
			t.Fatal(err)
		}
		return path
	}
	find := func(want string, pairs ...string) {
		t.Helper()
		if got, err := Find(dir, environment(pairs...)); got != want || err != nil {
			t.Errorf("found %q, %v, want %q", got, err, want)
		}
	}
	find(put(filepath.Join(home, ".config", "dossier", "dossier.yaml")), "HOME", home)
	find(put(filepath.Join(home, "xdg", "dossier", "dossier.yaml")), "HOME", home, "XDG_CONFIG_HOME", filepath.Join(home, "xdg"))
	find(filepath.Join(home, ".config", "dossier", "dossier.yaml"), "HOME", home, "XDG_CONFIG_HOME", "relative")
	find(put(filepath.Join(dir, "dossier.yaml")), "HOME", home)
	find("/elsewhere.yaml", "HOME", home, "DOSSIER_CONFIG", "/elsewhere.yaml") // beats the file that is there
	find(filepath.Join(dir, "mine.yaml"), "DOSSIER_CONFIG", "mine.yaml")
}

func TestLoad(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "dossier.yaml")
	if err := os.WriteFile(path, []byte(minimal), 0o600); err != nil {
		t.Fatal(err)
	}
	for mode, warned := range map[fs.FileMode]bool{0o600: false, 0o644: false, 0o664: true, 0o602: true} {
		if err := os.Chmod(path, mode); err != nil {
			t.Fatal(err)
		}
		c, err := Load(path, Env{})
		if err != nil || c.Dir != dir || len(c.Warnings) > 0 != warned {
			t.Errorf("mode %o: %v, warnings %q", mode, err, c.Warnings)
		}
	}
	for name, want := range map[string]string{"missing.yaml": "cannot be read: no such file", "": "is not a file"} {
		_, err := Load(filepath.Join(dir, name), Env{})
		var ce *Error
		if !errors.As(err, &ce) || !strings.Contains(err.Error(), want) {
			t.Errorf("%q: %v, want %q", name, err, want)
		}
	}
}

func TestStarterIsAccepted(t *testing.T) {
	for _, in := range []StarterInput{
		{},
		{Name: "Robin Vale", Role: "x", Emails: []string{"a@example.org", "b@example.org"}, GitHub: "robin-v",
			TimeZone: "America/Vancouver", Period: "2026-H1", GitPaths: []string{"~/src/*", "/c: d"},
			Templates: []string{"personal-growth", "senior-ml-scientist"}, Sources: []string{"github:\n  orgs: [acme]\n"}},
	} {
		text := Starter(in)
		c, err := Parse("dossier.yaml", text, Env{})
		if err != nil {
			t.Errorf("%+v: %v\n%s", in, err, text)
			continue
		}
		if in.Name == "" {
			continue
		}
		if c.Self.Name != in.Name || c.Self.Role != "x" || !cmp.Equal(c.Self.Emails, in.Emails) || c.Zone.String() != in.TimeZone || len(c.Sources) != 2 {
			t.Errorf("read back as %+v", c)
		}
		var git struct {
			Paths []string `yaml:"paths"`
		}
		if err := c.Sources[0].Settings.Decode(&git); err != nil || !cmp.Equal(git.Paths, in.GitPaths) {
			t.Errorf("paths %q, %v", git.Paths, err)
		}
	}
}

func FuzzStarter(f *testing.F) {
	for _, name := range []string{"", "Robin Vale", `O"Brien: 'x' \ #`, "line\nbreak", "😀", "no", "2026", "- a", "? b", "*a", "&a", "!!x y", "%TAG", "{{.}}", "\xff\x00", "\u2028\u0085\ufeff", "@x", "`"} {
		f.Add(name, name)
	}
	f.Fuzz(func(t *testing.T, name, path string) {
		text := Starter(StarterInput{Name: name, Role: name, Emails: []string{name}, GitHub: name, GitPaths: []string{path}})
		// What follows is the same for every name, and reading the template
		// takes far longer than the rest.
		text, _, cut := bytes.Cut(text, []byte("\nobjectives:\n"))
		if !cut {
			t.Fatalf("no objectives in\n%s", text)
		}
		c, err := Parse("dossier.yaml", text, Env{})
		if err != nil {
			t.Fatalf("%q, %q: %v\n%s", name, path, err, text)
		}
		if clean := strings.TrimSpace(printable(name)); clean != "" && c.Self.Name != clean {
			t.Errorf("%q is read back as %q", name, c.Self.Name)
		}
	})
}

var _ collectors.Settings = (*settings)(nil)
