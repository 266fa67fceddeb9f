package render

import (
	"fmt"
	"math"
	"time"

	"github.com/dossier-report/dossier/evidence"
	"github.com/dossier-report/dossier/report"
	"github.com/dossier-report/dossier/report/analysis"
)

// board is a made-up board whose items are told by their number alone.
type board struct {
	items    int
	statuses []string // in progress and waiting by turns
	title    func(i int) string
	change   string
	dates    int // items with a proposed date
	open     int
}

func usualBoard() board {
	return board{items: 90, statuses: []string{"In progress", "Waiting for review", "In review", "To deploy"},
		title: func(i int) string { return fmt.Sprintf("Shard the input of run %d", i) }, change: "at most two open reviews a person", dates: 9, open: 7}
}

// wave is a number between 0 and 1 that jumps about.
func wave(i, k int) float64 {
	_, f := math.Modf(math.Abs(math.Sin(float64(i*12+k)) * 43758.5453))
	return f
}

func (b board) result() *analysis.Result {
	zone := time.UTC
	start := day(1, 1)
	r := analysis.Flow(analysis.Input{
		Items: b.evidence(start), Zone: zone, Now: day(6, 30),
		Period:   evidence.Period{From: start, To: start.AddDate(0, 6, 0), Zone: zone},
		Self:     evidence.Identity{Name: "Robin Vale", Logins: map[string][]string{"jira": {"robin"}}},
		Settings: analysis.Settings{Changes: []analysis.Change{{On: "2026-03-16", Title: b.change}}},
	})
	return &r
}

func (b board) evidence(start time.Time) []evidence.Item {
	meanings := map[string]evidence.WorkState{"Ready": evidence.ToDo, "Done": evidence.Done}
	columns := []evidence.Column{{Name: "Ready", Statuses: []string{"Ready"}}}
	for i, s := range b.statuses {
		meanings[s] = evidence.InProgress
		if i%2 == 1 {
			meanings[s] = evidence.Waiting
		}
		columns = append(columns, evidence.Column{Name: s, Statuses: []string{s}})
	}
	columns = append(columns, evidence.Column{Name: "Done", Statuses: []string{"Done"}})
	var items []evidence.Item
	for i := range b.items {
		created := start.Add(time.Duration(float64(i) / float64(b.items) * 160 * 24 * float64(time.Hour)))
		it := evidence.Item{ID: fmt.Sprintf("jira:acme.example/%d", 100+i), Source: "jira", Kind: evidence.Ticket, Title: b.title(i), Place: "PLAT",
			Acts: []evidence.Act{{At: created, Verb: evidence.Created}}, Links: []string{fmt.Sprintf("PLAT-%d", 100+i)},
			Flow: &evidence.Flow{Created: created, Meanings: meanings, Boards: []evidence.Board{{Name: "Platform board", Columns: columns}}}}
		at, from := created, "Ready"
		left := len(b.statuses) + 1
		if i >= b.items-b.open {
			left = 1 + i%len(b.statuses)
		}
		for k, s := range append(b.statuses[:len(b.statuses):len(b.statuses)], "Done")[:left] {
			days := 0.3 + 2*wave(i, k)
			if k == 2 {
				days *= 4
				if created.After(day(3, 10)) {
					days /= 4
				}
			}
			at = at.Add(time.Duration(days * 24 * float64(time.Hour)))
			it.Flow.Moves = append(it.Flow.Moves, evidence.Move{At: at, From: from, To: s, By: "robin", How: evidence.ByEvent})
			from = s
		}
		if from == "Done" {
			it.Outcome = &evidence.Outcome{State: evidence.StateDone, At: at, By: "robin"}
		}
		if i < b.dates {
			due := at.AddDate(0, 0, []int{4, 0, 5, -12, 0, 2, -30, 1, 0}[i%9])
			it.Flow.Dates = []evidence.DueDate{{At: created.Add(time.Hour), Due: due.Format(time.DateOnly), By: "robin"}}
			if i%9 == 3 {
				it.Flow.Dates = append(it.Flow.Dates, evidence.DueDate{At: due.AddDate(0, 0, -8), Due: at.Format(time.DateOnly), By: "robin"})
			}
		}
		items = append(items, it)
	}
	return items
}

// flowOf is the section that a report has of a board.
func flowOf(b board) *report.Flow {
	return report.Build(report.Input{Self: evidence.Identity{Name: "Robin Vale"}, Zone: time.UTC, Made: day(6, 30),
		Period: evidence.Period{From: day(1, 1), To: day(7, 1), Zone: time.UTC}, Flow: b.result()}).Flow
}
