package github

import (
	"fmt"
	"strings"
	"testing"

	"github.com/dossier-report/dossier/evidence"
)

// asBoth is robin-v, who was robin-old before.
func asBoth(t *testing.T, server *answering, settings string) result {
	t.Helper()
	env := world(server)
	env.Self.Logins["github"] = []string{"robin-v", "robin-old", "Robin-V"}
	return collectIn(t, env, settings, half, nil)
}

func given1(id, at, login string) map[string]any {
	return map[string]any{"id": id, "state": "APPROVED", "submittedAt": at, "author": map[string]any{"__typename": "User", "login": login}}
}

// TestWorkUnderEachLoginIsThePersons has a pull request that both logins
// reviewed, one that only the old one opened, and a comment by the old login on
// an issue of the new one's.
func TestWorkUnderEachLoginIsThePersons(t *testing.T) {
	reviews := map[string]any{"robin-v": given1("R_1", "2026-03-02T09:00:00Z", "robin-v"), "robin-old": given1("R_2", "2026-03-04T09:00:00Z", "robin-old")}
	shared := func(login any) map[string]any {
		return pr(9, func(x map[string]any) {
			x["author"] = map[string]any{"__typename": "User", "login": "ana-d"}
			x["reviews"] = map[string]any{"nodes": []any{reviews["robin-v"], reviews["robin-old"]}}
			x["mine"] = map[string]any{"nodes": []any{reviews[login.(string)]}}
		})
	}
	server := &answering{}
	server.graph = func(op string, vars map[string]any) (int, string) {
		q, _ := vars["q"].(string)
		switch {
		case op == "Preflight" && vars["login"] == "robin-old":
			return 200, quiet(map[string]int{"s0": 1, "s2": 1})
		case op == "Preflight":
			return 200, quiet(map[string]int{"s2": 1, "s4": 1})
		case op == "Tail":
			return 200, fmt.Sprintf(`{"data": {"node": {"mine": {"nodes": [{"id": %q, "state": "APPROVED", "submittedAt": %q}]}}}}`,
				reviews[vars["login"].(string)].(map[string]any)["id"], reviews[vars["login"].(string)].(map[string]any)["submittedAt"])
		case strings.Contains(q, "reviewed-by"):
			return 200, found(1, "", shared(vars["login"]))
		case op == "Issues":
			return 200, found(1, "", pr(3, func(x map[string]any) {
				x["__typename"] = "Issue"
				x["comments"] = map[string]any{"totalCount": 1, "nodes": []any{map[string]any{"body": "Done", "createdAt": "2026-03-05T09:00:00Z", "author": map[string]any{"login": "robin-old"}}}}
			}))
		case strings.Contains(q, "is:pr author:robin-old"):
			return 200, found(1, "", pr(4, func(x map[string]any) { x["author"] = map[string]any{"login": "robin-old"} }))
		}
		t.Errorf("asked for %s %v", op, vars)
		return 404, ""
	}
	got := asBoth(t, server, "")
	for id, want := range map[string]string{"github:5000#9": "03-02 approved, 03-04 approved", "github:5000#4": "03-01 opened", "github:5000#3": "03-01 opened, 03-05 commented"} {
		it := got.item(t, id)
		if s := verbs(it, half); s != want {
			t.Errorf("%s: %s, want %s", id, s, want)
		}
		for _, p := range it.People {
			if strings.HasPrefix(p.Login, "robin") {
				t.Errorf("%s: the person takes part beside themselves as %s", id, p.Login)
			}
		}
	}
	if got.Coverage.State != evidence.Complete || len(got.keeper.Items()) != 3 {
		t.Errorf("%d items, %s: %s", len(got.keeper.Items()), got.Coverage.State, got.Coverage.Why)
	}
	if n, tails := count1(server.asked, "Preflight"), count1(server.asked, "Tail"); n != 2 || tails != 2 {
		t.Errorf("asked %v", server.asked)
	}
}

func TestLoginThatIsNobodyIsAGapAndTheOtherIsRead(t *testing.T) {
	server := &answering{}
	server.graph = func(op string, vars map[string]any) (int, string) {
		switch {
		case op == "Preflight" && vars["login"] == "robin-old":
			return 200, `{"data": {"user": null}, "errors": [{"type": "NOT_FOUND", "path": ["user"], "message": "Could not resolve to a User"}]}`
		case op == "Preflight":
			return 200, quiet(map[string]int{"s0": 1})
		}
		return 200, found(1, "", pr(1))
	}
	got := asBoth(t, server, "")
	if len(got.keeper.Items()) != 1 || !has(got.gaps("places", false), "the login robin-old: find the person") || got.Coverage.State != evidence.Partial {
		t.Errorf("%d items, gaps %q", len(got.keeper.Items()), got.gaps("places", false))
	}
}
