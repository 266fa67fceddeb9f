package render

import (
	"bytes"
	"encoding/json"
	"io"

	"github.com/dossier-report/dossier/report"
	"github.com/dossier-report/dossier/report/gate"
)

// writeJSON writes the report as the value that it is, for other programs. Text
// stands in it as it was collected: the program that shows it must escape it.
// What could steer a terminal is escaped in the file and not in the value.
func writeJSON(w io.Writer, r *report.Report, _ Options) error {
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	e.SetIndent("", "  ")
	if err := e.Encode(r); err != nil {
		return err
	}
	_, err := w.Write(gate.JSON(b.Bytes()))
	return err
}
