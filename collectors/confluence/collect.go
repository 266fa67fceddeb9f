package confluence

import (
	"context"
	"fmt"
	"maps"
	"net/http"
	"strings"
	"time"

	"github.com/dossier-report/dossier/collectors"
	"github.com/dossier-report/dossier/collectors/internal/atlassian"
	"github.com/dossier-report/dossier/collectors/internal/web"
	"github.com/dossier-report/dossier/evidence"
)

// part is what a site is asked for: pages, with what is said about them.
const part = "pages"

// run is one collection.
type run struct {
	*collector
	*door
	out collectors.Sink
	ask question
	who *directory

	stored  string // the cursor before the run
	cur     cursor
	since   time.Time
	keep    bool              // the cursor moves on: it is that of the whole period
	begun   bool              // the pass has its first page
	resumed bool              // the pass was begun by an earlier run
	pages   int               // that were kept
	queue   []hit             // one for each page that is asked for next
	found   map[string][]hit  // what led to them, by page
	given   map[string]bool   // pages that this run gave
	owed    map[string]string // pages that earlier runs could not give
	broken  int               // failures of the server in a row
}

// Collect reads what changed since the last run; everything when there was
// none, when something else is asked for, and once a week, since only that shows
// what was deleted.
func (c *collector) Collect(ctx context.Context, p evidence.Period, out collectors.Sink) error {
	d, err := c.open(ctx)
	if err != nil {
		return err
	}
	self, login, err := c.self(ctx, d)
	if err != nil {
		return err
	}
	r := &run{collector: c, door: d, out: out, who: newDirectory(self, login, c.env.People), found: map[string][]hit{}, given: map[string]bool{},
		ask: question{period: p, comments: c.cfg.comments(), spaces: plainKeys(c.cfg.Spaces)}}
	if self.ref() != userOf(d.me).ref() {
		r.ask.user = self.ref()
	}
	if err := r.begin(ctx, self, p); err != nil {
		return err
	}
	err = r.read(ctx)
	for _, what := range sortedKeys(r.cur.Odd) {
		out.Gap(part, evidence.Gap{What: what, Why: r.cur.Odd[what], Bad: true})
	}
	if err != nil {
		return err
	}
	return r.finish(ctx)
}

// begin decides what to ask for.
func (r *run) begin(ctx context.Context, self user, p evidence.Period) (err error) {
	if r.stored, err = r.out.Cursor(ctx, part); err != nil {
		return err
	}
	r.cur = decode(r.stored)
	asks := evidence.Hash(fmt.Appendf(nil, "%s %s %s %q %q %v", form, r.door.name, self.stable(), r.cfg.Spaces, r.cfg.Exclude, r.ask.comments))
	now := r.env.Now()
	age := time.Duration(now.Unix()-r.cur.Full) * time.Second
	switch {
	case r.cur.Ask != asks,
		r.cur.Pass && !r.cur.Same(p),
		!r.cur.Pass && (!r.cur.Covers(p) || r.cur.Full == 0 || age.Abs() > fullAfter):
		r.cur = cursor{Asked: collectors.AskedFor(asks, p), Full: now.Unix(), Pass: true}
		r.keep = true
	default:
		// A narrower period asks for less than the cursor stands for, so it must
		// not move it.
		r.keep = r.cur.Same(p)
		r.begun, r.resumed = r.cur.Pass, r.cur.Pass
	}
	if !r.cur.Pass && !r.cur.Mark.IsZero() {
		r.since = r.cur.Mark.Add(-lag)
	}
	r.owed = maps.Clone(r.cur.Owed)
	r.cur.Owed = nil
	return nil
}

// maxListings is how often a list that grew shorter while it was read is read.
const maxListings = 3

// read goes through the search, and then through what earlier runs owe.
func (r *run) read(ctx context.Context) error {
	for n := 1; ; n++ {
		shrunk, err := r.list(ctx)
		if err != nil {
			return err
		}
		if !shrunk {
			break
		}
		if n == maxListings {
			r.cur.Full = 0
			r.out.Gap(part, evidence.Gap{What: "the search", Why: "pages went away while they were listed, so others may have been passed over"})
			break
		}
	}
	for _, id := range sortedKeys(r.owed) {
		if !r.given[id] && numeric(id) {
			if err := r.enqueue(ctx, hit{id: id, page: id, title: r.owed[id]}); err != nil {
				return err
			}
		}
	}
	return r.flush(ctx)
}

// list goes through the search once. Data Center counts on from page to page: a
// page that is deleted meanwhile moves all others by one, and one is passed over.
// Then the list is shorter at its end than at its beginning.
func (r *run) list(ctx context.Context) (shrunk bool, err error) {
	query := r.search(r.ask.cql(r.since, r.cur.Created), "50", "version", "history", "container", "space")
	first, last := -1, -1
	each := func(page atlassian.Value) error {
		last = page.At("totalSize").Count()
		if first < 0 {
			first = last
			r.out.Expect(part, max(first, len(page.At("results").List())))
		}
		for _, x := range page.At("results").List() {
			if err := r.take(ctx, hitOf(x)); err != nil {
				return err
			}
		}
		return nil
	}
	err = r.follow(ctx, "rest/api/search", query, each)
	if web.Status(err) == http.StatusBadRequest && query.Has("cqlcontext") && first < 0 {
		r.stages.unarchived = true
		query.Del("cqlcontext")
		if err = r.follow(ctx, "rest/api/search", query, each); err == nil {
			r.out.Note(part, "the site's search knows no archived pages: those are not collected")
		}
	}
	if err != nil && !r.circles(err) {
		return false, fmt.Errorf("search: %w", err)
	}
	return !r.cloud && last >= 0 && last < first, nil
}

