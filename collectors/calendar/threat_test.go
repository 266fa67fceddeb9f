package calendar

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"github.com/dossier-report/dossier/collectors/collectorstest"
)

// good is an event that every hostile file holds besides: it must never be lost.
var good = vevent("UID:good@x", "SUMMARY:Review", "DTSTART:20260303T170000Z", "DURATION:PT30M")

func TestT24LinksPipesAndHugeFilesInAFolderAreTold(t *testing.T) {
	dir := put(t, map[string]string{"cal/good.ics": calendarOf(good), "secret.ics": calendarOf(vevent("UID:s@x", "SUMMARY:stolen", "DTSTART:20260303T170000Z"))})
	cal := filepath.Join(dir, "cal")
	must := func(err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
	must(os.Symlink("../secret.ics", filepath.Join(cal, "link.ics")))
	must(os.Symlink(filepath.Join(dir, "secret.ics"), filepath.Join(cal, "absolute.ics")))
	must(os.Symlink(".", filepath.Join(cal, "loop")))
	must(os.Symlink("self.ics", filepath.Join(cal, "self.ics")))
	must(syscall.Mkfifo(filepath.Join(cal, "pipe.ics"), 0o600))
	must(syscall.Mkfifo(filepath.Join(dir, "named.ics"), 0o600))
	huge, err := os.Create(filepath.Join(cal, "huge.ics"))
	must(err)
	must(huge.Truncate(5 << 30))
	must(huge.Close())
	h := collect(t, robin(t, dir), "paths: [cal, named.ics, cal/*.none, /dev/zero]", ever, nil)
	h.has(t, "calendar:good@x")
	if len(h.items) != 1 {
		t.Errorf("there are %q", h.ids())
	}
	h.mustSay(t, "link.ics", "symbolic link")
	h.mustSay(t, "absolute.ics", "symbolic link")
	h.mustSay(t, "self.ics", "symbolic link")
	h.mustSay(t, "pipe.ics", "named pipe")
	h.mustSay(t, "named.ics", "named pipe")
	h.mustSay(t, "huge.ics", "larger than 256 MiB")
	h.mustSay(t, "/dev/zero", "device")
	h.mustSay(t, "cal/*.none", "nothing is there")
}

func TestT28RunawayRulesEndAndAreTold(t *testing.T) {
	flood := strings.TrimSuffix(strings.Repeat("0,1,2,3,4,5,6,7,8,9,10,", 6), ",")
	for _, tc := range []struct {
		rule, start string
		acts        int
		says        []string // nil where there is nothing to tell
	}{
		{"FREQ=SECONDLY", "19700101T090000Z", 1, []string{"more often than once an hour", "only its first time is kept"}},
		{"FREQ=MINUTELY;COUNT=2000000000", "20260101T090000Z", 1, []string{"more often than once an hour"}},
		{"FREQ=HOURLY", "20260101T090000Z", 1, []string{"more often than once an hour"}},
		{"FREQ=SECONDLY;BYMONTHDAY=30;BYMONTH=2", "20260101T090000Z", 1, []string{"more often than once an hour"}},
		{"FREQ=DAILY;BYHOUR=0,1,2,3,4,5,6,7,8,9;BYMINUTE=" + flood, "20260101T090000Z", 1, []string{"more often than once an hour"}},
		{"FREQ=DAILY;BYHOUR=0,1,2,3,4,5,6,7,8,9,10,11,12,13,14,15,16,17,18,19,20,21,22,23", "20250101T090000Z", maxTimes, []string{"more than 5000 times", "were cut"}},
		{"FREQ=DAILY;BYMONTHDAY=30;BYMONTH=2", "20260101T090000Z", 1, nil},
		{"FREQ=YEARLY;BYMONTHDAY=30;BYMONTH=2", "19000101T090000Z", 1, nil},
		{"FREQ=YEARLY;BYWEEKNO=53;BYMONTH=6;BYDAY=MO", "20260101T090000Z", 1, nil},
		{"FREQ=MONTHLY;BYSETPOS=366", "20260101T090000Z", 1, nil},
		{"FREQ=DAILY;COUNT=2000000000", "20260620T090000Z", 12, nil},
		{"FREQ=DAILY;COUNT=99999999999999999999", "20260620T090000Z", 1, []string{"COUNT=99999999999999999999"}},
		{"FREQ=DAILY;INTERVAL=0", "20260620T090000Z", 1, []string{"INTERVAL=0"}},
		{"FREQ=YEARLY;INTERVAL=2147483647", "20260620T090000Z", 1, nil},
		{"FREQ=DAILY", "00010101T090000Z", 0, []string{"before the year 1900"}},
		{"FREQ=DAILY", "19700101T090000Z", maxTimes, []string{"were cut"}},
		{"FREQ=DAILY;COUNT=60000", "19000101T090000Z", maxTimes, []string{"were cut"}},
	} {
		h := from(t, "", vevent("UID:r@x", "SUMMARY:hostile", "DTSTART:"+tc.start, "DURATION:PT10M", "RRULE:"+tc.rule), good)
		h.has(t, "calendar:good@x")
		if got := len(h.items["calendar:r@x"].Acts); got != tc.acts {
			t.Errorf("%s from %s took place %d times, not %d; gaps %+v", tc.rule, tc.start, got, tc.acts, h.gaps)
		}
		if tc.says != nil {
			h.mustSay(t, append(tc.says, "hostile")...)
		} else if len(h.gaps) > 0 {
			t.Errorf("%s: gaps %+v", tc.rule, h.gaps)
		}
	}
}

// A hundred runaway rules at once cost a bounded number of looks at a day, which
// is counted rather than timed.
func TestT28WorkOfARuleIsBounded(t *testing.T) {
	r, err := parseRule("FREQ=DAILY;COUNT=2000000000;BYMONTHDAY=30;BYMONTH=2")
	if err != nil {
		t.Fatal(err)
	}
	start := civil(oldest, 1, 1) * daySeconds
	w := &walk{rule: r, start: dayOf(start), clock: r.clock(start)}
	w.defaults()
	last := dayOf(noon().Unix()) - w.start
	if begin, _ := w.stretch(last); begin != dayOf(noon().Unix()) {
		t.Errorf("the last stretch begins on day %d", begin)
	}
	if last > 50_000 {
		t.Errorf("%d days are looked at", last)
	}
	if _, err := parseRule("FREQ=DAILY;BYDAY=" + strings.Repeat("MO,", 5000) + "MO"); err == nil {
		t.Error("a rule of 15 kB is followed")
	}
}

func TestT28ManyDatesAreCut(t *testing.T) {
	var list []string
	for i := range maxDates + 10 {
		list = append(list, fmt.Sprintf("%04d%02d%02dT090000Z", 2000+i/300, i/25%12+1, i%25+1))
	}
	h := from(t, "", vevent("UID:r@x", "SUMMARY:many", "DTSTART:20260620T090000Z", "RDATE:"+strings.Join(list, ",")), good)
	h.has(t, "calendar:good@x")
	h.mustSay(t, "many", "10 dates more")
}

func TestT29BytesThatAreNoTextAreAnErrorAndNoPanic(t *testing.T) {
	for name, line := range map[string]string{
		"no name":            "\xfa:",
		"no name, no value":  ":",
		"no colon":           "SUMMARY",
		"parameter unended":  "ATTENDEE;CN=\"Ana",
		"parameter no value": "X;A=b",
		"zero bytes":         "\x00\x00:\x00",
	} {
		h := from(t, "", vevent("UID:b@x", "DTSTART:20260303T180000Z", line, "SUMMARY:kept"), good)
		h.has(t, "calendar:good@x")
		if it := h.has(t, "calendar:b@x"); it.Title != "kept" {
			t.Errorf("%s: the title is %q", name, it.Title)
		}
		h.mustSay(t, "line 7", "no line of a calendar")
	}
	for _, line := range []string{"RRULE:\xfa:", "EXDATE:\xfa:", "RDATE;TZID=\xfa:\xff", "RRULE:FREQ=\xfa", "DURATION:P\xfa", "RECURRENCE-ID:\xfa", "DTEND;X=\xfa:"} {
		h := from(t, "", vevent("UID:b@x", "SUMMARY:kept\xfa", "DTSTART:20260303T180000Z", line), good)
		h.has(t, "calendar:good@x")
		if it := h.has(t, "calendar:b@x"); it.Title != "kept\ufffd" || len(it.Acts) != 1 {
			t.Errorf("%q: %+v", line, it)
		}
		h.mustSay(t, "a.ics")
	}
}

func TestT29WhatIsCutShortKeepsTheRest(t *testing.T) {
	whole := calendarOf(good, vevent("UID:second@x", "SUMMARY:second", "DTSTART:20260304T170000Z"))
	cut := whole[:strings.Index(whole, "END:VEVENT\r\nEND:VCALENDAR")]
	h := fromText(t, "", "a.ics", cut)
	h.has(t, "calendar:good@x")
	h.has(t, "calendar:second@x")
	h.mustSay(t, "ends in the middle", "second")

	h = fromText(t, "", "a.ics", strings.Replace(whole, "END:VEVENT\r\n", "", 1))
	h.has(t, "calendar:good@x")
	h.has(t, "calendar:second@x")
	h.mustSay(t, "begins before the one above has ended")

	h = fromText(t, "", "a.ics", calendarOf(vevent("UID:n@x", "SUMMARY:no time"), vevent("UID:m@x", "SUMMARY:odd time", "DTSTART:yesterday"), good))
	h.has(t, "calendar:good@x")
	h.mustSay(t, "no time at which it starts", "no time")
	h.mustSay(t, "no time at which it starts", "odd time")
}

func TestT30ZonesFollowARule(t *testing.T) {
	const custom = "BEGIN:VTIMEZONE\nTZID:Our own\nBEGIN:STANDARD\nDTSTART:16011101T020000\nRRULE:FREQ=YEARLY;BYDAY=1SU;BYMONTH=11\nTZOFFSETFROM:-0230\nTZOFFSETTO:-0330\nEND:STANDARD\n" +
		"BEGIN:DAYLIGHT\nDTSTART:16010308T020000\nRRULE:FREQ=YEARLY;BYDAY=2SU;BYMONTH=3\nTZOFFSETFROM:-0330\nTZOFFSETTO:-0230\nEND:DAYLIGHT\nEND:VTIMEZONE"
	for _, tc := range []struct {
		name, start, want string
		more              []string
		says              string
	}{
		{"UTC", "DTSTART:20260303T170000Z", "2026-03-03T17:00", nil, ""},
		{"floating time is the person's", "DTSTART:20260303T090000", "2026-03-03T17:00", nil, ""},
		{"IANA", "DTSTART;TZID=Europe/Berlin:20260303T180000", "2026-03-03T17:00", nil, ""},
		{"quoted", `DTSTART;TZID="Europe/Berlin":20260303T180000`, "2026-03-03T17:00", nil, ""},
		{"Windows", "DTSTART;TZID=W. Europe Standard Time:20260303T180000", "2026-03-03T17:00", nil, ""},
		{"Windows in summer", "DTSTART;TZID=Pacific Standard Time:20260603T100000", "2026-06-03T17:00", nil, ""},
		{"prefix", "DTSTART;TZID=/mozilla.org/20050126_1/Europe/Berlin:20260303T180000", "2026-03-03T17:00", nil, ""},
		{"the file's own in winter", "DTSTART;TZID=Our own:20260303T133000", "2026-03-03T17:00", []string{custom}, ""},
		{"the file's own in summer", "DTSTART;TZID=Our own:20260603T143000", "2026-06-03T17:00", []string{custom}, ""},
		{"unknown", "DTSTART;TZID=Nowhere/Land:20260303T090000", "2026-03-03T17:00", nil, "person's own zone"},
		{"path", "DTSTART;TZID=../../etc/passwd:20260303T090000", "2026-03-03T17:00", nil, "person's own zone"},
		{"offset", `DTSTART;TZID="(UTC+01:00) Amsterdam, Berlin":20260303T180000`, "2026-03-03T17:00", nil, "no summer time"},
		{"gap", "DTSTART;TZID=America/Vancouver:20260308T023000", "2026-03-08T10:30", nil, ""},
		{"twice", "DTSTART;TZID=America/Vancouver:20251102T013000", "2025-11-02T08:30", nil, ""},
		{"gap of the file's own", "DTSTART;TZID=Our own:20260308T023000", "2026-03-08T06:00", []string{custom}, ""},
		{"twice in the file's own", "DTSTART;TZID=Our own:20251102T013000", "2025-11-02T04:00", []string{custom}, ""},
		{"Z and a zone", "DTSTART;TZID=Europe/Berlin:20260303T170000Z", "2026-03-03T17:00", nil, ""},
		{"leap second", "DTSTART:20260303T170060Z", "2026-03-03T17:00", nil, ""},
	} {
		t.Run(tc.name, func(t *testing.T) {
			h := from(t, "", append([]string{vevent("UID:z@x", "SUMMARY:s", tc.start)}, tc.more...)...)
			if got := ats(h.has(t, "calendar:z@x")); got != tc.want {
				t.Errorf("it is at %s, not at %s", got, tc.want)
			}
			if tc.says != "" {
				h.mustSay(t, "time zone", tc.says)
			} else if len(h.gaps) > 0 {
				t.Errorf("gaps %+v", h.gaps)
			}
		})
	}
}

func TestT30AllDayEventsAreNoMeetingsAndTold(t *testing.T) {
	h := from(t, "", vevent("UID:a@x", "SUMMARY:Offsite", "DTSTART;VALUE=DATE:20260303", "RRULE:FREQ=DAILY"),
		vevent("UID:b@x", "SUMMARY:Conference", "DTSTART:20260303T090000Z", "DTEND:20260305T170000Z"), good)
	if len(h.items) != 1 {
		t.Errorf("there are %q", h.ids())
	}
	h.mustSay(t, "2 events are", "2 all day")
}

func TestT30LongFoldsAreJoined(t *testing.T) {
	folded := "DESCRIPTION:ML-1" + strings.Repeat("\n x", 10_000) + "\n  ML-2"
	h := from(t, "", vevent("UID:f@x", "SUMMARY:Fol", " ded at ", "\té", "DTSTART:20260303T180000Z", folded), good)
	h.has(t, "calendar:good@x")
	it := h.has(t, "calendar:f@x")
	if it.Title != "Folded at é" || fmt.Sprint(it.Links) != "[ML-2]" {
		t.Errorf("title %q, links %q", it.Title, it.Links)
	}
	// A character may be cut by a fold, and a line may never end.
	h = fromText(t, "", "a.ics", strings.Replace(calendarOf(good), "SUMMARY:Review", "SUMMARY:R\xc3\r\n \xa9view", 1))
	if it := h.has(t, "calendar:good@x"); it.Title != "Réview" {
		t.Errorf("title %q", it.Title)
	}
	h = from(t, "", vevent("UID:l@x", "SUMMARY:long", "DTSTART:20260303T180000Z", "DESCRIPTION:"+strings.Repeat("a", 3*maxContent)), good)
	h.has(t, "calendar:good@x")
	h.has(t, "calendar:l@x")
	h.mustSay(t, "longer than 256 KiB")
}

func TestT30OtherEncodings(t *testing.T) {
	text := calendarOf(vevent("UID:e@x", "SUMMARY:Überblick", "DTSTART:20260303T180000Z"))
	wide := func(order []byte) string {
		b := bytes.NewBuffer(order)
		for _, r := range text {
			lo, hi := byte(r), byte(r>>8)
			if order[0] == 0xff {
				b.Write([]byte{lo, hi})
			} else {
				b.Write([]byte{hi, lo})
			}
		}
		return b.String()
	}
	for name, in := range map[string]string{
		"BOM": "\ufeff" + text, "UTF-16 little": wide([]byte{0xff, 0xfe}), "UTF-16 big": wide([]byte{0xfe, 0xff}),
		"LF": strings.ReplaceAll(text, "\r\n", "\n"),
	} {
		if it := fromText(t, "", "a.ics", in).has(t, "calendar:e@x"); it.Title != "Überblick" {
			t.Errorf("%s: title %q", name, it.Title)
		}
	}
}

// What one hostile file costs ends when the context does.
func TestStopsInTheMiddleOfAFile(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	env := robin(t, t.TempDir())
	c, err := New(collectorstest.Settings("paths: [a.ics]"), env)
	if err != nil {
		t.Fatal(err)
	}
	r := &run{collector: c.(*collector), out: &hearing{}, now: noon(), parts: []*part{{name: "a.ics"}}}
	r.zones, r.circle, r.book = newZones(env.Zone), newCircle(env.Self, env.People, false), newBook()
	endless := io.MultiReader(strings.NewReader("BEGIN:VCALENDAR\r\n"), &again{text: crlf(good + "\n"), stop: cancel})
	if _, err := readICS(ctx, &file{run: r, name: "a.ics"}, endless); err != context.Canceled {
		t.Errorf("reading ends with %v", err)
	}
}

// again is a file that never ends; its tenth piece stops the reading.
type again struct {
	text string
	n    int
	stop func()
}

func (a *again) Read(b []byte) (int, error) {
	if a.n++; a.n == 10 {
		a.stop()
	}
	return copy(b, a.text), nil
}
