// Package storetest is the suite that every back end of the store passes.
package storetest

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/dossier-report/dossier/evidence"
	"github.com/dossier-report/dossier/evidence/store"
)

// Now is the clock that open has to give the store.
func Now() time.Time { return time.Date(2026, 7, 1, 12, 0, 0, 0, time.UTC) }

// Run runs the suite. Each call of open returns a new, empty store that dates
// what is gone with [Now]; the suite closes it.
func Run(t *testing.T, open func(t *testing.T) store.Store) {
	for _, c := range []struct {
		name string
		test func(*testing.T, store.Store)
	}{
		{"ItemComesBackAsItWasKept", comesBack},
		{"CursorAndItemsAreOne", cursor},
		{"SameEvidenceIsNotWrittenAgain", same},
		{"TwiceInABatchCountsOnce", twice},
		{"BadItemLosesNoOther", badItem},
		{"ItemsAreOrderedAndFiltered", filtered},
		{"LongItemIsInThePeriodOnlyByItsActs", spanning},
		{"WhatOnlyFlowsIsSeenByWhoAsksForIt", flowing},
		{"WhatWasTouchedAtAnotherTimeFlows", flowingLater},
		{"PassMarksWhatIsGone", gone},
		{"InterruptedPassGoesOn", resumed},
		{"AnotherPartsWordStands", otherPart},
		{"PassSpeaksForItsPeriodOnly", otherPeriod},
		{"CoverageIsTheNewest", coverage},
		{"TextNamesAnItem", resolve},
		{"PurgeErasesWhatWasAsked", purge},
		{"SecondLockFails", lock},
		{"CancelledKeepStoresNothing", cancelled},
		{"ManyAtOnceLoseNothing", together},
		{"CheckOfAWholeStoreIsClean", check},
	} {
		t.Run(c.name, func(t *testing.T) {
			s := open(t)
			t.Cleanup(func() {
				if err := s.Close(); err != nil {
					t.Errorf("close: %v", err)
				}
			})
			c.test(t, s)
		})
	}
}

var (
	start = time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)
	half  = evidence.Period{From: start, To: start.AddDate(0, 6, 0)}
)

// Item makes the item of a number, opened that many hours after the year began.
func Item(n int) evidence.Item {
	return evidence.Item{ID: fmt.Sprintf("github:acme/api#%d", n), Source: "github", Kind: evidence.PullRequest,
		Title: fmt.Sprintf("Change %d", n), URL: fmt.Sprintf("https://github.test/acme/api/pull/%d", n),
		Acts: []evidence.Act{{At: start.Add(time.Duration(n) * time.Hour), Verb: evidence.Opened}}}
}

func batch(part string, numbers ...int) evidence.Batch {
	b := evidence.Batch{Part: part, Query: "author:robin", FetchedAt: Now().Add(-time.Hour), Period: half, Cursor: fmt.Sprint("after ", numbers)}
	for _, n := range numbers {
		b.Items = append(b.Items, evidence.Fetched{Item: Item(n), Hash: evidence.Hash([]byte{byte(n)})})
	}
	return b
}

// pass makes a batch that is a whole pass.
func pass(part string, numbers ...int) evidence.Batch {
	b := batch(part, numbers...)
	b.Begin, b.End = true, true
	return b
}

func keep(t *testing.T, s store.Store, b evidence.Batch, want evidence.Kept) {
	t.Helper()
	got, err := s.Keep(t.Context(), "github", b)
	if err != nil {
		t.Fatal(err)
	}
	if got != want {
		t.Errorf("kept %+v, want %+v", got, want)
	}
}

func ids(t *testing.T, s store.Store, f store.Filter) (ids []string) {
	t.Helper()
	for rec, err := range s.Items(t.Context(), f) {
		if err != nil {
			t.Fatal(err)
		}
		ids = append(ids, rec.Item.ID)
	}
	if n, err := s.Count(t.Context(), f); err != nil || n != len(ids) {
		t.Errorf("count is %d, %v; %d items were read", n, err, len(ids))
	}
	return ids
}

