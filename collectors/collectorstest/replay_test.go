package collectorstest

import (
	"context"
	"errors"
	"io"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"testing/fstest"
	"testing/synctest"
	"time"
)

const search = `Made up.

-- GET https://acme.test/rest/api/3/search/jql?jql=assignee = "ada" and updated >= "2025-01-01 10:00+02:00"&maxResults=50 --
> Authorization: *
> Accept: application/json
> ! Cookie
HTTP 200
X-RateLimit-Remaining: 41

{"issues": []}
`

func ask(t testing.TB, c *http.Client, method, address, body string, header ...string) (int, string, error) {
	t.Helper()
	var r io.Reader
	if body != "" {
		r = strings.NewReader(body)
	}
	req, err := http.NewRequestWithContext(t.Context(), method, address, r)
	if err != nil {
		t.Fatal(err)
	}
	for i := 0; i < len(header); i += 2 {
		req.Header.Set(header[i], header[i+1])
	}
	resp, err := c.Do(req)
	if err != nil {
		return 0, "", err
	}
	defer resp.Body.Close()
	b, err := io.ReadAll(resp.Body)
	return resp.StatusCode, string(b), err
}

func TestTheQueryIsComparedByItsDecodedValues(t *testing.T) {
	q := url.Values{"jql": {`assignee = "ada" and updated >= "2025-01-01 10:00+02:00"`}, "maxResults": {"50"}}
	for _, query := range []string{q.Encode(), "maxResults=50&jql=" + url.PathEscape(q.Get("jql"))} {
		r := Text(t, search)
		query = strings.ReplaceAll(query, "+02", "%2B02")
		status, body, err := ask(t, r.Client(), "GET", "https://ACME.test/rest/api/3/search/jql?"+query, "", "Authorization", "Bearer x", "Accept", "application/json")
		if status != 200 || body != `{"issues": []}` || err != nil {
			t.Errorf("%s: %d %q %v", query, status, body, err)
		}
		if got := r.Asked(); len(got) != 1 || got[0].Header.Get("Authorization") != "Bearer x" {
			t.Errorf("asked %v", got)
		}
	}
}

func TestARequestThatIsNotRecordedFailsTheTest(t *testing.T) {
	base := "https://acme.test/rest/api/3/search/jql?maxResults=50&jql=" + url.QueryEscape(`assignee = "ada" and updated >= "2025-01-01 10:00+02:00"`)
	ok := []string{"Authorization", "s3cr3t", "Accept", "application/json"}
	tests := []struct {
		name, method, url, body string
		header                  []string
		says                    string
	}{
		{"value", "GET", strings.Replace(base, "ada", "bob", 1), "", ok, `jql=assignee = "bob" and`},
		{"more", "GET", base + "&startAt=0", "", ok, "startAt=0, recorded (none)"},
		{"less", "GET", strings.Replace(base, "maxResults=50&", "", 1), "", ok, "maxResults=(none), recorded 50"},
		{"twice", "GET", base + "&maxResults=50", "", ok, "maxResults=50, 50, recorded 50"},
		{"method", "DELETE", base, "", ok, "method DELETE, recorded GET"},
		{"host", "GET", strings.Replace(base, "acme", "evil", 1), "", ok, "host https://evil.test, recorded https://acme.test"},
		{"scheme", "GET", strings.Replace(base, "https", "http", 1), "", ok, "host http://acme.test"},
		{"path", "GET", strings.Replace(base, "api/3", "api%2F3", 1), "", ok, "path /rest/api/3/search/jql, recorded"},
		{"body", "GET", base, "{}", ok, "body {}, recorded without one"},
		{"header lacks", "GET", base, "", ok[:2], "header Accept: (none), recorded application/json"},
		{"header differs", "GET", base, "", []string{"Authorization", "s3cr3t", "Accept", "*/*"}, "header Accept: */*"},
		{"header must be absent", "GET", base, "", append(ok[:4:4], "Cookie", "s3cr3t"), "header Cookie is sent"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			got := observe(t, func(t testing.TB) {
				if _, _, err := ask(t, Text(t, search).Client(), tt.method, tt.url, tt.body, tt.header...); err == nil {
					t.Error("it is answered")
				}
			})
			for _, want := range []string{"nothing is recorded for " + tt.method, "nearest: text:3: GET https://acme.test/rest", tt.says, "nobody asked for"} {
				if !strings.Contains(got, want) {
					t.Errorf("nothing says %q, but %s", want, got)
				}
			}
			if strings.Contains(got, "s3cr3t") || strings.Contains(got, "it is answered") {
				t.Error(got)
			}
		})
	}
}

