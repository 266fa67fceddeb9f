package collectors_test

import (
	"context"
	"errors"
	"fmt"
	"runtime"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/dossier-report/dossier/collectors"
	"github.com/dossier-report/dossier/collectors/collectorstest"
	"github.com/dossier-report/dossier/evidence"
)

var (
	half = evidence.Period{
		From: time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC),
		To:   time.Date(2026, 7, 1, 0, 0, 0, 0, time.UTC),
	}
	noon = time.Date(2026, 7, 1, 12, 0, 0, 0, time.UTC)
)

func fixed() time.Time { return noon }

// collect is a collector that is one function.
type collect func(ctx context.Context, out collectors.Sink) error

func (f collect) Collect(ctx context.Context, _ evidence.Period, out collectors.Sink) error {
	return f(ctx, out)
}

func job(name string, f collect) collectors.Job {
	return collectors.Job{Source: collectors.Source{Name: name}, Collector: f}
}

func item(source, id string) evidence.Item {
	return evidence.Item{ID: source + ":" + id, Source: source, Kind: evidence.Note, Title: "note " + id,
		Acts: []evidence.Act{{At: time.Date(2026, 3, 1, 9, 0, 0, 0, time.UTC), Verb: evidence.Noted}}}
}

func page(part string, items ...evidence.Item) evidence.Batch {
	b := evidence.Batch{Part: part, Query: "all of " + part, FetchedAt: noon}
	for _, it := range items {
		b.Items = append(b.Items, evidence.Fetched{Item: it, Hash: evidence.Hash([]byte(it.Title))})
	}
	return b
}

// one runs a single collector of the source "x" over a fresh keeper.
func one(t *testing.T, f collect, opt ...func(*collectors.Options)) (collectors.Result, *collectorstest.Memory) {
	t.Helper()
	o := collectors.Options{Period: half, Now: fixed}
	for _, change := range opt {
		change(&o)
	}
	m := collectorstest.NewMemory(fixed)
	return collectors.Run(t.Context(), []collectors.Job{job("x", f)}, m, o)[0], m
}

func ids(m *collectorstest.Memory) []string {
	var list []string
	for _, r := range m.Items() {
		id := r.Item.ID
		if !r.GoneAt.IsZero() {
			id += " gone"
		}
		list = append(list, id)
	}
	return list
}

func TestStateOfASource(t *testing.T) {
	gap := evidence.Gap{What: "clone b", Why: "cannot be read"}
	tests := []struct {
		name string
		do   collect
		want evidence.CoverageState
		why  string
	}{
		{"a page and nothing else", func(ctx context.Context, out collectors.Sink) error {
			return out.Keep(ctx, page("a", item("x", "1")))
		}, evidence.Complete, ""},
		{"nothing at all", func(context.Context, collectors.Sink) error { return nil }, evidence.Complete, ""},
		{"an oddity does not make it partial", func(ctx context.Context, out collectors.Sink) error {
			out.Gap("a", evidence.Gap{What: "x:1", Why: "year 1970", Bad: true})
			return out.Keep(ctx, page("a", item("x", "1")))
		}, evidence.Complete, ""},
		{"a gap in one part", func(ctx context.Context, out collectors.Sink) error {
			out.Gap("b", gap)
			return out.Keep(ctx, page("a", item("x", "1")))
		}, evidence.Partial, "1 thing is missing"},
		{"a gap beside a part with nothing new", func(ctx context.Context, out collectors.Sink) error {
			out.Gap("b", gap)
			out.Same("a", "")
			return nil
		}, evidence.Partial, "1 thing is missing"},
		{"a gap and no answer", func(ctx context.Context, out collectors.Sink) error {
			out.Gap("b", gap)
			return nil
		}, evidence.Failed, "nothing could be read: clone b: cannot be read"},
		{"an error after a page", func(ctx context.Context, out collectors.Sink) error {
			if err := out.Keep(ctx, page("a", item("x", "1"))); err != nil {
				return err
			}
			return errors.New("503")
		}, evidence.Partial, "503"},
		{"an error before any", func(context.Context, collectors.Sink) error { return errors.New("503") }, evidence.Failed, "503"},
		{"a time limit of its own is an error as any", func(context.Context, collectors.Sink) error {
			return context.DeadlineExceeded
		}, evidence.Failed, "context deadline exceeded"},
		{"a goroutine that ends", func(context.Context, collectors.Sink) error { runtime.Goexit(); return nil },
			evidence.Failed, "ended its goroutine without returning"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			res, m := one(t, tt.do)
			if got := res.Coverage; got.State != tt.want || got.Why != tt.why {
				t.Errorf("got %s, %q; want %s, %q", got.State, got.Why, tt.want, tt.why)
			}
			if diff := cmp.Diff([]evidence.Coverage{res.Coverage}, m.Coverage()); diff != "" {
				t.Errorf("not what was recorded: %s", diff)
			}
			if tt.want == evidence.Complete && res.Err != nil {
				t.Errorf("complete, with %v", res.Err)
			}
		})
	}
}

