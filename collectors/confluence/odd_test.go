package confluence

import (
	"encoding/json"
	"fmt"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"

	"pgregory.net/rapid"
)

// F37: pages are edited, made and deleted between requests; after one quiet run
// every one that is there is there as it is.
func TestF37NothingIsLostWhilePagesMove(t *testing.T) {
	for _, cloud := range []bool{true, false} {
		rapid.Check(t, func(rt *rapid.T) {
			f := newFake(t, cloud)
			f.limit = rapid.IntRange(1, 7).Draw(rt, "limit")
			for i := range rapid.IntRange(1, 14).Draw(rt, "pages") {
				f.page(100+i, on("2026-03-01").Add(time.Duration(rapid.IntRange(0, 5).Draw(rt, "minute"))*time.Minute))
			}
			// Drawn beforehand: requests come from several goroutines.
			var moves [][3]int
			for range rapid.IntRange(0, 9).Draw(rt, "moves") {
				moves = append(moves, [3]int{rapid.IntRange(1, 4000).Draw(rt, "seconds"), rapid.IntRange(0, 99).Draw(rt, "which"), rapid.IntRange(0, 3).Draw(rt, "what")})
			}
			clock := on("2026-03-02")
			f.before = func(req *http.Request) *http.Response {
				if len(moves) == 0 {
					return nil
				}
				m := moves[0]
				moves, clock = moves[1:], clock.Add(time.Duration(m[0])*time.Second)
				switch i := m[1] % (len(f.pages) + 1); {
				case i == len(f.pages):
					f.page(200+i, clock)
				case m[2] == 0:
					f.pages[i].trashed = true
				default:
					f.pages[i].version(clock, f.robin(), "<p>at "+clock.String()+"</p>")
				}
				return nil
			}
			size := rapid.IntRange(1, 9).Draw(rt, "size")
			r := f.collect(t, nil, withSize(size))
			f.before = nil
			r = f.collect(t, r.keeper, withSize(size))
			if r.Err != nil {
				rt.Fatal(r.Err)
			}
			items := r.items()
			for _, p := range f.pages {
				if it, ok := items[fmt.Sprint(p.id)]; !p.trashed && (!ok || len(it.Acts) != len(p.versions)) {
					rt.Errorf("page %d with %d versions is %+v", p.id, len(p.versions), it.Acts)
				}
			}
		})
	}
}

// F40: each member of each answer is taken away or made something else in turn:
// no run panics, and none gives an item that is not valid.
func TestF40OddFieldsCostNothingElse(t *testing.T) {
	build := func() *fake {
		f := newFake(t, true)
		f.page(1, on("2026-02-01")).version(on("2026-02-02"), ana, "<p>x</p>").version(on("2026-02-03"), robin, "<p>y</p>").labels = []string{"a"}
		f.page(2, on("2026-02-01"))
		f.comments = []*fakeComment{{id: 71, page: 2, at: on("2026-02-05"), by: ana, body: "<p>?</p>"}, {id: 72, page: 2, parent: 71, at: on("2026-02-06"), by: robin, body: "<p>!</p>"}}
		return f
	}
	whole := build()
	for n := 0; ; n += 2 {
		f, changed := build(), false
		// Every answer passes here; the n-th place of all of them is changed.
		place := 0
		var spoil func(v any) any
		spoil = func(v any) any {
			switch v := v.(type) {
			case map[string]any:
				for _, k := range sortedKeys(v) {
					if place++; place-1 == n {
						changed = true
						switch n / 2 % 3 {
						case 0:
							delete(v, k)
						case 1:
							v[k] = []any{json.Number("7"), object{"odd": true}}
						default:
							v[k] = "odd"
						}
						continue
					}
					v[k] = spoil(v[k])
				}
			case []any:
				for i := range v {
					v[i] = spoil(v[i])
				}
			}
			return v
		}
		env := f.env()
		env.HTTP = &http.Client{Transport: spoiled{&sync.Mutex{}, f, spoil}}
		r := f.collect(t, nil, func(s *setup) { s.env = env })
		if !changed {
			if n < 150 {
				t.Errorf("only %d places were changed", n)
			}
			break
		}
		for _, it := range r.items() {
			if err := it.Validate(); err != nil {
				t.Errorf("change %d: %v", n, err)
			}
		}
		if r.Err != nil && strings.Contains(r.Err.Error(), "panic") {
			t.Errorf("change %d: %v", n, r.Err)
		}
	}
	if r := whole.collect(t, nil).whole(t); len(r.items()) != 2 {
		t.Errorf("%d items", len(r.items()))
	}
}

// spoiled changes every answer of a fake.
type spoiled struct {
	mu    *sync.Mutex
	f     *fake
	spoil func(any) any
}

func (s spoiled) RoundTrip(req *http.Request) (*http.Response, error) {
	resp, err := s.f.RoundTrip(req)
	if err != nil {
		return nil, err
	}
	var v any
	if err := json.NewDecoder(resp.Body).Decode(&v); err != nil {
		return nil, err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	out := says(resp.StatusCode, s.spoil(v))
	out.Request = req
	return out, nil
}
