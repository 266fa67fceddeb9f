package calendar

import "fmt"

// place gives an event the zone of its start. Other times of it may be written in
// another zone; they are turned into this one.
func (c *ics) place(e *event, defined map[string]zone, told map[string]bool) {
	find := func(s stamp) zone {
		switch {
		case s.utc:
			return utc
		case s.tzid == "":
			return c.run.zones.self
		}
		if z := c.run.zones.find(s.tzid); z != nil {
			return z
		}
		if z := defined[s.tzid]; z != nil {
			return z
		}
		z := fixed(s.tzid)
		why := "an offset that knows no summer time"
		if z == nil {
			z, why = c.run.zones.self, "the person's own zone"
		}
		if !told[s.tzid] {
			told[s.tzid] = true
			c.bad(fmt.Sprintf("%s, time zone %q", c.name, clip(s.tzid)), "is not known and the file does not define it; its events are read in %s", why)
		}
		return z
	}
	e.zone = find(e.start)
	turn := func(s *stamp) {
		if !s.set || s.day {
			return
		}
		if z := find(*s); z != e.zone {
			s.wall = e.zone.wall(z.instant(s.wall))
		}
		s.utc, s.tzid = false, ""
	}
	turn(&e.end)
	turn(&e.recur)
	for _, list := range [][]stamp{e.out, e.also} {
		for i := range list {
			turn(&list[i])
		}
	}
	if e.rule != nil && e.rule.until.utc {
		turn(&e.rule.until)
	}
	e.start.utc, e.start.tzid = false, ""
}
