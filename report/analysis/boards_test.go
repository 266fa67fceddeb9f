package analysis

import (
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/dossier-report/dossier/evidence"
)

// march is a moment of March 2026 in a zone.
func march(z *time.Location, day, hour int) time.Time {
	return time.Date(2026, 3, day, hour, 0, 0, 0, z)
}

// story makes a ticket from lines like "1 To do, 3 Doing, 8 Done": on which day
// of March, at an hour, it came to which status. The first is its creation.
func story(z *time.Location, hour int, id, line string) evidence.Item {
	it := evidence.Item{ID: "jira:acme.test/" + id, Source: "jira", Kind: evidence.Ticket, Title: "Ticket " + id,
		URL: "https://acme.test/browse/" + id, Place: "A", Acts: []evidence.Act{}, Flow: &evidence.Flow{}}
	from := ""
	for i, part := range strings.Split(line, ", ") {
		d, status, _ := strings.Cut(part, " ")
		n, err := strconv.Atoi(d)
		if err != nil {
			panic(err)
		}
		at := march(z, n, hour)
		if i == 0 {
			it.Flow.Created = at
		} else {
			it.Flow.Moves = append(it.Flow.Moves, evidence.Move{At: at, From: from, To: status, By: "ana", How: evidence.ByEvent})
		}
		from = status
	}
	return it
}

func inMarch(z *time.Location) evidence.Period {
	return evidence.Period{From: march(z, 1, 0), To: march(z, 32, 0), Zone: z}
}

func near(t *testing.T, what string, got, want float64) {
	t.Helper()
	if math.Abs(got-want) > 1e-9 {
		t.Errorf("%s: %v, want %v", what, got, want)
	}
}

func means(list []StatusTime) map[string]float64 {
	out := map[string]float64{}
	for _, s := range list {
		out[s.Status] = s.Mean
	}
	return out
}

func sameMeans(t *testing.T, got []StatusTime, want map[string]float64) {
	t.Helper()
	if diff := cmp.Diff(want, means(got), cmp.Comparer(func(a, b float64) bool { return math.Abs(a-b) < 1e-9 })); diff != "" {
		t.Errorf("time in status: %s", diff)
	}
}

func shortIDs(ids []string) (out []string) {
	for _, id := range ids {
		out = append(out, id[strings.LastIndex(id, "/")+1:])
	}
	return out
}

// The first board, Jira alone, everything at noon UTC, in days of March:
//
//	       created Doing Review Done   Backlog Doing Review  lead cycle
//	AB-1       1      2     4      6       1      2     2       5     4
//	AB-2       1      3     4      9       2      1     5       8     6
//	AB-3       2      3     6      7       1      3     1       5     4
//	AB-4       3      4     5     15       1      1    10      12    11
//	AB-5       4      6     8     11       2      2     3       7     5
//	AB-6       5     10    12     13       5      2     1       8     3
//	AB-7       6   9,12 10,13     14       3    1+1   2+1       8     5
//	AB-8       8     12    16     18       4      4     2      10     6
//	                            sums     19     17    27      63    44
//	AB-9      10     20                 still in Doing
//	AB-10     12                        still in Backlog
func firstBoard() Input {
	in := Input{Period: inMarch(time.UTC), Now: march(time.UTC, 40, 0)}
	for id, line := range map[string]string{
		"AB-1": "1 Backlog, 2 Doing, 4 Review, 6 Done",
		"AB-2": "1 Backlog, 3 Doing, 4 Review, 9 Done",
		"AB-3": "2 Backlog, 3 Doing, 6 Review, 7 Done",
		"AB-4": "3 Backlog, 4 Doing, 5 Review, 15 Done",
		"AB-5": "4 Backlog, 6 Doing, 8 Review, 11 Done",
		"AB-6": "5 Backlog, 10 Doing, 12 Review, 13 Done",
		"AB-7": "6 Backlog, 9 Doing, 10 Review, 12 Doing, 13 Review, 14 Done",
		"AB-8": "8 Backlog, 12 Doing, 16 Review, 18 Done",
		"AB-9": "10 Backlog, 20 Doing", "AB-10": "12 Backlog",
	} {
		it := story(time.UTC, 12, id, line)
		it.Flow.Meanings = map[string]evidence.WorkState{"Backlog": evidence.ToDo, "Doing": evidence.InProgress, "Review": evidence.InProgress, "Done": evidence.Done}
		if id == "AB-10" {
			it.Flow.Boards = []evidence.Board{{Name: "A board", Columns: []evidence.Column{{Name: "Backlog", Statuses: []string{"Backlog"}}, {Name: "Doing", Statuses: []string{"Doing"}}, {Name: "Review", Statuses: []string{"Review"}}, {Name: "Done", Statuses: []string{"Done"}}}}}
		}
		if id == "AB-4" { // three days, of its wait for review
			it.Flow.Flagged = []evidence.Span{{From: march(time.UTC, 7, 12), To: march(time.UTC, 10, 12)}}
		}
		if id == "AB-8" { // one day, of its work
			it.Flow.Flagged = []evidence.Span{{From: march(time.UTC, 13, 12), To: march(time.UTC, 14, 12)}}
		}
		in.Items = append(in.Items, it)
	}
	return in
}

