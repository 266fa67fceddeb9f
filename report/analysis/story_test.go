package analysis

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/dossier-report/dossier/evidence"
)

// twoSides makes 20 items that are done before 1 April and wait 5 or 6 days for
// review, and 20 after it that wait 1 or 2. Of the first four, of the others two
// are sent back. All are in progress for two days more, and sent back for one.
func twoSides() []evidence.Item {
	var items []evidence.Item
	for i := range 40 {
		created := time.Date(2026, 2, 1, 9, 0, 0, 0, time.UTC).AddDate(0, 0, i)
		wait, back := 5+i%2, i < 4
		if i >= 20 {
			created = time.Date(2026, 4, 1, 9, 0, 0, 0, time.UTC).AddDate(0, 0, i-20)
			wait, back = 1+i%2, i < 22
		}
		it := evidence.Item{ID: fmt.Sprintf("jira:acme.test/%02d", i), Source: "jira", Kind: evidence.Ticket, Title: "Work",
			URL: fmt.Sprintf("https://acme.test/browse/ML-%d", i+1), Flow: &evidence.Flow{Created: created}}
		at, from := created, "To do"
		move := func(days int, to string) {
			at = at.AddDate(0, 0, days)
			it.Flow.Moves = append(it.Flow.Moves, evidence.Move{At: at, From: from, To: to, By: "ana", How: evidence.ByEvent})
			from = to
		}
		move(1, "Doing")
		move(2, "In review")
		if back {
			move(wait, "Doing")
			move(1, "In review")
		} else {
			move(wait, "Done")
			items = append(items, it)
			continue
		}
		at = at.Add(time.Hour)
		it.Flow.Moves = append(it.Flow.Moves, evidence.Move{At: at, From: from, To: "Done", How: evidence.ByEvent})
		items = append(items, it)
	}
	return items
}

func page(id, title, text string, at time.Time, links ...string) evidence.Item {
	return evidence.Item{ID: "confluence:wiki.test/" + id, Source: "confluence", Kind: evidence.Page, Title: title, Text: text, Links: links,
		Acts: []evidence.Act{{At: at, Verb: evidence.Wrote}}}
}

func changed(items []evidence.Item, c Change) Input {
	return Input{Items: items, Now: time.Date(2026, 5, 4, 0, 0, 0, 0, time.UTC), Self: robin,
		Period:   evidence.Period{From: time.Date(2026, 2, 1, 0, 0, 0, 0, time.UTC)},
		Settings: Settings{Changes: []Change{c}}}
}

func TestBeforeAndAfterAChange(t *testing.T) {
	r := Flow(changed(twoSides(), Change{On: "2026-04-01", Title: "Review limit", Item: "ML-1"}))
	c := r.Changes[0]
	if c.Before.N != 20 || c.After.N != 20 || !c.Drawn() || c.Status != "In review" {
		t.Fatalf("%d before, %d after, %q in %q", c.Before.N, c.After.N, c.Why, c.Status)
	}
	// Before: ten items of 5 days and ten of 6, and of the four sent back an
	// hour more: (50+60)/20 + 4/24/20. After: (10+20)/20 + 2/24/20.
	near(t, "wait before", c.Wait.Before, 5.5+4.0/24/20)
	near(t, "wait after", c.Wait.After, 1.5+2.0/24/20)
	if d := c.Wait.After - c.Wait.Before; c.Wait.Low > d || c.Wait.High < d || c.Wait.High >= 0 || c.Wait.High-c.Wait.Low > 1 {
		t.Errorf("the interval of %v is %v to %v", d, c.Wait.Low, c.Wait.High)
	}
	// Cycle times before: 7 or 8 days, and for the four sent back a day and an
	// hour more. 50 % is rank 10 of 20: 8. After: 3 or 4.
	near(t, "cycle 50 % before", c.CycleP50.Before, 8)
	near(t, "cycle 50 % after", c.CycleP50.After, 4)
	if k := c.Counters[0]; k.Name != "sent back or reopened" || !slices.Equal(k.Of, []int{4, 2}) || k.Before != 0.2 || k.After != 0.1 || !c.NoWorse {
		t.Errorf("counter-measure: %+v, no worse %v", k, c.NoWorse)
	}
	if !slices.Contains(c.Caveats, "before and after on one team is not a controlled trial") {
		t.Errorf("caveats: %v", c.Caveats)
	}
	again := Flow(changed(twoSides(), Change{On: "2026-04-01", Title: "Review limit", Item: "ML-1"}))
	if diff := cmp.Diff(r, again); diff != "" {
		t.Errorf("chance was not the same twice: %s", diff)
	}
}

