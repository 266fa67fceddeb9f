package calendar

import (
	"crypto/sha256"
	"fmt"
	"hash"
	"net/url"
	"strconv"
	"strings"

	"github.com/dossier-report/dossier/evidence"
)

// draft is an event of iCalendar while its properties are read.
type draft struct {
	event
	sum      hash.Hash
	body     string
	where    string // LOCATION
	link     string // URL
	busy     string // X-MICROSOFT-CDO-BUSYSTATUS
	status   string
	class    string
	shown    string // TRANSP
	category string
	noRule   error // why the rule cannot be followed
	guests   []guest
	dropped  int // dates beyond maxDates
}

// maxDates bounds the EXDATEs and RDATEs of an event, maxGuests its guests.
const (
	maxDates  = 5000
	maxGuests = 2000
)

func newDraft() *draft {
	d := &draft{sum: sha256.New()}
	d.seconds = -1
	return d
}

// set takes a property. What cannot be read is an error and leaves the rest.
func (d *draft) set(p *prop) (err error) {
	switch p.name {
	case "UID":
		d.uid = strings.TrimSpace(p.value)
	case "SUMMARY":
		d.title = titled(unescape(p.value))
	case "DTSTART":
		d.start, err = parseStamp(p.value, p.get("TZID"))
	case "DTEND":
		d.end, err = parseStamp(p.value, p.get("TZID"))
	case "DURATION":
		var n int64
		if n, err = parseDuration(p.value); err == nil {
			d.seconds = n
		}
	case "RRULE":
		return d.repeat(p.value)
	case "EXDATE":
		return d.dates(p, &d.out)
	case "RDATE":
		return d.dates(p, &d.also)
	case "RECURRENCE-ID":
		d.recur, err = parseStamp(p.value, p.get("TZID"))
		d.onward = strings.EqualFold(p.get("RANGE"), "THISANDFUTURE")
	case "SEQUENCE":
		d.version, _ = strconv.ParseInt(strings.TrimSpace(p.value), 10, 32)
	case "LAST-MODIFIED":
		if s, err := parseStamp(p.value, ""); err == nil {
			d.changed = s.wall
		}
	case "ATTENDEE":
		d.invite(p, attendee)
	case "ORGANIZER":
		d.invite(p, organizer)
	default:
		d.describe(p)
	}
	if err != nil {
		return fmt.Errorf("%s: %w", p.name, err)
	}
	return nil
}

// describe takes what tells of an event, and not when or with whom.
func (d *draft) describe(p *prop) {
	word := func() string { return strings.ToUpper(strings.TrimSpace(p.value)) }
	switch p.name {
	case "DESCRIPTION":
		d.body = unescape(p.value)
	case "X-ALT-DESC":
		if d.body == "" {
			d.body = unescape(p.value)
		}
	case "LOCATION":
		d.where = unescape(p.value)
	case "URL":
		d.link = strings.TrimSpace(p.value)
	case "CONFERENCE", "X-GOOGLE-CONFERENCE", "X-MICROSOFT-SKYPETEAMSMEETINGURL", "X-MICROSOFT-ONLINEMEETINGEXTERNALLINK":
		d.where += "\n" + p.value
	case "STATUS":
		d.status = word()
	case "CLASS":
		d.class = word()
	case "TRANSP":
		d.shown = word()
	case "X-MICROSOFT-CDO-BUSYSTATUS":
		d.busy = word()
	case "X-MICROSOFT-CDO-ALLDAYEVENT":
		if word() == "TRUE" {
			d.no = allDay
		}
	case "CATEGORIES":
		d.category = word()
	}
}

// repeat takes the rule. RFC 5545 allows one; of several none is followed, since
// nothing says what they mean together.
func (d *draft) repeat(value string) error {
	if d.rule != nil || d.noRule != nil {
		d.rule, d.noRule = nil, fmt.Errorf("it has more than one")
		return nil
	}
	d.rule, d.noRule = parseRule(value)
	return nil
}

