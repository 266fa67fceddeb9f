package github

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

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

func TestRecordedMoveIsNotToldTwice(t *testing.T) {
	at := time.Date(2026, 3, 1, 9, 0, 0, 0, time.UTC)
	s := &sighting{Moves: []evidence.Move{{At: at.Add(time.Minute), To: "Done", How: evidence.ByCurrent}, {At: at.Add(-time.Hour), To: "Doing", How: evidence.BySnapshot}}}
	got := s.all([]*boardMove{{CreatedAt: stamp{Time: at}, PreviousStatus: "Doing", Status: "Done"}})
	if len(got) != 2 || got[0].How != evidence.BySnapshot || got[1].How != evidence.ByEvent {
		t.Errorf("got %+v", got)
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
