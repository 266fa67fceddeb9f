package git

import (
	"bufio"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/dossier-report/dossier/collectors"
	"github.com/dossier-report/dossier/evidence"
)

// clone is a repository on the disk, found without running git.
type clone struct {
	part   string // as the configuration and the report name it: ~ for the home folder
	dir    string // where git runs: the work tree, or the bare repository
	common string // the folder with the objects, the same for every worktree of a clone
	// heads are the commits that a worktree has checked out without a branch:
	// no ref names them.
	heads []string
}

// find returns the clones that the paths name, each once, in the order of their
// parts. A path that leads to none is a gap.
func (c *collector) find(out collectors.Sink) []*clone {
	byCommon := make(map[string]*clone)
	for _, p := range c.cfg.Paths {
		dirs, why := c.expand(p)
		found := 0
		for _, dir := range dirs {
			for _, cl := range clonesAt(dir) {
				found++
				c.add(byCommon, cl)
			}
		}
		if found == 0 {
			if why == "" {
				why = "not a git repository, nor a folder of clones"
			}
			out.Gap(p, evidence.Gap{What: p, Why: why + "\ncorrect sources.git.paths"})
		}
	}
	clones := make([]*clone, 0, len(byCommon))
	for _, cl := range byCommon {
		clones = append(clones, cl)
	}
	slices.SortFunc(clones, func(a, b *clone) int { return strings.Compare(a.part, b.part) })
	return clones
}

// expand returns the folders that a path of the configuration names.
func (c *collector) expand(p string) (dirs []string, why string) {
	full := absolute(c.env, p)
	if strings.ContainsAny(p, "*?[") {
		all, err := filepath.Glob(full)
		if err != nil {
			return nil, "not a glob"
		}
		for _, dir := range all {
			if isDir(dir) {
				dirs = append(dirs, dir)
			}
		}
		if len(dirs) == 0 {
			return nil, "nothing is there"
		}
		return dirs, ""
	}
	st, err := os.Stat(full)
	switch {
	case os.IsNotExist(err):
		return nil, "no such folder"
	case err != nil:
		return nil, "cannot be read: " + cause(err).Error()
	case !st.IsDir():
		return nil, "not a folder"
	}
	return []string{full}, ""
}

// add keeps a clone unless it is left out or known under another path; worktrees
// of one clone add what they have checked out.
func (c *collector) add(known map[string]*clone, cl *clone) {
	cl.part = tilde(c.env, cl.dir)
	if matchAny(c.cfg.Exclude, cl.part, cl.dir, filepath.Base(cl.dir)) {
		return
	}
	old := known[cl.common]
	if old == nil {
		known[cl.common] = cl
		return
	}
	for _, h := range cl.heads {
		if !slices.Contains(old.heads, h) {
			old.heads = append(old.heads, h)
		}
	}
	// The shortest path names the clone, whatever the order of the configuration.
	if len(cl.dir) < len(old.dir) || len(cl.dir) == len(old.dir) && cl.dir < old.dir {
		old.dir, old.part = cl.dir, cl.part
	}
}

// clonesAt returns the clone in dir, else those in its direct children.
func clonesAt(dir string) []*clone {
	if cl := cloneAt(dir); cl != nil {
		return []*clone{cl}
	}
	var clones []*clone
	entries, _ := os.ReadDir(dir)
	for _, e := range entries {
		if child := filepath.Join(dir, e.Name()); isDir(child) {
			if cl := cloneAt(child); cl != nil {
				clones = append(clones, cl)
			}
		}
	}
	return clones
}

