package github

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/dossier-report/dossier/collectors"
	"github.com/dossier-report/dossier/collectors/internal/web"
	"github.com/dossier-report/dossier/evidence"
)

// run is one call of Collect.
type run struct {
	c      *collector
	cfg    Config
	api    *api
	out    collectors.Sink
	period evidence.Period
	span   window
	now    time.Time
	login  string   // the one that is asked for
	logins []string // all of the person's
	others []*run   // for the further logins, one each
	second bool     // this is one of the others: the first run reads the named places and boards
	userID string
	make   maker

	searches []search
	counts   []count
	boards   []board
	projects bool // the token may read boards
	moves    bool // the server records moves on boards
	given    int  // reviews that GitHub counts in the period, -1 where it is not known
	commits  int  // commits that GitHub counts in the period
	hidden   int  // contributions that GitHub counts and the token must not see
	rest     bool // the server takes no GraphQL
	places   places
}

// count is what a server says about a search as a whole.
type count struct {
	results int
	print   string // changes when a result does
}

// begin signs in and asks for what the rest of the run depends on.
func (c *collector) begin(ctx context.Context, p evidence.Period, out collectors.Sink) (*run, error) {
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	cred, err := c.signIn(ctx)
	if err != nil {
		return nil, err
	}
	now := c.env.Now()
	r := &run{c: c, cfg: c.cfg, api: c.connect(cred), out: out, period: p, span: span(p, now), now: now, projects: true, given: -1}
	if c.inAction(cred) {
		out.Note("places", actionLimits)
	}
	if err := r.who(ctx); err != nil {
		return nil, err
	}
	r.make = maker{self: r.logins}
	if c.web != "github.com" {
		r.make.host = c.web
	}
	if err := r.look(ctx); err != nil {
		return nil, err
	}
	if r.rest {
		if err := r.restPlaces(ctx); err != nil {
			return nil, err
		}
	}
	return r, r.further(ctx)
}

// look plans what to ask for, and asks for its extent.
func (r *run) look(ctx context.Context) error {
	r.searches = r.plan()
	if r.rest {
		return nil
	}
	return r.preflight(ctx)
}

// further makes a run for each of the person's other logins. What is done under
// any of them is the person's, in whatever run it is found.
func (r *run) further(ctx context.Context) error {
	for _, login := range r.logins[1:] {
		o := &run{c: r.c, cfg: r.cfg, api: r.api, out: r.out, period: r.period, span: r.span, now: r.now, make: r.make,
			login: login, logins: r.logins, second: true, projects: r.projects, rest: r.rest, given: -1}
		switch err := o.look(ctx); {
		case err == nil:
			r.others = append(r.others, o)
		case ctx.Err() != nil || stops(err):
			return err
		default:
			r.gap("places", "the login "+login, err.Error())
		}
	}
	return nil
}

// part is the name of a part: those of a further login have it at the end.
func (r *run) part(name string) string {
	if r.second {
		return name + " (" + r.login + ")"
	}
	return name
}

// who finds out whose evidence it is.
func (r *run) who(ctx context.Context) error {
	if logins := r.c.env.Self.Logins["github"]; len(logins) > 0 {
		for _, login := range logins {
			if !ownerForm.MatchString(login) {
				return fmt.Errorf("%q is no login of GitHub\nset person.github in dossier.yaml", login)
			}
			if !slices.ContainsFunc(r.logins, func(l string) bool { return strings.EqualFold(l, login) }) {
				r.logins = append(r.logins, login)
			}
		}
		r.login = r.logins[0]
		return nil
	}
	var viewer struct{ Viewer *actor }
	_, err := r.api.query(ctx, viewerQuery, nil, &viewer)
	if errors.Is(err, errNoGraphQL) {
		r.rest = true
		r.login, err = r.api.restViewer(ctx)
	} else if viewer.Viewer != nil {
		r.login = viewer.Viewer.login()
	}
	switch {
	case err != nil:
		return fmt.Errorf("ask who the token belongs to: %w", err)
	case r.login == "" || strings.HasSuffix(r.login, "[bot]"):
		return fmt.Errorf("the token of %s belongs to no person\nset person.github in dossier.yaml to the login", r.api.cred.from)
	}
	r.logins = []string{r.login}
	return nil
}

