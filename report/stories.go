package report

import (
	"cmp"
	"slices"
	"strconv"
	"time"
)

// story is one piece of work as it speaks for one objective, told from its
// leading artefact.
type story struct {
	lead *piece
	// pieces are the leading one and what stands near it in its thread: chosen
	// for this objective, or for another and so part of the same story. The
	// nearest come first; see [builder.near].
	pieces []*piece
	// proof is the pieces that were chosen for this objective. Only they are
	// its strength and its result: a figure of another objective is none here.
	proof    []*piece
	pinned   bool
	strength Strength
	score    float64 // the highest of the thread's matches
	fit      Fit     // the closest of them
}

// stories groups an objective's items by thread, the strongest first. Members
// are the chosen items of each thread.
func (b *builder) stories(o *objective, members map[string][]*piece) []*story {
	byThread := make(map[string]*story)
	var all []*story
	for _, f := range o.chosen {
		s := byThread[f.thread]
		if s == nil {
			s = &story{fit: Peripheral}
			byThread[f.thread] = s
			all = append(all, s)
		}
		m := f.chosen[o.ID]
		s.pinned = s.pinned || m.Pinned()
		s.score = max(s.score, m.Score)
		if fit(m) == MainPoint {
			s.fit = MainPoint
		}
		if s.lead == nil || leads(o.ID, f, s.lead) < 0 {
			s.lead = f
		}
	}
	for _, s := range all {
		s.pieces = b.near(s.lead, members[s.lead.thread], func(f *piece) bool { return !f.rejected(o.ID) })
		for _, f := range s.pieces {
			s.strength.Artefact = s.strength.Artefact || f.strength.Artefact // it is among the card's sources
			if f.chosen[o.ID] != nil {
				s.proof = append(s.proof, f)
				s.strength = s.strength.with(f.strength)
			}
		}
	}
	slices.SortFunc(all, func(x, y *story) int {
		return cmp.Or(first(x.pinned, y.pinned), cmp.Compare(y.weight(), x.weight()),
			x.lead.date.Compare(y.lead.date), cmp.Compare(x.lead.ID, y.lead.ID))
	})
	return all
}

// leads compares two items of a thread by which should tell its story: the one
// that the person pinned, else the better proof, else the better match.
func leads(objective string, x, y *piece) int {
	mx, my := x.chosen[objective], y.chosen[objective]
	return cmp.Or(first(mx.Pinned(), my.Pinned()), cmp.Compare(y.strength.weight(), x.strength.weight()),
		cmp.Compare(my.Score, mx.Score), first(x.Own(), y.Own()), x.date.Compare(y.date), cmp.Compare(x.ID, y.ID))
}

// first orders what holds before what does not.
func first(x, y bool) int {
	switch {
	case x == y:
		return 0
	case x:
		return -1
	}
	return 1
}

// rejected reports whether the person said that the item does not speak for an
// objective.
func (f *piece) rejected(objective string) bool {
	for _, m := range f.matches {
		if m.Objective == objective {
			return m.Decision != nil && !m.Chosen()
		}
	}
	return false
}

// with returns the proof of both.
func (s Strength) with(o Strength) Strength {
	return Strength{Artefact: s.Artefact || o.Artefact, Outcome: s.Outcome || o.Outcome, Confirmed: s.Confirmed || o.Confirmed}
}

// weight orders proofs: a measured outcome says more than a confirmation, and
// that more than an address. It is never shown.
func (s Strength) weight() (w float64) {
	if s.Outcome {
		w += 3
	}
	if s.Confirmed {
		w += 2
	}
	if s.Artefact {
		w++
	}
	return w
}

// peripheralLoss is what a story loses of which the objective is not the main
// point: so much that a confirmed piece of work about the objective comes before
// a measured one that touches it, and one that is only linked before a
// confirmed one.
const peripheralLoss = 2.7

// weight orders stories: proof counts in whole steps, how well the words of
// the objective fit in parts of one.
func (s *story) weight() float64 {
	w := s.strength.weight() + s.score
	if s.fit == Peripheral {
		w -= peripheralLoss
	}
	return w
}

// The cards of a page: how many, and how much a story loses for each card that
// is already there of the same kind, of the same source, or of the same time,
// and at most in all. The losses are such that four merged pull requests of one
// week (linked and confirmed: 3, plus the match) give way, from the third on, to
// a page or a ticket of another month that is only linked (1, plus the match),
// while a measured outcome (3 more) is never lost for variety.
const (
	cardCount   = 4
	sameKind    = 0.4
	sameSource  = 0.3
	sameTime    = 0.5
	varietyLoss = 2.9
	fortnight   = 14 * 24 * time.Hour
)

// pick chooses the stories that become cards and returns them in order of
// time. Pinned stories come first. Then the strongest left is taken, again and
// again, each weighed by what it adds to the cards that are there: its weight
// less the losses above. What is still equal is taken in the order of stories:
// the earlier first. Stories within a spell of one another are of one time.
func pick(stories []*story, spell time.Duration) []*story {
	var picked []*story
	left := slices.Clone(stories)
	for len(picked) < cardCount && len(left) > 0 {
		best, most := 0, -1e9
		for i, s := range left {
			w := s.weight()
			if s.pinned {
				w += 1000
			}
			if w -= s.sameness(picked, spell); w > most {
				best, most = i, w
			}
		}
		picked = append(picked, left[best])
		left = slices.Delete(left, best, best+1)
	}
	slices.SortFunc(picked, func(x, y *story) int {
		return cmp.Or(x.lead.date.Compare(y.lead.date), cmp.Compare(x.lead.ID, y.lead.ID))
	})
	return picked
}

// sameness is what a story loses beside those that were picked before it.
func (s *story) sameness(picked []*story, spell time.Duration) (loss float64) {
	for _, p := range picked {
		if p.lead.Kind == s.lead.Kind {
			loss += sameKind
		}
		if p.lead.Source == s.lead.Source {
			loss += sameSource
		}
		if s.lead.date.Sub(p.lead.date).Abs() <= spell {
			loss += sameTime
		}
	}
	return min(loss, varietyLoss)
}

// reference names the nth entry of Appendix A.
func reference(n int) string { return "A-" + strconv.Itoa(n) }
