package slack

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/dossier-report/dossier/collectors"
	"github.com/dossier-report/dossier/collectors/internal/web"
	"github.com/dossier-report/dossier/evidence"
)

// fake is a Slack. Answers made beforehand come first, by method.
type fake struct {
	mu     sync.Mutex
	posts  []string // messages of the person, the oldest first
	before map[string][]string
	asked  []string
	max    int
	scopes string
}

func (f *fake) RoundTrip(req *http.Request) (*http.Response, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	method := req.URL.Path[strings.LastIndexByte(req.URL.Path, '/')+1:]
	f.asked = append(f.asked, method+" "+req.URL.Query().Get("query"))
	if req.Header.Get("Authorization") != "Bearer "+token || req.Method != http.MethodGet || strings.Contains(req.URL.RawQuery, "token") {
		return nil, errors.New("not signed in as it should be")
	}
	header := http.Header{"Content-Type": {"application/json; charset=utf-8"}, "X-Oauth-Scopes": {f.scopes}}
	status, body := 200, ""
	if list := f.before[method]; len(list) > 0 {
		f.before[method] = list[1:]
		body = list[0]
		if s, rest, ok := strings.Cut(body, "|"); ok {
			status, _ = strconv.Atoi(s)
			body = rest
		}
		if wait, rest, ok := strings.Cut(body, "!"); ok {
			header.Set("Retry-After", wait)
			body = rest
		}
	}
	if body == "" {
		body = f.answer(method, req)
	}
	if strings.HasPrefix(body, "<") {
		header.Set("Content-Type", "text/html")
	}
	return &http.Response{StatusCode: status, Header: header, Body: io.NopCloser(strings.NewReader(body)), ContentLength: -1, Request: req, ProtoMajor: 1}, nil
}

func (f *fake) answer(method string, req *http.Request) string {
	q := req.URL.Query()
	switch method {
	case "auth.test":
		return `{"ok":true,"url":"https://acme.slack.com/","team":"Acme","user":"robin-v","team_id":"T0ACME001","user_id":"U0ROBIN01"}`
	case "users.info":
		return `{"ok":true,"user":{"id":"` + q.Get("user") + `","name":"x"}}`
	case "conversations.replies":
		for _, p := range f.posts {
			if m := decode([]byte(p)); string(m.TS) == q.Get("ts") {
				return `{"ok":true,"messages":[` + p + `],"has_more":false}`
			}
		}
		return `{"ok":false,"error":"thread_not_found"}`
	case "search.messages":
		return f.search(q.Get("query"), q.Get("page"), q.Get("count"))
	}
	return `{"ok":false,"error":"unknown_method"}`
}

func (f *fake) search(query, page, count string) string {
	var from, after, before string
	if _, err := fmt.Sscanf(query, "from:%s after:%s before:%s", &from, &after, &before); err != nil || from != "<@U0ROBIN01>" {
		return `{"ok":false,"error":"no_query"}`
	}
	var found []string
	for _, p := range f.posts {
		m := decode([]byte(p))
		if day := stamp(m.TS).time().Format(time.DateOnly); day > after && day < before {
			found = append(found, p[:len(p)-1]+`,"channel":{"id":"C0HELP001","name":"ml-help"},"permalink":"https://acme.slack.com/archives/C0HELP001/p1"}`)
		}
	}
	n, _ := strconv.Atoi(page)
	size, _ := strconv.Atoi(count)
	total := len(found)
	pages := (total + size - 1) / size
	if n > f.max && f.max > 0 {
		found = nil
	} else {
		found = found[min(total, (n-1)*size):min(total, n*size)]
	}
	return fmt.Sprintf(`{"ok":true,"messages":{"total":%d,"paging":{"pages":%d,"page":%d},"matches":[%s]}}`, total, pages, n, strings.Join(found, ","))
}

// asks collects from a fake.
func (f *fake) collect(t *testing.T, s sizes, settings string, out *told) error {
	t.Helper()
	e := env(t.TempDir())
	e.Now = time.Now
	e.HTTP = &http.Client{Transport: f}
	p := evidence.Period{From: half.From, To: half.To}
	return made(t, s, "token: env:SLACK_TOKEN\n"+settings, e).Collect(context.Background(), p, out)
}

func (f *fake) count(method string) (n int) {
	for _, a := range f.asked {
		if strings.HasPrefix(a, method) {
			n++
		}
	}
	return n
}

