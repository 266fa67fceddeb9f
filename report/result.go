package report

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/dossier-report/dossier/evidence"
)

// endWords says how an item ended.
var endWords = map[evidence.State]string{
	evidence.StateMerged: "merged", evidence.StateClosed: "closed", evidence.StateDone: "done",
	evidence.StateDropped: "dropped", evidence.StateAnswered: "answered", evidence.StatePublished: "published",
}

// ending tells how an item ended and how that stands to the date that the
// person first proposed; for work of their own without an end, that it is open.
func (b *builder) ending(f *piece) string {
	o := f.Outcome
	if o == nil {
		return b.openText(f)
	}
	text := endWords[o.State]
	if !o.At.IsZero() {
		text += " " + b.brief(o.At)
		if !b.Period.To.IsZero() && !o.At.Before(b.Period.To) {
			text += ", after the period"
		}
	}
	if p, ok := b.proposal(f); ok && !p.delivered.IsZero() {
		text += ", " + b.slipText(p)
	}
	return text
}

// openText tells that work of the person's own has not ended, with where it
// stands; empty for what cannot end and for other people's work.
func (b *builder) openText(f *piece) string {
	if !f.open() {
		return ""
	}
	text := "still open"
	if status, since := f.status(); status != "" {
		text += fmt.Sprintf(": “%s” since %s", line(status), b.brief(since))
	}
	return text
}

// open reports whether the item is unfinished work of the person's own.
func (f *piece) open() bool {
	switch f.Kind {
	case evidence.PullRequest, evidence.Issue, evidence.Ticket, evidence.Card:
		return f.Outcome == nil && f.Own()
	}
	return false
}

// status returns the tracker's last known status of an item and since when.
func (f *piece) status() (string, time.Time) {
	var last evidence.Move
	if f.Flow != nil {
		for _, m := range f.Flow.Moves {
			if !m.At.Before(last.At) {
				last = m
			}
		}
	}
	return last.To, last.At
}

// proposal is a date that the person wrote down for a work item.
type proposal struct {
	due       time.Time // the first date proposed
	delivered time.Time // the day of delivery; zero while there is none
	notice    int       // days from the first new date's day to the old date; 0 for none
}

// late returns by how many days delivery, or else today, is after the date.
func (p proposal) late(today time.Time) int { return daysBetween(p.due, cmp.Or(p.delivered, today)) }

// proposal returns the first date that the person proposed for an item.
func (b *builder) proposal(f *piece) (proposal, bool) {
	var p proposal
	if f.Flow == nil {
		return p, false
	}
	dates := slices.SortedStableFunc(slices.Values(f.Flow.Dates), func(x, y evidence.DueDate) int { return x.At.Compare(y.At) })
	for _, d := range dates {
		due, err := time.Parse(time.DateOnly, d.Due)
		if err != nil || !b.self(f.Source, evidence.Person{Login: d.By}) {
			continue
		}
		if p.due.IsZero() {
			p.due = due
			continue
		}
		p.notice = max(0, daysBetween(b.date(d.At), p.due))
		break
	}
	if o := f.Outcome; o != nil && !o.At.IsZero() && o.State != evidence.StateDropped {
		p.delivered = b.date(o.At)
	}
	return p, !p.due.IsZero()
}

// slipText words how delivery stands to the date first proposed.
func (b *builder) slipText(p proposal) string {
	due := b.dueDay(p.due)
	switch n := daysBetween(p.due, p.delivered); {
	case n == 0:
		return "on the date first proposed"
	case n < 0:
		return fmt.Sprintf("%s before the date first proposed, %s", days(-n), due)
	case p.notice > 0:
		return fmt.Sprintf("%s after the date first proposed, %s; new date given %s ahead", days(n), due, days(p.notice))
	default:
		return fmt.Sprintf("%s after the date first proposed, %s", days(n), due)
	}
}

// today is the last day that the report can speak of: the day that it is made,
// or the period's last when that is earlier.
func (b *builder) today() time.Time {
	if !b.Period.To.IsZero() && (b.Made.IsZero() || b.Period.To.Before(b.Made)) {
		return b.date(b.Period.To.Add(-1))
	}
	return b.date(b.Made)
}

// Lengths of a result that leave it on two lines of a table, and of one that is
// a clause among others.
const (
	resultTitle = 60
	clauseTitle = 40
)

