package store_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strconv"
	"testing"
	"time"

	"github.com/dossier-report/dossier/evidence"
	"github.com/dossier-report/dossier/evidence/store"
	"github.com/dossier-report/dossier/evidence/store/storetest"
)

const perBatch = 20

// script makes the batch of a step. Steps go through passes of ten pages over
// the same 200 numbers; each pass leaves one number out, and says another title
// for a tenth of them. The cursor is the next step.
func script(step int) evidence.Batch {
	const pages = 10
	pass, page := step/pages, step%pages
	b := evidence.Batch{Part: "repo", Query: "q", FetchedAt: storetest.Now(), Cursor: strconv.Itoa(step + 1),
		Begin: page == 0, End: page == pages-1}
	for n := page * perBatch; n < (page+1)*perBatch; n++ {
		if n == pass%(pages*perBatch) {
			continue
		}
		it := storetest.Item(n)
		it.Title = title(pass, n)
		b.Items = append(b.Items, evidence.Fetched{Item: it})
	}
	return b
}

func title(pass, n int) string { return fmt.Sprint("since pass ", pass-(pass-n%10+10)%10) }

// keepForEver goes on from the cursor, and says each step that is kept.
func keepForEver(args []string) error {
	ctx := context.Background()
	s, err := store.Open(ctx, args[0], store.Options{Now: storetest.Now})
	if err != nil {
		return err
	}
	at, err := s.Cursor(ctx, "github", "repo")
	if err != nil {
		return err
	}
	step, _ := strconv.Atoi(at) // "" is step 0
	fmt.Println("open")
	for ; ; step++ {
		if _, err := s.Keep(ctx, "github", script(step)); err != nil {
			return err
		}
		fmt.Println(step)
	}
}

// TestKill9LosesNothing kills a program that writes at random moments. Set
// DOSSIER_KILLS for more than 20 rounds.
func TestKill9LosesNothing(t *testing.T) {
	kills := 20
	if n, err := strconv.Atoi(os.Getenv("DOSSIER_KILLS")); err == nil {
		kills = n
	}
	path := newPath(t)
	random := rand.New(rand.NewPCG(1, 2))
	said := -1
	hear := func(ack string, kill int) {
		step, err := strconv.Atoi(ack)
		if err != nil {
			return // "open"
		}
		if step != said+1 {
			t.Fatalf("kill %d: step %d was said after %d", kill, step, said)
		}
		said = step
	}
	for kill := range kills {
		cmd := child(t, "keep", path)
		var stderr bytes.Buffer
		cmd.Stderr = &stderr
		acks := lines(t, cmd)
		// One kill in four comes while the child opens the store, the others a
		// moment after it has said some steps: the work is then under way however
		// slow the machine is.
		delay := time.Duration(random.IntN(20_000)) * time.Microsecond
		if wait := random.IntN(16) - 3; wait > 0 {
			delay /= 5
			for range wait {
				hear(<-acks, kill)
			}
		}
		time.Sleep(delay)
		if err := cmd.Process.Kill(); err != nil {
			t.Fatal(err)
		}
		for ack := range acks {
			hear(ack, kill)
		}
		_ = cmd.Wait()
		if stderr.Len() > 0 {
			t.Fatalf("kill %d: %s", kill, &stderr)
		}
		said = afterKill(t, path, kill, said)
	}
	t.Logf("%d kills, %d batches", kills, said+1)
	if said < kills {
		t.Errorf("only %d batches in %d kills: the kills came before the work", said+1, kills)
	}
}

// afterKill checks that the store holds exactly what the script says up to its
// cursor, and that the cursor is not behind what was said. It returns the last
// step kept.
func afterKill(t *testing.T, path string, kill, said int) int {
	t.Helper()
	s, err := store.Open(t.Context(), path, store.Options{Now: storetest.Now})
	if err != nil {
		t.Fatalf("kill %d: %v", kill, err)
	}
	defer s.Close()
	wantClean(t, s)
	at, err := s.Cursor(t.Context(), "github", "repo")
	if err != nil {
		t.Fatal(err)
	}
	next, _ := strconv.Atoi(at)
	if next != said+1 && next != said+2 {
		t.Fatalf("kill %d: step %d was said, and the cursor is %q", kill, said, at)
	}
	if err := agrees(t, s, next); err != nil {
		t.Fatalf("kill %d, step %d: %v", kill, next, err)
	}
	return next - 1
}

// agrees compares the store with a model that took the first steps.
func agrees(t *testing.T, s *store.SQLite, steps int) error {
	type state struct {
		title string
		pass  int
		gone  bool
	}
	model := map[string]state{}
	for step := range steps {
		b := script(step)
		for _, f := range b.Items {
			model[f.Item.ID] = state{f.Item.Title, step / 10, false}
		}
		for id, st := range model {
			if b.End && st.pass < step/10 {
				st.gone = true
				model[id] = st
			}
		}
	}
	n := 0
	for rec, err := range s.Items(t.Context(), store.Filter{}) {
		if err != nil {
			return err
		}
		n++
		want, ok := model[rec.Item.ID]
		if !ok || rec.Item.Title != want.title || rec.GoneAt.IsZero() == want.gone {
			return fmt.Errorf("%s is %q, gone %v; want %+v", rec.Item.ID, rec.Item.Title, rec.GoneAt, want)
		}
	}
	if n != len(model) {
		return fmt.Errorf("%d items, want %d", n, len(model))
	}
	return nil
}

