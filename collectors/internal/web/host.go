package web

import (
	"context"
	"sync"
	"time"
)

// host is what is known of an origin's patience. It is shared by all workers.
type host struct {
	slots chan struct{} // as many as requests may run side by side
	gate  gate
	paces paces

	mu      sync.Mutex
	over    *LimitError  // set while it takes no more requests for too long a time
	refused int          // answers 401 in a row
	last    *StatusError // the last of them, once it is not asked any more
}

func newHost(atOnce int) *host {
	return &host{slots: make(chan struct{}, atOnce), paces: paces{m: map[string]*pace{}}}
}

// stopped returns why the host is not to be asked, nil if it is.
func (h *host) stopped() error {
	h.mu.Lock()
	defer h.mu.Unlock()
	switch {
	case h.over != nil:
		return h.over
	case h.last != nil:
		return h.last
	}
	return nil
}

// close keeps everybody from asking for d.
func (h *host) close(e *LimitError, d time.Duration) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.over = e
	time.AfterFunc(d, func() {
		h.mu.Lock()
		defer h.mu.Unlock()
		if h.over == e {
			h.over = nil
		}
	})
}

// refuse counts an answer 401; the most-th in a row is the last.
func (h *host) refuse(e *StatusError, most int) {
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.refused++; most > 0 && h.refused >= most {
		h.last = e
	}
}

func (h *host) accept() {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.refused, h.last = 0, nil
}

// enter waits until the host may be asked, and returns what has to be called
// when the answer has been judged.
func (a *ask) enter() (leave func(), err error) {
	h := a.host
	done, err := a.takeTurn()
	if err != nil {
		return nil, err
	}
	for {
		if err := h.stopped(); err != nil {
			done()
			return nil, err
		}
		if err := h.gate.pass(a.ctx); err != nil {
			done()
			return nil, err
		}
		select {
		case h.slots <- struct{}{}:
		case <-a.ctx.Done():
			done()
			return nil, a.ctx.Err()
		}
		// While waiting for the slot, somebody may have met a limit.
		if h.gate.isOpen() && h.stopped() == nil {
			return func() { <-h.slots; done() }, nil
		}
		<-h.slots
	}
}

// gate is shut while at least one pause lasts. The zero gate is open.
type gate struct {
	mu     sync.Mutex
	pauses int
	opens  chan struct{}
}

// shut begins a pause, which ends by itself.
func (g *gate) shut(d time.Duration) {
	g.mu.Lock()
	defer g.mu.Unlock()
	if g.pauses++; g.pauses == 1 {
		g.opens = make(chan struct{})
	}
	time.AfterFunc(d, func() {
		g.mu.Lock()
		defer g.mu.Unlock()
		if g.pauses--; g.pauses == 0 {
			close(g.opens)
		}
	})
}

func (g *gate) isOpen() bool {
	g.mu.Lock()
	defer g.mu.Unlock()
	return g.pauses == 0
}

// pass waits for all pauses to end.
func (g *gate) pass(ctx context.Context) error {
	for {
		g.mu.Lock()
		pauses, opens := g.pauses, g.opens
		g.mu.Unlock()
		if pauses == 0 {
			return ctx.Err()
		}
		select {
		case <-opens:
		case <-ctx.Done():
			return ctx.Err()
		}
	}
}
