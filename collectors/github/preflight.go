package github

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"
)

// year is the longest stretch that a contributions collection takes.
const year = 365 * 24 * time.Hour

// preflight asks, in one request, for what the rest of the run depends on. When
// the token may not read boards, the server answers with nothing at all, and it
// is asked again without them.
func (r *run) preflight(ctx context.Context) error {
	from, to := r.contributed()
	p := preflight{login: r.login, from: from, to: to}
	if !r.second {
		p.owners, p.repos, p.boards = r.cfg.Orgs, r.cfg.Repos, r.cfg.Projects
	}
	if len(r.cfg.Projects) == 0 && r.projects {
		p.listed = append([]string{r.login}, p.owners...)
	}
	for _, s := range r.searches {
		q := s.text(s.within) + " sort:updated-desc"
		if s.kind == discussions {
			q = discussionMark + q
		}
		p.searches = append(p.searches, q)
	}
	answer := map[string]json.RawMessage{}
	doc, vars := p.query()
	problems, err := r.api.query(ctx, doc, vars, &answer)
	if why := boardsRefused(problems, err); why != "" {
		r.projects = false
		r.gap("boards", "project boards", why)
		p.boards, p.listed = nil, nil
		doc, vars = p.query()
		answer = map[string]json.RawMessage{}
		problems, err = r.api.query(ctx, doc, vars, &answer)
	}
	switch {
	case errors.Is(err, errNoGraphQL):
		r.rest = true
		return nil
	case err != nil:
		return err
	}
	return r.understand(&p, answer, problems)
}

// contributed returns the period for the contributions, at most the last year
// of it.
func (r *run) contributed() (from, to string) {
	a, b := time.Unix(r.span.From, 0).UTC(), time.Unix(max(r.span.From, min(r.span.To, r.now.Unix())), 0).UTC()
	if b.Sub(a) > year {
		a = b.Add(-year)
	}
	return a.Format(searchTime), b.Format(searchTime)
}

// boardsRefused says why boards cannot be asked for, "" when they can.
func boardsRefused(problems []*queryError, err error) string {
	if err == nil {
		return ""
	}
	for _, e := range problems {
		switch {
		case e.Type == "INSUFFICIENT_SCOPES" && strings.Contains(e.Message, "project"):
			return "the token lacks the scope read:project\nget it with gh auth refresh -s read:project"
		case e.Extensions.Code == "undefinedField" && strings.Contains(strings.ToLower(e.Message), "project"),
			e.Extensions.Code == "undefinedType" && strings.Contains(e.Message, "ProjectV2"):
			return "the server has no project boards: " + firstLine(e.Message)
		}
	}
	return ""
}

type boardHead struct {
	ID            string
	Number        int
	Title         string
	UpdatedAt     stamp
	Items         struct{ TotalCount int }
	StatusUpdates list[struct{ UpdatedAt stamp }]
}

// understand takes the answer apart.
func (r *run) understand(p *preflight, answer map[string]json.RawMessage, problems []*queryError) error {
	why := func(field string) string {
		for _, e := range problems {
			if e.at(field) {
				return e.Error()
			}
		}
		return "it does not exist, or the token must not see it"
	}
	var user *struct {
		ID, Login               string
		ContributionsCollection *struct {
			TotalCommitContributions, TotalPullRequestReviewContributions, RestrictedContributionsCount int
		}
	}
	get(answer, "user", &user)
	if user == nil || user.ID == "" {
		return fmt.Errorf("find the person %q: %s\nset person.github in dossier.yaml to the login on %s", r.login, why("user"), r.c.web)
	}
	r.userID = user.ID
	if cc := user.ContributionsCollection; cc != nil {
		r.commits, r.hidden = cc.TotalCommitContributions, cc.RestrictedContributionsCount
		if r.span.To-r.span.From <= int64(year/time.Second) && len(r.cfg.Orgs)+len(r.cfg.Repos)+len(r.cfg.Exclude) == 0 {
			r.given = cc.TotalPullRequestReviewContributions
		}
	}
	var probe *struct{ Name string }
	get(answer, "moves", &probe)
	r.moves = probe != nil && probe.Name != ""
	r.countSearches(answer)
	r.findPlaces(p, answer, why)
	r.findBoards(p, answer, why)
	return nil
}

