package web

import (
	"fmt"
	"io"
	"net/http"
	"strings"
	"testing"
)

func TestF14AnAnswerThatHoldsNothingIsAnErrorAfterTwoMoreTries(t *testing.T) {
	for _, tt := range []struct {
		body  string
		shape Shape
		got   string
	}{
		{"", JSON, "an empty answer where JSON was due"},
		{" \n", JSON, "an empty answer where JSON was due"},
		{"null", JSON, "null where JSON was due"},
		{" { } ", JSON, "{} where JSON was due"},
		{"{}", Object, "{} where an object was due"},
		{"[]", Object, "a list where an object was due"},
		{`"x"`, Object, "a value where an object was due"},
		{"{}", List, "{} where a list was due"},
		{`{"a":1}`, List, "an object where a list was due"},
		{"null", List, "null where a list was due"},
		{"", List, "an empty answer where a list was due"},
		{"[]", List, ""}, {"[]", JSON, ""}, {`{"a":{}}`, JSON, ""}, {"0", JSON, ""},
		{"", AnyJSON, ""}, {"{}", AnyJSON, ""}, {"null", AnyJSON, ""},
		{"", Anything, ""}, {"BEGIN:VCALENDAR", Anything, ""},
	} {
		virtual(t, fmt.Sprint(tt.body, " for ", int(tt.shape)), func(t *testing.T) {
			s := &server{answers: []answer{answer("200 | " + tt.body)}}
			_, body, err := get(Expect(t.Context(), tt.shape), s.transport(Options{}), api+"/x")
			if tt.got == "" {
				if err != nil || body != tt.body || len(s.at) != 1 {
					t.Errorf("%d requests, %q, %v", len(s.at), body, err)
				}
				return
			}
			if e := as[*EmptyError](t, err); e.Error() != "api.test answered with "+tt.got || len(s.at) != 3 {
				t.Errorf("%d requests, %v", len(s.at), e)
			}
		})
	}
}

func TestF14WhereNoBodyIsDueNoneIsMissed(t *testing.T) {
	s := &server{answers: []answer{"204 Content-Type="}}
	if _, _, err := get(t.Context(), s.transport(Options{}), api+"/x"); err != nil {
		t.Error(err)
	}
	s = &server{answers: []answer{"200"}}
	if _, _, err := send(t.Context(), s.transport(Options{}), "HEAD", api+"/x", ""); err != nil {
		t.Error(err)
	}
}

func TestF14DecodeJSONRefusesWhatHoldsNothing(t *testing.T) {
	for body, want := range map[string]string{
		"": "an empty answer", "null": "null", "{}": "{}", `{"a":`: "cut short", `{"a":"x"}`: "cannot unmarshal", `{"a":1}`: "", "[1]": "cannot unmarshal", "<p>": "not valid JSON",
	} {
		var into struct{ A int }
		err := DecodeJSON(&http.Response{Body: io.NopCloser(strings.NewReader(body))}, &into)
		if want == "" && (err != nil || into.A != 1) || want != "" && (err == nil || !strings.Contains(err.Error(), want)) {
			t.Errorf("%q: %v", body, err)
		}
	}
}

func TestF15AWebPageIsALoginAndNotAnAnswer(t *testing.T) {
	long := strings.Repeat("Sign in ", 100)
	for _, tt := range []struct{ answer, want string }{
		{"200 Content-Type=text/html | <html><title>Log in &amp; go\x1b[31m\n on</title><body>BODYTEXT", `api.test answered with a web page, titled "Log in & go[31m on", and not with JSON`},
		{"200 Content-Type=text/html;charset=utf-8 | <html>BODYTEXT", "api.test answered with a web page and not with JSON"},
		{"200 Content-Type= | \n<!DOCTYPE html>BODYTEXT", "api.test answered with a web page and not with JSON"},
		{"200 Content-Type=text/html | Please sign in BODYTEXT", "api.test answered with a web page and not with JSON"},
		{"200 | <html>BODYTEXT", "api.test answered with a web page and not with JSON"},
		{"200 Content-Type=text/html | <TITLE lang=en>" + long + "</TITLE>", `titled "` + strings.TrimSpace(long)[:199] + `…"`},
		{"200 Content-Type=text/plain | ok", "api.test answered with text/plain where application/json was due"},
	} {
		s := &server{answers: []answer{answer(tt.answer)}}
		_, _, err := get(t.Context(), s.transport(Options{}), api+"/x")
		if err == nil || !strings.Contains(err.Error(), tt.want) || strings.Contains(err.Error(), "BODYTEXT") || len(s.at) != 1 {
			t.Errorf("%d requests, %v\nwant %s", len(s.at), err, tt.want)
		}
	}
	s := &server{each: func(n int, req *http.Request) (*http.Response, error) {
		if req.URL.Path == "/x" {
			return answer("302 Location=/login").response(req), nil
		}
		return answer("200 Content-Type=text/html | <title>Log in</title>").response(req), nil
	}}
	_, _, err := get(t.Context(), s.transport(Options{}), api+"/x")
	if e := as[*LoginPageError](t, err); e.Title != "Log in" || e.Host != "api.test" {
		t.Errorf("%+v", e)
	}
}

func TestF15AFileIsTakenWhenItsTypeIsDue(t *testing.T) {
	for kind, ok := range map[string]bool{"text/calendar;charset=utf-8": true, "text/html": false, "application/json": false, "": false} {
		s := &server{answers: []answer{answer("200 Content-Type=" + kind + " | BEGIN:VCALENDAR")}}
		_, _, err := get(ExpectType(t.Context(), "text/calendar"), s.transport(Options{}), api+"/x")
		if (err == nil) != ok {
			t.Errorf("%q: %v", kind, err)
		}
	}
	for _, kind := range []string{"application/vnd.github+json", "application/json;charset=UTF-8", ""} {
		s := &server{answers: []answer{answer(`200 Content-Type=` + kind + ` | {"a":1}`)}}
		if _, _, err := get(t.Context(), s.transport(Options{}), api+"/x"); err != nil {
			t.Errorf("%q: %v", kind, err)
		}
	}
}

func TestF16AnIncompleteResultIsHandedOnForTheCollectorToJudge(t *testing.T) {
	const body = `{"total_count":0,"incomplete_results":true,"items":[]}`
	s := &server{answers: []answer{"200 | " + body}}
	if _, got, err := get(t.Context(), s.transport(Options{}), api+"/x"); got != body || err != nil {
		t.Errorf("%q, %v", got, err)
	}
}
