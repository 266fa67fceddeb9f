package collectorstest

import (
	"context"
	"math"
	"testing"
	"time"

	"github.com/dossier-report/dossier/collectors"
	"github.com/dossier-report/dossier/evidence"
)

var _ collectors.Keeper = (*Memory)(nil)

func memoryItem(id, title string) evidence.Fetched {
	return evidence.Fetched{Hash: title, Item: evidence.Item{ID: "x:" + id, Source: "x", Kind: evidence.Note, Title: title,
		Acts: []evidence.Act{{At: toyPeriod.From, Verb: evidence.Noted}}}}
}

func TestMemoryCountsAndMarksAsTheStoreDoes(t *testing.T) {
	now := time.Date(2026, 7, 1, 0, 0, 0, 0, time.UTC)
	m := NewMemory(func() time.Time { return now })
	pass := func(part string, begin, end bool, items ...evidence.Fetched) evidence.Kept {
		t.Helper()
		k, err := m.Keep(t.Context(), "x", evidence.Batch{Part: part, Items: items, Begin: begin, End: end, Period: toyPeriod, Cursor: part})
		if err != nil {
			t.Fatal(err)
		}
		return k
	}
	check := func(what string, got, want evidence.Kept) {
		t.Helper()
		if got != want {
			t.Errorf("%s: %+v, want %+v", what, got, want)
		}
	}
	one, two := memoryItem("1", "one"), memoryItem("2", "two")
	check("first pass", pass("a", true, true, one, two), evidence.Kept{New: 2})
	check("same again", pass("a", true, true, one, two), evidence.Kept{Same: 2})
	check("changed", pass("a", false, false, memoryItem("1", "uno")), evidence.Kept{Changed: 1})
	check("an end without a beginning takes nothing away", pass("a", false, true), evidence.Kept{})
	check("another part has it too", pass("b", true, true, two), evidence.Kept{Same: 1})
	check("gone from one of two parts", pass("a", true, true, memoryItem("1", "uno")), evidence.Kept{Same: 1})
	check("gone from both", pass("b", true, true), evidence.Kept{Gone: 1})
	check("gone once only", pass("b", true, true), evidence.Kept{})
	if n, _ := m.Found(t.Context(), "x", "a", toyPeriod); n != 1 {
		t.Errorf("found %d", n)
	}
	if got := m.Items(); len(got) != 2 || !got[0].GoneAt.IsZero() || !got[1].GoneAt.Equal(now) {
		t.Errorf("items %+v", got)
	}
	check("back again", pass("b", true, true, two), evidence.Kept{Changed: 1})
	if got := m.Items(); !got[1].GoneAt.IsZero() {
		t.Error("what came back is still gone")
	}
	narrow := evidence.Batch{Part: "a", Begin: true, End: true, Period: evidence.Period{From: toyPeriod.To}}
	if k, err := m.Keep(t.Context(), "x", narrow); err != nil || k.Gone != 0 {
		t.Errorf("a pass over another period: %+v, %v", k, err)
	}
}

func TestMemoryCountsNothingThatOnlyFlowsAndMarksItAsGone(t *testing.T) {
	m := NewMemory(time.Now)
	flow := memoryItem("1", "one")
	flow.Item.Flow, flow.Item.Acts = &evidence.Flow{Created: toyPeriod.From}, nil
	for _, step := range []struct {
		items []evidence.Fetched
		want  evidence.Kept
	}{{[]evidence.Fetched{flow}, evidence.Kept{New: 1}}, {nil, evidence.Kept{Gone: 1}}} {
		k, err := m.Keep(t.Context(), "x", evidence.Batch{Part: "a", Items: step.items, Begin: true, End: true, Period: toyPeriod})
		if err != nil || k != step.want {
			t.Errorf("kept %+v, %v, want %+v", k, err, step.want)
		}
		if n, err := m.Found(t.Context(), "x", "a", toyPeriod); n != 0 || err != nil {
			t.Errorf("found %d, %v", n, err)
		}
	}
}

func TestMemoryKeepsAPageWholeOrNotAtAll(t *testing.T) {
	m := NewMemory(time.Now)
	bad := memoryItem("2", "two")
	bad.Item.Flow = &evidence.Flow{Estimate: &evidence.Estimate{Value: math.NaN()}}
	ended, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := m.Keep(t.Context(), "x", evidence.Batch{Part: "a", Cursor: "9", Items: []evidence.Fetched{memoryItem("1", "one"), bad}}); err == nil {
		t.Error("a page that cannot be written is kept")
	}
	if _, err := m.Keep(ended, "x", evidence.Batch{Part: "a", Cursor: "9", Items: []evidence.Fetched{memoryItem("1", "one")}}); err == nil {
		t.Error("a page is kept after the end")
	}
	if cursor, err := m.Cursor(t.Context(), "x", "a"); len(m.Items()) > 0 || cursor != "" || err != nil {
		t.Errorf("kept %d items, cursor %q, %v", len(m.Items()), cursor, err)
	}
}
