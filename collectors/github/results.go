package github

import (
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"strings"

	"github.com/dossier-report/dossier/collectors/internal/web"
	"github.com/dossier-report/dossier/evidence"
)

// fetch asks for a page, and for half as much as often as the server says that
// it was too much. A server that has no time for a page seldom has it a moment
// later, so one that can still be halved is asked for twice and not five times.
func (p *passing) fetch(ctx context.Context, query, after string) (*answer, error) {
	if p.rest {
		return p.api.restSearch(ctx, p.search.kind, query, after)
	}
	for {
		few := ctx
		if p.n > 1 {
			few = web.Tries(ctx, 2)
		}
		a, err := p.graph(few, query, after, p.n)
		if p.n > 1 && chance(err) { // asking for less is no help: all the tries
			a, err = p.graph(ctx, query, after, p.n)
		}
		switch {
		case err == nil || !heavy(err):
			return a, err
		case p.n > 1:
			p.n /= 2
		case p.search.kind == discussions:
			return nil, err
		default:
			return p.skip(ctx, query, after, err)
		}
	}
}

// chance reports whether an error may pass by itself, and is not [heavy].
func chance(err error) bool {
	if s := status(err); s != 0 {
		return !heavy(err) && (s >= 500 || s == http.StatusRequestTimeout || s == http.StatusTooEarly)
	}
	return errors.As(err, new(*web.RequestError))
}

// graph asks for a page of n results.
func (p *passing) graph(ctx context.Context, query, after string, n int) (*answer, error) {
	doc, vars := pullRequestsQuery, map[string]any{"q": query, "n": n}
	if after != "" {
		vars["after"] = after
	}
	switch p.search.kind {
	case pulls:
		vars["login"], vars["projects"] = p.login, p.projects
	case issues:
		doc, vars["projects"] = issuesQuery, p.projects
	case discussions:
		doc = discussionsQuery
	}
	var got struct {
		Search *struct {
			IssueCount, DiscussionCount int
			PageInfo                    pageInfo
			Nodes                       []json.RawMessage
		}
	}
	problems, err := p.api.query(ctx, doc, vars, &got)
	if err != nil {
		return nil, err
	}
	if got.Search == nil {
		if len(problems) > 0 {
			return nil, problems[0]
		}
		return nil, errors.New("the answer holds no results")
	}
	a := &answer{results: max(got.Search.IssueCount, got.Search.DiscussionCount), next: got.Search.PageInfo, nodes: got.Search.Nodes, nulls: map[int]string{}}
	for _, e := range problems {
		if i := nodeOf(e); i >= 0 {
			a.nulls[i] = e.Error()
		} else {
			p.lose("part of an answer", e.Error())
		}
	}
	return a, nil
}

// nodeOf returns the place of the result that an error is about, -1 for none.
func nodeOf(e *queryError) int {
	if len(e.Path) < 3 || e.Path[0] != "search" || e.Path[1] != "nodes" {
		return -1
	}
	if i, ok := e.Path[2].(float64); ok {
		return int(i)
	}
	return -1
}

// skip goes past one result.
func (p *passing) skip(ctx context.Context, query, after string, cause error) (*answer, error) {
	vars := map[string]any{"q": query}
	if after != "" {
		vars["after"] = after
	}
	var got struct {
		Search *struct {
			PageInfo pageInfo
			Nodes    []*struct{ URL string }
		}
	}
	if _, err := p.api.query(ctx, skipQuery, vars, &got); err != nil || got.Search == nil {
		return nil, cause
	}
	a := &answer{next: got.Search.PageInfo, skipped: "one result"}
	for _, n := range got.Search.Nodes {
		if n != nil && n.URL != "" {
			a.skipped = n.URL
		}
	}
	return a, nil
}

