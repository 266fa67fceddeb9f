package report

import (
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/dossier-report/dossier/evidence"
	"github.com/dossier-report/dossier/objectives"
)

func TestItemsOfAThreadAreOneCard(t *testing.T) {
	ticket := item(evidence.Ticket, "ML-231", "Cache the tokenizer", act(evidence.Created, "01-30"))
	pr := item(evidence.PullRequest, "acme/api/pull/12", "tok: cache", act(evidence.Opened, "02-02"), act(evidence.Merged, "02-05"))
	pr.Place = "acme/api"
	pr.People = []evidence.Participant{person("ana-d", "approver", "02-04")}
	page := item(evidence.Page, "pages/1", "What the cache saved", act(evidence.Wrote, "03-01"))
	alone := item(evidence.PullRequest, "acme/api/pull/90", "Another thing", act(evidence.Opened, "05-01"))
	in, v := input(ticket, pr, page, alone)
	in.Threads = []evidence.Thread{{ID: "t1", Items: []string{ticket.ID, pr.ID, page.ID}}, {ID: "t2", Items: []string{alone.ID}}}
	v.choose("speed", 0.7, ticket.ID, pr.ID, alone.ID)
	v.choose("growth", 0.7, page.ID)

	s := Build(in).Objectives[0]
	if diff := cmp.Diff([]string{"tok: cache", "Another thing"}, cardTitles(s)); diff != "" {
		t.Fatalf("cards (-want +got):\n%s", diff)
	}
	c := s.Cards[0]
	if diff := cmp.Diff([]Link{{"GH", "acme/api #12", pr.URL}, {"JI", "ML-231", ticket.URL}, {"CO", "What the cache saved", page.URL}}, c.Sources); diff != "" {
		t.Errorf("the story misses an artefact of its thread (-want +got):\n%s", diff)
	}
	if want := "Pull request: opened 2 Feb, merged 5 Feb; ticket: created 30 Jan; page: wrote 1 Mar"; rowText(c, "Did") != want {
		t.Errorf("did %q, want %q", rowText(c, "Did"), want)
	}
	if c.Confirm != "Approved by Ana Duarte" {
		t.Errorf("confirm line %q", c.Confirm)
	}
	if s.Count != 3 {
		t.Errorf("count %d, want the three items chosen for this objective", s.Count)
	}
}

func TestRejectedItemIsNotPartOfTheStory(t *testing.T) {
	a := item(evidence.PullRequest, "a/1", "A", act(evidence.Opened, "02-02"))
	bb := item(evidence.PullRequest, "a/2", "B", act(evidence.Opened, "02-03"))
	in, v := input(a, bb)
	in.Threads = []evidence.Thread{{ID: "t", Items: []string{a.ID, bb.ID}}}
	v.choose("speed", 0.7, a.ID, bb.ID)
	v.choose("growth", 0.7, bb.ID)
	v.decide(bb.ID, "speed", objectives.Reject)
	r := Build(in)
	if got := r.Objectives[0].Cards[0].Refs; !cmp.Equal(got, []string{"A-1"}) {
		t.Errorf("refs %v, want only A-1: the person said that B does not speak for this", got)
	}
}

func TestLeadingItemOfAStory(t *testing.T) {
	weak := item(evidence.Ticket, "ML-1", "ticket", act(evidence.Created, "02-01"))
	strong := item(evidence.PullRequest, "a/1", "pull", act(evidence.Opened, "02-02"))
	strong.Outcome = &evidence.Outcome{State: evidence.StateMerged, At: at("02-03"), By: "ana-d"}
	for _, tt := range []struct {
		name string
		pin  string
		want string
	}{
		{"the best proven leads", "", "pull"},
		{"unless the person pinned another", weak.ID, "ticket"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			in, v := input(weak, strong)
			in.Threads = []evidence.Thread{{ID: "t", Items: []string{weak.ID, strong.ID}}}
			v.choose("speed", 0.9, weak.ID)
			v.choose("speed", 0.6, strong.ID)
			if tt.pin != "" {
				v.decide(tt.pin, "speed", objectives.Pin)
			}
			if got := Build(in).Objectives[0].Cards[0].Title; got != tt.want {
				t.Errorf("leads %q, want %q", got, tt.want)
			}
		})
	}
}

