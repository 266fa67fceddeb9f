package slack

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/dossier-report/dossier/collectors"
	"github.com/dossier-report/dossier/collectors/internal/web"
	"github.com/dossier-report/dossier/evidence"
)

// found is a thread to be read: what a search found in it.
type found struct {
	channel *channel
	root    stamp
	matches []match
	evident bool
	fresh   bool // one of its messages is new or edited
}

// order is where a thread stands in a pass.
func (f *found) order() string { return fmt.Sprintf("%20s/%s", f.root, f.channel.id) }

// collect searches, and reads the threads that hold something of substance.
func (r *run) collect(ctx context.Context, from, to time.Time, incremental bool) error {
	threads := map[string]*found{}
	left := map[string]bool{}
	seen := map[string]string{}
	err := r.search(ctx, from, to, func(m match) {
		if !r.period.Contains(stamp(m.message.TS).time()) {
			return
		}
		if m.channel.kind == direct && len(r.cfg.Private) > 0 {
			_ = r.meet(ctx, []*message{{User: word(m.channel.members[0])}})
		}
		if !r.cfg.reads(m.channel, r.dir) {
			if m.channel.kind != public {
				left[m.channel.id] = true
			}
			return
		}
		r.see(threads, seen, m)
	})
	if err != nil {
		return r.scope(err)
	}
	if n := len(left); n > 0 {
		r.out.Note(partMessages, leftOutNote(n))
	}
	var list []*found
	for _, key := range sorted(threads) {
		if t := threads[key]; t.evident && (t.fresh || !incremental) {
			list = append(list, t)
		}
	}
	slices.SortFunc(list, func(a, b *found) int { return strings.Compare(a.order(), b.order()) })
	r.out.Expect(partMessages, len(list))
	if err := r.readThreads(ctx, list); err != nil {
		return err
	}
	return r.finish(ctx, seen)
}

// see notes a match in its thread.
func (r *run) see(threads map[string]*found, seen map[string]string, m match) {
	key := m.channel.id + "/" + string(m.root)
	t := threads[key]
	if t == nil {
		ch := m.channel
		if r.channels[ch.id] == nil {
			r.channels[ch.id] = &ch
		}
		t = &found{channel: r.channels[ch.id], root: m.root}
		threads[key] = t
	}
	sum := evidence.Hash([]byte(m.message.Text))[:12]
	seen[m.key()] = sum
	t.fresh = t.fresh || r.cur.Seen[m.key()] != sum
	if r.evident(r.mine(m.message)) {
		t.evident = true
	}
	t.matches = append(t.matches, m)
}

// mine makes a match a message of the person's: that is what was searched for.
func (r *run) mine(m *message) *message {
	if m.User == "" {
		m.User = word(r.who)
	}
	return m
}

// scope says what a search needs.
func (r *run) scope(err error) error {
	switch codeOf(err) {
	case "missing_scope", "not_allowed_token_type":
		return &collectors.SignInError{Why: firstLine(err.Error()), Hint: "add the user token scope search:read to the app, install it again and set the new token"}
	}
	return err
}

// readThreads reads threads in order and keeps them page by page.
func (r *run) readThreads(ctx context.Context, list []*found) error {
	given := map[string]bool{}
	for _, f := range list {
		if r.cur.Pass && r.cur.After != "" && f.order() <= r.cur.After {
			continue
		}
		t, err := r.thread(ctx, f)
		if err != nil && r.passing(ctx, err) {
			// What an earlier run kept of it is better than a part of it.
			r.gap("the thread "+f.channel.id+"/"+string(f.root), firstLine(err.Error()), false)
			continue
		}
		if err != nil {
			// What was read before is not lost by it.
			return errors.Join(err, r.keep(ctx, false))
		}
		if it, ok := r.item(t); ok && it.Item.In(r.period) && !given[it.Item.ID] {
			given[it.Item.ID] = true
			r.queue = append(r.queue, it)
		}
		if r.cur.Pass {
			r.cur.After = f.order()
		}
		if len(r.queue) >= r.page {
			if err := r.keep(ctx, false); err != nil {
				return err
			}
		}
	}
	return nil
}

// maxFailures is after how many threads that could not be read the others are
// not asked for.
const maxFailures = 5

// passing reports whether other threads can be asked for after an error.
func (r *run) passing(ctx context.Context, err error) bool {
	r.failures++
	return ctx.Err() == nil && r.failures < maxFailures && !errors.As(err, new(*collectors.SignInError)) && !errors.As(err, new(*web.LimitError))
}

// thread reads a thread whole. One that cannot be read is what the search found
// of it: the person's own words.
func (r *run) thread(ctx context.Context, f *found) (*thread, error) {
	if !r.mute {
		t, err := r.replies(ctx, f.channel, f.root)
		switch code := codeOf(err); {
		case err == nil:
			return t, nil
		case code == "missing_scope":
			r.mute = true
			r.lost = true
			r.out.Gap(partMessages, evidence.Gap{What: "threads", Why: firstLine(err.Error()) + "; of each only the person's own words are kept\nadd the user token scope channels:history to the app and install it again", Bad: true})
		case code != "", errors.Is(err, errNotThere):
			r.gap("the thread "+f.channel.id+"/"+string(f.root), firstOf(code, errNotThere.Error())+"; only the person's own words are kept", true)
		default:
			return nil, err
		}
	}
	t := &thread{channel: f.channel, root: f.root}
	for _, m := range f.matches {
		if l, ok := r.read(r.mine(m.message), m.raw); ok {
			t.lines = append(t.lines, l)
		}
	}
	return t, nil
}
