package confluence

import (
	"context"
	"net/http"
	"runtime"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/dossier-report/dossier/collectors/collectorstest"
	"github.com/dossier-report/dossier/evidence"
)

// dropped is a sink that keeps nothing, so that what is measured is the
// collector's own.
type dropped struct{ items, gaps int }

func (d *dropped) Cursor(context.Context, string) (string, error) { return "", nil }
func (d *dropped) Keep(_ context.Context, page evidence.Batch) error {
	d.items += len(page.Items)
	return nil
}
func (d *dropped) Same(string, string)      {}
func (d *dropped) Expect(string, int)       {}
func (d *dropped) Gap(string, evidence.Gap) { d.gaps++ }
func (d *dropped) Note(string, string)      {}

// BenchmarkCollect reads pages of 4 KiB, a quarter of them with two versions, and
// tells the most memory that was in use beyond the site's own, and the requests.
func BenchmarkCollect(b *testing.B) {
	for _, size := range []struct {
		name  string
		pages int
	}{{"500", 500}, {"5000", 5000}} {
		b.Run(size.name, func(b *testing.B) {
			f := newFake(b, true)
			for i := range size.pages {
				f.page(1000+i, on("2026-01-05").Add(time.Duration(i)*40*time.Minute))
			}
			body := strings.Repeat("<p>Words of <strong>some</strong> weight, see ML-231.</p>", 70)
			for i, p := range f.pages {
				if p.versions[0].body = body; i%4 > 0 {
					continue
				}
				p.version(p.updated().Add(time.Hour), f.robin(), body)
			}
			runtime.GC()
			var m runtime.MemStats
			runtime.ReadMemStats(&m)
			base := m.HeapAlloc
			var peak, asked atomic.Int64
			env := f.env()
			env.HTTP = &http.Client{Transport: roundTrip(func(req *http.Request) (*http.Response, error) {
				if n := asked.Add(1); n%200 == 0 {
					runtime.GC()
					var m runtime.MemStats
					runtime.ReadMemStats(&m)
					if now := int64(m.HeapAlloc) - int64(base); now > peak.Load() {
						peak.Store(now)
					}
				}
				return f.RoundTrip(req)
			})}
			c, err := Source.New(collectorstest.Settings(f.settings()), env)
			if err != nil {
				b.Fatal(err)
			}
			for b.Loop() {
				f.count()
				asked.Store(0)
				d := &dropped{}
				if err := c.Collect(context.Background(), half, d); err != nil || d.items != size.pages || d.gaps > 0 {
					b.Fatalf("%v, %d items, %d gaps", err, d.items, d.gaps)
				}
			}
			b.ReportMetric(float64(peak.Load())/(1<<20), "peak-MiB")
			b.ReportMetric(float64(asked.Load()), "requests")
			b.ReportMetric(float64(b.Elapsed().Microseconds())/float64(b.N)/float64(size.pages), "µs/page")
		})
	}
}

// BenchmarkPlain reads storage format.
func BenchmarkPlain(b *testing.B) {
	doc := strings.Repeat(`<p>Words of <strong>some</strong> weight &amp; <a href="https://acme.example/x">links</a>.</p><ul><li>a</li></ul>`, 1000)
	b.SetBytes(int64(len(doc)))
	for b.Loop() {
		plain(doc, nil)
	}
}