func TestCardsSpreadOverKindsAndTime(t *testing.T) {
	var items []evidence.Item
	for i := range 6 {
		pr := item(evidence.PullRequest, fmt.Sprintf("a/%d", i), fmt.Sprintf("pull %d", i), act(evidence.Opened, fmt.Sprintf("02-0%d", i+1)))
		pr.Outcome = &evidence.Outcome{State: evidence.StateMerged, At: at("02-08"), By: "ana-d"}
		items = append(items, pr)
	}
	page := item(evidence.Page, "p", "page", act(evidence.Wrote, "05-04"))
	talk := item(evidence.Meeting, "m", "talk", act(evidence.Organized, "06-04"))
	in, v := input(append(items, page, talk)...)
	for _, it := range append(items, page, talk) {
		v.choose("speed", 0.7, it.ID)
	}
	if got, want := cardTitles(Build(in).Objectives[0]), []string{"pull 0", "pull 1", "page", "talk"}; !cmp.Equal(got, want) {
		t.Errorf("cards %v, want %v: in order of time, and no four pull requests of one week", got, want)
	}
}

func TestMeasuredAndPinnedAreNeverLostForVariety(t *testing.T) {
	var items []evidence.Item
	for i := range 4 {
		pr := item(evidence.PullRequest, fmt.Sprintf("a/%d", i), fmt.Sprintf("measured %d", i), act(evidence.Opened, "02-03"))
		pr.Outcome = &evidence.Outcome{State: evidence.StateMerged, At: at("02-08"), By: "ana-d",
			Figures: []evidence.Figure{{Name: fmt.Sprint("f", i), Before: fptr(4), After: 2}}}
		items = append(items, pr)
	}
	page := item(evidence.Page, "p", "page", act(evidence.Wrote, "05-04"))
	in, v := input(append(items, page)...)
	for _, it := range append(items, page) {
		v.choose("speed", 0.9, it.ID)
	}
	if got := strings.Join(cardTitles(Build(in).Objectives[0]), ","); got != "measured 0,measured 1,measured 2,measured 3" {
		t.Errorf("cards %s, want the measured ones", got)
	}
	v.decide(page.ID, "speed", objectives.Pin)
	if got := strings.Join(cardTitles(Build(in).Objectives[0]), ","); !strings.Contains(got, "page") {
		t.Errorf("cards %s, want the pinned page among them", got)
	}
}

func TestCardNumbersFollowTimeAndStandOnTheTimeline(t *testing.T) {
	late := item(evidence.Page, "late", "late", act(evidence.Wrote, "06-01"))
	early := item(evidence.Page, "early", "early", act(evidence.Wrote, "01-10"))
	in, v := input(late, early)
	v.choose("speed", 0.9, late.ID)
	v.choose("speed", 0.6, early.ID)
	s := Build(in).Objectives[0]
	if s.Cards[0].Number != 1 || s.Cards[0].Title != "early" || s.Cards[1].Number != 2 {
		t.Errorf("cards %v", cardTitles(s))
	}
	want := []Lane{{"Decisions and documents", []Dot{{at("01-10"), 1, "A-1"}, {at("06-01"), 2, "A-2"}}}}
	if diff := cmp.Diff(want, s.Lanes); diff != "" {
		t.Errorf("lanes (-want +got):\n%s", diff)
	}
}

func TestLaneOfEveryKind(t *testing.T) {
	wants := map[evidence.Kind]string{
		evidence.PullRequest: "Code and reviews", evidence.Commit: "Code and reviews", evidence.Page: "Decisions and documents",
		evidence.Discussion: "Decisions and documents", evidence.Note: "Decisions and documents", evidence.Meeting: "Talks and meetings",
		evidence.Message: "Talks and meetings", evidence.Ticket: "Board", evidence.Card: "Board", evidence.Issue: "Board",
	}
	for _, k := range evidence.Kinds {
		it := item(k, "x", "x", act(evidence.Commented, "02-01"))
		in, v := input(it)
		v.choose("speed", 0.9, it.ID)
		lanes := Build(in).Objectives[0].Lanes
		if len(lanes) != 1 || lanes[0].Title != wants[k] {
			t.Errorf("%s: lanes %+v, want %q", k, lanes, wants[k])
		}
	}
	for _, verb := range []evidence.Verb{evidence.Created, evidence.Scheduled} {
		it := item(evidence.Ticket, "x", "x", act(verb, "02-01"))
		in, v := input(it)
		v.choose("speed", 0.9, it.ID)
		if l := Build(in).Objectives[0].Lanes[0].Title; l != "Decisions and documents" {
			t.Errorf("a ticket that was %s stands on %q", verb, l)
		}
	}
}

