package report

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/dossier-report/dossier/evidence"
	"github.com/dossier-report/dossier/objectives"
)

func TestNumberIsPrintedToThreeDigits(t *testing.T) {
	for v, want := range map[float64]string{0: "0", 41: "41", 4.6: "4.6", 4.567: "4.57", 0.45678: "0.457", 99.96: "100", 1234.5: "1234",
		12345: "12,345", 1234567: "1,234,567", -3: "−3", -0.0000001: "−0.0000001", 2e-6: "0.000002", 1e20: "1e+20", 0.1 + 0.2: "0.3"} {
		if got := number(v, 3); got != want {
			t.Errorf("number(%v) = %q, want %q", v, got, want)
		}
	}
}

func TestChangeTellsItsNumbersApart(t *testing.T) {
	for _, tt := range []struct {
		before *float64
		after  float64
		want   string
	}{{fptr(41), 12, "41 → 12"}, {nil, 8, "8"}, {fptr(99.81), 99.84, "99.81 → 99.84"}, {fptr(5), 5, "5 → 5"}, {fptr(0), 3, "0 → 3"}} {
		if got := change(evidence.Figure{Before: tt.before, After: tt.after}); got != tt.want {
			t.Errorf("change %q, want %q", got, tt.want)
		}
	}
}

func TestKeyFiguresAreThreeTheMostTellingFirst(t *testing.T) {
	make := func(id string, figures ...evidence.Figure) evidence.Item {
		it := item(evidence.Ticket, id, id, act(evidence.Created, "02-01"))
		it.Outcome = &evidence.Outcome{State: evidence.StateDone, At: at("02-05"), By: "robin-v", Figures: figures}
		return it
	}
	small := make("small", evidence.Figure{Name: "Small", Before: fptr(10), After: 9})
	large := make("large", evidence.Figure{Name: "Large", Before: fptr(10), After: 1, Unit: "days", From: "board"})
	bare := make("bare", evidence.Figure{Name: "Bare", After: 7})
	pinned := make("pinned", evidence.Figure{Name: "Pinned", After: 3})
	theirs := item(evidence.PullRequest, "theirs", "theirs", act(evidence.Reviewed, "02-01"))
	theirs.Outcome = &evidence.Outcome{State: evidence.StateMerged, At: at("02-05"), Figures: []evidence.Figure{{Name: "Theirs", Before: fptr(100), After: 1}}}
	in, v := input(small, large, bare, pinned, theirs)
	for _, it := range []evidence.Item{small, large, bare, pinned, theirs} {
		v.choose("speed", 0.8, it.ID)
	}
	v.decide(pinned.ID, "speed", objectives.Pin)
	s := Build(in).Objectives[0]
	want := []KeyFigure{{Name: "Pinned", Value: "3", Source: "A-3"}, {Name: "Large", Value: "10 → 1", Unit: "days", Source: "A-2, from: board"},
		{Name: "Small", Value: "10 → 9", Source: "A-4"}}
	for i := range want { // all are of one day, so references follow the ids
		want[i].Source = s.Figures[i].Source
	}
	if diff := cmp.Diff(want, s.Figures); diff != "" {
		t.Errorf("figures (-want +got):\n%s", diff)
	}
	if got := s.Result.Text; got != "Pinned 3: pinned" {
		t.Errorf("result %q, want the first figure", got)
	}
}

func TestSameMeasureIsToldOnceFromItsLastItem(t *testing.T) {
	early := item(evidence.Ticket, "e", "e", act(evidence.Created, "02-01"))
	early.Outcome = &evidence.Outcome{State: evidence.StateDone, Figures: []evidence.Figure{{Name: "Wait", Before: fptr(9), After: 5}}}
	late := item(evidence.Ticket, "l", "l", act(evidence.Created, "05-01"))
	late.Outcome = &evidence.Outcome{State: evidence.StateDone, Figures: []evidence.Figure{{Name: "wait", Before: fptr(9), After: 4}}}
	in, v := input(early, late)
	v.choose("speed", 0.8, early.ID, late.ID)
	if got := Build(in).Objectives[0].Figures; len(got) != 1 || got[0].Value != "9 → 4" || got[0].Source != "A-2" {
		t.Errorf("figures %+v", got)
	}
}

func TestFigureIsToldWhereItsItemFitsBest(t *testing.T) {
	it := item(evidence.Page, "p", "p", act(evidence.Wrote, "02-01"))
	it.Outcome = &evidence.Outcome{State: evidence.StatePublished, Figures: []evidence.Figure{{Name: "Error", Before: fptr(9), After: 4}}}
	in, v := input(it)
	v.choose("speed", 0.9, it.ID)
	v.choose("growth", 0.6, it.ID)
	r := Build(in)
	if len(r.Objectives[0].Figures) != 1 || len(r.Objectives[1].Figures) != 0 {
		t.Errorf("figures %v and %v, want it with the first objective only", r.Objectives[0].Figures, r.Objectives[1].Figures)
	}
	v.decide(it.ID, "growth", objectives.Accept)
	if r := Build(in); len(r.Objectives[1].Figures) != 1 {
		t.Error("the person's word that it belongs there is not obeyed")
	}
}

func TestResultIsMeasuredElseEndedElseATitle(t *testing.T) {
	merged := item(evidence.PullRequest, "m", "Merged", act(evidence.Opened, "02-01"))
	merged.Outcome = &evidence.Outcome{State: evidence.StateMerged, At: at("02-05"), By: "ana-d"}
	measured := item(evidence.Ticket, "q", "Quieter nights", act(evidence.Created, "02-01"))
	measured.Outcome = &evidence.Outcome{State: evidence.StateDone, Figures: []evidence.Figure{{Name: "Night pages", Before: fptr(41), After: 12, Unit: "a month"}}}
	dropped := item(evidence.Ticket, "d", "Dropped", act(evidence.Created, "02-01"))
	dropped.Outcome = &evidence.Outcome{State: evidence.StateDropped, At: at("02-05"), By: "robin-v"}
	review := item(evidence.PullRequest, "r", "Theirs", act(evidence.RequestedChanges, "02-01"), act(evidence.Approved, "02-03"))
	review.Outcome = &evidence.Outcome{State: evidence.StateMerged, At: at("02-05"), By: "ana-d"}
	page := item(evidence.Page, "p", "A page", act(evidence.Wrote, "02-01"))
	for _, tt := range []struct {
		items []evidence.Item
		want  string
	}{
		{[]evidence.Item{merged, measured}, "Night pages 41 → 12 a month: Quieter nights"},
		{[]evidence.Item{merged, page}, "Merged: merged 5 Feb by Ana Duarte"},
		{[]evidence.Item{review}, "Theirs: reviewed and approved 3 Feb; merged 5 Feb"},
		{[]evidence.Item{dropped, page}, "A page (page, 1 Feb)"},
		{[]evidence.Item{dropped}, "Dropped (ticket, 1 Feb)"},
		{[]evidence.Item{page}, "A page (page, 1 Feb)"},
		{nil, "No evidence on record."},
	} {
		in, v := input(tt.items...)
		for _, it := range tt.items {
			v.choose("speed", 0.8, it.ID)
		}
		got := Build(in).Objectives[0].Result
		if got.Text != tt.want || got.From != FromRecords {
			t.Errorf("result %q from %s, want %q", got.Text, got.From, tt.want)
		}
	}
}
