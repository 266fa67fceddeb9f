package collectors_test

import (
	"context"
	"errors"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/dossier-report/dossier/collectors"
	"github.com/dossier-report/dossier/collectors/collectorstest"
	"github.com/dossier-report/dossier/evidence"
)

// F31: stopped in a wait.
func TestF31EverySourceIsCoveredWhenTheRunIsStopped(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		waits := func(ctx context.Context, out collectors.Sink) error {
			if err := out.Keep(ctx, page("a", item("waits", "1"))); err != nil {
				return err
			}
			<-ctx.Done()
			return ctx.Err()
		}
		swallows := func(ctx context.Context, out collectors.Sink) error { <-ctx.Done(); return nil }
		var late error
		deaf := func(ctx context.Context, out collectors.Sink) error {
			time.Sleep(time.Hour)
			late = out.Keep(context.WithoutCancel(ctx), page("a", item("deaf", "1")))
			out.Gap("a", evidence.Gap{What: "late"})
			return nil
		}
		never := func(context.Context, collectors.Sink) error { t.Error("began after the end"); return nil }
		ctx, cancel := context.WithCancel(t.Context())
		time.AfterFunc(30*time.Second, cancel)
		m := collectorstest.NewMemory(time.Now)
		began := time.Now()
		jobs := []collectors.Job{job("waits", waits), job("swallows", swallows), job("deaf", deaf)}
		res := collectors.Run(ctx, jobs, m, collectors.Options{Period: half, Now: time.Now})
		if took := time.Since(began) - 30*time.Second; took > 3*time.Second {
			t.Errorf("stopped after %v", took)
		}
		res = append(res, collectors.Run(ctx, []collectors.Job{job("never", never)}, m, collectors.Options{Period: half, Now: time.Now})...)
		for _, r := range res {
			if r.Coverage.State != evidence.Partial || !strings.HasPrefix(r.Coverage.Why, "stopped before the end") || !errors.Is(r.Err, context.Canceled) {
				t.Errorf("%s: %s, %q, %v", r.Coverage.Source, r.Coverage.State, r.Coverage.Why, r.Err)
			}
		}
		if got := len(m.Coverage()); got != 4 {
			t.Errorf("%d sources are covered, not 4", got)
		}
		if got := res[0].Coverage.Parts; len(got) != 1 || got[0].Found != 1 {
			t.Errorf("what was kept is not counted: %+v", got)
		}
		time.Sleep(2 * time.Hour)
		synctest.Wait()
		if late == nil || !slices.Equal(ids(m), []string{"waits:1"}) {
			t.Errorf("the one that did not stop kept something: %v, %v", late, ids(m))
		}
	})
}

// slow takes a second to keep a page.
type slow struct {
	collectors.Keeper
	entered chan struct{}
}

func (s slow) Keep(ctx context.Context, source string, b evidence.Batch) (evidence.Kept, error) {
	close(s.entered)
	time.Sleep(time.Second)
	return s.Keeper.Keep(ctx, source, b)
}

func TestAPageThatIsBeingKeptIsWaitedFor(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		keeper := slow{collectorstest.NewMemory(time.Now), make(chan struct{})}
		hasty := collect(func(ctx context.Context, out collectors.Sink) error {
			go out.Keep(ctx, page("a", item("x", "1")))
			<-keeper.entered
			return nil
		})
		res := collectors.Run(t.Context(), []collectors.Job{job("x", hasty)}, keeper, collectors.Options{Period: half, Now: time.Now})[0]
		if res.Kept.New != 1 || res.Coverage.Found() != 1 {
			t.Errorf("kept %+v, found %d", res.Kept, res.Coverage.Found())
		}
	})
}

// sluggish is a keeper that takes its time to count and to record, as a large store
// on a busy machine does.
type sluggish struct{ *collectorstest.Memory }

func (s sluggish) Found(ctx context.Context, source, part string, p evidence.Period) (int, error) {
	if err := pause(ctx, time.Minute); err != nil {
		return 0, err
	}
	return s.Memory.Found(ctx, source, part, p)
}

func (s sluggish) Cover(ctx context.Context, c evidence.Coverage) error {
	if err := pause(ctx, time.Minute); err != nil {
		return err
	}
	return s.Memory.Cover(ctx, c)
}

func pause(ctx context.Context, d time.Duration) error {
	select {
	case <-time.After(d):
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

func TestASlowStoreDoesNotMakeASourceIncomplete(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		m := sluggish{collectorstest.NewMemory(fixed)}
		jobs := []collectors.Job{job("a", func(ctx context.Context, out collectors.Sink) error {
			return out.Keep(ctx, page("p", item("a", "1")))
		})}
		r := collectors.Run(t.Context(), jobs, m, collectors.Options{Now: fixed})[0]
		if r.Coverage.State != evidence.Complete || r.Err != nil || r.Coverage.Found() != 1 {
			t.Errorf("%s, %d found: %v", r.Coverage.State, r.Coverage.Found(), r.Err)
		}
	})
}
