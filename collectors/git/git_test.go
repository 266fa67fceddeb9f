package git

import (
	"fmt"
	"os"
	"strings"
	"testing"

	"github.com/dossier-report/dossier/collectors"
	"github.com/dossier-report/dossier/collectors/collectorstest"
	"github.com/dossier-report/dossier/evidence"
)

// team is a small history in which everything happens once.
func team() *history {
	h := &history{}
	h.commit(made{author: ana, at: date("2025-12-01"), message: "Start", files: map[string]string{"a.go": "one\ntwo\n"}})
	base := h.commit(made{author: robin, at: date("2026-01-10T09:00"), message: "Cache the tokenizer (#12)\n\nSee https://example.org/why. ML-231\n\nCo-authored-by: Ana Duarte <ana@example.org>\nRefs: ML-7\n",
		files: map[string]string{"a.go": "one\nthree\n", "b.bin": "\x00\x01"}})
	h.commit(made{author: ana, at: date("2026-02-01"), committed: date("2026-02-03"), message: "Pair on the loader\n\nCo-authored-by: Robin <ROBIN@example.org>", files: map[string]string{"c.go": "x\n"}})
	h.commit(made{author: maria, at: date("2026-02-05"), committed: date("2026-02-07"), message: "Retry the upload\n\nReviewed-by: Robin Vale <robin@home.example>\nSigned-off-by: Maria Lind <maria@example.org>", files: map[string]string{"d.go": "y\n"}})
	h.commit(made{author: maria, at: date("2026-02-08"), committer: robin, committed: date("2026-02-09"), message: "Apply a patch\n\nSigned-off-by: Robin Vale <robin@example.org>", files: map[string]string{"e.go": "y\n"}})
	h.commit(made{author: ana, at: date("2026-02-10"), message: "Not robin's\n\nThanks to robin@example.org", files: map[string]string{"f.go": "y\n"}})
	side := h.commit(made{branch: "refs/heads/feature/ML-40-faster", from: base, author: "R <12345+robin-v@users.noreply.github.com>", at: date("2026-03-01"), message: "Faster", files: map[string]string{"g.go": "1\n2\n3\n"}})
	h.commit(made{author: robin, at: date("2026-03-02"), message: "Merge pull request #13 from acme/feature/ML-40-faster\n\nFaster", merge: []int{side}, files: map[string]string{"g.go": "1\n2\n3\n"}})
	h.commit(made{author: robin, at: date("2026-03-03"), message: "Move", move: [2]string{"g.go", "h.go"}})
	h.commit(made{branch: "refs/heads/wip", from: side, author: robin, at: date("2026-04-01"), message: "Unfinished", files: map[string]string{"w.go": "only here\n"}})
	h.commit(made{author: robin, at: date("2025-12-20"), committed: date("2026-03-04"), message: "Rebased from last year", files: map[string]string{"i.go": "1\n"}})
	h.commit(made{branch: "refs/heads/wip", author: robin, at: date("2025-12-21"), committed: date("2026-04-02"), message: "Last year's and unfinished", files: map[string]string{"v.go": "1\n"}})
	h.commit(made{branch: "refs/heads/wip", author: robin, at: date("2026-06-30T23:00"), committed: date("2026-07-01T09:00"), message: "Rebased into July", files: map[string]string{"u.go": "1\n"}})
	h.commit(made{branch: "refs/notes/commits", author: robin, at: date("2026-04-01"), message: "A note"})
	h.commit(made{branch: "refs/pull/9/head", author: robin, at: date("2026-04-01"), message: "A pull ref"})
	return h
}

func teamClone(t testing.TB, env collectors.Env) string {
	dir := team().write(t, env.Home+"/api")
	git(t, dir, "config", "remote.origin.url", "https://robin:t0ken-canary@github.com/acme/api.git")
	return dir
}

