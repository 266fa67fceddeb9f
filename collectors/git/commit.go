package git

import (
	"bytes"
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/dossier-report/dossier/evidence"
)

// part is what the person did in a commit.
type part int

const (
	none part = iota
	authored
	coauthored
	merged   // made the merge, or committed and signed off somebody else's commit
	reviewed // is named as reviewer
)

// commit is a commit that counts.
type commit struct {
	id       string
	parents  []string
	part     part
	author   evidence.Person
	others   []evidence.Participant
	written  time.Time // author's date, or what stands in for it
	recorded time.Time // committer's date; zero where it is impossible
	odd      string    // what is wrong with the dates
	long     bool      // something was cut
	message  message
	landed   bool // reachable from the default branch
	raw      string
	change   change

	figures    []evidence.Figure // what an experiment gave
	parameters string            // what was changed for it, in words
}

// earliest is when version control began: dates before it, above all the zero of
// the clock, say that nobody knew.
var earliest = time.Date(1980, 1, 1, 0, 0, 0, 0, time.UTC)

// reading is what is needed to tell whether a record counts.
type reading struct {
	self   identity
	period evidence.Period
	now    time.Time
	known  map[string]bool // addresses that were looked at: a clone has few
}

func newReading(self identity, p evidence.Period, now time.Time) *reading {
	return &reading{self: self, period: p, now: now, known: make(map[string]bool)}
}

// is reports whether an address is the person's, quickly.
func (rd *reading) is(addr []byte) bool {
	yes, ok := rd.known[string(addr)]
	if !ok {
		yes = rd.self.is(string(addr))
		if len(rd.known) < 1<<16 {
			rd.known[string(addr)] = yes
		}
	}
	return yes
}

// commit returns the commit of a record in which the person had a part, or nil.
// Whether it lies in the period is the caller's to ask.
func (rd *reading) commit(rec *record) *commit {
	author := rd.is(rec.field(fieldAuthorEmail)) || rd.is(rec.field(fieldAuthorRaw))
	body := rec.field(fieldMessage)
	if !author && !bytes.Contains(body, []byte("-by:")) && !bytes.Contains(body, []byte("-By:")) && !bytes.Contains(body, []byte("-BY:")) {
		return nil
	}
	c := &commit{message: parseMessage(clean(string(body)))}
	c.parents = strings.Fields(string(rec.field(fieldParents)))
	committer := rd.is(rec.field(fieldCommitterEm)) || rd.is(rec.field(fieldCommitterRaw))
	if c.part = rd.partIn(c, author, committer); c.part == none {
		return nil
	}
	c.id = string(rec.field(fieldID))
	c.raw = evidence.Hash(rec.buf)
	c.long = rec.long
	c.author = person(string(rec.field(fieldAuthor)), string(rec.field(fieldAuthorEmail)))
	rd.dates(c, string(rec.field(fieldAuthorAt)), string(rec.field(fieldCommitterAt)))
	rd.people(c, author, person(string(rec.field(fieldCommitter)), string(rec.field(fieldCommitterEm))))
	return c
}

// partIn tells what the person did.
func (rd *reading) partIn(c *commit, author, committer bool) part {
	if author && len(c.parents) > 1 {
		return merged
	} else if author {
		return authored
	}
	found := none
	for _, t := range c.message.trailers {
		if _, email := address(t.value); !rd.self.is(email) {
			continue
		}
		switch t.key {
		case "co-authored-by":
			return coauthored
		case "signed-off-by":
			if committer && found == none {
				found = merged
			}
		case "reviewed-by", "acked-by", "tested-by":
			found = reviewed
		}
	}
	return found
}

// dates reads the dates and replaces impossible ones: the author's by the
// committer's, both by the edge of the period that is nearest, so that the
// commit is kept and its mark is seen.
func (rd *reading) dates(c *commit, author, committer string) {
	written, whyA := rd.date(author)
	recorded, whyC := rd.date(committer)
	c.written, c.recorded = written, recorded
	switch {
	case whyA == "" && whyC == "":
	case whyA == "":
		c.odd = "the committer's date " + whyC + "; the author's is used"
	case whyC == "":
		c.written = recorded
		c.odd = "the author's date " + whyA + "; the committer's is used"
	default:
		c.written = rd.clamp(author)
		c.odd = fmt.Sprintf("the author's date %s, the committer's %s; it is counted on %s",
			whyA, whyC, c.written.In(rd.zone()).Format(time.DateOnly))
	}
}

func (rd *reading) zone() *time.Location {
	if rd.period.Zone != nil {
		return rd.period.Zone
	}
	return time.UTC
}

// date reads seconds since 1970 and says why it cannot be the date of a commit.
func (rd *reading) date(s string) (time.Time, string) {
	n, err := strconv.ParseInt(s, 10, 64)
	if err != nil || n < 0 || n > 1<<40 {
		return time.Time{}, "cannot be read"
	}
	t := time.Unix(n, 0).UTC()
	if t.Before(earliest) || t.After(rd.now.Add(24*time.Hour)) {
		return time.Time{}, fmt.Sprintf("%s is impossible", t.Format(time.DateOnly))
	}
	return t, ""
}

// clamp returns the moment of the period nearest to an impossible date.
func (rd *reading) clamp(date string) time.Time {
	n, err := strconv.ParseInt(date, 10, 64)
	late := err == nil && time.Unix(n, 0).After(rd.now)
	switch p := rd.period; {
	case late && !p.To.IsZero(), !late && p.From.IsZero() && !p.To.IsZero():
		return p.To.Add(-time.Second).UTC()
	case !p.From.IsZero():
		return p.From.UTC()
	}
	return rd.now.UTC()
}

// people lists everybody else: the author, co-authors, reviewers, and a
// committer who is neither the author nor a forge.
func (rd *reading) people(c *commit, own bool, committer evidence.Person) {
	seen := make(map[string]bool)
	add := func(p evidence.Person, role string, at time.Time) {
		key := strings.ToLower(p.Email)
		if key == "" {
			key = p.Name
		}
		if key == "" || key == webFlow || seen[key] || rd.self.is(p.Email) {
			return
		}
		seen[key] = true
		c.others = append(c.others, evidence.Participant{Person: p, Role: role, At: at})
	}
	if !own {
		add(c.author, "author", c.written)
	} else {
		seen[strings.ToLower(c.author.Email)] = true
	}
	roles := map[string]string{"co-authored-by": "author", "reviewed-by": "reviewer", "acked-by": "reviewer", "tested-by": "reviewer"}
	for _, t := range c.message.trailers {
		if role := roles[t.key]; role != "" {
			name, email := address(t.value)
			at := c.recorded
			if role == "author" {
				at = c.written
			}
			add(person(name, email), role, at)
		}
	}
	add(committer, "committer", c.recorded)
}

// oneLine is what stands in a name or an address: no line breaks, not endless.
func oneLine(s string) string {
	s, _ = cut(strings.Join(strings.Fields(clean(s)), " "), 200)
	return s
}

func person(name, email string) evidence.Person {
	return evidence.Person{Name: oneLine(name), Email: oneLine(email)}
}
