package github

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/dossier-report/dossier/collectors"
	"github.com/dossier-report/dossier/evidence"
)

// board is a project board that is to be read.
type board struct {
	owner  string
	number int
	print  string // changes when something on the board does, as far as the server tells
}

func (b *board) part() string { return fmt.Sprintf("board %s/%d", b.owner, b.number) }

// fresh is how long a board that says it has not changed is believed: GitHub
// does not promise that a moved card changes the board's date.
const fresh = 24 * time.Hour

// onBoard is a page of a board.
type onBoard struct {
	ID            string
	Number        int
	Title, URL    string
	Public        *bool
	Status        *struct{ Options []struct{ Name string } } // the field by which the board has its columns
	StatusUpdates list[json.RawMessage]
	Items         *list[json.RawMessage]
}

// readBoard reads a board whole, because a card without an issue has no history
// but what was seen of it before. Only cards in which the person had a part are
// kept as items; where all others stood is remembered for the next run.
func (r *run) readBoard(ctx context.Context, b *board) error {
	part := b.part()
	cur, err := r.cursor(ctx, part)
	if err != nil {
		return err
	}
	question := part + " of " + r.login
	ask := r.ask(question)
	if d, ok := cur.complete(ask, b.print); ok && r.now.Sub(time.Unix(d.At, 0)) < fresh {
		r.out.Same(part, question)
		return nil
	}
	pb := &passingBoard{run: r, board: b, part: part, seen: map[string]*collectors.Sighting{}, before: cur.Seen}
	if err := pb.read(ctx); err != nil {
		return err
	}
	if err := pb.history(ctx); err != nil {
		return err
	}
	items := pb.items()
	if !pb.lost {
		cur.finish(ask, b.print, r.now)
	} else {
		for id, s := range cur.Seen { // what could not be read is not forgotten
			if pb.seen[id] == nil {
				pb.seen[id] = s
			}
		}
	}
	cur.Seen = pb.seen
	return r.keep(ctx, evidence.Batch{Part: part, Query: question, Items: items, Cursor: cur.encode(), Begin: true, End: !pb.lost})
}

// passingBoard is a board being read.
type passingBoard struct {
	*run
	board   *board
	part    string
	head    onBoard
	cards   []*card
	updates []json.RawMessage
	moved   map[string][]*boardMove // by the id of an issue or pull request
	before  map[string]*collectors.Sighting
	seen    map[string]*collectors.Sighting
	lost    bool
}

type card struct {
	boardItem
	raw json.RawMessage
}

// read reads all pages of the board.
func (b *passingBoard) read(ctx context.Context) error {
	known := map[string]bool{}
	for after, first := "", true; ; first = false {
		vars := map[string]any{"owner": b.board.owner, "number": b.board.number, "first": first}
		if after != "" {
			vars["after"] = after
		}
		var got struct {
			RepositoryOwner *struct{ ProjectV2 *onBoard }
		}
		problems, err := b.api.query(ctx, boardQuery, vars, &got)
		if err != nil {
			return err
		}
		if got.RepositoryOwner == nil || got.RepositoryOwner.ProjectV2 == nil || got.RepositoryOwner.ProjectV2.Items == nil {
			return errors.New("the board is not given" + because(problems))
		}
		page := got.RepositoryOwner.ProjectV2
		for _, e := range problems {
			b.lose("part of the board", e.Error())
		}
		if first {
			b.head = *page
			for _, u := range page.StatusUpdates.all() {
				b.updates = append(b.updates, *u)
			}
		}
		items := page.Items
		for _, raw := range items.Nodes {
			c := &card{}
			if raw == nil || string(*raw) == "null" {
				b.lose("a card", "the token must not see it")
				continue
			}
			c.raw = *raw
			if err := json.Unmarshal(*raw, &c.boardItem); soft(err) != nil || c.ID == "" {
				b.lose("a card", "it cannot be understood")
				continue
			}
			if !known[c.ID] {
				known[c.ID] = true
				b.cards = append(b.cards, c)
			}
		}
		if !items.PageInfo.HasNextPage {
			if n := items.TotalCount - len(known); n > 0 && !b.lost {
				b.lose("cards", fmt.Sprintf("%s counts %d and gave %d", b.c.web, items.TotalCount, len(known)))
			}
			return nil
		}
		if items.PageInfo.EndCursor == after {
			return fmt.Errorf("%s gave the same page twice", b.c.web)
		}
		after = items.PageInfo.EndCursor
		b.out.Expect(b.part, items.TotalCount)
	}
}

// set is the board as it is set up: a column for each option of its status.
func (h *onBoard) set() evidence.Board {
	out := evidence.Board{Name: h.Title, URL: h.URL, Columns: []evidence.Column{}}
	if h.Status == nil {
		return out
	}
	for _, o := range h.Status.Options {
		if o.Name != "" {
			out.Columns = append(out.Columns, evidence.Column{Name: o.Name, Statuses: []string{o.Name}})
		}
	}
	return out
}

func (b *passingBoard) lose(what, why string) {
	b.lost = true
	b.gap(b.part, what, why)
}

// boardMove is a change of status that GitHub recorded.
type boardMove struct {
	CreatedAt              stamp
	PreviousStatus, Status string
	WasAutomated           bool
	Actor                  *actor
	Project                *struct{ ID string }
}

// history asks for the recorded moves of the issues and pull requests whose
// cards may be of interest. A move that is not recorded may have happened all
// the same: GitHub has lost some since September 2026.
func (b *passingBoard) history(ctx context.Context) error {
	b.moved = map[string][]*boardMove{}
	if !b.moves {
		return nil
	}
	var ids []string
	for _, c := range b.cards {
		if c.Content != nil && c.Content.ID != "" && c.Content.Typename != "DraftIssue" && c.UpdatedAt.Unix() >= b.span.From && !slices.Contains(ids, c.Content.ID) {
			ids = append(ids, c.Content.ID)
		}
	}
	for chunk := range slices.Chunk(ids, 100) {
		var got struct {
			Nodes []*struct {
				ID    string
				Moves list[boardMove]
			}
		}
		if _, err := b.api.query(ctx, boardHistoryQuery, map[string]any{"ids": chunk}, &got); err != nil {
			if ctx.Err() != nil || stops(err) {
				return err
			}
			b.out.Note(b.part, "the recorded moves could not be read: "+err.Error())
			return nil
		}
		for _, n := range got.Nodes {
			if n == nil {
				continue
			}
			for _, mv := range n.Moves.all() {
				if mv.Project != nil && mv.Project.ID == b.head.ID && mv.Status != "" {
					b.moved[n.ID] = append(b.moved[n.ID], mv)
				}
			}
		}
	}
	return nil
}