func TestEveryPartOfThePersonIsFound(t *testing.T) {
	env := world(t)
	teamClone(t, env)
	got := collect(t, env, half, newSink())
	if len(got.gaps) > 0 {
		t.Errorf("gaps: %+v", got.gaps)
	}
	type row struct {
		verb    evidence.Verb
		at      string
		size    string
		paths   string
		links   string
		people  string
		outcome string
	}
	want := map[string]row{
		"Cache the tokenizer (#12)": {"committed", "2026-01-10", "1 1 2", "a.go b.bin", "ML-231 ML-7 acme/api#12 https://example.org/why", "Ana Duarte:author", "merged"},
		"Pair on the loader":        {"committed", "2026-02-01", "1 0 1", "c.go", "", "Ana Duarte:author", "merged"},
		"Retry the upload":          {"reviewed", "2026-02-07", "1 0 1", "d.go", "", "Maria Lind:author", "merged"},
		"Apply a patch":             {"merged", "2026-02-09", "1 0 1", "e.go", "", "Maria Lind:author", "merged"},
		"Faster":                    {"committed", "2026-03-01", "3 0 1", "g.go", "", "", "merged"},
		"Merge pull request #13 from acme/feature/ML-40-faster": {"merged", "2026-03-02", "", "", "ML-40 acme/api#13", "", "merged"},
		"Move":                   {"committed", "2026-03-03", "0 0 1", "h.go", "", "", "merged"},
		"Unfinished":             {"committed", "2026-04-01", "1 0 1", "w.go", "", "", ""},
		"Rebased from last year": {"committed", "2025-12-20", "1 0 1", "i.go", "", "", "merged"}, // it landed in the period
		"Rebased into July":      {"committed", "2026-06-30", "1 0 1", "u.go", "", "", ""},
	}
	items := got.given()
	for title, w := range want {
		it, ok := items[title]
		if !ok {
			t.Errorf("%q is not found", title)
			continue
		}
		g := row{verb: it.Acts[0].Verb, at: it.Acts[0].At.Format("2006-01-02"), paths: strings.Join(it.Paths, " "), links: strings.Join(it.Links, " ")}
		if it.Size != nil {
			g.size = fmt.Sprint(it.Size.Additions, it.Size.Deletions, it.Size.Files)
		}
		for _, p := range it.People {
			g.people += p.Name + ":" + p.Role
		}
		if it.Outcome != nil {
			g.outcome = string(it.Outcome.State)
		}
		if g != w {
			t.Errorf("%q\n got %+v\nwant %+v", title, g, w)
		}
		if it.Place != "acme/api" || it.URL != "https://github.com/acme/api/commit/"+strings.TrimPrefix(it.ID, "git:") || !it.Private {
			t.Errorf("%q is at %q, %q, private %v", title, it.Place, it.URL, it.Private)
		}
	}
	for title := range items {
		if _, ok := want[title]; !ok {
			t.Errorf("%q is found and should not be", title)
		}
	}
	if it := items["Cache the tokenizer (#12)"]; it.Text != "See https://example.org/why. ML-231" {
		t.Errorf("text is %q", it.Text)
	}
}

func TestConform(t *testing.T) {
	once := world(t)
	home := once.Home
	git(t, home, "clone", "-q", "--bare", teamClone(t, once), "mirror.git")
	collectorstest.Conform(t, collectorstest.Case{
		Source:   Source,
		Settings: "paths: ['~']\n",
		Env: func(t testing.TB) collectors.Env {
			env := world(t)
			if err := os.CopyFS(env.Home, os.DirFS(home)); err != nil {
				t.Fatal(err)
			}
			return env
		},
		Period:  half,
		Secrets: []string{"t0ken-canary"},
		Breaks: []collectorstest.Break{
			{Name: "objects are missing", Parts: []string{"~/api"}, Do: func(t testing.TB, env *collectors.Env) {
				removeObject(t, env.Home+"/api", git(t, env.Home+"/api", "rev-parse", "main~3"))
			}},
			{Name: "git is not installed", Do: func(t testing.TB, env *collectors.Env) {
				env.Getenv = func(string) string { return "" }
			}},
		},
	})
}

