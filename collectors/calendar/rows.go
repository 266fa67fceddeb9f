package calendar

import (
	"math"
	"regexp"
	"strconv"
	"strings"

	"github.com/dossier-report/dossier/evidence"
)

// planned reads a row of Google Calendar or Outlook.
func (s *sheet) planned(cells []string, sum [32]byte, where string) {
	get := func(f field) string { return s.head.get(cells, f) }
	r := row{minutes: -1, stayed: -1}
	r.export, r.hash, r.title = table, sum, titled(get(fTitle))
	r.start = get(fStartDate) + " " + get(fStartTime)
	r.end = get(fEndDate) + " " + get(fEndTime)
	cfg := &s.run.cfg
	hidden := yes(get(fPrivate)) || oneOf(get(fSensitivity), "private", "confidential")
	switch shown := get(fShown); {
	case hidden && !cfg.Private:
		r.no = secret
	case yes(get(fAllDay)) || get(fStartTime) == "" && s.head[fStartTime] >= 0:
		r.no = allDay
	case oneOf(shown, "3", "free"):
		r.no = free
	case oneOf(shown, "4", "out of office", "oof", "5", "working elsewhere"):
		r.no = absence
	case oneOf(shown, "1", "tentative"):
		r.tentative = true
	}
	if o := get(fOrganizer); o != "" {
		r.guests = append(r.guests, guestOf(o, organizer))
	}
	for _, f := range []field{fRequired, fOptional} {
		for name := range strings.SplitSeq(get(f), ";") {
			if name = strings.TrimSpace(name); name != "" && len(r.guests) < maxGuests {
				r.guests = append(r.guests, guestOf(name, attendee))
			}
		}
	}
	heard := listen(r.title, get(fBody), get(fWhere))
	r.links, r.number, r.room = heard.links, heard.number, heard.room
	if cfg.Bodies {
		if r.text = strip(get(fBody)); r.room == "" {
			r.room = titled(get(fWhere))
		}
	}
	s.append(r, where)
}

// append keeps a row whose time can be read in at least one way.
func (s *sheet) append(r row, where string) {
	if _, ok := readTime(r.start, false); !ok {
		if _, ok = readTime(r.start, true); !ok {
			s.lost(where, "%q is no date and time", clip(r.start))
			return
		}
	}
	s.rows = append(s.rows, r)
}

func yes(v string) bool { return oneOf(v, "true", "yes", "1", "on") }

func oneOf(v string, words ...string) bool {
	for _, w := range words {
		if strings.EqualFold(v, w) {
			return true
		}
	}
	return false
}

// address finds an e-mail address in "Ana Duarte <ana@example.org>" and the like.
var address = regexp.MustCompile(`[^\s<>()\[\];,:'"]+@[^\s<>()\[\];,:'"]+`)

func guestOf(text, role string) guest {
	g := guest{role: role}
	if a := address.FindString(text); a != "" {
		g.Email = cut(a, 320)
		text = strings.ReplaceAll(text, a, "")
	}
	g.Name = titled(strings.Trim(text, ` <>()[]'";`))
	return g
}

// held reads a meeting of Zoom, and with it a participant where the row names one.
func (s *sheet) held(cells []string, sum [32]byte, where string) {
	get := func(f field) string { return s.head.get(cells, f) }
	r := row{minutes: -1, stayed: -1}
	r.export, r.hash, r.title, r.room, r.sure = zoom, sum, titled(get(fTitle)), "Zoom", true
	r.number = strings.Map(func(c rune) rune {
		if c < '0' || c > '9' {
			return -1
		}
		return c
	}, get(fNumber))
	r.start, r.end = get(fStart), get(fEnd)
	if n, ok := minutes(get(fMinutes)); ok {
		r.minutes = n
	}
	r.links = listen(r.title).links
	host := guest{role: organizer, Person: evidence.Person{Name: titled(get(fHost)), Email: cut(get(fHostEmail), 320)}}
	if host.Name != "" || host.Email != "" {
		r.guests = append(r.guests, host)
	}
	if last := len(s.rows) - 1; s.head[fName] >= 0 && last >= 0 && s.meeting == last &&
		s.rows[last].number == r.number && s.rows[last].start == r.start && s.rows[last].title == r.title {
		s.joined(&s.rows[last], cells)
		return
	}
	before := len(s.rows)
	if s.append(r, where); len(s.rows) == before {
		return
	}
	s.meeting = before
	if s.head[fName] >= 0 {
		s.joined(&s.rows[before], cells)
	}
}

