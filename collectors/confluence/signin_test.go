package confluence

import (
	"context"
	"errors"
	"net/http"
	"strings"
	"testing"

	"github.com/dossier-report/dossier/collectors"
	"github.com/dossier-report/dossier/collectors/collectorstest"
	"github.com/dossier-report/dossier/evidence"
)

func TestWaysToSignIn(t *testing.T) {
	const basicAuth, bearerAuth = "Basic ", "Bearer " + token
	for _, tt := range []struct {
		name, settings string
		cloud          bool
		refuses        string // paths that take no token
		auth, asked    string
	}{
		{"cloud", "url: https://acme.atlassian.net", true, "", basicAuth, "/wiki/rest/api/search"},
		{"cloud with /wiki", "url: https://acme.atlassian.net/wiki/", true, "", basicAuth, "/wiki/rest/api/search"},
		{"scoped token is found out", "url: https://acme.atlassian.net", true, "/wiki/rest/api/user/current", basicAuth, "/ex/confluence/11111111-2222-3333-4444-555555555555/wiki/rest/api/search"},
		{"gateway", "url: https://acme.atlassian.net\nauth: gateway", true, "", basicAuth, "/ex/confluence/11111111-2222-3333-4444-555555555555/wiki/api/v2/pages/"},
		{"service account by the gateway", "url: https://acme.atlassian.net\nauth: bearer", true, "", bearerAuth, "/wiki/rest/api/search"},
		{"data center", "url: https://wiki.acme.example/confluence", false, "", bearerAuth, "/confluence/rest/api/search"},
		{"data center with a password", "url: https://wiki.acme.example\nauth: basic\nemail: rvale", false, "", basicAuth, "/rest/api/search"},
	} {
		f := newFake(t, tt.cloud)
		f.many(1)
		f.edited()
		f.before = func(req *http.Request) *http.Response {
			if tt.refuses != "" && req.URL.Path == tt.refuses {
				return says(401, object{})
			}
			return nil
		}
		r := f.collect(t, nil, func(s *setup) { s.settings = tt.settings + "\ntoken: env:CONFLUENCE_TOKEN\n" }).whole(t)
		it := r.item(t, "1000")
		if strings.Contains(it.URL, "api.atlassian.com") || strings.Contains(it.ID, "wiki/") && tt.cloud {
			t.Errorf("%s: %s at %s", tt.name, it.ID, it.URL)
		}
		asked, last := false, ""
		for i, path := range f.asked {
			if strings.HasPrefix(path, tt.asked) {
				asked, last = true, f.auth[i]
				break
			}
		}
		if !asked || !strings.HasPrefix(last, tt.auth) {
			t.Errorf("%s: signs in with %q, asks %q", tt.name, last, f.asked)
		}
	}
}

func TestCloudBehindANameOfItsOwnIsFound(t *testing.T) {
	f := newFake(t, true)
	f.many(1)
	f.before = func(req *http.Request) *http.Response {
		if !strings.HasPrefix(req.URL.Path, "/wiki/") {
			return says(404, object{})
		}
		return nil
	}
	r := f.collect(t, nil, func(s *setup) {
		s.settings = "url: https://docs.acme.example\ntoken: env:CONFLUENCE_TOKEN\nauth: basic\nemail: robin@example.org\n"
	}).whole(t)
	if it := r.item(t, "1000"); it.URL != "https://docs.acme.example/wiki/spaces/ML/pages/1000" {
		t.Errorf("at %s", it.URL)
	}
}

// The trap: a token that a Data Center does not take makes its holder a visitor.
func TestTokenThatMakesAVisitorIsASignInError(t *testing.T) {
	f := newFake(t, false)
	f.before = func(req *http.Request) *http.Response {
		return says(200, object{"type": "anonymous", "displayName": "Anonymous"})
	}
	var sign *collectors.SignInError
	if r := f.collect(t, nil); !errors.As(r.Err, &sign) || !strings.Contains(sign.Hint, "env:CONFLUENCE_TOKEN") {
		t.Errorf("says %v", r.Err)
	}
}

func TestSomebodyElsesPagesAreFoundByTheirID(t *testing.T) {
	for _, cloud := range []bool{true, false} {
		f := newFake(t, cloud)
		login, param := "712020:robin", "accountId"
		if !cloud {
			login, param = "rvale", "username"
		}
		f.many(1)
		f.before = func(req *http.Request) *http.Response {
			switch {
			case strings.HasSuffix(req.URL.Path, "/user/current"):
				return says(200, f.ana())
			case strings.HasSuffix(req.URL.Path, "/rest/api/user") && req.URL.Query().Get(param) == login:
				return says(200, f.robin())
			}
			return nil
		}
		who := func(login string) func(*setup) {
			return func(s *setup) {
				s.env.Self = evidence.Identity{Name: "Robin Vale", Logins: map[string][]string{"confluence": {login}}}
				s.settings += "email: ana@example.org\nauth: basic\n"
			}
		}
		r := f.collect(t, nil, who(login)).whole(t)
		if it := r.item(t, "1000"); it.Author.Login != login || len(it.Acts) != 1 {
			t.Errorf("%+v", it)
		}
		if !strings.Contains(strings.Join(f.asked, "\n"), `contributor = "`+login+`"`) {
			t.Errorf("asked %q", f.asked)
		}
		var sign *collectors.SignInError
		if r := f.collect(t, nil, who("nobody")); !errors.As(r.Err, &sign) {
			t.Errorf("says %v", r.Err)
		}
	}
}

