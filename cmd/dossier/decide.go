package main

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/dossier-report/dossier/config"
	"github.com/dossier-report/dossier/evidence/store"
	"github.com/dossier-report/dossier/objectives"
)

// newDecide makes the commands by which a person has the last word.
func newDecide(a *app) []*cobra.Command {
	return []*cobra.Command{
		decide(a, objectives.Accept, "Count items as evidence, whatever the mapping says",
			"Without --objective, what the mapping chose is confirmed."),
		decide(a, objectives.Reject, "Leave items out, whatever the mapping says",
			"Without --objective, the items are left out of every objective."),
		decide(a, objectives.Pin, "Count items as evidence and show them first",
			"Without --objective, they are pinned for every objective that they count for."),
		decide(a, objectives.Unpin, "Take pins away; the items stay accepted",
			"Without --objective, every pin on them is taken away."),
	}
}

func decide(a *app, verb objectives.DecisionVerb, short, without string) *cobra.Command {
	var objective, note string
	cmd := &cobra.Command{
		Use:   string(verb) + " <id>...",
		Short: short,
		Long: short + ".\n" + without + "\n\nThe decision goes to the end of the decisions file beside the configuration: plain text,\n" +
			"one decision a line, made to be kept in git.",
		Example: fmt.Sprintf("  $ dossier %s '#12' ML-231 --objective mentoring --note 'agreed with my manager'", verb),
		Args:    atLeast(1, "the id of an item"),
		RunE: func(cmd *cobra.Command, args []string) error {
			return a.decide(cmd.Context(), verb, args, objective, note)
		},
	}
	cmd.Flags().StringVarP(&objective, "objective", "o", "", "Decide for the objective with this `id` only")
	cmd.Flags().StringVarP(&note, "note", "n", "", "Say why, in your own `words`")
	return cmd
}

// decide appends one decision for each item; an id that means no item, or an
// objective that is none, leaves the file as it was.
func (a *app) decide(ctx context.Context, verb objectives.DecisionVerb, texts []string, objective, note string) error {
	cfg, err := a.load()
	if err != nil {
		return err
	}
	if err := checkObjective(cfg, objective); err != nil {
		return err
	}
	v, st, err := a.everything(ctx, cfg)
	if err != nil {
		return err
	}
	defer st.Close()
	var ds []objectives.Decision
	for _, text := range texts {
		id, err := v.resolve(ctx, st, text)
		if err != nil {
			return err
		}
		if objective == "" && verb != objectives.Reject && len(v.byID[id].objectives()) == 0 {
			return usagef("%s counts for no objective, so there is nothing to %s\nname one with: --objective ID (%s)",
				id, verb, strings.Join(v.objectiveIDs(), ", "))
		}
		ds = append(ds, objectives.Decision{At: a.now(), Verb: verb, Item: id, Objective: objective, Note: note})
	}
	for _, d := range ds {
		if err := objectives.AppendDecision(cfg.Decisions, d); err != nil {
			return err
		}
		a.say("%s %s%s", verb, d.Item, forObjective(objective))
	}
	a.next("dossier report")
	return nil
}

func forObjective(id string) string {
	if id == "" {
		return ""
	}
	return " for " + id
}

func checkObjective(cfg *config.Config, id string) error {
	if id == "" || slices.ContainsFunc(cfg.Objectives, func(o objectives.Objective) bool { return o.ID == id }) {
		return nil
	}
	var ids []string
	for _, o := range cfg.Objectives {
		ids = append(ids, o.ID)
	}
	return usagef("no objective %q; there are: %s", id, strings.Join(ids, ", "))
}

// resolve returns the id of the item, stored or noted, that a person means.
func (v *view) resolve(ctx context.Context, st store.Store, text string) (string, error) {
	if v.byID[text] != nil {
		return text, nil
	}
	id, err := st.Resolve(ctx, text)
	if err != nil {
		return "", err
	}
	if v.byID[id] == nil {
		return "", &store.NotFoundError{ID: text}
	}
	return id, nil
}

func newNote(a *app) *cobra.Command {
	var objective, at, on string
	cmd := &cobra.Command{
		Use:   "note <text>",
		Short: "Write down what no system recorded, or what an item meant",
		Long: "Add an entry to your own journal: an explanation over a call, a decision in a corridor.\n" +
			"It becomes evidence of the kind note. With --item, the words go with that item instead.",
		Example: "  $ dossier note 'Explained rebase to a junior colleague over a call' --objective mentoring\n" +
			"  $ dossier note 'This is what unblocked the release' --item '#12'",
		Args: exactly(1, "the text, in quotes"),
		RunE: func(cmd *cobra.Command, args []string) error {
			return a.note(cmd.Context(), args[0], objective, at, on)
		},
	}
	cmd.Flags().StringVarP(&objective, "objective", "o", "", "Count it for the objective with this `id`")
	cmd.Flags().StringVar(&at, "at", "", "When it was: a `date`, or a date and a time (default: now)")
	cmd.Flags().StringVarP(&on, "item", "i", "", "Attach the words to the item with this `id`")
	return cmd
}

func (a *app) note(ctx context.Context, text, objective, at, on string) error {
	if strings.TrimSpace(text) == "" {
		return usagef("a note needs some words")
	}
	cfg, err := a.load()
	if err != nil {
		return err
	}
	if err := checkObjective(cfg, objective); err != nil {
		return err
	}
	when, err := moment(at, a.now(), cfg.Zone)
	if err != nil {
		return err
	}
	d := objectives.Decision{At: when, Verb: objectives.Jot, Objective: objective, Note: text}
	if on == "" {
		d.Item = objectives.NoteID(d.At, d.Note)
	} else {
		v, st, err := a.everything(ctx, cfg)
		if err != nil {
			return err
		}
		defer st.Close()
		if d.Item, err = v.resolve(ctx, st, on); err != nil {
			return err
		}
	}
	if err := objectives.AppendDecision(cfg.Decisions, d); err != nil {
		return err
	}
	a.say("noted %s%s", d.Item, forObjective(objective))
	a.next("dossier explain " + d.Item)
	return nil
}

// moment reads a date, or a date and a time, in the person's zone. A date alone
// means noon: the day is then the same wherever it is read.
func moment(text string, now time.Time, zone *time.Location) (time.Time, error) {
	if text == "" {
		return now, nil
	}
	if t, err := time.Parse(time.RFC3339, text); err == nil {
		return t, nil
	}
	for _, layout := range []string{"2006-01-02 15:04", "2006-01-02T15:04"} {
		if t, err := time.ParseInLocation(layout, text, zone); err == nil {
			return t, nil
		}
	}
	if t, err := time.ParseInLocation(time.DateOnly, text, zone); err == nil {
		return t.Add(12 * time.Hour), nil
	}
	return time.Time{}, usagef("--at %q is no date\nwrite it as 2026-03-09 or 2026-03-09 14:30", text)
}
