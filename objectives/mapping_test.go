package objectives

import (
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/dossier-report/dossier/evidence"
)

// two objectives: caching is about caches, speed about time.
func two() []Objective {
	return []Objective{
		{ID: "caching", Title: "Caching", Rules: []Rule{{Name: "cache", Words: []string{"cache"}, Weight: 0.9}}},
		{ID: "speed", Title: "Speed", Rules: []Rule{{Name: "seconds", Words: []string{"second"}, Weight: 0.6}, {Name: "perf", Labels: []string{"performance"}, Weight: 0.3}}},
	}
}

func mapTwo(t testing.TB, items []evidence.Item, ds ...Decision) *Mapping {
	t.Helper()
	m, err := NewMapper(two(), nil)
	if err != nil {
		t.Fatal(err)
	}
	return m.Map(items, ds)
}

// decision is made n minutes after noon.
func decision(n int, v DecisionVerb, item, objective string) Decision {
	return Decision{At: noon.Add(time.Duration(n) * time.Minute), Verb: v, Item: item, Objective: objective}
}

func TestDecisionsAlwaysWin(t *testing.T) {
	// The item's score is enough for caching (0.9), and not for speed with
	// its 0.42 and no label.
	it := pull(func(it *evidence.Item) { it.Labels = nil; it.Text = "It took nine seconds." })
	id := it.ID
	tests := []struct {
		name           string
		decisions      []Decision
		caching, speed string // "", chosen, pinned
		state          State
	}{
		{"none", nil, "chosen", "", New},
		{"reject one", []Decision{decision(1, Reject, id, "caching")}, "", "", Rejected},
		{"reject all", []Decision{decision(1, Reject, id, "")}, "", "", Rejected},
		{"accept below the threshold", []Decision{decision(1, Accept, id, "speed")}, "chosen", "chosen", Accepted},
		{"accept confirms what was chosen", []Decision{decision(1, Accept, id, "")}, "chosen", "", Accepted},
		{"pin what was chosen", []Decision{decision(1, Pin, id, "")}, "pinned", "", Pinned},
		{"pin below the threshold", []Decision{decision(1, Pin, id, "speed")}, "chosen", "pinned", Pinned},
		{"pin what was accepted", []Decision{decision(1, Accept, id, "speed"), decision(2, Pin, id, "")}, "pinned", "pinned", Pinned},
		{"pin not what was rejected", []Decision{decision(1, Reject, id, "caching"), decision(2, Pin, id, "")}, "", "", Rejected},
		{"unpin leaves accept", []Decision{decision(1, Pin, id, "speed"), decision(2, Unpin, id, "")}, "chosen", "chosen", Accepted},
		{"unpin what is not pinned", []Decision{decision(1, Unpin, id, "speed")}, "chosen", "", New},
		{"accept keeps a pin", []Decision{decision(1, Pin, id, "caching"), decision(2, Accept, id, "")}, "pinned", "", Pinned},
		{"accept of the one takes its pin", []Decision{decision(1, Pin, id, "caching"), decision(2, Accept, id, "caching")}, "chosen", "", Accepted},
		{"accept after reject", []Decision{decision(1, Reject, id, ""), decision(2, Accept, id, "")}, "chosen", "", Accepted},
		{"the newest wins, wherever it stands", []Decision{decision(2, Accept, id, "caching"), decision(1, Reject, id, "caching")}, "chosen", "", Accepted},
		{"at one time the later line wins", []Decision{decision(1, Accept, id, "caching"), decision(1, Reject, id, "caching")}, "", "", Rejected},
		{"reject all, then accept one", []Decision{decision(1, Reject, id, ""), decision(2, Accept, id, "speed")}, "", "chosen", Accepted},
		{"a note decides nothing", []Decision{{At: noon, Verb: Jot, Item: id, Note: "hm"}}, "chosen", "", New},
		{"another item's", []Decision{decision(1, Reject, "github:acme/api#13", "")}, "chosen", "", New},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			m := mapTwo(t, []evidence.Item{it}, tt.decisions...)
			for o, want := range []string{tt.caching, tt.speed} {
				match := m.For(id)[o]
				got := ""
				if match.Chosen() {
					got = "chosen"
				}
				if match.Pinned() {
					got = "pinned"
				}
				if got != want {
					t.Errorf("%s: %q, want %q", match.Objective, got, want)
				}
				inOf := slices.ContainsFunc(m.Of(match.Objective), func(m Match) bool { return m.Item == id })
				if inOf != match.Chosen() {
					t.Errorf("%s: in Of: %v, chosen: %v", match.Objective, inOf, match.Chosen())
				}
			}
			if got := m.State(id); got != tt.state {
				t.Errorf("state %s, want %s", got, tt.state)
			}
		})
	}
}