func TestAnIntervalOfEqualSidesHoldsZero(t *testing.T) {
	same := []span{1 * day, 2 * day, 3 * day, 4 * day, 5 * day, 6 * day}
	for _, of := range []statistic{meanOf, rankOf(50), rankOf(85)} {
		if low, high := bootstrap(same, same, of); low > 0 || high < 0 || low == high {
			t.Errorf("%d to %d", low, high)
		}
	}
	if low, high := bootstrap([]span{3 * day}, []span{1 * day}, meanOf); low != -2*day || high != -2*day {
		t.Errorf("of one value a side: %d to %d", low, high)
	}
}

func TestTheFourFactsAreToldWithWhatIsMissing(t *testing.T) {
	mine := twoSides()
	for i := range mine {
		if i == 0 { // the ticket about the change is the person's
			mine[i].Acts = []evidence.Act{{At: mine[i].Flow.Created, Verb: evidence.Created}, {At: mine[i].Flow.Created, Verb: evidence.Assigned}}
		}
	}
	march5 := time.Date(2026, 3, 5, 9, 0, 0, 0, time.UTC)
	study := page("1", "Where do tickets wait?", "Half of the time is spent waiting for review.", march5)
	late := page("2", "Where do tickets wait?", "", time.Date(2026, 4, 5, 9, 0, 0, 0, time.UTC))
	other := page("3", "Review of the quarter", "All is well.", march5)
	limit := Change{On: "2026-04-01", Title: "Review limit", Item: "ML-1"}
	for _, tt := range []struct {
		name  string
		items []evidence.Item
		c     []Change
		want  string // study, wait, change, effect
	}{
		{"all four", append(slices.Clone(mine), study), []Change{limit}, "yes yes yes yes"},
		{"studied after the change", append(slices.Clone(mine), late), []Change{limit}, "no yes yes yes"},
		{"written about something else", append(slices.Clone(mine), other), []Change{limit}, "no yes yes yes"},
		{"no change", append(slices.Clone(mine), study), nil, "yes yes no no"},
		{"a change without an item", append(slices.Clone(mine), study), []Change{{On: "2026-04-01", Title: "Review limit"}}, "yes yes no yes"},
		{"a change that did nothing", append(slices.Clone(mine[:20]), study), []Change{{On: "2026-02-18", Title: "Wish", Item: "ML-1"}}, "no yes yes no"},
		{"too few items", append(slices.Clone(mine[:5]), study), []Change{limit}, "yes no yes no"},
	} {
		in := changed(tt.items, limit)
		in.Settings.Changes = tt.c
		var got []string
		for _, f := range Flow(in).Facts {
			got = append(got, map[bool]string{true: "yes", false: "no"}[f.Present])
			if !f.Present && !strings.HasPrefix(f.Text, "Missing: ") {
				t.Errorf("%s: %s does not say what is missing: %q", tt.name, f.Name, f.Text)
			}
			if f.Present && f.Name != "effect" && len(f.Items) == 0 {
				t.Errorf("%s: %s has no item", tt.name, f.Name)
			}
		}
		if s := strings.Join(got, " "); s != tt.want {
			t.Errorf("%s: %s, want %s", tt.name, s, tt.want)
		}
	}
}

