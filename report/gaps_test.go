package report

import (
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/dossier-report/dossier/evidence"
	"github.com/dossier-report/dossier/objectives"
)

func TestFitIsReadFromTheMarginAndThePersonsWord(t *testing.T) {
	accept := &objectives.Decision{Verb: objectives.Accept}
	for _, tt := range []struct {
		name             string
		score, threshold float64
		decision         *objectives.Decision
		want             Fit
	}{
		{"just over the threshold", 0.55, 0.5, nil, Peripheral},
		{"half of the way to 1", 0.75, 0.5, nil, MainPoint},
		{"the same score over a high threshold", 0.75, 0.7, nil, Peripheral},
		{"the same score over a low threshold", 0.75, 0.3, nil, MainPoint},
		{"chosen by hand, whatever the score", 0.1, 0.5, accept, MainPoint},
		{"nothing lies above a threshold of 1", 1, 1, nil, MainPoint},
	} {
		if got := fit(&objectives.Match{Score: tt.score, Threshold: tt.threshold, Decision: tt.decision}); got != tt.want {
			t.Errorf("%s: %s, want %s", tt.name, got, tt.want)
		}
	}
}

// merged is a pull request of the person's own that somebody else merged.
func mergedOn(id, opened, merged string) evidence.Item {
	it := item(evidence.PullRequest, id, id, act(evidence.Opened, opened))
	it.Outcome = &evidence.Outcome{State: evidence.StateMerged, At: at(merged), By: "ana-d"}
	return it
}

func TestMainPointComesBeforeBetterProofOfSomethingElse(t *testing.T) {
	aside := mergedOn("aside", "02-02", "02-03")
	aside.Outcome.Figures = []evidence.Figure{{Name: "f", Before: fptr(4), After: 2}}
	about := mergedOn("about", "05-02", "05-03")
	linked := item(evidence.Page, "linked", "linked", act(evidence.Wrote, "03-20"))
	touched := mergedOn("touched", "04-10", "04-11")
	in, v := input(aside, about, linked, touched)
	v.choose("speed", 0.55, aside.ID, touched.ID)
	v.choose("speed", 0.9, about.ID, linked.ID)
	b := newBuilder(in.normal())
	b.read()
	b.refer()
	var order []string
	for _, s := range b.objectives[0].stories {
		order = append(order, s.lead.Title+" "+string(s.fit))
	}
	want := []string{"about main", "aside peripheral", "linked main", "touched peripheral"}
	if diff := cmp.Diff(want, order); diff != "" {
		t.Errorf("stories (-want +got):\n%s", diff)
	}
	r := Build(in)
	if c := r.Objectives[0].Cards[0]; c.Title != "aside" || c.Fit != Peripheral {
		t.Errorf("card %q is %q", c.Title, c.Fit)
	}
	if m := r.Entries[0].Objectives[0]; m.Fit != Peripheral {
		t.Errorf("entry %s has fit %q", r.Entries[0].ID, m.Fit)
	}
}

func TestCardsSpreadOverSources(t *testing.T) {
	var items []evidence.Item
	for i, k := range []evidence.Kind{evidence.PullRequest, evidence.Issue, evidence.Discussion, evidence.PullRequest, evidence.Ticket} {
		items = append(items, item(k, fmt.Sprint("x", i), fmt.Sprintf("%s %d", k, i), act(evidence.Opened, fmt.Sprintf("0%d-10", i+1))))
	}
	in, v := input(items...)
	for _, it := range items {
		v.choose("speed", 0.9, it.ID)
	}
	if got := strings.Join(cardTitles(Build(in).Objectives[0]), ", "); !strings.Contains(got, "ticket") {
		t.Errorf("cards %s: all from GitHub, though a ticket is as strong", got)
	}
}

func TestVarietyNeverCostsAMeasuredOutcome(t *testing.T) {
	in, _ := input()
	b := newBuilder(in.normal())
	s := &story{lead: &piece{Item: &evidence.Item{Kind: evidence.Page, Source: "confluence"}, date: at("02-01")}}
	same := []*story{s, s, s}
	measured := Strength{Outcome: true}.weight() - Strength{}.weight()
	if loss := s.sameness(same, b.spell()); loss >= measured || loss <= s.sameness(same[:1], b.spell()) {
		t.Errorf("three of one kind, source and time cost %v, a measured outcome is %v", loss, measured)
	}
}

