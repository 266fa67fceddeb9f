package github

import (
	"github.com/dossier-report/dossier/collectors"
	"github.com/dossier-report/dossier/evidence"
)

// sight compares a card with how it was seen before. A board keeps no history of
// a card without an issue but the status of today and when it was set; the rest
// is known only to those who looked.
func (b *passingBoard) sight(c *card) *collectors.Sighting {
	look := collectors.Look{At: c.UpdatedAt.Time}
	if look.At.IsZero() {
		look.At = b.now
	}
	if v := c.status(); v != nil {
		// updatedAt is when the field got the value that it has now; the value's
		// creator is the only name that GitHub gives with it.
		look.Status, look.Since, look.By = v.Name, v.UpdatedAt.Time, v.Creator.login()
	}
	return b.before[c.ID].See(look)
}

// recorded are the moves that GitHub has as events.
func recorded(list []*boardMove) []evidence.Move {
	var moves []evidence.Move
	for _, r := range list {
		if !r.CreatedAt.IsZero() {
			moves = append(moves, evidence.Move{At: r.CreatedAt.Time, From: r.PreviousStatus, To: r.Status, By: r.Actor.login(), How: evidence.ByEvent})
		}
	}
	return moves
}
