package jira

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"net/http"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"pgregory.net/rapid"

	"github.com/dossier-report/dossier/collectors"
	"github.com/dossier-report/dossier/collectors/collectorstest"
	"github.com/dossier-report/dossier/evidence"
)

// answers lets a fake answer requests for a path in another way: the first ones
// with what is given, nil standing for the usual answer.
func (f *fake) answers(path string, with ...*http.Response) {
	n := 0
	f.before = func(f *fake, req *http.Request, body string) *http.Response {
		if !strings.HasSuffix(req.URL.Path, path) || n >= len(with) {
			return nil
		}
		n++
		return with[n-1]
	}
}

func page(code int, kind, body string) *http.Response {
	return &http.Response{StatusCode: code, Header: http.Header{"Content-Type": {kind}}, ContentLength: int64(len(body)), Body: io.NopCloser(strings.NewReader(body))}
}

func TestF22OldSearchIsGoneSoTheNewOneIsAsked(t *testing.T) {
	f := newFake(t, true)
	f.many(3)
	// A Cloud site behind a name of its own, which does not say what it is.
	f.before = func(_ *fake, req *http.Request, _ string) *http.Response {
		if strings.HasSuffix(req.URL.Path, "/serverInfo") {
			return says(404, object{})
		}
		return nil
	}
	r := f.collect(t, nil, func(s *setup) {
		s.settings = "url: https://jira.acme.example\ntoken: env:JIRA_TOKEN\nauth: basic\n"
	}).whole(t)
	if len(r.keeper.Items()) != 3 {
		t.Errorf("%d items", len(r.keeper.Items()))
	}
}

func TestF22PageTokenThatComesTwiceStopsWithAnError(t *testing.T) {
	f := newFake(t, true)
	f.many(3)
	same := func() *http.Response {
		return says(200, object{"issues": []object{{"id": "10000", "key": "ML-10000", "fields": object{"updated": stamp(f.tickets[0].updated)}}}, "nextPageToken": "again"})
	}
	f.answers("/search/jql", same(), same(), same(), same())
	r := f.collect(t, nil)
	if r.Coverage.State != evidence.Partial || len(r.gaps()) != 1 || !strings.Contains(r.gaps()[0].Why, "came twice") {
		t.Errorf("%s: %+v", r.Coverage.State, r.gaps())
	}
	if n := slices.Index(f.asked, "POST /rest/api/2/search/jql"); n < 0 || strings.Count(strings.Join(f.asked, " "), "search/jql") > 3 {
		t.Errorf("asked %v", f.asked)
	}
	// What was found is kept, and the next run finds the rest.
	if len(r.keeper.Items()) != 1 {
		t.Errorf("%d items", len(r.keeper.Items()))
	}
	f.before = nil
	if r = f.collect(t, r.keeper).whole(t); len(r.keeper.Items()) != 3 {
		t.Errorf("then %d items", len(r.keeper.Items()))
	}
}

func TestF22TicketThatTheSearchShowsLateIsFoundByTheNextRun(t *testing.T) {
	both(t, func(t *testing.T, f *fake) {
		f.many(5)
		first := f.collect(t, nil).whole(t)
		// It was updated before the newest that was seen, by less than the lag.
		f.ticket(99, on("2026-02-01 09:00"), f.tickets[4].updated.Add(-14*time.Minute))
		f.collect(t, first.keeper).whole(t).item(t, "ML-99")
	})
}

func TestF23RefusedInTheMiddleStopsAtOnceAndGoesOnLater(t *testing.T) {
	both(t, func(t *testing.T, f *fake) {
		f.many(6)
		n := 0
		f.before = func(f *fake, req *http.Request, _ string) *http.Response {
			if strings.HasSuffix(req.URL.Path, "/bulkfetch") || strings.HasSuffix(req.URL.Path, "/search") {
				if n++; n > 2 {
					return says(401, object{"errorMessages": []string{"token expired"}})
				}
			}
			return nil
		}
		r := f.collect(t, nil, withPage(2))
		var sign *collectors.SignInError
		if !errors.As(r.Err, &sign) || sign.Hint == "" || !strings.Contains(sign.Hint, "JIRA_TOKEN") {
			t.Errorf("says %v", r.Err)
		}
		kept := len(r.keeper.Items())
		if n > 4 || kept == 0 || kept == 6 {
			t.Errorf("%d requests, %d items", n, kept)
		}
		f.before = nil
		f.count()
		r = f.collect(t, r.keeper, withPage(2)).whole(t)
		if len(r.keeper.Items()) != 6 || r.Kept.New != 6-kept {
			t.Errorf("then %d items, %+v", len(r.keeper.Items()), r.Kept)
		}
	})
}