// isGone lists the numbers of the items that are gone.
func isGone(t *testing.T, s store.Store) (gone []int) {
	t.Helper()
	for rec, err := range s.Items(t.Context(), store.Filter{}) {
		if err != nil {
			t.Fatal(err)
		}
		if rec.GoneAt.IsZero() {
			continue
		}
		if !rec.GoneAt.Equal(Now()) {
			t.Errorf("%s is gone at %v, want %v", rec.Item.ID, rec.GoneAt, Now())
		}
		var n int
		fmt.Sscanf(rec.Item.ID, "github:acme/api#%d", &n)
		gone = append(gone, n)
	}
	return gone
}

func wantGone(t *testing.T, s store.Store, want ...int) {
	t.Helper()
	if got := isGone(t, s); !slices.Equal(got, want) {
		t.Errorf("gone are %v, want %v", got, want)
	}
}

func comesBack(t *testing.T, s store.Store) {
	east := time.FixedZone("east", 9*3600)
	before := 41.0
	it := Item(7)
	it.Text = "Naïve <b>&amp;</b>\x00 \u2028 \U0001F600"
	it.Acts[0].At = time.Date(2026, 2, 3, 18, 14, 0, 123456789, east)
	it.Outcome = &evidence.Outcome{State: evidence.StateMerged, At: time.Date(2026, 2, 5, 0, 0, 0, 0, east), By: "ana-d",
		Figures: []evidence.Figure{{Name: "night pages", Before: &before, After: 12, Unit: "pages"}}}
	it.People = []evidence.Participant{{Person: evidence.Person{Login: "ana-d"}, Role: "reviewer", At: it.Acts[0].At}}
	it.Labels, it.Paths, it.Links = []string{"performance"}, []string{"a/b.go"}, []string{"ML-231"}
	it.Size = &evidence.Size{Additions: 120, Files: 3}
	it.Flow = &evidence.Flow{Created: it.Acts[0].At, Moves: []evidence.Move{{At: it.Acts[0].At, To: "Doing", How: evidence.ByEvent}},
		Estimate: &evidence.Estimate{Value: 3, Unit: "points"}, Dates: []evidence.DueDate{{At: it.Acts[0].At, Due: "2026-02-10"}},
		Flagged: []evidence.Span{{From: it.Acts[0].At}}, Meanings: map[string]evidence.WorkState{"Doing": evidence.InProgress},
		Boards:  []evidence.Board{{Name: "Models", Columns: []evidence.Column{{Name: "Doing", Statuses: []string{"Doing"}, Limit: 3}}}},
		Sprints: []evidence.Sprint{{Name: "S", From: it.Acts[0].At, To: it.Acts[0].At, Closed: it.Acts[0].At, Added: it.Acts[0].At, Removed: it.Acts[0].At}}}
	b := batch("repo")
	b.Items = []evidence.Fetched{{Item: it, Hash: evidence.Hash([]byte("raw"))}, {Item: Item(8), Hash: "not in hexadecimal"}}
	keep(t, s, b, evidence.Kept{New: 2})

	got, err := s.Item(t.Context(), it.ID)
	if err != nil {
		t.Fatal(err)
	}
	want := evidence.Record{Item: it, Hash: evidence.Hash([]byte("raw")), Query: "author:robin", FetchedAt: b.FetchedAt}
	if d := cmp.Diff(want, got, cmpopts.EquateApproxTime(0)); d != "" {
		t.Errorf("item differs (-want +got):\n%s", d)
	}
	if got.Item.Acts[0].At.Location() != time.UTC || it.Acts[0].At.Location() != east {
		t.Error("times are not given back in UTC, or the caller's were changed")
	}
	if got, err := s.Item(t.Context(), "github:acme/api#8"); err != nil || got.Hash != "not in hexadecimal" {
		t.Errorf("hash is %q, %v", got.Hash, err)
	}
	var missing *store.NotFoundError
	if _, err := s.Item(t.Context(), "github:acme/api#9"); !errors.As(err, &missing) || missing.ID != "github:acme/api#9" {
		t.Errorf("an item that is not there gives %v", err)
	}
}

func cursor(t *testing.T, s store.Store) {
	read := func(source, part, want string) {
		t.Helper()
		if got, err := s.Cursor(t.Context(), source, part); err != nil || got != want {
			t.Errorf("cursor of %s %s is %q, %v; want %q", source, part, got, err, want)
		}
	}
	read("github", "repo", "")
	keep(t, s, batch("repo", 1), evidence.Kept{New: 1})
	read("github", "repo", "after [1]")
	read("github", "other", "")
	read("git", "repo", "")
	keep(t, s, batch("repo", 2), evidence.Kept{New: 1})
	read("github", "repo", "after [2]")
	keep(t, s, evidence.Batch{Part: "repo"}, evidence.Kept{})
	read("github", "repo", "")
}

