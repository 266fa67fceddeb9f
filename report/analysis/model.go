package analysis

import (
	"cmp"
	"slices"
	"strings"
	"time"

	"github.com/dossier-report/dossier/evidence"
)

// model is the work items of an input with their histories, as every analysis
// reads it.
type model struct {
	in       Input
	clock    *clock
	from, to time.Time // the window
	meanings *meanings
	works    []*work // by id
	byID     map[string]*work
	pulls    []*evidence.Item // pull requests, by id
	rank     map[string]int   // of a status in the order of work
	statuses []Status
	onBoard  map[string]bool // statuses that the boards show; nil without boards
	boards   []string
	quality  qualityNotes
	own      []evidence.Item // the person's items, for texts and threads; by id
	byKey    map[string]*work
	ended    []*work // see finishedWorks

	// bottleneck is the status with the largest waiting share; set by its
	// analysis and read by those after it.
	bottleneck string
}

// work is one work item.
type work struct {
	*evidence.Item                  // whose history counts
	all            []*evidence.Item // with the others that are the same thing
	key            string
	created        time.Time
	stays          []stay
	start          time.Time // first in progress; zero when it never was
	end            time.Time // done or dropped; zero while it is open
	dropped        bool
	reopened       bool
	known          evidence.How // of the least sure stay
	notes          []string     // names of problems
}

// stay is an unbroken time in one status; a zero until means still.
type stay struct {
	status      string
	state       evidence.WorkState
	from, until time.Time
	took        span // until the end of the window while it lasts
	how         evidence.How
	by          string // who moved it here
}

// finished reports whether the item is done, in the window.
func (w *work) finished(m *model) bool { return w.done() && m.contains(w.end) }

// title is the item's, and empty where the person had no part in it: what only
// flows over a board is told by its key.
func (w *work) title() string {
	for _, it := range w.all {
		if len(it.Acts) > 0 {
			return w.Title
		}
	}
	return ""
}

// done reports whether the item is done and was not dropped.
func (w *work) done() bool { return !w.end.IsZero() && !w.dropped }

// timed reports whether its times count: it has a start and was not reopened.
func (w *work) timed() bool { return !w.start.IsZero() && !w.reopened }

// last is the stay in which the item is, or was before it was done.
func (w *work) last() *stay {
	for i := len(w.stays) - 1; i >= 0; i-- {
		if w.end.IsZero() || w.stays[i].from.Before(w.end) {
			return &w.stays[i]
		}
	}
	return nil
}

func (m *model) contains(t time.Time) bool { return !t.Before(m.from) && t.Before(m.to) }

func newModel(in Input) *model {
	if in.Zone == nil {
		in.Zone = time.UTC
	}
	m := &model{in: in, clock: newClock(in.Zone, in.Settings.Calendar), meanings: newMeanings(in.Settings.States),
		byID: make(map[string]*work), byKey: make(map[string]*work)}
	flows := m.sort()
	m.window(flows)
	m.chooseBoards(flows)
	for _, it := range flows {
		m.meanings.learn(it.Flow)
	}
	for _, group := range sameThing(flows) {
		m.add(group)
	}
	m.single()
	m.order()
	m.quality.bulk(m)
	return m
}

// sort parts the items: what flows, pull requests, and what the person wrote.
func (m *model) sort() (flows []*evidence.Item) {
	items := make([]*evidence.Item, 0, len(m.in.Items))
	for i := range m.in.Items {
		items = append(items, &m.in.Items[i])
	}
	slices.SortStableFunc(items, func(a, b *evidence.Item) int { return cmp.Compare(a.ID, b.ID) })
	items = slices.CompactFunc(items, func(a, b *evidence.Item) bool { return a.ID == b.ID })
	for _, it := range items {
		if len(it.Acts) > 0 {
			m.own = append(m.own, *it)
		}
		switch it.Kind {
		case evidence.PullRequest:
			m.pulls = append(m.pulls, it)
			fallthrough
		case evidence.Ticket, evidence.Issue, evidence.Card:
			if it.Flow != nil && m.chosen(it) {
				flows = append(flows, it)
			}
		}
	}
	return flows
}

