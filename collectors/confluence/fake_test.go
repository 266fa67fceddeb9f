package confluence

import (
	"cmp"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"
)

// fake is a Confluence in memory. It compares dates as Confluence does: by the
// day, in a zone of its own.
type fake struct {
	t     testing.TB
	cloud bool
	zone  *time.Location
	limit int  // results on a page of any list; 0 means as asked
	stage bool // versions are still experimental

	mu       sync.Mutex
	pages    []*fakePage
	comments []*fakeComment
	asked    []string // method, path and query, in order
	auth     []string
	byID     map[string]*fakePage // made when it is asked for
	// before is called for each request, which it may answer itself.
	before func(req *http.Request) *http.Response
}

type fakePage struct {
	id       int
	kind     string
	title    string
	space    string
	labels   []string
	versions []fakeVersion
	public   bool
	trashed  bool
}

type fakeVersion struct {
	at      time.Time
	by      object
	body    string
	message string
}

type fakeComment struct {
	id, page, parent int
	at               time.Time
	by               object
	body             string
	selection        string
}

type object = map[string]any

const token = "canary-token-71c4"

var (
	robin     = object{"type": "known", "accountId": "712020:robin", "accountType": "atlassian", "displayName": "Robin Vale", "email": ""}
	ana       = object{"type": "known", "accountId": "712020:ana", "accountType": "atlassian", "displayName": "Ana Duarte"}
	robinHome = object{"type": "known", "userKey": "8a01", "username": "rvale", "displayName": "Robin Vale"}
	anaHome   = object{"type": "known", "userKey": "8a02", "username": "aduarte", "displayName": "Ana Duarte"}
)

func (f *fake) robin() object {
	if f.cloud {
		return robin
	}
	return robinHome
}

func (f *fake) ana() object {
	if f.cloud {
		return ana
	}
	return anaHome
}

func stampText(t time.Time) string { return t.UTC().Format("2006-01-02T15:04:05.000Z") }

func on(s string) time.Time {
	for _, form := range []string{"2006-01-02 15:04", time.DateOnly} {
		if t, err := time.Parse(form, s); err == nil {
			return t
		}
	}
	panic("no time: " + s)
}

// page adds a page whose first version robin published.
func (f *fake) page(id int, at time.Time) *fakePage {
	p := &fakePage{id: id, kind: "page", title: fmt.Sprintf("Page %d", id), space: "ML"}
	f.pages = append(f.pages, p)
	return p.version(at, f.robin(), fmt.Sprintf("<p>Text of %d</p>", id))
}

func (p *fakePage) version(at time.Time, by object, body string) *fakePage {
	p.versions = append(p.versions, fakeVersion{at: at, by: by, body: body, message: fmt.Sprintf("version %d", len(p.versions)+1)})
	return p
}

// many adds pages, each a day later than the last.
func (f *fake) many(n int) {
	for i := range n {
		f.page(1000+i, on("2026-02-01 09:00").Add(time.Duration(i)*time.Hour))
	}
}

func same(a, b object) bool { return userText(a) == userText(b) }

func userText(u object) string {
	for _, key := range []string{"accountId", "userKey"} {
		if s, ok := u[key].(string); ok {
			return s
		}
	}
	return ""
}

func (p *fakePage) updated() time.Time { return p.versions[len(p.versions)-1].at }

func (f *fake) pageJSON(p *fakePage) object {
	last := p.versions[len(p.versions)-1]
	var labels, publishers []object
	for _, l := range p.labels {
		prefix, name, ok := strings.Cut(l, ":")
		if !ok {
			prefix, name = "global", l
		}
		labels = append(labels, object{"prefix": prefix, "name": name})
	}
	for _, v := range p.versions {
		if !slices.ContainsFunc(publishers, func(u object) bool { return same(u, v.by) }) {
			publishers = append(publishers, v.by)
		}
	}
	return object{"id": strconv.Itoa(p.id), "type": p.kind, "status": "current", "title": p.title,
		"space":    object{"key": p.space, "name": "Space " + p.space, "type": "global"},
		"version":  object{"number": len(p.versions), "when": stampText(last.at), "by": last.by, "message": last.message, "friendlyWhen": "yesterday"},
		"history":  object{"createdDate": stampText(p.versions[0].at), "createdBy": p.versions[0].by, "contributors": object{"publishers": object{"users": publishers}}},
		"metadata": object{"labels": object{"results": labels}},
		"body":     object{"storage": object{"value": last.body}},
		"_links":   object{"webui": fmt.Sprintf("/spaces/%s/pages/%d/Title", p.space, p.id)}}
}

