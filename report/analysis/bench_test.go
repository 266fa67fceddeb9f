package analysis

import (
	"fmt"
	"testing"
	"time"

	"github.com/dossier-report/dossier/evidence"
)

// manyItems makes n finished and open items over a year, a third of them with
// acts of the person, and returns how many moves they have.
func manyItems(n int) (items []evidence.Item, moves int) {
	board := []evidence.Board{{Name: "Big", Columns: []evidence.Column{
		{Name: "To do", Statuses: []string{"Backlog", "Ready"}}, {Name: "Doing", Statuses: []string{"In progress"}},
		{Name: "Review", Statuses: []string{"In review"}}, {Name: "Done", Statuses: []string{"Done"}}}}}
	names := []string{"Ready", "In progress", "In review", "In progress", "In review", "Done"}
	base := time.Date(2026, 1, 1, 8, 0, 0, 0, time.UTC)
	for i := range n {
		at := base.Add(time.Duration(i%360) * 24 * time.Hour).Add(time.Duration(i%600) * time.Minute)
		f := &evidence.Flow{Created: at, Boards: board}
		from := "Backlog"
		for k, to := range names[:6-i%10/8] {
			at = at.Add(time.Duration(3+(i*7+k*5)%60) * time.Hour)
			f.Moves = append(f.Moves, evidence.Move{At: at, From: from, To: to, By: fmt.Sprint("p", i%9), How: evidence.ByEvent})
			from = to
		}
		moves += len(f.Moves)
		it := evidence.Item{ID: fmt.Sprintf("jira:big.test/%d", i), Source: "jira", Kind: evidence.Ticket, Title: fmt.Sprintf("Ticket %d", i),
			URL: fmt.Sprintf("https://big.test/browse/BIG-%d", i+1), Flow: f, Acts: []evidence.Act{}}
		if i%3 == 0 {
			it.Acts = append(it.Acts, evidence.Act{At: f.Created, Verb: evidence.Created})
			it.Text = "Due by 3 March 2026. See BIG-7."
		}
		items = append(items, it)
	}
	return items, moves
}

// BenchmarkFlow tells the time a move at two sizes, measured in turn: equal
// ones mean time linear in the moves.
func BenchmarkFlow(b *testing.B) {
	z, err := time.LoadLocation("America/Vancouver")
	if err != nil {
		b.Fatal(err)
	}
	sizes := []int{5_000, 50_000}
	var in [2]Input
	var moves [2]int
	for i, n := range sizes {
		in[i].Items, moves[i] = manyItems(n)
		in[i].Zone, in[i].Now, in[i].Self = z, time.Date(2027, 1, 1, 0, 0, 0, 0, time.UTC), robin
		in[i].Settings.Changes = []Change{{On: "2026-06-01", Title: "limit", Item: "BIG-4"}}
	}
	var took [2]time.Duration
	for b.Loop() {
		for i := range in {
			start := time.Now()
			Flow(in[i])
			took[i] += time.Since(start)
		}
	}
	for i := range took {
		b.ReportMetric(float64(took[i].Nanoseconds())/float64(b.N)/float64(moves[i]), fmt.Sprintf("ns/move_%d", sizes[i]))
	}
	b.ReportMetric(float64(took[1])/float64(took[0])/(float64(moves[1])/float64(moves[0])), "ratio")
}
