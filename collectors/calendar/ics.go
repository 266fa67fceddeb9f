package calendar

import (
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"hash"
	"io"
	"strings"

	"github.com/dossier-report/dossier/evidence"
)

// maxEvents bounds what a run holds in memory.
const maxEvents = 500_000

// file is a calendar file or export as it is read.
type file struct {
	run  *run
	part int    // to which it belongs
	name string // for messages
	odd  int    // gaps that were told
}

// maxOdd is how many oddities of a file are told one by one.
const maxOdd = 25

// bad says that something is odd in what is kept.
func (f *file) bad(what, format string, a ...any) { f.gap(true, what, fmt.Sprintf(format, a...)) }

// lost says that something cannot be kept.
func (f *file) lost(what, format string, a ...any) { f.gap(false, what, fmt.Sprintf(format, a...)) }

func (f *file) gap(bad bool, what, why string) {
	if bad {
		f.odd++
		if f.odd == maxOdd+1 {
			what, why = f.name, "more in it is odd; only the first are listed"
		} else if f.odd > maxOdd {
			return
		}
	}
	f.run.out.Gap(f.run.parts[f.part].name, evidence.Gap{What: what, Why: why, Bad: bad})
}

// ics reads one file of iCalendar, which may hold several calendars. Its state is
// that of the component that is being read.
type ics struct {
	*file
	sum      hash.Hash // of all lines but those that tell when the file was made
	stack    []string
	method   string
	events   []*event // of the calendar, whose zones may still come
	zones    map[string][]observance
	tzid     string
	observed observance
	draft    *draft
	any      bool // a calendar was there
}

// maxDepth is how deep components are nested at most; RFC 5545 knows three.
const maxDepth = 16

// readICS reads a calendar to its end, whatever is in it, and returns the digest
// of what it says. A line that is none costs that line alone.
func readICS(ctx context.Context, f *file, r io.Reader) (digest string, err error) {
	c := &ics{file: f, sum: sha256.New(), zones: map[string][]observance{}}
	l := newLines(r)
	for n := 0; ; n++ {
		if n%1024 == 0 && ctx.Err() != nil {
			return "", ctx.Err()
		}
		line, err := l.next()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return "", err
		}
		sumLine(c.sum, line)
		where := func() string { return fmt.Sprintf("%s, line %d", f.name, l.at) }
		if l.cut {
			c.bad(where(), "is longer than %d KiB; the rest was left out", maxContent>>10)
		}
		p, err := property(line)
		if err != nil {
			c.bad(where(), "%v; the event is kept without it", err)
			continue
		}
		c.take(&p, line, where)
	}
	if c.draft != nil {
		c.bad(f.name, "ends in the middle of the event %q", clip(c.draft.title))
		c.close()
	}
	c.finish()
	if !c.any {
		return "", errors.New("is no calendar: it has no BEGIN:VCALENDAR\nexport it again as iCalendar (.ics)")
	}
	return fmt.Sprintf("%x", c.sum.Sum(nil)), nil
}

// sumLine adds a line to a digest, unless it only tells when the file was made:
// Google writes a new DTSTAMP with every answer.
func sumLine(sum io.Writer, line []byte) {
	if len(line) >= 7 && strings.EqualFold(string(line[:7]), "DTSTAMP") {
		return
	}
	_, _ = sum.Write(line)
	_, _ = sum.Write([]byte{'\n'})
}

// take deals with one property, wherever it stands.
func (c *ics) take(p *prop, line []byte, where func() string) {
	switch p.name {
	case "BEGIN":
		c.begin(strings.ToUpper(strings.TrimSpace(p.value)), where)
		return
	case "END":
		c.end(strings.ToUpper(strings.TrimSpace(p.value)))
		return
	}
	switch c.top() {
	case "VCALENDAR":
		if p.name == "METHOD" {
			c.method = strings.ToUpper(strings.TrimSpace(p.value))
		}
	case "VEVENT":
		sumLine(c.draft.sum, line)
		if err := c.draft.set(p); err != nil {
			c.bad(where(), "%v", err)
		}
	case "VTIMEZONE":
		if p.name == "TZID" {
			c.tzid = p.value
		}
	case "STANDARD", "DAYLIGHT":
		c.observed.set(p)
	}
}

func (c *ics) top() string {
	if len(c.stack) == 0 {
		return ""
	}
	return c.stack[len(c.stack)-1]
}

func (c *ics) begin(name string, where func() string) {
	if name == "VCALENDAR" {
		c.finish() // the one before, if it was not ended
		c.any = true
	}
	if name == "VEVENT" {
		if c.draft != nil {
			c.bad(where(), "an event begins before the one above has ended")
			c.close()
		}
		c.stack = append(c.stack[:0], "VCALENDAR") // an event lies in nothing else
		c.draft = newDraft()
	}
	if name == "STANDARD" || name == "DAYLIGHT" {
		c.observed = observance{}
	}
	if len(c.stack) < maxDepth {
		c.stack = append(c.stack, name)
	}
}

func (c *ics) end(name string) {
	at := len(c.stack) - 1
	for at >= 0 && c.stack[at] != name {
		at--
	}
	if at < 0 {
		return // it ends what never began
	}
	c.stack = c.stack[:at]
	switch name {
	case "VEVENT":
		c.close()
	case "STANDARD", "DAYLIGHT":
		if len(c.zones[c.tzid]) < maxObservances && len(c.zones) < maxObservances {
			c.zones[c.tzid] = append(c.zones[c.tzid], c.observed)
		}
	case "VCALENDAR":
		c.finish()
	}
}

// close ends the event that is being read.
func (c *ics) close() {
	d := c.draft
	c.draft = nil
	if d == nil {
		return
	}
	e, odd := d.finish(c.file)
	for _, why := range odd {
		c.bad(c.name+", "+e.label(), "%s", why)
	}
	if c.method == "CANCEL" {
		e.no = cancelled
	}
	if !e.start.set && e.no != cancelled {
		c.lost(c.name+", "+e.label(), "has no time at which it starts that can be read")
		return
	}
	if c.run.book.size+len(c.events) >= maxEvents {
		if !c.run.full {
			c.lost(c.name, "the calendars hold more than %d events; only the first are read\nname fewer or smaller calendars", maxEvents)
			c.run.full = true
		}
		return
	}
	c.events = append(c.events, e)
}

// label names an event in a message.
func (e *event) label() string { return fmt.Sprintf("event %q", clip(e.title)) }

// finish ends the calendar: now its zones are known, and its events can be told
// when they are.
func (c *ics) finish() {
	if c.draft != nil {
		c.close()
	}
	defined := map[string]zone{}
	for name, list := range c.zones {
		if c.run.zones.find(name) == nil {
			if z := define(list, c.run.now.Unix()+longest); z != nil {
				defined[name] = z
			}
		}
	}
	told := map[string]bool{}
	for _, e := range c.events {
		c.place(e, defined, told)
		c.run.book.add(e)
	}
	c.events, c.stack, c.method = nil, nil, ""
	c.zones, c.tzid = map[string][]observance{}, ""
}