// planned makes a ticket of Ana's that was created on 1 March and done on a day
// of March, 0 for not yet.
func planned(id string, done int) evidence.Item {
	line := "1 To do, 2 Doing"
	if done > 0 {
		line += fmt.Sprintf(", %d Done", done)
	}
	return story(time.UTC, 15, id, line)
}

func due(at int, day, by string) evidence.DueDate {
	return evidence.DueDate{At: march(time.UTC, at, 16), Due: day, By: by}
}

func TestProposalsAndWhatBecameOfThem(t *testing.T) {
	says := func(kind evidence.Kind, at int, text string, links ...string) evidence.Item {
		return evidence.Item{ID: fmt.Sprintf("slack:acme/%d-%d", at, len(text)), Source: "slack", Kind: kind, Title: text, Links: links,
			Acts: []evidence.Act{{At: march(time.UTC, at, 9), Verb: evidence.Posted, Text: text}}}
	}
	tests := []struct {
		name  string
		done  int
		dates []evidence.DueDate
		more  []evidence.Item
		want  string // due, by, slip, verdict, re-plans with notice
	}{
		{"held", 9, []evidence.DueDate{due(2, "2026-03-10", "robin-v")}, nil, "2026-03-10 due date -1 hit"},
		{"held on the last hour of the day", 10, []evidence.DueDate{due(2, "2026-03-10", "robin-v")}, nil, "2026-03-10 due date +0 hit"},
		{"late", 12, []evidence.DueDate{due(2, "2026-03-10", "robin-v")}, nil, "2026-03-10 due date +2 late"},
		{"late with notice", 12, []evidence.DueDate{due(2, "2026-03-10", "robin-v"), due(5, "2026-03-13", "robin-v")}, nil, "2026-03-10 due date +2 late 2026-03-13/5"},
		{"a new date when the old one had passed", 14, []evidence.DueDate{due(2, "2026-03-10", "robin-v"), due(12, "2026-03-14", "robin-v")}, nil, "2026-03-10 due date +4 late 2026-03-14/-2"},
		{"the same date again is no re-plan", 9, []evidence.DueDate{due(2, "2026-03-10", "robin-v"), due(5, "2026-03-10", "robin-v")}, nil, "2026-03-10 due date -1 hit"},
		{"somebody else's date", 9, []evidence.DueDate{due(2, "2026-03-10", "ana")}, nil, ""},
		{"theirs first, then mine", 9, []evidence.DueDate{due(2, "2026-03-08", "ana"), due(3, "2026-03-10", "robin-v")}, nil, "2026-03-10 due date -1 hit"},
		{"open and not due", 0, []evidence.DueDate{due(2, "2026-04-10", "robin-v")}, nil, "2026-04-10 due date +0 open"},
		{"open and past", 0, []evidence.DueDate{due(2, "2026-03-21", "robin-v")}, nil, "2026-03-21 due date +10 late"},
		{"taken away", 9, []evidence.DueDate{due(2, "", "robin-v")}, nil, ""},
		{"in a message that names it", 9, nil, []evidence.Item{says(evidence.Message, 3, "ML-1 will be ready by 10 March.")}, "2026-03-10 text -1 hit"},
		{"in a message that links to it", 9, nil, []evidence.Item{says(evidence.Message, 3, "We ship it on March 10th.", "https://acme.test/browse/ML-1")}, "2026-03-10 text -1 hit"},
		{"a message before the date in the tracker", 9, []evidence.DueDate{due(4, "2026-03-12", "robin-v")}, []evidence.Item{says(evidence.Message, 3, "ML-1 is due 2026-03-10")}, "2026-03-10 text -1 hit 2026-03-12/6"},
		{"a message after it changes nothing", 9, []evidence.DueDate{due(2, "2026-03-10", "robin-v")}, []evidence.Item{says(evidence.Message, 4, "ML-1 is due 2026-03-20")}, "2026-03-10 due date -1 hit"},
		{"two dates in a sentence", 9, nil, []evidence.Item{says(evidence.Message, 3, "ML-1 starts on 5 March, done by 10 March.")}, ""},
		{"two keys in a sentence", 9, nil, []evidence.Item{says(evidence.Message, 3, "ML-1 and ML-2 are due 10 March.")}, ""},
		{"a date without a promise", 9, nil, []evidence.Item{says(evidence.Message, 3, "ML-1 was discussed again, see the minutes of 10 March")}, ""},
		{"a date that is past when it is written", 9, nil, []evidence.Item{says(evidence.Message, 5, "ML-1 was due 2026-03-02")}, ""},
		{"written when it was done", 9, nil, []evidence.Item{says(evidence.Message, 12, "ML-1 is due 2026-03-20")}, ""},
	}
	for _, tt := range tests {
		it := planned("ML-1", tt.done)
		it.Flow.Dates = tt.dates
		self := robin
		self.Logins = map[string][]string{"jira": {"robin-v"}, "slack": {"robin"}}
		r := Flow(Input{Items: append(tt.more, it), Period: inMarch(time.UTC), Now: march(time.UTC, 50, 0), Self: self})
		got := ""
		if n := len(r.Proposals.List); n > 1 {
			t.Errorf("%s: %d proposals", tt.name, n)
		} else if n == 1 {
			p := r.Proposals.List[0]
			got = fmt.Sprintf("%s %s %+d %s", p.Due, p.By, p.Slip, p.Verdict)
			for _, again := range p.Plans {
				got += fmt.Sprintf(" %s/%d", again.Due, again.Notice)
			}
		}
		if got != tt.want {
			t.Errorf("%s: %q, want %q", tt.name, got, tt.want)
		}
	}
}