func same(t *testing.T, s store.Store) {
	keep(t, s, batch("repo", 1, 2, 3), evidence.Kept{New: 3})
	first, _ := s.Item(t.Context(), "github:acme/api#1")

	b := batch("repo", 1, 2)
	b.FetchedAt = Now()
	b.Query = "another"
	b.Items[0].Item.Acts[0].At = b.Items[0].Item.Acts[0].At.In(time.FixedZone("west", -8*3600))
	b.Items[1].Item.Title = "Another title"
	keep(t, s, b, evidence.Kept{Same: 1, Changed: 1})
	if again, err := s.Item(t.Context(), "github:acme/api#1"); err != nil || !cmp.Equal(first, again) {
		t.Errorf("an item that is the same was written again: %s %v", cmp.Diff(first, again), err)
	}
	changed, err := s.Item(t.Context(), "github:acme/api#2")
	if err != nil || changed.Item.Title != "Another title" || !changed.FetchedAt.Equal(Now()) || changed.Query != "another" {
		t.Errorf("changed item is %+v, %v", changed, err)
	}
	if got := len(ids(t, s, store.Filter{})); got != 3 {
		t.Errorf("%d items, want 3", got)
	}
}

func twice(t *testing.T, s store.Store) {
	b := batch("repo", 1, 1, 1)
	b.Items[2].Item.Title = "The last word"
	keep(t, s, b, evidence.Kept{New: 1, Same: 1, Changed: 1})
	if rec, err := s.Item(t.Context(), "github:acme/api#1"); err != nil || rec.Item.Title != "The last word" {
		t.Errorf("title is %q, %v", rec.Item.Title, err)
	}
}

func badItem(t *testing.T, s store.Store) {
	b := batch("repo", 1, 2, 3)
	b.Items[0].Item.Acts[0].At = time.Date(12026, 1, 1, 0, 0, 0, 0, time.UTC) // JSON has no such year
	b.Items[2].Item.ID = ""
	kept, err := s.Keep(t.Context(), "github", b)
	var bad *store.BadItemsError
	if !errors.As(err, &bad) || len(bad.Items) != 2 || bad.Items[0].ID != "github:acme/api#1" {
		t.Fatalf("error is %v", err)
	}
	if kept != (evidence.Kept{New: 1}) || !slices.Equal(ids(t, s, store.Filter{}), []string{"github:acme/api#2"}) {
		t.Errorf("kept %+v", kept)
	}
	if c, _ := s.Cursor(t.Context(), "github", "repo"); c != b.Cursor {
		t.Errorf("cursor is %q: the source would give the bad item for ever", c)
	}
}

func filtered(t *testing.T, s store.Store) {
	b := batch("repo", 30, 10, 20)
	ticket := evidence.Item{ID: "jira:acme/10231", Source: "jira", Kind: evidence.Ticket, Acts: Item(20).Acts}
	undated := evidence.Item{ID: "notes:a.md", Source: "notes", Kind: evidence.Note}
	b.Items = append(b.Items, evidence.Fetched{Item: ticket}, evidence.Fetched{Item: undated})
	keep(t, s, b, evidence.Kept{New: 5})
	ten, twenty, thirty := "github:acme/api#10", "github:acme/api#20", "github:acme/api#30"
	at := func(h int) time.Time { return start.Add(time.Duration(h) * time.Hour) }
	for _, c := range []struct {
		name string
		f    store.Filter
		want []string
	}{
		{"all", store.Filter{}, []string{undated.ID, ten, twenty, ticket.ID, thirty}},
		{"from is included", store.Filter{Period: evidence.Period{From: at(20)}}, []string{twenty, ticket.ID, thirty}},
		{"to is excluded", store.Filter{Period: evidence.Period{To: at(20)}}, []string{ten}},
		{"a nanosecond later", store.Filter{Period: evidence.Period{To: at(20).Add(1)}}, []string{ten, twenty, ticket.ID}},
		{"a nanosecond after the start", store.Filter{Period: evidence.Period{From: at(20).Add(1)}}, []string{thirty}},
		{"empty period", store.Filter{Period: evidence.Period{From: at(20), To: at(20)}}, nil},
		{"source", store.Filter{Sources: []string{"jira", "notes"}}, []string{undated.ID, ticket.ID}},
		{"kind", store.Filter{Kinds: []evidence.Kind{evidence.Ticket}}, []string{ticket.ID}},
		{"source and kind", store.Filter{Sources: []string{"github"}, Kinds: []evidence.Kind{evidence.Ticket}}, nil},
		{"ids", store.Filter{IDs: []string{thirty, ten, "github:none"}}, []string{ten, thirty}},
		{"all of it", store.Filter{Period: evidence.Period{From: at(11)}, Sources: []string{"github"}, IDs: []string{ten, thirty}}, []string{thirty}},
	} {
		if got := ids(t, s, c.f); !slices.Equal(got, c.want) {
			t.Errorf("%s: %q, want %q", c.name, got, c.want)
		}
	}
	if got, err := s.Sources(t.Context()); err != nil || !slices.Equal(got, []string{"github", "jira", "notes"}) {
		t.Errorf("sources are %q, %v", got, err)
	}
}

