package chart

import (
	"flag"
	"fmt"
	"math"
	"strings"
	"testing"
	"time"
)

var update = flag.Bool("update", false, "write the golden files")

// label is a text that was drawn.
type label struct {
	Box
	text string
}

// recorder is a canvas that remembers what was drawn, as wide as [SVG] takes it
// to be.
type recorder struct {
	measure SVG
	labels  []label
	circles int
	lines   []Line
	ink     []Box // filled rectangles
}

func (r *recorder) Lines(_ Pen, lines ...Line)         { r.lines = append(r.lines, lines...) }
func (r *recorder) Polyline(Pen, ...Point)             {}
func (r *recorder) Polygon(Color, ...Point)            {}
func (r *recorder) Rect(_ Color, b Box)                { r.ink = append(r.ink, b) }
func (r *recorder) Link(Box, string)                   {}
func (r *recorder) Circle(Point, float64, *Color, Pen) { r.circles++ }
func (r *recorder) Width(st Style, s string) float64   { return r.measure.Width(st, s) }
func (r *recorder) Text(at Point, st Style, s string) {
	if strings.TrimSpace(s) != "" {
		r.labels = append(r.labels, label{textBox(r, at, st, s), s})
	}
}

// faults says which labels leave b or meet another one.
func (r *recorder) faults(b Box) (out []string) {
	for i, l := range r.labels {
		// A descender may hang below the last line.
		if !l.within(b.inset(-0.05, -0.3, -0.05, -0.5)) || math.IsNaN(l.X+l.Y+l.W) {
			out = append(out, fmt.Sprintf("%q at %.1f, %.1f, %.1f wide, leaves the box", l.text, l.X, l.Y, l.W))
		}
		for _, o := range r.labels[:i] {
			if l.inset(0.05, 0.25, 0.05, 0.25).meets(o.inset(0.05, 0.25, 0.05, 0.25)) {
				out = append(out, fmt.Sprintf("%q meets %q", l.text, o.text))
			}
		}
	}
	return out
}

var day0 = time.Date(2026, 1, 5, 0, 0, 0, 0, time.UTC)

func week(n int) time.Time { return day0.AddDate(0, 0, 7*n) }

// wave is a number between 0 and 1 that jumps about.
func wave(i int) float64 {
	_, f := math.Modf(math.Abs(math.Sin(float64(i+1)) * 43758.5453))
	return f
}

// figures are one of each chart, as on a page.
func figures() map[string]Figure {
	bars := StackedBars{Rows: []Stack{
		{"Before", "38 items to 15 Mar", []Part{{"Ready", 1.4, false, false}, {"In progress", 2.6, false, false}, {"Waiting for review", 4.6, true, true}, {"In review", 0.9, false, false}, {"To deploy", 1.5, true, false}}},
		{"After", "44 items from 16 Mar", []Part{{"Ready", 1.1, false, false}, {"In progress", 2.5, false, false}, {"Waiting for review", 1.3, true, true}, {"In review", 0.8, false, false}, {"To deploy", 1.6, true, false}}},
	}}
	scatter := Scatter{From: day0, To: week(26), Change: &Change{week(10), "16 Mar: review limit starts"},
		Sides: []Side{{day0, week(10), 30, 10, 19}, {week(10), week(26), 50, 6, 9}}}
	for i := range 80 {
		at := day0.Add(time.Duration(float64(i) / 80 * 26 * 7 * 24 * float64(time.Hour)))
		scatter.Dots = append(scatter.Dots, Dot{at, 1 + 20*wave(i)*math.Exp(-float64(i)/60), fmt.Sprintf("jira:x/%d", i)})
	}
	areas := Areas{}
	var done, deploy, wait, doing []float64
	for i := range 26 {
		areas.Weeks = append(areas.Weeks, week(i+1))
		done, deploy = append(done, float64(3*i)), append(deploy, 2+math.Round(wave(i)))
		wait = append(wait, math.Max(2, 14-math.Abs(float64(i-11))*1.5))
		doing = append(doing, 5)
	}
	areas.Bands = []Band{{"In progress", doing, false, false}, {"Waiting for review", wait, true, true}, {"To deploy", deploy, true, false}, {"Done", done, false, false}}
	slips := Slips{Rows: []Slip{
		{Name: "Alert review, phase 1", Sub: "proposed 15 Feb, delivered 11 Feb", Days: -4, Item: "jira:x/1"},
		{Name: "Review-limit trial starts", Sub: "proposed 16 Mar, delivered 16 Mar"},
		{Name: "Database upgrade", Sub: "proposed 14 May, delivered 26 May", Days: 12, Late: true, Notice: "new date given 21 days ahead"},
		{Name: "A queue nobody asked for", Sub: "proposed 1 Jun", Days: 25, Late: true, Open: true},
	}}
	bars2 := Bars{Half: Mark{week(31), "50% by 7 Aug", ""}, Likely: Mark{week(33), "85% by 21 Aug", "a date to propose"}}
	for i, v := range []float64{1, 3, 8, 16, 23, 20, 13, 8, 5, 2, 1} {
		bars2.Weeks = append(bars2.Weeks, WeekBar{week(27 + i), v / 100})
	}
	age := Ageing{Columns: []AgeColumn{{"Ready", 1, 2.2}, {"In progress", 3.5, 5.6}, {"Waiting for review", 4.5, 7.2}, {"In review", 5.2, 8}, {"To deploy", 6, 9}},
		Items: []AgeDot{{0, 1, false, "", "", ""}, {1, 2, false, "", "", ""}, {1, 3.2, false, "", "", ""}, {2, 3.8, false, "", "", ""}, {4, 17, true, "PLAT-288", "17 days, blocked", "jira:x/288"}, {4, 12, true, "PLAT-290", "12 days", ""}, {4, 6.4, false, "", "", ""}}}
	runs := Runs{Median: 3}
	for i := range 26 {
		runs.Weeks = append(runs.Weeks, WeekCount{week(i), math.Round(6 * wave(i)), i == 25})
	}
	return map[string]Figure{
		"a-stacked":  {Letter: "A", Title: "“Waiting for review” was the largest wait. It fell by 3.3 days.", Sub: "Mean days an item spent in each status", Chart: bars},
		"b-scatter":  {Letter: "B", Title: "85% of items now finish within 9 days, not 19", Sub: "Each dot is one finished item", Chart: scatter},
		"c-areas":    {Letter: "C", Title: "The queue stopped growing", Sub: "Items in each status, weekly", Chart: areas},
		"d-slips":    {Letter: "D", Title: "Two of four proposed dates were met", Sub: "Days between the date and delivery", Chart: slips},
		"e-forecast": {Letter: "E", Title: "Next: 85% likely by 21 August", Sub: "14 items left; 10,000 runs on the last 12 weeks", Chart: bars2},
		"f-ageing":   {Letter: "F", Title: "Two open items are older than they should be", Sub: "Age in days of work in progress on 26 June, by status", Chart: age},
		"g-runs":     {Title: "Items finished in each week", Sub: "lighter: cut by the period", Chart: runs},
		"h-floor":    {Letter: "B", Title: "Days from start to done", Why: "12 finished items, and it takes 20"},
	}
}

