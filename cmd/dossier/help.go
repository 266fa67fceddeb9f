package main

import (
	"embed"
	"strings"

	"github.com/spf13/cobra"
)

// topicFiles are the texts of dossier help TOPIC.
//
//go:embed help/*.md
var topicFiles embed.FS

// topics are what help explains beside the commands, in the order in which it
// lists them.
var topics = []struct{ name, short string }{
	{"configuration", "What dossier.yaml says, and where it is looked for"},
	{"sources", "Where evidence comes from, and what each source needs"},
	{"privacy", "What is stored, what is shown, and what never leaves this machine"},
	{"formulas", "How every figure of a report is computed"},
}

// helpTopics are commands that only have a help text.
func helpTopics() []*cobra.Command {
	var cmds []*cobra.Command
	for _, t := range topics {
		text, err := topicFiles.ReadFile("help/" + t.name + ".md")
		if err != nil {
			panic(err) // it is embedded under the names above
		}
		c := &cobra.Command{Use: t.name, Short: t.short, Long: strings.TrimSpace(string(text))}
		c.SetHelpTemplate("{{.Long}}\n")
		c.Args = noArgs
		cmds = append(cmds, c)
	}
	return cmds
}