// countSearches notes how many results each search has and when the last of
// them changed.
func (r *run) countSearches(answer map[string]json.RawMessage) {
	for i, s := range r.searches {
		var found *struct {
			IssueCount, DiscussionCount int
			Nodes                       []*struct{ UpdatedAt stamp }
		}
		name := fmt.Sprintf("s%d", i)
		get(answer, name, &found)
		if found == nil {
			r.counts = append(r.counts, count{results: -1})
			continue
		}
		n := count{results: found.IssueCount}
		if s.kind == discussions {
			n.results = found.DiscussionCount
		}
		n.print = itoa(n.results)
		newest := r.now.String() // what is not told counts as new
		for _, node := range found.Nodes {
			if node != nil && !node.UpdatedAt.IsZero() {
				newest = node.UpdatedAt.Format(time.RFC3339)
			}
		}
		if n.results > 0 {
			n.print += " " + newest
		}
		r.counts = append(r.counts, n)
	}
}

// findPlaces says which of the named places cannot be read (a search would find
// nothing there and not say why), and follows a repository that was renamed.
func (r *run) findPlaces(p *preflight, answer map[string]json.RawMessage, why func(string) string) {
	for i, o := range p.owners {
		var owner *struct{ Login string }
		if get(answer, fmt.Sprintf("o%d", i), &owner); owner == nil {
			r.gap("places", "organisation "+o, why(fmt.Sprintf("o%d", i)))
		}
	}
	for i, name := range p.repos {
		var repo *repository
		get(answer, fmt.Sprintf("r%d", i), &repo)
		switch {
		case repo == nil:
			r.gap("places", "repository "+name, why(fmt.Sprintf("r%d", i)))
		case !strings.EqualFold(repo.NameWithOwner, name) && repo.NameWithOwner != "":
			r.out.Note("places", name+" is called "+repo.NameWithOwner+" now")
			r.cfg.Repos = append(slices.Clone(r.cfg.Repos), repo.NameWithOwner)
		}
	}
}

// findBoards lists the boards to read: those that are named, else those of the
// person and the organisations that changed since the period began.
func (r *run) findBoards(p *preflight, answer map[string]json.RawMessage, why func(string) string) {
	add := func(owner string, h *boardHead) {
		print := fmt.Sprint(h.UpdatedAt.Format(time.RFC3339), " ", h.Items.TotalCount)
		for _, u := range h.StatusUpdates.all() {
			print += " " + u.UpdatedAt.Format(time.RFC3339)
		}
		r.boards = append(r.boards, board{owner: owner, number: h.Number, print: print})
	}
	for i, b := range p.boards {
		name := fmt.Sprintf("b%d", i)
		var owner *struct{ ProjectV2 *boardHead }
		get(answer, name, &owner)
		if owner == nil || owner.ProjectV2 == nil || owner.ProjectV2.ID == "" {
			r.gap("boards", "board "+b, why(name))
			continue
		}
		login, _, _ := strings.Cut(b, "/")
		add(login, owner.ProjectV2)
	}
	for i, login := range p.listed {
		name := fmt.Sprintf("l%d", i)
		var owner *struct{ ProjectsV2 *list[boardHead] }
		get(answer, name, &owner)
		if owner == nil || owner.ProjectsV2 == nil {
			if i > 0 { // an unreadable organisation has its gap already
				continue
			}
			r.gap("boards", "boards of "+login, why(name))
			continue
		}
		all := owner.ProjectsV2.all()
		recent := slices.DeleteFunc(slices.Clone(all), func(h *boardHead) bool {
			return h.ID == "" || !h.UpdatedAt.IsZero() && h.UpdatedAt.Unix() < r.span.From
		})
		for _, h := range recent {
			add(login, h)
		}
		if owner.ProjectsV2.PageInfo.HasNextPage && len(recent) == len(all) {
			r.gap("boards", "boards of "+login, "there are more than 50; name those to read under sources.github.projects")
		}
	}
}

// get decodes a field of an answer; what is missing or odd leaves into as it is.
func get(answer map[string]json.RawMessage, field string, into any) {
	if raw, ok := answer[field]; ok {
		_ = json.Unmarshal(raw, into)
	}
}
