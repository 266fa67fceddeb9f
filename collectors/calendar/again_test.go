package calendar

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/dossier-report/dossier/collectors"
	"github.com/dossier-report/dossier/collectors/collectorstest"
	"github.com/dossier-report/dossier/evidence"
)

func TestSecondRunOfUnchangedFilesIsSame(t *testing.T) {
	dir := put(t, map[string]string{"a.ics": calendarOf(good, vevent("UID:o@x", "SUMMARY:odd", at9, "RRULE:FREQ=HOURLY")), "b.csv": "Subject,Start Date,Start Time\nx,2026-03-09,09:00\n"})
	const settings = "paths: [a.ics, b.csv]"
	env := robin(t, dir)
	first := collect(t, env, settings, half, nil)
	second := collect(t, env, settings, half, first.again())
	if fmt.Sprint(second.same) != "[a.ics b.csv]" || len(second.batches) > 0 {
		t.Errorf("same %q, pages %d", second.same, len(second.batches))
	}
	if fmt.Sprint(second.gaps, second.notes) != fmt.Sprint(first.gaps, first.notes) || len(first.gaps) == 0 {
		t.Errorf("it tells %+v %q, and told %+v %q", second.gaps, second.notes, first.gaps, first.notes)
	}
	// What only tells when the file was made, or is outside what was asked.
	later := strings.Replace(calendarOf(good, vevent("UID:o@x", "SUMMARY:odd", at9, "RRULE:FREQ=HOURLY")), "SUMMARY:Review", "DTSTAMP:20260701T000000Z\r\nSUMMARY:Review", 1)
	write(t, dir, "a.ics", later)
	if h := collect(t, env, settings, evidence.Period{From: half.From.AddDate(0, 1, 0), To: half.To, Zone: half.Zone}, first.again()); len(h.same) != 2 {
		t.Errorf("pages %+v", h.batches)
	}
	for name, change := range map[string]func(env *collectors.Env, settings *string, p *evidence.Period){
		"a longer period":   func(_ *collectors.Env, _ *string, p *evidence.Period) { p.To = p.To.AddDate(0, 1, 0) },
		"another zone":      func(env *collectors.Env, _ *string, _ *evidence.Period) { env.Zone = time.UTC },
		"another colleague": func(env *collectors.Env, _ *string, _ *evidence.Period) { env.People = env.People[:1] },
		"another setting":   func(_ *collectors.Env, s *string, _ *evidence.Period) { *s += "\nbodies: true" },
		"another file content": func(*collectors.Env, *string, *evidence.Period) {
			write(t, dir, "b.csv", "Subject,Start Date,Start Time\ny,2026-03-09,09:00\n")
		},
	} {
		e, s, p := env, settings, half
		change(&e, &s, &p)
		if h := collect(t, e, s, p, first.again()); len(h.same) > 0 || len(h.batches) != 2 {
			t.Errorf("%s: same %q, pages %d", name, h.same, len(h.batches))
		}
	}
}

func write(t testing.TB, dir, name, text string) {
	t.Helper()
	if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
}

// A meeting that was to come has been: then the same file holds something new.
func TestTimeAloneBringsMeetings(t *testing.T) {
	dir := put(t, map[string]string{"a.ics": calendarOf(vevent("UID:d@x", "SUMMARY:daily", "DTSTART:20260628T090000Z", "DURATION:PT30M", "RRULE:FREQ=DAILY",
		"EXDATE:20260702T090000Z"))})
	env := robin(t, dir)
	first := collect(t, env, "paths: [a.ics]", ever, nil)
	for hours, acts := range map[int]int{0: 0, 20: 0, 45: 0, 46: 5, 100: 7} {
		env.Now = func() time.Time { return noon().Add(time.Duration(hours) * time.Hour) }
		h := collect(t, env, "paths: [a.ics]", ever, first.again())
		if got := len(h.items["calendar:d@x"].Acts); got != acts {
			t.Errorf("%d hours later there are %d times, not %d", hours, got, acts)
		}
		if (len(h.same) == 1) != (acts == 0) {
			t.Errorf("%d hours later: same %q", hours, h.same)
		}
	}
}

// One wrong path does not make the others be read again each time.
func TestPathThatLeadsNowhereIsToldEachTime(t *testing.T) {
	dir := put(t, map[string]string{"a.ics": calendarOf(good)})
	first := collect(t, robin(t, dir), "paths: [a.ics, b.ics]", half, nil)
	second := collect(t, robin(t, dir), "paths: [a.ics, b.ics]", half, first.again())
	if fmt.Sprint(second.same) != "[a.ics]" {
		t.Errorf("same %q", second.same)
	}
	first.mustSay(t, "b.ics", "no such file", "sources.calendar.paths")
	second.mustSay(t, "b.ics", "no such file", "sources.calendar.paths")
}

func TestItemsThatAreAwayAreGone(t *testing.T) {
	dir := put(t, map[string]string{"cal/a.ics": calendarOf(good), "cal/b.ics": calendarOf(with(fiveMondays))})
	env := robin(t, dir)
	keeper := collectorstest.NewMemory(env.Now)
	run := func() collectors.Result {
		c, err := New(collectorstest.Settings("paths: [cal]"), env)
		if err != nil {
			t.Fatal(err)
		}
		return collectors.Run(t.Context(), []collectors.Job{{Source: Source, Collector: c}}, keeper, collectors.Options{Period: half, Now: env.Now})[0]
	}
	if res := run(); res.Err != nil || res.Kept.New != 2 {
		t.Fatalf("%+v", res)
	}
	if err := os.Remove(filepath.Join(dir, "cal", "b.ics")); err != nil {
		t.Fatal(err)
	}
	if res := run(); res.Err != nil || res.Kept.Gone != 1 {
		t.Errorf("%+v", res)
	}
}

