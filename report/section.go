package report

import (
	"fmt"
	"regexp"
	"slices"
	"strings"

	"github.com/dossier-report/dossier/evidence"
	"github.com/dossier-report/dossier/objectives"
)

// section writes one objective's page.
func (b *builder) section(o *objective) Section {
	s := Section{Number: o.number, ID: o.ID, Title: line(o.Title), Words: line(o.Statement), Result: b.result(o),
		Claim: b.claim(o), Figures: b.keyFigures(o), Count: len(o.chosen), Gap: b.gap(o),
		Assessment: line(b.Words.Objectives[o.ID].Assessment), KeyResults: b.keyResults(o)}
	s.Missed, _ = own(b.Words.Objectives[o.ID].Missed)
	picked := pick(o.stories, b.spell())
	shown := make(map[*piece]bool)
	numbers := make(map[*piece]int)
	for i, st := range picked {
		numbers[st.lead] = i + 1
		for _, f := range st.pieces {
			shown[f] = true
		}
		s.Cards = append(s.Cards, b.card(o, st, i+1))
	}
	for _, f := range o.chosen {
		s.Strength = s.Strength.with(f.strength)
		if !shown[f] {
			s.More = append(s.More, f.ref)
		}
	}
	s.Lanes = b.lanes(o, numbers)
	return s
}

// The lanes of a timeline, in the order of a page.
const (
	decisionsLane = iota
	codeLane
	talksLane
	boardLane
)

var laneTitles = [...]string{decisionsLane: "Decisions and documents", codeLane: "Code and reviews", talksLane: "Talks and meetings", boardLane: "Board"}

// lanes places an objective's items on its timeline. A lane without items is
// left out.
func (b *builder) lanes(o *objective, cards map[*piece]int) []Lane {
	var dots [len(laneTitles)][]Dot
	for _, f := range o.chosen {
		l := b.lane(f.Item)
		dots[l] = append(dots[l], Dot{At: f.date, Card: cards[f], Ref: f.ref})
	}
	var lanes []Lane
	for l, d := range dots {
		if len(d) > 0 {
			lanes = append(lanes, Lane{Title: laneTitles[l], Dots: d})
		}
	}
	return lanes
}

// lane says where an item stands. A work item that the person wrote or dated
// in the period is a decision; one that they only moved along is board work.
func (b *builder) lane(it *evidence.Item) int {
	switch it.Kind {
	case evidence.PullRequest, evidence.Commit:
		return codeLane
	case evidence.Meeting, evidence.Message:
		return talksLane
	case evidence.Ticket, evidence.Card, evidence.Issue:
		for _, a := range b.actsIn(it) {
			if a.Verb == evidence.Created || a.Verb == evidence.Opened || a.Verb == evidence.Scheduled {
				return decisionsLane
			}
		}
		return boardLane
	}
	return decisionsLane // pages, discussions, notes
}

// Limits of what a card holds; the entries of Appendix A hold the rest.
const (
	cardSources = 3
	cardReasons = 2
	cardTitle   = 120
	cardExcerpt = 90
	cardFigures = 2

	actsOfLead   = 4
	actsOfOthers = 2
)

// card tells a story.
func (b *builder) card(o *objective, s *story, number int) Card {
	c := Card{Number: number, Title: short(title(s.lead.Item), cardTitle), Date: b.day(s.lead.date), Fit: s.fit, Strength: s.strength, Confirm: confirmLine(s.proof)}
	row := func(label, text string, from Provenance) {
		if text != "" {
			c.Rows = append(c.Rows, CardRow{Label: label, Text: text, From: from})
		}
	}
	did, result := b.storyDid(s), b.storyResult(s)
	if result == did {
		result = "" // "answered 13 Jan" is both
	}
	mine := b.Words.Cards[s.lead.ID]
	row("Situation", line(mine.Situation), InMyWords)
	row("Did", line(mine.Did), InMyWords)
	if line(mine.Did) == "" {
		row("Did", did, FromRecords)
	}
	row("Result", line(mine.Result), InMyWords)
	row(recordedLabel(mine), result, FromRecords)
	row("Why here", s.lead.why(o.ID), FromRecords)
	for _, f := range s.pieces {
		c.Refs = append(c.Refs, f.ref)
		if len(c.Sources) < cardSources {
			c.Sources = append(c.Sources, b.link(f.Item))
		}
	}
	row("My note", storyNote(o.ID, s), InMyWords)
	return c
}

