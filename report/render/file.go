package render

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
)

// ToFile makes the file at path from what write writes. The file is there as a
// whole or not at all: the bytes go to a temporary file beside it that takes
// its place once they are safe on disk, so a full disk or a failing write
// leaves an older file as it was. The file is for its owner only (0600). A
// folder or a device is not replaced; a symbolic link keeps pointing where it
// does, and the file there is replaced.
func ToFile(path string, write func(io.Writer) error) (err error) {
	defer func() {
		if err != nil {
			err = fmt.Errorf("write %s: %w", path, err)
		}
	}()
	if target, e := filepath.EvalSymlinks(path); e == nil {
		path = target
	}
	switch st, e := os.Lstat(path); {
	case e == nil && st.IsDir():
		return errors.New("it is a folder")
	case e == nil && !st.Mode().IsRegular():
		return errors.New("it is not a regular file")
	case e != nil && !errors.Is(e, fs.ErrNotExist):
		return bare(e)
	}
	dir := filepath.Dir(path)
	f, err := os.CreateTemp(dir, "."+filepath.Base(path)+".*.tmp")
	if err != nil {
		return bare(err)
	}
	defer func() {
		if err != nil {
			err = errors.Join(err, bare(os.Remove(f.Name())))
		}
	}()
	if err := fill(f, write); err != nil {
		return err
	}
	if err := os.Rename(f.Name(), path); err != nil {
		return bare(err)
	}
	// The name is not safe before its folder is. Where folders cannot be
	// synced (Windows), the rename has to do.
	if d, e := os.Open(dir); e == nil {
		_ = d.Sync()
		_ = d.Close()
	}
	return nil
}

// fill writes the temporary file, and closes it in any case.
func fill(f *os.File, write func(io.Writer) error) (err error) {
	defer func() {
		if e := f.Close(); err == nil {
			err = bare(e)
		}
	}()
	b := bufio.NewWriterSize(f, 1<<16)
	if err := write(b); err != nil {
		return err
	}
	if err := b.Flush(); err != nil {
		return bare(err)
	}
	if err := f.Chmod(0o600); err != nil {
		return bare(err)
	}
	return bare(f.Sync())
}

// bare takes the path off an error of the os package: it names the temporary
// file, and the reader knows the path that was asked for.
func bare(err error) error {
	var p *fs.PathError
	if errors.As(err, &p) {
		return p.Err
	}
	var l *os.LinkError
	if errors.As(err, &l) {
		return l.Err
	}
	return err
}
