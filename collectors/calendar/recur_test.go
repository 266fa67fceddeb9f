package calendar

import (
	"testing"

	"github.com/dossier-report/dossier/evidence"
)

// weekly is a series of five Mondays in Vancouver around the start of summer
// time on 8 March 2026.
var fiveMondays = []string{"UID:w@x", "SUMMARY:1:1 Ana / Robin", "DTSTART;TZID=America/Vancouver:20260223T090000",
	"DTEND;TZID=America/Vancouver:20260223T093000", "RRULE:FREQ=WEEKLY;COUNT=5"}

func with(lines []string, more ...string) string {
	return vevent(append(append([]string{}, lines...), more...)...)
}

func TestSeriesIsOneItemWithAnActForEachTime(t *testing.T) {
	const all = "2026-02-23T17:00 2026-03-02T17:00 2026-03-09T16:00 2026-03-16T16:00 2026-03-23T16:00"
	over := func(recur string, lines ...string) string {
		return vevent(append([]string{"UID:w@x", "RECURRENCE-ID;TZID=America/Vancouver:" + recur}, lines...)...)
	}
	for _, tc := range []struct {
		name  string
		parts []string
		want  string
	}{
		{"summer time begins", []string{with(fiveMondays)}, all},
		{"EXDATE", []string{with(fiveMondays, "EXDATE;TZID=America/Vancouver:20260302T090000")},
			"2026-02-23T17:00 2026-03-09T16:00 2026-03-16T16:00 2026-03-23T16:00"},
		{"EXDATE in UTC", []string{with(fiveMondays, "EXDATE:20260309T160000Z,20260316T160000Z")},
			"2026-02-23T17:00 2026-03-02T17:00 2026-03-23T16:00"},
		{"EXDATE that is a day", []string{with(fiveMondays, "EXDATE;VALUE=DATE:20260302")},
			"2026-02-23T17:00 2026-03-09T16:00 2026-03-16T16:00 2026-03-23T16:00"},
		{"EXDATE of the first", []string{with(fiveMondays, "EXDATE;TZID=America/Vancouver:20260223T090000")},
			"2026-03-02T17:00 2026-03-09T16:00 2026-03-16T16:00 2026-03-23T16:00"},
		{"RDATE", []string{with(fiveMondays, "RDATE;TZID=Europe/Berlin:20260305T180000", "RDATE;VALUE=PERIOD:20260306T170000Z/PT1H")},
			"2026-02-23T17:00 2026-03-02T17:00 2026-03-05T17:00 2026-03-06T17:00 2026-03-09T16:00 2026-03-16T16:00 2026-03-23T16:00"},
		{"override moved", []string{with(fiveMondays), over("20260302T090000", "SUMMARY:1:1 Ana / Robin", "DTSTART;TZID=America/Vancouver:20260304T140000", "DURATION:PT1H")},
			"2026-02-23T17:00 2026-03-04T22:00 2026-03-09T16:00 2026-03-16T16:00 2026-03-23T16:00"},
		{"override before its series", []string{over("20260302T090000", "SUMMARY:1:1 Ana / Robin", "DTSTART;TZID=America/Vancouver:20260304T140000"), with(fiveMondays)},
			"2026-02-23T17:00 2026-03-04T22:00 2026-03-09T16:00 2026-03-16T16:00 2026-03-23T16:00"},
		{"override named in UTC", []string{with(fiveMondays), vevent("UID:w@x", "RECURRENCE-ID:20260309T160000Z", "DTSTART:20260310T160000Z", "SUMMARY:1:1 Ana / Robin")},
			"2026-02-23T17:00 2026-03-02T17:00 2026-03-10T16:00 2026-03-16T16:00 2026-03-23T16:00"},
		{"override cancelled", []string{with(fiveMondays), over("20260302T090000", "STATUS:CANCELLED", "DTSTART;TZID=America/Vancouver:20260302T090000")},
			"2026-02-23T17:00 2026-03-09T16:00 2026-03-16T16:00 2026-03-23T16:00"},
		{"override declined", []string{with(fiveMondays), over("20260302T090000", "DTSTART;TZID=America/Vancouver:20260302T090000", "ATTENDEE;PARTSTAT=DECLINED:mailto:ROBIN@example.org")},
			"2026-02-23T17:00 2026-03-09T16:00 2026-03-16T16:00 2026-03-23T16:00"},
		{"the later of two states of an override", []string{with(fiveMondays),
			over("20260302T090000", "SEQUENCE:2", "SUMMARY:1:1 Ana / Robin", "DTSTART;TZID=America/Vancouver:20260304T140000"),
			over("20260302T090000", "SEQUENCE:1", "SUMMARY:1:1 Ana / Robin", "DTSTART;TZID=America/Vancouver:20260303T140000")},
			"2026-02-23T17:00 2026-03-04T22:00 2026-03-09T16:00 2026-03-16T16:00 2026-03-23T16:00"},
		{"this and all that follow", []string{with(fiveMondays), vevent("UID:w@x", "RECURRENCE-ID;RANGE=THISANDFUTURE;TZID=America/Vancouver:20260309T090000",
			"SUMMARY:Ana and Robin", "DTSTART;TZID=America/Vancouver:20260310T103000")},
			"2026-02-23T17:00 2026-03-02T17:00 2026-03-10T17:30 2026-03-17T17:30 2026-03-24T17:30"},
		{"an override of a time that the rule does not hit", []string{with(fiveMondays), over("20260401T090000", "DTSTART;TZID=America/Vancouver:20260401T090000")},
			all + " 2026-04-01T16:00"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			h := from(t, "", tc.parts...)
			if len(h.items) != 1 {
				t.Fatalf("there are %q", h.ids())
			}
			if got := ats(h.has(t, "calendar:w@x")); got != tc.want {
				t.Errorf("it took place at\n%s, not at\n%s", got, tc.want)
			}
		})
	}
}

