package git

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// removeObject takes a loose object away.
func removeObject(t testing.TB, dir, id string) {
	t.Helper()
	if err := os.Remove(filepath.Join(dir, ".git", "objects", id[:2], id[2:])); err != nil {
		t.Fatal(err)
	}
}

func TestT34AnotherUsersCloneIsAGapWithTheFix(t *testing.T) {
	env := world(t)
	dir := teamClone(t, env)
	git(t, env.Home, "clone", "-q", dir, "mine")
	real, err := exec.LookPath("git")
	if err != nil {
		t.Fatal(err)
	}
	// git itself has the switch for this: no other user is needed.
	bin := filepath.Dir(script(t, filepath.Join(env.Home, "bin", "git"),
		"case $PWD in */api) GIT_TEST_ASSUME_DIFFERENT_OWNER=1; export GIT_TEST_ASSUME_DIFFERENT_OWNER;; esac\nexec "+real+" \"$@\"\n"))
	env.Getenv = func(name string) string {
		if name == "PATH" {
			return bin + string(os.PathListSeparator) + os.Getenv("PATH")
		}
		return ""
	}
	got := collect(t, env, half, newSink())
	got.hasGap(t, false, "~/api", "another user", "git config --global --add safe.directory "+dir)
	if len(got.given()) < 5 {
		t.Errorf("the other clone does not go on: %s", got.titles())
	}
	// Once the user trusts it, so do we.
	if err := os.WriteFile(filepath.Join(env.Home, ".gitconfig"), []byte("[safe]\n\tdirectory = "+dir+"\n[log]\n\tshowSignature = true\n"), 0o644); err != nil {
		t.Fatal(err)
	}
	if trusted := collect(t, env, half, newSink()); len(trusted.gaps) > 0 {
		t.Errorf("gaps %+v", trusted.gaps)
	}
}

func TestT34ShallowCloneSaysSoAndClaimsNoSizes(t *testing.T) {
	env := world(t)
	h := &history{}
	for i := range 3 {
		h.commit(made{author: robin, at: date("2026-03-01").AddDate(0, 0, i), message: fmt.Sprint("C", i), files: map[string]string{fmt.Sprint(i): strings.Repeat("x\n", 100)}})
	}
	origin := h.write(t, t.TempDir()+"/api")
	git(t, env.Home, "clone", "-q", "--depth=2", "file://"+origin, "shallow")
	got := collect(t, env, half, newSink())
	if got.titles() != "C1, C2" || len(got.gaps) > 0 {
		t.Errorf("found %s, %+v", got.titles(), got.gaps)
	}
	if len(got.notes) != 1 || !strings.Contains(got.notes[0], "shallow") || !strings.Contains(got.notes[0], "git fetch --unshallow") {
		t.Errorf("notes %q", got.notes)
	}
	if it := got.given()["C1"]; it.Size != nil {
		t.Errorf("the commit at which it was cut claims %+v", it.Size)
	}
	if it := got.given()["C2"]; it.Size == nil || it.Size.Files != 1 {
		t.Errorf("size %+v", it.Size)
	}
	// Deepened, it is read anew and the sizes are there.
	git(t, env.Home+"/shallow", "fetch", "-q", "--unshallow")
	if deep := collect(t, env, half, got.again()); deep.titles() != "C0, C1, C2" || deep.given()["C1"].Size == nil {
		t.Errorf("deepened: %s", deep.titles())
	}
}

func TestT34PartialCloneFetchesNothing(t *testing.T) {
	env := world(t)
	origin := team().write(t, t.TempDir()+"/api")
	git(t, origin, "config", "uploadpack.allowFilter", "true")
	git(t, env.Home, "clone", "-q", "--no-checkout", "--filter=blob:none", "file://"+origin, "partial")
	git(t, env.Home, "clone", "-q", "--no-checkout", "--filter=tree:0", "file://"+origin, "bare-bones")
	before := objects(t, env.Home+"/partial") + objects(t, env.Home+"/bare-bones")
	got := collect(t, env, half, newSink())
	if after := objects(t, env.Home+"/partial") + objects(t, env.Home+"/bare-bones"); after != before {
		t.Errorf("objects were fetched\n%s\n%s", before, after)
	}
	for _, p := range got.pages {
		if len(p.Items) < 10 {
			t.Errorf("%s gave %d commits", p.Part, len(p.Items))
		}
		for _, f := range p.Items {
			if f.Item.Title == "Move" && p.Part == "~/partial" && strings.Join(f.Item.Paths, " ") != "g.go h.go" {
				t.Errorf("paths %q", f.Item.Paths)
			}
		}
	}
	if len(got.notes) != 2 || !strings.Contains(got.notes[0], "partial clone") {
		t.Errorf("notes %q", got.notes)
	}
}

func objects(t testing.TB, dir string) string { return git(t, dir, "count-objects", "-v") }