func TestACollectorThatCouldNotBeMadeIsAFailedSource(t *testing.T) {
	m := collectorstest.NewMemory(fixed)
	jobs := []collectors.Job{{Source: collectors.Source{Name: "x"}, Err: &collectors.SignInError{Why: "no token", Hint: "set X_TOKEN"}}}
	res := collectors.Run(t.Context(), jobs, m, collectors.Options{Period: half, Now: fixed})[0]
	var sign *collectors.SignInError
	if res.Coverage.State != evidence.Failed || res.Coverage.Why != "no token\nset X_TOKEN" || !errors.As(res.Err, &sign) {
		t.Errorf("got %+v, %v", res.Coverage, res.Err)
	}
}

// F45: one of seven sources is broken, each in another way.
func TestF45OneBrokenSourceLeavesTheOthersComplete(t *testing.T) {
	broken := map[string]collect{
		"error": func(context.Context, collectors.Sink) error { return errors.New("401") },
		"panic": func(context.Context, collectors.Sink) error { panic("nil map") },
		// F11: an address that answers 503 for ever.
		"F11 gives up after a page": func(ctx context.Context, out collectors.Sink) error {
			if err := out.Keep(ctx, page("a", item("s3", "1"))); err != nil {
				return err
			}
			return errors.New("503 after 5 tries")
		},
	}
	for name, bad := range broken {
		t.Run(name, func(t *testing.T) {
			var jobs []collectors.Job
			for i := range 7 {
				source := fmt.Sprintf("s%d", i)
				f := collect(func(ctx context.Context, out collectors.Sink) error {
					return out.Keep(ctx, page("a", item(source, "1")))
				})
				if i == 3 {
					f = bad
				}
				jobs = append(jobs, job(source, f))
			}
			m := collectorstest.NewMemory(fixed)
			var all []evidence.Coverage
			for i, res := range collectors.Run(t.Context(), jobs, m, collectors.Options{Period: half, Now: fixed}) {
				all = append(all, res.Coverage)
				if res.Coverage.Source != jobs[i].Source.Name {
					t.Errorf("result %d is of %s", i, res.Coverage.Source)
				}
				if complete := res.Coverage.State == evidence.Complete; complete == (i == 3) {
					t.Errorf("s%d is %s", i, res.Coverage.State)
				}
			}
			if len(m.Coverage()) != 7 || len(m.Items()) < 6 {
				t.Errorf("%d sources covered, %d items", len(m.Coverage()), len(m.Items()))
			}
			if collectors.Worst(all) == evidence.Complete {
				t.Error("the worst of all is complete")
			}
		})
	}
}

func TestAPanicIsOneLineWithItsPlace(t *testing.T) {
	res, _ := one(t, func(context.Context, collectors.Sink) error {
		panic("index out of range, token canary-token\nsecond line")
	}, func(o *collectors.Options) { o.Secrets = []string{"canary-token"} })
	want := "panic: index out of range, token [secret removed] (run_test.go:"
	if got := res.Coverage.Why; !strings.HasPrefix(got, want) || strings.Contains(got, "second") {
		t.Errorf("got %q", got)
	}
	if res.Coverage.State != evidence.Failed || strings.Contains(res.Err.Error(), "canary") {
		t.Errorf("got %s, %v", res.Coverage.State, res.Err)
	}
}