func TestFirstBoardTimes(t *testing.T) {
	r := Flow(firstBoard())
	if r.Items != 10 || r.Finished != 8 {
		t.Errorf("%d items, %d finished", r.Items, r.Finished)
	}
	// Leads in order: 5 5 7 8 8 8 10 12. Of 8, 50 % is rank 4, 85 % rank 7
	// (6.8 rounded up), 95 % rank 8 (7.6). Cycles: 3 4 4 5 5 6 6 11.
	near(t, "lead 50 %", r.LeadTime.P50, 8)
	near(t, "lead 85 %", r.LeadTime.P85, 10)
	near(t, "lead 95 %", r.LeadTime.P95, 12)
	near(t, "lead mean", r.LeadTime.Mean, 63.0/8)
	near(t, "cycle 50 %", r.CycleTime.P50, 5)
	near(t, "cycle 85 %", r.CycleTime.P85, 6)
	near(t, "cycle 95 %", r.CycleTime.P95, 11)
	near(t, "cycle mean", r.CycleTime.Mean, 44.0/8)
	if r.CycleTime.Drawn() || !strings.Contains(r.CycleTime.Why, "8 finished items with a start, and it takes 20") {
		t.Errorf("why: %q", r.CycleTime.Why)
	}
	sameMeans(t, r.TimeInStatus.Statuses, map[string]float64{"Backlog": 19.0 / 8, "Doing": 17.0 / 8, "Review": 27.0 / 8})
	near(t, "all stays", r.TimeInStatus.Lead, 63.0/8)
	near(t, "begun", r.TimeInStatus.Begun, 44.0/8)
	near(t, "share of review", r.TimeInStatus.Statuses[2].Share, 27.0/44)
	// Of 44 days 17 in Doing, one of them flagged: 16 were worked. The flag of
	// AB-4 falls into its review, which is waiting anyway.
	near(t, "efficiency", r.Efficiency.Share, 16.0/44)
	near(t, "flagged while worked on", r.Efficiency.Blocked, 1)
	// Flagged 3 and 1 days of 44 begun and the 11.5 of AB-9.
	near(t, "blocked", r.Blocked.Days, 4)
	near(t, "blocked share", r.Blocked.Share, 4/55.5)
	if got := shortIDs([]string{r.Blocked.Items[0].Item, r.Blocked.Items[1].Item}); !slices.Equal(got, []string{"AB-4", "AB-8"}) {
		t.Errorf("longest blocked: %v", got)
	}
}

