package store

import (
	"context"
	"database/sql"
	_ "embed"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
)

// migration takes the schema from one version to the next.
type migration struct {
	sql     string
	rewrite bool // it changes rows, so the file is copied first
}

//go:embed schema/1.sql
var schema1 string

//go:embed schema/2.sql
var schema2 string

// migrations are all steps from nothing to the newest schema, in order: the
// step at index i leads to version i+1. A step is never edited once released;
// a new one is one entry here, one file in schema and the old schema with rows
// in testdata.
var migrations = [...]migration{
	{sql: schema1},
	{sql: schema2, rewrite: true},
}

// create makes the schema in an empty file. The first transaction marks the
// file as ours, so one that was left half made is still known.
func create(ctx context.Context, db *sql.DB, path string) error {
	conn, err := db.Conn(ctx)
	if err != nil {
		return err
	}
	defer conn.Close()
	return migrate(ctx, conn, path)
}

// migrate brings the schema to the newest version, each step in a transaction
// of its own: a killed program leaves one version or the next.
func migrate(ctx context.Context, conn *sql.Conn, path string) error {
	version, err := schemaVersion(ctx, conn)
	if err != nil {
		return err
	}
	if err := checkVersion(path, version); err != nil {
		return err
	}
	for ; version < len(migrations); version++ {
		m := migrations[version]
		if m.rewrite && version > 0 {
			if err := copyBefore(ctx, conn, path, version); err != nil {
				return fmt.Errorf("copy before the change to schema %d: %w", version+1, err)
			}
		}
		if err := step(ctx, conn, m, version); err != nil {
			return fmt.Errorf("change to schema %d: %w", version+1, err)
		}
	}
	return nil
}

func step(ctx context.Context, conn *sql.Conn, m migration, from int) (err error) {
	if _, err := conn.ExecContext(ctx, "BEGIN IMMEDIATE"); err != nil {
		return err
	}
	defer func() {
		if err != nil {
			_, undo := conn.ExecContext(context.WithoutCancel(ctx), "ROLLBACK")
			err = errors.Join(err, undo)
		}
	}()
	sum := fmt.Sprintf("PRAGMA application_id = %d; PRAGMA user_version = %d", applicationID, from+1)
	for _, text := range []string{m.sql, sum, "COMMIT"} {
		if _, err := conn.ExecContext(ctx, text); err != nil {
			return err
		}
	}
	return nil
}

func schemaVersion(ctx context.Context, conn *sql.Conn) (v int, err error) {
	err = conn.QueryRowContext(ctx, "PRAGMA user_version").Scan(&v)
	return v, err
}

// copyPath is where the store is copied before its schema is changed.
func copyPath(path string, version int) string { return fmt.Sprintf("%s.schema-%d", path, version) }

// copyBefore copies the store beside itself, whole or not at all. An empty
// store needs no copy.
func copyBefore(ctx context.Context, conn *sql.Conn, path string, version int) error {
	var rows bool
	err := conn.QueryRowContext(ctx, "SELECT EXISTS (SELECT 1 FROM item)").Scan(&rows)
	if err != nil || !rows {
		return err
	}
	whole := copyPath(path, version)
	half := whole + ".half"
	if err := os.Remove(half); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	f, err := os.OpenFile(half, os.O_CREATE|os.O_EXCL|os.O_RDWR, 0o600)
	if err != nil {
		return err
	}
	defer os.Remove(half)
	defer f.Close()
	if _, err := conn.ExecContext(ctx, "VACUUM INTO ?", half); err != nil {
		return err
	}
	if err := f.Sync(); err != nil {
		return err
	}
	return os.Rename(half, whole)
}

// copies lists the copies that migrations made.
func copies(path string) ([]string, error) {
	entries, err := os.ReadDir(filepath.Dir(path))
	var found []string
	for _, e := range entries {
		if ok, _ := filepath.Match("*.schema-*", e.Name()); ok && len(e.Name()) > len(filepath.Base(path)) &&
			e.Name()[:len(filepath.Base(path))] == filepath.Base(path) {
			found = append(found, filepath.Join(filepath.Dir(path), e.Name()))
		}
	}
	return found, err
}
