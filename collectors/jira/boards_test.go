package jira

import (
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/dossier-report/dossier/evidence"
)

// boarded gives a fake board 12, whose filter finds all tickets but those that
// are off it. The person's own query finds all but those of others.
func boarded(f *fake) {
	withBoards(f)
	f.sees = func(jql string, t *fakeTicket) bool {
		if strings.HasPrefix(jql, "filter = 1001") {
			return !t.offBoard
		}
		return !t.others
	}
}

// foreign makes a ticket somebody else's.
func (f *fake) foreign(tk *fakeTicket) *fakeTicket {
	who := ana
	if !f.cloud {
		who = anaHome
	}
	tk.others = true
	tk.fields["creator"], tk.fields["reporter"], tk.fields["assignee"] = who, who, who
	tk.histories = nil
	return tk
}

func (r result) part(t *testing.T, name string) evidence.Part {
	t.Helper()
	for _, p := range r.Coverage.Parts {
		if p.Name == name {
			return p
		}
	}
	t.Fatalf("there is no part %q: %+v", name, r.Coverage.Parts)
	return evidence.Part{}
}

func TestTicketsOfOthersOnABoardAreFlowAndNoEvidence(t *testing.T) {
	both(t, func(t *testing.T, f *fake) {
		boarded(f)
		f.ticket(1, on("2026-02-01"), on("2026-02-02"))
		f.ticket(2, on("2026-02-01"), on("2026-02-03")).offBoard = true
		she := ana
		if !f.cloud {
			she = anaHome
		}
		open := f.foreign(f.ticket(3, on("2025-11-01"), on("2026-03-02")))
		open.fields["description"] = "What Ana wants, see https://wiki.acme.example/cache."
		open.fields["status"] = object{"id": "3", "name": "Doing", "statusCategory": object{"key": "indeterminate"}}
		open.histories = []any{history(1, on("2026-03-02"), she, item("status", "1", "To Do", "3", "Doing"),
			item("RemoteIssueLink", "", "", "9", "a link"))}
		open.comments = []any{object{"id": "1", "author": she, "created": stamp(on("2026-03-01")), "body": "Hm."}}
		ended := f.foreign(f.ticket(4, on("2025-11-01"), on("2026-03-03")))
		ended.fields["status"] = object{"id": "5", "name": "Done", "statusCategory": object{"key": "done"}}
		ended.fields["resolutiondate"] = stamp(on("2025-12-01"))
		early := f.foreign(f.ticket(5, on("2025-11-01"), on("2026-03-04")))
		early.comments = []any{object{"id": "1", "author": map[bool]object{true: robin, false: robinHome}[f.cloud], "created": stamp(on("2025-12-01")), "body": "Mine."}}

		r := f.collect(t, nil, withSettings("boards: [12]\n")).whole(t)
		var got []string
		for _, rec := range r.keeper.Items() {
			got = append(got, rec.Item.URL[strings.LastIndex(rec.Item.URL, "/")+1:])
		}
		if strings.Join(got, " ") != "ML-1 ML-2 ML-3 ML-5" {
			t.Errorf("kept %v", got)
		}
		it := r.item(t, "ML-3")
		if len(it.Acts) > 0 || len(it.Flow.Moves) != 2 || !it.Flow.Created.Equal(on("2025-11-01")) || it.In(f.half()) || !it.Flows(f.half()) {
			t.Errorf("acts %+v, flow %+v", it.Acts, it.Flow)
		}
		if it.Text != "" || it.Author.Email != "" || len(it.People) != 1 || it.People[0].Role != "assignee" || it.People[0].Email != "" {
			t.Errorf("more is kept of others than flow needs: %q, %+v, %+v", it.Text, it.Author, it.People)
		}
		// What the person touched at another time only is theirs, and flow here.
		if it := r.item(t, "ML-5"); len(it.Acts) != 1 || it.In(f.half()) || !it.Flows(f.half()) {
			t.Errorf("acts %+v", it.Acts)
		}
		tickets, board := r.part(t, "tickets"), r.part(t, "board 12")
		if tickets.Found != 2 || board.Found != 0 || r.Coverage.Found() != 2 {
			t.Errorf("found %d and %d", tickets.Found, board.Found)
		}
		for _, want := range []string{"board 12, Models (kanban): Backlog, Doing, Never (no status)",
			"2 items of others or of another time were kept for flow"} {
			if !slices.Contains(board.Notes, want) {
				t.Errorf("notes %q lack %q", board.Notes, want)
			}
		}
		if !strings.HasPrefix(board.Query, `filter = 1001 AND created < "2026-07-02 00:00" AND (statusCategory != Done OR created >= "2025-12-31 00:00" OR`) {
			t.Errorf("query %s", board.Query)
		}
		for _, a := range f.asked {
			if strings.HasSuffix(a, "/remotelink") {
				t.Error("links of others cost a request")
			}
		}
	})
}

