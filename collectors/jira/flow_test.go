package jira

import (
	"fmt"
	"maps"
	"net/http"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/dossier-report/dossier/evidence"
)

func TestStatusesMeanWhatTheSiteSays(t *testing.T) {
	both(t, func(t *testing.T, f *fake) {
		tk := f.ticket(1, on("2026-02-01"), on("2026-03-01"))
		tk.fields["status"] = object{"id": "5", "name": "Done", "statusCategory": object{"key": "done"}}
		tk.histories = []any{ // status 1 was called otherwise then, and 99 is deleted
			history(1, on("2026-02-02"), ana, item("status", "1", "Open", "99", "Limbo")),
			history(2, on("2026-02-03"), ana, item("status", "99", "Limbo", "3", "Doing")),
			history(3, on("2026-02-04"), ana, item("status", "3", "Doing", "5", "Done")),
		}
		flow := f.collect(t, nil).whole(t).item(t, "ML-1").Flow
		want := map[string]evidence.WorkState{"Open": evidence.ToDo, "Doing": evidence.InProgress, "Done": evidence.Done}
		if !maps.Equal(flow.Meanings, want) || flow.Boards != nil || flow.Sprints != nil {
			t.Errorf("meanings %v, boards %v, sprints %v", flow.Meanings, flow.Boards, flow.Sprints)
		}
	})
}

func TestSiteThatListsNoStatusesStillHasItsTickets(t *testing.T) {
	both(t, func(t *testing.T, f *fake) {
		f.many(2)
		f.before = func(_ *fake, req *http.Request, _ string) *http.Response {
			if strings.HasSuffix(req.URL.Path, "/status") {
				return says(403, object{})
			}
			return nil
		}
		r := f.collect(t, nil).whole(t)
		if m := r.item(t, "ML-10000").Flow.Meanings; !maps.Equal(m, map[string]evidence.WorkState{"Doing": evidence.InProgress}) {
			t.Errorf("meanings %v", m)
		}
		if notes := r.part(t, part).Notes; len(notes) != 1 || !strings.Contains(notes[0], "does not list its statuses") {
			t.Errorf("notes %q", notes)
		}
	})
}

// Whoever has a ticket, it tells the boards on which it is, and no others.
func TestTicketsTellTheBoardsOnWhichTheyAre(t *testing.T) {
	both(t, func(t *testing.T, f *fake) {
		boarded(f)
		mine := f.ticket(1, on("2026-02-01"), on("2026-02-02"))
		mine.histories = []any{history(1, on("2026-02-02"), ana, item("status", "1", "Open", "3", "Doing"))}
		mine.fields["status"] = object{"id": "3", "name": "Doing", "statusCategory": object{"key": "indeterminate"}}
		f.ticket(2, on("2026-02-01"), on("2026-02-03")).offBoard = true
		f.foreign(f.ticket(3, on("2026-02-01"), on("2026-02-04")))
		r := f.collect(t, nil, withSettings("boards: [12]\n")).whole(t)
		base := map[bool]string{true: "https://acme.atlassian.net", false: "https://jira.acme.example"}[f.cloud]
		board := func(backlog ...string) []evidence.Board {
			return []evidence.Board{{Name: "Models", URL: base + "/secure/RapidBoard.jspa?rapidView=12", Columns: []evidence.Column{
				{Name: "Backlog", Statuses: backlog}, {Name: "Doing", Statuses: []string{"Doing"}, Limit: 2}, {Name: "Never", Statuses: []string{}}}}}
		}
		if got := r.item(t, "ML-1").Flow.Boards; !reflect.DeepEqual(got, board("To Do", "Open")) {
			t.Errorf("the person's: %+v", got)
		}
		if got := r.item(t, "ML-2").Flow.Boards; got != nil {
			t.Errorf("off the board: %+v", got)
		}
		if got := r.item(t, "ML-3").Flow.Boards; !reflect.DeepEqual(got, board("To Do")) {
			t.Errorf("another's: %+v", got)
		}
	})
}

func TestBoardThatIsSetUpAnewIsToldByAllOfItsTickets(t *testing.T) {
	f := newFake(t, true)
	boarded(f)
	f.many(3)
	boards := withSettings("boards: [12]\n")
	first := f.collect(t, nil, boards).whole(t)
	before := f.before
	f.before = func(f *fake, req *http.Request, body string) *http.Response {
		if strings.HasSuffix(req.URL.Path, "/configuration") {
			return says(200, object{"id": 12, "name": "Models", "type": "scrum", "filter": object{"id": "1001"},
				"columnConfig": object{"columns": []object{{"name": "All", "statuses": []object{{"id": "1"}, {"id": "3"}}}}}})
		}
		return before(f, req, body)
	}
	if got := f.collect(t, first.keeper, boards).whole(t).item(t, "ML-10001").Flow.Boards; len(got) != 1 || len(got[0].Columns) != 1 || got[0].Columns[0].Name != "All" {
		t.Errorf("boards %+v", got)
	}
}

