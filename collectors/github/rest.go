package github

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strconv"
	"strings"

	"github.com/google/go-github/v60/github"

	"github.com/dossier-report/dossier/collectors/internal/web"
)

// Where a server takes no GraphQL, the same searches go to REST, and what
// belongs to a result is asked one by one. It is turned into what GraphQL would
// have given, so that items are made in one way.

// restAll reads every page of a REST list. It goes by page numbers and never
// follows an address that the server names.
func restAll[T any](ctx context.Context, a *api, c call, raw *[]byte, holes ...string) ([]T, error) {
	var all []T
	seen := map[int64]bool{} // what moves to another page while the list is read comes twice
	for page := 1; page <= maxTails; page++ {
		b, _, err := a.rest(ctx, web.List, c, map[string]string{"per_page": "100", "page": itoa(page)}, holes...)
		if err != nil {
			return all, err
		}
		var list []T
		if err := soft(json.Unmarshal(b, &list)); err != nil {
			return all, err
		}
		*raw = append(*raw, b...)
		for i := range list {
			if x, ok := any(&list[i]).(interface{ GetID() int64 }); ok && x.GetID() != 0 {
				if seen[x.GetID()] {
					continue
				}
				seen[x.GetID()] = true
			}
			all = append(all, list[i])
		}
		if len(list) < 100 {
			return all, nil
		}
	}
	return all, errors.New("there are more pages than are read")
}

func (a *api) restViewer(ctx context.Context) (string, error) {
	b, _, err := a.rest(ctx, web.Object, viewerCall, nil)
	if err != nil {
		return "", err
	}
	var u github.User
	return u.GetLogin(), cmp.Or(json.Unmarshal(b, &u), errIf(u.GetLogin() == "", "the answer names nobody"))
}

func errIf(wrong bool, text string) error {
	if wrong {
		return errors.New(text)
	}
	return nil
}

// restSearch asks for a page of a search. The place in it is its page number.
func (a *api) restSearch(ctx context.Context, k kind, query, after string) (*answer, error) {
	page := 1
	if after != "" {
		n, err := strconv.Atoi(after)
		if err != nil {
			return nil, errors.New("INVALID_CURSOR")
		}
		page = n
	}
	b, _, err := a.rest(ctx, web.Object, searchCall, map[string]string{"q": strings.TrimSuffix(query, " sort:created-asc"),
		"sort": "created", "order": "asc", "per_page": "100", "page": itoa(page)})
	if err != nil {
		return nil, err
	}
	var got struct {
		TotalCount        *int              `json:"total_count"`
		IncompleteResults bool              `json:"incomplete_results"`
		Items             []json.RawMessage `json:"items"`
	}
	if err := json.Unmarshal(b, &got); err != nil {
		return nil, err
	}
	if got.TotalCount == nil {
		return nil, errors.New("the answer holds no results")
	}
	r := &answer{results: *got.TotalCount, nulls: map[int]string{}, incomplete: got.IncompleteResults}
	for _, raw := range got.Items {
		n := fromREST(raw, k)
		b, err := json.Marshal(n)
		if n == nil || err != nil {
			b = []byte("null")
		}
		r.nodes = append(r.nodes, b)
	}
	if len(got.Items) == 100 && page*100 < min(*got.TotalCount, maxResults) {
		r.next = pageInfo{HasNextPage: true, EndCursor: strconv.Itoa(page + 1)}
	}
	return r, nil
}

// restActor turns a user of REST into one of GraphQL.
func restActor(u *github.User) *actor {
	if u == nil || u.GetLogin() == "" || u.GetLogin() == "ghost" {
		return nil
	}
	return &actor{Typename: u.GetType(), Login: u.GetLogin(), Name: u.GetName()}
}

func restStamp(t *github.Timestamp) stamp {
	if t == nil || t.IsZero() {
		return stamp{}
	}
	return stamp{Time: t.UTC()}
}

// fromREST turns a search result of REST into one of GraphQL; nil when it
// cannot be understood.
func fromREST(raw json.RawMessage, k kind) *artefact {
	var x struct {
		github.Issue
		Draft bool `json:"draft"`
	}
	if soft(json.Unmarshal(raw, &x)) != nil || x.GetNumber() == 0 {
		return nil
	}
	n := &artefact{Typename: "Issue", ID: x.GetNodeID(), Number: x.GetNumber(), Title: x.GetTitle(), URL: x.GetHTMLURL(), Body: x.GetBody(),
		State: strings.ToUpper(x.GetState()), StateReason: strings.ToUpper(x.GetStateReason()), IsDraft: x.Draft, Author: restActor(x.User),
		CreatedAt: restStamp(x.CreatedAt), UpdatedAt: restStamp(x.UpdatedAt), ClosedAt: restStamp(x.ClosedAt)}
	if k == pulls {
		n.Typename = "PullRequest"
	}
	_, name, _ := strings.Cut(x.GetRepositoryURL(), "/repos/")
	n.Repository = &repository{NameWithOwner: name}
	for _, l := range x.Labels {
		n.Labels.Nodes = append(n.Labels.Nodes, &struct{ Name string }{l.GetName()})
	}
	for _, u := range x.Assignees {
		n.Assignees.Nodes = append(n.Assignees.Nodes, restActor(u))
	}
	n.Comments.TotalCount = x.GetComments()
	if n.ID == "" {
		n.ID = fmt.Sprint(x.GetID())
	}
	return n
}
