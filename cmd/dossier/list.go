package main

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/cli/go-gh/v2/pkg/tableprinter"
	"github.com/spf13/cobra"

	"github.com/dossier-report/dossier/evidence"
	"github.com/dossier-report/dossier/report/gate"
)

// listFlags say which evidence to list.
type listFlags struct {
	objective, source, kind, state, person, period string
	limit                                          int
	json                                           jsonFlags[*row]
}

func newList(a *app) *cobra.Command {
	var f listFlags
	cmd := &cobra.Command{
		Use:   "list",
		Short: "List evidence",
		Long: "List the evidence of a period, the newest first. With --objective, only what counts for\n" +
			"that objective, the strongest first.",
		Example: "  $ dossier list --objective mentoring\n" +
			"  $ dossier list --kind pull_request --period 'last quarter'\n" +
			"  $ dossier list --objective mentoring --json id,title,url --jq '.[].url'",
		Args: noArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			v, err := a.read(cmd.Context(), f.period)
			if err != nil {
				return err
			}
			rows, err := f.rows(v)
			if err != nil {
				return err
			}
			if f.json.asked() {
				return f.json.writeAll(a.world, rows)
			}
			return f.print(a, v, rows)
		},
	}
	fl := cmd.Flags()
	fl.StringVarP(&f.objective, "objective", "o", "", "Only what counts for the objective with this `id`")
	fl.StringVarP(&f.source, "source", "s", "", "Only from this `source`: github, jira, git, ...")
	fl.StringVarP(&f.kind, "kind", "k", "", "Only this `kind`: pull_request, ticket, page, ...")
	fl.StringVar(&f.state, "state", "", "Only what you said this about: {new|accepted|rejected|pinned}")
	fl.StringVar(&f.person, "person", "", "Only what this `person` took part in: a name, login or e-mail address")
	fl.StringVarP(&f.period, "period", "p", "", "Only this `period`: 2026-H1, last month, 2026-01-01..2026-03-31, ...")
	fl.IntVarP(&f.limit, "limit", "L", 0, "At most so many (0: all)")
	f.json.register(cmd, rowFields)
	return cmd
}

// rows are the view's rows that the flags ask for.
func (f *listFlags) rows(v *view) ([]*row, error) {
	if f.objective != "" && !v.hasObjective(f.objective) {
		return nil, usagef("no objective %q; there are: %s", f.objective, strings.Join(v.objectiveIDs(), ", "))
	}
	if k := evidence.Kind(f.kind); f.kind != "" && !slices.Contains(evidence.Kinds, k) {
		return nil, usagef("no kind %q; there are: %s", f.kind, join(evidence.Kinds))
	}
	if f.state != "" && !slices.Contains(states, f.state) {
		return nil, usagef("no state %q; there are: %s", f.state, strings.Join(states, ", "))
	}
	var rows []*row
	for _, r := range v.rows {
		it := &r.rec.Item
		keep := (f.source == "" || it.Source == f.source) &&
			(f.kind == "" || string(it.Kind) == f.kind) &&
			(f.person == "" || tookPart(it, v.cfg.People, f.person)) &&
			(f.state == "" || r.stateFor(f.objective) == f.state) &&
			(f.objective == "" || f.state == "rejected" || r.countsFor(f.objective))
		if keep {
			rows = append(rows, r)
		}
	}
	if f.objective == "" {
		slices.SortStableFunc(rows, func(a, b *row) int { return b.date.Compare(a.date) })
	} else {
		rank := v.rank(f.objective)
		slices.SortStableFunc(rows, func(a, b *row) int { return rank[a.rec.Item.ID] - rank[b.rec.Item.ID] })
	}
	if f.limit > 0 && len(rows) > f.limit {
		rows = rows[:f.limit]
	}
	return rows, nil
}

// print writes a table on a terminal and tab-separated values, whose columns
// stay, into a pipe.
func (f *listFlags) print(a *app, v *view, rows []*row) error {
	if len(rows) == 0 {
		fmt.Fprintln(a.stderr, "no evidence fits")
		a.next(v.emptyHint())
		return nil
	}
	t := tableprinter.New(a.stdout, a.terminal.out, a.terminal.width)
	t.AddHeader([]string{"ID", "DATE", "KIND", "TITLE", "OBJECTIVES"})
	id := func(r *row) string { return r.rec.Item.ID }
	if a.terminal.out {
		id = v.shortID()
	}
	for _, r := range rows {
		t.AddField(gate.Terminal(id(r)), tableprinter.WithTruncate(nil))
		t.AddField(r.date.In(v.period.Zone).Format(time.DateOnly))
		t.AddField(string(r.rec.Item.Kind))
		t.AddField(gate.Terminal(gate.Title(r.rec.Item.Title)))
		t.AddField(strings.Join(r.objectives(), ","))
		t.EndRow()
	}
	if err := t.Render(); err != nil {
		return err
	}
	a.next("dossier explain '" + id(rows[0]) + "'")
	return nil
}

// tookPart reports whether somebody of that name, login or address, or the
// colleague of the configuration that goes by it, took part in the item.
func tookPart(it *evidence.Item, colleagues evidence.People, who string) bool {
	same := func(p evidence.Person) bool {
		for _, s := range []string{p.Name, p.Login, p.Email} {
			if s != "" && strings.EqualFold(s, who) {
				return true
			}
		}
		id, ok := colleagues.Find(it.Source, p)
		return ok && strings.EqualFold(id.Name, who)
	}
	if it.Author != nil && same(*it.Author) {
		return true
	}
	return slices.ContainsFunc(it.People, func(p evidence.Participant) bool { return same(p.Person) })
}
