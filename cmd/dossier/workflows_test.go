package main

import (
	"bytes"
	"crypto/sha256"
	"encoding/json"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"go.yaml.in/yaml/v4"
)

// workflow is what the rules below read of a workflow or of action.yml.
type workflow struct {
	On          any               `yaml:"on"`
	Permissions map[string]string `yaml:"permissions"`
	Jobs        map[string]struct {
		Permissions map[string]string `yaml:"permissions"`
		Uses        string            `yaml:"uses"`
		Steps       []step            `yaml:"steps"`
		TimeoutMin  int               `yaml:"timeout-minutes"`
	} `yaml:"jobs"`
	Runs struct {
		Using string `yaml:"using"`
		Steps []step `yaml:"steps"`
	} `yaml:"runs"`
	Inputs  map[string]any `yaml:"inputs"`
	Outputs map[string]any `yaml:"outputs"`
}

type step struct {
	ID   string            `yaml:"id"`
	If   string            `yaml:"if"`
	Uses string            `yaml:"uses"`
	Run  string            `yaml:"run"`
	Env  map[string]string `yaml:"env"`
	With map[string]any    `yaml:"with"`
}

func (w workflow) steps() []step {
	all := slices.Clone(w.Runs.Steps)
	for _, name := range slices.Sorted(maps.Keys(w.Jobs)) {
		all = append(all, w.Jobs[name].Steps...)
	}
	return all
}

// workflows reads action.yml, every workflow, and the one that init writes.
func workflows(t *testing.T) map[string]workflow {
	t.Helper()
	paths, err := filepath.Glob("../../.github/workflows/*.yml")
	if err != nil || len(paths) < 3 {
		t.Fatalf("%v: %v", paths, err)
	}
	all := map[string]workflow{}
	parse := func(name string, raw []byte) {
		var w workflow
		if err := yaml.Unmarshal(raw, &w); err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		if len(w.steps()) == 0 {
			t.Fatalf("%s has no steps", name)
		}
		all[name] = w
	}
	for _, p := range append(paths, "../../action.yml") {
		raw, err := os.ReadFile(p)
		if err != nil {
			t.Fatal(err)
		}
		parse(filepath.Base(p), raw)
	}
	parse("init", initTestWorkflow(t))
	return all
}

func repoFile(t *testing.T, name string) string {
	t.Helper()
	raw, err := os.ReadFile(filepath.Join("../..", name))
	if err != nil {
		t.Fatal(err)
	}
	return string(raw)
}

// T47: what others can set reaches a shell as a variable and never as its text.
func TestT47NoExpressionStandsInShell(t *testing.T) {
	for name, w := range workflows(t) {
		for _, s := range w.steps() {
			if strings.Contains(s.Run, "${{") {
				t.Errorf("%s: an expression in run: %s", name, s.Run)
			}
		}
	}
	if path, err := exec.LookPath("actionlint"); err == nil {
		if out, err := exec.Command(path, "-color=false", "../../.github/workflows/ci.yml", "../../.github/workflows/evidence.yml", "../../.github/workflows/release.yml").CombinedOutput(); err != nil {
			t.Errorf("actionlint: %v\n%s", err, out)
		}
	}
}

var pinned = regexp.MustCompile(`^[\w.-]+/[\w./-]+@[0-9a-f]{40}$`)

// T48: a tag can be moved, a commit cannot.
func TestT48EveryActionIsPinnedByItsCommit(t *testing.T) {
	for name, w := range workflows(t) {
		for _, s := range w.steps() {
			if s.Uses == "" || strings.HasPrefix(s.Uses, "./") {
				continue
			}
			if !pinned.MatchString(s.Uses) {
				t.Errorf("%s: %s is not pinned", name, s.Uses)
			}
		}
		for job, j := range w.Jobs {
			if j.Uses != "" {
				t.Errorf("%s: %s calls a workflow, %s", name, job, j.Uses)
			}
		}
	}
	comment := regexp.MustCompile(`uses: [^./#\s][^#\n]*@[0-9a-f]{40}[ \t]*(#[^\n]*)?`)
	version, commits := regexp.MustCompile(`^# v\d+\.\d+\.\d+$`), map[string]string{}
	for _, file := range []string{"action.yml", ".github/workflows/ci.yml", ".github/workflows/evidence.yml", ".github/workflows/release.yml"} {
		for _, m := range comment.FindAllStringSubmatch(repoFile(t, file), -1) {
			if !version.MatchString(strings.TrimSpace(m[1])) {
				t.Errorf("%s: %s does not say its version", file, m[0])
			}
			uses, _, _ := strings.Cut(strings.TrimPrefix(m[0], "uses: "), " ")
			action, commit, _ := strings.Cut(uses, "@")
			if old := commits[action]; old != "" && old != commit {
				t.Errorf("%s is pinned to two commits", action)
			}
			commits[action] = commit
		}
	}
	if len(commits) < 5 {
		t.Errorf("only %v found", commits)
	}
}