func TestAnswersToOneRequestComeInOrderAndNotMoreOften(t *testing.T) {
	file := "-- GET /a --\n1\n-- GET /a --\n2\n"
	got := observe(t, func(t testing.TB) {
		c := Text(t, file).Client()
		for _, want := range []string{"1", "2"} {
			if _, body, err := ask(t, c, "GET", "https://any.test/a", ""); body != want || err != nil {
				t.Errorf("got %q, %v", body, err)
			}
		}
		ask(t, c, "GET", "https://any.test/a", "")
	})
	if !strings.Contains(got, "asked for more often than the 2 recorded (text:3)") || strings.Contains(got, "got ") {
		t.Error(got)
	}
}

func TestAnAnswerMayRepeat(t *testing.T) {
	c := Text(t, "-- GET /a --\nHTTP 503\n-- GET /a --\nHTTP 200 repeat\n\nok\n").Client()
	for _, want := range []int{503, 200, 200, 200} {
		if got, _, err := ask(t, c, "GET", "https://any.test/a", ""); got != want || err != nil {
			t.Errorf("got %d, %v; want %d", got, err, want)
		}
	}
}

func TestAnAnswerNobodyAskedForFailsTheTest(t *testing.T) {
	got := observe(t, func(t testing.TB) { Text(t, search) })
	if !strings.Contains(got, `text:3: nobody asked for GET https://acme.test/rest/api/3/search/jql?jql=assignee = "ada"`) {
		t.Error(got)
	}
}

func TestBodiesAreComparedByWhatTheyMean(t *testing.T) {
	const form = "application/x-www-form-urlencoded"
	tests := []struct {
		name, block, sent, kind string
		ok                      bool
	}{
		{"JSON in another order", `> {"a": 1, "b": [2]}`, `{"b":[2],"a":1.0}`, "application/json", true},
		{"JSON over lines", "> {\"a\":\n>   1}", `{"a":1}`, "application/json", true},
		{"other JSON", `> {"a": 1}`, `{"a":2}`, "application/json", false},
		{"GraphQL by name and variables", `> {"operation": "Reviews", "variables": {"login": "ada"}}`,
			`{"query":"query Reviews($login: String!) { user }","variables":{"login":"ada"}}`, "application/json", true},
		{"GraphQL with a name field", `> {"operation": "B"}`, `{"query":"query A{a} query B{b}","operationName":"B"}`, "application/json", true},
		{"GraphQL with other variables", `> {"operation": "Reviews", "variables": {"login": "ada"}}`,
			`{"query":"query Reviews { user }","variables":{"login":"bob"}}`, "application/json", false},
		{"another operation", `> {"operation": "Reviews"}`, `{"query":"query Issues { user }"}`, "application/json", false},
		{"form", "> \n> channel=C1&text=a b+c", "text=a+b%2Bc&channel=C1", form, true},
		{"other form", "> \n> channel=C1", "channel=C2", form, false},
		{"text", "> \n> hello", "hello", "text/plain", true},
		{"any", "> *", "whatever", "text/plain", true},
		{"none", "", "something", "text/plain", false},
		{"missing", `> {"a": 1}`, "", "", false},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			got := observe(t, func(t testing.TB) {
				c := Text(t, "-- POST /x --\n"+tt.block+"\nHTTP 204\n").Client()
				ask(t, c, "POST", "https://h.test/x", tt.sent, "Content-Type", tt.kind)
			})
			if (got == "") != tt.ok {
				t.Errorf("want %v: %s", tt.ok, got)
			}
		})
	}
}

