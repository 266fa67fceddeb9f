package report

import (
	"cmp"
	"slices"

	"github.com/dossier-report/dossier/evidence"
)

// web is which items of a thread name one another, by id. A thread can be long,
// for a roadmap ties a half year together; a card tells only what stands near
// its leading item.
type web struct {
	thread map[string]string // an item's thread; absent where it is alone
	joined map[string][]string
	loose  map[string]bool // threads whose joins are not known: all of it is near
	kinds  map[string]evidence.Kind
}

func newWeb(threads []evidence.Thread, records []*evidence.Record) web {
	w := web{make(map[string]string), make(map[string][]string), make(map[string]bool), make(map[string]evidence.Kind)}
	for _, t := range threads {
		for _, id := range t.Items {
			if _, taken := w.thread[id]; !taken {
				w.thread[id] = t.ID
			}
		}
		w.loose[t.ID] = len(t.Joins) == 0
		for _, j := range t.Joins {
			w.joined[j.From] = append(w.joined[j.From], j.To)
			w.joined[j.To] = append(w.joined[j.To], j.From)
		}
	}
	for _, r := range records {
		if w.joined[r.Item.ID] != nil {
			w.kinds[r.Item.ID] = r.Item.Kind
		}
	}
	return w
}

// distances returns the items that stand near one: 1 for those that it names or
// that name it, 2 for those that do so to a ticket, issue or pull request of
// these. What two items only share a page or a card with is another story.
func (w web) distances(id string) map[string]int {
	d := map[string]int{id: 0}
	for _, n := range w.joined[id] {
		d[n] = 1
	}
	for _, n := range w.joined[id] {
		switch w.kinds[n] {
		case evidence.Ticket, evidence.Issue, evidence.PullRequest:
		default:
			continue
		}
		for _, far := range w.joined[n] {
			if _, known := d[far]; !known {
				d[far] = 2
			}
		}
	}
	return d
}

// near returns the leading item and those members of its thread that stand near
// it and that the story may hold, the nearest first; of these commits last,
// since what they belong to says more.
func (b *builder) near(lead *piece, members []*piece, may func(*piece) bool) []*piece {
	if len(members) < 2 {
		return []*piece{lead}
	}
	d := b.web.distances(lead.ID)
	if b.web.loose[lead.thread] {
		for _, f := range members {
			if f != lead {
				d[f.ID] = 1
			}
		}
	}
	near := []*piece{lead}
	for _, f := range members {
		if _, ok := d[f.ID]; ok && f != lead && may(f) {
			near = append(near, f)
		}
	}
	slices.SortFunc(near[1:], func(x, y *piece) int {
		return cmp.Or(first(x.Kind != evidence.Commit, y.Kind != evidence.Commit), cmp.Compare(d[x.ID], d[y.ID]),
			x.date.Compare(y.date), cmp.Compare(x.ID, y.ID))
	})
	return near
}
