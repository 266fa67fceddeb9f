package store_test

import (
	"context"
	"database/sql"
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/dossier-report/dossier/evidence"
	"github.com/dossier-report/dossier/evidence/store"
	"github.com/dossier-report/dossier/evidence/store/storetest"
)

const (
	benchItems = 20_000
	benchPage  = 500
)

// synthetic makes items of about 600 bytes, in pages.
func synthetic(n int) (pages []evidence.Batch) {
	random := rand.New(rand.NewPCG(7, 8))
	words := strings.Fields("cache tokenizer gradient shard loss curve review backlog deploy latency sampler diffusion queue retry schema")
	text := func(n int) string {
		var b strings.Builder
		for range n {
			b.WriteString(words[random.IntN(len(words))] + " ")
		}
		return strings.TrimSpace(b.String())
	}
	for i := range n {
		if i%benchPage == 0 {
			pages = append(pages, evidence.Batch{Part: "repo", Query: "author:robin", FetchedAt: storetest.Now(), Cursor: fmt.Sprint(i)})
		}
		it := storetest.Item(i)
		it.Acts[0].At = time.Date(2024, 1, 1, 0, 0, random.IntN(2*365*86400), 0, time.UTC)
		it.Title, it.Text, it.Place = text(6), text(20), "acme/api"
		it.Author = &evidence.Person{Login: "robin-v"}
		it.Labels, it.Paths, it.Links = []string{"performance"}, []string{"internal/tok/cache.go"}, []string{"ML-231"}
		it.Acts = append(it.Acts, evidence.Act{At: it.Acts[0].At.Add(time.Hour), Verb: evidence.Commented, Text: text(5)})
		it.Size = &evidence.Size{Additions: random.IntN(500), Deletions: random.IntN(500), Files: 3}
		p := &pages[len(pages)-1]
		p.Items = append(p.Items, evidence.Fetched{Item: it, Hash: evidence.Hash([]byte(it.ID))})
	}
	return pages
}

// bare is what anybody would write first on the same driver with the same
// promises: prepared upserts into one table, a transaction a page. It takes
// the items' JSON from bodies, and makes it itself where that is nil.
func bare(b *testing.B, path string, pages []evidence.Batch, bodies map[string]string) {
	db := bareOpen(b, path)
	defer db.Close()
	_, err := db.Exec(`CREATE TABLE IF NOT EXISTS item (id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE, source TEXT NOT NULL,
		at INTEGER, body TEXT NOT NULL) STRICT;
		CREATE INDEX IF NOT EXISTS item_at ON item (source, at);
		CREATE TABLE IF NOT EXISTS cursor (part TEXT PRIMARY KEY, cursor TEXT) STRICT`)
	check(b, err)
	item, err := db.Prepare(`INSERT INTO item (name, source, at, body) VALUES (?, ?, ?, ?)
		ON CONFLICT (name) DO UPDATE SET source = excluded.source, at = excluded.at, body = excluded.body`)
	check(b, err)
	cursor, err := db.Prepare(`INSERT INTO cursor VALUES (?, ?) ON CONFLICT (part) DO UPDATE SET cursor = excluded.cursor`)
	check(b, err)
	for _, p := range pages {
		tx, err := db.Begin()
		check(b, err)
		st := tx.Stmt(item)
		for _, f := range p.Items {
			body, ok := bodies[f.Item.ID]
			if !ok {
				text, err := json.Marshal(f.Item)
				check(b, err)
				body = string(text)
			}
			_, err = st.Exec(f.Item.ID, f.Item.Source, f.Item.Acts[0].At.UnixMicro(), body)
			check(b, err)
		}
		_, err = tx.Stmt(cursor).Exec(p.Part, p.Cursor)
		check(b, err)
		check(b, tx.Commit())
	}
}

func bareOpen(b *testing.B, path string) *sql.DB {
	db, err := sql.Open("sqlite", "file:"+path+"?_pragma=page_size(16384)&_pragma=journal_mode(WAL)&_pragma=synchronous(FULL)&_pragma=cache_size(-16384)")
	check(b, err)
	return db
}

func ours(b *testing.B, path string, pages []evidence.Batch) {
	s, err := store.Open(context.Background(), path, store.Options{Now: storetest.Now})
	check(b, err)
	for _, p := range pages {
		_, err := s.Keep(context.Background(), "github", p)
		check(b, err)
	}
	check(b, s.Close())
}