// sizeOf is how large a figure is on a page.
func sizeOf(name string) (w, h float64) {
	switch name[0] {
	case 'b', 'd':
		return 101, 54
	case 'c', 'e':
		return 71, 54
	}
	return 176, 42
}

func TestNoLabelMeetsAnotherOrLeavesTheFigure(t *testing.T) {
	for name, f := range figures() {
		w, h := sizeOf(name)
		for _, k := range []float64{1, 0.8} {
			r := &recorder{}
			b := Box{17, 40, w * k, h * k}
			if bars, ok := f.Chart.(StackedBars); ok {
				b.H = HeadHeight + bars.Height(r, b.W) // its height is its own
			}
			f.Draw(r, b)
			for _, fault := range r.faults(b) {
				t.Errorf("%s, %.0f%%: %s", name, k*100, fault)
			}
			if len(r.labels) < 3 {
				t.Errorf("%s has %d labels", name, len(r.labels))
			}
		}
	}
}

func TestHostileTextMeetsNothingAndLeavesNothing(t *testing.T) {
	for name, f := range hostileFigures() {
		w, h := sizeOf(name)
		r := &recorder{}
		if bars, ok := f.Chart.(StackedBars); ok {
			h = HeadHeight + bars.Height(r, w)
		}
		f.Draw(r, Box{0, 0, w, h})
		for _, fault := range r.faults(Box{0, 0, w, h}) {
			t.Errorf("%s: %s", name, fault)
		}
	}
}

func TestAFigureUnderItsFloorSaysWhy(t *testing.T) {
	r := &recorder{}
	Figure{Letter: "B", Title: "Days from start to done", Why: "not drawn: 12 finished items, and it takes 20"}.Draw(r, Box{0, 0, 101, 54})
	var all []string
	for _, l := range r.labels {
		all = append(all, l.text)
	}
	if got := strings.Join(all, "|"); got != "B|Days from start to done|Not drawn: 12 finished items, and it takes 20." {
		t.Errorf("drawn: %s", got)
	}
}

func TestTheSameChartGivesTheSameBytes(t *testing.T) {
	big := bigScatter(3000)
	first := Figure{Letter: "B", Chart: big}.SVG("b", 101, 54, nil)
	for range 5 {
		if again := (Figure{Letter: "B", Chart: big}).SVG("b", 101, 54, nil); again != first {
			t.Fatal("another drawing of the same chart differs")
		}
	}
}

func bigScatter(n int) Scatter {
	s := Scatter{From: day0, To: week(52), Change: &Change{week(20), "the change"}, Sides: []Side{{day0, week(20), n / 2, 5, 11}, {week(20), week(52), n / 2, 4, 9}}}
	for i := range n {
		s.Dots = append(s.Dots, Dot{day0.Add(time.Duration(wave(i) * 52 * 7 * 24 * float64(time.Hour))), math.Exp(4 * wave(i*7+1)), fmt.Sprint(i)})
	}
	return s
}

func TestManyItemsShareDotsAndTheFigureSaysSo(t *testing.T) {
	s := bigScatter(50_000)
	r := &recorder{}
	s.Draw(r, Box{0, 0, 101, 46})
	if r.circles == 0 || r.circles > 4000 {
		t.Errorf("%d dots are drawn", r.circles)
	}
	if got := s.Thinned(); got != "50,000 items share dots: the larger, the more" {
		t.Errorf("says %q", got)
	}
	few := bigScatter(mostDots)
	r = &recorder{}
	few.Draw(r, Box{0, 0, 101, 46})
	if few.Thinned() != "" || r.circles != mostDots {
		t.Errorf("%d of %d items have a dot; says %q", r.circles, mostDots, few.Thinned())
	}
}

func BenchmarkScatterOf50000(b *testing.B) {
	s := bigScatter(50_000)
	for b.Loop() {
		r := &recorder{}
		s.Draw(r, Box{0, 0, 101, 46})
		b.ReportMetric(float64(r.circles), "dots")
	}
}