func (f *fake) commentJSON(c *fakeComment) object {
	out := object{"id": strconv.Itoa(c.id), "type": "comment", "title": "Re: a page",
		"version":   object{"number": 1, "when": stampText(c.at), "by": c.by},
		"history":   object{"createdDate": stampText(c.at), "createdBy": c.by},
		"container": object{"id": strconv.Itoa(c.page), "type": "page"}, "ancestors": []object{},
		"body":       object{"storage": object{"value": c.body}},
		"extensions": object{"location": "footer"}}
	if c.parent != 0 {
		out["ancestors"] = []object{{"id": strconv.Itoa(c.parent), "type": "comment"}}
	}
	if c.selection != "" {
		out["extensions"] = object{"location": "inline", "inlineProperties": object{"originalSelection": c.selection}}
	}
	return out
}

var (
	inList  = regexp.MustCompile(`(id|container) in \(([0-9, ]+)\)`)
	dates   = regexp.MustCompile(`(lastmodified|created) (>=|<) "(\d{4}-\d\d-\d\d)"`)
	inSpace = regexp.MustCompile(`space in \(([^)]+)\)`)
)

// finds returns what a query finds, as results of a search.
func (f *fake) finds(cql string, visitor bool) []func() object {
	type found struct {
		created time.Time
		json    func() object
	}
	var list []found
	in := map[string]bool{}
	m := inList.FindStringSubmatch(cql)
	if m != nil {
		for id := range strings.SplitSeq(m[2], ", ") {
			in[id] = true
		}
	}
	bounds, s := dates.FindAllStringSubmatch(cql, -1), inSpace.FindStringSubmatch(cql)
	fits := func(created, updated time.Time, space string) bool {
		for _, d := range bounds {
			at := map[string]time.Time{"created": created, "lastmodified": updated}[d[1]].In(f.zone).Format(time.DateOnly)
			if d[2] == ">=" && at < d[3] || d[2] == "<" && at >= d[3] {
				return false
			}
		}
		return s == nil || strings.Contains(s[1], `"`+space+`"`)
	}
	pages := f.pages
	if m != nil && m[1] == "id" {
		pages = nil
		for id := range in {
			if p := f.find(id); p != nil {
				pages = append(pages, p)
			}
		}
		slices.SortFunc(pages, func(a, b *fakePage) int { return cmp.Compare(a.id, b.id) })
	}
	for _, p := range pages {
		mine := slices.ContainsFunc(p.versions, func(v fakeVersion) bool { return same(v.by, f.robin()) })
		ok := m == nil && mine && fits(p.versions[0].at, p.updated(), p.space) || m != nil && m[1] == "id"
		if ok && !p.trashed && (!visitor || p.public) {
			list = append(list, found{p.versions[0].at, func() object { return f.pageJSON(p) }})
		}
	}
	for _, c := range f.comments {
		ok := m == nil && same(c.by, f.robin()) && strings.Contains(cql, ", comment)") && fits(c.at, c.at, "ML") ||
			m != nil && m[1] == "container" && in[strconv.Itoa(c.page)]
		if ok && !visitor {
			list = append(list, found{c.at, func() object { return f.commentJSON(c) }})
		}
	}
	slices.SortStableFunc(list, func(a, b found) int { return cmp.Compare(a.created.UnixNano(), b.created.UnixNano()) })
	var out []func() object
	for _, x := range list {
		out = append(out, func() object {
			return object{"content": x.json(), "title": "hit", "lastModified": stampText(x.created)}
		})
	}
	return out
}

