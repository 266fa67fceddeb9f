package main

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"go.yaml.in/yaml/v4"

	"github.com/dossier-report/dossier/config"
)

// deskWorld is a terminal-less machine with a folder of its own.
func deskWorld(t *testing.T) (*world, *bytes.Buffer) {
	t.Helper()
	var said bytes.Buffer
	dir := t.TempDir()
	return &world{stdin: strings.NewReader(""), stdout: &said, stderr: &said, getenv: func(string) string { return "" }, name: "dossier", exe: "/opt/my bin/dossier",
		now: func() time.Time { return time.Date(2026, 6, 30, 16, 0, 0, 0, time.UTC) }, dir: dir, home: dir, zone: time.UTC}, &said
}

const remoteConfig = `person: {name: Robin Vale, github: robin-v, emails: [robin@example.org]}
sources:
  # token: env:OLD_TOKEN
  github: {orgs: [acme]}
  jira: {url: "https://acme.atlassian.net", token: "env:GITHUB_STYLE"}
  git: {paths: ["/src/*"]}
objectives: [{use: senior-ml-scientist}]
`

// initTestWorkflow is the workflow that init writes for a configuration in a
// folder of a clone, by a build that knows its commit.
func initTestWorkflow(t *testing.T) []byte {
	t.Helper()
	w, said := deskWorld(t)
	for _, d := range []string{".git", "it's me"} {
		if err := os.Mkdir(filepath.Join(w.dir, d), 0o755); err != nil {
			t.Fatal(err)
		}
	}
	put(t, w.dir, "it's me/dossier.yaml", remoteConfig)
	if code := run(t.Context(), w, []string{"init", "--workflow", "--config", "it's me/dossier.yaml"}); code != 0 {
		t.Fatal(said.String())
	}
	raw, err := os.ReadFile(filepath.Join(w.dir, workflowPath))
	if err != nil {
		t.Fatal(err)
	}
	// A build without its commit names a branch and says that it has to be pinned.
	text := string(raw)
	if i := strings.Index(text, "dossier-report/dossier@main # replace it"); i > 0 {
		text = strings.Replace(text, "dossier@main", "dossier@"+strings.Repeat("a", 40), 1)
	}
	return []byte(text)
}

func TestInitWritesAWorkflowForTheConfiguration(t *testing.T) {
	var w workflow
	if err := yaml.Unmarshal(initTestWorkflow(t), &w); err != nil {
		t.Fatal(err)
	}
	s := w.Jobs["report"].Steps[1]
	if s.With["config"] != "it's me/dossier.yaml" || s.With["sources"] != "github, jira" {
		t.Errorf("with: %v", s.With)
	}
	want := map[string]string{"GH_TOKEN": "${{ secrets.GH_TOKEN }}", "GITHUB_STYLE": "${{ secrets.DOSSIER_GITHUB_STYLE }}"}
	for k, v := range want {
		if s.Env[k] != v {
			t.Errorf("%s is %q, want %q", k, s.Env[k], v)
		}
	}
	if len(s.Env) != len(want) {
		t.Errorf("env: %v", s.Env)
	}
	if got := actionRef(strings.Repeat("b", 40)); !strings.HasPrefix(got, strings.Repeat("b", 40)+" # ") {
		t.Errorf("a build that knows its commit names %s", got)
	}
}

func TestInitKeepsAWorkflowThatIsThere(t *testing.T) {
	w, said := deskWorld(t)
	put(t, w.dir, "dossier.yaml", remoteConfig)
	if code := run(t.Context(), w, []string{"init", "--workflow"}); code != 0 {
		t.Fatal(said.String())
	}
	path := filepath.Join(w.dir, workflowPath)
	if err := os.WriteFile(path, []byte("mine"), 0o600); err != nil {
		t.Fatal(err)
	}
	if code := run(t.Context(), w, []string{"init", "--workflow"}); code != exitFailed || !strings.Contains(said.String(), "is there already") {
		t.Errorf("exit %d\n%s", code, said.String())
	}
	if raw, _ := os.ReadFile(path); string(raw) != "mine" {
		t.Error("it was overwritten")
	}
	if code := run(t.Context(), w, []string{"init", "--workflow", "--force"}); code != 0 {
		t.Error(said.String())
	}
	if raw, _ := os.ReadFile(filepath.Join(w.dir, config.FileName)); string(raw) != remoteConfig {
		t.Error("the configuration that was there is changed")
	}
}
