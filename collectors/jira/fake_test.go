package jira

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/dossier-report/dossier/collectors"
	"github.com/dossier-report/dossier/collectors/collectorstest"
	"github.com/dossier-report/dossier/evidence"
)

// fake is a Jira in memory. It finds every ticket that was updated since the
// time that a query names, whatever else the query asks, and pages as Jira does.
type fake struct {
	cloud   bool
	zone    *time.Location
	idsPage int // tickets on a page of search/jql; 0 means all
	inline  int // comments and worklogs that come with a ticket; 0 means 20

	mu      sync.Mutex
	tickets []*fakeTicket
	asked   []string // method and path, in order
	bodies  []string
	auth    []string // what each request signed in with
	// sees reports whether a query finds a ticket; nil means always.
	sees func(jql string, t *fakeTicket) bool
	// before is called for each request, which it may answer itself.
	before func(f *fake, req *http.Request, body string) *http.Response
}

type fakeTicket struct {
	id                            int
	key                           string
	updated                       time.Time
	fields                        map[string]any
	histories, comments, worklogs []any
	remote                        []any
	others, offBoard              bool // see boarded
}

type object = map[string]any

const token = "canary-token-71c4"

var (
	robin     = object{"accountId": "712020:robin", "displayName": "Robin Vale", "accountType": "atlassian"}
	ana       = object{"accountId": "712020:ana", "displayName": "Ana Duarte", "emailAddress": "ana@example.org", "accountType": "atlassian"}
	robinHome = object{"key": "JIRAUSER10100", "name": "rvale", "displayName": "Robin Vale", "emailAddress": "robin@example.org"}
	anaHome   = object{"key": "JIRAUSER10200", "name": "aduarte", "displayName": "Ana Duarte"}
)

func stamp(t time.Time) string { return t.UTC().Format("2006-01-02T15:04:05.000-0700") }

func must(t time.Time, err error) time.Time {
	if err != nil {
		panic(err)
	}
	return t
}

func on(s string) time.Time {
	if t, err := time.Parse("2006-01-02 15:04", s); err == nil {
		return t
	}
	return must(time.Parse(time.DateOnly, s))
}

// ticket adds a ticket that robin created.
func (f *fake) ticket(id int, created, updated time.Time) *fakeTicket {
	who := robin
	if !f.cloud {
		who = robinHome
	}
	t := &fakeTicket{id: id, key: fmt.Sprintf("ML-%d", id), updated: updated, fields: object{
		"summary": fmt.Sprintf("Ticket %d", id), "created": stamp(created), "creator": who, "reporter": who,
		"project": object{"key": "ML"}, "issuetype": object{"name": "Task"},
		"status": object{"id": "1", "name": "To Do", "statusCategory": object{"key": "new"}},
	}}
	f.tickets = append(f.tickets, t)
	return t
}

func history(id int, at time.Time, by any, items ...object) object {
	return object{"id": strconv.Itoa(id), "created": stamp(at), "author": by, "items": items}
}

func item(field, from, fromText, to, toText string) object {
	opt := func(s string) any {
		if s == "" {
			return nil
		}
		return s
	}
	return object{"field": field, "fieldId": strings.ToLower(field), "from": opt(from), "fromString": opt(fromText), "to": opt(to), "toString": opt(toText)}
}

func (t *fakeTicket) json(f *fake) object {
	inline := f.inline
	if inline == 0 {
		inline = 20
	}
	fields := object{"updated": stamp(t.updated)}
	for k, v := range t.fields {
		fields[k] = v
	}
	fields["comment"] = object{"comments": t.comments[:min(inline, len(t.comments))], "total": len(t.comments), "maxResults": inline}
	fields["worklog"] = object{"worklogs": t.worklogs[:min(inline, len(t.worklogs))], "total": len(t.worklogs), "maxResults": inline}
	x := object{"id": strconv.Itoa(t.id), "key": t.key, "fields": fields}
	if !f.cloud {
		x["changelog"] = object{"histories": t.histories, "total": len(t.histories)}
	}
	return x
}

var sinceForm = regexp.MustCompile(`updated >= "([^"]+)"`)

