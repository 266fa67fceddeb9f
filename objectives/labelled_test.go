package objectives

import (
	"os"
	"testing"

	"github.com/dossier-report/dossier/evidence"
)

// labelled reads the labelled set that stands in the project.
func labelled(t testing.TB) ([]evidence.Item, []Label) {
	t.Helper()
	f, err := os.Open("testdata/labelled/items.jsonl")
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	var items []evidence.Item
	for it, err := range evidence.Read(f) {
		if err != nil {
			t.Fatal(err)
		}
		items = append(items, it)
	}
	g, err := os.Open("testdata/labelled/labels.jsonl")
	if err != nil {
		t.Fatal(err)
	}
	defer g.Close()
	labels, err := ReadLabels(g)
	if err != nil {
		t.Fatal(err)
	}
	return items, labels
}

func TestMappingOnLabelledItems(t *testing.T) {
	items, labels := labelled(t)
	objs, err := Template("senior-ml-scientist")
	if err != nil {
		t.Fatal(err)
	}
	own := make([]Objective, len(objs)) // the same statements in one's own objectives
	for i, o := range objs {
		own[i] = Objective{ID: o.ID, Title: o.Title, Statement: o.Statement}
	}
	for _, tt := range []struct {
		name  string
		objs  []Objective
		macro float64
		each  float64
	}{{"template", objs, 0.79, 0.73}, {"statements alone", own, 0.77, 0.70}} {
		e, err := Evaluate(tt.objs, nil, items, labels)
		if err != nil {
			t.Fatal(err)
		}
		if e.MacroF1 < tt.macro {
			t.Errorf("%s: macro-F1 %.3f, want at least %.2f", tt.name, e.MacroF1, tt.macro)
		}
		for _, r := range e.Results {
			if r.F1 < tt.each {
				t.Errorf("%s: F1 of %s is %.3f, want at least %.2f", tt.name, r.Objective, r.F1, tt.each)
			}
		}
	}
}

func TestScoresOfLabelledItemsCanBeBelieved(t *testing.T) {
	items, labels := labelled(t)
	objs, err := Template("senior-ml-scientist")
	if err != nil {
		t.Fatal(err)
	}
	e, err := Evaluate(objs, nil, items, labels)
	if err != nil {
		t.Fatal(err)
	}
	if low, high := e.Bands[0].Share, e.Bands[9].Share; low > 0.1 || high < 0.85 {
		t.Errorf("of the lowest band %.2f are right, of the highest %.2f", low, high)
	}
}

func TestContributionsAddUpToTheScoreForEveryTemplate(t *testing.T) {
	items, _ := labelled(t)
	for _, name := range Templates() {
		objs, err := Template(name)
		if err != nil {
			t.Fatal(err)
		}
		m, err := NewMapper(objs, nil)
		if err != nil {
			t.Fatal(err)
		}
		mapping := m.Map(items, nil, evidence.Threads(items)...)
		for _, it := range items {
			for _, match := range mapping.For(it.ID) {
				addsUp(t, match)
			}
		}
	}
}

func addsUp(t *testing.T, m Match) {
	t.Helper()
	sum := 0.0
	for _, r := range m.Reasons {
		sum += r.Contribution
	}
	if d := m.Score - sum; d > 1e-9 || d < -1e-9 || m.Score < 0 || m.Score > 1 {
		t.Errorf("%s for %s: score %v, reasons make %v", m.Item, m.Objective, m.Score, sum)
	}
}
