package render

import (
	"encoding/csv"
	"fmt"
	"io"
	"strconv"
	"strings"
	"time"

	"github.com/dossier-report/dossier/report"
	"github.com/dossier-report/dossier/report/gate"
)

// csvColumns are the columns in their order. Programs know them by name: more
// may come at the end, none changes its name.
var csvColumns = [...]string{"ref", "id", "date", "source", "kind", "title", "place", "url", "acts",
	"objective", "score", "decided", "reasons", "artefact", "outcome", "confirmed", "note"}

// writeCSV writes Appendix A as a table: a row for each item and objective, in
// the order of the references (RFC 4180: UTF-8, CRLF, a head row). Dates are
// ISO 8601 days in the person's zone, scores lie from 0 to 1, and A, O and C are
// "yes" or "no". A cell that a spreadsheet could take for a formula begins with
// an apostrophe.
func writeCSV(w io.Writer, r *report.Report, opt Options) error {
	c := csv.NewWriter(w)
	c.UseCRLF = true
	_ = c.Write(csvColumns[:]) // Error tells of it, here and below
	zone, err := time.LoadLocation(r.Period.Zone)
	if err != nil {
		zone = nil
	}
	for i := range r.Entries {
		e := &r.Entries[i]
		matches := e.Objectives
		if len(matches) == 0 {
			matches = []report.EntryMatch{{}}
		}
		for _, m := range matches {
			_ = c.Write(csvRow(e, m, zone, opt))
		}
	}
	c.Flush()
	return c.Error()
}

func csvRow(e *report.Entry, m report.EntryMatch, zone *time.Location, opt Options) []string {
	date := e.Date
	if zone != nil {
		date = date.In(zone)
	}
	score := ""
	if m.Objective != "" {
		score = strconv.FormatFloat(m.Score, 'g', 4, 64)
	}
	address, safe := gate.Link(e.URL, opt.Allowed)
	if !safe {
		address = gate.Line(e.URL, 2048) // text, as in every format
	}
	row := []string{e.Ref, e.ID, date.Format(time.DateOnly), e.Source, string(e.Kind), gate.Title(e.Title), e.Place, address, e.Acts,
		m.Objective, score, m.Decided, csvReasons(m), yes(e.Strength.Artefact), yes(e.Strength.Outcome), yes(e.Strength.Confirmed), e.Note}
	for i, cell := range row {
		row[i] = gate.CSV(cell)
	}
	return row
}

// csvReasons says why an entry speaks for an objective: every reason with what
// it adds to the score.
func csvReasons(m report.EntryMatch) string {
	var parts []string
	for _, r := range m.Reasons {
		text := gate.Line(r.Rule, 0)
		if x := gate.Line(r.Excerpt, 0); x != "" {
			text = join(" ", text, "("+join(": ", gate.Line(r.Field, 0), "“"+x+"”")+")")
		}
		parts = append(parts, fmt.Sprintf("%s %+.2f", text, r.Contribution))
	}
	return strings.Join(parts, "; ")
}

func yes(b bool) string {
	if b {
		return "yes"
	}
	return "no"
}