func TestSpellGrowsWithThePeriod(t *testing.T) {
	in, _ := input()
	week := evidence.Period{From: at("01-05"), To: at("01-12"), Zone: in.Zone}
	for _, tt := range []struct {
		p    evidence.Period
		want float64 // days
	}{{firstHalf, 181.0 / 13}, {week, 7.0 / 13}, {evidence.Period{From: at("01-01")}, 14}} {
		in.Period = tt.p
		if got := newBuilder(in.normal()).spell().Hours() / 24; got < tt.want-0.01 || got > tt.want+0.01 {
			t.Errorf("%v: %v days, want %v", tt.p, got, tt.want)
		}
	}
}

func TestGapOfAnObjective(t *testing.T) {
	pr := func(id, when string) evidence.Item {
		return item(evidence.PullRequest, id, id, act(evidence.Opened, when))
	}
	page := func(id, when string) evidence.Item {
		return item(evidence.Page, id, id, act(evidence.Wrote, when))
	}
	commit := item(evidence.Commit, "c", "c", act(evidence.Committed, "05-01"))
	for _, tt := range []struct {
		name   string
		items  []evidence.Item
		score  float64
		thread []string // of one piece of work
		want   *Gap
	}{
		{"nothing", nil, 0.9, nil, &Gap{Findings: []GapFinding{NoEvidence}, Says: "nothing on record"}},
		{"enough", []evidence.Item{pr("a", "02-01"), page("b", "04-01"), page("d", "06-01")}, 0.9, nil, nil},
		{"thin", []evidence.Item{pr("a", "06-01"), page("b", "06-20")}, 0.9, nil,
			&Gap{Findings: []GapFinding{Thin}, Items: 2, Pieces: 2, Main: 2, Sources: []string{"Confluence", "GitHub"}, Last: "20 Jun 2026", Silent: 10, Says: "only 2 pieces of work"}},
		{"one piece of work is thin, however many items", []evidence.Item{pr("a", "06-01"), page("b", "06-02"), page("d", "06-03")}, 0.9, []string{"github:a", "confluence:b", "confluence:d"},
			&Gap{Findings: []GapFinding{Thin}, Items: 3, Pieces: 1, Main: 1, Sources: []string{"Confluence", "GitHub"}, Last: "3 Jun 2026", Silent: 27, Says: "only 1 piece of work"}},
		{"the main point of nothing", []evidence.Item{pr("a", "02-01"), page("b", "04-01"), page("d", "06-01")}, 0.55, nil,
			&Gap{Findings: []GapFinding{Thin}, Items: 3, Pieces: 3, Sources: []string{"Confluence", "GitHub"}, Last: "1 Jun 2026", Silent: 29, Says: "the main point of none of its 3 pieces of work"}},
		{"one source", []evidence.Item{pr("a", "02-01"), pr("b", "04-01"), pr("d", "06-01")}, 0.9, nil,
			&Gap{Findings: []GapFinding{OneSource}, Items: 3, Pieces: 3, Main: 3, Sources: []string{"GitHub"}, Last: "1 Jun 2026", Silent: 29, Says: "all of it from GitHub"}},
		{"a pull request's commit is no second source", []evidence.Item{pr("a", "02-01"), pr("b", "04-01"), pr("d", "06-01"), commit}, 0.9, []string{"github:d", "git:c"},
			&Gap{Findings: []GapFinding{OneSource}, Items: 4, Pieces: 3, Main: 3, Sources: []string{"GitHub"}, Last: "1 Jun 2026", Silent: 29, Says: "all of it from GitHub"}},
		{"stale", []evidence.Item{pr("a", "02-01"), page("b", "03-01"), page("d", "05-01")}, 0.9, nil,
			&Gap{Findings: []GapFinding{Stale}, Items: 3, Pieces: 3, Main: 3, Sources: []string{"Confluence", "GitHub"}, Last: "1 May 2026", Silent: 60, Says: "nothing since 1 May (60 days)"}},
		{"two at once", []evidence.Item{pr("a", "01-01"), pr("b", "01-02")}, 0.9, nil,
			&Gap{Findings: []GapFinding{Thin, OneSource, Stale}, Items: 2, Pieces: 2, Main: 2, Sources: []string{"GitHub"}, Last: "2 Jan 2026", Silent: 179,
				Says: "only 2 pieces of work; all of it from GitHub; nothing since 2 Jan (179 days)"}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			other := item(evidence.Ticket, "T-1", "other", act(evidence.Created, "02-02")) // so that another source answered
			in, v := input(append(tt.items, other)...)
			for _, it := range tt.items {
				v.choose("speed", tt.score, it.ID)
			}
			if tt.thread != nil {
				in.Threads = []evidence.Thread{{ID: tt.thread[0], Items: tt.thread}}
			}
			if diff := cmp.Diff(tt.want, Build(in).Objectives[0].Gap); diff != "" {
				t.Errorf("gap (-want +got):\n%s", diff)
			}
		})
	}
}

