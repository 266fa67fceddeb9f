package github

import (
	"slices"
	"time"

	"github.com/dossier-report/dossier/evidence"
)

// sighting is a card as earlier runs saw it. A board keeps no history of a card
// but the status of today and when it was set; the rest is known only to those
// who looked.
type sighting struct {
	Status string          `json:"status,omitempty"` // where it stood last
	Moves  []evidence.Move `json:"moves,omitempty"`  // what was seen so far
}

// maxMoves bounds what is remembered of one card.
const maxMoves = 100

// sight compares a card with how it was seen before.
func (b *passingBoard) sight(c *card) *sighting {
	old := b.before[c.ID]
	s := &sighting{}
	if old != nil {
		*s = sighting{Status: old.Status, Moves: slices.Clone(old.Moves)}
	}
	v := c.status()
	switch {
	case v == nil:
		s.Status = ""
		return s
	case v.Name == s.Status && old != nil:
		return s
	}
	// updatedAt is when the field got the value that it has now; the value's
	// creator is the only name that GitHub gives with it.
	at := v.UpdatedAt.Time
	if at.IsZero() {
		at = b.now
	}
	mv := evidence.Move{At: at, From: s.Status, To: v.Name, By: v.Creator.login(), How: evidence.BySnapshot}
	if old == nil {
		mv.How = evidence.ByCurrent
	}
	s.Status = v.Name
	s.Moves = append(s.Moves, mv)
	if n := len(s.Moves) - maxMoves; n > 0 {
		s.Moves = s.Moves[n:]
	}
	return s
}

// together is how far apart the record of a move and the board's own date of it
// may be.
const together = 2 * time.Minute

// all joins what was seen with what GitHub recorded. The record is surer: a
// move that it has is not told again.
func (s *sighting) all(recorded []*boardMove) []evidence.Move {
	var list []evidence.Move
	for _, r := range recorded {
		if !r.CreatedAt.IsZero() {
			list = append(list, evidence.Move{At: r.CreatedAt.Time, From: r.PreviousStatus, To: r.Status, By: r.Actor.login(), How: evidence.ByEvent})
		}
	}
	for _, mv := range s.Moves {
		if !slices.ContainsFunc(list, func(x evidence.Move) bool { return x.To == mv.To && x.At.Sub(mv.At).Abs() <= together }) {
			list = append(list, mv)
		}
	}
	slices.SortStableFunc(list, func(a, b evidence.Move) int { return a.At.Compare(b.At) })
	return list
}
