package objectives

import (
	"math"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/dossier-report/dossier/evidence"
)

func TestEvaluateCountsPairsAndLeavesUnsureOnesOut(t *testing.T) {
	item := func(id, title string) evidence.Item {
		return pull(func(it *evidence.Item) { it.ID, it.Title, it.Text, it.Labels = id, title, "", nil })
	}
	items := []evidence.Item{
		item("x:1", "cache"), item("x:2", "cache"), item("x:3", "seconds"), item("x:4", "cache"), item("x:5", "nothing"), item("x:6", "cache"),
	}
	labels, err := ReadLabels(strings.NewReader(`{"id":"x:1","objectives":["caching"],"strength":{"caching":3}}
{"id":"x:2","objectives":[]}

{"id":"x:3","objectives":["caching"],"unsure":["speed"]}
{"id":"x:4","objectives":[],"unsure":["caching"]}
{"id":"x:5","objectives":["fame"]}
`))
	if err != nil {
		t.Fatal(err)
	}
	got, err := Evaluate(two(), nil, items, labels)
	if err != nil {
		t.Fatal(err)
	}
	if len(got.Bands) != 10 || got.Bands[9].Pairs == 0 || len(got.Mistakes) != 2 {
		t.Errorf("bands %+v, mistakes %+v", got.Bands, got.Mistakes)
	}
	got.Bands, got.Mistakes = nil, nil
	want := Evaluation{
		Results: []Result{
			{Objective: "caching", N: 2, TP: 1, FP: 1, FN: 1, Precision: 0.5, Recall: 0.5, F1: 0.5, WronglyChosen: []string{"x:2"}, Missed: []string{"x:3"}},
			{Objective: "speed"},
		},
		MacroF1: 0.5, Items: 5, Unlabelled: 1, Strange: []string{"fame"},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	if math.IsNaN(got.Results[1].F1) {
		t.Error("0 by 0 is not 0")
	}
	if _, err := Evaluate(two(), nil, items[5:], labels); err == nil {
		t.Error("an evaluation of nothing is no error")
	}
}

func TestReadLabelsNamesBadLinesAndKeepsTheGood(t *testing.T) {
	ls, err := ReadLabels(strings.NewReader(`{"id":"a:1","objectives":["x"]}
{"id":"a:2","objectives":["x"],"colour":1}
{"objectives":["x"]}
{"id":"a:1","objectives":[]}
{"id":"a:3"} {"id":"a:4"}
{"id":"a:5","objectives":[]}`))
	if len(ls) != 2 || ls[1].ID != "a:5" {
		t.Errorf("%+v", ls)
	}
	for _, want := range []string{"line 2: ", "line 3: id is missing", `line 4: "a:1" is labelled on line 1`, "line 5: more than one value"} {
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%v, want %q", err, want)
		}
	}
}