func TestF35OurClockMovesNoWork(t *testing.T) {
	both(t, func(t *testing.T, f *fake) {
		f.many(3)
		first := f.collect(t, nil, withNow(on("2026-07-01 12:00").Add(-24*time.Hour))).whole(t)
		f.ticket(98, on("2026-06-20"), on("2026-06-20"))
		second := f.collect(t, first.keeper, withNow(on("2026-07-01 12:00").Add(24*time.Hour))).whole(t)
		f.ticket(99, on("2026-06-21"), on("2026-06-21"))
		third := f.collect(t, second.keeper, withNow(on("2026-07-01 12:00").Add(-24*time.Hour))).whole(t)
		third.item(t, "ML-98")
		third.item(t, "ML-99")
	})
}

func TestF36PagesThatComeTwiceChangeNothing(t *testing.T) {
	f := newFake(t, true)
	f.many(6)
	first := f.collect(t, nil).whole(t)
	f.before = func(f *fake, req *http.Request, _ string) *http.Response {
		if !strings.HasSuffix(req.URL.Path, "/search/jql") {
			return nil
		}
		f.before = nil
		issues := []object{}
		for range 2 {
			for _, t := range f.tickets {
				issues = append(issues, object{"id": fmt.Sprint(t.id), "key": t.key, "fields": object{"updated": stamp(t.updated)}})
			}
		}
		return says(200, object{"issues": issues})
	}
	second := f.collect(t, nil).whole(t)
	if len(second.keeper.Items()) != 6 || second.Kept.New != 6 || second.Kept.Changed+second.Kept.Same > 0 {
		t.Errorf("kept %+v, first %+v", second.Kept, first.Kept)
	}
}

// F37: tickets are updated and made between requests; after one quiet run every
// one of them is there as it is.
func TestF37NothingIsLostWhileTicketsMove(t *testing.T) {
	for _, cloud := range []bool{true, false} {
		rapid.Check(t, func(rt *rapid.T) {
			f := newFake(t, cloud)
			n := rapid.IntRange(1, 40).Draw(rt, "tickets")
			for i := range n {
				// Few different minutes, so that many fall into one.
				at := on("2026-03-01").Add(time.Duration(rapid.IntRange(0, 8).Draw(rt, "minute")) * time.Minute)
				f.ticket(100+i, on("2026-02-01"), at)
			}
			clock := on("2026-03-02")
			moves := rapid.IntRange(0, 20).Draw(rt, "moves")
			f.before = func(f *fake, req *http.Request, _ string) *http.Response {
				if moves--; moves < 0 || strings.HasSuffix(req.URL.Path, "/issue/bulkfetch") && rapid.Bool().Draw(rt, "quiet") {
					return nil
				}
				clock = clock.Add(time.Duration(rapid.IntRange(1, 90).Draw(rt, "seconds")) * time.Second)
				i := rapid.IntRange(0, len(f.tickets)).Draw(rt, "which")
				if i == len(f.tickets) {
					f.ticket(200+i, on("2026-02-01"), clock)
				} else {
					f.tickets[i].updated = clock
					f.tickets[i].fields["summary"] = "Changed at " + clock.String()
				}
				return nil
			}
			f.idsPage = rapid.IntRange(0, 7).Draw(rt, "ids")
			size := rapid.IntRange(1, 9).Draw(rt, "page")
			r := f.collect(t, nil, withPage(size))
			f.before = nil
			f.idsPage = 0
			r = f.collect(t, r.keeper, withPage(size)).whole(t)
			titles := map[string]string{}
			for _, rec := range r.keeper.Items() {
				titles[rec.Item.URL] = rec.Item.Title
			}
			for _, tk := range f.tickets {
				url := "https://acme.atlassian.net/browse/" + tk.key
				if !cloud {
					url = "https://jira.acme.example/browse/" + tk.key
				}
				if titles[url] != tk.fields["summary"] {
					rt.Fatalf("cloud %v: %s is %q, not %q", cloud, tk.key, titles[url], tk.fields["summary"])
				}
			}
		})
	}
}

