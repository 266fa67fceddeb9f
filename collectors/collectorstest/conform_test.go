package collectorstest

import (
	"context"
	"errors"
	"fmt"
	"math"
	"net/http"
	"runtime"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/dossier-report/dossier/collectors"
	"github.com/dossier-report/dossier/evidence"
)

// recorder is a test whose failures are looked at.
type recorder struct {
	testing.TB
	mu       sync.Mutex
	errs     []string
	cleanups []func()
}

func (r *recorder) Errorf(format string, a ...any) { r.Error(fmt.Sprintf(format, a...)) }
func (r *recorder) Error(a ...any) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.errs = append(r.errs, fmt.Sprint(a...))
}
func (r *recorder) Fatalf(format string, a ...any) { r.Errorf(format, a...); runtime.Goexit() }
func (r *recorder) Fatal(a ...any)                 { r.Error(a...); runtime.Goexit() }
func (r *recorder) Helper()                        {}
func (r *recorder) Cleanup(f func())               { r.cleanups = append(r.cleanups, f) }

func (r *recorder) seen() string {
	r.mu.Lock()
	defer r.mu.Unlock()
	return strings.Join(r.errs, "\n")
}

// observe runs f in a test of its own and returns its failures.
func observe(t testing.TB, f func(t testing.TB)) string {
	r := &recorder{TB: t}
	var wg sync.WaitGroup
	wg.Go(func() { f(r) })
	wg.Wait()
	for _, f := range slices.Backward(r.cleanups) {
		f()
	}
	return r.seen()
}

func ruleNamed(t *testing.T, name string) rule {
	t.Helper()
	for _, r := range rules {
		if r.name == name {
			return r
		}
	}
	t.Fatalf("there is no rule %q", name)
	return rule{}
}

func TestACollectorThatIsRightConforms(t *testing.T) { Conform(t, toyCase(bend{})) }

// odd makes every call of a bent collector another one.
var odd atomic.Int64

// wrongOne is a collector that breaks a rule, and what the rule then says.
type wrongOne struct {
	rule, wrong, says string
	bend              bend
}

