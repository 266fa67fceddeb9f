package github

import (
	"fmt"
	"maps"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/dossier-report/dossier/collectors/collectorstest"
	"github.com/dossier-report/dossier/evidence"
)

// told prints an item's content in a line that a test can compare.
func told(it evidence.Item) string {
	var b strings.Builder
	fmt.Fprintf(&b, "%s %s", it.Kind, it.Place)
	if it.Private {
		b.WriteString(" private")
	}
	for _, a := range it.Acts {
		fmt.Fprintf(&b, " | %s %s", a.At.Format("01-02"), a.Verb)
		if a.Context != "" && a.Verb != evidence.Answered && !strings.HasPrefix(a.Context, "@@") {
			fmt.Fprintf(&b, " (%s)", a.Context)
		}
	}
	if o := it.Outcome; o != nil {
		fmt.Fprintf(&b, " => %s %s %s", o.State, o.At.Format("01-02"), o.By)
	}
	return b.String()
}

func TestEveryPartOfThePersonIsFound(t *testing.T) {
	got := collect(t, collectorstest.Open(t, "testdata/half-year.txt"), "projects: [acme/7]", nil)
	if got.Err != nil || got.Coverage.State != evidence.Complete {
		t.Errorf("%s: %s, %v", got.Coverage.State, got.Coverage.Why, got.Err)
	}
	want := map[string]string{
		"github:5000#12": "pull_request acme/api private | 02-03 opened | 02-03 commented | 02-04 commented => merged 02-10 mergify[bot]",
		"github:5000#8":  "pull_request acme/api private | 12-20 opened | 01-15 merged => merged 01-15 robin-v",
		"github:5001#30": "pull_request acme/web | 03-02 requested_changes | 03-04 approved => merged 03-20 ana-d",
		"github:5000#3":  "issue acme/api private | 01-20 opened => done 02-10 ana-d",
		"github:5000#5":  "issue acme/api private | 03-04 opened | 03-04 closed => dropped 03-04 robin-v",
		"github:5002#6":  "issue acme/trainer private | 04-02 assigned",
		"github:77#99":   "issue oss/sampler | 07-01 commented | 04-20 commented",
		"github:discussion/D_40": "discussion acme/trainer private | 05-19 answered | 05-19 commented (Linear, see ML-300.) " +
			"=> answered 05-20 tomek-z",
		"github:commit/0123456789abcdef0123456789abcdef01234567": "commit acme/api private | 02-03 committed => merged 02-10 ",
		"github:card/PVTI_1":    "card Research roadmap private | 01-06 created | 01-07 scheduled (due 2026-06-20) | 06-16 moved (to Done) => done 06-16 robin-v",
		"github:card/PVTI_2":    "card Research roadmap private | 04-03 moved (Next → In progress)",
		"github:status/PVTSU_1": "message Research roadmap private | 06-01 posted",
	}
	for _, rec := range got.keeper.Items() {
		if w := want[rec.Item.ID]; told(rec.Item) != w {
			t.Errorf("%s\n got %s\nwant %s", rec.Item.ID, told(rec.Item), w)
		}
		delete(want, rec.Item.ID)
	}
	for id := range want {
		t.Errorf("%s is not found", id)
	}
}

func TestPullRequestTellsTheWholeStory(t *testing.T) {
	got := collect(t, collectorstest.Open(t, "testdata/half-year.txt"), "projects: [acme/7]", nil)
	it := got.item(t, "https://github.com/acme/api/pull/12")
	if it.Text != "It was read for every batch.\n\nSee OPS2-40." {
		t.Errorf("text %q", it.Text)
	}
	if s := strings.Join(it.Links, " "); s != "ML-231 OPS2-40 acme/api#3 0123456789abcdef0123456789abcdef01234567 https://github.com/orgs/acme/projects/7" {
		t.Errorf("links %s", s)
	}
	if *it.Size != (evidence.Size{Additions: 120, Deletions: 14, Files: 2, Comments: 3}) || strings.Join(it.Paths, " ") != "tok/cache.go tok/cache_test.go" {
		t.Errorf("size %+v, paths %v", it.Size, it.Paths)
	}
	var people, moves []string
	for _, p := range it.People {
		people = append(people, fmt.Sprintf("%s/%s %s %s", p.Login, p.Name, p.Role, p.At.Format("01-02")))
	}
	// The deleted reviewer is there, without a name.
	if want := []string{"ana-d/Ana Duarte reviewer 02-04", "ana-d/Ana Duarte approver 02-09", "/ reviewer 02-09", "mergify[bot]/ merger 02-10"}; !slices.Equal(people, want) {
		t.Errorf("people %q\nwant %q", people, want)
	}
	for _, m := range it.Flow.Moves {
		moves = append(moves, fmt.Sprintf("%s %s→%s %s %s", m.At.Format("01-02"), m.From, m.To, m.By, m.How))
	}
	if want := []string{"02-03 Draft→Open robin-v event", "02-03 Open→In review robin-v event", "02-04 In review→Changes requested ana-d event",
		"02-09 Changes requested→Approved ana-d event", "02-10 Approved→Merged mergify[bot] event"}; !slices.Equal(moves, want) {
		t.Errorf("moves %q\nwant %q", moves, want)
	}
	if want := (map[string]evidence.WorkState{"Draft": evidence.InProgress, "Open": evidence.InProgress, "In review": evidence.Waiting,
		"Changes requested": evidence.InProgress, "Approved": evidence.Waiting, "Merged": evidence.Done}); !maps.Equal(it.Flow.Meanings, want) {
		t.Errorf("meanings %v", it.Flow.Meanings)
	}
	if e := it.Flow.Estimate; e == nil || *e != (evidence.Estimate{Value: 3, Unit: "points"}) {
		t.Errorf("estimate %+v", e)
	}
	if a := it.Acts[2]; a.Text != "Bounded now." || a.Context != "@@ -1 +1 @@\n-map\n+lru" {
		t.Errorf("the answer is %q in %q", a.Text, a.Context)
	}
}