func TestF38TicketThatWasDeletedIsMarkedAfterAWeek(t *testing.T) {
	both(t, func(t *testing.T, f *fake) {
		f.many(4)
		first := f.collect(t, nil).whole(t)
		f.tickets = f.tickets[1:]
		if r := f.collect(t, first.keeper, withNow(on("2026-07-02 12:00"))).whole(t); r.Kept.Gone != 0 {
			t.Errorf("the next day %+v", r.Kept)
		}
		r := f.collect(t, first.keeper, withNow(on("2026-07-09 12:00"))).whole(t)
		if r.Kept.Gone != 1 || len(r.keeper.Items()) != 4 {
			t.Errorf("after a week %+v, %d items", r.Kept, len(r.keeper.Items()))
		}
	})
}

func TestF39DeletedAndRenamedUsers(t *testing.T) {
	f := newFake(t, false)
	tk := f.ticket(1, on("2026-02-01"), on("2026-03-09"))
	renamed := object{"key": "JIRAUSER10100", "name": "robin.vale", "displayName": "R. Vale"}
	impostor := object{"key": "JIRAUSER999", "name": "rvale", "displayName": "Robin Vale"} // took over the old name
	tk.histories = []any{
		history(1, on("2026-02-02"), renamed, item("status", "1", "To Do", "3", "Doing")),
		history(2, on("2026-02-03"), impostor, item("status", "3", "Doing", "1", "To Do")),
		history(3, on("2026-02-04"), nil, item("status", "1", "To Do", "3", "Doing")),
	}
	tk.comments = []any{object{"id": "1", "created": stamp(on("2026-02-05")), "author": nil, "body": "Gone"}}
	it := f.collect(t, nil).whole(t).item(t, "ML-1")
	if got := acts(it); got != "2026-02-01 00:00 created\n2026-02-02 00:00 moved [To Do → Doing]\n" {
		t.Errorf("acts:\n%s", got)
	}
	if len(it.Flow.Moves) != 4 || it.Flow.Moves[3].By != "" {
		t.Errorf("moves %+v", it.Flow.Moves)
	}
}

// F40: every place of a ticket is dropped, and made something else, in turn.
// The ticket and its neighbour are kept, and nothing panics.
func TestF40OddFieldNeverLosesAPage(t *testing.T) {
	for _, cloud := range []bool{true, false} {
		paths := 0
		for _, instead := range []any{nil, "odd", 12.5, true, []any{}, []any{[]any{1}}, object{"odd": object{}}, "drop"} {
			for n := 0; ; n++ {
				f := newFake(t, cloud)
				rich(f, 1)
				f.ticket(2, on("2026-03-01"), on("2026-03-02"))
				if !bend(f.tickets[0], n, instead) {
					paths = max(paths, n)
					break
				}
				r := f.collect(t, nil)
				if r.Err != nil || len(r.keeper.Items()) == 0 {
					t.Fatalf("place %d made %v: %v %+v", n, instead, r.Err, r.gaps())
				}
				r.item(t, "ML-2")
				lost := len(r.keeper.Items()) < 2
				if lost && len(r.gaps()) == 0 && r.Coverage.State == evidence.Complete && len(f.tickets[0].fields) > 0 {
					// Without its dates a ticket may fall out of the period, but never unsaid.
					t.Errorf("place %d made %v: the ticket is lost and nothing says so", n, instead)
				}
			}
		}
		if paths < 60 {
			t.Errorf("only %d places were tried", paths)
		}
	}
}

func TestF40OddFieldIsToldUntilItIsMended(t *testing.T) {
	both(t, func(t *testing.T, f *fake) {
		f.many(2)
		f.tickets[0].fields["duedate"] = "soon"
		told := func(r result) int {
			n := 0
			for _, g := range r.whole(t).gaps() {
				if g.Bad && g.What == "ML-10000" && strings.Contains(g.Why, "soon") {
					n++
				}
			}
			return n
		}
		first := f.collect(t, nil)
		if told(first) != 1 || told(f.collect(t, first.keeper)) != 1 {
			t.Error("it is not told once in each run")
		}
		f.tickets[0].fields["duedate"], f.tickets[0].updated = "2026-04-01", on("2026-04-01")
		for range 2 {
			if told(f.collect(t, first.keeper)) != 0 {
				t.Error("it is told after it was mended")
			}
		}
	})
}

