package jira

import (
	"context"
	"fmt"
	"strings"
	"testing"

	"github.com/dossier-report/dossier/collectors"
	"github.com/dossier-report/dossier/collectors/collectorstest"
	"github.com/dossier-report/dossier/evidence"
)

// boardSettings are those of the replays of board 40.
func boardSettings(cloud bool) string {
	if cloud {
		return "url: https://acme.atlassian.net\ntoken: env:JIRA_TOKEN\nboards: [40]\n"
	}
	return "url: https://jira.acme.example\ntoken: env:JIRA_TOKEN\nboards: [40]\n"
}

func files(cloud bool, names ...string) []string {
	kind := map[bool]string{true: "cloud", false: "server"}[cloud]
	var out []string
	for _, n := range names {
		out = append(out, "testdata/"+kind+"-"+n+".txt")
	}
	return out
}

func TestBoardsConform(t *testing.T) {
	for _, cloud := range []bool{true, false} {
		t.Run(map[bool]string{true: "cloud", false: "data center"}[cloud], func(t *testing.T) {
			collectorstest.Conform(t, collectorstest.Case{
				Source:   source(2),
				Settings: boardSettings(cloud),
				Env:      replayed(cloud, files(cloud, "board", "board-again")...),
				Period:   year,
				Secrets:  []string{token},
			})
		})
	}
}

// stopping ends a run as soon as a part has kept a number of pages.
type stopping struct {
	*collectorstest.Memory
	part  string
	pages int
	stop  func()
}

func (s *stopping) Keep(ctx context.Context, source string, b evidence.Batch) (evidence.Kept, error) {
	k, err := s.Memory.Keep(ctx, source, b)
	if b.Part == s.part && err == nil {
		if s.pages--; s.pages == 0 {
			s.stop()
		}
	}
	return k, err
}

func TestRunThatIsStoppedInTheMiddleOfABoardGoesOnThere(t *testing.T) {
	for _, cloud := range []bool{true, false} {
		run := func(ctx context.Context, keeper collectors.Keeper, names ...string) collectors.Result {
			env := replayed(cloud, files(cloud, names...)...)(partial{t})
			src := source(2)
			c, err := src.New(collectorstest.Settings(boardSettings(cloud)), env)
			if err != nil {
				t.Fatal(err)
			}
			return collectors.Run(ctx, []collectors.Job{{Source: src, Collector: c}}, keeper, collectors.Options{Period: year, Now: env.Now})[0]
		}
		now := newFake(t, cloud).env().Now
		whole, cut := collectorstest.NewMemory(now), collectorstest.NewMemory(now)
		if r := run(t.Context(), whole, "board"); r.Err != nil || r.Coverage.State != evidence.Complete {
			t.Fatalf("cloud %v: %v %+v", cloud, r.Err, r.Coverage)
		}
		ctx, cancel := context.WithCancel(t.Context())
		run(ctx, &stopping{Memory: cut, part: "board 40", pages: 1, stop: cancel}, "board")
		if n := len(cut.Items()); n == 0 || n >= len(whole.Items()) {
			t.Fatalf("cloud %v: %d tickets were kept before the stop", cloud, n)
		}
		if r := run(t.Context(), cut, "board", "board-resumed"); r.Err != nil || r.Coverage.State != evidence.Complete || r.Kept.Changed+r.Kept.Gone > 0 {
			t.Errorf("cloud %v: %v, %+v, %+v", cloud, r.Err, r.Kept, r.Coverage)
		}
		told := func(m *collectorstest.Memory) string {
			var b strings.Builder
			for _, rec := range m.Items() {
				line, err := evidence.Encode(rec.Item)
				fmt.Fprintf(&b, "%s %v %v\n", line, rec.GoneAt, err)
			}
			return b.String()
		}
		if told(whole) != told(cut) {
			t.Errorf("cloud %v: stopped and gone on\n%s\nnot\n%s", cloud, told(cut), told(whole))
		}
	}
}

// partial is a test that a replay may be left half asked by.
type partial struct{ testing.TB }

