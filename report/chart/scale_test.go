package chart

import (
	"math"
	"testing"
	"time"

	"pgregory.net/rapid"
)

func TestNiceTop(t *testing.T) {
	for _, c := range []struct {
		top       float64
		n         int
		end, step float64
	}{
		{29, 4, 30, 10}, {38, 4, 40, 10}, {100, 4, 104, 50}, {0, 4, 2, 1}, {1, 3, 2, 1}, {0.2, 4, 2, 1}, {96, 3, 100, 50}, {104, 3, 108.16, 50}, {1999, 4, 2000, 500},
	} {
		end, step := niceTop(c.top, c.n)
		if step != c.step || end < c.top {
			t.Errorf("niceTop(%v, %d) = %v, %v, want step %v", c.top, c.n, end, step, c.step)
		}
	}
}

func TestAnAxisHoldsItsValuesWithFewLines(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		top, n := rapid.Float64Range(0, 1e7).Draw(t, "top"), rapid.IntRange(2, 6).Draw(t, "n")
		end, step := niceTop(top, n)
		if end < top || end > max(1.16*top, 2*step) || step < 1 || step != math.Trunc(step) {
			t.Fatalf("an axis to %v by %v for %v", end, step, top)
		}
		if lines := math.Floor(end/step + 1e-9); lines < 2 || lines > float64(n)+1 {
			t.Fatalf("%v lines at most %d for %v", lines, n, top)
		}
	})
}

func TestTicksOfATimeAxis(t *testing.T) {
	vancouver, err := time.LoadLocation("America/Vancouver")
	if err != nil {
		t.Fatal(err)
	}
	at := func(y int, m time.Month, d int) time.Time { return time.Date(y, m, d, 0, 0, 0, 0, vancouver) }
	for _, c := range []struct {
		from, to time.Time
		n        int
		want     []string
	}{
		{at(2026, 1, 1), at(2026, 7, 1), 8, []string{"Jan", "Feb", "Mar", "Apr", "May", "Jun"}},
		{at(2026, 1, 4), at(2026, 6, 30), 4, []string{"Jan", "Mar", "May"}},
		{at(2026, 3, 2), at(2026, 3, 30), 5, []string{"2 Mar", "9 Mar", "16 Mar", "23 Mar"}},
		{at(2025, 10, 1), at(2026, 2, 1), 5, []string{"Oct 2025", "Nov", "Dec", "Jan 2026"}},
		{at(2020, 1, 1), at(2026, 1, 1), 6, []string{"2020", "2022", "2024"}},
	} {
		var got []string
		for _, k := range (timeScale{from: c.from, to: c.to, p: 0, q: 100}).ticks(c.n) {
			got = append(got, k.label)
		}
		if len(got) != len(c.want) {
			t.Errorf("%s to %s: %v, want %v", c.from.Format(time.DateOnly), c.to.Format(time.DateOnly), got, c.want)
			continue
		}
		for i := range got {
			if got[i] != c.want[i] {
				t.Errorf("%s to %s: %v, want %v", c.from.Format(time.DateOnly), c.to.Format(time.DateOnly), got, c.want)
				break
			}
		}
	}
}

func TestHatchStaysInside(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		b := Box{rapid.Float64Range(-50, 200).Draw(t, "x"), rapid.Float64Range(-50, 200).Draw(t, "y"), rapid.Float64Range(0, 90).Draw(t, "w"), rapid.Float64Range(0, 40).Draw(t, "h")}
		lines := hatchLines(b.corners(), hatchStep)
		for _, l := range lines {
			for _, p := range []Point{l.From, l.To} {
				if !(Box{p.X, p.Y, 0, 0}).within(b) {
					t.Fatalf("%v is outside of %v", p, b)
				}
			}
			if d := (l.From.X + l.From.Y) - (l.To.X + l.To.Y); math.Abs(d) > 1e-6 {
				t.Fatalf("%v is not at 45 degrees", l)
			}
		}
		if b.W+b.H > 2*hatchStep && min(b.W, b.H) > 1 && len(lines) < int((b.W+b.H)/hatchStep)-2 {
			t.Fatalf("%d lines in %v", len(lines), b)
		}
	})
}

func TestHatchLeavesOutWhatAPolygonLeavesOut(t *testing.T) {
	// A U: nothing may be drawn between its arms.
	u := []Point{{0, 0}, {10, 0}, {10, 20}, {20, 20}, {20, 0}, {30, 0}, {30, 30}, {0, 30}}
	for _, l := range hatchLines(u, 2) {
		mid := Point{(l.From.X + l.To.X) / 2, (l.From.Y + l.To.Y) / 2}
		if mid.X > 10.01 && mid.X < 19.99 && mid.Y < 19.99 {
			t.Errorf("%v crosses the gap", l)
		}
	}
}

func TestNeighboursAreToldApartInGrey(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		accent := rapid.SliceOfN(rapid.Bool(), 1, 12).Draw(t, "accent")
		cols := tones(rapid.SampledFrom([][]Color{barRamp, bandRamp}).Draw(t, "ramp"), accent)
		for i := 1; i < len(cols); i++ {
			a, b := cols[i-1], cols[i]
			if a == b && a != Accent || a == Accent && b == Blue4 || a == Blue4 && b == Accent {
				t.Fatalf("%v beside %v", a, b)
			}
		}
	})
}

func TestNumbers(t *testing.T) {
	for v, want := range map[float64][2]string{0: {"0.0", "0"}, 1: {"1.0", "1"}, 4.56: {"4.6", "4.6"}, -0.01: {"0.0", "0"}, 9.96: {"10.0", "10"}, 17.2: {"17.2", "17"}, 1234: {"1234", "1234"}, 12345: {"12,345", "12,345"}} {
		if got := number(v); got != want[0] {
			t.Errorf("number(%v) = %q, want %q", v, got, want[0])
		}
		if got := short(v); got != want[1] {
			t.Errorf("short(%v) = %q, want %q", v, got, want[1])
		}
	}
}
