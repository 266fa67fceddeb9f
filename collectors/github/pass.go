package github

import (
	"context"
	"encoding/json"
	"fmt"
	"strings"

	"github.com/dossier-report/dossier/evidence"
)

// passing is a pass of a search.
type passing struct {
	*run
	search *search
	cur    *cursor
	n      int  // results a page
	fresh  bool // the next page is the first of its pass
	begun  bool // the pass began in this run
	found  int  // reviews of the period that were found in this run
}

func (p *passing) start(ask string, n count) {
	p.fresh, p.begun = true, true
	p.cur.Pass = &pass{Ask: ask, Print: n.print, Windows: []window{p.search.within}}
	if n.results > maxResults {
		p.cur.Pass.Windows = p.search.within.split(int64((n.results + aim - 1) / aim))
	}
}

// nothing keeps an empty pass: the server said that there is nothing.
func (p *passing) nothing(ctx context.Context) error {
	p.cur.finish(p.cur.Pass.Ask, p.cur.Pass.Print, p.now)
	return p.keep(ctx, evidence.Batch{Part: p.search.name, Query: p.search.text(p.search.within), Cursor: p.cur.encode(), Begin: p.fresh, End: true})
}

// answer is a page of a search.
type answer struct {
	results int
	next    pageInfo
	nodes   []json.RawMessage
	nulls   map[int]string // why a node is missing or not whole
	skipped string         // the one result that the server could not give
	// incomplete says that the server ran out of time and found only some.
	incomplete bool
}

// maxWindows bounds how often a search is split that a server has no time for.
const maxWindows = 64

// page reads the next page and keeps it with the place to go on from.
func (p *passing) page(ctx context.Context) error {
	pass := p.cur.Pass
	w := pass.Windows[0]
	query := p.search.text(w) + " sort:created-asc"
	a, err := p.fetch(ctx, query, pass.After)
	if err != nil {
		if pass.After != "" && strings.Contains(err.Error(), "INVALID_CURSOR") {
			pass.After, pass.Seen = "", 0 // the server has forgotten the place: the window is read again
			return p.page(ctx)
		}
		return err
	}
	if pass.After == "" && (a.results > maxResults || a.incomplete) {
		if halves := w.split(2); len(halves) == 2 && (!a.incomplete || len(pass.Windows) < maxWindows) {
			pass.Windows = append(halves, pass.Windows[1:]...)
			return nil
		}
	}
	switch {
	case a.incomplete:
		p.lose(w.String(), "the server ran out of time and found only some")
	case pass.After == "" && a.results > maxResults:
		p.lose(w.String(), fmt.Sprintf("%d results in one second, and a search gives no more than %d", a.results, maxResults))
	}
	items, err := p.items(ctx, a)
	if err != nil {
		return err
	}
	pass.Seen += len(a.nodes)
	if a.skipped != "" {
		pass.Seen++
		p.lose(a.skipped, "it is too much for the server to give, even by itself")
	}
	last := a.next
	switch {
	case last.HasNextPage && (last.EndCursor == "" || last.EndCursor == pass.After):
		return fmt.Errorf("%s gave the same page twice", p.c.web)
	case last.HasNextPage:
		pass.After = last.EndCursor
	default:
		p.checkTotal(w, a.results)
		pass.Windows, pass.After, pass.Seen = pass.Windows[1:], "", 0
	}
	end := len(pass.Windows) == 0
	b := evidence.Batch{Part: p.search.name, Query: query, Items: items, Begin: p.fresh, End: end && !pass.Lost}
	if end {
		p.close()
	}
	b.Cursor = p.cur.encode()
	p.fresh = false
	return p.keep(ctx, b)
}

// checkTotal compares what came with what the server counted.
func (p *passing) checkTotal(w window, results int) {
	if missing := min(results, maxResults) - p.cur.Pass.Seen; missing > 0 {
		p.lose(w.String(), fmt.Sprintf("%s counts %d results and gave %d", p.c.web, results, p.cur.Pass.Seen))
	}
}

// close ends the pass. One that lost something is not noted as complete, so
// that the next run tries again.
func (p *passing) close() {
	pass := p.cur.Pass
	if pass.Lost {
		p.cur.Pass = nil
		return
	}
	p.cur.finish(pass.Ask, pass.Print, p.now)
}
