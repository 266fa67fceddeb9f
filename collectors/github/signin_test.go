package github

import (
	"context"
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"encoding/pem"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"testing"

	"github.com/dossier-report/dossier/collectors"
	"github.com/dossier-report/dossier/collectors/collectorstest"
	"github.com/dossier-report/dossier/evidence"
)

func made(t *testing.T, settings string, env collectors.Env) *collector {
	t.Helper()
	c, err := New(collectorstest.Settings(settings), env)
	if err != nil {
		t.Fatal(err)
	}
	return c.(*collector)
}

func variables(pairs ...string) func(string) string {
	return func(name string) string {
		for i := 0; i < len(pairs); i += 2 {
			if pairs[i] == name {
				return pairs[i+1]
			}
		}
		return ""
	}
}

func TestTokenIsLookedForInTheOrderOfGH(t *testing.T) {
	tests := []struct {
		settings, from string
		env            []string
	}{
		{"", "GH_TOKEN", []string{"GITHUB_TOKEN", "b", "GH_TOKEN", "a"}},
		{"", "GITHUB_TOKEN", []string{"GITHUB_TOKEN", "b", "GH_ENTERPRISE_TOKEN", "c"}},
		{"token: env:WORK", "env:WORK", []string{"WORK", "w", "GH_TOKEN", "a"}},
		{"api: https://ghe.acme.example/api/v3", "GH_ENTERPRISE_TOKEN", []string{"GH_TOKEN", "a", "GITHUB_ENTERPRISE_TOKEN", "d", "GH_ENTERPRISE_TOKEN", "c"}},
		{"api: https://ghe.acme.example/api/v3", "GITHUB_ENTERPRISE_TOKEN", []string{"GH_TOKEN", "a", "GITHUB_ENTERPRISE_TOKEN", "d"}},
		{"api: https://api.acme.ghe.com", "GH_TOKEN", []string{"GH_TOKEN", "a", "GH_ENTERPRISE_TOKEN", "c"}},
	}
	for _, tt := range tests {
		env := world(nil)
		env.Getenv = variables(tt.env...)
		cred, err := made(t, tt.settings, env).signIn(context.Background())
		if err != nil || cred.from != tt.from {
			t.Errorf("%q: from %q, want %q: %v", tt.settings, cred.from, tt.from, err)
		}
	}
}

func TestRenamedHostDoesNotGetTheToken(t *testing.T) {
	// GH_TOKEN is for github.com: another host in the configuration gets nothing.
	env := world(roundTrip(func(req *http.Request) (*http.Response, error) {
		t.Errorf("%s was asked", req.URL.Host)
		return respond(req, 200, "{}"), nil
	}))
	env.Getenv = variables("GH_TOKEN", canary, "GITHUB_TOKEN", canary)
	got := collectIn(t, env, "api: https://ghe.evil.example/api/v3", half, nil)
	if !asSignIn(got.Err) || strings.Contains(fmt.Sprintf("%+v", got), canary) {
		t.Errorf("got %v", got.Err)
	}
}

func TestT38TokenDoesNotFollowARedirectToAnotherHost(t *testing.T) {
	var hosts []string
	got := collect(t, roundTrip(func(req *http.Request) (*http.Response, error) {
		hosts = append(hosts, req.URL.Host)
		resp := respond(req, http.StatusTemporaryRedirect, "{}")
		resp.Header.Set("Location", "https://evil.example/graphql")
		return resp, nil
	}), "", nil)
	if got.Err == nil || slices.Contains(hosts, "evil.example") {
		t.Errorf("%v was asked: %v", hosts, got.Err)
	}
}

func TestT41TokenIsInNoErrorNoItemAndNoNote(t *testing.T) {
	// A server that repeats the token in everything that it says.
	server := &answering{}
	server.graph = func(op string, _ map[string]any) (int, string) {
		if op == "Preflight" {
			return 200, quiet(map[string]int{"s0": 1, "s4": 1})
		}
		if op == "Issues" {
			return 200, `{"data": null, "errors": [{"type": "X", "message": "bad ` + canary + `"}]}`
		}
		return 200, found(1, "", pr(1, func(x map[string]any) { x["body"] = "my token is " + canary }))
	}
	got := collect(t, server, "", nil)
	if server.sent.Get("Authorization") != "Bearer "+canary {
		t.Error("the token was not sent")
	}
	if s := fmt.Sprintf("%+v %+v %v", got.Coverage, got.keeper.Items(), got.Err); strings.Contains(s, canary) || !strings.Contains(s, "my token is") {
		t.Errorf("the token is in what was kept or said")
	}
}

