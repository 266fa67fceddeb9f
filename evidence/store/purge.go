package store

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"os"

	"github.com/dossier-report/dossier/evidence"
)

// Purge implements [Store]. Deleted rows are overwritten, the file is written
// anew and its log emptied, and the copies that earlier changes of the schema
// left are removed.
func (s *SQLite) Purge(ctx context.Context, f Filter) (n int, err error) {
	err = s.write(ctx, "purge", func(w *writer) error {
		keys, err := purged(ctx, w, f)
		if err != nil {
			return err
		}
		n = len(keys)
		if err := w.erase(keys); err != nil {
			return err
		}
		if f.everything() || f.onlySources() {
			return w.forget(f)
		}
		return nil
	})
	if err != nil {
		return 0, err
	}
	if err := s.scrub(ctx); err != nil {
		return n, fmt.Errorf("%w\nthe items are erased, but traces may be left in the file: run it again", err)
	}
	return n, nil
}

// purged returns the keys of the items that pass f. An item that cannot be read
// is erased with the others: nobody could tell otherwise whose it is.
func purged(ctx context.Context, w *writer, f Filter) (keys []int64, err error) {
	cond := f.where()
	err = w.each(`SELECT i.key, i.body FROM item AS i`+cond.text(), cond.args, func(rows *sql.Rows) error {
		var key int64
		var body []byte
		if err := rows.Scan(&key, &body); err != nil {
			return err
		}
		var it evidence.Item
		if json.Unmarshal(body, &it) != nil || f.has(&it) {
			keys = append(keys, key)
		}
		return ctx.Err()
	})
	return keys, err
}

// erase deletes items and the words that only they used.
func (w *writer) erase(keys []int64) error {
	if err := w.exec(`DELETE FROM item WHERE key IN (SELECT value FROM json_each(?))`, list(keys)); err != nil {
		return err
	}
	// A batch of no item keeps its row, which says only when it was fetched, but
	// not the query, which may name somebody.
	empty, err := w.query("")
	if err != nil {
		return err
	}
	if err := w.exec(`UPDATE batch SET query = ? WHERE key NOT IN (SELECT batch FROM item)`, empty); err != nil {
		return err
	}
	if err := w.exec(`DELETE FROM query WHERE key <> ? AND key NOT IN (SELECT query FROM batch)`, empty); err != nil {
		return err
	}
	clear(w.queries)
	clear(w.classes)
	return w.exec(`DELETE FROM class WHERE key NOT IN (SELECT class FROM item)`)
}

// forget deletes what is known of whole sources, so that they are collected
// from the beginning.
func (w *writer) forget(f Filter) error {
	which := where{}
	if len(f.Sources) > 0 {
		which.add(`source IN (SELECT value FROM json_each(?))`, array(f.Sources))
	}
	parts := `(SELECT key FROM part` + which.text() + `)`
	// An item may have been found by a part of another source; then its batch
	// and that part stay.
	for _, text := range []string{
		`DELETE FROM sighting WHERE part IN ` + parts,
		`DELETE FROM batch WHERE part IN ` + parts + ` AND key NOT IN (SELECT batch FROM item)`,
		`UPDATE part SET cursor = '' WHERE key IN ` + parts,
		`DELETE FROM part WHERE key IN ` + parts + ` AND key NOT IN (SELECT part FROM batch)`,
		`DELETE FROM coverage` + which.text(),
	} {
		if err := w.exec(text, which.args...); err != nil {
			return err
		}
	}
	return nil
}

// scrub removes what deleted rows left in the store's files.
func (s *SQLite) scrub(ctx context.Context) error {
	select {
	case s.turn <- struct{}{}:
		defer func() { <-s.turn }()
	case <-ctx.Done():
		return s.fault("purge", ctx.Err())
	}
	if s.writer == nil { // another goroutine's write failed meanwhile
		return s.fault("purge", errors.New("the connection was lost"))
	}
	if _, err := s.writer.conn.ExecContext(ctx, "VACUUM"); err != nil {
		return s.fault("purge", err)
	}
	var busy, pages, moved int
	if err := s.writer.conn.QueryRowContext(ctx, "PRAGMA wal_checkpoint(TRUNCATE)").Scan(&busy, &pages, &moved); err != nil {
		return s.fault("purge", err)
	}
	if busy != 0 {
		return fmt.Errorf("purge: store %s: another program is reading it", s.path)
	}
	old, err := copies(s.path)
	for _, path := range old {
		err = errors.Join(err, os.Remove(path))
	}
	return err
}