func spanning(t *testing.T, s store.Store) {
	b := batch("repo", 1, 2, 3)
	late := start.AddDate(0, 5, 0)
	b.Items[0].Item.Acts = append(b.Items[0].Item.Acts, evidence.Act{At: late, Verb: evidence.Commented})
	b.Items[1].Item.Outcome = &evidence.Outcome{State: evidence.StateMerged, At: late}
	b.Items[2].Item.Acts[0].Verb = evidence.Reviewed // not the person's own: its outcome does not count
	b.Items[2].Item.Outcome = b.Items[1].Item.Outcome
	keep(t, s, b, evidence.Kept{New: 3})
	between := evidence.Period{From: start.AddDate(0, 1, 0), To: start.AddDate(0, 2, 0)}
	if got := ids(t, s, store.Filter{Period: between}); got != nil {
		t.Errorf("between the acts: %q", got)
	}
	end := evidence.Period{From: late}
	want := []string{"github:acme/api#1", "github:acme/api#2"}
	if got := ids(t, s, store.Filter{Period: end}); !slices.Equal(got, want) {
		t.Errorf("at the end: %q, want %q", got, want)
	}
	found(t, s, "repo", between, 0)
	found(t, s, "repo", end, 2)
}

// flow makes the item of a number as somebody else's, open from its hour on for
// as long as it says; for ever when it is zero.
func flow(n int, long time.Duration) evidence.Fetched {
	it := Item(n)
	it.Acts, it.Flow = nil, &evidence.Flow{Created: it.Acts[0].At}
	if long > 0 {
		it.Outcome = &evidence.Outcome{State: evidence.StateDone, At: it.Flow.Created.Add(long)}
	}
	return evidence.Fetched{Item: it}
}

func flowing(t *testing.T, s store.Store) {
	const day = 24
	b := pass("board", 5*day)
	b.Items = append(b.Items, flow(1*day, 20*day*time.Hour), flow(2*day, day*time.Hour), flow(3*day, 0), flow(40*day, 0))
	undated := evidence.Item{ID: "notes:a.md", Source: "notes", Kind: evidence.Note}
	b.Items = append(b.Items, evidence.Fetched{Item: undated})
	keep(t, s, b, evidence.Kept{New: 6})
	id := func(d int) string { return fmt.Sprintf("github:acme/api#%d", d*day) }
	p := evidence.Period{From: start.AddDate(0, 0, 4), To: start.AddDate(0, 0, 10)}
	for _, c := range []struct {
		name string
		f    store.Filter
		want []string
	}{
		{"evidence", store.Filter{Period: p}, []string{id(5)}},
		{"flow as well", store.Filter{Period: p, Flow: true}, []string{id(1), id(3), id(5)}},
		{"flow of a kind", store.Filter{Period: p, Flow: true, Kinds: []evidence.Kind{evidence.Ticket}}, nil},
		{"flow by id", store.Filter{Period: p, Flow: true, IDs: []string{id(2), id(3)}}, []string{id(3)}},
		{"flow later", store.Filter{Period: evidence.Period{From: start.AddDate(0, 1, 0)}, Flow: true}, []string{id(3), id(40)}},
		{"flow and no period", store.Filter{Flow: true, Sources: []string{"github"}}, []string{id(1), id(2), id(3), id(40), id(5)}},
	} {
		got := ids(t, s, c.f)
		slices.Sort(got)
		slices.Sort(c.want)
		if !slices.Equal(got, c.want) {
			t.Errorf("%s: %q, want %q", c.name, got, c.want)
		}
	}
	found(t, s, "board", p, 1)
	found(t, s, "", half, 1)

	// A pass speaks for what flows in its period, and for no more.
	narrow := pass("board", 5*day)
	narrow.Items = append(narrow.Items, flow(3*day, 0))
	narrow.Period = p
	keep(t, s, narrow, evidence.Kept{Same: 2, Gone: 1})
	wantGone(t, s, 1*day)

	// What the person then did makes evidence of it.
	keep(t, s, batch("tickets", 3*day), evidence.Kept{Changed: 1})
	if got := ids(t, s, store.Filter{Period: evidence.Period{To: p.To}}); !slices.Equal(got, []string{id(3), id(5)}) {
		t.Errorf("evidence is %q", got)
	}
	if n, err := s.Purge(t.Context(), store.Filter{Period: p}); err != nil || n != 1 {
		t.Errorf("purged %d, %v; want only the evidence of the period", n, err)
	}
	if n, err := s.Purge(t.Context(), store.Filter{Period: p, Flow: true}); err != nil || n != 1 {
		t.Errorf("purged %d, %v; want what flows in the period", n, err)
	}
}

