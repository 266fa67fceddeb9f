// Package local is files of this machine as collectors read them: found below
// the paths of the configuration, without following a symbolic link that was
// put there, and opened only when they are regular files of bearable size.
//
// A path of the configuration may itself be a link: that is the user's own
// choice. What lies below it is foreign.
package local

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"time"

	"github.com/dossier-report/dossier/evidence"
)

// Where says where paths of the configuration start.
type Where struct {
	Home string // what ~ stands for
	Dir  string // relative paths start here
}

// Absolute returns a path of the configuration as the machine knows it: ~ is
// from.Home, and a relative path starts in from.Dir.
func Absolute(from Where, p string) string {
	switch {
	case p == "~":
		return from.Home
	case strings.HasPrefix(p, "~/"):
		return filepath.Join(from.Home, p[2:])
	case filepath.IsAbs(p):
		return filepath.Clean(p)
	}
	return filepath.Join(from.Dir, p)
}

// Tilde writes ~ for the home folder, so that a report does not tell its path.
func Tilde(from Where, p string) string {
	if from.Home == "" {
		return p
	}
	homes := []string{from.Home}
	if real, err := filepath.EvalSymlinks(from.Home); err == nil {
		homes = append(homes, real)
	}
	for _, home := range homes {
		if rel, err := filepath.Rel(home, p); err == nil && filepath.IsLocal(rel) && rel != "." {
			return "~/" + filepath.ToSlash(rel)
		}
	}
	return p
}

// Options say which files of a folder count.
type Options struct {
	// Take says whether a file counts by its path below the folder, with
	// slashes; nil takes every file. A file that a path of the configuration
	// names by itself always counts.
	Take func(rel string) bool
	// Skip says which folders are passed over by their name; nil passes over
	// none.
	Skip func(name string) bool
	// Max is how many files a path may have; 0 means [MaxFiles].
	Max int
}

// MaxFiles is how many files a path of the configuration may have.
const MaxFiles = 200_000

// Folder is what a path of the configuration leads to.
type Folder struct {
	Name  string // as the report names it, with ~ for the home folder
	Files []File // in the order of their paths
	Gaps  []evidence.Gap

	root string
}

// File is a regular file below a [Folder].
type File struct {
	Rel  string // below the folder, with slashes
	Size int64
	Mod  time.Time // last change
}

// Find follows the paths of the configuration: folders, files and globs, each
// thing once. A path that leads nowhere is a gap with the key of the
// configuration that names it, such as "sources.notes.paths".
func Find(from Where, paths []string, key string, opt Options) (found []*Folder, gaps []evidence.Gap) {
	known := map[string]bool{}
	for _, p := range paths {
		full := Absolute(from, p)
		all := []string{full}
		if strings.ContainsAny(p, "*?[") {
			all, _ = filepath.Glob(full) // a bad glob was refused with the settings
			slices.Sort(all)
			if len(all) == 0 {
				gaps = append(gaps, evidence.Gap{What: p, Why: "nothing is there\ncorrect " + key})
			}
		}
		for _, path := range all {
			f, err := folder(from, path, opt)
			if err != nil {
				gaps = append(gaps, evidence.Gap{What: p, Why: cause(err) + "\ncorrect " + key})
				continue
			}
			if f != nil && !known[f.Name] {
				known[f.Name] = true
				found = append(found, f)
			}
		}
	}
	return found, gaps
}

// cause words an error of the file system without the path, which the gap names.
func cause(err error) string {
	var pe *fs.PathError
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return "no such file or folder"
	case errors.As(err, &pe):
		return "cannot be read: " + pe.Err.Error()
	}
	return err.Error()
}

func folder(from Where, path string, opt Options) (*Folder, error) {
	real, err := filepath.EvalSymlinks(path)
	if err != nil {
		return nil, err
	}
	st, err := os.Stat(real)
	switch {
	case err != nil:
		return nil, err
	case st.Mode().IsRegular():
		f := &Folder{Name: Tilde(from, real), root: filepath.Dir(real)}
		f.Files = []File{{Rel: filepath.Base(real), Size: st.Size(), Mod: st.ModTime()}}
		return f, nil
	case !st.IsDir():
		return nil, fmt.Errorf("is a %s, neither a file nor a folder", kind(st.Mode()))
	}
	f := &Folder{Name: Tilde(from, real), root: real}
	f.walk(opt)
	return f, nil
}

