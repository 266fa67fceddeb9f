package analysis

import (
	"slices"
	"strings"
	"time"

	"github.com/dossier-report/dossier/evidence"
)

// reviewFloor is how many pull requests a wait for review takes.
const reviewFloor = 5

// maxRounds is how many rounds of review are told apart; later ones are few.
const maxRounds = 3

// asked is a wait for a review: from when the pull request was ready or a review
// was asked for until somebody else gave one; until is zero while it lasts.
type asked struct {
	from, until time.Time
	round       int
}

// reviewWait is how long pull requests waited for a review: the first one since
// they were ready, and again each time a review was asked for after changes.
func reviewWait(m *model, r *Result) {
	w := ReviewWait{Rounds: []Wait{}}
	var of []string
	var mine, team, byMe waits
	rounds := make([]waits, maxRounds)
	for _, it := range m.pulls {
		own := m.opened(it)
		used := false
		for _, a := range m.reviewsAsked(it) {
			if !m.contains(a.from) {
				continue
			}
			used = true
			if a.round < maxRounds {
				m.wait(&rounds[a.round], it, a)
			}
			switch {
			case a.round > 0:
			case own:
				m.wait(&mine, it, a)
			default:
				m.wait(&team, it, a)
			}
		}
		if a, ok := m.myFirst(it); ok && !own && m.contains(a.from) {
			m.wait(&byMe, it, a)
			used = true
		}
		if used {
			of = append(of, it.ID)
		}
	}
	w.Mine, w.Team, w.ByMe = mine.wait(), team.wait(), byMe.wait()
	for i := range rounds {
		if k := rounds[i].wait(); k.N+k.Open > 0 {
			w.Rounds = append(w.Rounds, k)
		}
	}
	w.Figure = m.figure(w.Mine.N+w.Team.N, nil)
	w.Sources = append(w.Sources, of...)
	w.Why = below(w.N, reviewFloor, "reviewed pull requests")
	if n := w.Mine.Open + w.Team.Open; n > 0 {
		w.Caveats = append(w.Caveats, plural(n, "pull request waits", "pull requests wait")+" still, and "+map[bool]string{true: "is", false: "are"}[n == 1]+" in no percentile")
	}
	r.ReviewWait = w
}

// waits gathers waits.
type waits struct {
	spans []span
	items []ItemDays
	open  int
}

func (m *model) wait(to *waits, it *evidence.Item, a asked) {
	if a.until.IsZero() || !a.until.Before(m.to) {
		to.open++
		return
	}
	d := m.between(a.from, a.until)
	to.spans = append(to.spans, d)
	one := ItemDays{Item: it.ID, Key: shortKey(it), Days: d.days()}
	if len(it.Acts) > 0 {
		one.Title = it.Title
	}
	to.items = append(to.items, one)
}

func (s *waits) wait() Wait {
	slices.Sort(s.spans)
	longestFirst(s.items)
	if s.items == nil {
		s.items = []ItemDays{}
	}
	return Wait{N: len(s.spans), P50: percentile(s.spans, 50).days(), P85: percentile(s.spans, 85).days(), Mean: mean(s.spans), Open: s.open, Items: s.items}
}

// opened reports whether the pull request is the person's.
func (m *model) opened(it *evidence.Item) bool {
	return it.Author != nil && m.in.Self.Is(it.Source, *it.Author) ||
		slices.ContainsFunc(it.Acts, func(a evidence.Act) bool { return a.Verb == evidence.Opened })
}

// reviewsAsked returns the pull request's waits in order.
func (m *model) reviewsAsked(it *evidence.Item) (list []asked) {
	ready, known := readyAt(it)
	if !known {
		return nil
	}
	given := m.reviewsGiven(it)
	first := asked{from: ready}
	if i, _ := slices.BinarySearchFunc(given, ready, time.Time.Compare); i < len(given) {
		first.until = given[i]
	} else if ended(it) {
		return nil // merged or closed without a review: nobody waited for one
	}
	list = append(list, first)
	if it.Flow == nil {
		return list
	}
	for _, mv := range it.Flow.Moves {
		// Somebody asked again: what was back with the author goes to review.
		if is(mv.From, "changes requested") && (is(mv.To, "in review") || is(mv.To, "open")) && !slices.ContainsFunc(given, mv.At.Equal) {
			a := asked{from: mv.At, round: len(list)}
			if i, _ := slices.BinarySearchFunc(given, mv.At, time.Time.Compare); i < len(given) {
				a.until = given[i]
			} else if ended(it) {
				continue
			}
			list = append(list, a)
		}
	}
	return list
}

func is(status, name string) bool { return strings.EqualFold(strings.TrimSpace(status), name) }

func ended(it *evidence.Item) bool { return it.Outcome != nil }

// readyAt is when others could review the pull request: when it was opened, or
// stopped being a draft.
func readyAt(it *evidence.Item) (time.Time, bool) {
	var at time.Time
	if it.Flow != nil {
		at = it.Flow.Created
		for i, mv := range it.Flow.Moves {
			if i == 0 && is(mv.From, "draft") || is(mv.To, "draft") {
				at = time.Time{}
			}
			if is(mv.From, "draft") && at.IsZero() {
				at = mv.At
			}
		}
		return at, sane(at)
	}
	for _, a := range it.Acts {
		if a.Verb == evidence.Opened {
			return a.At, sane(a.At)
		}
	}
	return at, false
}

// reviewsGiven are the times at which somebody other than the author reviewed,
// in order.
func (m *model) reviewsGiven(it *evidence.Item) (list []time.Time) {
	author := ""
	if it.Author != nil {
		author = it.Author.Login
	}
	if it.Flow != nil {
		for _, mv := range it.Flow.Moves {
			verdict := is(mv.To, "approved") || is(mv.To, "changes requested")
			if verdict && (mv.By == "" || !strings.EqualFold(mv.By, author)) {
				list = append(list, mv.At)
			}
		}
	}
	for _, p := range it.People {
		if strings.HasPrefix(p.Role, "reviewer") && sane(p.At) {
			list = append(list, p.At)
		}
	}
	if !m.opened(it) {
		for _, a := range it.Acts {
			if reviews(a.Verb) {
				list = append(list, a.At)
			}
		}
	}
	slices.SortFunc(list, time.Time.Compare)
	return list
}

func reviews(v evidence.Verb) bool {
	return v == evidence.Reviewed || v == evidence.Approved || v == evidence.RequestedChanges
}

// myFirst is the wait of another's pull request for the person's first review.
func (m *model) myFirst(it *evidence.Item) (asked, bool) {
	ready, known := readyAt(it)
	if !known {
		return asked{}, false
	}
	for _, a := range it.Acts {
		if reviews(a.Verb) && !a.At.Before(ready) {
			return asked{from: ready, until: a.At}, true
		}
	}
	return asked{}, false
}
