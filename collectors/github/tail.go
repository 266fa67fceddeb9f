package github

import (
	"context"
	"encoding/json"
	"errors"
	"slices"
	"strings"
)

// maxTails is how many further requests one artefact may take: 100 entries of a
// kind each.
const maxTails = 15

// whole reads what is nested in an issue or pull request and did not fit on its
// page. It says what could not be had; an error is one of the whole source.
func (r *run) whole(ctx context.Context, n *artefact) (lost []string, more []byte, err error) {
	if r.rest {
		return r.restWhole(ctx, n)
	}
	for range maxTails {
		if !n.cut() {
			break
		}
		raw, err := r.tail(ctx, n)
		if err != nil {
			return r.lose(ctx, lost, more, err, "some of its files, comments, reviews or events are missing")
		}
		more = append(more, raw...)
	}
	if n.cut() {
		lost = append(lost, "it has more files, comments, reviews or events than are read")
	}
	for _, login := range r.logins {
		if !n.reviewedBy(login) || strings.EqualFold(login, r.login) {
			continue
		}
		raw, err := r.theirs(ctx, n, login)
		more = append(more, raw...)
		if err != nil {
			return r.lose(ctx, lost, more, err, "the reviews by "+login+" are missing")
		}
	}
	for _, rv := range n.Mine.all() {
		for range maxTails {
			if !rv.Comments.PageInfo.HasNextPage {
				break
			}
			var got struct {
				Node *struct{ Comments *list[comment] }
			}
			raw, err := r.node(ctx, reviewTailQuery, map[string]any{"id": rv.ID, "after": rv.Comments.PageInfo.EndCursor}, &got)
			if err != nil {
				return r.lose(ctx, lost, more, err, "some comments of a review are missing")
			}
			more = append(more, raw...)
			if got.Node == nil {
				got.Node = &struct{ Comments *list[comment] }{}
			}
			rv.Comments.add(got.Node.Comments)
		}
	}
	return lost, more, nil
}

// lose turns an error about one artefact into something that is missing, and
// hands on one that is of the whole source.
func (r *run) lose(ctx context.Context, lost []string, more []byte, err error, what string) ([]string, []byte, error) {
	if ctx.Err() != nil {
		return nil, nil, ctx.Err()
	}
	if stops(err) {
		return nil, nil, err
	}
	return append(lost, what+": "+err.Error()), more, nil
}

// cut reports whether something nested did not fit.
func (n *artefact) cut() bool {
	return n.Files.PageInfo.HasNextPage || n.Reviews.PageInfo.HasNextPage || n.Mine.PageInfo.HasNextPage ||
		n.Comments.PageInfo.HasNextPage || n.Events.PageInfo.HasNextPage
}

// reviewedBy reports whether there is a review by somebody.
func (n *artefact) reviewedBy(login string) bool {
	return slices.ContainsFunc(n.Reviews.all(), func(rv *review) bool { return rv.Author != nil && strings.EqualFold(rv.Author.Login, login) })
}

// theirs reads the reviews by another login of the person's: a search asks for
// those by one login only.
func (r *run) theirs(ctx context.Context, n *artefact, login string) (more []byte, err error) {
	vars := map[string]any{"id": n.ID, "login": login, "files": false, "reviews": false, "mine": true, "comments": false, "events": false}
	for range maxTails {
		var got struct{ Node *struct{ Mine *list[review] } }
		raw, err := r.node(ctx, tailQuery, vars, &got)
		if err != nil {
			return more, err
		}
		if more = append(more, raw...); got.Node == nil || got.Node.Mine == nil {
			return more, errors.New("the token must not see them")
		}
		n.Mine.Nodes = append(n.Mine.Nodes, got.Node.Mine.Nodes...)
		if !got.Node.Mine.PageInfo.HasNextPage {
			return more, nil
		}
		vars["mineAfter"] = got.Node.Mine.PageInfo.EndCursor
	}
	return more, errors.New("there are more than are read")
}

// tail reads the next page of each list that was cut, in one request.
func (r *run) tail(ctx context.Context, n *artefact) ([]byte, error) {
	vars := map[string]any{"id": n.ID, "login": r.login}
	for name, p := range map[string]pageInfo{"files": n.Files.PageInfo, "reviews": n.Reviews.PageInfo, "mine": n.Mine.PageInfo,
		"comments": n.Comments.PageInfo, "events": n.Events.PageInfo} {
		vars[name] = p.HasNextPage
		if p.HasNextPage {
			vars[name+"After"] = p.EndCursor
		}
	}
	var got struct {
		Node *struct {
			Files               *list[struct{ Path string }]
			Reviews, Mine       *list[review]
			Comments            *list[comment]
			Events, IssueEvents *list[event]
		}
	}
	raw, err := r.node(ctx, tailQuery, vars, &got)
	if err != nil {
		return nil, err
	}
	if got.Node == nil {
		return nil, errors.New("the token must not see it")
	}
	for _, next := range []struct {
		cut bool
		add func()
	}{
		{n.Files.PageInfo.HasNextPage, func() { n.Files.add(got.Node.Files) }},
		{n.Reviews.PageInfo.HasNextPage, func() { n.Reviews.add(got.Node.Reviews) }},
		{n.Mine.PageInfo.HasNextPage, func() { n.Mine.add(got.Node.Mine) }},
		{n.Comments.PageInfo.HasNextPage, func() { n.Comments.add(got.Node.Comments) }},
		{n.Events.PageInfo.HasNextPage, func() {
			if got.Node.Events == nil {
				got.Node.Events = got.Node.IssueEvents
			}
			n.Events.add(got.Node.Events)
		}},
	} {
		if next.cut {
			next.add()
		}
	}
	return raw, nil
}

// node asks about one node and returns the answer as it came, for the hash.
func (r *run) node(ctx context.Context, doc string, vars map[string]any, into any) ([]byte, error) {
	var raw json.RawMessage
	problems, err := r.api.query(ctx, doc, vars, &raw)
	if err != nil {
		return nil, err
	}
	if err := soft(json.Unmarshal(raw, into)); err != nil {
		return nil, err
	}
	if len(problems) > 0 {
		return nil, problems[0]
	}
	return raw, nil
}
