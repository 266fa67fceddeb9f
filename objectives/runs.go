package objectives

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// The classes of bytes that the scanner tells apart.
const (
	other = iota // separates words
	stop         // may end a phrase, begin an address or a comment
	quote        // an apostrophe
	lower
	upper
	digit
	wide // part of a character outside ASCII
)

var classes = byteClasses()

func byteClasses() (c [256]uint8) {
	for b := range c {
		switch {
		case b >= 'a' && b <= 'z':
			c[b] = lower
		case b >= 'A' && b <= 'Z':
			c[b] = upper
		case b >= '0' && b <= '9':
			c[b] = digit
		case b >= 0x80:
			c[b] = wide
		case b == '\'':
			c[b] = quote
		case strings.IndexByte(".!?;:<]", byte(b)) >= 0:
			c[b] = stop
		}
	}
	return c
}

// FNV-1a, 64 bits, over the folded bytes of a word.
const (
	fnvOffset = 14695981039346656037
	fnvPrime  = 1099511628211
)

// run scans a run of letters and digits that begins at i.
func (s *scanner) run(text string, i int) int {
	start, hash := i, uint64(fnvOffset)
	if c := text[i]; classes[c] == upper {
		hash = (hash ^ uint64(c+'a'-'A')) * fnvPrime
		i++
	}
	for i < len(text) && classes[text[i]] == lower {
		hash = (hash ^ uint64(text[i])) * fnvPrime
		i++
	}
	if i == len(text) || classes[text[i]] < lower {
		s.word(hash, text[start:i], start) // a plain word, as most
		return i
	}
	return s.compound(text, start)
}

// compound scans a run that may have parts. It is one word, and each part of it
// is one: camelCase, HTTPServer, sha256.
func (s *scanner) compound(text string, i int) int {
	start, first := i, s.pos
	whole := uint64(fnvOffset)
	p := piece{from: i, hash: fnvOffset}
	for i < len(text) {
		c, k, n := text[i], classes[text[i]], 1
		if k < lower {
			break
		}
		var r rune
		if k == wide {
			if r, n = utf8.DecodeRuneInString(text[i:]); !isWordRune(r) {
				break
			}
			if k = lower; unicode.IsUpper(r) {
				k = upper
			}
		}
		if k != p.last && p.last != other {
			if cut := p.ends(text, i, k); cut == i {
				s.word(p.hash, text[p.from:cut], p.from)
				p = piece{from: cut, hash: fnvOffset}
			} else if cut > 0 { // the last capital begins the new part
				s.word(p.before, text[p.from:cut], p.from)
				p = piece{from: cut, hash: hashWord(text[cut:i])}
			}
		}
		if k == upper {
			p.capitals++
			p.before = p.hash
			c += 'a' - 'A'
		}
		if r == 0 {
			whole = (whole ^ uint64(c)) * fnvPrime
			p.hash = (p.hash ^ uint64(c)) * fnvPrime
		} else {
			whole, p.hash = hashRune(whole, r), hashRune(p.hash, r)
		}
		p.last = k
		i += n
	}
	if word := singular(text[p.from:i]); p.from+len(word) < i {
		s.word(p.before2, word, p.from)
	} else {
		s.word(p.hash, word, p.from)
	}
	if p.from > start && i-start <= maxWord {
		s.note(whole, text[start:i], start, first)
	}
	return i
}

// piece is the part of a run that is being scanned.
type piece struct {
	from     int
	hash     uint64
	last     uint8  // class of the last character
	capitals int    // it has so many, from its beginning
	before   uint64 // the hash without its last capital
	before2  uint64 // the hash without the s of a plural
}

// ends returns where the part ends when a character of class k stands at i: at
// i, before the capital just before i, or 0 when it goes on.
func (p *piece) ends(text string, i int, k uint8) int {
	if p.last != upper || k != lower {
		return i
	}
	switch {
	case p.capitals < 2: // Word
		return 0
	case p.from+p.capitals == i && text[i] == 's' && (i+1 == len(text) || classes[text[i+1]] < lower):
		p.before2 = p.hash
		return 0 // GPUs
	}
	_, n := utf8.DecodeLastRuneInString(text[:i])
	return i - n // HTTP|Server
}

func hashWord(word string) uint64 {
	h := uint64(fnvOffset)
	for _, r := range word {
		h = hashRune(h, r)
	}
	return h
}

func hashRune(h uint64, r rune) uint64 {
	var buf [utf8.UTFMax]byte
	for _, b := range buf[:utf8.EncodeRune(buf[:], unicode.ToLower(r))] {
		h = (h ^ uint64(b)) * fnvPrime
	}
	return h
}