// found returns the tickets that a query finds, in order of update.
func (f *fake) found(jql string) []*fakeTicket {
	var since time.Time
	if m := sinceForm.FindStringSubmatch(jql); m != nil {
		since = must(time.ParseInLocation("2006-01-02 15:04", m[1], f.zone))
	}
	var list []*fakeTicket
	for _, t := range f.tickets {
		if !t.updated.Before(since) && (f.sees == nil || f.sees(jql, t)) {
			list = append(list, t)
		}
	}
	slices.SortFunc(list, func(a, b *fakeTicket) int {
		if c := a.updated.Compare(b.updated); c != 0 {
			return c
		}
		return a.id - b.id
	})
	return list
}

func (f *fake) RoundTrip(req *http.Request) (*http.Response, error) {
	if err := req.Context().Err(); err != nil {
		return nil, err
	}
	body := ""
	if req.Body != nil {
		b, err := io.ReadAll(req.Body)
		if err != nil {
			return nil, err
		}
		body = string(b)
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	f.asked = append(f.asked, req.Method+" "+req.URL.Path)
	f.bodies = append(f.bodies, body)
	f.auth = append(f.auth, req.URL.Host+" "+req.Header.Get("Authorization"))
	if f.before != nil {
		if resp := f.before(f, req, body); resp != nil {
			resp.Request = req
			return resp, nil
		}
	}
	resp := f.answer(req, body)
	resp.Request = req
	return resp, nil
}

func says(code int, v any) *http.Response {
	b, err := json.Marshal(v)
	if err != nil {
		panic(err)
	}
	return &http.Response{StatusCode: code, Header: http.Header{"Content-Type": {"application/json"}},
		ContentLength: int64(len(b)), Body: io.NopCloser(bytes.NewReader(b))}
}

func (f *fake) answer(req *http.Request, body string) *http.Response {
	var ask struct {
		JQL           string
		StartAt       int
		MaxResults    int
		NextPageToken string
		IDs           []string `json:"issueIdsOrKeys"`
	}
	if body != "" {
		if err := json.Unmarshal([]byte(body), &ask); err != nil {
			return says(400, object{"errorMessages": []string{err.Error()}})
		}
	}
	path := req.URL.Path
	if i := strings.Index(path, "/rest/"); i >= 0 {
		path = path[i:]
	}
	switch path {
	case "/rest/api/2/myself":
		me := robin
		if !f.cloud {
			me = robinHome
		}
		out := object{"timeZone": f.zone.String()}
		for k, v := range me {
			out[k] = v
		}
		return says(200, out)
	case "/rest/api/2/serverInfo":
		return says(200, object{"deploymentType": map[bool]string{true: "Cloud", false: "Server"}[f.cloud], "baseUrl": "https://acme.atlassian.net"})
	case "/_edge/tenant_info":
		return says(200, object{"cloudId": "11111111-2222-3333-4444-555555555555"})
	case "/rest/api/2/field":
		return says(200, []object{
			{"id": "customfield_10016", "name": "Story point estimate", "schema": object{"type": "number", "custom": schemaPoints}},
			{"id": "customfield_10020", "name": "Sprint", "schema": object{"type": "array", "custom": schemaSprint}},
			{"id": "customfield_10021", "name": "Flagged", "schema": object{"type": "array"}},
			{"id": "customfield_10014", "name": "Epic Link", "schema": object{"type": "any", "custom": schemaEpic}},
			{"id": "customfield_10022", "name": "Target end", "schema": object{"type": "date"}},
			{"id": "duedate", "name": "Due date", "schema": object{"type": "date", "system": "duedate"}}})
	case "/rest/api/2/status":
		return says(200, []object{{"id": "1", "name": "To Do", "statusCategory": object{"key": "new"}}, {"id": "3", "name": "Doing", "statusCategory": object{"key": "indeterminate"}},
			{"id": "5", "name": "Done", "statusCategory": object{"key": "done"}}, {"id": "6", "name": "Closed", "statusCategory": object{"key": "done"}}})
	case "/rest/api/2/user/search":
		return says(200, []object{robin})
	case "/rest/api/2/mypermissions":
		return says(200, object{"permissions": object{"BROWSE_PROJECTS": object{"havePermission": len(f.tickets) > 0}}})
	case "/rest/api/2/search/jql":
		return f.searchCloud(ask.JQL, ask.NextPageToken)
	case "/rest/api/2/search":
		if f.cloud {
			return says(410, object{"errorMessages": []string{"The requested API has been removed. Please migrate to /rest/api/3/search/jql"}})
		}
		return f.searchServer(ask.JQL, ask.StartAt, ask.MaxResults)
	case "/rest/api/2/issue/bulkfetch":
		var issues []object
		for _, t := range f.byIDs(ask.IDs) {
			issues = append(issues, t.json(f))
		}
		return says(200, object{"issues": issues, "issueErrors": []any{}})
	case "/rest/api/2/changelog/bulkfetch":
		logs := []object{}
		for _, t := range f.byIDs(ask.IDs) {
			if len(t.histories) > 0 {
				logs = append(logs, object{"issueId": strconv.Itoa(t.id), "changeHistories": inMillis(t.histories)})
			}
		}
		return says(200, object{"issueChangeLogs": logs})
	}
	return f.tail(path, req.URL.Query())
}

// inMillis writes the times of histories as the bulk answer of Cloud does.
func inMillis(list []any) []any {
	var out []any
	for _, h := range list {
		m, ok := h.(object)
		if !ok {
			out = append(out, h)
			continue
		}
		c := maps.Clone(m)
		if s, ok := c["created"].(string); ok {
			if t, ok := parseTime(s); ok {
				c["created"] = t.UnixMilli()
			}
		}
		out = append(out, c)
	}
	return out
}

func (f *fake) byIDs(ids []string) []*fakeTicket {
	var list []*fakeTicket
	for _, t := range f.tickets {
		if slices.Contains(ids, strconv.Itoa(t.id)) {
			list = append(list, t)
		}
	}
	return list
}

func (f *fake) searchCloud(jql, token string) *http.Response {
	list := f.found(jql)
	start, _ := strconv.Atoi(token)
	end := len(list)
	if f.idsPage > 0 {
		end = min(start+f.idsPage, end)
	}
	issues := []object{}
	for _, t := range list[min(start, end):end] {
		issues = append(issues, object{"id": strconv.Itoa(t.id), "key": t.key, "fields": object{"updated": stamp(t.updated)}})
	}
	out := object{"issues": issues, "isLast": end == len(list)}
	if end < len(list) {
		out["nextPageToken"] = strconv.Itoa(end)
	}
	return says(200, out)
}

func (f *fake) searchServer(jql string, start, most int) *http.Response {
	list := f.found(jql)
	issues := []object{}
	for _, t := range list[min(start, len(list)):min(start+most, len(list))] {
		issues = append(issues, t.json(f))
	}
	return says(200, object{"startAt": start, "maxResults": most, "total": len(list), "issues": issues})
}

func (f *fake) tail(path string, query url.Values) *http.Response {
	rest, ok := strings.CutPrefix(path, "/rest/api/2/issue/")
	id, what, _ := strings.Cut(rest, "/")
	list := f.byIDs([]string{id})
	if !ok || len(list) == 0 {
		return says(404, object{"errorMessages": []string{"No such thing"}})
	}
	t := list[0]
	start, _ := strconv.Atoi(query.Get("startAt"))
	page := func(name string, all []any) *http.Response {
		most, _ := strconv.Atoi(query.Get("maxResults"))
		end := min(start+most, len(all))
		return says(200, object{name: all[min(start, end):end], "total": len(all), "startAt": start, "maxResults": most})
	}
	switch what {
	case "comment":
		return page("comments", t.comments)
	case "worklog":
		return page("worklogs", t.worklogs)
	case "changelog":
		return page("values", t.histories)
	case "remotelink":
		return says(200, t.remote)
	case "":
		return says(200, object{"id": id, "key": t.key, "changelog": object{"histories": t.histories, "total": len(t.histories)}})
	}
	return says(404, object{"errorMessages": []string{"No such thing"}})
}

// count returns how many requests there were since the last call.
func (f *fake) count() int {
	f.mu.Lock()
	defer f.mu.Unlock()
	n := len(f.asked)
	f.asked, f.bodies, f.auth = nil, nil, nil
	return n
}

func newFake(t testing.TB, cloud bool) *fake {
	t.Helper()
	zone, err := time.LoadLocation("America/Vancouver")
	if err != nil {
		t.Fatal(err)
	}
	return &fake{cloud: cloud, zone: zone}
}

func (f *fake) env() collectors.Env {
	return collectors.Env{
		Now:    func() time.Time { return on("2026-07-01 12:00") },
		HTTP:   &http.Client{Transport: f},
		Getenv: func(name string) string { return map[string]string{"JIRA_TOKEN": token}[name] },
		Self: evidence.Identity{Name: "Robin Vale", Emails: []string{"robin@example.org"},
			Logins: map[string][]string{"jira": {"robin@example.org"}}},
		People: evidence.People{{Name: "Ana Duarte", Relation: "junior", Logins: map[string][]string{"jira": {"ana@example.org"}}}},
		Zone:   f.zone,
	}
}

func (f *fake) settings() string {
	if f.cloud {
		return "url: https://acme.atlassian.net\ntoken: env:JIRA_TOKEN\n"
	}
	return "url: https://jira.acme.example\ntoken: env:JIRA_TOKEN\n"
}

// half is the first half of 2026 in the fake's zone.
func (f *fake) half() evidence.Period {
	return evidence.Period{From: time.Date(2026, 1, 1, 0, 0, 0, 0, f.zone), To: time.Date(2026, 7, 1, 0, 0, 0, 0, f.zone), Zone: f.zone}
}

// result is what a run through the runner came to.
type result struct {
	collectors.Result
	keeper *collectorstest.Memory
}

// collect runs the collector with what is in the keeper, which may be nil.
func (f *fake) collect(t testing.TB, keeper *collectorstest.Memory, more ...func(*setup)) result {
	t.Helper()
	s := setup{env: f.env(), settings: f.settings(), period: f.half(), page: pageSize}
	for _, m := range more {
		m(&s)
	}
	if keeper == nil {
		keeper = collectorstest.NewMemory(s.env.Now)
	}
	src := source(s.page)
	c, err := src.New(collectorstest.Settings(s.settings), s.env)
	if err != nil {
		t.Fatal(err)
	}
	jobs := []collectors.Job{{Source: src, Collector: c}}
	r := collectors.Run(context.Background(), jobs, keeper, collectors.Options{Period: s.period, Now: s.env.Now, Secrets: []string{token}})
	return result{r[0], keeper}
}

type setup struct {
	env      collectors.Env
	settings string
	period   evidence.Period
	page     int
}

func withSettings(yaml string) func(*setup)     { return func(s *setup) { s.settings += yaml } }
func withPeriod(p evidence.Period) func(*setup) { return func(s *setup) { s.period = p } }
func withPage(n int) func(*setup)               { return func(s *setup) { s.page = n } }
func withNow(t time.Time) func(*setup) {
	return func(s *setup) { s.env.Now = func() time.Time { return t } }
}

// item returns the ticket with an address that ends with the key.
func (r result) item(t testing.TB, key string) evidence.Item {
	t.Helper()
	for _, rec := range r.keeper.Items() {
		if strings.HasSuffix(rec.Item.URL, "/"+key) {
			return rec.Item
		}
	}
	t.Fatalf("there is no %s; %s: %v", key, r.Coverage.State, r.Coverage.Why)
	return evidence.Item{}
}

func (r result) gaps() []evidence.Gap {
	var list []evidence.Gap
	for _, p := range r.Coverage.Parts {
		list = append(list, p.Gaps...)
	}
	return list
}

// whole fails the test unless everything was read.
func (r result) whole(t testing.TB) result {
	t.Helper()
	if r.Err != nil || r.Coverage.State != evidence.Complete {
		t.Fatalf("%s: %v %+v", r.Coverage.State, r.Err, r.gaps())
	}
	return r
}

// acts writes the acts of an item, one a line.
func acts(it evidence.Item) string {
	var b strings.Builder
	for _, a := range it.Acts {
		line := a.At.Format("2006-01-02 15:04 ") + string(a.Verb)
		if a.Context != "" {
			line += " [" + a.Context + "]"
		}
		if a.Text != "" {
			line += " " + strings.ReplaceAll(a.Text, "\n", "/")
		}
		if a.Seconds > 0 {
			line += fmt.Sprintf(" %ds", a.Seconds)
		}
		b.WriteString(line + "\n")
	}
	return b.String()
}
