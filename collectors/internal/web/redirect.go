package web

import (
	"net/http"
	"net/url"
	"strconv"
)

const maxRedirects = 5

// checkRedirect lets a client follow a server within itself, as GitHub does for
// a repository that was renamed, and nowhere else.
func (t *Transport) checkRedirect(req *http.Request, via []*http.Request) error {
	from, to := OriginOf(via[len(via)-1].URL), OriginOf(req.URL)
	switch {
	case from != to:
		return &RedirectError{From: from, To: to, Why: "it is another server"}
	case req.Method != via[0].Method:
		return &RedirectError{From: from, To: to, Why: "it would turn " + via[0].Method + " into " + req.Method}
	case len(via) > maxRedirects:
		return &RedirectError{From: from, To: to, Why: "there were " + strconv.Itoa(maxRedirects) + " already"}
	}
	return nil
}

// redirectedFrom returns the address whose answer led a client to the request,
// nil when it was no redirect.
func redirectedFrom(req *http.Request) *url.URL {
	if req.Response == nil || req.Response.Request == nil {
		return nil
	}
	return req.Response.Request.URL
}
