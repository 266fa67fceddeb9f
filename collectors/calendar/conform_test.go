package calendar

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/dossier-report/dossier/collectors"
	"github.com/dossier-report/dossier/collectors/collectorstest"
)

const canary = "https://calendar.example.org/ical/robin/private-canaryCanaryCanaryCanary/basic.ics"

const published = `-- GET https://calendar.example.org/ical/robin/private-canaryCanaryCanaryCanary/basic.ics --
> ! If-None-Match
HTTP 200 repeat
Content-Type: text/calendar; charset=utf-8
ETag: "v1"

BEGIN:VCALENDAR
BEGIN:VEVENT
UID:feed-1@example.org
DTSTART:20260305T170000Z
DTEND:20260305T173000Z
SUMMARY:Design of ML-231
END:VEVENT
END:VCALENDAR
-- GET https://calendar.example.org/ical/robin/private-canaryCanaryCanaryCanary/basic.ics --
> If-None-Match: "v1"
HTTP 304 repeat
ETag: "v1"

`

const gone = `-- GET https://calendar.example.org/ical/robin/private-canaryCanaryCanaryCanary/basic.ics --
HTTP 404 repeat
Content-Type: text/plain

no such calendar
`

// desk has a calendar, a folder of exports and a private address.
func desk(t testing.TB) collectors.Env {
	dir := put(t, map[string]string{
		"team.ics": calendarOf(with(fiveMondays), vevent("UID:p@x", "SUMMARY:Planning", "DTSTART:20260303T170000Z", "DURATION:PT1H", "ORGANIZER:mailto:robin@example.org")),
		"exports/zoom.csv": "Topic,Meeting ID,User Email,Start Time,End Time,Duration (Minutes),Participants\n" +
			"Reading group,812 3456 7890,robin@example.org,04/14/2026 10:00:00 AM,04/14/2026 10:58:00 AM,58,5\n",
		"exports/cal.csv": "Subject,Start Date,Start Time,End Date,End Time\nPaper club,05/20/2026,09:00 AM,05/20/2026,10:00 AM\n",
	})
	env := robin(t, dir)
	env.Getenv = func(name string) string {
		if name == "CALENDAR_URL" {
			return canary
		}
		return ""
	}
	return env
}

// online is the desk with its address.
func online(t testing.TB) collectors.Env {
	env := desk(t)
	env.HTTP.Transport = collectorstest.Text(t, published)
	return env
}

func TestConform(t *testing.T) {
	collectorstest.Conform(t, collectorstest.Case{
		Source:   Source,
		Settings: "paths: [team.ics, exports]\nurls: [env:CALENDAR_URL]\n",
		Env:      online,
		Period:   half,
		Secrets:  []string{canary, "private-canaryCanaryCanaryCanary"},
		Breaks: []collectorstest.Break{
			{Name: "a file is away", Parts: []string{"team.ics"}, Do: func(t testing.TB, env *collectors.Env) {
				if err := os.Remove(filepath.Join(env.Dir, "team.ics")); err != nil {
					t.Fatal(err)
				}
			}},
			{Name: "a file is no calendar", Parts: []string{"team.ics"}, Do: func(t testing.TB, env *collectors.Env) {
				if err := os.WriteFile(filepath.Join(env.Dir, "team.ics"), []byte("<html>sign in</html>\n"), 0o600); err != nil {
					t.Fatal(err)
				}
			}},
			{Name: "the folder is away", Parts: []string{"exports"}, Do: func(t testing.TB, env *collectors.Env) {
				if err := os.RemoveAll(filepath.Join(env.Dir, "exports")); err != nil {
					t.Fatal(err)
				}
			}},
			{Name: "the address is not valid any longer", Parts: []string{"env:CALENDAR_URL"}, Do: func(t testing.TB, env *collectors.Env) {
				env.HTTP.Transport = collectorstest.Text(t, gone)
			}},
			{Name: "no address", Parts: []string{"env:CALENDAR_URL"}, Do: func(t testing.TB, env *collectors.Env) {
				env.Getenv = func(string) string { return "" }
			}},
		},
	})
}

func TestConformInPages(t *testing.T) {
	source := Source
	source.New = func(s collectors.Settings, env collectors.Env) (collectors.Collector, error) {
		c, err := New(s, env)
		if err == nil {
			c.(*collector).page = 1
		}
		return c, err
	}
	collectorstest.Conform(t, collectorstest.Case{
		Source: source, Settings: "paths: [team.ics, exports]\n", Period: half,
		Env: desk,
	})
}
