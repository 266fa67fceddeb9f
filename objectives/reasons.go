package objectives

import (
	"fmt"
	"strings"
	"unicode/utf8"

	"github.com/dossier-report/dossier/evidence"
)

// match writes out a verdict from what was kept when it was made.
func (m *Mapping) match(item, objective int) Match {
	o, c := &m.objectives[objective], m.cell(item, objective)
	return Match{
		Item:      m.items[item].ID,
		Objective: o.ID,
		Score:     c.score,
		Threshold: o.Least(),
		Reasons:   m.reasons(item, c.marks[:c.reasons]),
		Misses:    m.reasons(item, c.marks[c.reasons:]),
		Decision:  c.decision,
	}
}

func (m *Mapping) reasons(item int, marks []mark) []Reason {
	var rs []Reason
	it := m.items[item]
	for _, mk := range marks {
		if mk.rule < 0 {
			rs = append(rs, m.extra(mk))
			continue
		}
		rs = append(rs, Reason{
			Rule:         m.rules[mk.rule].Name,
			Competency:   m.rules[mk.rule].competency,
			Field:        fieldNames[mk.where.field],
			Excerpt:      excerpt(fieldOf(it, mk.where), int(mk.where.from), int(mk.where.to)),
			Contribution: mk.contribution,
			Missing:      m.missing(item, mk),
		})
	}
	return rs
}

// fieldOf returns the field of an item that holds a place.
func fieldOf(it *evidence.Item, at hitAt) string {
	switch at.field {
	case inTitle:
		return it.Title
	case inText:
		return it.Text
	case inActs:
		return it.Acts[at.index].Text
	case inLabels:
		return it.Labels[at.index]
	case inPaths:
		return it.Paths[at.index]
	case atLinks:
		return it.Links[at.index]
	case atPeople:
		if at.index < 0 {
			return nameOf(*it.Author)
		}
		return nameOf(it.People[at.index].Person)
	case atPlace:
		return it.Place
	}
	return string(it.Kind)
}

func nameOf(p evidence.Person) string {
	for _, s := range []string{p.Name, p.Login} {
		if s != "" {
			return s
		}
	}
	return p.Email
}

// surroundings is how many bytes of context an excerpt has on either side.
const surroundings = 48

// excerpt cuts text[from:to] with its surroundings, between words; all of the
// text when from and to are 0.
func excerpt(text string, from, to int) string {
	if to == 0 {
		from, to = 0, min(len(text), 2*surroundings)
	}
	a, b := max(0, from-surroundings), min(len(text), to+surroundings)
	if a > 0 {
		if n := strings.IndexAny(text[a:from], " \n\t"); n >= 0 {
			a += n + 1
		} else {
			a = from
		}
	}
	if b < len(text) {
		if n := strings.LastIndexAny(text[to:b], " \n\t"); n >= 0 {
			b = to + n
		} else {
			b = to
		}
	}
	for a > 0 && !utf8.RuneStart(text[a]) {
		a--
	}
	for b < len(text) && !utf8.RuneStart(text[b]) {
		b++
	}
	return strings.TrimSpace(text[a:b])
}

// missing says which condition a miss lacks.
func (m *Mapping) missing(item int, mk mark) string {
	r, it := &m.rules[mk.rule], m.items[item]
	switch mk.missing {
	case ofKind:
		return fmt.Sprintf("kind is %s, not %s", it.Kind, either(r.Kinds))
	case ofVerb:
		return fmt.Sprintf("none of the acts is %s", either(r.Verbs))
	case ofOwner:
		if *r.Own {
			return "the item is somebody else's"
		}
		return "the item is the person's own"
	case ofRole:
		return fmt.Sprintf("nobody else is %s", either(r.Roles))
	case ofRelation:
		return fmt.Sprintf("nobody else is %s to the person", either(r.Relations))
	case ofPlace:
		return fmt.Sprintf("place is %q, not %s", it.Place, either(r.Places))
	case ofLabel:
		return fmt.Sprintf("no label is %s", either(r.Labels))
	case ofPath:
		return fmt.Sprintf("no path is %s", either(r.Paths))
	case ofOnlyPaths:
		return fmt.Sprintf("other files are changed than %s", either(r.OnlyPaths))
	case ofLink:
		return fmt.Sprintf("no link is %s", either(r.Links))
	case ofWords:
		return fmt.Sprintf("none of its words occurs: %s", either(r.Words))
	case ofWith:
		return fmt.Sprintf("none of these occurs as well: %s", either(r.With))
	case ofLength:
		return fmt.Sprintf("fewer than %d words of prose", r.MinWords)
	case ofBrevity:
		return fmt.Sprintf("more than %d words of prose", r.MaxWords)
	case ofShape:
		return fmt.Sprintf("what the person wrote has no %s", either(r.Shapes))
	case ofNot:
		return fmt.Sprintf("forbidden by %q", m.patterns[mk.detail])
	case ofRoutine:
		return "a bot's routine: " + m.routine[item]
	}
	return ""
}

// either joins alternatives, the first few of them.
func either[S ~string](ss []S) string {
	const most = 6
	var b strings.Builder
	for i, s := range ss {
		switch {
		case i == most:
			fmt.Fprintf(&b, " or %d more", len(ss)-most)
			return b.String()
		case i > 0 && i == len(ss)-1:
			b.WriteString(" or ")
		case i > 0:
			b.WriteString(", ")
		}
		b.WriteString(string(s))
	}
	return b.String()
}
