package git

import (
	"bytes"
	"context"
	"errors"
	"fmt"

	"github.com/dossier-report/dossier/evidence"
)

// errMoved says that an interrupted pass cannot go on where it stopped.
var errMoved = errors.New("the history is not what it was")

// maxBroken is how many ends of a broken history are tried one by one.
const maxBroken = 50

// walker walks the history of a pass and fills pages with what counts.
type walker struct {
	r    *reader
	rd   *reading
	pass *pass
	emit func(*page) error

	shallow map[string]bool
	landed  bool            // what is walked is reachable from the default branch
	broken  bool            // git could not walk everything
	given   map[string]bool // commits that count and were met
	page    *page
	odd     []evidence.Gap

	tips, inner, met map[string]bool // ends of the history; those with a child; those met
}

func newWalker(r *reader, p *pass, emit func(*page) error) *walker {
	w := &walker{r: r, rd: newReading(r.self, r.period, r.env.Now()), pass: p, emit: emit, shallow: r.clone.shallow(),
		given: map[string]bool{}, tips: map[string]bool{}, inner: map[string]bool{}, met: map[string]bool{}}
	for _, id := range p.To.All {
		w.tips[id] = true
	}
	return w
}

// walk walks what is new: first what is reachable from the default branch, which
// has landed, then the rest. Each commit is met once.
func (w *walker) walk(ctx context.Context, read tips) error {
	to := w.pass.To
	var known, landed []string
	if !w.pass.Whole {
		known = read.All
		if read.Main != "" {
			landed = []string{read.Main}
		}
	}
	var failed error
	sound := known // ends behind which nothing is missing
	if to.Main != "" {
		w.landed = true
		if failed = w.r.walk(ctx, []string{to.Main}, landed, w.visit); failed == nil {
			sound = append([]string{to.Main}, known...)
		}
	}
	w.landed = false
	if failed == nil {
		failed = w.r.walk(ctx, to.All, sound, w.visit)
	}
	switch {
	case failed == nil:
	case ctx.Err() != nil, errors.Is(failed, errMoved), errors.As(failed, new(*visitError)):
		return failed
	default:
		if err := w.salvage(ctx, sound); err != nil {
			return err
		}
	}
	return w.finish(read)
}

// salvage walks the ends one by one after git could not walk them all, so that a
// broken branch does not hide the others.
func (w *walker) salvage(ctx context.Context, sound []string) error {
	w.broken = true
	fails := 0
	for i, id := range w.pass.To.All {
		err := w.r.walk(ctx, []string{id}, sound, w.visit)
		switch {
		case err == nil:
			sound = append(sound, id)
			continue
		case ctx.Err() != nil, errors.As(err, new(*visitError)):
			return err
		}
		// Without a limit git prints what it meets before the gap.
		if stop := w.r.walk(ctx, []string{id}, nil, w.visit); ctx.Err() != nil || errors.As(stop, new(*visitError)) {
			return stop
		}
		w.r.out.Gap(w.r.clone.part, evidence.Gap{
			What: "history of " + w.r.nameOf(id),
			Why:  fmt.Sprintf("%v\nfind out what is missing with: git fsck", err),
		})
		if fails++; fails == maxBroken {
			w.r.out.Gap(w.r.clone.part, evidence.Gap{What: fmt.Sprintf("%d other branches and tags", len(w.pass.To.All)-i-1), Why: "too many are broken"})
			break
		}
	}
	return nil
}

// finish hands on the last page.
func (w *walker) finish(read tips) error {
	if !w.broken && len(w.given) < w.pass.Kept {
		return errMoved
	}
	w.r.out.Expect(w.r.clone.part, len(w.given))
	p := w.current()
	p.last, p.broken, p.found, p.odd = true, w.broken, len(w.given), w.odd
	p.read = w.pass.To
	p.read.All = ends(w.pass.To.All, w.inner, w.met, read.All, w.pass.Whole || w.pass.Loose)
	return w.emit(p)
}

// current returns the page that is being filled.
func (w *walker) current() *page {
	if w.page == nil {
		w.page = &page{measured: make(chan struct{})}
	}
	return w.page
}

// visit looks at one commit of the log.
func (w *walker) visit(rec *record) error {
	if id := rec.field(fieldID); w.tips[string(id)] {
		w.met[string(id)] = true
	}
	for id := range bytes.FieldsSeq(rec.field(fieldParents)) {
		if w.tips[string(id)] {
			w.inner[string(id)] = true
		}
	}
	c := w.rd.commit(rec)
	if c == nil || w.given[c.id] {
		return nil
	}
	if c.landed = w.landed; !c.in(w.r.period) {
		return nil
	}
	w.given[c.id] = true
	w.odd = append(w.odd, c.oddities()...)
	if n := len(w.given); n <= w.pass.Kept && !w.broken {
		return w.skip(c, n == w.pass.Kept)
	}
	if w.shallow[c.id] {
		c.change.depth = byNone
	}
	return w.add(c)
}

// skip passes over a commit that an earlier run has kept.
func (w *walker) skip(c *commit, last bool) error {
	if last && c.id != w.pass.Last {
		return errMoved
	}
	return nil
}

// add puts a commit on the page; a full page is handed on when another follows,
// since the last one is marked.
func (w *walker) add(c *commit) error {
	p := w.current()
	if len(p.commits) >= pageCommits || p.bytes >= pageBytes {
		p.found, p.broken = len(w.given)-1, w.broken
		if err := w.emit(p); err != nil {
			return err
		}
		w.page = nil
		p = w.current()
	}
	p.commits = append(p.commits, c)
	p.bytes += len(c.message.body) + len(c.message.title)
	return nil
}