func TestDatesOfActsCountWhereTheTrackerKeepsNone(t *testing.T) {
	it := planned("ML-1", 9)
	it.Acts = []evidence.Act{{At: march(time.UTC, 2, 16), Verb: evidence.Scheduled, Context: "due 2026-03-07 → 2026-03-10"},
		{At: march(time.UTC, 3, 16), Verb: evidence.Scheduled, Context: "sprint S1 → S2"}}
	it.Flow.Sprints = []evidence.Sprint{{Name: "S2", To: march(time.UTC, 14, 0)}}
	r := Flow(Input{Items: []evidence.Item{it}, Period: inMarch(time.UTC), Now: march(time.UTC, 50, 0), Self: robin})
	if p := r.Proposals.List; len(p) != 1 || p[0].Due != "2026-03-10" || p[0].By != "act" || len(p[0].Plans) != 1 || p[0].Plans[0].Due != "2026-03-13" || p[0].Plans[0].Notice != 7 {
		t.Errorf("%+v", p)
	}
}

func TestDatesInTexts(t *testing.T) {
	today := dayNumber(time.Date(2026, 11, 20, 0, 0, 0, 0, time.UTC))
	for words, want := range map[string]string{
		"Done by 2026-12-01":             "2026-12-01",
		"Done by 1 December":             "2026-12-01",
		"done by 1. Dec.":                "2026-12-01",
		"ready on the 3rd of December":   "2026-12-03",
		"We ship on Dec 3rd, 2026":       "2026-12-03",
		"Deadline: Sept 3":               "2027-09-03", // the next one
		"due 31 November":                "",           // no such day
		"due 3/4":                        "",           // which is it?
		"due 2026-13-01":                 "",
		"by 1 December 2031":             "", // no plan reaches so far
		"It may be 12 marches by then":   "",
		"1 December was fine":            "",
		"no word. Done by 2 December. x": "2026-12-02",
	} {
		got := ""
		for _, d := range datesIn(words, today) {
			got += text(d.due)
		}
		if got != want {
			t.Errorf("%q: %q, want %q", words, got, want)
		}
	}
}

