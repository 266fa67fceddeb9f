package main

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"github.com/dossier-report/dossier/config"
	"github.com/dossier-report/dossier/report"
	mywords "github.com/dossier-report/dossier/report/words"
)

// readWords reads the file of the person's words; none is no words.
func readWords(path string) (*mywords.File, error) {
	text, err := readText(path)
	if err != nil {
		return nil, err
	}
	file, err := mywords.Parse(text)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	return file, nil
}

// readText reads a file that a person writes, empty where there is none. What
// is larger than [mywords.MaxSize] is cut just beyond it, so that parsing says so.
func readText(path string) (string, error) {
	at, err := os.Stat(path)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return "", nil
	case err != nil:
		return "", err
	case !at.Mode().IsRegular(): // a pipe would block when it is opened
		return "", fmt.Errorf("%s is not a file", path)
	}
	f, err := os.Open(path)
	if err != nil {
		return "", err
	}
	defer f.Close()
	text, err := io.ReadAll(io.LimitReader(f, mywords.MaxSize+1))
	return string(text), err
}

// whole says what is still blank, and refuses a final report over it.
func (a *app) whole(cfg *config.Config, in report.Input, rep *report.Report, final bool) error {
	for _, heading := range report.Strangers(in, rep) {
		a.say("warning: %s: %q is neither an objective nor a piece of work on a card of this report; it is kept and not shown", filepath.Base(cfg.Words), heading)
	}
	blank := report.Required(report.Blanks(in, rep))
	if len(blank) == 0 {
		return nil
	}
	if !final {
		a.say("draft: %s still blank; write with: dossier write", things(len(blank)))
		return nil
	}
	var b strings.Builder
	fmt.Fprintf(&b, "report: --final refused: %s still blank", things(len(blank)))
	for _, k := range blank {
		fmt.Fprintf(&b, "\n%s\n  in %s: %s", k.What, filepath.Base(cfg.Words), k.Place)
	}
	b.WriteString("\nwrite it with: dossier write")
	return &exitError{exitBlank, errors.New(b.String())}
}

func things(n int) string {
	if n == 1 {
		return "1 thing is"
	}
	return fmt.Sprintf("%d things are", n)
}
