package github

import (
	"flag"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/dossier-report/dossier/collectors/collectorstest"
	"github.com/dossier-report/dossier/evidence"
)

// reviewed answers with one pull request of somebody else's in the part of
// reviews, changed as told.
func reviewed(part string, change func(map[string]any)) *answering {
	return &answering{graph: func(op string, _ map[string]any) (int, string) {
		if op == "Preflight" {
			return 200, quiet(map[string]int{part: 1})
		}
		return 200, found(1, "", pr(9, func(x map[string]any) {
			x["author"] = map[string]any{"__typename": "User", "login": "ana-d"}
			change(x)
		}))
	}}
}

func verbs(it evidence.Item, p evidence.Period) string {
	var list []string
	for _, a := range it.Acts {
		if p.Contains(a.At) {
			list = append(list, a.At.Format("01-02 ")+string(a.Verb))
		}
	}
	return strings.Join(list, ", ")
}

func week(from string) evidence.Period {
	t, err := time.Parse(time.DateOnly, from)
	if err != nil {
		panic(err)
	}
	return evidence.Period{From: t, To: t.AddDate(0, 0, 7), Zone: time.UTC}
}

func TestReviewCountsInTheWeekItWasSubmittedAndNotWhenItWasMerged(t *testing.T) {
	server := reviewed("s2", func(x map[string]any) {
		x["mine"] = map[string]any{"nodes": []any{map[string]any{"id": "R_1", "state": "APPROVED", "submittedAt": "2026-03-03T09:00:00Z"}}}
		x["mergedAt"], x["closedAt"], x["state"] = "2026-03-18T09:00:00Z", "2026-03-18T09:00:00Z", "MERGED"
	})
	first := collectIn(t, world(server), "", week("2026-03-02"), nil)
	if s := verbs(first.item(t, "github:5000#9"), week("2026-03-02")); s != "03-03 approved" {
		t.Errorf("in its week: %s", s)
	}
	if third := collectIn(t, world(server), "", week("2026-03-16"), nil); len(third.keeper.Items()) != 0 {
		t.Errorf("in the week of the merge: %+v", third.keeper.Items())
	}
}

func TestPullRequestTouchedLaterByABotIsNoLaterReview(t *testing.T) {
	server := reviewed("s2", func(x map[string]any) {
		x["updatedAt"] = "2026-05-20T09:00:00Z"
		x["mine"] = map[string]any{"nodes": []any{map[string]any{"id": "R_1", "state": "COMMENTED", "submittedAt": "2026-03-03T09:00:00Z"}}}
		x["comments"] = map[string]any{"totalCount": 1, "nodes": []any{map[string]any{"body": "stale", "createdAt": "2026-05-20T09:00:00Z", "author": map[string]any{"__typename": "Bot", "login": "stale"}}}}
	})
	may := evidence.Period{From: time.Date(2026, 5, 1, 0, 0, 0, 0, time.UTC), To: time.Date(2026, 6, 1, 0, 0, 0, 0, time.UTC)}
	if got := collectIn(t, world(server), "", may, nil); len(got.keeper.Items()) != 0 {
		t.Errorf("in May: %+v", got.keeper.Items())
	}
}

func TestCommentWithoutAReviewIsAComment(t *testing.T) {
	server := reviewed("s3", func(x map[string]any) {
		x["comments"] = map[string]any{"totalCount": 1, "nodes": []any{map[string]any{"body": "Nice", "createdAt": "2026-03-03T09:00:00Z", "author": map[string]any{"login": "robin-v"}}}}
	})
	got := collect(t, server, "", nil)
	if s := verbs(got.item(t, "github:5000#9"), half); s != "03-03 commented" {
		t.Errorf("got %s", s)
	}
}

func TestHalfPastMidnightOnNewYearsDayIsInJanuary(t *testing.T) {
	zone, err := time.LoadLocation("America/Vancouver")
	if err != nil {
		t.Skip("no time zones here")
	}
	january := evidence.Period{From: time.Date(2026, 1, 1, 0, 0, 0, 0, zone), To: time.Date(2026, 2, 1, 0, 0, 0, 0, zone), Zone: zone}
	asked := ""
	server := &answering{graph: func(op string, vars map[string]any) (int, string) {
		if op == "Preflight" {
			return 200, quiet(map[string]int{"s0": 2})
		}
		asked = vars["q"].(string)
		return 200, found(2, "", pr(1, func(x map[string]any) { x["createdAt"] = "2026-01-01T08:30:00Z" }),
			pr(2, func(x map[string]any) { x["createdAt"] = "2026-02-01T07:59:59Z" }))
	}}
	got := collectIn(t, world(server), "", january, nil)
	if len(got.keeper.Items()) != 2 || !strings.Contains(asked, "created:2026-01-01T08:00:00Z..2026-02-01T07:59:59Z") {
		t.Errorf("%d items, asked %s", len(got.keeper.Items()), asked)
	}
}

func TestFirstSecondOfThePeriodIsInIt(t *testing.T) {
	got := collect(t, &answering{graph: func(op string, _ map[string]any) (int, string) {
		if op == "Preflight" {
			return 200, quiet(map[string]int{"s0": 1})
		}
		return 200, found(1, "", pr(1, func(x map[string]any) { x["createdAt"] = "2026-01-01T00:00:00Z" }))
	}}, "", nil)
	if len(got.keeper.Items()) != 1 {
		t.Error("it is not found")
	}
}

