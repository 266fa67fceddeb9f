package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"

	"github.com/spf13/cobra"

	"github.com/dossier-report/dossier/report"
	"github.com/dossier-report/dossier/report/gate"
	"github.com/dossier-report/dossier/report/render"
	mywords "github.com/dossier-report/dossier/report/words"
)

func newWrite(a *app) *cobra.Command {
	var objective, period string
	var print bool
	cmd := &cobra.Command{
		Use:   "write",
		Short: "Write what no record can say",
		Long: "Open your editor (VISUAL, else EDITOR) on the file of your own words, dossier.words beside\n" +
			"the configuration: thesis, claims, assessments, what did not work, priorities, requests.\n" +
			"Whatever is still blank stands there with a prompt from the records, in lines of \"#?\".\n\n" +
			"The file is plain text made for git; your comments and their order are kept. A text that\n" +
			"cannot be read is kept beside it, and the next \"dossier write\" takes it up.",
		Example: "  $ dossier write\n" +
			"  $ dossier write --objective mentoring\n" +
			"  $ dossier write --print | less",
		Args: noArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			if !print && !a.terminal.in {
				return usagef("write needs a terminal to open an editor on\nsee the file with its prompts: dossier write --print")
			}
			e, err := a.edition(cmd.Context(), objective, period)
			if err != nil {
				return err
			}
			if print {
				return a.printWords(e.offer)
			}
			return a.edit(cmd.Context(), e)
		},
	}
	cmd.Flags().StringVarP(&objective, "objective", "o", "", "Only prompts for the objective with this `id`")
	cmd.Flags().StringVarP(&period, "period", "p", "", "Prompts for this `period` (default: the configuration's)")
	cmd.Flags().BoolVar(&print, "print", false, "Print the file with the prompts, and open no editor")
	return cmd
}

// edition is the words file as it is offered for editing.
type edition struct {
	path  string // of the words
	was   string // the text there, empty where there is no file
	offer string // with the prompts
}

// side is where a text stays until it has been read: see [app.edit].
func (e *edition) side() string { return e.path + ".edit" }

// edition puts the prompts for what is blank into the words file.
func (a *app) edition(ctx context.Context, objective, periodText string) (*edition, error) {
	cfg, err := a.load()
	if err != nil {
		return nil, err
	}
	if err := checkObjective(cfg, objective); err != nil {
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
	// Numbers and references are those of the whole report, so all of it is built.
	in, err := a.reportInput(ctx, cfg, st, period, nil)
	if err != nil {
		return nil, err
	}
	e := &edition{path: cfg.Words}
	if e.was, err = readText(cfg.Words); err != nil {
		return nil, err
	}
	file, err := mywords.Parse(e.was)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", cfg.Words, err)
	}
	rep := report.Build(in)
	blanks := report.Blanks(in, rep)
	if objective != "" {
		blanks = only(blanks, rep, objective)
	}
	var prompts []mywords.Prompt
	for _, b := range blanks {
		prompts = append(prompts, b.Prompt)
	}
	e.offer = file.Ask(prompts).String()
	return e, nil
}

// only returns the blanks of an objective and of its cards.
func only(blanks []report.Blank, rep *report.Report, objective string) []report.Blank {
	ids := map[string]string{}
	for _, e := range rep.Entries {
		ids[e.Ref] = e.ID
	}
	leads := map[string]bool{}
	for _, s := range rep.Objectives {
		for _, c := range s.Cards {
			if s.ID == objective && len(c.Refs) > 0 {
				leads[ids[c.Refs[0]]] = true
			}
		}
	}
	var out []report.Blank
	for _, b := range blanks {
		if b.Part == mywords.ObjectivePart && b.Name == objective || b.Part == mywords.CardPart && leads[b.Name] {
			out = append(out, b)
		}
	}
	return out
}

