package confluence

import (
	"errors"
	"net/http"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/dossier-report/dossier/collectors"
	"github.com/dossier-report/dossier/evidence"
)

// purged answers as a site that keeps the last version alone.
func purged(f *fake) func(*http.Request) *http.Response {
	return func(req *http.Request) *http.Response {
		if !strings.Contains(req.URL.Path, "/version") {
			return nil
		}
		p := f.pages[0]
		v := p.versions[len(p.versions)-1]
		return says(200, object{"results": []object{{"number": len(p.versions), "when": stampText(v.at), "by": v.by, "message": v.message}}})
	}
}

// fails answers with a status where a path or query contains a text.
func fails(code int, where string) func(*http.Request) *http.Response {
	return func(req *http.Request) *http.Response {
		if !strings.Contains(req.URL.Path+"?"+req.URL.Query().Get("cql"), where) || req.Header.Get("Authorization") == "" {
			return nil
		}
		return says(code, object{"message": "no"})
	}
}

// edited gives each page a second version, so that versions have to be asked for.
func (f *fake) edited() {
	for _, p := range f.pages {
		p.version(p.updated().Add(time.Hour), f.robin(), "<p>again</p>")
	}
}

func TestF08RestrictedPageInTheMiddleIsAGapAndOthersGoOn(t *testing.T) {
	for _, code := range []int{403, 404} {
		both(t, func(t *testing.T, f *fake) {
			f.many(6)
			f.edited()
			f.before = fails(code, "/1003/version")
			r := f.collect(t, nil)
			if r.Err != nil || r.Coverage.State != evidence.Partial || len(r.items()) != 5 {
				t.Fatalf("%s, %v, %d items", r.Coverage.State, r.Err, len(r.items()))
			}
			if g := r.gaps(); len(g) != 1 || !strings.Contains(g[0].What, `"Page 1003" (page 1003)`) {
				t.Errorf("gaps %+v", g)
			}
			// It is asked for again, and nothing else is.
			f.before = nil
			f.count()
			again := f.collect(t, r.keeper).whole(t)
			again.item(t, "1003")
			if n := f.count(); n > 6 || again.Kept.New != 1 {
				t.Errorf("asks %d times, keeps %+v", n, again.Kept)
			}
		})
	}
}

func TestOnePageThatBreaksASearchByIDCostsNoOther(t *testing.T) {
	both(t, func(t *testing.T, f *fake) {
		f.many(9)
		f.before = func(req *http.Request) *http.Response {
			if cql := req.URL.Query().Get("cql"); strings.Contains(cql, "1004") {
				return says(400, object{"message": "cannot index"})
			}
			return nil
		}
		r := f.collect(t, nil)
		if len(r.items()) != 8 || len(r.gaps()) != 1 {
			t.Errorf("%d items, gaps %+v", len(r.items()), r.gaps())
		}
	})
}

func TestF22SearchThatLeadsInACircleStopsWithAGap(t *testing.T) {
	f := newFake(t, true)
	f.many(3)
	n := 0
	f.before = func(req *http.Request) *http.Response {
		if strings.Contains(req.URL.Query().Get("cql"), "contributor") {
			if n++; n > 5 {
				t.Error("it goes on in a circle")
			}
			resp := made(f.finds("contributor , comment)", false))
			return says(200, object{"results": resp, "_links": object{"next": "/rest/api/search?cql=contributor&cursor=same"}})
		}
		return nil
	}
	r := f.collect(t, nil)
	if r.Coverage.State != evidence.Partial || len(r.items()) != 3 || !strings.Contains(r.gaps()[0].Why, "came before") {
		t.Errorf("%s, %d items, %+v", r.Coverage.State, len(r.items()), r.gaps())
	}
}

func TestF43NextPageOnAnotherServerIsNotFollowed(t *testing.T) {
	for _, link := range []string{"https://evil.example/wiki/rest/api/search?cursor=1", "//evil.example/rest/api/search", "/wiki/logout", "/rest/api/../../admin", "::bad"} {
		f := newFake(t, true)
		f.many(2)
		f.before = func(req *http.Request) *http.Response {
			if strings.Contains(req.URL.Host, "evil") {
				t.Errorf("%s: the other server is asked", link)
			}
			if strings.Contains(req.URL.Query().Get("cql"), "contributor") {
				return says(200, object{"results": []object{}, "_links": object{"next": link}})
			}
			return nil
		}
		if r := f.collect(t, nil); r.Err == nil || !strings.Contains(r.Err.Error(), "next page") {
			t.Errorf("%s: says %v", link, r.Err)
		}
	}
}

