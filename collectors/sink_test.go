package collectors_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/dossier-report/dossier/collectors"
	"github.com/dossier-report/dossier/collectors/collectorstest"
	"github.com/dossier-report/dossier/evidence"
)

func TestPartsComeInOrderWithWhatBelongsToThem(t *testing.T) {
	res, _ := one(t, func(ctx context.Context, out collectors.Sink) error {
		out.Note("c", "shallow clone")
		out.Note("c", "shallow clone")
		out.Gap("b", evidence.Gap{What: "page 2", Why: "503"})
		out.Same("d", "all of d")
		return out.Keep(ctx, page("a", item("x", "1")))
	})
	want := []evidence.Part{
		{Name: "a", Query: "all of a", Found: 1},
		{Name: "b", Gaps: []evidence.Gap{{What: "page 2", Why: "503"}}},
		{Name: "c", Notes: []string{"shallow clone"}},
		{Name: "d", Query: "all of d"},
	}
	if diff := cmp.Diff(want, res.Coverage.Parts); diff != "" {
		t.Error(diff)
	}
}

func TestGapsOfAPartAreCappedAndCounted(t *testing.T) {
	res, _ := one(t, func(ctx context.Context, out collectors.Sink) error {
		for i := range 1334 {
			out.Gap("a", evidence.Gap{What: fmt.Sprint("odd ", i), Bad: true})
		}
		for i := range 101 {
			out.Gap("a", evidence.Gap{What: fmt.Sprint("lost ", i)})
		}
		return nil
	})
	gaps := res.Coverage.Parts[0].Gaps
	if len(gaps) != 202 {
		t.Fatalf("%d gaps", len(gaps))
	}
	if gaps[0].What != "lost 0" || gaps[100].What != "and 1 more" || gaps[100].Bad || gaps[201].What != "and 1,234 more" || !gaps[201].Bad {
		t.Errorf("got %+v, %+v, %+v", gaps[0], gaps[100], gaps[201])
	}
}

func TestWhatCouldNotBeReadIsNotGone(t *testing.T) {
	m := collectorstest.NewMemory(fixed)
	run := func(gap *evidence.Gap, items ...evidence.Item) collectors.Result {
		f := collect(func(ctx context.Context, out collectors.Sink) error {
			if gap != nil {
				out.Gap("a", *gap)
			}
			b := page("a", items...)
			b.Begin, b.End = true, true
			return out.Keep(ctx, b)
		})
		return collectors.Run(t.Context(), []collectors.Job{job("x", f)}, m, collectors.Options{Period: half, Now: fixed})[0]
	}
	run(nil, item("x", "1"), item("x", "2"))
	run(&evidence.Gap{What: "x:2", Why: "403"}, item("x", "1"))
	if got := ids(m); !slices.Equal(got, []string{"x:1", "x:2"}) {
		t.Errorf("an item that could not be read is gone: %v", got)
	}
	run(&evidence.Gap{What: "x:1", Why: "odd", Bad: true}, item("x", "1"))
	if got := ids(m); !slices.Equal(got, []string{"x:1", "x:2 gone"}) {
		t.Errorf("an item that the source lacks is not gone: %v", got)
	}
}

func TestAPassSaysNothingAboutWhatIsOutsideTheRun(t *testing.T) {
	wide := half
	wide.From = wide.From.AddDate(-1, 0, 0)
	m := collectorstest.NewMemory(fixed)
	old := item("x", "old")
	old.Acts[0].At = half.From.AddDate(0, -3, 0)
	pass := func(period evidence.Period, claim evidence.Period, items ...evidence.Item) {
		f := collect(func(ctx context.Context, out collectors.Sink) error {
			b := page("a", items...)
			b.Begin, b.End, b.Period = true, true, claim
			return out.Keep(ctx, b)
		})
		collectors.Run(t.Context(), []collectors.Job{job("x", f)}, m, collectors.Options{Period: period, Now: fixed})
	}
	pass(wide, wide, item("x", "1"), old)
	pass(half, evidence.Period{}, item("x", "1"), old) // the page claims to be about all time
	if got := ids(m); !slices.Equal(got, []string{"x:1", "x:old"}) {
		t.Errorf("got %v", got)
	}
}