// printWords prints the file. On a terminal nothing in it can steer that.
func (a *app) printWords(text string) error {
	if a.terminal.out {
		text = gate.Block(text, 0) + "\n"
	}
	_, err := io.WriteString(a.stdout, text)
	return err
}

// edit opens the editor and takes over what it leaves. The text lies in a side
// file until it stands in the words file as a whole, so that neither a mistake
// in it nor a crash loses a word.
func (a *app) edit(ctx context.Context, e *edition) error {
	side := e.side()
	offer, err := readText(side)
	if err != nil {
		return err
	}
	resumed := strings.TrimSpace(offer) != ""
	if resumed {
		a.say("taking up what was written and not yet taken over: %s", side)
	} else {
		offer = e.offer
		if err := render.ToFile(side, wordsText(offer)); err != nil {
			return err
		}
	}
	editErr := a.runEditor(ctx, side)
	text, err := readText(side)
	if err != nil {
		return err
	}
	if editErr != nil {
		if text == offer && !resumed {
			return errors.Join(editErr, os.Remove(side))
		}
		return fmt.Errorf("%w\nwhat you wrote is kept in %s; go on with: dossier write", editErr, side)
	}
	file, err := mywords.Parse(text)
	if err != nil {
		return fmt.Errorf("%s: %w\nwhat you wrote is kept there; go on with: dossier write", side, err)
	}
	return a.takeOver(e, file, resumed)
}

// takeOver makes an edited text the words file. A file that somebody else
// changed meanwhile is not overwritten; one that may have changed since a text
// that is taken up was begun is kept beside it.
func (a *app) takeOver(e *edition, file *mywords.File, resumed bool) error {
	now, err := readText(e.path)
	if err != nil {
		return err
	}
	if now != e.was {
		return fmt.Errorf("%s was changed while the editor was open\nwhat you wrote is kept in %s; put both together there, then: dossier write", e.path, e.side())
	}
	text := file.Strip().String()
	if text == e.was || strings.TrimSpace(text) == strings.TrimSpace(mywords.Head) {
		a.say("nothing written")
		return os.Remove(e.side())
	}
	if resumed && e.was != "" {
		old := e.path + ".old"
		if err := render.ToFile(old, wordsText(e.was)); err != nil {
			return err
		}
		a.say("the words from before are kept in %s", old)
	}
	if err := render.ToFile(e.path, wordsText(text)); err != nil {
		return fmt.Errorf("%w\nwhat you wrote is kept in %s", err, e.side())
	}
	if err := os.Remove(e.side()); err != nil {
		return err
	}
	a.say("wrote %s", e.path)
	a.next("dossier report")
	return nil
}

func wordsText(text string) func(io.Writer) error {
	return func(w io.Writer) error {
		_, err := io.WriteString(w, text)
		return err
	}
}

// runEditor opens the person's editor on a file and waits for it. As in git,
// the variable is a command line: "code --wait".
func (a *app) runEditor(ctx context.Context, path string) error {
	editor := a.getenv("VISUAL")
	if strings.TrimSpace(editor) == "" {
		editor = a.getenv("EDITOR")
	}
	if strings.TrimSpace(editor) == "" {
		editor = "vi"
		if runtime.GOOS == "windows" {
			editor = "notepad"
		}
	}
	var cmd *exec.Cmd
	if runtime.GOOS == "windows" {
		args := append(strings.Fields(editor), path)
		cmd = exec.CommandContext(ctx, args[0], args[1:]...)
	} else {
		// The path is an argument of the shell and never part of what it reads.
		cmd = exec.CommandContext(ctx, "sh", "-c", editor+` "$@"`, editor, path)
	}
	cmd.Dir = filepath.Dir(path)
	cmd.Stdin, cmd.Stdout, cmd.Stderr = a.stdin, a.stdout, a.stderr
	if err := cmd.Run(); err != nil {
		return fmt.Errorf("the editor %q: %w\nname another one: EDITOR=nano dossier write", editor, err)
	}
	return nil
}
