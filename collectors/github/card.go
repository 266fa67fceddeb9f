package github

import (
	"cmp"
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"github.com/dossier-report/dossier/collectors"
	"github.com/dossier-report/dossier/evidence"
)

// items makes items of the cards and status updates that count.
func (b *passingBoard) items() []evidence.Fetched {
	var list []evidence.Fetched
	for _, c := range b.cards {
		s := b.sight(c)
		b.seen[c.ID] = s
		it := b.card(c, s)
		if len(it.Acts) > 0 && (it.In(b.period) || it.Flows(b.period)) && b.cfg.wanted(c.content().Repository.name()) {
			list = append(list, evidence.Fetched{Item: it, Hash: evidence.Hash(c.raw)})
		}
	}
	for _, raw := range b.updates {
		if it, ok := b.update(raw); ok {
			list = append(list, evidence.Fetched{Item: it, Hash: evidence.Hash(raw)})
		}
	}
	slices.SortStableFunc(list, func(x, y evidence.Fetched) int { return cmp.Compare(x.Item.ID, y.Item.ID) })
	return list
}

func (c *card) content() *content {
	if c.Content == nil {
		return &content{}
	}
	return c.Content
}

// status returns the field that says where the card stands.
func (c *card) status() *fieldValue {
	for _, v := range c.FieldValues.all() {
		if v.Typename == "ProjectV2ItemFieldSingleSelectValue" && strings.EqualFold(v.field(), "status") && v.Name != "" {
			return v
		}
	}
	return nil
}

// card makes an item of a card with the person's acts on it.
func (b *passingBoard) card(c *card, s *collectors.Sighting) evidence.Item {
	x, m := c.content(), &b.make
	it := evidence.Item{
		ID: m.node("card", c.ID), Source: "github", Kind: evidence.Card, Title: strings.TrimSpace(x.Title), Text: plain(x.Body),
		URL: x.URL, Place: b.head.Title, Private: b.head.Public == nil || !*b.head.Public || x.Repository != nil && x.Repository.private(),
	}
	if it.URL == "" {
		it.URL = b.head.URL
	}
	if it.Title == "" {
		it.Title = "A card that cannot be seen"
	}
	author := c.Creator.person()
	it.Author = &author
	it.Flow = &evidence.Flow{Created: c.CreatedAt.Time, Moves: s.Join(recorded(b.moved[x.ID]))}
	if set := b.head.set(); set.Name != "" || len(set.Columns) > 0 {
		it.Flow.Boards = []evidence.Board{set}
	}
	if !c.CreatedAt.IsZero() && m.me(c.Creator) {
		it.Acts = append(it.Acts, evidence.Act{At: c.CreatedAt.Time, Verb: evidence.Created})
	}
	for _, mv := range it.Flow.Moves {
		if m.me(&actor{Login: mv.By}) && mv.By != "" {
			it.Acts = append(it.Acts, evidence.Act{At: mv.At, Verb: evidence.Moved, Context: arrow(mv.From, mv.To)})
		}
	}
	b.planned(c, &it)
	if x.Typename == "DraftIssue" && slices.ContainsFunc(x.Assignees.all(), m.me) && !m.me(c.Creator) && !c.CreatedAt.IsZero() {
		it.Acts = append(it.Acts, evidence.Act{At: c.CreatedAt.Time, Verb: evidence.Assigned, Context: "since when is not known: the card was made then"})
	}
	for _, a := range x.Assignees.all() {
		if !m.me(a) {
			it.People = append(it.People, evidence.Participant{Person: a.person(), Role: "assignee"})
		}
	}
	it.Links = append(it.Links, evidence.Keys(it.Title+"\n"+it.Text)...)
	if name := (&reference{x.Number, x.Repository}).name(); name != "" {
		it.Links = append(it.Links, name)
	}
	b.ended(c, &it)
	slices.SortStableFunc(it.Acts, func(x, y evidence.Act) int { return cmp.Or(x.At.Compare(y.At), cmp.Compare(x.Verb, y.Verb)) })
	return it
}

