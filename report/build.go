package report

import (
	"cmp"
	"slices"
	"strings"
	"time"

	"github.com/dossier-report/dossier/evidence"
	"github.com/dossier-report/dossier/objectives"
)

// Build makes a report. The same input gives the same report, whatever the
// order of its records, threads, decisions and coverage.
func Build(in Input) *Report {
	b := newBuilder(in.normal())
	b.read()
	b.refer()

	r := &Report{
		Title:  "Evidence report",
		Review: b.Review,
		Person: PersonLine{Name: b.Self.Name, Role: b.Self.Role, Manager: b.Manager},
		Period: periodLine(b.Period),
		Found:  len(b.found),
		Chosen: len(b.entries),
	}
	if !b.Made.IsZero() {
		r.Made = b.Made.In(b.Zone).Format(longDay)
	}
	if r.Review == "" {
		r.Review = reviewName(b.Period)
	}
	for _, o := range b.objectives {
		r.Objectives = append(r.Objectives, b.section(o))
	}
	r.Thesis = b.thesis()
	r.Candidates = b.candidates()
	r.Unserved = b.unserved()
	r.Questions = b.questions(r)
	for _, f := range b.entries {
		r.Entries = append(r.Entries, b.entry(f))
	}
	r.Flow = b.flow()
	r.Method = b.method(r)
	return r
}

// builder is a report in the making.
type builder struct {
	Input
	year       int // that all of the period lies in; 0 for none
	sources    map[string]SourceName
	numbers    map[string]int // of the objectives shown, by id, from 1
	objectives []*objective
	records    []*evidence.Record // by id
	found      []*piece           // items of the period, by date, then id
	entries    []*piece           // of these, the chosen ones, in the order of their references
	noPart     int                // records in which the person has no act
	otherTime  int                // records with acts, none of the period
	web        web
	cites      citations
	humans     map[called]*human
}

// objective is an objective with what speaks for it.
type objective struct {
	objectives.Objective
	number  int
	chosen  []*piece // by date, then id
	stories []*story // strongest first
}

// piece is an item of the period with everything that the report says of it.
type piece struct {
	*evidence.Item
	rec       *evidence.Record
	date      time.Time
	matches   []objectives.Match // every verdict
	chosen    map[string]*objectives.Match
	thread    string // the item's own id where it is alone
	strength  Strength
	confirmed []confirmation
	notes     map[string]string // the person's own, by objective; "" is for all
	ref       string
}

func newBuilder(in Input) *builder {
	b := &builder{Input: in, records: sorted(in.Records), year: onlyYear(in.Period), sources: make(map[string]SourceName), numbers: make(map[string]int), humans: make(map[called]*human)}
	for _, s := range in.Sources {
		b.sources[s.Name] = s
	}
	for _, o := range in.Objectives {
		if len(in.Only) == 0 || slices.Contains(in.Only, o.ID) {
			b.objectives = append(b.objectives, &objective{Objective: o, number: len(b.objectives) + 1})
			b.numbers[o.ID] = len(b.objectives)
		}
	}
	return b
}

// read finds the items of the period and which of them were chosen.
func (b *builder) read() {
	b.web = newWeb(b.Threads, b.records)
	notes := b.notes()
	b.cites = b.citations()
	for _, rec := range b.records {
		it := &rec.Item
		switch {
		case len(it.Acts) == 0:
			b.noPart++
			continue
		case !it.In(b.Period):
			b.otherTime++
			continue
		}
		f := &piece{Item: it, rec: rec, date: it.Date(b.Period), thread: b.web.thread[it.ID], notes: notes[it.ID]}
		if f.thread == "" {
			f.thread = it.ID
		}
		if b.Mapping != nil {
			f.matches = b.Mapping.For(it.ID)
		}
		for j := range f.matches {
			m := &f.matches[j]
			if _, shown := b.numbers[m.Objective]; shown && m.Chosen() {
				if f.chosen == nil {
					f.chosen = make(map[string]*objectives.Match)
				}
				f.chosen[m.Objective] = m
			}
		}
		f.confirmed = b.confirmations(f)
		f.strength = Strength{Artefact: hasAddress(it), Outcome: it.Outcome != nil && len(it.Outcome.Figures) > 0, Confirmed: len(f.confirmed) > 0}
		b.found = append(b.found, f)
	}
	slices.SortFunc(b.found, func(x, y *piece) int { return cmp.Or(x.date.Compare(y.date), cmp.Compare(x.ID, y.ID)) })
}

