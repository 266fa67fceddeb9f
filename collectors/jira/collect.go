package jira

import (
	"context"
	"fmt"
	"strings"
	"time"

	"github.com/dossier-report/dossier/collectors"
	"github.com/dossier-report/dossier/collectors/internal/web"
	"github.com/dossier-report/dossier/evidence"
)

// part is what a site is asked for about the person, however many queries that
// takes: a ticket that two of them find must come whole, and once. Each board is
// a part of its own; see boards.
const part = "tickets"

// run is one collection of a part.
type run struct {
	*collector
	*door
	out   collectors.Sink
	part  string
	ask   question
	maker *maker // its fields are learned when the first ticket is read

	cur   cursor
	keep  bool // the cursor moves on: it is that of the whole period
	begun bool // the pass has its first page
	// before is the cursor that pages keep while they do not come in order of
	// time, "" when they do.
	before string
	pages  int
	passed bool            // tickets were passed over that another part gave
	broken int             // failures of the server; see tolerates
	found  map[string]bool // keys of projects that tickets were found in
	told   map[string]bool // tickets that are known to be missing
	*shared
}

// shared is what the parts of one collection know of each other.
type shared struct {
	boards map[int]answer
	// given are the person's tickets that this collection gave as they were
	// last updated, by id. A board need not give them again.
	given map[string]moment
	// on says which tickets are on which board, by the board's number and the
	// ticket's id; a ticket that was not asked for is not in it.
	on map[int]map[string]bool

	askedStatuses bool // the site was asked for all of its statuses
	askedSprints  int
	noSprints     bool // no more sprints are asked for
}

// Collect reads what changed since the last run; everything when there was
// none, when something else is asked for, and once a week, since only that
// shows what was deleted.
func (c *collector) Collect(ctx context.Context, p evidence.Period, out collectors.Sink) error {
	d, err := c.open(ctx)
	if err != nil {
		return err
	}
	self, login, err := c.self(ctx, d)
	if err != nil {
		return err
	}
	zone, known := d.zone()
	r := &run{collector: c, door: d, out: out, part: part, found: map[string]bool{}, told: map[string]bool{},
		shared: &shared{boards: map[int]answer{}, given: map[string]moment{}, on: map[int]map[string]bool{}},
		ask:    question{user: self.ref(), period: p, zone: zone, projects: c.cfg.Projects, extra: c.cfg.JQL}}
	if !known {
		r.ask.doubt = maxDoubt
		out.Note(part, "the profile's time zone is not known; more was asked for and kept to the period")
	}
	r.maker = &maker{site: d.site, who: newDirectory(self, login, c.env.People), states: newStatuses(), sprints: map[string]planned{}}
	if err := r.learnBoards(ctx); err != nil {
		return err
	}
	if err := r.read(ctx, p); err != nil {
		return err
	}
	return r.readBoards(ctx, p)
}

// read decides what to ask for, and reads it.
func (r *run) read(ctx context.Context, p evidence.Period) error {
	stored, err := r.out.Cursor(ctx, r.part)
	if err != nil {
		return err
	}
	r.cur = decode(stored)
	asked := fmt.Appendf(nil, "%s %s %s %q %q", form, r.site.name, r.ask.user, r.ask.projects, r.ask.extra)
	if len(r.cfg.Boards) > 0 { // tickets tell their boards, and are estimated as these say
		asked = fmt.Appendf(asked, " %q", r.ask.filter)
		for _, id := range r.cfg.Boards {
			asked = fmt.Appendf(asked, " %+v", r.boards[id].board)
		}
	}
	asks := evidence.Hash(asked)
	now := r.env.Now()
	since := r.cur.Mark
	switch age := now.Unix() - r.cur.Full; {
	case r.cur.Ask != asks,
		r.cur.Pass && !r.cur.Same(p),
		!r.cur.Pass && (!r.cur.Covers(p) || r.cur.Full == 0 || age > int64(fullAfter/time.Second) || age < -int64(fullAfter/time.Second)):
		since = time.Time{}
		r.cur = cursor{Asked: collectors.AskedFor(asks, p), Full: now.Unix(), Pass: true, Sights: r.cur.Sights}
		r.keep = true
	default:
		// A narrower period asks for less than the cursor stands for, so it
		// must not move it.
		r.keep = r.cur.Same(p)
		r.begun = r.cur.Pass
	}
	if !since.IsZero() {
		since = since.Add(-lag)
	}
	err = r.tickets(ctx, since)
	for _, what := range sortedKeys(r.cur.Odd) {
		r.out.Gap(r.part, evidence.Gap{What: what, Why: r.cur.Odd[what], Bad: true})
	}
	if err != nil {
		return err
	}
	if r.cur.Pass && since.IsZero() && !r.ofBoard() {
		r.unseen(ctx)
	}
	return r.finish(ctx, since)
}

