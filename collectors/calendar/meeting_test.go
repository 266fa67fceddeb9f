package calendar

import (
	"fmt"
	"strings"
	"testing"

	"github.com/dossier-report/dossier/evidence"
)

const (
	at9    = "DTSTART:20260303T170000Z"
	me     = "ATTENDEE;CN=Robin Vale;PARTSTAT=ACCEPTED:mailto:robin@example.org"
	ana    = "ATTENDEE;CN=Ana D.;PARTSTAT=ACCEPTED:mailto:ana@example.org"
	quinn  = "ATTENDEE;CN=Quinn Roe;PARTSTAT=ACCEPTED:mailto:quinn@example.org"
	byMe   = "ORGANIZER;CN=Robin Vale:mailto:robin@example.org"
	byBoss = "ORGANIZER;CN=Maria Lind:mailto:maria@example.org"
)

func TestWhatIsNoMeetingIsLeftOutAndCounted(t *testing.T) {
	for _, tc := range []struct {
		why   reason
		lines []string
	}{
		{cancelled, []string{"SUMMARY:s", at9, "STATUS:CANCELLED"}},
		{declined, []string{"SUMMARY:s", at9, "ATTENDEE;PARTSTAT=DECLINED:mailto:Robin@Example.org"}},
		{declined, []string{"SUMMARY:s", at9, `ATTENDEE;PARTSTAT=DECLINED;CN="Vale, Robin":invalid:nomail`}},
		{secret, []string{"SUMMARY:s", at9, "CLASS:PRIVATE"}},
		{secret, []string{"SUMMARY:s", at9, "CLASS:CONFIDENTIAL"}},
		{free, []string{"SUMMARY:s", at9, "TRANSP:TRANSPARENT"}},
		{allDay, []string{"SUMMARY:s", at9, "X-MICROSOFT-CDO-ALLDAYEVENT:TRUE"}},
		{absence, []string{"SUMMARY:s", at9, "X-MICROSOFT-CDO-BUSYSTATUS:OOF"}},
		{absence, []string{"SUMMARY:Out of office", at9}},
		{absence, []string{"SUMMARY:OOO - back on Monday", at9}},
		{absence, []string{"SUMMARY:🎯 Focus time", at9}},
		{absence, []string{"SUMMARY:Ana's birthday", at9}},
		{absence, []string{"SUMMARY:Lunch break", at9}},
		{excluded, []string{"SUMMARY:Dentist, Dr. X", at9}},
	} {
		h := from(t, "exclude: [dentist*]", vevent(append([]string{"UID:n@x"}, tc.lines...)...), good)
		if len(h.items) != 1 {
			t.Errorf("%s: %q is kept", tc.why, tc.lines)
		}
		h.mustSay(t, "1 event is", "1 "+string(tc.why))
	}
}

func TestWhatIsAMeetingIsKept(t *testing.T) {
	for _, title := range []string{"Lunch with Ana: her thesis", "Focus group", "Holiday planning for the on-call team", "Home page review", "Out of office tooling", "Travel grant committee", "Blocked tickets"} {
		h := from(t, "", vevent("UID:m@x", "SUMMARY:"+title, at9))
		h.has(t, "calendar:m@x")
	}
	h := from(t, "private: true", vevent("UID:p@x", "SUMMARY:s", at9, "CLASS:PRIVATE"),
		vevent("UID:f@x", "SUMMARY:s", at9, "TRANSP:TRANSPARENT", me))
	h.has(t, "calendar:p@x")
	h.has(t, "calendar:f@x")
}

func TestCancellationReachesTheEventWhereverItStands(t *testing.T) {
	dir := put(t, map[string]string{
		"a.ics": calendarOf(good),
		"b.ics": calendarOf("METHOD:CANCEL", vevent("UID:good@x", "SEQUENCE:1", "SUMMARY:Review", "DTSTART:20260303T170000Z")),
	})
	for _, order := range []string{"paths: [a.ics, b.ics]", "paths: [b.ics, a.ics]", "paths: ['*.ics']"} {
		if h := collect(t, robin(t, dir), order, ever, nil); len(h.items) != 0 {
			t.Errorf("%s: there are %q", order, h.ids())
		}
	}
}