// items makes items of a page's results, each id once.
func (p *passing) items(ctx context.Context, a *answer) ([]evidence.Fetched, error) {
	var list []evidence.Fetched
	at := map[string]int{}
	for i, raw := range a.nodes {
		why := a.nulls[i]
		if len(raw) == 0 || string(raw) == "null" || string(raw) == "{}" {
			if why == "" {
				why = "the token must not see it"
			}
			p.lose("a result of "+p.search.name, why)
			continue
		}
		f, ok, err := p.one(ctx, raw, why)
		if err != nil {
			return nil, err
		}
		if !ok {
			continue
		}
		if j, twice := at[f.Item.ID]; twice {
			list[j] = f
			continue
		}
		at[f.Item.ID] = len(list)
		list = append(list, f)
	}
	return list, nil
}

// read is what became of one result.
type read struct {
	item evidence.Item // without an id when it is of a place that is not wanted
	odd  []string      // what is odd in it
	lost []string      // what of it is missing
	more []byte        // further answers that it was made from
	bad  bool          // it cannot be understood at all
}

// read makes an item of one result, with what did not fit on its page.
func (p *passing) read(ctx context.Context, raw json.RawMessage) (x read, err error) {
	var wrong error
	if p.search.kind == discussions {
		n := &discussion{}
		wrong = json.Unmarshal(raw, n)
		x.bad = soft(wrong) != nil || n.ID == ""
		if !x.bad && p.cfg.wanted(n.Repository.name()) {
			x.lost, x.more, err = p.wholeDiscussion(ctx, n)
			x.item = p.make.discussion(n)
		}
	} else {
		n := &artefact{}
		wrong = json.Unmarshal(raw, n)
		x.bad = soft(wrong) != nil || n.ID == ""
		if !x.bad && p.cfg.wanted(n.Repository.name()) {
			x.lost, x.more, err = p.whole(ctx, n)
			x.item, x.odd = p.make.item(n)
		}
	}
	if wrong != nil {
		x.odd = append(x.odd, "a field of it has another type than expected")
	}
	return x, err
}

// one makes an item of one result and says what is odd or missing in it; false
// when there is nothing to keep in the period.
func (p *passing) one(ctx context.Context, raw json.RawMessage, why string) (evidence.Fetched, bool, error) {
	x, err := p.read(ctx, raw)
	if err != nil {
		return evidence.Fetched{}, false, err
	}
	if x.bad {
		p.lose("a result of "+p.search.name, "it cannot be understood")
		return evidence.Fetched{}, false, nil
	}
	if x.item.ID == "" {
		return evidence.Fetched{}, false, nil
	}
	// What the person had under way all along is flow where it is no evidence;
	// what others had, and the person looked at once, is not.
	in := x.item.In(p.period) || x.item.Own() && x.item.Flows(p.period)
	if !in && len(x.odd)+len(x.lost) == 0 {
		return evidence.Fetched{}, false, nil
	}
	name := x.item.URL
	if name == "" {
		name = x.item.ID
	}
	if why != "" {
		x.odd = append(x.odd, "not all of it was given: "+why)
	}
	for _, l := range x.lost {
		p.lose(name, l)
	}
	odd := strings.Join(x.odd, "; ")
	switch {
	case !in && odd != "":
		p.lose(name, odd) // it might be of the period
	case odd != "":
		g := evidence.Gap{What: name, Why: odd, Bad: true}
		p.cur.Pass.note(g)
		p.out.Gap(p.search.name, g)
	}
	if !in {
		return evidence.Fetched{}, false, nil
	}
	for _, a := range x.item.Acts {
		if (a.Verb == evidence.Reviewed || a.Verb == evidence.Approved || a.Verb == evidence.RequestedChanges) && p.period.Contains(a.At) {
			p.found++
		}
	}
	return evidence.Fetched{Item: x.item, Hash: evidence.Hash(append(append([]byte{}, raw...), x.more...))}, true, nil
}

// lose says that something is missing: the pass is then no complete one.
func (p *passing) lose(what, why string) {
	p.cur.Pass.Lost = true
	p.gap(p.search.name, what, why)
}
