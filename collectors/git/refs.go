package git

import (
	"context"
	"path"
	"slices"
	"strings"
)

// ref is a branch or a tag.
type ref struct{ name, id string }

// hidden are the refs that hold no work of the clone's own: stashes, notes, what
// git keeps for itself, and what forges keep for pull requests.
var hidden = []string{
	"refs/stash", "refs/notes/*", "refs/replace/*", "refs/original/*", "refs/bisect/*", "refs/rewritten/*",
	"refs/prefetch/*", "refs/worktree/*", "refs/keep-around/*", "refs/pull/*", "refs/pull-requests/*",
	"refs/merge-requests/*", "refs/changes/*", "refs/remotes/*/pull/*", "refs/remotes/*/pr/*",
	"refs/remotes/*/pull-requests/*", "refs/remotes/*/merge-requests/*", "refs/remotes/*/mr/*",
}

// under reports whether a ref lies under a pattern that ends in "/*" at any
// depth, or is it.
func under(name, pattern string) bool {
	deep := strings.HasSuffix(pattern, "/*")
	p := strings.Split(strings.TrimSuffix(pattern, "/*"), "/")
	n := strings.Split(name, "/")
	if len(n) < len(p) || deep == (len(n) == len(p)) {
		return false
	}
	for i := range p {
		if ok, _ := path.Match(p[i], n[i]); !ok {
			return false
		}
	}
	return true
}

// selected reports whether a ref is to be read. A glob of the configuration may
// name it in full or without refs/heads/, refs/tags/ or refs/remotes/NAME/.
func selected(name string, globs []string) bool {
	if slices.ContainsFunc(hidden, func(p string) bool { return under(name, p) }) {
		return false
	}
	if len(globs) == 0 {
		return true
	}
	names := []string{name}
	for _, prefix := range []string{"refs/heads/", "refs/tags/", "refs/remotes/"} {
		if short, ok := strings.CutPrefix(name, prefix); ok {
			names = append(names, short)
			if _, branch, ok := strings.Cut(short, "/"); ok && prefix == "refs/remotes/" {
				names = append(names, branch)
			}
		}
	}
	return matchAny(globs, names...)
}

// refs asks git for the refs that are to be read, and what the default branch is.
// It is the one call of a run that finds nothing new.
func (r *reader) refs(ctx context.Context) (tips, error) {
	out, err := r.git.output(ctx, r.clone.dir, r.safe, "for-each-ref", "--format=%(objectname) %(refname) %(symref)")
	if err != nil {
		return tips{}, err
	}
	byName := make(map[string]string)
	var list []ref
	var head string // of origin
	for line := range strings.Lines(string(out)) {
		f := strings.Split(strings.TrimSuffix(line, "\n"), " ")
		if len(f) != 3 || !isID(f[0]) {
			continue
		}
		byName[f[1]] = f[0]
		if f[1] == "refs/remotes/origin/HEAD" {
			head = f[2]
		}
		if selected(f[1], r.cfg.Refs) {
			list = append(list, ref{f[1], f[0]})
		}
	}
	var t tips
	for _, f := range list {
		t.All = append(t.All, f.id)
	}
	if len(r.cfg.Refs) == 0 {
		t.All = append(t.All, r.clone.heads...)
	}
	slices.Sort(t.All)
	t.All = slices.Compact(t.All)

	r.names = list
	branch := defaultBranch(byName, head, firstLine(path.Join(r.clone.common, "HEAD")))
	if selected(branch, r.cfg.Refs) {
		t.Main = byName[branch]
	}
	t.Sum = digest(append(slices.Clone(t.All), t.Main)...)
	return t, nil
}

// defaultBranch returns the ref that holds what is published: what origin says,
// else its main or master; in a clone without origin its own.
func defaultBranch(refs map[string]string, origin, head string) string {
	names := []string{origin, "refs/remotes/origin/main", "refs/remotes/origin/master", "refs/heads/main", "refs/heads/master"}
	for _, name := range names {
		if name != "" && refs[name] != "" {
			return name
		}
	}
	if name, ok := strings.CutPrefix(head, "ref: "); ok && refs[name] != "" {
		return name
	}
	return ""
}

// nameOf returns a ref that ends at a commit, for messages.
func (r *reader) nameOf(id string) string {
	for _, f := range r.names {
		if f.id == id {
			return f.name
		}
	}
	return id
}
