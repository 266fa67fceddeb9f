package github

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/dossier-report/dossier/evidence"
)

// commit is what commits.graphql asks for.
type commit struct {
	OID                          string
	URL                          string
	MessageHeadline, MessageBody string
	AuthoredDate, CommittedDate  stamp
	Additions, Deletions         int
	ChangedFilesIfAvailable      int
	AssociatedPullRequests       list[reference]
}

// branch is a repository with the person's commits on its default branch.
type branch struct {
	repository
	DefaultBranchRef *struct {
		Target *struct{ History *list[json.RawMessage] }
	}
}

func (b *branch) history() *list[json.RawMessage] {
	if b == nil || b.DefaultBranchRef == nil || b.DefaultBranchRef.Target == nil {
		return nil
	}
	return b.DefaultBranchRef.Target.History
}

// commitsPart is the name of the part.
const commitsPart = "commits"

// slack is how long after it was written a commit may have landed on the
// default branch: the server selects by the day of landing.
const slack = 30 * 24 * time.Hour

// readCommits reads the commits of the default branches. Those of open branches
// are in their pull requests, or in a clone.
func (r *run) readCommits(ctx context.Context) error {
	cur, err := r.cursor(ctx, r.part(commitsPart))
	if err != nil {
		return err
	}
	question := "commits of " + r.login + " on default branches " + r.span.String()
	ask, print := r.ask(question), fmt.Sprint(r.commits, " ", r.hidden)
	if r.hidden > 0 {
		r.out.Note(r.part(commitsPart), fmt.Sprintf("%s counts %d contributions in places that the token must not see", r.c.web, r.hidden))
	}
	if _, ok := cur.complete(ask, print); ok {
		r.out.Same(r.part(commitsPart), question)
		return nil
	}
	ids, whole, err := r.commitRepositories(ctx)
	if err != nil {
		return err
	}
	fresh, lost := true, !whole
	for chunk := range slices.Chunk(ids, 20) {
		items, ok, err := r.histories(ctx, chunk)
		if err != nil {
			return err
		}
		lost = lost || !ok
		if err := r.keep(ctx, evidence.Batch{Part: r.part(commitsPart), Query: question, Items: items, Cursor: (&cursor{Done: cur.Done}).encode(), Begin: fresh}); err != nil {
			return err
		}
		fresh = false
	}
	if !lost {
		cur.finish(ask, print, r.now)
	}
	return r.keep(ctx, evidence.Batch{Part: r.part(commitsPart), Query: question, Cursor: cur.encode(), Begin: fresh, End: !lost})
}

// commitRepositories returns the ids of the repositories, a year at a time.
func (r *run) commitRepositories(ctx context.Context) (ids []string, whole bool, err error) {
	whole = true
	if r.commits == 0 && r.span.To-r.span.From <= int64(year/time.Second) {
		return nil, true, nil
	}
	now := r.now.Unix()
	for from := r.span.From; from <= min(r.span.To, now); from += int64(year / time.Second) {
		to := min(from+int64(year/time.Second)-1, r.span.To)
		var got struct {
			User *struct {
				ContributionsCollection *struct {
					TotalRepositoriesWithContributedCommits int
					CommitContributionsByRepository         []*struct{ Repository *repository }
				}
			}
		}
		vars := map[string]any{"login": r.login, "from": time.Unix(from, 0).UTC().Format(searchTime), "to": time.Unix(to, 0).UTC().Format(searchTime)}
		problems, err := r.api.query(ctx, commitRepositoriesQuery, vars, &got)
		if err != nil {
			return nil, false, err
		}
		if got.User == nil || got.User.ContributionsCollection == nil {
			return nil, false, fmt.Errorf("the repositories with commits are not given%s", because(problems))
		}
		cc := got.User.ContributionsCollection
		for _, x := range cc.CommitContributionsByRepository {
			if x == nil || x.Repository == nil || x.Repository.ID == "" {
				whole = false
				r.gap(r.part(commitsPart), "the commits of a repository", "the token must not see it"+because(problems))
				continue
			}
			if r.cfg.wanted(x.Repository.NameWithOwner) && !slices.Contains(ids, x.Repository.ID) {
				ids = append(ids, x.Repository.ID)
			}
		}
		if n := len(cc.CommitContributionsByRepository); cc.TotalRepositoriesWithContributedCommits > n && n >= 100 {
			whole = false
			r.gap(r.part(commitsPart), "commits", fmt.Sprintf("in %d repositories, of which %s names only %d; clones (sources.git) have the rest", cc.TotalRepositoriesWithContributedCommits, r.c.web, n))
		}
	}
	slices.Sort(ids)
	return ids, whole, nil
}

