package objectives

import (
	"strings"

	"github.com/dossier-report/dossier/evidence"
)

// condition names what a rule asks for.
type condition uint8

const (
	none condition = iota
	ofKind
	ofVerb
	ofOwner
	ofRole
	ofRelation
	ofPlace
	ofLabel
	ofPath
	ofOnlyPaths
	ofLink
	ofWords
	ofWith
	ofLength
	ofBrevity
	ofShape
	ofNot
	ofRoutine
)

// verdict is what a rule says about an item.
type verdict uint8

const (
	no verdict = iota
	near
	holds
)

// The places of evidence beyond the fields that words are looked for in.
const (
	atLinks = fieldCount + iota
	atPeople
	atPlace
	atKind
)

// fieldNames are the names of all places of evidence, for [Reason.Field].
var fieldNames = [...]string{"title", "text", "acts", "labels", "paths", "links", "people", "place", "kind"}

// facts are what rules ask about an item as a whole.
type facts struct {
	kind    uint32
	verbs   uint32
	own     bool
	routine string // why it is a bot's routine; "" when it is not
	shapes  uint8  // of what the person wrote, when any rule asks
}

func (m *Mapper) facts(it *evidence.Item) facts {
	f := facts{kind: kindBit(it.Kind), own: it.Own(), routine: routine(it)}
	for i := range it.Acts {
		f.verbs |= verbBit(it.Acts[i].Verb)
	}
	if m.shaped {
		f.shapes = shapesOf(it)
	}
	return f
}

// judgement gathers the conditions of one rule.
type judgement struct {
	failed  int
	missing condition
	told    bool // something telling holds
	where   hitAt
}

// check notes whether a condition holds.
func (j *judgement) check(c condition, ok bool) {
	if !ok {
		j.failed++
		j.missing = c
	}
}

// tell notes whether a telling condition holds, and where; the last that is
// told is what the reason shows.
func (j *judgement) tell(c condition, at hitAt, ok bool) {
	j.check(c, ok)
	if ok {
		j.told = true
		j.where = at
	}
}

// judge says whether a rule holds for the item, and where its words stand.
func (m *Mapper) judge(n int, it *evidence.Item, f *facts) (mark, verdict) {
	r, t := &m.rules[n], m.tallies[n]
	if t.epoch != m.scan.epoch {
		t = tally{}
	}
	j := judgement{where: hitAt{field: atKind}}
	j.check(ofKind, r.kinds == 0 || r.kinds&f.kind != 0)
	j.check(ofVerb, r.verbs == 0 || r.verbs&f.verbs != 0)
	j.check(ofOwner, r.Own == nil || *r.Own == f.own)
	j.check(ofNot, t.forbids == 0)
	j.check(ofWith, len(r.With) == 0 || t.with)
	j.check(ofRoutine, r.Bots || f.routine == "")
	j.check(ofLength, r.MinWords == 0 || m.proseIn(r.fields) >= r.MinWords)
	j.check(ofBrevity, r.MaxWords == 0 || m.proseIn(r.fields) <= r.MaxWords)
	j.check(ofShape, r.shapes == 0 || r.shapes&f.shapes != 0)
	if j.failed > 1 || j.failed > 0 && r.against {
		return mark{}, no
	}
	m.judgeNames(&j, r, it, f)
	if r.worded {
		j.tell(ofWords, t.where, t.words > 0)
	}
	mk := mark{rule: int32(n), where: j.where}
	switch {
	case j.failed == 0:
		mk.value = m.share(r, t)
		return mk, holds
	case j.failed == 1 && j.told && !r.against:
		mk.missing, mk.detail = j.missing, t.forbids-1
		return mk, near
	}
	return mark{}, no
}

// share is how much of a rule's weight its words earn; see the package comment.
func (m *Mapper) share(r *rule, t tally) float64 {
	if !r.worded || t.where.field == inTitle {
		return 1
	}
	rest := 1.0
	for range min(t.words, 16) { // 0.3¹⁶ is nothing
		rest *= 0.3
	}
	return 1 - rest
}

func (m *Mapper) proseIn(fields uint8) int {
	n := int32(0)
	for f, words := range m.scan.prose {
		if fields&(1<<f) != 0 {
			n += words
		}
	}
	return int(n)
}

