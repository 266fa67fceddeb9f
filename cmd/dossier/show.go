package main

import (
	"context"
	"fmt"
	"io"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/dossier-report/dossier/evidence"
	"github.com/dossier-report/dossier/objectives"
	"github.com/dossier-report/dossier/report/gate"
)

func newShow(a *app) *cobra.Command {
	var j jsonFlags[*row]
	cmd := &cobra.Command{
		Use:   "show <id>",
		Short: "Show one item with everything that is stored of it",
		Example: "  $ dossier show '#12'          the end of an id is enough when only one item fits\n" +
			"  $ dossier show ML-231 --json title,acts",
		Args: exactly(1, "the id of an item"),
		RunE: func(cmd *cobra.Command, args []string) error {
			v, r, err := a.one(cmd.Context(), args[0])
			if err != nil {
				return err
			}
			if j.asked() {
				return j.writeOne(a.world, r)
			}
			showItem(a.stdout, v, r)
			a.next("dossier explain " + r.rec.Item.ID)
			return nil
		},
	}
	j.register(cmd, rowFields)
	return cmd
}

func newExplain(a *app) *cobra.Command {
	var j jsonFlags[*row]
	cmd := &cobra.Command{
		Use:   "explain <id>",
		Short: "Say why an item counts for an objective, or what an objective looks for",
		Long: "Print every objective's verdict on an item with the reasons that it was made from: the\n" +
			"rules that fired, on which field, with what words and how much each added; then the rules\n" +
			"that came near, and what they lacked. With the id of an objective: what it looks for, how\n" +
			"much each signal says, and which items came near.",
		Args: exactly(1, "the id of an item or of an objective"),
		RunE: func(cmd *cobra.Command, args []string) error {
			if done, err := a.explainObjective(cmd.Context(), args[0]); done || err != nil {
				return err
			}
			_, r, err := a.one(cmd.Context(), args[0])
			if err != nil {
				return err
			}
			if j.asked() {
				return j.writeOne(a.world, r)
			}
			explain(a.stdout, r)
			a.next(fmt.Sprintf("dossier accept|reject %s --objective ID", r.rec.Item.ID))
			return nil
		},
	}
	j.register(cmd, rowFields)
	return cmd
}

// one returns the row of the item that a person means by text, whatever period
// it is in.
func (a *app) one(ctx context.Context, text string) (*view, *row, error) {
	cfg, err := a.load()
	if err != nil {
		return nil, nil, err
	}
	v, st, err := a.everything(ctx, cfg)
	if err != nil {
		return nil, nil, err
	}
	defer st.Close()
	id, err := v.resolve(ctx, st, text)
	if err != nil {
		return nil, nil, err
	}
	return v, v.byID[id], nil
}

// explainObjective explains the objective of that id, if there is one.
func (a *app) explainObjective(ctx context.Context, id string) (bool, error) {
	cfg, err := a.load()
	if err != nil {
		return false, err
	}
	i := slices.IndexFunc(cfg.Objectives, func(o objectives.Objective) bool { return o.ID == id })
	if i < 0 {
		return false, nil
	}
	v, st, err := a.everything(ctx, cfg)
	if err != nil {
		return false, err
	}
	defer st.Close()
	explainObjective(a.stdout, v, &cfg.Objectives[i])
	a.next("dossier list --objective " + id)
	return true, nil
}

