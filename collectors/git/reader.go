package git

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/dossier-report/dossier/collectors"
	"github.com/dossier-report/dossier/evidence"
)

// reader reads one clone.
type reader struct {
	*collector
	git     *tool
	clone   *clone
	self    identity
	period  evidence.Period
	out     collectors.Sink
	workers int

	safe  []string // what the user told git to trust, once git has refused the clone
	names []ref    // to name an end of the history in messages
	from  remote
	open  bool // the place is public

	pipelines map[string]bool // folders with a dvc.yaml today
}

// read brings the store up to date with the clone: it finishes the pass that was
// interrupted, then reads what is new, or says that nothing is.
func (r *reader) read(ctx context.Context) error {
	now, err := r.trusted(ctx)
	if err != nil {
		return err
	}
	r.notes()
	saved, err := r.out.Cursor(ctx, r.clone.part)
	if err != nil {
		return &sinkError{err}
	}
	c := decode(saved)
	for first := true; ; first = false {
		next, same := r.plan(ctx, c, now)
		if same {
			if first {
				r.out.Same(r.clone.part, r.query())
			}
			r.tell(c.Odd)
			return ctx.Err()
		}
		if first {
			r.origin(ctx)
			r.findPipelines(ctx, now.Main)
		}
		switch c, err = r.run(ctx, next); {
		case errors.Is(err, errMoved):
			c = nil
		case err != nil || c == nil:
			return err
		}
	}
}

// sinkError is an error of the sink: the source as a whole gives up, since what it
// finds cannot be kept.
type sinkError struct{ err error }

func (e *sinkError) Error() string { return e.err.Error() }
func (e *sinkError) Unwrap() error { return e.err }

// tell says what is odd in all that was read, each run anew.
func (r *reader) tell(odd []evidence.Gap) {
	for _, g := range odd {
		r.out.Gap(r.clone.part, g)
	}
}

// trusted asks for the refs. A clone of another user is read only when the user
// has told git itself to trust it.
func (r *reader) trusted(ctx context.Context) (tips, error) {
	if err := r.clone.blocked(); err != nil {
		return tips{}, err
	}
	now, err := r.refs(ctx)
	if errors.Is(err, errDubious) {
		if r.safe = r.git.safeDirectories(ctx); len(r.safe) > 0 {
			now, err = r.refs(ctx)
		}
	}
	if errors.Is(err, errDubious) {
		err = fmt.Errorf("%w\ntrust it with: git config --global --add safe.directory %s", err, quote(r.clone.dir))
	}
	return now, err
}

// safeDirectories returns what the user's own configuration says about clones of
// other users; nothing else of it is read.
func (t *tool) safeDirectories(ctx context.Context) []string {
	var all []string
	for _, scope := range []string{"--system", "--global"} {
		cmd := t.command(ctx, "", nil, "config", scope, "--includes", "--null", "--get-all", "safe.directory")
		cmd.Env = t.userEnviron()
		out, err := cmd.Output()
		if err != nil {
			continue // nothing is set
		}
		for s := range strings.SplitSeq(strings.TrimSuffix(string(out), "\x00"), "\x00") {
			all = append(all, s)
		}
	}
	return all
}

// notes says what a reader must know about a clone, whether or not anything is new.
func (r *reader) notes() {
	if n := len(r.clone.shallow()); n > 0 {
		r.out.Note(r.clone.part, "shallow clone: older history is not here\nget it with: git fetch --unshallow")
	}
	if r.clone.partial() {
		r.out.Note(r.clone.part, "partial clone: nothing is fetched, so commits have paths and no lines\nget them with: git fetch --refetch --no-filter")
	}
	if r.clone.submodules() {
		r.out.Note(r.clone.part, "its submodules are repositories of their own: add their paths to collect them too")
	}
}

