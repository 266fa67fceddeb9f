package calendar

import "slices"

// A report of Zoom says when people came and went, which may be this long before
// or after the time that was planned; two calendars agree within a minute.
const (
	aboutThen = 30 * 60
	justThen  = 60
)

// spot is a time of a series, to be found by when it was.
type spot struct {
	series *series
	i      int
}

// slot is how finely times are sorted for [index].
const slot = 30 * 60

// index finds meetings by when they began.
type index map[int64][]spot

func (x index) add(s *series) {
	for i, t := range s.times {
		x[t.at/slot] = append(x[t.at/slot], spot{s, i})
	}
}

// join takes the rows of exports that stand in a calendar as well for what they
// are: the same meeting. What a report knows better, who was there for how long,
// goes to the calendar's item.
func (r *run) join(list []*series) []*series {
	byExport := map[export][]*series{}
	for _, s := range list {
		kind := s.first().export
		byExport[kind] = append(byExport[kind], s)
	}
	if len(byExport[table])+len(byExport[zoom]) == 0 {
		return list
	}
	known := index{}
	for _, s := range byExport[none] {
		known.add(s)
	}
	for _, kind := range []export{table, zoom} {
		for _, s := range byExport[kind] {
			s.times = slices.DeleteFunc(s.times, func(t meeting) bool {
				sp, ok := known.find(t)
				if !ok {
					return false
				}
				sp.absorb(t)
				r.parts[t.event.part].tell(alsoThere)
				return true
			})
		}
		for _, s := range byExport[kind] {
			known.add(s)
		}
	}
	return slices.DeleteFunc(list, func(s *series) bool { return len(s.times) == 0 })
}

// find returns the time of a known series that t is: one with the same number at
// Zoom about then, else one with the same title.
func (x index) find(t meeting) (best spot, ok bool) {
	apart := int64(justThen)
	if t.event.export == zoom {
		apart = aboutThen
	}
	title, least := fold(t.event.title), int64(-1)
	for key := (t.at - apart) / slot; key <= (t.at+apart)/slot; key++ {
		for _, sp := range x[key] {
			m := sp.series.times[sp.i]
			if m.event == t.event {
				continue
			}
			d := max(m.at-t.at, t.at-m.at)
			number := t.event.number != "" && t.event.number == m.event.number
			if d > apart || !number && (title == "" || fold(m.event.title) != title) {
				continue
			}
			if number {
				d -= 2 * aboutThen // the number says more than the time
			}
			if !ok || d < least {
				best, least, ok = sp, d, true
			}
		}
	}
	return best, ok
}

// absorb adds to a meeting what another source of the same one knows.
func (sp spot) absorb(t meeting) {
	m := &sp.series.times[sp.i]
	if t.event.export == zoom {
		m.end = m.at + (t.end - t.at)
	}
	e := *m.event // the others of the series keep theirs
	e.sure = e.sure || t.event.sure
	e.organized = e.organized || t.event.organized
	e.people = append(slices.Clip(e.people), t.event.people...)
	e.links = append(slices.Clip(e.links), t.event.links...)
	for i, b := range t.event.hash {
		e.hash[i] ^= b
	}
	m.event = &e
}