func TestSameCloneTwiceAndTwoClonesOfOneGiveOneItemEach(t *testing.T) {
	env := world(t)
	dir := teamClone(t, env)
	git(t, dir, "worktree", "add", "-q", "--detach", env.Home+"/other/tree", "main")
	git(t, env.Home, "clone", "-q", "--mirror", dir, "mirror.git")
	s := newSink()
	c := makeCollector(t, env, "paths: [api, ~/api, '~/a*', ~, ~/other/tree, mirror.git]")
	if err := c.Collect(t.Context(), half, s); err != nil {
		t.Fatal(err)
	}
	ids := make(map[string]string)
	parts := make(map[string]bool)
	for _, p := range s.pages {
		parts[p.Part] = true
		for _, f := range p.Items {
			if was, ok := ids[f.Item.Title]; ok && was != f.Item.ID {
				t.Errorf("%q is %s and %s", f.Item.Title, was, f.Item.ID)
			}
			ids[f.Item.Title] = f.Item.ID
		}
	}
	if len(parts) != 2 || !parts["~/api"] || !parts["~/mirror.git"] {
		t.Errorf("parts %v", parts)
	}
	if len(s.kept()) != len(ids) {
		t.Errorf("%d kept for %d commits", len(s.kept()), len(ids))
	}
}

func TestRefsAndExcludeChoose(t *testing.T) {
	env := world(t)
	dir := teamClone(t, env)
	git(t, env.Home, "clone", "-q", "--bare", dir, "old.git")
	for yaml, want := range map[string]string{
		"{paths: ['~'], exclude: ['~/api', 'old*']}":            "",
		"{paths: ['~'], exclude: [old.git], refs: ['wip']}":     "Unfinished",
		"{paths: ['~'], exclude: [old.git], refs: ['main']}":    "Move",
		"{paths: ['~'], exclude: [old.git], refs: ['feat*/*']}": "Faster",
	} {
		s := newSink()
		if err := makeCollector(t, env, yaml).Collect(t.Context(), half, s); err != nil {
			t.Fatal(err)
		}
		if got := s.titles(); (want == "") != (got == "") || !strings.Contains(got, want) || want != "Unfinished" && strings.Contains(got, "Unfinished") {
			t.Errorf("%s finds %q", yaml, got)
		}
	}
}

func TestMailmapIsHonoured(t *testing.T) {
	env := world(t)
	h := &history{}
	h.commit(made{author: "rv <rv@old.example>", at: date("2026-02-01"), message: "Under an old address",
		files: map[string]string{".mailmap": "Robin Vale <robin@example.org> <rv@old.example>\n"}})
	h.commit(made{author: "x <robin@example.org.evil.example>", at: date("2026-02-02"), message: "Begins alike"})
	h.commit(made{author: "x <robin@exampleXorg>", at: date("2026-02-02"), message: "A dot is a dot"})
	dir := h.write(t, env.Home+"/api")
	git(t, dir, "checkout", "-q", "main")
	got := collect(t, env, half, newSink())
	if got.titles() != "Under an old address" {
		t.Errorf("found %s", got.titles())
	}
	if a := got.given()["Under an old address"].Author; a.Name != "Robin Vale" || a.Email != "robin@example.org" {
		t.Errorf("author %+v", a)
	}
}

func TestDetachedHeadIsRead(t *testing.T) {
	env := world(t)
	dir := teamClone(t, env)
	id := git(t, dir, "commit-tree", "-p", "main", "-m", "On no branch", "main^{tree}")
	git(t, dir, "update-ref", "--no-deref", "HEAD", id)
	if got := collect(t, env, half, newSink()).titles(); !strings.Contains(got, "On no branch") {
		t.Errorf("found %s", got)
	}
}

func TestNoAddressIsAnErrorThatHelps(t *testing.T) {
	env := world(t)
	env.Self = evidence.Identity{Name: "Robin Vale"}
	err := makeCollector(t, env, "{}").Collect(t.Context(), half, newSink())
	if err == nil || !strings.Contains(err.Error(), "\nset person.emails") {
		t.Errorf("error %v", err)
	}
}