// sprintField writes a sprint as a site gives it.
func (f *fake) sprintField(id int, name, from, to, closed string) any {
	if f.cloud {
		s := object{"id": id, "name": name, "boardId": 12, "startDate": from, "endDate": to}
		if closed != "" {
			s["completeDate"] = closed
		}
		return s
	}
	if closed == "" {
		closed = "<null>"
	}
	return fmt.Sprintf("com.atlassian.greenhopper.service.sprint.Sprint@1a[id=%d,rapidViewId=12,state=CLOSED,name=%s,startDate=%s,endDate=%s,completeDate=%s,sequence=%d,goal=]", id, name, from, to, closed, id)
}

func TestSprintsAreToldWithWhenTheTicketWasPutIntoThemAndTakenOut(t *testing.T) {
	both(t, func(t *testing.T, f *fake) {
		tk := f.ticket(1, on("2026-02-01"), on("2026-03-01"))
		tk.fields["customfield_10020"] = []any{f.sprintField(4, "Four, or so", "2026-02-02T09:00:00.000Z", "2026-02-16T09:00:00.000Z", "2026-02-17T10:00:00.000Z"),
			f.sprintField(6, "Six", "2026-03-02T09:00:00.000Z", "2026-03-16T09:00:00.000Z", "")}
		change := func(id int, at, from, fromText, to, toText string) any {
			c := history(id, on(at), ana, item("Sprint", from, fromText, to, toText))
			return c
		}
		tk.histories = []any{
			change(1, "2026-02-03", "3", "Three", "3, 4", "Three, Four, or so"),
			change(2, "2026-02-04", "3, 4", "Three, Four, or so", "4", "Four, or so"),
			change(3, "2026-02-18", "4", "Four, or so", "4, 5", "Four, or so, Five"),
			change(4, "2026-02-19", "4, 5", "Four, or so, Five", "4, 6", "Four, or so, Six"),
		}
		asked := 0
		f.before = func(_ *fake, req *http.Request, _ string) *http.Response {
			switch {
			case strings.HasSuffix(req.URL.Path, "/agile/1.0/sprint/3"):
				asked++
				return says(200, object{"id": 3, "name": "Three", "startDate": "2026-01-19T10:00:00.000+01:00", "endDate": "2026-02-02T09:00:00.000Z"})
			case strings.HasSuffix(req.URL.Path, "/agile/1.0/sprint/5"):
				asked++
				return says(404, object{})
			}
			return nil
		}
		r := f.collect(t, nil).whole(t)
		want := []evidence.Sprint{
			{Name: "Three", From: on("2026-01-19 09:00"), To: on("2026-02-02 09:00"), Added: on("2026-02-01"), Removed: on("2026-02-04")},
			{Name: "Four, or so", From: on("2026-02-02 09:00"), To: on("2026-02-16 09:00"), Closed: on("2026-02-17 10:00"), Added: on("2026-02-03")},
			{Name: "sprint 5", Added: on("2026-02-18"), Removed: on("2026-02-19")},
			{Name: "Six", From: on("2026-03-02 09:00"), To: on("2026-03-16 09:00"), Added: on("2026-02-19")},
		}
		it := r.item(t, "ML-1")
		if !reflect.DeepEqual(it.Flow.Sprints, want) {
			t.Errorf("sprints %+v", it.Flow.Sprints)
		}
		if asked != 2 || strings.Join(it.Labels, "; ") != "Task; Four, or so; Six" {
			t.Errorf("asked %d times, labels %q", asked, it.Labels)
		}
	})
}

func TestTicketThatIsInItsFirstSprintWasPutIntoItWhenCreated(t *testing.T) {
	both(t, func(t *testing.T, f *fake) {
		tk := f.ticket(1, on("2026-02-01"), on("2026-03-01"))
		tk.fields["customfield_10020"] = []any{f.sprintField(4, "Four", "2026-02-02T09:00:00.000Z", "2026-02-16T09:00:00.000Z", "")}
		got := f.collect(t, nil).whole(t).item(t, "ML-1").Flow.Sprints
		if len(got) != 1 || got[0].Name != "Four" || !got[0].Added.Equal(on("2026-02-01")) || !got[0].Closed.IsZero() {
			t.Errorf("sprints %+v", got)
		}
	})
}

