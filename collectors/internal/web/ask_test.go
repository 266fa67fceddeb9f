package web

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"
)

func TestAWaitEndsWithItsContextAtOnce(t *testing.T) {
	for _, a := range []answer{"429 Retry-After=600", "502"} {
		virtual(t, string(a), func(t *testing.T) {
			s := &server{answers: []answer{a}}
			ctx, cancel := context.WithTimeout(t.Context(), 500*time.Millisecond)
			defer cancel()
			start := time.Now()
			_, _, err := get(ctx, s.transport(Options{}), api+"/x")
			if err == nil || ctx.Err() == nil || time.Since(start) != 500*time.Millisecond {
				t.Errorf("%v after %v", err, time.Since(start))
			}
		})
	}
}

func TestNoMoreRequestsSideBySideThanAllowed(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := &server{answers: []answer{good}, takes: time.Second}
		tr := s.transport(Options{AtOnce: 3})
		var wg sync.WaitGroup
		for range 10 {
			wg.Go(func() {
				if _, _, err := get(t.Context(), tr, api+"/x"); err != nil {
					t.Error(err)
				}
			})
		}
		wg.Wait()
		if s.most != 3 {
			t.Errorf("%d side by side, want 3", s.most)
		}
	})
}

func TestAPostThatMayChangeSomethingIsNeverRepeated(t *testing.T) {
	for _, a := range []answer{"502", "429 Retry-After=7"} {
		virtual(t, string(a), func(t *testing.T) {
			s := &server{answers: []answer{a, good}}
			tr := s.transport(Options{})
			code, _, err := send(t.Context(), tr, "POST", api+"/x", `{"a":1}`)
			if len(s.at) != 1 || err == nil && code != 502 {
				t.Errorf("%d requests, %d, %v", len(s.at), code, err)
			}
			if a != "502" {
				as[*LimitError](t, err)
				if _, _, err := get(t.Context(), tr, api+"/y"); err != nil || s.gaps()[0] != 7 {
					t.Errorf("the host was not paused for others: %v, %v", s.gaps(), err)
				}
			}
		})
	}
}

func TestF10ABurstOfErrorsIsRiddenOut(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := &server{answers: []answer{"500", "502 Content-Type=text/html | <h1>", "503", "504", good}}
		_, body, err := get(t.Context(), s.transport(Options{}), api+"/x")
		if err != nil || body != `{"ok":true}` || len(s.at) != 5 {
			t.Fatalf("%d requests, %q, %v", len(s.at), body, err)
		}
		for i, top := range []time.Duration{2, 4, 8, 16} {
			if d := s.at[i+1].Sub(s.at[i]); d < time.Second || d > top*time.Second {
				t.Errorf("wait %d is %v, want 1 s to %d s", i, d, top)
			}
		}
	})
}

func TestF10JitterIsSpreadFromASecondToAMinute(t *testing.T) {
	seen := map[time.Duration]bool{}
	for n := 1; n < 80; n++ {
		d := jitter(n)
		if seen[d] = true; d < time.Second || d > time.Minute {
			t.Fatalf("jitter(%d) = %v", n, d)
		}
	}
	if len(seen) < 60 {
		t.Errorf("only %d different waits of 79", len(seen))
	}
}

func TestF11AfterFiveTriesTheAnswerIsHandedOn(t *testing.T) {
	for _, status := range []string{"500", "503", "408", "425"} {
		virtual(t, status, func(t *testing.T) {
			s := &server{answers: []answer{answer(status + ` | {"message":"down"}`)}}
			code, body, err := get(t.Context(), s.transport(Options{}), api+"/x")
			if err != nil || fmt.Sprint(code) != status || body != `{"message":"down"}` || len(s.at) != 5 {
				t.Errorf("%d requests, %d, %v", len(s.at), code, err)
			}
			s = &server{answers: s.answers}
			_, _, err = get(t.Context(), s.transport(Options{StatusErrors: true}), api+"/x?q=1")
			if e := as[*StatusError](t, err); fmt.Sprint(Status(err)) != status || e.Error() != "GET api.test/x: "+status+" "+http.StatusText(e.Code)+": down" {
				t.Errorf("%v", e)
			}
		})
	}
}

