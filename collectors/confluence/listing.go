package confluence

import (
	"context"
	"fmt"
	"maps"
	"net/url"
	"slices"
	"strings"
	"time"

	"github.com/dossier-report/dossier/collectors/internal/atlassian"
)

func sortedKeys[V any](m map[string]V) []string { return slices.Sorted(maps.Keys(m)) }

// hit is a thing that the search found.
type hit struct {
	id      string
	kind    string // page, blogpost or comment
	title   string
	page    string // the id of the page: its own, or that of a comment's
	within  string // the kind of what holds a comment
	space   string
	number  int
	created time.Time
	updated time.Time
}

func (h hit) stamp() stamp { return stamp{h.number, h.updated.UnixMilli()} }

func hitOf(x atlassian.Value) hit {
	c := x.At("content")
	h := hit{id: c.At("id").Text(), kind: c.At("type").Text(), title: c.At("title").Text(),
		space: c.At("space", "key").Text(), number: c.At("version", "number").Count(),
		created: c.At("history", "createdDate").When(), updated: c.At("version", "when").When()}
	if h.updated.IsZero() {
		h.updated = x.At("lastModified").When()
	}
	if h.page = h.id; h.kind == "comment" {
		h.page, h.within = c.At("container", "id").Text(), c.At("container", "type").Text()
		h.title = strings.TrimPrefix(h.title, "Re: ")
	}
	return h
}

// numeric reports whether an id is a number, as every page's and comment's is. It
// goes into queries, so nothing else may.
func numeric(id string) bool {
	return id != "" && len(id) <= 20 && strings.Trim(id, "0123456789") == ""
}

// loopError says that a list leads in a circle.
type loopError struct{ path string }

func (e *loopError) Error() string {
	return fmt.Sprintf("%s: the next page is one that came before", e.path)
}

// follow asks for a list page by page and hands each on. The next page is where
// the site says, but only its path below the API and its query count: a site
// that is asked through the gateway names its own address, and none may name
// another server.
func (d *door) follow(ctx context.Context, path string, query url.Values, each func(page atlassian.Value) error) error {
	seen := map[string]bool{}
	for {
		key := path + "?" + query.Encode()
		if seen[key] {
			return &loopError{path}
		}
		seen[key] = true
		page, err := d.get(ctx, path, query)
		if err != nil {
			return err
		}
		if !page.Has("results") {
			return fmt.Errorf("%s: the answer has no list of results", path)
		}
		if err := each(page); err != nil {
			return err
		}
		next := page.At("_links", "next").Text()
		if next == "" {
			return nil
		}
		if path, query, err = d.next(next); err != nil {
			return err
		}
	}
}

// next reads the address of a next page: below the API, below the site, or whole.
func (d *door) next(link string) (path string, query url.Values, err error) {
	u, err := url.Parse(link)
	if err != nil {
		return "", nil, fmt.Errorf("the site names a next page that is no address")
	}
	if host := strings.ToLower(u.Host); host != "" && host != strings.ToLower(d.web.Host) && host != strings.ToLower(d.api.Base().Host) {
		return "", nil, fmt.Errorf("the site names a next page on %s: not followed", host)
	}
	for _, root := range []string{"/rest/api/", "/rest/experimental/", "/api/v2/"} {
		if i := strings.Index(u.Path, root); i >= 0 && !strings.Contains(u.Path, "..") {
			return u.Path[i+1:], u.Query(), nil
		}
	}
	return "", nil, fmt.Errorf("the site names a next page outside of its API: not followed")
}
