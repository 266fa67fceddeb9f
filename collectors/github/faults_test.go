package github

import (
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/dossier-report/dossier/evidence"
)

// model is a server whose search of opened pull requests has results at given
// seconds, in the order of their creation, and gives no more than 1,000.
type model struct {
	at      []int64 // sorted
	largest int     // results of the largest search that was read beyond its first page
	first   int     // results a page, at most, that it is able to give; 0 is any
	poison  int     // the number of a result that it is never able to give; 0 is none
}

const openedPart = "pull requests opened"

func (m *model) graph(op string, vars map[string]any) (int, string) {
	const heavy = `{"data": null, "errors": [{"type": "RESOURCE_LIMITS_EXCEEDED", "message": "Resource limits for this query exceeded."}]}`
	if op == "Preflight" {
		return 200, quiet(map[string]int{"s0": len(m.at)})
	}
	q := vars["q"].(string)
	var from, to string
	_, rest, _ := strings.Cut(q, "created:")
	from, to, _ = strings.Cut(strings.Fields(rest)[0], "..")
	lo, hi := seconds(from), seconds(to)
	var hits []int
	for i, t := range m.at {
		if lo <= t && t <= hi {
			hits = append(hits, i)
		}
	}
	start := 0
	if after, ok := vars["after"].(string); ok {
		fmt.Sscan(after, &start)
		m.largest = max(m.largest, len(hits))
	}
	n := 1
	if f, ok := vars["n"].(float64); ok {
		n = int(f)
	}
	end := min(start+n, len(hits), maxResults)
	next := ""
	if end < min(len(hits), maxResults) {
		next = itoa(end)
	}
	var nodes []any
	for _, i := range hits[min(start, end):end] {
		if op != "Skip" && (i+1 == m.poison || m.first > 0 && n > m.first) {
			return 200, heavy
		}
		nodes = append(nodes, pr(i+1, func(x map[string]any) { x["createdAt"] = time.Unix(m.at[i], 0).UTC().Format(searchTime) }))
	}
	return 200, found(len(hits), next, nodes...)
}

func seconds(s string) int64 {
	t, err := time.Parse(searchTime, s)
	if err != nil {
		panic(err)
	}
	return t.Unix()
}

func TestF17SearchOfMoreThanAThousandIsSplitAndNothingIsLost(t *testing.T) {
	// 1,001 is the smallest; the other has most of its results on one day.
	even, uneven := make([]int64, 1001), make([]int64, 2600)
	for i := range even {
		even[i] = half.From.Unix() + int64(i)*15000
	}
	for i := range uneven {
		uneven[i] = half.From.Unix() + 86400*100 + int64(i)*30
	}
	for _, at := range [][]int64{even, uneven} {
		m := &model{at: at}
		got := collect(t, &answering{graph: m.graph}, "", nil)
		if n := len(got.keeper.Items()); n != len(at) || got.Coverage.State != evidence.Complete {
			t.Errorf("%d of %d found, %s: %s", n, len(at), got.Coverage.State, got.Coverage.Why)
		}
		if m.largest > maxResults {
			t.Errorf("a search with %d results was read", m.largest)
		}
	}
}

func TestF17MoreThanAThousandInOneSecondIsAGap(t *testing.T) {
	at := make([]int64, 1005)
	for i := range at {
		at[i] = half.From.Unix() + 1000
	}
	got := collect(t, &answering{graph: (&model{at: at}).graph}, "", nil)
	if !has(got.gaps(openedPart, false), "1005 results in one second") || len(got.keeper.Items()) != maxResults || got.Coverage.State != evidence.Partial {
		t.Errorf("%d found, %s, gaps %q", len(got.keeper.Items()), got.Coverage.State, got.gaps(openedPart, false))
	}
}

func TestF17WindowsCoverEverySecondOnce(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		from := rapid.Int64Range(0, 1<<31).Draw(t, "from")
		w := window{from, from + rapid.Int64Range(0, 1<<26).Draw(t, "length")}
		next := w.From
		for _, part := range w.split(rapid.Int64Range(1, 50).Draw(t, "n")) {
			if part.From != next || part.To < part.From {
				t.Fatalf("%v begins at %d, want %d", part, part.From, next)
			}
			next = part.To + 1
		}
		if next != w.To+1 {
			t.Fatalf("the windows of %v end at %d", w, next-1)
		}
	})
}

