package store_test

import (
	"bytes"
	"context"
	"database/sql"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"

	"github.com/dossier-report/dossier/evidence/store"
	"github.com/dossier-report/dossier/evidence/store/storetest"
)

// modes lists the modes of the folder and of all files in it.
func modes(t *testing.T, dir string) map[string]fs.FileMode {
	t.Helper()
	found := map[string]fs.FileMode{}
	err := filepath.WalkDir(dir, func(path string, e fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		info, err := e.Info()
		found[e.Name()] = info.Mode().Perm()
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return found
}

func onUnix(t *testing.T) {
	if runtime.GOOS == "windows" {
		t.Skip("file modes do not count here")
	}
}

func TestT35NobodyElseCanReadTheStore(t *testing.T) {
	onUnix(t)
	for _, name := range []string{"new", "wider folder and files"} {
		path := filepath.Join(t.TempDir(), "a", "b", "store.db")
		dir := filepath.Dir(path)
		if name != "new" {
			s := openAt(t, path)
			if _, err := s.Keep(t.Context(), "github", script(0)); err != nil {
				t.Fatal(err)
			}
			for file := range modes(t, dir) {
				if file != "b" {
					if err := os.Chmod(filepath.Join(dir, file), 0o644); err != nil {
						t.Fatal(err)
					}
				}
			}
			if err := os.Chmod(dir, 0o755); err != nil {
				t.Fatal(err)
			}
		}
		s := openAt(t, path)
		if _, err := s.Keep(t.Context(), "github", script(1)); err != nil {
			t.Fatal(err)
		}
		release, err := s.Lock(t.Context(), 0)
		if err != nil {
			t.Fatal(err)
		}
		got := modes(t, dir)
		for _, file := range []string{"store.db", "store.db-wal", "store.db-shm", "store.db.lock"} {
			if got[file] != 0o600 {
				t.Errorf("%s: %s has mode %04o, want 0600", name, file, got[file])
			}
		}
		if got["b"] != 0o700 {
			t.Errorf("%s: the folder has mode %04o, want 0700", name, got["b"])
		}
		if err := release(); err != nil {
			t.Error(err)
		}
	}
}

func TestT35FolderOfOtherThings(t *testing.T) {
	onUnix(t)
	for _, c := range []struct {
		mode   fs.FileMode
		refuse bool
	}{
		{0o700, false}, {0o755, false}, {0o777, true}, {0o775, true}, {0o777 | fs.ModeSticky, true},
	} {
		dir := t.TempDir()
		if err := os.WriteFile(filepath.Join(dir, "letter.txt"), nil, 0o644); err != nil {
			t.Fatal(err)
		}
		if err := os.Chmod(dir, c.mode); err != nil {
			t.Fatal(err)
		}
		s, err := store.Open(t.Context(), filepath.Join(dir, "store.db"), store.Options{Now: storetest.Now})
		if err == nil {
			err = s.Close()
		}
		if c.refuse {
			wantRefused(t, c.mode.String(), err, store.Unsafe)
		} else if err != nil {
			t.Errorf("%v: %v", c.mode, err)
		}
		if info, _ := os.Stat(dir); info.Mode()&(fs.ModePerm|fs.ModeSticky) != c.mode {
			t.Errorf("%v: the folder was made %v", c.mode, info.Mode())
		}
	}
}

func TestT35AnotherUsersStoreIsRefused(t *testing.T) {
	if os.Geteuid() != 0 {
		t.Skip("only root can give a file away")
	}
	for _, which := range []string{"file", "folder", "log"} {
		path := newPath(t)
		s := openAt(t, path)
		if _, err := s.Keep(t.Context(), "github", script(0)); err != nil {
			t.Fatal(err)
		}
		theirs := map[string]string{"file": path, "folder": filepath.Dir(path), "log": path + "-wal"}[which]
		if err := os.Chown(theirs, 12345, 12345); err != nil {
			t.Fatal(err)
		}
		_, err := store.Open(t.Context(), path, store.Options{Now: storetest.Now})
		wantRefused(t, which, err, store.Unsafe)
	}
}

func wantRefused(t *testing.T, name string, err error, why store.Refusal) {
	t.Helper()
	var r *store.RefusedError
	if !errors.As(err, &r) || r.Refusal != why || r.Hint == "" || !strings.Contains(err.Error(), r.Path) {
		t.Errorf("%s: error is %v, want a refusal because %s", name, err, why)
	}
}

// sqlFile makes a file with SQL and returns its path.
func sqlFile(t *testing.T, text string) string {
	t.Helper()
	path := newPath(t)
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		t.Fatal(err)
	}
	runSQL(t, path, text)
	return path
}

func runSQL(t *testing.T, path, text string) {
	t.Helper()
	db, err := sql.Open("sqlite", path)
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	if _, err := db.Exec(text); err != nil {
		t.Fatal(err)
	}
}

func TestT35WhatIsNoStoreIsRefusedAndLeftAlone(t *testing.T) {
	plain := func(content string) string {
		path := newPath(t)
		write(t, path, []byte(content))
		return path
	}
	newer := newPath(t)
	s, err := store.Open(t.Context(), newer, store.Options{Now: storetest.Now})
	if err != nil {
		t.Fatal(err)
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	half := plain(string(read(t, newer)[:20000]))
	runSQL(t, newer, "PRAGMA user_version = 1000")

	for _, c := range []struct {
		name, path string
		why        store.Refusal
	}{
		{"text", plain("Dear reviewer,\n" + strings.Repeat("words ", 100)), store.Foreign},
		{"one byte", plain("S"), store.Foreign},
		{"zeroes", plain(strings.Repeat("\x00", 32768)), store.Foreign},
		{"another program's", sqlFile(t, "CREATE TABLE bookmark (url TEXT); INSERT INTO bookmark VALUES ('x')"), store.Foreign},
		{"another program's with a mark", sqlFile(t, "PRAGMA application_id = 7; CREATE TABLE item (id TEXT)"), store.Foreign},
		{"another program's with a log", sqlFile(t, "PRAGMA journal_mode = WAL; CREATE TABLE item (id TEXT)"), store.Foreign},
		{"a newer version's", newer, store.Newer},
		{"half of a store", half, store.Damaged},
	} {
		before := read(t, c.path)
		for range 2 {
			_, err := store.Open(t.Context(), c.path, store.Options{Now: storetest.Now})
			wantRefused(t, c.name, err, c.why)
		}
		if !bytes.Equal(before, read(t, c.path)) {
			t.Errorf("%s: the file was changed", c.name)
		}
	}

	folder := t.TempDir()
	_, err = store.Open(t.Context(), folder, store.Options{Now: storetest.Now})
	wantRefused(t, "a folder", err, store.Foreign)
}

// The log may hold a newer schema than the head of the file.
func TestT35NewerVersionInTheLogIsRefused(t *testing.T) {
	path := newPath(t)
	openAt(t, path)
	db, err := sql.Open("sqlite", path)
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	if _, err := db.Exec("PRAGMA user_version = 1000; CREATE TABLE invention (x)"); err != nil {
		t.Fatal(err)
	}
	_, err = store.Open(t.Context(), path, store.Options{Now: storetest.Now})
	wantRefused(t, "newer", err, store.Newer)
}

func TestDamagedItemIsSaidAndTheOthersAreRead(t *testing.T) {
	path := newPath(t)
	s := openAt(t, path)
	if _, err := s.Keep(t.Context(), "github", script(0)); err != nil {
		t.Fatal(err)
	}
	runSQL(t, path, `UPDATE item SET body = replace(body, 'Opened', 'Merged'), sum = x'00' WHERE id LIKE '%#3'`)
	var read, bad int
	for rec, err := range s.Items(t.Context(), store.Filter{}) {
		read++
		if err != nil {
			bad++
			if rec.Item.ID != "github:acme/api#3" || !strings.Contains(err.Error(), rec.Item.ID) {
				t.Errorf("the damaged item is %q: %v", rec.Item.ID, err)
			}
		}
	}
	if read != perBatch-1 || bad != 1 {
		t.Errorf("%d items, %d of them damaged", read, bad)
	}
	h, err := s.Check(t.Context())
	if err != nil || len(h.Problems) != 1 || !strings.Contains(h.Problems[0], "github:acme/api#3") {
		t.Errorf("check finds %q, %v", h.Problems, err)
	}
	// Collecting it again mends it.
	if k, err := s.Keep(t.Context(), "github", script(0)); err != nil || k.Changed != 1 {
		t.Errorf("kept %+v, %v", k, err)
	}
	wantClean(t, s)
}

func TestT58PurgedWordsAreNowhereInTheFiles(t *testing.T) {
	const word = "canary-7f3a"
	path := newPath(t)
	s := openAt(t, path)
	for step := range 12 {
		b := script(step)
		b.Query = "author:" + word
		for i := range b.Items {
			b.Items[i].Item.Text = strings.Repeat(word+" ", 50)
		}
		if _, err := s.Keep(t.Context(), "github", b); err != nil {
			t.Fatal(err)
		}
	}
	hits := func() (n int) {
		files, err := filepath.Glob(path + "*")
		if err != nil {
			t.Fatal(err)
		}
		for _, f := range files {
			n += bytes.Count(read(t, f), []byte(word))
		}
		return n
	}
	if hits() == 0 {
		t.Fatal("the word was never in the files")
	}
	write(t, path+".schema-1", []byte(word))
	if n, err := s.Purge(t.Context(), store.Filter{Sources: []string{"github"}}); err != nil || n != 200 {
		t.Fatalf("purged %d, %v", n, err)
	}
	if n := hits(); n != 0 {
		t.Errorf("the word is still %d times in the files", n)
	}
}

func FuzzForeignFileIsNeverTaken(f *testing.F) {
	f.Add([]byte("SQLite format 3\x00"))
	f.Add([]byte("SQLite format 3\x00" + strings.Repeat("\x00", 52) + "doss" + strings.Repeat("\x01", 500)))
	f.Add([]byte("text"))
	f.Fuzz(func(t *testing.T, content []byte) {
		path := newPath(t)
		write(t, path, content)
		s, err := store.Open(context.Background(), path, store.Options{Now: storetest.Now})
		if err != nil {
			if !bytes.Equal(read(t, path), content) {
				t.Error("a file that was refused was changed")
			}
			return
		}
		if len(content) > 0 {
			if h, err := s.Check(t.Context()); err == nil && h.Items > 0 && len(h.Problems) == 0 {
				t.Error("foreign bytes gave clean items")
			}
		}
		_ = s.Close()
	})
}
