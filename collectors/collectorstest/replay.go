// Package collectorstest tests collectors: a strict replay of recorded HTTP
// ([Open]), a keeper in memory ([Memory]) and the conformance test that every
// collector passes ([Conform]).
package collectorstest

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"
)

// Replay answers requests from files and never touches the network. It is
// strict both ways: a request that the files lack fails the test, and so does
// an answer that nobody asked for. It can be used by several goroutines.
type Replay struct {
	t       testing.TB
	mu      sync.Mutex
	list    []*exchange
	used    map[*exchange]int
	asked   []*Asked
	anyHost bool
}

// Open reads a replay from text files, one after the other. A file is a row of
// exchanges; what stands above the first is a comment.
//
//	-- GET https://acme.test/rest/api/3/search/jql?jql=assignee = "ada" and updated >= "2025-01-01" --
//	> Accept: application/json
//	> Authorization: *
//	> ! Cookie
//	HTTP 200
//	X-RateLimit-Remaining: 41
//
//	{"issues": []}
//
// The query is written unescaped (an & in a value as %26) and compared by its
// decoded values, in whatever order; without a host ("-- GET /path --") every
// host matches. The block of ">" lines is what else the request must be: a
// header with a value ("*" is any), a header that must be absent ("!"), and
// after an empty ">" line, or from a line that starts with { or [, the body.
// A request with a body matches only an exchange that has one; "> *" takes any.
// JSON is compared by value and a form by its fields, written like a query; a
// body {"operation": "Reviews", "variables": {...}} stands for a GraphQL
// request with that operation and those variables, whatever its query says.
//
// Without an HTTP line the answer is 200, and what follows is its body. After
// the status may stand: "repeat" (may be asked for any number of times, but
// at least once), "quoted" (the body has Go's escapes, such as \xff, and no end
// of line that is not written as \n), "cut" (the connection breaks at the end
// of the body) and "after=2s" (the answer takes so long). "HTTP error TEXT" is
// a connection that breaks before the answer. Empty lines at the end of a body
// do not count, but for a quoted one's. The same request may be recorded more
// than once: the answers come in their order.
func Open(t testing.TB, paths ...string) *Replay {
	t.Helper()
	texts := map[string]string{}
	for _, p := range paths {
		b, err := os.ReadFile(p)
		if err != nil {
			t.Fatalf("replay: %v", err)
		}
		texts[p] = string(b)
	}
	return open(t, paths, texts)
}

// OpenFS is [Open] for files of fsys.
func OpenFS(t testing.TB, fsys fs.FS, paths ...string) *Replay {
	t.Helper()
	texts := map[string]string{}
	for _, p := range paths {
		b, err := fs.ReadFile(fsys, p)
		if err != nil {
			t.Fatalf("replay: %v", err)
		}
		texts[p] = string(b)
	}
	return open(t, paths, texts)
}

// Text is [Open] for a text that stands in the test itself.
func Text(t testing.TB, text string) *Replay {
	t.Helper()
	return open(t, []string{"text"}, map[string]string{"text": text})
}

func open(t testing.TB, names []string, texts map[string]string) *Replay {
	t.Helper()
	r := &Replay{t: t, used: map[*exchange]int{}}
	for _, name := range names {
		list, err := parse(name, texts[name])
		if err != nil {
			t.Fatalf("replay: %v", err)
		}
		r.list = append(r.list, list...)
	}
	if w, ok := t.(*world); ok {
		w.ledger.add(r)
		return r
	}
	t.Cleanup(func() {
		for _, x := range r.left() {
			t.Errorf("replay: %s:%d: nobody asked for %s %s", x.file, x.line, x.method, x.target)
		}
	})
	return r
}

// Client returns a client that asks the replay.
func (r *Replay) Client() *http.Client { return &http.Client{Transport: r} }

// Asked returns the requests so far, in order.
func (r *Replay) Asked() []*Asked {
	r.mu.Lock()
	defer r.mu.Unlock()
	return slices.Clone(r.asked)
}

func (r *Replay) left() []*exchange {
	r.mu.Lock()
	defer r.mu.Unlock()
	var list []*exchange
	for _, x := range r.list {
		if r.used[x] == 0 {
			list = append(list, x)
		}
	}
	return list
}

