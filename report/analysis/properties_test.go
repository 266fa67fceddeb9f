package analysis

import (
	"bytes"
	"encoding/json"
	"flag"
	"fmt"
	"math"
	"os"
	"slices"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/dossier-report/dossier/evidence"
)

// TestMain makes the drawn cases the same in every run unless a seed is asked
// for.
func TestMain(m *testing.M) {
	flag.Parse()
	asked := false
	flag.Visit(func(f *flag.Flag) { asked = asked || f.Name == "rapid.seed" || f.Name == "rapid.failfile" })
	if !asked {
		if err := flag.Set("rapid.seed", "20260630"); err != nil {
			panic(err)
		}
	}
	os.Exit(m.Run())
}

var (
	statusNames = []string{"Backlog", "Doing", "In review", "To deploy", "Done"}
	begin       = time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)
)

// histories draws work items with any moves at all.
func histories(rt *rapid.T, most int) (items []evidence.Item) {
	n := rapid.IntRange(0, most).Draw(rt, "items")
	for i := range n {
		at := begin.Add(time.Duration(rapid.IntRange(0, 200*24*60).Draw(rt, "created")) * time.Minute)
		it := evidence.Item{ID: fmt.Sprintf("jira:acme.test/%d", i), Source: "jira", Kind: evidence.Ticket, URL: fmt.Sprintf("https://acme.test/browse/ML-%d", i+1),
			Title: "x", Flow: &evidence.Flow{Created: at, Meanings: map[string]evidence.WorkState{"To deploy": evidence.InProgress}}}
		from := statusNames[0]
		for range rapid.IntRange(0, 7).Draw(rt, "moves") {
			at = at.Add(time.Duration(rapid.IntRange(1, 40*24*60).Draw(rt, "later")) * time.Minute)
			to := rapid.SampledFrom(statusNames).Draw(rt, "to")
			it.Flow.Moves = append(it.Flow.Moves, evidence.Move{At: at, From: from, To: to, How: evidence.ByEvent})
			from = to
		}
		if rapid.Bool().Draw(rt, "flagged") {
			it.Flow.Flagged = []evidence.Span{{From: it.Flow.Created.Add(time.Hour), To: at}}
		}
		items = append(items, it)
	}
	return items
}

func drawnInput(rt *rapid.T) Input {
	z, err := time.LoadLocation(rapid.SampledFrom([]string{"UTC", "America/Vancouver", "Europe/Berlin", "Asia/Kolkata", "Australia/Lord_Howe"}).Draw(rt, "zone"))
	if err != nil {
		rt.Fatal(err)
	}
	in := Input{Items: histories(rt, 12), Zone: z, Now: begin.Add(time.Duration(rapid.IntRange(0, 700).Draw(rt, "now")) * 24 * time.Hour)}
	if rapid.Bool().Draw(rt, "working days") {
		in.Settings.Calendar.Weekdays = []time.Weekday{1, 2, 3, 4, 5}
	}
	return in
}

// Conservation: the stays of an item that was done are its lead time, to the
// millisecond, in any zone and calendar.
func TestStaysAddUpToTheLeadTime(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		m := newModel(drawnInput(rt))
		for _, w := range m.works {
			var sum span
			for _, s := range w.stays {
				if s.took < 0 {
					rt.Fatalf("%s: a stay of %d", w.ID, s.took)
				}
				if w.end.IsZero() || s.from.Before(w.end) {
					sum += s.took
				}
			}
			want := m.between(w.created, m.to)
			if !w.end.IsZero() {
				want = m.lead(w)
			}
			if sum != want {
				rt.Fatalf("%s: stays are %d, lead time is %d", w.ID, sum, want)
			}
			if p := m.parts(w); w.timed() && !w.end.IsZero() && p.all() != m.cycle(w) {
				rt.Fatalf("%s: parts are %d, cycle time is %d", w.ID, p.all(), m.cycle(w))
			}
		}
		r := Flow(m.in)
		all := 0.0
		for _, s := range r.TimeInStatus.Statuses {
			all += s.Mean
		}
		if math.Abs(all-r.TimeInStatus.Lead) > 1e-6 {
			rt.Fatalf("mean stays are %v, mean lead time is %v", all, r.TimeInStatus.Lead)
		}
	})
}