// F36: the same page twice, and pages that overlap.
func TestF36PagesThatComeTwiceOrOverlapAreKeptOnce(t *testing.T) {
	res, m := one(t, func(ctx context.Context, out collectors.Sink) error {
		pages := [][]evidence.Item{
			{item("x", "1"), item("x", "2"), item("x", "1")},
			{item("x", "1"), item("x", "2")},
			{item("x", "2"), item("x", "3")},
		}
		for _, p := range pages {
			if err := out.Keep(ctx, page("a", p...)); err != nil {
				return err
			}
		}
		return nil
	})
	if res.Kept != (evidence.Kept{New: 3, Same: 3}) || len(m.Items()) != 3 || res.Coverage.Found() != 3 {
		t.Errorf("kept %+v, found %d, %v", res.Kept, res.Coverage.Found(), ids(m))
	}
}

// An item that two parts give is one item of the source.
func TestItemOfTwoPartsIsFoundOnce(t *testing.T) {
	res, _ := one(t, func(ctx context.Context, out collectors.Sink) error {
		for part, items := range map[string][]evidence.Item{"a": {item("x", "1"), item("x", "2")}, "b": {item("x", "2"), item("x", "3")}, "c": {item("x", "2")}} {
			if err := out.Keep(ctx, page(part, items...)); err != nil {
				return err
			}
		}
		return nil
	})
	if p := res.Coverage.Parts; res.Coverage.Found() != 3 || p[0].Found != 2 || p[1].Found != 2 || p[2].Found != 1 || p[0].Twice != 0 {
		t.Errorf("found %d of %+v", res.Coverage.Found(), res.Coverage.Parts)
	}
}

func TestOfTwoOnOnePageTheLastIsKept(t *testing.T) {
	second := item("x", "1")
	second.Title = "newer"
	_, m := one(t, func(ctx context.Context, out collectors.Sink) error {
		return out.Keep(ctx, page("a", item("x", "1"), item("x", "2"), second))
	})
	if got := m.Items()[0].Item.Title; got != "newer" {
		t.Errorf("kept %q", got)
	}
}

// failing is a keeper whose n-th call fails: before it does anything, or after
// it did, as when the answer is lost.
type failing struct {
	collectors.Keeper
	mu    sync.Mutex
	n     int
	after bool
	hit   bool
}

var errDisk = errors.New("disk full")

func (f *failing) call(do func() error) error {
	f.mu.Lock()
	f.n--
	fails := f.n == 0
	f.hit = f.hit || fails
	f.mu.Unlock()
	if fails && !f.after {
		return errDisk
	}
	if err := do(); err != nil {
		return err
	}
	if fails {
		return errDisk
	}
	return nil
}

func (f *failing) Cursor(ctx context.Context, source, part string) (s string, err error) {
	err = f.call(func() error { s, err = f.Keeper.Cursor(ctx, source, part); return err })
	return s, err
}

func (f *failing) Keep(ctx context.Context, source string, b evidence.Batch) (k evidence.Kept, err error) {
	err = f.call(func() error { k, err = f.Keeper.Keep(ctx, source, b); return err })
	return k, err
}

func (f *failing) Cover(ctx context.Context, c evidence.Coverage) error {
	return f.call(func() error { return f.Keeper.Cover(ctx, c) })
}

func (f *failing) Found(ctx context.Context, source, part string, p evidence.Period) (n int, err error) {
	err = f.call(func() error { n, err = f.Keeper.Found(ctx, source, part, p); return err })
	return n, err
}