func TestOneSourceIsNoGapWhereNoOtherAnswered(t *testing.T) {
	var items []evidence.Item
	for i := range 4 {
		items = append(items, item(evidence.PullRequest, fmt.Sprint(i), "x", act(evidence.Opened, fmt.Sprintf("06-0%d", i+1))))
	}
	in, v := input(items...)
	for _, it := range items {
		v.choose("speed", 0.9, it.ID)
	}
	if g := Build(in).Objectives[0].Gap; g != nil {
		t.Errorf("gap %+v: there was nowhere else to find anything", g)
	}
}

func TestNothingIsStaleEarlyInAPeriod(t *testing.T) {
	it := item(evidence.PullRequest, "a", "a", act(evidence.Opened, "01-01"))
	in, v := input(it)
	v.choose("speed", 0.9, it.ID)
	for made, want := range map[string]bool{"01-20": false, "02-15": true} {
		in.Made = at(made)
		g := Build(in).Objectives[0].Gap
		if got := strings.Contains(g.Says, "nothing since"); got != want {
			t.Errorf("made %s: %q", made, g.Says)
		}
	}
}

func TestGapsArePromptsForPriorities(t *testing.T) {
	a := item(evidence.PullRequest, "a", "a", act(evidence.Opened, "01-02"))
	bb := item(evidence.PullRequest, "b", "b", act(evidence.Opened, "01-03"))
	var items []evidence.Item
	for i := range 3 {
		it := item(evidence.Ticket, fmt.Sprint("OPS-", i), "x", act(evidence.Created, "06-28"))
		it.Place = "OPS"
		items = append(items, it)
	}
	in, v := input(append(items, a, bb)...)
	v.choose("speed", 0.9, a.ID, bb.ID)
	got := Build(in).Questions[2].Answer.Text
	for _, want := range []string{"nothing on record for objective 2; ", "little on record for objective 1 (2 pieces of work); ",
		"nothing lately for objective 1 (last 3 Jan 2026); ", "one source only for objective 1 (GitHub); ", "work for no objective: tickets in OPS"} {
		if !strings.Contains(got, want) {
			t.Errorf("priorities %q lack %q", got, want)
		}
	}
}

// Every statement of a gap can be checked against the entries.
func TestGapAgreesWithTheEntries(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		n := rapid.IntRange(0, 8).Draw(t, "items")
		var items []evidence.Item
		in, v := input()
		for i := range n {
			k := rapid.SampledFrom([]evidence.Kind{evidence.PullRequest, evidence.Page, evidence.Ticket}).Draw(t, "kind")
			d := rapid.IntRange(1, 180).Draw(t, "day")
			it := item(k, fmt.Sprint(i), "x", evidence.Act{At: at("01-01").AddDate(0, 0, d), Verb: evidence.Opened})
			items = append(items, it)
			v.choose("speed", rapid.Float64Range(0, 1).Draw(t, "score"), it.ID)
		}
		in.Records = records(items...)
		r := Build(in)
		s := r.Objectives[0]
		switch {
		case s.Gap == nil && s.Count < enoughPieces:
			t.Fatalf("%d items and no gap", s.Count)
		case s.Gap == nil:
		case s.Gap.Items != s.Count || s.Gap.Main > s.Gap.Pieces || s.Gap.Pieces > s.Gap.Items || (s.Count == 0) != (s.Gap.Findings[0] == NoEvidence):
			t.Fatalf("gap %+v of %d items", s.Gap, s.Count)
		}
		unserved := 0
		for _, u := range r.Unserved {
			unserved += u.Items
		}
		if unserved+r.Chosen != r.Found {
			t.Fatalf("%d found, %d chosen, %d for no objective", r.Found, r.Chosen, unserved)
		}
	})
}
