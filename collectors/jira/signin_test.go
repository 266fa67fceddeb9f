package jira

import (
	"context"
	"encoding/base64"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"testing"

	"github.com/dossier-report/dossier/collectors"
	"github.com/dossier-report/dossier/collectors/collectorstest"
	"github.com/dossier-report/dossier/evidence"
)

func basicField(name string) string {
	return "Basic " + base64.StdEncoding.EncodeToString([]byte(name+":"+token))
}

func TestEachWayToSignInSendsTheTokenWhereItIsDueAndNowhereElse(t *testing.T) {
	for _, tt := range []struct {
		name, settings string
		cloud          bool
		want           map[string]string // host to what signs in there
	}{
		{"API token", "", true, map[string]string{"acme.atlassian.net": basicField("robin@example.org")}},
		{"API token of another address", "email: rv@home.example\n", true, map[string]string{"acme.atlassian.net": basicField("rv@home.example")}},
		{"token with scopes", "auth: gateway\n", true, map[string]string{"acme.atlassian.net": "", "api.atlassian.com": basicField("robin@example.org")}},
		{"personal access token", "", false, map[string]string{"jira.acme.example": "Bearer " + token}},
		{"name and password", "email: rvale\n", false, map[string]string{"jira.acme.example": basicField("rvale")}},
		{"bearer on Cloud", "auth: bearer\n", true, map[string]string{"acme.atlassian.net": "Bearer " + token}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			f := newFake(t, tt.cloud)
			f.many(2)
			r := f.collect(t, nil, withSettings(tt.settings)).whole(t)
			got := map[string]string{}
			for _, a := range f.auth {
				host, field, _ := strings.Cut(a, " ")
				if was, ok := got[host]; ok && was != field {
					t.Errorf("%s is signed in to in two ways", host)
				}
				got[host] = field
			}
			if fmt.Sprint(got) != fmt.Sprint(tt.want) {
				t.Errorf("asked hosts %v", sortedKeys(got))
			}
			for _, rec := range r.keeper.Items() {
				if strings.Contains(rec.Item.URL, gatewayHost) || strings.Contains(rec.Item.ID, gatewayHost) {
					t.Errorf("a link leads to the gateway: %s", rec.Item.URL)
				}
			}
		})
	}
}

func TestTokenWithScopesIsFoundOut(t *testing.T) {
	f := newFake(t, true)
	f.many(2)
	f.before = func(_ *fake, req *http.Request, _ string) *http.Response {
		if req.URL.Host == "acme.atlassian.net" && strings.HasPrefix(req.URL.Path, "/rest/") {
			return says(401, object{})
		}
		return nil
	}
	r := f.collect(t, nil).whole(t)
	if it := r.item(t, "ML-10000"); !strings.HasPrefix(it.URL, "https://acme.atlassian.net/browse/") || !strings.HasPrefix(it.ID, "jira:acme.atlassian.net/") {
		t.Errorf("%s, %s", it.ID, it.URL)
	}
}

func TestGatewayAddressInTheSettingsLeadsToTheSite(t *testing.T) {
	f := newFake(t, true)
	f.many(1)
	r := f.collect(t, nil, func(s *setup) {
		s.settings = "url: https://api.atlassian.com/ex/jira/11111111-2222-3333-4444-555555555555\ntoken: env:JIRA_TOKEN\n"
	}).whole(t)
	r.item(t, "ML-10000")
	if url := r.keeper.Items()[0].Item.URL; url != "https://acme.atlassian.net/browse/ML-10000" {
		t.Errorf("url %s", url)
	}
}

func TestMissingTokenSaysWhatToDo(t *testing.T) {
	f := newFake(t, true)
	r := f.collect(t, nil, func(s *setup) { s.env.Getenv = func(string) string { return "" } })
	var sign *collectors.SignInError
	if !errors.As(r.Err, &sign) || !strings.Contains(sign.Why, "JIRA_TOKEN") || f.count() > 0 {
		t.Errorf("says %v", r.Err)
	}
	r = f.collect(t, nil, func(s *setup) { s.env.Self = evidence.Identity{} })
	if !errors.As(r.Err, &sign) || !strings.Contains(sign.Hint, "email:") || f.count() > 0 {
		t.Errorf("says %v", r.Err)
	}
}