func TestLabelNamesAnArtefactAsItsUsersDo(t *testing.T) {
	in, _ := input()
	b := newBuilder(in.normal())
	for _, tt := range []struct {
		kind                 evidence.Kind
		id, url, place, want string
	}{
		{evidence.PullRequest, "github:acme/api#12", "https://github.com/acme/api/pull/12", "acme/api", "acme/api #12"},
		{evidence.PullRequest, "github:acme/api#12", "", "acme/api", "acme/api #12"},
		{evidence.PullRequest, "github:acme/api#12", "https://github.com/acme/api/pull/12/files?w=1#r1", "acme/api", "acme/api #12"},
		{evidence.Discussion, "github:acme/api/D_1", "https://github.com/acme/api/discussions/5#discussioncomment-9", "acme/api", "acme/api #5"},
		{evidence.Ticket, "jira:acme/10012", "https://acme.example.org/browse/ML-231", "ML", "ML-231"},
		{evidence.Ticket, "jira:acme/ML-231", "", "ML", "ML-231"},
		{evidence.Commit, "git:api@0123456789abcdef0123456789abcdef01234567", "", "api", "api 0123456"},
		{evidence.Page, "confluence:acme/99", "https://acme.example.org/wiki/pages/99", "ENG", "The title"},
		{evidence.Message, "slack:T1/C1/1.2", "https://acme.example.org/archives/C1/p12", "#platform", "#platform, 9 Mar"},
		{evidence.Meeting, "calendar:x", "", "", "The title, 9 Mar"},
	} {
		it := evidence.Item{ID: tt.id, Kind: tt.kind, Title: "The title", URL: tt.url, Place: tt.place, Acts: []evidence.Act{act(evidence.Commented, "03-09")}}
		if got := b.label(&it); got != tt.want {
			t.Errorf("%s %s: label %q, want %q", tt.id, tt.url, got, tt.want)
		}
	}
}

func TestDidTellsActsWithDaysAndNoCounts(t *testing.T) {
	in, _ := input()
	b := newBuilder(in.normal())
	it := item(evidence.Ticket, "ML-1", "x", act(evidence.Created, "01-05"), act(evidence.Scheduled, "01-06 10:00"), act(evidence.Moved, "01-07 10:00"),
		act(evidence.Commented, "01-08"), act(evidence.Commented, "01-20"), act(evidence.Commented, "02-03"), act(evidence.Moved, "02-09 10:00"), act(evidence.Commented, "2025-12-01"))
	it.Size = &evidence.Size{Additions: 120, Files: 3}
	it.Flow = &evidence.Flow{Moves: []evidence.Move{{At: at("02-09 10:00"), To: "Done", How: evidence.ByEvent}},
		Dates: []evidence.DueDate{{At: at("01-06 10:00"), Due: "2026-02-10", By: "robin-v"}}}
	want := "created 5 Jan, gave the date 10 Feb on 6 Jan, commented 8 Jan – 3 Feb, moved to Done 9 Feb"
	if got := b.did(&it, 9); got != want {
		t.Errorf("did\n%q, want\n%q", got, want)
	}
	if got, want := b.did(&it, 2), "created 5 Jan, gave the date 10 Feb on 6 Jan"; got != want {
		t.Errorf("the most telling: did\n%q, want\n%q", got, want)
	}
	if got := b.actWords(&it); got != "created, dated, moved, commented" {
		t.Errorf("acts %q", got)
	}
}