// rich adds a ticket that has one of everything.
func rich(f *fake, id int) {
	t := f.ticket(id, on("2026-02-01"), on("2026-03-01"))
	who := t.fields["creator"]
	maps.Copy(t.fields, object{
		"description": "h1. Why\nSee [x|https://example.org]", "duedate": "2026-03-10", "resolutiondate": stamp(on("2026-03-01")),
		"resolution": object{"name": "Done"}, "labels": []any{"a", "b"}, "components": []any{object{"name": "api"}}, "timeoriginalestimate": 7200,
		"assignee": who, "parent": object{"key": "ML-100"}, "issuelinks": []any{object{"outwardIssue": object{"key": "ML-3"}}},
		"subtasks": []any{object{"key": "ML-4"}}, "customfield_10016": 3, "customfield_10020": []any{object{"name": "Sprint 7"}},
		"customfield_10021": []any{object{"value": "Impediment"}}, "customfield_10014": "ML-100",
	})
	t.histories = []any{
		history(1, on("2026-02-02"), who, item("status", "1", "To Do", "3", "Doing"), item("duedate", "", "", "2026-03-10", "2026-03-10 00:00:00.0")),
		history(2, on("2026-02-03"), who, item("assignee", "", "", "712020:robin", "Robin Vale"), item("Flagged", "", "", "[1]", "Impediment")),
	}
	t.comments = []any{object{"id": "1", "created": stamp(on("2026-02-04")), "author": who, "body": "Text"}}
	t.worklogs = []any{object{"id": "1", "started": stamp(on("2026-02-05")), "author": who, "timeSpentSeconds": 60, "comment": "Work"}}
}

// bend makes the n-th place of a ticket something else; false when there are
// fewer places.
func bend(t *fakeTicket, n int, instead any) bool {
	plain := func(v any) any { // as JSON has it, and unshared
		b, err := json.Marshal(v)
		if err != nil {
			panic(err)
		}
		var out any
		if err := json.Unmarshal(b, &out); err != nil {
			panic(err)
		}
		return out
	}
	all := plain(object{"fields": t.fields, "histories": t.histories, "comments": t.comments, "worklogs": t.worklogs}).(map[string]any)
	var walk func(v any) bool
	walk = func(v any) bool {
		switch v := v.(type) {
		case map[string]any:
			for _, k := range sortedKeys(v) {
				if n == 0 {
					if n--; instead == "drop" {
						delete(v, k)
					} else {
						v[k] = instead
					}
					return true
				}
				n--
				if walk(v[k]) {
					return true
				}
			}
		case []any:
			for i := range v {
				if n == 0 {
					n--
					if v[i] = instead; instead == "drop" {
						v[i] = nil
					}
					return true
				}
				n--
				if walk(v[i]) {
					return true
				}
			}
		}
		return false
	}
	top := map[string]any{"fields": all["fields"], "histories": all["histories"], "comments": all["comments"], "worklogs": all["worklogs"]}
	bent := false
	for _, k := range []string{"fields", "histories", "comments", "worklogs"} {
		if bent = walk(top[k]); bent {
			break
		}
	}
	t.fields = top["fields"].(map[string]any)
	t.histories, t.comments, t.worklogs = top["histories"].([]any), top["comments"].([]any), top["worklogs"].([]any)
	return bent
}

// F42 and check 10: an answer with nothing for what the token cannot see.
func TestF42EmptyAnswerOfATokenThatSeesNothingIsNoEmptyHalfYear(t *testing.T) {
	both(t, func(t *testing.T, f *fake) {
		r := f.collect(t, nil)
		if r.Coverage.State == evidence.Complete || len(r.gaps()) != 1 || !strings.Contains(r.gaps()[0].Why, "may see no project") {
			t.Errorf("%s: %+v", r.Coverage.State, r.gaps())
		}
		f.many(2)
		r = f.collect(t, nil, withSettings("projects: [ML, OPS]\n"))
		if r.Coverage.State != evidence.Partial || len(r.gaps()) != 1 || r.gaps()[0].What != "project OPS" {
			t.Errorf("%s: %+v", r.Coverage.State, r.gaps())
		}
	})
}

