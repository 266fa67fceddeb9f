package slack

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/dossier-report/dossier/collectors"
	"github.com/dossier-report/dossier/collectors/collectorstest"
)

func TestConformExport(t *testing.T) {
	small := standard
	small.page = 1
	collectorstest.Conform(t, collectorstest.Case{
		Source:   source(small),
		Settings: "{export: acme.zip, url: 'https://acme.slack.com', private: ['@ana-d']}",
		Env: func(t testing.TB) collectors.Env {
			dir := t.TempDir()
			save(t, dir, "acme.zip", acmeZip(t))
			return env(dir)
		},
		Period:  half,
		Secrets: []string{token},
		Breaks: []collectorstest.Break{
			{Name: "cut short", Parts: []string{"export"}, Do: func(t testing.TB, e *collectors.Env) {
				p := filepath.Join(e.Dir, "acme.zip")
				if err := os.Truncate(p, 900); err != nil {
					t.Fatal(err)
				}
			}},
			{Name: "not there", Parts: []string{"export"}, Do: func(t testing.TB, e *collectors.Env) {
				if err := os.Remove(filepath.Join(e.Dir, "acme.zip")); err != nil {
					t.Fatal(err)
				}
			}},
			{Name: "of a workspace without the person", Do: func(t testing.TB, e *collectors.Env) {
				e.Self.Logins, e.Self.Emails, e.Self.Name = nil, nil, "Somebody Else"
			}},
		},
	})
}

func TestConformAPI(t *testing.T) {
	small := standard
	small.page = 1
	replay := func(file string) func(t testing.TB, e *collectors.Env) {
		return func(t testing.TB, e *collectors.Env) {
			e.HTTP = collectorstest.Open(t, filepath.Join("testdata", file)).Client()
		}
	}
	collectorstest.Conform(t, collectorstest.Case{
		Source:   source(small),
		Settings: "{token: 'env:SLACK_TOKEN', private: ['@ana-d']}",
		Env: func(t testing.TB) collectors.Env {
			e := env(t.TempDir())
			replay("api.txt")(t, &e)
			return e
		},
		Period:  half,
		Secrets: []string{token},
		Breaks: []collectorstest.Break{
			{Name: "token is refused", Do: replay("refused.txt"), SignIn: true},
			{Name: "no right to search", Do: replay("no-search.txt"), SignIn: true},
			{Name: "no token", SignIn: true, Do: func(t testing.TB, e *collectors.Env) { e.Getenv = func(string) string { return "" } }},
			{Name: "a thread breaks", Parts: []string{"messages"}, Do: replay("broken-thread.txt")},
		},
	})
}