// Little's law, exact where everything starts and ends in the window: the mean
// number in progress is the rate at which items finish times the mean cycle
// time (Little, A Proof for the Queuing Formula L = λW, Operations Research 9,
// 1961; for a finite window Little and Graves, 2008).
func TestLittlesLaw(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		in := drawnInput(rt)
		in.Now = begin.Add(900 * 24 * time.Hour)
		for i := range in.Items {
			f := in.Items[i].Flow
			at := f.Created
			for k, to := range []string{"Doing", "In review", "Done"} { // one clean pass
				next := at.Add(time.Duration(rapid.IntRange(1, 30*24*60).Draw(rt, "stay")) * time.Minute)
				mv := evidence.Move{At: next, From: statusNames[k], To: to, How: evidence.ByEvent}
				f.Moves = append(f.Moves[:k:k], mv)
				at = next
			}
		}
		r := Flow(in)
		if r.CycleTime.N != len(in.Items) {
			rt.Fatalf("%d of %d items have a cycle time", r.CycleTime.N, len(in.Items))
		}
		m := newModel(in)
		window := m.between(m.from, m.to).days()
		if window == 0 {
			return
		}
		rate := float64(r.Finished) / window
		if got, want := r.WIP.Average, rate*r.CycleTime.Mean; math.Abs(got-want) > 1e-6*math.Max(1, want) {
			rt.Fatalf("on average %v in progress; %v a day times %v days are %v", got, rate, r.CycleTime.Mean, want)
		}
	})
}

func TestWhatComesIsWhatGoesAndWhatIsThere(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		in := drawnInput(rt)
		r := Flow(in)
		open := 0
		m := newModel(in)
		for _, w := range m.works {
			if w.end.IsZero() {
				open++
			}
		}
		if n := len(r.Arrivals.Weeks); n > 0 && r.Arrivals.Weeks[n-1].Open != open {
			rt.Fatalf("%d open by arrivals, %d are", r.Arrivals.Weeks[n-1].Open, open)
		}
		for k := range r.CumulativeFlow.Weeks {
			all := 0
			for _, l := range r.CumulativeFlow.Layers {
				if l.Counts[k] < 0 {
					rt.Fatalf("%s: %d in week %d", l.Status, l.Counts[k], k)
				}
				all += l.Counts[k]
			}
			if k == len(r.CumulativeFlow.Weeks)-1 && all != r.Items {
				rt.Fatalf("%d items in the layers, %d there are", all, r.Items)
			}
		}
		finished := 0
		for _, w := range r.Throughput.Weeks {
			finished += w.Count
		}
		if finished != r.Finished || r.Arrivals.Done != r.Finished {
			rt.Fatalf("%d finished by week, %d arrivals done, %d finished", finished, r.Arrivals.Done, r.Finished)
		}
	})
}

func TestTheOrderOfItemsDoesNotMatterAndJSONHasNoNull(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		in := drawnInput(rt)
		in.Settings.Changes = []Change{{On: "2026-04-01", Title: "limit"}}
		one, err := json.Marshal(Flow(in))
		if err != nil {
			rt.Fatal(err)
		}
		in.Items = rapid.Permutation(in.Items).Draw(rt, "order")
		two, err := json.Marshal(Flow(in))
		if err != nil {
			rt.Fatal(err)
		}
		if !bytes.Equal(one, two) {
			rt.Fatalf("two orders, two results:\n%s\n%s", one, two)
		}
		if bytes.Contains(one, []byte("null")) {
			rt.Fatalf("null in %s", one)
		}
	})
}

// What happens after the window changes nothing in it.
func TestTheFutureDoesNotChangeTheWindow(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		in := drawnInput(rt)
		in.Period.To = begin.Add(120 * 24 * time.Hour)
		in.Period.From = begin
		in.Now = begin.Add(2000 * 24 * time.Hour)
		whole := Flow(in)
		for i := range in.Items {
			f := in.Items[i].Flow
			f.Moves = slices.DeleteFunc(f.Moves, func(m evidence.Move) bool { return !m.At.Before(in.Period.To) })
		}
		cut := Flow(in)
		a, _ := json.Marshal(whole.CycleTime)
		b, _ := json.Marshal(cut.CycleTime)
		c, _ := json.Marshal(whole.Age)
		d, _ := json.Marshal(cut.Age)
		if !bytes.Equal(a, b) || !bytes.Equal(c, d) {
			rt.Fatalf("with the future:\n%s\n%s\nwithout:\n%s\n%s", a, c, b, d)
		}
	})
}

// A percentile is the smallest value that at least so many per cent do not
// exceed: said again, slowly.
func TestPercentileIsTheNearestRank(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		list := rapid.SliceOfN(rapid.IntRange(0, 30), 1, 60).Draw(rt, "values")
		slices.Sort(list)
		p := rapid.IntRange(1, 100).Draw(rt, "p")
		got := percentile(list, p)
		upTo := func(v int) (n int) {
			for _, x := range list {
				if x <= v {
					n++
				}
			}
			return n
		}
		if upTo(got)*100 < p*len(list) {
			rt.Fatalf("only %d of %d are at most %d", upTo(got), len(list), got)
		}
		for _, x := range list {
			if x < got && upTo(x)*100 >= p*len(list) {
				rt.Fatalf("%d is smaller than %d and enough", x, got)
			}
		}
	})
	if percentile([]int(nil), 50) != 0 {
		t.Error("a percentile of nothing")
	}
}