func (partial) Cleanup(func()) {}

func TestStoryOfABoard(t *testing.T) {
	for _, cloud := range []bool{true, false} {
		f := newFake(t, cloud)
		r := f.collect(t, nil, withPeriod(year), withPage(2), func(s *setup) {
			s.settings, s.env = boardSettings(cloud), replayed(cloud, files(cloud, "board")...)(t)
		}).whole(t)
		mine, hers := r.item(t, "ML-1"), r.item(t, "ML-11")
		if fmt.Sprint(mine.Flow.Meanings) != "map[Doing:in_progress To do:to_do]" || len(hers.Acts) > 0 || hers.Text != "" || !hers.Flows(year) {
			t.Errorf("meanings %v, of others %+v", mine.Flow.Meanings, hers)
		}
		for _, it := range []evidence.Item{mine, hers} {
			b := it.Flow.Boards
			if len(b) != 1 || b[0].Name != "Models" || !strings.HasSuffix(b[0].URL, "/secure/RapidBoard.jspa?rapidView=40") || len(b[0].Columns) != 3 || b[0].Columns[1].Limit != 3 || b[0].Columns[1].Statuses[0] != "Doing" {
				t.Errorf("boards %+v", b)
			}
		}
		var got []string
		for _, s := range hers.Flow.Sprints {
			got = append(got, fmt.Sprintf("%s %s to %s, closed %v, %s to %v", s.Name, s.From.Format("01-02 15h"), s.To.Format("01-02 15h"), !s.Closed.IsZero(), s.Added.Format("2006-01-02"), !s.Removed.IsZero()))
		}
		if want := "Sprint 6 02-02 17h to 02-16 17h, closed true, 2025-11-20 to true; Sprint 7 02-16 17h to 03-02 17h, closed false, 2026-02-17 to false"; strings.Join(got, "; ") != want {
			t.Errorf("sprints %s", strings.Join(got, "; "))
		}
	}
}

// trapped collects from a replay of the one ticket that the traps are about.
func trapped(t *testing.T, cloud bool, file string) result {
	t.Helper()
	return newFake(t, cloud).collect(t, nil, withPeriod(year), withPage(2), func(s *setup) {
		s.env = replayed(cloud, "testdata/"+file)(t)
		if file == "cloud-old-search-gone.txt" {
			s.settings = "url: https://jira.acme.example\ntoken: env:JIRA_TOKEN\nauth: basic\n"
		}
	})
}

func TestReplayOfSixtyTwoWorklogs(t *testing.T) {
	it := trapped(t, true, "cloud-62-worklogs.txt").whole(t).item(t, "ML-1")
	n, sum, last := 0, int64(0), ""
	for _, a := range it.Acts {
		if a.Verb == evidence.LoggedWork {
			n, sum, last = n+1, sum+a.Seconds, a.At.Format("2006-01-02 ")+a.Text
		}
	}
	if n != 62 || sum != 62*1800 || last != "2026-05-01 Run 62" {
		t.Errorf("%d worklogs of %d seconds, the last one %s", n, sum, last)
	}
}

func TestF22ReplayOfAPageTokenThatComesTwice(t *testing.T) {
	r := trapped(t, true, "cloud-page-token-twice.txt")
	if g := r.gaps(); r.Coverage.State != evidence.Partial || len(g) != 1 || !strings.Contains(g[0].Why, "came twice") {
		t.Errorf("%s: %+v", r.Coverage.State, g)
	}
	r.item(t, "ML-1") // what was found is kept
}

func TestF22ReplayOfTheOldSearchThatIsGone(t *testing.T) {
	trapped(t, true, "cloud-old-search-gone.txt").whole(t).item(t, "ML-1")
}

func TestReplayOfMaxResultsZeroEndsWithAnError(t *testing.T) {
	r := trapped(t, false, "server-max-results-0.txt")
	if r.Err == nil || r.Coverage.State != evidence.Failed || !strings.Contains(r.Err.Error(), "3 tickets and gives none") {
		t.Errorf("%s: %v", r.Coverage.State, r.Err)
	}
}