func FuzzDatesIn(f *testing.F) {
	f.Add("Done by 1 December. Due 2026-02-30; ready 29 Feb", 20000)
	f.Add("by 99 May 0000 \xff\xfe by 31. sept.\nplan: Jan 1, 9999", 0)
	f.Fuzz(func(t *testing.T, s string, today int) {
		today %= 40000
		for _, d := range datesIn(s, today) {
			if d.due < today || d.due > today+farthest || len([]rune(d.quote)) > 120 {
				t.Errorf("%q on %d: %d, %q", s, today, d.due, d.quote)
			}
		}
	})
}

func TestReviewWaits(t *testing.T) {
	pull := func(n int, author string, acts []evidence.Act, people []evidence.Participant, moves ...evidence.Move) evidence.Item {
		it := evidence.Item{ID: fmt.Sprintf("github:acme/lab#%d", n), Source: "github", Kind: evidence.PullRequest, URL: fmt.Sprintf("https://github.example.org/acme/lab/pull/%d", n),
			Author: &evidence.Person{Login: author}, Acts: acts, People: people, Flow: &evidence.Flow{Created: march(time.UTC, 2, 9), Moves: moves}}
		from := "Open"
		if len(moves) > 0 && moves[0].From != "" {
			from = moves[0].From
		}
		for i := range it.Flow.Moves {
			it.Flow.Moves[i].From, from = from, it.Flow.Moves[i].To
		}
		return it
	}
	to := func(day int, status, by string) evidence.Move {
		return evidence.Move{At: march(time.UTC, day, 9), To: status, By: by, How: evidence.ByEvent}
	}
	draft := to(4, "Open", "robin-v")
	draft.From = "Draft"
	reviewer := func(day int) []evidence.Participant {
		return []evidence.Participant{{Person: evidence.Person{Login: "ana"}, Role: "reviewer", At: march(time.UTC, day, 9)}}
	}
	items := []evidence.Item{
		// Mine: 2 days; ready on the 4th, so 3 days; waiting still.
		pull(1, "robin-v", []evidence.Act{{At: march(time.UTC, 2, 9), Verb: evidence.Opened}}, reviewer(4)),
		pull(2, "robin-v", []evidence.Act{{At: march(time.UTC, 2, 9), Verb: evidence.Opened}}, nil, draft, to(7, "Approved", "ana")),
		pull(3, "robin-v", []evidence.Act{{At: march(time.UTC, 2, 9), Verb: evidence.Opened}}, nil),
		// Others': 1 day and, asked again on the 5th, 4 days more.
		pull(4, "ana", []evidence.Act{{At: march(time.UTC, 9, 9), Verb: evidence.Approved}}, nil, to(3, "Changes requested", "tomek"), to(5, "In review", "ana"), to(9, "Approved", "robin-v")),
		// The author's own approval is none, and a merge without a review no wait.
		pull(5, "ana", nil, nil, to(3, "Approved", "ana"), to(4, "Approved", "tomek")),
	}
	items[4].Outcome = &evidence.Outcome{State: evidence.StateMerged, At: march(time.UTC, 5, 9)}
	merged := pull(6, "ana", nil, nil, to(3, "Merged", "ana"))
	merged.Outcome = &evidence.Outcome{State: evidence.StateMerged, At: march(time.UTC, 3, 9)}
	r := Flow(Input{Items: append(items, merged), Period: inMarch(time.UTC), Now: march(time.UTC, 20, 0), Self: robin}).ReviewWait
	sums := func(w Wait) string { return fmt.Sprintf("%d of %.1f, %d open", w.N, w.Mean*float64(w.N), w.Open) }
	if got := sums(r.Mine); got != "2 of 5.0, 1 open" {
		t.Errorf("mine: %s", got)
	}
	if got := sums(r.Team); got != "2 of 3.0, 0 open" {
		t.Errorf("others': %s", got)
	}
	if got := sums(r.ByMe); got != "1 of 7.0, 0 open" {
		t.Errorf("by me: %s", got)
	}
	if len(r.Rounds) != 2 || sums(r.Rounds[1]) != "1 of 4.0, 0 open" {
		t.Errorf("rounds: %+v", r.Rounds)
	}
}