func TestPartOfThePerson(t *testing.T) {
	for _, tc := range []struct {
		name   string
		lines  []string
		verb   evidence.Verb
		labels string
	}{
		{"organised", []string{byMe, me, ana, quinn}, evidence.Organized, "[]"},
		{"attended", []string{byBoss, me, ana, quinn}, evidence.Attended, "[]"},
		{"nobody is named", nil, evidence.Attended, "[]"},
		{"one other", []string{byMe, me, ana}, evidence.Organized, "[one-to-one]"},
		{"the other declined", []string{byMe, me, ana, "ATTENDEE;PARTSTAT=DECLINED:mailto:quinn@example.org"}, evidence.Organized, "[one-to-one]"},
		{"a room is nobody", []string{byMe, me, ana, "ATTENDEE;CUTYPE=ROOM;CN=Blue:mailto:blue@example.org"}, evidence.Organized, "[one-to-one]"},
		{"tentative", []string{byBoss, "ATTENDEE;PARTSTAT=TENTATIVE:mailto:robin@example.org", ana}, evidence.Attended, "[tentative]"},
		{"status tentative", []string{"STATUS:TENTATIVE"}, evidence.Attended, "[tentative]"},
		{"never answered", []string{byBoss, "ATTENDEE;PARTSTAT=NEEDS-ACTION:mailto:robin@example.org", ana}, evidence.Attended, "[unanswered]"},
	} {
		h := from(t, "", vevent(append([]string{"UID:v@x", "SUMMARY:Talk", at9}, tc.lines...)...))
		it := h.has(t, "calendar:v@x")
		if it.Acts[0].Verb != tc.verb || fmt.Sprint(it.Labels) != tc.labels {
			t.Errorf("%s: %s, labels %q", tc.name, it.Acts[0].Verb, it.Labels)
		}
		if doubt := tc.labels == "[tentative]" || tc.labels == "[unanswered]"; h.said("accepted with doubt or never answered: 1") != doubt {
			t.Errorf("%s: notes %q", tc.name, h.notes)
		}
	}
}

func people(it evidence.Item) string {
	var list []string
	for _, p := range it.People {
		list = append(list, p.Name+"/"+p.Role)
	}
	return strings.Join(list, ", ")
}

func TestOnlyColleaguesOfTheConfigurationAreKept(t *testing.T) {
	lines := []string{"UID:p@x", "SUMMARY:Talk", at9, byBoss, me, ana, quinn}
	for settings, want := range map[string]string{
		"":                "Maria Lind/organizer, Ana Duarte/attendee",
		"attendees: true": "Maria Lind/organizer, Ana Duarte/attendee, Quinn Roe/attendee",
	} {
		if got := people(from(t, settings, vevent(lines...)).has(t, "calendar:p@x")); got != want {
			t.Errorf("%q keeps %s", settings, got)
		}
	}
}

func TestColleaguesAreRecognisedInTitles(t *testing.T) {
	for title, want := range map[string]string{
		"1:1 Ana / Robin":        "Ana Duarte/named in the title [one-to-one]",
		"Pairing with Ana":       "Ana Duarte/named in the title [one-to-one]",
		"Ana <> Robin":           "Ana Duarte/named in the title [one-to-one]",
		"Talk of Ana Duarte":     "Ana Duarte/named in the title []",
		"Ana and Maria: 1:1s":    "Ana Duarte/named in the title, Maria Lind/named in the title []",
		"Ana's cake":             " []",
		"Analysis with the team": " []",
		"Catch-up with Savanna":  " []",
		"Mentoring: maria lind":  "Maria Lind/named in the title [one-to-one]",
	} {
		it := from(t, "", vevent("UID:p@x", "SUMMARY:"+title, at9)).has(t, "calendar:p@x")
		if got := fmt.Sprint(people(it), " ", it.Labels); got != want {
			t.Errorf("%q: %s, not %s", title, got, want)
		}
	}
	// Where the attendees are listed, the title names nobody.
	it := from(t, "", vevent("UID:p@x", "SUMMARY:1:1 Ana / Quinn", at9, me, quinn)).has(t, "calendar:p@x")
	if len(it.People) > 0 {
		t.Errorf("there are %s", people(it))
	}
}

