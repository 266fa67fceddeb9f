package analysis

import (
	"slices"
	"strings"
	"time"

	"github.com/dossier-report/dossier/evidence"
)

// problem is one kind of what makes figures lie.
type problem struct {
	name, one, many string
	left            bool // times leave the items out
}

// problems are the kinds in the order in which they are told.
var problems = []problem{
	{"no_start", "item without a start", "items without a start", true},
	{"done_without_moves", "done without a move", "done without a move", true},
	{"reopened", "reopened", "reopened", true},
	{"no_created", "without a date of creation", "without a date of creation", true},
	{"backdated", "moved before it was created", "moved before they were created", false},
	{"bulk_moves", "moved in bulk", "moved in bulk", false},
	{"off_board", "in a status that is not on the board", "in statuses that are not on the board", false},
	{"done_off_board", "ended without coming to a status of what is done", "ended without coming to a status of what is done", false},
	{"gaps", "with a gap in its history", "with gaps in their history", false},
	{"odd_moves", "with a move that cannot be", "with moves that cannot be", false},
	{"guessed_states", "in a status whose meaning is guessed from its name", "in statuses whose meaning is guessed from their names", false},
	{"not_by_event", "known by snapshots or its state of today only", "known by snapshots or their state of today only", false},
	{"dropped", "dropped", "dropped", false},
	{"seen_twice", "seen in several places and counted once", "seen in several places and counted once", false},
}

// qualityNotes gathers the items of each kind while the model is made.
type qualityNotes struct {
	items map[string][]string
	stays Stays
}

func (q *qualityNotes) add(name string, w *work) {
	if q.items == nil {
		q.items = make(map[string][]string)
	}
	q.items[name] = append(q.items[name], w.ID)
}

// look notes what is odd in one item's history.
func (q *qualityNotes) look(m *model, w *work) {
	offBoard, guessed := false, false
	for _, s := range w.stays {
		if s.until.IsZero() || s.until.After(m.from) {
			q.stays.count(s.how)
		}
		offBoard = offBoard || m.onBoard != nil && len(w.Flow.Boards) > 0 && !m.onBoard[s.status]
		guessed = guessed || s.status != noStatus && m.meanings.of(w.Item, s.status).by == ByGuess
	}
	for name, so := range map[string]bool{
		"no_start":           w.done() && w.start.IsZero() && len(w.stays) > 1,
		"done_without_moves": w.done() && w.start.IsZero() && len(w.stays) == 1,
		"reopened":           w.reopened,
		"off_board":          offBoard,
		"guessed_states":     guessed,
		"not_by_event":       w.known != evidence.ByEvent && !w.start.IsZero(),
		"dropped":            w.dropped,
		"seen_twice":         len(w.all) > 1,
	} {
		if so {
			w.note(name)
		}
	}
	for _, name := range w.notes {
		q.add(name, w)
	}
}

// note marks a problem of the item once; it is counted when the item is one of
// the window.
func (w *work) note(name string) {
	if !slices.Contains(w.notes, name) {
		w.notes = append(w.notes, name)
	}
}

// bulkSize is how many items moved by one person to one status within a minute
// are a tidying-up rather than work.
const bulkSize = 5

// bulk notes the items that were moved in bulk in the window.
func (q *qualityNotes) bulk(m *model) {
	type key struct {
		minute int64
		to, by string
	}
	moved := make(map[key][]*work)
	for _, w := range m.works {
		for _, s := range w.stays[1:] {
			if m.contains(s.from) {
				k := key{s.from.Truncate(time.Minute).Unix(), s.status, s.by}
				moved[k] = append(moved[k], w)
			}
		}
	}
	found := make(map[string]*work)
	for _, list := range moved {
		if len(list) >= bulkSize {
			for _, w := range list {
				found[w.ID] = w
			}
		}
	}
	for _, w := range m.works {
		if found[w.ID] != nil {
			q.add("bulk_moves", w)
		}
	}
}

// quality tells what was noted.
func quality(m *model, r *Result) {
	out := Quality{Counts: []Count{}, Stays: m.quality.stays}
	var left, more []string
	for _, p := range problems {
		items := m.quality.items[p.name]
		if len(items) == 0 {
			continue
		}
		items = slices.Clone(items)
		slices.Sort(items)
		c := Count{Name: p.name, N: len(items), Text: plural(len(items), p.one, p.many), Items: items, Left: p.left}
		out.Counts = append(out.Counts, c)
		if p.left {
			left = append(left, c.Text)
		} else if p.name != "seen_twice" && p.name != "dropped" {
			more = append(more, c.Text)
		}
	}
	var lines []string
	if len(left) > 0 {
		lines = append(lines, "Left out: "+strings.Join(left, ", ")+".")
	}
	if len(more) > 0 {
		lines = append(lines, "Counted, and to be read with care: "+strings.Join(more, ", ")+".")
	}
	lines = append(lines, "Days are "+r.Days+".")
	out.Limits = strings.Join(lines, " ")
	for name := range m.in.Settings.States {
		if !slices.ContainsFunc(m.statuses, func(s Status) bool { return is(s.Name, strings.TrimSpace(name)) }) {
			out.Unused = append(out.Unused, name)
		}
	}
	slices.Sort(out.Unused)
	r.Quality = out
}
