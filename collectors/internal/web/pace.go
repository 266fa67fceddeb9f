package web

import (
	"net/http"
	"strconv"
	"sync"
	"time"
)

// reserve is how many requests are left to the person's other tools.
const reserve = 50

// paces are the limits that one host counts by themselves.
type paces struct {
	mu sync.Mutex
	m  map[string]*pace
}

func (p *paces) of(path string) *pace {
	p.mu.Lock()
	defer p.mu.Unlock()
	name := bucket(path)
	one := p.m[name]
	if one == nil {
		one = &pace{turn: make(chan struct{}, 1)}
		p.m[name] = one
	}
	return one
}

// pace slows down when little is left of a limit: what is left above the
// reserve is spread over the time until the limit is reset.
type pace struct {
	turn chan struct{} // held from the wait to the answer: one at a time

	mu     sync.Mutex
	delay  time.Duration
	forget *time.Timer
}

// learn reads what an answer says about the limit.
func (p *pace) learn(h http.Header, now time.Time) {
	left, err1 := strconv.Atoi(h.Get("X-RateLimit-Remaining"))
	limit, err2 := strconv.Atoi(h.Get("X-RateLimit-Limit"))
	until, ok := untilReset(h, now)
	if err1 != nil || err2 != nil || !ok || limit <= 0 {
		return
	}
	// One part in twenty is where it begins, and of a small limit a few.
	floor := min(reserve, limit/20)
	switch {
	case left > max(limit/20, 2*floor):
		p.clear()
	case left <= floor:
		p.set(until, until)
	default:
		p.set(until/time.Duration(left-floor), until)
	}
}

// set demands a delay before each request for as long as it lasts.
func (p *pace) set(delay, lasts time.Duration) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.forget != nil {
		p.forget.Stop()
	}
	p.delay = delay
	var self *time.Timer
	self = time.AfterFunc(lasts, func() {
		p.mu.Lock()
		defer p.mu.Unlock()
		if p.forget == self {
			p.delay, p.forget = 0, nil
		}
	})
	p.forget = self
}

func (p *pace) clear() {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.forget != nil {
		p.forget.Stop()
	}
	p.delay, p.forget = 0, nil
}

func (p *pace) now() time.Duration {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.delay
}

// takeTurn waits as long as the pace demands. Done has to be called when the
// answer was learned from.
func (a *ask) takeTurn() (done func(), err error) {
	p := a.host.paces.of(a.req.URL.Path)
	if p.now() == 0 {
		return func() {}, a.ctx.Err()
	}
	select {
	case p.turn <- struct{}{}:
	case <-a.ctx.Done():
		return nil, a.ctx.Err()
	}
	done = func() { <-p.turn }
	d := p.now()
	switch {
	case d == 0:
		return done, nil
	case d > a.t.opt.MaxWait:
		done()
		return nil, a.over(d)
	}
	a.waits(d, "few requests are left")
	if err := sleep(a.ctx, d); err != nil {
		done()
		return nil, err
	}
	return done, nil
}
