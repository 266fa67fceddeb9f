package report

import (
	"fmt"
	"testing"
	"time"

	"github.com/dossier-report/dossier/evidence"
)

// halfYear makes n items of one person, a third of them chosen, in threads of
// four.
func halfYear(n int) Input {
	kinds := []evidence.Kind{evidence.Ticket, evidence.PullRequest, evidence.Commit, evidence.Page, evidence.Message}
	var items []evidence.Item
	for i := range n {
		day := at("01-02").Add(time.Duration(i) * 178 * 24 * time.Hour / time.Duration(n))
		it := item(kinds[i%len(kinds)], fmt.Sprint("x/", i), fmt.Sprint("Piece of work ", i), evidence.Act{At: day, Verb: evidence.Created},
			evidence.Act{At: day.Add(time.Hour), Verb: evidence.Commented}, evidence.Act{At: day.Add(48 * time.Hour), Verb: evidence.Moved})
		it.People = []evidence.Participant{person(fmt.Sprint("colleague-", i%17), "reviewer", ""), person("ana-d", "approver", "")}
		it.Outcome = &evidence.Outcome{State: evidence.StateDone, At: day.Add(72 * time.Hour), By: "ana-d"}
		it.Flow = &evidence.Flow{Moves: []evidence.Move{{At: day.Add(48 * time.Hour), To: "Review", How: evidence.ByEvent}}}
		items = append(items, it)
	}
	in, v := input(items...)
	for i, it := range items {
		if i%3 == 0 {
			v.choose("speed", 0.7, it.ID)
		}
		if i%6 == 0 {
			v.choose("growth", 0.6, it.ID)
		}
	}
	in.Threads = evidence.Threads(items)
	for i := 0; i+3 < n; i += 4 {
		t := evidence.Thread{ID: fmt.Sprint("t", i)}
		for j := i; j < i+4; j++ {
			t.Items = append(t.Items, items[j].ID)
			if j > i {
				t.Joins = append(t.Joins, evidence.Join{From: items[j].ID, To: items[j-1].ID})
			}
		}
		in.Threads = append(in.Threads, t)
	}
	return in
}

// BenchmarkBuild reports how many times longer an item takes in a large report
// than in a small one, both measured in turn: about 1 where nothing is
// quadratic.
func BenchmarkBuild(b *testing.B) {
	small, large := halfYear(500), halfYear(10_000)
	var spent [2]time.Duration
	for b.Loop() {
		for i, in := range []Input{small, large} {
			start := time.Now()
			Build(in)
			spent[i] += time.Since(start)
		}
	}
	perItem := func(i, n int) float64 { return float64(spent[i].Nanoseconds()) / float64(b.N) / float64(n) }
	b.ReportMetric(perItem(0, 500)/1e3, "µs/item-of-500")
	b.ReportMetric(perItem(1, 10_000)/1e3, "µs/item-of-10000")
	b.ReportMetric(perItem(1, 10_000)/perItem(0, 500), "ratio")
}