func TestFirstBoardCounts(t *testing.T) {
	r := Flow(firstBoard())
	// 1 March is a Sunday, so the first week has a day of the window, the last
	// one two. Finished on 6, 7 | 9, 11, 13, 14, 15 | 18.
	want := []Week{{Day: "2026-02-23", Partial: true}, {Day: "2026-03-02", Count: 2}, {Day: "2026-03-09", Count: 5}, {Day: "2026-03-16", Count: 1}, {Day: "2026-03-23"}, {Day: "2026-03-30", Partial: true}}
	if diff := cmp.Diff(want, r.Throughput.Weeks); diff != "" {
		t.Error(diff)
	}
	near(t, "median week, of 0 1 2 5", r.Throughput.Median, 1)
	near(t, "mean week", r.Throughput.Mean, 2)
	// In progress at the end of days 1 to 20: what was begun and is not done.
	days := []int{0, 1, 3, 4, 4, 4, 3, 3, 3, 4, 3, 4, 3, 2, 1, 1, 1, 0, 0, 1}
	for i, n := range days {
		if r.WIP.Days[i].Count != n {
			t.Errorf("in progress on %s: %d, want %d", r.WIP.Days[i].Day, r.WIP.Days[i].Count, n)
		}
	}
	if len(r.WIP.Days) != 31 || r.WIP.Max != 4 || r.WIP.MaxDay != "2026-03-04" {
		t.Errorf("%d days, at most %d on %s", len(r.WIP.Days), r.WIP.Max, r.WIP.MaxDay)
	}
	near(t, "average in progress", r.WIP.Average, 55.5/31)
	// On the evening of 8 March AB-6, 7 and 8 are in the backlog, AB-2, 4 and 5
	// in review, AB-1 and 3 done.
	var evening []string
	for _, l := range r.CumulativeFlow.Layers {
		evening = append(evening, fmt.Sprintf("%s %d", l.Status, l.Counts[1]))
	}
	if got := strings.Join(evening, ", "); got != "Backlog 3, Doing 0, Review 3, Done 2" {
		t.Errorf("on 8 March: %s", got)
	}
	if w := r.CumulativeFlow.Widest; w == nil || w.Count != 3 || w.Day != "2026-03-08" || !slices.Equal(shortIDs(w.Items), []string{"AB-2", "AB-4", "AB-5"}) {
		t.Errorf("widest: %+v", w)
	}
	if a := r.Arrivals; a.Created != 10 || a.Started != 9 || a.Done != 8 || a.Dropped != 0 || a.Weeks[1].Created != 6 || a.Weeks[1].Open != 6 {
		t.Errorf("arrivals: %+v", a)
	}
}

func TestFirstBoardAgeAndBottleneck(t *testing.T) {
	r := Flow(firstBoard())
	// Ages on leaving Doing for the last time: 1 1 2 2 2 3 4 4, AB-7's 4 from its
	// second turn: 50 % is 2, 85 % is 4. AB-9 is 11.5 days old on the evening of
	// the 31st.
	if len(r.Age.Items) != 1 || r.Age.Items[0].Key != "AB-9" || !r.Age.Items[0].Over {
		t.Fatalf("ageing: %+v", r.Age.Items)
	}
	near(t, "age", r.Age.Items[0].Days, 11.5)
	near(t, "Doing 50 %", r.Age.Statuses[0].P50, 2)
	near(t, "Doing 85 %", r.Age.Statuses[0].P85, 4)
	if r.Bottleneck.Status != "Review" || r.Bottleneck.Drawn() {
		t.Errorf("bottleneck: %q, %q", r.Bottleneck.Status, r.Bottleneck.Why)
	}
	near(t, "bottleneck share", r.Bottleneck.Share, 27.0/44)
	near(t, "bottleneck mean", r.Bottleneck.Mean, 27.0/8)
	if l := r.Bottleneck.Longest; len(l) != 5 || l[0].Key != "AB-4" || l[0].Days != 10 || l[1].Key != "AB-2" {
		t.Errorf("longest: %+v", l)
	}
}

