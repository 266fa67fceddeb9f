package report

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/dossier-report/dossier/evidence"
)

// Gap says where the evidence for an objective falls short, with the facts
// that it is read from. It judges the evidence and not the work.
type Gap struct {
	Findings []GapFinding `json:"findings"`
	Items    int          `json:"items"`  // chosen for the objective
	Pieces   int          `json:"pieces"` // of work: items of one thread are one
	Main     int          `json:"main"`   // of these, whose main point the objective is
	Sources  []string     `json:"sources,omitempty"`
	Last     string       `json:"last,omitempty"` // the day of the latest item, in the person's zone
	Silent   int          `json:"silent_days"`    // calendar days from then to the end of what the report can speak of
	Says     string       `json:"says"`           // the findings in words, without the objective's name
}

// GapFinding is one way in which evidence falls short.
type GapFinding string

// The findings; an objective can have several, but "none" stands alone.
const (
	NoEvidence GapFinding = "none"       // nothing was chosen
	Thin       GapFinding = "thin"       // few pieces of work, or none of which it is the main point
	OneSource  GapFinding = "one_source" // all from one source, where others answered too
	Stale      GapFinding = "stale"      // nothing for a long time
)

// What a finding needs. Evidence is stale when nothing has come for a third of
// the time that the report speaks of, and never before staleLeast: a report made
// in the second week of a period finds everything fresh.
const (
	enoughPieces = 3
	staleShare   = 3
	staleLeast   = 28 // days
	staleOpen    = 61 // days, where a period has no beginning: a third of a half year
)

// gap returns where an objective's evidence falls short, nil when it does not.
func (b *builder) gap(o *objective) *Gap {
	g := &Gap{Items: len(o.chosen), Pieces: len(o.stories)}
	if g.Items == 0 {
		g.Findings, g.Says = []GapFinding{NoEvidence}, "nothing on record"
		return g
	}
	for _, s := range o.stories {
		if s.fit == MainPoint {
			g.Main++
		}
	}
	last := o.chosen[len(o.chosen)-1].date
	g.Last, g.Silent = b.day(last), max(0, daysBetween(b.date(last), b.today()))
	g.Sources = b.sourcesOf(o.chosen)
	var says []string
	find := func(f GapFinding, format string, a ...any) {
		g.Findings = append(g.Findings, f)
		says = append(says, fmt.Sprintf(format, a...))
	}
	switch {
	case g.Pieces < enoughPieces:
		find(Thin, "only %s", pieces(g.Pieces))
	case g.Main == 0:
		find(Thin, "the main point of none of its %s", pieces(g.Pieces))
	}
	if len(g.Sources) == 1 && g.Pieces > 1 && len(b.sourcesOf(b.found)) > 1 {
		find(OneSource, "all of it from %s", g.Sources[0])
	}
	if g.Silent >= b.staleAfter() {
		find(Stale, "nothing since %s (%s)", b.brief(last), days(g.Silent))
	}
	if len(g.Findings) == 0 {
		return nil
	}
	g.Says = strings.Join(says, "; ")
	return g
}

// staleAfter returns after how many days without evidence it is stale.
func (b *builder) staleAfter() int {
	if b.Period.From.IsZero() {
		return staleOpen
	}
	return max(staleLeast, (daysBetween(b.date(b.Period.From), b.today())+1)/staleShare)
}

// sourcesOf returns the titles of the sources that items are from, in order. A
// commit of a piece of work that has other artefacts is no second source for
// it: a pull request and its commits are one thing seen twice.
func (b *builder) sourcesOf(items []*piece) []string {
	told := make(map[string]bool)
	for _, f := range items {
		if f.Kind != evidence.Commit {
			told[f.thread] = true
		}
	}
	var titles []string
	for _, f := range items {
		if f.Kind == evidence.Commit && told[f.thread] {
			continue
		}
		if t := line(b.sourceTitle(f.Source)); !slices.Contains(titles, t) {
			titles = append(titles, t)
		}
	}
	slices.Sort(titles)
	return titles
}

func pieces(n int) string {
	if n == 1 {
		return "1 piece of work"
	}
	return fmt.Sprintf("%d pieces of work", n)
}

// gapPrompts words the objectives' gaps for somebody who sets priorities, by
// finding; that there is nothing at all is said elsewhere.
func gapPrompts(sections []Section) []string {
	var thin, stale, single []string
	for i := range sections {
		g := sections[i].Gap
		if g == nil {
			continue
		}
		name := fmt.Sprintf("objective %d", sections[i].Number)
		for _, f := range g.Findings {
			switch {
			case f == Thin && g.Pieces < enoughPieces:
				thin = append(thin, fmt.Sprintf("%s (%s)", name, pieces(g.Pieces)))
			case f == Thin:
				thin = append(thin, name+" (the main point of nothing)")
			case f == Stale:
				stale = append(stale, fmt.Sprintf("%s (last %s)", name, g.Last))
			case f == OneSource:
				single = append(single, fmt.Sprintf("%s (%s)", name, g.Sources[0]))
			}
		}
	}
	var known []string
	for _, k := range []struct {
		says string
		of   []string
	}{{"little on record for ", thin}, {"nothing lately for ", stale}, {"one source only for ", single}} {
		if len(k.of) > 0 {
			known = append(known, k.says+list(k.of))
		}
	}
	return known
}

// spell is the time within which two pieces of work are of one time: a
// thirteenth of the period, which is a fortnight of a half year.
func (b *builder) spell() time.Duration {
	if b.Period.From.IsZero() || b.Period.To.IsZero() {
		return fortnight
	}
	return b.Period.To.Sub(b.Period.From) / 13
}