// TestF21SlackSaysNoWithStatus200 maps what stands in an answer to what is done.
func TestF21SlackSaysNoWithStatus200(t *testing.T) {
	for _, c := range []struct {
		name   string
		before map[string][]string
		wait   time.Duration // at least
		most   int           // requests
		found  int
		sign   bool
		want   string // in the error or a gap
	}{
		{"a limit without a time", map[string][]string{"search.messages": {`{"ok":false,"error":"ratelimited"}`}}, time.Minute, 6, 1, false, ""},
		{"a limit with a time", map[string][]string{"search.messages": {`7!{"ok":false,"error":"ratelimited"}`}}, 7 * time.Second, 6, 1, false, ""},
		{"a limit by its status", map[string][]string{"conversations.replies": {`429|30!{"ok":false,"error":"ratelimited"}`}}, 30 * time.Second, 6, 1, false, ""},
		{"a limit of a day", map[string][]string{"search.messages": {`429|86400!{"ok":false}`}}, 0, 2, 0, false, "resume after"},
		{"a passing trouble", map[string][]string{"search.messages": {`{"ok":false,"error":"internal_error"}`, `{"ok":false,"error":"fatal_error"}`}}, time.Second, 7, 1, false, ""},
		{"F10 a server's error", map[string][]string{"search.messages": {`503|<html>busy</html>`}}, time.Second, 6, 1, false, ""},
		{"F23 a refused token", map[string][]string{"auth.test": {`{"ok":false,"error":"invalid_auth"}`}}, 0, 1, 0, true, "invalid_auth"},
		{"F23 a token that ends midway", map[string][]string{"conversations.replies": {`{"ok":false,"error":"token_revoked"}`}}, 0, 4, 0, true, "token_revoked"},
		{"F08 no right to search", map[string][]string{"search.messages": {`{"ok":false,"error":"missing_scope","needed":"search:read","provided":"users:read"}`}}, 0, 2, 0, true, "search:read"},
		{"F08 no right to read threads", map[string][]string{"conversations.replies": {`{"ok":false,"error":"missing_scope","needed":"channels:history"}`}}, 0, 4, 1, false, "channels:history"},
		{"F08 no right to read users", map[string][]string{"users.info": {`{"ok":false,"error":"missing_scope","needed":"users:read"}`}}, 0, 6, 1, false, ""},
		{"the thread is gone", map[string][]string{"conversations.replies": {`{"ok":false,"error":"thread_not_found"}`}}, 0, 4, 1, false, "thread_not_found"},
		{"F14 nothing in it", map[string][]string{"search.messages": {`{}`, `null`, `[]`}}, 0, 6, 0, false, "an object was due"},
		{"F15 a login page", map[string][]string{"search.messages": {`<html><title>Sign in</title></html>`}}, 0, 2, 0, true, "web page"},
		{"F13 cut short", map[string][]string{"search.messages": {`{"ok":true,"messages":{"matches":[{"ts":"1`}}, time.Second, 6, 1, false, ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				time.Sleep(time.Until(now))
				f, out, began := &fake{posts: []string{post}, before: c.before}, &told{}, time.Now()
				err := f.collect(t, standard, "", out)
				text := out.gapText() + fmt.Sprint(err)
				if len(out.items()) != c.found || (err != nil) != (c.found == 0) || !strings.Contains(text, c.want) {
					t.Errorf("%d items, %s", len(out.items()), text)
				}
				if errors.As(err, new(*collectors.SignInError)) != c.sign {
					t.Errorf("the error is %v", err)
				}
				if took := time.Since(began); took < c.wait || took > c.wait+5*time.Minute {
					t.Errorf("it took %v", took)
				}
				if len(f.asked) > c.most {
					t.Errorf("%d requests: %q", len(f.asked), f.asked)
				}
			})
		})
	}
}

func TestALimitTooFarOffSavesWhatWasRead(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		time.Sleep(time.Until(now))
		second := say(robin, 5000, "", long+" and "+long, "")
		f, out := &fake{posts: []string{post, second}, before: map[string][]string{"conversations.replies": {"", `429|86400!{}`}}}, &told{}
		err := f.collect(t, standard, "", out)
		if !errors.As(err, new(*web.LimitError)) || len(out.items()) != 1 {
			t.Fatalf("%d items, %v", len(out.items()), err)
		}
		if err := f.collect(t, standard, "", out); err != nil || len(out.items()) != 2 || f.count("conversations.replies") != 3 {
			t.Errorf("the next run went on with %d items, asked %q: %v", len(out.items()), f.asked, err)
		}
	})
}