// The second board, GitHub cards alone, at 9:00 in Vancouver, whose clocks jump
// on Sunday 8 March 2026. Its columns are Todo, In Progress, In Review, Done;
// nothing else says what they mean.
//
//	B-1   2 Todo, 5 In Progress, 9 In Review, 11 Done           3 + 4 + 2    cycle 6
//	B-2   3 Todo, 4 In Review, 6 Done         skipped a column  1 + 2        cycle 2
//	B-3   3 Todo, 5 Done                      no start
//	B-4   4 Todo, 5 In Progress, 6 Done, 9 In Progress, 10 Done  reopened
//	B-5   5 Todo, 6 In Progress, 12 Done      dropped
//	B-6   closed on the 11th                  no move at all
//	B-7   6 Todo, 9 In Progress, 10 In Review, 11 QA, 13 Done   3+1+1+2     cycle 4
//	B-8   9 Todo, 10 In Progress, 12 Done     from snapshots    1 + 2        cycle 2
//	B-9   10 Todo, 11 In Progress             open, flagged on the 12th
//	B-10  created on the 12th, moved on the 11th, done on the 16th           cycle 5
func secondBoard(t *testing.T) Input {
	z := zone(t, "America/Vancouver")
	in := Input{Period: inMarch(z), Zone: z, Now: march(z, 20, 9)}
	for id, line := range map[string]string{
		"B-1": "2 Todo, 5 In Progress, 9 In Review, 11 Done", "B-2": "3 Todo, 4 In Review, 6 Done", "B-3": "3 Todo, 5 Done",
		"B-4": "4 Todo, 5 In Progress, 6 Done, 9 In Progress, 10 Done", "B-5": "5 Todo, 6 In Progress, 12 Done", "B-6": "5 Todo",
		"B-7": "6 Todo, 9 In Progress, 10 In Review, 11 QA, 13 Done", "B-8": "9 Todo, 10 In Progress, 12 Done",
		"B-9": "10 Todo, 11 In Progress", "B-10": "12 Todo, 11 In Progress, 16 Done",
	} {
		it := story(z, 9, id, line)
		it.ID, it.Source, it.Kind, it.URL = "github:acme.test/"+id, "github", evidence.Card, "https://github.example.org/orgs/acme/projects/7"
		it.Flow.Boards = []evidence.Board{{Name: "Roadmap", Columns: []evidence.Column{{Name: "Todo", Statuses: []string{"Todo"}}, {Name: "In Progress", Statuses: []string{"In Progress"}}, {Name: "In Review", Statuses: []string{"In Review"}}, {Name: "Done", Statuses: []string{"Done"}}}}}
		switch id {
		case "B-5":
			it.Outcome = &evidence.Outcome{State: evidence.StateDropped, At: march(z, 12, 9)}
		case "B-6":
			it.Outcome = &evidence.Outcome{State: evidence.StateDone, At: march(z, 11, 9)}
		case "B-8":
			for i := range it.Flow.Moves {
				it.Flow.Moves[i].How = evidence.BySnapshot
			}
		case "B-9":
			it.Flow.Flagged = []evidence.Span{{From: march(z, 12, 9)}}
		}
		in.Items = append(in.Items, it)
	}
	return in
}

func counts(q Quality) map[string][]string {
	out := map[string][]string{}
	for _, c := range q.Counts {
		out[c.Name] = shortIDs(c.Items)
	}
	return out
}

func TestSecondBoardOfCardsAlone(t *testing.T) {
	r := Flow(secondBoard(t))
	if r.Items != 10 || r.Finished != 8 || !slices.Equal(r.Sources, []string{"github"}) {
		t.Errorf("%d items, %d finished, from %v", r.Items, r.Finished, r.Sources)
	}
	// Cycles that count: 2 2 4 5 6. Of 5, 50 % is rank 3, 85 % rank 5.
	if r.CycleTime.N != 5 {
		t.Errorf("%d cycle times: %+v", r.CycleTime.N, r.CycleTime.Points)
	}
	near(t, "cycle 50 %", r.CycleTime.P50, 4)
	near(t, "cycle 85 %", r.CycleTime.P85, 6)
	near(t, "cycle mean", r.CycleTime.Mean, 19.0/5)
	// Leads 9 3 7 3 5: a day lost to the clock is none lost.
	near(t, "lead mean", r.LeadTime.Mean, 27.0/5)
	sameMeans(t, r.TimeInStatus.Statuses, map[string]float64{"Todo": 8.0 / 5, "In Progress": 12.0 / 5, "In Review": 5.0 / 5, "QA": 2.0 / 5})
	want := map[string][]string{"no_start": {"B-3"}, "done_without_moves": {"B-6"}, "reopened": {"B-4"}, "backdated": {"B-10"},
		"off_board": {"B-7"}, "guessed_states": {"B-7"}, "not_by_event": {"B-8"}, "dropped": {"B-5"}}
	if diff := cmp.Diff(want, counts(r.Quality)); diff != "" {
		t.Errorf("quality: %s", diff)
	}
	if got := r.Quality.Limits; !strings.HasPrefix(got, "Left out: 1 item without a start, 1 done without a move, 1 reopened. ") || !strings.HasSuffix(got, " Days are calendar days.") {
		t.Errorf("limits: %q", got)
	}
	if r.Arrivals.Done != 8 || r.Arrivals.Dropped != 1 || r.Arrivals.Created != 10 {
		t.Errorf("arrivals: %+v", r.Arrivals)
	}
	if !slices.Equal(shortIDs(r.Blocked.Now), []string{"B-9"}) || r.Blocked.Days != 8 { // 12 to 20 March
		t.Errorf("blocked: %+v", r.Blocked)
	}
}

