package report

import (
	"testing"

	"github.com/dossier-report/dossier/evidence"
)

func TestConfirmedMeansSomebodyElseSaidSo(t *testing.T) {
	pr := func(change func(*evidence.Item)) evidence.Item {
		it := item(evidence.PullRequest, "a/1", "x", act(evidence.Opened, "02-02"))
		change(&it)
		return it
	}
	merged := func(by string) evidence.Item {
		return pr(func(it *evidence.Item) {
			it.Outcome = &evidence.Outcome{State: evidence.StateMerged, At: at("02-03"), By: by}
		})
	}
	with := func(login, role string) evidence.Item {
		return pr(func(it *evidence.Item) { it.People = []evidence.Participant{person(login, role, "02-03")} })
	}
	review := item(evidence.PullRequest, "a/1", "x", act(evidence.Reviewed, "02-02"))
	review.Outcome = &evidence.Outcome{State: evidence.StateMerged, At: at("02-03"), By: "ana-d"}
	thanks := review
	thanks.People = []evidence.Participant{person("ana-d", "thanked", "02-03")}
	answer := item(evidence.Discussion, "a/2", "x", act(evidence.Answered, "02-02"))
	answer.Outcome = &evidence.Outcome{State: evidence.StateAnswered, At: at("02-03"), By: "ana-d"}
	for _, tt := range []struct {
		name string
		it   evidence.Item
		want string
	}{
		{"merged by a colleague", merged("ana-d"), "Merged by Ana Duarte"},
		{"merged by an unknown login", merged("some-one"), "Merged by some-one"},
		{"merged by the person", merged("robin-v"), ""},
		{"merged by a bot", merged("mergify[bot]"), ""},
		{"approved", with("ana-d", "approver"), "Approved by Ana Duarte"},
		{"reviewed only", with("ana-d", "reviewer"), ""},
		{"approved by a bot", with("ci-bot", "approver"), ""},
		{"approved by the person", with("robin-v", "approver"), ""},
		{"somebody else's work, merged by them", review, ""},
		{"thanked on somebody else's work", thanks, "Thanked by Ana Duarte"},
		{"answer accepted", answer, "Answer accepted by Ana Duarte"},
		{"closed by a colleague", pr(func(it *evidence.Item) {
			it.Outcome = &evidence.Outcome{State: evidence.StateClosed, At: at("02-03"), By: "ana-d"}
		}), ""},
	} {
		t.Run(tt.name, func(t *testing.T) {
			in, v := input(tt.it)
			v.choose("speed", 0.9, tt.it.ID)
			c := Build(in).Objectives[0].Cards[0]
			if c.Confirm != tt.want || c.Strength.Confirmed != (tt.want != "") {
				t.Errorf("confirm %q and C %v, want %q", c.Confirm, c.Strength.Confirmed, tt.want)
			}
		})
	}
}

func TestCitedByAPageOfSomebodyElse(t *testing.T) {
	pr := item(evidence.PullRequest, "a/1", "x", act(evidence.Opened, "02-02"))
	notes := item(evidence.Page, "p", "Planning notes", act(evidence.Commented, "03-01"))
	notes.Author = &evidence.Person{Login: "ana-d"}
	notes.Links = []string{pr.URL}
	in, v := input(pr, notes)
	v.choose("speed", 0.9, pr.ID)
	if got := Build(in).Objectives[0].Cards[0].Confirm; got != "Cited by Ana Duarte" {
		t.Errorf("confirm %q", got)
	}
	in.Records[1].Item.Author = &evidence.Person{Login: "robin-v"}
	if got := Build(in).Objectives[0].Cards[0].Confirm; got != "" {
		t.Errorf("confirm %q: a citation of one's own confirms nothing", got)
	}
}

func TestConfirmLineNamesFewAndTheStrongestWayFirst(t *testing.T) {
	a := &piece{confirmed: []confirmation{{cited, "Zoe"}, {merged, "Ana"}}}
	bb := &piece{confirmed: []confirmation{{approved, "Bo"}, {approved, "Cy"}, {approved, "Di"}, {merged, "Bo"}}}
	if got, want := confirmLine([]*piece{a, bb}), "Approved by Bo, Cy and others; merged by Ana"; got != want {
		t.Errorf("line %q, want %q", got, want)
	}
}

func TestArtefactNeedsAnAddressAndOutcomeAFigure(t *testing.T) {
	it := item(evidence.PullRequest, "a/1", "x", act(evidence.Opened, "02-02"))
	it.URL = ""
	it.Outcome = &evidence.Outcome{State: evidence.StateDone, At: at("02-03"), By: "robin-v"}
	in, v := input(it)
	v.choose("speed", 0.9, it.ID)
	if got := Build(in).Entries[0].Strength; got != (Strength{}) {
		t.Errorf("strength %+v of a finished item without address, figure or confirmation", got)
	}
	in.Records[0].Item.Acts[0].URL = "https://example.org/act"
	in.Records[0].Item.Outcome.Figures = []evidence.Figure{{Name: "n", After: 1}}
	if got := Build(in).Entries[0].Strength; got != (Strength{Artefact: true, Outcome: true}) {
		t.Errorf("strength %+v, want A and O", got)
	}
}