func TestSprintsCarryOverWhatTheyDoNotFinish(t *testing.T) {
	sprint := func(added, removed int) evidence.Sprint {
		s := evidence.Sprint{Name: "S1", From: march(time.UTC, 2, 9), To: march(time.UTC, 16, 9), Closed: march(time.UTC, 16, 10)}
		if added > 0 {
			s.Added = march(time.UTC, added, 9)
		}
		if removed > 0 {
			s.Removed = march(time.UTC, removed, 9)
		}
		return s
	}
	var items []evidence.Item
	for i, tt := range []struct {
		done, added, removed int
	}{{5, 1, 0}, {12, 4, 0}, {20, 1, 0}, {0, 0, 0}, {0, 1, 8}} {
		it := planned(fmt.Sprintf("ML-%d", i+1), tt.done)
		it.Flow.Sprints = []evidence.Sprint{sprint(tt.added, tt.removed)}
		items = append(items, it)
	}
	r := Flow(Input{Items: items, Period: inMarch(time.UTC), Now: march(time.UTC, 31, 0)}).CarryOver
	// ML-1 and 2 are done in it, 2 was added later, 5 was taken out; 3 and 4 are
	// carried over. Of the four that it held at its end that is a half.
	if len(r.Sprints) != 1 {
		t.Fatalf("%+v", r)
	}
	s := r.Sprints[0]
	if s.Planned != 4 || s.Added != 1 || s.Removed != 1 || s.Done != 2 || !slices.Equal(shortIDs(s.Carried), []string{"ML-3", "ML-4"}) || r.Share != 0.5 {
		t.Errorf("%+v, share %v", s, r.Share)
	}
	if len(r.Caveats) == 0 {
		t.Error("nobody recorded when ML-4 was put in, and nothing says so")
	}
}

func TestBacklogTellsWhatBecameOfWhatThePersonWrote(t *testing.T) {
	wrote := func(id, line string, change func(*evidence.Item)) evidence.Item {
		it := story(time.UTC, 12, id, line)
		it.Acts = []evidence.Act{{At: it.Flow.Created, Verb: evidence.Created}}
		if change != nil {
			change(&it)
		}
		return it
	}
	points := func(it *evidence.Item) { it.Flow.Estimate = &evidence.Estimate{Value: 3, Unit: "points"} }
	items := []evidence.Item{
		wrote("ML-1", "1 To do, 3 Doing, 7 Done", points),
		wrote("ML-2", "2 To do, 4 Doing", func(it *evidence.Item) { it.Flow.Moves[0].By = "robin@example.org" }),
		wrote("ML-3", "3 To do, 5 Done", func(it *evidence.Item) {
			it.Outcome = &evidence.Outcome{State: evidence.StateDropped, At: march(time.UTC, 5, 12)}
		}),
		wrote("ML-4", "4 To do", nil),
		story(time.UTC, 12, "ML-5", "4 To do, 5 Doing"), // somebody else's
	}
	r := Flow(Input{Items: items, Period: inMarch(time.UTC), Now: march(time.UTC, 20, 12), Self: robin}).Backlog
	if r.N != 4 || r.Taken != 2 || r.ByOthers != 1 || r.Done != 1 || r.Dropped != 1 || r.Open != 2 || r.Estimated != 1 {
		t.Errorf("%+v", r)
	}
	var got []string
	for _, c := range r.List {
		got = append(got, fmt.Sprintf("%s %s %v by %s", c.Key, c.Became, c.Days, c.By))
	}
	want := []string{"ML-1 done 6 by ana", "ML-2 in_progress 18 by robin@example.org", "ML-3 dropped 2 by ", "ML-4 to_do 16 by "}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
	if diff := cmp.Diff([]EstimateRow{{Value: 3, Unit: "points", N: 1, P50: 4, P85: 4}}, r.Estimates); diff != "" {
		t.Error(diff)
	}
}