func TestOfShowsPinnedThenStrongestThenLatest(t *testing.T) {
	item := func(n int, title, text string) evidence.Item {
		return pull(func(it *evidence.Item) {
			it.ID, it.Title, it.Text = fmt.Sprintf("github:acme/api#%d", n), title, text
			it.Labels = nil
			it.Acts = []evidence.Act{{At: noon.AddDate(0, 0, n/2), Verb: evidence.Opened}}
		})
	}
	items := []evidence.Item{
		item(1, "a", "cache"), item(2, "cache", ""), item(3, "cache", ""), item(4, "cache", ""), item(5, "b", ""), item(6, "c", "seconds"),
	}
	m := mapTwo(t, items, decision(1, Pin, items[0].ID, "caching"), decision(1, Reject, items[5].ID, "speed"))
	var got []string
	for _, x := range m.Of("caching") {
		got = append(got, x.Item[len("github:acme/api#"):])
	}
	if diff := cmp.Diff([]string{"1", "4", "2", "3"}, got); diff != "" {
		t.Errorf("order (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff([]string{"github:acme/api#6", "github:acme/api#5"}, m.Unmatched()); diff != "" {
		t.Errorf("unmatched (-want +got):\n%s", diff)
	}
	if near := m.Near("speed"); len(near) != 0 {
		t.Errorf("what was rejected is near: %+v", near)
	}
	if near := mapTwo(t, items).Near("speed"); len(near) != 1 || near[0].Item != items[5].ID || near[0].Score == 0 {
		t.Errorf("near: %+v", near)
	}
	if m.For("github:acme/api#99") != nil || m.Of("fame") != nil || m.State("x:y") != New || m.Notes("x:y") != nil || m.Routine("x:y") != "" {
		t.Error("what is not in the mapping has an answer")
	}
}

func TestNotesAreKeptInOrderOfTime(t *testing.T) {
	it := pull()
	a, b := decision(2, Accept, it.ID, "speed"), decision(1, Jot, it.ID, "")
	a.Note, b.Note = "second", "first"
	m := mapTwo(t, []evidence.Item{it}, a, decision(3, Pin, it.ID, ""), b)
	if diff := cmp.Diff([]Decision{b, a}, m.Notes(it.ID)); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

func TestNoteOfItsOwnIsEvidenceForTheObjectiveThatItNames(t *testing.T) {
	d := Decision{At: noon, Verb: Jot, Objective: "speed", Note: "Helped the data team to find the slow query.\nIt took an hour."}
	d.Item = NoteID(d.At, d.Note)
	plain := Decision{At: noon, Verb: Jot, Note: "Explained the cache."}
	plain.Item = NoteID(plain.At, plain.Note)
	items := Notes([]Decision{d, plain, d, {At: noon, Verb: Jot, Item: "github:acme/api#12", Note: "on an item"}}, evidence.Identity{Name: "Robin Vale"})
	if len(items) != 2 {
		t.Fatalf("%d items", len(items))
	}
	for _, it := range items {
		if err := it.Validate(); err != nil {
			t.Error(err)
		}
		if !it.Own() || it.Kind != evidence.Note || !it.Acts[0].At.Equal(noon) {
			t.Errorf("%+v", it)
		}
	}
	if items[0].Title != "Helped the data team to find the slow query." {
		t.Errorf("title %q", items[0].Title)
	}
	m := mapTwo(t, items, d, plain)
	if got := m.For(d.Item)[1]; !got.Chosen() || got.Decision == nil || got.Decision.Verb != Accept {
		t.Errorf("the note is not accepted for its objective: %+v", got)
	}
	if got := m.For(plain.Item); !got[0].Chosen() || got[0].Decision != nil || got[1].Chosen() {
		t.Errorf("the rules do not judge a note that names no objective: %+v", got)
	}
	m = mapTwo(t, items, d, decision(5, Reject, d.Item, ""))
	if m.For(d.Item)[1].Chosen() {
		t.Error("a note cannot be rejected")
	}
}

func TestNewMapperRefusesWhatItCannotMap(t *testing.T) {
	for _, objs := range [][]Objective{
		{{ID: "a", Title: "A"}, {ID: "a", Title: "B"}},
		{{ID: "a", Title: "A", Rules: []Rule{{Name: "r", Words: []string{"-"}}}}},
	} {
		if _, err := NewMapper(objs, nil); err == nil {
			t.Errorf("%+v is accepted", objs)
		}
	}
	m, err := NewMapper(nil, nil)
	if err != nil {
		t.Fatal(err)
	}
	it := pull()
	if got := m.Map([]evidence.Item{it}, nil); len(got.Unmatched()) != 1 || len(got.For(it.ID)) != 0 {
		t.Error("without objectives everything is unmatched")
	}
}

func TestItemsOfForeignKindsOrVerbsMatchNoRule(t *testing.T) {
	it := pull(func(it *evidence.Item) { it.Kind, it.Acts[0].Verb = "song", "sang" })
	if m := matchOne(t, it, Rule{Kinds: evidence.Kinds}); m.Score != 0 {
		t.Errorf("score %v", m.Score)
	}
}

// drawRules makes rules of a few words, so that they meet the items.
func drawRules(t *rapid.T) []Rule {
	words := rapid.SampledFrom([]string{"cache", "loading time", "=train", "review", "gpu", "flaky test"})
	n := rapid.IntRange(0, 5).Draw(t, "rules")
	rules := make([]Rule, n)
	for i := range rules {
		r := Rule{Name: fmt.Sprintf("rule %d", i), Weight: rapid.Float64Range(0.01, 1).Draw(t, "weight")}
		r.Words = rapid.SliceOfN(words, 1, 3).Draw(t, "words")
		r.Not = rapid.SliceOfN(words, 0, 1).Draw(t, "not")
		r.Kinds = rapid.SliceOfN(rapid.SampledFrom(evidence.Kinds[:3]), 0, 2).Draw(t, "kinds")
		rules[i] = r
	}
	return rules
}

func drawItems(t *rapid.T) []evidence.Item {
	text := rapid.StringMatching(`((cache|caching|loading|time|train|reviews|multiGPU|flaky|test)[ .]){0,12}`)
	n := rapid.IntRange(1, 6).Draw(t, "items")
	items := make([]evidence.Item, n)
	for i := range items {
		items[i] = pull(func(it *evidence.Item) {
			it.ID = fmt.Sprintf("github:acme/api#%d", i)
			it.Kind = rapid.SampledFrom(evidence.Kinds[:3]).Draw(t, "kind")
			it.Title, it.Text = text.Draw(t, "title"), text.Draw(t, "text")
			it.Acts[0].At = noon.AddDate(0, 0, rapid.IntRange(0, 3).Draw(t, "day"))
		})
	}
	return items
}

func drawDecisions(t *rapid.T, items []evidence.Item) []Decision {
	n := rapid.IntRange(0, 8).Draw(t, "decisions")
	ds := make([]Decision, n)
	for i := range ds {
		ds[i] = decision(i, rapid.SampledFrom(decisionVerbs).Draw(t, "verb"), rapid.SampledFrom(items).Draw(t, "item").ID,
			rapid.SampledFrom([]string{"", "a", "b"}).Draw(t, "objective"))
		ds[i].Note = "n"
	}
	return ds
}

// said is all that a mapping says.
type said struct {
	For       map[string][]Match
	Of, Near  map[string][]Match
	Unmatched []string
	States    map[string]State
}

func everything(m *Mapping) said {
	s := said{map[string][]Match{}, map[string][]Match{}, map[string][]Match{}, m.Unmatched(), map[string]State{}}
	for _, it := range m.items {
		s.For[it.ID], s.States[it.ID] = m.For(it.ID), m.State(it.ID)
	}
	for _, o := range m.Objectives() {
		s.Of[o.ID], s.Near[o.ID] = m.Of(o.ID), m.Near(o.ID)
	}
	return s
}

func TestOrderOfItemsRulesAndDecisionsDoesNotMatter(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		objs := []Objective{{ID: "a", Title: "A", Rules: drawRules(t)}, {ID: "b", Title: "B", Rules: drawRules(t)}}
		items := drawItems(t)
		ds := drawDecisions(t, items)
		run := func() said {
			m, err := NewMapper(objs, nil)
			if err != nil {
				t.Fatal(err)
			}
			return everything(m.Map(items, ds))
		}
		want := run()
		rng := rand.New(rand.NewPCG(rapid.Uint64().Draw(t, "seed"), 1))
		items, ds = slices.Clone(items), slices.Clone(ds)
		rng.Shuffle(len(items), func(i, j int) { items[i], items[j] = items[j], items[i] })
		rng.Shuffle(len(ds), func(i, j int) { ds[i], ds[j] = ds[j], ds[i] })
		for i := range objs {
			r := slices.Clone(objs[i].Rules)
			rng.Shuffle(len(r), func(i, j int) { r[i], r[j] = r[j], r[i] })
			objs[i].Rules = r
		}
		if diff := cmp.Diff(want, run()); diff != "" {
			t.Fatalf("(-given +shuffled):\n%s", diff)
		}
	})
}

