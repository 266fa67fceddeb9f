package objectives

import (
	"cmp"
	"math"
	"slices"
	"strings"
	"sync"
)

// Asks returns the competencies that an objective asks for: those that it
// names, else, when it has no rules either, those of its statement.
func (o *Objective) Asks() []CompetencyWeight {
	if len(o.Competencies) > 0 || len(o.Rules) > 0 {
		return o.Competencies
	}
	var ws []CompetencyWeight
	for _, r := range Resolve(cmp.Or(o.Statement, o.Title)) {
		ws = append(ws, CompetencyWeight{r.Competency, r.Weight})
	}
	return ws
}

// Resolved returns what the objective asks for, as it is shown to a person: with
// the words of the statement that say so where it names no competencies itself.
func (o *Objective) Resolved() []Resolved {
	if len(o.Competencies) == 0 && len(o.Rules) == 0 {
		return Resolve(cmp.Or(o.Statement, o.Title))
	}
	var rs []Resolved
	for _, w := range o.Competencies {
		r := Resolved{Competency: w.ID, Weight: w.Share()}
		if c := findCompetency(w.ID); c != nil {
			r.Title = c.Title
		}
		rs = append(rs, r)
	}
	return rs
}

// Resolved is a competency that a statement asks for, and the words that say so.
type Resolved struct {
	Competency string   `json:"competency"` // id
	Title      string   `json:"title"`
	Weight     float64  `json:"weight"` // 1, or supporting when the statement says it in passing
	Words      []string `json:"words"`  // of the statement, the most telling first
}

// supporting is the weight of a competency that a statement names in passing:
// too little to count alone.
const supporting = 0.4

// How near to the best competency of a part of the statement another must come.
const (
	nearEnough = 0.75 // to be one of those that it asks for
	inPassing  = 0.5
	leastSaid  = 4.0 // score of one word that few competencies have among their cues
)

// Resolve returns the competencies that a statement in one's own words asks for,
// the most asked for first; none when it says nothing that the catalogue knows.
//
// Each part between semicolons or full stops is resolved by itself. A
// competency's score is the sum over the words that the part shares with it of
// how much the competency is about them (its cues before its title, description
// and signals) times how few competencies share them (their inverse document
// frequency over the catalogue). What follows "from", "by", "with" and the like
// counts less: it says where or how, not what.
func Resolve(statement string) []Resolved {
	ix := cueIndex()
	var out []Resolved
	for _, part := range strings.FieldsFunc(statement, func(r rune) bool { return strings.ContainsRune(";.\n", r) }) {
		ix.resolvePart(part, &out)
	}
	slices.SortStableFunc(out, func(a, b Resolved) int { return cmp.Compare(b.Weight, a.Weight) })
	return out
}

// resolvePart adds what a part of a statement asks for.
func (ix *cues) resolvePart(part string, out *[]Resolved) {
	type said struct {
		score float64
		words map[string]float64
	}
	found := make([]said, len(ix.competencies))
	for _, w := range statementWords(part) {
		df := 0.0
		for _, terms := range ix.terms {
			if terms[w.stem] >= 1 {
				df++
			}
		}
		idf := math.Log((float64(len(ix.terms)) + 1) / (df + 0.5))
		for c, terms := range ix.terms {
			if about := terms[w.stem] * idf * w.weight; about > 0 {
				if found[c].words == nil {
					found[c].words = map[string]float64{}
				}
				if about > found[c].words[w.text] { // the same word twice says no more
					found[c].score += about - found[c].words[w.text]
					found[c].words[w.text] = about
				}
			}
		}
	}
	best := 0.0
	for _, f := range found {
		best = max(best, f.score)
	}
	if best < leastSaid {
		return
	}
	for c, f := range found {
		if f.score < best*inPassing || f.score < leastSaid {
			continue
		}
		r := Resolved{Competency: ix.competencies[c].ID, Title: ix.competencies[c].Title, Weight: supporting}
		if f.score >= best*nearEnough {
			r.Weight = 1
		}
		for w := range f.words {
			r.Words = append(r.Words, w)
		}
		slices.SortFunc(r.Words, func(a, b string) int { return cmp.Or(cmp.Compare(f.words[b], f.words[a]), cmp.Compare(a, b)) })
		join(out, r)
		for _, id := range ix.competencies[c].Includes {
			if inc := findCompetency(id); inc != nil {
				join(out, Resolved{Competency: id, Title: inc.Title, Weight: r.Weight, Words: []string{"part of " + r.Competency}})
			}
		}
	}
}