func TestF11AContextMayAllowFewerTries(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		for allowed, want := range map[int]int{1: 1, 2: 2, 9: 5, 0: 5} {
			s := &server{answers: []answer{"502"}}
			if code, _, err := get(Tries(t.Context(), allowed), s.transport(Options{}), api+"/x"); code != 502 || len(s.at) != want {
				t.Errorf("%d allowed: %d requests, %v", allowed, len(s.at), err)
			}
		}
	})
}

func TestF11AServerThatIsDownSaysForHowLong(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := &server{answers: []answer{"503 Retry-After=90", good}}
		if _, _, err := get(t.Context(), s.transport(Options{}), api+"/x"); err != nil || s.gaps()[0] != 90 {
			t.Errorf("waited %v, %v", s.gaps(), err)
		}
		s = &server{answers: []answer{"503 Retry-After=9000"}}
		_, _, err := get(t.Context(), s.transport(Options{}), api+"/x")
		as[*LimitError](t, err)
	})
}

func TestF23AnOriginThatRefusesTheTokenTwiceIsLeftAlone(t *testing.T) {
	revoked := []answer{good, `401 | {"message":"Bad credentials"}`}
	s := &server{answers: revoked}
	tr := s.transport(Options{Auth: map[Origin]Auth{api: Bearer("tok-123456")}})
	for i := range 6 {
		code, _, err := get(t.Context(), tr, api+"/x")
		switch {
		case i == 0 && code != 200, (i == 1 || i == 2) && (code != 401 || err != nil):
			t.Errorf("%d: %d, %v", i, code, err)
		case i > 2:
			if e := as[*StatusError](t, err); e.Code != 401 || e.Message != "Bad credentials" {
				t.Errorf("%d: %v", i, e)
			}
		}
	}
	if len(s.at) != 3 {
		t.Errorf("%d requests, want one and two refused", len(s.at))
	}

	no := answer("401 | {}")
	s = &server{answers: []answer{no, good, no, good, no, good}}
	tr = s.transport(Options{Auth: map[Origin]Auth{api: Bearer("tok-123456")}})
	for range 6 {
		get(t.Context(), tr, api+"/x")
	}
	if len(s.at) != 6 {
		t.Errorf("%d requests: a refusal now and then is about what was asked for", len(s.at))
	}

	s = &server{answers: revoked}
	tr = s.transport(Options{}) // nobody is signed in, so nothing was revoked
	for range 6 {
		get(t.Context(), tr, api+"/x")
	}
	if len(s.at) != 6 {
		t.Errorf("%d requests without credentials, want all", len(s.at))
	}

	s = &server{answers: revoked}
	tr = s.transport(Options{Refusals: -1, Auth: map[Origin]Auth{api: Bearer("tok-123456")}})
	for range 6 {
		get(t.Context(), tr, api+"/x")
	}
	if len(s.at) != 6 {
		t.Errorf("%d requests, want all", len(s.at))
	}
}

