package collectors

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"sync"

	"github.com/dossier-report/dossier/evidence"
)

// maxGaps is how many gaps of a part are listed by themselves, those that lose
// something and those that do not each for itself.
const maxGaps = 100

// maxNotes is how many different notes a part has.
const maxNotes = 20

// errClosed is what a collector gets that goes on after it returned.
var errClosed = errors.New("the collector has returned; nothing more is kept")

// sink is the [Sink] of one source in one run. It checks what passes.
type sink struct {
	run    *run
	source string

	mu     sync.Mutex
	parts  map[string]*part
	kept   evidence.Kept
	pages  int
	closed bool
	broken error // the first failure of the keeper

	writing sync.WaitGroup
}

// part is what is known of a part so far. Its fields are guarded by the
// sink's mu, but for turn.
type part struct {
	turn   sync.Mutex // pages of a part are kept one at a time
	query  string
	lost   int // gaps that lose something
	odd    int // items kept although something in them is odd
	gaps   []evidence.Gap
	oddity []evidence.Gap
	notes  []string
	out    int // items dropped because they are not of the period
	flow   int // items kept for their flow alone
	masked int // secrets removed
	pages  int
	same   bool
	broken error
}

// part returns the part; the caller holds s.mu.
func (s *sink) part(name string) *part {
	p := s.parts[name]
	if p == nil {
		p = &part{}
		s.parts[name] = p
	}
	return p
}

func (s *sink) Cursor(ctx context.Context, name string) (string, error) {
	name = s.run.red.Text(name)
	s.mu.Lock()
	closed := s.closed
	if !closed {
		s.part(name)
	}
	s.mu.Unlock()
	if closed {
		return "", errClosed
	}
	cursor, err := s.run.keeper.Cursor(ctx, s.source, name)
	if err != nil {
		err = fmt.Errorf("read the cursor of %q: %w", name, err)
		s.mu.Lock()
		defer s.mu.Unlock()
		if s.broken == nil {
			s.broken = err
		}
	}
	return cursor, err
}

// Keep checks a page and stores it. After a page of a part could not be stored
// no later one of that part is: its cursor would be ahead of what is kept.
func (s *sink) Keep(ctx context.Context, page evidence.Batch) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	page.Part = s.run.red.Text(page.Part)
	s.mu.Lock()
	if s.closed {
		s.mu.Unlock()
		return errClosed
	}
	s.writing.Add(1)
	defer s.writing.Done()
	p := s.part(page.Part)
	s.mu.Unlock()

	p.turn.Lock()
	defer p.turn.Unlock()
	s.mu.Lock()
	err := p.broken
	s.mu.Unlock()
	if err != nil {
		return err
	}

	page = s.checked(page, p)
	kept, err := s.run.keeper.Keep(ctx, s.source, page)
	s.mu.Lock()
	if err != nil {
		err = fmt.Errorf("keep a page of %q: %w", page.Part, err)
		p.broken = err
		if s.broken == nil {
			s.broken = err
		}
		s.mu.Unlock()
		return err
	}
	p.pages++
	s.pages++
	s.kept.Add(kept)
	s.mu.Unlock()
	s.run.event(Event{Source: s.source, Part: page.Part, Kind: EventKept, Items: len(page.Items), Kept: kept})
	return nil
}

// checked returns the page as it may be stored, and counts in p what had to be
// changed.
func (s *sink) checked(page evidence.Batch, p *part) evidence.Batch {
	m := mender{source: s.source, period: s.run.opt.Period, red: s.run.red}
	page.Items = m.items(page.Items)
	page.Query = m.text(page.Query)
	page.Period = narrow(page.Period, s.run.opt.Period)
	if s.run.red.known(page.Cursor) {
		page.Cursor = "" // the next run starts over, which loses nothing
		m.gap("the cursor", "held a secret and was not kept; the part starts over next time", true)
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if page.Query != "" {
		p.query = page.Query
	}
	for _, g := range m.gaps {
		p.add(g)
	}
	p.out += m.outside
	p.flow += m.flows
	p.masked += m.masked
	if p.lost > 0 {
		page.End = false // what could not be read is not gone
	}
	return page
}

// narrow returns the part of a that is in b: a run says nothing about what is
// outside its period.
func narrow(a, b evidence.Period) evidence.Period {
	if b.From.After(a.From) {
		a.From = b.From
	}
	if a.To.IsZero() || !b.To.IsZero() && b.To.Before(a.To) {
		a.To = b.To
	}
	if a.Zone == nil {
		a.Zone = b.Zone
	}
	return a
}

func (s *sink) Same(name, query string) {
	s.on(name, func(p *part) {
		p.same = true
		if query != "" {
			p.query = s.run.red.Text(query)
		}
	})
}

func (s *sink) Expect(name string, items int) {
	if s.on(name, func(*part) {}) {
		s.run.event(Event{Source: s.source, Part: s.run.red.Text(name), Kind: EventExpect, Expect: items})
	}
}

func (s *sink) Gap(name string, gap evidence.Gap) {
	gap.What, gap.Why = s.run.red.Text(gap.What), s.run.red.Text(gap.Why)
	s.on(name, func(p *part) { p.add(gap) })
}

func (s *sink) Note(name, note string) {
	note = s.run.red.Text(note)
	s.on(name, func(p *part) {
		if len(p.notes) < maxNotes && !slices.Contains(p.notes, note) {
			p.notes = append(p.notes, note)
		}
	})
}

// on changes a part, unless the collector has returned.
func (s *sink) on(name string, change func(*part)) bool {
	name = s.run.red.Text(name)
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.closed {
		return false
	}
	change(s.part(name))
	return true
}

func (p *part) add(g evidence.Gap) {
	if g.Bad {
		p.odd++
		if p.odd <= maxGaps {
			p.oddity = append(p.oddity, g)
		}
		return
	}
	p.lost++
	if p.lost <= maxGaps {
		p.gaps = append(p.gaps, g)
	}
}

// close ends the sink and waits for pages that are being written.
func (s *sink) close() {
	s.mu.Lock()
	s.closed = true
	s.mu.Unlock()
	s.writing.Wait()
}

func (s *sink) fault() error {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.broken
}

func (s *sink) total() evidence.Kept {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.kept
}
