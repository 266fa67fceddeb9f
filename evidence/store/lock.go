package store

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"strconv"
	"strings"
	"time"

	"github.com/gofrs/flock"
)

// retry is how often a lock that somebody holds is tried again.
const retry = 50 * time.Millisecond

// Lock implements [Store] with a lock of the operating system on a file beside
// the store. The file stays; it is the lock on it that counts.
func (s *SQLite) Lock(ctx context.Context, wait time.Duration) (release func() error, err error) {
	path := s.path + ".lock"
	if err := lockFile(path); err != nil {
		return nil, fmt.Errorf("lock store: %w", err)
	}
	lock := flock.New(path)
	ok, err := lock.TryLock()
	if err == nil && !ok && wait > 0 {
		waiting, stop := context.WithTimeout(ctx, wait)
		ok, err = lock.TryLockContext(waiting, retry)
		stop()
		if ctx.Err() == nil && errors.Is(err, context.DeadlineExceeded) {
			err = nil
		}
	}
	if err != nil {
		return nil, fmt.Errorf("lock store: %w", err)
	}
	if !ok {
		return nil, &LockedError{Path: s.path, PID: holder(path)}
	}
	if err := sign(path, strconv.Itoa(os.Getpid())); err != nil {
		return nil, errors.Join(fmt.Errorf("lock store: %w", err), lock.Close())
	}
	return func() error { return errors.Join(sign(path, ""), lock.Close()) }, nil
}

// lockFile makes the lock's file with one byte in it: Windows locks the first
// byte even against reading, so the holder signs behind it.
func lockFile(path string) error {
	f, err := os.OpenFile(path, os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o600)
	if errors.Is(err, fs.ErrExist) {
		return nil
	}
	if err != nil {
		return err
	}
	_, err = f.WriteString("\n")
	return errors.Join(err, f.Close())
}

// sign writes who holds the lock.
func sign(path, who string) error {
	f, err := os.OpenFile(path, os.O_WRONLY, 0)
	if err != nil {
		return err
	}
	_, err = f.WriteAt([]byte(who+"\n"), 1)
	return errors.Join(err, f.Truncate(int64(len(who))+2), f.Close())
}

// holder returns the process that signed, 0 when none did yet.
func holder(path string) int {
	f, err := os.Open(path)
	if err != nil {
		return 0
	}
	defer f.Close()
	var b [20]byte
	n, _ := f.ReadAt(b[:], 1)
	pid, _ := strconv.Atoi(strings.TrimSpace(string(b[:n])))
	return pid
}
