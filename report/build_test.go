package report

import (
	"encoding/json"
	"flag"
	"fmt"
	"os"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/dossier-report/dossier/evidence"
	"github.com/dossier-report/dossier/objectives"
)

var update = flag.Bool("update", false, "write the golden files anew")

// smallReport is the input of a whole report with a bit of everything.
func smallReport() Input {
	ticket := item(evidence.Ticket, "ML-231", "Cache the tokenizer", act(evidence.Created, "01-30"), act(evidence.Scheduled, "01-30 09:00"), act(evidence.Moved, "02-05 17:00"))
	ticket.Flow = &evidence.Flow{Created: at("01-30"), Dates: []evidence.DueDate{{At: at("01-30 09:00"), Due: "2026-02-10", By: "robin-v"}},
		Moves: []evidence.Move{{At: at("02-05 17:00"), From: "In QA", To: "Done", By: "robin-v", How: evidence.ByEvent}}}
	ticket.Outcome = &evidence.Outcome{State: evidence.StateDone, At: at("02-05 17:00"), By: "robin-v",
		Figures: []evidence.Figure{{Name: "Night pages", Before: fptr(41), After: 12, Unit: "a month", From: "pager"}}}
	pr := item(evidence.PullRequest, "acme/api/pull/12", "tok: cache **everything** __now__", act(evidence.Opened, "02-02"))
	pr.Place = "acme/api"
	pr.People = []evidence.Participant{person("ana-d", "approver", "02-04"), person("ci[bot]", "reviewer", "02-04")}
	pr.Outcome = &evidence.Outcome{State: evidence.StateMerged, At: at("02-05"), By: "ana-d"}
	page := item(evidence.Page, "pages/7", "How to own a design", act(evidence.Wrote, "04-02"))
	page.People = []evidence.Participant{person("ana-d", "commenter", "04-03")}
	review := item(evidence.PullRequest, "acme/api/pull/30", "Ana's first design", act(evidence.Approved, "05-20"))
	review.Author = &evidence.Person{Login: "ana-d"}
	waiting := item(evidence.Ticket, "ML-300", "Wait for the other team", act(evidence.Created, "04-01"))
	waiting.Flow = &evidence.Flow{Moves: []evidence.Move{{At: at("04-02"), To: "Blocked", How: evidence.ByEvent}}}
	nothing := item(evidence.Message, "C1/1", "lunch?", act(evidence.Posted, "03-03"))
	old := item(evidence.Page, "pages/1", "Last year", act(evidence.Wrote, "2025-11-02"))
	in, v := input(ticket, pr, page, review, waiting, nothing, old)
	v.choose("speed", 0.8, ticket.ID, pr.ID)
	v.choose("growth", 0.6, page.ID, review.ID)
	v.choose("growth", 0.3, waiting.ID)
	v.decide(page.ID, "growth", objectives.Accept)
	in.Threads = []evidence.Thread{{ID: ticket.ID, Items: []string{ticket.ID, pr.ID}, Joins: []evidence.Join{{From: pr.ID, To: ticket.ID, By: "key ML-231"}}}}
	in.Decisions = []objectives.Decision{{At: at("06-20"), Verb: objectives.Accept, Item: page.ID, Objective: "growth", Note: "used by two teams"}}
	in.Records[3].GoneAt = at("06-01")
	in.Coverage[1] = evidence.Coverage{Source: "jira", Period: firstHalf, AskedAt: at("06-30 14:01"), State: evidence.Partial,
		Parts: []evidence.Part{{Name: "board 12", Query: "board = 12", Found: 2, Gaps: []evidence.Gap{{What: "ML-9", Why: "403 Forbidden\nask for access"}}}}}
	return in
}

