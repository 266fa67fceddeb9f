package analysis

import (
	"cmp"
	"slices"
	"time"

	"github.com/dossier-report/dossier/evidence"
)

// backlog is the tickets, issues and cards that the person wrote in the window,
// and what became of them.
func backlog(m *model, r *Result) {
	b := Backlog{List: []Created{}, Estimates: []EstimateRow{}}
	var of []*work
	related := m.relatedToChanges(r)
	for _, w := range m.works {
		at, ok := m.created(w)
		if !ok || w.Kind == evidence.PullRequest {
			continue
		}
		c := Created{Item: w.ID, Key: w.key, Title: w.Title, At: at.UTC(), Estimate: w.Flow.Estimate}
		m.became(w, &c)
		m.writtenFor(w, &c, related)
		of = append(of, w)
		b.List = append(b.List, c)
		b.count(&c, !w.start.IsZero())
	}
	slices.SortFunc(b.List, func(x, y Created) int { return cmp.Or(x.At.Compare(y.At), cmp.Compare(x.Item, y.Item)) })
	b.Estimates = m.estimates(of)
	b.Figure = m.figure(len(b.List), of)
	if len(b.List) == 0 {
		b.Why = "not drawn: no ticket or issue of yours in the window"
	}
	r.Backlog = b
}

func (b *Backlog) count(c *Created, taken bool) {
	if taken {
		b.Taken++
		if !c.Mine && c.By != "" {
			b.ByOthers++
		}
	}
	switch c.Became {
	case "done":
		b.Done++
	case "dropped":
		b.Dropped++
	default:
		b.Open++
	}
	if c.Estimate != nil {
		b.Estimated++
	}
	if c.For {
		b.For++
	}
}

// became tells what became of the item by the end of the window.
func (m *model) became(w *work, c *Created) {
	until := m.to
	switch {
	case w.done():
		c.Became, until = "done", w.end
		if w.timed() {
			c.Cycle = m.cycle(w).days()
		}
	case w.dropped:
		c.Became, until = "dropped", w.end
	default:
		c.Became = string(w.last().state)
	}
	c.Days = m.between(w.created, until).days()
	for _, s := range w.stays {
		if !w.start.IsZero() && s.from.Equal(w.start) && s.by != "" {
			c.By = s.by
			break
		}
	}
	if w.start.IsZero() {
		return
	}
	if c.By == "" {
		for _, it := range w.all {
			for _, p := range it.People {
				if p.Role == "assignee" {
					c.By = cmp.Or(p.Login, p.Name)
				}
			}
		}
	}
	c.Mine = m.in.Self.Is(w.Source, evidence.Person{Login: c.By}) ||
		c.By == "" && slices.ContainsFunc(w.Acts, func(a evidence.Act) bool { return a.Verb == evidence.Assigned })
}

// writtenFor notes why an item counts as written for the bottleneck.
func (m *model) writtenFor(w *work, c *Created, related map[string]bool) {
	switch {
	case m.bottleneck == "":
	case about(w.Item, m.bottleneck):
		c.For, c.Reason = true, "its words are about waiting in "+m.bottleneck
	case related[w.ID]:
		c.For, c.Reason = true, "it is one piece of work with the change"
	}
}

// relatedToChanges are the items that are one piece of work with a dated change.
func (m *model) relatedToChanges(r *Result) map[string]bool {
	wanted := make(map[string]bool)
	for _, c := range r.Changes {
		if c.ItemID != "" {
			wanted[c.ItemID] = true
		}
	}
	related := make(map[string]bool)
	if len(wanted) == 0 {
		return related
	}
	for _, t := range evidence.Threads(m.own) {
		if slices.ContainsFunc(t.Items, func(id string) bool { return wanted[id] }) {
			for _, id := range t.Items {
				related[id] = true
			}
		}
	}
	return related
}

// estimates are how the items that were done turned out, by what was said of
// their size.
func (m *model) estimates(list []*work) []EstimateRow {
	spans := make(map[evidence.Estimate][]span)
	for _, w := range list {
		if w.Flow.Estimate != nil && w.done() && w.timed() {
			spans[*w.Flow.Estimate] = append(spans[*w.Flow.Estimate], m.cycle(w))
		}
	}
	rows := make([]EstimateRow, 0, len(spans))
	for e, s := range spans {
		slices.Sort(s)
		rows = append(rows, EstimateRow{Value: e.Value, Unit: e.Unit, N: len(s), P50: percentile(s, 50).days(), P85: percentile(s, 85).days()})
	}
	slices.SortFunc(rows, func(a, b EstimateRow) int { return cmp.Or(cmp.Compare(a.Unit, b.Unit), cmp.Compare(a.Value, b.Value)) })
	return rows
}

// created is when the person wrote the item, in the window.
func (m *model) created(w *work) (at time.Time, ok bool) {
	for _, it := range w.all {
		for _, a := range it.Acts {
			if (a.Verb == evidence.Created || a.Verb == evidence.Opened) && m.contains(a.At) && (!ok || a.At.Before(at)) {
				at, ok = a.At, true
			}
		}
	}
	return at, ok
}