func TestT22AddressesAreRefusedOrSecretWhereTheyLookPrivate(t *testing.T) {
	for text, ok := range map[string]bool{
		"env:CALENDAR_URL": true, "keyring": true, "keyring:work": true,
		"https://calendar.example.org/public/team.ics": true, "webcal://calendar.example.org/team.ics": true,
		"http://calendar.example.org/team.ics":                                             false,
		"https://calendar.google.com/calendar/ical/x%40example.org/private-1a2b/basic.ics": false,
		"https://outlook.example.org/owa/calendar/1a2b/calendar.ics":                       false,
		"https://example.org/0123456789abcdef0123456789abcdef.ics":                         false,
		"https://example.org/a.ics?token=canary":                                           false,
		"file:///etc/passwd":                                                               false,
		"https://169.254.169.254/x.ics":                                                    false,
		"env:":                                                                             false, "": false,
	} {
		var f Feed
		err := f.UnmarshalText([]byte(text))
		if (err == nil) != ok {
			t.Errorf("%q: %v", text, err)
		}
		if err != nil && strings.Contains(text, "1a2b") {
			var h interface{ Hidden() }
			if !errors.As(err, &h) || strings.Contains(err.Error(), "1a2b") {
				t.Errorf("%q may be shown: %v", text, err)
			}
		}
	}
}

func TestAddressIsReadAgainWhenAFileHasChanged(t *testing.T) {
	env := online(t)
	const settings = "paths: [team.ics]\nurls: [env:CALENDAR_URL]"
	first := collect(t, env, settings, half, nil)
	write(t, env.Dir, "team.ics", calendarOf(good))
	second := collect(t, env, settings, half, first.again())
	second.has(t, "calendar:feed-1@example.org")
	second.has(t, "calendar:good@x")
}

func TestAddressThatAnswersWithSomethingElseIsAGap(t *testing.T) {
	const get = "-- GET https://calendar.example.org/ical/robin/private-canaryCanaryCanaryCanary/basic.ics --\n"
	for name, tc := range map[string]struct{ answer, says string }{
		"a login page":  {"HTTP 200\nContent-Type: text/html\n\n<html><title>Sign in</title></html>\n", "web page"},
		"JSON":          {"HTTP 200\nContent-Type: application/json\n\n{}\n", "application/json"},
		"an empty text": {"HTTP 200\nContent-Type: text/calendar\n\n", "no calendar"},
		"not there":     {"HTTP 410\nContent-Type: text/plain\n\ngone\n", "copy the calendar's private address"},
		"elsewhere":     {"HTTP 302\nLocation: https://evil.example.net/x.ics\n\n", "not followed"},
	} {
		t.Run(name, func(t *testing.T) {
			env := desk(t)
			env.HTTP.Transport = collectorstest.Text(t, get+tc.answer)
			h := collect(t, env, "paths: [team.ics]\nurls: [env:CALENDAR_URL]", half, nil)
			h.has(t, "calendar:w@x")
			h.mustSay(t, "env:CALENDAR_URL", tc.says)
			if h.said("canaryCanary") {
				t.Errorf("a secret is told: %+v", h.gaps)
			}
		})
	}
}

func TestSettingsThatCannotWorkAreRefused(t *testing.T) {
	for settings, why := range map[string]string{
		"{}": "paths:", "paths: ['[']": "paths[0]:", "paths: ['']": "paths[0]:", "paths: [a]\nexclude: ['*']": "exclude[0]:",
		"paths: [a]\nexclude: [' ']": "exclude[0]:",
	} {
		if _, err := New(collectorstest.Settings(settings), collectors.Env{}); err == nil || !strings.HasPrefix(err.Error(), why) {
			t.Errorf("%s: %v", settings, err)
		}
	}
}

func TestCheckTellsOfEachCalendarAndOfPrivacy(t *testing.T) {
	env := desk(t)
	env.HTTP.Transport = collectorstest.Text(t, published[:strings.LastIndex(published, "-- GET")])
	c, err := New(collectorstest.Settings("paths: [team.ics, nowhere.ics]\nurls: [env:CALENDAR_URL, env:NOT_SET]\nbodies: true"), env)
	if err != nil {
		t.Fatal(err)
	}
	got := map[string]collectors.Finding{}
	for _, f := range c.(collectors.Checker).Check(t.Context()) {
		got[f.What] = f
		if strings.Contains(f.Fix, "\n") || strings.Contains(fmt.Sprint(f), "canaryCanary") {
			t.Errorf("%+v", f)
		}
	}
	for what, want := range map[string]struct {
		health collectors.Health
		words  string
	}{
		"calendar team.ics":         {collectors.Healthy, "2 events"},
		"calendar nowhere.ics":      {collectors.Broken, "no such file"},
		"calendar env:CALENDAR_URL": {collectors.Healthy, "1 event;"},
		"calendar env:NOT_SET":      {collectors.Broken, "NOT_SET is not set"},
		"person":                    {collectors.Healthy, "robin@example.org"},
		"privacy":                   {collectors.Healthy, "not kept: all attendees, private events"},
	} {
		if f := got[what]; f.Health != want.health || !strings.Contains(f.Detail, want.words) {
			t.Errorf("%s: %+v", what, f)
		}
	}
}
