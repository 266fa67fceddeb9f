package report

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/dossier-report/dossier/evidence"
	"github.com/dossier-report/dossier/objectives"
)

// groupTitles returns the titles of the groups with how much is in each.
func groupTitles(us []Unserved) []string {
	var titles []string
	for _, u := range us {
		titles = append(titles, fmt.Sprintf("%s %s: %s", u.By, u.Title, u.Count()))
	}
	return titles
}

func several(kind evidence.Kind, placed string, n int) []evidence.Item {
	var items []evidence.Item
	for i := range n {
		it := item(kind, fmt.Sprintf("%s-%d", strings.ReplaceAll(placed, "/", "-"), i), fmt.Sprintf("%s %d", placed, i), act(evidence.Commented, fmt.Sprintf("03-%02d", i+1)))
		it.Place = placed
		items = append(items, it)
	}
	return items
}

func TestWorkForNoObjectiveIsGroupedByThreadThenPlaceThenKind(t *testing.T) {
	items := several(evidence.PullRequest, "acme/api", 4)
	items = append(items, several(evidence.PullRequest, "acme/web", 2)...)
	items = append(items, several(evidence.PullRequest, "acme/ios", 1)...)
	items = append(items, several(evidence.Ticket, "ML", 5)...)
	in, _ := input(items...)
	in.Threads = []evidence.Thread{{ID: items[7].ID, Items: []string{items[7].ID, items[8].ID, items[9].ID, items[10].ID}}}
	got := Build(in).Unserved
	want := []string{"place Pull requests in acme/api: 4 pieces of work", "thread ML 0: 1 piece of work (4 items)",
		"kind Other pull requests: 3 pieces of work", "kind Other tickets: 1 piece of work"}
	if diff := cmp.Diff(want, groupTitles(got)); diff != "" {
		t.Fatalf("groups (-want +got):\n%s", diff)
	}
	api := got[0]
	if api.Span() != "1 Mar 2026 – 4 Mar 2026" || len(api.Links) != unservedLinks || api.Links[0].URL != items[3].URL {
		t.Errorf("group %+v, want its latest three items linked", api)
	}
	if one := got[3]; one.Span() != "5 Mar 2026" {
		t.Errorf("span %q of one day", one.Span())
	}
}

func TestWorkOfWhichAPartServesIsNotWithoutAnObjective(t *testing.T) {
	items := several(evidence.PullRequest, "acme/api", 3)
	in, v := input(items...)
	in.Threads = []evidence.Thread{{ID: "t", Items: []string{items[0].ID, items[1].ID}}}
	v.choose("speed", 0.9, items[0].ID)
	if diff := cmp.Diff([]string{"kind Pull requests: 1 piece of work"}, groupTitles(Build(in).Unserved)); diff != "" {
		t.Errorf("groups (-want +got):\n%s", diff)
	}
	in.Only = []string{"growth"}
	if diff := cmp.Diff([]string{"kind Pull requests: 1 piece of work"}, groupTitles(Build(in).Unserved)); diff != "" {
		t.Errorf("what serves an objective that this report leaves out serves one (-want +got):\n%s", diff)
	}
}

func TestRejectedWorkIsWithoutAnObjectiveAndRoutineIsNoWork(t *testing.T) {
	items := several(evidence.PullRequest, "acme/api", 2)
	in, v := input(items...)
	v.choose("speed", 0.9, items[0].ID)
	v.decide(items[0].ID, "speed", objectives.Reject)
	in.Mapping = routines{v, items[1].ID}
	us := Build(in).Unserved
	if diff := cmp.Diff([]string{"kind Pull requests: 1 piece of work"}, groupTitles(us)); diff != "" {
		t.Errorf("groups (-want +got):\n%s", diff)
	}
	if us[0].Near != nil {
		t.Errorf("near %+v: the person has said that it is not", us[0].Near)
	}
}

// routines is a mapping that knows one item as a bot's routine.
type routines struct {
	verdicts
	id string
}

func (r routines) Routine(item string) string {
	if item == r.id {
		return "dependency bump"
	}
	return ""
}

func TestGroupNamesTheObjectiveThatMostOfItCameNear(t *testing.T) {
	items := several(evidence.PullRequest, "acme/api", 4)
	in, v := input(items...)
	v.choose("speed", 0.45, items[0].ID)
	v.choose("growth", 0.4, items[1].ID, items[2].ID)
	v.choose("speed", 0.1, items[1].ID, items[2].ID, items[3].ID)
	if diff := cmp.Diff(&NearMiss{Objective: "growth", Number: 2, Items: 2}, Build(in).Unserved[0].Near); diff != "" {
		t.Errorf("near (-want +got):\n%s", diff)
	}
}

// A report is handed on; what nobody chose for it must not tell what somebody
// wrote, said or kept in private.
func TestPersonalItemsForNoObjectiveAreCountedAndNotNamed(t *testing.T) {
	var items []evidence.Item
	for _, k := range []evidence.Kind{evidence.Note, evidence.Message, evidence.Meeting} {
		items = append(items, several(k, "secret place", 5)...)
	}
	local := several(evidence.Commit, "secret repository", 3)
	for i := range local {
		local[i].URL = ""
	}
	items = append(items, local...)
	in, _ := input(items...)
	in.Threads = []evidence.Thread{{ID: items[0].ID, Items: []string{items[0].ID, items[1].ID, items[2].ID, items[3].ID}}}
	r := Build(in)
	want := []string{"kind Notes: 2 pieces of work (5 items)", "kind Messages: 5 pieces of work", "kind Meetings: 5 pieces of work", "kind Commits: 3 pieces of work"}
	got := groupTitles(r.Unserved)
	for _, w := range want {
		if !strings.Contains(strings.Join(got, "\n"), w) {
			t.Errorf("groups %q lack %q", got, w)
		}
	}
	text, err := json.Marshal(r)
	if err != nil || strings.Contains(string(text), "secret") {
		t.Errorf("the report tells a private place or title (%v): %s", err, text)
	}
}

func TestPieceOfWorkIsCalledByItsSharedItem(t *testing.T) {
	note := item(evidence.Note, "n", "my worries", act(evidence.Noted, "03-01"))
	items := append(several(evidence.Ticket, "ML", 3), note)
	in, _ := input(items...)
	var ids []string
	for _, it := range items {
		ids = append(ids, it.ID)
	}
	in.Threads = []evidence.Thread{{ID: note.ID, Items: ids}}
	u := Build(in).Unserved[0]
	if u.By != ByThread || u.Title != "ML 0" || len(u.Links) != 3 {
		t.Errorf("group %+v", u)
	}
}
