// Package render writes a report in a format: how it looks, never what it says.
//
// The same report gives the same bytes, in every format and on every machine.
// A new format is one file with a function and one line in [Formats].
package render

import (
	"io"

	"github.com/dossier-report/dossier/report"
	"github.com/dossier-report/dossier/report/render/internal/pdf"
)

// Format is a way to write a report.
type Format struct {
	Name  string // "pdf", as the command line takes it
	Ext   string // ".pdf"
	Media string // "application/pdf"
	Write func(w io.Writer, r *report.Report, opt Options) error
}

// Options are the reader's choices, the same for every format.
type Options struct {
	// Paper is A4 or Letter, whatever the case; empty means A4.
	Paper string
	// Fallback are TrueType files for characters that the built-in font lacks,
	// such as Chinese; the first that has a character is used. OpenType files
	// with PostScript outlines and collections are refused.
	Fallback [][]byte
	// Allowed reports whether links may lead to a host, given in lower case and
	// without port; nil allows every host.
	Allowed func(host string) bool
}

// Formats lists every format, the usual one first.
func Formats() []Format {
	return []Format{
		{"pdf", ".pdf", "application/pdf", writePDF},
		{"html", ".html", "text/html; charset=utf-8", writeHTML},
		{"md", ".md", "text/markdown; charset=utf-8", writeMarkdown},
		{"json", ".json", "application/json", writeJSON},
		{"csv", ".csv", "text/csv; charset=utf-8", writeCSV},
	}
}

// Find returns the format of that name.
func Find(name string) (Format, bool) {
	for _, f := range Formats() {
		if f.Name == name {
			return f, true
		}
	}
	return Format{}, false
}

// CheckFont reports why a file cannot be one of [Options.Fallback]: only
// TrueType outlines in a file of one font can. The message goes on after the
// file's name: "has PostScript outlines (OTF/CFF)".
func CheckFont(raw []byte) error { return pdf.CheckFont(raw) }
