package github

import (
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"sync"

	"github.com/google/go-github/v60/github"

	"github.com/dossier-report/dossier/collectors/internal/web"
)

// places remembers repositories.
type places struct {
	mu   sync.Mutex
	seen map[string]*repository
}

func (r *run) restRepository(ctx context.Context, name string) (*repository, error) {
	r.places.mu.Lock()
	defer r.places.mu.Unlock()
	if known := r.places.seen[name]; known != nil {
		return known, nil
	}
	b, _, err := r.api.rest(ctx, web.Object, placeCall, nil, name)
	if err != nil {
		return nil, err
	}
	var x github.Repository
	if err := soft(json.Unmarshal(b, &x)); err != nil {
		return nil, err
	}
	private := x.GetPrivate()
	repo := &repository{DatabaseID: x.GetID(), NameWithOwner: cmp.Or(x.GetFullName(), name), IsPrivate: &private}
	if r.places.seen == nil {
		r.places.seen = map[string]*repository{}
	}
	r.places.seen[name] = repo
	return repo, nil
}

// restPlaces says which of the named places cannot be read.
func (r *run) restPlaces(ctx context.Context) error {
	miss := func(what string, err error) error {
		if ctx.Err() != nil || stops(err) {
			return err
		}
		r.gap("places", what, err.Error())
		return nil
	}
	for _, name := range r.cfg.Repos {
		if _, err := r.restRepository(ctx, name); err != nil {
			if err := miss("repository "+name, err); err != nil {
				return err
			}
		}
	}
	for _, o := range r.cfg.Orgs {
		if _, _, err := r.api.rest(ctx, web.Object, ownerCall, nil, o); err != nil {
			if err := miss("organisation "+o, err); err != nil {
				return err
			}
		}
	}
	return nil
}

// restWhole asks for what a search result does not hold.
func (r *run) restWhole(ctx context.Context, n *artefact) (lost []string, more []byte, err error) {
	name := n.Repository.name()
	repo, err := r.restRepository(ctx, name)
	if err != nil {
		return r.lose(ctx, lost, more, err, "its repository cannot be read")
	}
	n.Repository = repo
	steps := []struct {
		what string
		read func() error
	}{
		{"its comments are missing", func() error { return r.restComments(ctx, n, &more) }},
		{"its events are missing", func() error { return r.restEvents(ctx, n, &more) }},
	}
	if n.pull() {
		steps = append(steps, struct {
			what string
			read func() error
		}{"its size and merge are missing", func() error { return r.restPull(ctx, n, &more) }}, struct {
			what string
			read func() error
		}{"its reviews are missing", func() error { return r.restReviews(ctx, n, &more) }})
	}
	for _, s := range steps {
		if err := s.read(); err != nil {
			if lost, _, err = r.lose(ctx, lost, more, err, s.what); err != nil {
				return nil, nil, err
			}
		}
	}
	return lost, more, nil
}

func (r *run) restComments(ctx context.Context, n *artefact, raw *[]byte) error {
	if n.Comments.TotalCount == 0 {
		return nil
	}
	list, err := restAll[github.IssueComment](ctx, r.api, commentsCall, raw, n.Repository.name(), itoa(n.Number))
	for i := range list {
		c := &list[i]
		n.Comments.Nodes = append(n.Comments.Nodes, &comment{URL: c.GetHTMLURL(), Body: c.GetBody(), CreatedAt: restStamp(c.CreatedAt), Author: restActor(c.User)})
	}
	return err
}

// restEventNames are the events that matter, with GraphQL's names.
var restEventNames = map[string]string{"ready_for_review": "ReadyForReviewEvent", "convert_to_draft": "ConvertToDraftEvent", "review_requested": "ReviewRequestedEvent",
	"closed": "ClosedEvent", "reopened": "ReopenedEvent", "merged": "MergedEvent", "assigned": "AssignedEvent"}

func (r *run) restEvents(ctx context.Context, n *artefact, raw *[]byte) error {
	list, err := restAll[github.IssueEvent](ctx, r.api, eventsCall, raw, n.Repository.name(), itoa(n.Number))
	for i := range list {
		e := &list[i]
		if name := restEventNames[e.GetEvent()]; name != "" {
			n.Events.Nodes = append(n.Events.Nodes, &event{Typename: name, CreatedAt: restStamp(e.CreatedAt), Actor: restActor(e.Actor), Assignee: restActor(e.Assignee)})
		}
	}
	return err
}

func (r *run) restPull(ctx context.Context, n *artefact, raw *[]byte) error {
	b, _, err := r.api.rest(ctx, web.Object, pullCall, nil, n.Repository.name(), itoa(n.Number))
	if err != nil {
		return err
	}
	var x github.PullRequest
	if err := soft(json.Unmarshal(b, &x)); err != nil {
		return err
	}
	*raw = append(*raw, b...)
	n.Additions, n.Deletions, n.ChangedFiles = x.GetAdditions(), x.GetDeletions(), x.GetChangedFiles()
	n.HeadRefName, n.IsDraft, n.MergedBy = x.GetHead().GetRef(), x.GetDraft(), restActor(x.MergedBy)
	n.ReviewThreads.TotalCount = x.GetReviewComments()
	if n.MergedAt = restStamp(x.MergedAt); !n.MergedAt.IsZero() {
		n.State = "MERGED"
		n.MergeCommit = &struct{ OID string }{x.GetMergeCommitSHA()}
	}
	files, err := restAll[github.CommitFile](ctx, r.api, filesCall, raw, n.Repository.name(), itoa(n.Number))
	for i := range files {
		n.Files.Nodes = append(n.Files.Nodes, &struct{ Path string }{files[i].GetFilename()})
	}
	return err
}

func (r *run) restReviews(ctx context.Context, n *artefact, raw *[]byte) error {
	list, err := restAll[github.PullRequestReview](ctx, r.api, reviewsCall, raw, n.Repository.name(), itoa(n.Number))
	if err != nil {
		return err
	}
	mine := map[int64]*review{}
	for i := range list {
		x := &list[i]
		rv := &review{ID: fmt.Sprint(x.GetID()), State: strings.ToUpper(x.GetState()), SubmittedAt: restStamp(x.SubmittedAt), URL: x.GetHTMLURL(), Body: x.GetBody(), Author: restActor(x.User)}
		n.Reviews.Nodes = append(n.Reviews.Nodes, rv)
		if r.make.me(rv.Author) {
			mine[x.GetID()] = rv
			n.Mine.Nodes = append(n.Mine.Nodes, rv)
		}
	}
	if len(mine) == 0 {
		return nil
	}
	said, err := restAll[github.PullRequestComment](ctx, r.api, inlineCall, raw, n.Repository.name(), itoa(n.Number))
	for i := range said {
		c := &said[i]
		if rv := mine[c.GetPullRequestReviewID()]; rv != nil {
			rv.Comments.Nodes = append(rv.Comments.Nodes, &comment{URL: c.GetHTMLURL(), Path: c.GetPath(), Body: c.GetBody(), DiffHunk: c.GetDiffHunk(), CreatedAt: restStamp(c.CreatedAt)})
		}
	}
	slices.SortStableFunc(n.Mine.Nodes, func(a, b *review) int { return a.SubmittedAt.Compare(b.SubmittedAt.Time) })
	return err
}
