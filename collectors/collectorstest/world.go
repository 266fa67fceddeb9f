package collectorstest

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"reflect"
	"sort"
	"strings"
	"sync"
	"testing"
	"time"

	"go.yaml.in/yaml/v4"

	"github.com/dossier-report/dossier/collectors"
	"github.com/dossier-report/dossier/evidence"
)

// ledger knows which recorded answers any of a conformance test's runs asked
// for. A single run may leave some: one that is stopped, or a second one.
type ledger struct {
	mu      sync.Mutex
	replays []*Replay
}

func (l *ledger) add(r *Replay) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.replays = append(l.replays, r)
}

// left returns what no run asked for, by file and line.
func (l *ledger) left() []string {
	l.mu.Lock()
	defer l.mu.Unlock()
	used, all := map[string]bool{}, map[string]string{}
	for _, r := range l.replays {
		r.mu.Lock()
		for _, x := range r.list {
			at := fmt.Sprintf("%s:%d", x.file, x.line)
			all[at] = fmt.Sprintf("%s: nobody asked for %s %s", at, x.method, x.target)
			used[at] = used[at] || r.used[x] > 0
		}
		r.mu.Unlock()
	}
	var list []string
	for at, text := range all {
		if !used[at] {
			list = append(list, text)
		}
	}
	sort.Strings(list)
	return list
}

// world is the test in which a replay is opened for a conformance run.
type world struct {
	testing.TB
	ledger *ledger
}

// settings is YAML, decoded as strictly as dossier.yaml is.
type settings string

func (s settings) Decode(into any) error {
	d := yaml.NewDecoder(strings.NewReader(string(s)))
	d.KnownFields(true)
	if err := d.Decode(into); err != nil && !errors.Is(err, io.EOF) {
		return err
	}
	return nil
}

// Settings returns YAML as settings that a source's New takes: an unknown key
// is an error.
func Settings(yaml string) collectors.Settings { return settings(yaml) }

// outcome is what one run of a collector did.
type outcome struct {
	sink *witness
	err  error
	late bool     // Collect did not return in time
	left []string // goroutines that were left
}

// items returns what was kept in the run, by id.
func (o *outcome) items() map[string]evidence.Item {
	m := map[string]evidence.Item{}
	for _, p := range o.sink.pages {
		for _, f := range p.Items {
			m[f.Item.ID] = f.Item
		}
	}
	return m
}

// witness is a sink that remembers everything and changes nothing. Unlike the
// runner's it lets wrong items pass, so that a rule can see them.
type witness struct {
	source string
	keeper *Memory
	onKeep func() // after a page is kept

	mu     sync.Mutex
	pages  []evidence.Batch
	gaps   map[string][]evidence.Gap
	notes  map[string][]string
	same   map[string]string
	kept   evidence.Kept
	closed bool
	after  []string // calls that came after Collect returned
}

func (w *witness) call(name, part string, do func()) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.closed {
		w.after = append(w.after, fmt.Sprintf("%s of part %q", name, part))
		return
	}
	do()
}

func (w *witness) Cursor(ctx context.Context, part string) (string, error) {
	w.call("Cursor", part, func() {})
	return w.keeper.Cursor(ctx, w.source, part)
}

func (w *witness) Keep(ctx context.Context, page evidence.Batch) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	err := errors.New("the collector has returned")
	w.call("Keep", page.Part, func() {
		var kept evidence.Kept
		if kept, err = w.keeper.Keep(ctx, w.source, page); err == nil {
			w.pages = append(w.pages, page)
			w.kept.Add(kept)
		}
	})
	if err == nil && w.onKeep != nil {
		w.onKeep()
	}
	return err
}

func (w *witness) Same(part, query string) {
	w.call("Same", part, func() { w.same[part] = query })
}

func (w *witness) Expect(part string, items int) { w.call("Expect", part, func() {}) }

func (w *witness) Gap(part string, gap evidence.Gap) {
	w.call("Gap", part, func() { w.gaps[part] = append(w.gaps[part], gap) })
}

func (w *witness) Note(part, note string) {
	w.call("Note", part, func() { w.notes[part] = append(w.notes[part], note) })
}

// stopWithin is how long a collector may take to return when it is stopped.
const stopWithin = 5 * time.Second

