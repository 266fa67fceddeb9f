package jira

import (
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/zalando/go-keyring"

	"github.com/dossier-report/dossier/collectors"
	"github.com/dossier-report/dossier/collectors/collectorstest"
)

const oauthSettings = "auth: oauth\nclient_id: app-1\nclient_secret: env:JIRA_SECRET\n"

// withIssuer lets a fake give access for each refresh token once.
func withIssuer(f *fake, valid string) *int {
	n := new(int)
	f.before = func(_ *fake, req *http.Request, body string) *http.Response {
		switch {
		case req.URL.Host == "auth.atlassian.com":
			form, _ := url.ParseQuery(body)
			first := form.Get("grant_type") == "authorization_code" && form.Get("code") == "code-canary" && form.Get("redirect_uri") == callback
			if !(first && *n == 0) && form.Get("refresh_token") != valid || form.Get("client_secret") != "app-secret" || req.Header.Get("Authorization") != "" {
				return says(403, object{"error": "invalid_grant", "error_description": "unknown or invalid refresh token or code " + form.Get("refresh_token") + form.Get("code")})
			}
			*n++
			valid = fmt.Sprintf("refresh-%d", *n)
			return says(200, object{"access_token": fmt.Sprintf("access-%d", *n), "refresh_token": valid, "expires_in": 3600, "token_type": "Bearer"})
		case strings.HasSuffix(req.URL.Path, "/accessible-resources"):
			return says(200, []object{{"id": "99999999-9999", "url": "https://other.atlassian.net"}, {"id": "11111111-2222", "url": "https://acme.atlassian.net"}})
		}
		return nil
	}
	return n
}

func oauthSetup(s *setup) {
	s.settings = "url: https://acme.atlassian.net\ntoken: keyring:jira\n" + oauthSettings
	s.env.Getenv = func(name string) string { return map[string]string{"JIRA_SECRET": "app-secret"}[name] }
}

func TestF24RefreshTokenRotatesOnceARunAndIsKept(t *testing.T) {
	keyring.MockInit()
	if err := keyring.Set(collectors.KeyringService, "jira", "first"); err != nil {
		t.Fatal(err)
	}
	f := newFake(t, true)
	f.many(250)
	renewed := withIssuer(f, "first")
	r := f.collect(t, nil, oauthSetup).whole(t)
	if *renewed != 1 {
		t.Errorf("renewed %d times in a run", *renewed)
	}
	for _, a := range f.auth {
		host, field, _ := strings.Cut(a, " ")
		if host == gatewayHost && field != "Bearer access-1" || host != gatewayHost && field != "" {
			t.Errorf("%s is signed in to", host)
		}
	}
	if it := r.item(t, "ML-10000"); !strings.HasPrefix(it.URL, "https://acme.atlassian.net/") {
		t.Errorf("url %s", it.URL)
	}
	if kept, err := keyring.Get(collectors.KeyringService, "jira"); err != nil || kept != "refresh-1" {
		t.Errorf("kept %v", err)
	}
	f.collect(t, r.keeper, oauthSetup).whole(t)
	if kept, _ := keyring.Get(collectors.KeyringService, "jira"); kept != "refresh-2" || *renewed != 2 {
		t.Errorf("after %d renewals the keyring lacks the last token", *renewed)
	}
}

func TestF24RefreshThatFailsIsASignInErrorWithoutTheToken(t *testing.T) {
	keyring.MockInit()
	if err := keyring.Set(collectors.KeyringService, "jira", "stale-canary"); err != nil {
		t.Fatal(err)
	}
	f := newFake(t, true)
	f.many(1)
	withIssuer(f, "first")
	r := f.collect(t, nil, oauthSetup)
	var sign *collectors.SignInError
	if !errors.As(r.Err, &sign) || !strings.Contains(sign.Hint, "offline_access") || !strings.Contains(sign.Hint, "client_id=app-1") {
		t.Fatalf("says %v", r.Err)
	}
	if strings.Contains(r.Err.Error(), "canary") || strings.Contains(r.Err.Error(), "app-secret") {
		t.Error("a secret is shown")
	}
	if n := f.count(); n > 2 {
		t.Errorf("%d requests", n)
	}
}