// dates takes a list of EXDATE or RDATE; of a period only the start counts.
func (d *draft) dates(p *prop, list *[]stamp) error {
	var first error
	for v := range strings.SplitSeq(p.value, ",") {
		if len(*list) == maxDates {
			d.dropped++
			continue
		}
		v, _, _ = strings.Cut(v, "/")
		s, err := parseStamp(v, p.get("TZID"))
		switch {
		case err == nil:
			*list = append(*list, s)
		case first == nil && strings.TrimSpace(v) != "":
			first = fmt.Errorf("%s: %w", p.name, err)
		}
	}
	return first
}

// invite takes a guest; rooms and groups are none.
func (d *draft) invite(p *prop, role string) {
	switch strings.ToUpper(p.get("CUTYPE")) {
	case "RESOURCE", "ROOM", "GROUP":
		return
	}
	if strings.EqualFold(p.get("ROLE"), "NON-PARTICIPANT") || len(d.guests) == maxGuests {
		return
	}
	g := guest{role: role, status: strings.ToUpper(p.get("PARTSTAT"))}
	g.Name = titled(p.get("CN"))
	address := strings.TrimSpace(p.value)
	if len(address) > 7 && strings.EqualFold(address[:7], "mailto:") {
		g.Email = address[7:]
		if plain, err := url.PathUnescape(g.Email); err == nil {
			g.Email = plain
		}
	} else if e := p.get("EMAIL"); e != "" {
		g.Email = e
	}
	g.Email = cut(strings.ToValidUTF8(g.Email, ""), 320)
	if strings.Contains(g.Name, "@") { // Google writes the address where it knows no name
		g.Name = ""
	}
	if strings.HasSuffix(strings.ToLower(g.Email), "@resource.calendar.google.com") {
		return
	}
	d.guests = append(d.guests, g)
}

// finish makes the event of what was read, and says what in it is odd.
func (d *draft) finish(f *file) (*event, []string) {
	e := d.event
	e.part = f.part
	e.judge(d, &f.run.cfg)
	var odd []string
	if d.noRule != nil {
		e.rule = nil
		odd = append(odd, fmt.Sprintf("its rule of repetition cannot be followed: %v; only its first time is kept, and those that stand in the file by themselves", d.noRule))
	}
	if d.dropped > 0 {
		odd = append(odd, fmt.Sprintf("it names %d dates more than the %d that are read", d.dropped, maxDates))
	}
	if e.end.set && e.seconds < 0 && e.end.day == e.start.day && e.end.wall < e.start.wall && e.end.tzid == e.start.tzid && e.end.utc == e.start.utc {
		odd = append(odd, "it ends before it starts; how long it took is not known")
	}
	f.run.circle.seat(&e, d.guests)
	if e.no == free && e.accepted {
		e.no = "" // they said that they come
	}
	f.run.circle.recognise(&e)
	heard := listen(d.title, d.link, d.body, d.where)
	e.links, e.number, e.room = heard.links, heard.number, heard.room
	if f.run.cfg.Bodies {
		e.text = strip(d.body)
		if e.room == "" {
			e.room = titled(d.where)
		}
	}
	copy(e.hash[:], d.sum.Sum(nil))
	if e.uid == "" {
		// Without a name it is known by what it says and when.
		e.uid = "unnamed/" + evidence.Hash(fmt.Appendf(nil, "%d\x00%s", e.start.wall, fold(e.title)))[:16]
	}
	return &e, odd
}

// judge notes what the event's marks say.
func (e *event) judge(d *draft, cfg *Config) {
	switch {
	case d.status == "CANCELLED" || d.status == "CANCELED":
		e.no = cancelled
	case (d.class == "PRIVATE" || d.class == "CONFIDENTIAL") && !cfg.Private:
		e.no = secret
	case e.no != "":
	case d.busy == "OOF" || d.busy == "WORKINGELSEWHERE" || strings.Contains(d.category, "BIRTHDAY") ||
		strings.Contains(d.category, "HOLIDAY") || strings.Contains(d.category, "FOCUS TIME"):
		e.no = absence
	case d.shown == "TRANSPARENT" || d.busy == "FREE":
		e.no = free
	}
	e.tentative = d.status == "TENTATIVE" || d.busy == "TENTATIVE"
}