func TestPersonIsFoundAmongTheUsers(t *testing.T) {
	for _, tt := range []struct {
		name   string
		logins []string
		emails []string
		users  []object // that the site finds
		found  bool
		asks   string // how the person is asked for
		person string
	}{
		{"signed in, none named", nil, []string{"robin@example.org"}, nil, true, "712020:robin", ""},
		{"by account id", []string{"712020:ROBIN"}, []string{"robin@example.org"}, nil, true, "712020:robin", ""},
		{"hidden address, signed in with it", []string{"robin@example.org"}, []string{"robin@example.org"}, nil, true, "712020:robin", ""},
		{"another's token, address shown", []string{"ana@example.org"}, []string{"bot@example.org"}, []object{ana, robin}, true, "712020:ana", "Robin Vale"},
		{"another's token, address hidden", []string{"x@example.org"}, []string{"bot@example.org"}, []object{{"accountId": "712020:x", "displayName": "X"}}, true, "712020:x", ""},
		{"two that may be meant", []string{"x@example.org"}, []string{"bot@example.org"}, []object{{"accountId": "1"}, {"accountId": "2"}}, false, "", "X"},
		{"nobody", []string{"x@example.org"}, []string{"bot@example.org"}, nil, false, "", "X"},
		{"hidden address, another's way to sign in, the same name", []string{"x@example.org"}, []string{"bot@example.org"}, nil, true, "712020:robin", "robin vale"},
		{"a name is not enough", []string{"Robin"}, []string{"bot@example.org"}, []object{robin}, false, "", "X"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			f := newFake(t, true)
			f.many(1)
			f.before = func(_ *fake, req *http.Request, _ string) *http.Response {
				if strings.HasSuffix(req.URL.Path, "/user/search") {
					return says(200, append([]object{}, tt.users...))
				}
				return nil
			}
			r := f.collect(t, nil, func(s *setup) {
				s.settings += "email: " + firstOf(append(tt.emails, "robin@example.org")...) + "\n"
				s.env.Self = evidence.Identity{Name: tt.person, Logins: map[string][]string{"jira": tt.logins}}
				if tt.logins == nil || tt.emails[0] == "robin@example.org" {
					s.env.Self.Emails = tt.emails
				}
			})
			if found := r.Err == nil; found != tt.found {
				t.Fatalf("found %v: %v", found, r.Err)
			}
			if tt.found && !strings.Contains(strings.Join(f.bodies, " "), `creator = \"`+tt.asks+`\"`) {
				t.Errorf("asks %s", f.bodies)
			}
		})
	}
}

func checked(t *testing.T, f *fake, more ...func(*setup)) string {
	t.Helper()
	s := setup{env: f.env(), settings: f.settings()}
	for _, m := range more {
		m(&s)
	}
	c, err := Source.New(collectorstest.Settings(s.settings), s.env)
	if err != nil {
		t.Fatal(err)
	}
	var b strings.Builder
	for _, fd := range c.(collectors.Checker).Check(context.Background()) {
		fmt.Fprintf(&b, "%s: %s: %s [%s]\n", fd.Health, fd.What, fd.Detail, fd.Fix)
	}
	if strings.Contains(b.String(), token) {
		t.Errorf("the token is shown:\n%s", b.String())
	}
	return b.String()
}

// withBoards lets a fake have a board.
func withBoards(f *fake) {
	f.before = func(_ *fake, req *http.Request, _ string) *http.Response {
		switch {
		case strings.HasSuffix(req.URL.Path, "/agile/1.0/board"):
			return says(200, object{"values": []object{{"id": 12, "name": "Models", "type": "kanban"}}})
		case strings.HasSuffix(req.URL.Path, "/board/12/configuration"):
			return says(200, object{"id": 12, "name": "Models", "type": "kanban", "filter": object{"id": "1001"},
				"estimation": object{"field": object{"fieldId": "customfield_10077"}},
				"columnConfig": object{"columns": []object{{"name": "Backlog", "statuses": []object{{"id": "1"}}},
					{"name": "Doing", "statuses": []object{{"id": "3"}}, "max": 2.5}, {"name": "Never", "statuses": []any{}}}}})
		case strings.Contains(req.URL.Path, "/project/"):
			return says(404, object{"errorMessages": []string{"No project could be found with key 'OPS'."}})
		}
		return nil
	}
}

