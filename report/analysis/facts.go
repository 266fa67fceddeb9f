package analysis

import (
	"cmp"
	"fmt"
	"slices"
	"time"

	"github.com/dossier-report/dossier/evidence"
)

// namedStudies is how many artefacts the first fact names.
const namedStudies = 5

// facts are the four linked ones that prove that a bottleneck was explored:
// somebody studied it, the wait is there, something was changed on a day, and
// it worked without costing what it should not. What is missing is said.
func facts(m *model, r *Result) {
	var c *BeforeAfter
	for i := range r.Changes {
		if c == nil || c.Why != "" && r.Changes[i].Why == "" {
			c = &r.Changes[i]
		}
	}
	r.Facts = []Fact{m.study(c), waitShown(r), changeMade(c), effectShown(c)}
}

// study looks for what the person wrote about the bottleneck before the change,
// or in the window when there is none.
func (m *model) study(c *BeforeAfter) Fact {
	f := Fact{Name: "study", Items: []string{}}
	until := m.to
	if c != nil {
		until = c.At
	}
	type found struct {
		it *evidence.Item
		at time.Time
	}
	var list []found
	for i := range m.own {
		it := &m.own[i]
		if c != nil && it.ID == c.ItemID || !studies(it.Kind) || !about(it, m.bottleneck) {
			continue
		}
		if at, ok := firstMade(it); ok && at.Before(until) && m.wrote(it) {
			list = append(list, found{it, at})
		}
	}
	slices.SortFunc(list, func(a, b found) int { return cmp.Or(a.at.Compare(b.at), cmp.Compare(a.it.ID, b.it.ID)) })
	for _, s := range list[:min(namedStudies, len(list))] {
		f.Items = append(f.Items, s.it.ID)
	}
	switch {
	case len(list) > 0:
		f.Present = true
		f.Text = fmt.Sprintf("Studied: %q, %s", list[0].it.Title, m.clock.date(list[0].at))
	case c != nil:
		f.Text = "Missing: a page, ticket or issue of yours about the wait, dated before " + c.On
	default:
		f.Text = "Missing: a page, ticket or issue of yours about the wait"
	}
	return f
}

func studies(k evidence.Kind) bool {
	switch k {
	case evidence.Page, evidence.Ticket, evidence.Issue, evidence.Discussion, evidence.Card, evidence.Note:
		return true
	}
	return false
}

// firstMade is when the person made the item.
func firstMade(it *evidence.Item) (time.Time, bool) {
	for _, a := range it.Acts {
		switch a.Verb {
		case evidence.Opened, evidence.Created, evidence.Wrote, evidence.Posted, evidence.Noted:
			return a.At, sane(a.At)
		}
	}
	return time.Time{}, false
}

func waitShown(r *Result) Fact {
	b := &r.Bottleneck
	f := Fact{Name: "wait", Items: []string{}}
	if b.Why != "" || b.Status == "" {
		f.Text = "Missing: the share of time that work waited (" + b.Why + ")"
		return f
	}
	f.Present = true
	f.Text = fmt.Sprintf("Items spent %s of their time begun in %s, %s days each, the largest wait of all", percent(b.Share), b.Status, short(b.Mean))
	for _, i := range b.Longest {
		f.Items = append(f.Items, i.Item)
	}
	return f
}

func changeMade(c *BeforeAfter) Fact {
	f := Fact{Name: "change", Items: []string{}}
	switch {
	case c == nil:
		f.Text = "Missing: a change with a date; name it under flow.changes"
	case c.ItemID == "":
		f.Text = fmt.Sprintf("Missing: an owner of %q, %s; name its item under flow.changes", c.Title, c.On)
	case c.Owner == "":
		f.Text, f.Items = fmt.Sprintf("Missing: an owner of %q, %s", c.Title, c.On), []string{c.ItemID}
	default:
		f.Present, f.Items = true, []string{c.ItemID}
		f.Text = fmt.Sprintf("Changed on %s: %s, by %s", c.On, c.Title, c.Owner)
	}
	return f
}

func effectShown(c *BeforeAfter) Fact {
	f := Fact{Name: "effect", Items: []string{}}
	switch {
	case c == nil:
		f.Text = "Missing: before and after, for there is no change with a date"
	case c.Why != "":
		f.Text = "Missing: before and after (" + c.Why + ")"
	case c.Status == "":
		f.Text = "Missing: a status in which items waited"
	default:
		f.Present = c.Wait.High < 0 && c.NoWorse
		f.Text = fmt.Sprintf("Mean days in %s: %s before, %s after (95 %% interval of the difference: %s to %s)",
			c.Status, short(c.Wait.Before), short(c.Wait.After), short(c.Wait.Low), short(c.Wait.High))
		for _, k := range c.Counters[:min(1, len(c.Counters))] {
			f.Text += fmt.Sprintf("; %s: %s, then %s", k.Name, percent(k.Before), percent(k.After))
		}
		if !f.Present {
			f.Text = "Missing: a wait that is surely shorter, and no counter-measure worse. " + f.Text
		}
	}
	return f
}
