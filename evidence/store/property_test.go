package store_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/dossier-report/dossier/evidence"
	"github.com/dossier-report/dossier/evidence/store"
)

// TestPeriodOfTheStoreIsThatOfTheItem asks for random periods and compares the
// answer with the item's own rule.
func TestPeriodOfTheStoreIsThatOfTheItem(t *testing.T) {
	s := openAt(t, newPath(t))
	round := 0
	rapid.Check(t, func(t *rapid.T) {
		round++
		source := fmt.Sprint("source", round)
		// Few moments, some a nanosecond apart, so that the ends are met.
		when := rapid.Custom(func(t *rapid.T) time.Time {
			return time.Date(2026, 1, rapid.IntRange(1, 6).Draw(t, "day"), 0, 0, 0, rapid.SampledFrom([]int{0, 1, 999, 1000}).Draw(t, "ns"), time.UTC)
		})
		b := evidence.Batch{Part: "p"}
		for i := range rapid.IntRange(0, 8).Draw(t, "items") {
			it := evidence.Item{ID: fmt.Sprint(source, ":", i), Source: source, Kind: evidence.Issue}
			for _, at := range rapid.SliceOfN(when, 0, 3).Draw(t, "acts") {
				verb := rapid.SampledFrom([]evidence.Verb{evidence.Opened, evidence.Commented}).Draw(t, "verb")
				it.Acts = append(it.Acts, evidence.Act{At: at, Verb: verb})
			}
			if rapid.Bool().Draw(t, "outcome") {
				it.Outcome = &evidence.Outcome{State: evidence.StateDone, At: when.Draw(t, "outcome at")}
			}
			b.Items = append(b.Items, evidence.Fetched{Item: it})
		}
		if _, err := s.Keep(t.Context(), source, b); err != nil {
			t.Fatal(err)
		}
		p := evidence.Period{From: when.Draw(t, "from"), To: when.Draw(t, "to")}
		if rapid.IntRange(0, 3).Draw(t, "open end") == 0 {
			p.To = time.Time{}
		}
		var want, got []string
		for _, f := range b.Items {
			if f.Item.In(p) {
				want = append(want, f.Item.ID)
			}
		}
		for rec, err := range s.Items(t.Context(), store.Filter{Period: p, Sources: []string{source}}) {
			if err != nil {
				t.Fatal(err)
			}
			got = append(got, rec.Item.ID)
		}
		slices.Sort(got)
		if !slices.Equal(got, want) {
			t.Errorf("items are %q, want %q", got, want)
		}
		if n, err := s.Count(t.Context(), store.Filter{Period: p, Sources: []string{source}}); err != nil || n != len(want) {
			t.Errorf("count is %d, %v; want %d", n, err, len(want))
		}
		if n, err := s.Found(t.Context(), source, "p", p); err != nil || n != len(want) {
			t.Errorf("found are %d, %v; want %d", n, err, len(want))
		}
	})
}

// TestMatchNeverNamesAnItemThatDoesNotFit checks what Match returns for any text.
func TestMatchNeverNamesAnItemThatDoesNotFit(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		word := rapid.StringMatching(`[a-cA-C1-3#/:.é]{1,6}`)
		items := rapid.MapOfN(word, word, 0, 6).Draw(t, "items")
		text := word.Draw(t, "text")
		id, err := store.Match(text, func(yield func(string, string) bool) {
			for id, url := range items {
				if !yield(id, url) {
					return
				}
			}
		})
		if err != nil {
			if _, ok := items[text]; ok && !strings.Contains(err.Error(), "fits") {
				t.Errorf("%q is an id, and the error is %v", text, err)
			}
			return
		}
		low := strings.ToLower(text)
		said := strings.ToLower(id + " " + items[id])
		_, number, numbered := strings.Cut(low, "#")
		if !strings.Contains(said, strings.TrimSuffix(low, "/")) && !(numbered && strings.HasSuffix(said, "/"+number)) {
			t.Errorf("%q names %q", text, said)
		}
	})
}
