package store

import (
	"context"
	"database/sql"
	"encoding/json"
	"fmt"
	"time"

	"github.com/dossier-report/dossier/evidence"
)

// Cover implements [Store].
func (s *SQLite) Cover(ctx context.Context, c evidence.Coverage) error {
	op := "record coverage of " + c.Source
	if c.Parts == nil {
		c.Parts = []evidence.Part{}
	}
	parts, err := json.Marshal(c.Parts)
	if err != nil {
		return fmt.Errorf("%s: %w", op, err)
	}
	from, to := ends(c.Period)
	zone := ""
	if c.Period.Zone != nil {
		zone = c.Period.Zone.String()
	}
	return s.write(ctx, op, func(w *writer) error {
		return w.exec(`INSERT INTO coverage (source, from_at, to_at, zone, asked_at, took, state, why, parts)
			VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)`,
			c.Source, from, to, zone, micros(c.AskedAt), int64(c.Took), string(c.State), c.Why, string(parts))
	})
}

const coverageColumns = `SELECT source, from_at, to_at, zone, asked_at, took, state, why, parts FROM `

// Coverage implements [Store].
func (s *SQLite) Coverage(ctx context.Context) ([]evidence.Coverage, error) {
	return s.coverage(ctx, coverageColumns+`(SELECT *, row_number() OVER
			(PARTITION BY source, from_at, to_at ORDER BY asked_at DESC, key DESC) AS age FROM coverage)
		WHERE age = 1 ORDER BY source, from_at, to_at`)
}

// Runs implements [Store].
func (s *SQLite) Runs(ctx context.Context, limit int) ([]evidence.Coverage, error) {
	if limit == 0 {
		limit = -1
	}
	return s.coverage(ctx, coverageColumns+`coverage ORDER BY asked_at DESC, key DESC LIMIT ?`, limit)
}

func (s *SQLite) coverage(ctx context.Context, text string, args ...any) (all []evidence.Coverage, err error) {
	err = s.query(ctx, "read coverage", text, args, func(rows *sql.Rows) error {
		var c evidence.Coverage
		var from, to sql.NullInt64
		var asked, took int64
		var zone, state string
		var parts []byte
		if err := rows.Scan(&c.Source, &from, &to, &zone, &asked, &took, &state, &c.Why, &parts); err != nil {
			return err
		}
		if err := json.Unmarshal(parts, &c.Parts); err != nil {
			return fmt.Errorf("parts of %s: %w", c.Source, err)
		}
		c.Period = evidence.Period{From: instant(from), To: instant(to), Zone: location(zone)}
		c.AskedAt, c.Took, c.State = time.UnixMicro(asked).UTC(), time.Duration(took), evidence.CoverageState(state)
		all = append(all, c)
		return nil
	})
	return all, err
}

// location returns the time zone with the name, nil for none and UTC for one
// that this machine does not know: the period's instants are right in any.
func location(name string) *time.Location {
	if name == "" {
		return nil
	}
	loc, err := time.LoadLocation(name)
	if err != nil {
		return time.UTC
	}
	return loc
}
