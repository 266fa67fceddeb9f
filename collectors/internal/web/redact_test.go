package web

import (
	"context"
	"encoding/base64"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"pgregory.net/rapid"
)

const canary = "CANARY+token/0123~xyz="

// signing are the ways to sign in, each with the field that it sets.
var signing = []struct {
	name, field, value string
	auth               Auth
}{
	{"bearer", "Authorization", "Bearer " + canary, Bearer(canary)},
	{"token", "Authorization", "token " + canary, Token(canary)},
	{"basic", "Authorization", "Basic " + base64.StdEncoding.EncodeToString([]byte("me:"+canary)), Basic("me", canary)},
	{"cookie", "Cookie", "session=" + canary, Field("cookie", "session="+canary)},
	{"private token", "Private-Token", canary, Field("PRIVATE-TOKEN", canary)},
}

// encodings are the forms in which a value may come back in a message.
func encodings(v string) map[string]string {
	return map[string]string{
		"plain": v, "query": url.QueryEscape(v), "path": url.PathEscape(v), "hex": hex.EncodeToString([]byte(v)),
		"base64": base64.StdEncoding.EncodeToString([]byte(v)), "base64 url": base64.RawURLEncoding.EncodeToString([]byte(v)),
		"basic": base64.StdEncoding.EncodeToString([]byte("me:" + v)), "basic, other name": base64.StdEncoding.EncodeToString([]byte("you@x:" + v)),
	}
}

// leaks says what of a secret a text holds.
func leaks(text, secret string) string {
	for name, form := range encodings(secret) {
		if strings.Contains(text, form) || strings.Contains(text, strings.TrimRight(form, "=")) {
			return name
		}
	}
	for i := 0; i+8 <= len(secret); i++ {
		if strings.Contains(text, secret[i:i+8]) {
			return "a part of it"
		}
	}
	return ""
}

func TestT39NoErrorShowsAQueryOrAPassword(t *testing.T) {
	addresses := []string{
		"http://user:hunter22@h.test/p?access_token=QUERYCANARY", "https://h.test:8443/p?jql='QUERYCANARY'&x=y#QUERYCANARY", "https://h.test?QUERYCANARY", `https://h.test/p?q=<"QUERYCANARY">`,
	}
	for _, a := range addresses {
		for _, err := range []error{
			&url.Error{Op: "Get", URL: a, Err: errors.New("dial tcp: connection refused")},
			fmt.Errorf("collect: %w", &url.Error{Op: "Get", URL: a, Err: io.ErrUnexpectedEOF}),
			fmt.Errorf(`parse "%s": first path segment`, a),
			fmt.Errorf("GET %s: 404 Not Found []", a),
			fmt.Errorf("('%s') and token=QUERYCANARY", a),
		} {
			if u := new(url.Error); strings.Contains(a, "<") && !errors.As(err, &u) {
				continue // where an address ends in a text nobody can tell
			}
			got := (New(Options{Now: time.Now})).Error(err)
			if text := got.Error(); strings.Contains(text, "CANARY") || strings.Contains(text, "hunter") || !strings.Contains(text, "h.test") {
				t.Errorf("%v\nbecame %v", err, got)
			}
			if u := new(url.Error); errors.As(err, &u) && !errors.Is(got, u.Err) {
				t.Errorf("%v: the cause is lost", got)
			}
		}
	}
	tr := New(Options{Now: time.Now})
	for in, want := range map[string]string{
		`Get "https://h.test/p?a=b": EOF`: `Get "https://h.test/p": EOF`,
		"GET https://h.test/p?a=b: 404":   "GET https://h.test/p: 404",
		"see https://h.test/docs.":        "see https://h.test/docs.",
		"at 10:20, a://b@c":               "at 10:20, a://c",
		"read a/b.go?":                    "read a/b.go?",
	} {
		if got := tr.Error(errors.New(in)).Error(); got != want {
			t.Errorf("%s\nbecame %s\nwant   %s", in, got, want)
		}
	}
	if tr.Error(nil) != nil {
		t.Error("an error out of nothing")
	}
	if err := errors.New("plain"); tr.Error(err) != err {
		t.Error("a harmless error was changed")
	}
}