// tickets reads the tickets updated since a time, in order of their update.
func (r *run) tickets(ctx context.Context, since time.Time) error {
	if !r.cloud {
		err := r.pagesOfServer(ctx, since)
		if web.Status(err) != 410 {
			return err
		}
		// A Cloud site behind a name of its own: the old search is gone there.
		r.cloud = true
	}
	return r.pagesOfCloud(ctx, since)
}

// finish ends the pass, or says that nothing is new.
func (r *run) finish(ctx context.Context, since time.Time) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	held := r.before != ""
	r.before = ""
	switch {
	case r.cur.Pass:
	case r.pages == 0 && !r.passed:
		r.out.Same(r.part, r.ask.jql(since))
		return nil
	case held || r.pages == 0:
		return r.keepPage(ctx, since, nil, false)
	default:
		return nil
	}
	r.cur.Pass = false
	return r.keepPage(ctx, since, nil, true)
}

// keepPage stores a page with the cursor behind it. The last page of a pass is
// an empty one: whether there is another is known only when none comes.
func (r *run) keepPage(ctx context.Context, since time.Time, items []evidence.Fetched, end bool) error {
	stored := r.cur.encode(lag + r.ask.doubt)
	page := evidence.Batch{Part: r.part, Query: r.ask.jql(since), FetchedAt: r.env.Now(), Items: items, Period: r.ask.period}
	page.Cursor = firstOf(r.before, stored)
	if !r.keep {
		was, err := r.out.Cursor(ctx, r.part)
		if err != nil {
			return err
		}
		page.Cursor = was
	}
	if r.cur.Pass || end {
		page.Begin, page.End = !r.begun, end
		r.begun = true
	}
	r.pages++
	if err := r.out.Keep(ctx, page); err != nil {
		return fmt.Errorf("keep tickets: %w", err)
	}
	return nil
}

// give makes evidence of tickets and keeps it.
func (r *run) give(ctx context.Context, since time.Time, tickets []*ticket) error {
	if err := r.learnFields(ctx); err != nil {
		return err
	}
	var items []evidence.Fetched
	for _, t := range tickets {
		r.maker.states.add(t.fields.at("status"))
	}
	for _, t := range tickets {
		if r.ofBoard() && r.has(t.id, t.updated) {
			r.pass(t.id, t.updated)
			continue
		}
		f, err := r.make(ctx, t)
		if err != nil {
			return err
		}
		r.found[f.Item.Place] = true
		r.cur.odd(firstOf(t.key, f.Item.ID), t.odd.String())
		switch p := r.ask.period; {
		case f.Item.In(p), len(f.Item.Acts) > 0 && f.Item.Flows(p):
			items = append(items, f)
			r.given[t.id] = at(t.updated)
		case r.ofBoard() && f.Item.Flows(p):
			f.Item = spare(f.Item)
			items = append(items, f)
		}
		r.cur.read(t.id, t.updated)
	}
	return r.keepPage(ctx, since, items, false)
}

// gap says that something is missing. The next run asks for everything again.
func (r *run) gap(what, why string) {
	r.cur.Full = 0
	r.out.Gap(r.part, evidence.Gap{What: what, Why: why})
}

// warned tells what a site warns of: a value that does not exist, or a result
// that it cut short.
func (r *run) warned(list value) {
	for _, w := range list.list() {
		text, ok := w.v.(string)
		if !ok {
			text = firstOf(w.at("message").text(), written(w.v))
		}
		r.out.Gap(r.part, evidence.Gap{What: "the search", Why: "the site warns: " + excerpt(text, 200)})
	}
}

// alone asks clause by clause, where a site did not understand all of them
// together: an old one lacks a function, another has no time tracking.
func (r *run) alone(all error, ask func(question) error) error {
	if web.Status(all) != 400 || r.ofBoard() {
		return all
	}
	// Each clause begins at the oldest ticket: only the end is safe to go on from.
	r.before = r.cur.encode(lag + r.ask.doubt)
	answered := 0
	for _, c := range r.ask.clauses() {
		q := r.ask
		q.only = c.name
		err := ask(q)
		switch {
		case err == nil:
			answered++
		case web.Status(err) == 400:
			why := firstLine(err.Error())
			if c.name == "logged" && strings.Contains(strings.ToLower(why), "field") {
				r.out.Note(r.part, "no work is logged at this site: "+why)
				continue
			}
			// To ask again every time would change nothing.
			r.out.Gap(r.part, evidence.Gap{What: "what was " + c.name, Why: why})
		default:
			return err
		}
	}
	if answered == 0 {
		return all
	}
	return nil
}
