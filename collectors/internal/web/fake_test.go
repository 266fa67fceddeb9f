package web

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"
)

// api is where the made-up server of most tests lies.
const api = "https://api.test"

// answer is one answer of a made-up server: "429 Retry-After=7 | body".
type answer string

func (a answer) response(req *http.Request) *http.Response {
	head, body, _ := strings.Cut(string(a), " | ")
	fields := strings.Fields(head)
	var code int
	fmt.Sscan(fields[0], &code)
	resp := &http.Response{StatusCode: code, Status: fields[0] + " " + http.StatusText(code), Request: req,
		Header: http.Header{"Content-Type": {"application/json"}}, ContentLength: int64(len(body)), Body: io.NopCloser(strings.NewReader(body))}
	for _, f := range fields[1:] {
		name, value, _ := strings.Cut(f, "=")
		value = strings.ReplaceAll(value, "_", " ")
		if value == "" {
			resp.Header.Del(name)
		} else {
			resp.Header.Set(name, value)
		}
	}
	return resp
}

const good answer = `200 | {"ok":true}`

// server is a made-up server. It gives its answers in order and then the last
// one for ever, and notes when it was asked.
type server struct {
	answers []answer
	each    func(n int, req *http.Request) (*http.Response, error) // instead of answers
	takes   time.Duration

	mu        sync.Mutex
	at        []time.Time
	reqs      []*http.Request
	bodies    []string
	now, most int
}

func (s *server) RoundTrip(req *http.Request) (*http.Response, error) {
	s.mu.Lock()
	n := len(s.at)
	s.at = append(s.at, time.Now())
	s.reqs = append(s.reqs, req)
	body := ""
	if req.Body != nil {
		b, _ := io.ReadAll(req.Body)
		req.Body.Close()
		body = string(b)
	}
	s.bodies = append(s.bodies, body)
	s.now++
	s.most = max(s.most, s.now)
	s.mu.Unlock()
	defer func() { s.mu.Lock(); s.now--; s.mu.Unlock() }()
	if s.takes > 0 {
		if err := sleep(req.Context(), s.takes); err != nil {
			return nil, err
		}
	}
	if s.each != nil {
		return s.each(n, req)
	}
	return s.answers[min(n, len(s.answers)-1)].response(req), nil
}

// gaps returns the times between requests, in whole seconds.
func (s *server) gaps() []int {
	var list []int
	for i := 1; i < len(s.at); i++ {
		list = append(list, int(s.at[i].Sub(s.at[i-1]).Round(time.Second)/time.Second))
	}
	return list
}

func (s *server) transport(opt Options) *Transport {
	opt.Base = s
	if opt.Now == nil {
		opt.Now = time.Now
	}
	return New(opt)
}

// get asks once with a client over t.
func get(ctx context.Context, t *Transport, address string) (int, string, error) {
	return send(ctx, t, http.MethodGet, address, "")
}

func send(ctx context.Context, t *Transport, method, address, body string) (int, string, error) {
	var from io.Reader
	if body != "" {
		from = strings.NewReader(body)
	}
	req, err := http.NewRequestWithContext(ctx, method, address, from)
	if err != nil {
		return 0, "", err
	}
	resp, err := t.Client().Do(req)
	if err != nil {
		return 0, "", err
	}
	defer resp.Body.Close()
	b, err := io.ReadAll(resp.Body)
	return resp.StatusCode, string(b), err
}

// pipes is a real server of net/http, reached by pipes in memory, so that its
// time is virtual too. Every host name leads to it.
func pipes(t *testing.T, serve http.HandlerFunc) *http.Transport {
	t.Helper()
	l := &pipeListener{conns: make(chan net.Conn), done: make(chan struct{})}
	srv := &http.Server{Handler: serve}
	go srv.Serve(l)
	base := NewBase(nil)
	base.Proxy = nil
	base.DialContext = func(ctx context.Context, _, _ string) (net.Conn, error) {
		here, there := net.Pipe()
		select {
		case l.conns <- there:
			return here, nil
		case <-ctx.Done():
			return nil, ctx.Err()
		}
	}
	t.Cleanup(func() {
		base.CloseIdleConnections()
		srv.Close()
		time.Sleep(time.Minute) // virtual: whoever still sleeps comes to an end
		synctest.Wait()
	})
	return base
}

type pipeListener struct {
	conns chan net.Conn
	done  chan struct{}
	once  sync.Once
}

func (l *pipeListener) Accept() (net.Conn, error) {
	select {
	case c := <-l.conns:
		return c, nil
	case <-l.done:
		return nil, errors.New("closed")
	}
}

func (l *pipeListener) Close() error   { l.once.Do(func() { close(l.done) }); return nil }
func (l *pipeListener) Addr() net.Addr { return &net.UnixAddr{Name: "pipe"} }

func as[T error](t *testing.T, err error) T {
	t.Helper()
	var e T
	if !errors.As(err, &e) {
		t.Fatalf("the error is %T, %v; want a %T", err, err, e)
	}
	return e
}
