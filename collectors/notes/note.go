package notes

import (
	"path"
	"regexp"
	"slices"
	"strings"
	"time"

	"github.com/dossier-report/dossier/collectors/internal/local"
	"github.com/dossier-report/dossier/evidence"
)

// note is one file, read.
type note struct {
	r    *pass
	file local.File
	name string // without its folder and ending
	id   string
	odd  string // what is wrong with its front matter

	front   front
	tags    []string
	created time.Time
	edited  time.Time
	byFile  bool // only the file's last change dates it
	daily   bool // its name is a day
	doc     document
}

// dayName finds a day in the name of a note: "2026-03-05", "2026-03-05 Thursday",
// "20260305".
var dayName = regexp.MustCompile(`^(\d{4})-?(\d{2})-?(\d{2})(?:$|[^0-9])`)

func newNote(r *pass, f local.File, raw []byte) *note {
	n := &note{r: r, file: f}
	n.name = strings.TrimSuffix(path.Base(f.Rel), path.Ext(f.Rel))
	text := plain(raw)
	body, err := n.front.cut(text)
	if err != nil {
		n.odd = "its front matter cannot be read and counts as none: " + err.Error()
	}
	n.doc = read(body)
	n.tags = append(n.front.tags(), n.doc.tags...)
	slices.Sort(n.tags)
	n.tags = slices.Compact(n.tags)
	n.id = Source.Name + ":" + word(r.vault+"/"+strings.TrimSuffix(f.Rel, path.Ext(f.Rel)))
	n.when()
	return n
}

// word makes text fit for an id.
//
// A note is known by its path: front matter's own ids are copied with templates.
func word(s string) string { return strings.Join(strings.Fields(s), "_") }

// when finds out when the note was written.
func (n *note) when() {
	zone := n.r.env.Zone
	if zone == nil {
		zone = time.UTC
	}
	n.created = n.front.time(zone, "created", "date", "created_at", "creation date", "date created", "published")
	n.edited = n.front.time(zone, "updated", "modified", "edited", "last_modified", "updated_at", "date modified")
	if day, ok := dayOf(n.name, zone); ok {
		n.daily = dayName.FindString(n.name) == n.name || weekday(n.name)
		if n.daily || n.created.IsZero() {
			n.created = day
		}
	}
	if n.created.IsZero() && n.edited.IsZero() {
		n.created, n.byFile = n.file.Mod.UTC(), !n.doc.journal(zone)
	}
}

// dayOf returns the day that a name or heading begins with.
func dayOf(s string, zone *time.Location) (time.Time, bool) {
	m := dayName.FindStringSubmatch(s)
	if m == nil {
		return time.Time{}, false
	}
	t, err := time.ParseInLocation("20060102", m[1]+m[2]+m[3], zone)
	return t.UTC(), err == nil
}

// weekday reports whether nothing but a weekday follows the day: then the note is
// a day's, and not the minutes of a meeting.
func weekday(name string) bool {
	rest := strings.Trim(strings.ToLower(name[len("2006-01-02"):]), " -_,.()")
	if !strings.Contains(name[:len("2006-01-02")], "-") || len(rest) < 2 {
		return rest == ""
	}
	for d := time.Sunday; d <= time.Saturday; d++ {
		if full := strings.ToLower(d.String()); rest == full || rest == full[:3] || rest == full[:2] {
			return true
		}
	}
	return false
}

// items are what the note gives.
func (n *note) items() []evidence.Item {
	zone := n.r.env.Zone
	if zone == nil {
		zone = time.UTC
	}
	switch {
	case n.doc.journal(zone):
		return n.days(zone)
	case n.daily && n.doc.headed():
		return n.sections(n.doc.sections, n.created, "")
	}
	it := n.item(n.id, firstOf(n.front.text("title"), n.heading(), n.name), n.doc.text())
	verb := evidence.Wrote
	if n.daily {
		verb = evidence.Noted
	}
	if !n.created.IsZero() {
		it.Acts = append(it.Acts, evidence.Act{At: n.created, Verb: verb})
	}
	if !n.edited.IsZero() && !n.edited.Equal(n.created) {
		it.Acts = append(it.Acts, evidence.Act{At: n.edited, Verb: evidence.Edited})
	}
	n.finish(&it, n.doc.sections, zone)
	return []evidence.Item{it}
}

