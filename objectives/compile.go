package objectives

import (
	"slices"

	"github.com/dossier-report/dossier/evidence"
)

// rule is a Rule made ready.
type rule struct {
	*Rule
	weight  float64
	kinds   uint32 // bits by index in evidence.Kinds; 0 means any
	verbs   uint32 // bits by index in evidence.Verbs; 0 means any
	fields  uint8
	inLinks []string // link globs without scheme
	worded  bool     // asks for words
	telling bool     // asks for something telling other than words
	shapes  uint8
	excepts []int32 // patterns inside which words do not count
	place   string  // the last one that was matched, and whether it is one of the rule's
	inPlace bool

	competency string  // whose signal it is; "" for an objective's own rule
	odds       float64 // of a signal: what it adds to the log-odds
	against    bool    // a signal that lowers them
}

// watch says what a pattern is to a rule.
type watch struct {
	rule int32
	part part
}

// part is the part of a pattern in a rule.
type part uint8

const (
	asWord part = iota
	asWith
	asNot
)

// compile adds a rule.
func (m *Mapper) compile(src *Rule) error {
	n := int32(len(m.rules))
	r := rule{Rule: src, weight: src.weight(), fields: src.fields(), worded: len(src.Words) > 0}
	for _, s := range src.Shapes {
		r.shapes |= shapeBit(s)
		m.shaped = true
	}
	for _, k := range src.Kinds {
		r.kinds |= kindBit(k)
	}
	for _, v := range src.Verbs {
		r.verbs |= verbBit(v)
	}
	for _, l := range src.Links {
		r.inLinks = append(r.inLinks, address(l))
	}
	for _, l := range src.lists() {
		r.telling = r.telling || len(l.values) > 0
	}
	// A rule of kinds, verbs or lengths alone is judged for every item.
	r.telling = r.telling || !r.worded
	for _, l := range []struct {
		words []string
		part  part
	}{{src.Words, asWord}, {src.With, asWith}, {src.Not, asNot}} {
		for _, w := range l.words {
			p, err := m.scan.v.add(w)
			if err != nil {
				return err
			}
			for int(p) >= len(m.watchers) {
				m.watchers = append(m.watchers, nil)
			}
			if w := (watch{n, l.part}); !slices.Contains(m.watchers[p], w) {
				m.watchers[p] = append(m.watchers[p], w)
			}
		}
	}
	for _, w := range src.Except {
		p, err := m.scan.v.add(w)
		if err != nil {
			return err
		}
		r.excepts = append(r.excepts, p)
	}
	if len(r.excepts) > 0 {
		m.scan.v.follow(src.Words, src.Except)
	}
	for int(m.scan.v.top()) > len(m.watchers) {
		m.watchers = append(m.watchers, nil)
	}
	if r.worded || len(src.Not) > 0 {
		m.uses |= r.fields
	}
	m.rules = append(m.rules, r)
	return nil
}

func kindBit(k evidence.Kind) uint32 { return bit(slices.Index(evidence.Kinds, k)) }
func verbBit(v evidence.Verb) uint32 { return bit(slices.Index(evidence.Verbs, v)) }

func bit(i int) uint32 {
	if i < 0 {
		return 0
	}
	return 1 << i
}
