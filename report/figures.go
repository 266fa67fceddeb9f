package report

import (
	"cmp"
	"math"
	"slices"
	"strconv"
	"strings"

	"github.com/dossier-report/dossier/evidence"
)

// measured is a figure with the item that it is from.
type measured struct {
	evidence.Figure
	piece  *piece
	pinned bool
	score  float64 // of the match, in tenths: a finer difference says nothing
}

// figures returns what was measured for an objective, the most telling first:
// what the person pinned; their own before what they took part in; a change
// before a bare result; what fits the objective best; what somebody else confirmed; the largest change in
// proportion; the earliest. A figure that several items give is told once,
// from the last of them. It tells of the objective that its item fits best: a
// write-up that teaches may report an error rate, which is no measure of
// teaching. The person's own word that the item belongs here overrules that.
func (b *builder) figures(o *objective) []measured {
	var all []measured
	seen := make(map[string]int)
	for _, f := range o.chosen {
		if f.Outcome == nil {
			continue
		}
		for _, fg := range f.Outcome.Figures {
			match := f.chosen[o.ID]
			if match.Decision == nil && match.Score < f.best()-otherFit {
				continue
			}
			m := measured{fg, f, match.Pinned(), math.Round(match.Score * 10)}
			if i, ok := seen[figureKey(fg)]; ok {
				m.pinned = m.pinned || all[i].pinned
				all[i] = m
				continue
			}
			seen[figureKey(fg)] = len(all)
			all = append(all, m)
		}
	}
	slices.SortStableFunc(all, func(x, y measured) int {
		return cmp.Or(first(x.pinned, y.pinned), first(x.piece.Own(), y.piece.Own()), first(x.Before != nil, y.Before != nil), cmp.Compare(y.score, x.score),
			first(x.piece.strength.Confirmed, y.piece.strength.Confirmed), cmp.Compare(y.turn(), x.turn()),
			x.piece.date.Compare(y.piece.date), cmp.Compare(x.piece.ID, y.piece.ID))
	})
	return all
}

// otherFit is by how much an item must fit another objective better for its
// figures to be told only there.
const otherFit = 0.1

// best is the highest of the scores for which the item was chosen.
func (f *piece) best() (score float64) {
	for _, m := range f.chosen {
		score = max(score, m.Score)
	}
	return score
}

// turn is how large a change is in proportion, whichever way it goes: halving
// is as much as doubling.
func (m measured) turn() float64 {
	if m.Before == nil {
		return 0
	}
	x, y := math.Abs(*m.Before), math.Abs(m.After)
	if x == y {
		return 0
	}
	least := 1e-3 * max(x, y) // so that a change to or from nothing stays finite
	return math.Abs(math.Log(max(x, least) / max(y, least)))
}

const keyFigureCount = 3

// keyFigures returns the figures that an objective's page opens with.
func (b *builder) keyFigures(o *objective) []KeyFigure {
	var keys []KeyFigure
	for _, m := range b.figures(o) {
		if len(keys) == keyFigureCount {
			break
		}
		source := m.piece.ref
		if from := line(m.From); from != "" {
			source += ", from: " + from
		}
		keys = append(keys, KeyFigure{Name: line(m.Name), Value: change(m.Figure), Unit: line(m.Unit), Source: source})
	}
	return keys
}

// figureKey says which figures are the same measure.
func figureKey(f evidence.Figure) string {
	return strings.ToLower(line(f.Name) + "\x00" + line(f.Unit))
}

// figureText words a figure under a name: "Night pages 41 → 12 a month".
func figureText(f evidence.Figure, name string) string {
	return name + " " + change(f) + unitText(f.Unit)
}

// unitText sets a unit behind a number.
func unitText(unit string) string {
	if u := line(unit); u != "" {
		return " " + u
	}
	return ""
}

// change prints a figure's numbers, "41 → 12". Both are given to the digits
// that tell them apart.
func change(f evidence.Figure) string {
	if f.Before == nil {
		return number(f.After, 3)
	}
	for digits := 3; ; digits++ {
		before, after := number(*f.Before, digits), number(f.After, digits)
		if before != after || *f.Before == f.After || digits == 8 {
			return before + " → " + after
		}
	}
}

// number prints v to so many significant digits, its whole part always in full
// and in groups of three from five digits on: 0.456, 4.6, 41, 1234, 12,345.
func number(v float64, digits int) string {
	abs := math.Abs(v)
	if abs >= 1e15 || abs != 0 && abs < 1e-7 || math.IsNaN(v) {
		return strconv.FormatFloat(v, 'g', digits, 64)
	}
	decimals := 0
	if abs > 0 {
		decimals = max(0, digits-1-int(math.Floor(math.Log10(abs))))
	}
	s := strconv.FormatFloat(abs, 'f', decimals, 64)
	whole, part, _ := strings.Cut(s, ".")
	part = strings.TrimRight(part, "0")
	if len(whole) > 4 {
		for i := len(whole) - 3; i > 0; i -= 3 {
			whole = whole[:i] + "," + whole[i:]
		}
	}
	if part != "" {
		whole += "." + part
	}
	if v < 0 && whole != "0" {
		whole = "−" + whole
	}
	return whole
}
