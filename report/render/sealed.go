package render

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io"
	"time"

	"github.com/dossier-report/dossier/report"
	"github.com/dossier-report/dossier/report/manifest"
)

// writeSealed writes the pages with the manifest of the report that they show.
func writeSealed(w io.Writer, pages []byte, r *report.Report) error {
	m, err := manifestOf(r)
	if err != nil {
		return err
	}
	file, err := manifest.Embed(pages, m)
	if err != nil {
		return err
	}
	_, err = w.Write(file)
	return err
}

// manifestOf says what the report was made from. All of it is taken from the
// report's value, so what was taken out of that is not in the manifest either.
func manifestOf(r *report.Report) (*manifest.Manifest, error) {
	h := sha256.New()
	if err := json.NewEncoder(h).Encode(r); err != nil {
		return nil, fmt.Errorf("hash the report: %w", err)
	}
	m := &manifest.Manifest{
		Version: r.Method.Version, Config: r.Method.Config,
		From: instant(r.Period.From), To: instant(r.Period.To), Zone: r.Period.Zone,
		Report:  hex.EncodeToString(h.Sum(nil)),
		Entries: make([]manifest.Entry, 0, len(r.Entries)),
	}
	for i := range r.Entries {
		e := &r.Entries[i]
		m.Entries = append(m.Entries, manifest.Entry{ID: e.ID, Source: e.Source, URL: e.URL, Query: e.Query, Fetched: e.FetchedAt, Hash: e.Hash})
	}
	return m, m.Seal()
}

// instant is a moment as text, empty where a period is open.
func instant(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return t.UTC().Format(time.RFC3339)
}
