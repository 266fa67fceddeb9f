package web

import (
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"
)

// kept is a keeper of answers in memory.
type kept struct {
	mu   sync.Mutex
	m    map[string][2]string
	puts int
}

func (k *kept) Get(key string) (string, []byte, bool) {
	k.mu.Lock()
	defer k.mu.Unlock()
	v, ok := k.m[key]
	return v[0], []byte(v[1]), ok
}

func (k *kept) Put(key, etag string, answer []byte) {
	k.mu.Lock()
	defer k.mu.Unlock()
	if k.m == nil {
		k.m = map[string][2]string{}
	}
	k.m[key] = [2]string{etag, string(answer)}
	k.puts++
}

// conditional is a server that answers 304 where the ETag is still right.
func conditional(etag *string) *server {
	return &server{each: func(_ int, req *http.Request) (*http.Response, error) {
		if req.Header.Get("If-None-Match") == *etag {
			return answer("304 Content-Type= X-RateLimit-Remaining=77").response(req), nil
		}
		return answer(`200 ETag=` + *etag + ` Link=<` + api + `/x?page=2>;rel="next" Set-Cookie=CANARY=1 Web-Unchanged=1 | {"a":1}`).response(req), nil
	}}
}

func TestF41AnAnswerThatHasNotChangedIsTheKeptOne(t *testing.T) {
	etag, k := `W/"one"`, &kept{}
	s := conditional(&etag)
	ask := func(auth Auth, address string) *http.Response {
		t.Helper()
		resp, err := s.transport(Options{ETags: k, Auth: map[Origin]Auth{api: auth}}).Client().Get(address)
		if err != nil || resp.StatusCode != 200 {
			t.Fatalf("%v, %v", resp, err)
		}
		var body struct{ A int }
		if err := DecodeJSON(resp, &body); err != nil || body.A != 1 {
			t.Fatalf("%+v, %v", body, err)
		}
		return resp
	}
	for _, tt := range []struct {
		what, token, address string
		unchanged            bool
		puts                 int
	}{
		{"the first", "token-1", api + "/x", false, 1},
		{"the second", "token-1", api + "/x", true, 1},
		{"another token", "token-2", api + "/x", false, 2},
		{"another address", "token-1", api + "/x?a=b", false, 3},
		{"the third", "token-1", api + "/x", true, 3},
	} {
		resp := ask(Bearer(tt.token), tt.address)
		if Unchanged(resp) != tt.unchanged || k.puts != tt.puts {
			t.Errorf("%s: unchanged %v, %d kept", tt.what, Unchanged(resp), k.puts)
		}
		if !strings.Contains(resp.Header.Get("Link"), "page=2") {
			t.Errorf("%s: the link to the next page is lost: %v", tt.what, resp.Header)
		}
	}
	etag = `"two"`
	if resp := ask(Bearer("token-1"), api+"/x"); Unchanged(resp) || k.puts != 4 {
		t.Errorf("a new ETag: unchanged %v, %d kept", Unchanged(resp), k.puts)
	}
	for key, v := range k.m {
		if strings.Contains(fmt.Sprint(key, v), "token-") || strings.Contains(v[1], "CANARY") {
			t.Errorf("%s holds a secret: %s", key, v)
		}
		k.m[key] = [2]string{v[0], "not ours"}
	}
	if resp := ask(Bearer("token-1"), api+"/x"); Unchanged(resp) {
		t.Error("a kept answer that cannot be read was asked about")
	}
}

func TestF41AnAnswer304ThatNobodyAskedForIsAskedForWhole(t *testing.T) {
	s := &server{answers: []answer{"304", good}}
	if _, body, err := get(t.Context(), s.transport(Options{}), api+"/x"); body != `{"ok":true}` || err != nil {
		t.Errorf("%q, %v", body, err)
	}
	if h := s.reqs[1].Header; h.Get("If-None-Match") != "" || h.Get("Cache-Control") != "no-cache" {
		t.Errorf("asked again with %v", h)
	}
	s = &server{answers: []answer{"304"}}
	if _, _, err := get(t.Context(), s.transport(Options{}), api+"/x"); err == nil || len(s.at) != 2 {
		t.Errorf("%d requests, %v", len(s.at), err)
	}
	s = &server{answers: []answer{"304"}}
	req, _ := http.NewRequest("GET", api+"/x", nil)
	req.Header.Set("If-None-Match", `"mine"`)
	resp, err := s.transport(Options{ETags: &kept{}}).Client().Do(req)
	if err != nil || resp.StatusCode != 304 {
		t.Errorf("the client's own condition: %v, %v", resp, err)
	}
}

