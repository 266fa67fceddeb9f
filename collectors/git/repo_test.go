package git

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/dossier-report/dossier/collectors"
	"github.com/dossier-report/dossier/collectors/collectorstest"
	"github.com/dossier-report/dossier/evidence"
)

// The people of the generated repositories.
const (
	robin = "Robin Vale <robin@example.org>"
	ana   = "Ana Duarte <ana@example.org>"
	maria = "Maria Lind <maria@example.org>"
)

var (
	now    = time.Date(2026, 7, 1, 12, 0, 0, 0, time.UTC)
	half   = evidence.Period{From: date("2026-01-01"), To: date("2026-07-01"), Zone: time.UTC}
	always = evidence.Period{Zone: time.UTC}
)

func date(s string) time.Time {
	for _, form := range []string{time.DateOnly, "2006-01-02T15:04"} {
		if t, err := time.Parse(form, s); err == nil {
			return t
		}
	}
	panic(s)
}

// history writes a repository for git fast-import: the same calls make the same
// commits, with the same ids, on every machine.
type history struct {
	b     bytes.Buffer
	marks int
	open  map[string]bool // branches of the stream; false once it was written
}

// made is one commit of a history. A zero committer is the author.
type made struct {
	branch    string // refs/heads/main by default
	author    string
	at        time.Time
	committer string
	committed time.Time
	rawAuthor string // the whole of the author line instead, as "Name <e> 123 +0000"
	rawCommit string
	message   string
	from      int   // mark of the parent; 0 is the branch's last
	merge     []int // more parents
	files     map[string]string
	move      [2]string
}

func (h *history) commit(c made) (mark int) {
	if c.branch == "" {
		c.branch = "refs/heads/main"
	}
	if c.committer == "" {
		c.committer = c.author
	}
	if c.committed.IsZero() {
		c.committed = c.at
	}
	if c.rawAuthor == "" {
		c.rawAuthor = fmt.Sprintf("%s %d +0000", c.author, c.at.Unix())
	}
	if c.rawCommit == "" {
		c.rawCommit = fmt.Sprintf("%s %d +0000", c.committer, c.committed.Unix())
	}
	h.marks++
	fmt.Fprintf(&h.b, "commit %s\nmark :%d\nauthor %s\ncommitter %s\ndata %d\n%s\n", c.branch, h.marks, c.rawAuthor, c.rawCommit, len(c.message), c.message)
	if h.open == nil {
		h.open = make(map[string]bool)
	}
	if inStream, made := h.open[c.branch]; c.from > 0 {
		fmt.Fprintf(&h.b, "from :%d\n", c.from)
	} else if made && !inStream {
		fmt.Fprintf(&h.b, "from %s^0\n", c.branch)
	}
	h.open[c.branch] = true
	for _, m := range c.merge {
		fmt.Fprintf(&h.b, "merge :%d\n", m)
	}
	for _, name := range slices.Sorted(func(yield func(string) bool) {
		for n := range c.files {
			if !yield(n) {
				return
			}
		}
	}) {
		fmt.Fprintf(&h.b, "M 100644 inline %q\ndata %d\n%s\n", name, len(c.files[name]), c.files[name])
	}
	if c.move[0] != "" {
		fmt.Fprintf(&h.b, "R %q %q\n", c.move[0], c.move[1])
	}
	return h.marks
}

// many writes n commits of changing authors over two years, in files that grow;
// every seventh is robin's. It is the repository of the benchmarks.
func (h *history) many(n int) {
	start := date("2024-07-01")
	step := 730 * 24 * time.Hour / time.Duration(n)
	lines := make([][]string, 40)
	for i := range n {
		who := []string{robin, ana, maria, "Dev A <a@example.org>", "Dev B <b@example.org>", "Dev C <c@example.org>", "Dev D <d@example.org>"}[i%7]
		f := (i * 7) % len(lines)
		lines[f] = append(lines[f], fmt.Sprintf("line %d of a file that somebody changes now and then", i))
		if len(lines[f]) > 250 {
			lines[f] = append(lines[f][:20:20], lines[f][60:]...)
		}
		lines[f][i%len(lines[f])] = fmt.Sprintf("changed by %d", i)
		h.commit(made{author: who, at: start.Add(time.Duration(i) * step), message: fmt.Sprintf("Change %d: what was done\n\nWhy it was done, at some length, so that it is like a message. ML-%d", i, i%500+1),
			files: map[string]string{fmt.Sprintf("src/dir%d/file%d.go", f%8, f): strings.Join(lines[f], "\n") + "\n"}})
	}
}

// write makes a clone in dir from what was committed.
func (h *history) write(t testing.TB, dir string) string {
	t.Helper()
	git(t, "", "init", "-q", "-b", "main", dir)
	h.more(t, dir)
	return dir
}

// more adds to a clone what was committed since the last time.
func (h *history) more(t testing.TB, dir string) {
	t.Helper()
	cmd := plain(dir, "fast-import", "--quiet", "--force", "--date-format=raw-permissive", "--export-marks=.git/marks", "--import-marks-if-exists=.git/marks")
	cmd.Stdin = bytes.NewReader(h.b.Bytes())
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("git fast-import: %v\n%s", err, out)
	}
	h.b.Reset()
	for branch := range h.open {
		h.open[branch] = false
	}
}

