package jira

import (
	"context"
	"net/url"

	"github.com/dossier-report/dossier/collectors/internal/web"
)

// learnFields asks once what the site calls its fields and what its statuses
// mean, and what boards estimate by.
func (r *run) learnFields(ctx context.Context) error {
	if r.maker.fields != nil {
		return nil
	}
	fields, err := r.get(ctx, web.List, "rest/api/2/field", nil)
	switch {
	case err == nil:
	case refused(err):
		r.out.Note(r.part, "the site does not name its fields ("+firstLine(err.Error())+"); story points and sprints are told by their names alone")
	default:
		return err
	}
	if !r.cloud {
		// A ticket of Cloud tells when its category last changed; here only
		// the statuses of its past do.
		list, err := r.get(ctx, web.List, "rest/api/2/status", nil)
		if err != nil && !refused(err) {
			return err
		}
		for _, s := range list.list() {
			r.maker.states[s.at("id").text()] = s.at("statusCategory").at("key").text()
		}
	}
	var estimates []string
	for _, id := range r.cfg.Boards {
		// A board that cannot be read is a gap of its own part; see readBoards.
		switch b, err := r.boardOf(ctx, id); {
		case err == nil:
			estimates = append(estimates, b.estimate)
		case !itsOwn(ctx, err):
			return err
		}
	}
	r.maker.fields = newCatalogue(fields, estimates...)
	return nil
}

// unseen looks at what a whole pass found nothing in: a token that may not see
// a project gets an empty answer and no error.
func (r *run) unseen(ctx context.Context) {
	for _, key := range r.cfg.Projects {
		if r.found[key] || ctx.Err() != nil {
			continue
		}
		if _, err := r.get(ctx, web.Object, "rest/api/2/project/"+url.PathEscape(key), nil); err != nil {
			r.gap("project "+key, "the token cannot see it: "+firstLine(err.Error()))
		}
	}
	if len(r.cfg.Projects) > 0 || len(r.found) > 0 || ctx.Err() != nil {
		return
	}
	have, err := r.mayBrowse(ctx)
	switch {
	case err != nil:
		r.gap("projects", "nothing was found, and whether the token may see any is not known: "+firstLine(err.Error()))
	case !have:
		r.gap("projects", "nothing was found: the token may see no project")
	}
}