func TestReasonsExplainTheVerdict(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		objs := []Objective{{ID: "a", Title: "A", Rules: drawRules(t)}, {ID: "b", Title: "B", Threshold: 0.2, Rules: drawRules(t)},
			{ID: "c", Title: "C", Rules: drawRules(t), Competencies: []CompetencyWeight{{ID: "testing"}, {ID: "performance", Weight: 0.3}}}}
		items := drawItems(t)
		m, err := NewMapper(objs, nil)
		if err != nil {
			t.Fatal(err)
		}
		mapping := m.Map(items, drawDecisions(t, items))
		for _, it := range items {
			for _, match := range mapping.For(it.ID) {
				if !(match.Score >= 0 && match.Score <= 1) {
					t.Fatalf("score %v", match.Score)
				}
				sum := 0.0
				for i, r := range match.Reasons {
					sum += r.Contribution
					if r.Missing != "" || r.Contribution == 0 || i > 0 && r.Contribution > match.Reasons[i-1].Contribution {
						t.Fatalf("reason %+v", r)
					}
				}
				if math.Abs(match.Score-sum) > 1e-12 {
					t.Fatalf("score %v, reasons make %v", match.Score, sum)
				}
				for _, r := range match.Misses {
					if r.Missing == "" || r.Contribution != 0 {
						t.Fatalf("miss %+v", r)
					}
				}
				if match.Decision == nil && match.Chosen() != (match.Score >= match.Threshold) {
					t.Fatalf("verdict %+v", match)
				}
			}
		}
	})
}

func TestSecondMappingWithOneMapperIsTheSame(t *testing.T) {
	m, err := NewMapper(two(), nil)
	if err != nil {
		t.Fatal(err)
	}
	items := []evidence.Item{pull(), review("A cache of seconds.")}
	items[1].ID = "github:acme/api#13"
	first := everything(m.Map(items, nil))
	m.Map([]evidence.Item{review("Caching, training, MultiGPU")}, []Decision{decision(1, Reject, items[0].ID, "")})
	if diff := cmp.Diff(first, everything(m.Map(items, nil))); diff != "" {
		t.Errorf("(-first +later):\n%s", diff)
	}
}

func TestMapAllocatesNothingAnItem(t *testing.T) {
	items := benchItems(2000)
	m, err := NewMapper(benchObjectives(5), nil)
	if err != nil {
		t.Fatal(err)
	}
	m.Map(items, nil)
	most := float64(len(items)) / 10
	if raced {
		most = float64(len(items)) / 2
	}
	if n := testing.AllocsPerRun(3, func() { m.Map(items, nil) }); n > most {
		t.Errorf("%v allocations for %d items, want at most %v", n, len(items), most)
	}
}