var errFull = errors.New("too many files")

// walk lists the files. What cannot be read is a gap, and so is a link or a pipe
// that has the name of a file that counts: somebody expects to find it.
func (f *Folder) walk(opt Options) {
	most := opt.Max
	if most == 0 {
		most = MaxFiles
	}
	err := filepath.WalkDir(f.root, func(path string, d fs.DirEntry, err error) error {
		rel, relErr := filepath.Rel(f.root, path)
		rel = filepath.ToSlash(rel)
		switch {
		case err != nil || relErr != nil:
			f.Gaps = append(f.Gaps, evidence.Gap{What: rel, Why: cause(errors.Join(err, relErr))})
			if d != nil && d.IsDir() {
				return fs.SkipDir
			}
			return nil
		case d.IsDir():
			if rel != "." && opt.Skip != nil && opt.Skip(d.Name()) {
				return fs.SkipDir
			}
			return nil
		case opt.Take != nil && !opt.Take(rel):
			return nil
		case !d.Type().IsRegular():
			f.Gaps = append(f.Gaps, evidence.Gap{What: rel, Why: "is a " + kind(d.Type()) + " and was not followed"})
			return nil
		case len(f.Files) == most:
			return errFull
		}
		st, err := d.Info()
		if err != nil {
			f.Gaps = append(f.Gaps, evidence.Gap{What: rel, Why: cause(err)})
			return nil
		}
		f.Files = append(f.Files, File{Rel: rel, Size: st.Size(), Mod: st.ModTime()})
		return nil
	})
	if err != nil {
		f.Gaps = append(f.Gaps, evidence.Gap{What: f.Name, Why: fmt.Sprintf("%v: only the first %d are read", err, most)})
	}
}

func kind(m fs.FileMode) string {
	switch {
	case m&fs.ModeSymlink != 0:
		return "symbolic link"
	case m&fs.ModeNamedPipe != 0:
		return "named pipe"
	case m&fs.ModeSocket != 0:
		return "socket"
	case m&fs.ModeDevice != 0:
		return "device"
	}
	return "special file"
}

// Path returns where the file lies, for programs that need a name.
func (f *Folder) Path(file File) string { return filepath.Join(f.root, filepath.FromSlash(file.Rel)) }

// Open opens a file for reading. Whatever was put in its place since it was
// found, nothing outside the folder is opened, and nothing that could block.
func (f *Folder) Open(file File) (*os.File, error) {
	root, err := os.OpenRoot(f.root)
	if err != nil {
		return nil, err
	}
	defer root.Close()
	r, err := root.OpenFile(filepath.FromSlash(file.Rel), os.O_RDONLY|syscall.O_NONBLOCK, 0)
	if err != nil {
		return nil, fmt.Errorf("%s", cause(err))
	}
	if st, err := r.Stat(); err != nil || !st.Mode().IsRegular() {
		r.Close()
		return nil, errors.New("is no regular file any longer")
	}
	return r, nil
}

// Read returns a file's content. One that is longer than most bytes is a
// [*TooLargeError], with its first bytes.
func (f *Folder) Read(file File, most int64) ([]byte, error) {
	r, err := f.Open(file)
	if err != nil {
		return nil, err
	}
	defer r.Close()
	b, err := io.ReadAll(io.LimitReader(r, most+1))
	if err != nil {
		return nil, fmt.Errorf("%s", cause(err))
	}
	if int64(len(b)) > most {
		return b[:most], &TooLargeError{Most: most}
	}
	return b, nil
}

// TooLargeError says that a file is longer than is read.
type TooLargeError struct{ Most int64 }

func (e *TooLargeError) Error() string {
	if e.Most < 1<<20 {
		return fmt.Sprintf("is larger than %d bytes", e.Most)
	}
	return fmt.Sprintf("is larger than %d MiB", e.Most>>20)
}
