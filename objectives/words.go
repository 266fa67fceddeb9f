package objectives

import (
	"fmt"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/blevesearch/snowballstem"
	"github.com/blevesearch/snowballstem/english"
)

// maxWord is the longest run of letters and digits, in bytes, that is a word;
// longer ones are hashes and encoded bytes.
const maxWord = 64

// maxPhrase is how many words a phrase may have.
const maxPhrase = 8

// stem returns the English stem of a word in lower case (Snowball's English
// stemmer, the successor of Porter's).
func stem(word string) string {
	env := snowballstem.NewEnv(word)
	english.Stem(env)
	return env.Current()
}

// The vocabulary is every word and phrase of all rules, compiled so that one
// pass over a text finds them all.
type vocabulary struct {
	// ids numbers what the patterns are made of: stems, and forms that must
	// stand as they are, under "=form". 0 is no id.
	ids      map[string]int32
	single   []int32   // by id: 1 + the pattern that is this word alone; 0 for none
	ends     [][]int32 // by id: the longer patterns that end with it
	patterns [][]int32 // a pattern is a sequence of ids

	byName map[string]int32 // patterns that were added before
	names  []string         // patterns as they were first written
	every  map[int32]bool   // patterns of which every occurrence is kept, not only the first

	// seen caches what a word's ids are, so that each different word is
	// stemmed once and not once a token.
	seen wordTable
}

func newVocabulary() *vocabulary {
	v := &vocabulary{ids: map[string]int32{}, ends: [][]int32{nil}, single: []int32{0}, byName: map[string]int32{}, every: map[int32]bool{}}
	v.seen.reset()
	return v
}

// add compiles a word or phrase and returns its number; the same pattern keeps
// its number.
func (v *vocabulary) add(phrase string) (int32, error) {
	parts, err := parsePhrase(phrase)
	if err != nil {
		return 0, err
	}
	name := strings.Join(parts, " ")
	if n, ok := v.byName[name]; ok {
		return n, nil
	}
	n := int32(len(v.patterns))
	seq := make([]int32, len(parts))
	for i, p := range parts {
		id, ok := v.ids[p]
		if !ok {
			id = int32(len(v.ends))
			v.ids[p] = id
			v.ends = append(v.ends, nil)
			v.single = append(v.single, 0)
		}
		seq[i] = id
	}
	if last := seq[len(seq)-1]; len(seq) == 1 {
		v.single[last] = n + 1
	} else {
		v.ends[last] = append(v.ends[last], n)
	}
	v.patterns = append(v.patterns, seq)
	v.byName[name] = n
	v.names = append(v.names, phrase)
	return n, nil
}

// follow asks that every occurrence of these phrases is kept.
func (v *vocabulary) follow(lists ...[]string) {
	for _, l := range lists {
		for _, phrase := range l {
			if n, err := v.add(phrase); err == nil {
				v.every[n] = true
			}
		}
	}
}

// top is how many patterns there are.
func (v *vocabulary) top() int { return len(v.patterns) }

// parsePhrase splits a pattern into stems and "=form"s.
func parsePhrase(phrase string) ([]string, error) {
	var parts []string
	exact := false
	for i := 0; i < len(phrase); {
		r, n := utf8.DecodeRuneInString(phrase[i:])
		if !isWordRune(r) {
			exact = r == '='
			i += n
			continue
		}
		end := i
		for end < len(phrase) {
			r, n := utf8.DecodeRuneInString(phrase[end:])
			if !isWordRune(r) {
				break
			}
			end += n
		}
		word := fold(singular(phrase[i:end]))
		if end-i > maxWord {
			return nil, fmt.Errorf("%q has a word of more than %d bytes", phrase, maxWord)
		}
		if exact {
			parts = append(parts, "="+word)
		} else {
			parts = append(parts, stem(word))
		}
		exact = false
		i = end
	}
	switch {
	case len(parts) == 0:
		return nil, fmt.Errorf("%q has no letter or digit", phrase)
	case len(parts) > maxPhrase:
		return nil, fmt.Errorf("%q has more than %d words", phrase, maxPhrase)
	}
	return parts, nil
}

