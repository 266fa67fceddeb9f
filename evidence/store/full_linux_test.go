package store_test

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/signal"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"

	"github.com/dossier-report/dossier/evidence"
	"github.com/dossier-report/dossier/evidence/store"
	"github.com/dossier-report/dossier/evidence/store/storetest"
)

// untilFull keeps batches of growing content until the store gives an error,
// and returns it with the number of steps kept.
func untilFull(s *store.SQLite, step int) (int, error) {
	for ; step < 100_000; step++ {
		if _, err := s.Keep(context.Background(), "github", large(step)); err != nil {
			return step, err
		}
	}
	return step, errors.New("the disk is never full")
}

// large is a step of the script with a part that always grows.
func large(step int) evidence.Batch {
	b := script(step)
	it := storetest.Item(1_000_000 + step)
	it.Text = strings.Repeat("words ", 2000)
	b.Items = append(b.Items, evidence.Fetched{Item: it})
	b.Begin, b.End = false, false
	return b
}

// holds checks that the store has all of the steps and nothing more.
func holds(t *testing.T, s *store.SQLite, steps int) {
	t.Helper()
	wantClean(t, s)
	if at, err := s.Cursor(t.Context(), "github", "repo"); err != nil || at != strconv.Itoa(steps) {
		t.Errorf("cursor is %q, %v; want %d", at, err, steps)
	}
	n := 0
	for rec, err := range s.Items(t.Context(), store.Filter{}) {
		if err != nil {
			t.Fatal(err)
		}
		if strings.HasPrefix(rec.Item.ID, "github:acme/api#10") && len(rec.Item.ID) > len("github:acme/api#199") {
			n++
		}
	}
	if n != steps {
		t.Errorf("%d large items, want %d", n, steps)
	}
}

func TestF33FullDiskLosesNothing(t *testing.T) {
	dir := t.TempDir()
	if err := syscall.Mount("tmpfs", dir, "tmpfs", 0, "size=4m,mode=0700"); err != nil {
		t.Skipf("a small disk cannot be mounted: %v", err)
	}
	t.Cleanup(func() {
		if err := syscall.Unmount(dir, syscall.MNT_DETACH); err != nil {
			t.Error(err)
		}
	})
	filler := filepath.Join(dir, "filler")
	if err := os.WriteFile(filler, make([]byte, 2<<20), 0o600); err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(dir, "dossier", "store.db")
	s := openAt(t, path)
	steps, err := untilFull(s, 0)
	if !strings.Contains(err.Error(), path) || !strings.Contains(err.Error(), "full") {
		t.Errorf("error is %v", err)
	}
	if steps == 0 {
		t.Fatal("nothing fitted")
	}
	holds(t, s, steps)
	if again, err := untilFull(s, steps); err == nil || again < steps {
		t.Errorf("step %d on a full disk: %v", again, err)
	} else {
		steps = again
	}
	if err := os.Remove(filler); err != nil {
		t.Fatal(err)
	}
	for range 5 {
		if _, err := s.Keep(t.Context(), "github", large(steps)); err != nil {
			t.Fatalf("after space was freed: %v", err)
		}
		steps++
	}
	holds(t, s, steps)
}

// fillUp runs into a limit on the size of files.
func fillUp(args []string) error {
	signal.Ignore(syscall.SIGXFSZ)
	s, err := store.Open(context.Background(), args[0], store.Options{Now: storetest.Now})
	if err != nil {
		return err
	}
	if err := syscall.Setrlimit(syscall.RLIMIT_FSIZE, &syscall.Rlimit{Cur: 1 << 20, Max: 1 << 20}); err != nil {
		return err
	}
	steps, err := untilFull(s, 0)
	fmt.Println(steps)
	fmt.Printf("%q\n", err)
	return nil
}

func TestF33FileSizeLimitLosesNothing(t *testing.T) {
	path := newPath(t)
	cmd := child(t, "fill", path)
	out := lines(t, cmd)
	steps, err := strconv.Atoi(<-out)
	if err != nil || steps == 0 {
		t.Fatalf("%d steps, %v", steps, err)
	}
	if says := <-out; !strings.Contains(says, path) || !strings.Contains(says, `\n`) {
		t.Errorf("error is %s, want the path and advice", says)
	}
	if err := cmd.Wait(); err != nil {
		t.Fatal(err)
	}
	s := openAt(t, path)
	holds(t, s, steps)
	if _, err := s.Keep(t.Context(), "github", large(steps)); err != nil {
		t.Errorf("without the limit: %v", err)
	}
}