// env returns a fresh world.
func (c *Case) env(t testing.TB, l *ledger) collectors.Env {
	t.Helper()
	env := c.Env(&world{TB: t, ledger: l})
	if env.Now == nil {
		env.Now = func() time.Time { return time.Date(2026, 7, 1, 12, 0, 0, 0, time.UTC) }
	}
	if env.Getenv == nil {
		env.Getenv = func(string) string { return "" }
	}
	if env.HTTP == nil {
		env.HTTP = &http.Client{Transport: refuse{t}}
	}
	if env.Zone == nil {
		env.Zone = time.UTC
	}
	return env
}

// refuse fails the test when it is asked.
type refuse struct{ t testing.TB }

func (r refuse) RoundTrip(req *http.Request) (*http.Response, error) {
	r.t.Errorf("%s %s was asked, and nothing may be", req.Method, req.URL.Host+req.URL.Path)
	return nil, errors.New("no request is allowed here")
}

// make makes the collector in env.
func (c *Case) make(t testing.TB, env collectors.Env) collectors.Collector {
	t.Helper()
	got, err := c.Source.New(settings(c.Settings), env)
	if err != nil {
		t.Fatalf("make the collector: %v", err)
	}
	return got
}

// fresh runs the collector in a fresh world and an empty keeper.
func (c *Case) fresh(t testing.TB, l *ledger) *outcome {
	t.Helper()
	return c.again(t, l, nil)
}

// again runs the collector in a fresh world with what is in the keeper.
func (c *Case) again(t testing.TB, l *ledger, keeper *Memory) *outcome {
	t.Helper()
	env := c.env(t, l)
	if keeper == nil {
		keeper = NewMemory(env.Now)
	}
	o := c.run(context.Background(), t, env, keeper, nil)
	if o.late {
		t.Fatalf("Collect did not return within a minute")
	}
	if o.err != nil {
		t.Fatalf("Collect: %v", o.err)
	}
	return o
}

// run lets the collector collect, and watches what it leaves behind.
func (c *Case) run(ctx context.Context, t testing.TB, env collectors.Env, keeper *Memory, onKeep func()) *outcome {
	t.Helper()
	w := &witness{source: c.Source.Name, keeper: keeper, onKeep: onKeep,
		gaps: map[string][]evidence.Gap{}, notes: map[string][]string{}, same: map[string]string{}}
	o := &outcome{sink: w}
	col := c.make(t, env)
	done := make(chan error, 1)
	mine := watch(func() {
		err := errors.New("the collector ended its goroutine")
		defer func() {
			if v := recover(); v != nil {
				err = fmt.Errorf("panic: %v", v)
			}
			w.mu.Lock()
			w.closed = true
			w.mu.Unlock()
			done <- err
		}()
		err = col.Collect(ctx, c.Period, w)
	})
	// The bounds are for collectors that hang; nothing that is right waits.
	var stop <-chan time.Time
	whole := time.NewTimer(time.Minute)
	defer whole.Stop()
	ended := ctx.Done()
	for waiting := true; waiting; {
		select {
		case o.err = <-done:
			waiting = false
		case <-ended:
			timer := time.NewTimer(stopWithin)
			defer timer.Stop()
			stop, ended = timer.C, nil
		case <-stop:
			o.late, waiting = true, false
		case <-whole.C:
			o.late, waiting = true, false
		}
	}
	if !o.late {
		env.HTTP.CloseIdleConnections()
		o.left = mine.left()
	}
	return o
}

// unknown returns the settings with one more key.
func (c *Case) unknown() (string, error) {
	var doc map[string]any
	if err := yaml.Unmarshal([]byte(c.Settings), &doc); err != nil {
		return "", err
	}
	if doc == nil {
		doc = map[string]any{}
	}
	doc["no_such_key"] = 1
	b, err := yaml.Marshal(doc)
	return string(bytes.TrimSpace(b)), err
}

// fits decodes the settings into the type that the schema is made from.
func (c *Case) fits() error {
	typ := reflect.TypeOf(c.Source.Config)
	if typ == nil || typ.Kind() != reflect.Struct {
		return fmt.Errorf("Source.Config is a %v, not a struct", typ)
	}
	return settings(c.Settings).Decode(reflect.New(typ).Interface())
}