func TestT45GHIsAskedWithNoMoreOfTheEnvironmentThanItNeeds(t *testing.T) {
	if runtime.GOOS == "windows" {
		t.Skip("the stand-in for gh is a shell script")
	}
	bin := t.TempDir()
	script := "#!/bin/sh\n[ \"$*\" = 'auth token --hostname github.com' ] || exit 1\n[ -z \"$AWS_SECRET_ACCESS_KEY\" ] || exit 1\necho gho_fromgh\n"
	if err := os.WriteFile(filepath.Join(bin, "gh"), []byte(script), 0o700); err != nil {
		t.Fatal(err)
	}
	env := world(nil)
	env.Getenv = variables("PATH", "relative"+string(os.PathListSeparator)+bin, "AWS_SECRET_ACCESS_KEY", "x")
	cred, err := made(t, "", env).signIn(context.Background())
	if err != nil || cred.from != "gh auth token" || cred.token != "gho_fromgh" {
		t.Errorf("from %q: %v", cred.from, err)
	}
	if _, err := made(t, "api: https://ghe.acme.example/api/v3", env).signIn(context.Background()); !asSignIn(err) || !strings.Contains(err.Error(), "gh auth login --hostname ghe.acme.example") {
		t.Errorf("for another host: %v", err)
	}
}

func TestTokenWithALineBreakIsRefused(t *testing.T) {
	env := world(nil)
	env.Getenv = variables("GH_TOKEN", "a\nX-Evil: 1")
	if _, err := made(t, "", env).signIn(context.Background()); !asSignIn(err) || strings.Contains(err.Error(), "Evil") {
		t.Errorf("got %v", err)
	}
}

func TestWithoutALoginTheOwnerOfTheTokenIsMeant(t *testing.T) {
	viewer := "robin-v"
	env := world(&answering{graph: func(op string, vars map[string]any) (int, string) {
		if op == "Viewer" {
			return 200, `{"data": {"viewer": {"login": "` + viewer + `"}}}`
		}
		if vars["login"] != "robin-v" {
			t.Errorf("asked for %v", vars["login"])
		}
		return 200, quiet(nil)
	}})
	env.Self = evidence.Identity{}
	if got := collectIn(t, env, "", half, nil); got.Err != nil {
		t.Error(got.Err)
	}
	viewer = "github-actions[bot]"
	if got := collectIn(t, env, "", half, nil); got.Err == nil || !strings.Contains(got.Err.Error(), "set person.github") {
		t.Errorf("an Action's token: %v", got.Err)
	}
}

func TestT44CheckSaysWhatTheTokenAllowsAndNeverTheToken(t *testing.T) {
	server := func(scopes string, listed bool) http.RoundTripper {
		return roundTrip(func(req *http.Request) (*http.Response, error) {
			if strings.HasSuffix(req.URL.Path, "/graphql") {
				return respond(req, 200, `{"data": {"viewer": {"login": "robin-v"}, "user": {"login": "robin-v"}}}`), nil
			}
			resp := respond(req, 200, `{"resources": {"core": {"limit": 5000}}}`)
			if listed {
				resp.Header.Set("X-OAuth-Scopes", scopes)
			}
			return resp, nil
		})
	}
	tests := []struct {
		name, scopes string
		listed       bool
		env          []string
		want         string
	}{
		{"all", "repo, read:org, project", true, []string{"GH_TOKEN", canary}, "token ok: from GH_TOKEN, accepted by github.com; login ok: robin-v; scopes ok: repo, read:org, project"},
		{"no boards", "repo, read:org", true, []string{"GH_TOKEN", canary}, "scopes warning: repo, read:org; missing in the report: project boards [add read:project to the token]"},
		{"too much", "repo, read:org, project, delete_repo", true, []string{"GH_TOKEN", canary}, "rights warning: the token may do more than reading needs: delete_repo [use a token without these scopes]"},
		{"fine-grained", "", false, []string{"GH_TOKEN", canary}, "scopes ok: not listed"},
		{"an Action", "", false, []string{"GITHUB_TOKEN", "ghs_x", "GITHUB_ACTIONS", "true"}, "token of a GitHub Action warning: the GITHUB_TOKEN of an Action reads its own repository only"},
	}
	for _, tt := range tests {
		env := world(server(tt.scopes, tt.listed))
		env.Getenv = variables(tt.env...)
		var b []string
		for _, f := range made(t, "", env).Check(t.Context()) {
			line := fmt.Sprintf("%s %s: %s", f.What, f.Health, f.Detail)
			if f.Fix != "" {
				line += " [" + f.Fix + "]"
			}
			b = append(b, line)
		}
		if s := strings.Join(b, "; "); !strings.Contains(s, tt.want) || strings.Contains(s, canary) {
			t.Errorf("%s: %s", tt.name, s)
		}
	}
	if got := beyond(http.Header{"X-Oauth-Scopes": {"repo, read:org, admin:org, delete_repo, project"}}); fmt.Sprint(got) != "[admin:org delete_repo]" {
		t.Errorf("beyond reading are %v", got)
	}
	gh := (&collector{web: "ghe.acme.example"}).scopes(credentials{from: "gh auth token"}, http.Header{"X-Oauth-Scopes": {"repo"}})
	if gh.Fix != "gh auth refresh --hostname ghe.acme.example -s read:org,read:project" {
		t.Errorf("the fix for gh is %q", gh.Fix)
	}
	env := world(always(401, `{"message": "Bad credentials"}`))
	if f := made(t, "", env).Check(t.Context()); len(f) != 1 || f[0].Health != collectors.Broken || f[0].Fix == "" {
		t.Errorf("a refused token: %+v", f)
	}
}

