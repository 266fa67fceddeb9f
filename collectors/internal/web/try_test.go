package web

import (
	"bytes"
	"compress/gzip"
	"errors"
	"io"
	"net/http"
	"strings"
	"testing"
	"testing/synctest"
	"time"
)

func TestF12AnAnswerShorterThanItsLengthIsAskedForAgain(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		n := 0
		base := pipes(t, func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Type", "application/json")
			if n++; n < 3 {
				w.Header().Set("Content-Length", "100")
				io.WriteString(w, `{"a":1}`) // whole JSON, and yet not the whole answer
				return
			}
			io.WriteString(w, `{"a":2}`)
		})
		_, body, err := get(t.Context(), New(Options{Base: base, Now: time.Now}), "http://api.test/x")
		if err != nil || body != `{"a":2}` || n != 3 {
			t.Errorf("%d requests, %q, %v", n, body, err)
		}
	})
	synctest.Test(t, func(t *testing.T) {
		s := &server{each: func(_ int, req *http.Request) (*http.Response, error) {
			resp := good.response(req)
			resp.ContentLength = 100 // from a base that does not count itself
			return resp, nil
		}}
		_, _, err := get(t.Context(), s.transport(Options{}), api+"/x")
		if as[*RequestError](t, err); !errors.Is(err, io.ErrUnexpectedEOF) || len(s.at) != 5 {
			t.Errorf("%d requests, %v", len(s.at), err)
		}
	})
}

func TestF13JSONThatIsCutShortIsAskedForAgain(t *testing.T) {
	for _, cut := range []string{`{"items":[{"id":1},{"id"`, `[1,2`, `"abc`, `{"a":tru`} {
		virtual(t, cut, func(t *testing.T) {
			s := &server{answers: []answer{answer("200 | " + cut), good}}
			if _, body, err := get(t.Context(), s.transport(Options{}), api+"/x"); err != nil || body != `{"ok":true}` {
				t.Error(body, err)
			}
			s = &server{answers: s.answers[:1]}
			_, _, err := get(t.Context(), s.transport(Options{}), api+"/x")
			if !errors.Is(err, io.ErrUnexpectedEOF) || len(s.at) != 5 {
				t.Errorf("%d requests, %v", len(s.at), err)
			}
		})
	}
}

func TestF27SlowAnswersAreGivenUp(t *testing.T) {
	stuck := func(w http.ResponseWriter, r *http.Request) { <-r.Context().Done() }
	for _, tt := range []struct {
		name  string
		serve http.HandlerFunc
		want  error
		after time.Duration
	}{
		{"no header", stuck, errHeaderSlow, 30 * time.Second},
		{"body stops", func(w http.ResponseWriter, r *http.Request) {
			io.WriteString(w, `{"a":`)
			w.(http.Flusher).Flush()
			stuck(w, r)
		}, errIdle, 30 * time.Second},
		{"a byte a second", func(w http.ResponseWriter, r *http.Request) {
			for r.Context().Err() == nil {
				io.WriteString(w, " ")
				w.(http.Flusher).Flush()
				time.Sleep(time.Second)
			}
		}, errWholeSlow, 2 * time.Minute},
	} {
		virtual(t, tt.name, func(t *testing.T) {
			tr := New(Options{Base: pipes(t, tt.serve), Now: time.Now, Tries: 1})
			start := time.Now()
			_, _, err := get(t.Context(), tr, "http://api.test/x")
			as[*RequestError](t, err)
			if !errors.Is(err, tt.want) || time.Since(start) != tt.after {
				t.Errorf("%v after %v, want %v after %v", err, time.Since(start), tt.want, tt.after)
			}
		})
	}
}

func TestF28AnAnswerIsCappedUnpacked(t *testing.T) {
	bomb := func(w http.ResponseWriter) {
		w.Header().Set("Content-Encoding", "gzip")
		z := gzip.NewWriter(w)
		zeros := make([]byte, 1<<20)
		for range 64 {
			if _, err := z.Write(zeros); err != nil {
				return
			}
		}
		z.Close()
	}
	synctest.Test(t, func(t *testing.T) {
		n := 0
		base := pipes(t, func(w http.ResponseWriter, _ *http.Request) { n++; bomb(w) })
		_, _, err := get(t.Context(), New(Options{Base: base, Now: time.Now}), "http://api.test/x")
		if e := as[*TooLargeError](t, err); e.Bytes != 32<<20 || n != 1 {
			t.Errorf("%d requests, %v", n, e)
		}
	})
	// A base that does not unpack, and one that sends more than was announced.
	var packed bytes.Buffer
	z := gzip.NewWriter(&packed)
	z.Write(append(make([]byte, 5000), good...))
	z.Close()
	for limit, ok := range map[int64]bool{4000: false, 6000: true} {
		s := &server{each: func(_ int, req *http.Request) (*http.Response, error) {
			return &http.Response{StatusCode: 200, Header: http.Header{"Content-Encoding": {"gzip"}}, ContentLength: int64(packed.Len()),
				Body: io.NopCloser(bytes.NewReader(packed.Bytes()))}, nil
		}}
		_, body, err := get(Expect(t.Context(), Anything), s.transport(Options{MaxBytes: limit}), api+"/x")
		if (err == nil) != ok || ok && len(body) != 5000+len(good) {
			t.Errorf("limit %d: %d bytes, %v", limit, len(body), err)
		}
	}
}

func TestF29ASlowAndChoppyLineOnlyTakesLonger(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		want := `{"a":"` + strings.Repeat("x", 500) + `"}`
		base := pipes(t, func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Type", "application/json")
			for _, b := range []byte(want) {
				w.Write([]byte{b})
				w.(http.Flusher).Flush()
				time.Sleep(200 * time.Millisecond)
			}
		})
		tr := New(Options{Base: base, Now: time.Now})
		if _, body, err := get(t.Context(), tr, "http://api.test/x"); body != want || err != nil || tr.Count().Requests != 1 {
			t.Errorf("%d bytes, %v, %+v", len(body), err, tr.Count())
		}
	})
}
