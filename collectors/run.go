package collectors

import (
	"context"
	"errors"
	"fmt"
	"runtime/debug"
	"sync"
	"time"

	"github.com/dossier-report/dossier/evidence"
)

// Job is one source to be asked in a run.
type Job struct {
	Source    Source
	Collector Collector
	Err       error // why there is no collector; the source has then failed
}

// Keeper is what a run needs of a store. Its methods are called from several
// goroutines at once.
type Keeper interface {
	// Cursor returns the cursor of the part's last kept page, "" at first.
	Cursor(ctx context.Context, source, part string) (string, error)
	// Keep stores a page with its cursor, whole or not at all.
	Keep(ctx context.Context, source string, page evidence.Batch) (evidence.Kept, error)
	// Cover records what a source was asked and what it answered.
	Cover(ctx context.Context, c evidence.Coverage) error
	// Found counts the items of p that the part of the source holds now.
	Found(ctx context.Context, source, part string, p evidence.Period) (int, error)
}

// Options says how to run. Now has to be set.
type Options struct {
	Period   evidence.Period
	Now      func() time.Time
	Progress Progress // may be nil
	AtOnce   int      // how many sources are asked side by side; 0 means all
	// Secrets are the values that must not be in anything that is kept. Those
	// shorter than six bytes are not looked for: they would spoil every text.
	Secrets []string
}

// Result is what became of one job.
type Result struct {
	Coverage evidence.Coverage
	// Err is why the source is not complete, if that is an error rather than
	// gaps; a [SignInError] or a context's error can be found in it with
	// errors.As and errors.Is. Its text has no secrets.
	Err  error
	Kept evidence.Kept // of all pages together
}

// The time that a run gives to what has to be done after its context ended.
const (
	stopWithin  = 2 * time.Second        // a collector, to return
	coverWithin = 500 * time.Millisecond // the keeper, to record the coverage
)

// stopped is the Why of a source that the end of the context cut short.
const stopped = "stopped before the end"

// Run asks every job's source side by side and returns their results in the
// order of jobs. Each failure, panics included, is that source's alone; every
// source gets its coverage recorded. When ctx ends, Run returns within a few
// seconds at most, even when a collector does not: that one is left behind and
// can keep nothing any longer.
//
// What is kept has been checked: items that are not valid are mended, those
// outside the period dropped, secrets removed, and each of these is said in the
// part's gaps and notes. In a part with a gap that loses something the end of a
// pass does not count (see [evidence.Batch]): what could not be read is not gone.
//
// A panic in a goroutine that a collector itself started cannot be recovered
// here.
func Run(ctx context.Context, jobs []Job, keeper Keeper, opt Options) []Result {
	r := &run{keeper: keeper, opt: opt, red: NewRedactor(opt.Secrets...)}
	results := make([]Result, len(jobs))
	if opt.AtOnce <= 0 || opt.AtOnce > len(jobs) {
		opt.AtOnce = len(jobs)
	}
	turn := make(chan struct{}, max(opt.AtOnce, 1))
	var wg sync.WaitGroup
	for i, job := range jobs {
		wg.Go(func() {
			select {
			case turn <- struct{}{}:
				defer func() { <-turn }()
			case <-ctx.Done():
			}
			results[i] = r.one(ctx, job)
		})
	}
	wg.Wait()
	return results
}

// run is what the jobs of a run have in common.
type run struct {
	keeper Keeper
	opt    Options
	red    *Redactor
	told   sync.Mutex // events are told one at a time
}

func (r *run) event(e Event) {
	if r.opt.Progress == nil {
		return
	}
	r.told.Lock()
	defer r.told.Unlock()
	r.opt.Progress.Event(e)
}

// one runs a job from its start to its recorded coverage.
func (r *run) one(ctx context.Context, job Job) Result {
	source := job.Source.Name
	r.event(Event{Source: source, Kind: EventStarted})
	out := &sink{run: r, source: source, parts: map[string]*part{}}
	began := r.opt.Now()
	err := job.Err
	switch {
	case err != nil:
	case ctx.Err() != nil:
		err = ctx.Err()
	case job.Collector == nil:
		err = errors.New("there is no collector")
	default:
		err = r.collect(ctx, job.Collector, out)
	}
	out.close()
	if err == nil {
		err = out.fault()
	}
	cut := job.Err == nil && ctx.Err() != nil
	if cut && err == nil {
		err = ctx.Err() // a collector must not say that it finished what it was stopped in
	}

	count, cancel := afterwards(ctx)
	defer cancel()
	c := evidence.Coverage{Source: source, Period: r.opt.Period, AskedAt: began, Took: r.opt.Now().Sub(began)}
	parts, errFound := out.covered(count)
	c.Parts = parts
	err = errors.Join(err, errFound)
	c.State, c.Why = out.state(err, cut)
	c.Why = r.red.Text(c.Why)
	record, cancel := afterwards(ctx)
	defer cancel()
	if errCover := r.keeper.Cover(record, c); errCover != nil {
		err = errors.Join(err, fmt.Errorf("record coverage: %w", errCover))
		if c.State == evidence.Complete {
			c.State, c.Why = evidence.Partial, r.red.Text(err.Error())
		}
	}
	r.event(Event{Source: source, Kind: EventFinished, Coverage: c})
	return Result{Coverage: c, Err: r.red.Error(err), Kept: out.total()}
}

// afterwards is the context for what has to be done when a source is through:
// ctx as long as it lasts, and a short time of its own once it has ended.
func afterwards(ctx context.Context) (context.Context, context.CancelFunc) {
	if ctx.Err() == nil {
		return context.WithCancel(ctx)
	}
	return context.WithTimeout(context.WithoutCancel(ctx), coverWithin)
}

// errLeft says that a collector went on although its context had ended.
var errLeft = fmt.Errorf("did not stop within %v when asked", stopWithin)

// collect runs the collector and recovers its panic. It leaves a collector
// behind that does not stop.
func (r *run) collect(ctx context.Context, c Collector, out Sink) error {
	done := make(chan error, 1)
	go func() {
		err := errors.New("ended its goroutine without returning")
		defer func() {
			if v := recover(); v != nil {
				err = fmt.Errorf("panic: %s%s", firstLine(fmt.Sprint(v)), origin(debug.Stack()))
			}
			done <- err
		}()
		err = c.Collect(ctx, r.opt.Period, out)
	}()
	select {
	case err := <-done:
		return err
	case <-ctx.Done():
	}
	late := time.NewTimer(stopWithin)
	defer late.Stop()
	select {
	case err := <-done:
		return err
	case <-late.C:
		return errors.Join(ctx.Err(), errLeft)
	}
}

// Worst returns the worst state of all, Complete when there is none.
func Worst(all []evidence.Coverage) evidence.CoverageState {
	worst := evidence.Complete
	for _, c := range all {
		switch {
		case c.State == evidence.Failed:
			return evidence.Failed
		case c.State != evidence.Complete:
			worst = evidence.Partial
		}
	}
	return worst
}
