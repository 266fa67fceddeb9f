package config

import (
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/dossier-report/dossier/evidence"
	"github.com/dossier-report/dossier/report/analysis"
)

func TestFlowSettingsAreUnderstood(t *testing.T) {
	c := mustParse(t, minimal+`
flow:
  boards: ML board
  states: {In QA: waiting, Coding: in progress}
  working_days: [mon, Tuesday]
  holidays: [2026-05-18]
  changes:
    - {on: 2026-03-16, title: " Review limit ", item: ML-241}
`)
	want := analysis.Settings{
		Boards:   []string{"ML board"},
		States:   map[string]evidence.WorkState{"In QA": evidence.Waiting, "Coding": evidence.InProgress},
		Calendar: analysis.Calendar{Weekdays: []time.Weekday{time.Monday, time.Tuesday}, Holidays: []string{"2026-05-18"}},
		Changes:  []analysis.Change{{On: "2026-03-16", Title: "Review limit", Item: "ML-241"}},
	}
	if diff := cmp.Diff(want, c.Flow); diff != "" {
		t.Error(diff)
	}
	if c := mustParse(t, minimal+"flow: {working_days: true}\n"); len(c.Flow.Calendar.Weekdays) != 5 {
		t.Errorf("true is %v", c.Flow.Calendar.Weekdays)
	}
	if c := mustParse(t, minimal+"flow: {working_days: false}\n"); c.Flow.Calendar.Weekdays != nil {
		t.Errorf("false is %v", c.Flow.Calendar.Weekdays)
	}
	if c := mustParse(t, minimal); !cmp.Equal(c.Flow, analysis.Settings{}) || c.Origin("flow") != "default" {
		t.Errorf("nothing is %+v", c.Flow)
	}
}

func TestFlowSettingsThatAreWrongAreToldWithTheirPlace(t *testing.T) {
	for text, want := range map[string]string{
		"flow: {states: {QA: idle}}":                            `:2:21: QA "idle" is none of to_do, in_progress, waiting, done`,
		"flow: {working_days: [Mon, Funday]}":                   `:2:28: working_days has "Funday", which is no day of the week`,
		"flow: {working_days: [Mon, monday]}":                   ":2:28: working_days has Monday twice",
		"flow: {working_days: 5}":                               "working_days must be true or a list of days",
		"flow: {working_days: []}":                              "working_days must be true or a list of days",
		"flow: {holidays: [2026-05-18]}":                        "holidays: need working_days",
		"flow: {working_days: true, holidays: [18 May]}":        `"18 May" is no day`,
		"flow: {changes: [{on: 2026-02-30, title: x}]}":         `"2026-02-30" is no day`,
		"flow: {changes: [{on: 2026-02-20}]}":                   "title is missing",
		"flow: {changes: [{on: 2026-02-20, title: x, who: y}]}": `unknown key "who"`,
		"flow: {states: [QA]}":                                  "states must be a section of key: value",
		"flow: {change: []}":                                    `unknown key "change"; did you mean changes?`,
	} {
		_, err := Parse("dossier.yaml", []byte(minimal+text+"\n"), Env{})
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v, want %q", text, err, want)
		}
	}
}
