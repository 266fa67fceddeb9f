package jira

import (
	"fmt"
	"maps"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/dossier-report/dossier/evidence"
)

// both runs a test against Cloud and Data Center.
func both(t *testing.T, test func(t *testing.T, f *fake)) {
	t.Run("cloud", func(t *testing.T) { test(t, newFake(t, true)) })
	t.Run("data center", func(t *testing.T) { test(t, newFake(t, false)) })
}

// many adds n tickets, four minutes apart, each with a history.
func (f *fake) many(n int) {
	who := robin
	if !f.cloud {
		who = robinHome
	}
	start := on("2026-02-01 09:00")
	for i := range n {
		at := start.Add(time.Duration(i) * 4 * time.Minute)
		tk := f.ticket(10000+i, at, at.Add(time.Hour))
		tk.histories = []any{history(i, at.Add(time.Hour), who, item("status", "1", "To Do", "3", "Doing"))}
		tk.fields["status"] = object{"id": "3", "name": "Doing", "statusCategory": object{"key": "indeterminate"}}
	}
}

func TestRequestsFor250TicketsWithHistory(t *testing.T) {
	both(t, func(t *testing.T, f *fake) {
		f.many(250)
		first := f.collect(t, nil).whole(t)
		if n := f.count(); n > 8 {
			t.Errorf("%d requests for 250 tickets, not at most 8", n)
		}
		if n := len(first.keeper.Items()); n != 250 {
			t.Errorf("%d tickets", n)
		}
		for _, r := range first.keeper.Items() {
			if len(r.Item.Flow.Moves) != 2 {
				t.Fatalf("%s has the moves %+v", r.Item.URL, r.Item.Flow.Moves)
			}
		}
		second := f.collect(t, first.keeper).whole(t)
		if n := f.count(); n > 3 {
			t.Errorf("%d requests for nothing new, not at most 3", n)
		}
		if second.Kept != (evidence.Kept{}) {
			t.Errorf("nothing is new, but %+v", second.Kept)
		}
	})
}

// A status of the past in which no ticket stands is not known before all of
// them are asked for, which costs one request; see learnStatuses.
func TestRequestsThroughTheGateway(t *testing.T) {
	f := newFake(t, true)
	f.many(250)
	f.tickets[0].fields["status"], f.tickets[0].histories = object{"id": "1", "name": "To Do", "statusCategory": object{"key": "new"}}, nil
	first := f.collect(t, nil, withSettings("auth: gateway\n")).whole(t)
	if n := f.count(); n > 8 {
		t.Errorf("%d requests for 250 tickets, not at most 8", n)
	}
	f.collect(t, first.keeper, withSettings("auth: gateway\n")).whole(t)
	if n := f.count(); n > 3 {
		t.Errorf("%d requests for nothing new, not at most 3", n)
	}
}

func TestOnlyWhatChangedIsRead(t *testing.T) {
	both(t, func(t *testing.T, f *fake) {
		f.many(30)
		first := f.collect(t, nil).whole(t)
		f.count()
		f.tickets[3].updated = on("2026-05-01")
		f.tickets[3].fields["summary"] = "Renamed"
		second := f.collect(t, first.keeper).whole(t)
		if second.Kept.Changed != 1 || second.Kept.New+second.Kept.Gone != 0 {
			t.Errorf("kept %+v", second.Kept)
		}
		if got := second.item(t, "ML-10003").Title; got != "Renamed" {
			t.Errorf("title %q", got)
		}
	})
}

// Check 4: sixty-two worklogs are sixty-two, not the twenty that come inline.
func TestAllOf62WorklogsAreCounted(t *testing.T) {
	both(t, func(t *testing.T, f *fake) {
		tk := f.ticket(1, on("2026-02-01"), on("2026-06-01"))
		for i := range 62 {
			tk.worklogs = append(tk.worklogs, object{"id": fmt.Sprint(i), "author": tk.fields["creator"], "created": stamp(on("2026-06-01")),
				"started": stamp(on("2026-03-01").Add(time.Duration(i) * 24 * time.Hour)), "timeSpentSeconds": 3600, "comment": "Work"})
		}
		it := f.collect(t, nil).whole(t).item(t, "ML-1")
		n, sum := 0, int64(0)
		for _, a := range it.Acts {
			if a.Verb == evidence.LoggedWork {
				n++
				sum += a.Seconds
			}
		}
		if n != 62 || sum != 62*3600 {
			t.Errorf("%d worklogs of %d seconds", n, sum)
		}
	})
}

