package report

import (
	"fmt"
	"strconv"
	"strings"

	"github.com/dossier-report/dossier/report/words"
)

// Blank is something that only the person can write and has not written yet.
type Blank struct {
	words.Prompt
	// Optional is what the report is whole without: the records tell a card.
	Optional bool
	What     string // "claim of objective 2, Grow two engineers"
}

// Blanks returns what is still to be written of a report made of the input, in
// the order of its pages, with what the records know of each: facts, never a
// draft of the person's words.
func Blanks(in Input, r *Report) []Blank {
	c := blanks{in: in.normal(), r: r, ids: make(map[string]*Entry)}
	for i := range r.Entries {
		c.ids[r.Entries[i].Ref] = &r.Entries[i]
	}
	if r.Thesis.From == ForMeToWrite {
		c.add(words.Place{Part: words.ThesisPart}, "thesis, the sentence that page 1 opens with", r.Thesis.Plain())
	}
	for i := range r.Objectives {
		c.objective(&r.Objectives[i])
	}
	for i := range r.Questions {
		c.question(&r.Questions[i])
	}
	return c.found
}

type blanks struct {
	in    Input
	r     *Report
	ids   map[string]*Entry
	found []Blank
}

func (c *blanks) add(at words.Place, what string, says ...string) {
	c.found = append(c.found, Blank{Prompt: words.Prompt{Place: at, Says: says}, What: what})
}

func (c *blanks) objective(s *Section) {
	at := func(field string) words.Place {
		return words.Place{Part: words.ObjectivePart, Name: s.ID, Field: field}
	}
	of := fmt.Sprintf("objective %d, %s", s.Number, s.Title)
	if s.Claim.From == ForMeToWrite {
		c.add(at(words.Claim), "claim of "+of, append([]string{s.Title + ": " + s.Claim.Plain()}, c.facts(s)...)...)
	}
	if s.Assessment == "" {
		c.add(at(words.Assessment), "assessment of "+of, "Achieved, On track, Behind, or a word of your own.")
	}
	if s.Missed.Plain() == "" {
		says := []string{"What did not work, and what came of it? \"Nothing\" is an answer."}
		if s.Gap != nil {
			says = append(says, "On record: "+s.Gap.Says+".")
		}
		c.add(at(words.Missed), "what did not work, "+of, says...)
	}
	for _, k := range s.KeyResults {
		if k.State.From != ForMeToWrite {
			continue
		}
		place := at(words.KeyResult)
		place.Title = k.Title
		c.add(place, "state of key result “"+k.Title+"” of "+of, k.State.Plain(), c.target(k))
	}
	for i := range s.Cards {
		c.card(&s.Cards[i])
	}
}

// facts are the strongest result and the measured outcomes of an objective.
func (c *blanks) facts(s *Section) []string {
	var says []string
	if t := s.Result.Plain(); t != "" && s.Result.From == FromRecords {
		says = append(says, "On record: "+t)
	}
	for _, f := range s.Figures {
		says = append(says, fmt.Sprintf("Measured: %s %s (%s)", f.Name, strings.TrimSpace(f.Value+" "+f.Unit), f.Source))
	}
	return says
}

func (c *blanks) target(k KeyResult) string {
	var parts []string
	if k.Target != "" {
		parts = append(parts, "target "+k.Target)
	}
	if k.Due != "" {
		parts = append(parts, "due "+k.Due)
	}
	switch {
	case len(k.Refs) > 0:
		parts = append(parts, "named by "+list(k.Refs))
	default:
		parts = append(parts, "no evidence names it")
	}
	return "On record: " + strings.Join(parts, "; ") + "."
}

