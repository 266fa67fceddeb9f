package analysis

import (
	"cmp"
	"regexp"
	"slices"
	"strings"
	"time"

	"github.com/dossier-report/dossier/evidence"
)

// proposalFloor is how many proposals are drawn.
const proposalFloor = 3

// dated is one date that the person wrote down for a work item.
type dated struct {
	work  *work
	at    time.Time
	due   int
	by    string // "due date", "act", "text"
	from  string // id
	quote string
}

// proposals gathers the dates that the person wrote down for work items: due
// dates, their acts of scheduling, and days in their own texts. The first one is
// the proposal; later ones of the same kind are re-plans.
func proposals(m *model, r *Result) {
	all := m.dated()
	p := Proposals{List: []Proposal{}}
	var of []*work
	for start := 0; start < len(all); {
		end := start
		for end < len(all) && all[end].work == all[start].work {
			end++
		}
		one := m.proposal(all[start:end])
		start = end
		if !m.contains(one.At) && !(one.Due >= m.clock.date(m.from) && one.At.Before(m.to)) {
			continue
		}
		p.List = append(p.List, one)
		of = append(of, m.byID[one.Item])
		switch one.Verdict {
		case "hit":
			p.Hits++
		case "late":
			p.Late++
			if len(one.Plans) > 0 && one.Notice > 0 {
				p.Noticed++
			}
		case "open":
			p.Open++
		}
	}
	slices.SortFunc(p.List, func(a, b Proposal) int {
		return cmp.Or(cmp.Compare(a.Due, b.Due), a.At.Compare(b.At), cmp.Compare(a.Item, b.Item))
	})
	p.Figure = m.figure(len(p.List), of)
	for _, one := range p.List {
		p.Sources = append(p.Sources, one.From)
	}
	slices.Sort(p.Sources)
	p.Sources = slices.Compact(p.Sources)
	p.Why = below(len(p.List), proposalFloor, "proposed dates")
	r.Proposals = p
}

// dated returns all dates, those of one work item together and in order of time.
func (m *model) dated() (all []dated) {
	for _, w := range m.works {
		seen := make(map[[2]int64]bool)
		keep := func(d dated) {
			k := [2]int64{d.at.Unix() / 60, int64(d.due)}
			if !seen[k] && sane(d.at) && d.at.Before(m.to) {
				seen[k] = true
				all = append(all, d)
			}
		}
		for _, it := range w.all {
			m.dueDates(w, it, keep)
		}
		for _, it := range w.all {
			m.scheduled(w, it, keep)
		}
	}
	all = append(all, m.inTexts()...)
	slices.SortStableFunc(all, func(a, b dated) int {
		return cmp.Or(cmp.Compare(a.work.ID, b.work.ID), a.at.Compare(b.at), cmp.Compare(a.by, b.by), cmp.Compare(a.due, b.due))
	})
	return all
}

func (m *model) dueDates(w *work, it *evidence.Item, keep func(dated)) {
	for _, d := range it.Flow.Dates {
		if d.By == "" || !m.in.Self.Is(it.Source, evidence.Person{Login: d.By}) {
			continue
		}
		if day, err := time.Parse(time.DateOnly, d.Due); err == nil && sane(day) {
			keep(dated{work: w, at: d.At, due: dayNumber(day), by: "due date", from: it.ID})
		}
	}
}

var isoDay = regexp.MustCompile(`\d{4}-\d{2}-\d{2}`)

// scheduled reads the acts by which the person gave the item a date, or put it
// into a sprint that has an end.
func (m *model) scheduled(w *work, it *evidence.Item, keep func(dated)) {
	for _, a := range it.Acts {
		if a.Verb != evidence.Scheduled || strings.HasSuffix(a.Context, " taken away") {
			continue
		}
		now := a.Context
		if i := strings.LastIndex(now, "→"); i >= 0 {
			now = now[i:]
		}
		if days := isoDay.FindAllString(now, -1); len(days) > 0 {
			if day, err := time.Parse(time.DateOnly, days[len(days)-1]); err == nil && sane(day) {
				keep(dated{work: w, at: a.At, due: dayNumber(day), by: "act", from: it.ID})
			}
			continue
		}
		for _, s := range it.Flow.Sprints {
			if s.Name != "" && sane(s.To) && strings.HasSuffix(now, s.Name) {
				keep(dated{work: w, at: a.At, due: m.clock.number(s.To.Add(-1)), by: "act", from: it.ID})
				break
			}
		}
	}
}

