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

// virtual runs a test in a bubble of its own.
func virtual(t *testing.T, name string, f func(t *testing.T)) {
	t.Helper()
	t.Run(name, func(t *testing.T) { synctest.Test(t, f) })
}

func TestF01AnAnswerThatLimitsIsAskedForAgainAfterRetryAfter(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := &server{answers: []answer{"429 Retry-After=7", good}}
		tr := s.transport(Options{})
		if _, body, err := get(t.Context(), tr, api+"/x"); err != nil || body != `{"ok":true}` {
			t.Fatal(body, err)
		}
		if got := s.gaps(); !slices.Equal(got, []int{7}) {
			t.Errorf("waited %v, want 7 s and one more request", got)
		}
		if c := tr.Count(); c != (Count{Requests: 2, Retries: 1, Waits: 1, Waited: 7 * time.Second}) {
			t.Errorf("counted %+v", c)
		}
	})
}

func TestF02RetryAfterInEveryForm(t *testing.T) {
	for _, tt := range []struct {
		value string
		wait  int // s
		until time.Duration
	}{
		{"7", 7, 0},
		{"1.5", 2, 0},
		{"0", 1, 0},
		{"Sat,_01_Jan_2000_00:02:00_GMT", 120, 0},
		{"Fri,_31_Dec_1999_00:00:00_GMT", 1, 0},
		{"-1", 60, 0},
		{"abc", 60, 0},
		{"NaN", 60, 0},
		{"31536000", 0, 365 * 24 * time.Hour},
		{"99999999999999999999", 0, forEver},
		{"Inf", 0, forEver},
	} {
		virtual(t, tt.value, func(t *testing.T) {
			start := time.Now()
			s := &server{answers: []answer{answer("429 Retry-After=" + tt.value), good}}
			_, _, err := get(t.Context(), s.transport(Options{}), api+"/x")
			if tt.until == 0 {
				if got := s.gaps(); err != nil || !slices.Equal(got, []int{tt.wait}) {
					t.Errorf("waited %v (%v), want %d s", got, err, tt.wait)
				}
				return
			}
			e := as[*LimitError](t, err)
			if !e.Until.Equal(start.Add(tt.until)) || e.Host != "api.test" || time.Now() != start {
				t.Errorf("%+v after %v, want an error at once with the time %v", e, time.Since(start), start.Add(tt.until))
			}
		})
	}
	synctest.Test(t, func(t *testing.T) {
		s := &server{answers: []answer{"429 Retry-After=3600"}}
		_, _, err := get(t.Context(), s.transport(Options{}), api+"/x")
		if want := "api.test takes no more requests for now, resume after 2000-01-01T01:00:00Z"; err == nil || !strings.HasSuffix(err.Error(), want) {
			t.Errorf("%v, want %s", err, want)
		}
	})
}

func TestF03OneLimitPausesTheHostForAllWorkers(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		const until = 42 * time.Second
		start := time.Now()
		var early []time.Duration
		s := &server{takes: time.Second}
		s.each = func(n int, req *http.Request) (*http.Response, error) {
			if n == 0 {
				return answer(`403 Retry-After=40 | {"message":"Please wait","documentation_url":"https://docs.test/secondary-rate-limits"}`).response(req), nil
			}
			return good.response(req), nil
		}
		tr := s.transport(Options{})
		var wg sync.WaitGroup
		for w := range 8 {
			wg.Go(func() {
				time.Sleep(time.Duration(w) * 100 * time.Millisecond)
				for range 5 {
					if _, _, err := get(t.Context(), tr, fmt.Sprintf("%s/%d", api, w)); err != nil {
						t.Error(err)
					}
				}
			})
		}
		other := time.After(10 * time.Second)
		<-other
		if _, _, err := get(t.Context(), tr, "https://other.test/"); err != nil || time.Since(start) > 12*time.Second {
			t.Errorf("another host was paused too: %v, %v", time.Since(start), err)
		}
		wg.Wait()
		for _, at := range s.at {
			// Requests that were on their way when the limit was met came in its
			// first second; the other host was asked after ten.
			if d := at.Sub(start); d > time.Second && d < until-time.Second && d != 10*time.Second {
				early = append(early, d)
			}
		}
		if len(early) > 0 {
			t.Errorf("asked within the pause, after %v", early)
		}
		if len(s.at) != 42 {
			t.Errorf("%d requests, want 40, one again and one of the other host", len(s.at))
		}
	})
}