func because(problems []*queryError) string {
	if len(problems) == 0 {
		return ""
	}
	return ": " + problems[0].Error()
}

// histories reads the commits of up to 20 repositories.
func (r *run) histories(ctx context.Context, ids []string) (items []evidence.Fetched, whole bool, err error) {
	branches, problems, err := r.branches(ctx, ids, "")
	if err != nil {
		return nil, false, err
	}
	whole = true
	for i, b := range branches {
		if b == nil || i >= len(ids) {
			whole = false
			r.gap(r.part(commitsPart), "the commits of a repository", "the token must not see it"+because(problems))
			continue
		}
		h := b.history()
		if h == nil {
			continue // no default branch: nothing was pushed to it yet
		}
		items = append(items, r.commitItems(b, h)...)
		if h.PageInfo.HasNextPage {
			// A place in one history is none in another: the rest is read for
			// this repository alone.
			more, ok, err := r.historyTail(ctx, ids[i], h.PageInfo.EndCursor)
			if err != nil {
				return nil, false, err
			}
			items, whole = append(items, more...), whole && ok
		}
	}
	return items, whole, nil
}

// branches asks for a page of the histories of some repositories.
func (r *run) branches(ctx context.Context, ids []string, after string) ([]*branch, []*queryError, error) {
	until := max(r.span.From, min(r.span.To+int64(slack/time.Second), r.now.Unix()))
	vars := map[string]any{"repositories": ids, "author": r.userID,
		"since": time.Unix(r.span.From, 0).UTC().Format(searchTime), "until": time.Unix(until, 0).UTC().Format(searchTime)}
	if after != "" {
		vars["after"] = after
	}
	var got struct{ Nodes []*branch }
	problems, err := r.api.query(ctx, commitsQuery, vars, &got)
	return got.Nodes, problems, err
}

// historyTail reads the rest of one history.
func (r *run) historyTail(ctx context.Context, id, after string) (items []evidence.Fetched, whole bool, err error) {
	for {
		branches, _, err := r.branches(ctx, []string{id}, after)
		if err != nil {
			return nil, false, err
		}
		if len(branches) == 0 || branches[0].history() == nil {
			r.gap(r.part(commitsPart), "some commits", "the server stopped to give them")
			return items, false, nil
		}
		h := branches[0].history()
		items = append(items, r.commitItems(branches[0], h)...)
		switch {
		case !h.PageInfo.HasNextPage:
			return items, true, nil
		case h.PageInfo.EndCursor == after:
			return nil, false, fmt.Errorf("%s gave the same page of commits twice", r.c.web)
		}
		after = h.PageInfo.EndCursor
	}
}

func (r *run) commitItems(b *branch, h *list[json.RawMessage]) []evidence.Fetched {
	var out []evidence.Fetched
	for _, raw := range h.all() {
		c := &commit{}
		if err := json.Unmarshal(*raw, c); soft(err) != nil || c.OID == "" {
			r.gap(r.part(commitsPart), "a commit of "+b.NameWithOwner, "it cannot be understood")
			continue
		}
		if it := r.make.commit(c, &b.repository, r.login); it.In(r.period) {
			out = append(out, evidence.Fetched{Item: it, Hash: evidence.Hash(*raw)})
		}
	}
	return out
}

// commit makes an item of a commit: done when it was written, and merged when
// it landed on the default branch.
func (m *maker) commit(c *commit, repo *repository, login string) evidence.Item {
	it := evidence.Item{
		ID: m.node("commit", strings.ToLower(c.OID)), Source: "github", Kind: evidence.Commit,
		Title: strings.TrimSpace(c.MessageHeadline), Text: strings.TrimSpace(c.MessageBody), URL: c.URL,
		Place: repo.name(), Private: repo.private(), Author: &evidence.Person{Login: login},
		Links: evidence.Keys(c.MessageHeadline + "\n" + c.MessageBody),
	}
	for _, p := range c.AssociatedPullRequests.all() {
		if name := p.name(); name != "" {
			it.Links = append(it.Links, name)
		}
	}
	at := c.AuthoredDate.Time
	if at.IsZero() {
		at = c.CommittedDate.Time
	}
	if !at.IsZero() {
		it.Acts = []evidence.Act{{At: at, Verb: evidence.Committed}}
	}
	if !c.CommittedDate.IsZero() {
		it.Outcome = &evidence.Outcome{State: evidence.StateMerged, At: c.CommittedDate.Time}
	}
	if c.Additions+c.Deletions+c.ChangedFilesIfAvailable > 0 {
		it.Size = &evidence.Size{Additions: c.Additions, Deletions: c.Deletions, Files: c.ChangedFilesIfAvailable}
	}
	return it
}
