package collectors

import (
	"fmt"
	"math"
	"slices"
	"time"

	"github.com/dossier-report/dossier/evidence"
)

// repair blanks or drops what is wrong in an item. What lies behind slices and
// pointers is copied before a change: the collector may still use its own.
func (m *mender) repair(it *evidence.Item) {
	if it.Source != m.source {
		m.bad("its source was %q", it.Source)
		it.Source = m.source
	}
	if !slices.Contains(evidence.Kinds, it.Kind) {
		m.bad("kind %q is not known; kept as a note", it.Kind)
		it.Kind = evidence.Note
	}
	m.address(&it.URL, "url")
	m.acts(it)
	m.outcome(it)
	it.People = slices.Clone(it.People)
	for i := range it.People {
		m.date(&it.People[i].At, "people[%d].at", i)
	}
	if it.Flow != nil {
		f := *it.Flow
		m.flow(&f)
		it.Flow = &f
	}
}

// writable reports whether JSON can hold the time.
func writable(t time.Time) bool {
	y := t.UTC().Year()
	return y >= 0 && y <= 9999
}

// date blanks a time that cannot be written, and puts the others in UTC.
func (m *mender) date(t *time.Time, format string, a ...any) {
	switch {
	case t.IsZero():
	case !writable(*t):
		m.bad("%s is in the year %d", fmt.Sprintf(format, a...), t.Year())
		*t = time.Time{}
	default:
		*t = t.UTC()
	}
}

func (m *mender) acts(it *evidence.Item) {
	var list []evidence.Act
	for i, a := range it.Acts {
		switch {
		case a.At.IsZero():
			m.bad("acts[%d] (%s) has no time and was left out", i, a.Verb)
			continue
		case !writable(a.At):
			m.bad("acts[%d] (%s) is in the year %d and was left out", i, a.Verb, a.At.Year())
			continue
		case !slices.Contains(evidence.Verbs, a.Verb):
			m.bad("acts[%d] has the unknown verb %q and was left out", i, a.Verb)
			continue
		case a.Seconds < 0:
			m.bad("acts[%d] (%s) took %d seconds", i, a.Verb, a.Seconds)
			a.Seconds = 0
		}
		a.At = a.At.UTC()
		m.address(&a.URL, fmt.Sprintf("acts[%d].url", i))
		list = append(list, a)
	}
	slices.SortStableFunc(list, func(a, b evidence.Act) int { return a.At.Compare(b.At) })
	it.Acts = list
}

func (m *mender) outcome(it *evidence.Item) {
	if it.Outcome == nil {
		return
	}
	o := *it.Outcome
	if !slices.Contains(evidence.States, o.State) {
		m.bad("the outcome has the unknown state %q and was left out", o.State)
		it.Outcome = nil
		return
	}
	m.date(&o.At, "outcome.at")
	o.Figures = slices.DeleteFunc(slices.Clone(o.Figures), func(f evidence.Figure) bool {
		if finite(f.After) && (f.Before == nil || finite(*f.Before)) {
			return false
		}
		m.bad("the figure %q is not a number and was left out", firstLine(f.Name))
		return true
	})
	it.Outcome = &o
}

func finite(f float64) bool { return !math.IsNaN(f) && !math.IsInf(f, 0) }
