package jira

import (
	"context"
	"strings"
	"testing"

	"github.com/dossier-report/dossier/collectors"
	"github.com/dossier-report/dossier/collectors/collectorstest"
	"github.com/dossier-report/dossier/evidence"
)

// replayed is a world whose HTTP comes from files.
func replayed(cloud bool, files ...string) func(t testing.TB) collectors.Env {
	return func(t testing.TB) collectors.Env {
		f := newFake(t, cloud)
		env := f.env()
		env.HTTP = collectorstest.Open(t, files...).Client()
		return env
	}
}

func texts(text string) func(t testing.TB, env *collectors.Env) {
	return func(t testing.TB, env *collectors.Env) { env.HTTP = collectorstest.Text(t, text).Client() }
}

var year = evidence.Period{From: on("2026-01-01"), To: on("2026-07-01")}

func TestCloudConforms(t *testing.T) {
	collectorstest.Conform(t, collectorstest.Case{
		Source:   source(2),
		Settings: "url: https://acme.atlassian.net\ntoken: env:JIRA_TOKEN",
		Env:      replayed(true, "testdata/cloud.txt", "testdata/cloud-worklog.txt", "testdata/cloud-again.txt"),
		Period:   year,
		Secrets:  []string{token},
		Breaks: []collectorstest.Break{
			{Name: "worklogs may not be seen", Parts: []string{part}, Do: func(t testing.TB, env *collectors.Env) {
				env.HTTP = collectorstest.Open(t, "testdata/cloud.txt", "testdata/cloud-no-worklog.txt").Client()
			}},
			{Name: "signed out", SignIn: true, Do: texts("-- GET https://acme.atlassian.net/rest/api/2/myself --\nHTTP 401\n\n{}\n" +
				"-- GET https://acme.atlassian.net/_edge/tenant_info --\nHTTP 404\n\n{}\n")},
			{Name: "login page", SignIn: true, Do: texts("-- GET https://acme.atlassian.net/rest/api/2/myself --\nHTTP 200\n\n<html><title>Log in</title></html>\n" +
				"-- GET https://acme.atlassian.net/_edge/tenant_info --\nHTTP 200\n\n<html><title>Log in</title></html>\n")},
			{Name: "no search", Do: texts("-- GET https://acme.atlassian.net/rest/api/2/myself --\n{\"accountId\": \"712020:robin\"}\n" +
				"-- POST https://acme.atlassian.net/rest/api/2/search/jql --\n> *\nHTTP 403\n\n{\"errorMessages\": [\"no\"]}\n")},
		},
	})
}

func TestDataCenterConforms(t *testing.T) {
	collectorstest.Conform(t, collectorstest.Case{
		Source:   source(2),
		Settings: "url: https://jira.acme.example\ntoken: env:JIRA_TOKEN",
		Env:      replayed(false, "testdata/server.txt", "testdata/server-again.txt"),
		Period:   year,
		Secrets:  []string{token},
		Breaks: []collectorstest.Break{
			{Name: "signed out", SignIn: true, Do: texts("-- GET https://jira.acme.example/rest/api/2/myself --\nHTTP 401\n\n{}\n")},
			{Name: "CAPTCHA", SignIn: true, Do: texts("-- GET https://jira.acme.example/rest/api/2/myself --\nHTTP 403\n\n{}\n")},
		},
	})
}

// once collects from a replay into memory.
func once(t *testing.T, cloud bool, files ...string) result {
	t.Helper()
	f := newFake(t, cloud)
	return f.collect(t, nil, withPeriod(year), withPage(2), func(s *setup) { s.env = replayed(cloud, files...)(t) })
}

