package analysis

import (
	"crypto/sha256"
	"encoding/binary"
	"math/rand/v2"
)

const (
	forecastRuns  = 10_000
	forecastWeeks = 12  // of the throughput that is drawn from
	forecastFloor = 8   // whole weeks
	forecastItems = 20  // finished in them
	farthestWeek  = 520 // a run that is not done in ten years says so
)

// forecast is when the items left are done. Each run draws whole weeks of the
// past throughput, with replacement, until nothing is left; the last twelve
// weeks are drawn from, or as many more as hold enough finished items.
func forecast(m *model, r *Result) {
	f := Forecast{Left: m.in.Left, Runs: forecastRuns, Weeks: []int{}, Ends: []ForecastWeek{}}
	var open []*work
	for _, w := range m.works {
		if w.end.IsZero() {
			open = append(open, w)
		}
	}
	if f.Left <= 0 {
		f.Left = len(open)
	}
	finished := 0
	for i := len(r.Throughput.Weeks) - 1; i >= 0; i-- {
		w := r.Throughput.Weeks[i]
		if w.Partial {
			continue
		}
		if len(f.Weeks) >= forecastWeeks && finished >= forecastItems {
			break
		}
		f.Weeks = append([]int{w.Count}, f.Weeks...)
		finished += w.Count
	}
	f.Figure = m.figure(finished, nil)
	f.Sources = append(f.Sources, r.Throughput.Sources...)
	switch {
	case len(f.Weeks) < forecastFloor:
		f.Why = below(len(f.Weeks), forecastFloor, "whole weeks")
	case finished < forecastItems:
		f.Why = below(finished, forecastItems, "finished items")
	case f.Left == 0:
		f.Why = "not drawn: nothing is left"
	}
	if f.Why == "" {
		f.simulate(m)
	}
	r.Forecast = f
}

// simulate runs the weeks. Its seed is made from what is drawn from and what is
// left, so that the same question has the same answer.
func (f *Forecast) simulate(m *model) {
	h := sha256.New()
	var b [8]byte
	for _, v := range append([]int{f.Left, len(f.Weeks)}, f.Weeks...) {
		binary.BigEndian.PutUint64(b[:], uint64(v))
		h.Write(b[:])
	}
	h.Write([]byte(m.clock.date(m.to.Add(-1))))
	sum := h.Sum(nil)
	f.Seed = seedText(sum)
	draws := rand.New(rand.NewPCG(binary.BigEndian.Uint64(sum), binary.BigEndian.Uint64(sum[8:])))
	ends := make([]int, farthestWeek+1)
	most := 0
	for range f.Runs {
		left, week := f.Left, 0
		for left > 0 && week < farthestWeek {
			left -= f.Weeks[draws.IntN(len(f.Weeks))]
			week++
		}
		ends[week]++
		most = max(most, week)
	}
	today := m.clock.number(m.to.Add(-1))
	upto := 0
	for week, runs := range ends[:most+1] {
		if runs == 0 && upto == 0 {
			continue
		}
		before := upto
		upto += runs
		date := text(today + 7*week)
		f.Ends = append(f.Ends, ForecastWeek{Day: date, Runs: runs, Share: float64(runs) / float64(f.Runs), Upto: float64(upto) / float64(f.Runs)})
		if before*100 < 50*f.Runs && upto*100 >= 50*f.Runs {
			f.P50 = date
		}
		if before*100 < 85*f.Runs && upto*100 >= 85*f.Runs {
			f.P85 = date
		}
	}
	if ends[farthestWeek] > 0 {
		f.Caveats = append(f.Caveats, plural(ends[farthestWeek], "run is", "runs are")+" not done in ten years")
	}
}