func TestSecondBoardInWorkingDays(t *testing.T) {
	in := secondBoard(t)
	in.Settings.Calendar = Calendar{Weekdays: []time.Weekday{1, 2, 3, 4, 5}, Holidays: []string{"2026-03-10"}}
	r := Flow(in)
	// B-1: Thursday 5 to Wednesday 11 is 6 days, without Saturday, Sunday and
	// the holiday on Tuesday 3. B-2: 2. B-7: Monday 9 to Friday 13 without
	// Tuesday 3. B-8: Tuesday 9:00 to Thursday 9:00 keeps of the holiday
	// nothing, so 9/24 of Thursday and all of Wednesday. B-10: Wednesday 11 to
	// Monday 16 is 3.
	want := map[string]float64{"B-1": 3, "B-2": 2, "B-7": 3, "B-8": 1 + 9.0/24, "B-10": 3}
	got := map[string]float64{}
	for _, p := range r.CycleTime.Points {
		got[p.Item[strings.LastIndex(p.Item, "/")+1:]] = p.Days
	}
	if diff := cmp.Diff(want, got, cmp.Comparer(func(a, b float64) bool { return math.Abs(a-b) < 1e-9 })); diff != "" {
		t.Error(diff)
	}
	if r.Days != "working days" {
		t.Errorf("days: %q", r.Days)
	}
}

// The third board, Jira and GitHub at once, in Berlin, whose clocks jump on
// Sunday 29 March. Ten artefacts are six pieces of work:
//
//	CD-1, CD-2, CD-3  tickets                 cycle 3, 4, 2
//	lab#1          an issue and its card   cycle 5, by the card
//	lab#2          an issue and its card   open, by the card
//	lab#3          an issue "[CD-2] ..."    is CD-2
//	a card         that only names CD-3     lends CD-3 its date
//	lab#4          an issue on no board    cycle unknown: open to closed
//	lab#5          a pull request for CD-1  no work item of its own
func thirdBoard(t *testing.T) Input {
	z := zone(t, "Europe/Berlin")
	in := Input{Period: inMarch(z), Zone: z, Now: march(z, 31, 18), Self: robin}
	add := func(id, line string, change func(*evidence.Item)) {
		it := story(z, 10, id, line)
		if change != nil {
			change(&it)
		}
		in.Items = append(in.Items, it)
	}
	github := func(kind evidence.Kind, number int, title string) func(*evidence.Item) {
		return func(it *evidence.Item) {
			it.ID, it.Source, it.Kind, it.Title = "github:"+it.ID[len("jira:"):], "github", kind, title
			it.URL = fmt.Sprintf("https://github.example.org/acme/lab/issues/%d", number)
			if kind == evidence.PullRequest {
				it.URL = fmt.Sprintf("https://github.example.org/acme/lab/pull/%d", number)
			}
		}
	}
	closed := func(day int, then func(*evidence.Item)) func(*evidence.Item) {
		return func(it *evidence.Item) {
			then(it)
			it.Outcome = &evidence.Outcome{State: evidence.StateDone, At: march(z, day, 10)}
		}
	}
	add("CD-1", "2 To Do, 3 In Progress, 6 Done", nil)
	add("CD-2", "3 To Do, 26 In Progress, 30 Done", nil) // over the jump
	add("CD-3", "4 To Do, 5 In Progress, 7 Done", nil)
	add("issue1", "3 Open, 20 Closed", closed(20, github(evidence.Issue, 1, "One")))
	add("card1", "4 Todo, 10 In Progress, 15 Done", github(evidence.Card, 1, "One"))
	add("issue2", "5 Open", github(evidence.Issue, 2, "Two"))
	add("card2", "6 Todo, 20 In Progress", github(evidence.Card, 2, "Two"))
	add("issue3", "9 Open", github(evidence.Issue, 3, "[CD-2] The same from outside"))
	add("line", "2 Todo, 7 Done", func(it *evidence.Item) {
		github(evidence.Card, 0, "H1: make CD-3 happen")(it)
		it.URL, it.Links = "https://github.example.org/orgs/acme/projects/7", []string{"CD-3"}
		it.Flow.Dates = []evidence.DueDate{{At: march(z, 2, 11), Due: "2026-03-08", By: "robin-v"}}
	})
	add("issue4", "8 Open, 12 Closed", closed(12, github(evidence.Issue, 4, "Four")))
	add("pull5", "4 Open, 6 Merged", func(it *evidence.Item) {
		github(evidence.PullRequest, 5, "Five")(it)
		it.Links = []string{"CD-1"}
	})
	return in
}

