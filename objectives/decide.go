package objectives

import (
	"slices"
	"strings"

	"github.com/dossier-report/dossier/evidence"
)

// decide lays the decisions over the scores.
func (m *Mapping) decide(decisions []Decision) {
	m.notes, m.rejected = map[int][]Decision{}, map[int]bool{}
	ordered := slices.Clone(decisions)
	slices.SortStableFunc(ordered, byTime)
	for i := range ordered {
		d := &ordered[i]
		item, ok := m.index[d.Item]
		if !ok {
			continue // of another period, or gone
		}
		if d.Note != "" && !d.OwnNote() {
			m.notes[item] = append(m.notes[item], *d)
		}
		switch {
		case d.Objective == "" && d.Verb == Reject:
			m.rejected[item] = true
		case d.Verb != Jot:
			m.rejected[item] = false
		}
		for o := range m.objectives {
			if d.Objective == "" || d.Objective == m.objectives[o].ID {
				c := m.cell(item, o)
				c.decision = m.after(c, d, &m.objectives[o])
			}
		}
	}
}

// after returns the last word on a pair when d comes after what was decided on
// it before.
func (m *Mapping) after(c *cell, d *Decision, o *Objective) *Decision {
	named := d.Objective != ""
	before := c.decision
	taken := before != nil && before.Verb != Reject
	switch d.Verb {
	case Accept:
		if named || !taken && c.score >= o.Least() {
			return d
		}
	case Reject:
		return d
	case Pin:
		if named || m.chosen(c, o) {
			return d
		}
	case Unpin:
		if before != nil && before.Verb == Pin {
			return as(Accept, d)
		}
	case Jot:
		if named && d.OwnNote() {
			return as(Accept, d)
		}
	}
	return before
}

// as returns the decision with what it amounts to as its verb.
func as(v DecisionVerb, d *Decision) *Decision {
	e := *d
	e.Verb = v
	return &e
}

// Notes returns the person's notes of their own as evidence: items of kind note
// that the person wrote, dated as they said. A note that stands twice in the
// decisions, as after a merge, is one item.
func Notes(decisions []Decision, self evidence.Identity) []evidence.Item {
	var items []evidence.Item
	seen := map[string]bool{}
	for _, d := range decisions {
		if !d.OwnNote() || seen[d.Item] {
			continue
		}
		seen[d.Item] = true
		items = append(items, evidence.Item{
			ID:      d.Item,
			Source:  "note",
			Kind:    evidence.Note,
			Title:   titleOf(d.Note),
			Private: true,
			Author:  &evidence.Person{Name: self.Name},
			Acts:    []evidence.Act{{At: d.At, Verb: evidence.Noted, Text: d.Note}},
		})
	}
	return items
}

// titleOf returns the first line of a note, or its first sentence when the line
// is long.
func titleOf(note string) string {
	const long = 80
	line := firstLine(note)
	if len(line) <= long {
		return line
	}
	return cutSentence(line, long)
}

func firstLine(s string) string {
	s = strings.TrimSpace(s)
	if i := strings.IndexAny(s, "\r\n"); i >= 0 {
		s = s[:i]
	}
	return strings.TrimSpace(s)
}

// cutSentence cuts s after its first sentence, or between words, so that at
// most n bytes are left.
func cutSentence(s string, n int) string {
	head := s[:n]
	if i := strings.Index(head, ". "); i > 0 {
		return head[:i]
	}
	if i := strings.LastIndexByte(head, ' '); i > n/2 {
		return head[:i] + "…"
	}
	return strings.ToValidUTF8(head, "") + "…"
}