// inTexts are the days in the person's own words: on a work item itself, or in
// what names one by its key.
func (m *model) inTexts() (all []dated) {
	for i := range m.own {
		it := &m.own[i]
		read := func(text string, at time.Time) {
			if text == "" || !sane(at) || !at.Before(m.to) {
				return
			}
			for _, d := range datesIn(text, m.clock.number(at)) {
				if w := m.spokenOf(it, d.line); w != nil && (w.end.IsZero() || at.Before(w.end)) {
					all = append(all, dated{work: w, at: at, due: d.due, by: "text", from: it.ID, quote: d.quote})
				}
			}
		}
		for _, a := range it.Acts {
			if a.Text != it.Text {
				read(a.Text, a.At)
			}
		}
		if at, ok := lastWritten(it); ok && m.wrote(it) {
			read(it.Text, at)
		}
	}
	return all
}

// lastWritten is since when the text of an item stands as it does.
func lastWritten(it *evidence.Item) (at time.Time, ok bool) {
	for _, a := range it.Acts {
		switch a.Verb {
		case evidence.Opened, evidence.Created, evidence.Wrote, evidence.Posted, evidence.Noted, evidence.Edited:
			at, ok = a.At, true
		}
	}
	return at, ok
}

// spokenOf is the work item for which a sentence proposes a day: the one whose
// key it names, else the work item on which it stands, else the only one that
// the whole item names.
func (m *model) spokenOf(it *evidence.Item, line string) *work {
	if keys := evidence.Keys(line); len(keys) > 0 {
		if len(keys) == 1 {
			return m.byKey[keys[0]]
		}
		return nil
	}
	if w := m.byID[it.ID]; w != nil {
		return w
	}
	var only *work
	for _, w := range m.named(it) {
		if only != nil && only != w {
			return nil
		}
		only = w
	}
	return only
}

// named are the work items that an item names by key, address or id.
func (m *model) named(it *evidence.Item) (list []*work) {
	for _, l := range it.Links {
		for _, w := range []*work{m.byID[l], m.byKey[l], m.byKey[strings.ToLower(l)], m.byKey[numbered(l)]} {
			if w != nil {
				list = append(list, w)
				break
			}
		}
	}
	for _, k := range evidence.Keys(it.Title + "\n" + it.Text + "\n" + strings.Join(it.Links, "\n")) {
		if w := m.byKey[k]; w != nil {
			list = append(list, w)
		}
	}
	return list
}

// proposal judges the dates of one work item.
func (m *model) proposal(dates []dated) Proposal {
	first := dates[0]
	w := first.work
	p := Proposal{Item: w.ID, Key: w.key, Title: w.Title, Due: text(first.due), At: first.at.UTC(), By: first.by, From: first.from,
		Quote: first.quote, Plans: []Replan{}, Ahead: first.due - m.clock.number(first.at)}
	last := first
	for _, d := range dates[1:] {
		// A text beside a tracker's date tells it or another thing's; only what
		// is written in the same way replaces it.
		if d.due == last.due || d.by == "text" && first.by != "text" {
			continue
		}
		p.Plans = append(p.Plans, Replan{At: d.at.UTC(), Due: text(d.due), From: d.from, Notice: last.due - m.clock.number(d.at)})
		last = d
	}
	if len(p.Plans) > 0 {
		p.Notice = p.Plans[0].Notice
	}
	today := m.clock.number(m.to.Add(-1))
	switch {
	case w.dropped:
		p.Verdict = "dropped"
	case w.done():
		done := m.clock.number(w.end)
		p.Delivered, p.Slip, p.Verdict = text(done), done-first.due, "hit"
		if done > first.due {
			p.Verdict = "late"
		}
	case today > first.due:
		p.Slip, p.Verdict = today-first.due, "late"
	default:
		p.Verdict = "open"
	}
	return p
}