func TestReviewHasItsInlineCommentsAndTheCodeTheyAreAbout(t *testing.T) {
	it := collect(t, collectorstest.Open(t, "testdata/half-year.txt"), "projects: [acme/7]", nil).item(t, "https://github.com/acme/web/pull/30")
	if a := it.Acts[0]; a.Text != "One thing.\n\nThis leaks.\n\nAnd this." || a.Context != "@@ -3 +3 @@\n+open()" || a.URL != "https://github.com/acme/web/pull/30#pullrequestreview-5" {
		t.Errorf("the review is %+v", a)
	}
	if it.Author == nil || it.Author.Name != "Ana Duarte" {
		t.Errorf("author %+v", it.Author)
	}
}

func TestSecondRunWithNothingNewAsksOnce(t *testing.T) {
	first := collectorstest.Open(t, "testdata/half-year.txt")
	got := collect(t, first, "projects: [acme/7]", nil)
	// 1 for everything, 2+1+1 for issues, 3 pages and 2 tails of pull requests
	// and reviews, 2 for discussions, 3 for commits, 2 for the board.
	if n := len(first.Asked()); n != 17 {
		t.Errorf("%d requests in the first run, want 17", n)
	}
	second := collectorstest.Text(t, preflightOf(t))
	again := collect(t, second, "projects: [acme/7]", got.keeper)
	if n := len(second.Asked()); n != 1 || again.Coverage.State != evidence.Complete || again.Kept != (evidence.Kept{}) {
		t.Errorf("%d requests in the second run, %s, %+v", len(second.Asked()), again.Coverage.State, again.Kept)
	}
}

// preflightOf returns the first exchange of the fixture.
func preflightOf(t *testing.T) string {
	t.Helper()
	b, err := os.ReadFile("testdata/half-year.txt")
	if err != nil {
		t.Fatal(err)
	}
	parts := strings.SplitAfterN(string(b), "\n-- POST", 3)
	return parts[0] + strings.TrimSuffix(parts[1], "-- POST")
}

func TestPullRequestFlow(t *testing.T) {
	at := func(day int) stamp { return stamp{Time: time.Date(2026, 3, day, 9, 0, 0, 0, time.UTC)} }
	ana := &actor{Typename: "User", Login: "ana-d"}
	tests := []struct {
		name    string
		n       artefact
		reviews []review
		events  []event
		want    string
	}{
		{"review request of a draft", artefact{}, nil, []event{{Typename: "ReviewRequestedEvent", CreatedAt: at(2)}, {Typename: "ReadyForReviewEvent", CreatedAt: at(3)}}, "Draft→Open"},
		{"merged as a draft", artefact{IsDraft: true, MergedAt: at(4)}, nil, nil, "Draft→Merged"},
		{"back to a draft", artefact{IsDraft: true}, nil, []event{{Typename: "ConvertToDraftEvent", CreatedAt: at(2)}}, "Open→Draft"},
		{"comment after the approval", artefact{MergedAt: at(5)}, []review{{State: "APPROVED", SubmittedAt: at(2), Author: ana}, {State: "COMMENTED", SubmittedAt: at(3), Author: ana}}, nil, "Open→Approved Approved→Merged"},
		{"review after the merge", artefact{MergedAt: at(2)}, []review{{State: "APPROVED", SubmittedAt: at(3), Author: ana}}, nil, "Open→Merged"},
		{"closed and opened again", artefact{}, nil, []event{{Typename: "ClosedEvent", CreatedAt: at(2)}, {Typename: "ReopenedEvent", CreatedAt: at(3)}}, "Open→Closed Closed→Open"},
		{"another round", artefact{}, []review{{State: "CHANGES_REQUESTED", SubmittedAt: at(2), Author: ana}, {State: "COMMENTED", SubmittedAt: at(3), Author: ana}, {State: "CHANGES_REQUESTED", SubmittedAt: at(4), Author: ana}}, nil,
			"Open→Changes requested Changes requested→In review In review→Changes requested"},
	}
	for _, tt := range tests {
		n := tt.n
		n.Typename, n.CreatedAt = "PullRequest", at(1)
		for i := range tt.reviews {
			n.Reviews.Nodes = append(n.Reviews.Nodes, &tt.reviews[i])
		}
		for i := range tt.events {
			n.Events.Nodes = append(n.Events.Nodes, &tt.events[i])
		}
		var got []string
		for _, m := range (&maker{self: []string{"robin-v"}}).flow(&n).Moves {
			got = append(got, m.From+"→"+m.To)
		}
		if s := strings.Join(got, " "); s != tt.want {
			t.Errorf("%s: %s, want %s", tt.name, s, tt.want)
		}
	}
}