func TestTextInAQueryIsNoQuery(t *testing.T) {
	q := question{user: `x" OR type = page OR creator = "`, spaces: []string{`ML") OR ("1`}, comments: true}
	want := `contributor = "x\" OR type = page OR creator = \"" AND type in (page, blogpost, comment) AND space in ("ML\") OR (\"1") ORDER BY created ASC`
	if got := q.cql(q.period.From, q.period.From); got != want {
		t.Errorf("asks %s", got)
	}
	f := newFake(t, true)
	f.before = func(req *http.Request) *http.Response {
		if strings.Contains(req.URL.Query().Get("cql"), "contributor") {
			return says(200, object{"results": []object{{"content": object{"id": "1) OR (type = page", "type": "page", "title": "Evil"}}}})
		}
		return nil
	}
	if r := f.collect(t, nil); len(r.gaps()) != 1 || strings.Contains(strings.Join(f.asked, "\n"), "OR (") {
		t.Errorf("gaps %+v, asked %q", r.gaps(), f.asked)
	}
}

// The credentials reach the site alone, and no error, item or cursor.
func TestT38TokenGoesToItsOwnHostAlone(t *testing.T) {
	f := newFake(t, true)
	f.many(2)
	f.before = func(req *http.Request) *http.Response {
		if req.Header.Get("Authorization") != "" && req.URL.Host != "acme.atlassian.net" {
			t.Errorf("%s gets the token", req.URL.Host)
		}
		if strings.Contains(req.URL.Query().Get("cql"), "id in") && req.Header.Get("Authorization") != "" {
			resp := says(302, object{})
			resp.Header.Set("Location", "https://evil.example/"+token)
			return resp
		}
		return nil
	}
	r := f.collect(t, nil)
	if r.Err == nil || strings.Contains(r.Err.Error(), token) {
		t.Errorf("says %v", r.Err)
	}
}

func TestSettingsThatCannotWorkAreRefused(t *testing.T) {
	const good = "url: https://acme.atlassian.net\ntoken: env:A\n"
	for _, tt := range []struct{ yaml, says string }{
		{"token: env:A", "url:"},
		{"url: https://acme.atlassian.net", "token:"},
		{good + "auth: magic", "auth:"},
		{good + "spaces: ['']", "spaces[0]:"},
		{good + "spaces: [ML, '[']", "spaces[1]:"},
		{good + "exclude: ['a\"b']", "exclude[0]:"},
		{"url: ftp://acme.example\ntoken: env:A", "https"},
		{good + "api_token: x", "api_token"},
	} {
		_, err := Source.New(collectorstest.Settings(tt.yaml), newFake(t, true).env())
		if err == nil || !strings.Contains(err.Error(), tt.says) {
			t.Errorf("%q gives %v, which does not say %q", tt.yaml, err, tt.says)
		}
	}
	if _, err := Source.New(collectorstest.Settings(good+"auth: bearer\nspaces: [ML, 'T*']\nexclude: ['~*']\ncomments: false\nemail: r@example.org"), newFake(t, true).env()); err != nil {
		t.Error(err)
	}
}

func TestDoctorSaysWhatWorksAndWhatToDo(t *testing.T) {
	check := func(f *fake, more string) string {
		c, err := Source.New(collectorstest.Settings(f.settings()+more), f.env())
		if err != nil {
			t.Fatal(err)
		}
		var out strings.Builder
		for _, x := range c.(collectors.Checker).Check(context.Background()) {
			if strings.Contains(x.Fix, "\n") || strings.Contains(x.Detail+x.Fix, token) || x.Health != collectors.Healthy && x.Fix == "" {
				t.Errorf("%+v", x)
			}
			out.WriteString(x.What + ": " + string(x.Health) + "; ")
		}
		return out.String()
	}
	both(t, func(t *testing.T, f *fake) {
		name := "acme.atlassian.net"
		if !f.cloud {
			name = "wiki.acme.example/confluence"
		}
		if got := check(f, ""); got != "sign-in to "+name+": ok; user: ok; search: warning; privacy: ok; " {
			t.Errorf("an empty site: %s", got)
		}
		f.many(2)
		if got := check(f, ""); got != "sign-in to "+name+": ok; user: ok; search: ok; privacy: ok; " {
			t.Errorf("a site that works: %s", got)
		}
		f.before = fails(403, "/versions")
		if got := check(f, ""); f.cloud && !strings.Contains(got, "versions: broken") {
			t.Errorf("without a scope: %s", got)
		}
		f.before = fails(403, "contributor")
		if got := check(f, ""); !strings.Contains(got, "search: broken") {
			t.Errorf("without search: %s", got)
		}
		f.before = fails(401, "")
		if got := check(f, ""); !strings.HasSuffix(got, ": broken; ") || strings.Count(got, ";") != 1 {
			t.Errorf("signed out: %s", got)
		}
	})
}