// showItem prints an item for a person to read.
func showItem(w io.Writer, v *view, r *row) {
	it := &r.rec.Item
	zone := v.cfg.Zone
	fmt.Fprintln(w, gate.Terminal(gate.Title(it.Title)))
	line := func(label string, values ...string) {
		if s := strings.Join(values, ", "); s != "" {
			fmt.Fprintf(w, "  %-12s%s\n", label, gate.Terminal(s))
		}
	}
	line("id", it.ID)
	line("kind", string(it.Kind)+" from "+it.Source)
	line("place", it.Place)
	line("address", it.URL)
	if it.Author != nil {
		line("author", personText(*it.Author))
	}
	for _, act := range it.Acts {
		line(string(act.Verb), stamp(act.At, zone)+actText(act))
	}
	if o := it.Outcome; o != nil {
		by := ""
		if o.By != "" {
			by = " by " + o.By
		}
		at := ""
		if !o.At.IsZero() {
			at = " " + stamp(o.At, zone)
		}
		line("outcome", string(o.State)+at+by)
		for _, f := range o.Figures {
			line("", figureText(f))
		}
	}
	for _, p := range it.People {
		line(p.Role, personText(p.Person))
	}
	line("labels", it.Labels...)
	line("paths", shortened(it.Paths, 8)...)
	line("links", it.Links...)
	if f := it.Flow; f != nil {
		for _, m := range f.Moves {
			line("moved", fmt.Sprintf("%s %s -> %s %s (%s)", stamp(m.At, zone), m.From, m.To, m.By, m.How))
		}
		for _, d := range f.Dates {
			line("due", fmt.Sprintf("%s, written %s by %s", d.Due, stamp(d.At, zone), d.By))
		}
	}
	line("counts for", r.objectives()...)
	line("state", r.state)
	line("fetched", stamp(r.rec.FetchedAt, zone))
	if !r.rec.GoneAt.IsZero() {
		line("gone", "the source lacked it on "+stamp(r.rec.GoneAt, zone))
	}
	line("query", r.rec.Query)
	if body := gate.Block(it.Text, 0); body != "" {
		fmt.Fprintf(w, "\n%s\n", body)
	}
	if len(r.thread) > 1 {
		showStory(w, v, r.thread)
	}
}

// explain prints the verdicts' own records.
func explain(w io.Writer, r *row) {
	it := &r.rec.Item
	fmt.Fprintf(w, "%s\n%s\n", gate.Terminal(gate.Title(it.Title)), gate.Terminal(it.ID))
	for _, m := range r.matches {
		word := "does not count"
		switch {
		case m.Pinned():
			word = "counts: pinned by you"
		case m.Decision != nil && m.Chosen():
			word = "counts: accepted by you"
		case m.Decision != nil:
			word = "does not count: rejected by you"
		case m.Chosen():
			word = "counts"
		}
		fmt.Fprintf(w, "\n%s: %s (score %.2f, needs %.2f)\n", m.Objective, word, m.Score, m.Threshold)
		if m.Decision != nil && m.Decision.Note != "" {
			fmt.Fprintf(w, "  note: %s\n", gate.Terminal(m.Decision.Note))
		}
		for _, re := range m.Reasons {
			fmt.Fprintf(w, "  %+.2f  %s, in the %s%s\n", re.Contribution, gate.Terminal(re.Rule), re.Field, excerpt(re))
		}
		for _, re := range m.Misses {
			fmt.Fprintf(w, "  near   %s, in the %s%s: %s\n", gate.Terminal(re.Rule), re.Field, excerpt(re), gate.Terminal(re.Missing))
		}
		if len(m.Reasons)+len(m.Misses) == 0 {
			fmt.Fprintln(w, "  no rule came near")
		}
	}
}

func excerpt(re objectives.Reason) string {
	if re.Excerpt == "" {
		return ""
	}
	return ": “" + gate.Terminal(re.Excerpt) + "”"
}

func stamp(t time.Time, zone *time.Location) string { return t.In(zone).Format("2006-01-02 15:04 MST") }

func personText(p evidence.Person) string {
	switch {
	case p.Name != "" && p.Login != "":
		return p.Name + " (" + p.Login + ")"
	case p.Name != "":
		return p.Name
	case p.Login != "":
		return p.Login
	}
	return p.Email
}

func actText(act evidence.Act) string {
	s := ""
	if act.Seconds > 0 {
		s = ", " + (time.Duration(act.Seconds) * time.Second).String()
	}
	if act.Text != "" {
		s += ": " + gate.Line(act.Text, 400)
	}
	return s
}

func figureText(f evidence.Figure) string {
	before := ""
	if f.Before != nil {
		before = fmt.Sprintf("%g -> ", *f.Before)
	}
	from := ""
	if f.From != "" {
		from = " (from " + f.From + ")"
	}
	return strings.TrimSpace(fmt.Sprintf("%s %s%g %s%s", f.Name, before, f.After, f.Unit, from))
}

// shortened keeps the first n of a list and counts the rest.
func shortened(list []string, n int) []string {
	if len(list) <= n {
		return list
	}
	return append(append([]string{}, list[:n]...), fmt.Sprintf("and %d more", len(list)-n))
}