func TestF18NullResultIsAGapAndTheOthersAreKept(t *testing.T) {
	server := &answering{graph: func(op string, _ map[string]any) (int, string) {
		if op == "Preflight" {
			return 200, quiet(map[string]int{"s0": 3})
		}
		b := strings.Replace(found(3, "", pr(1), nil, pr(3)), `{"data"`,
			`{"errors": [{"type": "FORBIDDEN", "path": ["search", "nodes", 1], "message": "Resource protected by organization SAML enforcement."},
			  {"type": "SERVICE_UNAVAILABLE", "path": ["search", "nodes", 2, "files"], "message": "Something"}], "data"`, 1)
		return 200, b
	}}
	got := collect(t, server, "", nil)
	if len(got.keeper.Items()) != 2 || !has(got.gaps(openedPart, false), "SAML enforcement") || got.Coverage.State != evidence.Partial {
		t.Errorf("%d items, gaps %q", len(got.keeper.Items()), got.gaps(openedPart, false))
	}
	if !has(got.gaps(openedPart, true), "pull/3: not all of it was given: SERVICE_UNAVAILABLE") {
		t.Errorf("oddities %q", got.gaps(openedPart, true))
	}
	// What could not be read is asked for again.
	asked := len(server.asked)
	if collect(t, server, "", got.keeper); len(server.asked) != asked+2 {
		t.Errorf("the next run asked %v", server.asked[asked:])
	}
}

func TestF19PageThatIsTooMuchIsHalved(t *testing.T) {
	at := make([]int64, 40)
	for i := range at {
		at[i] = half.From.Unix() + int64(i)*1000
	}
	m := &model{at: at, first: 6}
	server := &answering{graph: m.graph}
	got := collect(t, server, "", nil)
	if n := len(got.keeper.Items()); n != 40 || got.Coverage.State != evidence.Complete {
		t.Errorf("%d of 40 found, %s: %s", n, got.Coverage.State, got.Coverage.Why)
	}
	if n := count1(server.asked, "PullRequests"); n != 2+7 { // 25, 12, then 7 pages of 6
		t.Errorf("%d requests", n)
	}
}

func TestF19ResultThatIsTooMuchByItselfIsPassedOver(t *testing.T) {
	at := make([]int64, 30)
	for i := range at {
		at[i] = half.From.Unix() + int64(i)*1000
	}
	got := collect(t, &answering{graph: (&model{at: at, poison: 17}).graph}, "", nil)
	if n := len(got.keeper.Items()); n != 29 || !has(got.gaps(openedPart, false), "pull/17: it is too much") {
		t.Errorf("%d of 30 found, gaps %q", n, got.gaps(openedPart, false))
	}
}

func TestF23RefusedTokenInMidRunStopsAtOnce(t *testing.T) {
	refused := 0
	server := &answering{graph: func(op string, _ map[string]any) (int, string) {
		if op == "Preflight" {
			return 200, quiet(map[string]int{"s0": 1, "s1": 1, "s2": 1, "s3": 1, "s4": 1, "s5": 1, "s6": 1, "s7": 1})
		}
		refused++
		return http.StatusUnauthorized, `{"message": "Bad credentials"}`
	}}
	got := collect(t, server, "", nil)
	if !asSignIn(got.Err) || refused > 4 {
		t.Errorf("%v after %d refusals", got.Err, refused)
	}
}

func TestF05LimitThatIsTooFarOffSavesAndSaysWhenToGoOn(t *testing.T) {
	pages := 0
	m := &model{}
	for i := range 60 {
		m.at = append(m.at, half.From.Unix()+int64(i)*1000)
	}
	inner := &answering{graph: m.graph}
	limited := true
	server := roundTrip(func(req *http.Request) (*http.Response, error) {
		resp, err := inner.RoundTrip(req)
		if err == nil && inner.asked[len(inner.asked)-1] == "PullRequests" {
			if pages++; pages > 1 && limited {
				resp = respond(req, http.StatusForbidden, `{"message": "API rate limit exceeded"}`)
				resp.Header.Set("X-RateLimit-Remaining", "0")
				resp.Header.Set("X-RateLimit-Reset", fmt.Sprint(noon().Add(2*time.Hour).Unix()))
			}
		}
		return resp, err
	})
	first := collect(t, server, "", nil)
	if first.Err == nil || !strings.Contains(first.Err.Error(), "resume after 2026-07-01T14:00:0") || len(first.keeper.Items()) != 25 || first.Coverage.State != evidence.Partial {
		t.Fatalf("%d items, %s, %v", len(first.keeper.Items()), first.Coverage.State, first.Err)
	}
	limited, pages = false, 0
	if second := collect(t, server, "", first.keeper); len(second.keeper.Items()) != 60 || pages != 2 {
		t.Errorf("%d items after %d more pages", len(second.keeper.Items()), pages)
	}
}