// wrongOnes breaks every rule at least once; release ends what they leave
// running.
func wrongOnes(release <-chan struct{}) []wrongOne {
	item := func(f func(*evidence.Item)) bend {
		return bend{item: func(_ *toy, it *evidence.Item) { f(it) }}
	}
	page := func(f func(*evidence.Batch)) bend {
		return bend{page: func(_ *toy, p *evidence.Batch) { f(p) }}
	}
	swallow := func(ctx context.Context, c *toy, out collectors.Sink) error {
		err := c.boards(ctx, out)
		if errors.Is(err, context.Canceled) {
			return nil
		}
		return err
	}
	return []wrongOne{
		{"source is described", "no title", "Title", bend{source: func(s *collectors.Source) { s.Title = "" }}},
		{"source is described", "long badge", "Badge", bend{source: func(s *collectors.Source) { s.Badge = "TOY" }}},
		{"source is described", "name with a space", "Name", bend{source: func(s *collectors.Source) { s.Name = "My toy" }}},
		{"settings are strict", "any key goes", "not refused", bend{decode: func(s collectors.Settings, into *toyConfig) error {
			var all map[string]any
			into.Boards = []int{1, 2}
			return s.Decode(&all)
		}}},
		{"settings are strict", "an error that names nothing", "does not name", bend{decode: func(s collectors.Settings, into *toyConfig) error {
			if s.Decode(into) != nil {
				return errors.New("bad settings")
			}
			return nil
		}}},
		{"settings are strict", "another Config", "do not fit", bend{source: func(s *collectors.Source) { s.Config = struct{}{} }}},
		{"making touches nothing", "asks in New", "nothing may be", bend{made: func(c *toy) error {
			c.get(context.Background(), "https://toy.test/me")
			return nil
		}}},
		{"items are valid", "unknown kind", "kind", item(func(it *evidence.Item) { it.Kind = "toy" })},
		{"items are valid", "foreign source", "its source", item(func(it *evidence.Item) { it.Source = "jira" })},
		{"items are valid", "foreign id", "does not begin", item(func(it *evidence.Item) { it.ID = "jira:" + it.ID[4:] })},
		{"items are valid", "act without time", "at is missing", item(func(it *evidence.Item) { it.Acts[0].At = time.Time{} })},
		{"items are valid", "acts in disorder", "in order of time", item(func(it *evidence.Item) { slices.Reverse(it.Acts) })},
		{"items are valid", "not a number", "NaN", item(func(it *evidence.Item) {
			it.Flow = &evidence.Flow{Estimate: &evidence.Estimate{Value: math.NaN()}}
		})},
		{"items are valid", "finds nothing", "nothing was found", page(func(p *evidence.Batch) { p.Items = nil })},
		{"ids are unique", "one id for all", "twice on one page", item(func(it *evidence.Item) { it.ID = "toy:1" })},
		{"ids are unique", "one id in two parts", "depends on the order", bend{item: func(_ *toy, it *evidence.Item) {
			if it.ID == "toy:4" {
				it.ID = "toy:1"
			}
		}}},
		{"ids are unique", "ids that count", "another id", item(func(it *evidence.Item) { it.ID = fmt.Sprintf("toy:n%d", odd.Add(1)) })},
		{"items are in the period", "last year", "not in the period", item(func(it *evidence.Item) {
			for i := range it.Acts {
				it.Acts[i].At = it.Acts[i].At.AddDate(-1, 0, 0)
			}
		})},
		{"links are absolute", "relative", "not absolute", item(func(it *evidence.Item) { it.URL = "/card/1" })},
		{"links are absolute", "without host", "no host", item(func(it *evidence.Item) { it.Acts[0].URL = "https:///card" })},
		{"links are absolute", "script", "scheme", item(func(it *evidence.Item) { it.URL = "javascript:alert(1)" })},
		{"links are absolute", "credentials", "credentials", item(func(it *evidence.Item) { it.URL = "https://me:pw@toy.test/" })},
		{"pages say where they are from", "no time", "FetchedAt", page(func(p *evidence.Batch) { p.FetchedAt = time.Time{} })},
		{"pages say where they are from", "no query", "Query", page(func(p *evidence.Batch) { p.Query = "" })},
		{"pages say where they are from", "no hash", "hash", page(func(p *evidence.Batch) { p.Items[0].Hash = "" })},
		{"pages say where they are from", "begins twice", "begins before", page(func(p *evidence.Batch) { p.Begin = true })},
		{"pages say where they are from", "ends out of nothing", "did not begin", page(func(p *evidence.Batch) { p.Begin = false })},
		{"pages say where they are from", "never ends", "never ends", page(func(p *evidence.Batch) { p.End = false })},
		{"same result twice", "a title that counts", "differs", item(func(it *evidence.Item) { it.Title = fmt.Sprint(odd.Add(1)) })},
		{"second run changes nothing", "a hash that counts", "4 changed", page(func(p *evidence.Batch) {
			for i := range p.Items {
				p.Items[i].Hash = evidence.Hash(fmt.Appendf(nil, "%d", odd.Add(1)))
			}
		})},
		{"runner keeps all of it", "script", "is in the period", item(func(it *evidence.Item) {
			it.Acts[0].At, it.Acts[1].At = it.Acts[1].At, time.Time{}
			it.Acts = it.Acts[1:]
		})},
		{"stops before the start", "returns nil", "nothing found", bend{collect: swallow}},
		{"stops before the start", "goes on", "nothing found", bend{
			collect: func(ctx context.Context, c *toy, out collectors.Sink) error {
				return c.boards(context.WithoutCancel(ctx), out)
			}}},
		{"stops after the first page", "returns nil", "with 2 of 4", bend{collect: swallow}},
		{"stops while it waits for an answer", "returns nil", "request 1", bend{collect: swallow}},
		{"goes on where it was stopped", "a cursor too far", "toy:3 is lost", page(func(p *evidence.Batch) {
			if p.Part == "board 1" && !p.End {
				p.Cursor = "9"
			}
		})},
		{"gives up when nothing can be kept", "goes on", "returns nil", bend{collect: func(ctx context.Context, c *toy, out collectors.Sink) error {
			c.boards(ctx, out)
			return nil
		}}},
		{"nothing is left running", "a goroutine", "left running", bend{collect: func(ctx context.Context, c *toy, out collectors.Sink) error {
			go func() { <-release }()
			return c.boards(ctx, out)
		}}},
		{"nothing is left running", "keeps later", "after Collect returned came Keep", bend{collect: func(ctx context.Context, c *toy, out collectors.Sink) error {
			returned := make(chan struct{})
			defer close(returned)
			go func() {
				<-returned
				runtime.Gosched()
				time.Sleep(time.Millisecond) // until the call has surely returned
				out.Keep(context.Background(), evidence.Batch{Part: "late"})
			}()
			return c.boards(ctx, out)
		}}},
		{"no secrets", "in an item", "the item toy:1", bend{item: func(c *toy, it *evidence.Item) { it.Text = c.env.Getenv("TOY_TOKEN") }}},
		{"no secrets", "in a query", "the query", bend{page: func(c *toy, p *evidence.Batch) { p.Query += "&t=" + c.env.Getenv("TOY_TOKEN") }}},
		{"no secrets", "in a cursor", "the cursor", bend{page: func(c *toy, p *evidence.Batch) {
			if p.End {
				p.Cursor = c.env.Getenv("TOY_TOKEN")
			}
		}}},
		{"no secrets", "in a note", "a note", bend{collect: func(ctx context.Context, c *toy, out collectors.Sink) error {
			out.Note("board 1", "asked with "+c.env.Getenv("TOY_TOKEN"))
			return c.boards(ctx, out)
		}}},
		{"no secrets", "in an error", "the error", bend{collect: func(ctx context.Context, c *toy, out collectors.Sink) error {
			if err := c.boards(ctx, out); err != nil {
				return fmt.Errorf("with %s: %w", c.env.Getenv("TOY_TOKEN"), err)
			}
			return nil
		}}},
	}
}