func TestF04ALimitThatOnlyTheBodyTellsIsWaitedForLongerEachTime(t *testing.T) {
	for _, body := range []string{
		`{"message":"You have exceeded a secondary rate limit. Please wait.","documentation_url":"https://docs.test/other"}`,
		`{"message":"You have triggered an abuse detection mechanism."}`,
		`{"message":"API rate limit exceeded for user ID 1."}`,
	} {
		virtual(t, body[12:30], func(t *testing.T) {
			start := time.Now()
			s := &server{answers: []answer{answer("403 | " + body)}}
			tr := s.transport(Options{})
			_, _, err := get(t.Context(), tr, api+"/search/issues")
			e := as[*LimitError](t, err)
			if got := s.gaps(); !slices.Equal(got, []int{60, 120, 240}) {
				t.Errorf("waited %v", got)
			}
			if want := start.Add((60 + 120 + 240 + 480) * time.Second); !e.Until.Equal(want) {
				t.Errorf("until %v, want %v", e.Until, want)
			}
			if _, _, err := get(t.Context(), tr, api+"/y"); err == nil || len(s.at) != 4 {
				t.Errorf("%d requests and %v: nobody may ask before the end", len(s.at), err)
			}
		})
	}
}

func TestF05APrimaryLimitIsWaitedForByTheServersClock(t *testing.T) {
	testPrimary(t, "403")
}

func TestF06AStatus429IsAPrimaryLimitToo(t *testing.T) {
	testPrimary(t, "429")
}

func testPrimary(t *testing.T, status string) {
	for skew := -10; skew <= 10; skew += 5 {
		virtual(t, fmt.Sprint(skew, " min"), func(t *testing.T) {
			theirs := time.Now().Add(time.Duration(skew) * time.Minute).UTC()
			limited := answer(fmt.Sprintf(`%s Date=%s X-RateLimit-Limit=5000 X-RateLimit-Remaining=0 X-RateLimit-Reset=%d | {"message":"limit"}`,
				status, strings.ReplaceAll(theirs.Format(http.TimeFormat), " ", "_"), theirs.Add(40*time.Minute).Unix()))
			s := &server{answers: []answer{limited, good}}
			if _, _, err := get(t.Context(), s.transport(Options{MaxWait: time.Hour}), api+"/x"); err != nil {
				t.Fatal(err)
			}
			if got := s.gaps(); !slices.Equal(got, []int{40*60 + 1}) {
				t.Errorf("waited %v s, want 2401", got)
			}
			s = &server{answers: []answer{limited}}
			_, _, err := get(t.Context(), s.transport(Options{}), api+"/x")
			if e := as[*LimitError](t, err); !e.Until.Equal(time.Now().Add(40*time.Minute + time.Second)) {
				t.Errorf("until %v by our clock", e.Until)
			}
		})
	}
}

func TestF07AResetThatSaysNothingIsAMinuteAndMoreAtMostThreeTimes(t *testing.T) {
	for _, reset := range []string{"X-RateLimit-Reset=1", "X-RateLimit-Reset=0", "X-RateLimit-Reset=soon", "X-RateLimit-Reset=99999999999999", "X-Nothing=1"} {
		virtual(t, reset, func(t *testing.T) {
			s := &server{answers: []answer{answer("403 X-RateLimit-Remaining=0 " + reset)}}
			_, _, err := get(t.Context(), s.transport(Options{}), api+"/x")
			as[*LimitError](t, err)
			if got := s.gaps(); !slices.Equal(got, []int{60, 120, 240}) {
				t.Errorf("waited %v", got)
			}
		})
	}
}

func TestF08ALackOfRightsIsNotRepeated(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		for _, a := range []answer{
			`403 X-RateLimit-Remaining=4999 X-GitHub-SSO=required | {"message":"Resource protected by organization SAML enforcement."}`,
			`403 | {"message":"Although you appear to have the correct authorization credentials, the organization has an IP allow list enabled"}`,
			`401 | {}`, `400 | {}`, `404 | {}`, `410 | {}`, `422 | {}`, `451 | {}`, `407 | {}`, `501 | {}`,
		} {
			s := &server{answers: []answer{a}}
			code, _, err := get(t.Context(), s.transport(Options{}), api+"/x")
			if err != nil || fmt.Sprint(code) != string(a[:3]) || len(s.at) != 1 {
				t.Errorf("%s: %d requests, %d, %v", a, len(s.at), code, err)
			}
		}
	})
}