func TestGoldenReport(t *testing.T) {
	got, err := json.MarshalIndent(Build(smallReport()), "", "  ")
	if err != nil {
		t.Fatal(err)
	}
	got = append(got, '\n')
	const path = "testdata/small.json"
	if *update {
		if err := os.WriteFile(path, got, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(want), string(got)); diff != "" {
		t.Errorf("report (-want +got):\n%s", diff)
	}
}

func TestBuildDoesNotDependOnOrder(t *testing.T) {
	in := smallReport()
	id := in.Records[0].Item.ID
	in.Decisions = append(in.Decisions, objectives.Decision{At: at("06-21"), Verb: objectives.Jot, Item: id, Note: "last"},
		objectives.Decision{At: at("06-19"), Verb: objectives.Jot, Item: id, Note: "before that"})
	stale := in.Records[0]
	stale.FetchedAt, stale.Item.Title = at("06-01"), "an older answer about the same item"
	in.Records = append(in.Records, stale)
	want := Build(in)
	rapid.Check(t, func(t *rapid.T) {
		shuffled := in
		shuffled.Records = rapid.Permutation(in.Records).Draw(t, "records")
		shuffled.Threads = rapid.Permutation(in.Threads).Draw(t, "threads")
		shuffled.Decisions = rapid.Permutation(in.Decisions).Draw(t, "decisions")
		shuffled.Coverage = rapid.Permutation(in.Coverage).Draw(t, "coverage")
		if diff := cmp.Diff(want, Build(shuffled)); diff != "" {
			t.Fatalf("(-want +got):\n%s", diff)
		}
	})
}

func TestBuildLeavesItsInputAsItWas(t *testing.T) {
	in, again := smallReport(), smallReport()
	Build(in)
	if !reflect.DeepEqual(in, again) {
		t.Errorf("the input became %+v", in)
	}
}

func TestReferencesFollowObjectivesThenTimeAndOccurOnce(t *testing.T) {
	a := item(evidence.Page, "a", "a", act(evidence.Wrote, "05-01"))
	bb := item(evidence.Page, "b", "b", act(evidence.Wrote, "02-01"))
	both := item(evidence.Page, "c", "c", act(evidence.Wrote, "03-01"))
	in, v := input(a, bb, both)
	v.choose("speed", 0.7, a.ID, both.ID)
	v.choose("growth", 0.7, bb.ID, both.ID)
	r := Build(in)
	var got []string
	for _, e := range r.Entries {
		var for_ []string
		for _, m := range e.Objectives {
			for_ = append(for_, m.Objective)
		}
		got = append(got, fmt.Sprint(e.Ref, " ", e.Title, " ", strings.Join(for_, "+")))
	}
	if want := []string{"A-1 c speed+growth", "A-2 a speed", "A-3 b growth"}; !cmp.Equal(got, want) {
		t.Errorf("entries %q, want %q", got, want)
	}
	if r.Found != 3 || r.Chosen != 3 {
		t.Errorf("found %d, chosen %d: an item used twice counts once", r.Found, r.Chosen)
	}
}

func TestEveryDotAndCardLeadsToAnEntry(t *testing.T) {
	r := Build(smallReport())
	refs := map[string]bool{}
	for _, e := range r.Entries {
		refs[e.Ref] = true
	}
	for _, s := range r.Objectives {
		var used []string
		for _, l := range s.Lanes {
			for _, d := range l.Dots {
				used = append(used, d.Ref)
			}
		}
		for _, c := range s.Cards {
			used = append(used, c.Refs...)
		}
		for _, ref := range append(used, s.More...) {
			if !refs[ref] {
				t.Errorf("objective %d refers to %s, which is no entry", s.Number, ref)
			}
		}
	}
}

func TestLeftOutIsCountedByReason(t *testing.T) {
	var items []evidence.Item
	for i := range 7 {
		items = append(items, item(evidence.Page, fmt.Sprint(i), "x", act(evidence.Wrote, "02-01")))
	}
	items[5].Acts[0].At = at("2025-02-01")
	items[6].Acts = nil
	in, v := input(items...)
	v.choose("speed", 0.7, items[0].ID, items[2].ID)
	v.choose("speed", 0.2, items[1].ID)
	v.decide(items[2].ID, "speed", objectives.Reject)
	v.choose("growth", 0.7, items[3].ID)
	in.Only = []string{"speed"}
	want := []LeftOut{{leftOutReasons[noRule], 1}, {leftOutReasons[tooWeak], 1}, {leftOutReasons[rejected], 1},
		{leftOutReasons[elsewhere], 1}, {leftOutReasons[noPart], 1}, {leftOutReasons[otherTime], 1}}
	r := Build(in)
	if diff := cmp.Diff(want, r.Method.LeftOut); diff != "" {
		t.Errorf("left out (-want +got):\n%s", diff)
	}
	if r.Found != 5 || r.Chosen != 1 {
		t.Errorf("found %d, chosen %d; want 5 and 1", r.Found, r.Chosen)
	}
}

func TestOnlyLimitsTheReportToItsObjectives(t *testing.T) {
	in := smallReport()
	in.Only = []string{"growth", "no-such"}
	r := Build(in)
	if len(r.Objectives) != 1 || r.Objectives[0].ID != "growth" || r.Objectives[0].Number != 1 {
		t.Fatalf("objectives %+v", r.Objectives)
	}
	for _, e := range r.Entries {
		for _, m := range e.Objectives {
			if m.Objective != "growth" || m.Number != 1 {
				t.Errorf("%s is listed for %+v", e.Ref, m)
			}
		}
	}
	if len(r.Method.Objectives) != 1 {
		t.Errorf("the method tells of %d objectives", len(r.Method.Objectives))
	}
}

func TestForeignMarksStayLiteral(t *testing.T) {
	pr := item(evidence.PullRequest, "a/1", "**not** __mine__\r\n* either", act(evidence.Opened, "02-02"))
	pr.Outcome = &evidence.Outcome{State: evidence.StateMerged, At: at("02-05"), By: "robin-v"}
	in, v := input(pr)
	v.choose("speed", 0.9, pr.ID)
	got := Build(in).Objectives[0].Result
	want := []Span{{Text: "**not** __mine__ * either: "}, {Text: "merged 5 Feb", Style: Strong}}
	if diff := cmp.Diff(want, got.Runs()); diff != "" {
		t.Errorf("runs (-want +got):\n%s", diff)
	}
	if got.Plain() != got.Text {
		t.Errorf("text %q is not its runs %q", got.Text, got.Plain())
	}
}

func TestZoneDecidesThePrintedDay(t *testing.T) {
	vancouver, err := time.LoadLocation("America/Vancouver")
	if err != nil {
		t.Fatal(err)
	}
	it := item(evidence.Page, "a", "a", act(evidence.Wrote, "02-06 03:00"))
	in, v := input(it)
	v.choose("speed", 0.9, it.ID)
	for zone, want := range map[*time.Location]string{time.UTC: "6 Feb 2026", vancouver: "5 Feb 2026"} {
		in.Zone = zone
		r := Build(in)
		if r.Entries[0].Day != want || r.Objectives[0].Cards[0].Date != want {
			t.Errorf("%s: day %s, card %s, want %s", zone, r.Entries[0].Day, r.Objectives[0].Cards[0].Date, want)
		}
	}
}

func TestEmptyReportsAreReports(t *testing.T) {
	empty, _ := input()
	none := empty
	none.Objectives = nil
	open := empty
	open.Period = evidence.Period{}
	for name, in := range map[string]Input{"nothing on record": empty, "no objectives": none, "all time": open, "no input at all": {}} {
		t.Run(name, func(t *testing.T) {
			r := Build(in)
			if len(r.Questions) != 4 {
				t.Errorf("%d questions", len(r.Questions))
			}
			for _, s := range r.Objectives {
				if s.Result.Text != "No evidence on record." {
					t.Errorf("result %q", s.Result.Text)
				}
			}
			if _, err := json.Marshal(r); err != nil {
				t.Error(err)
			}
		})
	}
}

func TestEveryStatementSaysWhereItIsFrom(t *testing.T) {
	r := Build(smallReport())
	all := []Statement{r.Thesis}
	for _, s := range r.Objectives {
		all = append(all, s.Result, s.Claim)
		for _, c := range s.Cards {
			for _, row := range c.Rows {
				all = append(all, Statement{From: row.From, Text: row.Text})
			}
		}
	}
	for _, q := range r.Questions {
		all = append(all, q.Answer)
	}
	for _, s := range all {
		if !slices.Contains([]Provenance{FromRecords, InMyWords, ForMeToWrite}, s.From) || s.Text == "" {
			t.Errorf("statement %+v", s)
		}
	}
}

func TestReviewNameAndPeriod(t *testing.T) {
	lisbon, err := time.LoadLocation("Europe/Lisbon")
	if err != nil {
		t.Fatal(err)
	}
	in := func(from, to string) evidence.Period {
		p := evidence.Period{Zone: lisbon}
		for s, t := range map[string]*time.Time{from: &p.From, to: &p.To} {
			if s != "" {
				*t, _ = time.ParseInLocation(time.DateOnly, s, lisbon)
			}
		}
		return p
	}
	for _, tt := range []struct{ from, to, review, long string }{
		{"2026-01-01", "2026-07-01", "Mid-year review 2026", "1 January – 30 June 2026"},
		{"2026-07-01", "2027-01-01", "Year-end review 2026", "1 July – 31 December 2026"},
		{"2026-01-01", "2027-01-01", "Year-end review 2026", "1 January – 31 December 2026"},
		{"2026-01-01", "2026-04-01", "Review, 1 Jan – 31 Mar 2026", "1 January – 31 March 2026"},
		{"2025-07-01", "2026-07-01", "Review, 1 Jul 2025 – 30 Jun 2026", "1 July 2025 – 30 June 2026"},
		{"2026-03-01", "", "Review, since 1 Mar 2026", "Since 1 March 2026"},
	} {
		p := in(tt.from, tt.to)
		if got := reviewName(p); got != tt.review {
			t.Errorf("review %q, want %q", got, tt.review)
		}
		if got := periodLine(p).Long; got != tt.long {
			t.Errorf("period %q, want %q", got, tt.long)
		}
	}
}