// listed pages through results as Cloud (by cursor) or Data Center (by start).
func (f *fake) listed(req *http.Request, all []func() object, context string) *http.Response {
	q := req.URL.Query()
	limit, _ := strconv.Atoi(q.Get("limit"))
	if f.limit > 0 && f.limit < limit {
		limit = f.limit
	}
	from, _ := strconv.Atoi(strings.TrimPrefix(q.Get("cursor"), "c-") + q.Get("start"))
	from = min(from, len(all))
	to := min(from+max(limit, 1), len(all))
	links := object{"base": "https://acme.atlassian.net/wiki"}
	if to < len(all) {
		name, value := "cursor", "c-"+strconv.Itoa(to)
		if !f.cloud {
			name, value = "start", strconv.Itoa(to)
		}
		q.Set(name, value)
		path := req.URL.Path
		for _, root := range []string{"/rest/", "/api/v2/"} {
			if i := strings.Index(path, root); i >= 0 {
				path = context + path[i:]
				break
			}
		}
		links["next"] = path + "?" + q.Encode()
	}
	return says(200, object{"results": made(all[from:to]), "totalSize": len(all), "_links": links})
}

func made(list []func() object) []object {
	out := []object{}
	for _, make := range list {
		out = append(out, make())
	}
	return out
}

var pathOf = regexp.MustCompile(`/(?:pages|blogposts|content)/(\d+)(/versions?)?$`)

// RoundTrip answers a request.
func (f *fake) RoundTrip(req *http.Request) (*http.Response, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if err := req.Context().Err(); err != nil {
		return nil, err
	}
	query, _ := url.QueryUnescape(req.URL.RawQuery)
	f.asked = append(f.asked, req.URL.Path+"?"+query)
	f.auth = append(f.auth, req.Header.Get("Authorization"))
	resp := f.answer(req)
	resp.Request = req
	return resp, nil
}

func (f *fake) answer(req *http.Request) *http.Response {
	if f.before != nil {
		if r := f.before(req); r != nil {
			return r
		}
	}
	path, visitor := req.URL.Path, req.Header.Get("Authorization") == ""
	switch {
	case strings.HasSuffix(path, "/_edge/tenant_info"):
		return says(200, object{"cloudId": "11111111-2222-3333-4444-555555555555"})
	case strings.HasSuffix(path, "/rest/api/user/current"):
		return says(200, f.robin())
	case strings.HasSuffix(path, "/rest/api/search"):
		if visitor && !slices.ContainsFunc(f.pages, func(p *fakePage) bool { return p.public }) {
			return says(403, object{"message": "visitors may not use Confluence"})
		}
		return f.listed(req, f.finds(req.URL.Query().Get("cql"), visitor), "")
	}
	m := pathOf.FindStringSubmatch(path)
	if m == nil || f.cloud != strings.Contains(path, "/api/v2/") || !f.cloud && m[2] != "" && f.stage != strings.Contains(path, "/experimental/") {
		return says(404, object{"message": "no such thing"})
	}
	if p := f.find(m[1]); p != nil && !p.trashed {
		if m[2] != "" {
			return f.versionList(req, p)
		}
		n, _ := strconv.Atoi(req.URL.Query().Get("version"))
		return says(200, object{"id": m[1], "body": object{"storage": object{"value": p.versions[n-1].body}}})
	}
	return says(404, object{"message": "no such page"})
}

func (f *fake) find(id string) *fakePage {
	if len(f.byID) != len(f.pages) {
		f.byID = map[string]*fakePage{}
		for _, p := range f.pages {
			f.byID[strconv.Itoa(p.id)] = p
		}
	}
	return f.byID[id]
}

func (f *fake) versionList(req *http.Request, p *fakePage) *http.Response {
	var list []func() object
	for i, v := range slices.Backward(p.versions) {
		list = append(list, func() object {
			if f.cloud {
				return object{"number": i + 1, "createdAt": stampText(v.at), "authorId": v.by["accountId"], "message": v.message, "minorEdit": false}
			}
			return object{"number": i + 1, "when": stampText(v.at), "by": v.by, "message": v.message}
		})
	}
	context := ""
	if f.cloud {
		context = "/wiki"
	}
	return f.listed(req, list, context)
}

func says(code int, body any) *http.Response {
	b, err := json.Marshal(body)
	if err != nil {
		panic(err)
	}
	return answers(code, "application/json", string(b))
}

func answers(code int, kind, body string) *http.Response {
	return &http.Response{StatusCode: code, Header: http.Header{"Content-Type": {kind}}, ContentLength: int64(len(body)), Body: io.NopCloser(strings.NewReader(body))}
}

// count returns how many requests were made since the last call.
func (f *fake) count() int {
	f.mu.Lock()
	defer f.mu.Unlock()
	n := len(f.asked)
	f.asked, f.auth = nil, nil
	return n
}