func TestForecastOfASteadyFlowIsCertain(t *testing.T) {
	// Three items are done in every week of twelve: seven are left for three
	// weeks, and chance has nothing to choose.
	var items []evidence.Item
	monday := time.Date(2026, 1, 5, 12, 0, 0, 0, time.UTC)
	for i := range 36 {
		at := monday.AddDate(0, 0, i/3*7)
		items = append(items, evidence.Item{ID: fmt.Sprintf("jira:acme.test/%02d", i), Source: "jira", Kind: evidence.Ticket,
			Flow: &evidence.Flow{Created: at, Moves: []evidence.Move{{At: at.Add(time.Hour), From: "To do", To: "Doing"}, {At: at.Add(2 * time.Hour), From: "Doing", To: "Done"}}}})
	}
	in := Input{Items: items, Left: 7, Now: monday.AddDate(0, 0, 84).Add(-12 * time.Hour), Period: evidence.Period{From: monday.Add(-12 * time.Hour)}}
	f := Flow(in).Forecast
	// The last day is Sunday 29 March; three weeks later it is 19 April.
	if f.P50 != "2026-04-19" || f.P85 != "2026-04-19" || len(f.Ends) != 1 || f.Ends[0].Runs != 10_000 || !f.Drawn() {
		t.Errorf("%+v", f)
	}
	in.Now = monday.AddDate(0, 0, 49)
	if f := Flow(in).Forecast; f.Drawn() || !strings.Contains(f.Why, "7 whole weeks, and it takes 8") {
		t.Errorf("%q", f.Why)
	}
	in.Items, in.Now = items[:15], monday.AddDate(0, 0, 84)
	if f := Flow(in).Forecast; f.Drawn() || !strings.Contains(f.Why, "15 finished items, and it takes 20") {
		t.Errorf("%q", f.Why)
	}
}

func TestForecastOfTwoWeeksIsTheBinomialOfPaper(t *testing.T) {
	// Weeks of 0 and of 4 in turn, and 4 left: a run takes k weeks with
	// probability 2^-k. Half are done after one week, 85 % after three.
	f := Forecast{Left: 4, Runs: forecastRuns, Weeks: []int{0, 4, 0, 4, 0, 4, 0, 4}}
	m := newModel(Input{Now: time.Date(2026, 3, 30, 0, 0, 0, 0, time.UTC)})
	f.simulate(m)
	for i, want := range []float64{0.5, 0.25, 0.125} {
		if d := f.Ends[i].Share - want; d > 0.02 || d < -0.02 {
			t.Errorf("after %d weeks %v, want about %v", i+1, f.Ends[i].Share, want)
		}
	}
	if f.P85 != "2026-04-19" { // 29 March and three weeks
		t.Errorf("85 %% by %s", f.P85)
	}
}

func TestEmptyAndTinyBoardsSayWhyNothingIsDrawn(t *testing.T) {
	for n := range 4 {
		in := firstBoard()
		in.Items = in.Items[:n]
		r := Flow(in)
		for name, f := range map[string]*Figure{"lead": &r.LeadTime.Figure, "cycle": &r.CycleTime.Figure, "status": &r.TimeInStatus.Figure,
			"cumulative": &r.CumulativeFlow.Figure, "age": &r.Age.Figure, "bottleneck": &r.Bottleneck.Figure, "proposals": &r.Proposals.Figure, "forecast": &r.Forecast.Figure} {
			if f.Drawn() {
				t.Errorf("%d items: %s is drawn", n, name)
			}
		}
	}
}

func TestOthersTitlesAreNotTold(t *testing.T) {
	in := firstBoard()
	r := Flow(in)
	for _, p := range r.CycleTime.Points {
		if p.Title != "" {
			t.Errorf("%s: %q", p.Item, p.Title)
		}
	}
	for _, a := range append(r.Bottleneck.Longest, r.Blocked.Items...) {
		if a.Title != "" || a.Key == "" {
			t.Errorf("%+v", a)
		}
	}
}
