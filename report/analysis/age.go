package analysis

import (
	"cmp"
	"slices"

	"github.com/dossier-report/dossier/evidence"
)

// ageFloor is how many finished items tell what age is usual in a status.
const ageFloor = 5

// age is how old the work in progress is at the end of the window, against the
// ages at which finished items left the same status for the last time.
func age(m *model, r *Result) {
	list := m.finishedWorks()
	a := Age{Statuses: []AgeStatus{}, Items: []Ageing{}, P50: r.CycleTime.P50, P85: r.CycleTime.P85}
	left := m.leavingAges(list)
	usual := make(map[string]AgeStatus)
	for i, s := range m.statuses {
		if s.State != evidence.InProgress && s.State != evidence.Waiting {
			continue
		}
		slices.Sort(left[i])
		as := AgeStatus{Status: s.Name, State: s.State, N: len(left[i]),
			P50: percentile(left[i], 50).days(), P85: percentile(left[i], 85).days()}
		a.Statuses = append(a.Statuses, as)
		usual[s.Name] = as
	}
	var of []*work
	for _, w := range m.works {
		if w.start.IsZero() || !w.end.IsZero() {
			continue
		}
		of = append(of, w)
		now := w.last()
		g := Ageing{Item: w.ID, Key: w.key, Title: w.title(), Status: now.status, State: now.state, Started: w.start.UTC(),
			Days: m.between(w.start, m.to).days(), Here: now.took.days(), Blocked: w.flaggedNow(m), Mine: w.Own(), How: w.known}
		limit := a.P85
		if u := usual[now.status]; u.N >= ageFloor {
			limit = u.P85
		}
		g.Over = len(list) >= ageFloor && g.Days > limit
		if g.Over {
			a.Over++
		}
		a.Items = append(a.Items, g)
	}
	slices.SortFunc(a.Items, func(x, y Ageing) int { return cmp.Or(cmp.Compare(y.Days, x.Days), cmp.Compare(x.Item, y.Item)) })
	a.Figure = m.figure(len(of), of)
	a.Why = below(len(list), scatterFloor, "finished items to compare with")
	if a.Why == "" && len(of) == 0 {
		a.Why = "not drawn: nothing is in progress"
	}
	r.Age = a
}

// leavingAges returns by status how old the items were when they left it for
// the last time.
func (m *model) leavingAges(list []*work) [][]span {
	left := make([][]span, len(m.statuses))
	when := make(map[int]span)
	var touched []int
	for _, w := range list {
		touched = touched[:0]
		var gone span
		for _, s := range w.stays {
			if s.from.Before(w.start) {
				continue
			}
			if !s.from.Before(w.end) {
				break
			}
			gone += s.took
			i := m.rank[s.status]
			if _, ok := when[i]; !ok {
				touched = append(touched, i)
			}
			when[i] = gone
		}
		for _, i := range touched {
			left[i] = append(left[i], when[i])
			delete(when, i)
		}
	}
	return left
}
