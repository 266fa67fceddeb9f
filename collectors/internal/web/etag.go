package web

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"maps"
	"net/http"
	"slices"
)

// ETags keeps answers for conditional requests, for which GitHub does not count
// an answer 304. Its methods may be called from several goroutines at once.
//
// A key stands for the address and the credentials, and tells neither. The
// answer is this package's own form of one, with no field that signs anybody in
// and no cookie.
type ETags interface {
	Get(key string) (etag string, answer []byte, ok bool)
	Put(key, etag string, answer []byte)
}

// stored is an answer as it is kept.
type stored struct {
	Header http.Header
	Body   []byte
}

// unchanged is set in an answer that came out of the store.
const unchanged = "Web-Unchanged"

// Unchanged reports whether the server said that an answer is the one that was
// given last time.
func Unchanged(resp *http.Response) bool { return resp.Header.Get(unchanged) != "" }

var errNotModified = errors.New("answered that nothing has changed to a request that asked for everything")

// condition makes the request conditional where an answer is kept, which it
// then returns.
func (a *ask) condition(req *http.Request) *stored {
	if a.whole {
		req.Header.Set("Cache-Control", "no-cache")
		return nil
	}
	if !a.mayKeep() {
		return nil
	}
	a.key = key(req)
	etag, answer, ok := a.t.opt.ETags.Get(a.key)
	var s stored
	if !ok || etag == "" || json.Unmarshal(answer, &s) != nil {
		return nil
	}
	req.Header.Set("If-None-Match", etag)
	return &s
}

func (a *ask) mayKeep() bool {
	return a.t.opt.ETags != nil && a.method() == http.MethodGet && a.req.Header.Get("If-None-Match") == "" && a.req.Header.Get("Range") == ""
}

// key binds an answer to the address, to who asked, and to what was asked for.
func key(req *http.Request) string {
	sum := sha256.New()
	part := func(s string) {
		sum.Write([]byte(s))
		sum.Write([]byte{0})
	}
	part(req.URL.String())
	for _, name := range slices.Sorted(maps.Keys(req.Header)) {
		if signsIn(name) || name == "Accept" || name == "Accept-Language" {
			part(name)
			for _, v := range req.Header[name] {
				part(v)
			}
		}
	}
	return hex.EncodeToString(sum.Sum(nil))
}

// notModified answers from what is kept. A server that says so without having
// been asked is asked once more, for everything.
func (a *ask) notModified(resp *http.Response, known *stored) verdict {
	switch {
	case known != nil:
		a.t.tally.unchanged.Add(1)
		a.host.accept()
		for name, values := range known.Header {
			resp.Header[name] = values
		}
		resp.Header.Set(unchanged, "1")
		resp.StatusCode, resp.Status = http.StatusOK, "200 OK"
		resp.ContentLength = int64(len(known.Body))
		return verdict{resp: withBody(resp, known.Body)}
	case !a.whole && a.mayRepeat():
		a.whole = true
		return verdict{again: true}
	}
	return verdict{err: a.failed(errNotModified)}
}

// keep stores an answer that has been checked.
func (a *ask) keep(resp *http.Response, body []byte) {
	etag := resp.Header.Get("ETag")
	if a.key == "" || etag == "" || resp.StatusCode != http.StatusOK {
		return
	}
	s := stored{Header: http.Header{}, Body: body}
	for _, name := range []string{"Content-Type", "Etag", "Last-Modified", "Link", "X-Oauth-Scopes"} {
		if v := resp.Header.Values(name); len(v) > 0 {
			s.Header[name] = v
		}
	}
	b, err := json.Marshal(s)
	if err == nil {
		a.t.opt.ETags.Put(a.key, etag, b)
	}
}