// TestDamagedLogOpensToAWholePrefix cuts, garbles and zeroes the log of a
// program that never closed, as a power cut may, and finds the store after some
// whole number of batches.
func TestDamagedLogOpensToAWholePrefix(t *testing.T) {
	const steps, trials = 24, 60
	from := newPath(t)
	s := openAt(t, from)
	for step := range steps {
		if _, err := s.Keep(t.Context(), "github", script(step)); err != nil {
			t.Fatal(err)
		}
	}
	file, log := read(t, from), read(t, from+"-wal")
	random := rand.New(rand.NewPCG(3, 4))
	prefixes := map[int]bool{}
	for trial := range trials {
		bad := bytes.Clone(log)
		at := random.IntN(len(bad))
		end := min(len(bad), at+1+random.IntN(8192))
		switch trial % 3 {
		case 0:
			bad = bad[:at]
		case 1:
			for i := at; i < end; i++ {
				bad[i] ^= byte(1 + random.IntN(255))
			}
		case 2:
			clear(bad[at:end])
		}
		path := newPath(t)
		write(t, path, file)
		write(t, path+"-wal", bad)
		s, err := store.Open(t.Context(), path, store.Options{Now: storetest.Now})
		if err != nil {
			t.Fatalf("trial %d: %v", trial, err)
		}
		wantClean(t, s)
		at2, err := s.Cursor(t.Context(), "github", "repo")
		if err != nil {
			t.Fatal(err)
		}
		next, _ := strconv.Atoi(at2)
		if err := agrees(t, s, next); err != nil {
			t.Errorf("trial %d: after %d steps: %v", trial, next, err)
		}
		prefixes[next] = true
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	}
	t.Logf("%d different prefixes in %d trials", len(prefixes), trials)
	if len(prefixes) < 5 {
		t.Errorf("only the prefixes %v: the damage did not reach the log", prefixes)
	}
}

// TestT35FlippedByteIsNeverASilentWrongAnswer flips one byte at 200 places.
func TestT35FlippedByteIsNeverASilentWrongAnswer(t *testing.T) {
	from := newPath(t)
	s, err := store.Open(t.Context(), from, store.Options{Now: storetest.Now})
	if err != nil {
		t.Fatal(err)
	}
	const steps = 23
	for step := range steps {
		if _, err := s.Keep(t.Context(), "github", script(step)); err != nil {
			t.Fatal(err)
		}
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	whole := read(t, from)
	random := rand.New(rand.NewPCG(5, 6))
	var refused, found, right int
	for trial := range 200 {
		at := random.IntN(len(whole))
		if trial < 50 {
			at = 2 * trial // the head of the file, on which all hangs
		}
		bad := bytes.Clone(whole)
		bad[at] ^= byte(1 + random.IntN(255))
		path := newPath(t)
		write(t, path, bad)
		s, err := store.Open(t.Context(), path, store.Options{Now: storetest.Now})
		if err != nil {
			refused++
			if !bytes.Equal(read(t, path), bad) {
				t.Errorf("byte %d: a file that was refused was changed", at)
			}
			continue
		}
		h, err := s.Check(t.Context())
		if err != nil || len(h.Problems) > 0 {
			found++
		} else if err := agrees(t, s, steps); err != nil {
			t.Errorf("byte %d: the check is clean, but %v", at, err)
		} else {
			right++
		}
		_ = s.Close() // may say that the file is damaged
	}
	t.Logf("%d refused, %d found by the check, %d harmless", refused, found, right)
	if refused == 0 || found == 0 {
		t.Error("no damage was done")
	}
}

func read(t *testing.T, path string) []byte {
	t.Helper()
	b, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func write(t *testing.T, path string, b []byte) {
	t.Helper()
	err := os.MkdirAll(filepath.Dir(path), 0o700)
	if err := errors.Join(err, os.WriteFile(path, b, 0o600)); err != nil {
		t.Fatal(err)
	}
}

// openOnce only opens the store, which migrates an old one.
func openOnce(args []string) error {
	fmt.Println("start")
	s, err := store.Open(context.Background(), args[0], store.Options{Now: storetest.Now})
	if err != nil {
		return err
	}
	return s.Close()
}

// TestF30KillDuringMigrationLosesNothing kills the change of an old schema at
// random moments; the next program finds one schema or the other.
func TestF30KillDuringMigrationLosesNothing(t *testing.T) {
	text := read(t, "testdata/schema-1.sql")
	random := rand.New(rand.NewPCG(9, 10))
	for kill := range 12 {
		path := sqlFile(t, string(text))
		cmd := child(t, "open", path)
		<-lines(t, cmd)
		time.Sleep(time.Duration(random.IntN(12_000)) * time.Microsecond)
		_ = cmd.Process.Kill() // it may be through
		_ = cmd.Wait()
		s := openAt(t, path)
		if h := wantClean(t, s); h.Items != 4 || h.Parts != 3 || h.Runs != 2 {
			t.Errorf("kill %d: the store holds %+v", kill, h)
		}
	}
}
