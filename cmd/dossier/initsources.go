package main

import (
	"context"
	"path/filepath"
	"slices"
	"strconv"
	"strings"

	"charm.land/huh/v2"
	"github.com/spf13/pflag"

	"github.com/dossier-report/dossier/collectors"
	"github.com/dossier-report/dossier/config"
	"github.com/dossier-report/dossier/report/gate"
)

// offer is a source that init asks for by one answer: a login, an address or a
// path. Everything else about it has a default, or stands in the example.
type offer struct {
	source, value, usage string // the flag has the source's name
	title, hint          string
	path                 bool // the answer is a file or folder
	block                func(answer string) string
}

// offers are the sources besides git, which init finds by itself.
func offers() []offer {
	under := func(source, key string) func(string) string {
		return func(answer string) string {
			return source + ":\n  " + key + ": [" + strconv.Quote(answer) + "]"
		}
	}
	site := func(source, token string) func(string) string {
		return func(answer string) string {
			return source + ":\n  url: " + strconv.Quote(answer) + "\n  token: env:" + token
		}
	}
	return []offer{
		{source: "github", value: "login", usage: "Your GitHub `login`; the token is taken from GH_TOKEN, GITHUB_TOKEN or gh",
			title: "Your GitHub login", hint: "Empty for none. The token is taken from GH_TOKEN, GITHUB_TOKEN or gh.",
			block: func(string) string { return "github: {}" }},
		{source: "jira", value: "address", usage: "Jira's `address`; the token is taken from JIRA_API_TOKEN",
			title: "Jira's address", hint: "https://acme.atlassian.net, or empty for none. The token is taken from JIRA_API_TOKEN.", block: site("jira", "JIRA_API_TOKEN")},
		{source: "confluence", value: "address", usage: "Confluence's `address`; the token is taken from CONFLUENCE_API_TOKEN",
			title: "Confluence's address", hint: "https://acme.atlassian.net, or empty for none. The token is taken from CONFLUENCE_API_TOKEN.", block: site("confluence", "CONFLUENCE_API_TOKEN")},
		{source: "slack", value: "zip", usage: "A Slack export (`zip`)", path: true,
			title: "A Slack export", hint: "The zip file, or empty for none. Direct messages and private channels are left out unless you name them.",
			block: func(answer string) string { return "slack:\n  export: " + strconv.Quote(answer) }},
		{source: "notes", value: "folder", usage: "An Obsidian vault or `folder` of Markdown", path: true,
			title: "Your notes", hint: "An Obsidian vault or a folder of Markdown, or empty for none. They stay on this machine.", block: under("notes", "paths")},
		{source: "calendar", value: "path", usage: "A calendar: an ICS file, or a `path` of several", path: true,
			title: "Your calendar", hint: "An ICS file or a folder of them, or empty for none. Titles and times only.", block: under("calendar", "paths")},
		{source: "files", value: "path", usage: "Evidence of other systems: a `path` of JSON Lines or CSV", path: true,
			title: "Files of evidence", hint: "JSON Lines or CSV of any other system, or empty for none.", block: under("files", "paths")},
	}
}

// offerFlags makes a flag for each offer.
func offerFlags(fl *pflag.FlagSet, answers map[string]*string) {
	for _, o := range offers() {
		answers[o.source] = fl.String(o.source, "", o.usage)
	}
}

// askSources asks for each offer.
func (a *app) askSources(f *initFlags) *huh.Group {
	var fields []huh.Field
	for _, o := range offers() {
		hint := o.hint
		if o.source == "notes" {
			if found := a.vaults(); len(found) > 0 {
				hint += " Found: " + strings.Join(found, ", ")
			}
		}
		fields = append(fields, huh.NewInput().Title(o.title).Description(hint).Value(f.answers[o.source]))
	}
	return huh.NewGroup(fields...).Title("Where else your work leaves traces")
}

// vaults are the Obsidian vaults in the usual places.
func (a *app) vaults() []string {
	var found []string
	for _, glob := range []string{"*", "Documents/*", "Obsidian/*"} {
		dirs, _ := filepath.Glob(filepath.Join(a.home, glob, ".obsidian")) // the pattern is sound
		for _, d := range dirs {
			if rel, err := filepath.Rel(a.home, filepath.Dir(d)); err == nil {
				found = append(found, "~/"+filepath.ToSlash(rel))
			}
		}
	}
	return found
}

// chooseSources turns the answers into parts of the configuration.
func (a *app) chooseSources(f *initFlags) {
	for _, o := range offers() {
		answer := strings.TrimSpace(*f.answers[o.source])
		if answer == "" {
			continue
		}
		switch {
		case o.source == "github":
			f.GitHub = answer
		case o.path && !strings.HasPrefix(answer, "~"):
			answer = a.abs(answer)
		}
		f.Sources = append(f.Sources, o.block(answer))
	}
}

// trySources tests what was configured and says what there is to mend.
func (a *app) trySources(ctx context.Context, cfg *config.Config) {
	for _, f := range a.examineSources(ctx, cfg) {
		a.say("%s %s: %s", f.Health, gate.Terminal(f.What), gate.Terminal(f.Detail))
		if f.Fix != "" && f.Health != collectors.Healthy {
			a.say("   %s", gate.Terminal(f.Fix))
		}
	}
	if !slices.ContainsFunc(cfg.Sources, func(s config.Source) bool { return s.Name == "git" }) {
		a.say("no clone was found here: name yours under sources.git.paths")
	}
}