func TestThirdBoardCountsEachPieceOfWorkOnce(t *testing.T) {
	in := thirdBoard(t)
	r := Flow(in)
	if r.Items != 6 || r.Finished != 5 || !slices.Equal(r.Sources, []string{"github", "jira"}) {
		t.Errorf("%d items, %d finished, from %v", r.Items, r.Finished, r.Sources)
	}
	got := map[string]float64{}
	for _, p := range r.CycleTime.Points {
		got[p.Item] = p.Days
	}
	want := map[string]float64{"jira:acme.test/CD-1": 3, "jira:acme.test/CD-2": 4, "jira:acme.test/CD-3": 2, "github:acme.test/card1": 5}
	if diff := cmp.Diff(want, got, cmp.Comparer(func(a, b float64) bool { return math.Abs(a-b) < 1e-9 })); diff != "" {
		t.Errorf("cycle times: %s", diff)
	}
	for _, p := range r.LeadTime.Points {
		if p.Item == "github:acme.test/card1" && p.Days != 12 { // since the issue of the 3rd
			t.Errorf("lead time of an issue with a card: %v, want 12", p.Days)
		}
	}
	if diff := cmp.Diff([]string{"card1", "card2", "CD-2", "CD-3"}, counts(r.Quality)["seen_twice"]); diff != "" {
		t.Errorf("seen twice: %s", diff)
	}
	if p := r.Proposals; len(p.List) != 1 || p.List[0].Key != "CD-3" || p.List[0].Slip != -1 || p.List[0].From != "github:acme.test/line" {
		t.Errorf("the date on the card that names CD-3: %+v", p.List)
	}
}

func TestThirdBoardFromEitherSourceAlone(t *testing.T) {
	only := func(source string, kinds ...evidence.Kind) Result {
		in := thirdBoard(t)
		in.Items = slices.DeleteFunc(in.Items, func(it evidence.Item) bool {
			return it.Source != source || len(kinds) > 0 && !slices.Contains(kinds, it.Kind)
		})
		return Flow(in)
	}
	if r := only("jira"); r.Items != 3 || r.CycleTime.N != 3 {
		t.Errorf("Jira alone: %d items, %d cycle times", r.Items, r.CycleTime.N)
	}
	// Without the tickets the card is work of its own.
	if r := only("github"); r.Items != 5 || r.CycleTime.N != 1 {
		t.Errorf("GitHub alone: %d items, %d cycle times", r.Items, r.CycleTime.N)
	}
	if r := only("github", evidence.Card); r.Items != 3 || r.CycleTime.N != 1 {
		t.Errorf("cards alone: %d items, %d cycle times", r.Items, r.CycleTime.N)
	}
	if r := only("github", evidence.PullRequest); r.Items != 1 || r.Finished != 1 {
		t.Errorf("pull requests alone are the work: %d items, %d finished", r.Items, r.Finished)
	}
}

func TestAStatusOfTheSettingsInWhichNothingWasIsTold(t *testing.T) {
	in := firstBoard()
	in.Settings.States = map[string]evidence.WorkState{"doing": evidence.Waiting, "Reviw": evidence.Waiting}
	r := Flow(in)
	if !slices.Equal(r.Quality.Unused, []string{"Reviw"}) {
		t.Errorf("unused: %v", r.Quality.Unused)
	}
	// With Doing waiting and Review waiting by its name, nothing was work, and
	// the first wait is the start.
	near(t, "efficiency", r.Efficiency.Share, 0)
	near(t, "cycle mean", r.CycleTime.Mean, 44.0/8)
}
