package github

import (
	"encoding/json"
	"fmt"
	"maps"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/dossier-report/dossier/collectors/collectorstest"
	"github.com/dossier-report/dossier/evidence"
)

// roadmap is a board with one draft card of robin-v's, whose status is told.
func roadmap(status, since string) *answering {
	return &answering{graph: func(op string, vars map[string]any) (int, string) {
		if op == "Preflight" {
			return 200, strings.Replace(quiet(nil), `{"data":{`, `{"data":{"b0":{"projectV2":{"id":"PVT_7","number":7,"updatedAt":"`+since+`"}},`, 1)
		}
		who := map[string]any{"__typename": "User", "login": "robin-v"}
		b, _ := json.Marshal(map[string]any{"data": map[string]any{"repositoryOwner": map[string]any{"projectV2": map[string]any{
			"id": "PVT_7", "title": "Roadmap", "url": "https://github.com/orgs/acme/projects/7", "items": map[string]any{"totalCount": 1, "nodes": []any{map[string]any{
				"id": "PVTI_1", "createdAt": "2026-01-10T09:00:00Z", "updatedAt": since, "creator": who,
				"content": map[string]any{"__typename": "DraftIssue", "title": "Try it"},
				"fieldValues": map[string]any{"nodes": []any{map[string]any{"__typename": "ProjectV2ItemFieldSingleSelectValue", "name": status,
					"createdAt": "2026-01-10T09:00:00Z", "updatedAt": since, "creator": who, "field": map[string]any{"name": "Status"}}}}}}}}}}})
		return 200, string(b)
	}}
}

func movesOf(it evidence.Item) string {
	var list []string
	for _, m := range it.Flow.Moves {
		list = append(list, fmt.Sprintf("%s %s→%s %s", m.At.Format("01-02"), m.From, m.To, m.How))
	}
	return strings.Join(list, ", ")
}

func TestMovesOfADraftCardAreKnownFromHowItWasSeenBefore(t *testing.T) {
	const settings = "projects: [acme/7]"
	first := collect(t, roadmap("Todo", "2026-01-10T09:00:00Z"), settings, nil)
	if s := movesOf(first.item(t, "github:card/PVTI_1")); s != "01-10 →Todo current" {
		t.Errorf("first seen: %s", s)
	}
	second := collect(t, roadmap("In progress", "2026-02-01T09:00:00Z"), settings, first.keeper)
	third := collect(t, roadmap("Done", "2026-03-01T09:00:00Z"), settings, second.keeper)
	it := third.item(t, "github:card/PVTI_1")
	if s := movesOf(it); s != "01-10 →Todo current, 02-01 Todo→In progress snapshot, 03-01 In progress→Done snapshot" {
		t.Errorf("seen three times: %s", s)
	}
	if it.Outcome == nil || it.Outcome.State != evidence.StateDone || !slices.ContainsFunc(it.Acts, func(a evidence.Act) bool { return a.Verb == evidence.Moved && a.Context == "In progress → Done" }) {
		t.Errorf("outcome %+v, acts %+v", it.Outcome, it.Acts)
	}
}

func TestBoardThatSaysItHasNotChangedIsBelievedForADay(t *testing.T) {
	const settings = "projects: [acme/7]"
	board := roadmap("Todo", "2026-01-10T09:00:00Z")
	first := collect(t, board, settings, nil)
	if collect(t, board, settings, first.keeper); count1(board.asked, "Board") != 1 {
		t.Errorf("asked %v", board.asked)
	}
	later := world(board)
	later.Now = func() time.Time { return noon().Add(25 * time.Hour) }
	if collectIn(t, later, settings, half, first.keeper); count1(board.asked, "Board") != 2 {
		t.Errorf("asked %v a day later", board.asked)
	}
}

func TestCardTellsItsBoardAndItsIterations(t *testing.T) {
	got := collect(t, collectorstest.Open(t, "testdata/half-year.txt"), "projects: [acme/7]", nil)
	f := got.item(t, "github:card/PVTI_1").Flow
	column := func(name string) evidence.Column { return evidence.Column{Name: name, Statuses: []string{name}} }
	board := evidence.Board{Name: "Research roadmap", URL: "https://github.com/orgs/acme/projects/7",
		Columns: []evidence.Column{column("Todo"), column("Next"), column("In progress"), column("Done")}}
	if !reflect.DeepEqual(f.Boards, []evidence.Board{board}) {
		t.Errorf("boards %+v", f.Boards)
	}
	day := func(d, hour int) time.Time { return time.Date(2026, 6, d, hour, 0, 0, 0, time.UTC) }
	if !slices.Equal(f.Sprints, []evidence.Sprint{{Name: "Sprint 3", From: day(8, 0), To: day(22, 0), Added: day(8, 9)}}) {
		t.Errorf("sprints %+v", f.Sprints)
	}
	if f.Meanings != nil {
		t.Errorf("GitHub does not say what a status of a board means, but %v", f.Meanings)
	}
	// A board without the field, or one that the token must not see the field
	// of, has no columns.
	bare := collect(t, roadmap("Todo", "2026-01-10T09:00:00Z"), "projects: [acme/7]", nil).item(t, "github:card/PVTI_1")
	if b := bare.Flow.Boards; len(b) != 1 || b[0].Name != "Roadmap" || len(b[0].Columns) != 0 {
		t.Errorf("boards %+v", b)
	}
}