// flowingLater is of the person's item that lies open long after they touched
// it: evidence of its day, flow of the days after, and gone like any other.
func flowingLater(t *testing.T, s store.Store) {
	it := Item(24)
	it.Text = `"flow":{` // no sign of a flow
	own, without := flow(48, 0), evidence.Fetched{Item: it}
	own.Item.Acts = Item(48).Acts
	b := pass("board")
	b.Items = []evidence.Fetched{own, without}
	keep(t, s, b, evidence.Kept{New: 2})
	later := evidence.Period{From: start.AddDate(0, 0, 10), To: start.AddDate(0, 0, 20)}
	for f, want := range map[*store.Filter]int{{Period: later}: 0, {Period: later, Flow: true}: 1, {Period: half, Flow: true}: 2} {
		if n, err := s.Count(t.Context(), *f); err != nil || n != want || len(ids(t, s, *f)) != want {
			t.Errorf("%+v: %d, %v; want %d", *f, n, err, want)
		}
	}
	found(t, s, "board", later, 0)
	b.Items, b.Period = nil, later
	keep(t, s, b, evidence.Kept{Gone: 1})
	wantGone(t, s, 48)
}

func found(t *testing.T, s store.Store, part string, p evidence.Period, want int) {
	t.Helper()
	if n, err := s.Found(t.Context(), "github", part, p); err != nil || n != want {
		t.Errorf("found in %q: %d, %v; want %d", part, n, err, want)
	}
}

func gone(t *testing.T, s store.Store) {
	keep(t, s, pass("repo", 1, 2, 3), evidence.Kept{New: 3})
	found(t, s, "repo", half, 3)
	keep(t, s, batch("repo", 4), evidence.Kept{New: 1}) // between passes
	keep(t, s, pass("repo", 1, 3), evidence.Kept{Same: 2, Gone: 2})
	wantGone(t, s, 2, 4)
	found(t, s, "repo", half, 2)
	found(t, s, "", half, 2)
	found(t, s, "other", half, 0)
	keep(t, s, pass("repo", 1, 3), evidence.Kept{Same: 2}) // what is gone is gone once
	wantGone(t, s, 2, 4)

	back := pass("repo", 1, 2, 3, 4)
	back.Items[3].Item.Title = "Renamed"
	keep(t, s, back, evidence.Kept{Same: 3, Changed: 1})
	wantGone(t, s)
	found(t, s, "repo", half, 4)
	keep(t, s, pass("repo"), evidence.Kept{Gone: 4})
	if n := len(ids(t, s, store.Filter{})); n != 4 {
		t.Errorf("%d items are left, want all 4", n)
	}
}

func resumed(t *testing.T, s store.Store) {
	keep(t, s, pass("repo", 1, 2, 3), evidence.Kept{New: 3})
	b := batch("repo", 1)
	b.Begin = true
	keep(t, s, b, evidence.Kept{Same: 1})
	wantGone(t, s) // a pass that did not end says nothing
	b = batch("repo", 2)
	b.End = true
	keep(t, s, b, evidence.Kept{Same: 1, Gone: 1})
	wantGone(t, s, 3)

	// An end that never began takes nothing back.
	b = batch("other", 3)
	keep(t, s, b, evidence.Kept{Same: 1})
	b = batch("other")
	b.End = true
	keep(t, s, b, evidence.Kept{})
	wantGone(t, s)
}

