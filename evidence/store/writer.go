package store

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"errors"
	"fmt"
	"strconv"
)

// writer is the connection that writes, with its statements and the keys of
// words it has met. Only the goroutine that holds the turn uses it.
type writer struct {
	conn    *sql.Conn
	stmts   map[string]*sql.Stmt // by their SQL
	classes map[class]int64
	queries map[string]int64
}

type class struct{ source, kind string }

// write runs f in a transaction. It waits for its turn and for other programs,
// and ctx ends the waiting; after f, the commit is not interrupted, so that its
// outcome is known.
func (s *SQLite) write(ctx context.Context, op string, f func(*writer) error) error {
	select {
	case s.turn <- struct{}{}:
		defer func() { <-s.turn }()
	case <-ctx.Done():
		return s.fault(op, ctx.Err())
	}
	return s.fault(op, s.transact(ctx, f))
}

func (s *SQLite) transact(ctx context.Context, f func(*writer) error) (err error) {
	if err := ctx.Err(); err != nil {
		return err
	}
	if s.writer == nil {
		conn, err := s.log.Conn(ctx)
		if err != nil {
			return err
		}
		s.writer = &writer{conn: conn, stmts: map[string]*sql.Stmt{}, classes: map[class]int64{}, queries: map[string]int64{}}
	}
	w := s.writer
	// A transaction that failed may leave the connection in any state, and
	// its cached keys name rows that were never kept: the next one starts
	// afresh.
	ok := false
	defer func() {
		if !ok {
			s.writer = nil
			err = errors.Join(err, w.drop())
		}
	}()
	if _, err := w.conn.ExecContext(ctx, "BEGIN IMMEDIATE"); err != nil {
		return err
	}
	if err := f(w); err != nil {
		return err
	}
	if err := ctx.Err(); err != nil {
		return err
	}
	if err := w.exec("COMMIT"); err != nil {
		return err
	}
	ok = true
	return nil
}

// close gives the connection back.
func (w *writer) close() error {
	var errs []error
	for _, st := range w.stmts {
		errs = append(errs, st.Close())
	}
	return errors.Join(append(errs, w.conn.Close())...)
}

// drop closes the connection for good, which undoes its transaction.
func (w *writer) drop() error {
	var errs []error
	for _, st := range w.stmts {
		errs = append(errs, st.Close())
	}
	err := w.conn.Raw(func(any) error { return driver.ErrBadConn })
	if !errors.Is(err, driver.ErrBadConn) {
		errs = append(errs, err)
	}
	return errors.Join(errs...)
}

// stmt prepares a statement once.
func (w *writer) stmt(text string) (*sql.Stmt, error) {
	st, ok := w.stmts[text]
	if ok {
		return st, nil
	}
	st, err := w.conn.PrepareContext(context.Background(), text)
	if err == nil {
		w.stmts[text] = st
	}
	return st, err
}

// exec runs a prepared statement. It takes no context: watching one costs the
// driver a goroutine a statement, and the callers look at it between items.
func (w *writer) exec(text string, args ...any) error {
	st, err := w.stmt(text)
	if err != nil {
		return err
	}
	_, err = st.Exec(args...)
	return err
}

// changed runs a prepared statement and returns how many rows it changed.
func (w *writer) changed(text string, args ...any) (int, error) {
	st, err := w.stmt(text)
	if err != nil {
		return 0, err
	}
	res, err := st.Exec(args...)
	if err != nil {
		return 0, err
	}
	n, err := res.RowsAffected()
	return int(n), err
}

// each runs a prepared query and calls row for each row.
func (w *writer) each(text string, args []any, row func(*sql.Rows) error) error {
	st, err := w.stmt(text)
	if err != nil {
		return err
	}
	rows, err := st.Query(args...)
	if err != nil {
		return err
	}
	defer rows.Close()
	for rows.Next() {
		if err := row(rows); err != nil {
			return err
		}
	}
	return rows.Err()
}

// key returns the one integer that a query gives.
func (w *writer) key(text string, args ...any) (key int64, err error) {
	st, err := w.stmt(text)
	if err != nil {
		return 0, err
	}
	err = st.QueryRow(args...).Scan(&key)
	return key, err
}

// class returns the key of a source and kind.
func (w *writer) class(c class) (int64, error) {
	if key, ok := w.classes[c]; ok {
		return key, nil
	}
	key, err := w.key(`INSERT INTO class (source, kind) VALUES (?, ?)
		ON CONFLICT DO UPDATE SET kind = excluded.kind RETURNING key`, c.source, c.kind)
	if err != nil {
		return 0, fmt.Errorf("class %s %s: %w", c.source, c.kind, err)
	}
	w.classes[c] = key
	return key, nil
}

// query returns the key of a query's text. The texts are few, one for each part
// or page at the most; the cache starts again before it grows large.
func (w *writer) query(text string) (int64, error) {
	if key, ok := w.queries[text]; ok {
		return key, nil
	}
	key, err := w.key(`INSERT INTO query (text) VALUES (?)
		ON CONFLICT DO UPDATE SET text = excluded.text RETURNING key`, text)
	if err != nil {
		return 0, fmt.Errorf("query: %w", err)
	}
	if len(w.queries) >= 256 {
		clear(w.queries)
	}
	w.queries[text] = key
	return key, nil
}

// list writes keys as a JSON array, which one statement takes instead of one
// for each key.
func list(keys []int64) string {
	b := append(make([]byte, 0, 8*len(keys)+2), '[')
	for i, k := range keys {
		if i > 0 {
			b = append(b, ',')
		}
		b = strconv.AppendInt(b, k, 10)
	}
	return string(append(b, ']'))
}
