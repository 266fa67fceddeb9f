package collectors

import (
	"slices"
	"time"

	"github.com/dossier-report/dossier/evidence"
)

// Sighting is a work item as a tracker that keeps no history of it was seen: in
// which status it stood last, and the moves that were made out of the looks at
// it. A collector keeps it in the cursor of its part, by the item's id, and asks
// for a new one with [Sighting.See] at each look.
type Sighting struct {
	Status string `json:"status,omitempty"` // where it stood last; "" for nowhere
	// Seen is the moment of the last look, in seconds since 1970.
	Seen  int64      `json:"seen,omitempty"`
	Moves []SeenMove `json:"moves,omitempty"` // the last ones, the oldest first
}

// SeenMove is a move that nobody recorded.
type SeenMove struct {
	evidence.Move
	// After is the look before, in seconds since 1970, when the tracker does
	// not say when the status was set: the move was made then or later, and not
	// after At. It is 0 where At is the tracker's own word.
	After int64 `json:"after,omitempty"`
	// Bounded says that At is only the last moment at which it can have been.
	Bounded bool `json:"bounded,omitempty"`
}

// Look is how a work item stands when it is looked at.
type Look struct {
	Status string // "" where it stands nowhere
	// At is the moment for which the look is true: when the item was last
	// changed, where the tracker says so, else when it was asked.
	At time.Time
	// Since is when the status was set, zero where the tracker does not say; By
	// is the login of who set it.
	Since time.Time
	By    string
}

// maxSeenMoves bounds what is remembered of one item.
const maxSeenMoves = 100

// See returns what is known after another look. A status other than that of the
// look before is a move between the two, known by [evidence.BySnapshot]; at the
// first look only the present status is known, [evidence.ByCurrent].
//
// The move's time is when the status was set, by the tracker's word. Without
// that it is the look's: the last moment at which it can have been made. What
// the tracker dates before the look that saw another status cannot be true of
// this status, and the look's time stands in.
//
// The argument's own list is not changed; nil is an item never seen.
func (s *Sighting) See(now Look) *Sighting {
	out := &Sighting{Status: now.Status, Seen: seconds(now.At)}
	how := evidence.BySnapshot
	if s == nil {
		s, how = &Sighting{}, evidence.ByCurrent
	}
	out.Moves = slices.Clone(s.Moves)
	if now.Status == s.Status || now.Status == "" {
		return out
	}
	mv := SeenMove{Move: evidence.Move{At: now.Since, From: s.Status, To: now.Status, By: now.By, How: how}}
	if early := time.Unix(s.Seen, 0).Add(-together); mv.At.IsZero() || s.Seen != 0 && mv.At.Before(early) || !now.At.IsZero() && mv.At.After(now.At.Add(together)) {
		mv.At, mv.After, mv.Bounded = now.At, s.Seen, true
	}
	if mv.At.IsZero() {
		return out // nothing says when it was: it cannot be told as a move
	}
	out.Moves = append(out.Moves, mv)
	if n := len(out.Moves) - maxSeenMoves; n > 0 {
		out.Moves = out.Moves[n:]
	}
	return out
}

// together is how far apart a tracker's record of a move and its own date of
// the status may be.
const together = 2 * time.Minute

// Join returns what the tracker recorded together with what was seen beside it,
// in order of time. The record is surer: a move that it has is not told again,
// however its time was guessed.
func (s *Sighting) Join(recorded []evidence.Move) []evidence.Move {
	list := slices.Clone(recorded)
	if s != nil {
		for _, mv := range s.Moves {
			if !slices.ContainsFunc(recorded, mv.is) {
				list = append(list, mv.Move)
			}
		}
	}
	slices.SortStableFunc(list, func(a, b evidence.Move) int { return a.At.Compare(b.At) })
	return list
}

// is reports whether a recorded move is the one that was seen.
func (mv SeenMove) is(recorded evidence.Move) bool {
	if recorded.To != mv.To {
		return false
	}
	if !mv.Bounded {
		return recorded.At.Sub(mv.At).Abs() <= together
	}
	from, to := time.Unix(mv.After, 0).Add(-together), mv.At.Add(together)
	return !recorded.At.Before(from) && !recorded.At.After(to)
}
