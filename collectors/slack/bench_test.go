package slack

import (
	"archive/zip"
	"context"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"runtime"
	"sync/atomic"
	"testing"
	"time"

	"github.com/dossier-report/dossier/collectors"
	"github.com/dossier-report/dossier/collectors/collectorstest"
	"github.com/dossier-report/dossier/evidence"
)

// counting is a sink that counts: what a store costs is measured elsewhere.
type counting struct {
	told
	items int
}

func (s *counting) Keep(_ context.Context, b evidence.Batch) error {
	s.items += len(b.Items)
	return nil
}

// manyMessages writes a zip of n messages in channels of a year of days, every
// tenth by the person, half of all in threads. Each is as long as Slack writes
// them, with profile and blocks.
func manyMessages(tb testing.TB, n int) string {
	tb.Helper()
	p := filepath.Join(tb.TempDir(), "acme.zip")
	f, err := os.Create(p)
	if err != nil {
		tb.Fatal(err)
	}
	defer f.Close()
	z := zip.NewWriter(f)
	write := func(name string, put func(w io.Writer)) {
		w, err := z.Create(name)
		if err != nil {
			tb.Fatal(err)
		}
		put(w)
	}
	write("users.json", func(w io.Writer) { io.WriteString(w, usersJSON) })
	write("channels.json", func(w io.Writer) {
		io.WriteString(w, `[{"id":"C0HELP001","name":"ml-help"},{"id":"C0RANDOM1","name":"random"},{"id":"C0THIRD01","name":"third"},{"id":"C0FOURTH1","name":"fourth"}]`)
	})
	start := half.From
	const days = 180
	users := []string{ana, lina, ana, lina, ana, lina, ana, lina, ana, robin}
	i := 0
	for _, ch := range []string{"ml-help", "random", "third", "fourth"} {
		for day := range days {
			date := start.AddDate(0, 0, day)
			write(ch+"/"+date.Format("2006-01-02")+".json", func(w io.Writer) {
				io.WriteString(w, "[")
				per := n / 4 / days
				if day == 0 {
					per += n/4 - per*days
				}
				root := ""
				for k := range per {
					ts := fmt.Sprintf("%d.%06d", date.Unix()+int64(k), k)
					if k%10 == 0 {
						root = ts
					}
					text := fmt.Sprintf("Message %d of the day: restart run %d with the flag from ML-%d and it finds the second node by itself; see <https://wiki.example.org/runs/%d|the page>", k, i, i%900+1, i)
					user := users[i%len(users)]
					thread := ""
					if i/10%2 == 0 {
						thread = fmt.Sprintf(`,"thread_ts":%q,"parent_user_id":%q`, root, ana)
					}
					if k > 0 {
						io.WriteString(w, ",")
					}
					fmt.Fprintf(w, `{"user":%q,"type":"message","ts":%q,"client_msg_id":"1f2e3d4c-aaaa-bbbb-cccc-%012d","text":%q,"team":"T0ACME001","user_team":"T0ACME001","source_team":"T0ACME001","user_profile":{"avatar_hash":"g0123456789a","image_72":"https://avatars.example.org/%d.png","first_name":"A","real_name":"A B","display_name":"ab","team":"T0ACME001","name":"ab","is_restricted":false,"is_ultra_restricted":false}%s,"blocks":[{"type":"rich_text","block_id":"x1","elements":[{"type":"rich_text_section","elements":[{"type":"text","text":%q}]}]}]}`,
						user, ts, i, text, i, thread, text)
					i++
				}
				io.WriteString(w, "]")
			})
		}
	}
	if err := z.Close(); err != nil {
		tb.Fatal(err)
	}
	return p
}

// peak runs f and returns the largest heap in use while it ran, and what stood
// before.
func peak(f func()) (most uint64) {
	runtime.GC()
	var done atomic.Bool
	stopped := make(chan struct{})
	go func() {
		defer close(stopped)
		var m runtime.MemStats
		for !done.Load() {
			runtime.ReadMemStats(&m)
			most = max(most, m.HeapInuse+m.StackInuse)
			time.Sleep(10 * time.Millisecond)
		}
	}()
	f()
	done.Store(true)
	<-stopped
	return most
}

func read(b *testing.B, path string, s collectors.Sink) {
	e := env(filepath.Dir(path))
	c, err := Source.New(collectorstest.Settings("export: acme.zip\n"), e)
	if err != nil {
		b.Fatal(err)
	}
	if err := c.Collect(b.Context(), half, s); err != nil {
		b.Fatal(err)
	}
}

// BenchmarkExport reads 200,000 messages and a tenth of them in turn: the time for
// one must not grow with their number, and the heap must stay small.
func BenchmarkExport(b *testing.B) {
	large, small := manyMessages(b, 200_000), manyMessages(b, 20_000)
	var long, short time.Duration
	var heap uint64
	found := 0
	for b.Loop() {
		s := &counting{}
		began := time.Now()
		heap = max(heap, peak(func() { read(b, large, s) }))
		long += time.Since(began)
		found = s.items
		began = time.Now()
		_ = peak(func() { read(b, small, &counting{}) })
		short += time.Since(began)
	}
	st, err := os.Stat(large)
	if err != nil {
		b.Fatal(err)
	}
	b.ReportMetric(float64(heap)/(1<<20), "peak-MiB")
	b.ReportMetric(float64(long)/float64(short)/10, "time-per-message-200k/20k")
	b.ReportMetric(float64(long.Nanoseconds())/float64(b.N)/200_000, "ns/message")
	b.ReportMetric(float64(found), "threads")
	b.ReportMetric(float64(st.Size())/(1<<20), "zip-MiB")
	b.ReportMetric(0, "ns/op")
}
