package main

import (
	"bytes"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"
)

// kills is how often TestKill9DuringCollection kills; DOSSIER_KILLS asks for
// another number (the long run is 200).
func kills(t *testing.T) int {
	if s := os.Getenv("DOSSIER_KILLS"); s != "" {
		n, err := strconv.Atoi(s)
		if err != nil {
			t.Fatal(err)
		}
		return n
	}
	if testing.Short() {
		return 2
	}
	return 6
}

// fastImport makes a repository of n commits of Robin's, some minutes apart.
func fastImport(t *testing.T, dir string, n int) {
	t.Helper()
	var in bytes.Buffer
	start := time.Date(2026, time.January, 5, 17, 0, 0, 0, time.UTC)
	for i := range n {
		at := start.Add(time.Duration(i) * 50 * time.Minute).Unix()
		message := fmt.Sprintf("Step %d of ML-%d: explain what was measured\n", i, i%97)
		content := fmt.Sprintf("%d\n", i*i)
		fmt.Fprintf(&in, "commit refs/heads/main\nauthor Robin Vale <robin@example.org> %d -0800\ncommitter Robin Vale <robin@example.org> %d -0800\n", at, at)
		fmt.Fprintf(&in, "data %d\n%s\nM 644 inline notes/%d.txt\ndata %d\n%s\n", len(message), message, i%40, len(content), content)
	}
	run := func(stdin *bytes.Buffer, args ...string) {
		cmd := exec.Command("git", args...)
		if stdin != nil {
			cmd.Stdin = stdin
		}
		if out, err := cmd.CombinedOutput(); err != nil {
			t.Fatalf("git %v: %v\n%s", args, err, out)
		}
	}
	run(nil, "init", "-q", "-b", "main", dir)
	run(&in, "-C", dir, "fast-import", "--quiet")
}

// The store after any number of kills at random moments, each followed by a run
// that goes on, is the store of one undisturbed run: nothing lost, nothing
// doubled, nothing else.
func TestKill9DuringCollection(t *testing.T) {
	dir := t.TempDir()
	fastImport(t, filepath.Join(dir, "src"), 4000)
	config := "person: {name: Robin Vale, time_zone: America/Vancouver, emails: [robin@example.org]}\n" +
		"period: 2026-H1\nsources: {git: {paths: [src]}}\nobjectives: [{use: senior-ml-scientist}]\n"
	if err := os.WriteFile(filepath.Join(dir, "dossier.yaml"), []byte(config), 0o600); err != nil {
		t.Fatal(err)
	}
	dossier := func(store string, args ...string) *exec.Cmd {
		cmd := exec.Command("dossier", append([]string{"--store", filepath.Join(dir, store)}, args...)...)
		cmd.Dir = dir
		cmd.Env = append(os.Environ(), "SOURCE_DATE_EPOCH=1782860400")
		return cmd
	}
	must := func(cmd *exec.Cmd) []byte {
		t.Helper()
		var stderr bytes.Buffer
		cmd.Stderr = &stderr
		out, err := cmd.Output()
		if err != nil {
			t.Fatalf("%v: %v\n%s", cmd.Args, err, stderr.Bytes())
		}
		return out
	}

	began := time.Now()
	must(dossier("calm.db", "collect"))
	whole := time.Since(began)
	want := must(dossier("calm.db", "export"))
	lines := map[string]bool{}
	for l := range strings.Lines(string(want)) {
		lines[l] = true
	}
	if len(lines) != 4000 {
		t.Fatalf("an undisturbed run keeps %d items, want 4000", len(lines))
	}

	rng := rand.New(rand.NewPCG(1, 2))
	inside := 0
	for i := range kills(t) {
		child := dossier("killed.db", "collect")
		var stderr bytes.Buffer
		child.Stderr = &stderr
		if err := child.Start(); err != nil {
			t.Fatal(err)
		}
		done := make(chan error, 1)
		go func() { done <- child.Wait() }()
		finished := false
		select {
		case <-time.After(time.Duration(rng.Float64() * float64(whole))):
			if err := child.Process.Kill(); err == nil {
				inside++
			}
			<-done
		case err := <-done:
			if err != nil {
				t.Fatalf("run %d: %v\n%s", i, err, stderr.Bytes())
			}
			finished = true
		}
		if i%10 == 9 || finished {
			seen := map[string]bool{}
			for l := range strings.Lines(string(must(dossier("killed.db", "export")))) {
				if !lines[l] {
					t.Fatalf("after kill %d the store holds what no undisturbed run keeps: %.200s", i, l)
				}
				if seen[l] {
					t.Fatalf("after kill %d the store holds an item twice: %.200s", i, l)
				}
				seen[l] = true
			}
		}
		if finished { // nothing is left to be killed in: begin anew
			for _, end := range []string{"", "-wal", "-shm"} {
				if err := os.Remove(filepath.Join(dir, "killed.db"+end)); err != nil && !os.IsNotExist(err) {
					t.Fatal(err)
				}
			}
		}
	}
	must(dossier("killed.db", "collect"))
	if got := must(dossier("killed.db", "export")); !bytes.Equal(got, want) {
		t.Errorf("after %d kills the store differs from an undisturbed run's: %d and %d bytes", inside, len(got), len(want))
	}
	must(dossier("killed.db", "doctor"))
	t.Logf("%d kills during collection; an undisturbed run takes %v", inside, whole.Round(time.Millisecond))
}