func TestT34MissingObjectsLoseOnlyWhatNeedsThem(t *testing.T) {
	env := world(t)
	dir := teamClone(t, env)
	whole := collect(t, env, half, newSink())
	// A blob: its commit stays, without lines.
	removeObject(t, dir, blob(t, dir, "wip~2:w.go"))
	got := collect(t, env, half, newSink())
	if got.titles() != whole.titles() {
		t.Errorf("found %s", got.titles())
	}
	if it := got.given()["Unfinished"]; strings.Join(it.Paths, " ") != "w.go" || it.Size.Additions != 0 {
		t.Errorf("%q %+v", it.Paths, it.Size)
	}
	if it := got.given()["Faster"]; it.Size.Additions != 3 {
		t.Errorf("another commit lost its size: %+v", it.Size)
	}
	got.hasGap(t, true, "sizes of 1 commits", "git fsck")
	// A commit: what was read stays. Read from nothing, what is before it on that
	// branch cannot be reached, all else can.
	removeObject(t, dir, git(t, dir, "rev-parse", "wip~2"))
	git(t, dir, "update-ref", "refs/heads/main", git(t, dir, "commit-tree", "-p", "main", "-m", "More", "main^{tree}"))
	broken := collect(t, env, half, got.again())
	fresh := collect(t, env, half, newSink())
	fresh.hasGap(t, false, "~/api history of refs/heads/wip", "missing or corrupt", "git fsck")
	if len(broken.kept()) != len(whole.kept())+1 {
		t.Errorf("what was kept is gone: %d of %d", len(broken.kept()), len(whole.kept()))
	}
	if n := len(whole.given()); len(fresh.given()) != n {
		t.Errorf("found %d of %d: %s", len(fresh.given()), n, fresh.titles())
	}
	// What could not be read is asked for again in the next run.
	if next := collect(t, env, half, fresh.again()); len(next.pages) == 0 || len(next.gaps) == 0 {
		t.Error("a broken clone is taken for one that was read")
	}
}

func TestT34OtherClonesGoOn(t *testing.T) {
	env := world(t)
	teamClone(t, env)
	for dir, files := range map[string]map[string]string{
		"corrupt":   {"HEAD": "ref: refs/heads/main\n", "objects/x": "", "refs/heads/main": strings.Repeat("a", 40) + "\n"},
		"nothing":   {".git/HEAD": "garbage\n"},
		"dangling":  {".git": "gitdir: /nowhere\n"},
		"no-format": {"HEAD": "ref: refs/heads/main\n", "objects/x": "", "refs/x": "", "config": "[core\n"},
	} {
		for name, text := range files {
			file := filepath.Join(env.Home, dir, name)
			if err := os.MkdirAll(filepath.Dir(file), 0o755); err != nil {
				t.Fatal(err)
			}
			if err := os.WriteFile(file, []byte(text), 0o644); err != nil {
				t.Fatal(err)
			}
		}
	}
	git(t, "", "init", "-q", env.Home+"/empty")
	s := newSink()
	c := makeCollector(t, env, "paths: ['~', nowhere, 'no*where', corrupt/HEAD, empty/.git/hooks]")
	if err := c.Collect(t.Context(), half, s); err != nil {
		t.Fatal(err)
	}
	if len(s.given()) < 10 {
		t.Errorf("found %s", s.titles())
	}
	s.hasGap(t, false, "~/corrupt history of refs/heads/main") // its only branch names no object
	s.hasGap(t, false, "~/nothing", "not a git repository")
	s.hasGap(t, false, "~/dangling")
	s.hasGap(t, false, "~/no-format")
	s.hasGap(t, false, "nowhere", "no such folder")
	s.hasGap(t, false, "no*where", "nothing is there")
	s.hasGap(t, false, "corrupt/HEAD", "not a folder")
	s.hasGap(t, false, "empty/.git/hooks", "not a git repository")
	for _, g := range s.gaps {
		if strings.Contains(g.What+g.Why, "~/empty ") {
			t.Errorf("an empty clone is no gap: %+v", g)
		}
	}
}

func TestT34SubmoduleIsSaidAndCountsAsAFile(t *testing.T) {
	env := world(t)
	inner := team().write(t, t.TempDir()+"/inner")
	outer := filepath.Join(env.Home, "outer")
	git(t, "", "init", "-q", "-b", "main", outer)
	git(t, outer, "-c", "protocol.file.allow=always", "submodule", "--quiet", "add", inner, "sub")
	git(t, outer, "commit", "-qm", "Add the submodule")
	got := collect(t, env, half, newSink())
	if got.titles() != "Add the submodule" || !slices.ContainsFunc(got.notes, func(n string) bool { return strings.Contains(n, "submodules") }) {
		t.Errorf("found %s, notes %q", got.titles(), got.notes)
	}
	s := newSink()
	if err := makeCollector(t, env, "paths: ['~/outer/sub']").Collect(t.Context(), half, s); err != nil || len(s.given()) < 3 {
		t.Errorf("the submodule by itself: %v, %s", err, s.titles())
	}
}

func TestT34MissingOrOldGitIsAnErrorThatHelps(t *testing.T) {
	env := world(t)
	teamClone(t, env)
	for version, want := range map[string]string{"": "not installed", "2.25.1": "2.25.1 is too old\ninstall git 2.32", "1.9": "too old", "nonsense": "too old"} {
		env.Getenv = func(string) string { return "" }
		if version != "" {
			bin := filepath.Dir(script(t, filepath.Join(t.TempDir(), "git"), "echo git version "+version+"\n"))
			env.Getenv = func(string) string { return bin }
		}
		err := makeCollector(t, env, "paths: ['~']").Collect(t.Context(), half, newSink())
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%q: %v", version, err)
		}
	}
}

func TestT34PipeInTheWorkTreeIsNotWaitedFor(t *testing.T) {
	env := world(t)
	dir := teamClone(t, env)
	if err := exec.Command("mkfifo", filepath.Join(dir, ".mailmap")).Run(); err != nil {
		t.Skip("no named pipes here")
	}
	collect(t, env, half, newSink()).hasGap(t, false, "~/api", ".mailmap is not a file")
}
