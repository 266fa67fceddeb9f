package jira

import (
	"context"
	"fmt"
	"strings"

	"github.com/dossier-report/dossier/collectors/internal/web"
	"github.com/dossier-report/dossier/evidence"
)

// board is a Kanban or Scrum board. go-jira's type has no estimation and
// loses the whole answer over a fractional limit.
type board struct {
	id       int
	name     string
	kind     string // kanban, scrum, simple (of a team-managed project)
	columns  []column
	filter   string // id of the filter that finds its tickets
	estimate string // id of the field, "" where the board estimates by count
}

// column is a column of a board with the ids of the statuses that it shows.
type column struct {
	name     string
	statuses []string
	limit    int // of tickets in it, 0 for none
}

// board reads GET rest/agile/1.0/board/{id}/configuration.
func (r *door) board(ctx context.Context, id int) (board, error) {
	x, err := r.get(ctx, web.Object, fmt.Sprintf("rest/agile/1.0/board/%d/configuration", id), nil)
	if err != nil {
		return board{}, fmt.Errorf("read board %d: %w", id, err)
	}
	b := board{id: id, name: x.at("name").text(), kind: x.at("type").text(), filter: x.at("filter").at("id").text(),
		estimate: x.at("estimation").at("field").at("fieldId").text()}
	for _, c := range x.at("columnConfig").at("columns").list() {
		col := column{name: c.at("name").text(), limit: max(c.at("max").count(), 0)}
		for _, s := range c.at("statuses").list() {
			col.statuses = append(col.statuses, s.at("id").text())
		}
		b.columns = append(b.columns, col)
	}
	return b, nil
}

// String tells the columns: "board 12, Models (kanban): Backlog, In progress, Done".
func (b board) String() string {
	var names []string
	for _, c := range b.columns {
		name := c.name
		if len(c.statuses) == 0 {
			name += " (no status)"
		}
		names = append(names, name)
	}
	return fmt.Sprintf("board %d, %s (%s): %s", b.id, b.name, firstOf(b.kind, "board"), strings.Join(names, ", "))
}

// board returns the address of a board, on Cloud and on Data Center.
func (s site) board(id int) string {
	return fmt.Sprintf("%s/secure/RapidBoard.jspa?rapidView=%d", s.base, id)
}

// boards are those on which the ticket is, with their statuses by name: as the
// site calls them today, and as they were called when the ticket stood in them.
func (p *past) boards() []evidence.Board {
	var list []evidence.Board
	called := p.called()
	for _, b := range p.t.boards {
		out := evidence.Board{Name: b.name, URL: p.site.board(b.id), Columns: []evidence.Column{}}
		for _, c := range b.columns {
			col := evidence.Column{Name: c.name, Statuses: []string{}, Limit: c.limit}
			for _, id := range c.statuses {
				col.Statuses = append(append(col.Statuses, p.states.names[id]), called[id]...)
			}
			if col.Statuses = unique(col.Statuses); col.Statuses == nil {
				col.Statuses = []string{}
			}
			out.Columns = append(out.Columns, col)
		}
		list = append(list, out)
	}
	return list
}
