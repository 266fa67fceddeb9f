package jira

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/dossier-report/dossier/collectors"
	"github.com/dossier-report/dossier/collectors/internal/web"
	"github.com/dossier-report/dossier/evidence"
)

// answer is what a site said of a board.
type answer struct {
	board board
	err   error
}

// boardOf asks for a board once.
func (r *run) boardOf(ctx context.Context, id int) (board, error) {
	a, ok := r.boards[id]
	if !ok {
		a.board, a.err = r.board(ctx, id)
		r.boards[id] = a
	}
	return a.board, a.err
}

// itsOwn reports whether an error is one board's own, so that everything else
// can be asked for.
func itsOwn(ctx context.Context, err error) bool {
	var sign *collectors.SignInError
	return ctx.Err() == nil && !errors.As(err, &sign) && web.Status(err) != 0
}

// readBoards reads all tickets of the boards that are named, whoever worked on
// them: how long work takes on a board cannot be told from one person's tickets.
// Those of others are kept for their flow and are no evidence.
func (r *run) readBoards(ctx context.Context, p evidence.Period) error {
	for _, id := range r.cfg.Boards {
		b, err := r.boardOf(ctx, id)
		one := &run{collector: r.collector, door: r.door, out: r.out, part: fmt.Sprintf("board %d", id), ask: r.ask,
			maker: r.maker, found: map[string]bool{}, told: map[string]bool{}, shared: r.shared}
		if err == nil {
			r.out.Note(one.part, b.String())
			one.ask.filter = b.filter
			err = one.tell(ctx, p)
		}
		if err != nil && !itsOwn(ctx, err) {
			return err
		}
		if err != nil {
			r.out.Gap(one.part, evidence.Gap{What: one.part, Why: firstLine(err.Error())})
		}
	}
	return nil
}

// tell reads the tickets of a board.
func (r *run) tell(ctx context.Context, p evidence.Period) error {
	if !isDigits(r.ask.filter) {
		r.out.Gap(r.part, evidence.Gap{What: r.part, Why: "the site does not say by which filter it finds its tickets"})
		return nil
	}
	err := r.read(ctx, p)
	if r.others > 0 {
		r.out.Note(r.part, fmt.Sprintf("tickets in which the person had a part only at another time were not kept: %d", r.others))
	}
	return err
}

// ofBoard reports whether the part is a board.
func (r *run) ofBoard() bool { return r.ask.filter != "" }

// has reports whether another part gave the ticket as it was last updated.
func (r *run) has(id string, updated time.Time) bool {
	was, ok := r.given[id]
	return ok && r.ofBoard() && was == at(updated)
}

// pass passes over a ticket that another part gave.
func (r *run) pass(id string, updated time.Time) {
	r.cur.read(id, updated)
	r.passed = true
}

// wanted returns the tickets that no other part gave.
func (r *run) wanted(list []found) []found {
	var want []found
	for _, f := range list {
		if !r.has(f.id, f.updated) {
			want = append(want, f)
		}
	}
	return want
}

// fill returns how many tickets at the head of the list make a page.
func (r *run) fill(list []found) int {
	want := 0
	for i, f := range list {
		if r.has(f.id, f.updated) {
			continue
		}
		if want == r.page {
			return i
		}
		want++
	}
	return len(list)
}

// spare returns somebody else's ticket with no more of them than its flow needs:
// who had it, by name, and nothing that they wrote but its title.
func spare(it evidence.Item) evidence.Item {
	it.Text = ""
	if it.Author != nil {
		a := *it.Author
		a.Email = ""
		it.Author = &a
	}
	var people []evidence.Participant
	for _, p := range it.People {
		if p.Role == "assignee" {
			p.Email = ""
			people = append(people, p)
		}
	}
	it.People = people
	return it
}