// join adds what a part asks for to what others do.
func join(out *[]Resolved, r Resolved) {
	i := slices.IndexFunc(*out, func(o Resolved) bool { return o.Competency == r.Competency })
	if i < 0 {
		*out = append(*out, r)
		return
	}
	o := &(*out)[i]
	o.Weight = max(o.Weight, r.Weight)
	for _, w := range r.Words {
		if !slices.Contains(o.Words, w) {
			o.Words = append(o.Words, w)
		}
	}
}

// statementWord is a word of a statement, or two that stand together.
type statementWord struct {
	text, stem string
	weight     float64
}

// Words of a statement that say nothing of what it asks for.
var (
	functionWords = set(`a an the and or of to in on for at by with from as is are be been being it its this that these those their them they
		his her our my your me i we you all any each other others more most very both own such than then so into over per via not no`)
	emptyWords = set(`new
		team teams member members work working works technical technically skill skills ability abilities good great strong high level
		way ways able make makes making use using used help helping time times result results project projects daily challenge challenges
		input inputs large complex latest existing concrete solution solutions fast understand understanding show demonstrate`)
	// What one does in every objective.
	lightVerbs = set(`leading contributing providing showing taking developing building conducting improving driving supporting exploring
		proposing creating tackle delivering ensuring increasing becoming being doing giving getting setting keeping promoting growing`)
	// What follows says where, whence or how.
	sideWords = set(`from using by through via with within across alongside based`)
)

func set(words string) map[string]bool {
	m := map[string]bool{}
	for _, w := range strings.Fields(words) {
		m[w] = true
	}
	return m
}

// statementWords splits a part of a statement. Two words that stand together are
// one more word, which says more than each.
func statementWords(part string) []statementWord {
	var ws []statementWord
	weight, before := 1.0, statementWord{}
	for _, text := range strings.FieldsFunc(part, func(r rune) bool { return !isWordRune(r) }) {
		word := fold(singular(text))
		if sideWords[word] {
			weight = 0.25
		}
		w := statementWord{text: fold(text), stem: stem(word), weight: weight}
		if functionWords[word] {
			before = statementWord{}
			continue
		}
		if before.stem != "" {
			ws = append(ws, statementWord{before.text + " " + w.text, before.stem + " " + w.stem, weight * 1.5})
		}
		before = w
		switch {
		case emptyWords[word]:
			continue
		case lightVerbs[word]:
			w.weight *= 0.3
		}
		ws = append(ws, w)
	}
	return ws
}

// cues are the words of the catalogue by competency: how much it is about them.
type cues struct {
	competencies []Competency
	terms        []map[string]float64
}

// How much a competency is about a word, by where the catalogue has it.
const (
	inCue         = 3.0
	inTitleOfIt   = 2.5
	inDescription = 1.0
	inSignal      = 0.25
)

var cueIndex = sync.OnceValue(func() *cues {
	ix := &cues{competencies: shipped()}
	for i := range ix.competencies {
		c := &ix.competencies[i]
		terms := map[string]float64{}
		about := func(text string, weight float64) {
			for _, w := range statementWords(text) {
				if w.weight >= 0.3 {
					terms[w.stem] = max(terms[w.stem], weight)
				}
			}
		}
		about(c.Title, inTitleOfIt)
		about(c.Description, inDescription)
		for _, cue := range c.Cues {
			parts, err := parsePhrase(cue)
			if err != nil {
				continue
			}
			if len(parts) == 1 {
				terms[parts[0]] = max(terms[parts[0]], inCue)
			}
			for k := 1; k < len(parts); k++ {
				pair := parts[k-1] + " " + parts[k]
				terms[pair] = max(terms[pair], inCue)
			}
		}
		for _, s := range c.Signals {
			if s.Odds <= 0 {
				continue
			}
			for _, phrase := range s.Words {
				if parts, err := parsePhrase(phrase); err == nil && len(parts) == 1 {
					terms[parts[0]] = max(terms[parts[0]], inSignal)
				}
			}
		}
		ix.terms = append(ix.terms, terms)
	}
	return ix
})
