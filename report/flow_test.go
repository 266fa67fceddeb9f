package report

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/dossier-report/dossier/evidence"
	"github.com/dossier-report/dossier/report/analysis"
)

// flowResult is a result with every figure above its floor, made by hand.
func flowResult() *analysis.Result {
	change := analysis.BeforeAfter{Change: analysis.Change{On: "2026-03-16", Title: "two open reviews a person"}, At: at("03-16"), ItemID: "jira:ML-241", Mine: true,
		Status: "In review", Wait: analysis.Effect{Before: 7.7, After: 1.94, Low: -6.8, High: -4.9}, CycleP85: analysis.Effect{Before: 21.2, After: 14},
		Counters: []analysis.Effect{{Name: "sent back or reopened", Before: 0.11, After: 0.083}}, NoWorse: true}
	return &analysis.Result{
		From: at("01-01"), To: at("07-01"), Zone: "UTC", Today: "2026-06-30", Days: "calendar days", Boards: []string{"ML board"}, Items: 95, Finished: 85, Sources: []string{"jira"},
		Changes: []analysis.BeforeAfter{change},
		Bottleneck: analysis.Bottleneck{Status: "In review", Share: 0.52, Mean: 7.7,
			Longest: []analysis.ItemDays{{Item: "jira:ML-201", Key: "ML-201", Title: "Runs", Days: 18}, {Item: "jira:ML-9", Days: 17}}},
		Facts: []analysis.Fact{{Name: "study", Present: true, Text: "Studied", Items: []string{"jira:ML-228"}}, {Name: "wait", Present: true, Text: "52 %"},
			{Name: "change", Present: true, Text: "Changed", Items: []string{"jira:ML-241"}}, {Name: "effect", Text: "Missing: too few"}},
		Proposals: analysis.Proposals{Hits: 1, Late: 2, Open: 1, Noticed: 1, List: []analysis.Proposal{
			{Item: "jira:ML-241", Verdict: "hit", Ahead: 7}, {Item: "jira:ML-254", Verdict: "late", Ahead: 30, Notice: 9}, {Item: "jira:ML-7", Verdict: "late", Ahead: 11}, {Item: "jira:ML-8", Verdict: "open", Ahead: 99}}},
		Backlog: analysis.Backlog{Done: 1, Open: 1, ByOthers: 1, For: 1, List: []analysis.Created{{Item: "jira:ML-9"}, {Item: "jira:ML-241", For: true}}},
		Quality: analysis.Quality{Limits: "Left out: 6 items without a start"},
	}
}

func flowInput() Input {
	in, v := input(
		item(evidence.Ticket, "ML-241", "Review limit", act(evidence.Created, "03-09")),
		item(evidence.Ticket, "ML-254", "Write up", act(evidence.Created, "03-20")),
		item(evidence.Page, "talk", "A talk", act(evidence.Wrote, "02-01")))
	v.choose(in.Objectives[0].ID, 0.9, "confluence:talk")
	v.choose(in.Objectives[1].ID, 0.9, "jira:ML-241", "jira:ML-254")
	in.Flow = flowResult()
	return in
}

func TestFlowSaysInWordsWhatTheFiguresSay(t *testing.T) {
	f := Build(flowInput()).Flow
	got := map[string]Finding{}
	for _, found := range f.Findings {
		got[found.Name] = found
		if found.From != FromRecords {
			t.Errorf("%s is from %q", found.Name, found.From)
		}
	}
	for name, want := range map[string]string{
		"bottleneck": "Work waited longest in “In review”: 52 % of the time from start to done, 7.7 days an item before the change. Longest: ML-201, 18 days.",
		"effect": "From 16 Mar, two open reviews a person: that wait 7.7 → 1.9 days an item (difference −6.8 to −4.9 with 95 % confidence); " +
			"85 % of items done within 21 → 14 days. Counter-measures: sent back or reopened 11 % → 8 %, no worse.",
		"proposals": "1 of 3 dates that I proposed were met, written 11 days ahead in the median; of the 2 missed, 1 had a new date given before the old one had passed (9 days ahead); 1 not due yet.",
		"backlog":   "2 work items that I wrote: 1 done, 0 dropped, 1 open; 1 taken up by others; 1 for the bottleneck.",
	} {
		if got[name].Text != want {
			t.Errorf("%s:\n got %s\nwant %s", name, got[name].Text, want)
		}
	}
	if want := "ML board, 85 work items finished 1 Jan – 30 Jun 2026"; f.About != want {
		t.Errorf("about: %s, want %s", f.About, want)
	}
	if !strings.HasPrefix(f.Intro.Text, "Two questions for objective 2: ") {
		t.Errorf("intro: %s", f.Intro.Text)
	}
	if want := "Before and after on one team is not a controlled trial. Left out: 6 items without a start. Days are calendar days. Status history: Jira; proposals: the first date in writing."; f.Limits != want {
		t.Errorf("limits: %s\n  want: %s", f.Limits, want)
	}
}

