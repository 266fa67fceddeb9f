package calendar

import (
	"bytes"
	"math"
	"testing"

	"github.com/dossier-report/dossier/collectors"
)

// readAlone reads one file as a run does, and returns the items that it gives.
func readAlone(t testing.TB, kind string, in []byte) {
	env := robin(t, "/")
	c := &collector{cfg: Config{Bodies: true, Attendees: true, Private: true, Exclude: []string{"a*b"}}, env: env, page: pageSize}
	r := &run{collector: c, period: ever, out: &hearing{}, now: noon(), parts: []*part{{name: "in"}}}
	r.zones, r.circle, r.book = newZones(env.Zone), newCircle(env.Self, env.People, true), newBook()
	if _, err := r.readFile(t.Context(), &file{run: r, name: "in"}, kind, bytes.NewReader(in)); err != nil {
		t.Fatal(err)
	}
	list, err := r.gather(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	red := collectors.NewRedactor()
	seen := map[string]bool{}
	for _, s := range list {
		it := s.item().Item
		_ = red.Item(&it)
		if err := it.Validate(); err != nil {
			t.Fatal(err)
		}
		if seen[it.ID] {
			t.Fatalf("%s is there twice", it.ID)
		}
		seen[it.ID] = true
		for i, a := range it.Acts {
			if a.At.After(noon()) || a.Seconds < 0 || a.Seconds >= longest {
				t.Fatalf("%s: act %+v", it.ID, a)
			}
			if i > 0 && a.At.Before(it.Acts[i-1].At) {
				t.Fatalf("%s: acts are not in order", it.ID)
			}
		}
		if len(it.Acts) == 0 || len(it.Acts) > maxTimes {
			t.Fatalf("%s has %d acts", it.ID, len(it.Acts))
		}
	}
}

func FuzzICS(f *testing.F) {
	f.Add([]byte(calendarOf(with(fiveMondays, "EXDATE:20260309T160000Z"), good)))
	f.Add([]byte(calendarOf(vevent("UID:z", at9, byMe, ana, "RRULE:FREQ=MONTHLY;BYDAY=-1FR;UNTIL=20261231", "RDATE;VALUE=PERIOD:20260306T170000Z/PT1H"))))
	f.Add([]byte("BEGIN:VCALENDAR\nBEGIN:VEVENT\n\xfa:\nDTSTART:00010101\nEND:VEVENT"))
	f.Fuzz(func(t *testing.T, in []byte) { readAlone(t, "ics", in) })
}

func FuzzCSV(f *testing.F) {
	f.Add([]byte(outlook + `"a","3/3/2026","9:00:00 AM","3/3/2026","9:45:00 AM","False","Robin Vale","Ana Duarte; Q","","b` + "\n" + `c","","False","Normal","1"`))
	f.Add([]byte(zoomHead + "812 3456 7890,Pairing,03/03/2026 09:02:11 AM,03/03/2026 09:58:40 AM,robin@example.org,57,2,\n\nName (Original Name),User Email,Duration (Minutes)\nRobin (Robin Vale),robin@example.org,28\n"))
	f.Add([]byte("sep=;\nSubject;Start Date;Start Time\n\xdcx;03.03.2026;09:00\n"))
	f.Fuzz(func(t *testing.T, in []byte) { readAlone(t, "csv", in) })
}

func FuzzRule(f *testing.F) {
	f.Add("FREQ=WEEKLY;COUNT=5;BYDAY=MO,WE", int64(1772557200))
	f.Add("FREQ=YEARLY;BYWEEKNO=-1;BYSETPOS=-1;WKST=SU", int64(-1e9))
	f.Add("FREQ=DAILY;BYMONTHDAY=30;BYMONTH=2;INTERVAL=2147483648", int64(0))
	f.Fuzz(func(t *testing.T, text string, start int64) {
		r, err := parseRule(text)
		if err != nil {
			return
		}
		if start < -60_000_000_000 || start > 200_000_000_000 {
			return // beyond the dates that a calendar can write
		}
		now := noon().Unix()
		last, n := int64(math.MinInt64), 0
		_ = r.times(start, now-window, now, math.MaxInt64, func(at int64) bool {
			if at <= last || at < start || at > now {
				t.Fatalf("%s from %d: %d after %d", text, start, at, last)
			}
			last = at
			n++
			return true
		})
		if n > perDay*130*366 {
			t.Fatalf("%s: %d times", text, n)
		}
	})
}
