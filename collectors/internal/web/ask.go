package web

import (
	"bytes"
	"context"
	"errors"
	"io"
	"math/rand/v2"
	"net/http"
	"strings"
	"time"
)

// ask is one request on its way to an answer, over all its tries.
type ask struct {
	t      *Transport
	req    *http.Request // the client's; never changed
	ctx    context.Context
	asked  asked
	origin Origin
	host   *host
	body   func() (io.ReadCloser, error)

	repeatable bool
	sent       bool
	tries      int    // that failed by chance
	shapes     int    // answers that held nothing
	limits     int    // answers that said "not now"
	whole      bool   // no condition may be sent any more
	key        string // of the kept answer; "" where none is kept
}

// prepare takes over the request's body, as a round tripper has to, and refuses
// a redirect that the client should not have followed.
func (t *Transport) prepare(req *http.Request) (*ask, error) {
	if req.URL == nil {
		closeBody(req)
		return nil, errors.New("web: the request has no address")
	}
	a := &ask{t: t, req: req, ctx: req.Context(), asked: askedOf(req.Context()), origin: OriginOf(req.URL)}
	a.host = t.host(a.origin)
	a.repeatable = a.asked.repeatable || req.Method == "" || req.Method == http.MethodGet || req.Method == http.MethodHead
	if from := redirectedFrom(req); from != nil && OriginOf(from) != a.origin {
		closeBody(req)
		return nil, &RedirectError{From: OriginOf(from), To: a.origin, Why: "it is another server"}
	}
	switch {
	case req.Body == nil || req.Body == http.NoBody:
	case req.GetBody != nil:
		closeBody(req)
		a.body = req.GetBody
	case !a.repeatable:
		a.body = func() (io.ReadCloser, error) { return req.Body, nil }
	default:
		b, err := io.ReadAll(req.Body)
		closeBody(req)
		if err != nil {
			return nil, a.failed(err)
		}
		a.body = func() (io.ReadCloser, error) { return io.NopCloser(bytes.NewReader(b)), nil }
	}
	return a, nil
}

func closeBody(req *http.Request) {
	if req.Body != nil {
		_ = req.Body.Close()
	}
}

// verdict is what follows from a try: an answer or an error, or another try
// after a while.
type verdict struct {
	again bool
	after time.Duration
	why   string
	resp  *http.Response
	err   error
}

func (a *ask) run() (*http.Response, error) {
	for {
		v := a.once()
		if !v.again {
			return v.resp, v.err
		}
		if v.after <= 0 {
			continue
		}
		a.waits(v.after, v.why)
		if err := sleep(a.ctx, v.after); err != nil {
			return nil, err
		}
	}
}

// once sends the request, when the host may be asked, and judges the answer.
// A limit pauses the host before the next request can take this one's place.
func (a *ask) once() verdict {
	leave, err := a.enter()
	if err != nil {
		if !a.repeatable && a.body != nil {
			closeBody(a.req)
		}
		return verdict{err: err}
	}
	defer leave()
	req, err := a.fresh()
	if err != nil {
		return verdict{err: a.failed(err)}
	}
	signed, err := a.t.sign(req, a.origin)
	if err != nil {
		closeBody(req)
		return verdict{err: err}
	}
	known := a.condition(req)
	a.t.tally.requests.Add(1)
	if a.sent {
		a.t.tally.retries.Add(1)
	}
	a.sent = true
	resp, body, err := a.t.try(req)
	a.answered(resp, body, err)
	if err != nil {
		return a.broken(err)
	}
	resp.Request = a.req
	resp.Header.Del(unchanged) // which is ours to say
	a.host.paces.of(a.req.URL.Path).learn(resp.Header, a.serverTime(resp))
	return a.judge(resp, body, signed, known)
}

// fresh returns the request for one try, without what a client has no business
// to set.
func (a *ask) fresh() (*http.Request, error) {
	req := a.req.Clone(a.ctx)
	req.Response = nil
	req.Host = "" // the URL's: what is signed for one host must not name another
	if req.Header == nil {
		req.Header = http.Header{}
	}
	req.Header.Del("Accept-Encoding") // the base asks for gzip itself, and unpacks it
	if a.body == nil {
		req.Body, req.GetBody = nil, nil
		return req, nil
	}
	body, err := a.body()
	if err != nil {
		return nil, err
	}
	req.Body, req.GetBody = body, a.req.GetBody
	return req, nil
}