func otherPart(t *testing.T, s store.Store) {
	keep(t, s, pass("authored", 1, 2, 3), evidence.Kept{New: 3})
	keep(t, s, pass("reviewed", 2, 4), evidence.Kept{New: 1, Same: 1})
	keep(t, s, pass("authored", 1), evidence.Kept{Same: 1, Gone: 1})
	wantGone(t, s, 3) // 2 is still in the other part, 4 was never in this one

	b := batch("reviewed", 4)
	b.Begin = true
	keep(t, s, b, evidence.Kept{Same: 1})
	keep(t, s, pass("authored", 1), evidence.Kept{Same: 1})
	wantGone(t, s, 3) // the other part's pass is not at its end
	b = batch("reviewed")
	b.End = true
	keep(t, s, b, evidence.Kept{Gone: 1})
	wantGone(t, s, 2, 3)
}

func otherPeriod(t *testing.T, s store.Store) {
	whole := pass("repo", 1, 24*40, 24*170)
	whole.Period = evidence.Period{}
	keep(t, s, whole, evidence.Kept{New: 3})
	first := pass("repo")
	first.Period = evidence.Period{From: start, To: start.AddDate(0, 1, 0)}
	keep(t, s, first, evidence.Kept{Gone: 1})
	wantGone(t, s, 1)

	// A pass that ends with a wider question than it began with speaks only
	// for what both asked.
	begin := batch("repo")
	begin.Begin, begin.Period = true, evidence.Period{From: start, To: start.AddDate(0, 2, 0)}
	keep(t, s, begin, evidence.Kept{})
	end := batch("repo")
	end.End, end.Period = true, evidence.Period{From: start}
	keep(t, s, end, evidence.Kept{Gone: 1})
	wantGone(t, s, 1, 24*40)
}