// paged gives three parts of three pages, two items each, and goes on from its
// cursor. A careless one does not look at errors and goes on with the next page.
func paged(careless bool) collect {
	return func(ctx context.Context, out collectors.Sink) error {
		var last error
		for part := range 3 {
			name := fmt.Sprint("part ", part)
			cursor, err := out.Cursor(ctx, name)
			if err != nil {
				last = err
				if !careless {
					return err
				}
			}
			from, _ := strconv.Atoi(cursor)
			for n := from; n < 3; n++ {
				b := page(name, item("x", fmt.Sprintf("%d-%d-a", part, n)), item("x", fmt.Sprintf("%d-%d-b", part, n)))
				b.Begin, b.End, b.Cursor = n == 0, n == 2, fmt.Sprint((n+1)%3)
				if err := out.Keep(ctx, b); err != nil {
					last = err
					if !careless {
						return err
					}
				}
			}
		}
		if careless {
			return nil
		}
		return last
	}
}

// N: every call of the keeper fails once; one clean run then puts it right.
func TestAfterAnyFailureOfTheKeeperOneCleanRunIsEnough(t *testing.T) {
	opt := collectors.Options{Period: half, Now: fixed}
	whole := collectorstest.NewMemory(fixed)
	collectors.Run(t.Context(), []collectors.Job{job("x", paged(false))}, whole, opt)
	for _, after := range []bool{false, true} {
		for _, careless := range []bool{false, true} {
			n := 1
			for ; ; n++ {
				m := collectorstest.NewMemory(fixed)
				f := &failing{Keeper: m, n: n, after: after}
				jobs := []collectors.Job{job("x", paged(careless))}
				res := collectors.Run(t.Context(), jobs, f, opt)[0]
				if !f.hit {
					break
				}
				if res.Coverage.State == evidence.Complete || !errors.Is(res.Err, errDisk) {
					t.Errorf("call %d fails: %s, %v", n, res.Coverage.State, res.Err)
				}
				collectors.Run(t.Context(), jobs, m, opt)
				if diff := cmp.Diff(whole.Items(), m.Items()); diff != "" {
					t.Errorf("call %d fails (after %v, careless %v), and after a clean run: %s", n, after, careless, diff)
				}
			}
			if n < 10 {
				t.Errorf("only %d calls were made to fail", n-1)
			}
		}
	}
}

func TestAfterAFailedPageNoLaterOneOfThePartIsKept(t *testing.T) {
	m := collectorstest.NewMemory(fixed)
	f := &failing{Keeper: m, n: 2}
	var errs []error
	c := collect(func(ctx context.Context, out collectors.Sink) error {
		for i, part := range []string{"a", "a", "a", "b"} {
			b := page(part, item("x", fmt.Sprint(i)))
			b.Cursor = fmt.Sprint(i)
			errs = append(errs, out.Keep(ctx, b))
		}
		return nil
	})
	res := collectors.Run(t.Context(), []collectors.Job{job("x", c)}, f, collectors.Options{Period: half, Now: fixed})[0]
	if errs[0] != nil || !errors.Is(errs[1], errDisk) || !errors.Is(errs[2], errDisk) || errs[3] != nil {
		t.Errorf("got %v", errs)
	}
	if got := ids(m); !slices.Equal(got, []string{"x:0", "x:3"}) {
		t.Errorf("kept %v", got)
	}
	if cursor, _ := m.Cursor(t.Context(), "x", "a"); cursor != "0" {
		t.Errorf("the cursor is %q, ahead of what is kept", cursor)
	}
	if res.Coverage.State != evidence.Partial || !strings.Contains(res.Coverage.Why, "disk full") {
		t.Errorf("%s, %q", res.Coverage.State, res.Coverage.Why)
	}
}

func TestNothingIsKeptAfterACollectorReturned(t *testing.T) {
	var sink collectors.Sink
	_, m := one(t, func(_ context.Context, out collectors.Sink) error { sink = out; return nil })
	if err := sink.Keep(t.Context(), page("a", item("x", "1"))); err == nil || len(m.Items()) > 0 {
		t.Errorf("kept, %v", err)
	}
	if _, err := sink.Cursor(t.Context(), "a"); err == nil {
		t.Error("a cursor is given")
	}
}
