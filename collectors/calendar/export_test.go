package calendar

import (
	"fmt"
	"strings"
	"testing"

	"github.com/dossier-report/dossier/evidence"
)

func only(t *testing.T, h *heard) evidence.Item {
	t.Helper()
	if len(h.items) != 1 {
		t.Fatalf("there are %q; gaps %+v, notes %q", h.ids(), h.gaps, h.notes)
	}
	return h.has(t, h.ids()[0])
}

const outlook = `"Subject","Start Date","Start Time","End Date","End Time","All day event","Meeting Organizer","Required Attendees","Optional Attendees","Description","Location","Private","Sensitivity","Show time as"` + "\n"

func TestOutlookExport(t *testing.T) {
	h := fromText(t, "", "cal.csv", "\ufeff"+outlook+
		`"Design review","3/3/2026","9:00:00 AM","3/3/2026","9:45:00 AM","False","Robin Vale","Ana Duarte; Quinn Roe","","Line one`+"\n"+`of ML-7, ""quoted""","Microsoft Teams Meeting","False","Normal","2"`+"\n"+
		`"Design review","3/17/2026","9:00:00 AM","3/17/2026","9:30:00 AM","False","Robin Vale","Ana Duarte; Quinn Roe","","","","False","Normal","2"`+"\n"+
		`"Offsite","3/3/2026","12:00:00 AM","3/4/2026","12:00:00 AM","True","Robin Vale","","","","","False","Normal","2"`+"\n"+
		`"Doctor","3/3/2026","1:00:00 PM","3/3/2026","2:00:00 PM","False","Robin Vale","","","","","True","Private","2"`+"\n"+
		`"Away","3/3/2026","1:00:00 PM","3/3/2026","2:00:00 PM","False","Robin Vale","","","","","False","Normal","4"`+"\n"+
		`"Broken","someday","1:00:00 PM","","","False","","","","","","False","Normal","2"`+"\n")
	it := only(t, h)
	if ats(it) != "2026-03-03T17:00 2026-03-17T16:00" || it.Acts[0].Seconds != 2700 || it.Acts[0].Verb != evidence.Organized {
		t.Errorf("acts %+v", it.Acts)
	}
	if people(it) != "Ana Duarte/attendee" || fmt.Sprint(it.Links, it.Labels) != "[ML-7] [recurring]" || it.Text != "" {
		t.Errorf("%+v", it)
	}
	h.mustSay(t, "3 events are", "1 all day", "1 private", "1 absence")
	h.mustSay(t, "cal.csv, line 8", "someday", "no date and time")
}

func TestTablesInOtherForms(t *testing.T) {
	utf16 := func(s string) string {
		b := []byte{0xff, 0xfe}
		for _, r := range s {
			b = append(b, byte(r), byte(r>>8))
		}
		return string(b)
	}
	for name, text := range map[string]string{
		"Google":        "Subject,Start Date,Start Time,End Date,End Time,All Day Event,Description,Location,Private\nÜber uns,03/03/2026,09:00 AM,03/03/2026,09:30 AM,False,,,False\n",
		"semicolons":    "Subject;Start Date;Start Time;End Date;End Time\nÜber uns;03.03.2026;09:00;03.03.2026;09:30\n",
		"tabs":          "Subject\tStart Date\tStart Time\tEnd Date\tEnd Time\nÜber uns\t2026-03-03\t09:00:00\t2026-03-03\t09:30:00\n",
		"sep line":      "sep=;\nSubject;Start Date;Start Time;End Date;End Time\nÜber uns;3/3/2026;09:00;3/3/2026;09:30\n",
		"Windows-1252":  "Subject,Start Date,Start Time,End Date,End Time\n\xdcber uns,3/3/2026,9:00 AM,3/3/2026,9:30 AM\n",
		"UTF-16":        utf16("Subject,Start Date,Start Time,End Date,End Time\nÜber uns,3/3/2026,9:00 AM,3/3/2026,9:30 AM\n"),
		"title above":   "My calendar\n\nSubject,Start Date,Start Time,End Date,End Time\n\nÜber uns,\"Mar 3, 2026\",9:00 AM,\"Mar 3, 2026\",9:30 AM\n",
		"narrow spaces": "Subject,Start Date,Start Time,End Date,End Time\nÜber uns,3/3/2026,9:00\u202fAM,3/3/2026,9:30\u202fAM\n",
	} {
		t.Run(name, func(t *testing.T) {
			it := only(t, fromText(t, "", "a.csv", text))
			if it.Title != "Über uns" || ats(it) != "2026-03-03T17:00" || it.Acts[0].Seconds != 1800 {
				t.Errorf("%q at %s for %d s", it.Title, ats(it), it.Acts[0].Seconds)
			}
		})
	}
	h := fromText(t, "", "a.csv", "Betreff,Beginnt am\nx,y\n")
	h.mustSay(t, "a.csv", "no export that is known", "English")
}

