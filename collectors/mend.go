package collectors

import (
	"fmt"
	"net/url"
	"slices"
	"strings"
	"unicode"

	"github.com/dossier-report/dossier/evidence"
)

// mender makes items fit to be kept: what is wrong in one is left out and
// said, and never loses the rest of it.
type mender struct {
	source string
	period evidence.Period
	red    *Redactor

	gaps    []evidence.Gap
	outside int // items that are not of the period
	flows   int // items that are kept for their flow alone
	masked  int // secrets removed
	wrong   []string
}

func (m *mender) gap(what, why string, bad bool) {
	m.gaps = append(m.gaps, evidence.Gap{What: m.red.Text(what), Why: m.red.Text(why), Bad: bad})
}

func (m *mender) text(s string) string {
	s, n := m.red.Count(s)
	m.masked += n
	return s
}

// items returns those that may be kept, each id once: the last one of a page
// wins, in the place of the first.
func (m *mender) items(list []evidence.Fetched) []evidence.Fetched {
	kept := make([]evidence.Fetched, 0, len(list))
	at := map[string]int{}
	for _, f := range list {
		it, ok := m.item(f.Item)
		if !ok {
			continue
		}
		f.Item = it
		if i, ok := at[it.ID]; ok {
			kept[i] = f
			continue
		}
		at[it.ID] = len(kept)
		kept = append(kept, f)
	}
	for _, f := range kept {
		if f.Item.Flows(m.period) {
			m.flows++
		}
	}
	return kept
}

// item returns a copy that is valid, of the period and without secrets.
func (m *mender) item(it evidence.Item) (evidence.Item, bool) {
	if why := m.badID(it.ID); why != "" {
		name := "an item"
		if it.Title != "" {
			name = fmt.Sprintf("the item %q", firstLine(it.Title))
		}
		m.gap(name, why, false)
		return it, false
	}
	was, flowed, acts := it.In(m.period), it.Flows(m.period), len(it.Acts)
	m.wrong = nil
	m.repair(&it)
	// What flows only because all of its acts were left out is evidence that is
	// lost.
	flowed = flowed && it.Flows(m.period) && (acts == 0 || len(it.Acts) > 0)
	m.redact(&it)
	if err := it.Validate(); err != nil {
		m.gap(it.ID, err.Error(), false)
		return it, false
	}
	why := strings.Join(m.wrong, "; ")
	switch in := it.In(m.period) || flowed; {
	case !in && why != "" && (was || len(it.Acts) == 0):
		m.gap(it.ID, why+"; nothing that is left of it is in the period", false)
		return it, false
	case !in:
		m.outside++
		return it, false
	}
	if why != "" {
		m.gap(it.ID, why, true)
	}
	return it, true
}

// badID says why an id cannot be used. An id of another source would
// overwrite that source's item.
func (m *mender) badID(id string) string {
	source, rest, ok := strings.Cut(id, ":")
	switch {
	case id == "":
		return "it has no id"
	case !ok || rest == "" || strings.ContainsFunc(id, func(r rune) bool { return r <= ' ' || r == 0x7f || r == unicode.ReplacementChar }):
		return fmt.Sprintf("its id %q is not of the form source:name", firstLine(id))
	case source != m.source:
		return fmt.Sprintf("its id %q is not one of %s", firstLine(id), m.source)
	case m.red.Text(id) != id:
		return "its id holds a secret"
	}
	return ""
}

func (m *mender) bad(format string, a ...any) { m.wrong = append(m.wrong, fmt.Sprintf(format, a...)) }

// address blanks a URL that leads nowhere or does something when it is clicked,
// and takes credentials out of the others.
func (m *mender) address(s *string, where string) {
	if *s == "" {
		return
	}
	var n int
	*s, n = m.red.link(strings.ToValidUTF8(*s, "\ufffd"))
	m.masked += n
	u, err := url.Parse(*s)
	switch {
	case err != nil:
		m.bad("%s %q cannot be parsed", where, firstLine(*s))
	case !u.IsAbs():
		m.bad("%s %q is not absolute", where, firstLine(*s))
	case slices.Contains([]string{"javascript", "data", "vbscript"}, u.Scheme):
		m.bad("%s has the scheme %s", where, u.Scheme)
	case u.User != nil && (u.Scheme == "http" || u.Scheme == "https"):
		u.User = nil
		*s = u.String()
		m.bad("%s held credentials", where)
		return
	default:
		return
	}
	*s = ""
}

// Item takes secrets out of an item that does not pass through [Run], such as
// an imported one, and returns how many they were. What lies behind the item's
// slices is changed in place.
func (r *Redactor) Item(it *evidence.Item) int {
	m := &mender{red: r}
	m.redact(it)
	m.address(&it.URL, "url")
	for i := range it.Acts {
		m.address(&it.Acts[i].URL, "url")
	}
	if it.Flow != nil {
		for i := range it.Flow.Boards {
			m.address(&it.Flow.Boards[i].URL, "url")
		}
	}
	return m.masked
}

// redact takes secrets out of everything that is text, and what is not UTF-8
// out of everything that becomes JSON. Slices that repair did not copy are
// copied here.
func (m *mender) redact(it *evidence.Item) {
	broken := false
	clean := func(list ...*string) {
		for _, s := range list {
			if valid := strings.ToValidUTF8(*s, "\ufffd"); valid != *s {
				*s, broken = valid, true
			}
			*s = m.text(*s)
		}
	}
	each := func(list *[]string) {
		*list = slices.Clone(*list)
		for i := range *list {
			clean(&(*list)[i])
		}
	}
	clean(&it.Title, &it.Text, &it.Place)
	if it.Author != nil {
		a := *it.Author
		clean(&a.Name, &a.Login, &a.Email)
		it.Author = &a
	}
	for i := range it.Acts {
		clean(&it.Acts[i].Text, &it.Acts[i].Context)
	}
	if o := it.Outcome; o != nil {
		clean(&o.By)
		for i := range o.Figures {
			clean(&o.Figures[i].Name, &o.Figures[i].Unit, &o.Figures[i].From)
		}
	}
	for i := range it.People {
		p := &it.People[i]
		clean(&p.Name, &p.Login, &p.Email, &p.Role)
	}
	each(&it.Labels)
	each(&it.Paths)
	each(&it.Links)
	if it.Flow != nil {
		redactFlow(it.Flow, clean)
	}
	if broken {
		m.bad("some of its text was not UTF-8")
	}
}
