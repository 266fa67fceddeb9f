package calendar

import (
	"regexp"
	"strings"
	"time"
)

// zone turns what a clock on the wall shows, in seconds as if it were UTC, into
// an instant in seconds since 1970, and back.
type zone interface {
	instant(wall int64) int64
	wall(at int64) int64
}

// place is a zone of the IANA database.
type place struct{ *time.Location }

func (p place) offset(at int64) int64 {
	_, offset := time.Unix(at, 0).In(p.Location).Zone()
	return int64(offset)
}

func (p place) wall(at int64) int64 { return at + p.offset(at) }

// instant is the only moment that the clock shows wall, the first of two, or,
// where the clock skips it, the one with the offset before the gap (RFC 5545,
// 3.3.5). A zone does not change twice in two days.
func (p place) instant(wall int64) int64 {
	before, after := p.offset(wall-daySeconds), p.offset(wall+daySeconds)
	if before == after || p.offset(wall-before) == before || p.offset(wall-after) != after {
		return wall - before
	}
	return wall - after
}

// zones finds zones by the names that calendars give them.
type zones struct {
	self  zone // the person's
	known map[string]zone
}

var utc zone = place{time.UTC}

func newZones(self *time.Location) *zones {
	if self == nil {
		self = time.UTC
	}
	return &zones{self: place{self}, known: map[string]zone{}}
}

// find returns the zone that a name stands for everywhere, nil where there is
// none: the file itself may then define it.
func (z *zones) find(name string) zone {
	got, ok := z.known[name]
	if !ok {
		if loc := location(name); loc != nil {
			got = place{loc}
		}
		if len(z.known) < 10_000 {
			z.known[name] = got
		}
	}
	return got
}

// location looks a name up: an IANA one, one of Windows, or one with a prefix as
// in "/mozilla.org/20050126_1/Europe/Berlin".
func location(name string) *time.Location {
	name = strings.Trim(strings.TrimSpace(name), `"`)
	if name == "" || len(name) > 200 || strings.EqualFold(name, "local") {
		return nil
	}
	if iana, ok := windowsZones[name]; ok {
		name = iana
	}
	switch strings.ToUpper(name) {
	case "Z", "UTC", "GMT", "COORDINATED UNIVERSAL TIME":
		return time.UTC
	}
	for n := name; ; {
		if loc := load(n); loc != nil {
			return loc
		}
		i := strings.IndexByte(n, '/')
		if i < 0 {
			return nil
		}
		if n = n[i+1:]; !strings.Contains(n, "/") {
			return nil // "America/Nowhere" is not "Nowhere"
		}
	}
}

func load(name string) *time.Location {
	if name == "" || strings.HasPrefix(name, "/") {
		return nil
	}
	loc, err := time.LoadLocation(name) // which refuses names that leave its folder
	if err != nil {
		return nil
	}
	return loc
}

var offsetForm = regexp.MustCompile(`^\(?(?:UTC|GMT) ?([+-])([0-9]{1,2}):?([0-9]{2})?\)?`)

// fixed reads the offset in a name such as "(UTC+01:00) Amsterdam, Berlin", the
// last resort: it knows no summer time.
func fixed(name string) zone {
	m := offsetForm.FindStringSubmatch(name)
	if m == nil {
		return nil
	}
	h, _ := number(m[2], 0, len(m[2]))
	minutes, _ := number(m[3], 0, len(m[3]))
	if h > 14 || minutes > 59 {
		return nil
	}
	s := h*3600 + minutes*60
	if m[1] == "-" {
		s = -s
	}
	return place{time.FixedZone(name, s)}
}
