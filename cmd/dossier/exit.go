package main

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/dossier-report/dossier/collectors"
	"github.com/dossier-report/dossier/config"
	"github.com/dossier-report/dossier/report/gate"
)

// The exit codes; the README and "dossier exit-codes" list them.
const (
	exitDone    = 0
	exitFailed  = 1
	exitUsage   = 2 // wrong words on the command line, or cancelled
	exitPartial = 3 // finished, but a source failed or was cut short
	exitSignIn  = 4
	exitConfig  = 5
	exitBlank   = 6 // --final was refused
)

const exitCodes = `  0  done
  1  failed
  2  the command line is wrong, or the run was cancelled
  3  finished, but a source failed or was cut short
  4  a source needs sign-in
  5  the configuration is not valid
  6  --final was refused: something is still blank`

// exitError ends the program with a code. A nil err prints nothing: what there
// was to say has been said.
type exitError struct {
	code int
	err  error
}

func (e *exitError) Error() string {
	if e.err == nil {
		return fmt.Sprintf("exit %d", e.code)
	}
	return e.err.Error()
}

func (e *exitError) Unwrap() error { return e.err }

// usagef is an error of the command line.
func usagef(format string, a ...any) error {
	return &exitError{exitUsage, fmt.Errorf(format, a...)}
}

// codeOf returns the exit code that err stands for.
func codeOf(err error) int {
	var ex *exitError
	var cfg *config.Error
	var sign *collectors.SignInError
	switch {
	case err == nil:
		return exitDone
	case errors.As(err, &ex):
		return ex.code
	case errors.As(err, &cfg):
		return exitConfig
	case errors.As(err, &sign):
		return exitSignIn
	case errors.Is(err, context.Canceled):
		return exitUsage
	}
	return exitFailed
}

// complain prints err: the error on the first line, hints below it.
func (w *world) complain(err error) {
	var ex *exitError
	if errors.As(err, &ex) && ex.err == nil {
		return
	}
	if errors.Is(err, context.Canceled) {
		fmt.Fprintln(w.stderr, "dossier: cancelled; what was found so far is kept")
		return
	}
	lines := strings.Split(w.ours(err.Error()), "\n")
	for i, l := range lines {
		lines[i] = gate.Terminal(l)
	}
	fmt.Fprintf(w.stderr, "dossier: %s\n", strings.Join(lines, "\n  "))
}

// firstLine is an error without its hints.
func firstLine(err error) string {
	line, _, _ := strings.Cut(err.Error(), "\n")
	return line
}

// hintOf is the first hint of an error.
func hintOf(err error) string {
	_, rest, _ := strings.Cut(err.Error(), "\n")
	line, _, _ := strings.Cut(rest, "\n")
	return strings.TrimSpace(line)
}
