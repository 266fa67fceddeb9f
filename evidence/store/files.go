package store

import (
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
)

// beside lists the endings of the files that SQLite and the lock keep next to
// the store.
var beside = [...]string{"-wal", "-shm", "-journal", ".lock"}

// prepareFolder makes the store's folder for its owner alone, and tightens one
// that is wider. A folder that also holds other things is not ours to change:
// the store's files are closed to others by themselves, so it only has to be
// refused where others could put a file of theirs in the store's place.
func prepareFolder(path string) error {
	dir := filepath.Dir(path)
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return fmt.Errorf("store folder: %w", err)
	}
	info, err := os.Stat(dir)
	if err != nil {
		return fmt.Errorf("store folder: %w", err)
	}
	perm := info.Mode().Perm()
	if !modesCount || perm&0o077 == 0 && owned(info) {
		return nil
	}
	alone, err := holdsOnly(dir, filepath.Base(path))
	if err != nil {
		return fmt.Errorf("store folder: %w", err)
	}
	switch {
	case !owned(info):
		return unsafeFolder(path, fmt.Sprintf("the folder %s belongs to another user", dir))
	case alone && info.Mode()&fs.ModeSticky == 0:
		if err := os.Chmod(dir, 0o700); err != nil {
			return fmt.Errorf("store folder: %w", err)
		}
	case perm&0o022 != 0:
		return unsafeFolder(path, fmt.Sprintf("others can write to the folder %s (mode %04o)", dir, perm))
	}
	return nil
}

func unsafeFolder(path, why string) error {
	return &RefusedError{Path: path, Refusal: Unsafe, Why: why, Hint: "give the store a folder of its own"}
}

// holdsOnly reports whether the folder holds nothing but files of the store.
func holdsOnly(dir, base string) (bool, error) {
	entries, err := os.ReadDir(dir)
	for _, e := range entries {
		if !strings.HasPrefix(e.Name(), base) {
			return false, err
		}
	}
	return true, err
}

// prepareFile makes sure that the store's file is there and that only its owner
// can read it and the files beside it. SQLite would make it readable by all,
// and gives the files beside it the mode of the first.
func prepareFile(path string) error {
	f, err := os.OpenFile(path, os.O_CREATE|os.O_EXCL|os.O_RDWR, 0o600)
	if err == nil {
		return f.Close()
	}
	if !errors.Is(err, fs.ErrExist) {
		return fmt.Errorf("store file: %w", err)
	}
	if err := tighten(path); err != nil {
		return err
	}
	for _, end := range beside {
		if err := tighten(path + end); err != nil && !errors.Is(err, fs.ErrNotExist) {
			return err
		}
	}
	return nil
}

func tighten(path string) error {
	info, err := os.Stat(path)
	if err != nil {
		return fmt.Errorf("store file: %w", err)
	}
	if !info.Mode().IsRegular() {
		return &RefusedError{Path: path, Refusal: Foreign, Why: "it is not a file", Hint: "give the path of a file"}
	}
	if !owned(info) {
		return &RefusedError{Path: path, Refusal: Unsafe, Why: "the file belongs to another user",
			Hint: "give a path of your own, or run it as the owner"}
	}
	if modesCount && info.Mode().Perm()&0o077 != 0 {
		if err := os.Chmod(path, 0o600); err != nil {
			return fmt.Errorf("store file: %w", err)
		}
	}
	return nil
}

// recognise reads the head of the file without SQLite, which would write to a
// foreign one: its log is merged on opening. It reports how far the file is
// made. The format: sqlite.org/fileformat2.html#the_database_header.
func recognise(path string) (made, error) {
	f, err := os.Open(path)
	if err != nil {
		return empty, fmt.Errorf("store file: %w", err)
	}
	defer f.Close()
	var head [100]byte
	n, err := io.ReadFull(f, head[:])
	if n == 0 && err == io.EOF {
		return empty, nil
	}
	foreign := &RefusedError{Path: path, Refusal: Foreign, Why: "it is not a store of dossier",
		Hint: "nothing was changed; give another path, or move the file away"}
	switch {
	case err == io.ErrUnexpectedEOF:
		return empty, foreign
	case err != nil:
		return empty, fmt.Errorf("store file: %w", err)
	case string(head[:16]) != "SQLite format 3\x00":
		return empty, foreign
	case binary.BigEndian.Uint32(head[68:]) != applicationID:
		return empty, foreign
	}
	state := whole
	if head[18] != walFormat || head[19] != walFormat {
		state = withoutLog
	}
	return state, checkVersion(path, int(binary.BigEndian.Uint32(head[60:])))
}

// made is how far a store's file is made.
type made int

const (
	empty      made = iota
	withoutLog      // has a schema, and is not yet switched to the write-ahead log
	whole
)

// walFormat is what both format versions in the head read once the file is
// switched to the write-ahead log.
const walFormat = 2

// checkVersion refuses a schema that this program does not know.
func checkVersion(path string, version int) error {
	if version <= len(migrations) {
		return nil
	}
	return &RefusedError{Path: path, Refusal: Newer,
		Why:  fmt.Sprintf("a newer version of dossier wrote it (schema %d, this one knows %d)", version, len(migrations)),
		Hint: "nothing was changed; update dossier, or give another path"}
}