// storyDid tells what the person did to each artefact of a card, the leading
// one first. Where there are several, each is named: by what it is, or by its
// label where two are of one kind.
func (b *builder) storyDid(s *story) string {
	told := s.pieces[:min(cardSources, len(s.pieces))]
	var parts []string
	for i, f := range told {
		most := actsOfOthers
		if i == 0 {
			most = actsOfLead
		}
		text := b.did(f.Item, most)
		if text == "" {
			continue
		}
		name := kindWords[f.Kind]
		if slices.ContainsFunc(told, func(g *piece) bool { return g != f && g.Kind == f.Kind }) {
			name = b.label(f.Item)
		}
		if i == 0 && name == kindWords[f.Kind] {
			name, text = capital(name), capitalIf(len(told) == 1, text)
		}
		if len(told) > 1 {
			text = name + ": " + text
		}
		parts = append(parts, text)
	}
	return strings.Join(parts, "; ")
}

// storyResult tells what became of a piece of work: what was measured, how the
// leading artefact ended or whether it is still open, and how that stands to
// the date first proposed.
func (b *builder) storyResult(s *story) string {
	var parts []string
	told := make(map[string]bool)
	ended := s.lead
	for _, f := range s.proof {
		if f.Outcome == nil {
			continue
		}
		if ended.Outcome == nil && f.Own() {
			ended = f
		}
		for _, fg := range f.Outcome.Figures {
			if told[figureKey(fg)] || len(parts) == cardFigures {
				continue
			}
			told[figureKey(fg)] = true
			text := figureText(fg, line(fg.Name))
			if from := line(fg.From); from != "" {
				text += " (from: " + from + ")"
			}
			parts = append(parts, text)
		}
	}
	if text := b.ending(ended); text != "" {
		parts = append(parts, text)
	}
	return capital(strings.Join(parts, "; "))
}

// storyNote returns the person's own words on a story.
func storyNote(objective string, s *story) string {
	for _, f := range s.pieces {
		if n := f.noteFor(objective); n != "" {
			return n
		}
	}
	return ""
}

// tableLines are the lines of a table in Markdown, noise in an excerpt.
var tableLines = regexp.MustCompile(`\|[\s|:-]*`)

// why words the reasons that weighed most, or that the person chose the item
// by hand.
func (f *piece) why(objective string) string {
	m := f.chosen[objective]
	var parts []string
	switch {
	case m.Pinned():
		parts = append(parts, "Pinned by hand")
	case m.Decision != nil:
		parts = append(parts, "Accepted by hand")
	}
	for _, r := range f.reasons(m) {
		if len(parts) == cardReasons {
			break
		}
		text := line(r.Rule)
		if ex := short(line(tableLines.ReplaceAllString(r.Excerpt, " ")), cardExcerpt); ex != "" {
			text += fmt.Sprintf(": “%s”", ex)
		}
		parts = append(parts, capital(text))
	}
	return strings.Join(parts, "; ")
}

// reasons returns a match's reasons as they may be printed. Other people's
// words in a private channel are quoted only where the person pinned the item,
// and that an item is a page is no quotation.
func (f *piece) reasons(m *objectives.Match) []objectives.Reason {
	rs := slices.Clone(m.Reasons)
	for i := range rs {
		private := f.Private && f.Kind == evidence.Message && rs[i].Field != "acts" && !m.Pinned()
		if private || rs[i].Excerpt == string(f.Kind) {
			rs[i].Excerpt = ""
		}
	}
	return rs
}