func TestF42TicketMayBeFoundAndNotGiven(t *testing.T) {
	f := newFake(t, true)
	f.many(3)
	f.answers("/issue/bulkfetch", says(200, object{"issues": []object{f.tickets[0].json(f)}, "issueErrors": []object{{"id": "10001", "errorMessage": "try later"}}}))
	r := f.collect(t, nil)
	if r.Coverage.State != evidence.Partial || len(r.keeper.Items()) != 1 {
		t.Errorf("%s, %d items", r.Coverage.State, len(r.keeper.Items()))
	}
	// Nothing is taken for deleted, and the next run asks for all again.
	r = f.collect(t, r.keeper).whole(t)
	if len(r.keeper.Items()) != 3 {
		t.Errorf("then %d items", len(r.keeper.Items()))
	}
}

func TestTicketThatBreaksItsPageCostsNoOther(t *testing.T) {
	f := newFake(t, true)
	f.many(9)
	f.before = func(f *fake, req *http.Request, body string) *http.Response {
		if strings.HasSuffix(req.URL.Path, "/issue/bulkfetch") && strings.Contains(body, "10004") {
			return says(400, object{"errorMessages": []string{"ML-10004 is broken"}})
		}
		return nil
	}
	r := f.collect(t, nil)
	if len(r.keeper.Items()) != 8 || len(r.gaps()) != 1 || r.gaps()[0].What != "ML-10004" {
		t.Errorf("%d items, %+v", len(r.keeper.Items()), r.gaps())
	}
}

// F43 and check 14: whoever answers for the host in the configuration cannot
// send the token on to another.
func TestF43TokenIsNotSentToAHostThatAnAnswerNames(t *testing.T) {
	both(t, func(t *testing.T, f *fake) {
		f.many(1)
		away := page(302, "text/plain", "")
		away.Header.Set("Location", "https://renamed.example/rest/api/2/myself")
		f.answers("/myself", away)
		r := f.collect(t, nil)
		if r.Err == nil || !strings.Contains(r.Err.Error(), "renamed.example") {
			t.Errorf("says %v", r.Err)
		}
		for _, a := range f.auth {
			if !strings.HasPrefix(a, "acme.atlassian.net ") && !strings.HasPrefix(a, "jira.acme.example ") {
				t.Errorf("asked %s", strings.Fields(a)[0])
			}
		}
	})
}

func TestSearchThatGivesNoTicketsOfManyIsAnError(t *testing.T) {
	f := newFake(t, false)
	f.many(2)
	f.answers("/search", says(200, object{"startAt": 0, "maxResults": 0, "total": 2, "issues": []any{}}))
	if r := f.collect(t, nil); r.Err == nil || r.Coverage.State == evidence.Complete {
		t.Errorf("%s: %v", r.Coverage.State, r.Err)
	}
}

func TestSearchWithoutAListOfIssuesIsAnError(t *testing.T) {
	both(t, func(t *testing.T, f *fake) {
		f.many(2)
		path := "/search"
		if f.cloud {
			path = "/search/jql"
		}
		f.answers(path, says(200, object{"odd": true}))
		if r := f.collect(t, nil); r.Err == nil || r.Coverage.State != evidence.Failed {
			t.Errorf("%s: %v", r.Coverage.State, r.Err)
		}
	})
}

func TestWarningOfTheSiteIsAGap(t *testing.T) {
	both(t, func(t *testing.T, f *fake) {
		f.many(1)
		path, answer := "/search", f.searchServer("", 0, 9)
		if f.cloud {
			path, answer = "/search/jql", f.searchCloud("", "")
		}
		var v object
		if err := json.NewDecoder(answer.Body).Decode(&v); err != nil {
			t.Fatal(err)
		}
		v["warningMessages"], v["warnings"] = []string{"cut at 1,000"}, []object{{"message": "cut at 1,000"}}
		f.answers(path, says(200, v))
		r := f.collect(t, nil)
		if r.Coverage.State != evidence.Partial || len(r.keeper.Items()) != 1 || !strings.Contains(r.gaps()[0].Why, "cut at 1,000") {
			t.Errorf("%s: %+v", r.Coverage.State, r.gaps())
		}
	})
}

