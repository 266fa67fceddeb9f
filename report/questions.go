package report

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"time"
)

// questions answers what the records can answer, and gives what they know of
// the rest as prompts. Priorities and requests are the person's to write.
func (b *builder) questions(r *Report) []Question {
	var qs []Question
	for i, f := range b.Form {
		q := Question{Number: i + 1, Title: f.Title, Asks: f.Asks, Limit: f.Limit}
		switch f.Subject {
		case Progress:
			q.Answer = b.progress()
			if len(r.Objectives) > 0 {
				q.Where = r.Objectives[0].ID
			}
		case Voices:
			q.Answer = b.voices(r.Candidates)
		case Priorities:
			q.Answer = prompt("Choose at most three, each with a date and a first step.", b.priorityPrompts(r))
		case Support:
			q.Answer = prompt("Write one or two requests.", b.supportPrompts(r.Candidates))
		default:
			q.Answer = statement(ForMeToWrite, plain(line(f.Asks)))
		}
		if answer, ok := b.ownAnswer(f.Subject, q.Number); ok {
			q.Answer = answer
		}
		qs = append(qs, q)
	}
	return qs
}

// progress gives the strongest result of each objective in one clause.
func (b *builder) progress() Statement {
	var spans []Span
	var without []int
	for _, o := range b.objectives {
		clause := b.resultSpans(o, clauseTitle)
		if clause == nil {
			without = append(without, o.number)
			continue
		}
		if len(spans) > 0 {
			spans = append(spans, plain(" "))
		}
		spans = append(append(append(spans, plain(fmt.Sprintf("Objective %d: ", o.number))), clause...), plain("."))
	}
	switch {
	case len(spans) == 0:
		spans = append(spans, plain("Nothing on record speaks for an objective in this period."))
	case len(without) > 0:
		spans = append(spans, plain(fmt.Sprintf(" Nothing on record for %s.", numbered(without))))
	}
	return drafted(spans...)
}

// voices suggests who can speak to the work.
func (b *builder) voices(candidates []Candidate) Statement {
	if len(candidates) == 0 {
		return statement(ForMeToWrite, plain("Name who can speak to your work and on what. The records show nobody with at least three shared artefacts over three weeks."))
	}
	var spans []Span
	for _, c := range candidates[:min(answerCap, len(candidates))] {
		spans = append(spans, strong(c.Name))
		if c.Role != "" {
			spans = append(spans, plain(", "+c.Role))
		}
		title := line(b.objectives[c.Objectives[0]-1].Title)
		spans = append(spans, plain(": "+short(strings.TrimRight(title, "."), clauseTitle)+". "))
	}
	return drafted(append(spans, plain("Suggested from shared work; not yet confirmed or asked."))...)
}

// prompt asks for something and says what the records know of it.
func prompt(ask string, known []string) Statement {
	if len(known) > 0 {
		ask += " Prompts from the records: " + strings.Join(known, "; ") + "."
	}
	return statement(ForMeToWrite, plain(ask))
}

// promptItems is how many items a prompt names.
const promptItems = 2

// priorityPrompts says which objectives lack evidence or proof, what was late,
// what is open, and which work no objective asks for.
func (b *builder) priorityPrompts(r *Report) []string {
	var nothing, unmeasured, unconfirmed []int
	for _, o := range b.objectives {
		var s Strength
		for _, f := range o.chosen {
			s = s.with(f.strength)
		}
		if len(o.chosen) == 0 {
			nothing = append(nothing, o.number)
			continue
		}
		if !s.Outcome {
			unmeasured = append(unmeasured, o.number)
		}
		if !s.Confirmed {
			unconfirmed = append(unconfirmed, o.number)
		}
	}
	var known []string
	if len(nothing) > 0 {
		known = append(known, "nothing on record for "+numbered(nothing))
	}
	known = append(known, gapPrompts(r.Objectives)...)
	for _, gap := range []struct {
		says string
		of   []int
	}{{"no measured outcome for ", unmeasured}, {"nobody else's confirmation for ", unconfirmed}} {
		if len(gap.of) > 0 {
			known = append(known, gap.says+numbered(gap.of))
		}
	}
	if late := b.latest(); len(late) > 0 {
		known = append(known, "later than first proposed: "+strings.Join(late, ", "))
	}
	if open := b.waiting(); len(open) > 0 {
		known = append(known, "still open: "+strings.Join(open, ", "))
	}
	if work := unservedPrompt(r.Unserved); work != "" {
		known = append(known, work)
	}
	return known
}

