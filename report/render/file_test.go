package render

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"syscall"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/dossier-report/dossier/report"
)

func put(s string) func(io.Writer) error {
	return func(w io.Writer) error { _, err := io.WriteString(w, s); return err }
}

// holds checks that path has the content and that nothing else lies beside it.
func holds(t *testing.T, path, want string) {
	t.Helper()
	b, err := os.ReadFile(path)
	if err != nil || string(b) != want {
		t.Errorf("%s holds %.40q, %v, want %.40q", path, b, err, want)
	}
	entries, err := os.ReadDir(filepath.Dir(path))
	if err != nil || len(entries) != 1 {
		t.Errorf("beside the file lie %v, %v", entries, err)
	}
}

func TestToFileReplacesAWholeFile(t *testing.T) {
	path := filepath.Join(t.TempDir(), "report.pdf")
	for _, s := range []string{"old", "new"} {
		if err := ToFile(path, put(s)); err != nil {
			t.Fatal(err)
		}
		holds(t, path, s)
	}
	if st, err := os.Stat(path); err != nil || runtime.GOOS != "windows" && st.Mode().Perm() != 0o600 {
		t.Errorf("mode %v, %v", st.Mode(), err)
	}
}

func TestF33AFailingWriteLeavesTheOldFile(t *testing.T) {
	path := filepath.Join(t.TempDir(), "report.pdf")
	if err := ToFile(path, put("old")); err != nil {
		t.Fatal(err)
	}
	full := errors.New("no space left")
	err := ToFile(path, func(w io.Writer) error {
		if _, err := w.Write(make([]byte, 1<<20)); err != nil {
			return err
		}
		return full
	})
	if !errors.Is(err, full) || !strings.Contains(err.Error(), path) {
		t.Errorf("err %v", err)
	}
	holds(t, path, "old")
}

// The kernel refuses to write beyond a limit, as it does on a full disk.
func TestF33AFullDiskLeavesTheOldFile(t *testing.T) {
	path := os.Getenv("DOSSIER_FULL_DISK")
	if path == "" {
		path := filepath.Join(t.TempDir(), "report.pdf")
		if err := ToFile(path, put("old")); err != nil {
			t.Fatal(err)
		}
		c := exec.Command("sh", "-c", `ulimit -f 128 && exec "$0" -test.run '^TestF33AFullDiskLeavesTheOldFile$'`, os.Args[0])
		c.Env = append(os.Environ(), "DOSSIER_FULL_DISK="+path)
		out, err := c.CombinedOutput()
		if err != nil {
			t.Fatalf("%v\n%s", err, out)
		}
		holds(t, path, "old")
		return
	}
	err := ToFile(path, func(w io.Writer) error {
		for range 64 {
			if _, err := w.Write(make([]byte, 64<<10)); err != nil {
				return err
			}
		}
		return nil
	})
	if !errors.Is(err, syscall.EFBIG) {
		t.Errorf("err %v, want %v", err, syscall.EFBIG)
	}
}

func TestToFileReplacesOnlyFiles(t *testing.T) {
	dir := t.TempDir()
	if err := ToFile(dir, put("x")); err == nil || !strings.Contains(err.Error(), "folder") {
		t.Errorf("a folder: err %v", err)
	}
	if err := ToFile(os.DevNull, put("x")); err == nil {
		t.Error("a device is replaced")
	}
	if err := ToFile(filepath.Join(dir, "no", "folder"), put("x")); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("a missing folder: err %v", err)
	}
	if es, _ := os.ReadDir(dir); len(es) != 0 {
		t.Errorf("left behind: %v", es)
	}
}

func TestToFileKeepsASymbolicLink(t *testing.T) {
	dir := t.TempDir()
	target, link := filepath.Join(dir, "target.pdf"), filepath.Join(t.TempDir(), "link.pdf")
	if err := os.WriteFile(target, []byte("old"), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := os.Symlink(target, link); err != nil {
		t.Skip(err)
	}
	if err := ToFile(link, put("new")); err != nil {
		t.Fatal(err)
	}
	holds(t, target, "new")
	if st, err := os.Lstat(link); err != nil || st.Mode()&os.ModeSymlink == 0 {
		t.Errorf("the link is gone: %v, %v", st, err)
	}
}

func TestFormatsAreFoundByName(t *testing.T) {
	for _, f := range Formats() {
		if got, ok := Find(f.Name); !ok || got.Ext != f.Ext || !strings.HasPrefix(f.Ext, ".") || f.Media == "" {
			t.Errorf("%s: %+v, %v", f.Name, got, ok)
		}
	}
	if _, ok := Find("docx"); ok {
		t.Error("an unknown format is found")
	}
}

func TestJSONIsTheReport(t *testing.T) {
	var b bytes.Buffer
	if err := writeJSON(&b, full(), Options{}); err != nil {
		t.Fatal(err)
	}
	if !strings.Contains(b.String(), `"query": "assignee = currentUser() AND updated >= \"2026-01-01\" ORDER BY updated ASC"`) {
		t.Error("HTML is escaped in the JSON")
	}
	var got report.Report
	if err := json.Unmarshal(b.Bytes(), &got); err != nil {
		t.Fatal(err)
	}
	var again bytes.Buffer
	if err := writeJSON(&again, &got, Options{}); err != nil {
		t.Fatal(err)
	}
	if d := cmp.Diff(b.String(), again.String()); d != "" {
		t.Error(d)
	}
}