// fold returns a word in the form in which words are compared.
func fold(word string) string { return strings.Map(unicode.ToLower, word) }

func isWordRune(r rune) bool {
	if r < utf8.RuneSelf {
		return classes[r] == lower || classes[r] == upper || classes[r] == digit
	}
	return unicode.IsLetter(r) || unicode.IsDigit(r) || unicode.IsMark(r)
}

// singular strips the plural of an acronym: GPUs, VAEs. The stemmer would not
// see it, since "gpus" ends like "status".
func singular(word string) string {
	n := len(word) - 1
	if n < 2 || word[n] != 's' {
		return word
	}
	for i := range n {
		if classes[word[i]] != upper {
			return word
		}
	}
	return word[:n]
}

// wordIDs are the ids of a word: as its stem and as its exact form, 0 where no
// rule asks for it.
type wordIDs struct {
	stem, exact int32
	word        string // as it was hashed
}

// wordTable is a hash table from words to their ids with open addressing. The
// hash is computed while the word is scanned. Most words are in no rule; a
// slot alone, of 16 bytes, says so.
type wordTable struct {
	slots []wordSlot
	known []wordIDs // known[0] is "in no rule"
	used  int
}

type wordSlot struct {
	hash uint64 // 0 when the slot is free; no word is taken to hash to it
	at   int32  // in known
}

// maxSeen bounds the table. Foreign text can hold any number of different
// words; when the table is full it is emptied, which changes nothing but time.
const maxSeen = 1 << 17

func (t *wordTable) reset() {
	t.slots = make([]wordSlot, 1<<12)
	t.known = append(t.known[:0], wordIDs{})
	t.used = 0
}

// find returns the slot of a hash: its own, or the free one where it belongs.
func (t *wordTable) find(hash uint64) *wordSlot {
	mask := uint64(len(t.slots) - 1)
	for i := (hash ^ hash>>29) & mask; ; i = (i + 1) & mask {
		if s := &t.slots[i]; s.hash == hash || s.hash == 0 {
			return s
		}
	}
}

// put fills the slot of a hash that is not yet in the table.
func (t *wordTable) put(hash uint64, ids wordIDs) int32 {
	if t.used >= maxSeen {
		t.reset()
	}
	if t.used*2 >= len(t.slots) {
		old := t.slots
		t.slots = make([]wordSlot, 2*len(old))
		for _, s := range old {
			if s.hash != 0 {
				*t.find(s.hash) = s
			}
		}
	}
	at := int32(0)
	if ids.stem != 0 || ids.exact != 0 {
		at = int32(len(t.known))
		t.known = append(t.known, ids)
	}
	*t.find(hash) = wordSlot{hash: hash, at: at}
	t.used++
	return at
}

// at returns the place in known of the word that hashes to hash, -1 when the
// table does not have it.
func (t *wordTable) at(hash uint64) int32 {
	if s := t.find(hash); s.hash == hash {
		return s.at
	}
	return -1
}

// look returns the ids of a word whose place is at, stemming it the first time
// that it is seen.
func (v *vocabulary) look(at int32, hash uint64, word string) wordIDs {
	if at < 0 {
		at = v.seen.put(hash, v.learn(word))
	}
	if at == 0 {
		return wordIDs{}
	}
	ids := v.seen.known[at]
	if !sameFolded(ids.word, word) {
		return v.learn(word) // two words with one hash
	}
	return ids
}

func (v *vocabulary) learn(word string) wordIDs {
	if len(word) > maxWord {
		return wordIDs{}
	}
	w := fold(word)
	return wordIDs{stem: v.ids[stem(w)], exact: v.ids["="+w], word: w}
}

// sameFolded reports whether word, as it stands in a text, folds to folded.
func sameFolded(folded, word string) bool {
	if len(folded) == len(word) {
		for i := 0; ; i++ {
			if i == len(word) {
				return true
			}
			if lowerASCII(word[i]) != folded[i] {
				break
			}
		}
	}
	return fold(word) == folded
}
