package main

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/dossier-report/dossier/config"
	"github.com/dossier-report/dossier/evidence"
	"github.com/dossier-report/dossier/evidence/store"
	"github.com/dossier-report/dossier/objectives"
)

// view is the stored evidence of a period with what speaks for it: what every
// reading command works on.
type view struct {
	cfg       *config.Config
	period    evidence.Period
	rows      []*row
	byID      map[string]*row
	decisions []objectives.Decision
	mapping   *objectives.Mapping
	threads   []evidence.Thread
	coverage  []evidence.Coverage
}

// row is one item with its verdicts.
type row struct {
	rec     evidence.Record
	date    time.Time // that stands for it in the period
	matches []objectives.Match
	state   string
	thread  []string // ids of the piece of work, this one too
}

// states are what a person may have said of an item.
var states = []string{"new", "accepted", "rejected", "pinned"}

// read loads the view of a period for a command that only reads.
func (a *app) read(ctx context.Context, periodText string) (*view, error) {
	cfg, err := a.load()
	if err != nil {
		return nil, err
	}
	period, err := a.period(cfg, periodText)
	if err != nil {
		return nil, err
	}
	st, err := a.open(ctx, cfg)
	if err != nil {
		return nil, err
	}
	defer st.Close()
	return a.view(ctx, cfg, st, period)
}

// everything loads the view of all that is stored, whatever the period, for a
// command that is given an id. The store is the caller's to close.
func (a *app) everything(ctx context.Context, cfg *config.Config) (*view, store.Store, error) {
	st, err := a.open(ctx, cfg)
	if err != nil {
		return nil, nil, err
	}
	v, err := a.view(ctx, cfg, st, evidence.Period{Zone: cfg.Zone})
	if err != nil {
		return nil, nil, errors.Join(err, st.Close())
	}
	return v, st, nil
}

// view maps the stored evidence of the period and the person's own notes.
func (a *app) view(ctx context.Context, cfg *config.Config, st store.Store, period evidence.Period) (*view, error) {
	v := &view{cfg: cfg, period: period, byID: map[string]*row{}}
	var err error
	if v.coverage, err = st.Coverage(ctx); err != nil {
		return nil, err
	}
	if v.decisions, err = readDecisions(cfg.Decisions); err != nil {
		return nil, err
	}
	var items []evidence.Item
	keep := func(rec evidence.Record) {
		r := &row{rec: rec, date: rec.Item.Date(period)}
		v.byID[rec.Item.ID] = r
		if rec.Item.Flows(evidence.Period{}) {
			return // somebody else's: it can be shown and is no evidence
		}
		v.rows = append(v.rows, r)
		items = append(items, rec.Item)
	}
	for rec, err := range st.Items(ctx, store.Filter{Period: period}) {
		if err != nil {
			return nil, err
		}
		keep(rec)
	}
	stored := len(v.rows)
	for _, it := range objectives.Notes(v.decisions, cfg.Self) {
		if it.In(period) && v.byID[it.ID] == nil {
			keep(evidence.Record{Item: it, Query: filepath.Base(cfg.Decisions), FetchedAt: it.Acts[0].At})
		}
	}
	if len(v.rows) > stored {
		v.coverage = append(v.coverage, evidence.Coverage{Source: ownNotes, Period: period, AskedAt: a.now(), State: evidence.Complete,
			Parts: []evidence.Part{{Name: filepath.Base(cfg.Decisions), Found: len(v.rows) - stored}}})
	}
	var how []objectives.Option
	if !cfg.Learning {
		how = append(how, objectives.WithoutLearning())
	}
	mapper, err := objectives.NewMapper(cfg.Objectives, cfg.People, how...)
	if err != nil {
		return nil, err
	}
	v.threads = evidence.Threads(items)
	v.mapping = mapper.Map(items, v.decisions, v.threads...)
	for _, th := range v.threads {
		for _, id := range th.Items {
			v.byID[id].thread = th.Items
		}
	}
	for _, r := range v.rows {
		r.matches = v.mapping.For(r.rec.Item.ID)
		r.state = string(v.mapping.State(r.rec.Item.ID))
	}
	return v, nil
}

// readDecisions reads the decisions file; none is no decisions.
func readDecisions(path string) ([]objectives.Decision, error) {
	f, err := os.Open(path)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	defer f.Close()
	ds, err := objectives.ReadDecisions(f)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	return ds, nil
}

func (v *view) objectiveIDs() []string {
	var ids []string
	for _, o := range v.cfg.Objectives {
		ids = append(ids, o.ID)
	}
	return ids
}

func (v *view) hasObjective(id string) bool { return slices.Contains(v.objectiveIDs(), id) }

// rank gives each item its place among the evidence for an objective.
func (v *view) rank(objective string) map[string]int {
	rank := map[string]int{}
	for i, m := range v.mapping.Of(objective) {
		rank[m.Item] = i
	}
	return rank
}