func TestOrderOfDayAndMonth(t *testing.T) {
	const head = "Subject,Start Date,Start Time\n"
	for _, tc := range []struct {
		name, rows, settings, want string
		told                       bool
	}{
		{"told by the file", "a,25/02/2026,09:00\nb,03/02/2026,09:00\n", "", "2026-02-03T17:00", false},
		{"told by the file, month first", "a,02/25/2026,09:00\nb,02/03/2026,09:00\n", "", "2026-02-03T17:00", false},
		{"not told", "b,02/03/2026,09:00\n", "", "2026-02-03T17:00", true},
		{"configured", "b,03/02/2026,09:00\n", "day_first: true", "2026-02-03T17:00", false},
	} {
		h := fromText(t, tc.settings, "a.csv", head+tc.rows)
		var got string
		for _, it := range h.items {
			if it.Title == "b" {
				got = ats(it)
			}
		}
		if got != tc.want {
			t.Errorf("%s: it is at %s", tc.name, got)
		}
		if h.said("may be read in two ways") != tc.told {
			t.Errorf("%s: gaps %+v", tc.name, h.gaps)
		}
	}
}

const zoomHead = "Meeting ID,Topic,Start Time,End Time,User Email,Duration (Minutes),Participants,\n"

func TestZoomMeetingWithParticipants(t *testing.T) {
	h := fromText(t, "", "participants.csv", zoomHead+
		"812 3456 7890,Pairing,03/03/2026 09:02:11 AM,03/03/2026 09:58:40 AM,robin@example.org,57,2,\n\n"+
		"Name (Original Name),User Email,Join Time,Leave Time,Duration (Minutes),Guest,Recording Consent\n"+
		"Robin (Robin Vale),robin@example.org,03/03/2026 09:02:11 AM,03/03/2026 09:30:00 AM,28,No,\n"+
		"Robin (Robin Vale),robin@example.org,03/03/2026 09:31:00 AM,03/03/2026 09:58:00 AM,27,No,\n"+
		"Ana Duarte,,03/03/2026 09:03:00 AM,03/03/2026 09:58:00 AM,55,Yes,\n")
	it := only(t, h)
	if !strings.HasPrefix(it.ID, "calendar:zoom/81234567890/") || it.Place != "Zoom" || it.Acts[0].Verb != evidence.Organized || it.Acts[0].Seconds != 55*60 {
		t.Errorf("%+v", it)
	}
	if people(it) != "Ana Duarte/attendee" || fmt.Sprint(it.Labels) != "[one-to-one]" {
		t.Errorf("people %s, labels %q", people(it), it.Labels)
	}
}

func TestZoomMeetingsOfOthers(t *testing.T) {
	h := fromText(t, "", "list.csv", "Topic,ID,Host,Host email,Start time,End time,Duration (minutes),Participants\n"+
		"Ours,811 111 1111,Robin Vale,robin@example.org,2026-03-03 09:00:00,2026-03-03 10:00:00,60,5\n"+
		"Theirs,822 222 2222,Quinn Roe,quinn@example.org,2026-03-03 09:00:00,2026-03-03 10:00:00,60,5\n")
	if it := only(t, h); it.Title != "Ours" || it.Acts[0].Verb != evidence.Organized {
		t.Errorf("%+v", it)
	}
	h.mustSay(t, "1 not joined by the person")

	h = fromText(t, "", "joined.csv", "Topic,Meeting ID,Host name,Host email,Start time,End time,Duration (minutes),Name (original name),Email,Join time,Leave time,Duration (minutes)\n"+
		"Theirs,822 222 2222,Quinn Roe,quinn@example.org,2026-03-03 09:00:00,2026-03-03 10:00:00,60,Quinn Roe,quinn@example.org,2026-03-03 09:00:00,2026-03-03 10:00:00,60\n"+
		"Theirs,822 222 2222,Quinn Roe,quinn@example.org,2026-03-03 09:00:00,2026-03-03 10:00:00,60,Robin Vale,robin@example.org,2026-03-03 09:10:00,2026-03-03 09:50:00,40\n")
	if it := only(t, h); it.Acts[0].Verb != evidence.Attended || it.Acts[0].Seconds != 2400 || fmt.Sprint(it.Labels) != "[one-to-one]" {
		t.Errorf("%+v", it)
	}
}