func TestDescriptionsAreReadForLinksAndKeptOnlyWhenAsked(t *testing.T) {
	body := `DESCRIPTION:Notes for ML-231: https://wiki.example.org/x?a=1&amp\;b=2\, and the <b>rest</b>.<br>Join https://acme.zoom.us/j/81234567890?pwd=canary` +
		` or https://meet.google.com/abc-defg-hij. https://user:canary@example.org/y`
	lines := []string{"UID:d@x", "SUMMARY:Design", at9, "LOCATION:Room 4\\, Dr. Roe's practice", body}
	it := from(t, "", vevent(lines...)).has(t, "calendar:d@x")
	if got := fmt.Sprint(it.Links); got != "[https://wiki.example.org/x?a=1&b=2 https://example.org/y ML-231]" {
		t.Errorf("links %s", got)
	}
	if it.Text != "" || it.Place != "Zoom" || !it.Private {
		t.Errorf("text %q, place %q, private %v", it.Text, it.Place, it.Private)
	}
	it = from(t, "bodies: true", vevent(lines...)).has(t, "calendar:d@x")
	if want := "Notes for ML-231: https://wiki.example.org/x?a=1&b=2, and the rest.\nJoin (address of the room) or (address of the room)"; !strings.HasPrefix(it.Text, want) {
		t.Errorf("text %q", it.Text)
	}
	if strings.Contains(it.Text, "pwd=") {
		t.Errorf("the password of a room is kept: %q", it.Text)
	}
}

func TestOddUIDsMakeValidIDs(t *testing.T) {
	for _, uid := range []string{"", "with space", strings.Repeat("x", 500), "tab\there", "new\\nline", "\xff", "é@x"} {
		h := from(t, "", vevent("UID:"+uid, "SUMMARY:s", at9))
		for _, it := range h.items {
			if err := it.Validate(); err != nil {
				t.Errorf("%q: %v", uid, err)
			}
		}
		if len(h.items) != 1 {
			t.Errorf("%q: there are %q", uid, h.ids())
		}
	}
}

// Some programs write each time of a series as an event with the same UID.
func TestTimesWithOneUIDAndNoRuleAreAllKept(t *testing.T) {
	it := from(t, "", vevent("UID:s@x", "SUMMARY:s", "DTSTART:20260303T170000Z"), vevent("UID:s@x", "SUMMARY:s", "DTSTART:20260310T170000Z")).has(t, "calendar:s@x")
	if got := ats(it); got != "2026-03-03T17:00 2026-03-10T17:00" {
		t.Errorf("it took place at %s", got)
	}
}

func TestPatternsOfTitles(t *testing.T) {
	for _, tc := range []struct {
		pattern, title string
		want           bool
	}{
		{"dentist*", "Dentist", true}, {"dentist*", "My dentist", false}, {"*dentist*", "My DENTIST / Dr. X", true},
		{"1:1 * / ?obin", "1:1 Ana / Robin", true}, {"a*b*c", "aXbYc", true}, {"a*b*c", "aXbY", false}, {"*", "", true},
		{"über*", "ÜBERGABE", true}, {"a  b", "a b", true},
		{strings.Repeat("*a", 200) + "b", strings.Repeat("a", 500), false},
	} {
		if got := matchesAny([]string{tc.pattern}, tc.title); got != tc.want {
			t.Errorf("%q matches %q: %v", tc.pattern, tc.title, got)
		}
	}
}
