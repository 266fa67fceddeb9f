//go:build unix

package git

import (
	"context"
	"io"
	"runtime"
	"slices"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/dossier-report/dossier/evidence"
)

// counting is a sink that keeps cursors and counts items: what a store costs is
// measured elsewhere.
type counting struct {
	mu      sync.Mutex
	cursors map[string]string
	items   int
}

func (s *counting) Cursor(_ context.Context, part string) (string, error) {
	return s.cursors[part], nil
}

func (s *counting) Keep(_ context.Context, b evidence.Batch) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.cursors[b.Part] = b.Cursor
	s.items += len(b.Items)
	return nil
}

func (*counting) Same(string, string)      {}
func (*counting) Expect(string, int)       {}
func (*counting) Gap(string, evidence.Gap) {}
func (*counting) Note(string, string)      {}

// spent is what wall time and, with the children that have ended, computing time
// has passed.
type spent struct{ wall, cpu time.Duration }

func measureOf(b *testing.B, f func()) spent {
	b.Helper()
	used := func() time.Duration {
		var sum time.Duration
		for _, who := range []int{syscall.RUSAGE_SELF, syscall.RUSAGE_CHILDREN} {
			var u syscall.Rusage
			if err := syscall.Getrusage(who, &u); err != nil {
				b.Fatal(err)
			}
			sum += time.Duration(u.Utime.Nano() + u.Stime.Nano())
		}
		return sum
	}
	runtime.GC()
	cpu, start := used(), time.Now()
	f()
	return spent{time.Since(start), used() - cpu}
}

func median(all []spent) spent {
	wall, cpu := make([]time.Duration, 0, len(all)), make([]time.Duration, 0, len(all))
	for _, s := range all {
		wall, cpu = append(wall, s.wall), append(cpu, s.cpu)
	}
	slices.Sort(wall)
	slices.Sort(cpu)
	return spent{wall[len(wall)/2], cpu[len(cpu)/2]}
}

// BenchmarkCollect compares a first collection with git log --numstat, a second
// one with the first, and two cores with one: all sides in turn. "mine" is one
// author of seven in a half year, asked of git with --since and --author; "all" is
// everybody's commits of all time.
func BenchmarkCollect(b *testing.B) {
	env := world(b)
	h := &history{}
	h.many(20_000)
	dir := h.write(b, env.Home+"/big")
	git(b, dir, "repack", "-adq")

	all := env
	all.Self.Emails = []string{"robin@example.org", "ana@example.org", "maria@example.org", "a@example.org", "b@example.org", "c@example.org", "d@example.org"}
	for _, c := range []struct {
		name   string
		env    func() []string
		period evidence.Period
		args   []string
	}{
		{"all", func() []string { return all.Self.Emails }, always, nil},
		{"mine", func() []string { return env.Self.Emails[:1] }, always, []string{"--author=<robin@example.org>", "-F", "-i"}},
		{"mine-half-year", func() []string { return env.Self.Emails[:1] }, half, []string{"--author=<robin@example.org>", "-F", "-i", "--since=2026-01-01T00:00:00Z"}},
	} {
		b.Run(c.name, func(b *testing.B) {
			who := env
			who.Self.Emails = c.env()
			var bare, one, two, again []spent
			found := 0
			run := func(procs int, into *counting) func() {
				return func() {
					col := makeCollector(b, who, "paths: [big]")
					col.procs = procs
					if err := col.Collect(b.Context(), c.period, into); err != nil {
						b.Fatal(err)
					}
					found = max(found, into.items)
				}
			}
			for b.Loop() {
				bare = append(bare, measureOf(b, func() {
					cmd := plain(dir, append([]string{"log", "--branches", "--tags", "--remotes", "-z", "--numstat", "--format=" + logFormat}, c.args...)...)
					pipe, err := cmd.StdoutPipe()
					if err != nil || cmd.Start() != nil {
						b.Fatal(err)
					}
					if _, err := io.Copy(io.Discard, pipe); err != nil || cmd.Wait() != nil {
						b.Fatal(err)
					}
				}))
				first := &counting{cursors: map[string]string{}}
				one = append(one, measureOf(b, run(1, first)))
				two = append(two, measureOf(b, run(2, &counting{cursors: map[string]string{}})))
				again = append(again, measureOf(b, run(1, first)))
			}
			g, o, t, s := median(bare), median(one), median(two), median(again)
			b.ReportMetric(float64(o.wall)/float64(g.wall), "wall/git-log")
			b.ReportMetric(float64(o.cpu)/float64(g.cpu), "cpu/git-log")
			b.ReportMetric(float64(t.wall)/float64(o.wall), "two-cores/one")
			b.ReportMetric(float64(s.wall)/float64(o.wall), "second/first")
			b.ReportMetric(float64(found), "commits")
			b.ReportMetric(0, "ns/op")
		})
	}
}