func TestF23RefusedInTheMiddleStopsAtOnceAndGoesOnLater(t *testing.T) {
	both(t, func(t *testing.T, f *fake) {
		f.many(9)
		n := 0
		f.before = func(req *http.Request) *http.Response {
			if req.Header.Get("Authorization") == "" || !strings.Contains(req.URL.RawQuery, "cql") {
				return nil
			}
			if n++; n > 4 {
				return says(401, object{"message": "token expired"})
			}
			return nil
		}
		r := f.collect(t, nil, withSize(3))
		var sign *collectors.SignInError
		if !errors.As(r.Err, &sign) || !strings.Contains(sign.Hint, "CONFLUENCE_TOKEN") {
			t.Errorf("says %v", r.Err)
		}
		kept := len(r.items())
		if n > 6 || kept == 0 || kept == 9 {
			t.Errorf("%d requests, %d items", n, kept)
		}
		f.before = nil
		again := f.collect(t, r.keeper, withSize(3)).whole(t)
		if len(again.items()) != 9 || again.Kept.New != 9-kept || again.Kept.Gone != 0 {
			t.Errorf("then %d items, %+v", len(again.items()), again.Kept)
		}
	})
}

func TestF01LimitIsWaitedOutAndNothingIsLost(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := newFake(t, true)
		f.many(4)
		n := 0
		f.before = func(req *http.Request) *http.Response {
			if n++; n%3 == 2 {
				resp := says(429, object{})
				resp.Header.Set("Retry-After", "7")
				return resp
			}
			return nil
		}
		if r := f.collect(t, nil).whole(t); len(r.items()) != 4 {
			t.Errorf("%d items", len(r.items()))
		}
	})
}

func TestServerThatFailsAtEverythingIsNotAskedForEver(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := newFake(t, true)
		f.many(60)
		f.before = fails(500, "id in")
		r := f.collect(t, nil)
		if r.Err == nil || len(f.asked) > 120 {
			t.Errorf("%v after %d requests", r.Err, len(f.asked))
		}
	})
}

func TestF35OurClockMovesNoWork(t *testing.T) {
	both(t, func(t *testing.T, f *fake) {
		f.many(3)
		now := on("2026-07-10 12:00")
		first := f.collect(t, nil, withNow(now.Add(-24*time.Hour))).whole(t)
		f.page(98, on("2026-06-20"))
		second := f.collect(t, first.keeper, withNow(now.Add(24*time.Hour))).whole(t)
		f.page(99, on("2026-06-21"))
		third := f.collect(t, second.keeper, withNow(now.Add(-24*time.Hour))).whole(t)
		third.item(t, "98")
		third.item(t, "99")
	})
}

func TestF36PagesThatComeTwiceChangeNothing(t *testing.T) {
	f := newFake(t, true)
	f.many(6)
	f.before = func(req *http.Request) *http.Response {
		if !strings.Contains(req.URL.Query().Get("cql"), "contributor") {
			return nil
		}
		all := made(f.finds(req.URL.Query().Get("cql"), false))
		return says(200, object{"results": append(slices.Clone(all), all...)})
	}
	r := f.collect(t, nil, withSize(2)).whole(t)
	if r.Kept.New != 6 || r.Kept.Same+r.Kept.Changed > 0 {
		t.Errorf("kept %+v", r.Kept)
	}
}

func TestF38TrashedPageIsGoneAfterTheNextWholePass(t *testing.T) {
	both(t, func(t *testing.T, f *fake) {
		f.many(3)
		first := f.collect(t, nil).whole(t)
		f.pages[1].trashed = true
		soon := f.collect(t, first.keeper).whole(t)
		if soon.Kept.Gone != 0 {
			t.Errorf("gone too soon: %+v", soon.Kept)
		}
		week := f.collect(t, first.keeper, withNow(on("2026-07-18"))).whole(t)
		if week.Kept.Gone != 1 || len(week.items()) != 2 || len(week.keeper.Items()) != 3 {
			t.Errorf("kept %+v", week.Kept)
		}
	})
}

func TestF39DeletedUsersAreNobodyAndRenamedOnesTheSame(t *testing.T) {
	f := newFake(t, false)
	p := f.page(1, on("2026-02-01"))
	p.version(on("2026-02-02"), object{"type": "unknown", "displayName": "Unknown User"}, "<p>a</p>")
	p.version(on("2026-02-03"), nil, "<p>b</p>")
	p.version(on("2026-02-04"), object{"userKey": "8a01", "username": "rvale-old", "displayName": "R. V."}, "<p>c</p>")
	it := f.collect(t, nil).whole(t).item(t, "1")
	if len(it.Acts) != 2 || it.Text != "c" || len(it.People) != 0 {
		t.Errorf("acts %s, people %+v", acts(it), it.People)
	}
}

func TestF42PageThatVanishedAfterItWasListedIsAGapOnceAndThenGone(t *testing.T) {
	both(t, func(t *testing.T, f *fake) {
		f.many(4)
		f.before = func(req *http.Request) *http.Response {
			f.pages[2].trashed = strings.Contains(req.URL.Query().Get("cql"), "id in")
			return nil
		}
		r := f.collect(t, nil)
		if len(r.items()) != 3 || len(r.gaps()) != 1 {
			t.Fatalf("%d items, gaps %+v", len(r.items()), r.gaps())
		}
		f.before, f.pages[2].trashed = nil, true
		f.collect(t, r.keeper).whole(t)
	})
}