// cloneAt returns the clone, bare repository, worktree or submodule in dir, or nil.
func cloneAt(dir string) *clone {
	dir, err := filepath.EvalSymlinks(dir)
	if err != nil {
		return nil
	}
	gitDir := filepath.Join(dir, ".git")
	switch st, err := os.Stat(gitDir); {
	case err == nil && st.Mode().IsRegular():
		to, ok := strings.CutPrefix(firstLine(gitDir), "gitdir: ")
		if !ok {
			return nil
		}
		if gitDir = to; !filepath.IsAbs(to) {
			gitDir = filepath.Join(dir, to)
		}
	case err == nil && st.IsDir():
	case isDir(filepath.Join(dir, "objects")) && isDir(filepath.Join(dir, "refs")) && firstLine(filepath.Join(dir, "HEAD")) != "":
		gitDir = dir
	default:
		return nil
	}
	cl := &clone{dir: dir, common: gitDir}
	if to := firstLine(filepath.Join(gitDir, "commondir")); to != "" {
		if cl.common = to; !filepath.IsAbs(to) {
			cl.common = filepath.Join(gitDir, to)
		}
	}
	if real, err := filepath.EvalSymlinks(cl.common); err == nil {
		cl.common = real
	}
	if h := firstLine(filepath.Join(gitDir, "HEAD")); isID(h) {
		cl.heads = []string{h}
	}
	return cl
}

// shallow returns the commits at which a shallow clone was cut off; their
// parents are not there, so what they changed cannot be told.
func (cl *clone) shallow() map[string]bool {
	f, err := os.Open(filepath.Join(cl.common, "shallow"))
	if err != nil {
		return nil
	}
	defer f.Close()
	cut := make(map[string]bool)
	for sc := bufio.NewScanner(f); sc.Scan(); {
		cut[strings.TrimSpace(sc.Text())] = true
	}
	return cut
}

// partial reports whether the clone was made without all objects (--filter):
// git marks the packs that came so.
func (cl *clone) partial() bool {
	marks, _ := filepath.Glob(filepath.Join(cl.common, "objects", "pack", "*.promisor"))
	return len(marks) > 0
}

// blocked says why git must not look at the work tree: it would wait for ever on a
// pipe by the name of a file that it reads.
func (cl *clone) blocked() error {
	for _, name := range []string{".mailmap", ".gitattributes"} {
		st, err := os.Lstat(filepath.Join(cl.dir, name))
		if err == nil && st.Mode()&(os.ModeNamedPipe|os.ModeSocket|os.ModeDevice) != 0 {
			return fmt.Errorf("%s is not a file\nremove it", name)
		}
	}
	return nil
}

// submodules reports whether other repositories are nested in the clone.
func (cl *clone) submodules() bool {
	st, err := os.Lstat(filepath.Join(cl.dir, ".gitmodules"))
	return err == nil && st.Mode().IsRegular()
}

// absolute resolves a path of the configuration.
func absolute(env collectors.Env, p string) string {
	switch {
	case p == "~":
		return env.Home
	case strings.HasPrefix(p, "~/"):
		return filepath.Join(env.Home, p[2:])
	case filepath.IsAbs(p):
		return filepath.Clean(p)
	}
	return filepath.Join(env.Dir, p)
}

// tilde writes ~ for the home folder, so that a report does not tell its path.
func tilde(env collectors.Env, dir string) string {
	home, err := filepath.EvalSymlinks(env.Home)
	if env.Home == "" || err != nil {
		return dir
	}
	if rel, err := filepath.Rel(home, dir); err == nil && filepath.IsLocal(rel) && rel != "." {
		return "~/" + filepath.ToSlash(rel)
	}
	return dir
}

func isDir(p string) bool {
	st, err := os.Stat(p)
	return err == nil && st.IsDir()
}

// firstLine returns the first line of a small regular file, "" where there is none.
func firstLine(p string) string {
	if st, err := os.Stat(p); err != nil || !st.Mode().IsRegular() || st.Size() > 1<<16 {
		return ""
	}
	b, err := os.ReadFile(p)
	if err != nil {
		return ""
	}
	line, _, _ := strings.Cut(string(b), "\n")
	return strings.TrimRight(line, "\r ")
}

// isID reports whether s is the full name of a commit: 40 hexadecimal digits, or
// 64 in a repository that hashes with SHA-256.
func isID[T string | []byte](s T) bool {
	for i := range len(s) {
		if c := s[i]; (c < '0' || c > '9') && (c < 'a' || c > 'f') {
			return false
		}
	}
	return len(s) == 40 || len(s) == 64
}