func TestCardOfAnotherTimeIsKeptForItsFlow(t *testing.T) {
	server := roadmap("Todo", "2025-11-10T09:00:00Z")
	graph := server.graph
	server.graph = func(op string, vars map[string]any) (int, string) {
		code, text := graph(op, vars)
		return code, strings.ReplaceAll(text, "2026-01-10", "2025-11-10")
	}
	got := collect(t, server, "projects: [acme/7]", nil)
	it := got.item(t, "github:card/PVTI_1")
	if it.In(half) || !it.Flows(half) || got.Coverage.Found() != 0 {
		t.Errorf("acts %+v, found %d", it.Acts, got.Coverage.Found())
	}
}

func TestStatusesOfIssuesAndPullRequestsHaveAMeaning(t *testing.T) {
	issue := &artefact{Typename: "Issue", CreatedAt: stamp{Time: half.From}}
	if m := (&maker{}).flow(issue).Meanings; !maps.Equal(m, map[string]evidence.WorkState{"Open": evidence.ToDo}) {
		t.Errorf("an issue: %v", m)
	}
	for _, status := range []string{draft, open, inReview, changes, approved, merged, closed, notPlanned} {
		for _, pull := range []bool{true, false} {
			if m := meanings(nil, status, pull); !slices.Contains(evidence.WorkStates, m[status]) {
				t.Errorf("%s means %q", status, m[status])
			}
		}
	}
}

func TestNamedBoardThatCannotBeReadIsMissing(t *testing.T) {
	got := collect(t, &answering{graph: func(string, map[string]any) (int, string) { return 200, quiet(nil) }}, "projects: [acme/9]", nil)
	if !has(got.gaps("boards", false), "board acme/9") || got.Coverage.State != evidence.Partial {
		t.Errorf("%s, gaps %q", got.Coverage.State, got.gaps("boards", false))
	}
}

func TestBoardsOfThePersonAndTheOrganisationsAreReadWhenNoneIsNamed(t *testing.T) {
	server := &answering{graph: func(op string, vars map[string]any) (int, string) {
		if op == "Preflight" {
			if vars["l0"] != "robin-v" || vars["l1"] != "acme" {
				t.Errorf("asked for the boards of %v and %v", vars["l0"], vars["l1"])
			}
			return 200, strings.Replace(quiet(nil), `{"data":{`, `{"data":{"o0":{"login":"acme"},"l1":{"projectsV2":{"nodes":[
				{"id":"PVT_1","number":1,"updatedAt":"2026-02-01T00:00:00Z"},{"id":"PVT_2","number":2,"updatedAt":"2025-02-01T00:00:00Z"}]}},`, 1)
		}
		if vars["owner"] != "acme" || vars["number"] != 1.0 {
			t.Errorf("asked for %v/%v", vars["owner"], vars["number"])
		}
		return 200, `{"data":{"repositoryOwner":{"projectV2":{"id":"PVT_1","items":{"totalCount":0,"nodes":[]}}}}}`
	}}
	got := collect(t, server, "orgs: [acme]", nil)
	if count1(server.asked, "Board") != 1 || got.Coverage.State != evidence.Complete {
		t.Errorf("asked %v, %s: %s", server.asked, got.Coverage.State, got.Coverage.Why)
	}
}

func TestEstimatesAndDatesOfBoards(t *testing.T) {
	three := 3.0
	tests := []struct {
		v             fieldValue
		due, estimate string
	}{
		{fieldValue{Typename: "ProjectV2ItemFieldDateValue", Date: "2026-04-01", Field: &struct{ Name string }{"Target date"}}, "2026-04-01", ""},
		{fieldValue{Typename: "ProjectV2ItemFieldDateValue", Date: "2026-04-01", Field: &struct{ Name string }{"Start"}}, "", ""},
		{fieldValue{Typename: "ProjectV2ItemFieldDateValue", Date: "soon", Field: &struct{ Name string }{"Due"}}, "", ""},
		{fieldValue{Typename: "ProjectV2ItemFieldIterationValue", StartDate: "2026-04-01", Duration: 14}, "2026-04-14", ""},
		{fieldValue{Typename: "ProjectV2ItemFieldNumberValue", Number: &three, Field: &struct{ Name string }{"Story Points"}}, "", "3 points"},
		{fieldValue{Typename: "ProjectV2ItemFieldNumberValue", Number: &three, Field: &struct{ Name string }{"Days left"}}, "", "3 days"},
		{fieldValue{Typename: "ProjectV2ItemFieldNumberValue", Number: &three, Field: &struct{ Name string }{"Votes"}}, "", ""},
		{fieldValue{Typename: "ProjectV2ItemFieldNumberValue", Field: &struct{ Name string }{"Points"}}, "", ""},
	}
	for _, tt := range tests {
		due, ok := dueOf(&tt.v)
		if ok != (tt.due != "") || ok && due != tt.due {
			t.Errorf("%+v is due %q", tt.v, due)
		}
		got := ""
		if e, ok := estimateOf(&tt.v); ok {
			got = fmt.Sprint(e.Value, " ", e.Unit)
		}
		if got != tt.estimate {
			t.Errorf("%+v is estimated as %q", tt.v, got)
		}
	}
}