// Check 5: what is entered on Monday for Friday counts on Friday.
func TestWorkCountsOnTheDayItWasDone(t *testing.T) {
	f := newFake(t, true)
	tk := f.ticket(1, on("2026-02-01"), on("2026-03-09"))
	tk.worklogs = []any{object{"id": "1", "author": robin, "started": "2026-03-06T15:00:00.000+0000", "created": "2026-03-09T09:00:00.000+0000", "timeSpentSeconds": 1800}}
	it := f.collect(t, nil).whole(t).item(t, "ML-1")
	if got := acts(it); got != "2026-02-01 00:00 created\n2026-03-06 15:00 logged_work 1800s\n" {
		t.Errorf("acts:\n%s", got)
	}
}

// Check 7 and the ends of the period: the person's zone, to the minute.
func TestBothEndsOfThePeriodAreRightToTheMinute(t *testing.T) {
	both(t, func(t *testing.T, f *fake) {
		vancouver := func(s string) time.Time { return must(time.ParseInLocation("2006-01-02 15:04", s, f.zone)) }
		f.ticket(1, vancouver("2025-12-31 23:59"), on("2026-07-02"))
		f.ticket(2, vancouver("2026-01-01 00:00"), on("2026-07-02"))
		f.ticket(3, vancouver("2026-01-01 00:30"), on("2026-07-02"))
		f.ticket(4, vancouver("2026-06-30 23:59"), on("2026-07-02"))
		f.ticket(5, vancouver("2026-07-01 00:00"), on("2026-07-02"))
		got := ""
		r := f.collect(t, nil).whole(t)
		for _, rec := range r.keeper.Items() {
			if rec.Item.In(f.half()) {
				got += rec.Item.Title + "; "
			}
		}
		if r.Coverage.Found() != 3 {
			t.Errorf("found %d", r.Coverage.Found())
		}
		if got != "Ticket 2; Ticket 3; Ticket 4; " {
			t.Errorf("kept %s", got)
		}
	})
}

// Check 8: every form of a key in a title and a text is linked.
func TestEveryFormOfKeyIsLinked(t *testing.T) {
	f := newFake(t, true)
	tk := f.ticket(1, on("2026-02-01"), on("2026-03-09"))
	tk.fields["summary"] = "ML-7 and OPS-8: two in one title"
	tk.fields["description"] = "See FOO2-1234, on branch_KEY-1, not UTF-8. *Done* in [the pull request|https://github.com/acme/api/pull/12]."
	it := f.collect(t, nil).whole(t).item(t, "ML-1")
	want := []string{"ML-7", "OPS-8", "FOO2-1234", "https://github.com/acme/api/pull/12", "KEY-1"}
	if fmt.Sprint(it.Links) != fmt.Sprint(want) {
		t.Errorf("links %v", it.Links)
	}
}

// Check 9: mine in March, somebody else's in April, is my work of March.
func TestTicketThatWasReassignedIsStillTheWorkOfItsTime(t *testing.T) {
	both(t, func(t *testing.T, f *fake) {
		me, she := robin, ana
		if !f.cloud {
			me, she = robinHome, anaHome
		}
		ref := func(u object) string {
			if f.cloud {
				return u["accountId"].(string)
			}
			return u["key"].(string)
		}
		tk := f.ticket(1, on("2025-11-01"), on("2026-04-10"))
		tk.fields["creator"], tk.fields["reporter"], tk.fields["assignee"] = she, she, she
		tk.histories = []any{
			history(1, on("2026-03-02"), she, item("assignee", "", "", ref(me), "Robin Vale")),
			history(2, on("2026-04-10"), she, item("assignee", ref(me), "Robin Vale", ref(she), "Ana Duarte")),
		}
		march := evidence.Period{From: on("2026-03-01"), To: on("2026-04-01")}
		it := f.collect(t, nil, withPeriod(march)).whole(t).item(t, "ML-1")
		if got := acts(it); got != "2026-03-02 00:00 assigned [by Ana Duarte]\n" {
			t.Errorf("acts:\n%s", got)
		}
		if len(it.People) != 1 || it.People[0].Role != "assignee" || it.People[0].Login != "ana@example.org" {
			t.Errorf("people %+v", it.People)
		}
	})
}