// judge says what an answer means.
func (a *ask) judge(resp *http.Response, body []byte, signed bool, known *stored) verdict {
	code := resp.StatusCode
	switch {
	case a.isLimit(resp, body):
		return a.limited(resp)
	case retryStatus(code) && a.mayRepeat():
		a.tries++
		if d, ok := retryAfter(resp.Header, a.serverTime(resp)); ok {
			return a.pause(d, http.StatusText(code))
		}
		return verdict{again: true, after: jitter(a.tries), why: http.StatusText(code)}
	case code == http.StatusNotModified && a.req.Header.Get("If-None-Match") == "":
		return a.notModified(resp, known)
	case code == http.StatusUnauthorized && signed:
		a.host.refuse(a.statusError(resp, body), a.t.opt.Refusals)
	case code >= 200 && code < 300:
		a.host.accept()
		return a.found(resp, body)
	}
	if a.t.opt.StatusErrors && (code < 200 || code >= 400) {
		return verdict{err: a.statusError(resp, body)}
	}
	return verdict{resp: withBody(resp, body)}
}

// found checks a successful answer before anybody parses it.
func (a *ask) found(resp *http.Response, body []byte) verdict {
	err := a.check(resp, body)
	var empty *EmptyError
	switch {
	case err == nil:
		a.keep(resp, body)
		return verdict{resp: withBody(resp, body)}
	case errors.As(err, &empty):
		if a.shapes++; a.shapes <= 2 && a.mayRepeat() {
			a.tries++
			return verdict{again: true, after: jitter(a.tries), why: "answered with " + empty.Got}
		}
		return verdict{err: err}
	case errors.Is(err, errBadJSON), errors.Is(err, io.ErrUnexpectedEOF):
		return a.broken(err)
	}
	return verdict{err: err}
}

// broken says what follows from a try without a whole answer.
func (a *ask) broken(err error) verdict {
	if ctxErr := a.ctx.Err(); ctxErr != nil {
		return verdict{err: ctxErr}
	}
	if lasting(err) || !a.mayRepeat() {
		return verdict{err: a.failed(err)}
	}
	a.tries++
	return verdict{again: true, after: jitter(a.tries), why: a.t.Error(err).Error()}
}

// mayRepeat reports whether one more try is allowed after the present one.
func (a *ask) mayRepeat() bool {
	most := a.t.opt.Tries
	if a.asked.tries > 0 {
		most = min(most, a.asked.tries)
	}
	return a.repeatable && a.tries+1 < most
}

// failed gives an error its place, and takes secrets away. The package's own
// errors name the host themselves.
func (a *ask) failed(err error) error {
	var large *TooLargeError
	if errors.As(err, &large) {
		return large
	}
	return &RequestError{Method: a.method(), Host: a.req.URL.Host, Path: a.path(), Err: a.t.Error(err)}
}

func (a *ask) method() string {
	if a.req.Method == "" {
		return http.MethodGet
	}
	return a.req.Method
}

func (a *ask) path() string { return a.t.secrets.hide(a.req.URL.EscapedPath()) }

// retryStatus reports whether a status is one that passes by itself.
func retryStatus(code int) bool {
	return code == http.StatusRequestTimeout || code == http.StatusTooEarly ||
		code >= 500 && code != http.StatusNotImplemented
}

// jitter returns how long to wait before the n-th repetition, counted from 1:
// anything from one second to twice as much each time, up to a minute. The
// chance in it keeps workers from coming back all at once.
func jitter(n int) time.Duration {
	top := min(time.Minute, time.Second<<min(n, 6))
	return time.Second + rand.N(top-time.Second+1)
}

// withBody gives the answer what was read of it.
func withBody(resp *http.Response, body []byte) *http.Response {
	resp.Body = io.NopCloser(bytes.NewReader(body))
	return resp
}

// bucket names the limit that a path is counted for. GitHub counts searches,
// GraphQL and the rest each by themselves.
func bucket(path string) string {
	switch {
	case strings.HasSuffix(path, "/graphql"):
		return "graphql"
	case strings.Contains(path, "/search/"):
		return "search"
	}
	return ""
}