func TestAnswersAreAsRecorded(t *testing.T) {
	r := Text(t, "-- GET /raw --\nHTTP 404 quoted\nContent-Type: text/x-odd\nX-A: 1\nX-A: 2\n\na\\xff\\x00\\n\n\\u00e9\n"+
		"-- GET /cut --\nHTTP 200 cut\n\n{\"a\":\n-- GET /reset --\nHTTP error connection reset\n-- GET /html --\n<p>sign in</p>\n\n\n")
	resp, err := r.Client().Get("https://h.test/raw")
	if err != nil {
		t.Fatal(err)
	}
	body, _ := io.ReadAll(resp.Body)
	if string(body) != "a\xff\x00\né" || resp.StatusCode != 404 || resp.Header.Get("Content-Type") != "text/x-odd" || len(resp.Header["X-A"]) != 2 {
		t.Errorf("got %q, %v", body, resp)
	}
	if _, _, err := ask(t, r.Client(), "GET", "https://h.test/cut", ""); !errors.Is(err, io.ErrUnexpectedEOF) {
		t.Errorf("cut: %v", err)
	}
	if _, _, err := ask(t, r.Client(), "GET", "https://h.test/reset", ""); err == nil || !strings.Contains(err.Error(), "connection reset") {
		t.Errorf("reset: %v", err)
	}
	if resp, err = r.Client().Get("https://h.test/html"); err != nil || resp.Header.Get("Content-Type") != "text/html; charset=utf-8" {
		t.Errorf("html: %v, %v", resp, err)
	}
}

func TestTheReplayHonoursItsContext(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := Text(t, "-- GET /slow --\nHTTP 200 after=1h\n\nok\n-- GET /body --\nok\n")
		get := func(ctx context.Context, path string) (*http.Response, error) {
			req, _ := http.NewRequestWithContext(ctx, "GET", "https://h.test"+path, nil)
			return r.Client().Do(req)
		}
		ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
		defer cancel()
		began := time.Now()
		if _, err := get(ctx, "/slow"); !errors.Is(err, context.DeadlineExceeded) || time.Since(began) != time.Minute {
			t.Errorf("in a wait: %v after %v", err, time.Since(began))
		}
		if _, err := get(ctx, "/body"); !errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("before the start: %v", err)
		}
		ctx, cancel = context.WithCancel(t.Context())
		resp, err := get(ctx, "/body")
		if err != nil {
			t.Fatal(err)
		}
		cancel()
		if _, err := io.ReadAll(resp.Body); !errors.Is(err, context.Canceled) {
			t.Errorf("in the body: %v", err)
		}
	})
}

func TestItCanBeServedOnLoopback(t *testing.T) {
	r := Text(t, "-- GET https://acme.test/a%2Fb/c d?q=x y --\nLink: no header\n-- GET https://acme.test/l --\nHTTP 200\nLink: <https://acme.test/l?page=2>; rel=\"next\"\n\n[]\n-- GET https://acme.test/cut --\nHTTP 200 cut\n\n[1,\n")
	base := r.Serve(t)
	if !strings.HasPrefix(base, "http://127.0.0.1:") {
		t.Fatalf("served at %s", base)
	}
	if status, _, err := ask(t, http.DefaultClient, "GET", base+"/a%2Fb/c%20d?q=x+y", ""); status != 200 || err != nil {
		t.Errorf("%d, %v", status, err)
	}
	resp, err := http.Get(base + "/l")
	if err != nil {
		t.Fatal(err)
	}
	resp.Body.Close()
	if got, want := resp.Header.Get("Link"), "<"+base+"/l?page=2>; rel=\"next\""; got != want {
		t.Errorf("the link leads to %s, not %s", got, want)
	}
	if _, body, err := ask(t, http.DefaultClient, "GET", base+"/cut", ""); err == nil {
		t.Errorf("a cut answer is read as %q", body)
	}
}

