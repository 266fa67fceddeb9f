package calendar

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/dossier-report/dossier/evidence"
)

// lifetime writes a calendar of so many years until the clock of the tests, with
// 5,000 events a year: one in ten belongs to a weekly series of a quarter, with
// overrides; each has a description and five guests.
func lifetime(t testing.TB, path string, years int) {
	t.Helper()
	f, err := os.Create(path)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	fmt.Fprint(f, "BEGIN:VCALENDAR\r\n")
	body := strings.Repeat("What we are going to talk about\\, and why it matters. ", 10)
	guests := ""
	for i := range 5 {
		guests += fmt.Sprintf("ATTENDEE;CN=Guest %d;PARTSTAT=ACCEPTED:mailto:guest%d@example.org\r\n", i, i)
	}
	begin := noon().AddDate(-years, 0, 0)
	n := 5000 * years
	step := noon().Sub(begin) / time.Duration(n)
	for i := range n {
		at := begin.Add(time.Duration(i) * step).UTC().Format("20060102T150400Z")
		fmt.Fprintf(f, "BEGIN:VEVENT\r\nDTSTAMP:20260701T000000Z\r\nDTSTART:%s\r\nDURATION:PT30M\r\nSUMMARY:Meeting %d of ML-%d\r\nDESCRIPTION:%s\r\n%s", at, i, i%997+1, body, guests)
		switch {
		case i%100 == 0:
			fmt.Fprintf(f, "UID:series-%d@example.org\r\nRRULE:FREQ=WEEKLY;COUNT=13\r\n", i/100)
		case i%100 < 10:
			fmt.Fprintf(f, "UID:series-%d@example.org\r\nRECURRENCE-ID:%s\r\n", i/100, at)
		default:
			fmt.Fprintf(f, "UID:event-%d@example.org\r\n", i)
		}
		fmt.Fprint(f, "END:VEVENT\r\n")
	}
	fmt.Fprint(f, "END:VCALENDAR\r\n")
}

// counting is a sink that keeps nothing, and looks at the memory at each page.
type counting struct {
	heard
	items int
	peak  uint64
}

func (c *counting) Keep(_ context.Context, b evidence.Batch) error {
	c.items += len(b.Items)
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	c.peak = max(c.peak, m.HeapInuse)
	return nil
}

// BenchmarkTenYears collects five and ten years, in turn. The ratio of the
// processor's time for them is 2 where it is linear in the size; MiB is the most
// heap in use at a page, which is after all events are held.
func BenchmarkTenYears(b *testing.B) {
	dir := b.TempDir()
	for _, y := range []int{5, 10} {
		lifetime(b, filepath.Join(dir, fmt.Sprintf("%d.ics", y)), y)
	}
	var took [2]time.Duration
	var peak uint64
	for b.Loop() {
		for i, y := range []int{5, 10} {
			runtime.GC()
			env := robin(b, dir)
			c := &collector{cfg: Config{Paths: []string{fmt.Sprintf("%d.ics", y)}}, env: env, page: pageSize}
			out := &counting{}
			start := processor()
			if err := c.Collect(b.Context(), ever, out); err != nil {
				b.Fatal(err)
			}
			took[i] += processor() - start
			peak = max(peak, out.peak)
			if want := 4551 * y; out.items < 4500*y || len(out.gaps) > 0 {
				b.Fatalf("%d items of about %d; gaps %+v", out.items, want, out.gaps)
			}
		}
	}
	b.ReportMetric(float64(peak)/(1<<20), "MiB")
	b.ReportMetric(float64(took[1])/float64(took[0]), "10y/5y")
	b.ReportMetric(took[1].Seconds()/float64(b.N), "cpu-s/10y")
}

// processor is the time that the program has computed.
func processor() time.Duration {
	var u syscall.Rusage
	_ = syscall.Getrusage(syscall.RUSAGE_SELF, &u)
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}
