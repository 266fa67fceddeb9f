package jira

import (
	"context"
	"errors"
	"fmt"
	"strings"
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

// learnBoards asks what the named boards are before anything else: as they are
// set up now is part of what is asked, so that when one is changed all tickets
// are told anew.
func (r *run) learnBoards(ctx context.Context) error {
	for _, id := range r.cfg.Boards {
		// A board that cannot be read is a gap of its own part; see readBoards.
		if _, err := r.boardOf(ctx, id); err != nil && !itsOwn(ctx, err) {
			return err
		}
	}
	return nil
}

// place finds out on which of the named boards tickets are. Of a board that the
// part reads its filter has said so.
func (r *run) place(ctx context.Context, ids []string) error {
	for _, id := range r.cfg.Boards {
		b, err := r.boardOf(ctx, id)
		if err != nil || !isDigits(b.filter) {
			continue // a gap of its own part
		}
		on := r.on[id]
		if on == nil {
			on = map[string]bool{}
			r.on[id] = on
		}
		var ask []string
		for _, t := range ids {
			if _, known := on[t]; r.ask.filter == b.filter {
				on[t] = true
			} else if !known {
				ask = append(ask, t)
			}
		}
		if err := r.askPlace(ctx, b, ask, on); err != nil {
			return err
		}
	}
	return nil
}

// askPlace asks which tickets a board's filter finds. They are named, so that
// it does not matter what is changed meanwhile.
func (r *run) askPlace(ctx context.Context, b board, ids []string, on map[string]bool) error {
	if len(ids) == 0 {
		return nil
	}
	path, token := "rest/api/2/search/jql", ""
	body := map[string]any{"jql": "filter = " + b.filter + " AND id IN (" + strings.Join(ids, ", ") + ")", "fields": []string{"updated"}, "maxResults": maxIDs}
	if !r.cloud {
		path, body["maxResults"] = "rest/api/2/search", len(ids)
	}
	for range ids { // no more pages than tickets
		page, err := r.post(ctx, path, body)
		if err != nil {
			if !itsOwn(ctx, err) {
				return err
			}
			r.out.Note(r.part, fmt.Sprintf("which tickets are on board %d is not known: %s", b.id, firstLine(err.Error())))
			return nil
		}
		for _, x := range page.at("issues").list() {
			on[x.at("id").text()] = true
		}
		next := page.at("nextPageToken").text()
		if next == "" || next == token {
			break
		}
		token, body["nextPageToken"] = next, next
	}
	for _, id := range ids {
		if !on[id] {
			on[id] = false // asked for, and not on it
		}
	}
	return nil
}

// boardsWith returns the named boards on which a ticket is.
func (r *run) boardsWith(ticket string) []board {
	var list []board
	for _, id := range r.cfg.Boards {
		if r.on[id][ticket] {
			list = append(list, r.boards[id].board)
		}
	}
	return list
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
	return r.read(ctx, p)
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
