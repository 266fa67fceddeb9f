package main

import (
	"fmt"
	"slices"
	"strings"

	"github.com/cli/go-gh/v2/pkg/tableprinter"
	"github.com/spf13/cobra"

	"github.com/dossier-report/dossier/report"
	"github.com/dossier-report/dossier/report/gate"
)

// voice is somebody who could speak to the work, with the report that says so.
type voice struct {
	*report.Candidate
	rep *report.Report
}

var voiceFields = []field[*voice]{
	{"name", func(v *voice) any { return v.Name }},
	{"role", func(v *voice) any { return v.Role }},
	{"relation", func(v *voice) any { return v.Relation }},
	{"objectives", func(v *voice) any { return v.objectives() }},
	{"items", func(v *voice) any { return v.items() }},
	{"refs", func(v *voice) any { return v.Refs }},
	{"last", func(v *voice) any { return v.Last }},
}

// objectives are the ids of those that the shared work speaks for.
func (v *voice) objectives() []string {
	ids := []string{}
	for _, n := range v.Objectives {
		for i := range v.rep.Objectives {
			if o := &v.rep.Objectives[i]; o.Number == n {
				ids = append(ids, o.ID)
			}
		}
	}
	return ids
}

// items are the ids of the entries that both worked on.
func (v *voice) items() []string {
	ids := []string{}
	for i := range v.rep.Entries {
		if e := &v.rep.Entries[i]; slices.Contains(v.Refs, e.Ref) {
			ids = append(ids, e.ID)
		}
	}
	return ids
}

func newPeople(a *app) *cobra.Command {
	var period string
	var j jsonFlags[*voice]
	cmd := &cobra.Command{
		Use:   "people",
		Short: "Who could speak to this work",
		Long: "Suggest who could speak to your work: people with at least three shared artefacts over at\n" +
			"least three weeks, one for each objective before a second for any. Bots and your own\n" +
			"manager are left out. Nobody here has been asked.",
		Example: "  $ dossier people\n" +
			"  $ dossier people --json name,objectives --jq '.[].name'",
		Args: noArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			rep, err := a.stored(cmd.Context(), period)
			if err != nil {
				return err
			}
			var voices []*voice
			for i := range rep.Candidates {
				voices = append(voices, &voice{&rep.Candidates[i], rep})
			}
			if j.asked() {
				return j.writeAll(a.world, voices)
			}
			return a.printPeople(rep, voices)
		},
	}
	cmd.Flags().StringVarP(&period, "period", "p", "", "Look at this `period` (default: the configuration's)")
	j.register(cmd, voiceFields)
	return cmd
}

func (a *app) printPeople(rep *report.Report, voices []*voice) error {
	spoken := map[string]bool{}
	if len(voices) > 0 {
		t := tableprinter.New(a.stdout, a.terminal.out, a.terminal.width)
		t.AddHeader([]string{"NAME", "ROLE", "CAN SPEAK TO", "WORKED ON", "LAST"})
		for _, v := range voices {
			for _, id := range v.objectives() {
				spoken[id] = true
			}
			t.AddField(gate.Terminal(gate.Title(v.Name)))
			t.AddField(gate.Terminal(strings.TrimSpace(v.Role)))
			t.AddField(strings.Join(v.objectives(), ","))
			t.AddField(gate.Terminal(strings.Join(v.items(), " ")))
			t.AddField(v.Last)
			t.EndRow()
		}
		if err := t.Render(); err != nil {
			return err
		}
	} else {
		fmt.Fprintln(a.stderr, "nobody shares three artefacts over three weeks")
	}
	var silent []string
	for i := range rep.Objectives {
		if id := rep.Objectives[i].ID; !spoken[id] {
			silent = append(silent, id)
		}
	}
	if len(silent) > 0 {
		a.say("nobody yet for: %s", strings.Join(silent, ", "))
	}
	a.next("dossier list --person NAME")
	return nil
}
