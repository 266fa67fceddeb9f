package store_test

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/dossier-report/dossier/evidence/store"
	"github.com/dossier-report/dossier/evidence/store/storetest"
)

// The tests that need a second process run this binary again: the variable
// names what the child does, and its arguments are the child's.
const childVariable = "DOSSIER_STORE_CHILD"

var children = map[string]func(args []string) error{
	"keep":  keepForEver,
	"share": keepShare,
	"hold":  holdLock,
	"fill":  fillUp,
	"open":  openOnce,
}

func TestMain(m *testing.M) {
	if name := os.Getenv(childVariable); name != "" {
		if err := children[name](os.Args[1:]); err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
		os.Exit(0)
	}
	os.Exit(m.Run())
}

func child(t *testing.T, name string, args ...string) *exec.Cmd {
	t.Helper()
	exe, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.CommandContext(t.Context(), exe, args...)
	cmd.Env = append(os.Environ(), childVariable+"="+name)
	cmd.Stderr = t.Output() // what a child that fails says
	return cmd
}

// lines starts a child and returns its lines as they come.
func lines(t *testing.T, cmd *exec.Cmd) <-chan string {
	t.Helper()
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	ch := make(chan string, 1<<16)
	go func() {
		defer close(ch)
		// Only a whole line was said: a killed child may leave half of one.
		for r := bufio.NewReader(out); ; {
			line, err := r.ReadString('\n')
			if err != nil {
				_, _ = io.Copy(io.Discard, r)
				return
			}
			ch <- strings.TrimSuffix(line, "\n")
		}
	}()
	return ch
}

func newPath(t testing.TB) string { return filepath.Join(t.TempDir(), "dossier", "store.db") }

func openAt(t testing.TB, path string) *store.SQLite {
	t.Helper()
	s, err := store.Open(context.Background(), path, store.Options{Now: storetest.Now})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := s.Close(); err != nil {
			t.Errorf("close: %v", err)
		}
	})
	return s
}

func wantClean(t *testing.T, s *store.SQLite) store.Health {
	t.Helper()
	h, err := s.Check(t.Context())
	if err != nil || len(h.Problems) > 0 {
		t.Fatalf("check finds %q, %v", h.Problems, err)
	}
	return h
}