// circles says that a list led in a circle: what was found is kept, the next run
// asks for everything again.
func (r *run) circles(err error) bool {
	if _, ok := err.(*loopError); !ok {
		return false
	}
	r.cur.Full = 0
	r.out.Gap(part, evidence.Gap{What: "the search", Why: err.Error()})
	return true
}

// take looks at one thing that the search found.
func (r *run) take(ctx context.Context, h hit) error {
	onPage := h.kind != "comment" || h.within == "page" || h.within == "blogpost" || h.within == ""
	switch {
	case !numeric(h.id) || !numeric(h.page) && onPage:
		r.out.Gap(part, evidence.Gap{What: firstOf(h.title, "a result of the search"), Why: "it has no number by which it can be asked for"})
		return nil
	case !onPage || !r.cfg.wants(h.space):
		return nil
	}
	if !r.resumed && h.updated.After(r.cur.Mark) {
		r.cur.Mark = h.updated
	}
	if r.cur.has(h) {
		return nil
	}
	return r.enqueue(ctx, h)
}

// enqueue adds a page to those that are asked for next.
func (r *run) enqueue(ctx context.Context, h hit) error {
	before := r.found[h.page]
	r.found[h.page] = append(before, h)
	if len(before) > 0 {
		return nil
	}
	r.queue = append(r.queue, h)
	if len(r.queue) < r.size {
		return nil
	}
	return r.flush(ctx)
}

// flush gives the pages of the queue.
func (r *run) flush(ctx context.Context) error {
	if len(r.queue) == 0 {
		return nil
	}
	items, given, err := r.give(ctx, r.queue)
	if err != nil {
		return err
	}
	// What was found may have changed between being found and being read: what
	// counts as seen is what was read.
	for _, hits := range r.found {
		for _, h := range hits {
			r.cur.see(h.id, h.stamp())
			if r.cur.Pass && h.created.After(r.cur.Created) {
				r.cur.Created = h.created
			}
		}
	}
	for id, s := range given {
		r.cur.see(id, s)
	}
	r.queue, r.found = nil, map[string][]hit{}
	return r.keepPage(ctx, items, false)
}

// finish ends the pass, or says that nothing is new.
func (r *run) finish(ctx context.Context) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	if !r.cur.Pass && r.pages == 0 {
		r.out.Same(part, r.ask.cql(r.since, time.Time{}))
		return nil
	}
	end := r.cur.Pass
	r.cur.Pass, r.cur.Created = false, time.Time{}
	if r.keep {
		r.stored = r.cur.encode()
	}
	return r.keepPage(ctx, nil, end)
}

// keepPage stores a batch with the cursor behind it. Within a pass that is how
// far it came; else it moves at the end, for what changed comes in no order of
// change.
func (r *run) keepPage(ctx context.Context, items []evidence.Fetched, end bool) error {
	page := evidence.Batch{Part: part, Query: r.ask.cql(r.since, time.Time{}), FetchedAt: r.env.Now(), Items: items, Period: r.ask.period, Cursor: r.stored}
	if r.cur.Pass && r.keep {
		page.Cursor = r.cur.encode()
	}
	if r.cur.Pass || end {
		page.Begin, page.End = !r.begun, end
		r.begun = true
	}
	r.pages++
	if err := r.out.Keep(ctx, page); err != nil {
		return fmt.Errorf("keep pages: %w", err)
	}
	return nil
}

// lose says that a page is missing, and remembers it.
func (r *run) lose(h hit, why string) {
	if !r.cur.owe(h.page, h.title) {
		r.cur.Full = 0 // the next run asks for everything
	}
	what := "page " + h.page
	if h.title != "" {
		what = fmt.Sprintf("%q (page %s)", h.title, h.page)
	}
	r.out.Gap(part, evidence.Gap{What: what, Why: firstLine(why)})
}

// maxBroken is after how many pages that a server failed at, one after the
// other, nothing more is asked.
const maxBroken = 3

// tolerates reports whether an error means one page alone, so that others can go
// on.
func (r *run) tolerates(err error) bool {
	if !atlassian.Refused(err) && !atlassian.TooLarge(err) {
		return false
	}
	if web.Status(err) >= 500 {
		r.broken++
	}
	return r.broken <= maxBroken
}

// place names a space: by its key, and somebody's own by its name, for its key
// is a number.
func place(key, name string) string {
	if strings.HasPrefix(key, "~") && name != "" {
		return name
	}
	return firstOf(key, name)
}