func TestStoryOfACloudTicket(t *testing.T) {
	r := once(t, true, "testdata/cloud.txt", "testdata/cloud-worklog.txt")
	it := r.item(t, "ML-2")
	want := `2026-03-03 10:00 assigned [by Ana Duarte]
2026-03-04 10:00 moved [Backlog → In progress]
2026-03-04 10:00 scheduled [due 2026-03-20]
2026-03-05 10:00 commented Please put the resize method into the key, @Ana Duarte.
2026-03-06 17:00 logged_work Profiled it 5401s
`
	if got := acts(it); got != want {
		t.Errorf("acts:\n%s", got)
	}
	if it.ID != "jira:acme.atlassian.net/10002" || it.URL != "https://acme.atlassian.net/browse/ML-2" || it.Place != "ML" || !it.Private {
		t.Errorf("id %s, url %s", it.ID, it.URL)
	}
	if it.Text != "Key the cache by resolution." {
		t.Errorf("text %q", it.Text)
	}
	if it.Outcome == nil || it.Outcome.State != evidence.StateDone || !it.Outcome.At.Equal(on("2026-03-10 10:00")) || it.Outcome.By != "" {
		t.Errorf("outcome %+v", it.Outcome)
	}
	if got := strings.Join(it.Links, " "); got != "ML-100 https://github.com/acme/api/pull/12" {
		t.Errorf("links %s", got)
	}
	if got := moves(it); got != "→ Backlog by ana@example.org; Backlog → In progress by robin@example.org; In progress → Done by ; " {
		t.Errorf("moves %s", got)
	}
	if d := it.Flow.Dates; len(d) != 1 || d[0].Due != "2026-03-20" || d[0].By != "robin@example.org" || !d[0].At.Equal(on("2026-03-04 10:00")) {
		t.Errorf("dates %+v", d)
	}
	first, third := r.item(t, "ML-1"), r.item(t, "ML-3")
	if first.Flow.Estimate == nil || first.Flow.Estimate.Value != 3 || strings.Join(first.Labels, " ") != "reproduction Story Sprint 7" {
		t.Errorf("estimate %+v, labels %q", first.Flow.Estimate, first.Labels)
	}
	if got := acts(first); got != "2026-01-01 08:30 created\n2026-01-01 08:30 estimated [3 points]\n" {
		t.Errorf("what an app filed for the person: %s", got)
	}
	if len(third.Flow.Flagged) != 1 || len(third.Flow.Dates) != 0 || strings.Join(third.Links, " ") != "https://wiki.acme.example/design" {
		t.Errorf("flagged %+v, dates %+v, links %q", third.Flow.Flagged, third.Flow.Dates, third.Links)
	}
	// One odd field is said, and costs nothing else.
	g := r.gaps()
	if len(g) != 1 || !g[0].Bad || g[0].What != "ML-3" || !strings.Contains(g[0].Why, `fields.duedate is "soon"`) {
		t.Errorf("gaps %+v", g)
	}
	if r.Coverage.State != evidence.Complete || r.Coverage.Found() != 3 || len(r.keeper.Items()) != 4 {
		t.Errorf("%s with %d items, %d of the period", r.Coverage.State, len(r.keeper.Items()), r.Coverage.Found())
	}
}

func TestStoryOfADataCenterTicket(t *testing.T) {
	r := once(t, false, "testdata/server.txt").whole(t)
	it := r.item(t, "ML-2")
	want := `2026-03-03 10:00 assigned [by Ana Duarte]
2026-03-04 10:00 moved [Open → In Progress]
2026-03-04 10:00 estimated [3 points → 5 points]
2026-03-05 10:00 commented Please put the resize method into the key, @Ana Duarte.
2026-03-06 17:00 logged_work 5400s
2026-03-10 10:00 moved [In Progress → Closed]
2026-03-10 10:00 resolved [Won't Fix]
`
	if got := acts(it); got != want {
		t.Errorf("acts:\n%s", got)
	}
	if it.Text != "Plan\nKey the cache by resolution.\nkey := *size" {
		t.Errorf("text %q", it.Text)
	}
	if it.Outcome == nil || it.Outcome.State != evidence.StateDropped || it.Outcome.By != "robin@example.org" {
		t.Errorf("outcome %+v", it.Outcome)
	}
	if got := strings.Join(it.Labels, " ") + "; " + strings.Join(it.Links, " "); got != "Task Sprint 7; ML-100" {
		t.Errorf("labels and links %s", got)
	}
	if it.Flow.Estimate == nil || it.Flow.Estimate.Value != 5 {
		t.Errorf("estimate %+v", it.Flow.Estimate)
	}
}

func moves(it evidence.Item) string {
	var b strings.Builder
	for _, m := range it.Flow.Moves {
		b.WriteString(strings.TrimLeft(m.From+" → "+m.To, " ") + " by " + m.By + "; ")
	}
	return b.String()
}

func TestSettingsThatCannotWorkAreRefused(t *testing.T) {
	const good = "url: https://acme.atlassian.net\ntoken: env:JIRA_TOKEN\n"
	for _, tt := range []struct{ yaml, says string }{
		{"token: env:A", "url:"},
		{"url: https://acme.atlassian.net", "token:"},
		{good + "auth: magic", "auth:"},
		{good + "boards: [0]", "boards[0]:"},
		{good + "projects: ['ML) OR (1=1']", "projects[0]:"},
		{good + "jql: project = ML order  by key", "jql:"},
		{"url: ftp://acme.example\ntoken: env:A", "https"},
		{good + "api_token: x", "api_token"},
	} {
		_, err := Source.New(collectorstest.Settings(tt.yaml), newFake(t, true).env())
		if err == nil || !strings.Contains(err.Error(), tt.says) {
			t.Errorf("%q gives %v, which does not say %q", tt.yaml, err, tt.says)
		}
	}
	if _, err := Source.New(collectorstest.Settings(good+"auth: bearer\nboards: [12]\nprojects: [ML]\njql: labels != private\nemail: r@example.org"), newFake(t, true).env()); err != nil {
		t.Error(err)
	}
}

func TestCanceledRunSaysSo(t *testing.T) {
	f := newFake(t, true)
	f.many(3)
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	c, err := Source.New(collectorstest.Settings(f.settings()), f.env())
	if err != nil {
		t.Fatal(err)
	}
	if err := c.Collect(ctx, f.half(), nil); err != context.Canceled {
		t.Errorf("says %v", err)
	}
}