func TestNarrowerPeriodDoesNotMoveTheCursorOfTheWiderOne(t *testing.T) {
	both(t, func(t *testing.T, f *fake) {
		f.many(5)
		first := f.collect(t, nil).whole(t)
		late := f.ticket(99, on("2026-06-01"), on("2026-06-01"))
		_ = late
		may := evidence.Period{From: on("2026-05-01"), To: on("2026-05-20")}
		f.collect(t, first.keeper, withPeriod(may)).whole(t)
		r := f.collect(t, first.keeper).whole(t)
		r.item(t, "ML-99")
		if len(r.keeper.Items()) != 6 {
			t.Errorf("%d items", len(r.keeper.Items()))
		}
	})
}

func TestWiderPeriodIsAskedForAnew(t *testing.T) {
	both(t, func(t *testing.T, f *fake) {
		f.many(5)
		f.ticket(99, on("2025-06-01"), on("2025-06-01"))
		first := f.collect(t, nil).whole(t)
		if first.Coverage.Found() != 5 {
			t.Fatalf("found %d", first.Coverage.Found())
		}
		two := evidence.Period{From: on("2025-01-01"), To: f.half().To}
		if r := f.collect(t, first.keeper, withPeriod(two)).whole(t); r.Coverage.Found() != 6 {
			t.Errorf("found %d", r.Coverage.Found())
		}
	})
}

func TestTicketInTheZoneOfTheProfileIsFoundBehindAnyOtherZone(t *testing.T) {
	for _, zone := range []string{"Pacific/Kiritimati", "America/Vancouver", "Europe/Lisbon", "Asia/Kathmandu"} {
		f := newFake(t, false)
		f.zone, _ = time.LoadLocation(zone)
		f.many(250) // three pages: the second and third begin at a minute in the profile's zone
		r := f.collect(t, nil, withPeriod(evidence.Period{From: on("2026-01-01"), To: on("2026-07-01")})).whole(t)
		if n := len(r.keeper.Items()); n != 250 {
			t.Errorf("%s: %d tickets", zone, n)
		}
	}
}

func TestUnknownZoneOfTheProfileLosesNothing(t *testing.T) {
	for _, zone := range []string{"Pacific/Kiritimati", "Pacific/Pago_Pago"} {
		both(t, func(t *testing.T, f *fake) {
			f.zone, _ = time.LoadLocation(zone)
			f.many(60)
			f.idsPage = 7
			f.before = func(f *fake, req *http.Request, _ string) *http.Response {
				if !strings.HasSuffix(req.URL.Path, "/myself") {
					return nil
				}
				me := maps.Clone(robin)
				if !f.cloud {
					me = maps.Clone(robinHome)
				}
				me["timeZone"] = "Mars/Olympus"
				return says(200, me)
			}
			r := f.collect(t, nil, withPage(7)).whole(t)
			f.ticket(99, on("2026-02-01 10:00"), on("2026-02-01 13:00"))
			r = f.collect(t, r.keeper, withPage(7)).whole(t)
			if n := len(r.keeper.Items()); n != 61 {
				t.Errorf("%d tickets", n)
			}
			if notes := r.Coverage.Parts[0].Notes; len(notes) == 0 || !strings.Contains(notes[0], "time zone is not known") {
				t.Errorf("notes %q", notes)
			}
		})
	}
}

func TestWhatWasMissingIsAskedForAgain(t *testing.T) {
	f := newFake(t, true)
	f.many(4)
	first := f.collect(t, nil).whole(t)
	f.tickets[1].updated, f.tickets[2].updated = on("2026-05-01"), on("2026-05-02")
	f.tickets[1].fields["summary"] = "Renamed"
	broken := true
	f.before = func(f *fake, req *http.Request, body string) *http.Response {
		if broken && strings.HasSuffix(req.URL.Path, "/issue/bulkfetch") && strings.Contains(body, "10001") {
			return says(400, object{})
		}
		return nil
	}
	if r := f.collect(t, first.keeper); r.Coverage.State != evidence.Partial {
		t.Errorf("%s", r.Coverage.State)
	}
	broken = false
	if got := f.collect(t, first.keeper).whole(t).item(t, "ML-10001").Title; got != "Renamed" {
		t.Errorf("title %q", got)
	}
}