func TestT41TheCanaryIsInNoErrorAndNoLog(t *testing.T) {
	for _, sign := range signing {
		for name, form := range encodings(canary) {
			synctest.Test(t, func(t *testing.T) {
				var said []string
				echo := strings.ReplaceAll(form, `"`, "")
				s := &server{each: func(n int, req *http.Request) (*http.Response, error) {
					if req.URL.Path == "/net" {
						return nil, fmt.Errorf("proxyconnect tcp: http://me:%s@proxy.test:3128 said %s", form, form)
					}
					return map[string]answer{
						"/page":  answer("200 Content-Type=text/html | <title>" + strings.Repeat("x ", 90) + echo + "</title>" + echo),
						"/text":  answer("200 Content-Type=text/plain | " + echo),
						"/cut":   answer(`200 | {"a":"` + echo),
						"/gone":  answer(`404 | {"message":"` + strings.Repeat("y ", 95) + echo + `","errorMessages":["` + echo + `"]}`),
						"/limit": "429 Retry-After=99999",
					}[req.URL.Path].response(req), nil
				}}
				tr := s.transport(Options{StatusErrors: true, Secrets: []string{canary}, Auth: map[Origin]Auth{api: sign.auth},
					Log: func(e Event) { said = append(said, e.String()) }})
				for _, path := range []string{"/net", "/page", "/text", "/cut", "/gone", "/limit"} {
					_, _, err := get(t.Context(), tr, api+path+"?token="+url.QueryEscape(canary))
					if err == nil {
						t.Fatalf("%s: no error", path)
					}
					said = append(said, tr.Error(err).Error())
				}
				said = append(said, fmt.Sprintf("%v %+v %#v %s", tr, tr, tr, tr))
				for _, text := range said {
					if what := leaks(text, canary); what != "" {
						t.Errorf("%s, sent as %s: %s in %s", sign.name, name, what, text)
					}
				}
			})
		}
	}
}

func TestT41AnAnswerGivenToAClientDoesNotHoldTheCredentials(t *testing.T) {
	s := &server{answers: []answer{"404 | {}"}}
	tr := s.transport(Options{Auth: map[Origin]Auth{api: Bearer(canary)}})
	resp, err := tr.Client().Get(api + "/x")
	if err != nil || leaks(fmt.Sprint(resp.Request.Header, resp.Header), canary) != "" {
		t.Errorf("%v, %v", resp, err)
	}
}

func TestT41ASecretIsFoundWhereverItStandsInBase64(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		secret := rapid.StringMatching(`[!-~]{12,40}`).Draw(t, "secret")
		before, after := rapid.String().Draw(t, "before"), rapid.String().Draw(t, "after")
		s := newSecrets([]string{secret})
		for _, enc := range []*base64.Encoding{base64.StdEncoding, base64.RawURLEncoding} {
			packed := enc.EncodeToString([]byte(before + secret + after))
			unpacked, err := enc.DecodeString(strings.ReplaceAll(s.hide(packed), mark, ""))
			if err == nil && strings.Contains(string(unpacked), secret) || s.hide(packed) == packed {
				t.Fatalf("%s holds the secret still", s.hide(packed))
			}
		}
		if got := s.hide(before + secret + after); strings.Contains(got, secret) && !strings.Contains(before+mark+after, secret) {
			t.Fatalf("%q", got)
		}
	})
}

func TestT41ATokenThatWasRenewedIsKnownAsWell(t *testing.T) {
	n := 0
	s := &server{answers: []answer{good}}
	tr := s.transport(Options{Auth: map[Origin]Auth{api: func(context.Context) (http.Header, error) {
		n++
		return http.Header{"Authorization": {fmt.Sprintf("Bearer renewed-%d", n)}}, nil
	}}})
	for range 3 {
		get(t.Context(), tr, api+"/x")
	}
	if got := tr.Error(errors.New("renewed-1 renewed-2 renewed-3")).Error(); strings.Contains(got, "renewed") {
		t.Error(got)
	}
}

func FuzzNoQueryIsShown(f *testing.F) {
	f.Add("https", "h.test/p", "a=b")
	f.Add("http", "me:pass@h.test:80/a b", "'x'&\\\"")
	f.Add("ftp", "", "?#")
	tr := New(Options{Now: time.Now})
	f.Fuzz(func(t *testing.T, scheme, rest, query string) {
		text := tr.Error(fmt.Errorf("get %s://%s?%s", scheme, rest, url.QueryEscape(query)+"QUERYCANARY: EOF")).Error()
		if len(scheme) > 0 && !strings.ContainsAny(scheme+rest, " \t\r\n\v\f\"<>") && strings.Contains(text, "QUERYCANARY") &&
			address.MatchString(scheme+"://"+rest) {
			t.Errorf("%q", text)
		}
	})
}