// T49: a token may do what its job needs, and what that is stands here.
func TestT49PermissionsAreLeast(t *testing.T) {
	read := map[string]string{"contents": "read"}
	allowed := map[string]map[string]string{
		"ci.yml/run": read, "evidence.yml/demo": read, "init/report": read, "release.yml/build": read,
		"release.yml/publish": {"contents": "write", "id-token": "write", "attestations": "write", "actions": "read"},
	}
	for name, w := range workflows(t) {
		if name == "action.yml" {
			continue
		}
		if w.Permissions == nil || len(w.Permissions) != 0 {
			t.Errorf("%s: top permissions are %v, want {}", name, w.Permissions)
		}
		for job, j := range w.Jobs {
			if want, known := allowed[name+"/"+job]; !known || !maps.Equal(j.Permissions, want) {
				t.Errorf("%s: %s has %v, want %v", name, job, j.Permissions, want)
			}
			if j.TimeoutMin == 0 {
				t.Errorf("%s: %s has no timeout", name, job)
			}
		}
	}
}

// T50: no event that gives secrets to what others propose, no credentials left
// behind for later steps, no cache in a release.
func TestT50NoWorkflowTrustsForeignWork(t *testing.T) {
	for name, w := range workflows(t) {
		on, err := json.Marshal(w.On)
		if err != nil {
			t.Fatal(err)
		}
		for _, bad := range []string{"pull_request_target", "workflow_run", "issue_comment", "repository_dispatch"} {
			if strings.Contains(string(on), bad) {
				t.Errorf("%s runs on %s", name, bad)
			}
		}
		for _, s := range w.steps() {
			if strings.HasPrefix(s.Uses, "actions/checkout@") && s.With["persist-credentials"] != false {
				t.Errorf("%s: checkout leaves its credentials behind", name)
			}
			if name == "release.yml" && (strings.HasPrefix(s.Uses, "actions/cache") || strings.HasPrefix(s.Uses, "actions/setup-go@") && s.With["cache"] != false) {
				t.Errorf("a release uses the cache that other runs write: %s", s.Uses)
			}
		}
	}
}

// T51, the Action's own steps: what is uploaded and cached is what the program
// lets through, and does not stay for long.
func TestT51ActionUploadsOnlyWhatTheProgramNames(t *testing.T) {
	seen := 0
	for _, s := range workflows(t)["action.yml"].Runs.Steps {
		switch {
		case strings.HasPrefix(s.Uses, "actions/upload-artifact@"):
			seen++
			if !strings.Contains(s.If, "steps.report.outputs.files != ''") || s.With["path"] != "${{ steps.report.outputs.files }}" ||
				s.With["retention-days"] != 7 || s.With["if-no-files-found"] != "error" {
				t.Errorf("upload: %s %v", s.If, s.With)
			}
		case strings.HasPrefix(s.Uses, "actions/cache/save@"):
			seen++
			if !strings.Contains(s.If, "steps.report.outputs.keep-store == 'true'") {
				t.Errorf("the store is cached if %s", s.If)
			}
		}
	}
	if seen != 2 {
		t.Errorf("%d steps found", seen)
	}
}

// T52: what runs is built from the Action's own commit; no program is fetched.
func TestT52ActionRunsOnlyItsOwnCheckout(t *testing.T) {
	w := workflows(t)["action.yml"]
	if w.Runs.Using != "composite" {
		t.Fatalf("using %s", w.Runs.Using)
	}
	fetch := regexp.MustCompile(`curl|wget|gh release|gh api|go install|go run|docker|npx|pip|https?://`)
	built := false
	for _, s := range w.Runs.Steps {
		if m := fetch.FindString(s.Run); m != "" {
			t.Errorf("a step fetches something with %s: %s", m, s.Run)
		}
		if strings.Contains(s.Run, "go build") {
			built = strings.Contains(s.Run, `-C "$GITHUB_ACTION_PATH"`) && strings.Contains(s.Env["GOFLAGS"], "-mod=readonly")
		}
	}
	if !built {
		t.Error("the program is not built from the Action's own folder with the modules of go.sum alone")
	}
}

func TestActionsInputsReachTheProgram(t *testing.T) {
	w := workflows(t)["action.yml"]
	var report step
	for _, s := range w.Runs.Steps {
		if s.ID == "report" {
			report = s
		}
	}
	for name := range w.Inputs {
		variable := "INPUT_" + strings.ToUpper(strings.ReplaceAll(name, "-", "_"))
		if report.Env[variable] != "${{ inputs."+name+" }}" {
			t.Errorf("input %s: %s is %q", name, variable, report.Env[variable])
		}
	}
	want := []string{"items-found", "items-new", "json-path", "partial", "period", "report-path", "todo-count"}
	if got := slices.Sorted(maps.Keys(w.Outputs)); !slices.Equal(got, want) {
		t.Errorf("outputs %v, want %v", got, want)
	}
	for name := range w.Inputs {
		if strings.Contains(name, "token") {
			t.Errorf("%s: tokens are given as variables", name)
		}
	}
}