func TestOAuthOfAnotherSiteIsRefused(t *testing.T) {
	keyring.MockInit()
	if err := keyring.Set(collectors.KeyringService, "jira", "first"); err != nil {
		t.Fatal(err)
	}
	f := newFake(t, true)
	withIssuer(f, "first")
	r := f.collect(t, nil, oauthSetup, func(s *setup) { s.settings = strings.Replace(s.settings, "acme", "third", 1) })
	var sign *collectors.SignInError
	if !errors.As(r.Err, &sign) || !strings.Contains(sign.Why, "third.atlassian.net") {
		t.Errorf("says %v", r.Err)
	}
}

func TestOAuthNeedsAPlaceForTheNextToken(t *testing.T) {
	for settings, says := range map[string]string{
		"token: env:JIRA_TOKEN\n" + oauthSettings:                       "token:",
		"token: keyring\nauth: oauth\nclient_id: x\n":                   "client_id:",
		"token: keyring\nauth: oauth\nclient_secret: env:JIRA_SECRET\n": "client_id:",
	} {
		_, err := Source.New(collectorstest.Settings("url: https://acme.atlassian.net\n"+settings), newFake(t, true).env())
		if err == nil || !strings.HasPrefix(err.Error(), says) {
			t.Errorf("%q gives %v", settings, err)
		}
	}
}

// The first refresh token is had for the address that the browser was sent to.
func TestAddressWithACodeBecomesARefreshToken(t *testing.T) {
	keyring.MockInit()
	if err := keyring.Set(collectors.KeyringService, "jira", callback+"?state=dossier&code=code-canary"); err != nil {
		t.Fatal(err)
	}
	f := newFake(t, true)
	f.many(3)
	n := withIssuer(f, "none yet")
	r := f.collect(t, nil, oauthSetup).whole(t)
	if kept, _ := keyring.Get(collectors.KeyringService, "jira"); kept != "refresh-1" || *n != 1 {
		t.Errorf("after %d exchanges the keyring lacks the refresh token", *n)
	}
	f.collect(t, r.keeper, oauthSetup).whole(t)
	if kept, _ := keyring.Get(collectors.KeyringService, "jira"); kept != "refresh-2" {
		t.Error("the refresh token is not spent and renewed")
	}
}

func TestCodeThatIsStaleOrGivesNoRefreshTokenIsSaidAndNotShown(t *testing.T) {
	for _, bend := range []func(*fake){
		func(f *fake) { withIssuer(f, "x"); f.many(1) },
		func(f *fake) {
			f.before = func(_ *fake, req *http.Request, _ string) *http.Response {
				if req.URL.Host == "auth.atlassian.com" {
					return says(200, object{"access_token": "access-1", "expires_in": 3600, "token_type": "Bearer"})
				}
				return nil
			}
		},
	} {
		keyring.MockInit()
		if err := keyring.Set(collectors.KeyringService, "jira", callback+"?code=stale-canary&state=dossier"); err != nil {
			t.Fatal(err)
		}
		f := newFake(t, true)
		bend(f)
		r := f.collect(t, nil, oauthSetup)
		if r.Err == nil || strings.Contains(r.Err.Error(), "canary") {
			t.Errorf("says %v", r.Err)
		}
		if kept, _ := keyring.Get(collectors.KeyringService, "jira"); !strings.Contains(kept, "stale-canary") {
			t.Error("what was in the keyring is lost")
		}
	}
}

func TestDoctorTellsTheAddressAtWhichAccessIsAllowed(t *testing.T) {
	keyring.MockInit()
	if err := keyring.Set(collectors.KeyringService, "jira", "stale"); err != nil {
		t.Fatal(err)
	}
	f := newFake(t, true)
	withIssuer(f, "first")
	got := checked(t, f, func(s *setup) { oauthSetup(s); s.settings += "boards: [12]\n" })
	for _, want := range []string{"open https://auth.atlassian.com/authorize?audience=api.atlassian.com&client_id=app-1&scope=offline_access%20read:jira-work%20read:jira-user%20read:board-scope:jira-software%20read:sprint:jira-software" +
		"&redirect_uri=http%3A%2F%2Flocalhost%2Fdossier&state=dossier&response_type=code&prompt=consent in a browser", "as keyring:jira", "callback address http://localhost/dossier"} {
		if !strings.Contains(got, want) {
			t.Errorf("doctor does not say %q:\n%s", want, got)
		}
	}
}
