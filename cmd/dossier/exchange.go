package main

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"

	"github.com/spf13/cobra"

	"github.com/dossier-report/dossier/collectors"
	"github.com/dossier-report/dossier/config"
	"github.com/dossier-report/dossier/evidence"
	"github.com/dossier-report/dossier/evidence/store"
	"github.com/dossier-report/dossier/report/gate"
	"github.com/dossier-report/dossier/report/render"
)

// imported is the source under which the store keeps what import brought.
const imported = "import"

// ownNotes is the source of the notes in the decisions file.
const ownNotes = "note"

func newImport(a *app) *cobra.Command {
	return &cobra.Command{
		Use:   "import <file>",
		Short: "Bring in evidence from JSON Lines, one item a line",
		Long: "Read items in the interchange format (the one that \"dossier export\" writes) and keep\n" +
			"them. Fields and words that the format does not know are refused: such a line is named\n" +
			"and left out, and the others are kept (exit code 3). '-' reads from standard input.",
		Args: exactly(1, "a file"),
		RunE: func(cmd *cobra.Command, args []string) error {
			return a.importFile(cmd.Context(), args[0])
		},
	}
}

func (a *app) importFile(ctx context.Context, path string) error {
	cfg, err := a.load()
	if err != nil {
		return err
	}
	in, name := a.stdin, "standard input"
	if path != "-" {
		f, err := os.Open(a.abs(path))
		if err != nil {
			return err
		}
		defer f.Close()
		in, name = f, filepath.Base(path)
	}
	st, free, err := a.write(ctx, cfg)
	if err != nil {
		return err
	}
	kept, bad, err := a.importItems(ctx, cfg, st, in, name)
	if err := errors.Join(err, free()); err != nil {
		return err
	}
	a.say("imported %d new, %d changed, %d as before from %s", kept.New, kept.Changed, kept.Same, name)
	if bad > 0 {
		return &exitError{exitPartial, fmt.Errorf("%s: %d lines could not be read and were left out", name, bad)}
	}
	a.next("dossier list")
	return nil
}

// importPage is how many items are kept in one transaction.
const importPage = 500

// importItems keeps the items page by page and records what was left out, so
// that a report can say it.
func (a *app) importItems(ctx context.Context, cfg *config.Config, st store.Store, in io.Reader, name string) (kept evidence.Kept, bad int, err error) {
	began := a.now()
	part := evidence.Part{Name: name, Query: "import of " + name}
	page := evidence.Batch{Part: name, Query: part.Query, FetchedAt: began}
	flush := func() error {
		if len(page.Items) == 0 {
			return nil
		}
		k, err := st.Keep(ctx, imported, page)
		kept.Add(k)
		page.Items = page.Items[:0]
		return err
	}
	seen, secrets := map[string]bool{}, 0
	red := collectors.NewRedactor()
	for it, lineErr := range evidence.Read(in) {
		if lineErr != nil {
			bad++
			a.say("%s: %v", name, lineErr)
			part.Gaps = append(part.Gaps, evidence.Gap{What: "a line", Why: gate.Line(lineErr.Error(), 300)})
			continue
		}
		if seen[it.ID] {
			part.Notes = append(part.Notes, "the file holds "+it.ID+" more than once; the last one counts")
		}
		seen[it.ID] = true
		secrets += red.Item(&it)
		raw, err := evidence.Encode(it)
		if err != nil {
			return kept, bad, err
		}
		page.Items = append(page.Items, evidence.Fetched{Item: it, Hash: evidence.Hash(raw)})
		if len(page.Items) == importPage {
			if err := flush(); err != nil {
				return kept, bad, err
			}
		}
	}
	if err := flush(); err != nil {
		return kept, bad, err
	}
	if secrets > 0 {
		part.Notes = append(part.Notes, fmt.Sprintf("%d values that look like secrets were removed", secrets))
		a.say("%s: %d values that look like secrets were removed", name, secrets)
	}
	all := evidence.Period{Zone: cfg.Zone}
	if part.Found, err = st.Found(ctx, imported, name, all); err != nil {
		return kept, bad, err
	}
	c := evidence.Coverage{Source: imported, Period: all, AskedAt: began, Took: a.now().Sub(began),
		State: evidence.Complete, Parts: []evidence.Part{part}}
	if bad > 0 {
		c.State, c.Why = evidence.Partial, fmt.Sprintf("%d lines of %s could not be read", bad, name)
	}
	return kept, bad, st.Cover(ctx, c)
}

func newExport(a *app) *cobra.Command {
	var period, out string
	cmd := &cobra.Command{
		Use:   "export",
		Short: "Write the stored evidence as JSON Lines, one item a line",
		Args:  noArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			return a.export(cmd.Context(), period, out)
		},
	}
	cmd.Flags().StringVarP(&period, "period", "p", "", "Only what is in this `period` (default: everything)")
	cmd.Flags().StringVarP(&out, "output", "o", "-", "Write to this `file`; - is standard output")
	return cmd
}

func (a *app) export(ctx context.Context, periodText, out string) error {
	cfg, err := a.load()
	if err != nil {
		return err
	}
	f := store.Filter{}
	if periodText != "" {
		if f.Period, err = a.period(cfg, periodText); err != nil {
			return err
		}
	}
	st, err := a.open(ctx, cfg)
	if err != nil {
		return err
	}
	defer st.Close()
	write := func(w io.Writer) error {
		bw := bufio.NewWriter(w)
		var failed []error
		for rec, err := range st.Items(ctx, f) {
			if err != nil {
				failed = append(failed, err)
				continue
			}
			line, err := evidence.Encode(rec.Item)
			if err != nil {
				failed = append(failed, err)
				continue
			}
			// Escaped so that it can steer no terminal; it reads the same.
			_, _ = bw.Write(append(gate.JSON(line), '\n')) // Flush tells of an error
		}
		return errors.Join(append(failed, bw.Flush())...)
	}
	if out == "-" {
		return write(a.stdout)
	}
	return render.ToFile(a.abs(out), write)
}