func TestSourcesRunSideBySide(t *testing.T) {
	for atOnce, want := range map[int]time.Duration{0: 10 * time.Second, 1: 70 * time.Second, 2: 40 * time.Second, 7: 10 * time.Second, 99: 10 * time.Second} {
		t.Run(fmt.Sprint(atOnce), func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				var jobs []collectors.Job
				for i := range 7 {
					jobs = append(jobs, job(fmt.Sprint("s", i), func(context.Context, collectors.Sink) error {
						time.Sleep(10 * time.Second)
						return nil
					}))
				}
				began := time.Now()
				res := collectors.Run(t.Context(), jobs, collectorstest.NewMemory(time.Now),
					collectors.Options{Period: half, Now: time.Now, AtOnce: atOnce})
				if took := time.Since(began); took != want {
					t.Errorf("took %v, want %v", took, want)
				}
				for _, r := range res {
					if r.Coverage.Took != 10*time.Second || r.Coverage.State != evidence.Complete {
						t.Errorf("%s: %s in %v", r.Coverage.Source, r.Coverage.State, r.Coverage.Took)
					}
				}
			})
		})
	}
}

// told records what a run says.
type told struct {
	mu   sync.Mutex
	list []string
}

func (t *told) Event(e collectors.Event) {
	if !t.mu.TryLock() {
		panic("two events at once")
	}
	defer t.mu.Unlock()
	for range 10 {
		runtime.Gosched() // lets others in, if they may
	}
	switch e.Kind {
	case collectors.EventKept:
		t.list = append(t.list, fmt.Sprintf("%s %s kept %d, %d new", e.Source, e.Part, e.Items, e.Kept.New))
	case collectors.EventExpect:
		t.list = append(t.list, fmt.Sprintf("%s %s expect %d", e.Source, e.Part, e.Expect))
	case collectors.EventFinished:
		t.list = append(t.list, fmt.Sprintf("%s finished %s", e.Source, e.Coverage.State))
	default:
		t.list = append(t.list, fmt.Sprintf("%s %s", e.Source, e.Kind))
	}
}

func TestProgressIsToldInOrder(t *testing.T) {
	p := &told{}
	res, _ := one(t, func(ctx context.Context, out collectors.Sink) error {
		out.Expect("a", 2)
		return out.Keep(ctx, page("a", item("x", "1"), item("x", "2")))
	}, func(o *collectors.Options) { o.Progress = p })
	want := []string{"x started", "x a expect 2", "x a kept 2, 2 new", "x finished complete"}
	if diff := cmp.Diff(want, p.list); diff != "" {
		t.Error(diff)
	}
	if res.Kept != (evidence.Kept{New: 2}) {
		t.Errorf("kept %+v", res.Kept)
	}
}

func TestEventsOfManySourcesComeOneAtATime(t *testing.T) {
	p := &told{}
	var jobs []collectors.Job
	for i := range 8 {
		source := fmt.Sprint("s", i)
		jobs = append(jobs, job(source, func(ctx context.Context, out collectors.Sink) error {
			var wg sync.WaitGroup
			for n := range 20 {
				wg.Go(func() { out.Keep(ctx, page(fmt.Sprint("part ", n%3), item(source, fmt.Sprint(n)))) })
			}
			wg.Wait()
			return nil
		}))
	}
	m := collectorstest.NewMemory(fixed)
	for _, res := range collectors.Run(t.Context(), jobs, m, collectors.Options{Period: half, Now: fixed, Progress: p}) {
		if res.Kept.New != 20 || res.Coverage.Found() != 20 {
			t.Errorf("%+v", res)
		}
	}
	if len(p.list) != 8*22 {
		t.Errorf("%d events", len(p.list))
	}
}

func TestWorst(t *testing.T) {
	tests := []struct {
		states []evidence.CoverageState
		want   evidence.CoverageState
	}{
		{nil, evidence.Complete},
		{[]evidence.CoverageState{evidence.Complete, evidence.Complete}, evidence.Complete},
		{[]evidence.CoverageState{evidence.Partial, evidence.Complete}, evidence.Partial},
		{[]evidence.CoverageState{evidence.Partial, evidence.Failed, evidence.Complete}, evidence.Failed},
		{[]evidence.CoverageState{""}, evidence.Partial},
	}
	for _, tt := range tests {
		var all []evidence.Coverage
		for _, s := range tt.states {
			all = append(all, evidence.Coverage{State: s})
		}
		if got := collectors.Worst(all); got != tt.want {
			t.Errorf("%v: got %s, want %s", tt.states, got, tt.want)
		}
	}
}