func TestF01AHostThatLimitsForEverIsAskedFiveTimes(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := &server{answers: []answer{"429 Retry-After=7"}}
		_, _, err := get(t.Context(), s.transport(Options{}), api+"/x")
		if as[*LimitError](t, err); !slices.Equal(s.gaps(), []int{7, 7, 7, 7}) {
			t.Errorf("waited %v", s.gaps())
		}
	})
}

func TestNoWaitIsAllowed(t *testing.T) {
	s := &server{answers: []answer{"429 Retry-After=1"}}
	_, _, err := get(t.Context(), s.transport(Options{MaxWait: -1}), api+"/x")
	as[*LimitError](t, err)
}

func TestF04AfterTheTimeOfALimitTheHostIsAskedAgain(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := &server{answers: []answer{"429 Retry-After=3600", good}}
		tr := s.transport(Options{})
		for i, wait := range []time.Duration{0, 59 * time.Minute, 61 * time.Second} {
			time.Sleep(wait)
			if _, _, err := get(t.Context(), tr, api+"/x"); (err == nil) != (i == 2) {
				t.Errorf("request %d: %v", i, err)
			}
		}
	})
}

func TestF20AGraphQLAnswerThatLimitsIsWaitedFor(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		limited := answer(fmt.Sprintf(`200 X-RateLimit-Remaining=0 X-RateLimit-Reset=%d | {"data":null,"errors":[{"type":"RATE_LIMITED","message":"API rate limit exceeded"}]}`, time.Now().Add(10*time.Minute).Unix()))
		s := &server{answers: []answer{limited, good}}
		tr := s.transport(Options{Limited: GraphQLLimited})
		if _, body, err := send(Repeatable(t.Context()), tr, "POST", api+"/graphql", `{"query":"{a}"}`); err != nil || body != `{"ok":true}` {
			t.Fatal(body, err)
		}
		if got := s.gaps(); !slices.Equal(got, []int{601}) || s.bodies[1] != `{"query":"{a}"}` {
			t.Errorf("waited %v and asked again with %q", got, s.bodies[1])
		}
	})
	for body, want := range map[string]bool{
		`{"errors":[{"type":"RATE_LIMITED"}]}`:                    true,
		`{"errors":[{"extensions":{"code":"RATE_LIMITED"}}]}`:     true,
		`{"data":{"title":"RATE_LIMITED"}}`:                       false,
		`{"errors":[{"type":"NOT_FOUND"}],"data":"RATE_LIMITED"}`: false,
		`RATE_LIMITED`: false,
	} {
		if got := GraphQLLimited(&http.Response{StatusCode: 200}, []byte(body)); got != want {
			t.Errorf("%s: %v", body, got)
		}
	}
}

func TestF35AJumpOfOurClockChangesNoWait(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		for _, jump := range []time.Duration{-24 * time.Hour, 24 * time.Hour} {
			theirs, n := time.Now().UTC(), 0
			date := strings.ReplaceAll(theirs.Format(http.TimeFormat), " ", "_")
			s := &server{answers: []answer{answer(fmt.Sprintf("429 Date=%s X-RateLimit-Remaining=0 X-RateLimit-Reset=%d", date, theirs.Unix()+30)), good}}
			tr := s.transport(Options{Now: func() time.Time { n++; return time.Now().Add(time.Duration(n) * jump) }})
			if _, _, err := get(t.Context(), tr, api+"/x"); err != nil {
				t.Fatal(err)
			}
			if got := s.gaps(); !slices.Equal(got, []int{31}) {
				t.Errorf("jump of %v: waited %v", jump, got)
			}
		}
	})
}

func TestJirasResetIsReadAsADate(t *testing.T) {
	now := time.Date(2026, 3, 1, 10, 0, 0, 0, time.UTC)
	for text, want := range map[string]time.Duration{
		"2026-03-01T10:05:00Z": 5*time.Minute + time.Second, "2026-03-01T10:05Z": 5*time.Minute + time.Second, "2026-03-01T09:00:00Z": 0,
	} {
		if d, _ := untilReset(http.Header{"X-Ratelimit-Reset": {text}}, now); d != want {
			t.Errorf("%s: %v, want %v", text, d, want)
		}
	}
}
