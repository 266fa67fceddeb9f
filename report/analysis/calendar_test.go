package analysis

import (
	"testing"
	"time"

	"github.com/dossier-report/dossier/evidence"
)

func TestADayIsACivilDayWhateverTheClockDoes(t *testing.T) {
	for _, tt := range []struct {
		name, zone string
		from, to   string
		want       float64
	}{
		{"over the spring jump", "America/Vancouver", "2026-03-07T09:00", "2026-03-09T09:00", 2},
		{"over the autumn jump", "America/Vancouver", "2026-10-31T09:00", "2026-11-02T09:00", 2},
		{"a day of 23 hours is one", "Europe/Berlin", "2026-03-29T00:00", "2026-03-30T00:00", 1},
		{"a day of 25 hours is one", "Europe/Berlin", "2026-10-25T00:00", "2026-10-26T00:00", 1},
		{"noon on a day of 23 hours is later in it", "Europe/Berlin", "2026-03-29T12:00", "2026-03-30T00:00", 12.0 / 23},
		{"a half-hour zone", "Asia/Kolkata", "2026-02-01T06:00", "2026-02-02T18:00", 1.5},
		{"a zone that jumps half an hour", "Australia/Lord_Howe", "2026-04-04T08:00", "2026-04-06T08:00", 2},
		{"a midnight that does not exist", "Asia/Beirut", "2026-03-28T10:00", "2026-03-30T10:00", 2},
		{"a leap day", "UTC", "2028-02-28T00:00", "2028-03-01T00:00", 2},
	} {
		z := zone(t, tt.zone)
		at := func(s string) time.Time {
			v, err := time.ParseInLocation("2006-01-02T15:04", s, z)
			if err != nil {
				t.Fatal(err)
			}
			return v
		}
		k := newClock(z, Calendar{})
		got := (k.at(at(tt.to)) - k.at(at(tt.from))).days()
		if d := got - tt.want; d > 1e-7 || d < -1e-7 { // to the millisecond
			t.Errorf("%s: %v days, want %v", tt.name, got, tt.want)
		}
	}
}

func TestTheSameMomentsAreOtherDaysInOtherZones(t *testing.T) {
	done := time.Date(2026, 3, 16, 5, 0, 0, 0, time.UTC) // still Sunday in Vancouver
	for name, want := range map[string]string{"America/Vancouver": "2026-03-15", "Europe/Berlin": "2026-03-16", "Asia/Kathmandu": "2026-03-16"} {
		if got := newClock(zone(t, name), Calendar{}).date(done); got != want {
			t.Errorf("%s: %s, want %s", name, got, want)
		}
	}
}

func TestDaysOffCountNothing(t *testing.T) {
	week := []time.Weekday{time.Monday, time.Tuesday, time.Wednesday, time.Thursday, time.Friday}
	at := func(day, hour int) time.Time { return time.Date(2026, 5, day, hour, 0, 0, 0, time.UTC) }
	for _, tt := range []struct {
		name     string
		cal      Calendar
		from, to time.Time
		want     float64
	}{
		{"a weekend", Calendar{Weekdays: week}, at(1, 12), at(4, 12), 1},
		{"within a weekend", Calendar{Weekdays: week}, at(2, 9), at(3, 18), 0},
		{"from a weekend on", Calendar{Weekdays: week}, at(2, 9), at(4, 6), 0.25},
		{"a holiday", Calendar{Weekdays: week, Holidays: []string{"2026-05-18"}}, at(15, 12), at(19, 12), 1},
		{"a holiday on a Sunday is no second day off", Calendar{Weekdays: week, Holidays: []string{"2026-05-03", "2026-05-03"}}, at(1, 12), at(4, 12), 1},
		{"four days a week", Calendar{Weekdays: week[:4]}, at(1, 0), at(8, 0), 4},
		{"holidays alone", Calendar{Holidays: []string{"2026-05-02"}}, at(1, 0), at(4, 0), 2},
	} {
		k := newClock(time.UTC, tt.cal)
		if got := (k.at(tt.to) - k.at(tt.from)).days(); got != tt.want {
			t.Errorf("%s: %v days, want %v", tt.name, got, tt.want)
		}
	}
}

func TestWhatAStatusMeans(t *testing.T) {
	board := []evidence.Board{{Name: "B", Columns: []evidence.Column{{Name: "First", Statuses: []string{"Inbox zero"}}, {Name: "Middle", Statuses: []string{"Crunching", "Waiting for Ana"}}, {Name: "Last", Statuses: []string{"Out of here", "Ready for nothing"}}}}}
	tracker := map[string]evidence.WorkState{"QA": evidence.InProgress, "Ready for QA": evidence.InProgress, "In Review": evidence.ToDo, "Coding": evidence.InProgress, "Approved": evidence.InProgress, "Quality": evidence.InProgress, "Preview": evidence.InProgress}
	m := newMeanings(map[string]evidence.WorkState{"in qa": evidence.Waiting, "Coding": evidence.Done})
	ticket := &evidence.Item{Kind: evidence.Ticket, Flow: &evidence.Flow{Meanings: tracker, Boards: board}}
	pull := &evidence.Item{Kind: evidence.PullRequest, Flow: &evidence.Flow{}}
	m.learn(ticket.Flow)
	for _, tt := range []struct {
		it     *evidence.Item
		status string
		want   evidence.WorkState
		by     Meant
	}{
		{ticket, "IN QA", evidence.Waiting, BySettings},
		{ticket, "Coding", evidence.Done, BySettings}, // the person's word beats the tracker's
		{ticket, "QA", evidence.Waiting, ByName},
		{ticket, "Ready for QA", evidence.Waiting, ByName},
		{ticket, "Approved", evidence.Waiting, ByName},
		{ticket, "In Review", evidence.ToDo, ByTracker}, // a name counts only where the tracker says in progress
		{ticket, "Quality", evidence.InProgress, ByTracker},
		{ticket, "Preview", evidence.InProgress, ByTracker}, // no word of its own
		{ticket, "Inbox zero", evidence.ToDo, ByColumn},
		{ticket, "Crunching", evidence.InProgress, ByColumn},
		{ticket, "Waiting for Ana", evidence.Waiting, ByName},
		{ticket, "Out of here", evidence.Done, ByColumn},
		{ticket, "Ready for nothing", evidence.Done, ByColumn},
		{ticket, "Won't Do", evidence.Done, ByGuess},
		{ticket, "Backlog", evidence.ToDo, ByGuess},
		{ticket, "On hold", evidence.Waiting, ByGuess},
		{ticket, "Whatever", evidence.InProgress, ByGuess},
		{pull, "Open", evidence.Waiting, ByTracker},
		{pull, "Draft", evidence.InProgress, ByTracker},
		{pull, "Approved", evidence.Waiting, ByTracker},
		{pull, "Merged", evidence.Done, ByTracker},
	} {
		if got := m.of(tt.it, tt.status); got != (meaning{tt.want, tt.by}) {
			t.Errorf("%q means %v, want %s by %s", tt.status, got, tt.want, tt.by)
		}
	}
}
