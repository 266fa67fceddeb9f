package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"path/filepath"
	"slices"
	"sync"
	"time"
)

// SQLite is a store in a file of its own. See [Open].
type SQLite struct {
	path string
	now  func() time.Time
	read *sql.DB // its connections cannot write
	log  *sql.DB // one connection, that writes

	turn   chan struct{} // held by the goroutine that writes
	writer *writer       // nil until the first write and after a failed one

	mu    sync.Mutex
	stmts map[string]*sql.Stmt // for reading, by their SQL
}

var _ Store = (*SQLite)(nil)

// Options are what a store needs of the outside.
type Options struct {
	Now func() time.Time // required; dates the items that are found to be gone
	// Wait is how long to wait for another program that is making, changing or
	// writing the file at this moment; 5 seconds when zero.
	Wait time.Duration
}

// Open opens the store at path, and makes it when there is none. The file gets
// mode 0600 and a new folder 0700. A schema of an earlier version is brought to
// the newest, after a copy beside the file where rows change.
//
// A file that is no store, damaged, from a newer version or open to others in a
// way that cannot be mended is a [*RefusedError] and left as it is.
func Open(ctx context.Context, path string, opt Options) (*SQLite, error) {
	if opt.Now == nil {
		return nil, errors.New("open store: Options.Now is missing")
	}
	if opt.Wait == 0 {
		opt.Wait = 5 * time.Second
	}
	abs, err := filepath.Abs(path)
	if err != nil {
		return nil, fmt.Errorf("open store: %w", err)
	}
	want := pragmas(opt.Wait)
	return open(ctx, abs, opt, want, want)
}

// open sets the pragmas in set and insists on those in want.
func open(ctx context.Context, path string, opt Options, set, want []pragma) (*SQLite, error) {
	s := &SQLite{path: path, now: opt.Now, turn: make(chan struct{}, 1), stmts: map[string]*sql.Stmt{}}
	if err := prepareFolder(path); err != nil {
		return nil, err
	}
	if err := prepareFile(path); err != nil {
		return nil, err
	}
	state, err := recognise(path)
	if err != nil {
		return nil, err
	}
	if state != whole {
		if err := s.locked(ctx, opt.Wait, func() error { return s.fill(ctx, set, want) }); err != nil {
			return nil, s.fault("make store", err)
		}
	}
	if err := s.connect(set, want); err != nil {
		return nil, err
	}
	if err := s.update(ctx, opt.Wait); err != nil {
		return nil, errors.Join(s.fault("open store", err), s.Close())
	}
	return s, nil
}

// connect readies both sides without opening a connection.
func (s *SQLite) connect(set, want []pragma) error {
	only := pragma{"query_only", "ON", "1"}
	reading, err := newConnector(s.path, dsn(s.path, append(slices.Clone(set), only)), append(slices.Clone(want), only))
	if err != nil {
		return s.fault("open store", err)
	}
	writing, err := newConnector(s.path, dsn(s.path, set), want)
	if err != nil {
		return s.fault("open store", err)
	}
	s.read, s.log = sql.OpenDB(reading), sql.OpenDB(writing)
	s.read.SetMaxIdleConns(2)
	s.log.SetMaxOpenConns(1)
	return nil
}

// fill makes the schema in an empty file, without the log: SQLite switches to
// it in a write of its own, before which the file has to be known as ours. Then
// it switches: of several programs that did so at once, SQLite would tell all
// but one that the file is busy.
func (s *SQLite) fill(ctx context.Context, set, want []pragma) error {
	state, err := recognise(s.path)
	if err == nil && state == empty {
		err = s.schema(ctx, set, want)
	}
	if err != nil || state == whole {
		return err // another program was faster
	}
	c, err := newConnector(s.path, dsn(s.path, set), want)
	if err != nil {
		return err
	}
	db := sql.OpenDB(c)
	return errors.Join(db.PingContext(ctx), db.Close())
}

// schema makes the schema, before the switch to the log.
func (s *SQLite) schema(ctx context.Context, set, want []pragma) error {
	log := func(p pragma) bool { return p.name == "journal_mode" }
	set, want = slices.DeleteFunc(slices.Clone(set), log), slices.DeleteFunc(slices.Clone(want), log)
	c, err := newConnector(s.path, dsn(s.path, set), want)
	if err != nil {
		return err
	}
	db := sql.OpenDB(c)
	return errors.Join(create(ctx, db, s.path), db.Close())
}

// update checks the version, as the log may be ahead of the file's head, and
// migrates what is older.
func (s *SQLite) update(ctx context.Context, wait time.Duration) error {
	var version int
	if err := s.read.QueryRowContext(ctx, "PRAGMA user_version").Scan(&version); err != nil {
		return err
	}
	if version == len(migrations) {
		return nil
	}
	return s.locked(ctx, wait, func() error {
		conn, err := s.log.Conn(ctx)
		if err != nil {
			return err
		}
		defer conn.Close()
		return migrate(ctx, conn, s.path)
	})
}

// locked runs f while holding the lock of the store.
func (s *SQLite) locked(ctx context.Context, wait time.Duration, f func() error) error {
	release, err := s.Lock(ctx, wait)
	if err != nil {
		return err
	}
	return errors.Join(f(), release())
}

// Close waits for a running write and closes the store. The last program to
// close it merges the log into the file.
func (s *SQLite) Close() error {
	s.turn <- struct{}{}
	defer func() { <-s.turn }()
	var errs []error
	if s.writer != nil {
		errs = append(errs, s.writer.close())
		s.writer = nil
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, st := range s.stmts {
		errs = append(errs, st.Close())
	}
	clear(s.stmts)
	errs = append(errs, s.read.Close(), s.log.Close())
	return s.fault("close store", errors.Join(errs...))
}

// prepared returns the statement for reading that has this SQL.
func (s *SQLite) prepared(ctx context.Context, text string) (*sql.Stmt, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if st, ok := s.stmts[text]; ok {
		return st, nil
	}
	st, err := s.read.PrepareContext(ctx, text)
	if err == nil {
		s.stmts[text] = st
	}
	return st, err
}

// query runs a reading statement and calls row for each row.
func (s *SQLite) query(ctx context.Context, op, text string, args []any, row func(*sql.Rows) error) error {
	st, err := s.prepared(ctx, text)
	if err != nil {
		return s.fault(op, err)
	}
	rows, err := st.QueryContext(ctx, args...)
	if err != nil {
		return s.fault(op, err)
	}
	defer rows.Close()
	for rows.Next() {
		if err := row(rows); err != nil {
			return s.fault(op, err)
		}
	}
	return s.fault(op, rows.Err())
}
