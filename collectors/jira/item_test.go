package jira

import (
	"strings"
	"testing"

	"github.com/dossier-report/dossier/evidence"
)

func TestEveryActOfThePersonIsTold(t *testing.T) {
	for _, tt := range []struct {
		name string
		do   func(tk *fakeTicket)
		want string // acts after "created", and those of others left out
	}{
		{"moved by them and by somebody else", func(tk *fakeTicket) {
			tk.histories = []any{history(1, on("2026-02-02"), robin, item("status", "1", "To Do", "3", "Doing")),
				history(2, on("2026-02-03"), ana, item("status", "3", "Doing", "1", "To Do"))}
		}, "2026-02-02 00:00 moved [To Do → Doing]"},
		{"resolved without a resolution", func(tk *fakeTicket) {
			tk.fields["status"] = object{"id": "5", "name": "Done", "statusCategory": object{"key": "done"}}
			tk.histories = []any{history(1, on("2026-02-02"), robin, item("status", "1", "To Do", "5", "Done"))}
		}, "2026-02-02 00:00 moved [To Do → Done]; 2026-02-02 00:00 resolved [Done]"},
		{"resolved with a resolution, told once", func(tk *fakeTicket) {
			tk.fields["status"] = object{"id": "5", "name": "Done", "statusCategory": object{"key": "done"}}
			tk.histories = []any{history(1, on("2026-02-02"), robin, item("resolution", "", "", "1", "Fixed"), item("status", "1", "To Do", "5", "Done"))}
		}, "2026-02-02 00:00 moved [To Do → Done]; 2026-02-02 00:00 resolved [Fixed]"},
		{"scheduled, postponed, taken away", func(tk *fakeTicket) {
			tk.histories = []any{history(1, on("2026-02-02"), robin, item("duedate", "", "", "2026-02-10", "2026-02-10 00:00:00.0")),
				history(2, on("2026-02-03"), robin, item("duedate", "2026-02-10", "", "2026-02-17", "")),
				history(3, on("2026-02-04"), robin, item("duedate", "2026-02-17", "", "", ""))}
		}, "2026-02-02 00:00 scheduled [due 2026-02-10]; 2026-02-03 00:00 scheduled [due 2026-02-10 → 2026-02-17]; 2026-02-04 00:00 scheduled [due 2026-02-17 taken away]"},
		{"due from the beginning", func(tk *fakeTicket) { tk.fields["duedate"] = "2026-02-10" }, "2026-02-01 00:00 scheduled [due 2026-02-10]"},
		{"another date, a sprint", func(tk *fakeTicket) {
			tk.histories = []any{history(1, on("2026-02-02"), robin, object{"field": "Target end", "fieldId": "customfield_10022", "to": "2026-03-01", "toString": "01/Mar/26"}, item("Sprint", "", "", "7", "Sprint 7"))}
		}, "2026-02-02 00:00 scheduled [Target end 01/Mar/26]; 2026-02-02 00:00 scheduled [sprint Sprint 7]"},
		{"estimated in points", func(tk *fakeTicket) {
			tk.histories = []any{history(1, on("2026-02-02"), robin, object{"field": "Story point estimate", "fieldId": "customfield_10016", "fromString": "", "toString": "1"})}
		}, "2026-02-02 00:00 estimated [1 point]"},
		{"estimated in hours", func(tk *fakeTicket) {
			tk.histories = []any{history(1, on("2026-02-02"), robin, item("timeoriginalestimate", "", "", "9000", "9000"))}
		}, "2026-02-02 00:00 estimated [2.5 hours]"},
		{"flagged, linked, split and reworded at once", func(tk *fakeTicket) {
			tk.histories = []any{history(1, on("2026-02-02"), robin, item("Flagged", "", "", "[1]", "Impediment"), item("Link", "", "", "ML-9", "This issue split to ML-9"),
				item("description", "", "old", "", "new"), item("Rank", "", "", "", "Ranked higher"))}
		}, "2026-02-02 00:00 edited [flagged as Impediment; This issue split to ML-9; changed description]"},
		{"ranked alone is nothing", func(tk *fakeTicket) {
			tk.histories = []any{history(1, on("2026-02-02"), robin, item("Rank", "", "", "", "Ranked higher"))}
		}, ""},
		{"given to them from the beginning", func(tk *fakeTicket) { tk.fields["assignee"] = robin }, "2026-02-01 00:00 assigned"},
		{"given to them from the beginning and then to another", func(tk *fakeTicket) {
			tk.fields["assignee"] = ana
			tk.histories = []any{history(1, on("2026-02-02"), ana, item("assignee", "712020:robin", "Robin Vale", "712020:ana", "Ana Duarte"))}
		}, "2026-02-01 00:00 assigned"},
		{"took it themselves", func(tk *fakeTicket) {
			tk.histories = []any{history(1, on("2026-02-02"), robin, item("assignee", "", "", "712020:robin", "Robin Vale"))}
		}, "2026-02-02 00:00 assigned"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			f := newFake(t, true)
			tk := f.ticket(1, on("2026-02-01"), on("2026-03-01"))
			tt.do(tk)
			it := f.collect(t, nil).whole(t).item(t, "ML-1")
			got := strings.ReplaceAll(strings.TrimSpace(strings.TrimPrefix(acts(it), "2026-02-01 00:00 created\n")), "\n", "; ")
			if got != tt.want {
				t.Errorf("acts\n%s\nnot\n%s", got, tt.want)
			}
		})
	}
}