func TestFlowLeadsToEntriesAndNamesTheOtherItems(t *testing.T) {
	r := Build(flowInput())
	refs := map[string]string{}
	for _, e := range r.Entries {
		refs[e.ID] = e.Ref
	}
	for _, found := range r.Flow.Findings {
		if found.Name != "proposals" {
			continue
		}
		if len(found.Refs) != 2 || found.Refs[0] != refs["jira:ML-241"] || found.Refs[1] != refs["jira:ML-254"] {
			t.Errorf("leads to %v, entries are %v", found.Refs, refs)
		}
		if strings.Join(found.Items, " ") != "jira:ML-241 jira:ML-254 jira:ML-7" {
			t.Errorf("items: %v", found.Items)
		}
	}
	fact := r.Flow.Facts[2]
	if fact.Title != "A dated change with an owner" || !fact.Present || len(fact.Refs) != 1 || fact.Refs[0] != refs["jira:ML-241"] {
		t.Errorf("fact: %+v", fact)
	}
	if f := r.Flow.Facts[3]; f.Present || f.Text != "Missing: too few" {
		t.Errorf("fact: %+v", f)
	}
}

func TestNoFlowIsNoSection(t *testing.T) {
	in := flowInput()
	for name, flow := range map[string]*analysis.Result{"none": nil, "no items": {}} {
		in.Flow = flow
		if r := Build(in); r.Flow != nil {
			t.Errorf("%s: %+v", name, r.Flow)
		}
	}
}

func TestFiguresUnderTheirFloorsAreNotWorded(t *testing.T) {
	in := flowInput()
	in.Flow.Bottleneck.Why, in.Flow.Proposals.Why, in.Flow.Backlog.Why, in.Flow.Changes[0].Why = "few", "few", "few", "few"
	f := Build(in).Flow
	if len(f.Findings) != 0 || f.Change != -1 || f.MainChange() != nil {
		t.Errorf("worded: %+v, change %d", f.Findings, f.Change)
	}
	if strings.Contains(f.Limits, "controlled") {
		t.Errorf("limits speak of a change: %s", f.Limits)
	}
}

// The change is chosen by whose it is and when, never by what it came to.
func TestMainChangeIsThePersonsOwnFirst(t *testing.T) {
	c := func(mine bool, why string, after float64) analysis.BeforeAfter {
		return analysis.BeforeAfter{Figure: analysis.Figure{Why: why}, Mine: mine, Wait: analysis.Effect{Before: 5, After: after}}
	}
	for _, k := range []struct {
		name    string
		changes []analysis.BeforeAfter
		want    int
	}{
		{"none", nil, -1},
		{"own", []analysis.BeforeAfter{c(false, "", 1), c(true, "", 6), c(true, "", 0)}, 1},
		{"nobody's", []analysis.BeforeAfter{c(false, "few", 0), c(false, "", 6), c(false, "", 0)}, 1},
		{"own under its floor", []analysis.BeforeAfter{c(false, "", 6), c(true, "few", 0)}, 0},
	} {
		if got := mainChange(&analysis.Result{Changes: k.changes}); got != k.want {
			t.Errorf("%s: %d, want %d", k.name, got, k.want)
		}
	}
}

func TestFlowIsTheSameWhateverIsAskedFirst(t *testing.T) {
	first, err := json.Marshal(Build(flowInput()).Flow)
	if err != nil {
		t.Fatal(err)
	}
	for range 5 {
		again, err := json.Marshal(Build(flowInput()).Flow)
		if err != nil || string(again) != string(first) {
			t.Fatalf("differs: %v\n%s\n%s", err, first, again)
		}
	}
}