// joined reads a participant, who may come and go several times.
func (s *sheet) joined(r *row, cells []string) {
	r.joined = true
	g := guest{role: attendee, Person: evidence.Person{Name: s.head.get(cells, fName), Email: cut(s.head.get(cells, fEmail), 320)}}
	if g.Email == "" && s.head[fHostEmail] >= 0 && s.head[fEmail] < 0 && !s.head.meetings() {
		g.Email = s.head.get(cells, fHostEmail)
	}
	// "Robin (Robin Vale)" is whoever calls themselves Robin now.
	if _, original, ok := strings.Cut(g.Name, "("); ok && strings.HasSuffix(original, ")") {
		g.Name = strings.TrimSuffix(original, ")")
	}
	g.Name = titled(g.Name)
	n, ok := minutes(s.head.get(cells, fStayed))
	if s.run.circle.me(g.Person) {
		r.there = true
		if ok {
			r.stayed = max(r.stayed, 0) + n*60
		}
	}
	if len(r.guests) < maxGuests {
		r.guests = append(r.guests, g)
	}
}

// minutes reads a duration as Zoom writes it: minutes, or h:mm:ss.
func minutes(v string) (int64, bool) {
	if v == "" {
		return 0, false
	}
	if strings.Contains(v, ":") {
		var sum int64
		parts := strings.Split(v, ":")
		for _, p := range parts {
			n, err := strconv.ParseInt(p, 10, 32)
			if err != nil || n < 0 {
				return 0, false
			}
			sum = sum*60 + n
		}
		if len(parts) == 3 {
			sum /= 60
		}
		return min(sum, longest/60), len(parts) <= 3
	}
	f, err := strconv.ParseFloat(strings.Fields(v + " x")[0], 64)
	if err != nil || f < 0 || math.IsNaN(f) {
		return 0, false
	}
	return int64(min(f, longest/60)), true
}

// finish makes events of the rows, now that all dates of the file are known.
func (s *sheet) finish() {
	dayFirst, sure := s.dayFirst()
	if !sure {
		order := "month/day"
		if dayFirst {
			order = "day/month"
		}
		s.bad(s.name, "its dates may be read in two ways and are read as %s\nset sources.calendar.day_first to say which", order)
	}
	for i := range s.rows {
		s.close(&s.rows[i], dayFirst)
	}
}

// dayFirst reports whether 03/02/2026 is in February, and whether the file
// itself tells: by a number that is no month, or by having no such dates.
func (s *sheet) dayFirst() (first, sure bool) {
	sure = true
	for i := range s.rows {
		_, month := readTime(s.rows[i].start, false)
		_, day := readTime(s.rows[i].start, true)
		switch {
		case day && !month:
			return true, true
		case month && !day:
			return false, true
		case slashed.MatchString(s.rows[i].start):
			sure = false
		}
	}
	return s.run.cfg.DayFirst, sure || s.run.cfg.DayFirst
}

// close makes the event of a row.
func (s *sheet) close(r *row, dayFirst bool) {
	e := r.event
	e.part, e.group, e.zone = s.part, true, s.run.zones.self
	at, ok := readTime(r.start, dayFirst)
	if !ok {
		if at, ok = readTime(r.start, !dayFirst); !ok {
			return // append has looked already
		}
	}
	e.starts(at)
	e.seconds = 0
	if end, ok := readTime(r.end, dayFirst); ok && end > at {
		e.seconds = min(e.zone.instant(end)-e.zone.instant(at), longest)
	} else if r.minutes >= 0 {
		e.seconds = r.minutes * 60
	}
	if r.stayed >= 0 {
		e.seconds = min(r.stayed, max(e.seconds, r.stayed/2))
	}
	c := s.run.circle
	c.seat(&e, r.guests)
	c.recognise(&e)
	if e.export == zoom {
		host := len(r.guests) > 0 && r.guests[0].role == organizer
		switch {
		case !host && !r.joined:
			e.organized = true // one's own list names no host
		case r.joined && !r.there && !e.organized, host && !e.organized && !r.joined:
			e.no = notThere
		}
	}
	if s.run.book.size >= maxEvents {
		return
	}
	e.uid = e.name()
	s.run.book.add(&e)
}

// starts gives the row its time, by which it is one of a series.
func (e *event) starts(at int64) {
	e.start = stamp{wall: at, set: true}
	e.recur = e.start
}

// name is what a row is known by, the same in every export: of Zoom the number
// and the topic, since a personal room has one number for all meetings; else the
// title and who organises it.
func (e *event) name() string {
	key := fold(e.title)
	if e.export == zoom && e.number != "" {
		return "zoom/" + e.number + "/" + evidence.Hash([]byte(key))[:8]
	}
	for _, p := range e.people {
		key += "\x00" + strings.ToLower(p.Name)
	}
	return "csv/" + evidence.Hash([]byte(key))[:20]
}
