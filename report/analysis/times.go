package analysis

import (
	"slices"

	"github.com/dossier-report/dossier/evidence"
)

// scatterFloor is how many finished items a distribution of times takes.
const scatterFloor = 20

// leadTime is created to done.
func leadTime(m *model, r *Result) {
	r.LeadTime = m.spread(m.finishedWorks(), m.lead)
}

// cycleTime is first in progress to done.
func cycleTime(m *model, r *Result) {
	r.CycleTime = m.spread(m.finishedWorks(), m.cycle)
}

func (m *model) spread(list []*work, of func(*work) span) Spread {
	s := Spread{Figure: m.figure(len(list), list), Points: make([]Point, 0, len(list))}
	s.Why = below(len(list), scatterFloor, "finished items with a start")
	spans := make([]span, 0, len(list))
	for _, w := range list {
		d := of(w)
		spans = append(spans, d)
		s.Points = append(s.Points, Point{Item: w.ID, Title: w.title(), At: w.end.UTC(), Days: d.days(), How: w.known})
	}
	slices.Sort(spans)
	s.P50, s.P85, s.P95 = percentile(spans, 50).days(), percentile(spans, 85).days(), percentile(spans, 95).days()
	s.Mean = mean(spans)
	return s
}

// timeInStatus is how long finished items stayed in each status, from when they
// were created.
func timeInStatus(m *model, r *Result) {
	list := m.finishedWorks()
	t := TimeInStatus{Figure: m.figure(len(list), list)}
	t.Why = below(len(list), statusFloor, "finished items with a start")
	t.Statuses, t.Begun = m.statusTimes(list)
	spans := make([]span, 0, len(list))
	for _, w := range list {
		spans = append(spans, m.lead(w))
	}
	t.Lead = mean(spans)
	r.TimeInStatus = t
}

// statusFloor is how many items a side of the times in status takes.
const statusFloor = 15

// statusTimes returns the times of the items in each status, and the mean of
// those in what is begun, together, in days. What an item stayed in what is done
// is no part of its lead time and left out.
func (m *model) statusTimes(list []*work) (times []StatusTime, begun float64) {
	type tally struct {
		sums  []span // one an item that was in it
		known Stays
	}
	tallies := make([]tally, len(m.statuses))
	here := make(map[int]span)
	var touched []int
	var all span
	for _, w := range list {
		touched = touched[:0]
		for _, s := range w.stays {
			if !s.from.Before(w.end) {
				break
			}
			i := m.rank[s.status]
			if _, ok := here[i]; !ok {
				touched = append(touched, i)
			}
			here[i] += s.took
			tallies[i].known.count(s.how)
			if s.state == evidence.InProgress || s.state == evidence.Waiting {
				all += s.took
			}
		}
		for _, i := range touched {
			tallies[i].sums = append(tallies[i].sums, here[i])
			delete(here, i)
		}
	}
	times = make([]StatusTime, 0, len(tallies))
	for i, t := range tallies {
		if len(t.sums) == 0 {
			continue
		}
		slices.Sort(t.sums)
		st := StatusTime{Status: m.statuses[i].Name, State: m.statuses[i].State, Items: len(t.sums), Known: t.known,
			Median: percentile(t.sums, 50).days(), P85: percentile(t.sums, 85).days()}
		st.Mean = total(t.sums).days() / float64(len(list))
		if st.State == evidence.InProgress || st.State == evidence.Waiting {
			st.Share = share(total(t.sums), all)
		}
		times = append(times, st)
	}
	if len(list) > 0 {
		begun = all.days() / float64(len(list))
	}
	return times, begun
}

func (s *Stays) count(how evidence.How) {
	switch how {
	case evidence.BySnapshot:
		s.Snapshot++
	case evidence.ByCurrent:
		s.Current++
	default:
		s.Event++
	}
}

// efficiency is the share of the cycle time in which somebody worked.
func efficiency(m *model, r *Result) {
	list := m.finishedWorks()
	e := Efficiency{Figure: m.figure(len(list), list)}
	e.Why = below(len(list), statusFloor, "finished items with a start")
	var sum parts
	for _, w := range list {
		sum.add(m.parts(w))
	}
	e.Share = share(sum.working, sum.all())
	e.Working, e.Waiting, e.Blocked, e.Idle = sum.working.days(), sum.waiting.days(), sum.blocked.days(), sum.idle.days()
	if !slices.ContainsFunc(m.statuses, func(s Status) bool { return s.State == evidence.Waiting }) {
		e.Caveats = append(e.Caveats, "no status of the board means waiting, so that waiting looks like work")
	}
	r.Efficiency = e
}

// parts are what a cycle time is made of.
type parts struct{ working, waiting, blocked, idle span }

func (p *parts) add(o parts) {
	p.working += o.working
	p.waiting += o.waiting
	p.blocked += o.blocked
	p.idle += o.idle
}

func (p parts) all() span { return p.working + p.waiting + p.blocked + p.idle }

func (m *model) parts(w *work) (p parts) {
	for _, s := range w.stays {
		if s.from.Before(w.start) || !s.from.Before(w.end) {
			continue
		}
		switch s.state {
		case evidence.InProgress:
			until := s.until
			if until.IsZero() {
				until = w.end
			}
			b := m.flagged(w, s.from, until)
			p.blocked += b
			p.working += s.took - b
		case evidence.Waiting:
			p.waiting += s.took
		default:
			p.idle += s.took
		}
	}
	return p
}