func TestSiteThatDoesNotUnderstandOneClauseIsAskedForTheOthers(t *testing.T) {
	both(t, func(t *testing.T, f *fake) {
		f.many(250)
		f.before = func(f *fake, req *http.Request, body string) *http.Response {
			switch {
			case !strings.Contains(req.URL.Path, "/search"):
			case strings.Contains(body, "updatedBy"):
				return says(400, object{"errorMessages": []string{"Unable to find JQL function 'updatedBy(...)'."}})
			case strings.Contains(body, "worklogAuthor"):
				return says(400, object{"errorMessages": []string{"Field 'worklogAuthor' does not exist or you do not have permission to view it."}})
			}
			return nil
		}
		r := f.collect(t, nil)
		if r.Err != nil || r.Coverage.State != evidence.Partial || len(r.keeper.Items()) != 250 {
			t.Errorf("%s: %v, %d items", r.Coverage.State, r.Err, len(r.keeper.Items()))
		}
		if g := r.gaps(); len(g) != 1 || g[0].What != "what was updated" {
			t.Errorf("gaps %+v", g)
		}
	})
}

func TestHistoryThatDoesNotComeInBulkIsAskedForTicketByTicket(t *testing.T) {
	f := newFake(t, true)
	f.many(3)
	f.answers("/changelog/bulkfetch", says(403, object{"errorMessages": []string{"scope"}}))
	r := f.collect(t, nil).whole(t)
	for _, rec := range r.keeper.Items() {
		if len(rec.Item.Flow.Moves) != 2 {
			t.Errorf("%s: %+v", rec.Item.URL, rec.Item.Flow.Moves)
		}
	}
}

// A burst limit is waited out, by its own word.
func TestBurstLimitIsWaitedOut(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := newFake(t, true)
		f.many(3)
		busy := says(429, object{})
		busy.Header.Set("Retry-After", "7")
		busy.Header.Set("RateLimit-Reason", "jira-burst-based")
		f.answers("/search/jql", busy)
		began := time.Now()
		f.collect(t, nil).whole(t)
		if took := time.Since(began); took < 7*time.Second {
			t.Errorf("took %v", took)
		}
	})
}

// F11: a server that is down is not asked for each ticket by itself.
func TestF11ServerThatIsDownIsGivenUp(t *testing.T) {
	for _, path := range []string{"/bulkfetch", "/worklog", "/search", "/jql"} {
		for _, cloud := range []bool{true, false} {
			synctest.Test(t, func(t *testing.T) {
				f := newFake(t, cloud)
				f.inline = 1
				f.many(250)
				for _, tk := range f.tickets {
					tk.worklogs = []any{object{"id": "1"}, object{"id": "2"}}
				}
				down := 0
				f.before = func(_ *fake, req *http.Request, _ string) *http.Response {
					if !strings.HasSuffix(req.URL.Path, path) {
						return nil
					}
					down++
					return says(503, object{})
				}
				r := f.collect(t, nil)
				if down > 0 && (r.Err == nil || r.Coverage.State == evidence.Complete) {
					t.Errorf("%s: %s: %v", path, r.Coverage.State, r.Err)
				}
				if down > 5*(maxBroken+2) {
					t.Errorf("%s: %d requests to a server that is down", path, down)
				}
			})
		}
	}
}

// F12 and F14 reach the collector as errors, never as nothing found.
func TestEmptyAnswerIsNotNothingFound(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		for _, body := range []string{"", "null", "{}", "[]", `{"issues": [`} {
			f := newFake(t, true)
			f.before = func(_ *fake, req *http.Request, _ string) *http.Response {
				if strings.HasSuffix(req.URL.Path, "/search/jql") {
					return page(200, "application/json", body)
				}
				return nil
			}
			if r := f.collect(t, nil); r.Err == nil || r.Coverage.State != evidence.Failed {
				t.Errorf("%q: %s %v", body, r.Coverage.State, r.Err)
			}
		}
	})
}

// What a crash leaves behind is gone on with: see the conformance test. Here
// the cursor itself is odd.
func TestCursorThatIsNotUnderstoodBeginsAnew(t *testing.T) {
	for _, odd := range []string{"x", "{}", `{"ask":"other"}`, `{"mark":"soon"}`, `[]`, `{"ask":7}`} {
		if c := decode(odd); c.Ask != "" && c.Ask != "other" {
			t.Errorf("%q is read as %+v", odd, c)
		}
	}
	f := newFake(t, true)
	f.many(2)
	keeper := collectorstest.NewMemory(f.env().Now)
	if _, err := keeper.Keep(t.Context(), "jira", evidence.Batch{Part: part, Cursor: `{"ask":`, FetchedAt: on("2026-01-01")}); err != nil {
		t.Fatal(err)
	}
	if r := f.collect(t, keeper).whole(t); r.Kept.New != 2 {
		t.Errorf("kept %+v", r.Kept)
	}
}
