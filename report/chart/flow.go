package chart

import (
	"fmt"
	"strings"
	"time"

	"github.com/dossier-report/dossier/evidence"
	"github.com/dossier-report/dossier/report/analysis"
)

// Flow returns the six figures of a flow, A to F, in this order. The change, nil
// for none, is the one that A and B compare the sides of. Titles are sentences
// where the figures bear one out, else names.
func Flow(r *analysis.Result, change *analysis.BeforeAfter) []Figure {
	if r == nil {
		return nil
	}
	f := flow{Result: r, change: change, zone: time.UTC}
	if z, err := time.LoadLocation(r.Zone); err == nil {
		f.zone = z
	}
	if change != nil && !change.Drawn() {
		f.change = nil
	}
	return []Figure{f.timeInStatus(), f.cycleTimes(), f.cumulative(), f.proposals(), f.forecast(), f.ageing()}
}

// Throughput returns the run chart that the forecast is drawn from.
func Throughput(r *analysis.Result) Figure {
	t := &r.Throughput
	fig := Figure{Title: "Items finished in each week", Sub: "lighter: weeks that the period cuts; the dashed line is the median of the whole ones"}
	if !t.Drawn() {
		fig.Why = t.Why
		return fig
	}
	runs := Runs{Median: t.Median}
	for _, w := range t.Weeks {
		runs.Weeks = append(runs.Weeks, WeekCount{Start: civil(w.Day), Count: float64(w.Count), Partial: w.Partial})
	}
	fig.Chart = runs
	return fig
}

// flow is a result in the making of its charts.
type flow struct {
	*analysis.Result
	change *analysis.BeforeAfter // nil where there is none to draw
	zone   *time.Location
}

// civil is a day of a result as a moment, for an axis; zero for none.
func civil(day string) time.Time {
	t, err := time.Parse(time.DateOnly, day)
	if err != nil {
		return time.Time{}
	}
	return t
}

// day prints a day: with its year where that is not the window's last.
func (f *flow) day(t time.Time) string {
	if t.Year() == civil(f.Today).Year() {
		return t.Format("2 Jan")
	}
	return t.Format("2 Jan 2006")
}

func (f *flow) longDay(t time.Time) string {
	if t.Year() == civil(f.Today).Year() {
		return t.Format("2 January")
	}
	return t.Format("2 January 2006")
}

func begun(s evidence.WorkState) bool { return s == evidence.InProgress || s == evidence.Waiting }

// parts are the statuses of a bar: those that are begun and not done.
func (f *flow) parts(list []analysis.StatusTime, accent string) []Part {
	var parts []Part
	for _, t := range list {
		if begun(t.State) {
			parts = append(parts, Part{Name: t.Status, Days: t.Mean, Waits: t.State == evidence.Waiting, Accent: t.Status == accent})
		}
	}
	return parts
}

func (f *flow) timeInStatus() Figure {
	fig := Figure{Letter: "A", Title: "Time in each status", Sub: fmt.Sprintf("Mean %s that a finished item was in each status, from its start; hatched: waiting", f.Days)}
	if !f.TimeInStatus.Drawn() {
		fig.Why = f.TimeInStatus.Why
		return fig
	}
	accent := f.Bottleneck.Status
	if !f.Bottleneck.Drawn() {
		accent = ""
	}
	bars := StackedBars{}
	if c := f.change; c != nil {
		if c.Status != "" {
			accent = c.Status
		}
		last := c.At.In(f.zone).AddDate(0, 0, -1)
		bars.Rows = []Stack{
			{"Before", fmt.Sprintf("%s to %s", count(c.Before.N, "item"), f.day(last)), f.parts(c.Before.Statuses, accent)},
			{"After", fmt.Sprintf("%s from %s", count(c.After.N, "item"), f.day(c.At.In(f.zone))), f.parts(c.After.Statuses, accent)},
		}
		fig.Title, fig.Short = f.waitSentence(accent)
	} else {
		bars.Rows = []Stack{{"All", count(f.TimeInStatus.N, "item"), f.parts(f.TimeInStatus.Statuses, accent)}}
		if accent != "" {
			fig.Title = fmt.Sprintf("Work waited longest in “%s”: %s of the time from start to done", accent, percent(f.Bottleneck.Share))
		}
	}
	fig.Chart = bars
	return fig
}

