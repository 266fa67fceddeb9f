package local_test

import (
	"errors"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"syscall"
	"testing"

	"github.com/dossier-report/dossier/collectors/internal/local"
)

func write(t *testing.T, dir, rel, text string) {
	t.Helper()
	path := filepath.Join(dir, filepath.FromSlash(rel))
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
}

func markdown(rel string) bool { return strings.HasSuffix(rel, ".md") }

func TestFindFollowsFoldersFilesAndGlobsEachOnce(t *testing.T) {
	home := t.TempDir()
	write(t, home, "vault/a.md", "a")
	write(t, home, "vault/deep/b.md", "b")
	write(t, home, "vault/.trash/c.md", "c")
	write(t, home, "vault/d.png", "d")
	write(t, home, "one.txt", "1")
	env := local.Where{Home: home, Dir: filepath.Join(home, "vault")}
	found, gaps := local.Find(env, []string{"~/vault", ".", "~/va*", "~/one.txt", "~/none", "~/x*"}, "sources.notes.paths",
		local.Options{Take: markdown, Skip: func(name string) bool { return name == ".trash" }})
	if len(found) != 2 || found[0].Name != "~/vault" || found[1].Name != "~/one.txt" {
		t.Fatalf("found %+v", found)
	}
	var rels []string
	for _, f := range found[0].Files {
		rels = append(rels, f.Rel)
	}
	if got := strings.Join(rels, " "); got != "a.md deep/b.md" {
		t.Errorf("files %q", got)
	}
	if len(gaps) != 2 || gaps[0].What != "~/none" || !strings.Contains(gaps[0].Why, "correct sources.notes.paths") || gaps[1].What != "~/x*" {
		t.Errorf("gaps %+v", gaps)
	}
	b, err := found[0].Read(found[0].Files[1], 10)
	if err != nil || string(b) != "b" {
		t.Errorf("Read = %q, %v", b, err)
	}
}

func TestT24LinksAndPipesAreNotFollowed(t *testing.T) {
	if runtime.GOOS == "windows" {
		t.Skip("no named pipes")
	}
	dir := t.TempDir()
	write(t, dir, "secret.md", "secret")
	write(t, dir, "vault/a.md", "a")
	vault := filepath.Join(dir, "vault")
	for _, err := range []error{
		os.Symlink("../secret.md", filepath.Join(vault, "link.md")),
		os.Symlink(filepath.Join(dir, "secret.md"), filepath.Join(vault, "absolute.md")),
		os.Symlink(".", filepath.Join(vault, "loop")),
		syscall.Mkfifo(filepath.Join(vault, "pipe.md"), 0o600),
	} {
		if err != nil {
			t.Fatal(err)
		}
	}
	found, _ := local.Find(local.Where{Dir: dir}, []string{"vault"}, "k", local.Options{Take: markdown})
	if len(found) != 1 || len(found[0].Files) != 1 || found[0].Files[0].Rel != "a.md" {
		t.Fatalf("found %+v", found[0].Files)
	}
	if len(found[0].Gaps) != 3 {
		t.Errorf("gaps %+v", found[0].Gaps)
	}
	// What is put in a file's place after it was found is not opened either.
	for _, name := range []string{"link.md", "absolute.md", "pipe.md"} {
		if r, err := found[0].Open(local.File{Rel: name}); err == nil {
			r.Close()
			t.Errorf("%s was opened", name)
		}
	}
	if _, err := found[0].Open(local.File{Rel: "../secret.md"}); err == nil {
		t.Error("a file outside the folder was opened")
	}
}

func TestALongFileIsCutAndSaysSo(t *testing.T) {
	dir := t.TempDir()
	write(t, dir, "a.md", "0123456789")
	found, _ := local.Find(local.Where{Dir: dir}, []string{"."}, "k", local.Options{})
	b, err := found[0].Read(found[0].Files[0], 4)
	var large *local.TooLargeError
	if string(b) != "0123" || !errors.As(err, &large) {
		t.Errorf("Read = %q, %v", b, err)
	}
}

func TestAFolderOfTooManyFilesIsReadInPartAndSaysSo(t *testing.T) {
	dir := t.TempDir()
	for _, n := range []string{"a", "b", "c"} {
		write(t, dir, n, n)
	}
	found, _ := local.Find(local.Where{Dir: dir}, []string{"."}, "k", local.Options{Max: 2})
	if len(found[0].Files) != 2 || len(found[0].Gaps) != 1 {
		t.Errorf("%d files, gaps %+v", len(found[0].Files), found[0].Gaps)
	}
}