// A meeting that stands in the calendar and in Zoom's report is one item.
func TestOneMeetingInSeveralPlacesIsOneItem(t *testing.T) {
	link := "LOCATION:https://acme.zoom.us/j/81234567890?pwd=x"
	row := func(topic, start string) string {
		return zoomHead + "812 3456 7890," + topic + "," + start + ",,robin@example.org,20,2,\n"
	}
	for _, tc := range []struct {
		name, csv string
		lines     []string
		items     int
		seconds   int64
	}{
		{"by Zoom's number", row("Robin's room", "03/03/2026 09:12:00 AM"), []string{"SUMMARY:Pairing", link}, 1, 1200},
		{"by title and time", row("pairing ", "03/03/2026 09:05:00 AM"), []string{"SUMMARY:Pairing"}, 1, 1200},
		{"another day", row("Pairing", "03/04/2026 09:05:00 AM"), []string{"SUMMARY:Pairing", link}, 2, 3600},
		{"another title", row("Standup", "03/03/2026 09:05:00 AM"), []string{"SUMMARY:Pairing"}, 2, 3600},
		{"a table of the same calendar", "Subject,Start Date,Start Time\nPairing,2026-03-03,09:00\n", []string{"SUMMARY:Pairing"}, 1, 3600},
	} {
		t.Run(tc.name, func(t *testing.T) {
			dir := put(t, map[string]string{"a.ics": calendarOf(vevent(append([]string{"UID:c@x", "DTSTART:20260303T170000Z", "DURATION:PT1H"}, tc.lines...)...)), "b.csv": tc.csv})
			h := collect(t, robin(t, dir), "paths: [a.ics, b.csv]", ever, nil)
			if len(h.items) != tc.items {
				t.Fatalf("there are %q", h.ids())
			}
			if got := h.has(t, "calendar:c@x").Acts[0].Seconds; got != tc.seconds {
				t.Errorf("it took %d s", got)
			}
			if tc.items == 1 {
				h.mustSay(t, "stand in a calendar as well")
			}
		})
	}
}

func TestBrokenRowsCostThemselves(t *testing.T) {
	h := fromText(t, "", "a.csv", "Subject,Start Date,Start Time\nx\n,,\ngood,2026-03-03,09:00,too,many,cells\nodd\"quote,2026-03-04,09:00\n\x00,\xff,\n")
	var titles []string
	for _, id := range h.ids() {
		titles = append(titles, h.items[id].Title)
	}
	if len(titles) != 2 || !strings.Contains(fmt.Sprint(titles), "good") || !strings.Contains(fmt.Sprint(titles), `odd"quote`) {
		t.Errorf("there are %q", titles)
	}
	h.mustSay(t, "line 2")
}

func TestTimesOfExports(t *testing.T) {
	for text, want := range map[string]string{
		"2026-02-03 09:05:06":        "2026-02-03T09:05:06",
		"2026-02-03T09:05:06Z":       "2026-02-03T09:05:06",
		"02/03/2026 09:05:06 PM":     "2026-02-03T21:05:06",
		"2/3/26 12:05 am":            "2026-02-03T00:05:00",
		"2/3/2026 12:05 p.m.":        "2026-02-03T12:05:00",
		"03.02.2026 9:05":            "2026-02-03T09:05:00",
		"Feb 3, 2026 09:05:06 AM":    "2026-02-03T09:05:06",
		"3 February 2026 21:05":      "2026-02-03T21:05:00",
		"2026/02/03":                 "2026-02-03T00:00:00",
		"02/30/2026 09:00":           "",
		"13/13/2026 09:00":           "",
		"02/03/2026 25:00":           "",
		"02/03/2026 13:00 PM":        "",
		"02/03/2026 09:00 and so on": "",
		"":                           "",
		"0001-01-01 00:00":           "",
		strings.Repeat("1", 100):     "",
		"02/03/2026 9":               "2026-02-03T09:00:00",
	} {
		got := ""
		if at, ok := readTime(text, false); ok {
			y, m, d := date(dayOf(at))
			s := at - dayOf(at)*daySeconds
			got = fmt.Sprintf("%04d-%02d-%02dT%02d:%02d:%02d", y, m, d, s/3600, s/60%60, s%60)
		}
		if got != want {
			t.Errorf("%q is %s, not %s", text, got, want)
		}
	}
}