func TestF25AConnectionThatBreaksIsMadeAgain(t *testing.T) {
	for name, hurt := range map[string]func(http.ResponseWriter){
		"before the header": func(http.ResponseWriter) {},
		"in the body": func(w http.ResponseWriter) {
			w.Header().Set("Content-Type", "application/json")
			io.WriteString(w, `{"a":`)
			w.(http.Flusher).Flush()
		},
	} {
		virtual(t, name, func(t *testing.T) {
			n := 0
			var bodies []string
			base := pipes(t, func(w http.ResponseWriter, r *http.Request) {
				b, _ := io.ReadAll(r.Body)
				bodies = append(bodies, string(b))
				if n++; n < 4 {
					hurt(w)
					panic(http.ErrAbortHandler)
				}
				w.Header().Set("Content-Type", "application/json")
				io.WriteString(w, `{"a":1}`)
			})
			tr := New(Options{Base: base, Now: time.Now})
			req, _ := http.NewRequestWithContext(Repeatable(t.Context()), "POST", "http://api.test/x", io.MultiReader(strings.NewReader("query")))
			resp, err := tr.Client().Do(req) // without GetBody: the body is kept for repetitions
			if err != nil {
				t.Fatal(err)
			}
			if b, _ := io.ReadAll(resp.Body); string(b) != `{"a":1}` || !slices.Equal(bodies, []string{"query", "query", "query", "query"}) {
				t.Errorf("%q after %q", b, bodies)
			}
		})
	}
}

func TestF26ARefusedConnectionIsTriedFiveTimesAndAProxyThatRefusesOnce(t *testing.T) {
	for _, tt := range []struct {
		fault string
		want  int
	}{
		{"dial tcp 127.0.0.1:1: connect: connection refused", 5},
		{"dial tcp: lookup api.test: no such host", 5},
		{"Proxy Authentication Required", 1},
	} {
		virtual(t, tt.fault, func(t *testing.T) {
			s := &server{each: func(int, *http.Request) (*http.Response, error) { return nil, errors.New(tt.fault) }}
			_, _, err := get(t.Context(), s.transport(Options{}), api+"/x?q=1")
			if e := as[*RequestError](t, err); len(s.at) != tt.want || e.Error() != "GET api.test/x: "+tt.fault {
				t.Errorf("%d requests, %v", len(s.at), e)
			}
		})
	}
}

func TestEveryBodyIsClosedAndEveryRequestLeftAsItWas(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		open := 0
		s := &server{each: func(n int, req *http.Request) (*http.Response, error) {
			resp := []answer{"502", "200 | [", "429 Retry-After=1", "200 |", good}[n].response(req)
			open++
			resp.Body = closing{resp.Body, func() { open-- }}
			return resp, nil
		}}
		sent := 0
		req, _ := http.NewRequestWithContext(Repeatable(t.Context()), "POST", "https://u:p@api.test/x", nil)
		req.Header.Set("Authorization", "Basic xyz")
		req.GetBody = func() (io.ReadCloser, error) {
			sent++
			return closing{io.NopCloser(strings.NewReader("b")), func() { sent-- }}, nil
		}
		req.Body, _ = req.GetBody()
		_, err := s.transport(Options{}).RoundTrip(req)
		if err != nil || len(s.at) != 5 || open != 0 || sent != 0 {
			t.Errorf("%d requests, %d answers and %d bodies open, %v", len(s.at), open, sent, err)
		}
		if req.Header.Get("Authorization") != "Basic xyz" || req.URL.User == nil {
			t.Error("the client's request was changed")
		}
	})
}

type closing struct {
	io.ReadCloser
	closed func()
}

func (c closing) Close() error { c.closed(); return c.ReadCloser.Close() }

func TestTheLogTellsEveryAnswerAndWait(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var lines []string
		s := &server{answers: []answer{"429 Retry-After=7", good}}
		tr := s.transport(Options{Log: func(e Event) { lines = append(lines, e.String()) }})
		get(t.Context(), tr, api+"/x?q=secret")
		want := []string{"GET api.test/x: 429, 0 bytes", "GET api.test/x: wait 7s: the host limits requests", "GET api.test/x: 200, 11 bytes"}
		if !slices.Equal(lines, want) {
			t.Errorf("logged %q", lines)
		}
	})
}

func TestAContextThatEndedSendsNothing(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	s := &server{answers: []answer{good}}
	if _, _, err := get(ctx, s.transport(Options{}), api+"/x"); !errors.Is(err, context.Canceled) || len(s.at) != 0 {
		t.Errorf("%d requests, %v", len(s.at), err)
	}
}
