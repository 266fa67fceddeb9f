package main

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/dossier-report/dossier/config"
	"github.com/dossier-report/dossier/evidence/store"
	"github.com/dossier-report/dossier/report/gate"
)

// purgeFlags say what to erase.
type purgeFlags struct {
	sources, items []string
	all, yes       bool
}

func newPurge(a *app) *cobra.Command {
	var f purgeFlags
	cmd := &cobra.Command{
		Use:   "purge (--source <name> | --item <id> | --all)",
		Short: "Erase stored evidence so that no trace stays",
		Long: "Erase items from the store: deleted rows are overwritten, the file is written anew, its\n" +
			"log is emptied, and copies from earlier versions of the store are removed. With --source\n" +
			"what the source was asked and answered goes too, with --all everything.\n\n" +
			"The sources themselves, the decisions file, and reports and exports that were written\n" +
			"are not touched. The next collect brings back what its sources still show; take a source\n" +
			"out of the configuration first if it should not.",
		Example: "  $ dossier purge --source slack\n" +
			"  $ dossier purge --item 'api#12' --item ML-231\n" +
			"  $ dossier purge --all --yes",
		Args: noArgs,
		RunE: func(cmd *cobra.Command, _ []string) error { return a.purge(cmd.Context(), &f) },
	}
	fl := cmd.Flags()
	fl.StringArrayVar(&f.sources, "source", nil, "Erase everything of the source with this `name`; may be given several times")
	fl.StringArrayVar(&f.items, "item", nil, "Erase the item with this `id`; may be given several times")
	fl.BoolVar(&f.all, "all", false, "Erase everything")
	fl.BoolVarP(&f.yes, "yes", "y", false, "Do not ask")
	return cmd
}

func (a *app) purge(ctx context.Context, f *purgeFlags) error {
	switch {
	case f.all && len(f.sources)+len(f.items) > 0:
		return usagef("--all erases everything; give it alone")
	case !f.all && len(f.sources)+len(f.items) == 0:
		return usagef("say what to erase: --source NAME, --item ID or --all")
	case !f.yes && !a.terminal.in:
		return usagef("there is no terminal to ask on; erase without asking with --yes")
	}
	cfg, err := a.load()
	if err != nil {
		return err
	}
	path := a.storeFile(cfg)
	if _, err := os.Stat(path); errors.Is(err, fs.ErrNotExist) {
		return fmt.Errorf("there is no store at %s, so nothing to erase", path)
	}
	st, free, err := a.write(ctx, cfg)
	if err != nil {
		return err
	}
	return errors.Join(a.erase(ctx, cfg, st, f), free())
}

// erase says what goes, asks, and has it go.
func (a *app) erase(ctx context.Context, cfg *config.Config, st store.Store, f *purgeFlags) error {
	parts, err := chosenToErase(ctx, st, f)
	if err != nil {
		return err
	}
	if !f.yes {
		var what []string
		for _, p := range parts {
			what = append(what, p.what)
		}
		ok, err := a.agree(ctx, fmt.Sprintf("Erase %s from %s? It cannot be undone. [y/N]", strings.Join(what, ", "), a.storeFile(cfg)))
		if err != nil {
			return err
		}
		if !ok {
			return usagef("nothing was erased")
		}
	}
	total := 0
	for _, p := range parts {
		n, err := st.Purge(ctx, p.filter)
		if err != nil {
			return err
		}
		total += n
		a.say("erased %s", p.what)
	}
	if _, err := fmt.Fprintf(a.stdout, "%d items erased from %s\n", total, gate.Terminal(a.storeFile(cfg))); err != nil {
		return err
	}
	a.say("not touched: %s, and reports and exports that were written", cfg.Decisions)
	return nil
}

// part is one thing to erase.
type part struct {
	what   string // in words
	filter store.Filter
}

// chosenToErase turns the flags into filters, each source by itself, since a
// filter that names sources and nothing else erases their cursors too. A name
// that the store does not know is an error: nothing is erased by half.
func chosenToErase(ctx context.Context, st store.Store, f *purgeFlags) (parts []part, err error) {
	add := func(what string, filter store.Filter) error {
		n, err := st.Count(ctx, filter)
		parts = append(parts, part{fmt.Sprintf("%s (%d items)", what, n), filter})
		return err
	}
	if f.all {
		return parts, add("everything", store.Filter{})
	}
	known, err := st.Sources(ctx)
	if err != nil {
		return nil, err
	}
	for _, name := range f.sources {
		if !slices.Contains(known, name) {
			return nil, usagef("the store holds nothing of a source %q; it holds: %s", name, strings.Join(known, ", "))
		}
	}
	if len(f.sources) > 0 {
		if err := add("all of "+strings.Join(f.sources, ", "), store.Filter{Sources: f.sources}); err != nil {
			return nil, err
		}
	}
	var ids []string
	for _, text := range f.items {
		id, err := st.Resolve(ctx, text)
		if err != nil {
			return nil, err
		}
		ids = append(ids, id)
	}
	if len(ids) > 0 {
		err = add(strings.Join(ids, ", "), store.Filter{IDs: ids})
	}
	return parts, err
}

// agree asks on the terminal; anything but yes is no.
func (a *app) agree(ctx context.Context, question string) (bool, error) {
	if _, err := fmt.Fprint(a.stderr, gate.Terminal(question)+" "); err != nil {
		return false, err
	}
	line := make(chan string, 1)
	go func() { // a read of a terminal cannot be interrupted
		s, _ := bufio.NewReader(a.stdin).ReadString('\n')
		line <- s
	}()
	select {
	case <-ctx.Done():
		return false, ctx.Err()
	case s := <-line:
		s = strings.ToLower(strings.TrimSpace(s))
		return s == "y" || s == "yes", nil
	}
}
