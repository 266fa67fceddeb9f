package calendar

import (
	"regexp"
	"strings"
	"unicode"

	"github.com/dossier-report/dossier/evidence"
)

// guest is somebody whom an event names, as it names them.
type guest struct {
	evidence.Person
	role   string // attendee or organizer
	status string // PARTSTAT in capitals
}

// The parts that another person can have in a meeting.
const (
	attendee  = "attendee"
	organizer = "organizer"
	// named is somebody whom only the title names: "1:1 Ana / Robin".
	named = "named in the title"
)

// circle is the person and the colleagues that the configuration names.
type circle struct {
	self   evidence.Identity
	people evidence.People
	all    bool // keep everybody
	names  []called
}

// called is a colleague by the words that a title may name them by.
type called struct {
	full, first string // folded; first is empty where two share it
	id          evidence.Identity
}

func newCircle(self evidence.Identity, people evidence.People, all bool) *circle {
	c := &circle{self: self, people: people, all: all}
	count := map[string]int{}
	for _, p := range append(evidence.People{self}, people...) {
		first, _, _ := strings.Cut(fold(p.Name), " ")
		count[first]++
	}
	for _, p := range people {
		n := called{full: fold(p.Name), id: p}
		n.first, _, _ = strings.Cut(n.full, " ")
		if len(n.first) < 3 || count[n.first] > 1 {
			n.first = ""
		}
		if n.full != "" {
			c.names = append(c.names, n)
		}
	}
	return c
}

// me reports whether somebody is the person.
func (c *circle) me(p evidence.Person) bool { return c.self.Is("calendar", natural(p)) }

// natural turns "Vale, Robin" around and takes what is not part of a name off.
func natural(p evidence.Person) evidence.Person {
	name, _, _ := strings.Cut(p.Name, " (")
	if last, first, ok := strings.Cut(name, ", "); ok && !strings.Contains(first, ",") {
		name = strings.TrimSpace(first) + " " + strings.TrimSpace(last)
	}
	p.Name = strings.Trim(name, `"' `)
	return p
}

// maxPeople bounds the names that are kept of an event.
const maxPeople = 200

// seat notes what the guests of an event mean: what the person answered, who
// else was there, and who of them is kept.
func (c *circle) seat(e *event, guests []guest) {
	listed := map[string]bool{}
	for _, g := range guests {
		if c.me(g.Person) {
			c.answer(e, g)
			continue
		}
		key := strings.ToLower(g.Email)
		if key == "" {
			key = fold(g.Name)
		}
		if key == "" || listed[key] || g.status == "DECLINED" {
			continue
		}
		listed[key] = true
		e.others++
		c.add(e, g)
	}
}

func (c *circle) answer(e *event, g guest) {
	if g.role == organizer {
		e.organized = true
		return
	}
	switch g.status {
	case "DECLINED", "DELEGATED":
		if e.no == "" {
			e.no = declined
		}
	case "ACCEPTED", "COMPLETED":
		e.accepted = true
	case "TENTATIVE":
		e.tentative = true
	case "NEEDS-ACTION":
		e.unanswered = true
	}
}

// add keeps somebody who is a colleague of the configuration, or everybody.
func (c *circle) add(e *event, g guest) {
	id, known := c.people.Find("calendar", natural(g.Person))
	if !known && !c.all || len(e.people) >= maxPeople {
		return
	}
	p := g.Person
	if known {
		p.Name = id.Name
	}
	for _, have := range e.people {
		if have.Person == p {
			return
		}
	}
	e.people = append(e.people, evidence.Participant{Person: p, Role: g.role})
}

// pairing recognises titles of meetings of two, which often name the other one.
var pairing = regexp.MustCompile(`(?i)\b(1 ?(?::|-|/| on |-on-|on) ?1s?|one[- ]on[- ]ones?|1o1|121|o3|pair(ing|ed)?|mentor(ing|ship)?|coaching|shadowing|catch[- ]?up|onboarding|sync with|chat with|call with|coffee with|with)\b|<>|<->| / | x | & `)

// recognise finds colleagues in the title of an event that lists nobody else: by
// their full name, or by a first name that only one of them has where the title
// is that of a meeting of two.
func (c *circle) recognise(e *event) {
	if e.others > 0 || e.title == "" || len(c.names) == 0 {
		return
	}
	title := fold(e.title)
	pair := pairing.MatchString(title)
	found := 0
	for _, n := range c.names {
		if !word(title, n.full) && (!pair || !word(title, n.first)) {
			continue
		}
		found++
		p := evidence.Person{Name: n.id.Name}
		if len(n.id.Emails) > 0 {
			p.Email = n.id.Emails[0]
		}
		e.people = append(e.people, evidence.Participant{Person: p, Role: named})
	}
	if found == 1 && pair {
		e.others = 1
	}
}

// word reports whether w stands in s by itself.
func word(s, w string) bool {
	if w == "" {
		return false
	}
	for at := 0; ; {
		i := strings.Index(s[at:], w)
		if i < 0 {
			return false
		}
		i += at
		before, after := []rune(s[:i]), []rune(s[i+len(w):])
		if (len(before) == 0 || !unicode.IsLetter(before[len(before)-1])) && (len(after) == 0 || !unicode.IsLetter(after[0])) {
			return true
		}
		at = i + len(w)
	}
}
