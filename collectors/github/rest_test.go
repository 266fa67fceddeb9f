package github

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"github.com/dossier-report/dossier/evidence"
)

// onREST is a server without GraphQL, with one pull request that robin-v
// reviewed and one issue that they opened.
func onREST(t *testing.T, incomplete bool) *answering {
	user := func(login string) map[string]any { return map[string]any{"login": login, "type": "User"} }
	issue := func(n int, author string) map[string]any {
		return map[string]any{"id": n, "node_id": "N_" + itoa(n), "number": n, "title": "Thing", "html_url": "https://github.com/acme/api/issues/" + itoa(n), "state": "open",
			"created_at": "2026-03-01T09:00:00Z", "user": user(author), "repository_url": "https://api.github.com/repos/acme/api", "comments": 1}
	}
	s := &answering{graph: func(string, map[string]any) (int, string) {
		return 403, `{"message": "Resource not accessible by integration"}`
	}}
	s.rest = func(path string) (int, string) {
		var v any = []any{}
		switch {
		case strings.HasPrefix(path, "search/issues"):
			items := []any{}
			switch {
			case strings.Contains(path, "reviewed-by") && !strings.Contains(path, "-reviewed-by"):
				items = append(items, issue(9, "ana-d"))
			case strings.Contains(path, "is%3Aissue+author%3Arobin-v+created"):
				items = append(items, issue(3, "robin-v"))
			}
			// As a whole it is too much; a part of it is not.
			part := incomplete && strings.Contains(path, "is%3Aissue+author%3Arobin-v+created%3A2026-01-01T00%3A00%3A00Z..2026-06-30T23%3A59%3A59Z")
			if part {
				items = nil
			}
			v = map[string]any{"total_count": len(items), "incomplete_results": part, "items": items}
		case path == "users/acme":
			v = map[string]any{"login": "acme"}
		case path == "repos/acme/api":
			v = map[string]any{"id": 5000, "full_name": "acme/api", "private": true}
		case strings.HasPrefix(path, "repos/acme/api/pulls/9/reviews"):
			v = []any{map[string]any{"id": 1, "state": "CHANGES_REQUESTED", "body": "One thing.", "submitted_at": "2026-03-02T09:00:00Z", "user": user("robin-v"), "html_url": "https://github.com/acme/api/pull/9#pullrequestreview-1"}}
		case strings.HasPrefix(path, "repos/acme/api/pulls/9/comments"):
			v = []any{map[string]any{"id": 2, "pull_request_review_id": 1, "body": "This leaks.", "diff_hunk": "@@ -1 +1 @@", "path": "a.go", "created_at": "2026-03-02T09:00:00Z", "user": user("robin-v")}}
		case strings.HasPrefix(path, "repos/acme/api/pulls/9/files"):
			v = []any{map[string]any{"filename": "a.go"}}
		case path == "repos/acme/api/pulls/9":
			v = map[string]any{"number": 9, "merged_at": "2026-03-05T09:00:00Z", "merged_by": user("ana-d"), "additions": 5, "changed_files": 1, "merge_commit_sha": "abc", "head": map[string]any{"ref": "ml-7-x"}}
		case strings.HasPrefix(path, "repos/acme/api/issues/3/comments"):
			v = []any{map[string]any{"body": "Still there.", "created_at": "2026-03-03T09:00:00Z", "user": user("robin-v"), "html_url": "https://github.com/acme/api/issues/3#issuecomment-1"}}
		case strings.Contains(path, "/comments") || strings.Contains(path, "/events"):
		default:
			t.Errorf("asked for %s", path)
		}
		b, err := json.Marshal(v)
		if err != nil {
			t.Error(err)
		}
		return 200, string(b)
	}
	return s
}

func TestServerWithoutGraphQLIsReadByREST(t *testing.T) {
	got := collect(t, onREST(t, false), "", nil)
	if s := verbs(got.item(t, "github:5000#9"), half); s != "03-02 requested_changes" {
		t.Errorf("reviews: %s", s)
	}
	it := got.item(t, "github:5000#9")
	if a := it.Acts[0]; a.Text != "One thing.\n\nThis leaks." || a.Context != "@@ -1 +1 @@" || it.Outcome == nil || it.Outcome.State != evidence.StateMerged || fmt.Sprint(it.Paths, it.Links) != "[a.go] [ML-7 abc]" || !it.Private {
		t.Errorf("the pull request is %+v", it)
	}
	if s := verbs(got.item(t, "github:5000#3"), half); s != "03-01 opened, 03-03 commented" {
		t.Errorf("the issue: %s", s)
	}
	for _, part := range []string{"boards", "commits", "discussions opened", "comments on discussions"} {
		if len(got.gaps(part, false)) == 0 {
			t.Errorf("%s have no gap", part)
		}
	}
	if got.Coverage.State != evidence.Partial {
		t.Errorf("%s", got.Coverage.State)
	}
}

func TestF36ReviewThatAListHoldsTwiceIsOneAct(t *testing.T) {
	server := onREST(t, false)
	known := server.rest
	server.rest = func(path string) (int, string) {
		code, body := known(path)
		if strings.HasPrefix(path, "repos/acme/api/pulls/9/reviews") || strings.HasPrefix(path, "repos/acme/api/pulls/9/comments") {
			one := strings.Trim(body, "[]")
			body = "[" + one + "," + one + "]"
		}
		return code, body
	}
	it := collect(t, server, "", nil).item(t, "github:5000#9")
	if len(it.Acts) != 1 || it.Acts[0].Text != "One thing.\n\nThis leaks." {
		t.Errorf("acts %+v", it.Acts)
	}
}

func TestEachLoginIsAskedForByRESTToo(t *testing.T) {
	server := onREST(t, false)
	got := asBoth(t, server, "")
	if s := verbs(got.item(t, "github:5000#9"), half); s != "03-02 requested_changes" {
		t.Errorf("reviews: %s", s)
	}
	for _, login := range []string{"robin-v", "robin-old"} {
		if !has(server.asked, "is%3Apr+author%3A"+login+"+") {
			t.Errorf("%s is not asked for", login)
		}
	}
	if len(got.gaps("commits", false)) != 1 || len(got.gaps("commits (robin-old)", false)) != 1 {
		t.Error("commits have no gap for each login")
	}
}

func TestUnreadableRepositoryIsMissingByRESTToo(t *testing.T) {
	server := onREST(t, false)
	known := server.rest
	server.rest = func(path string) (int, string) {
		if path == "repos/acme/secret" || path == "users/nobody" {
			return 404, `{"message": "Not Found"}`
		}
		return known(path)
	}
	got := collect(t, server, "{repos: [acme/secret], orgs: [nobody, acme]}", nil)
	if !has(got.gaps("places", false), "repository acme/secret: github.com answered 404") || !has(got.gaps("places", false), "organisation nobody") || len(got.gaps("places", false)) != 2 {
		t.Errorf("gaps %q", got.gaps("places", false))
	}
}

func TestF16SearchThatTheServerHadNoTimeForIsSplit(t *testing.T) {
	got := collect(t, onREST(t, true), "", nil)
	got.item(t, "github:5000#3")
	if g := got.gaps("issues opened", false); len(g) != 0 {
		t.Errorf("gaps %q", g)
	}
}