func TestOutcomeIsWhatBecameOfTheTicket(t *testing.T) {
	statusOf := func(id, name, category string) object {
		return object{"id": id, "name": name, "statusCategory": object{"key": category}}
	}
	done := func(id int, at string, by any, items ...object) any { return history(id, on(at), by, items...) }
	for _, tt := range []struct {
		name   string
		fields object
		past   []any
		want   string // state, time and by whom
	}{
		{"open", object{"status": statusOf("3", "Doing", "indeterminate")}, nil, ""},
		{"done by another", object{"status": statusOf("5", "Done", "done"), "resolution": object{"name": "Done"}, "resolutiondate": "2026-02-03T00:00:00.000+0000"},
			[]any{done(1, "2026-02-03", ana, item("status", "3", "Doing", "5", "Done"), item("resolution", "", "", "1", "Done"))}, "done 2026-02-03 ana@example.org"},
		{"closed after it was done", object{"status": statusOf("6", "Closed", "done")},
			[]any{done(1, "2026-02-03", ana, item("status", "3", "Doing", "5", "Done")), done(2, "2026-03-03", robin, item("status", "5", "Done", "6", "Closed"))}, "done 2026-02-03 ana@example.org"},
		{"opened again with its resolution left behind", object{"status": statusOf("3", "Doing", "indeterminate"), "resolution": object{"name": "Done"}, "resolutiondate": "2026-02-03T00:00:00.000+0000"},
			[]any{done(1, "2026-02-03", ana, item("status", "3", "Doing", "5", "Done"), item("resolution", "", "", "1", "Done"))}, ""},
		{"dropped by its resolution", object{"status": statusOf("5", "Done", "done"), "resolution": object{"name": "Won't Do"}},
			[]any{done(1, "2026-02-03", ana, item("status", "3", "Doing", "5", "Done"), item("resolution", "", "", "2", "Won't Do"))}, "dropped 2026-02-03 ana@example.org"},
		{"dropped by its status", object{"status": statusOf("6", "Cancelled", "done")},
			[]any{done(1, "2026-02-03", ana, item("status", "3", "Doing", "6", "Cancelled"))}, "dropped 2026-02-03 ana@example.org"},
		{"no history of its end", object{"status": statusOf("5", "Done", "done"), "statuscategorychangedate": "2026-02-04T00:00:00.000+0000"}, nil, "done 2026-02-04"},
		{"an old Jira without categories", object{"status": object{"id": "77", "name": "Verified"}, "resolution": object{"name": "Fixed"}, "resolutiondate": "2026-02-05T00:00:00.000+0000"}, nil, "done 2026-02-05"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			f := newFake(t, false)
			tk := f.ticket(1, on("2026-02-01"), on("2026-03-01"))
			for k, v := range tt.fields {
				tk.fields[k] = v
			}
			tk.histories = tt.past
			it := f.collect(t, nil).whole(t).item(t, "ML-1")
			got := ""
			if o := it.Outcome; o != nil {
				by := o.By
				if by == "712020:robin" {
					by = "robin"
				}
				got = strings.TrimSpace(string(o.State) + " " + o.At.Format("2006-01-02") + " " + by)
			}
			if got != tt.want {
				t.Errorf("%q, not %q", got, tt.want)
			}
		})
	}
}

func TestFirstStatusIsMadeUpFromTheFirstChange(t *testing.T) {
	f := newFake(t, true)
	never := f.ticket(1, on("2026-02-01"), on("2026-03-01"))
	moved := f.ticket(2, on("2026-02-01"), on("2026-03-01"))
	moved.fields["status"] = object{"id": "5", "name": "Done", "statusCategory": object{"key": "done"}}
	moved.histories = []any{history(1, on("2026-02-02"), ana, item("status", "9", "Triage", "3", "Doing")), history(2, on("2026-02-03"), robin, item("status", "3", "Doing", "5", "Done"))}
	_ = never
	r := f.collect(t, nil).whole(t)
	if got := moves(r.item(t, "ML-1")); got != "→ To Do by robin@example.org; " {
		t.Errorf("never moved: %s", got)
	}
	it := r.item(t, "ML-2")
	if got := moves(it); got != "→ Triage by robin@example.org; Triage → Doing by ana@example.org; Doing → Done by robin@example.org; " {
		t.Errorf("moved: %s", got)
	}
	if !it.Flow.Moves[0].At.Equal(on("2026-02-01")) || it.Flow.Moves[0].How != evidence.ByEvent {
		t.Errorf("first move %+v", it.Flow.Moves[0])
	}
}

func TestTicketThatMovedToAnotherProjectKeepsItsIdAndItsOldKey(t *testing.T) {
	f := newFake(t, true)
	tk := f.ticket(7, on("2026-02-01"), on("2026-03-01"))
	tk.key = "NEW-1"
	tk.histories = []any{history(1, on("2026-02-02"), ana, item("Key", "", "ML-7", "", "NEW-1"))}
	it := f.collect(t, nil).whole(t).item(t, "NEW-1")
	if it.ID != "jira:acme.atlassian.net/7" || strings.Join(it.Links, " ") != "ML-7" {
		t.Errorf("%s links %v", it.ID, it.Links)
	}
}

func TestTicketItsParentAndItsPullRequestAreOneThread(t *testing.T) {
	f := newFake(t, true)
	tk := f.ticket(231, on("2026-02-01"), on("2026-03-01"))
	tk.fields["parent"] = object{"key": "ML-230"}
	f.ticket(230, on("2026-01-20"), on("2026-03-01"))
	r := f.collect(t, nil).whole(t)
	items := []evidence.Item{r.item(t, "ML-230"), r.item(t, "ML-231"),
		{ID: "github:acme/api#12", Source: "github", Kind: evidence.PullRequest, Title: "Cache the tokenizer", Text: "For ML-231.", URL: "https://github.com/acme/api/pull/12", Place: "acme/api"}}
	if threads := evidence.Threads(items); len(threads) != 1 || len(threads[0].Items) != 3 {
		t.Errorf("threads %+v", threads)
	}
}
