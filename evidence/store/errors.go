package store

import (
	"errors"
	"fmt"
	"strings"

	"modernc.org/sqlite"
	sqlite3 "modernc.org/sqlite/lib"
)

// NotFoundError says that no item has the id, or what else was looked for.
type NotFoundError struct{ ID string }

func (e *NotFoundError) Error() string {
	return fmt.Sprintf("no item %q in the store\nlist the ids with: dossier list", e.ID)
}

// AmbiguousError says that a text fits several items.
type AmbiguousError struct {
	Text string
	IDs  []string // all that it fits, in order
}

func (e *AmbiguousError) Error() string {
	const most = 10
	ids, more := e.IDs, ""
	if len(ids) > most {
		ids, more = ids[:most], fmt.Sprintf("\n  and %d more", len(e.IDs)-most)
	}
	return fmt.Sprintf("%q fits %d items; give more of the id:\n  %s%s", e.Text, len(e.IDs), strings.Join(ids, "\n  "), more)
}

// LockedError says that another run writes to the store.
type LockedError struct {
	Path string // of the store
	PID  int    // of the process that holds the lock, 0 when it did not say
}

func (e *LockedError) Error() string {
	who := "another run"
	if e.PID != 0 {
		who = fmt.Sprintf("another run (process %d)", e.PID)
	}
	return fmt.Sprintf("%s writes to %s\nwait until it has finished, or end it", who, e.Path)
}

// BadItemsError names the items of a batch that could not be stored. The rest
// of the batch and its cursor are kept.
type BadItemsError struct{ Items []BadItem }

// BadItem is an item that could not be stored, and why.
type BadItem struct {
	ID  string
	Err error
}

func (e *BadItemsError) Error() string {
	var b strings.Builder
	fmt.Fprintf(&b, "%d of the batch's items cannot be stored:", len(e.Items))
	for _, it := range e.Items {
		fmt.Fprintf(&b, "\n  %q: %v", it.ID, it.Err)
	}
	return b.String()
}

// Refusal is why a file is not opened as a store.
type Refusal string

// The refusals.
const (
	Newer   Refusal = "newer"   // a newer version of dossier wrote it
	Foreign Refusal = "foreign" // it is something else than a store
	Damaged Refusal = "damaged" // it was a store and cannot be trusted now
	Unsafe  Refusal = "unsafe"  // others own it or can change it
	Pragma  Refusal = "pragma"  // SQLite did not take a setting
)

// RefusedError says that a file is not opened as a store. The file is left as
// it was.
type RefusedError struct {
	Path    string
	Refusal Refusal
	Why     string
	Hint    string // what to do about it
}

func (e *RefusedError) Error() string {
	return fmt.Sprintf("store %s: %s\n%s", e.Path, e.Why, e.Hint)
}

func damaged(path, why string) error {
	return &RefusedError{Path: path, Refusal: Damaged, Why: "the file is damaged: " + why,
		Hint: "nothing was changed; put a copy from a backup in its place, or move it away and run: dossier collect"}
}

// fault puts the operation, the path and what to do in front of an error of
// SQLite. Errors of other kinds keep their cause for errors.Is.
func (s *SQLite) fault(op string, err error) error {
	if err == nil {
		return nil
	}
	var refused *RefusedError
	if errors.As(err, &refused) {
		return err
	}
	var se *sqlite.Error
	if !errors.As(err, &se) {
		return fmt.Errorf("%s: %w", op, err)
	}
	switch code := se.Code(); code & 0xff {
	case sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB:
		return damaged(s.path, fmt.Sprintf("%s: %v", op, se))
	case sqlite3.SQLITE_FULL:
		return fmt.Errorf("%s: store %s: %w\nthe disk is full; free some space and run it again: what was kept before is safe", op, s.path, err)
	case sqlite3.SQLITE_IOERR:
		return fmt.Errorf("%s: store %s: %w\nthe disk does not take it; see whether it is full, at its quota or failing: what was kept before is safe", op, s.path, err)
	case sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED:
		return fmt.Errorf("%s: store %s: %w\nanother program holds the file; close it and run it again", op, s.path, err)
	case sqlite3.SQLITE_READONLY, sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_PERM:
		return fmt.Errorf("%s: store %s: %w\nsee whether the file and its folder can be written", op, s.path, err)
	}
	return fmt.Errorf("%s: store %s: %w", op, s.path, err)
}