// plain is git as a user runs it, for making repositories only.
func plain(dir string, args ...string) *exec.Cmd {
	cmd := exec.Command("git", args...)
	cmd.Dir = dir
	cmd.Env = []string{"PATH=" + os.Getenv("PATH"), "HOME=/nonexistent", "GIT_CONFIG_NOSYSTEM=1", "GIT_CONFIG_GLOBAL=/dev/null",
		"GIT_AUTHOR_NAME=Robin Vale", "GIT_AUTHOR_EMAIL=robin@example.org", "GIT_COMMITTER_NAME=Robin Vale", "GIT_COMMITTER_EMAIL=robin@example.org",
		"GIT_AUTHOR_DATE=1770000000 +0000", "GIT_COMMITTER_DATE=1770000000 +0000"}
	return cmd
}

func git(t testing.TB, dir string, args ...string) string {
	t.Helper()
	out, err := plain(dir, args...).CombinedOutput()
	if err != nil {
		t.Fatalf("git %s: %v\n%s", strings.Join(args, " "), err, out)
	}
	return strings.TrimSpace(string(out))
}

// world is an environment in which home is a temporary folder.
func world(t testing.TB) collectors.Env {
	t.Helper()
	home, err := filepath.EvalSymlinks(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	return collectors.Env{
		Now: func() time.Time { return now },
		Getenv: func(name string) string {
			if name == "PATH" {
				return os.Getenv("PATH")
			}
			return ""
		},
		Dir: home, Home: home, Zone: time.UTC,
		Self: evidence.Identity{Name: "Robin Vale", Emails: []string{"Robin@Example.org", "robin@home.example"},
			Logins: map[string][]string{"github": {"robin-v"}}},
	}
}

// sink remembers what a collector gives and keeps it in a [collectorstest.Memory].
type sink struct {
	memory *collectorstest.Memory
	onKeep func(pages int)

	mu     sync.Mutex
	pages  []evidence.Batch
	gaps   []evidence.Gap
	parts  []string // of the gaps
	notes  []string
	same   []string
	expect int
}

func newSink() *sink {
	return &sink{memory: collectorstest.NewMemory(func() time.Time { return now })}
}

// again is a sink of a later run over what is kept.
func (s *sink) again() *sink { return &sink{memory: s.memory} }

func (s *sink) Cursor(ctx context.Context, part string) (string, error) {
	return s.memory.Cursor(ctx, "git", part)
}

func (s *sink) Keep(ctx context.Context, b evidence.Batch) error {
	if _, err := s.memory.Keep(ctx, "git", b); err != nil {
		return err
	}
	s.mu.Lock()
	s.pages = append(s.pages, b)
	n := len(s.pages)
	s.mu.Unlock()
	if s.onKeep != nil {
		s.onKeep(n)
	}
	return nil
}

func (s *sink) locked(do func()) {
	s.mu.Lock()
	defer s.mu.Unlock()
	do()
}

func (s *sink) Same(part, _ string)    { s.locked(func() { s.same = append(s.same, part) }) }
func (s *sink) Expect(_ string, n int) { s.locked(func() { s.expect += n }) }
func (s *sink) Gap(part string, g evidence.Gap) {
	s.locked(func() { s.gaps, s.parts = append(s.gaps, g), append(s.parts, part) })
}
func (s *sink) Note(_, note string) { s.locked(func() { s.notes = append(s.notes, note) }) }

// given returns the items of the run by title.
func (s *sink) given() map[string]evidence.Item {
	m := make(map[string]evidence.Item)
	for _, p := range s.pages {
		for _, f := range p.Items {
			m[f.Item.Title] = f.Item
		}
	}
	return m
}

func (s *sink) titles() string {
	var all []string
	for title := range s.given() {
		all = append(all, title)
	}
	slices.Sort(all)
	return strings.Join(all, ", ")
}

// kept returns "id title verb at" of all that is kept and not gone.
func (s *sink) kept() []string {
	var all []string
	for _, r := range s.memory.Items() {
		if r.GoneAt.IsZero() {
			all = append(all, fmt.Sprint(r.Item.ID, r.Item.Title, r.Item.Acts, r.Item.Size, r.Item.Outcome))
		}
	}
	return all
}

// makeCollector returns a collector of paths.
func makeCollector(t testing.TB, env collectors.Env, yaml string) *collector {
	t.Helper()
	c, err := New(collectorstest.Settings(yaml), env)
	if err != nil {
		t.Fatal(err)
	}
	return c.(*collector)
}

// collect reads the clones in the home folder.
func collect(t testing.TB, env collectors.Env, p evidence.Period, into *sink) *sink {
	t.Helper()
	if err := makeCollector(t, env, "paths: ['~']").Collect(t.Context(), p, into); err != nil {
		t.Fatal(err)
	}
	return into
}

func (s *sink) hasGap(t testing.TB, bad bool, texts ...string) {
	t.Helper()
	for i, g := range s.gaps {
		all := s.parts[i] + " " + g.What + " " + g.Why
		if g.Bad == bad && !slices.ContainsFunc(texts, func(x string) bool { return !strings.Contains(all, x) }) {
			return
		}
	}
	t.Errorf("no gap (bad %v) with %q; there are %+v", bad, texts, s.gaps)
}
