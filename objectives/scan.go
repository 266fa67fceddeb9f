package objectives

import (
	"strings"
	"unicode/utf8"
)

// scanner finds the vocabulary's patterns in one item's fields. It is used
// again for the next item and allocates nothing once it has grown.
type scanner struct {
	v     *vocabulary
	epoch uint32
	hits  []hit   // by pattern; those of this epoch count
	found []int32 // the patterns of this epoch's hits
	links []hitAt // addresses that stand in the prose
	prose [fieldCount]int32
	spots []spot // every occurrence of the patterns that need it

	field uint8
	index int32 // of the act, label or path
	pos   int32 // number of the next word
	// recent are the last words that any pattern asks for, to match phrases
	// backwards; a ring.
	recent [16]seenWord
	last   int
}

// hit is where a pattern was found first in each field.
type hit struct {
	epoch  uint32
	fields uint8
	every  bool  // keep every occurrence
	spots  int32 // 1 + the last of them
	at     [fieldCount]span
}

// spot is one occurrence of a pattern; before is 1 + the one before it.
type spot struct {
	before int32
	hitAt
}

// span is a stretch of bytes of a field; of the index-th act, label or path.
type span struct{ index, from, to int32 }

// hitAt is where something stands in an item.
type hitAt struct {
	field uint8
	span
}

// seenWord is a word or compound that stands at the positions [from, to).
type seenWord struct {
	id       int32
	from, to int32
	byteFrom int32
}

// begin starts another item.
func (s *scanner) begin() {
	s.epoch++
	s.found = s.found[:0]
	s.links = s.links[:0]
	s.spots = s.spots[:0]
	s.prose = [fieldCount]int32{}
	s.pos = 0
	s.recent = [16]seenWord{}
}

// enter starts another field. No phrase goes over from the one before.
func (s *scanner) enter(field uint8, index int) {
	s.field, s.index = field, int32(index)
	s.pos++
}

// words scans text[i:end] and returns where it stopped, which is beyond end
// when a comment or an address is longer.
func (s *scanner) words(text string, i, end int) int {
	for i < end {
		switch classes[text[i]] {
		case other:
			i++
		case stop:
			i = s.stop(text, i)
		case quote:
			i = s.apostrophe(text, i)
		case wide:
			r, n := utf8.DecodeRuneInString(text[i:])
			switch {
			case isWordRune(r):
				i = s.run(text, i)
			case r == '’':
				i = s.apostrophe(text, i+n-1)
			default:
				i += n
			}
		default:
			i = s.run(text, i)
		}
	}
	return i
}

// stop handles what may end a phrase or is not prose: an address, the target
// of a link, a comment of HTML. It returns where to go on.
func (s *scanner) stop(text string, i int) int {
	rest := text[i+1:]
	switch text[i] {
	case ':':
		if strings.HasPrefix(rest, "//") {
			return s.address(text, i)
		}
	case '<':
		if strings.HasPrefix(rest, "!--") {
			if n := strings.Index(rest, "-->"); n >= 0 {
				return i + 1 + n + 3
			}
			return len(text)
		}
		return i + 1
	case ']':
		if strings.HasPrefix(rest, "(") {
			if n := strings.IndexAny(rest, ")\n "); n > 0 {
				if strings.HasPrefix(rest[1:], "http") {
					s.link(i+2, i+1+n)
				}
				return i + 1 + n
			}
		}
		return i + 1
	}
	if rest == "" || classes[rest[0]] == other {
		s.pos++ // the end of a sentence
	}
	return i + 1
}

// address skips the rest of an address whose scheme ends at i, and keeps it as
// a link.
func (s *scanner) address(text string, i int) int {
	from := i
	for from > 0 && classes[text[from-1]] == lower {
		from--
	}
	to := i + 3
	for to < len(text) && text[to] > ' ' && !strings.ContainsRune("<>()[]{}\"'`|", rune(text[to])) {
		to++
	}
	for to > i+3 && strings.IndexByte(".,;:!?", text[to-1]) >= 0 {
		to--
	}
	s.link(from, to)
	s.pos++
	return to
}

