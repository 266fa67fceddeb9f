package confluence

import (
	"net/http"
	"strings"
	"testing"

	"github.com/dossier-report/dossier/collectors"
	"github.com/dossier-report/dossier/collectors/collectorstest"
	"github.com/dossier-report/dossier/evidence"
)

// replayed is a world whose HTTP comes from files.
func replayed(cloud bool, files ...string) func(t testing.TB) collectors.Env {
	return func(t testing.TB) collectors.Env {
		env := newFake(t, cloud).env()
		env.HTTP = collectorstest.Open(t, files...).Client()
		return env
	}
}

func texts(text string) func(t testing.TB, env *collectors.Env) {
	return func(t testing.TB, env *collectors.Env) { env.HTTP = collectorstest.Text(t, text).Client() }
}

// restricted is the world of a replay in which one page has become so.
func restricted(file string) func(t testing.TB, env *collectors.Env) {
	return func(t testing.TB, env *collectors.Env) {
		next := collectorstest.Open(t, file).Client().Transport
		env.HTTP = &http.Client{Transport: roundTrip(func(req *http.Request) (*http.Response, error) {
			if strings.Contains(req.URL.Path, "/1003") {
				return says(403, object{"message": "restricted"}), nil
			}
			return next.RoundTrip(req)
		})}
	}
}

func TestCloudConforms(t *testing.T) {
	const me = "-- GET https://acme.atlassian.net/wiki/rest/api/user/current --\n"
	collectorstest.Conform(t, collectorstest.Case{
		Source: source(2), Settings: newFake(t, true).settings(), Env: replayed(true, "testdata/cloud.txt"), Period: half, Secrets: []string{token},
		Breaks: []collectorstest.Break{
			{Name: "a page is restricted", Parts: []string{part}, Do: restricted("testdata/cloud.txt")},
			{Name: "signed out", SignIn: true, Do: texts(me + "HTTP 401\n\n{}\n-- GET https://acme.atlassian.net/_edge/tenant_info --\nHTTP 404\n\n{}\n")},
			{Name: "login page", SignIn: true, Do: texts(me + "HTTP 200\n\n<html><title>Log in</title></html>\n" +
				"-- GET https://acme.atlassian.net/_edge/tenant_info --\nHTTP 200\n\n<html><title>Log in</title></html>\n")},
			{Name: "treated as a visitor", SignIn: true, Do: texts(me + "{\"type\": \"anonymous\", \"displayName\": \"Anonymous\"}\n" +
				"-- GET https://acme.atlassian.net/_edge/tenant_info --\nHTTP 404\n\n{}\n")},
			{Name: "no search", Do: texts(me + "{\"type\": \"known\", \"accountId\": \"712020:robin\"}\n" +
				"-- GET https://acme.atlassian.net/wiki/rest/api/search?" + query + " --\nHTTP 403\n\n{\"message\": \"no\"}\n")},
		},
	})
}

// query is the first thing that is asked for.
const query = `cql=contributor = currentUser() AND type in (page, blogpost, comment) AND lastmodified >= "2025-12-30" AND created < "2026-07-03" ORDER BY created ASC` +
	`&cqlcontext={"contentStatuses":["current","archived"]}&excerpt=none&expand=content.version,content.history,content.container,content.space&includeArchivedSpaces=true&limit=50`

func TestDataCenterConforms(t *testing.T) {
	const me = "-- GET https://wiki.acme.example/confluence/rest/api/user/current --\n"
	collectorstest.Conform(t, collectorstest.Case{
		Source: source(2), Settings: newFake(t, false).settings(), Env: replayed(false, "testdata/server.txt"), Period: half, Secrets: []string{token},
		Breaks: []collectorstest.Break{
			{Name: "a page is restricted", Parts: []string{part}, Do: restricted("testdata/server.txt")},
			{Name: "signed out", SignIn: true, Do: texts(me + "HTTP 401\n\n{}\n")},
			{Name: "may not use it", SignIn: true, Do: texts(me + "HTTP 403\n\n{}\n")},
		},
	})
}

func TestStoryOfTheReplays(t *testing.T) {
	for file, cloud := range map[string]bool{"testdata/cloud.txt": true, "testdata/server.txt": false} {
		f := newFake(t, cloud)
		env := replayed(cloud, file)
		// The runs that are cut ask for more; see the conformance test.
		l := &loose{TB: t}
		r := f.collect(t, nil, withSize(2), func(s *setup) { s.env = env(l) }).whole(t)
		paper := r.item(t, "1001")
		if paper.Private || paper.Title != "Reproducing the schedule" || strings.Join(paper.Labels, " ") != "reproduction" || paper.Place != "ML" {
			t.Errorf("%+v", paper)
		}
		if !strings.HasPrefix(paper.Text, "Why\nThe schedule of the paper is not the one in the code, thanks @Ana Duarte.\nbeta = 1e-4 if t < 10 else 2e-2\nDone in ML-231.") && cloud {
			t.Errorf("text %q", paper.Text)
		}
		if strings.Contains(paper.Text, "Ana adds") || strings.Contains(paper.Text, "Rewritten") {
			t.Errorf("words of others are kept: %q", paper.Text)
		}
		blog := r.item(t, "1002")
		if blog.Text != "seed | FID\n1 | 9.8\n[ ] Third seed 2026-03-20" || blog.Place != "Space ~712020robin" || !blog.Private {
			t.Errorf("blog post %+v", blog)
		}
		book := r.item(t, "1003")
		if got := acts(book); got != "2026-04-02 18:00 edited Drain the queue first: https://github.com/acme/api/pull/12 [version 2]\n" || book.Text != "" {
			t.Errorf("acts:\n%s", got)
		}
		plan := r.item(t, "1004")
		if got := acts(plan); got != "2026-05-02 18:00 answered It overflows, see ML-9. [Why not bf16?]\n2026-05-03 18:00 commented Say which seed. [We ran it once]\n" {
			t.Errorf("acts:\n%s", got)
		}
		if _, ok := r.items()["1005"]; ok {
			t.Error("a page of last year is kept")
		}
		id, url := "confluence:acme.atlassian.net/1001", "https://acme.atlassian.net/wiki/spaces/ML/pages/1001"
		if !cloud {
			id, url = "confluence:wiki.acme.example/confluence/1001", "https://wiki.acme.example/confluence/pages/viewpage.action?pageId=1001"
		}
		if paper.ID != id || paper.URL != url {
			t.Errorf("%s at %s", paper.ID, paper.URL)
		}
		threads := evidence.Threads([]evidence.Item{plan, book,
			{ID: "jira:acme.atlassian.net/9", Kind: evidence.Ticket, Title: "Overflow", URL: "https://acme.atlassian.net/browse/ML-9"},
			{ID: "github:acme/api#12", Kind: evidence.PullRequest, Title: "Drain", URL: "https://github.com/acme/api/pull/12"}})
		if len(threads) != 2 {
			t.Errorf("%d threads: page and ticket, page and pull request do not join: %+v", len(threads), threads)
		}
	}
}
