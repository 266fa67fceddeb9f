package web

import (
	"fmt"
	"net/http"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"
)

func TestF09NearTheEndOfALimitRequestsAreSpreadAndTheReserveIsLeft(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		const limit = 5000
		left, reset := 300, time.Now().Add(10*time.Minute)
		lowest := left
		var mu sync.Mutex
		s := &server{takes: 200 * time.Millisecond}
		s.each = func(_ int, req *http.Request) (*http.Response, error) {
			mu.Lock()
			defer mu.Unlock()
			if time.Now().After(reset) {
				left, reset = limit, reset.Add(time.Hour)
			}
			left--
			lowest = min(lowest, left)
			return answer(fmt.Sprintf(`200 X-RateLimit-Limit=%d X-RateLimit-Remaining=%d X-RateLimit-Reset=%d | {"ok":1}`, limit, left, reset.Unix())).response(req), nil
		}
		tr := s.transport(Options{})
		start := time.Now()
		var wg sync.WaitGroup
		for range 4 {
			wg.Go(func() {
				for range 100 {
					if _, _, err := get(t.Context(), tr, api+"/x"); err != nil {
						t.Error(err)
					}
				}
			})
		}
		wg.Wait()
		if lowest < reserve {
			t.Errorf("%d requests were left, want %d at least", lowest, reserve)
		}
		if d := time.Since(start); d < 10*time.Minute || d > 11*time.Minute {
			t.Errorf("took %v: 400 requests need a second window, and no longer", d)
		}
		first := 0
		for _, at := range s.at {
			if at.Sub(start) < time.Minute {
				first++
			}
		}
		if first > 100 {
			t.Errorf("%d requests in the first minute of ten: not spread", first)
		}
	})
}

func TestF09AnotherLimitOfTheHostIsNotSlowed(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		start := time.Now()
		s := &server{each: func(_ int, req *http.Request) (*http.Response, error) {
			left := 4000
			if strings.HasPrefix(req.URL.Path, "/search/") {
				left = 0
			}
			return answer(fmt.Sprintf(`200 X-RateLimit-Limit=5000 X-RateLimit-Remaining=%d X-RateLimit-Reset=%d | {"ok":1}`, left, start.Add(time.Minute).Unix())).response(req), nil
		}}
		tr := s.transport(Options{})
		for _, tt := range []struct {
			path string
			at   time.Duration
		}{{"/search/issues", 0}, {"/repos/a/b", 0}, {"/graphql", 0}, {"/search/issues", 61 * time.Second}} {
			if _, _, err := get(t.Context(), tr, api+tt.path); err != nil {
				t.Fatal(err)
			}
			if d := time.Since(start); d != tt.at {
				t.Errorf("%s after %v, want %v", tt.path, d, tt.at)
			}
		}
	})
}

func TestF09ALimitThatWasResetMeanwhileSlowsNobody(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		n := 0
		s := &server{}
		s.each = func(_ int, req *http.Request) (*http.Response, error) {
			n++
			return answer(fmt.Sprintf(`200 X-RateLimit-Limit=5000 X-RateLimit-Remaining=%d X-RateLimit-Reset=%d | {"ok":1}`, 61-n, time.Now().Add(10*time.Minute).Unix())).response(req), nil
		}
		tr := s.transport(Options{})
		for i := range 3 {
			start := time.Now()
			if _, _, err := get(t.Context(), tr, api+"/x"); err != nil {
				t.Fatal(err)
			}
			slow := time.Since(start) > 30*time.Second
			if slow != (i == 1) {
				t.Errorf("request %d took %v", i, time.Since(start))
			}
			if i == 1 {
				time.Sleep(time.Hour)
			}
		}
	})
}

func TestF09TheWaitThatALimitNamesIsTheOnlyOne(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		reset := time.Now().Add(10 * time.Minute).Unix()
		s := &server{answers: []answer{answer(fmt.Sprintf(`429 Retry-After=7 X-RateLimit-Limit=5000 X-RateLimit-Remaining=0 X-RateLimit-Reset=%d`, reset)), good}}
		if _, _, err := get(t.Context(), s.transport(Options{}), api+"/x"); err != nil || !slices.Equal(s.gaps(), []int{7}) {
			t.Errorf("waited %v, %v", s.gaps(), err)
		}
	})
}

func TestF09AReserveThatComesBackTooLateEndsTheRun(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := &server{answers: []answer{answer(fmt.Sprintf(`200 X-RateLimit-Limit=5000 X-RateLimit-Remaining=50 X-RateLimit-Reset=%d | {"ok":1}`, time.Now().Add(time.Hour).Unix()))}}
		tr := s.transport(Options{})
		if _, _, err := get(t.Context(), tr, api+"/x"); err != nil {
			t.Fatal(err)
		}
		_, _, err := get(t.Context(), tr, api+"/x")
		if e := as[*LimitError](t, err); len(s.at) != 1 || !e.Until.Equal(time.Now().Add(time.Hour+time.Second)) {
			t.Errorf("%d requests, %v", len(s.at), e)
		}
	})
}
