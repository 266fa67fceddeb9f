package collectorstest

import (
	"context"
	"encoding/base64"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"sync"
	"testing"

	"github.com/dossier-report/dossier/collectors"
)

func stopsAtOnce(t testing.TB, c *Case, l *ledger) {
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	env := c.env(t, l)
	o := c.run(ctx, t, env, NewMemory(env.Now), nil)
	if !o.stopped(t) {
		return
	}
	if o.err == nil {
		t.Error("Collect returns nil although it was stopped before it began: that reads as nothing found")
	}
}

func stopsAfterPage(t testing.TB, c *Case, l *ledger) {
	whole := c.fresh(t, l)
	o, _ := c.cut(t, l)
	if !o.stopped(t) {
		return
	}
	if o.err == nil && len(o.items()) < len(whole.items()) {
		t.Errorf("Collect returns nil although it was stopped with %d of %d items", len(o.items()), len(whole.items()))
	}
}

// cut runs a collector that is stopped as soon as its first page is kept.
func (c *Case) cut(t testing.TB, l *ledger) (*outcome, *Memory) {
	t.Helper()
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	env := c.env(t, l)
	keeper := NewMemory(env.Now)
	return c.run(ctx, t, env, keeper, cancel), keeper
}

// stopped reports whether the collector returned and left nothing running.
func (o *outcome) stopped(t testing.TB) bool {
	t.Helper()
	if o.late {
		t.Errorf("Collect did not return within %v after it was stopped", stopWithin)
		return false
	}
	o.clean(t)
	return true
}

func (o *outcome) clean(t testing.TB) {
	t.Helper()
	for _, stack := range o.left {
		t.Errorf("Collect returned and left running:\n%s", stack)
	}
	o.sink.mu.Lock()
	defer o.sink.mu.Unlock()
	for _, call := range o.sink.after {
		t.Errorf("after Collect returned came %s", call)
	}
}

// hang is a transport that answers the first requests and then none.
type hang struct {
	next   http.RoundTripper
	mu     sync.Mutex
	before int // requests that are answered
	once   sync.Once
	asked  func() // when one is not answered
}

func (h *hang) RoundTrip(req *http.Request) (*http.Response, error) {
	h.mu.Lock()
	h.before--
	answers := h.before >= 0
	h.mu.Unlock()
	if answers {
		return h.next.RoundTrip(req)
	}
	h.once.Do(h.asked)
	<-req.Context().Done()
	return nil, req.Context().Err()
}

func stopsInRequest(t testing.TB, c *Case, l *ledger) {
	for before := range 2 {
		ctx, cancel := context.WithCancel(context.Background())
		env := c.env(t, l)
		client := *env.HTTP
		next := client.Transport
		if next == nil {
			next = http.DefaultTransport
		}
		client.Transport = &hang{next: next, before: before, asked: cancel}
		env.HTTP = &client
		o := c.run(ctx, t, env, NewMemory(env.Now), nil)
		if o.stopped(t) && ctx.Err() != nil && o.err == nil {
			t.Errorf("Collect returns nil although it was stopped while request %d was not answered", before+1)
		}
		cancel()
	}
}

func resumes(t testing.TB, c *Case, l *ledger) {
	whole := c.fresh(t, l)
	o, keeper := c.cut(t, l)
	if o.late {
		t.Fatal("Collect did not stop")
	}
	c.again(t, l, keeper)
	compare(t, "after a run that was stopped and one that was not", contents(whole.items()), records(keeper.Items()))
}

// errFull is what a keeper says whose disk is full.
var errFull = errors.New("disk full")

// keepFails checks that a collector does not go on, or end well, when a page
// could not be kept.
func keepFails(t testing.TB, c *Case, l *ledger) {
	env := c.env(t, l)
	keeper := NewMemory(env.Now)
	keeper.fail = errFull
	o := c.run(context.Background(), t, env, keeper, nil)
	if o.late {
		t.Fatal("Collect did not return within a minute")
	}
	if o.err == nil {
		t.Error("Collect returns nil although no page could be kept")
	}
	o.clean(t)
}

func nothingLeft(t testing.TB, c *Case, l *ledger) { c.fresh(t, l).clean(t) }

func noSecrets(t testing.TB, c *Case, l *ledger) {
	for _, what := range c.fresh(t, l).secrets(c.Secrets) {
		t.Errorf("a secret is in %s", what)
	}
	o, _ := c.cut(t, l)
	for _, what := range o.secrets(c.Secrets) {
		t.Errorf("a secret is in %s of a run that was stopped", what)
	}
	text, err := c.unknown()
	if err != nil {
		t.Fatal(err)
	}
	if _, err := c.Source.New(settings(text), c.env(t, l)); err != nil && len(holds(err.Error(), c.Secrets)) > 0 {
		t.Error("a secret is in the error of bad settings")
	}
}

// secrets says where in the outcome a secret is.
func (o *outcome) secrets(secrets []string) []string {
	var list []string
	look := func(where, s string) {
		for _, form := range holds(s, secrets) {
			list = append(list, fmt.Sprintf("%s (%s)", where, form))
		}
	}
	if o.err != nil {
		look("the error", o.err.Error())
		look("the error's details", fmt.Sprintf("%+v %#v", o.err, o.err))
	}
	w := o.sink
	for _, p := range w.pages {
		look("the name of a part", p.Part)
		look("the query of "+p.Part, p.Query)
		look("the cursor of "+p.Part, p.Cursor)
		for _, f := range p.Items {
			look("the item "+f.Item.ID, text(f.Item))
		}
	}
	for part, gaps := range w.gaps {
		for _, g := range gaps {
			look("a gap of "+part, part+" "+g.What+" "+g.Why)
		}
	}
	for part, notes := range w.notes {
		look("a note of "+part, part+" "+strings.Join(notes, " "))
	}
	for part, query := range w.same {
		look("the query of "+part, part+" "+query)
	}
	return list
}

// holds returns in which forms s holds a secret; never the secret itself.
func holds(s string, secrets []string) []string {
	var list []string
	for i, secret := range secrets {
		if secret == "" {
			continue
		}
		n := fmt.Sprintf("number %d", i+1)
		if strings.Contains(s, secret) {
			list = append(list, n)
		} else if strings.Contains(s, url.QueryEscape(secret)) || strings.Contains(s, url.PathEscape(secret)) {
			list = append(list, n+" as in an address")
		}
		if strings.Contains(s, base64.RawStdEncoding.EncodeToString([]byte(secret))) || strings.Contains(s, base64.RawURLEncoding.EncodeToString([]byte(secret))) {
			list = append(list, n+" as base64")
		}
	}
	return list
}

func asSignIn(err error, into **collectors.SignInError) bool { return errors.As(err, into) }