func TestOnlyTheNamedPlacesAreKept(t *testing.T) {
	tests := []struct {
		settings string
		want     bool
		narrowed string
	}{
		{"", true, ""},
		{"orgs: [ACME]", true, " user:ACME"},
		{"orgs: [other]", false, " user:other"},
		{"repos: [acme/api]", true, " repo:acme/api"},
		{"{orgs: [other], repos: [acme/api]}", true, ""},
		{"{orgs: [acme], exclude: [acme/a*]}", false, " user:acme"},
	}
	for _, tt := range tests {
		var cfg Config
		if err := collectorstest.Settings(tt.settings).Decode(&cfg); err != nil {
			t.Fatal(err)
		}
		if got := cfg.wanted("acme/api"); got != tt.want || cfg.qualifier() != tt.narrowed {
			t.Errorf("%q: wanted %v, searched with %q", tt.settings, got, cfg.qualifier())
		}
	}
}

func TestOutcomes(t *testing.T) {
	at := stamp{Time: time.Date(2026, 3, 1, 9, 0, 0, 0, time.UTC)}
	tests := []struct {
		name string
		n    artefact
		want evidence.State
	}{
		{"open", artefact{State: "OPEN"}, ""},
		{"opened again", artefact{State: "OPEN", ClosedAt: at}, ""},
		{"merged", artefact{Typename: "PullRequest", State: "MERGED", MergedAt: at, ClosedAt: at}, evidence.StateMerged},
		{"closed without a merge", artefact{Typename: "PullRequest", State: "CLOSED", ClosedAt: at}, evidence.StateClosed},
		{"completed", artefact{Typename: "Issue", State: "CLOSED", StateReason: "COMPLETED", ClosedAt: at}, evidence.StateDone},
		{"without a reason", artefact{Typename: "Issue", State: "CLOSED", ClosedAt: at}, evidence.StateDone},
		{"not planned", artefact{Typename: "Issue", State: "CLOSED", StateReason: "NOT_PLANNED", ClosedAt: at}, evidence.StateDropped},
		{"twice the same", artefact{Typename: "Issue", State: "CLOSED", StateReason: "DUPLICATE", ClosedAt: at}, evidence.StateDropped},
	}
	for _, tt := range tests {
		got := evidence.State("")
		if o := outcome(&tt.n); o != nil {
			got = o.State
		}
		if got != tt.want {
			t.Errorf("%s: %q, want %q", tt.name, got, tt.want)
		}
	}
}

func TestBotsSayThatTheyAre(t *testing.T) {
	for _, tt := range []struct {
		a    *actor
		want string
	}{{&actor{Typename: "Bot", Login: "dependabot"}, "dependabot[bot]"}, {&actor{Typename: "Bot", Login: "x[bot]"}, "x[bot]"}, {&actor{Typename: "User", Login: "ana-d"}, "ana-d"}, {nil, ""}} {
		if got := tt.a.person().Login; got != tt.want {
			t.Errorf("%+v is %q, want %q", tt.a, got, tt.want)
		}
	}
}

var update = flag.Bool("update", false, "write the golden files anew")

func golden(t *testing.T, file, got string) {
	t.Helper()
	if *update {
		if err := os.WriteFile(file, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(file)
	if err != nil || string(want) != got {
		t.Errorf("%s differs (run with -update): %v\n%s", file, err, got)
	}
}

// TestPreflightIsADocument keeps the only query that is put together at run time
// where queries/validate.mjs finds it.
func TestPreflightIsADocument(t *testing.T) {
	p := preflight{login: "robin-v", from: "2026-01-01T00:00:00Z", to: "2026-06-30T23:59:59Z", searches: []string{"is:pr", discussionMark + "author:x"},
		owners: []string{"acme"}, repos: []string{"acme/api"}, boards: []string{"acme/7"}, listed: []string{"robin-v"}}
	doc, vars := p.query()
	golden(t, "testdata/preflight.graphql", doc)
	without := p
	without.boards, without.listed = nil, nil
	less, _ := without.query()
	golden(t, "testdata/preflight_without_boards.graphql", less)
	if vars["s1"] != "author:x" || !strings.Contains(doc, "s1: search(type: DISCUSSION") {
		t.Errorf("variables %v", vars)
	}
	for name := range vars {
		if !strings.Contains(doc, "$"+name+":") {
			t.Errorf("$%s is not declared", name)
		}
	}
}

func TestNamesThatOnlyNewServersKnowStandInOneQuery(t *testing.T) {
	files, err := queryFiles.ReadDir("queries")
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range files {
		b, err := queryFiles.ReadFile("queries/" + f.Name())
		if err != nil {
			t.Fatal(err)
		}
		newer := strings.Contains(string(b), "STATUS_CHANGED_EVENT") || strings.Contains(string(b), "wasAutomated")
		if newer != (f.Name() == "board_history.graphql") {
			t.Errorf("%s: newer names %v", f.Name(), newer)
		}
	}
}
