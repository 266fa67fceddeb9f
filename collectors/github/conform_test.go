package github

import (
	"net/http"
	"testing"
	"time"

	"github.com/dossier-report/dossier/collectors"
	"github.com/dossier-report/dossier/collectors/collectorstest"
	"github.com/dossier-report/dossier/evidence"
)

const canary = "ghp_canaryCanaryCanaryCanaryCanaryCanary12"

var half = evidence.Period{From: time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC), To: time.Date(2026, 7, 1, 0, 0, 0, 0, time.UTC), Zone: time.UTC}

// noon is the clock of every test.
func noon() time.Time { return time.Date(2026, 7, 1, 12, 0, 0, 0, time.UTC) }

// world is robin-v at a desk with a token in the environment.
func world(transport http.RoundTripper) collectors.Env {
	return collectors.Env{
		Now: noon, HTTP: &http.Client{Transport: transport}, Zone: time.UTC,
		Getenv: func(name string) string {
			if name == "GH_TOKEN" || name == "GH_ENTERPRISE_TOKEN" {
				return canary
			}
			return ""
		},
		Self: evidence.Identity{Name: "Robin Vale", Logins: map[string][]string{"github": {"robin-v"}}},
	}
}

const refusedIssues = `-- POST https://api.github.com/graphql --
>
> {"operation": "Issues", "variables": {"n": 50, "projects": true,
>   "q": "is:issue author:robin-v created:2026-01-01T00:00:00Z..2026-06-30T23:59:59Z sort:created-asc"}}

{"data": null, "errors": [{"type": "FORBIDDEN", "message": "Resource not accessible"}]}
`

func TestConform(t *testing.T) {
	const file = "testdata/half-year.txt"
	collectorstest.Conform(t, collectorstest.Case{
		Source:   Source,
		Settings: "projects: [acme/7]\n",
		Env:      func(t testing.TB) collectors.Env { return world(collectorstest.Open(t, file)) },
		Period:   half,
		Secrets:  []string{canary},
		Breaks: []collectorstest.Break{
			{Name: "a search is refused", Parts: []string{"issues opened"}, Do: func(t testing.TB, env *collectors.Env) {
				env.HTTP.Transport = both{collectorstest.Text(t, refusedIssues), collectorstest.Open(t, file)}
			}},
			{Name: "no token", SignIn: true, Do: func(t testing.TB, env *collectors.Env) {
				env.Getenv = func(string) string { return "" }
			}},
			{Name: "bad token", SignIn: true, Do: func(t testing.TB, env *collectors.Env) {
				env.HTTP.Transport = always(http.StatusUnauthorized, `{"message": "Bad credentials"}`)
			}},
		},
	})
}
