package github

import (
	"context"
	"fmt"
	"strings"
	"time"
)

// kind is what a search looks for.
type kind int

const (
	pulls kind = iota
	issues
	discussions
)

// search is one part: a search that is split by the day on which things were
// created.
type search struct {
	name   string
	kind   kind
	query  string // without its dates
	within window // of the creation
}

// text writes the search for a window.
func (s *search) text(w window) string { return s.query + " created:" + w.String() }

// plan lists the searches. Together they find everything in which the person
// had a part in the period; they hardly overlap. Those that look back go by the
// last change, because what is done to something changes it.
func (r *run) plan() []search {
	all := window{founded.Unix(), r.span.To}
	before := window{founded.Unix(), r.span.From - 1}
	where := r.cfg.qualifier()
	since := " updated:>=" + time.Unix(r.span.From, 0).UTC().Format(searchTime) + where
	me := func(qualifier string) string { return strings.ReplaceAll(qualifier, "@", r.login) }
	list := []search{
		{"pull requests opened", pulls, me("is:pr author:@") + where, r.span},
		{"pull requests opened earlier", pulls, me("is:pr author:@") + since, before},
		{reviewsPart, pulls, me("is:pr reviewed-by:@ -author:@") + since, all},
		{"comments on pull requests", pulls, me("is:pr commenter:@ -reviewed-by:@ -author:@") + since, all},
		{"issues opened", issues, me("is:issue author:@") + where, r.span},
		{"issues opened earlier", issues, me("is:issue author:@") + since, before},
		{"issues assigned", issues, me("is:issue assignee:@ -author:@") + since, all},
		{"comments on issues", issues, me("is:issue commenter:@ -assignee:@ -author:@") + since, all},
		{"discussions opened", discussions, me("author:@") + since, all},
		{"comments on discussions", discussions, me("commenter:@ -author:@") + since, all},
	}
	if before.To < before.From { // the period has no beginning
		kept := list[:0]
		for _, s := range list {
			if s.within != before {
				kept = append(kept, s)
			}
		}
		list = kept
	}
	for i := range list {
		list[i].name = r.part(list[i].name)
	}
	return list
}

// maxResults is how many results a search gives; what is behind them cannot be
// had (docs.github.com/graphql/reference/queries#searchresultitemconnection).
const maxResults = 1000

// aim is how many results a window is meant to have where there are too many
// for one search: activity is not even.
const aim = 700

// search reads a part from where the last run left off.
func (r *run) search(ctx context.Context, s *search, n count) error {
	if s.kind == discussions && r.rest {
		r.gap(s.name, s.name, "the server takes no GraphQL from this token, and REST has no discussions")
		return nil
	}
	cur, err := r.cursor(ctx, s.name)
	if err != nil {
		return err
	}
	question := s.text(s.within)
	ask := r.ask(question)
	if d, ok := cur.complete(ask, n.print); ok && n.results >= 0 {
		for _, g := range d.Odd {
			r.out.Gap(s.name, g)
		}
		r.out.Same(s.name, question)
		return nil
	}
	p := &passing{run: r, search: s, cur: cur, n: r.first(s.kind)}
	if cur.Pass == nil || cur.Pass.Ask != ask {
		p.start(ask, n)
	}
	if n.results == 0 {
		return p.nothing(ctx)
	}
	r.out.Expect(s.name, max(n.results, 0))
	for cur.Pass != nil {
		if err := p.page(ctx); err != nil {
			return err
		}
	}
	if s.name == r.part(reviewsPart) && p.begun && p.found < r.given {
		r.out.Note(s.name, fmt.Sprintf("%s counts %d reviews in the period, of which %d can be seen", r.c.web, r.given, p.found))
	}
	return nil
}

// reviewsPart is the part whose total GitHub counts as well.
const reviewsPart = "reviews"

// first is how many results are asked for at once: what takes github.com a few
// of the ten seconds that it gives a query.
func (r *run) first(k kind) int {
	switch {
	case r.rest:
		return 100
	case k == pulls:
		return 25
	}
	return 50
}