func TestDoctorExplainsASite(t *testing.T) {
	f := newFake(t, true)
	f.many(1)
	withBoards(f)
	got := checked(t, f, func(s *setup) { s.env.Zone = on("2026-01-01").Location() })
	for _, want := range []string{
		"ok: sign-in to acme.atlassian.net: Jira Cloud as robin@example.org with the API token in env:JIRA_TOKEN", "runs out after a year", "read:jira-work and read:jira-user",
		"ok: user: Robin Vale (712020:robin), e-mail address hidden",
		"ok: time zone: the profile is in America/Vancouver; the period is in UTC",
		"ok: projects: the token may see projects", "ok: boards: 12 Models (kanban) [name the boards",
	} {
		if !strings.Contains(got, want) {
			t.Errorf("%q is not in\n%s", want, got)
		}
	}
	if f.count() > 6 {
		t.Error("asks too much")
	}
}

func TestDoctorExplainsWhatIsBroken(t *testing.T) {
	for _, tt := range []struct {
		name   string
		cloud  bool
		before func(*fake, *http.Request, string) *http.Response
		more   string
		want   []string
	}{
		{"expired", true, func(_ *fake, req *http.Request, _ string) *http.Response {
			return says(401, object{})
		}, "", []string{"broken: sign-in to acme.atlassian.net:", "401", "run out after a year", tokenPage}},
		{"expired at the gateway", true, func(_ *fake, req *http.Request, _ string) *http.Response {
			if req.URL.Host == gatewayHost {
				return says(401, object{})
			}
			return nil
		}, "auth: gateway\n", []string{"broken:", "scopes read:jira-work and read:jira-user"}},
		{"login page", false, func(*fake, *http.Request, string) *http.Response {
			return page(200, "text/html", "<html><title>Log in</title>")
		}, "", []string{"broken: sign-in to jira.acme.example:", "Log in", "nobody is signed in", "check url and the proxy"}},
		{"no such place", false, func(*fake, *http.Request, string) *http.Response { return says(404, object{}) }, "", []string{"broken:", "404"}},
		{"nothing to see", true, nil, "", []string{"broken: projects: the token may see no project [ask for the permission"}},
		{"no such project", true, func(f *fake, req *http.Request, body string) *http.Response {
			if strings.Contains(req.URL.Path, "/project/") {
				return says(404, object{"errorMessages": []string{"No project could be found with key 'OPS'."}})
			}
			return nil
		}, "projects: [OPS]\nboards: [13]\n", []string{"broken: project OPS:", "No project could be found", "broken: board 13:"}},
		{"password", false, nil, "email: rvale\n", []string{"warning: sign-in to jira.acme.example: Jira Data Center as rvale with the password in env:JIRA_TOKEN [make a personal access token"}},
		{"gateway unsaid", true, func(_ *fake, req *http.Request, _ string) *http.Response {
			if req.URL.Host == "acme.atlassian.net" && strings.HasPrefix(req.URL.Path, "/rest/") {
				return says(401, object{})
			}
			return nil
		}, "", []string{"warning: sign-in", "[write auth: gateway"}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			f := newFake(t, tt.cloud)
			f.before = tt.before
			got := checked(t, f, withSettings(tt.more))
			for _, want := range tt.want {
				if !strings.Contains(got, want) {
					t.Errorf("%q is not in\n%s", want, got)
				}
			}
		})
	}
}

func TestBoardTellsItsColumnsAndWhatItEstimatesBy(t *testing.T) {
	f := newFake(t, true)
	withBoards(f)
	f.many(1)
	f.tickets[0].fields["customfield_10077"] = 8
	r := f.collect(t, nil, withSettings("boards: [12, 13]\n"))
	if e := r.item(t, "ML-10000").Flow.Estimate; e == nil || e.Value != 8 || e.Unit != "points" {
		t.Errorf("estimate %+v", e)
	}
	notes := strings.Join(r.Coverage.Parts[0].Notes, "; ")
	if !strings.Contains(notes, "board 12, Models (kanban): Backlog, Doing, Never (no status)") {
		t.Errorf("notes %s", notes)
	}
	if g := r.gaps(); len(g) != 1 || g[0].What != "board 13" {
		t.Errorf("gaps %+v", g)
	}
}