func (s *scanner) link(from, to int) {
	s.links = append(s.links, hitAt{s.field, span{s.index, int32(from), int32(to)}})
}

// apostrophe skips what follows one inside a word ("team's", "don't"), so that
// no "s" or "t" comes between two words.
func (s *scanner) apostrophe(text string, i int) int {
	n := 0
	for i+1+n < len(text) && classes[text[i+1+n]] == lower {
		n++
	}
	if n <= 2 && i > 0 && classes[text[i-1]] >= lower {
		return i + 1 + n
	}
	return i + 1
}

// word takes a word at the next position.
func (s *scanner) word(hash uint64, word string, at int) {
	s.pos++
	s.prose[s.field]++
	s.note(hash, word, at, s.pos-1)
}

// note looks a word up that stands at the positions from first to the current
// one, and records the patterns that end with it.
func (s *scanner) note(hash uint64, word string, from int, first int32) {
	hash |= 1 << 63 // never 0, which marks a free slot
	at := s.v.seen.at(hash)
	if at == 0 {
		return // in no rule, as most words
	}
	ids := s.v.look(at, hash, word)
	if ids.stem == 0 && ids.exact == 0 {
		return
	}
	for _, id := range [2]int32{ids.stem, ids.exact} {
		if id == 0 {
			continue
		}
		if p := s.v.single[id]; p > 0 {
			s.hit(p-1, int32(from), int32(from+len(word)))
		}
		// Does a word that any pattern asks for stand just before?
		follows := s.recent[s.last].to >= first
		s.last = (s.last + 1) % len(s.recent)
		s.recent[s.last] = seenWord{id: id, from: first, to: s.pos, byteFrom: int32(from)}
		if !follows {
			continue
		}
		for _, p := range s.v.ends[id] {
			if begin, ok := s.phrase(s.v.patterns[p], first, int32(from)); ok {
				s.hit(p, begin, int32(from+len(word)))
			}
		}
	}
}

// phrase reports whether the words before the last one of a pattern stand just
// before position pos, and at which byte the first of them begins.
func (s *scanner) phrase(pattern []int32, pos, from int32) (int32, bool) {
	for k := len(pattern) - 2; k >= 0; k-- {
		ok := false
		for _, w := range s.recent {
			if w.id == pattern[k] && w.to == pos {
				pos, from, ok = w.from, w.byteFrom, true
				break
			}
		}
		if !ok {
			return 0, false
		}
	}
	return from, true
}

func (s *scanner) hit(pattern, from, to int32) {
	h := &s.hits[pattern]
	if h.epoch != s.epoch {
		*h = hit{epoch: s.epoch, every: h.every}
		s.found = append(s.found, pattern)
	}
	if h.fields&(1<<s.field) == 0 {
		h.fields |= 1 << s.field
		h.at[s.field] = span{s.index, from, to}
	}
	if h.every {
		s.spots = append(s.spots, spot{h.spots, hitAt{s.field, span{s.index, from, to}}})
		h.spots = int32(len(s.spots))
	}
}

// outside returns the fields in which a pattern stands outside of all of the
// phrases, and where it does first.
func (s *scanner) outside(pattern int32, phrases []int32, fields uint8) (in uint8, first hitAt) {
	for i := s.hits[pattern].spots; i > 0; i = s.spots[i-1].before {
		at := s.spots[i-1].hitAt
		if fields&(1<<at.field) == 0 || s.covered(at, phrases) {
			continue
		}
		if in == 0 || at.before(first) {
			first = at
		}
		in |= 1 << at.field
	}
	return in, first
}

func (s *scanner) covered(at hitAt, phrases []int32) bool {
	for _, p := range phrases {
		if s.hits[p].epoch != s.epoch {
			continue
		}
		for i := s.hits[p].spots; i > 0; i = s.spots[i-1].before {
			by := s.spots[i-1].hitAt
			if by.field == at.field && by.index == at.index && by.from < at.to && at.from < by.to {
				return true
			}
		}
	}
	return false
}
