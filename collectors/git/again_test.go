package git

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/dossier-report/dossier/evidence"
)

func TestSecondRunAsksGitOnceAndKeepsNothing(t *testing.T) {
	env := world(t)
	teamClone(t, env)
	first := collect(t, env, half, newSink())
	second := collect(t, env, half, first.again())
	if len(second.pages) > 0 || !slices.Equal(second.same, []string{"~/api"}) {
		t.Errorf("%d pages, same %v", len(second.pages), second.same)
	}
	// A narrower period was answered too.
	narrow := evidence.Period{From: date("2026-02-01"), To: date("2026-03-01")}
	if third := collect(t, env, narrow, first.again()); len(third.pages) > 0 {
		t.Errorf("a part of the period is read anew: %s", third.titles())
	}
	// A wider one was not.
	if fourth := collect(t, env, always, first.again()); !strings.Contains(fourth.titles(), "Last year's and unfinished") {
		t.Errorf("found %s", fourth.titles())
	}
}

func TestOnlyNewCommitsAreRead(t *testing.T) {
	env := world(t)
	h := team()
	dir := h.write(t, env.Home+"/api")
	first := collect(t, env, half, newSink())
	h.commit(made{author: robin, at: date("2026-05-01"), message: "New", files: map[string]string{"n.go": "1\n"}})
	h.more(t, dir)
	second := collect(t, env, half, first.again())
	if got := second.titles(); got != "New" {
		t.Errorf("read %s", got)
	}
	if p := second.pages[0]; p.Begin || p.End {
		t.Error("reading what is new is not a whole pass")
	}
	if n := len(collect(t, env, half, first.again()).pages); n != 0 {
		t.Errorf("%d pages after nothing happened", n)
	}
}

func TestACommitThatLandsGetsItsOutcome(t *testing.T) {
	env := world(t)
	h := team()
	dir := h.write(t, env.Home+"/api")
	first := collect(t, env, half, newSink())
	git(t, dir, "update-ref", "refs/heads/main", git(t, dir, "commit-tree", "-p", "main", "-p", "wip", "-m", "Merge wip", "main^{tree}"))
	second := collect(t, env, half, first.again())
	if it, ok := second.given()["Unfinished"]; !ok || it.Outcome == nil || it.Size == nil {
		t.Errorf("read %s, %+v", second.titles(), it)
	}
	if strings.Contains(second.titles(), "Cache") {
		t.Error("what had landed before is read again")
	}
}

func TestRewrittenHistoryIsGoneAndNothingIsDoubled(t *testing.T) {
	env := world(t)
	h := team()
	dir := h.write(t, env.Home+"/api")
	first := collect(t, env, half, newSink())
	n := len(first.kept())
	// Amended: the same work under another id.
	old := git(t, dir, "rev-parse", "wip~2")
	amended := git(t, dir, "commit-tree", "-p", "wip~3", "-m", "Unfinished, amended", "wip~2^{tree}")
	git(t, dir, "update-ref", "refs/heads/wip", amended)
	second := collect(t, env, half, first.again())
	if !second.pages[0].Begin || !second.pages[len(second.pages)-1].End {
		t.Error("a rewritten history is read whole")
	}
	kept := strings.Join(second.kept(), "\n")
	if strings.Contains(kept, old) || !strings.Contains(kept, amended) {
		t.Errorf("kept\n%s", kept)
	}
	if len(second.kept()) != n-1 { // Unfinished is replaced, Rebased into July is gone
		t.Errorf("kept %d of %d\n%s", len(second.kept()), n, kept)
	}
	// Even when git has thrown the old commits away.
	git(t, dir, "update-ref", "-d", "refs/heads/wip")
	git(t, dir, "reflog", "expire", "--expire=now", "--all")
	git(t, dir, "gc", "-q", "--prune=now")
	if kept := strings.Join(collect(t, env, half, first.again()).kept(), "\n"); strings.Contains(kept, "amended") {
		t.Errorf("kept\n%s", kept)
	}
}

func TestColleaguesDeletedBranchIsNotReadAnew(t *testing.T) {
	env := world(t)
	h := team()
	h.commit(made{branch: "refs/heads/anas", from: 2, author: ana, at: date("2026-05-01"), message: "Ana's"})
	dir := h.write(t, env.Home+"/api")
	first := collect(t, env, half, newSink())
	git(t, dir, "branch", "-D", "anas")
	if got := collect(t, env, half, first.again()); got.titles() != "" {
		t.Errorf("read %s", got.titles())
	}
	if got := collect(t, env, half, first.again()); len(got.same) != 1 {
		t.Error("the third run finds something new")
	}
}

// TestInterruptedAfterEveryPageGoesOn stops after page k for every k.
func TestInterruptedAfterEveryPageGoesOn(t *testing.T) {
	env := world(t)
	h := &history{}
	h.many(8000) // 1,143 of robin's: five pages
	dir := h.write(t, env.Home+"/big")
	whole := collect(t, env, always, newSink())
	if len(whole.pages) < 4 {
		t.Fatalf("%d pages are too few", len(whole.pages))
	}
	for k := range len(whole.pages) - 1 {
		k++
		for _, moved := range []bool{false, true} {
			ctx, cancel := context.WithCancel(t.Context())
			s := newSink()
			s.onKeep = func(n int) {
				if n == k {
					cancel()
				}
			}
			err := makeCollector(t, env, "paths: ['~']").Collect(ctx, always, s)
			cancel()
			if !errors.Is(err, context.Canceled) || len(s.pages) != k {
				t.Fatalf("stopped after page %d: %v, %d pages", k, err, len(s.pages))
			}
			want := whole.kept()
			if moved {
				h.commit(made{author: robin, at: date("2026-06-30"), message: fmt.Sprintf("Meanwhile %d", k), from: 0, files: map[string]string{"new.go": fmt.Sprint(k)}})
				h.more(t, dir)
				whole = collect(t, env, always, whole.again())
				want = whole.kept()
			}
			rest := collect(t, env, always, s.again())
			if !slices.Equal(rest.kept(), want) {
				t.Fatalf("stopped after page %d, moved %v: %d kept, want %d", k, moved, len(rest.kept()), len(want))
			}
			for _, p := range rest.pages {
				for _, f := range p.Items {
					for _, q := range s.pages {
						if slices.ContainsFunc(q.Items, func(g evidence.Fetched) bool { return g.Item.ID == f.Item.ID }) {
							t.Fatalf("%s is read again", f.Item.Title)
						}
					}
				}
			}
		}
	}
}