// chosen reports whether the item is of the boards that the settings name.
func (m *model) chosen(it *evidence.Item) bool {
	if len(m.in.Settings.Boards) == 0 {
		return true
	}
	for _, want := range m.in.Settings.Boards {
		if strings.EqualFold(want, it.Place) {
			return true
		}
		for _, b := range it.Flow.Boards {
			if strings.EqualFold(want, b.Name) || b.URL != "" && strings.EqualFold(want, b.URL) {
				return true
			}
		}
	}
	return false
}

// window sets from when to when the figures are.
func (m *model) window(flows []*evidence.Item) {
	m.from, m.to = m.in.Period.From, m.in.Period.To
	if now := m.in.Now; m.to.IsZero() || !now.IsZero() && now.Before(m.to) {
		m.to = now
	}
	if m.from.IsZero() {
		for _, it := range flows {
			if c := createdOf(it); sane(c) && (m.from.IsZero() || c.Before(m.from)) {
				m.from = c
			}
		}
		if m.from.IsZero() {
			m.from = m.to
		}
		m.from = m.clock.dayStart(m.clock.number(m.from))
	}
	if m.to.Before(m.from) {
		m.to = m.from
	}
}

// sane reports whether a time can be one at which somebody worked: trackers hold
// impossible ones, and they would stretch every figure.
func sane(t time.Time) bool { return t.Year() >= 1990 && t.Year() < 2100 }

func createdOf(it *evidence.Item) time.Time {
	if !it.Flow.Created.IsZero() {
		return it.Flow.Created
	}
	var first time.Time
	for _, mv := range it.Flow.Moves {
		if first.IsZero() || mv.At.Before(first) {
			first = mv.At
		}
	}
	return first
}

// single leaves out what would count a piece of work twice: pull requests where
// there are other work items, for they are how a ticket is done; a card of a
// pull request that names another work item; and a card that is only a line on
// a board and names tickets or issues that count themselves. What mirrors one
// work item alone lends it its dates and flags.
func (m *model) single() {
	others := slices.ContainsFunc(m.works, func(w *work) bool { return w.Kind != evidence.PullRequest })
	kept := make([]*work, 0, len(m.works))
	for _, w := range m.works {
		named, out := m.serves(w)
		if !out || !others {
			kept = append(kept, w)
			continue
		}
		for _, it := range w.all {
			delete(m.byID, it.ID)
			if k := numbered(it.URL); m.byKey[k] == w {
				delete(m.byKey, k)
			}
		}
		if w.Kind == evidence.Card && len(named) == 1 {
			named[0].all = append(named[0].all, w.all...)
			m.byID[w.ID] = named[0]
		}
	}
	m.works = kept
	for _, w := range m.works {
		m.quality.look(m, w)
	}
}

// serves reports whether the item is no work item of its own, and which work
// items it names.
func (m *model) serves(w *work) (named []*work, out bool) {
	if w.Kind == evidence.PullRequest {
		return nil, true
	}
	lead := w.Item
	for _, it := range w.all {
		if it.Kind == evidence.PullRequest {
			lead = it
		}
	}
	if w.Kind != evidence.Card || lead == w.Item && (len(w.all) > 1 || numbered(w.URL) != "") {
		return nil, false // a ticket, an issue, or the card of one
	}
	for _, o := range m.named(lead) {
		if o != w && (o.Kind == evidence.Ticket || o.Kind == evidence.Issue || len(o.all) > 1 || numbered(o.URL) != "") && o.Kind != evidence.PullRequest && !slices.Contains(named, o) {
			named = append(named, o)
		}
	}
	return named, len(named) > 0
}