func TestF36ResultThatIsGivenTwiceIsKeptOnce(t *testing.T) {
	got := collect(t, &answering{graph: func(op string, vars map[string]any) (int, string) {
		switch {
		case op == "Preflight":
			return 200, quiet(map[string]int{"s0": 4})
		case vars["after"] == nil:
			return 200, found(4, "a", pr(1), pr(2), pr(2))
		}
		return 200, found(4, "", pr(2), pr(3))
	}}, "", nil)
	if n := len(got.keeper.Items()); n != 3 || got.Coverage.State != evidence.Complete {
		t.Errorf("%d items, %s: %s", n, got.Coverage.State, got.Coverage.Why)
	}
}

func TestF43PageThatLeadsToItselfStops(t *testing.T) {
	server := &answering{graph: func(op string, _ map[string]any) (int, string) {
		if op == "Preflight" {
			return 200, quiet(map[string]int{"s0": 100})
		}
		return 200, found(100, "same", pr(1))
	}}
	got := collect(t, server, "", nil)
	if !has(got.gaps(openedPart, false), "the same page twice") || len(server.asked) > 4 {
		t.Errorf("gaps %q after %d requests", got.gaps(openedPart, false), len(server.asked))
	}
}

func TestF37ResultsAreReadInTheOrderInWhichTheyWereCreated(t *testing.T) {
	// One is opened while the pages are read: it comes last and moves nothing.
	m := &model{}
	for i := range 60 {
		m.at = append(m.at, half.From.Unix()+int64(i)*1000)
	}
	pages := 0
	server := &answering{graph: func(op string, vars map[string]any) (int, string) {
		if op == "PullRequests" {
			if !strings.HasSuffix(vars["q"].(string), " sort:created-asc") {
				t.Errorf("asked %q", vars["q"])
			}
			if pages++; pages == 2 {
				m.at = append(m.at, half.To.Unix()-1000)
			}
		}
		return m.graph(op, vars)
	}}
	got := collect(t, server, "", nil)
	if n := len(got.keeper.Items()); n != 61 {
		t.Errorf("%d of 61 found", n)
	}
}

func TestF38WhatIsDeletedIsGoneAndStaysInTheStore(t *testing.T) {
	left := []any{pr(1), pr(2)}
	server := &answering{graph: func(op string, _ map[string]any) (int, string) {
		if op == "Preflight" {
			return 200, quiet(map[string]int{"s0": len(left)})
		}
		return 200, found(len(left), "", left...)
	}}
	first := collect(t, server, "", nil)
	left = left[:1]
	second := collect(t, server, "", first.keeper)
	if second.Kept.Gone != 1 || len(second.keeper.Items()) != 2 {
		t.Errorf("%+v, %d items", second.Kept, len(second.keeper.Items()))
	}
	left = nil
	if third := collect(t, server, "", first.keeper); third.Kept.Gone != 1 {
		t.Errorf("%+v when nothing is left", third.Kept)
	}
}

func TestF39RenamedRepositoryAndDeletedUserKeepTheirItems(t *testing.T) {
	name, author := "acme/old", any(map[string]any{"__typename": "User", "login": "ana-d"})
	server := &answering{graph: func(op string, _ map[string]any) (int, string) {
		if op == "Preflight" {
			return 200, quiet(map[string]int{"s2": 1 + len(name)}) // changes with the name
		}
		return 200, found(1+len(name)*0, "", pr(9, func(x map[string]any) {
			x["author"], x["url"] = author, "https://github.com/"+name+"/pull/9"
			x["repository"].(map[string]any)["nameWithOwner"] = name
			x["mine"] = map[string]any{"nodes": []any{map[string]any{"id": "R_1", "state": "APPROVED", "submittedAt": "2026-03-02T09:00:00Z"}}}
		}))
	}}
	first := collect(t, server, "", nil)
	name, author = "acme/new-name", nil
	second := collect(t, server, "", first.keeper)
	items := second.keeper.Items()
	if len(items) != 1 || second.Kept.Gone != 0 || items[0].Item.Place != "acme/new-name" {
		t.Fatalf("%d items, %+v", len(items), second.Kept)
	}
	if a := items[0].Item.Author; a == nil || *a != (evidence.Person{}) {
		t.Errorf("a deleted author is %+v", a)
	}
}