func TestOverrideKeepsItsOwnTitleAndLength(t *testing.T) {
	h := from(t, "", with(fiveMondays), vevent("UID:w@x", "RECURRENCE-ID;TZID=America/Vancouver:20260302T090000",
		"SUMMARY:Ana's talk\\, a rehearsal", "DTSTART;TZID=America/Vancouver:20260302T090000", "DURATION:PT1H15M", "DESCRIPTION:for ML-12"))
	it := h.has(t, "calendar:w@x")
	if a := it.Acts[1]; a.Context != "Ana's talk, a rehearsal" || a.Seconds != 4500 {
		t.Errorf("the second time is %+v", a)
	}
	if a := it.Acts[0]; a.Context != "" || a.Seconds != 1800 {
		t.Errorf("the first time is %+v", a)
	}
	if it.Title != "1:1 Ana / Robin" || len(it.Links) != 1 || it.Links[0] != "ML-12" {
		t.Errorf("title %q, links %q", it.Title, it.Links)
	}
}

func TestUntilIsReadInItsZone(t *testing.T) {
	for until, want := range map[string]int{
		"20260309T160000Z": 3, // the very moment of the third
		"20260309T155959Z": 2,
		"20260309T090000":  3, // local
		"20260309":         3, // the whole day
		"20260308":         2,
	} {
		h := from(t, "", vevent("UID:u@x", "SUMMARY:s", "DTSTART;TZID=America/Vancouver:20260223T090000", "RRULE:FREQ=WEEKLY;UNTIL="+until))
		if got := len(h.has(t, "calendar:u@x").Acts); got != want {
			t.Errorf("until %s it took place %d times, not %d", until, got, want)
		}
	}
}

func TestFutureTimesAreNotAttended(t *testing.T) {
	// It is noon in UTC: the meeting that ends then has been, the other not.
	h := from(t, "", vevent("UID:a@x", "SUMMARY:daily", "DTSTART:20260628T113000Z", "DURATION:PT30M", "RRULE:FREQ=DAILY"),
		vevent("UID:b@x", "SUMMARY:now", "DTSTART:20260701T113000Z", "DURATION:PT31M"),
		vevent("UID:c@x", "SUMMARY:later", "DTSTART:20270701T113000Z", "DURATION:PT31M"))
	if got := ats(h.has(t, "calendar:a@x")); got != "2026-06-28T11:30 2026-06-29T11:30 2026-06-30T11:30 2026-07-01T11:30" {
		t.Errorf("it took place at %s", got)
	}
	if len(h.items) != 1 {
		t.Errorf("there are %q", h.ids())
	}
}

func TestItemDoesNotDependOnThePeriod(t *testing.T) {
	dir := put(t, map[string]string{"a.ics": calendarOf(with(fiveMondays))})
	march := evidence.Period{From: half.From.AddDate(0, 2, 0), To: half.From.AddDate(0, 3, 0), Zone: half.Zone}
	a := collect(t, robin(t, dir), "paths: [a.ics]", march, nil).has(t, "calendar:w@x")
	b := collect(t, robin(t, dir), "paths: [a.ics]", half, nil).has(t, "calendar:w@x")
	if ats(a) != ats(b) || len(a.Acts) != 5 {
		t.Errorf("%s is not %s", ats(a), ats(b))
	}
	april := evidence.Period{From: half.From.AddDate(0, 3, 0), Zone: half.Zone}
	if h := collect(t, robin(t, dir), "paths: [a.ics]", april, nil); len(h.items) != 0 {
		t.Errorf("nothing took place in April, and there is %q", h.ids())
	}
}
