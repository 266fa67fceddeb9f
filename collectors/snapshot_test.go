package collectors_test

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/dossier-report/dossier/collectors"
	"github.com/dossier-report/dossier/evidence"
)

func march(day int) time.Time { return time.Date(2026, 3, day, 9, 0, 0, 0, time.UTC) }

func movesTold(list []evidence.Move) string {
	var out []string
	for _, m := range list {
		out = append(out, fmt.Sprintf("%s %s→%s %s", m.At.Format("02"), m.From, m.To, m.How))
	}
	return strings.Join(out, ", ")
}

func TestMovesAreKnownFromOneLookToTheNext(t *testing.T) {
	look := func(status string, at, since int) collectors.Look {
		l := collectors.Look{Status: status, At: march(at)}
		if since > 0 {
			l.Since = march(since)
		}
		return l
	}
	for _, tt := range []struct {
		name  string
		looks []collectors.Look
		want  string
	}{
		{"only today is known", []collectors.Look{look("Doing", 5, 3)}, "03 →Doing current"},
		{"today, and nobody says since when", []collectors.Look{look("Doing", 5, 0)}, "05 →Doing current"},
		{"the tracker says when", []collectors.Look{look("Doing", 5, 3), look("Done", 9, 7)}, "03 →Doing current, 07 Doing→Done snapshot"},
		{"nobody says when: at the latest at the look", []collectors.Look{look("Doing", 5, 3), look("Done", 9, 0)}, "03 →Doing current, 09 Doing→Done snapshot"},
		{"dated before it was seen elsewhere", []collectors.Look{look("Doing", 5, 3), look("Done", 9, 2)}, "03 →Doing current, 09 Doing→Done snapshot"},
		{"dated after the look", []collectors.Look{look("Doing", 5, 3), look("Done", 9, 12)}, "03 →Doing current, 09 Doing→Done snapshot"},
		{"nothing happened", []collectors.Look{look("Doing", 5, 3), look("Doing", 9, 7)}, "03 →Doing current"},
		{"nowhere at first", []collectors.Look{look("", 5, 0), look("Doing", 9, 7)}, "07 →Doing snapshot"},
		{"taken away and put back", []collectors.Look{look("Doing", 5, 3), look("", 6, 0), look("Doing", 9, 7)}, "03 →Doing current, 07 →Doing snapshot"},
		{"no time at all", []collectors.Look{{Status: "Doing"}}, ""},
	} {
		var s *collectors.Sighting
		for _, l := range tt.looks {
			// What a cursor keeps is all that a later run knows.
			raw, err := json.Marshal(s.See(l))
			if err != nil {
				t.Fatal(err)
			}
			s = nil
			if err := json.Unmarshal(raw, &s); err != nil {
				t.Fatal(err)
			}
		}
		if got := movesTold(s.Join(nil)); got != tt.want {
			t.Errorf("%s: %s, not %s", tt.name, got, tt.want)
		}
	}
}

func TestRecordedMoveIsNotToldTwice(t *testing.T) {
	event := func(day int, from, to string) evidence.Move {
		return evidence.Move{At: march(day), From: from, To: to, How: evidence.ByEvent}
	}
	var s *collectors.Sighting
	s = s.See(collectors.Look{Status: "Doing", At: march(4), Since: march(3).Add(time.Minute)})
	s = s.See(collectors.Look{Status: "Done", At: march(9)})
	for _, tt := range []struct {
		recorded []evidence.Move
		want     string
	}{
		{nil, "03 →Doing current, 09 Doing→Done snapshot"},
		{[]evidence.Move{event(3, "Todo", "Doing")}, "03 Todo→Doing event, 09 Doing→Done snapshot"},
		{[]evidence.Move{event(6, "Doing", "Done")}, "03 →Doing current, 06 Doing→Done event"},
		{[]evidence.Move{event(2, "Doing", "Done")}, "02 Doing→Done event, 03 →Doing current, 09 Doing→Done snapshot"},
		{[]evidence.Move{event(6, "Doing", "Waiting")}, "03 →Doing current, 06 Doing→Waiting event, 09 Doing→Done snapshot"},
		{[]evidence.Move{event(10, "Doing", "Done")}, "03 →Doing current, 09 Doing→Done snapshot, 10 Doing→Done event"},
	} {
		if got := movesTold(s.Join(tt.recorded)); got != tt.want {
			t.Errorf("%s, not %s", got, tt.want)
		}
	}
}

// A cursor that was written before looks had times is still read.
func TestSightingOfAnEarlierCursorIsRead(t *testing.T) {
	var s *collectors.Sighting
	if err := json.Unmarshal([]byte(`{"status":"Doing","moves":[{"at":"2026-03-03T09:00:00Z","to":"Doing","how":"current"}]}`), &s); err != nil {
		t.Fatal(err)
	}
	if got := movesTold(s.See(collectors.Look{Status: "Done", At: march(9), Since: march(7)}).Join(nil)); got != "03 →Doing current, 07 Doing→Done snapshot" {
		t.Errorf("moves %s", got)
	}
}

// However an item is looked at, its moves are in order of time, each begins
// where the one before ended unless it stood nowhere, what was recorded stays
// as it is, and what is remembered is bounded.
func TestSightingsNeverContradict(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		var s *collectors.Sighting
		at := march(1)
		for range rapid.IntRange(1, 130).Draw(rt, "looks") {
			at = at.Add(time.Duration(rapid.IntRange(1, 90).Draw(rt, "hours")) * time.Hour)
			l := collectors.Look{Status: rapid.SampledFrom([]string{"", "A", "B", "C"}).Draw(rt, "status"), At: at}
			if rapid.Bool().Draw(rt, "told") {
				l.Since = march(1).Add(time.Duration(rapid.IntRange(-50, 9000).Draw(rt, "since")) * time.Hour)
			}
			was := s
			s = s.See(l)
			if was != nil && len(s.Moves) > len(was.Moves) && s.Moves[len(s.Moves)-1].From != was.Status {
				rt.Fatalf("a move from %q, not %q", s.Moves[len(s.Moves)-1].From, was.Status)
			}
		}
		if s.Seen != at.Unix() || len(s.Moves) > 100 {
			rt.Fatalf("seen %d, %d moves", s.Seen, len(s.Moves))
		}
		recorded := []evidence.Move{{At: march(9), From: "A", To: "B", How: evidence.ByEvent}}
		all := s.Join(recorded)
		if !slices.IsSortedFunc(all, func(a, b evidence.Move) int { return a.At.Compare(b.At) }) || !slices.Contains(all, recorded[0]) {
			rt.Fatalf("joined %s", movesTold(all))
		}
	})
}
