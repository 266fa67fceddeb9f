package atlassian

import (
	"context"
	"errors"
	"io"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/dossier-report/dossier/collectors/internal/web"
)

type answer func(*http.Request) (*http.Response, error)

func (a answer) RoundTrip(req *http.Request) (*http.Response, error) { return a(req) }

// options answers each request with a status and a body, and notes it.
func options(code int, body string, asked *[]*http.Request) web.Options {
	return web.Options{Now: time.Now, Tries: 1, Base: answer(func(req *http.Request) (*http.Response, error) {
		*asked = append(*asked, req)
		return &http.Response{StatusCode: code, Request: req, Header: http.Header{"Content-Type": {"application/json"}}, Body: io.NopCloser(strings.NewReader(body))}, nil
	})}
}

func address(t *testing.T, s string) *url.URL {
	t.Helper()
	u, err := url.Parse(s)
	if err != nil {
		t.Fatal(err)
	}
	return u
}

func TestClientAsksBelowItsBaseAndSignsInThere(t *testing.T) {
	var asked []*http.Request
	c := NewClient(options(200, `{"a": 1}`, &asked), address(t, "https://wiki.acme.example/confluence/"), Signs("", "canary"))
	v, err := c.Get(t.Context(), web.Object, "/rest/api/search", url.Values{"cql": {"a = b"}})
	if err != nil || v.At("a").Count() != 1 {
		t.Fatal(v, err)
	}
	if got := asked[0].URL.String(); got != "https://wiki.acme.example/confluence/rest/api/search?cql=a+%3D+b" {
		t.Errorf("asked %s", got)
	}
	if got := asked[0].Header.Get("Authorization"); got != "Bearer canary" {
		t.Errorf("signed in with %q", got)
	}
	if c.Count().Requests != 1 || c.Base().Host != "wiki.acme.example" {
		t.Errorf("%+v at %s", c.Count(), c.Base())
	}
}

func TestErrorsSayWhatWasRefusedAndShowNoSecret(t *testing.T) {
	for code, refused := range map[int]bool{400: true, 401: false, 403: true, 404: true, 410: true, 500: true} {
		var asked []*http.Request
		c := NewClient(options(code, `{"message": "no canary here"}`, &asked), address(t, "https://acme.atlassian.net"), Signs("r@example.org", "canary"))
		_, err := c.Get(t.Context(), web.Object, "x", url.Values{"q": {"canary"}})
		if err == nil || Refused(err) != refused || TooLarge(err) || strings.Contains(err.Error(), "canary") {
			t.Errorf("%d: %v, refused %v", code, err, Refused(err))
		}
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	var asked []*http.Request
	if _, err := NewClient(options(200, "{}", &asked), address(t, "https://acme.atlassian.net"), nil).Get(ctx, web.Object, "x", nil); !errors.Is(err, context.Canceled) {
		t.Error(err)
	}
}

func TestCloudIDIsOneOrAnError(t *testing.T) {
	for body, want := range map[string]string{
		`{"cloudId": "11111111-2222-3333-4444-555555555555"}`: "11111111-2222-3333-4444-555555555555",
		`{"cloudId": "../../evil"}`:                           "",
		`{"cloudId": null}`:                                   "",
		`{"other": 1}`:                                        "",
	} {
		var asked []*http.Request
		id, err := CloudID(t.Context(), options(200, body, &asked), address(t, "https://acme.atlassian.net"))
		if id != want || (err == nil) != (want != "") {
			t.Errorf("%s: %q, %v", body, id, err)
		}
		if asked[0].Header.Get("Authorization") != "" {
			t.Error("the site's number is asked for with a token")
		}
	}
}

func TestHostsOfAtlassiansCloud(t *testing.T) {
	for host, want := range map[string]bool{"acme.atlassian.net": true, "ACME.Atlassian.net:443": true, "api.atlassian.com": true, "acme.jira.com": true,
		"atlassian.net.evil.example": false, "evilatlassian.net": false, "wiki.acme.example": false} {
		if OnCloud(host) != want {
			t.Errorf("%s: %v", host, !want)
		}
	}
	if got := GatewayURL("confluence", "abc").String(); got != "https://api.atlassian.com/ex/confluence/abc" {
		t.Error(got)
	}
}

func TestValueReadsWhatIsThereAndNotesWhatIsOdd(t *testing.T) {
	v, err := Parse([]byte(`{"text": "a", "number": 7, "yes": true, "list": ["x", 2], "when": "2026-02-03T09:14:00.123+0000", "millis": 1772532000000,
		"object": {"deep": {"er": "b"}}, "null": null, "far": "9999999-01-01T00:00:00Z", "minus": -1}`))
	if err != nil {
		t.Fatal(err)
	}
	var odd Odd
	v = v.With(&odd)
	if v.At("text").Text() != "a" || v.At("number").Text() != "7" || v.At("number").Count() != 7 || !v.At("yes").Yes() || v.At("object", "deep", "er").Text() != "b" ||
		len(v.At("list").List()) != 2 || v.At("list").List()[1].Count() != 2 || !v.Has("null") || !v.At("null").Null() || v.Has("nothing") {
		t.Errorf("reads %s", v.Raw())
	}
	if got := v.At("when").When(); !got.Equal(time.Date(2026, 2, 3, 9, 14, 0, 123e6, time.UTC)) {
		t.Error(got)
	}
	if got := v.At("millis").When(); !got.Equal(time.Date(2026, 3, 3, 10, 0, 0, 0, time.UTC)) {
		t.Error(got)
	}
	if !v.At("nothing").When().IsZero() || v.At("nothing").Text() != "" || v.At("nothing").Count() != -1 || v.At("a", "b", "c").List() != nil {
		t.Error("what is absent is something")
	}
	if odd.String() != "" {
		t.Errorf("odd: %s", odd.String())
	}
	v.At("object").Text()
	v.At("text").List()
	v.At("text").At("x")
	v.At("far").When()
	v.At("minus").Count()
	v.At("minus").Count()
	if want := `object is {"deep":{"er":"b"}} and no text; text is "a" and no list; text is "a" and no object; far is "9999999-01-01T00:00:00Z" and no time; minus is -1 and no number`; odd.String() != want {
		t.Errorf("odd: %s", odd.String())
	}
	v.At("list").Count()
	if !strings.HasSuffix(odd.String(), "and 1 more") {
		t.Errorf("odd: %s", odd.String())
	}
}

func TestHashDoesNotChangeWithTheDayOrTheAddress(t *testing.T) {
	a, _ := Parse([]byte(`{"n": 1, "friendlyWhen": "yesterday", "_links": {"self": "a"}, "by": [{"profilePicture": {"p": 1}, "displayName": "x"}]}`))
	b, _ := Parse([]byte(`{"by": [{"profilePicture": {"p": 2}, "displayName": "x"}], "n": 1, "friendlyWhen": "on Monday", "_links": {"self": "b"}}`))
	if string(a.Settled()) != string(b.Settled()) || !strings.Contains(string(a.Settled()), "displayName") {
		t.Errorf("%s and %s", a.Settled(), b.Settled())
	}
}

func TestAnswersThatAreNoJSONAreErrors(t *testing.T) {
	for _, raw := range []string{"", "{", "nothing"} {
		if _, err := Parse([]byte(raw)); err == nil {
			t.Errorf("%q is read", raw)
		}
	}
	if got := Excerpt("aéé", 2); got != "a…" {
		t.Error(got)
	}
}
