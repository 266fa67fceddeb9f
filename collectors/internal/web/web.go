// Package web is HTTP as every collector needs it: one [http.RoundTripper] that
// stands below whatever client a collector uses.
//
// It adds credentials for exactly the origins (scheme, host and port) they were
// given for, and takes those away that a client set itself. It repeats what
// failed by chance, waits out what a server limits, and says when that would
// take too long ([LimitError]). It reads every answer whole, up to a size and
// within deadlines, and hands on only what can be parsed: a login page
// ([LoginPageError]), an empty answer ([EmptyError]), one that is cut short or
// too large ([TooLargeError]) is an error and never "nothing found".
//
// A collector makes one [Transport] for its source and gives
// [Transport.Client] to the client library:
//
//	t := web.New(web.Options{
//		Base: env.HTTP.Transport, Now: env.Now,
//		Auth: map[web.Origin]web.Auth{web.OriginOf(api): web.Bearer(token)},
//	})
//	client := github.NewClient(t.Client())
//
// Errors of a client library repeat the address with its query; what is shown
// or logged goes through [Transport.Error] first.
//
// Times are durations measured by timers, never by the local clock: it may be
// wrong, and may jump. Options.Now serves only to tell a person when to go on.
package web

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"sync"
	"time"
)

// Options says how to ask. Now has to be set; every other zero value has a
// sensible meaning.
type Options struct {
	// Base sends the requests; nil means NewBase(nil).
	Base http.RoundTripper
	// Now is the clock for [LimitError.Until] and for servers that send no
	// Date.
	Now func() time.Time
	// Auth signs in to the origins that it names and to no other.
	Auth map[Origin]Auth
	// Secrets are further values that no error and no log may show; those that
	// Auth gives are known already.
	Secrets []string

	// Tries is how often a request is sent at most, but for limits; 0 means 5.
	// A context may say less, see [Tries].
	Tries int
	// MaxWait is the longest single wait for a limit to end; 0 means 15 min, less
	// than 0 that nothing is waited for. A longer one is a [LimitError] at once.
	MaxWait time.Duration
	// AtOnce is how many requests a host gets at most side by side; 0 means 4.
	AtOnce int
	// Refusals is after how many answers 401 in a row an origin is not asked
	// any more; 0 means 2, less than 0 never.
	Refusals int

	// MaxBytes caps an answer after decompression; 0 means 32 MiB.
	MaxBytes int64
	// HeaderWait, IdleWait and WholeWait are how long a try may take until its
	// header, between two pieces of its body, and altogether; 0 means 30 s,
	// 30 s and 2 min.
	HeaderWait, IdleWait, WholeWait time.Duration

	// Limited recognises limits that only the body tells, such as
	// [GraphQLLimited]. It sees answers of every status and may be nil. It must
	// not keep or read resp.Body.
	Limited func(resp *http.Response, body []byte) bool
	// StatusErrors turns every final answer outside of 200 to 299, but 304 and
	// redirects, into a [StatusError]. Otherwise the client sees it.
	StatusErrors bool
	// ETags keeps answers for conditional requests; nil means none are made.
	ETags ETags
	// Log is told of each answer and wait; it may be nil and may be called from
	// several goroutines at once. Events hold no secrets.
	Log func(Event)
}

// The figures that zero Options stand for.
const (
	defaultTries    = 5
	defaultMaxWait  = 15 * time.Minute
	defaultAtOnce   = 4
	defaultRefusals = 2
	defaultMaxBytes = 32 << 20
	defaultHeader   = 30 * time.Second
	defaultIdle     = 30 * time.Second
	defaultWhole    = 2 * time.Minute
)

// Transport is the round tripper. It can be used by several goroutines; a limit
// that one of them meets holds for all. Make one for each source, and keep it
// for as long as the source is asked.
type Transport struct {
	opt     Options
	base    http.RoundTripper
	secrets *secrets
	tally   tally

	mu    sync.Mutex
	hosts map[Origin]*host
}

// New makes a transport. It panics when opt.Now is nil.
func New(opt Options) *Transport {
	if opt.Now == nil {
		panic("web: Options.Now is nil")
	}
	orDefault(&opt.Tries, defaultTries)
	orDefault(&opt.MaxWait, defaultMaxWait)
	orDefault(&opt.AtOnce, defaultAtOnce)
	orDefault(&opt.Refusals, defaultRefusals)
	orDefault(&opt.MaxBytes, defaultMaxBytes)
	orDefault(&opt.HeaderWait, defaultHeader)
	orDefault(&opt.IdleWait, defaultIdle)
	orDefault(&opt.WholeWait, defaultWhole)
	t := &Transport{opt: opt, base: opt.Base, secrets: newSecrets(opt.Secrets), hosts: map[Origin]*host{}}
	if t.base == nil {
		t.base = NewBase(nil)
	}
	t.opt.Auth = make(map[Origin]Auth, len(opt.Auth))
	for o, a := range opt.Auth {
		t.opt.Auth[o.normal()] = a
	}
	return t
}

func orDefault[T comparable](v *T, d T) {
	var zero T
	if *v == zero {
		*v = d
	}
}

// Client returns a client over the transport that follows at most five
// redirects, and none to another origin. It has no time limit of its own, since
// a request may lie waiting for a limit to end; a context can give it one.
func (t *Transport) Client() *http.Client {
	return &http.Client{Transport: t, CheckRedirect: t.checkRedirect}
}

// RoundTrip asks, and asks again where that is right. Its errors are one of
// this package's types, or a context's; the answers that it returns have been
// read whole.
func (t *Transport) RoundTrip(req *http.Request) (*http.Response, error) {
	a, err := t.prepare(req)
	if err != nil {
		return nil, err
	}
	return a.run()
}

// CloseIdleConnections closes those of the base.
func (t *Transport) CloseIdleConnections() {
	if c, ok := t.base.(interface{ CloseIdleConnections() }); ok {
		c.CloseIdleConnections()
	}
}

// Format writes the type alone: a transport knows secrets.
func (t *Transport) Format(f fmt.State, _ rune) { _, _ = io.WriteString(f, "web.Transport") }

func (t *Transport) host(o Origin) *host {
	t.mu.Lock()
	defer t.mu.Unlock()
	h := t.hosts[o]
	if h == nil {
		h = newHost(t.opt.AtOnce)
		t.hosts[o] = h
	}
	return h
}

// sleep waits for d or the end of ctx, whose error it then returns.
func sleep(ctx context.Context, d time.Duration) error {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}