// heading returns the note's only first-level heading, which is its title.
func (n *note) heading() string {
	found := ""
	for _, s := range n.doc.sections {
		if s.level == 1 {
			if found != "" {
				return ""
			}
			found = s.heading
		}
	}
	return found
}

// days are the days of a journal: one item each, or one for each section of it.
func (n *note) days(zone *time.Location) []evidence.Item {
	var out []evidence.Item
	all := n.doc.sections
	for i := 0; i < len(all); i++ {
		day, ok := dayOf(all[i].heading, zone)
		if !ok {
			continue
		}
		end := i + 1
		for end < len(all) && all[end].level > all[i].level {
			end++
		}
		out = append(out, n.sections(all[i:end], day, day.In(zone).Format(time.DateOnly))...)
		i = end - 1
	}
	return out
}

// sections makes one item of each part with a heading of the highest level that
// there is below the day's own, with what stands below it.
func (n *note) sections(all []section, day time.Time, prefix string) []evidence.Item {
	zone := n.r.env.Zone
	if zone == nil {
		zone = time.UTC
	}
	top := topLevel(all, zone)
	var out []evidence.Item
	seen := map[string]int{}
	for i := 0; i < len(all); {
		end := i + 1
		for end < len(all) && (all[end].level > top || all[end].level == 0) {
			end++
		}
		part := all[i:end]
		i = end
		text := join(part)
		if text == "" {
			continue
		}
		title, anchor := part[0].heading, part[0].heading
		if _, isDay := dayOf(title, zone); title == "" || isDay {
			title, anchor = firstLine(text), ""
		}
		anchor = strings.Trim(strings.ToLower(word(strings.TrimSpace(prefix+" "+anchor))), "_")
		if seen[anchor]++; seen[anchor] > 1 {
			anchor += "-" + string(rune('0'+min(seen[anchor], 9)))
		}
		id := n.id
		if anchor != "" {
			id += "#" + anchor
		}
		it := n.item(id, title, text)
		it.Acts = []evidence.Act{{At: day, Verb: evidence.Noted}}
		n.finish(&it, part, zone)
		out = append(out, it)
	}
	return out
}

// topLevel is the highest level of headings that are no day, 7 when there are
// none.
func topLevel(all []section, zone *time.Location) int {
	top := 7
	for _, s := range all {
		if _, day := dayOf(s.heading, zone); s.level > 0 && !day {
			top = min(top, s.level)
		}
	}
	return top
}

func (n *note) item(id, title, text string) evidence.Item {
	return evidence.Item{ID: id, Source: Source.Name, Kind: evidence.Note, Title: title, Text: text,
		Place: firstOf(strings.TrimPrefix(path.Dir(n.r.vault+"/"+n.file.Rel), "./"), n.r.vault), Private: true, Labels: n.tags}
}

// finish adds the tasks and links of the sections.
func (n *note) finish(it *evidence.Item, all []section, zone *time.Location) {
	for _, s := range all {
		for _, t := range s.tasks {
			if act, ok := t.act(zone); ok {
				it.Acts = append(it.Acts, act)
			}
		}
		for _, l := range s.links {
			if l.page {
				if l.to = n.r.page(l.to); l.to == it.ID || l.to == n.id {
					l.to = ""
				}
			}
			if l.to != "" && !slices.Contains(it.Links, l.to) {
				it.Links = append(it.Links, l.to)
			}
		}
	}
	slices.SortStableFunc(it.Acts, func(a, b evidence.Act) int { return a.At.Compare(b.At) })
}

// page returns the id of the note of this vault that a wikilink leads to, ""
// where it leads to none: nothing outside the vault is looked at.
func (r *pass) page(target string) string {
	target = strings.ToLower(strings.TrimSuffix(path.Clean("/" + strings.TrimSpace(target))[1:], ".md"))
	rel, ok := r.names[target]
	if !ok {
		return ""
	}
	return Source.Name + ":" + word(r.vault+"/"+strings.TrimSuffix(rel, path.Ext(rel)))
}

func firstOf(texts ...string) string {
	for _, s := range texts {
		if s = strings.TrimSpace(s); s != "" {
			return s
		}
	}
	return ""
}

func firstLine(s string) string {
	s, _, _ = strings.Cut(strings.TrimSpace(s), "\n")
	if r := []rune(s); len(r) > 120 {
		return string(r[:119]) + "…"
	}
	return s
}