func TestResultRow(t *testing.T) {
	ticket := func(due string, replans ...evidence.DueDate) evidence.Item {
		it := item(evidence.Ticket, "ML-1", "x", act(evidence.Created, "01-05"))
		it.Flow = &evidence.Flow{Dates: append([]evidence.DueDate{{At: at("01-06"), Due: due, By: "robin-v"}}, replans...)}
		it.Outcome = &evidence.Outcome{State: evidence.StateDone, At: at("02-09"), By: "robin-v"}
		return it
	}
	figures := ticket("2026-02-09")
	figures.Outcome.Figures = []evidence.Figure{{Name: "Night pages", Before: fptr(41), After: 12, Unit: "a month", From: "pager"}}
	open := item(evidence.Ticket, "ML-1", "x", act(evidence.Created, "01-05"))
	open.Flow = &evidence.Flow{Moves: []evidence.Move{{At: at("03-03"), To: "In QA", How: evidence.ByEvent}}}
	theirs := item(evidence.PullRequest, "a/1", "x", act(evidence.Reviewed, "01-05"))
	after := item(evidence.PullRequest, "a/1", "x", act(evidence.Opened, "06-29"))
	after.Outcome = &evidence.Outcome{State: evidence.StateMerged, At: at("07-02")}
	otherDate := ticket("2026-02-09")
	otherDate.Flow.Dates[0].By = "maria-l"
	for _, tt := range []struct {
		name string
		it   evidence.Item
		want string
	}{
		{"measured first", figures, "Night pages 41 → 12 a month (from: pager); done 9 Feb, on the date first proposed"},
		{"early", ticket("2026-02-10"), "Done 9 Feb, 1 day before the date first proposed, 10 Feb"},
		{"late", ticket("2026-01-28"), "Done 9 Feb, 12 days after the date first proposed, 28 Jan"},
		{"late with notice", ticket("2026-01-28", evidence.DueDate{At: at("01-14"), Due: "2026-02-09", By: "robin-v"}),
			"Done 9 Feb, 12 days after the date first proposed, 28 Jan; new date given 14 days ahead"},
		{"somebody else's date is no proposal", otherDate, "Done 9 Feb"},
		{"a miss is shown", open, "Still open: “In QA” since 3 Mar"},
		{"other people's open work is not theirs to finish", theirs, ""},
		{"after the period", after, "Merged 2 Jul, after the period"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			in, v := input(tt.it)
			v.choose("speed", 0.9, tt.it.ID)
			if got := rowText(Build(in).Objectives[0].Cards[0], "Result"); got != tt.want {
				t.Errorf("result\n%q, want\n%q", got, tt.want)
			}
		})
	}
}

func TestWhyHereNamesTheReasonsOrTheHand(t *testing.T) {
	f := &piece{Item: &evidence.Item{Kind: evidence.Discussion}}
	m := &objectives.Match{Score: 0.9, Threshold: 0.5, Reasons: []objectives.Reason{
		{Rule: "reviews a junior's work", Field: "text", Excerpt: "have a look at"}, {Rule: "explains", Excerpt: "discussion"}, {Rule: "third"}}}
	f.chosen = map[string]*objectives.Match{"o": m}
	if got, want := f.why("o"), "Reviews a junior's work: “have a look at”; Explains"; got != want {
		t.Errorf("why %q, want %q", got, want)
	}
	m.Decision = &objectives.Decision{Verb: objectives.Accept}
	if got, want := f.why("o"), "Accepted by hand; Reviews a junior's work: “have a look at”"; got != want {
		t.Errorf("why %q, want %q", got, want)
	}
	f.Kind, f.Private = evidence.Message, true
	if got, want := f.why("o"), "Accepted by hand; Reviews a junior's work"; got != want {
		t.Errorf("why %q, want %q: a private channel is not quoted", got, want)
	}
	m.Decision.Verb = objectives.Pin
	if got, want := f.why("o"), "Pinned by hand; Reviews a junior's work: “have a look at”"; got != want {
		t.Errorf("why %q, want %q", got, want)
	}
}

func TestNoteIsThePersonsWords(t *testing.T) {
	it := item(evidence.PullRequest, "a/1", "x", act(evidence.Opened, "02-02"))
	in, v := input(it)
	v.choose("speed", 0.9, it.ID)
	v.choose("growth", 0.9, it.ID)
	in.Decisions = []objectives.Decision{
		{At: at("06-02"), Verb: objectives.Accept, Item: it.ID, Objective: "speed", Note: "new"},
		{At: at("06-01"), Verb: objectives.Accept, Item: it.ID, Objective: "speed", Note: "old"},
		{At: at("06-03"), Verb: objectives.Jot, Item: it.ID, Note: "for\nall"},
		{At: at("06-04"), Verb: objectives.Reject, Item: it.ID, Objective: "growth", Note: "why not"},
	}
	r := Build(in)
	for i, want := range []string{"new", "for all"} {
		rows := r.Objectives[i].Cards[0].Rows
		if got := rows[len(rows)-1]; got != (CardRow{"My note", want, InMyWords}) {
			t.Errorf("objective %d: note %+v, want %q in the person's words", i+1, got, want)
		}
	}
	if got := r.Entries[0].Note; got != "for all / new" {
		t.Errorf("entry's note %q", got)
	}
}