// judgeNames checks the conditions on people, places, labels, paths and links.
func (m *Mapper) judgeNames(j *judgement, r *rule, it *evidence.Item, f *facts) {
	if len(r.Places) > 0 {
		j.tell(ofPlace, hitAt{field: atPlace}, r.placed(it.Place))
	}
	if len(r.Roles) > 0 || len(r.Relations) > 0 {
		m.judgePeople(j, r, it, f)
	}
	if len(r.Labels) > 0 {
		i := indexGlob(r.Labels, it.Labels)
		j.tell(ofLabel, hitAt{inLabels, span{index: int32(i)}}, i >= 0)
	}
	if len(r.inLinks) > 0 {
		at, ok := m.findLink(r.inLinks, it)
		j.tell(ofLink, at, ok)
	}
	if len(r.OnlyPaths) > 0 {
		all := len(it.Paths) > 0
		for _, p := range it.Paths {
			all = all && anyGlob(r.OnlyPaths, p)
		}
		j.tell(ofOnlyPaths, hitAt{inPaths, span{}}, all)
	}
	if len(r.Paths) > 0 {
		i := indexGlob(r.Paths, it.Paths)
		j.tell(ofPath, hitAt{inPaths, span{index: int32(i)}}, i >= 0)
	}
}

// placed reports whether a place is one of the rule's. Items of one place come
// one after another, so the last answer is kept.
func (r *rule) placed(place string) bool {
	if place != r.place || place == "" {
		r.place, r.inPlace = place, anyGlob(r.Places, place)
	}
	return r.inPlace
}

func anyGlob(globs []string, name string) bool {
	for _, g := range globs {
		if matchGlob(g, name) {
			return true
		}
	}
	return false
}

// indexGlob returns the first name that a glob matches, or -1.
func indexGlob(globs, names []string) int {
	for i, n := range names {
		if anyGlob(globs, n) {
			return i
		}
	}
	return -1
}

// findLink looks among the item's links and the addresses in its prose.
func (m *Mapper) findLink(globs []string, it *evidence.Item) (hitAt, bool) {
	for i, l := range it.Links {
		if anyGlob(globs, address(l)) {
			return hitAt{atLinks, span{index: int32(i)}}, true
		}
	}
	for _, l := range m.scan.links {
		if anyGlob(globs, address(fieldOf(it, l)[l.from:l.to])) {
			return l, true
		}
	}
	return hitAt{}, false
}

// judgePeople looks for one other person with a role and a relation that the
// rule names.
func (m *Mapper) judgePeople(j *judgement, r *rule, it *evidence.Item, f *facts) {
	var role, relation bool
	check := func(i int, who evidence.Participant) bool {
		a := len(r.Roles) == 0 || containsFold(r.Roles, who.Role)
		b := len(r.Relations) == 0 || containsFold(r.Relations, m.people.relation(it.Source, who.Person))
		role, relation = role || a, relation || b
		if a && b {
			j.tell(ofRole, hitAt{atPeople, span{index: int32(i)}}, true)
		}
		return a && b
	}
	if it.Author != nil && !f.own && check(-1, evidence.Participant{Person: *it.Author, Role: "author"}) {
		return
	}
	for i, p := range it.People {
		if check(i, p) {
			return
		}
	}
	// Half of the condition is enough for a miss that can be told.
	switch {
	case role && len(r.Roles) > 0 || !relation && len(r.Roles) == 0:
		j.check(ofRelation, false)
	case relation && len(r.Relations) > 0 || len(r.Relations) == 0:
		j.check(ofRole, false)
	default:
		j.check(ofRole, false)
		j.check(ofRelation, false)
	}
}

func containsFold(names []string, name string) bool {
	for _, n := range names {
		if strings.EqualFold(n, name) {
			return true
		}
	}
	return false
}

// colleagues answers what somebody is to the person, once for each name.
type colleagues struct {
	people evidence.People
	known  map[colleague]string
}

type colleague struct {
	source string
	person evidence.Person
}

func newColleagues(people evidence.People) colleagues {
	return colleagues{people: people, known: map[colleague]string{}}
}

func (c *colleagues) relation(source string, p evidence.Person) string {
	if len(c.people) == 0 {
		return ""
	}
	key := colleague{source, p}
	rel, ok := c.known[key]
	if !ok {
		id, _ := c.people.Find(source, p)
		rel = id.Relation
		c.known[key] = rel
	}
	return rel
}