func coverage(t *testing.T, s store.Store) {
	zone, err := time.LoadLocation("America/Vancouver")
	if err != nil {
		t.Skip("no time zones here")
	}
	open := evidence.Period{From: start}
	inZone := evidence.Period{From: start, To: start.AddDate(0, 3, 0), Zone: zone}
	rec := func(source string, p evidence.Period, day int, state evidence.CoverageState) evidence.Coverage {
		return evidence.Coverage{Source: source, Period: p, AskedAt: start.AddDate(0, 6, day), Took: 1500 * time.Millisecond, State: state,
			Why: "why " + string(state), Parts: []evidence.Part{{Name: "repo", Query: "q", Found: day,
				Gaps: []evidence.Gap{{What: "page 3", Why: "502"}}, Notes: []string{"shallow clone"}}}}
	}
	all := []evidence.Coverage{
		rec("jira", open, 1, evidence.Complete),
		rec("github", inZone, 2, evidence.Complete),
		rec("github", inZone, 4, evidence.Failed),
		rec("github", inZone, 3, evidence.Complete), // recorded late
		rec("github", open, 3, evidence.Partial),
	}
	for _, c := range all {
		if err := s.Cover(t.Context(), c); err != nil {
			t.Fatal(err)
		}
	}
	got, err := s.Coverage(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	sameZone := cmp.Comparer(func(a, b *time.Location) bool { return a.String() == b.String() })
	want := []evidence.Coverage{all[4], all[2], all[0]}
	if d := cmp.Diff(want, got, sameZone); d != "" {
		t.Errorf("coverage differs (-want +got):\n%s", d)
	}
	runs, err := s.Runs(t.Context(), 2)
	if err != nil || len(runs) != 2 || runs[0].State != evidence.Failed || runs[1].State != evidence.Partial {
		t.Errorf("runs are %+v, %v", runs, err)
	}
	if runs, err := s.Runs(t.Context(), 0); err != nil || len(runs) != len(all) {
		t.Errorf("%d runs, %v; want all %d", len(runs), err, len(all))
	}
	if got, err := s.Sources(t.Context()); err != nil || !slices.Equal(got, []string{"github", "jira"}) {
		t.Errorf("sources are %q, %v: one that found nothing belongs to them", got, err)
	}
}

func resolve(t *testing.T, s store.Store) {
	b := batch("repo", 12, 112, 2)
	for _, it := range []evidence.Item{
		{ID: "github:acme/web#2", Source: "github", Kind: evidence.Issue, URL: "https://github.test/acme/web/issues/2"},
		{ID: "git:tok/a1b2c3d4e5f6", Source: "git", Kind: evidence.Commit},
		{ID: "git:tok/a1b2c3dfffff", Source: "git", Kind: evidence.Commit},
		{ID: "jira:acme.test/10231", Source: "jira", Kind: evidence.Ticket, URL: "https://acme.test/browse/ML-231"},
		{ID: "github:acme/api@node_9", Source: "github", Kind: evidence.Issue, URL: "https://github.test/acme/api/issues/77"},
	} {
		b.Items = append(b.Items, evidence.Fetched{Item: it})
	}
	keep(t, s, b, evidence.Kept{New: 8})
	for _, c := range []struct {
		text, want string
		several    int
	}{
		{text: "github:acme/api#12", want: "github:acme/api#12"},
		{text: " GitHub:Acme/API#12 ", want: "github:acme/api#12"},
		{text: "#12", want: "github:acme/api#12"},
		{text: "api#2", want: "github:acme/api#2"},
		{text: "12", want: "github:acme/api#12"}, // not 112: a number is a word
		{text: "#2", several: 2},
		{text: "a1b2c3d4", want: "git:tok/a1b2c3d4e5f6"},
		{text: "A1B2C3D4", want: "git:tok/a1b2c3d4e5f6"},
		{text: "a1b2c3d", several: 2},
		{text: "3d4e5f6", want: "git:tok/a1b2c3d4e5f6"},
		{text: "ml-231", want: "jira:acme.test/10231"},
		{text: "#77", want: "github:acme/api@node_9"},
		{text: "acme/api#77", want: "github:acme/api@node_9"},
		{text: "acme/web#77"},
		{text: "https://acme.test/browse/ML-231", want: "jira:acme.test/10231"},
		{text: "https://github.test/acme/web/issues/2/", want: "github:acme/web#2"},
		{text: "nothing"}, {text: "%"}, {text: ""}, {text: "a1"},
	} {
		got, err := s.Resolve(t.Context(), c.text)
		var missing *store.NotFoundError
		var several *store.AmbiguousError
		switch {
		case c.several > 0:
			if !errors.As(err, &several) || len(several.IDs) != c.several {
				t.Errorf("%q: %q, %v; want %d candidates", c.text, got, err, c.several)
			}
		case c.want == "":
			if !errors.As(err, &missing) {
				t.Errorf("%q: %q, %v; want none", c.text, got, err)
			}
		case got != c.want || err != nil:
			t.Errorf("%q: %q, %v; want %q", c.text, got, err, c.want)
		}
	}
}

func purge(t *testing.T, s store.Store) {
	b := pass("repo", 1, 2, 24*40)
	b.Items = append(b.Items, evidence.Fetched{Item: evidence.Item{ID: "jira:acme/1", Source: "jira", Kind: evidence.Ticket, Acts: Item(1).Acts}})
	keep(t, s, b, evidence.Kept{New: 4})
	for _, source := range []string{"github", "jira"} {
		if err := s.Cover(t.Context(), evidence.Coverage{Source: source, State: evidence.Complete}); err != nil {
			t.Fatal(err)
		}
	}
	erase := func(f store.Filter, want int, left ...string) {
		t.Helper()
		if n, err := s.Purge(t.Context(), f); err != nil || n != want {
			t.Fatalf("purged %d, %v; want %d", n, err, want)
		}
		if got := ids(t, s, store.Filter{}); !slices.Equal(got, left) {
			t.Errorf("left are %q, want %q", got, left)
		}
	}
	erase(store.Filter{IDs: []string{"github:none"}}, 0, "github:acme/api#1", "jira:acme/1", "github:acme/api#2", "github:acme/api#960")
	erase(store.Filter{IDs: []string{"github:acme/api#2"}}, 1, "github:acme/api#1", "jira:acme/1", "github:acme/api#960")
	erase(store.Filter{Period: evidence.Period{To: start.AddDate(0, 1, 0)}, Sources: []string{"github"}}, 1, "jira:acme/1", "github:acme/api#960")
	if c, _ := s.Cursor(t.Context(), "github", "repo"); c != b.Cursor {
		t.Errorf("cursor is %q, want it left: what is erased would come back", c)
	}
	erase(store.Filter{Sources: []string{"github"}}, 1, "jira:acme/1")
	if got, err := s.Sources(t.Context()); err != nil || !slices.Equal(got, []string{"jira"}) {
		t.Errorf("sources are %q, %v", got, err)
	}
	if c, _ := s.Cursor(t.Context(), "github", "repo"); c != "" {
		t.Errorf("cursor is %q, want it forgotten with its source", c)
	}
	erase(store.Filter{}, 1)
	if got, err := s.Runs(t.Context(), 0); err != nil || len(got) != 0 {
		t.Errorf("%d runs are left, %v", len(got), err)
	}
	keep(t, s, pass("repo", 1), evidence.Kept{New: 1})
	check(t, s)
}

func lock(t *testing.T, s store.Store) {
	release, err := s.Lock(t.Context(), 0)
	if err != nil {
		t.Fatal(err)
	}
	var locked *store.LockedError
	if _, err := s.Lock(t.Context(), time.Millisecond); !errors.As(err, &locked) {
		t.Errorf("a second lock gives %v", err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := s.Lock(ctx, time.Hour); !errors.Is(err, context.Canceled) {
		t.Errorf("waiting after a cancel gives %v", err)
	}
	if err := release(); err != nil {
		t.Fatal(err)
	}
	release, err = s.Lock(t.Context(), 0)
	if err != nil {
		t.Fatalf("a lock that was released: %v", err)
	}
	if err := release(); err != nil {
		t.Fatal(err)
	}
}

func cancelled(t *testing.T, s store.Store) {
	keep(t, s, batch("repo", 1), evidence.Kept{New: 1})
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := s.Keep(ctx, "github", batch("repo", 2)); !errors.Is(err, context.Canceled) {
		t.Errorf("keep gives %v", err)
	}
	for _, err := range s.Items(ctx, store.Filter{}) {
		if !errors.Is(err, context.Canceled) {
			t.Errorf("items give %v", err)
		}
	}
	if c, err := s.Cursor(t.Context(), "github", "repo"); err != nil || c != "after [1]" {
		t.Errorf("cursor is %q, %v", c, err)
	}
	keep(t, s, batch("repo", 2), evidence.Kept{New: 1})
}

// together keeps from many goroutines, each in a loop over the items.
func together(t *testing.T, s store.Store) {
	const parts, pages = 8, 5
	var all sync.WaitGroup
	for p := range parts {
		all.Go(func() {
			for n := range pages {
				b := batch(fmt.Sprint("part ", p), 100*p+2*n, 100*p+2*n+1, 9999)
				if _, err := s.Keep(t.Context(), "github", b); err != nil {
					t.Error(err)
				}
				for _, err := range s.Items(t.Context(), store.Filter{}) {
					if err != nil {
						t.Error(err)
					}
					if _, err := s.Cursor(t.Context(), "github", b.Part); err != nil {
						t.Error(err)
					}
				}
			}
		})
	}
	all.Wait()
	if n := len(ids(t, s, store.Filter{})); n != parts*pages*2+1 {
		t.Errorf("%d items, want %d", n, parts*pages*2+1)
	}
}

func check(t *testing.T, s store.Store) {
	keep(t, s, pass("again", 1, 2, 3), evidence.Kept{New: 3 - len(ids(t, s, store.Filter{})), Same: len(ids(t, s, store.Filter{}))})
	keep(t, s, pass("again", 2), evidence.Kept{Same: 1, Gone: isHere(t, s)})
	h, err := s.Check(t.Context())
	if err != nil || h.Problems != nil {
		t.Fatalf("check finds %q, %v", h.Problems, err)
	}
	if h.Items != 3 || h.Gone != len(isGone(t, s)) || h.Version == 0 || h.Parts == 0 {
		t.Errorf("health is %+v", h)
	}
}

// isHere counts the items, but for number 2, that only the part again shows.
func isHere(t *testing.T, s store.Store) int {
	n, err := s.Found(t.Context(), "github", "again", half)
	if err != nil {
		t.Fatal(err)
	}
	other, err := s.Found(t.Context(), "github", "repo", half)
	if err != nil {
		t.Fatal(err)
	}
	return n - 1 - other
}
