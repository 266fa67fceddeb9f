package objectives

import (
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/dossier-report/dossier/evidence"
)

// alike are items of two places on which the same rule holds.
func alike(n int) []evidence.Item {
	var items []evidence.Item
	for i := range n {
		items = append(items, pull(func(it *evidence.Item) {
			it.ID, it.Title, it.Text, it.Labels = fmt.Sprintf("github:acme/api#%d", i), "cache", "", nil
			it.Place = []string{"acme/api", "acme/web"}[i%2]
		}))
	}
	return items
}

func TestRejectionsLowerWhatIsLikeThemAndSaySo(t *testing.T) {
	items := alike(20)
	var ds []Decision
	for i := range 12 {
		verb := Accept
		if i%2 == 1 {
			verb = Reject
		}
		ds = append(ds, decision(i, verb, items[i].ID, "caching"))
	}
	m := mapTwo(t, items, ds...)
	api, web := m.For(items[18].ID)[0], m.For(items[19].ID)[0]
	if !(web.Score < api.Score) {
		t.Errorf("rejected in acme/web: %v there, %v elsewhere", web.Score, api.Score)
	}
	said := false
	for _, r := range web.Reasons {
		said = said || r.Field == "decisions" && strings.HasPrefix(r.Excerpt, "you rejected 6 of ") && r.Contribution < 0
	}
	if !said {
		t.Errorf("the reasons do not say so: %+v", web.Reasons)
	}
	addsUp(t, web)
	addsUp(t, api)
	for i := range 12 {
		if got := m.For(items[i].ID)[0]; got.Chosen() != (i%2 == 0) {
			t.Errorf("what was learnt overrides a decision: %+v", got)
		}
	}
	if diff := cmp.Diff(everything(m), everything(mapTwo(t, items, ds...))); diff != "" {
		t.Errorf("learning is not deterministic: %s", diff)
	}
}

func TestLearningCanBeSwitchedOffAndNeedsAFewDecisions(t *testing.T) {
	items := alike(20)
	var ds []Decision
	for i := range 8 {
		ds = append(ds, decision(i, Reject, items[i].ID, "caching"))
	}
	plain := mapTwo(t, items).For(items[19].ID)[0].Score
	m, err := NewMapper(two(), nil, WithoutLearning())
	if err != nil {
		t.Fatal(err)
	}
	if got := m.Map(items, ds).For(items[19].ID)[0].Score; got != plain {
		t.Errorf("switched off, the score is %v, not %v", got, plain)
	}
	if got := mapTwo(t, items, ds[:leastLessons-1]...).For(items[19].ID)[0].Score; got != plain {
		t.Errorf("after %d decisions the score is %v, not %v", leastLessons-1, got, plain)
	}
	if got := mapTwo(t, items, ds...).For(items[19].ID)[0].Score; got >= plain {
		t.Errorf("after %d rejections the score is %v, was %v", len(ds), got, plain)
	}
}

func TestAChangeInheritsALittleFromItsTicket(t *testing.T) {
	ticket := pull(func(it *evidence.Item) { it.ID, it.Kind, it.Title = "jira:x/ML-1", evidence.Ticket, "cache" })
	change := pull(func(it *evidence.Item) { it.Title, it.Text, it.Labels = "Second part", "", nil })
	m, err := NewMapper(two(), nil)
	if err != nil {
		t.Fatal(err)
	}
	th := evidence.Thread{ID: change.ID, Items: []string{change.ID, ticket.ID}}
	got := m.Map([]evidence.Item{ticket, change}, nil, th).For(change.ID)[0]
	if got.Score <= 0 || got.Chosen() || len(got.Reasons) != 1 || got.Reasons[0].Field != "thread" || got.Reasons[0].Excerpt != "cache" {
		t.Errorf("%+v", got)
	}
	addsUp(t, got)
}
