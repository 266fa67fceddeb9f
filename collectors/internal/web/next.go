package web

import (
	"fmt"
	"net/http"
	"net/url"
	"strings"
)

// Pages follows a list from page to page by the Link header (RFC 8288), and
// only within one server. The zero value is ready.
type Pages struct{ seen map[string]bool }

// Next returns the address of the page after the one that resp holds, nil
// after the last. A page that leads to another server, or back to one that was
// there already, is an error.
func (p *Pages) Next(resp *http.Response) (*url.URL, error) {
	here := resp.Request.URL
	if p.seen == nil {
		p.seen = map[string]bool{}
	}
	p.seen[here.String()] = true
	target, ok := nextLink(resp.Header.Values("Link"))
	if !ok {
		return nil, nil
	}
	ref, err := url.Parse(target)
	if err != nil {
		return nil, fmt.Errorf("%s names a next page that is no address", here.Host)
	}
	next := here.ResolveReference(ref)
	switch {
	case OriginOf(next) != OriginOf(here):
		return nil, fmt.Errorf("%s names a next page on %s: not followed", here.Host, OriginOf(next))
	case p.seen[next.String()]:
		return nil, fmt.Errorf("%s names a next page that was there already: %s", here.Host, here.Path)
	}
	return next, nil
}

// nextLink finds the link of the relation "next".
func nextLink(headers []string) (string, bool) {
	for _, h := range headers {
		for {
			start := strings.IndexByte(h, '<')
			if start < 0 {
				break
			}
			target, rest, ok := strings.Cut(h[start+1:], ">")
			if !ok {
				break
			}
			params := rest
			if i := strings.IndexByte(rest, '<'); i >= 0 {
				params = rest[:i]
			}
			h = rest
			for param := range strings.SplitSeq(params, ";") {
				name, value, _ := strings.Cut(strings.TrimRight(strings.TrimSpace(param), ", "), "=")
				if strings.EqualFold(strings.TrimSpace(name), "rel") && hasWord(strings.Trim(value, `" `), "next") {
					return target, true
				}
			}
		}
	}
	return "", false
}

func hasWord(list, word string) bool {
	for one := range strings.FieldsSeq(list) {
		if strings.EqualFold(one, word) {
			return true
		}
	}
	return false
}