// refer gives every chosen item its reference, in the order of the objectives
// and then of time, and makes the stories of each objective.
func (b *builder) refer() {
	for _, o := range b.objectives {
		for _, f := range b.found {
			if f.chosen[o.ID] == nil {
				continue
			}
			o.chosen = append(o.chosen, f)
			if f.ref == "" {
				b.entries = append(b.entries, f)
				f.ref = reference(len(b.entries))
			}
		}
	}
	members := make(map[string][]*piece)
	for _, f := range b.entries {
		members[f.thread] = append(members[f.thread], f)
	}
	for _, o := range b.objectives {
		o.stories = b.stories(o, members)
	}
}

// notes returns the person's notes, the last one that they wrote on each item
// for each objective; those for no objective in particular stand under "".
// What they wrote when they rejected an item says why it is not evidence.
func (b *builder) notes() map[string]map[string]string {
	notes := make(map[string]map[string]string)
	for _, d := range b.Decisions {
		text := line(d.Note)
		if text == "" || d.Verb == objectives.Reject {
			continue
		}
		if notes[d.Item] == nil {
			notes[d.Item] = make(map[string]string)
		}
		notes[d.Item][d.Objective] = text
	}
	return notes
}

// entry words an item for Appendix A.
func (b *builder) entry(f *piece) Entry {
	e := Entry{Ref: f.ref, ID: f.ID, Date: f.date, Day: b.day(f.date), Source: f.Source, Badge: b.badge(f.Source), Kind: f.Kind,
		Title: title(f.Item), Place: line(f.Place), URL: f.URL, Acts: b.actWords(f.Item), Strength: f.strength,
		Note: b.allNotes(f), Gone: !f.rec.GoneAt.IsZero(), Query: f.rec.Query, FetchedAt: f.rec.FetchedAt}
	if raw, err := evidence.Encode(f.rec.Item); err == nil { // what cannot be written has no hash
		e.Hash = evidence.Hash(raw)
	}
	for _, o := range b.objectives {
		m := f.chosen[o.ID]
		if m == nil {
			continue
		}
		em := EntryMatch{Objective: o.ID, Number: o.number, Score: m.Score, Fit: fit(m), Reasons: f.reasons(m)}
		switch {
		case m.Pinned():
			em.Decided = "pinned"
		case m.Decision != nil:
			em.Decided = "accepted"
		}
		e.Objectives = append(e.Objectives, em)
	}
	return e
}

// noteFor returns the person's note on an item for an objective: the one for
// that objective, else the one for the item as a whole.
func (f *piece) noteFor(objective string) string {
	return f.withoutEcho(cmp.Or(f.notes[objective], f.notes[""]))
}

// allNotes returns the person's notes on an item, each once, for the appendix.
func (b *builder) allNotes(f *piece) string {
	texts := []string{f.notes[""]}
	for _, o := range b.objectives {
		if n := f.notes[o.ID]; f.chosen[o.ID] != nil && !slices.Contains(texts, n) {
			texts = append(texts, n)
		}
	}
	texts = slices.DeleteFunc(texts, func(t string) bool { return f.withoutEcho(t) == "" })
	return strings.Join(texts, " / ")
}

// withoutEcho returns a note unless it is all that the item says itself.
func (f *piece) withoutEcho(note string) string {
	if f.Kind == evidence.Note && (note == line(f.Title) || note == line(f.Text)) {
		return ""
	}
	return note
}
