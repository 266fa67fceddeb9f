package jira

import (
	"context"
	"errors"
	"fmt"
	"time"
)

// stale is how many pages without anything new are followed: when tickets move
// while they are paged through, a page may be one that was read already.
const stale = 3

// maxRestarts is how often a minute is read anew because tickets left it.
const maxRestarts = 20

// pagesOfServer reads the search of Data Center, which gives content and
// history together.
func (r *run) pagesOfServer(ctx context.Context, since time.Time) error {
	follow := func(q question) error {
		w := &walk{run: r, ask: q, since: since, mark: since, met: map[string]bool{}}
		return w.follow(ctx)
	}
	err := follow(r.ask)
	if err != nil {
		return r.alone(err, follow)
	}
	return nil
}

// walk goes through a search. It goes on from the last update that it saw, and
// counts on only within one minute: pages that are counted through lose tickets
// when others change meanwhile. Each page but the first of a minute begins with
// the last ticket before it; when that is another, tickets have left the minute
// and it is read anew.
type walk struct {
	*run
	ask   question
	since time.Time
	mark  time.Time       // the query asks for what was updated since
	start int             // how many of them were passed
	last  string          // the last ticket of the page before, when start is counted on
	met   map[string]bool // tickets as they were updated

	old      int // pages in a row that gave nothing new
	steps    int // pages within the minute
	restarts int
}

func (w *walk) follow(ctx context.Context) error {
	for first := true; ; first = false {
		jql := w.ask.jql(w.mark)
		from := max(w.start-1, 0)
		page, err := w.post(ctx, "rest/api/2/search", map[string]any{"jql": jql, "startAt": from,
			"maxResults": max(w.page, 2), "fields": []string{"*all"}, "expand": []string{"changelog"}})
		if err != nil {
			return err
		}
		if !page.has("issues") {
			return errors.New("search: the answer has no list of issues")
		}
		issues, total := page.at("issues").list(), page.at("total").count()
		if len(issues) == 0 && w.start == 0 && (total > 0 || page.at("maxResults").count() == 0) {
			return fmt.Errorf("search: the site says that it has %d tickets and gives none", max(total, 0))
		}
		if first {
			w.out.Expect(w.part, max(total, len(issues)))
		}
		w.warned(page.at("warningMessages"))
		tickets := w.readAll(issues)
		if w.start > 0 && (len(tickets) == 0 || tickets[0].stamp() != w.last) {
			if w.restarts++; w.restarts > maxRestarts {
				w.gap("the search", "tickets changed faster than they could be read")
				return nil
			}
			w.start, w.old, w.steps = 0, -w.steps, 0
			continue
		}
		latest, err := w.take(ctx, tickets)
		if err != nil {
			return err
		}
		w.start = from + len(issues)
		switch {
		case len(issues) == 0 || total >= 0 && w.start >= total:
			return nil
		case w.old > stale:
			w.gap("the search", (&loopError{"the same page"}).Error())
			return nil
		case w.ask.after(latest, jql) != jql:
			w.mark, w.start, w.steps = latest, 0, 0
		default:
			w.steps++
		}
	}
}

// take keeps the tickets of a page that are new, and returns the last update.
func (w *walk) take(ctx context.Context, tickets []*ticket) (latest time.Time, err error) {
	var fresh []*ticket
	var ids []string
	latest = w.mark
	w.old++
	for _, t := range tickets {
		w.last = t.stamp()
		if t.updated.After(latest) {
			latest = t.updated
		}
		if w.met[w.last] {
			continue
		}
		w.met[w.last], w.old = true, 0
		// Who may not see a history gets a ticket without the list.
		t.changesCut = t.changesCut || !t.hasHistory
		if !w.cur.has(t.id, t.updated) {
			fresh = append(fresh, t)
			if !w.has(t.id, t.updated) {
				ids = append(ids, t.id)
			}
		}
	}
	if len(fresh) == 0 {
		return latest, nil
	}
	if err := w.place(ctx, ids); err != nil {
		return latest, err
	}
	return latest, w.give(ctx, w.since, fresh)
}

// stamp names a ticket as it was last updated.
func (t *ticket) stamp() string { return fmt.Sprint(t.id, " ", t.updated.UnixMilli()) }
