package confluence

import (
	"context"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"time"

	"github.com/dossier-report/dossier/collectors/internal/atlassian"
	"github.com/dossier-report/dossier/collectors/internal/web"
)

// content is a page or blog post as the site gives it.
type content struct {
	id, kind, title     string
	spaceKey, spaceName string
	labels              []string
	number              int // of the current version
	updated             time.Time
	created             time.Time
	author, editor      user // of the first version and the current one
	publishers          []user
	body                string // in storage format, of the current version
	webui               string
	versions            []version // the oldest first; none when nobody asked
	bodies              map[int]string
	raw                 []byte // what a hash is made of
	odd                 *atlassian.Odd
}

// version is a page as somebody published it.
type version struct {
	number  int
	at      time.Time
	by      user
	message string
}

func contentOf(raw atlassian.Value) *content {
	c := &content{odd: &atlassian.Odd{}, bodies: map[int]string{}, raw: raw.Settled()}
	x := raw.With(c.odd)
	c.id, c.kind, c.title = x.At("id").Text(), x.At("type").Text(), x.At("title").Text()
	c.spaceKey, c.spaceName = x.At("space", "key").Text(), x.At("space", "name").Text()
	c.number, c.updated, c.editor = x.At("version", "number").Count(), x.At("version", "when").When(), userOf(x.At("version", "by"))
	c.created, c.author = x.At("history", "createdDate").When(), userOf(x.At("history", "createdBy"))
	for _, u := range x.At("history", "contributors", "publishers", "users").List() {
		c.publishers = append(c.publishers, userOf(u))
	}
	for _, l := range x.At("metadata", "labels", "results").List() {
		// Those with the prefix "my" are somebody's favourites.
		if name := l.At("name").Text(); name != "" && l.At("prefix").Text() != "my" {
			c.labels = append(c.labels, name)
		}
	}
	c.body = x.At("body", "storage", "value").Text()
	c.webui = x.At("_links", "webui").Text()
	if c.single() {
		c.versions = []version{versionOf(x.At("version"))}
		if c.versions[0].by.zero() {
			c.versions[0].by = c.author
		}
	}
	return c
}

// single reports whether there is no more than one version, which came with
// the page.
func (c *content) single() bool { return c.number == 1 }

// mayBe reports whether the person may have published a version: they are among
// those who did, or the site does not say who did.
func (c *content) mayBe(who *directory) bool {
	return len(c.publishers) == 0 || who.isSelf(c.author) || who.isSelf(c.editor) || slices.ContainsFunc(c.publishers, who.isSelf)
}

// versionOf reads a version of either generation: v2 names its author by account
// id alone.
func versionOf(x atlassian.Value) version {
	v := version{number: x.At("number").Count(), at: x.At("when").When(), by: userOf(x.At("by")), message: x.At("message").Text()}
	if v.at.IsZero() {
		v.at = x.At("createdAt").When()
	}
	if v.by.zero() {
		v.by.id = x.At("authorId").Text()
	}
	return v
}

// history asks for the versions of a page and for the texts that the person's
// own take; see [content.needs]. An error is one of the versions: a text that
// cannot be had is odd.
func (r *run) history(ctx context.Context, c *content) error {
	if err := r.versionsOf(ctx, c); err != nil {
		return err
	}
	for _, n := range c.needs(r.who) {
		body, err := r.bodyAt(ctx, c, n)
		switch {
		case err == nil:
			c.bodies[n] = body
		case atlassian.Refused(err) || atlassian.TooLarge(err):
			c.odd.Add("the text of its version %d cannot be read: %s", n, firstLine(err.Error()))
		default:
			return err
		}
	}
	return nil
}

func (r *run) versionsOf(ctx context.Context, c *content) error {
	if r.cloud {
		plural := map[string]string{"page": "pages", "blogpost": "blogposts"}[c.kind]
		return r.versionsAt(ctx, c, "api/v2/"+plural+"/"+c.id+"/versions", "250")
	}
	r.stages.mu.Lock()
	root := r.stages.versions
	r.stages.mu.Unlock()
	if root != "" {
		return r.versionsAt(ctx, c, root+c.id+"/version", "200")
	}
	var first error
	for _, root := range []string{"rest/api/content/", "rest/experimental/content/"} {
		err := r.versionsAt(ctx, c, root+c.id+"/version", "200")
		if code := web.Status(err); code == http.StatusNotFound || code == http.StatusMethodNotAllowed {
			if first == nil {
				first = err
			}
			continue
		}
		if err == nil {
			r.stages.mu.Lock()
			r.stages.versions = root
			r.stages.mu.Unlock()
		}
		return err
	}
	return first
}

func (r *run) versionsAt(ctx context.Context, c *content, path, limit string) error {
	var list []version
	met := map[int]bool{}
	raw := c.raw
	err := r.follow(ctx, path, url.Values{"limit": {limit}}, func(page atlassian.Value) error {
		for _, x := range page.At("results").List() {
			raw = append(raw, x.Settled()...)
			if v := versionOf(x.With(c.odd)); !met[v.number] {
				met[v.number] = true
				list = append(list, v)
			}
		}
		return nil
	})
	if err != nil {
		return err
	}
	slices.SortStableFunc(list, func(a, b version) int { return a.number - b.number })
	c.versions, c.raw = list, raw
	return nil
}

// maxDiffs is of how many edits of others' pages the words are looked for, the
// latest first.
const maxDiffs = 5

// needs returns the versions whose texts are needed and not there: of a page of
// the person's their own last one, of a page of others each that they published
// and the one before it.
func (c *content) needs(who *directory) []int {
	var out []int
	add := func(n int) {
		if n > 0 && n != c.number && !slices.Contains(out, n) && slices.ContainsFunc(c.versions, func(v version) bool { return v.number == n }) {
			out = append(out, n)
		}
	}
	diffs := 0
	for i := len(c.versions) - 1; i >= 0; i-- {
		v := c.versions[i]
		if !who.isSelf(v.by) {
			continue
		}
		add(v.number)
		if c.wroteBy(who) {
			break
		}
		if i > 0 {
			add(c.versions[i-1].number)
		}
		if diffs++; diffs == maxDiffs {
			break
		}
	}
	return out
}

// wroteBy reports whether the person wrote the page: published its first version,
// or is its author where old versions were purged.
func (c *content) wroteBy(who *directory) bool {
	if len(c.versions) > 0 && c.versions[0].number == 1 {
		return who.isSelf(c.versions[0].by)
	}
	return who.isSelf(c.author)
}

// bodyAt asks for the text of an old version.
func (r *run) bodyAt(ctx context.Context, c *content, number int) (string, error) {
	n := strconv.Itoa(number)
	if r.cloud {
		plural := map[string]string{"page": "pages", "blogpost": "blogposts"}[c.kind]
		x, err := r.get(ctx, "api/v2/"+plural+"/"+c.id, url.Values{"version": {n}, "body-format": {"storage"}})
		return x.At("body", "storage", "value").Text(), err
	}
	x, err := r.get(ctx, "rest/api/content/"+c.id, url.Values{"status": {"historical"}, "version": {n}, "expand": {"body.storage"}})
	return x.At("body", "storage", "value").Text(), err
}

// bodyOf returns the text of a version, ok is false when it is not known.
func (c *content) bodyOf(number int) (body string, ok bool) {
	if number == c.number {
		return c.body, true
	}
	body, ok = c.bodies[number]
	return body, ok
}