func TestAppSignsInAsItsInstallation(t *testing.T) {
	key, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	block := pem.EncodeToMemory(&pem.Block{Type: "RSA PRIVATE KEY", Bytes: x509.MarshalPKCS1PrivateKey(key)})
	if err := os.WriteFile(filepath.Join(dir, "app.pem"), block, 0o600); err != nil {
		t.Fatal(err)
	}
	bought := 0
	env := world(roundTrip(func(req *http.Request) (*http.Response, error) {
		auth := req.Header.Get("Authorization")
		if req.URL.Path == "/app/installations/34/access_tokens" {
			bought++
			if req.Method != http.MethodPost || strings.Count(auth, ".") != 2 {
				t.Errorf("%s with %q", req.Method, auth)
			}
			return respond(req, http.StatusCreated, `{"token": "ghs_ofTheInstallation", "expires_at": "2126-07-01T13:00:00Z"}`), nil
		}
		if auth != "Bearer ghs_ofTheInstallation" {
			t.Errorf("%s with %q", req.URL.Path, auth)
		}
		return respond(req, 200, quiet(nil)), nil
	}))
	env.Dir = dir
	if got := collectIn(t, env, "app: {id: 12, installation: 34, key: app.pem}", half, nil); got.Err != nil || bought != 1 {
		t.Errorf("%v, %d tokens bought", got.Err, bought)
	}
	if got := collectIn(t, env, "app: {id: 12, installation: 34, key: absent.pem}", half, nil); !asSignIn(got.Err) {
		t.Errorf("without its key: %v", got.Err)
	}
}

func TestTokenOfAnActionIsToldInTheCoverage(t *testing.T) {
	env := world(&answering{graph: func(string, map[string]any) (int, string) { return 200, quiet(nil) }})
	env.Getenv = variables("GITHUB_TOKEN", "ghs_x", "GITHUB_ACTIONS", "true")
	if got := collectIn(t, env, "", half, nil); !has(got.notes("places"), "its own repository only") {
		t.Errorf("notes %q", got.notes("places"))
	}
}

func TestSettingsThatCannotBeRightAreRefused(t *testing.T) {
	for settings, want := range map[string]string{
		"orgs: [a/b]":                       "orgs[0]",
		"orgs: ['a b']":                     "orgs[0]",
		"repos: [acme]":                     "repos[0]",
		"repos: ['acme/x is:public']":       "repos[0]",
		"projects: [acme/x]":                "projects[0]",
		"exclude: ['[']":                    "exclude[0]",
		"app: {id: 1}":                      "app:",
		"api: http://ghe.acme.example":      "https",
		"api: https://169.254.169.254":      "metadata",
		"token: ghp_ABCDEFGHIJKLMNOPQRSTUV": "secret",
	} {
		_, err := New(collectorstest.Settings(settings), world(nil))
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v", settings, err)
		}
	}
}

func TestWhereAServerIs(t *testing.T) {
	for api, want := range map[string][2]string{
		"https://api.github.com":          {"github.com", "https://api.github.com/graphql"},
		"https://ghe.acme.example/api/v3": {"ghe.acme.example", "https://ghe.acme.example/api/graphql"},
		"https://api.acme.ghe.com/":       {"acme.ghe.com", "https://api.acme.ghe.com/graphql"},
		"http://127.0.0.1:4200/":          {"127.0.0.1:4200", "http://127.0.0.1:4200/graphql"},
	} {
		c := made(t, "api: "+api, world(nil))
		a := c.connect(credentials{})
		_, req, err := a.request(http.MethodPost, "../graphql", nil)
		if err != nil || c.web != want[0] || req.URL.String() != want[1] {
			t.Errorf("%s: %s, %v, %v", api, c.web, req.URL, err)
		}
	}
}
