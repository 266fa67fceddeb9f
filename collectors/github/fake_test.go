package github

import (
	"bytes"
	"context"
	"encoding/json"
	"io"
	"net/http"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/dossier-report/dossier/collectors"
	"github.com/dossier-report/dossier/collectors/collectorstest"
	"github.com/dossier-report/dossier/evidence"
)

// answering is a server in memory: a function of the GraphQL operation and its
// variables, or of a REST path.
type answering struct {
	mu    sync.Mutex
	graph func(operation string, vars map[string]any) (int, string)
	rest  func(path string) (int, string)
	asked []string // operations and paths
	sent  http.Header
}

func (f *answering) RoundTrip(req *http.Request) (*http.Response, error) {
	if err := req.Context().Err(); err != nil {
		return nil, err
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	f.sent = req.Header.Clone()
	code, body := http.StatusNotFound, `{"message": "Not Found"}`
	if strings.HasSuffix(req.URL.Path, "/graphql") {
		var q struct {
			Query     string
			Variables map[string]any
		}
		if err := json.NewDecoder(req.Body).Decode(&q); err != nil {
			return nil, err
		}
		op, _, _ := strings.Cut(strings.TrimPrefix(strings.TrimSpace(q.Query), "query "), "(")
		op, _, _ = strings.Cut(op, " ")
		f.asked = append(f.asked, op)
		code, body = f.graph(op, q.Variables)
	} else if f.rest != nil {
		path := strings.TrimPrefix(req.URL.Path, "/")
		if req.URL.RawQuery != "" {
			path += "?" + req.URL.RawQuery
		}
		f.asked = append(f.asked, path)
		code, body = f.rest(path)
	}
	return respond(req, code, body), nil
}

func respond(req *http.Request, code int, body string) *http.Response {
	return &http.Response{StatusCode: code, Proto: "HTTP/1.1", ProtoMajor: 1, ProtoMinor: 1, Request: req, ContentLength: int64(len(body)),
		Header: http.Header{"Content-Type": {"application/json; charset=utf-8"}}, Body: io.NopCloser(bytes.NewReader([]byte(body)))}
}

// always is a server that gives one answer to everything.
func always(code int, body string) http.RoundTripper {
	return roundTrip(func(req *http.Request) (*http.Response, error) { return respond(req, code, body), req.Context().Err() })
}

type roundTrip func(*http.Request) (*http.Response, error)

func (f roundTrip) RoundTrip(req *http.Request) (*http.Response, error) { return f(req) }

// both asks the first server about what only it answers otherwise.
type both struct{ first, rest http.RoundTripper }

func (b both) RoundTrip(req *http.Request) (*http.Response, error) {
	body, err := io.ReadAll(req.Body)
	if err != nil {
		return nil, err
	}
	next := b.rest
	if bytes.Contains(body, []byte(`"is:issue author:robin-v created:2026-01-01T00:00:00Z..2026-06-30T23:59:59Z sort:created-asc"`)) {
		next = b.first
	}
	req = req.Clone(req.Context())
	req.Body = io.NopCloser(bytes.NewReader(body))
	return next.RoundTrip(req)
}

// quiet answers the preflight with no results but those of counts, by the place
// of the search in the plan.
func quiet(counts map[string]int) string {
	all := map[string]any{
		"viewer": map[string]any{"login": "robin-v"}, "moves": nil,
		"user": map[string]any{"id": "U_1", "login": "robin-v", "contributionsCollection": map[string]any{"totalCommitContributions": 0}},
		"l0":   map[string]any{"login": "robin-v", "projectsV2": map[string]any{"nodes": []any{}}},
	}
	for i := range 10 {
		name := "s" + itoa(i)
		all[name] = map[string]any{"issueCount": counts[name], "discussionCount": counts[name], "nodes": []any{map[string]any{"updatedAt": "2026-05-01T00:00:00Z"}}}
	}
	b, _ := json.Marshal(map[string]any{"data": all})
	return string(b)
}

// found wraps results in an answer.
func found(total int, next string, nodes ...any) string {
	b, _ := json.Marshal(map[string]any{"data": map[string]any{"search": map[string]any{"issueCount": total,
		"pageInfo": map[string]any{"hasNextPage": next != "", "endCursor": next}, "nodes": nodes}}})
	return string(b)
}

// pr makes a pull request of robin-v's, changed as told.
func pr(n int, change ...func(map[string]any)) map[string]any {
	m := map[string]any{"__typename": "PullRequest", "id": "PR_" + itoa(n), "number": n, "title": "Change " + itoa(n), "url": "https://github.com/acme/api/pull/" + itoa(n),
		"state": "OPEN", "createdAt": "2026-03-01T09:00:00Z", "author": map[string]any{"__typename": "User", "login": "robin-v"},
		"repository": map[string]any{"databaseId": 5000, "nameWithOwner": "acme/api", "isPrivate": true}}
	for _, c := range change {
		c(m)
	}
	return m
}

// result is what a run gave.
type result struct {
	collectors.Result
	keeper *collectorstest.Memory
}

// collect runs the collector as the program does.
func collect(t *testing.T, server http.RoundTripper, settings string, keeper *collectorstest.Memory) result {
	t.Helper()
	return collectIn(t, world(server), settings, half, keeper)
}

func collectIn(t *testing.T, env collectors.Env, settings string, p evidence.Period, keeper *collectorstest.Memory) result {
	t.Helper()
	if keeper == nil {
		keeper = collectorstest.NewMemory(env.Now)
	}
	c, err := New(collectorstest.Settings(settings), env)
	if err != nil {
		t.Fatal(err)
	}
	res := collectors.Run(context.Background(), []collectors.Job{{Source: Source, Collector: c}}, keeper, collectors.Options{Period: p, Now: env.Now, Secrets: []string{canary}})[0]
	return result{res, keeper}
}

// item returns the item with that address or id.
func (r result) item(t *testing.T, name string) evidence.Item {
	t.Helper()
	for _, rec := range r.keeper.Items() {
		if rec.Item.URL == name || rec.Item.ID == name {
			return rec.Item
		}
	}
	t.Fatalf("%s is not found", name)
	return evidence.Item{}
}

// gaps returns what is missing in a part, or odd.
func (r result) gaps(part string, bad bool) []string {
	var list []string
	for _, p := range r.Coverage.Parts {
		for _, g := range p.Gaps {
			if p.Name == part && g.Bad == bad {
				list = append(list, g.What+": "+g.Why)
			}
		}
	}
	return list
}

func (r result) notes(part string) []string {
	for _, p := range r.Coverage.Parts {
		if p.Name == part {
			return p.Notes
		}
	}
	return nil
}

func count1(list []string, what string) (n int) {
	for _, s := range list {
		if s == what {
			n++
		}
	}
	return n
}

func has(list []string, part string) bool {
	return slices.ContainsFunc(list, func(s string) bool { return strings.Contains(s, part) })
}
