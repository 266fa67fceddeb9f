package render

import (
	"encoding/json"
	"io"

	"github.com/dossier-report/dossier/report"
)

// writeJSON writes the report as the value that it is, for other programs. Text
// stands in it as it was collected: the program that shows it must escape it.
func writeJSON(w io.Writer, r *report.Report, _ Options) error {
	e := json.NewEncoder(w)
	e.SetEscapeHTML(false)
	e.SetIndent("", "  ")
	return e.Encode(r)
}