// emptyHint names the command that helps when nothing fits.
func (v *view) emptyHint() string {
	if len(v.rows) == 0 {
		return "dossier collect"
	}
	return "dossier list"
}

// shortID returns a function that gives, for a person to read and type, the end
// of an item's id where no other item of the view has the same one.
func (v *view) shortID() func(*row) string {
	times := map[string]int{}
	for _, r := range v.rows {
		times[tail(r.rec.Item.ID)]++
	}
	return func(r *row) string {
		if s := tail(r.rec.Item.ID); times[s] == 1 {
			return s
		}
		return r.rec.Item.ID
	}
}

// tail is the last segment of an id; of a commit's hash, its first ten digits.
func tail(id string) string {
	s := id[strings.LastIndexAny(id, "/:")+1:]
	if len(s) == 40 && strings.Trim(s, "0123456789abcdef") == "" {
		return s[:10]
	}
	return s
}

// objectives are the ids of the objectives that the item counts for.
func (r *row) objectives() []string {
	ids := []string{}
	for _, m := range r.matches {
		if m.Chosen() {
			ids = append(ids, m.Objective)
		}
	}
	return ids
}

func (r *row) countsFor(objective string) bool {
	return slices.Contains(r.objectives(), objective)
}

// stateFor is what the person said of the item for one objective, or for it as
// a whole.
func (r *row) stateFor(objective string) string {
	if objective == "" {
		return r.state
	}
	for _, m := range r.matches {
		if m.Objective != objective || m.Decision == nil {
			continue
		}
		switch m.Decision.Verb {
		case objectives.Accept:
			return "accepted"
		case objectives.Reject:
			return "rejected"
		case objectives.Pin:
			return "pinned"
		}
	}
	return "new"
}

// score is the item's largest score.
func (r *row) score() float64 {
	best := 0.0
	for _, m := range r.matches {
		best = max(best, m.Score)
	}
	return best
}

// rowFields are the names that list --json and show --json take.
var rowFields = []field[*row]{
	{"acts", func(r *row) any { return r.rec.Item.Acts }},
	{"author", func(r *row) any { return r.rec.Item.Author }},
	{"date", func(r *row) any { return r.date.UTC() }},
	{"fetchedAt", func(r *row) any { return r.rec.FetchedAt }},
	{"flow", func(r *row) any { return r.rec.Item.Flow }},
	{"gone", func(r *row) any { return !r.rec.GoneAt.IsZero() }},
	{"hash", func(r *row) any { return r.rec.Hash }},
	{"id", func(r *row) any { return r.rec.Item.ID }},
	{"kind", func(r *row) any { return r.rec.Item.Kind }},
	{"labels", func(r *row) any { return r.rec.Item.Labels }},
	{"links", func(r *row) any { return r.rec.Item.Links }},
	{"matches", func(r *row) any { return verdicts(r.matches) }},
	{"objectives", func(r *row) any { return r.objectives() }},
	{"outcome", func(r *row) any { return r.rec.Item.Outcome }},
	{"paths", func(r *row) any { return r.rec.Item.Paths }},
	{"people", func(r *row) any { return r.rec.Item.People }},
	{"place", func(r *row) any { return r.rec.Item.Place }},
	{"private", func(r *row) any { return r.rec.Item.Private }},
	{"query", func(r *row) any { return r.rec.Query }},
	{"score", func(r *row) any { return r.score() }},
	{"size", func(r *row) any { return r.rec.Item.Size }},
	{"source", func(r *row) any { return r.rec.Item.Source }},
	{"state", func(r *row) any { return r.state }},
	{"text", func(r *row) any { return r.rec.Item.Text }},
	{"thread", func(r *row) any { return r.thread }},
	{"title", func(r *row) any { return r.rec.Item.Title }},
	{"url", func(r *row) any { return r.rec.Item.URL }},
}

// verdict is a match as JSON shows it.
type verdict struct {
	Objective string              `json:"objective"`
	Chosen    bool                `json:"chosen"`
	Score     float64             `json:"score"`
	Threshold float64             `json:"threshold"`
	Decision  string              `json:"decision,omitempty"`
	Note      string              `json:"note,omitempty"`
	Reasons   []objectives.Reason `json:"reasons"`
	Misses    []objectives.Reason `json:"misses"`
}

func verdicts(ms []objectives.Match) []verdict {
	vs := make([]verdict, 0, len(ms))
	for _, m := range ms {
		v := verdict{Objective: m.Objective, Chosen: m.Chosen(), Score: m.Score, Threshold: m.Threshold,
			Reasons: append([]objectives.Reason{}, m.Reasons...), Misses: append([]objectives.Reason{}, m.Misses...)}
		if m.Decision != nil {
			v.Decision, v.Note = string(m.Decision.Verb), m.Decision.Note
		}
		vs = append(vs, v)
	}
	return vs
}

func join[S ~string](list []S) string {
	var out []string
	for _, s := range list {
		out = append(out, string(s))
	}
	return strings.Join(out, ", ")
}