// A token may be good for tickets and not for sprints, also with a 401.
func TestSprintsThatMayNotBeReadCostNothingElse(t *testing.T) {
	for _, code := range []int{401, 403} {
		f := newFake(t, true)
		for i := range 5 {
			tk := f.ticket(i+1, on("2026-02-01"), on("2026-03-01"))
			tk.histories = []any{history(i, on("2026-02-03"), ana, item("Sprint", fmt.Sprint(i+3), "Some", "", ""))}
		}
		asked := 0
		f.before = func(_ *fake, req *http.Request, _ string) *http.Response {
			if strings.Contains(req.URL.Path, "/agile/1.0/sprint/") {
				asked++
				return says(code, object{"message": "scope does not match"})
			}
			return nil
		}
		r := f.collect(t, nil).whole(t)
		if s := r.item(t, "ML-5").Flow.Sprints; len(s) != 1 || s[0].Name != "Some" || asked != 1 {
			t.Errorf("%d: asked %d times, sprints %+v", code, asked, s)
		}
	}
}

// Without a history only those who looked know how a ticket moved.
func TestMovesWithoutAHistoryAreKnownFromHowATicketWasSeen(t *testing.T) {
	both(t, func(t *testing.T, f *fake) {
		forbidden := true
		f.before = func(f *fake, req *http.Request, body string) *http.Response {
			switch {
			case !forbidden:
			case strings.HasSuffix(req.URL.Path, "/changelog/bulkfetch"), strings.HasSuffix(req.URL.Path, "/changelog"),
				strings.HasSuffix(req.URL.Path, "/issue/1"):
				return says(403, object{"errorMessages": []string{"archived"}})
			case strings.HasSuffix(req.URL.Path, "/rest/api/2/search"):
				tk := f.tickets[0].json(f)
				delete(tk, "changelog")
				return says(200, object{"startAt": 0, "maxResults": 100, "total": 1, "issues": []object{tk}})
			}
			return nil
		}
		tk := f.ticket(1, on("2026-02-01"), on("2026-02-10"))
		tk.fields["assignee"], tk.fields["duedate"] = tk.fields["creator"], "2026-05-01"
		told := func(r result) string {
			var b strings.Builder
			it := r.item(t, "ML-1")
			for _, m := range it.Flow.Moves {
				fmt.Fprintf(&b, "%s %s→%s %s; ", m.At.Format("01-02"), m.From, m.To, m.How)
			}
			return b.String()
		}
		first := f.collect(t, nil)
		if g := first.gaps(); first.Coverage.State != evidence.Partial || len(g) != 1 || g[0].What != "ML-1: history" {
			t.Fatalf("%s: %+v", first.Coverage.State, g)
		}
		if got := told(first); got != "02-10 →To Do current; " {
			t.Errorf("first seen: %s", got)
		}
		it := first.item(t, "ML-1")
		if len(it.Flow.Dates) != 0 || acts(it) != "2026-02-01 00:00 created\n2026-02-01 00:00 assigned [since when is not known: the ticket was created then]\n" {
			t.Errorf("what stands today is told of the first day: %+v\n%s", it.Flow.Dates, acts(it))
		}

		tk.updated = on("2026-03-05")
		tk.fields["status"] = object{"id": "3", "name": "Doing", "statusCategory": object{"key": "indeterminate"}}
		tk.fields["statuscategorychangedate"] = stamp(on("2026-03-01"))
		second := f.collect(t, first.keeper)
		if got := told(second); got != "02-10 →To Do current; 03-01 To Do→Doing snapshot; " {
			t.Errorf("seen again: %s", got)
		}
		if again := f.collect(t, first.keeper); told(again) != told(second) || again.Kept.Changed != 0 {
			t.Errorf("seen as before: %s, %+v", told(again), again.Kept)
		}

		forbidden = false
		tk.histories = []any{history(1, on("2026-02-20"), tk.fields["creator"], item("status", "1", "To Do", "3", "Doing"))}
		if got := told(f.collect(t, first.keeper, withNow(on("2026-07-01 12:00").Add(time.Hour))).whole(t)); got != "02-01 →To Do event; 02-20 To Do→Doing event; " {
			t.Errorf("with the history: %s", got)
		}
	})
}
