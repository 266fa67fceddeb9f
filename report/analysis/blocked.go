package analysis

import (
	"cmp"
	"slices"
	"time"

	"github.com/dossier-report/dossier/evidence"
)

// flagged is how long the item was flagged between two moments. Spans that
// overlap, as two sources may tell them, count once.
func (m *model) flagged(w *work, from, until time.Time) (sum span) {
	for _, s := range w.flags(m) {
		a, b := later(s.From, from), earlier(s.To, until)
		if a.Before(b) {
			sum += m.between(a, b)
		}
	}
	return sum
}

// flags returns the item's flagged spans, in order, none touching another, and
// cut at the end of the window.
func (w *work) flags(m *model) []evidence.Span {
	var list []evidence.Span
	for _, it := range w.all {
		for _, s := range it.Flow.Flagged {
			if s.To.IsZero() || s.To.After(m.to) {
				s.To = m.to
			}
			if sane(s.From) && s.From.Before(s.To) {
				list = append(list, s)
			}
		}
	}
	slices.SortFunc(list, func(a, b evidence.Span) int { return a.From.Compare(b.From) })
	out := list[:0]
	for _, s := range list {
		if n := len(out); n > 0 && !s.From.After(out[n-1].To) {
			out[n-1].To = later(out[n-1].To, s.To)
			continue
		}
		out = append(out, s)
	}
	return out
}

// flaggedNow reports whether the item is flagged at the end of the window.
func (w *work) flaggedNow(m *model) bool {
	flags := w.flags(m)
	return len(flags) > 0 && flags[len(flags)-1].To.Equal(m.to)
}

func later(a, b time.Time) time.Time {
	if a.Before(b) {
		return b
	}
	return a
}

func earlier(a, b time.Time) time.Time {
	if b.Before(a) {
		return b
	}
	return a
}

// blocked is how long items were flagged in the window while in progress.
func blocked(m *model, r *Result) {
	b := Blocked{Items: []ItemDays{}, Now: []string{}}
	var of []*work
	var sum, begun span
	for _, w := range m.works {
		if w.end.IsZero() && w.flaggedNow(m) {
			b.Now = append(b.Now, w.ID)
		}
		if w.start.IsZero() {
			continue
		}
		from, until := later(w.start, m.from), m.to
		if !w.end.IsZero() {
			until = earlier(w.end, m.to)
		}
		if !from.Before(until) {
			continue
		}
		begun += m.between(from, until)
		if d := m.flagged(w, from, until); d > 0 {
			sum += d
			of = append(of, w)
			b.Items = append(b.Items, m.itemDays(w, d))
		}
	}
	b.Figure = m.figure(len(of), of)
	b.Days, b.Share = sum.days(), share(sum, begun)
	if len(of) == 0 {
		b.Why = "not drawn: no item in progress was flagged in the window"
	}
	longestFirst(b.Items)
	r.Blocked = b
}

func (m *model) itemDays(w *work, d span) ItemDays {
	return ItemDays{Item: w.ID, Key: w.key, Title: w.title(), Days: d.days()}
}

func longestFirst(list []ItemDays) {
	slices.SortFunc(list, func(a, b ItemDays) int { return cmp.Or(cmp.Compare(b.Days, a.Days), cmp.Compare(a.Item, b.Item)) })
}
