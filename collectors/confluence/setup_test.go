package confluence

import (
	"context"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/dossier-report/dossier/collectors"
	"github.com/dossier-report/dossier/collectors/collectorstest"
	"github.com/dossier-report/dossier/evidence"
)

func newFake(t testing.TB, cloud bool) *fake { return &fake{t: t, cloud: cloud, zone: time.UTC} }

// both runs a test on Cloud and on Data Center.
func both(t *testing.T, test func(t *testing.T, f *fake)) {
	for name, cloud := range map[string]bool{"cloud": true, "data center": false} {
		t.Run(name, func(t *testing.T) { test(t, newFake(t, cloud)) })
	}
}

func (f *fake) settings() string {
	if f.cloud {
		return "url: https://acme.atlassian.net\ntoken: env:CONFLUENCE_TOKEN\n"
	}
	return "url: https://wiki.acme.example/confluence\ntoken: env:CONFLUENCE_TOKEN\n"
}

func (f *fake) env() collectors.Env {
	vancouver, err := time.LoadLocation("America/Vancouver")
	if err != nil {
		panic(err)
	}
	return collectors.Env{
		Now:  func() time.Time { return on("2026-07-10 12:00") },
		HTTP: &http.Client{Transport: f}, Zone: vancouver,
		Getenv: func(name string) string { return map[string]string{"CONFLUENCE_TOKEN": token}[name] },
		Self:   evidence.Identity{Name: "Robin Vale", Emails: []string{"robin@example.org"}},
		People: evidence.People{{Name: "Ana Duarte", Relation: "junior", Logins: map[string][]string{"confluence": {"ana@example.org", "712020:ana", "aduarte"}}}},
	}
}

var half = evidence.Period{From: on("2026-01-01 08:00"), To: on("2026-07-01 07:00")} // Vancouver's

type setup struct {
	settings string
	env      collectors.Env
	period   evidence.Period
	size     int
}

type result struct {
	collectors.Result
	keeper *collectorstest.Memory
}

// collect runs the collector as the program does; keeper may be nil.
func (f *fake) collect(t testing.TB, keeper *collectorstest.Memory, with ...func(*setup)) result {
	t.Helper()
	s := setup{settings: f.settings(), env: f.env(), period: half, size: pageSize}
	for _, w := range with {
		w(&s)
	}
	if keeper == nil {
		keeper = collectorstest.NewMemory(s.env.Now)
	}
	src := source(s.size)
	c, err := src.New(collectorstest.Settings(s.settings), s.env)
	if err != nil {
		t.Fatal(err)
	}
	jobs := []collectors.Job{{Source: src, Collector: c}}
	return result{collectors.Run(context.Background(), jobs, keeper, collectors.Options{Period: s.period, Now: s.env.Now})[0], keeper}
}

func withSize(n int) func(*setup)               { return func(s *setup) { s.size = n } }
func withSettings(more string) func(*setup)     { return func(s *setup) { s.settings += more } }
func withPeriod(p evidence.Period) func(*setup) { return func(s *setup) { s.period = p } }
func withNow(at time.Time) func(*setup) {
	return func(s *setup) { s.env.Now = func() time.Time { return at } }
}

// whole fails the test unless nothing is missing.
func (r result) whole(t testing.TB) result {
	t.Helper()
	if r.Err != nil || r.Coverage.State != evidence.Complete || len(r.gaps()) > 0 {
		t.Fatalf("%s, %v, gaps %+v", r.Coverage.State, r.Err, r.gaps())
	}
	return r
}

func (r result) gaps() (list []evidence.Gap) {
	for _, p := range r.Coverage.Parts {
		list = append(list, p.Gaps...)
	}
	return list
}

func (r result) items() map[string]evidence.Item {
	m := map[string]evidence.Item{}
	for _, rec := range r.keeper.Items() {
		if rec.GoneAt.IsZero() {
			m[rec.Item.ID[strings.LastIndexByte(rec.Item.ID, '/')+1:]] = rec.Item
		}
	}
	return m
}

// item returns the item of a page.
func (r result) item(t testing.TB, id string) evidence.Item {
	t.Helper()
	it, ok := r.items()[id]
	if !ok {
		t.Fatalf("page %s is not there", id)
	}
	return it
}

// acts writes an item's acts, a line each.
func acts(it evidence.Item) string {
	var b strings.Builder
	for _, a := range it.Acts {
		b.WriteString(a.At.UTC().Format("2006-01-02 15:04") + " " + string(a.Verb))
		if a.Text != "" {
			b.WriteString(" " + strings.ReplaceAll(a.Text, "\n", " / "))
		}
		if a.Context != "" {
			b.WriteString(" [" + a.Context + "]")
		}
		b.WriteByte('\n')
	}
	return b.String()
}

type roundTrip func(*http.Request) (*http.Response, error)

func (f roundTrip) RoundTrip(req *http.Request) (*http.Response, error) { return f(req) }

// loose is a test in which not every recorded answer is asked for.
type loose struct{ testing.TB }

func (l *loose) Cleanup(func()) {}
