package report

import (
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/dossier-report/dossier/evidence"
)

// together makes pull requests of the person's own, a week apart, in which
// somebody has a role.
func together(login, role string, n int) []evidence.Item {
	var items []evidence.Item
	for i := range n {
		day := at("02-01").AddDate(0, 0, 11*i)
		it := item(evidence.PullRequest, fmt.Sprintf("%s/%d", login, i), login, evidence.Act{At: day, Verb: evidence.Opened})
		it.People = []evidence.Participant{{Person: evidence.Person{Login: login}, Role: role, At: day}}
		items = append(items, it)
	}
	return items
}

// candidatesOf builds a report in which all items speak for the first
// objective.
func candidatesOf(items ...evidence.Item) []Candidate {
	in, v := input(items...)
	for _, it := range items {
		v.choose("speed", 0.8, it.ID)
	}
	return Build(in).Candidates
}

func names(cs []Candidate) []string {
	var ns []string
	for _, c := range cs {
		ns = append(ns, c.Name)
	}
	return ns
}

func TestCandidatesShareEnoughOverEnoughTime(t *testing.T) {
	sameWeek := together("bo", "reviewer", 3)
	for i := range sameWeek {
		sameWeek[i].Acts[0].At, sameWeek[i].People[0].At = at("02-01"), at("02-01")
	}
	var weekly []evidence.Item
	for i := range 8 {
		m := item(evidence.Meeting, fmt.Sprint("w", i), "Weekly", evidence.Act{At: at("02-01").AddDate(0, 0, 7*i), Verb: evidence.Attended})
		m.People = []evidence.Participant{person("bo", "attendee", "")}
		weekly = append(weekly, m)
	}
	var crowded []evidence.Item
	for i := range 3 {
		m := item(evidence.Meeting, fmt.Sprint("m", i), fmt.Sprint("All hands ", i), evidence.Act{At: at("02-01").AddDate(0, 0, 20*i), Verb: evidence.Attended})
		for j := range 8 {
			m.People = append(m.People, person(fmt.Sprint("p", j), "attendee", ""))
		}
		crowded = append(crowded, m)
	}
	small := crowded[0:0:0]
	for _, m := range crowded {
		m.People = m.People[:2]
		small = append(small, m)
	}
	for _, tt := range []struct {
		name  string
		items []evidence.Item
		want  []string
	}{
		{"three in three weeks", together("bo", "reviewer", 3), []string{"bo"}},
		{"two are too few", together("bo", "reviewer", 2), nil},
		{"one week is too short", sameWeek, nil},
		{"bots are left out", together("ci[bot]", "reviewer", 5), nil},
		{"the own manager is left out", together("jonas-w", "reviewer", 5), nil},
		{"the person is left out", together("robin-v", "reviewer", 5), nil},
		{"a series of meetings is one artefact", weekly, nil},
		{"a meeting of more than eight says nothing", crowded, nil},
		{"smaller meetings do", small, []string{"p0", "p1"}},
		{"a colleague is called as the configuration says", together("ana-d", "commenter", 3), []string{"Ana Duarte"}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			if diff := cmp.Diff(tt.want, names(candidatesOf(tt.items...))); diff != "" {
				t.Errorf("candidates (-want +got):\n%s", diff)
			}
		})
	}
}

func TestCandidatesAreOneAcrossSources(t *testing.T) {
	items := together("ana-d", "reviewer", 2)
	ticket := item(evidence.Ticket, "ML-1", "x", act(evidence.Created, "03-20"))
	ticket.People = []evidence.Participant{person("ana@example.org", "commenter", "03-20")}
	if got := names(candidatesOf(append(items, ticket)...)); !cmp.Equal(got, []string{"Ana Duarte"}) {
		t.Errorf("candidates %v", got)
	}
}

func TestCandidatesAreOrderedByWhatWasShared(t *testing.T) {
	items := append(together("talks", "commenter", 5), together("reviews", "reviewer", 3)...)
	items = append(items, together("approves", "approver", 3)...)
	got := candidatesOf(items...)
	if want := []string{"approves", "reviews", "talks"}; !cmp.Equal(names(got), want) {
		t.Errorf("candidates %v, want %v", names(got), want)
	}
	if len(got[0].Refs) != 2 || !cmp.Equal(got[0].Objectives, []int{1}) || got[0].Last != "23 Feb 2026" {
		t.Errorf("candidate %+v", got[0])
	}
}

func TestOneCandidateForEachObjectiveBeforeASecond(t *testing.T) {
	first, second, other := together("a", "approver", 5), together("b", "approver", 4), together("c", "commenter", 3)
	in, v := input(append(append(first, second...), other...)...)
	for _, it := range append(first, second...) {
		v.choose("speed", 0.8, it.ID)
	}
	for _, it := range other {
		v.choose("growth", 0.8, it.ID)
	}
	if got := names(Build(in).Candidates); !cmp.Equal(got, []string{"a", "c", "b"}) {
		t.Errorf("candidates %v, want a for the first, c for the second, then b", got)
	}
}

func TestNobodySpeaksForWhatIsNotEvidence(t *testing.T) {
	in, _ := input(together("bo", "reviewer", 5)...)
	r := Build(in)
	if len(r.Candidates) != 0 {
		t.Errorf("candidates %v", names(r.Candidates))
	}
	if a := r.Questions[1].Answer; a.From != ForMeToWrite {
		t.Errorf("answer %+v, want it left for the person to write", a)
	}
}

func TestVoicesSayThatNobodyWasAsked(t *testing.T) {
	items := together("maria-l", "approver", 3)
	in, v := input(items...)
	for _, it := range items {
		v.choose("speed", 0.8, it.ID)
	}
	a := Build(in).Questions[1].Answer
	want := "Maria Lind, delivery lead: Shorten the path to production. Suggested from shared work; not yet confirmed or asked."
	if a.From != FromRecords || a.Text != want || a.Spans[0] != (Span{"Maria Lind", Strong}) {
		t.Errorf("answer %+v, want %q", a, want)
	}
	for _, weight := range []string{"12", "weight"} {
		if strings.Contains(a.Text, weight) {
			t.Errorf("the answer prints the weight %q", weight)
		}
	}
}
