package report

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/dossier-report/dossier/evidence"
	"github.com/dossier-report/dossier/objectives"
)

func TestASourceThatFailedOrWasNotAskedShows(t *testing.T) {
	cover := func(state evidence.CoverageState, why, from, to, asked string, gaps ...evidence.Gap) evidence.Coverage {
		return evidence.Coverage{Source: "github", State: state, Why: why, AskedAt: at(asked),
			Period: evidence.Period{From: at(from), To: at(to)}, Parts: []evidence.Part{{Name: "search", Gaps: gaps}}}
	}
	complete := cover(evidence.Complete, "", "01-01", "07-01", "06-30")
	for _, tt := range []struct {
		name    string
		asked   []evidence.Coverage
		state   evidence.CoverageState
		warning string
	}{
		{"complete", []evidence.Coverage{complete}, evidence.Complete, ""},
		{"never asked", nil, "", "GitHub was not collected"},
		{"failed", []evidence.Coverage{cover(evidence.Failed, "401 Unauthorized\nset GH_TOKEN", "01-01", "07-01", "06-30")}, evidence.Failed, "GitHub failed: 401 Unauthorized"},
		{"failed after an earlier answer", []evidence.Coverage{cover(evidence.Complete, "", "01-01", "07-01", "06-12"), cover(evidence.Failed, "401", "01-01", "07-01", "06-30")},
			evidence.Failed, "GitHub failed: 401; what is here was collected on 12 Jun 2026"},
		{"complete after a failure", []evidence.Coverage{cover(evidence.Failed, "401", "01-01", "07-01", "06-12"), complete}, evidence.Complete, ""},
		{"cut short", []evidence.Coverage{cover(evidence.Partial, "", "01-01", "07-01", "06-30", evidence.Gap{What: "acme/api", Why: "403"}, evidence.Gap{What: "b", Why: "c"})},
			evidence.Partial, "GitHub was cut short: acme/api: 403, and more"},
		{"a part of the period", []evidence.Coverage{cover(evidence.Complete, "", "01-01", "04-01", "06-30")}, evidence.Partial, "GitHub was cut short: asked for a part of the period only"},
		{"in two parts that meet", []evidence.Coverage{cover(evidence.Complete, "", "01-01", "04-01", "04-02"), cover(evidence.Complete, "", "04-01", "07-01", "06-30")}, evidence.Complete, ""},
		{"in two parts that do not", []evidence.Coverage{cover(evidence.Complete, "", "01-01", "03-01", "04-02"), cover(evidence.Complete, "", "04-01", "07-01", "06-30")},
			evidence.Partial, "GitHub was cut short: asked for a part of the period only"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			in, _ := input()
			in.Sources, in.Coverage = in.Sources[:1], tt.asked
			r := Build(in)
			if got := r.Method.Sources[0].State; got != tt.state {
				t.Errorf("state %q, want %q", got, tt.state)
			}
			if got := strings.Join(r.Warnings, "; "); got != tt.warning {
				t.Errorf("warnings %q, want %q", got, tt.warning)
			}
			if r.Method.Complete != (tt.warning == "") {
				t.Errorf("complete is %v with the warnings %q", r.Method.Complete, r.Warnings)
			}
		})
	}
}

func TestSourcesStandInTheConfigurationsOrderThenByName(t *testing.T) {
	zebra := item(evidence.Page, "z", "z", act(evidence.Wrote, "02-01"))
	zebra.Source = "zebra"
	in, v := input(zebra, item(evidence.Ticket, "ML-1", "x", act(evidence.Created, "02-01")))
	v.choose("speed", 0.9, zebra.ID)
	in.Sources = []SourceName{{"jira", "Jira", "JI"}, {"github", "GitHub", "GH"}}
	type row struct {
		Title         string
		Found, Chosen int
	}
	var got []row
	r := Build(in)
	found := 0
	for _, s := range r.Method.Sources {
		got = append(got, row{s.Title, s.Found, s.Chosen})
		found += s.Found
	}
	if diff := cmp.Diff([]row{{"Jira", 1, 0}, {"GitHub", 0, 0}, {"Zebra", 1, 1}}, got); diff != "" {
		t.Errorf("sources (-want +got):\n%s", diff)
	}
	if found != r.Found {
		t.Errorf("the sources found %d, the report %d", found, r.Found)
	}
	if !r.Method.Complete {
		t.Errorf("imported evidence makes the report incomplete: %q", r.Warnings)
	}
}

