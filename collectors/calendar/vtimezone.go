package calendar

import (
	"slices"
	"strings"
)

// definition is a VTIMEZONE of a file (RFC 5545, 3.6.5): the offsets from UTC
// in the order in which they came into force.
type definition struct {
	first   int64 // offset before the first change
	changes []change
}

// change is when a clock was set from one offset to another.
type change struct {
	onset    int64 // what the clock showed then, by the old offset
	from, to int64 // offsets in seconds
}

// instant takes the offset of the last change that the clock had passed. A time
// that the change skipped keeps the offset before it.
func (d *definition) instant(wall int64) int64 {
	i := d.before(wall, func(c change) int64 { return c.onset })
	if i < 0 {
		return wall - d.first
	}
	c := d.changes[i]
	if wall < c.onset+c.to-c.from {
		return wall - c.from
	}
	return wall - c.to
}

func (d *definition) wall(at int64) int64 {
	if i := d.before(at, func(c change) int64 { return c.onset - c.from }); i >= 0 {
		return at + d.changes[i].to
	}
	return at + d.first
}

// before returns the number of the last change at or before t, -1 for none.
func (d *definition) before(t int64, when func(change) int64) int {
	i, _ := slices.BinarySearchFunc(d.changes, t, func(c change, t int64) int {
		if when(c) <= t {
			return -1
		}
		return 1
	})
	return i - 1
}

// observance is a STANDARD or DAYLIGHT of a VTIMEZONE as it is read.
type observance struct {
	start    stamp
	rdates   []stamp
	rule     *rule
	from, to int64
	ok       bool // both offsets were there
}

// set takes a property of a STANDARD or DAYLIGHT.
func (o *observance) set(p *prop) {
	switch p.name {
	case "DTSTART":
		if s, err := parseStamp(p.value, ""); err == nil {
			o.start = s
		}
	case "TZOFFSETFROM":
		o.from, _ = parseOffset(p.value)
	case "TZOFFSETTO":
		o.to, o.ok = parseOffset(p.value)
	case "RRULE":
		if r, err := parseRule(p.value); err == nil {
			o.rule = r
		}
	case "RDATE":
		for v := range strings.SplitSeq(p.value, ",") {
			if s, err := parseStamp(v, ""); err == nil && len(o.rdates) < maxChanges {
				o.rdates = append(o.rdates, s)
			}
		}
	}
}

// maxChanges bounds a definition, and maxObservances what one is made of.
const (
	maxChanges     = 2000
	maxObservances = 200
)

// define makes a zone of its observances, nil where they make none. It knows the
// changes from 1970 until the moment to.
func define(list []observance, to int64) zone {
	d := &definition{}
	for _, o := range list {
		if !o.ok || !o.start.set {
			continue
		}
		add := func(wall int64) bool {
			d.changes = append(d.changes, change{wall, o.from, o.to})
			return len(d.changes) < maxChanges
		}
		add(o.start.wall)
		for _, r := range o.rdates {
			add(r.wall)
		}
		if o.rule == nil {
			continue
		}
		until := to
		if o.rule.until.set {
			until = o.rule.until.wall
			if o.rule.until.utc {
				until += o.from
			}
		}
		// Such rules begin in 1601 where Windows wrote them.
		start := o.start.wall
		if start < 0 && o.rule.count == 0 {
			_, m, day := date(dayOf(start))
			start = civil(1970, m, min(day, daysIn(1970, m)))*daySeconds + start - dayOf(start)*daySeconds
		}
		skip := start != o.start.wall // the moved start hits no rule
		_ = o.rule.times(start, start, to, until, func(wall int64) bool {
			if skip {
				skip = false
				return true
			}
			return add(wall)
		})
	}
	if len(d.changes) == 0 {
		return nil
	}
	slices.SortStableFunc(d.changes, func(a, b change) int { return compare(a.onset, b.onset) })
	d.first = d.changes[0].from
	return d
}

func compare(a, b int64) int {
	switch {
	case a < b:
		return -1
	case a > b:
		return 1
	}
	return 0
}

// parseOffset reads a UTC-OFFSET (RFC 5545, 3.3.14) in seconds.
func parseOffset(v string) (int64, bool) {
	v = strings.TrimSpace(v)
	if len(v) != 5 && len(v) != 7 || v[0] != '+' && v[0] != '-' {
		return 0, false
	}
	h, ok1 := number(v, 1, 3)
	m, ok2 := number(v, 3, 5)
	s, ok3 := 0, true
	if len(v) == 7 {
		s, ok3 = number(v, 5, 7)
	}
	if !ok1 || !ok2 || !ok3 || h > 15 || m > 59 || s > 59 {
		return 0, false
	}
	n := int64(h*3600 + m*60 + s)
	if v[0] == '-' {
		n = -n
	}
	return n, true
}