// One board costs its configuration, which of the person's tickets are on it,
// and the pages of those that are not the person's, beside the one list of
// statuses; nothing new costs two requests a board.
func TestRequestsForABoardOf250Tickets(t *testing.T) {
	both(t, func(t *testing.T, f *fake) {
		boarded(f)
		f.many(250)
		for _, tk := range f.tickets[100:] {
			f.foreign(tk)
		}
		boards := withSettings("boards: [12]\n")
		first := f.collect(t, nil, boards).whole(t)
		n := f.count()
		t.Logf("%d requests for 250 tickets, 150 of others", n)
		if n > 12 {
			t.Errorf("%d requests, not at most 12", n)
		}
		if len(first.keeper.Items()) != 250 || first.Coverage.Found() != 100 {
			t.Errorf("%d tickets, %d of them evidence", len(first.keeper.Items()), first.Coverage.Found())
		}
		second := f.collect(t, first.keeper, boards).whole(t)
		n = f.count()
		t.Logf("%d requests for nothing new", n)
		if n > 5 || second.Kept != (evidence.Kept{}) {
			t.Errorf("%d requests for nothing new, not at most 5; %+v", n, second.Kept)
		}
	})
}

func TestBoardWhoseLastTicketsAreThePersonsIsNotReadAgain(t *testing.T) {
	both(t, func(t *testing.T, f *fake) {
		boarded(f)
		f.many(9)
		for _, tk := range f.tickets[:3] {
			f.foreign(tk)
		}
		boards := withSettings("boards: [12]\n")
		first := f.collect(t, nil, boards, withPage(2)).whole(t)
		f.tickets[8].updated = on("2026-05-01")
		f.tickets[8].fields["summary"] = "Renamed"
		f.collect(t, first.keeper, boards, withPage(2)).whole(t)
		f.count()
		third := f.collect(t, first.keeper, boards, withPage(2)).whole(t)
		if n := f.count(); n > 5 || third.Kept != (evidence.Kept{}) || third.Coverage.Found() != 6 {
			t.Errorf("%d requests, %+v, found %d", n, third.Kept, third.Coverage.Found())
		}
	})
}

func TestTicketOfOthersBecomesEvidenceAndCanBeGone(t *testing.T) {
	both(t, func(t *testing.T, f *fake) {
		boarded(f)
		f.ticket(1, on("2026-02-01"), on("2026-02-02"))
		theirs, lost := f.foreign(f.ticket(2, on("2026-02-01"), on("2026-02-03"))), f.foreign(f.ticket(3, on("2026-02-01"), on("2026-02-04")))
		boards := withSettings("boards: [12]\n")
		first := f.collect(t, nil, boards).whole(t)

		me := robin
		if !f.cloud {
			me = robinHome
		}
		theirs.others, theirs.updated = false, on("2026-05-01")
		theirs.comments = []any{object{"id": "1", "author": me, "created": stamp(on("2026-05-01")), "body": "Let me see."}}
		second := f.collect(t, first.keeper, boards).whole(t)
		if it := second.item(t, "ML-2"); len(it.Acts) != 1 || second.part(t, "tickets").Found != 2 {
			t.Errorf("acts %+v, parts %+v", it.Acts, second.Coverage.Parts)
		}
		// The board gave it once as well, and it is one ticket.
		if n := second.Coverage.Found(); n != 2 {
			t.Errorf("found %d, want 2: %+v", n, second.Coverage.Parts)
		}

		f.tickets = slices.DeleteFunc(f.tickets, func(tk *fakeTicket) bool { return tk == lost })
		later := f.collect(t, first.keeper, boards, withNow(on("2026-07-01 12:00").Add(fullAfter+time.Hour))).whole(t)
		if later.Kept.Gone != 1 || later.Coverage.Found() != 2 {
			t.Errorf("kept %+v, want one gone; found %d", later.Kept, later.Coverage.Found())
		}
		for _, rec := range later.keeper.Items() {
			if rec.GoneAt.IsZero() == strings.HasSuffix(rec.Item.URL, "/ML-3") {
				t.Errorf("%s is gone at %v", rec.Item.URL, rec.GoneAt)
			}
		}
	})
}

func TestBoardThatCannotBeReadStopsNothingElse(t *testing.T) {
	f := newFake(t, true)
	boarded(f)
	f.foreign(f.ticket(1, on("2026-02-01"), on("2026-02-02")))
	configuration := f.before
	for _, code := range []int{400, 403} {
		f.before = func(f *fake, req *http.Request, body string) *http.Response {
			if strings.Contains(body, "filter = 1001") {
				return says(code, object{"errorMessages": []string{"A value with ID '1001' does not exist for the field 'filter'."}})
			}
			return configuration(f, req, body)
		}
		f.tickets[0].others = false
		f.tickets[0].fields["creator"] = robin
		f.count()
		r := f.collect(t, nil, withSettings("boards: [12]\n"))
		if g := r.part(t, "board 12").Gaps; r.Err != nil || r.Coverage.State != evidence.Partial || len(g) != 1 || g[0].What != "board 12" {
			t.Errorf("%d: %v, %s, gaps %+v", code, r.Err, r.Coverage.State, g)
		}
		if n := f.count(); len(r.keeper.Items()) != 1 || n > 9 {
			t.Errorf("%d: %d items, %d requests", code, len(r.keeper.Items()), n)
		}
	}
}