// supportPrompts says what has waited longest and for which objectives the
// records show nobody who could speak.
func (b *builder) supportPrompts(candidates []Candidate) []string {
	var known []string
	if waiting := b.waiting(); len(waiting) > 0 {
		known = append(known, "longest without a move: "+strings.Join(waiting, ", "))
	}
	spoken := make(map[int]bool)
	for _, c := range candidates {
		for _, n := range c.Objectives {
			spoken[n] = true
		}
	}
	var silent []int
	for _, o := range b.objectives {
		if !spoken[o.number] {
			silent = append(silent, o.number)
		}
	}
	if len(silent) > 0 {
		known = append(known, "nobody yet to speak to "+numbered(silent))
	}
	return known
}

// latest names the work that came, or is, latest after the date that the
// person first proposed for it.
func (b *builder) latest() []string {
	type slip struct {
		piece *piece
		days  int
		open  bool
	}
	var slips []slip
	for _, f := range b.found {
		p, ok := b.proposal(f)
		if !ok || p.delivered.IsZero() && !f.open() {
			continue
		}
		if n := p.late(b.today()); n > 0 {
			slips = append(slips, slip{f, n, p.delivered.IsZero()})
		}
	}
	slices.SortStableFunc(slips, func(x, y slip) int { return cmp.Compare(y.days, x.days) })
	var named []string
	for _, s := range slips[:min(promptItems, len(slips))] {
		state := "late"
		if s.open {
			state = "past its date and open"
		}
		named = append(named, fmt.Sprintf("%s (%s %s)", b.label(s.piece.Item), days(s.days), state))
	}
	return named
}

// waitingLeast is how long an item must have rested to be named, in days.
const waitingLeast = 7

// waiting names the person's open work that has rested longest: what is flagged
// as blocked before the rest, by when it was; else since its last move, else
// since their last act on it.
func (b *builder) waiting() []string {
	type rest struct {
		piece   *piece
		days    int
		status  string
		flagged bool
	}
	var rests []rest
	for _, f := range b.found {
		if !f.open() {
			continue
		}
		status, since := f.status()
		if since.IsZero() && len(f.Acts) > 0 {
			since = f.Acts[len(f.Acts)-1].At
		}
		flag := f.flagged()
		if !flag.IsZero() {
			since = flag
		}
		if n := daysBetween(b.date(since), b.today()); n >= waitingLeast {
			rests = append(rests, rest{f, n, line(status), !flag.IsZero()})
		}
	}
	slices.SortStableFunc(rests, func(x, y rest) int { return cmp.Or(first(x.flagged, y.flagged), cmp.Compare(y.days, x.days)) })
	var named []string
	for _, r := range rests[:min(promptItems, len(rests))] {
		text := days(r.days)
		switch {
		case r.flagged:
			text = "flagged for " + text
		case r.status != "":
			text += " in “" + r.status + "”"
		}
		named = append(named, fmt.Sprintf("%s (%s)", b.label(r.piece.Item), text))
	}
	return named
}

// flagged returns since when an item is flagged as blocked, zero when it is not.
func (f *piece) flagged() (since time.Time) {
	if f.Flow == nil {
		return since
	}
	for _, s := range f.Flow.Flagged {
		if s.To.IsZero() && s.From.After(since) {
			since = s.From
		}
	}
	return since
}

// numbered names objectives: "objective 4", "objectives 2 and 4".
func numbered(ns []int) string {
	words := make([]string, len(ns))
	for i, n := range ns {
		words[i] = fmt.Sprint(n)
	}
	if len(ns) == 1 {
		return "objective " + words[0]
	}
	return "objectives " + list(words)
}