// result words the strongest that the records show for an objective: what was
// measured, else how the strongest finished work ended, else its title. It
// rates nothing and counts nothing.
func (b *builder) result(o *objective) Statement {
	if spans := b.resultSpans(o, resultTitle); spans != nil {
		return drafted(spans...)
	}
	return drafted(plain("No evidence on record."))
}

// resultSpans is the result with titles cut to n characters, nil for none.
func (b *builder) resultSpans(o *objective, n int) []Span {
	if figures := b.figures(o); len(figures) > 0 {
		best := figures[0]
		spans := []Span{plain(short(line(best.Name), n) + " "), strong(change(best.Figure)), plain(unitText(best.Unit))}
		if n == clauseTitle {
			return spans
		}
		return append(spans, plain(": "+short(title(best.piece.Item), n)))
	}
	for _, s := range o.stories {
		if ended := b.ended(s); ended != nil {
			return append([]Span{plain(short(title(s.lead.Item), n) + ": ")}, ended...)
		}
	}
	if len(o.stories) == 0 {
		return nil
	}
	lead := o.stories[0].lead
	return []Span{plain(short(title(lead.Item), n) + " (" + kindWords[lead.Kind] + ", " + b.brief(lead.date) + ")")}
}

// ended words how a story's leading item ended, and who said so: for the
// person's own what became of it, for other people's what the person did. It
// is nil for what has not ended, or was dropped.
func (b *builder) ended(s *story) []Span {
	f := s.lead
	if f.Outcome == nil || f.Outcome.State == evidence.StateDropped {
		return nil
	}
	end := endWords[f.Outcome.State]
	if at := f.Outcome.At; !at.IsZero() {
		end += " " + b.brief(at)
	}
	if !f.Own() {
		part, when := f.part(b.actsIn(f.Item))
		if part == "" {
			return nil
		}
		spans := []Span{strong(part + " " + b.brief(when))}
		if part == endWords[f.Outcome.State] {
			return append(spans, b.lower(f))
		}
		return append(spans, plain("; "+end))
	}
	if len(f.confirmed) > 0 && f.confirmed[0].rank == merged {
		return []Span{strong(end), plain(" by " + f.confirmed[0].who)}
	}
	return []Span{strong(end), b.lower(f)}
}

// lower is an item's strongest confirmation as the end of a sentence.
func (b *builder) lower(f *piece) Span {
	if len(f.confirmed) == 0 {
		return plain("")
	}
	c := f.confirmed[0]
	return plain(", " + strings.ToLower(confirmedBy[c.rank]) + " " + c.who)
}

// parts are what a person can do to other people's work, the most telling
// first.
var parts = []struct {
	verb evidence.Verb
	word string
}{{evidence.Answered, "answered"}, {evidence.Approved, "reviewed and approved"}, {evidence.RequestedChanges, "reviewed"},
	{evidence.Reviewed, "reviewed"}, {evidence.Resolved, "resolved"}, {evidence.Merged, "merged"}}

// part returns the most telling of the person's acts on somebody else's item
// and when it was last done; "" when there is none worth a headline.
func (f *piece) part(acts []evidence.Act) (string, time.Time) {
	for _, p := range parts {
		for _, a := range slices.Backward(acts) {
			if a.Verb == p.verb {
				return p.word, a.At
			}
		}
	}
	return "", time.Time{}
}

// thesis asks for the sentence that page 1 opens with.
func (b *builder) thesis() Statement {
	if s, ok := own(b.Words.Thesis); ok {
		return s
	}
	spans := []Span{plain("Write one sentence of at most 45 words: what is different at the end of this period because of your work?")}
	var measured []string
	for _, o := range b.objectives {
		if figures := b.figures(o); len(figures) > 0 && len(measured) < 3 {
			if text := figureText(figures[0].Figure, short(line(figures[0].Name), clauseTitle)); !slices.Contains(measured, text) {
				measured = append(measured, text)
			}
		}
	}
	if len(measured) > 0 {
		spans = append(spans, plain(" Measured on record: "+strings.Join(measured, "; ")+"."))
	}
	return statement(ForMeToWrite, spans...)
}

// claim asks for the lines that an objective's page opens with.
func (b *builder) claim(o *objective) Statement {
	if s, ok := own(b.Words.Objectives[o.ID].Claim); ok {
		return s
	}
	text := "Write two to four lines: what was the situation, what did you do, and what changed because of it? Say also what did not work."
	if len(o.chosen) == 0 {
		text = "Nothing on record speaks for this objective. Write what you did, or what kept you from it, and add a note or an item that shows it."
	}
	return statement(ForMeToWrite, plain(text))
}
