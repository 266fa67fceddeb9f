// Command dossier collects what one person did at work from the places where
// work leaves traces, maps each piece of evidence to that person's review
// objectives and says why, and renders the evidence report that goes with a
// review submission. "dossier help" lists the commands; the README tells the
// rest.
package main

import (
	"context"
	"fmt"
	"os"
	"os/signal"
	"syscall"
	_ "time/tzdata" // time zones on machines that have none

	"github.com/spf13/cobra"
)

func main() { os.Exit(dossier()) }

// dossier runs the program in the world of this process. The first interrupt
// stops it in good order, a second one at once.
func dossier() int {
	w, err := osWorld()
	if err != nil {
		fmt.Fprintln(os.Stderr, "dossier:", err)
		return exitFailed
	}
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	context.AfterFunc(ctx, stop)
	return run(ctx, w, os.Args[1:])
}

// run is the program as a function of its inputs; it returns the exit code.
func run(ctx context.Context, w *world, args []string) int {
	root := newRoot(w)
	root.SetArgs(args)
	root.SetIn(w.stdin)
	root.SetOut(w.stdout)
	root.SetErr(w.stderr)
	err := root.ExecuteContext(ctx)
	if err != nil {
		w.complain(err)
	}
	return codeOf(err)
}

func newRoot(w *world) *cobra.Command {
	a := &app{world: w}
	root := &cobra.Command{
		Use:   "dossier <command> [flags]",
		Short: "Evidence for a performance review, collected, mapped and printed",
		Long: "dossier collects what you did at work, maps each piece of evidence to your review\n" +
			"objectives and says why, and renders the PDF evidence report that goes with a review.",
		Example: "  $ dossier demo                                see what it makes, without any set-up\n" +
			"  $ dossier init && dossier report              the first report of your own\n" +
			"  $ dossier list --objective mentoring          the evidence for one objective",
		SilenceErrors: true,
		SilenceUsage:  true,
		Args:          noArgs,
		RunE:          func(cmd *cobra.Command, _ []string) error { return cmd.Help() },

		SuggestionsMinimumDistance: 2,
	}
	root.PersistentFlags().StringVarP(&a.configPath, "config", "c", "", "Read the configuration from `file` (default: dossier.yaml, here or in the user's configuration folder)")
	root.PersistentFlags().StringVar(&a.storePath, "store", "", "Keep evidence in the database `file` (default: in the user's data folder)")
	root.SetFlagErrorFunc(flagError)
	root.AddGroup(
		&cobra.Group{ID: "start", Title: "Start:"},
		&cobra.Group{ID: "evidence", Title: "Evidence:"},
		&cobra.Group{ID: "report", Title: "Report:"},
		&cobra.Group{ID: "more", Title: "More:"},
	)
	add := func(group string, cmds ...*cobra.Command) {
		for _, c := range cmds {
			c.GroupID = group
			root.AddCommand(c)
		}
	}
	add("start", newDemo(a), newInit(a), newDoctor(a))
	add("evidence", newCollect(a), newList(a), newShow(a), newExplain(a), newObjectives(a))
	add("evidence", newDecide(a)...)
	add("evidence", newNote(a))
	add("report", newReport(a), newVerify(a), newWrite(a), newAnswers(a), newPeople(a), newFlow(a), newForecast(a))
	add("more", newImport(a), newExport(a), newPurge(a), newEval(a), newConfig(a), newVersion(a), newSchedule(a), newAction(a), newExitCodes())
	add("more", helpTopics()...)
	root.SetHelpCommandGroupID("more")
	root.SetCompletionCommandGroupID("more")
	w.nameCommands(root)
	return root
}

func flagError(c *cobra.Command, err error) error {
	return usagef("%w\nsee '%s --help'", err, c.CommandPath())
}

// noArgs and exactly are cobra's argument checks as errors of the command line.
func noArgs(cmd *cobra.Command, args []string) error {
	if len(args) == 0 {
		return nil
	}
	if cmd.HasSubCommands() {
		msg := fmt.Sprintf("unknown command %q for %q", args[0], cmd.CommandPath())
		for _, s := range cmd.SuggestionsFor(args[0]) {
			msg += fmt.Sprintf("\ndid you mean %q?", s)
		}
		return usagef("%s\nsee '%s --help'", msg, cmd.CommandPath())
	}
	return usagef("%s takes no arguments, got %q", cmd.CommandPath(), args[0])
}

func atLeast(n int, what string) cobra.PositionalArgs {
	return func(cmd *cobra.Command, args []string) error {
		if len(args) < n {
			return usagef("%s needs %s\nusage: %s", cmd.CommandPath(), what, cmd.UseLine())
		}
		return nil
	}
}

func exactly(n int, what string) cobra.PositionalArgs {
	return func(cmd *cobra.Command, args []string) error {
		if len(args) != n {
			return usagef("%s needs %s\nusage: %s", cmd.CommandPath(), what, cmd.UseLine())
		}
		return nil
	}
}

func newExitCodes() *cobra.Command {
	return &cobra.Command{
		Use:   "exit-codes",
		Short: "What the exit codes mean",
		Long:  "What the exit codes mean:\n\n" + exitCodes,
		Args:  noArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			_, err := fmt.Fprintln(cmd.OutOrStdout(), exitCodes)
			return err
		},
	}
}