// collect reads all parts side by side; the transport lets no more than four
// requests through at once.
func (r *run) collect(ctx context.Context) error {
	ctx, stop := context.WithCancelCause(ctx)
	defer stop(nil)
	var wg sync.WaitGroup
	turn := make(chan struct{}, 4)
	part := func(name string, read func(context.Context) error) {
		wg.Go(func() {
			select {
			case turn <- struct{}{}:
				defer func() { <-turn }()
			case <-ctx.Done():
				return
			}
			err := guarded(ctx, read)
			switch {
			case err == nil || ctx.Err() != nil:
			case stops(err):
				stop(err)
			default:
				r.gap(name, name, err.Error())
			}
		})
	}
	for _, r := range append([]*run{r}, r.others...) {
		r.parts(part)
	}
	wg.Wait()
	return context.Cause(ctx)
}

// parts hands over what there is to read for one login.
func (r *run) parts(part func(name string, read func(context.Context) error)) {
	for i := range r.searches {
		part(r.searches[i].name, func(ctx context.Context) error { return r.search(ctx, &r.searches[i], r.count(i)) })
	}
	if r.rest {
		const why = "the server takes no GraphQL from this token, and REST has it not"
		r.gap(r.part("boards"), "project boards", why)
		r.gap(r.part(commitsPart), "commits", why)
		return
	}
	part(r.part(commitsPart), r.readCommits)
	for i := range r.boards {
		part(r.boards[i].part(), func(ctx context.Context) error { return r.readBoard(ctx, &r.boards[i]) })
	}
}

// guarded makes an error of a panic: whatever one answer holds, the other parts
// go on.
func guarded(ctx context.Context, read func(context.Context) error) (err error) {
	defer func() {
		if v := recover(); v != nil {
			err = fmt.Errorf("the answer could not be understood: %v", v)
		}
	}()
	return read(ctx)
}

func (r *run) count(i int) count {
	if i < len(r.counts) {
		return r.counts[i]
	}
	return count{results: -1}
}

// keepError is a page that could not be kept: going on would lose what follows.
type keepError struct{ err error }

func (e *keepError) Error() string { return e.err.Error() }
func (e *keepError) Unwrap() error { return e.err }

// stops reports whether an error is one of the whole source.
func stops(err error) bool {
	return asSignIn(err) || errors.As(err, new(*keepError)) || errors.As(err, new(*web.LimitError)) || errors.As(err, new(*web.AuthError))
}

// keep stores a page.
func (r *run) keep(ctx context.Context, b evidence.Batch) error {
	b.Period, b.FetchedAt = r.period, r.now
	if err := r.out.Keep(ctx, b); err != nil {
		return &keepError{err}
	}
	return nil
}

func (r *run) cursor(ctx context.Context, part string) (*cursor, error) {
	s, err := r.out.Cursor(ctx, part)
	if err != nil {
		return nil, &keepError{err}
	}
	return decodeCursor(s), nil
}

func (r *run) gap(part, what, why string) {
	r.out.Gap(part, evidence.Gap{What: what, Why: why})
}

// ask is the digest of a question: a pass that asked something else does not
// count.
func (r *run) ask(question string) string {
	b, _ := json.Marshal([]any{form, question, r.login, r.logins, r.span.From, r.period.To.Unix(), r.projects, r.moves, r.rest,
		r.cfg.Orgs, r.cfg.Repos, r.cfg.Exclude})
	sum := sha256.Sum256(b)
	return hex.EncodeToString(sum[:8])
}
