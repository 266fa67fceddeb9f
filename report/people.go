package report

import (
	"cmp"
	"slices"
	"strings"
	"time"

	"github.com/dossier-report/dossier/evidence"
)

// What makes somebody a candidate, and how many are named.
const (
	sharedLeast  = 3                   // distinct artefacts
	sharedSpan   = 21 * 24 * time.Hour // from the first to the last of them
	smallMeeting = 8                   // people, with the person; larger ones say nothing
	candidateCap = 6
	answerCap    = 3
	candidateRef = 2
	candidateObj = 3
)

// How much an artefact says about somebody's view of the work, by what both
// did there. An artefact counts once, by the strongest. The weights order the
// candidates and are never printed.
const (
	inThread   = 1
	inMeeting  = 2
	inReview   = 3
	inDecision = 4 // approved, merged or accepted it, or had it approved
)

// acquaintance is somebody with the artefacts shared with them.
type acquaintance struct {
	name, role, relation string
	shared               map[string]*shared // by artefact; a series of meetings is one
	first, last          time.Time
}

type shared struct {
	piece  *piece
	weight int
}

// candidates suggests who could speak to the work: people who share at least
// three artefacts with the person over at least three weeks, one of which
// speaks for an objective of this report. Bots and the own manager are left
// out. The best for each objective come before a second for any.
func (b *builder) candidates() []Candidate {
	people := make(map[string]*acquaintance)
	for _, f := range b.found {
		if len(f.chosen) > 0 || !slices.ContainsFunc(f.matches, rejectedMatch) {
			b.meet(people, f)
		}
	}
	type ranked struct {
		Candidate
		weight int
	}
	var all []ranked
	for _, a := range people {
		c, weight := b.candidate(a)
		if len(a.shared) >= sharedLeast && a.last.Sub(a.first) >= sharedSpan && len(c.Objectives) > 0 {
			all = append(all, ranked{c, weight})
		}
	}
	slices.SortFunc(all, func(x, y ranked) int {
		return cmp.Or(cmp.Compare(y.weight, x.weight), strings.Compare(x.Name, y.Name), slices.Compare(x.Objectives, y.Objectives), slices.Compare(x.Refs, y.Refs))
	})
	var best, others []Candidate
	spoken := make(map[int]bool)
	for _, c := range all {
		if n := c.Objectives[0]; !spoken[n] {
			spoken[n] = true
			best = append(best, c.Candidate)
			continue
		}
		others = append(others, c.Candidate)
	}
	best = append(best, others...)
	return best[:min(candidateCap, len(best))]
}

// meet adds everybody who shares an item to people.
func (b *builder) meet(people map[string]*acquaintance, f *piece) {
	if f.Kind == evidence.Meeting && len(f.People)+1 > smallMeeting {
		return
	}
	for _, p := range f.People {
		b.share(people, f, p.Person, shareWeight(f, p.Role), p.At)
	}
	if f.Author != nil {
		b.share(people, f, *f.Author, shareWeight(f, "author"), time.Time{})
	}
	if o := f.Outcome; o != nil && o.By != "" && f.Own() && o.State != evidence.StateDropped {
		b.share(people, f, namedIn(f.Item, o.By), inDecision, o.At)
	}
}

// shareWeight says how much an item tells of the person to somebody with a
// role in it.
func shareWeight(f *piece, role string) int {
	role = strings.ToLower(role)
	if f.Kind == evidence.Meeting {
		return inMeeting
	}
	if _, decides := confirmingRoles[role]; decides {
		return inDecision
	}
	if f.Own() {
		if role == "reviewer" {
			return inReview
		}
		return inThread
	}
	if role == "author" || role == "assignee" {
		switch {
		case did(f.Item, evidence.Approved), did(f.Item, evidence.Answered) && f.Outcome != nil && f.Outcome.State == evidence.StateAnswered:
			return inDecision
		case did(f.Item, evidence.Reviewed), did(f.Item, evidence.RequestedChanges):
			return inReview
		}
	}
	return inThread
}

// share notes that somebody had a part in an item at a time, or when the item
// happened where the time is not known.
func (b *builder) share(people map[string]*acquaintance, f *piece, p evidence.Person, weight int, at time.Time) {
	h := b.human(f.Source, p)
	if !h.other() || b.manages(h) {
		return
	}
	if at.IsZero() || !b.Period.Contains(at) {
		at = f.date
	}
	a := people[h.key]
	if a == nil {
		a = &acquaintance{name: h.name, role: line(h.id.Role), relation: line(h.id.Relation), shared: make(map[string]*shared), first: at, last: at}
		people[h.key] = a
	}
	if at.Before(a.first) {
		a.first = at
	}
	if at.After(a.last) {
		a.last = at
	}
	artefact := f.ID
	if f.Kind == evidence.Meeting {
		artefact = "series\x00" + strings.ToLower(line(f.Title))
	}
	switch s := a.shared[artefact]; {
	case s == nil:
		a.shared[artefact] = &shared{f, weight}
	case weight > s.weight, len(s.piece.chosen) == 0 && len(f.chosen) > 0:
		s.piece, s.weight = f, max(weight, s.weight)
	}
}

// manages reports whether somebody is the person's own manager.
func (b *builder) manages(h *human) bool {
	return strings.EqualFold(h.id.Relation, "manager") || b.Manager != "" && strings.EqualFold(h.name, b.Manager)
}

// candidate words what is shared with somebody.
func (b *builder) candidate(a *acquaintance) (Candidate, int) {
	c := Candidate{Name: a.name, Role: a.role, Relation: a.relation, Last: b.day(a.last)}
	total := 0
	weights := make(map[int]int)
	var used []*shared
	for _, s := range a.shared {
		total += s.weight
		if len(s.piece.chosen) == 0 {
			continue
		}
		used = append(used, s)
		for id := range s.piece.chosen {
			weights[b.numbers[id]] += s.weight
		}
	}
	for n := range weights {
		c.Objectives = append(c.Objectives, n)
	}
	slices.SortFunc(c.Objectives, func(x, y int) int { return cmp.Or(cmp.Compare(weights[y], weights[x]), cmp.Compare(x, y)) })
	c.Objectives = c.Objectives[:min(candidateObj, len(c.Objectives))]
	slices.SortFunc(used, func(x, y *shared) int {
		return cmp.Or(cmp.Compare(y.weight, x.weight), y.piece.date.Compare(x.piece.date), cmp.Compare(x.piece.ID, y.piece.ID))
	})
	for _, s := range used[:min(candidateRef, len(used))] {
		c.Refs = append(c.Refs, s.piece.ref)
	}
	return c, total
}
