package chart

import (
	"fmt"
	"math"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

// text draws a name: short, long, of one word, wide, or nothing.
func text(t *rapid.T) string {
	return rapid.OneOf(rapid.SampledFrom([]string{"", "Ready", "Waiting for review", strings.Repeat("Überlangesstatuswort", 4), "日本語のとても長い状態の名前です", "W"}),
		rapid.StringMatching(`[A-Za-z ]{0,60}`), rapid.String()).Draw(t, "text")
}

// anyChart draws a chart of any kind with anything in it.
func anyChart(t *rapid.T) Chart {
	days := rapid.OneOf(rapid.Float64Range(0, 30), rapid.Float64Range(0, 3000), rapid.Just(0.0))
	some := rapid.IntRange(0, 14)
	switch rapid.IntRange(0, 6).Draw(t, "kind") {
	case 0:
		n := rapid.IntRange(1, 14).Draw(t, "statuses")
		names := make([]string, n)
		for i := range names {
			names[i] = fmt.Sprintf("%s%d", text(t), i)
		}
		var s StackedBars
		for range rapid.IntRange(1, 2).Draw(t, "rows") {
			row := Stack{Name: text(t), Sub: text(t)}
			for i, name := range names {
				row.Parts = append(row.Parts, Part{name, days.Draw(t, "days"), i%3 == 1, i == n/2})
			}
			s.Rows = append(s.Rows, row)
		}
		return s
	case 1:
		s := Scatter{From: day0, To: week(rapid.IntRange(1, 300).Draw(t, "weeks"))}
		for range rapid.IntRange(0, 60).Draw(t, "dots") {
			s.Dots = append(s.Dots, Dot{week(rapid.IntRange(-5, 300).Draw(t, "week")), days.Draw(t, "days"), ""})
		}
		p50 := days.Draw(t, "p50")
		if rapid.Bool().Draw(t, "changed") {
			at := week(rapid.IntRange(0, 300).Draw(t, "at"))
			s.Change = &Change{at, text(t)}
			s.Sides = []Side{{s.From, at, 20, p50, p50 * 2}, {at, s.To, 20, p50 / 2, p50}}
		} else {
			s.Sides = []Side{{s.From, s.To, 20, p50, p50 + days.Draw(t, "more")}}
		}
		return s
	case 2:
		var a Areas
		weeks := rapid.IntRange(0, 160).Draw(t, "weeks")
		for i := range weeks {
			a.Weeks = append(a.Weeks, week(i))
		}
		n := some.Draw(t, "bands")
		for i := range n {
			b := Band{Name: text(t), Waits: i%2 == 1, Accent: i == n/2}
			k := rapid.IntRange(0, 500).Draw(t, "count")
			for w := range weeks {
				b.Counts = append(b.Counts, math.Floor(float64(k)*wave(w+i)))
			}
			a.Bands = append(a.Bands, b)
		}
		return a
	case 3:
		var s Slips
		for range some.Draw(t, "proposals") {
			d := rapid.OneOf(rapid.IntRange(-20, 30), rapid.IntRange(-400, 900)).Draw(t, "slip")
			r := Slip{Name: text(t), Sub: text(t), Days: d, Late: d > 0, Open: d > 0 && rapid.Bool().Draw(t, "open")}
			if d > 0 && rapid.Bool().Draw(t, "notice") {
				r.Notice = "new date given 21 days ahead"
			}
			s.Rows = append(s.Rows, r)
		}
		return s
	case 4:
		var f Bars
		n := rapid.IntRange(0, 90).Draw(t, "weeks")
		for i := range n {
			f.Weeks = append(f.Weeks, WeekBar{week(i), rapid.Float64Range(0, 0.5).Draw(t, "share")})
		}
		half := rapid.IntRange(0, n).Draw(t, "half")
		f.Half = Mark{week(half), text(t), ""}
		f.Likely = Mark{week(half + rapid.IntRange(0, 10).Draw(t, "likely")), text(t), text(t)}
		return f
	case 5:
		var a Ageing
		n := rapid.IntRange(0, 12).Draw(t, "columns")
		for range n {
			p := rapid.Float64Range(0, 20).Draw(t, "p50")
			a.Columns = append(a.Columns, AgeColumn{text(t), p, p * 1.6})
		}
		for i := range rapid.IntRange(0, 80).Draw(t, "items") {
			if n > 0 {
				over := rapid.Bool().Draw(t, "over")
				a.Items = append(a.Items, AgeDot{i % n, days.Draw(t, "age"), over, text(t), "12 days, blocked", ""})
			}
		}
		return a
	}
	r := Runs{Median: rapid.Float64Range(0, 50).Draw(t, "median")}
	for i := range rapid.IntRange(0, 120).Draw(t, "weeks") {
		r.Weeks = append(r.Weeks, WeekCount{week(i), math.Floor(rapid.Float64Range(0, 60).Draw(t, "count")), i == 0})
	}
	return r
}

func TestAnyChartKeepsItsLabelsApartAndIsInert(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		f := Figure{Letter: "A", Title: text(t), Sub: text(t), Chart: anyChart(t)}
		w, h := rapid.Float64Range(66, 190).Draw(t, "width"), rapid.Float64Range(38, 70).Draw(t, "height")
		if bars, ok := f.Chart.(StackedBars); ok {
			w = max(w, 110)
			h = HeadHeight + bars.Height(&recorder{}, w)
		}
		r := &recorder{}
		f.Draw(r, Box{0, 0, w, h})
		for _, fault := range r.faults(Box{0, 0, w, h}) {
			t.Errorf("%T: %s", f.Chart, fault)
		}
		for _, ln := range r.lines {
			if v := ln.From.X + ln.From.Y + ln.To.X + ln.To.Y; math.IsNaN(v) || math.IsInf(v, 0) {
				t.Fatalf("%T: a line at %v", f.Chart, ln)
			}
		}
		for _, b := range r.ink {
			if !b.within(Box{-0.5, -0.5, w + 1, h + 1}) {
				t.Errorf("%T: a bar at %v leaves the box", f.Chart, b)
			}
		}
		checkInert(t, f.SVG("x", w, h, nil))
	})
}
