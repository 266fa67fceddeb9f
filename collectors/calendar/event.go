package calendar

import (
	"path"
	"regexp"
	"strings"

	"github.com/dossier-report/dossier/evidence"
)

// event is a meeting as one calendar has it: a whole series, one time of a
// series that differs from the others, or a row of an export. A calendar of ten
// years has tens of thousands, so it holds only what an item needs.
type event struct {
	uid     string
	part    int   // in which it stands
	version int64 // SEQUENCE
	changed int64 // LAST-MODIFIED
	group   bool  // one of several times of a series that has no master
	export  export

	// recur names the time of the series that the event replaces; onward says
	// that it replaces all later ones too.
	recur  stamp
	onward bool

	start, end stamp
	seconds    int64 // how long it takes; less than 0 where the end says
	rule       *rule
	out, also  []stamp // EXDATE and RDATE
	zone       zone

	title  string
	text   string // empty unless bodies are kept
	room   string
	number string // of the Zoom meeting
	links  []string
	hash   [32]byte
	people []evidence.Participant // worth keeping
	others int                    // other people who did not decline

	no         reason
	organized  bool
	accepted   bool
	tentative  bool
	unanswered bool
	sure       bool // a report says that it took place
}

// export is what sort of table an event was a row of.
type export int

const (
	none  export = iota // iCalendar
	table               // of Google Calendar or Outlook
	zoom                // a report of Zoom
)

// reason says why an event is no meeting that the person attended.
type reason string

// The reasons to leave an event out; a note of the part counts them.
const (
	cancelled reason = "cancelled"
	declined  reason = "declined"
	allDay    reason = "all day"
	secret    reason = "private"
	free      reason = "shown as free"
	absence   reason = "absence, focus time, birthday or the like"
	excluded  reason = "excluded by the configuration"
	notThere  reason = "not joined by the person"
	alsoThere reason = "of an export that stand in a calendar as well"
)

// quiet recognises titles of what people put into a calendar and is no meeting.
var quiet = regexp.MustCompile(`(?i)^\W*(out of (the )?office|ooo|focus( time| block)?|deep work|do not (book|schedule)|dnb|no meetings?|blocked|block|busy|` +
	`vacation|annual leave|holidays?|public holiday|pto|sick( leave| day)?|parental leave|day off|away|commut(e|ing)|travel( time)?|lunch( break)?|` +
	`(working from )?home|wfh|working location|urlaub|abwesend|krank|feiertag|cong[ée]s?|vacances|vacaciones)\b\W*(\(.*\))?$` +
	`|\bbirthday\W*$|^happy birthday\b|^\W*(ooo|out of office|pto|vacation)\s*[-:–—]`)

// why returns the first reason to leave the event out, "" for a meeting.
func (e *event) why(cfg *Config) reason {
	switch {
	case e.no != "":
		return e.no
	case matchesAny(cfg.Exclude, e.title):
		return excluded
	case e.start.day || e.length() >= daySeconds:
		return allDay
	case quiet.MatchString(e.title):
		return absence
	}
	return ""
}

// length returns how long the event takes, in seconds.
func (e *event) length() int64 {
	switch {
	case e.seconds >= 0:
		return e.seconds
	case !e.end.set || e.end.day != e.start.day:
		return 0
	}
	return max(0, min(longest, e.instant(e.end)-e.instant(e.start)))
}

// instant returns the moment that a stamp of the event stands for.
func (e *event) instant(s stamp) int64 {
	if s.utc || e.zone == nil {
		return s.wall
	}
	return e.zone.instant(s.wall)
}

// newer reports whether e is a later state of the same event than old.
func (e *event) newer(old *event) bool {
	if e.version != old.version {
		return e.version > old.version
	}
	return e.changed > old.changed
}

// matchesAny reports whether one of the patterns matches the title, whatever
// its case. In a pattern * stands for any text and ? for any one character.
func matchesAny(patterns []string, title string) bool {
	title = fold(title)
	for _, p := range patterns {
		if like(fold(p), title) {
			return true
		}
	}
	return false
}

// like takes time at most in proportion to both lengths multiplied: on a
// mismatch only the last star is tried again.
func like(pattern, text string) bool {
	p, t := []rune(pattern), []rune(text)
	star, back := -1, 0
	i, j := 0, 0
	for j < len(t) {
		switch {
		case i < len(p) && p[i] == '*':
			star, back = i, j
			i++
		case i < len(p) && (p[i] == '?' || p[i] == t[j]):
			i++
			j++
		case star >= 0:
			back++
			i, j = star+1, back
		default:
			return false
		}
	}
	for i < len(p) && p[i] == '*' {
		i++
	}
	return i == len(p)
}

// fold makes titles comparable: small letters and single spaces.
func fold(s string) string { return strings.ToLower(strings.Join(strings.Fields(s), " ")) }

// format tells what a file holds by its name, "" for what is not read.
func format(name string) string {
	switch ext := strings.ToLower(path.Ext(name)); ext {
	case ".ics", ".ical", ".icalendar", ".ifb", ".vcs":
		return "ics"
	case ".csv":
		return "csv"
	}
	return ""
}