func TestDayAskedIsInThePersonsZone(t *testing.T) {
	in := smallReport()
	in.Zone = mustZone(t, "Pacific/Kiritimati") // UTC+14
	if got := Build(in).Method.Sources[0].AskedAt; got != "1 Jul 2026" {
		t.Errorf("asked on %q", got)
	}
}

func TestAskingAgainOnTheSameDayChangesNothing(t *testing.T) {
	in := smallReport()
	before := Build(in)
	in.Coverage = slices.Clone(in.Coverage)
	for i := range in.Coverage {
		in.Coverage[i].AskedAt = in.Coverage[i].AskedAt.Add(3 * time.Minute)
	}
	if d := cmp.Diff(before, Build(in)); d != "" {
		t.Errorf("the report differs:\n%s", d)
	}
}

func TestDefinitionsAreOfWordsThatTheReportUses(t *testing.T) {
	words := func(in Input) (ws []string) {
		for _, d := range Build(in).Method.Definitions {
			ws = append(ws, d.Word)
		}
		return ws
	}
	empty, _ := input()
	if diff := cmp.Diff([]string{"evidence", "found", "chosen"}, words(empty)); diff != "" {
		t.Errorf("an empty report (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff([]string{"evidence", "found", "chosen", "A, linked artefact", "O, measured outcome", "C, confirmed by others", "card", "main point", "gap", "work for no objective", "date first proposed", "people who can speak to this"}, words(smallReport())); diff != "" {
		t.Errorf("a small report (-want +got):\n%s", diff)
	}
}

func TestT66SizesAndNumbersOfActsAreNoResult(t *testing.T) {
	pr := item(evidence.PullRequest, "a/1", "x")
	for i := range 97 {
		pr.Acts = append(pr.Acts, evidence.Act{At: at("02-01").Add(time.Duration(i) * time.Hour), Verb: evidence.Committed, Seconds: 86461})
	}
	pr.Size = &evidence.Size{Additions: 98765, Deletions: 87654, Files: 7654, Comments: 6543}
	in, v := input(pr)
	v.choose("speed", 0.9, pr.ID)
	text, err := json.Marshal(Build(in))
	if err != nil {
		t.Fatal(err)
	}
	for _, n := range []string{"97", "86461", "98765", "87654", "7654", "6543"} {
		if strings.Contains(string(text), n) {
			t.Errorf("the report prints %s:\n%s", n, text)
		}
	}
}

func TestRulesAreWorded(t *testing.T) {
	own := false
	r := objectives.Rule{Name: "Reviews a junior", Kinds: []evidence.Kind{evidence.PullRequest}, Verbs: []evidence.Verb{evidence.Reviewed, evidence.RequestedChanges},
		Own: &own, Relations: []string{"junior"}, Words: []string{"because"}, Fields: []string{"acts"}, MinWords: 12, Weight: 0.7}
	want := "Reviews a junior (weight 0.7): kind: pull request; the person: reviewed, requested changes; somebody else's; with a person who is: junior; words in acts: because; at least 12 words of prose"
	if got := ruleText(&r); got != want {
		t.Errorf("rule\n%q, want\n%q", got, want)
	}
	if got := basis(objectives.Objective{ID: "o"}, nil).Threshold; got != objectives.DefaultThreshold {
		t.Errorf("threshold %v", got)
	}
}

func TestBasisNamesTheCompetenciesThatAreAskedFor(t *testing.T) {
	signal := func(name string, odds float64) objectives.Signal {
		return objectives.Signal{Rule: objectives.Rule{Name: name}, Odds: odds}
	}
	many := objectives.Competency{ID: "b", Title: "B", Description: "more"}
	for i := range listed + 2 {
		many.Signals = append(many.Signals, signal(fmt.Sprint("s", i), 1))
	}
	catalogue := []objectives.Competency{{ID: "a", Title: "Mentoring", Description: "helping others", Signals: []objectives.Signal{signal("explains why", 2), signal("a bare nit", -1)}}, many, {ID: "c", Title: "C"}}
	o := objectives.Objective{ID: "o", Competencies: []objectives.CompetencyWeight{{ID: "a"}, {ID: "b", Weight: 0.4}}, Rules: []objectives.Rule{{Name: "own rule", Words: []string{"x"}, Weight: 0.5}}}
	want := []string{"Mentoring: helping others; by: explains why", "B: more; by: s0, s1, s2, s3, s4, s5, s6, s7, and 2 more; weight 0.4", "own rule (weight 0.5): words: x"}
	if diff := cmp.Diff(want, basis(o, catalogue).Rules); diff != "" {
		t.Errorf("rules (-want +got):\n%s", diff)
	}
}