// card asks for what is not written of a piece of work.
func (c *blanks) card(k *Card) {
	lead := c.ids[k.Refs[0]]
	if lead == nil || strings.ContainsAny(lead.ID, " \t\n") {
		return // no heading could name it
	}
	for _, b := range c.found {
		if b.Part == words.CardPart && b.Name == lead.ID {
			return // it stands on another objective's page too
		}
	}
	written := make(map[string]bool)
	recorded := []string{k.Title + ", " + k.Date}
	for _, row := range k.Rows {
		switch {
		case row.From == InMyWords:
			written[row.Label] = true
		case row.Label == "Did", row.Label == "Result", row.Label == "On record":
			recorded = append(recorded, "On record: "+row.Text)
		}
	}
	for _, f := range []struct{ label, field, asks string }{
		{"Situation", words.Situation, "What was it like before, and why did it matter?"},
		{"Did", words.Did, "What was your own part?"},
		{"Result", words.Result, "What changed because of it?"},
	} {
		if written[f.label] {
			continue
		}
		says := []string{f.asks}
		if recorded != nil {
			says, recorded = append(recorded, f.asks), nil
		}
		c.add(words.Place{Part: words.CardPart, Name: lead.ID, Field: f.field}, f.field+" of "+k.Refs[0]+", "+k.Title, says...)
		c.found[len(c.found)-1].Optional = true
	}
}

// question asks for an answer, or for the priorities or requests that it is
// made from.
func (c *blanks) question(q *Question) {
	what := fmt.Sprintf("answer to question %d, %s", q.Number, q.Title)
	subject := Open
	if q.Number <= len(c.in.Form) {
		subject = c.in.Form[q.Number-1].Subject
	}
	if subject == Priorities {
		c.priorities()
	}
	if q.Answer.From != ForMeToWrite {
		return
	}
	says := strings.Split(q.Answer.Plain(), " Prompts from the records: ")
	if len(says) == 2 {
		says = append(says[:1], "On record: "+says[1])
	}
	switch subject {
	case Priorities:
		c.add(words.Place{Part: words.PriorityPart, Name: "1"}, what, says...)
		for _, f := range priorityFields {
			c.add(words.Place{Part: words.PriorityPart, Name: "1", Field: f.field}, f.field+" of the first priority", f.asks)
		}
	case Support:
		c.add(words.Place{Part: words.RequestPart, Name: "1"}, what, says...)
	default:
		c.add(words.Place{Part: words.AnswerPart, Name: strconv.Itoa(q.Number)}, what, says...)
	}
}

var priorityFields = []struct{ field, asks string }{
	{words.Date, "By which day? YYYY-MM-DD"}, {words.FirstStep, "What comes first?"}, {words.Know, "What will show that it is done?"},
}

// priorities asks for what is missing of those that are begun.
func (c *blanks) priorities() {
	for i, p := range c.in.Words.Priorities {
		has := map[string]string{words.Date: p.Date, words.FirstStep: p.FirstStep, words.Know: p.Know}
		for _, f := range priorityFields {
			if has[f.field] == "" {
				n := strconv.Itoa(i + 1)
				c.add(words.Place{Part: words.PriorityPart, Name: n, Field: f.field}, f.field+" of priority "+n, f.asks)
			}
		}
	}
}

// Required returns those without which a report is a draft.
func Required(all []Blank) []Blank {
	var out []Blank
	for _, b := range all {
		if !b.Optional {
			out = append(out, b)
		}
	}
	return out
}

// leadIDs returns the ids of the items that lead a card.
func leadIDs(r *Report) map[string]bool {
	refs := make(map[string]string)
	for i := range r.Entries {
		refs[r.Entries[i].Ref] = r.Entries[i].ID
	}
	out := make(map[string]bool)
	for i := range r.Objectives {
		for _, c := range r.Objectives[i].Cards {
			if len(c.Refs) > 0 {
				out[refs[c.Refs[0]]] = true
			}
		}
	}
	return out
}

// Strangers returns the headings of words that the report does not show: their
// objective is not in the configuration, or their item leads no card.
func Strangers(in Input, r *Report) []string {
	leads := leadIDs(r)
	return in.Words.Strangers(func(id string) bool {
		for _, o := range in.Objectives {
			if o.ID == id {
				return true
			}
		}
		return false
	}, func(id string) bool { return leads[id] || len(in.Only) > 0 })
}
