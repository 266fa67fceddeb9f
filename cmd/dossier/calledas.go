package main

import (
	"path/filepath"
	"regexp"
	"slices"
	"strings"

	"github.com/spf13/cobra"
)

// calledAs is how the program's user starts it: gh runs an extension's file
// gh-dossier for "gh dossier".
func calledAs(file string) string {
	base := strings.TrimSuffix(strings.ToLower(filepath.Base(filepath.ToSlash(file))), ".exe")
	if base == "gh-dossier" || strings.HasPrefix(base, "gh-dossier_") {
		return "gh dossier"
	}
	return "dossier"
}

// shownCommand finds commands in help and messages: "dossier report", and no
// file name such as dossier.yaml.
var shownCommand = regexp.MustCompile(`(^|[\s'"(:$])(gh )?dossier ([a-z-]+)`)

// ours puts the name that the user knows into the commands that a text names.
func (w *world) ours(text string) string {
	if len(w.commands) == 0 || !strings.Contains(text, "dossier ") {
		return text
	}
	return shownCommand.ReplaceAllStringFunc(text, func(s string) string {
		m := shownCommand.FindStringSubmatch(s)
		if m[2] != "" || !slices.Contains(w.commands, m[3]) {
			return s
		}
		return m[1] + w.name + " " + m[3]
	})
}

// nameCommands makes help, errors and hints say "gh dossier" where that is how
// the program was started.
func (w *world) nameCommands(root *cobra.Command) {
	if w.name == "" || w.name == "dossier" {
		return
	}
	root.Annotations = map[string]string{cobra.CommandDisplayNameAnnotation: w.name}
	w.commands = []string{"help"}
	for _, c := range root.Commands() {
		w.commands = append(w.commands, c.Name())
	}
	var walk func(*cobra.Command)
	walk = func(c *cobra.Command) {
		c.Short, c.Long, c.Example = w.ours(c.Short), w.ours(c.Long), w.ours(c.Example)
		for _, sub := range c.Commands() {
			walk(sub)
		}
	}
	walk(root)
}