func TestEachRuleCatchesACollectorThatBreaksIt(t *testing.T) {
	release := make(chan struct{})
	t.Cleanup(func() { close(release) })
	for _, tt := range wrongOnes(release) {
		t.Run(tt.rule+"/"+tt.wrong, func(t *testing.T) {
			c, r := toyCase(tt.bend), ruleNamed(t, tt.rule)
			got := observe(t, func(t testing.TB) { r.check(t, &c, &ledger{}) })
			if !strings.Contains(got, tt.says) {
				t.Errorf("the rule does not say %q, it says: %s", tt.says, got)
			}
		})
	}
}

func TestEveryRuleIsBrokenByACollector(t *testing.T) {
	tried := map[string]bool{}
	for _, w := range wrongOnes(nil) {
		tried[w.rule] = true
	}
	for _, r := range rules {
		if !tried[r.name] {
			t.Errorf("no wrong collector breaks %q", r.name)
		}
	}
}

func TestABrokenPartHasToBeMarkedAndTheOthersKept(t *testing.T) {
	whole := toyCase(bend{})
	tests := []struct {
		name, says string
		bend       bend
		brk        Break
	}{
		{"a part fails in silence", "has no gap", bend{failed: func(collectors.Sink, string, error) error { return nil }}, whole.Breaks[0]},
		{"an oddity is no gap", "has no gap", bend{failed: func(out collectors.Sink, part string, err error) error {
			out.Gap(part, evidence.Gap{What: part, Why: "odd", Bad: true})
			return nil
		}}, whole.Breaks[0]},
		{"one part stops the others", "gives up", bend{failed: func(_ collectors.Sink, _ string, err error) error { return err }}, whole.Breaks[0]},
		{"one part stops the others", "toy:4 is lost", bend{failed: func(_ collectors.Sink, _ string, err error) error { return err }}, whole.Breaks[0]},
		{"a sign-in is not told apart", "no SignInError", bend{collect: func(ctx context.Context, c *toy, out collectors.Sink) error {
			if err := c.boards(ctx, out); err != nil {
				return errors.New(err.Error())
			}
			return nil
		}}, whole.Breaks[1]},
		{"a source fails in silence", "returns nil", bend{collect: func(ctx context.Context, c *toy, out collectors.Sink) error {
			c.boards(ctx, out)
			return nil
		}}, whole.Breaks[1]},
		{"a secret is in a gap", "a secret is in a gap", bend{failed: func(out collectors.Sink, part string, err error) error {
			out.Gap(part, evidence.Gap{What: part, Why: "asked with " + canary})
			return nil
		}}, whole.Breaks[0]},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			c := toyCase(tt.bend)
			got := observe(t, func(t testing.TB) { broken(t, &c, &ledger{}, tt.brk) })
			if !strings.Contains(got, tt.says) {
				t.Errorf("nothing says %q, but: %s", tt.says, got)
			}
		})
	}
}

func TestAnAnswerThatNoRunAsksForIsFound(t *testing.T) {
	c := toyCase(bend{})
	c.Settings = "boards: [2]"
	l := &ledger{}
	c.fresh(t, l)
	if got := l.left(); len(got) != 2 || !strings.Contains(got[0], "toy.txt:3: nobody asked for GET https://toy.test/board/1?page=1") {
		t.Errorf("left: %q", got)
	}
}

// A collector over files, to show that no HTTP is needed.
func TestACollectorWithoutHTTPConforms(t *testing.T) {
	read := func(ctx context.Context, c *toy, out collectors.Sink) error {
		if err := ctx.Err(); err != nil {
			return err
		}
		it, err := c.card([]byte(`{"id": 1, "title": "A note", "at": "2026-02-03T09:14:00Z"}`), 1)
		if err != nil {
			return err
		}
		return out.Keep(ctx, evidence.Batch{Part: "notes", Query: "notes/a.md", FetchedAt: c.env.Now(), Begin: true, End: true,
			Items: []evidence.Fetched{{Item: it, Hash: evidence.Hash(nil)}}})
	}
	Conform(t, Case{Source: toySource(bend{collect: read}), Period: toyPeriod,
		Env: func(t testing.TB) collectors.Env { return collectors.Env{HTTP: &http.Client{Transport: refuse{t}}} }})
}