func TestF41NothingIsKeptOfAnAnswerThatFailed(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		k := &kept{}
		for _, a := range []answer{`200 ETag="a" | {}`, `200 ETag="a" | {"a"`, `404 ETag="a" | {"a":1}`, `200 ETag="a" Content-Type=text/html | <p>`} {
			s := &server{answers: []answer{a}}
			get(t.Context(), s.transport(Options{ETags: k}), api+"/x")
		}
		if k.puts != 0 {
			t.Errorf("%d kept", k.puts)
		}
	})
}

func TestF43APageIsOnlyFollowedWithinTheServerAndForward(t *testing.T) {
	page := func(address string, link ...string) *http.Response {
		u, err := url.Parse(address)
		if err != nil {
			t.Fatal(err)
		}
		return &http.Response{Request: &http.Request{URL: u}, Header: http.Header{"Link": link}}
	}
	for _, tt := range []struct{ link, want, err string }{
		{`<https://api.test/x?page=2>; rel="next", <https://api.test/x?page=9>; rel="last"`, "https://api.test/x?page=2", ""},
		{`<https://api.test/x?page=9>; rel="last", <?page=2>; title="a"; REL="prev Next"`, "https://api.test/x?page=2", ""},
		{`</y>;rel=next`, "https://api.test/y", ""},
		{`<https://api.test/x?page=9>; rel="last"`, "", ""},
		{`<https://api.test/x?page=2; rel="next"`, "", ""},
		{`rel="next"`, "", ""}, {"", "", ""},
		{`<https://evil.test/x?page=2&t=CANARY>; rel="next"`, "", "api.test names a next page on https://evil.test: not followed"},
		{`<http://api.test/x?page=2>; rel="next"`, "", "api.test names a next page on http://api.test: not followed"},
		{`<https://api.test:8443/x>; rel="next"`, "", "api.test names a next page on https://api.test:8443: not followed"},
		{`<https://api.test/x>; rel="next"`, "", "api.test names a next page that was there already: /x"},
		{`<%zz>; rel="next"`, "", "api.test names a next page that is no address"},
	} {
		var p Pages
		next, err := p.Next(page("https://api.test/x", tt.link))
		if got := fmt.Sprint(next); err == nil && next != nil && got != tt.want || (next == nil) != (tt.want == "") || (err == nil) != (tt.err == "") || err != nil && err.Error() != tt.err {
			t.Errorf("%s: %v, %v", tt.link, next, err)
		}
	}
	var p Pages
	p.Next(page("https://api.test/1", "</2>; rel=next"))
	p.Next(page("https://api.test/2", "</3>; rel=next"))
	if next, err := p.Next(page("https://api.test/3", "</1>; rel=next")); next != nil || err == nil {
		t.Errorf("a loop of three: %v, %v", next, err)
	}
}

func FuzzWhatServersSay(f *testing.F) {
	f.Add(`<https://api.test/x?page=2>; rel="next"`, "120", "1767225600", `{"message":"a"}`)
	f.Add("<", "Wed, 21 Oct 2015 07:28:00 GMT", "2026-03-01T10:05Z", "<title>x</title>")
	f.Add(">;,<", "-1e400", "-9223372036854775808", `{"a":`)
	tr := New(Options{Now: time.Now})
	now := time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)
	here, _ := url.Parse(api)
	f.Fuzz(func(t *testing.T, link, after, reset, body string) {
		resp := &http.Response{Request: &http.Request{URL: here}, StatusCode: 200,
			Header: http.Header{"Link": {link}, "Retry-After": {after}, "X-Ratelimit-Reset": {reset}, "X-Ratelimit-Remaining": {"0"}}}
		if next, err := new(Pages).Next(resp); err == nil && next != nil && OriginOf(next) != OriginOf(here) {
			t.Errorf("%q leads to %s", link, next)
		}
		for _, wait := range []func() (time.Duration, bool){
			func() (time.Duration, bool) { return retryAfter(resp.Header, now) },
			func() (time.Duration, bool) { return untilReset(resp.Header, now) },
		} {
			if d, ok := wait(); ok && (d < time.Second || d > forEver) {
				t.Errorf("%q %q: wait %v", after, reset, d)
			}
		}
		for _, s := range []string{tr.title([]byte(body)), tr.short(message([]byte(body)))} {
			if len([]rune(s)) > 200 || strings.ContainsAny(s, "\n\x1b") {
				t.Errorf("%q", s)
			}
		}
		if validJSON([]byte(body)) == nil && strings.TrimSpace(body) != "" {
			_ = checkShape("h", []byte(strings.TrimSpace(body)), List)
		}
		GraphQLLimited(resp, []byte(body))
	})
}
