package main

import (
	"fmt"
	"io"
	"strings"

	"github.com/vbauerster/mpb/v8"
	"github.com/vbauerster/mpb/v8/decor"

	"github.com/dossier-report/dossier/collectors"
	"github.com/dossier-report/dossier/evidence"
	"github.com/dossier-report/dossier/report/gate"
)

// progress shows how each source gets on, on stderr: a bar each on a terminal,
// a line at the start and one at the end off it, where bars would fill a log.
type progress interface {
	collectors.Progress
	wait() // until everything is drawn
}

func (a *app) newProgress(jobs []collectors.Job) progress {
	if !a.terminal.err {
		return &lines{w: a.stderr, sum: map[string]evidence.Kept{}}
	}
	p := &bars{w: a.stderr, all: mpb.New(mpb.WithOutput(a.stderr), mpb.WithWidth(40)),
		one: map[string]*bar{}}
	width := 0
	for _, j := range jobs {
		width = max(width, len(j.Source.Title))
	}
	for _, j := range jobs {
		p.add(j.Source.Name, fmt.Sprintf("%-*s", width, j.Source.Title))
	}
	return p
}

// lines is progress for a log.
type lines struct {
	w   io.Writer
	sum map[string]evidence.Kept
}

func (l *lines) Event(e collectors.Event) {
	switch e.Kind {
	case collectors.EventStarted:
		fmt.Fprintf(l.w, "%s: asking\n", gate.Terminal(e.Source))
	case collectors.EventKept:
		k := l.sum[e.Source]
		k.Add(e.Kept)
		l.sum[e.Source] = k
	case collectors.EventFinished:
		printOutcome(l.w, e.Coverage, l.sum[e.Source])
	}
}

func (l *lines) wait() {}

// printOutcome prints what a source answered, and what is missing and why.
func printOutcome(w io.Writer, c evidence.Coverage, k evidence.Kept) {
	source := gate.Terminal(c.Source)
	news := "nothing new"
	if k.New+k.Changed+k.Gone > 0 {
		news = fmt.Sprintf("%d new, %d changed, %d gone", k.New, k.Changed, k.Gone)
	}
	fmt.Fprintf(w, "%s: %s, %d items in the period, %s\n", source, c.State, c.Found(), news)
	if c.Why != "" {
		for _, l := range strings.Split(c.Why, "\n") {
			fmt.Fprintf(w, "%s: %s\n", source, gate.Terminal(l))
		}
	}
	for _, p := range c.Parts {
		for _, g := range p.Gaps {
			fmt.Fprintf(w, "%s: %s: %s: %s\n", source, gate.Terminal(p.Name), gate.Terminal(g.What), gate.Terminal(g.Why))
		}
		for _, n := range p.Notes {
			fmt.Fprintf(w, "%s: %s: %s\n", source, gate.Terminal(p.Name), gate.Terminal(n))
		}
	}
}

// bars is progress for a terminal.
type bars struct {
	w   io.Writer
	all *mpb.Progress
	one map[string]*bar
	end []func()
}

// bar is one source's bar, with what it has found so far.
type bar struct {
	*mpb.Bar
	sum    evidence.Kept
	expect map[string]int
}

func (b *bars) add(source, title string) {
	one := &bar{expect: map[string]int{}}
	one.Bar = b.all.New(0, mpb.BarStyle().Lbound("").Rbound("").Filler("━").Tip("━").Padding("─"),
		mpb.PrependDecorators(decor.Name(gate.Terminal(title), decor.WCSyncSpaceR)),
		mpb.AppendDecorators(decor.CurrentNoUnit(" %d items"), decor.OnComplete(decor.Name(""), " ✓")))
	b.one[source] = one
}

func (b *bars) Event(e collectors.Event) {
	one := b.one[e.Source]
	if one == nil {
		return
	}
	switch e.Kind {
	case collectors.EventExpect:
		one.expect[e.Part] = e.Expect
		total := 0
		for _, n := range one.expect {
			total += n
		}
		one.SetTotal(int64(total)+1, false) // it is full only when the source says so
	case collectors.EventKept:
		one.sum.Add(e.Kept)
		one.IncrBy(e.Items)
	case collectors.EventFinished:
		if e.Coverage.State == evidence.Complete {
			one.SetTotal(-1, true)
		} else {
			one.Abort(false)
		}
		sum := one.sum
		b.end = append(b.end, func() { printOutcome(b.w, e.Coverage, sum) })
	}
}

func (b *bars) wait() {
	b.all.Wait()
	for _, f := range b.end {
		f()
	}
}
