package render

import (
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/dossier-report/dossier/report"
)

func TestMarksNeverTouchAndNoNumberIsLost(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		const x0, x1 = 50.0, 190.0
		l := report.Lane{Title: "Code"}
		cards := rapid.IntRange(0, 8).Draw(t, "cards")
		for i := range cards + rapid.IntRange(0, 120).Draw(t, "others") {
			d := report.Dot{At: day(1, 1).Add(time.Duration(rapid.IntRange(-100, 5000).Draw(t, "hour")) * time.Hour), Ref: "A-1"}
			if i < cards {
				d.Card = i + 1
			}
			l.Dots = append(l.Dots, d)
		}
		from, to := day(1, 1), day(7, 1)
		lane := layLane(l, x0, x1, maxRows, func(t time.Time) float64 {
			return x0 + min(max(float64(t.Sub(from))/float64(to.Sub(from)), 0), 1)*(x1-x0)
		})
		if len(lane.spots)+lane.merged != len(l.Dots) {
			t.Fatalf("%d marks and %d merged of %d", len(lane.spots), lane.merged, len(l.Dots))
		}
		numbers := 0
		for i, s := range lane.spots {
			if s.card > 0 {
				numbers++
			}
			y := lane.rows[s.row]
			if s.x-s.radius() < x0 || s.x+s.radius() > x1 || y-s.radius() < 0 || y+s.radius() > lane.height {
				t.Fatalf("%+v at %.1f is outside a lane of %.1f", s, y, lane.height)
			}
			for _, o := range lane.spots[i+1:] {
				dx, dy := s.x-o.x, y-lane.rows[o.row]
				if r := s.radius() + o.radius(); dx*dx+dy*dy < r*r-0.2 {
					t.Fatalf("%+v touches %+v", s, o)
				}
			}
		}
		if numbers != cards {
			t.Fatalf("%d numbers, want %d", numbers, cards)
		}
	})
}

func TestTicksSuitTheLength(t *testing.T) {
	for _, c := range []struct {
		days        int
		first, last string
		n           int
	}{{14, "1 Jan", "8 Jan", 2}, {31, "1 Jan", "29 Jan", 5}, {90, "Jan", "Mar", 3}, {181, "Jan", "Jun", 6}, {365, "Jan", "Dec", 12}, {730, "Jan 2026", "Oct 2027", 8}, {3650, "2026", "2035", 10}} {
		from := time.Date(2026, 1, 1, 0, 0, 0, 0, zone)
		got := ticks(from, from.AddDate(0, 0, c.days))
		if len(got) != c.n || got[0].label != c.first || got[len(got)-1].label != c.last {
			t.Errorf("%d days: %v", c.days, got)
		}
	}
	got := ticks(day(11, 1), time.Date(2027, 3, 1, 0, 0, 0, 0, zone))
	if got[0].label != "Nov 2026" && got[0].label != "Dec" && got[0].label != "Dec 2026" {
		t.Errorf("over a new year: %v", got)
	}
}

func TestNeighbouringReferencesAreOneRange(t *testing.T) {
	got := ""
	for _, r := range runsOf([]string{"A-1", "A-2", "A-3", "A-7", "A-9", "A-10", "odd"}) {
		got += r.label + ">" + r.first + " "
	}
	if want := "A\u20111\u00a0to\u00a0A\u20113>A-1 A\u20117>A-7 A\u20119>A-9 A\u201110>A-10 odd>odd "; got != want {
		t.Errorf("%q, want %q", got, want)
	}
}