func TestFilesOfAFileSystem(t *testing.T) {
	fsys := fstest.MapFS{"a.txt": {Data: []byte("-- GET /a --\n1\n")}, "b.txt": {Data: []byte("-- GET /b --\n2\n")}}
	c := OpenFS(t, fsys, "a.txt", "b.txt").Client()
	for path, want := range map[string]string{"/a": "1", "/b": "2"} {
		if _, body, err := ask(t, c, "GET", "https://h.test"+path, ""); body != want || err != nil {
			t.Errorf("%s: %q, %v", path, body, err)
		}
	}
	if got := observe(t, func(t testing.TB) { OpenFS(t, fsys, "c.txt") }); !strings.Contains(got, "c.txt") {
		t.Errorf("a missing file: %q", got)
	}
}

func TestErrorsInAFileHaveItsNameAndLine(t *testing.T) {
	tests := []struct{ name, text, want string }{
		{"empty", "", "f:1: no exchange"},
		{"comment only", "hello\n", "f:1: no exchange"},
		{"no method", "x\n-- https://h.test/ --\n", `f:2: "https://h.test/" is not METHOD URL`},
		{"small letters", "-- get /a --\n", `f:1: "get /a" is not METHOD URL`},
		{"other scheme", "-- GET ftp://h/ --\n", `f:1: "ftp://h/" is not an address`},
		{"relative", "-- GET a/b --\n", `f:1: "a/b" is neither`},
		{"status", "-- GET /a --\n\n\n-- GET /b --\n> A: b\nHTTP abc\n", `f:6: status "abc"`},
		{"status out of range", "-- GET /a --\nHTTP 99\n", `f:2: status "99"`},
		{"word", "-- GET /a --\nHTTP 200 OK\n", `f:2: "OK" is none of`},
		{"length of time", "-- GET /a --\nHTTP 200 after=soon\n", `f:2: "after=soon"`},
		{"header", "-- GET /a --\nHTTP 200\nA: b\n{\"a\": 1}\n", `f:4: "{\"a\": 1}" is not a header`},
		{"demand", "-- GET /a --\n> what is this\n", `f:2: "what is this" is neither`},
		{"absent header", "-- GET /a --\n> A: b\n> !\n", `f:3: "!" does not name`},
		{"escape", "-- GET /a --\nHTTP 200 quoted\n\nok\n\\q\n", `f:5: "\\q" is not a quoted body`},
		{"all at once", "-- GET a --\n-- GET /b --\nHTTP 1\n", "f:1: \"a\" is neither https://host/path nor /path\nf:3: status"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if _, err := parse("f", tt.text); err == nil || !strings.Contains(err.Error(), tt.want) {
				t.Errorf("got %v, want %s", err, tt.want)
			}
		})
	}
}

func FuzzParse(f *testing.F) {
	f.Add(search)
	f.Add("-- POST /x --\n> A: b\n> ! C\n> {\"a\": 1}\nHTTP 200 quoted repeat cut after=1s\nA: b\n\n\\xff\n")
	f.Add("-- GET https://h?q=%zz&=&& --\nHTTP error x\n")
	f.Add("-- --\n--  --\n")
	f.Fuzz(func(t *testing.T, text string) {
		list, err := parse("f", text)
		if err == nil && len(list) == 0 {
			t.Error("neither an exchange nor an error")
		}
		for _, x := range list {
			if x.line < 1 || x.line > strings.Count(text, "\n")+1 {
				t.Errorf("line %d of %q", x.line, text)
			}
			u := &url.URL{Scheme: "https", Host: "h.test", Path: "/a"}
			x.differs(&Asked{Method: "GET", URL: u, Header: http.Header{}}, false)
		}
	})
}