func arrow(from, to string) string {
	if from == "" {
		return "to " + to
	}
	return from + " → " + to
}

// planned adds the dates and the estimate, and the person's acts of setting
// them. Other single selects are labels: "Priority: High".
func (b *passingBoard) planned(c *card, it *evidence.Item) {
	plan(c.FieldValues.all(), it.Flow)
	for _, v := range c.FieldValues.all() {
		switch v.Typename {
		case "ProjectV2ItemFieldSingleSelectValue":
			if v.Name != "" && v.field() != "" && !strings.EqualFold(v.field(), "status") {
				it.Labels = append(it.Labels, v.field()+": "+v.Name)
			}
		case "ProjectV2ItemFieldIterationValue":
			if v.Title != "" {
				it.Labels = append(it.Labels, strings.TrimSpace(v.field()+": "+v.Title))
			}
		}
		if !b.make.me(v.Creator) || v.UpdatedAt.IsZero() {
			continue
		}
		if due, ok := dueOf(v); ok {
			it.Acts = append(it.Acts, evidence.Act{At: v.UpdatedAt.Time, Verb: evidence.Scheduled, Context: "due " + due})
		} else if e, ok := estimateOf(v); ok {
			it.Acts = append(it.Acts, evidence.Act{At: v.UpdatedAt.Time, Verb: evidence.Estimated, Context: strings.TrimSpace(fmt.Sprint(e.Value, " ", e.Unit))})
		}
	}
}

// ended says what became of the card: done when its issue is, or when it stands
// where a board has what is done.
func (b *passingBoard) ended(c *card, it *evidence.Item) {
	x := c.content()
	switch {
	case !x.MergedAt.IsZero():
		it.Outcome = &evidence.Outcome{State: evidence.StateDone, At: x.MergedAt.Time}
	case !x.ClosedAt.IsZero():
		it.Outcome = &evidence.Outcome{State: evidence.StateDone, At: x.ClosedAt.Time}
	default:
		n := len(it.Flow.Moves)
		if n == 0 || c.status() == nil || !named(c.status().Name, "done", "complete", "shipped", "released", "closed", "finished") || it.Flow.Moves[n-1].To != c.status().Name {
			return
		}
		last := it.Flow.Moves[n-1]
		it.Outcome = &evidence.Outcome{State: evidence.StateDone, At: last.At, By: last.By}
	}
}

// update makes an item of a board's status update that the person wrote.
func (b *passingBoard) update(raw json.RawMessage) (evidence.Item, bool) {
	var u struct {
		ID                    string
		CreatedAt, UpdatedAt  stamp
		Status, Body          string
		StartDate, TargetDate string
		Creator               *actor
	}
	if err := soft(json.Unmarshal(raw, &u)); err != nil || u.ID == "" {
		b.lose("a status update", "it cannot be understood")
		return evidence.Item{}, false
	}
	if !b.make.me(u.Creator) || !b.period.Contains(u.CreatedAt.Time) || u.CreatedAt.IsZero() {
		return evidence.Item{}, false
	}
	author := u.Creator.person()
	text := plain(u.Body)
	it := evidence.Item{
		ID: b.make.node("status", u.ID), Source: "github", Kind: evidence.Message, Title: "Status update: " + b.head.Title, Text: text,
		URL: b.head.URL, Place: b.head.Title, Private: b.head.Public == nil || !*b.head.Public, Author: &author,
		Acts: []evidence.Act{{At: u.CreatedAt.Time, Verb: evidence.Posted, Text: text}}, Links: evidence.Keys(u.Body),
	}
	if u.Status != "" {
		it.Labels = []string{strings.ToLower(strings.ReplaceAll(u.Status, "_", " "))}
	}
	if dateForm(u.TargetDate) {
		it.Flow = &evidence.Flow{Created: u.CreatedAt.Time, Dates: []evidence.DueDate{{At: u.CreatedAt.Time, Due: u.TargetDate, By: u.Creator.login()}}}
	}
	return it, true
}