var licences = regexp.MustCompile(`(?i)MIT License|Permission is hereby granted, free of charge|Apache License|Redistribution and use in source and binary forms|Mozilla Public License|Permission to use, copy, modify, and(/or)? distribute|This is free and unencumbered`)

// T53: every module that is linked in is known to go.sum and comes under a
// licence that lets it be given on.
func TestT53EveryModuleIsSummedAndFree(t *testing.T) {
	out, err := exec.Command("go", "list", "-mod=readonly", "-deps", "-f", "{{with .Module}}{{.Path}}\t{{.Version}}\t{{.Dir}}{{end}}", ".").Output()
	if err != nil {
		t.Fatal(err)
	}
	sums, seen := repoFile(t, "go.sum"), map[string]bool{}
	for _, line := range strings.Split(strings.TrimSpace(string(out)), "\n") {
		f := strings.Split(line, "\t")
		if len(f) != 3 || f[1] == "" || seen[f[0]] {
			continue
		}
		seen[f[0]] = true
		if !strings.Contains(sums, f[0]+" "+f[1]+" h1:") {
			t.Errorf("go.sum does not have %s %s", f[0], f[1])
		}
		files, _ := filepath.Glob(filepath.Join(f[2], "*"))
		free := slices.ContainsFunc(files, func(p string) bool {
			base := strings.ToUpper(filepath.Base(p))
			if !strings.HasPrefix(base, "LICEN") && !strings.HasPrefix(base, "COPYING") && !strings.HasPrefix(base, "UNLICENSE") {
				return false
			}
			raw, err := os.ReadFile(p)
			return err == nil && licences.Match(raw)
		})
		if !free {
			t.Errorf("%s: no licence that is known to be free", f[0])
		}
	}
	if len(seen) < 10 {
		t.Errorf("only %d modules", len(seen))
	}
	for _, words := range []string{"-mod=readonly", "go mod verify"} {
		if !strings.Contains(repoFile(t, ".ci/run"), words) {
			t.Errorf(".ci/run does not say %s", words)
		}
	}
}

// T54: the release's own build gives the same bytes in two folders, and what a
// release holds has the names that gh looks for.
func TestT54SameBytesFromTwoFolders(t *testing.T) {
	if os.Getenv("DOSSIER_BUILDS") == "" {
		t.Skip("builds the program twice, from nothing: DOSSIER_BUILDS=1 asks for it")
	}
	if _, err := exec.LookPath("bash"); err != nil {
		t.Skip("needs bash")
	}
	var built [2][]byte
	for i, name := range []string{"one", "two/deeper"} {
		src := filepath.Join(t.TempDir(), name)
		copyTree(t, "../..", src)
		out := filepath.Join(t.TempDir(), "dist")
		cmd := exec.Command("bash", ".github/release.sh", "v1.2.3", strings.Repeat("a", 40), out, "linux/amd64")
		cmd.Dir = src
		if said, err := cmd.CombinedOutput(); err != nil {
			t.Fatalf("%v\n%s", err, said)
		}
		var err error
		if built[i], err = os.ReadFile(filepath.Join(out, "gh-dossier_v1.2.3_linux-amd64")); err != nil {
			t.Fatal(err)
		}
		sum, err := os.ReadFile(filepath.Join(out, "checksums.txt"))
		if err != nil || bytes.Count(sum, []byte("\n")) != 2 {
			t.Errorf("checksums: %v\n%s", err, sum)
		}
		raw, err := os.ReadFile(filepath.Join(out, "sbom.cdx.json"))
		if err != nil {
			t.Fatal(err)
		}
		var bom struct {
			Components []struct{ Name, Version, PURL string }
		}
		if err := json.Unmarshal(raw, &bom); err != nil || len(bom.Components) < 10 || !strings.HasPrefix(bom.Components[1].PURL, "pkg:golang/") {
			t.Errorf("what is in it: %v, %d components", err, len(bom.Components))
		}
	}
	if sha256.Sum256(built[0]) != sha256.Sum256(built[1]) {
		t.Error("two folders give different programs")
	}
	if size := len(built[0]); size > 30<<20 {
		t.Errorf("the program has %d bytes", size)
	}
}

// copyTree copies what is built: no history, no reports.
func copyTree(t *testing.T, from, to string) {
	t.Helper()
	for _, name := range []string{"cmd", "collectors", "config", "evidence", "objectives", "report", ".github", "go.mod", "go.sum"} {
		path := filepath.Join(from, name)
		if stat, err := os.Stat(path); err != nil {
			t.Fatal(err)
		} else if stat.IsDir() {
			if err := os.CopyFS(filepath.Join(to, name), os.DirFS(path)); err != nil {
				t.Fatal(err)
			}
			continue
		}
		raw, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		put(t, to, name, string(raw))
	}
}
