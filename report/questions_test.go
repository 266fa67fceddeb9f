package report

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/dossier-report/dossier/evidence"
)

func TestQuestionsOfTheForm(t *testing.T) {
	in := smallReport()
	r := Build(in)
	var got []string
	for _, q := range r.Questions {
		got = append(got, q.Title+": "+string(q.Answer.From))
	}
	want := []string{"Progress to date: records", "Who can speak to this: records", "Priorities for the next six months: blank", "How my manager can support me: blank"}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("questions (-want +got):\n%s", diff)
	}
	in.Form = []FormQuestion{{Title: "Anything else?", Asks: "Tell us.", Subject: Open, Limit: 500}, {Title: "Done?", Subject: Progress}}
	r = Build(in)
	if q := r.Questions[0]; q.Number != 1 || q.Limit != 500 || q.Answer.From != ForMeToWrite || q.Answer.Text != "Tell us." {
		t.Errorf("open question %+v", q)
	}
	if q := r.Questions[1]; q.Answer.From != FromRecords || q.Where != "speed" {
		t.Errorf("progress %+v", q)
	}
}

func TestProgressGivesOneClauseAnObjective(t *testing.T) {
	in := smallReport()
	want := "Objective 1: Night pages 41 → 12 a month. Objective 2: How to own a design (page, 2 Apr)."
	if got := Build(in).Questions[0].Answer.Text; got != want {
		t.Errorf("progress %q, want %q", got, want)
	}
	in.Records = in.Records[:2]
	want = "Objective 1: Night pages 41 → 12 a month. Nothing on record for objective 2."
	if got := Build(in).Questions[0].Answer.Text; got != want {
		t.Errorf("progress %q, want %q", got, want)
	}
}

func TestPromptsNameGapsOpenWorkAndLateDates(t *testing.T) {
	late := item(evidence.Ticket, "ML-1", "late", act(evidence.Created, "01-05"))
	late.Flow = &evidence.Flow{Dates: []evidence.DueDate{{At: at("01-05"), Due: "2026-02-01", By: "robin-v"}}}
	late.Outcome = &evidence.Outcome{State: evidence.StateDone, At: at("02-13"), By: "robin-v"}
	overdue := item(evidence.Ticket, "ML-2", "overdue", act(evidence.Created, "01-05"))
	overdue.Flow = &evidence.Flow{Dates: []evidence.DueDate{{At: at("01-05"), Due: "2026-06-25", By: "robin-v"}}}
	blocked := item(evidence.Ticket, "ML-3", "blocked", act(evidence.Created, "06-10"))
	blocked.Flow = &evidence.Flow{Flagged: []evidence.Span{{From: at("06-13")}}, Moves: []evidence.Move{{At: at("06-12"), To: "Doing", How: evidence.ByEvent}}}
	fresh := item(evidence.Ticket, "ML-4", "fresh", act(evidence.Created, "06-28"))
	in, v := input(late, overdue, blocked, fresh)
	v.choose("speed", 0.8, late.ID)
	q := Build(in).Questions
	wants := map[int][]string{
		2: {"nothing on record for objective 2", "no measured outcome for objective 1", "nobody else's confirmation for objective 1",
			"later than first proposed: ML-1 (12 days late), ML-2 (5 days past its date and open)", "still open: ML-3 (flagged for 17 days), ML-2 (176 days)"},
		3: {"longest without a move: ML-3 (flagged for 17 days), ML-2 (176 days)", "nobody yet to speak to objectives 1 and 2"},
	}
	for i, texts := range wants {
		for _, want := range texts {
			if !strings.Contains(q[i].Answer.Text, want) {
				t.Errorf("question %d: %q lacks %q", i+1, q[i].Answer.Text, want)
			}
		}
		if strings.Contains(q[i].Answer.Text, "ML-4") {
			t.Errorf("question %d names work of two days ago: %q", i+1, q[i].Answer.Text)
		}
	}
}
