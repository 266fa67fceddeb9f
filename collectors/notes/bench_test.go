package notes

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
	"time"

	"github.com/dossier-report/dossier/collectors"
	"github.com/dossier-report/dossier/collectors/collectorstest"
	"github.com/dossier-report/dossier/evidence"
)

// forget is a sink that keeps nothing and looks how much memory is in use.
type forget struct {
	items int
	peak  uint64
}

func (f *forget) Cursor(context.Context, string) (string, error) { return "", nil }
func (f *forget) Keep(_ context.Context, b evidence.Batch) error {
	f.items += len(b.Items)
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	f.peak = max(f.peak, m.HeapInuse)
	return nil
}
func (f *forget) Same(string, string)      {}
func (f *forget) Expect(string, int)       {}
func (f *forget) Gap(string, evidence.Gap) {}
func (f *forget) Note(string, string)      {}

// BenchmarkVault reads 2,000 and 20,000 notes in turn: x/x is how many times
// longer ten times as many take, MiB the most memory in use.
func BenchmarkVault(b *testing.B) {
	home := b.TempDir()
	body := strings.Repeat("Some words on [[Note 7]] and ML-231, #tag and `code`.\n\n- [x] done ✅ 2026-02-03\n", 8)
	for i := range 20_000 {
		dir := "large"
		if i < 2_000 {
			dir = "small"
		}
		path := filepath.Join(home, dir, fmt.Sprint(i%100), fmt.Sprintf("Note %d.md", i))
		if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
			b.Fatal(err)
		}
		if err := os.WriteFile(path, []byte("---\ndate: 2026-02-03\n---\n"+body), 0o600); err != nil {
			b.Fatal(err)
		}
	}
	env := collectors.Env{Now: now, Home: home, Dir: home, Zone: zone}
	read := func(settings string) (time.Duration, *forget) {
		c, err := New(collectorstest.Settings(settings), env)
		if err != nil {
			b.Fatal(err)
		}
		f, start := &forget{}, time.Now()
		if err := c.Collect(b.Context(), half, f); err != nil {
			b.Fatal(err)
		}
		return time.Since(start), f
	}
	for b.Loop() {
		small, _ := read("paths: [small]")
		all, f := read("paths: [.]")
		if f.items != 20_000 {
			b.Fatalf("%d items", f.items)
		}
		b.ReportMetric(float64(all)/float64(small), "x/x")
		b.ReportMetric(float64(f.peak)/(1<<20), "MiB")
	}
}