// origin finds out where the clone came from. A clone of a clone came from where
// that came from, so that a commit is at one place in both.
func (r *reader) origin(ctx context.Context) {
	dir := r.clone.dir
	for range 4 {
		// An error says that there is no such remote.
		out, _ := r.git.output(ctx, dir, r.safe, "config", "--null", "--get", "remote.origin.url")
		url := strings.TrimSuffix(string(out), "\x00")
		from, folder := parseRemote(url, dir)
		r.from = from
		if folder == "" {
			break
		}
		if !filepath.IsAbs(folder) {
			folder = filepath.Join(dir, folder)
		}
		before := cloneAt(folder)
		if before == nil {
			break
		}
		dir = before.dir
	}
	r.open = matchAny(r.cfg.Public, r.from.place, r.from.host+"/"+r.from.place)
}

// query says what is asked, the same in every run.
func (r *reader) query() string {
	refs := "all branches and tags"
	if len(r.cfg.Refs) > 0 {
		refs = strings.Join(r.cfg.Refs, " ")
	}
	return fmt.Sprintf("git log --numstat of %s; written with or reviewed by %s; dated %s..%s", refs,
		strings.Join(r.self.names(), " "), day(r.period.From, r.period.Zone), day(r.period.To, r.period.Zone))
}

// ask is a digest of the question without its period, and of what of the history
// is in the clone: one that was deepened is read anew.
func (r *reader) ask() string {
	parts := slices.Concat([]string{form}, r.self.names(), []string{"refs"}, r.cfg.Refs, []string{"public"}, r.cfg.Public, []string{"cut"},
		slices.Sorted(maps.Keys(r.clone.shallow())))
	if r.clone.partial() {
		parts = append(parts, "partial")
	}
	return digest(parts...)
}

// plan decides what to do after c, nil at first.
func (r *reader) plan(ctx context.Context, c *cursor, now tips) (next cursor, same bool) {
	ask := r.ask()
	whole := cursor{Asked: collectors.AskedFor(ask, r.period), Pass: &pass{Whole: true, To: now}}
	switch {
	case c == nil || c.Ask != ask:
		return whole, false
	case c.Pass != nil && c.Same(r.period):
		if c.Pass.To.Sum == now.Sum {
			next := *c
			p := *c.Pass
			p.To = now
			next.Pass = &p
			return next, false
		}
		if len(c.Pass.To.All) > 0 && r.here(ctx, c.Pass.To.All) {
			return *c, false // first what was begun; then comes what has moved
		}
		return whole, false
	case c.Pass != nil || !c.Covers(r.period):
		return whole, false
	case c.Read.Sum == now.Sum:
		return *c, true
	}
	rewritten, gone := r.rewritten(ctx, c.Read, now)
	if rewritten {
		return whole, false
	}
	next = *c
	next.From, next.To = whole.From, whole.To
	next.Pass = &pass{To: now, Loose: gone}
	return next, false
}

// here reports whether the clone still has the commits.
func (r *reader) here(ctx context.Context, ids []string) bool {
	cmd := r.git.command(ctx, r.clone.dir, r.safe, "rev-list", "--no-walk=unsorted", "--quiet", "--stdin", "--end-of-options", "--")
	cmd.Stdin = strings.NewReader(revisions(ids, nil))
	return cmd.Run() == nil
}

// rewritten reports whether commits of the person that were read, or had landed,
// are no longer there: amended, rebased, or their branch deleted; and whether
// any commit at all is gone.
func (r *reader) rewritten(ctx context.Context, read, now tips) (mine, any bool) {
	rd := newReading(r.self, r.period, r.env.Now())
	look := func(rec *record) error {
		any = true
		if rd.commit(rec) != nil {
			return errMoved
		}
		return nil
	}
	// An error: one was found, or the old commits are missing altogether.
	if r.walk(ctx, read.All, now.All, look) != nil {
		return true, true
	}
	if read.Main == now.Main || read.Main == "" {
		return false, any
	}
	return now.Main == "" || r.walk(ctx, []string{read.Main}, []string{now.Main}, look) != nil, any
}

// quote makes a path safe to paste into a shell.
func quote(p string) string {
	if strings.ContainsFunc(p, func(r rune) bool {
		return (r < 'a' || r > 'z') && (r < 'A' || r > 'Z') && (r < '0' || r > '9') && !strings.ContainsRune("/._-+@", r)
	}) && os.PathSeparator == '/' {
		return "'" + strings.ReplaceAll(p, "'", `'\''`) + "'"
	}
	return p
}
