package store

import (
	"context"
	"database/sql"
	"encoding/json"
	"iter"
	"math"
	"strings"
	"time"

	"github.com/dossier-report/dossier/evidence"
)

const recordColumns = `SELECT i.id, coalesce(c.source, ''), coalesce(c.kind, ''), i.body, i.sum, i.raw, i.gone_at, q.text, b.fetched_at
	FROM item AS i LEFT JOIN class AS c ON c.key = i.class LEFT JOIN batch AS b ON b.key = i.batch LEFT JOIN query AS q ON q.key = b.query`

// record reads a row of recordColumns. The second error is the item's alone.
func record(rows *sql.Rows) (rec evidence.Record, fatal, err error) {
	var id string
	var c class
	var body, sum []byte
	var raw any
	var gone, fetched sql.NullInt64
	var query sql.NullString
	if err := rows.Scan(&id, &c.source, &c.kind, &body, &sum, &raw, &gone, &query, &fetched); err != nil {
		return rec, err, nil
	}
	rec = evidence.Record{Hash: unpacked(raw), Query: query.String, FetchedAt: instant(fetched), GoneAt: instant(gone)}
	rec.Item, err = decode(id, c, body, sum)
	return rec, nil, err
}

// Items implements [Store]. All items are of one moment, whatever is written
// meanwhile.
func (s *SQLite) Items(ctx context.Context, f Filter) iter.Seq2[evidence.Record, error] {
	return func(yield func(evidence.Record, error) bool) {
		w := f.where()
		st, err := s.prepared(ctx, recordColumns+w.text()+" ORDER BY i.first_at, i.id")
		if err != nil {
			yield(evidence.Record{}, s.fault("read items", err))
			return
		}
		rows, err := st.QueryContext(ctx, w.args...)
		if err != nil {
			yield(evidence.Record{}, s.fault("read items", err))
			return
		}
		defer rows.Close()
		for rows.Next() {
			rec, fatal, err := record(rows)
			if fatal != nil {
				yield(evidence.Record{}, s.fault("read items", fatal))
				return
			}
			if err == nil && !f.has(&rec.Item) {
				continue
			}
			if !yield(rec, err) {
				return
			}
		}
		if err := rows.Err(); err != nil {
			yield(evidence.Record{}, s.fault("read items", err))
		}
	}
}

// Item implements [Store].
func (s *SQLite) Item(ctx context.Context, id string) (rec evidence.Record, err error) {
	err = error(&NotFoundError{ID: id})
	fault := s.query(ctx, "read item", recordColumns+" WHERE i.id = ?", []any{id}, func(rows *sql.Rows) (fatal error) {
		rec, fatal, err = record(rows)
		return fatal
	})
	if fault != nil {
		return rec, fault
	}
	return rec, err
}

// Cursor implements [Store].
func (s *SQLite) Cursor(ctx context.Context, source, part string) (cursor string, err error) {
	err = s.query(ctx, "read cursor", `SELECT cursor FROM part WHERE source = ? AND name = ?`, []any{source, part},
		func(rows *sql.Rows) error { return rows.Scan(&cursor) })
	return cursor, err
}

// Count implements [Store].
func (s *SQLite) Count(ctx context.Context, f Filter) (int, error) {
	return s.count(ctx, f.where(), f)
}

// Found implements [Store].
func (s *SQLite) Found(ctx context.Context, source, part string, p evidence.Period) (int, error) {
	f := Filter{Period: p}
	w := f.where()
	w.add(`i.gone_at IS NULL`)
	shown := `EXISTS (SELECT 1 FROM sighting AS s JOIN part AS p ON p.key = s.part WHERE s.item = i.key AND p.source = ?`
	if part == "" {
		w.add(shown+`)`, source)
	} else {
		w.add(shown+` AND p.name = ?)`, source, part)
	}
	return s.count(ctx, w, f)
}

// count counts the items of f that w finds. An item whose first or last moment
// lies in the period is in it; only one that began before and ended after, or
// has no moment, has to be read.
func (s *SQLite) count(ctx context.Context, w where, f Filter) (n int, err error) {
	text, args := `SELECT count(*), NULL FROM item AS i`+w.text(), w.args
	if bounded(f.Period) {
		from, to := inside(f.Period)
		sure := `coalesce(i.first_at BETWEEN ? AND ? OR i.last_at BETWEEN ? AND ?, false)`
		yes, no := w.clone(), w.clone()
		yes.add(sure, from, to, from, to)
		no.add(`NOT `+sure, from, to, from, to)
		text = `SELECT count(*), NULL FROM item AS i` + yes.text() + ` UNION ALL SELECT 1, i.body FROM item AS i` + no.text()
		args = append(yes.args, no.args...)
	}
	err = s.query(ctx, "count items", text, args, func(rows *sql.Rows) error {
		var some int
		var body []byte
		if err := rows.Scan(&some, &body); err != nil {
			return err
		}
		if body != nil {
			var it evidence.Item
			if json.Unmarshal(body, &it) != nil || !f.has(&it) {
				return nil
			}
		}
		n += some
		return nil
	})
	return n, err
}

// inside returns the first and the last microsecond that are in the period as a
// whole.
func inside(p evidence.Period) (from, to int64) {
	from, to = math.MinInt64, math.MaxInt64
	if !p.From.IsZero() {
		from = micros(p.From.Add(time.Microsecond - 1))
	}
	if !p.To.IsZero() {
		to = micros(p.To) - 1
	}
	return from, to
}

// Sources implements [Store].
func (s *SQLite) Sources(ctx context.Context) (names []string, err error) {
	err = s.query(ctx, "read sources", `SELECT source FROM class UNION SELECT source FROM coverage ORDER BY 1`, nil,
		func(rows *sql.Rows) error {
			var name string
			err := rows.Scan(&name)
			names = append(names, name)
			return err
		})
	return names, err
}

// where is the condition of a query over item AS i.
type where struct {
	conds []string
	args  []any
}

func (w *where) add(cond string, args ...any) {
	w.conds = append(w.conds, cond)
	w.args = append(w.args, args...)
}

func (w where) clone() where {
	return where{append([]string(nil), w.conds...), append([]any(nil), w.args...)}
}

func (w where) text() string {
	if len(w.conds) == 0 {
		return ""
	}
	return " WHERE " + strings.Join(w.conds, " AND ")
}

// where returns the condition that finds the items of f, and of the period all
// that may be in it.
func (f Filter) where() (w where) {
	if bounded(f.Period) {
		from, to := span(f.Period)
		cond := `i.first_at <= ? AND i.last_at >= ?`
		if f.Flow {
			cond = `(` + cond + ` OR ` + mayFlow + `)`
		}
		w.add(cond, to, from)
	}
	if len(f.Sources) > 0 || len(f.Kinds) > 0 {
		var in where
		if len(f.Sources) > 0 {
			in.add(`source IN (SELECT value FROM json_each(?))`, array(f.Sources))
		}
		if len(f.Kinds) > 0 {
			in.add(`kind IN (SELECT value FROM json_each(?))`, array(f.Kinds))
		}
		w.add(`i.class IN (SELECT key FROM class`+in.text()+`)`, in.args...)
	}
	if len(f.IDs) > 0 {
		w.add(`i.id IN (SELECT value FROM json_each(?))`, array(f.IDs))
	}
	return w
}

// array writes words as a JSON array.
func array[S ~string](words []S) string {
	b, _ := json.Marshal(words) // strings always encode
	return string(b)
}
