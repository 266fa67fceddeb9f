package objectives

import (
	"slices"
	"testing"
)

func TestStatementsAreResolvedToWhatTheyAskFor(t *testing.T) {
	for statement, want := range map[string][]string{
		"Mentoring other junior members of the team":              {"mentoring"},
		"Training large ML models":                                {"large-scale-training"},
		"Reproducing results from recent generative-model papers": {"reproduction"},
		"Respond to incidents and write post-mortems":             {"incident-response"},
		"Understand our customers":                                {"customer-contact"},
		"Improve code review; hire two engineers by interviews":   {"code-review", "hiring"},
		"Raise the security of our services":                      {"security"},
		"":                                                        nil,
		"Blue bricks":                                             nil,
	} {
		got := Resolve(statement)
		for _, id := range want {
			if !slices.ContainsFunc(got, func(r Resolved) bool { return r.Competency == id && r.Weight == 1 && len(r.Words) > 0 }) {
				t.Errorf("%q is resolved to %+v, want %v among them", statement, got, want)
			}
		}
		if want == nil && len(got) > 0 {
			t.Errorf("%q is resolved to %+v", statement, got)
		}
	}
}

func TestCompetenciesOfAnObjectiveWinOverItsStatement(t *testing.T) {
	o := Objective{ID: "o", Title: "O", Statement: "Mentoring juniors", Competencies: []CompetencyWeight{{ID: "security", Weight: 0.7}}}
	if got := o.Resolved(); len(got) != 1 || got[0].Competency != "security" || got[0].Weight != 0.7 {
		t.Errorf("%+v", got)
	}
	for _, bad := range [][]CompetencyWeight{{{ID: "flying"}}, {{ID: "security"}, {ID: "security"}}, {{ID: "security", Weight: 2}}} {
		o.Competencies = bad
		if o.Validate() == nil {
			t.Errorf("%+v is accepted", bad)
		}
	}
}