// waitSentence says how the largest wait changed, as far as a tenth of a day.
func (f *flow) waitSentence(status string) (title, brief string) {
	if status == "" {
		return "Time in each status, before and after the change", ""
	}
	d := f.change.Wait.After - f.change.Wait.Before
	said := "did not change"
	switch {
	case short(d) == "0":
	case d < 0:
		said = "fell by " + daysWord(-d)
	default:
		said = "rose by " + daysWord(d)
	}
	if f.Bottleneck.Status != status || !f.Bottleneck.Drawn() {
		return fmt.Sprintf("The wait in “%s” %s", status, said), "The wait " + said
	}
	return fmt.Sprintf("“%s” was the largest wait. It %s.", status, said), "The largest wait " + said
}

func (f *flow) cycleTimes() Figure {
	s := &f.CycleTime
	fig := Figure{Letter: "B", Title: "Days from start to done", Sub: "Each dot is one finished item, by the day that it was done"}
	if !s.Drawn() {
		fig.Why = s.Why
		return fig
	}
	sc := Scatter{From: f.From.In(f.zone), To: f.To.In(f.zone)}
	for _, p := range s.Points {
		sc.Dots = append(sc.Dots, Dot{At: p.At, Days: p.Days, Item: p.Item})
	}
	c := f.change
	if c != nil && min(c.Before.N, c.After.N) > 0 {
		sc.Change = &Change{At: c.At, Label: f.day(c.At.In(f.zone)) + ": " + c.Title}
		sc.Sides = []Side{{sc.From, c.At, c.Before.N, c.Before.P50, c.Before.P85}, {c.At, sc.To, c.After.N, c.After.P50, c.After.P85}}
		before, after := short(c.Before.P85), short(c.After.P85)
		fig.Title = fmt.Sprintf("85%% of items now finish within %s days, not %s", after, before)
		if before == after {
			fig.Title = fmt.Sprintf("85%% of items finish within %s, as before", daysWord(c.After.P85))
		}
	} else {
		sc.Sides = []Side{{sc.From, sc.To, s.N, s.P50, s.P85}}
		fig.Title = fmt.Sprintf("85%% of items finished within %s", daysWord(s.P85))
	}
	if t := sc.Thinned(); t != "" {
		fig.Sub = t
	}
	fig.Chart = sc
	return fig
}

func (f *flow) cumulative() Figure {
	cf := &f.CumulativeFlow
	fig := Figure{Letter: "C", Title: "Items in each status", Sub: "At the end of each week; what is done since the start"}
	if !cf.Drawn() {
		fig.Why = cf.Why
		return fig
	}
	areas := Areas{}
	for _, w := range cf.Weeks {
		areas.Weeks = append(areas.Weeks, civil(w))
	}
	accent := ""
	if w := cf.Widest; w != nil {
		accent = w.Status
	}
	for _, l := range cf.Layers {
		b := Band{Name: l.Status, Waits: l.State == evidence.Waiting, Accent: accent != "" && l.Status == accent}
		for _, n := range l.Counts {
			b.Counts = append(b.Counts, float64(n))
		}
		areas.Bands = append(areas.Bands, b)
		if b.Accent {
			fig.Title, fig.Short = queueSentence(l, cf.Widest)
		}
	}
	fig.Chart = areas
	return fig
}

// queueSentence says what became of the longest queue.
func queueSentence(l analysis.Layer, w *analysis.Widest) (title, brief string) {
	now := 0
	if n := len(l.Counts); n > 0 {
		now = l.Counts[n-1]
	}
	switch {
	case w.Count > 0 && now*2 <= w.Count:
		return fmt.Sprintf("The queue “%s” stopped growing: %d, now %d", l.Status, w.Count, now), fmt.Sprintf("The queue stopped growing: %d, now %d", w.Count, now)
	case now >= w.Count:
		return fmt.Sprintf("The queue “%s” is at its longest: %d", l.Status, w.Count), fmt.Sprintf("The queue is at its longest: %d", w.Count)
	}
	return fmt.Sprintf("The queue “%s”: at most %d, now %d", l.Status, w.Count, now), fmt.Sprintf("The longest queue: %d, now %d", w.Count, now)
}

var words = []string{"none", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine"}

// word writes a small number out.
func word(n int) string {
	if n >= 0 && n < len(words) {
		return words[n]
	}
	return grouped(float64(n))
}

func capital(s string) string {
	if s == "" {
		return s
	}
	return strings.ToUpper(s[:1]) + s[1:]
}
