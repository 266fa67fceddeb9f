package main

import (
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/dossier-report/dossier/report"
)

// Twenty experiments under DVC: what the commits changed in their metrics reaches
// the page of the objective that they serve, the most telling first.
func TestExperimentsReachTheReproductionPage(t *testing.T) {
	dir := t.TempDir()
	write := func(name, text string) {
		t.Helper()
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	run := func(at string, name string, args ...string) string {
		t.Helper()
		cmd := exec.Command(name, args...)
		cmd.Dir = dir
		cmd.Env = append(os.Environ(), "HOME="+dir, "GIT_CONFIG_NOSYSTEM=1", "GIT_CONFIG_GLOBAL=/dev/null", "SOURCE_DATE_EPOCH=1782860400",
			"GIT_AUTHOR_DATE="+at, "GIT_COMMITTER_DATE="+at)
		out, err := cmd.Output()
		if err != nil {
			t.Fatalf("%s %s: %v", name, strings.Join(args, " "), err)
		}
		return string(out)
	}
	run("", "git", "init", "-q", "-b", "main")
	run("", "git", "config", "user.name", "Robin Vale")
	run("", "git", "config", "user.email", "robin@example.org")
	write("dvc.yaml", "stages:\n  eval:\n    cmd: python eval.py\n    params: [train.lr]\n    metrics: [metrics.json]\n")
	fids := []float64{12.3}
	for i := range 18 {
		fids = append(fids, 12.3-0.02*float64(i+1))
	}
	fids = append(fids, 9.8)
	for i, fid := range fids {
		write("metrics.json", fmt.Sprintf(`{"fid": %g}`, fid))
		write("params.yaml", fmt.Sprintf("train: {lr: 0.%03d}\n", i+1))
		day := fmt.Sprintf("2026-02-%02dT10:00:00Z", i+1)
		run(day, "git", "add", "-A")
		run(day, "git", "commit", "-q", "-m", fmt.Sprintf("Reproduce the FID of the paper, run %d", i+1))
	}
	write("dossier.yaml", "person: {name: Robin Vale, emails: [robin@example.org], time_zone: UTC}\nperiod: 2026-Q1\nsources: {git: {paths: [.]}}\nobjectives: [{use: senior-ml-scientist}]\n")
	out := run("", "dossier", "--store", filepath.Join(dir, "store.db"), "report", "--format", "json", "-o", "-")
	var r report.Report
	if err := json.Unmarshal([]byte(out), &r); err != nil {
		t.Fatal(err)
	}
	for _, s := range r.Objectives {
		if s.ID != "reproduction" {
			continue
		}
		if s.Count != 20 || len(s.Figures) == 0 {
			t.Fatalf("%d items and %d figures", s.Count, len(s.Figures))
		}
		// The largest change in proportion is the last run's.
		if got, want := s.Figures[0].Name+" "+s.Figures[0].Value, "fid 11.9 → 9.8"; !strings.EqualFold(got, want) {
			t.Errorf("the first figure is %q, want %q", got, want)
		}
		return
	}
	t.Fatal("there is no objective reproduction")
}