func check(b *testing.B, err error) {
	if err != nil {
		b.Helper()
		b.Fatal(err)
	}
}

func timed(f func()) float64 {
	start := time.Now()
	f()
	return time.Since(start).Seconds()
}

func median(x []float64) float64 {
	slices.Sort(x)
	return x[len(x)/2]
}

// BenchmarkLoad compares the first load and one with nothing new against the
// bare loop, in turn.
func BenchmarkLoad(b *testing.B) {
	pages := synthetic(benchItems)
	var size int
	bodies := map[string]string{}
	for _, p := range pages {
		for _, f := range p.Items {
			body, _ := json.Marshal(f.Item)
			size += len(body)
			bodies[f.Item.ID] = string(body)
		}
	}
	var base, ready, first, again []float64
	var file int64
	for b.Loop() {
		dir := b.TempDir()
		theirs, mine := filepath.Join(dir, "bare.db"), filepath.Join(dir, "ours", "store.db")
		base = append(base, timed(func() { bare(b, theirs, pages, nil) }))
		ready = append(ready, timed(func() { bare(b, theirs+"2", pages, bodies) }))
		first = append(first, timed(func() { ours(b, mine, pages) }))
		again = append(again, timed(func() { ours(b, mine, pages) }))
		info, err := os.Stat(mine)
		check(b, err)
		file = info.Size()
		check(b, os.RemoveAll(dir))
	}
	b.ReportMetric(0, "ns/op")
	b.ReportMetric(benchItems/median(first), "items/s")
	b.ReportMetric(median(base)/median(first), "load/bare")
	b.ReportMetric(median(ready)/median(first), "load/ready-JSON")
	b.ReportMetric(median(first)/median(again), "again/first")
	b.ReportMetric(float64(file)/float64(size), "file/JSON")
	b.ReportMetric(float64(size)/benchItems, "JSON-bytes/item")
}

// BenchmarkOpen compares opening and a first question with the driver's own
// open and the same question.
func BenchmarkOpen(b *testing.B) {
	dir := b.TempDir()
	pages := synthetic(benchItems)
	theirs, mine := filepath.Join(dir, "bare.db"), filepath.Join(dir, "ours", "store.db")
	bare(b, theirs, pages, nil)
	ours(b, mine, pages)
	var base, product []float64
	for b.Loop() {
		base = append(base, timed(func() {
			db := bareOpen(b, theirs)
			var body string
			check(b, db.QueryRow(`SELECT body FROM item WHERE name = ?`, "github:acme/api#77").Scan(&body))
			check(b, db.Close())
		}))
		product = append(product, timed(func() {
			s, err := store.Open(context.Background(), mine, store.Options{Now: storetest.Now})
			check(b, err)
			_, err = s.Item(context.Background(), "github:acme/api#77")
			check(b, err)
			check(b, s.Close())
		}))
	}
	b.ReportMetric(0, "ns/op")
	b.ReportMetric(median(product)*1000, "ms")
	b.ReportMetric(median(product)/median(base), "open/bare")
}

func BenchmarkScan(b *testing.B) {
	path := filepath.Join(b.TempDir(), "ours", "store.db")
	ours(b, path, synthetic(benchItems))
	s := openAt(b, path)
	year := evidence.Period{From: time.Date(2025, 1, 1, 0, 0, 0, 0, time.UTC), To: time.Date(2025, 7, 1, 0, 0, 0, 0, time.UTC)}
	for _, c := range []struct {
		name string
		f    store.Filter
	}{{"All", store.Filter{}}, {"HalfYear", store.Filter{Period: year}}} {
		b.Run(c.name, func(b *testing.B) {
			n := 0
			for b.Loop() {
				for _, err := range s.Items(context.Background(), c.f) {
					check(b, err)
					n++
				}
			}
			b.ReportMetric(float64(n)/b.Elapsed().Seconds(), "items/s")
		})
	}
	b.Run("Count", func(b *testing.B) {
		for b.Loop() {
			_, err := s.Count(context.Background(), store.Filter{Period: year})
			check(b, err)
		}
	})
	b.Run("Resolve", func(b *testing.B) {
		for b.Loop() {
			_, err := s.Resolve(context.Background(), "#777")
			check(b, err)
		}
	})
}
