package report

import (
	"fmt"
	"slices"
	"strings"

	"github.com/dossier-report/dossier/evidence"
	"github.com/dossier-report/dossier/objectives"
)

// method writes Appendix B, and the report's warnings about its sources.
func (b *builder) method(r *Report) Method {
	m := Method{Sources: b.sourceLines(), LeftOut: b.leftOut(), Definitions: definitions(r), Version: b.Version, Config: b.ConfigHash}
	for _, s := range m.Sources {
		if w := b.warning(s); w != "" {
			r.Warnings = append(r.Warnings, w)
		}
	}
	m.Complete = len(r.Warnings) == 0
	for _, o := range b.objectives {
		m.Objectives = append(m.Objectives, basis(o.Objective, catalogue()))
	}
	return m
}

// sourceLines says of every source what it was asked: those configured in
// their order, then the others that evidence is from, by name.
func (b *builder) sourceLines() []SourceLine {
	found, chosen := make(map[string]int), make(map[string]int)
	asked := make(map[string][]evidence.Coverage)
	for _, f := range b.found {
		found[f.Source]++
	}
	for _, f := range b.entries {
		chosen[f.Source]++
	}
	for _, c := range b.Coverage {
		asked[c.Source] = append(asked[c.Source], c)
	}
	var names, others []string
	for _, s := range b.Sources {
		names = append(names, s.Name)
	}
	add := func(name string) {
		if _, configured := b.sources[name]; !configured && !slices.Contains(others, name) {
			others = append(others, name)
		}
	}
	for name := range found {
		add(name)
	}
	for name := range asked {
		add(name)
	}
	slices.Sort(others)
	var lines []SourceLine
	for _, name := range append(names, others...) {
		l := b.sourceLine(name, asked[name])
		l.Found, l.Chosen = found[name], chosen[name]
		lines = append(lines, l)
	}
	return lines
}

// sourceLine says what one source was asked, from its coverage in order of
// time. The last answer decides the state; when it is of a part of the period
// only and what was asked before does not make up for it, the source was cut
// short.
func (b *builder) sourceLine(name string, asked []evidence.Coverage) SourceLine {
	l := SourceLine{Source: name, Title: b.sourceTitle(name)}
	if len(asked) == 0 {
		l.Why = "not collected"
		if _, configured := b.sources[name]; !configured {
			l.Why = "not asked: imported, or collected before it left the configuration"
		}
		return l
	}
	last := asked[len(asked)-1]
	// The day and not the minute: asking again and finding nothing new must
	// give the same report.
	l.State, l.Why, l.Period, l.AskedAt = last.State, last.Why, b.inZone(last.Period).Short(), b.day(last.AskedAt)
	l.Parts = slices.Clone(last.Parts)
	slices.SortStableFunc(l.Parts, func(x, y evidence.Part) int { return strings.Compare(x.Name, y.Name) })
	var answered []evidence.Coverage
	for _, c := range asked {
		if c.State != evidence.Failed {
			answered = append(answered, c)
		}
	}
	switch covered := covers(answered, b.Period); {
	case last.State == evidence.Failed && len(answered) > 0:
		before := answered[len(answered)-1]
		l.Why += fmt.Sprintf("; what is here was collected on %s", b.day(before.AskedAt))
	case last.State == evidence.Complete && !covered:
		l.State, l.Why = evidence.Partial, "asked for a part of the period only"
	}
	return l
}

// covers reports whether the periods asked for leave no gap in p.
func covers(asked []evidence.Coverage, p evidence.Period) bool {
	spans := slices.SortedStableFunc(slices.Values(asked), func(x, y evidence.Coverage) int { return x.Period.From.Compare(y.Period.From) })
	reached := p.From
	for i, c := range spans {
		if !c.Period.From.IsZero() && (i == 0 && p.From.IsZero() || c.Period.From.After(reached)) {
			return false
		}
		if c.Period.To.IsZero() {
			return true
		}
		if c.Period.To.After(reached) {
			reached = c.Period.To
		}
	}
	return len(spans) > 0 && !p.To.IsZero() && !reached.Before(p.To)
}

func (b *builder) inZone(p evidence.Period) evidence.Period {
	p.Zone = b.Zone
	return p
}

func (b *builder) sourceTitle(name string) string {
	if s, ok := b.sources[name]; ok && s.Title != "" {
		return s.Title
	}
	return capital(name)
}

// warning says in one line that a source failed, was cut short or was never
// asked; "" for one that is complete.
func (b *builder) warning(s SourceLine) string {
	_, configured := b.sources[s.Source]
	why := line(firstLine(s.Why))
	switch s.State {
	case "":
		if configured {
			return s.Title + " was not collected"
		}
		return ""
	case evidence.Failed:
		return strings.TrimSuffix(s.Title+" failed: "+why, ": ")
	case evidence.Partial:
		if why == "" {
			why = gapText(s.Parts)
		}
		return strings.TrimSuffix(s.Title+" was cut short: "+why, ": ")
	}
	return ""
}

func firstLine(s string) string {
	s, _, _ = strings.Cut(s, "\n")
	return s
}

// gapText words the first gap of a source, and that there are more.
func gapText(parts []evidence.Part) (text string) {
	for _, p := range parts {
		for _, g := range p.Gaps {
			if text != "" {
				return text + ", and more"
			}
			text = line(g.What + ": " + firstLine(g.Why))
		}
	}
	return text
}

// Why an item was not used, in the order of the appendix.
const (
	noRule = iota
	tooWeak
	routine
	rejected
	elsewhere
	noPart
	otherTime
)

var leftOutReasons = [...]string{
	noRule:    "no rule of any objective matched",
	tooWeak:   "matched, but below the objective's threshold",
	routine:   "a bot's routine",
	rejected:  "rejected by the person",
	elsewhere: "speaks only for an objective that this report leaves out",
	noPart:    "known without an act of the person, such as the rest of a board (not counted as found)",
	otherTime: "from outside the period (not counted as found)",
}

// leftOut counts the items that were not used, by why.
func (b *builder) leftOut() []LeftOut {
	var counts [len(leftOutReasons)]int
	counts[noPart], counts[otherTime] = b.noPart, b.otherTime
	bots, _ := b.Mapping.(interface{ Routine(item string) string })
	for _, f := range b.found {
		if len(f.chosen) > 0 {
			continue
		}
		switch {
		case slices.ContainsFunc(f.matches, objectives.Match.Chosen):
			counts[elsewhere]++
		case slices.ContainsFunc(f.matches, rejectedMatch):
			counts[rejected]++
		case slices.ContainsFunc(f.matches, func(m objectives.Match) bool { return m.Score > 0 }):
			counts[tooWeak]++
		case bots != nil && bots.Routine(f.ID) != "":
			counts[routine]++
		default:
			counts[noRule]++
		}
	}
	var left []LeftOut
	for i, n := range counts {
		if n > 0 {
			left = append(left, LeftOut{Why: leftOutReasons[i], Count: n})
		}
	}
	return left
}

func rejectedMatch(m objectives.Match) bool {
	return m.Decision != nil && m.Decision.Verb == objectives.Reject
}
