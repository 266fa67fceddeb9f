package github

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/dossier-report/dossier/evidence"
)

// history is a repository's answer with commits of the given numbers.
func history(repo string, next string, commits ...int) map[string]any {
	var nodes []any
	for _, n := range commits {
		nodes = append(nodes, map[string]any{"oid": fmt.Sprintf("%040x", n), "url": fmt.Sprintf("https://github.com/%s/commit/%040x", repo, n), "messageHeadline": "Commit " + itoa(n),
			"authoredDate": "2026-03-01T09:00:00Z", "committedDate": "2026-03-02T09:00:00Z"})
	}
	return map[string]any{"id": "R_" + repo, "databaseId": 1, "nameWithOwner": repo, "defaultBranchRef": map[string]any{"target": map[string]any{
		"history": map[string]any{"totalCount": len(commits), "pageInfo": map[string]any{"hasNextPage": next != "", "endCursor": next}, "nodes": nodes}}}}
}

func TestCommitsOfEveryRepositoryAreReadToTheEnd(t *testing.T) {
	asked := 0
	server := &answering{graph: func(op string, vars map[string]any) (int, string) {
		var v any
		switch op {
		case "Preflight":
			return 200, strings.Replace(quiet(nil), `"totalCommitContributions":0`, `"totalCommitContributions":5`, 1)
		case "CommitRepositories":
			v = map[string]any{"user": map[string]any{"contributionsCollection": map[string]any{"commitContributionsByRepository": []any{
				map[string]any{"repository": map[string]any{"id": "R_a", "nameWithOwner": "acme/a"}}, map[string]any{"repository": map[string]any{"id": "R_b", "nameWithOwner": "acme/b"}},
				map[string]any{"repository": map[string]any{"id": "R_c", "nameWithOwner": "acme/sandbox"}}, nil}}}}
		case "Commits":
			asked++
			switch {
			case vars["after"] == nil:
				if fmt.Sprint(vars["repositories"]) != "[R_a R_b]" {
					t.Errorf("asked for %v", vars["repositories"])
				}
				v = map[string]any{"nodes": []any{history("acme/a", "", 1), history("acme/b", "b1", 2, 3)}}
			case vars["after"] == "b1":
				v = map[string]any{"nodes": []any{history("acme/b", "b2", 4)}}
			default:
				v = map[string]any{"nodes": []any{history("acme/b", "", 5)}}
			}
		}
		b, _ := json.Marshal(map[string]any{"data": v})
		return 200, string(b)
	}}
	got := collect(t, server, "exclude: [acme/sandbox]", nil)
	if n := len(got.keeper.Items()); n != 5 || asked != 3 {
		t.Errorf("%d of 5 commits after %d requests", n, asked)
	}
	if !has(got.gaps(commitsPart, false), "the token must not see it") {
		t.Errorf("the repository that is not given has no gap: %q", got.gaps(commitsPart, false))
	}
	it := got.keeper.Items()[0].Item
	if verbs(it, half) != "03-01 committed" || it.Outcome.State != evidence.StateMerged || !it.Private {
		t.Errorf("a commit is %+v", it)
	}
}

func TestContributionsAreAskedForAYearAtATime(t *testing.T) {
	var spans []string
	server := &answering{graph: func(op string, vars map[string]any) (int, string) {
		if op == "Preflight" {
			spans = append(spans, fmt.Sprint(vars["from"], "..", vars["to"]))
			return 200, quiet(nil)
		}
		spans = append(spans, fmt.Sprint(vars["from"], "..", vars["to"]))
		return 200, `{"data":{"user":{"contributionsCollection":{"commitContributionsByRepository":[]}}}}`
	}}
	p := evidence.Period{From: time.Date(2024, 6, 1, 0, 0, 0, 0, time.UTC), To: time.Date(2026, 6, 1, 0, 0, 0, 0, time.UTC)}
	if got := collectIn(t, world(server), "", p, nil); got.Err != nil {
		t.Fatal(got.Err)
	}
	for _, s := range spans {
		from, to, _ := strings.Cut(s, "..")
		if d := seconds(to) - seconds(from); d <= 0 || d > int64(year/time.Second) {
			t.Errorf("asked for %s", s)
		}
	}
	if len(spans) != 3 {
		t.Errorf("asked %v", spans)
	}
}

func TestHiddenContributionsAreTold(t *testing.T) {
	got := collect(t, &answering{graph: func(string, map[string]any) (int, string) {
		return 200, strings.Replace(quiet(nil), `"totalCommitContributions":0`, `"totalCommitContributions":0,"restrictedContributionsCount":12`, 1)
	}}, "", nil)
	if !has(got.notes(commitsPart), "counts 12 contributions in places that the token must not see") {
		t.Errorf("notes %q", got.notes(commitsPart))
	}
}

func TestReviewsThatGitHubCountsAndDoesNotShowAreTold(t *testing.T) {
	server := reviewed("s2", func(x map[string]any) {
		x["mine"] = map[string]any{"nodes": []any{map[string]any{"id": "R_1", "state": "APPROVED", "submittedAt": "2026-03-03T09:00:00Z"}}}
	})
	graph := server.graph
	server.graph = func(op string, vars map[string]any) (int, string) {
		code, body := graph(op, vars)
		return code, strings.Replace(body, `"totalCommitContributions":0`, `"totalCommitContributions":0,"totalPullRequestReviewContributions":4`, 1)
	}
	got := collect(t, server, "", nil)
	if !has(got.notes(reviewsPart), "counts 4 reviews in the period, of which 1 can be seen") {
		t.Errorf("notes %q", got.notes(reviewsPart))
	}
}
