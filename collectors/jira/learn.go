package jira

import (
	"context"
	"net/url"

	"github.com/dossier-report/dossier/collectors/internal/web"
)

// learnFields asks once what the site calls its fields, and learns what the
// boards say of them and of statuses.
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
	var estimates, columns []string
	for _, id := range r.cfg.Boards {
		// Of a board that cannot be read this is empty; see learnBoards.
		b := r.boards[id].board
		estimates = append(estimates, b.estimate)
		for _, c := range b.columns {
			columns = append(columns, c.statuses...)
		}
	}
	r.maker.fields = newCatalogue(fields, estimates...)
	return r.learnStatuses(ctx, columns...)
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