// RoundTrip answers a request. It honours the request's context.
func (r *Replay) RoundTrip(req *http.Request) (*http.Response, error) {
	ctx := req.Context()
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	asked := &Asked{Method: req.Method, URL: req.URL, Header: req.Header.Clone()}
	if req.Body != nil {
		b, err := io.ReadAll(req.Body)
		req.Body.Close()
		if err != nil {
			return nil, err
		}
		asked.Body = string(b)
	}
	x, err := r.find(asked)
	if err != nil {
		r.t.Errorf("replay: %v", err)
		// The error goes through the collector, so it says less.
		return nil, fmt.Errorf("replay: no exchange for %s %s", asked.Method, asked.URL.Path)
	}
	if x.after > 0 {
		late := time.NewTimer(x.after)
		defer late.Stop()
		select {
		case <-ctx.Done():
			return nil, ctx.Err()
		case <-late.C:
		}
	}
	if x.fail != "" {
		return nil, errors.New(x.fail)
	}
	header := x.header.Clone()
	length := int64(len(x.answer))
	if x.cut {
		length += 100
	}
	return &http.Response{
		Status: fmt.Sprintf("%d %s", x.status, http.StatusText(x.status)), StatusCode: x.status,
		Proto: "HTTP/1.1", ProtoMajor: 1, ProtoMinor: 1, Header: header, Request: req, ContentLength: length,
		Body: &answer{ctx: ctx, r: bytes.NewReader(x.answer), cut: x.cut},
	}, nil
}

// answer is a body that ends with its request's context.
type answer struct {
	ctx context.Context
	r   *bytes.Reader
	cut bool
}

func (a *answer) Read(p []byte) (int, error) {
	if err := a.ctx.Err(); err != nil {
		return 0, err
	}
	n, err := a.r.Read(p)
	if err == io.EOF && a.cut {
		err = io.ErrUnexpectedEOF
	}
	return n, err
}

func (a *answer) Close() error { return nil }

// find takes the next recorded answer to a request.
func (r *Replay) find(a *Asked) (*exchange, error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.asked = append(r.asked, a)
	type near struct {
		x   *exchange
		why []string
	}
	var (
		last  *exchange // the last that matches, to be asked again when it may
		again int
		list  []near
	)
	for _, x := range r.list {
		why := x.differs(a, r.anyHost)
		if len(why) > 0 {
			list = append(list, near{x, why})
			continue
		}
		if r.used[x] == 0 {
			r.used[x]++
			return x, nil
		}
		last, again = x, again+1
	}
	if last != nil && last.repeat {
		r.used[last]++
		return last, nil
	}
	if last != nil {
		return nil, fmt.Errorf("%s is asked for more often than the %d recorded (%s:%d)", a, again, last.file, last.line)
	}
	slices.SortStableFunc(list, func(p, q near) int { return len(p.why) - len(q.why) })
	var b strings.Builder
	fmt.Fprintf(&b, "nothing is recorded for %s", a)
	if a.Body != "" {
		fmt.Fprintf(&b, "\n  with the body %s", short(a.Body))
	}
	for _, n := range list[:min(3, len(list))] {
		fmt.Fprintf(&b, "\n  nearest: %s:%d: %s %s", n.x.file, n.x.line, n.x.method, n.x.target)
		for _, w := range n.why {
			fmt.Fprintf(&b, "\n    %s", w)
		}
	}
	return nil, errors.New(b.String())
}

// Serve answers on loopback until the test ends and returns the address,
// without a slash at its end, for clients that insist on one. Every recorded
// host is then this one, also in the Link and Location headers of answers.
func (r *Replay) Serve(t testing.TB) string {
	t.Helper()
	r.mu.Lock()
	r.anyHost = true
	r.mu.Unlock()
	var srv *httptest.Server
	srv = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, req *http.Request) {
		out := req.Clone(req.Context())
		out.URL = &url.URL{Scheme: "http", Host: req.Host, Path: req.URL.Path, RawPath: req.URL.RawPath, RawQuery: req.URL.RawQuery}
		resp, err := r.RoundTrip(out)
		if err != nil {
			panic(http.ErrAbortHandler)
		}
		r.hand(w, resp, srv.URL)
	}))
	t.Cleanup(srv.Close)
	return srv.URL
}

func (r *Replay) hand(w http.ResponseWriter, resp *http.Response, self string) {
	for k, values := range resp.Header {
		for _, v := range values {
			if k == "Link" || k == "Location" {
				for _, x := range r.list {
					if x.base != "" {
						v = strings.ReplaceAll(v, x.base, self)
					}
				}
			}
			w.Header().Add(k, v)
		}
	}
	body, err := io.ReadAll(resp.Body)
	if err != nil {
		w.Header().Set("Content-Length", fmt.Sprint(resp.ContentLength))
	}
	w.WriteHeader(resp.StatusCode)
	if _, werr := w.Write(body); err != nil || werr != nil {
		panic(http.ErrAbortHandler)
	}
}
