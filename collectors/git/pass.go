package git

import (
	"context"
	"fmt"
	"slices"
	"sync"

	"github.com/dossier-report/dossier/evidence"
)

// Pages are small enough to be kept often and, since a page's ids are written to
// git at once, to fit into a pipe.
const (
	pageCommits = 256
	pageBytes   = 4 << 20
)

// page is a run of commits that are measured and kept together. The walker fills
// it in before it hands it on.
type page struct {
	commits  []*commit
	bytes    int // of their messages
	found    int // commits of the pass up to here
	broken   bool
	last     bool
	read     tips           // what the pass has read; this and the next only on the last page
	odd      []evidence.Gap // in all of the pass
	measured chan struct{}
	err      error
}

// run makes a pass: one goroutine walks the history, others measure what counts,
// and this one keeps the pages in order, so that a number says how far it came.
// It returns the cursor after the pass, or nil where git could not walk all of it.
func (r *reader) run(ctx context.Context, c cursor) (*cursor, error) {
	ctx, stop := context.WithCancel(ctx)
	defer stop()
	order, work := make(chan *page, r.workers+1), make(chan *page)
	w := newWalker(r, c.Pass, func(p *page) error {
		for _, to := range []chan *page{order, work} {
			select {
			case to <- p:
			case <-ctx.Done():
				return ctx.Err()
			}
		}
		return nil
	})
	var wg sync.WaitGroup
	var walked error
	wg.Go(func() {
		defer close(work)
		defer close(order)
		walked = w.walk(ctx, c.Read)
	})
	measurers := r.measure(ctx, &wg, work)

	next, err := r.keep(ctx, c, order, measurers)
	stopped := err
	if err != nil {
		stop()
	}
	wg.Wait()
	if stopped == nil {
		err = walked
	}
	return next, err
}

// measure starts the goroutines that measure pages.
func (r *reader) measure(ctx context.Context, wg *sync.WaitGroup, work <-chan *page) []*measurer {
	var all []*measurer
	for range r.workers {
		m := &measurer{r: r}
		if r.clone.partial() {
			m.depth = byPaths
		}
		all = append(all, m)
		wg.Go(func() {
			defer m.close()
			e := &experimenter{r: r}
			defer e.close()
			for p := range work {
				p.err = m.measure(ctx, measurable(p.commits))
				e.look(ctx, measurable(p.commits))
				close(p.measured)
			}
		})
	}
	return all
}

// measurable leaves out merges, whose changes are other commits' already, and the
// commits at which a shallow clone was cut off, which would seem to add everything.
func measurable(commits []*commit) []*commit {
	return slices.DeleteFunc(slices.Clone(commits), func(c *commit) bool { return len(c.parents) > 1 || c.change.depth == byNone })
}

// unmeasured says how many commits could not be measured, and why. It is asked
// when the last page is measured: then no measurer works any more.
func unmeasured(all []*measurer) []evidence.Gap {
	n, long, why := 0, 0, error(nil)
	for _, m := range all {
		n, long = n+m.missed, long+m.long
		if why == nil {
			why = m.why
		}
	}
	var gaps []evidence.Gap
	if n > 0 {
		gaps = append(gaps, evidence.Gap{
			What: fmt.Sprintf("sizes of %d commits", n),
			Why:  fmt.Sprintf("%v\nfind out what is missing with: git fsck", why),
			Bad:  true,
		})
	}
	if long > 0 {
		gaps = append(gaps, evidence.Gap{
			What: fmt.Sprintf("paths of %d commits", long),
			Why:  fmt.Sprintf("they change more than %d files each; the paths of the first are kept", maxPaths),
			Bad:  true,
		})
	}
	return gaps
}

// keep stores the pages and returns the cursor after the last.
func (r *reader) keep(ctx context.Context, c cursor, order <-chan *page, measurers []*measurer) (*cursor, error) {
	whole := c.Pass.Whole
	begin := whole && c.Pass.Kept == 0
	var end *cursor
	for p := range order {
		select {
		case <-p.measured:
		case <-ctx.Done():
			return nil, ctx.Err()
		}
		if p.err != nil {
			return nil, p.err
		}
		batch := evidence.Batch{Part: r.clone.part, Query: r.query(), FetchedAt: r.env.Now(), Period: r.period, Begin: begin}
		for _, cm := range p.commits {
			batch.Items = append(batch.Items, cm.fetched(r.from, !r.open))
		}
		if p.last {
			p.odd = append(p.odd, unmeasured(measurers)...)
		}
		begin = false
		c = c.after(p)
		batch.Cursor = c.encode()
		if p.broken {
			batch.Cursor = nothing // the next run begins anew: perhaps the clone is repaired
			r.tell(p.odd)
		} else if p.last {
			batch.End, end = whole, &c
		}
		if err := r.out.Keep(ctx, batch); err != nil {
			return nil, &sinkError{err}
		}
	}
	return end, ctx.Err()
}