func TestF39RenamedRepositoryOfTheConfigurationIsFollowed(t *testing.T) {
	server := &answering{graph: func(op string, _ map[string]any) (int, string) {
		if op == "Preflight" {
			return 200, strings.Replace(quiet(map[string]int{"s0": 1}), `{"data":{`, `{"data":{"r0":{"nameWithOwner":"acme/api"},"r1":{"nameWithOwner":"acme/web"},`, 1)
		}
		return 200, found(1, "", pr(1))
	}}
	got := collect(t, server, "repos: [acme/old-api, acme/web]", nil)
	if len(got.keeper.Items()) != 1 || !has(got.notes("places"), "acme/old-api is called acme/api now") {
		t.Errorf("%d items, notes %q", len(got.keeper.Items()), got.notes("places"))
	}
}

func TestF42UnreadableRepositoryIsMissingAndNotEmpty(t *testing.T) {
	// A search answers 200 with nothing for what the token cannot see.
	server := &answering{graph: func(string, map[string]any) (int, string) {
		return 200, strings.Replace(quiet(nil), `{"data":{`,
			`{"errors":[{"type":"NOT_FOUND","path":["r0"],"message":"Could not resolve to a Repository with the name 'acme/secret'."}],"data":{"r0":null,"o0":null,`, 1)
	}}
	got := collect(t, server, "{repos: [acme/secret], orgs: [nobody]}", nil)
	if got.Coverage.State != evidence.Partial || !has(got.gaps("places", false), "repository acme/secret: NOT_FOUND") || !has(got.gaps("places", false), "organisation nobody: ") {
		t.Errorf("%s, gaps %q", got.Coverage.State, got.gaps("places", false))
	}
}

func TestSearchThatIsCutOffGoesOnWhereItWas(t *testing.T) {
	m := &model{}
	for i := range 60 {
		m.at = append(m.at, half.From.Unix()+int64(i)*1000)
	}
	pages := 0
	server := &answering{graph: func(op string, vars map[string]any) (int, string) {
		if op == "PullRequests" {
			if pages++; pages == 2 {
				return 200, `{"data": null, "errors": [{"type": "FORBIDDEN", "message": "no"}]}`
			}
		}
		return m.graph(op, vars)
	}}
	first := collect(t, server, "", nil)
	if n := len(first.keeper.Items()); n != 25 || first.Coverage.State != evidence.Partial {
		t.Fatalf("%d items, %s", n, first.Coverage.State)
	}
	pages = 10
	second := collect(t, server, "", first.keeper)
	if n := len(second.keeper.Items()); n != 60 || pages != 12 || second.Coverage.State != evidence.Complete {
		t.Errorf("%d items after %d more pages, %s", n, pages-10, second.Coverage.State)
	}
}

func TestMissingScopeForBoardsLosesOnlyTheBoards(t *testing.T) {
	server := &answering{graph: func(op string, vars map[string]any) (int, string) {
		switch {
		case op == "Preflight" && vars["l0"] != nil:
			return 200, `{"data": null, "errors": [{"type": "INSUFFICIENT_SCOPES", "message": "Your token has not been granted the required scopes to execute this query. The 'projectsV2' field requires one of the following scopes: ['read:project']"}]}`
		case op == "Preflight":
			return 200, quiet(map[string]int{"s0": 1})
		}
		if vars["projects"] != false {
			t.Errorf("boards are asked for: %v", vars)
		}
		return 200, found(1, "", pr(1))
	}}
	got := collect(t, server, "", nil)
	if len(got.keeper.Items()) != 1 || !has(got.gaps("boards", false), "gh auth refresh -s read:project") || got.Coverage.State != evidence.Partial {
		t.Errorf("%d items, %s, gaps %q", len(got.keeper.Items()), got.Coverage.State, got.gaps("boards", false))
	}
}

func TestPanicOfOnePartLeavesTheOthers(t *testing.T) {
	if err := guarded(t.Context(), nil); err == nil || asSignIn(err) {
		t.Errorf("got %v", err)
	}
}
