package main

import (
	"slices"

	"github.com/dossier-report/dossier/collectors"
	"github.com/dossier-report/dossier/collectors/calendar"
	"github.com/dossier-report/dossier/collectors/confluence"
	"github.com/dossier-report/dossier/collectors/demo"
	"github.com/dossier-report/dossier/collectors/files"
	"github.com/dossier-report/dossier/collectors/git"
	"github.com/dossier-report/dossier/collectors/github"
	"github.com/dossier-report/dossier/collectors/jira"
	"github.com/dossier-report/dossier/collectors/notes"
	"github.com/dossier-report/dossier/collectors/slack"
	"github.com/dossier-report/dossier/report"
)

// sources is THE list of sources: one line for each collector.
func sources() []collectors.Source {
	return []collectors.Source{
		github.Source,
		jira.Source,
		confluence.Source,
		slack.Source,
		git.Source,
		notes.Source,
		calendar.Source,
		files.Source,
	}
}

// sourceNames are how sources are called in print: those above, those whose
// evidence the demonstration or an import can bring, the person's own notes, and
// import itself.
func sourceNames() []report.SourceName {
	var names []report.SourceName
	for _, s := range append(sources(), demo.Sources()...) {
		if !slices.ContainsFunc(names, func(n report.SourceName) bool { return n.Name == s.Name }) {
			names = append(names, report.SourceName{Name: s.Name, Title: s.Title, Badge: s.Badge})
		}
	}
	return append(names,
		report.SourceName{Name: ownNotes, Title: "Own notes", Badge: "ME"}, // of the decisions file
		report.SourceName{Name: imported, Title: "Imported files", Badge: "IM"})
}
