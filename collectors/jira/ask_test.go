package jira

import (
	"strings"
	"testing"
	"time"

	"github.com/dossier-report/dossier/evidence"
)

func TestQueryAsksForEveryPartInThePeriod(t *testing.T) {
	zone, err := time.LoadLocation("America/Vancouver")
	if err != nil {
		t.Fatal(err)
	}
	q := question{user: "712020:robin", zone: zone, period: evidence.Period{From: on("2026-01-01"), To: on("2026-07-01")},
		projects: []string{"ML", "OPS"}, extra: "labels != private OR labels is EMPTY"}
	want := strings.Join(strings.Fields(`
		((creator = "712020:robin" AND created >= "2025-12-30 16:00" AND created < "2026-07-01 17:00"
		OR reporter = "712020:robin" AND created >= "2025-12-30 16:00" AND created < "2026-07-01 17:00")
		OR (assignee was "712020:robin" DURING ("2025-12-30 16:00", "2026-07-01 17:00"))
		OR (status changed BY "712020:robin" DURING ("2025-12-30 16:00", "2026-07-01 17:00"))
		OR (issuekey IN updatedBy("712020:robin", "2025-12-30", "2026-07-02"))
		OR (worklogAuthor = "712020:robin" AND worklogDate >= "2025-12-30" AND worklogDate <= "2026-07-01")
		OR ((creator = "712020:robin" OR reporter = "712020:robin" OR assignee was "712020:robin")
		AND (resolved >= "2025-12-30 16:00" AND resolved < "2026-07-01 17:00" OR status changed DURING ("2025-12-30 16:00", "2026-07-01 17:00"))))
		AND project IN ("ML", "OPS") AND (labels != private OR labels is EMPTY)
		AND updated >= "2026-03-01 00:30" ORDER BY updated ASC, key ASC`), " ")
	if got := q.jql(on("2026-03-01 08:30").Add(59 * time.Second)); got != want {
		t.Errorf("asks\n%s\nnot\n%s", got, want)
	}
}

func TestQueryOfAnOpenPeriod(t *testing.T) {
	for _, tt := range []struct {
		name     string
		from, to time.Time
		has      []string
		lacks    []string
	}{
		{"open", time.Time{}, time.Time{}, []string{`(assignee was "u")`, `updatedBy("u")`, `(worklogAuthor = "u")`}, []string{"DURING", "AFTER", "BEFORE", ">="}},
		{"since", on("2026-03-01"), time.Time{}, []string{`assignee was "u" AFTER "2026-02-28 00:00"`, `updatedBy("u", "2026-02-28")`, `created >= "2026-02-28 00:00"`}, []string{"DURING", "<"}},
		{"until", time.Time{}, on("2026-03-01"), []string{`assignee was "u" BEFORE "2026-03-02 00:00"`, `updatedBy("u", "1990-01-01", "2026-03-03")`}, []string{"DURING", ">="}},
	} {
		got := question{user: "u", zone: time.UTC, period: evidence.Period{From: tt.from, To: tt.to}}.jql(time.Time{})
		for _, s := range tt.has {
			if !strings.Contains(got, s) {
				t.Errorf("%s: %q is not in %s", tt.name, s, got)
			}
		}
		for _, s := range tt.lacks {
			if strings.Contains(got, s) {
				t.Errorf("%s: %q is in %s", tt.name, s, got)
			}
		}
	}
}

func TestUserCannotAddToTheQuery(t *testing.T) {
	q := question{user: `x" OR project = SECRET OR creator = "\`, zone: time.UTC}
	if got := q.jql(time.Time{}); !strings.Contains(got, `creator = "x\" OR project = SECRET OR creator = \"\\"`) {
		t.Errorf("asks %s", got)
	}
}

// An hour that the clock goes through twice is one text for two instants: the
// query must begin before both.
func TestF35MinutesAroundAChangeOfTheClockAskForEarlier(t *testing.T) {
	zone, err := time.LoadLocation("America/Vancouver")
	if err != nil {
		t.Fatal(err)
	}
	q := question{zone: zone}
	for at := on("2026-10-31 00:00"); at.Before(on("2026-11-03 00:00")); at = at.Add(17 * time.Minute) {
		text := strings.Trim(q.minute(at), `"`)
		// The earliest and the latest instant that a site may read the text as.
		local := must(time.Parse("2006-01-02 15:04", text))
		for _, hours := range []int{7, 8} {
			if _, off := local.Add(time.Duration(hours) * time.Hour).In(zone).Zone(); off != -hours*3600 {
				continue
			}
			if read := local.Add(time.Duration(hours) * time.Hour); read.After(at) {
				t.Errorf("%v is written %s, which may be %v", at, text, read)
			}
		}
	}
}

func TestBoardIsAskedForWhatLayOpenInThePeriod(t *testing.T) {
	from, to := on("2026-01-01"), on("2026-07-01")
	for _, tt := range []struct {
		p    evidence.Period
		want string
	}{
		{evidence.Period{From: from, To: to}, `filter = 7 AND created < "2026-07-02 00:00" AND (statusCategory != Done OR created >= "2025-12-31 00:00" OR resolved >= "2025-12-31 00:00" OR status changed AFTER "2025-12-31 00:00")`},
		{evidence.Period{To: to}, `filter = 7 AND created < "2026-07-02 00:00"`},
		{evidence.Period{}, `filter = 7`},
	} {
		q := question{user: "robin", period: tt.p, zone: time.UTC, filter: "7", projects: []string{"ML"}, extra: "labels != private"}
		want := tt.want + ` AND project IN ("ML") AND (labels != private) AND updated >= "2026-03-01 00:00" ORDER BY updated ASC, key ASC`
		if got := q.jql(on("2026-03-01")); got != want {
			t.Errorf("asks\n%s, not\n%s", got, want)
		}
	}
}