func TestASecondRunAsksLittle(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		time.Sleep(time.Until(half.To.Add(-36 * time.Hour)))
		recent := fmt.Sprintf(`{"type":"message","user":"U0ROBIN01","ts":"%d.000100","text":%q}`, time.Now().Add(-time.Hour).Unix(), long+" and "+long)
		f, out := &fake{posts: []string{post, recent}}, &told{}
		if err := f.collect(t, standard, "", out); err != nil || len(out.items()) != 2 {
			t.Fatal(err, out.items())
		}
		f.asked = nil
		time.Sleep(6 * time.Hour)
		if err := f.collect(t, standard, "", out); err != nil || !slices.Equal(out.same, []string{"messages"}) || len(f.asked) != 2 {
			t.Errorf("%v, same %q, asked %q", err, out.same, f.asked)
		}
		f.posts = append(f.posts, fmt.Sprintf(`{"type":"message","user":"U0ROBIN01","ts":"%d.000100","text":%q}`, time.Now().Unix(), "New: "+long+" and "+long))
		f.posts[1] = strings.Replace(recent, "Restart", "Edited", 1)
		f.asked, out.pages = nil, nil
		if err := f.collect(t, standard, "", out); err != nil || len(out.items()) != 2 || f.count("conversations.replies") != 2 {
			t.Errorf("%v, %d items, asked %q", err, len(out.items()), f.asked)
		}
		f.asked, out.same = nil, nil
		if err := f.collect(t, standard, "", out); err != nil || len(out.same) != 1 {
			t.Errorf("%v, asked %q", err, f.asked)
		}
		// A week later all is asked for again, since what was deleted shows in nothing else.
		time.Sleep(8 * 24 * time.Hour)
		out.pages = nil
		if err := f.collect(t, standard, "", out); err != nil || len(out.items()) != 3 || !out.pages[0].Begin || !out.pages[len(out.pages)-1].End {
			t.Errorf("%v, %d items", err, len(out.items()))
		}
	})
}

// TestF17MoreThanASearchShowsIsAskedForInHalves has Slack show ten results.
func TestF17MoreThanASearchShowsIsAskedForInHalves(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		time.Sleep(time.Until(now))
		s := standard
		s.results, s.deep = 5, 2
		f, out := &fake{max: 2}, &told{}
		for i := range 60 {
			f.posts = append(f.posts, say(robin, i*150_000, "", long+" and "+long, ""))
		}
		if err := f.collect(t, s, "", out); err != nil || len(out.items()) != 60 || out.gapText() != "" {
			t.Errorf("%v, %d items, %s", err, len(out.items()), out.gapText())
		}
		f, out = &fake{max: 2}, &told{}
		for i := range 30 {
			f.posts = append(f.posts, say(robin, i, "", long+" and "+long, ""))
		}
		if err := f.collect(t, s, "", out); err != nil || !strings.Contains(out.gapText(), "there are 30 and Slack shows 10") {
			t.Errorf("%v, %d items, %s", err, len(out.items()), out.gapText())
		}
	})
}

func TestMethodsAreNotAskedMoreOftenThanTheirTier(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		time.Sleep(time.Until(now))
		f, out, began := &fake{}, &told{}, time.Now()
		for i := range 120 {
			f.posts = append(f.posts, say(robin, i*1000, "", long+" and "+long, ""))
		}
		if err := f.collect(t, standard, "", out); err != nil || len(out.items()) != 120 {
			t.Fatal(err, len(out.items()))
		}
		if took := time.Since(began); took < 2*time.Minute || took > 3*time.Minute {
			t.Errorf("120 threads at 50 a minute took %v", took)
		}
	})
}

func TestTheDoctorExplainsTokens(t *testing.T) {
	for kind, want := range map[string]string{"xoxb-1-2-x": "bot", "xapp-1-A": "app-level", "xoxc-1": "browser", "xoxe-1-x": "refresh", token: "a user token of robin-v (U0ROBIN01) in Acme"} {
		e := env(t.TempDir())
		e.Getenv = func(string) string { return kind }
		e.HTTP = &http.Client{Transport: &fake{scopes: "search:read,users:read,chat:write"}}
		list := made(t, standard, "token: env:SLACK_TOKEN\n", e).(collectors.Checker).Check(t.Context())
		b, err := json.Marshal(list)
		if err != nil || !strings.Contains(string(b), want) || strings.Contains(string(b), kind) {
			t.Errorf("%s: %s", want, b)
		}
		for _, f := range list {
			if f.Health != collectors.Healthy && f.Fix == "" || strings.Contains(f.Fix, "\n") {
				t.Errorf("no fix of one line: %+v", f)
			}
		}
		if kind == token && (list[1].Health != collectors.Doubt || !strings.Contains(list[1].Fix, "channels:history")) {
			t.Errorf("the missing scope is told as %+v", list[1])
		}
	}
	e := env(t.TempDir())
	save(t, e.Dir, "acme.zip", acmeZip(t))
	list := made(t, standard, "export: acme.zip\nothers_text: true\n", e).(collectors.Checker).Check(t.Context())
	if len(list) != 2 || !strings.Contains(list[0].Detail, "from 2026-01-13 to 2026-02-02; the person is U0ROBIN01") || list[1].Health != collectors.Doubt {
		t.Errorf("the export is told as %+v", list)
	}
}
