package report

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"sync"

	"github.com/dossier-report/dossier/evidence"
	"github.com/dossier-report/dossier/objectives"
)

// definitions explains the words that this report uses.
func definitions(r *Report) []Definition {
	defs := []Definition{
		{"evidence", "an artefact in which the person had a part, with their dated acts on it"},
		{"found", "items with an act of the person in the period, or of their own that ended in it"},
		{"chosen", "found items that reach an objective's threshold or that the person accepted, without those they rejected"},
	}
	add := func(word, means string, used bool) {
		if used {
			defs = append(defs, Definition{word, means})
		}
	}
	var cards, figures, confirmed, proposed, candidates bool
	for _, s := range r.Objectives {
		cards = cards || len(s.Cards) > 0
		figures = figures || s.Strength.Outcome
		confirmed = confirmed || s.Strength.Confirmed
		for _, c := range s.Cards {
			for _, row := range c.Rows {
				proposed = proposed || row.Label == "Result" && strings.Contains(row.Text, "date first proposed")
			}
		}
	}
	candidates = len(r.Candidates) > 0
	add("A, linked artefact", "the item, or an act on it, has an address that a reader can open", len(r.Entries) > 0)
	add("O, measured outcome", "the source gives a figure for what came of it; that it was merged or finished is no measure", figures || len(r.Entries) > 0)
	add("C, confirmed by others", "somebody else, and no bot, approved, merged, published or took as done (without being its assignee) an item of the person's own, "+
		"accepted their answer, thanked them for it, or cited it in a page, message or meeting of their own; a review alone is no confirmation", confirmed || len(r.Entries) > 0)
	add("card", "one piece of work: chosen items that refer to one another, told from the best proven of them; its marks and its result are those of the items chosen for the objective", cards)
	var short bool
	for _, s := range r.Objectives {
		short = short || s.Gap != nil && s.Count > 0
	}
	add("main point", "the score lies at least half of the way from the objective's threshold to 1, or the person chose the item by hand; otherwise the objective is peripheral to it", len(r.Entries) > 0)
	add("gap", fmt.Sprintf("fewer than %d pieces of work, or none whose main point the objective is; all from one source where others answered too; nothing in the last third of the time up to the report, at least %d days", enoughPieces, staleLeast), short)
	add("work for no objective", "found pieces of work of which no item was chosen, without a bot's routine", len(r.Unserved) > 0)
	add("date first proposed", "the first date that the person wrote down for a work item; days are calendar days in the person's time zone", proposed)
	add("people who can speak to this", "shared at least three artefacts with the person over at least three weeks; meetings of more than eight, bots and the own manager are left out", candidates)
	return defs
}

// catalogue is the catalogue of competencies, read once; it is not changed here.
var catalogue = sync.OnceValue(objectives.Catalogue)

// basis words how an objective is recognised: by the competencies that it asks
// for, of the catalogue, and by rules of its own.
func basis(o objectives.Objective, known []objectives.Competency) Basis {
	bs := Basis{Objective: o.ID, Threshold: o.Least()}
	for _, w := range o.Asks() {
		for i := range known {
			if c := &known[i]; c.ID == w.ID {
				bs.Rules = append(bs.Rules, competencyText(c, w.Share()))
			}
		}
	}
	for i := range o.Rules {
		bs.Rules = append(bs.Rules, ruleText(&o.Rules[i]))
	}
	return bs
}

// competencyText words a competency, the names of its signals, and how much of
// the objective it is where it is not all.
func competencyText(c *objectives.Competency, share float64) string {
	var names []string
	for _, s := range c.Signals {
		if s.Odds > 0 && s.Name != "" {
			names = append(names, s.Name)
		}
	}
	if len(names) > listed {
		names = append(names[:listed], fmt.Sprintf("and %d more", len(names)-listed))
	}
	text := line(c.Title) + ": " + line(c.Description)
	if len(names) > 0 {
		text += "; by: " + strings.Join(names, ", ")
	}
	if share < 1 {
		text += "; weight " + strconv.FormatFloat(share, 'g', 3, 64)
	}
	return text
}

// listed is how many words of a condition are printed; the configuration holds
// them all.
const listed = 8

// ruleText words a rule's conditions and weight.
func ruleText(r *objectives.Rule) string {
	var parts []string
	say := func(what string, values []string) {
		if len(values) > listed {
			values = append(slices.Clone(values[:listed]), fmt.Sprintf("and %d more", len(values)-listed))
		}
		if len(values) > 0 {
			parts = append(parts, what+strings.Join(values, ", "))
		}
	}
	var kinds, verbs []string
	for _, k := range r.Kinds {
		kinds = append(kinds, kindWords[k])
	}
	for _, v := range r.Verbs {
		verbs = append(verbs, cleanVerb(v))
	}
	say("kind: ", kinds)
	say("the person: ", verbs)
	if r.Own != nil {
		parts = append(parts, map[bool]string{true: "the person's own", false: "somebody else's"}[*r.Own])
	}
	say("with a person who is: ", r.Relations)
	say("whose part is: ", r.Roles)
	say("place: ", r.Places)
	say("label: ", r.Labels)
	say("path: ", r.Paths)
	say("refers to: ", r.Links)
	where := "words: "
	if len(r.Fields) > 0 {
		where = "words in " + strings.Join(r.Fields, ", ") + ": "
	}
	say(where, r.Words)
	say("without: ", r.Not)
	if r.MinWords > 0 {
		parts = append(parts, fmt.Sprintf("at least %d words of prose", r.MinWords))
	}
	weight := r.Weight
	if weight == 0 {
		weight = objectives.DefaultWeight
	}
	return fmt.Sprintf("%s (weight %s): %s", line(r.Name), strconv.FormatFloat(weight, 'g', -1, 64), strings.Join(parts, "; "))
}

// cleanVerb words a verb without its underscore.
func cleanVerb(v evidence.Verb) string { return strings.ReplaceAll(string(v), "_", " ") }
