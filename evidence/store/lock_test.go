package store_test

import (
	"context"
	"errors"
	"fmt"
	"os/exec"
	"strconv"
	"testing"
	"time"

	"github.com/dossier-report/dossier/evidence"
	"github.com/dossier-report/dossier/evidence/store"
	"github.com/dossier-report/dossier/evidence/store/storetest"
)

// patience is long enough for a loaded machine; no test waits for it to pass.
const patience = time.Minute

// keepShare is a run: it takes the lock, goes on from the cursor for some steps
// and gives the lock back.
func keepShare(args []string) error {
	ctx := context.Background()
	s, err := store.Open(ctx, args[0], store.Options{Now: storetest.Now, Wait: patience})
	if err != nil {
		return err
	}
	release, err := s.Lock(ctx, patience)
	if err != nil {
		return err
	}
	at, err := s.Cursor(ctx, "github", "repo")
	if err != nil {
		return err
	}
	first, _ := strconv.Atoi(at)
	var kept evidence.Kept
	for step := first; step < first+7; step++ {
		k, err := s.Keep(ctx, "github", script(step))
		if err != nil {
			return err
		}
		kept.Add(k)
	}
	fmt.Println(kept.New)
	return errors.Join(release(), s.Close())
}

// holdLock takes the lock and keeps it until it is killed.
func holdLock(args []string) error {
	ctx := context.Background()
	s, err := store.Open(ctx, args[0], store.Options{Now: storetest.Now})
	if err != nil {
		return err
	}
	if _, err := s.Lock(ctx, 0); err != nil {
		return err
	}
	fmt.Println("locked")
	time.Sleep(patience)
	return errors.New("nobody ended it")
}

func TestT37FourRunsAtOnceLoseNothing(t *testing.T) {
	path := newPath(t)
	var runs []*exec.Cmd
	var outs []<-chan string
	for range 4 {
		cmd := child(t, "share", path)
		outs = append(outs, lines(t, cmd))
		runs = append(runs, cmd)
	}
	made := 0
	for i, cmd := range runs {
		for line := range outs[i] {
			n, err := strconv.Atoi(line)
			if err != nil {
				t.Error(err)
			}
			made += n
		}
		if err := cmd.Wait(); err != nil {
			t.Error(err)
		}
	}
	s := openAt(t, path)
	h := wantClean(t, s)
	if err := agrees(t, s, 28); err != nil {
		t.Error(err)
	}
	if made != h.Items {
		t.Errorf("the runs made %d items, and the store holds %d", made, h.Items)
	}
	if at, _ := s.Cursor(t.Context(), "github", "repo"); at != "28" {
		t.Errorf("cursor is %q, want 28", at)
	}
}

func TestT37LockNamesItsHolderAndDiesWithIt(t *testing.T) {
	path := newPath(t)
	cmd := child(t, "hold", path)
	if line := <-lines(t, cmd); line != "locked" {
		t.Fatalf("the child says %q", line)
	}
	s := openAt(t, path) // reading needs no lock
	if _, err := s.Count(t.Context(), store.Filter{}); err != nil {
		t.Error(err)
	}
	_, err := s.Lock(t.Context(), 0)
	var locked *store.LockedError
	if !errors.As(err, &locked) || locked.PID != cmd.Process.Pid || locked.Path != path {
		t.Errorf("lock gives %v, want process %d", err, cmd.Process.Pid)
	}
	if err := cmd.Process.Kill(); err != nil {
		t.Fatal(err)
	}
	_ = cmd.Wait()
	release, err := s.Lock(t.Context(), 0)
	if err != nil {
		t.Fatalf("the lock of a dead process holds: %v", err)
	}
	if _, err := s.Lock(t.Context(), 0); !errors.As(err, &locked) || locked.PID == cmd.Process.Pid {
		t.Errorf("lock gives %v, which names the dead process", err)
	}
	if err := release(); err != nil {
		t.Error(err)
	}
}
