package calendar

import (
	"cmp"
	"slices"
)

// book holds the events of all calendars by the series to which they belong: one
// meeting may stand in several of them.
type book struct {
	series map[string]*series
	size   int
}

// series is everything that bears one UID.
type series struct {
	uid    string
	master *event
	more   []*event // single times that differ, or rows of exports
	times  []meeting
}

// meeting is one time at which a series took place.
type meeting struct {
	at, end int64 // seconds since 1970
	event   *event
}

func newBook() *book { return &book{series: map[string]*series{}} }

// add puts an event to its series. Of two states of one event the later counts.
func (b *book) add(e *event) {
	s := b.series[e.uid]
	if s == nil {
		s = &series{uid: e.uid}
		b.series[e.uid] = s
	}
	b.size++
	switch old := s.master; {
	case e.recur.set || e.group:
		s.more = append(s.more, e)
	case old == nil:
		s.master = e
	case e.newer(old) || !old.newer(e) && e.no == cancelled:
		s.master = e
	case !old.newer(e) && old.part == e.part && e.rule == nil && old.rule == nil && e.start != old.start:
		// Some programs give each time of a series the same UID and no
		// RECURRENCE-ID.
		e.group = true
		s.more = append(s.more, e)
	}
}

// settle keeps of several states of one time the latest, in order of time.
func (s *series) settle() {
	key := func(e *event) int64 {
		if e.recur.set {
			return e.instant(e.recur)
		}
		return e.instant(e.start)
	}
	slices.SortStableFunc(s.more, func(a, b *event) int {
		return cmp.Or(compare(key(a), key(b)), b2i(a.onward)-b2i(b.onward), cmp.Compare(a.version, b.version),
			cmp.Compare(a.changed, b.changed), b2i(a.no == cancelled)-b2i(b.no == cancelled))
	})
	kept := s.more[:0]
	for i, e := range s.more {
		if i+1 < len(s.more) {
			if n := s.more[i+1]; key(n) == key(e) && n.onward == e.onward && n.recur.set == e.recur.set && n.recur.day == e.recur.day {
				continue
			}
		}
		kept = append(kept, e)
	}
	clear(s.more[len(kept):])
	s.more = kept
}

func b2i(b bool) int {
	if b {
		return 1
	}
	return 0
}

// first returns the event that names the series: its master, else the latest of
// its times.
func (s *series) first() *event {
	if s.master != nil {
		return s.master
	}
	return s.more[len(s.more)-1]
}

// part is the first in which something of the series stands.
func (s *series) part() int {
	n := s.first().part
	for _, e := range s.more {
		n = min(n, e.part)
	}
	return n
}

// sorted returns the series in order of their parts, then of their names.
func (b *book) sorted() []*series {
	list := make([]*series, 0, len(b.series))
	for _, s := range b.series {
		list = append(list, s)
	}
	slices.SortFunc(list, func(a, b *series) int { return cmp.Or(a.part()-b.part(), cmp.Compare(a.uid, b.uid)) })
	return list
}
