// Package git collects a person's commits from clones on the disk.
//
// It runs the installed git (2.32 or newer) and never a library, because only
// git reads every clone that git wrote. A clone is foreign input: nothing in its
// configuration is executed (see [tool]), nothing is fetched, and nothing from
// dossier.yaml reaches git's command line.
//
// What counts, by exact address and without regard to case:
//
//   - a commit that the person authored or co-authored ("Co-authored-by:"):
//     committed, at the author's date;
//   - a merge that the person made: merged, without sizes;
//   - somebody else's commit with "Reviewed-by:", "Acked-by:" or "Tested-by:"
//     and the person's address: reviewed, at the committer's date, which is when
//     the trailer was written into it;
//   - somebody else's commit that the person committed and signed off: merged.
//
// The period is by those dates, so a rebase does not move work from one half
// year to another. git's own --since looks at committer dates; the whole history
// is walked instead, which takes microseconds a commit, and only the commits
// that count are measured with --numstat.
//
// A commit that is reachable from the default branch (origin/HEAD, main or
// master) has the outcome merged at its committer date.
//
// Every local branch, remote branch and tag is read, but not stashes, notes and
// the refs that a forge keeps for pull requests: those hold other people's
// unfinished work.
package git

import (
	"context"
	"errors"
	"fmt"
	"path"
	"runtime"
	"slices"
	"sync"

	"github.com/dossier-report/dossier/collectors"
	"github.com/dossier-report/dossier/evidence"
)

// Source is what cmd/dossier lists.
var Source = collectors.Source{
	Name:   "git",
	Title:  "Git clones",
	Badge:  "GI",
	Local:  true,
	Config: Config{},
	New:    New,
}

// Config is the part "git" of the sources in dossier.yaml.
type Config struct {
	Paths   []string `yaml:"paths,omitempty" jsonschema:"description=Clones or folders whose direct children are clones; globs and ~ are understood; the folder of dossier.yaml when empty"`
	Refs    []string `yaml:"refs,omitempty" jsonschema:"description=Globs of the branches and tags to read such as main or feature/*; all but stashes and notes and pull refs when empty"`
	Exclude []string `yaml:"exclude,omitempty" jsonschema:"description=Globs of clones to leave out by path or by folder name"`
	Public  []string `yaml:"public,omitempty" jsonschema:"description=Globs of places (owner/repository) that are public; every other clone counts as private when a report is redacted"`
}

// validate checks the globs: a bad one would silently match nothing.
func (c Config) validate() error {
	for _, list := range [][]string{c.Paths, c.Refs, c.Exclude, c.Public} {
		for _, glob := range list {
			if _, err := path.Match(glob, ""); err != nil || glob == "" {
				return fmt.Errorf("git: %q is not a glob", glob)
			}
		}
	}
	return nil
}

// collector finds the person's commits in every clone that the paths name.
type collector struct {
	cfg   Config
	env   collectors.Env
	procs int // how many git processes may compute at once
}

// New makes a collector for Git clones. It decodes settings strictly and
// touches nothing.
func New(settings collectors.Settings, env collectors.Env) (collectors.Collector, error) {
	var cfg Config
	if err := settings.Decode(&cfg); err != nil {
		return nil, err
	}
	if err := cfg.validate(); err != nil {
		return nil, err
	}
	if len(cfg.Paths) == 0 {
		cfg.Paths = []string{"."}
	}
	return &collector{cfg: cfg, env: env, procs: runtime.GOMAXPROCS(0)}, nil
}

// Collect reads the clones side by side, as many at once as there are cores. A
// clone that cannot be read is a gap; only a missing or too old git and a person
// without addresses stop the source.
func (c *collector) Collect(ctx context.Context, p evidence.Period, out collectors.Sink) error {
	self := newIdentity(c.env.Self)
	if self.empty() {
		return errors.New("the person has no e-mail address to look for\nset person.emails in dossier.yaml to the addresses of your commits (git config user.email)")
	}
	git, err := findTool(ctx, c.env)
	if err != nil {
		return err
	}
	clones := c.find(out)

	// One clone gets all cores, several share them.
	lanes := min(c.procs, max(1, len(clones)))
	workers := max(1, c.procs/lanes)
	var wg sync.WaitGroup
	ctx, stop := context.WithCancelCause(ctx)
	defer stop(nil)
	work := make(chan *clone)
	for range lanes {
		wg.Go(func() {
			for cl := range work {
				r := &reader{collector: c, git: git, clone: cl, self: self, period: p, out: out, workers: workers}
				switch err := r.read(ctx); {
				case err == nil || ctx.Err() != nil:
				case errors.As(err, new(*sinkError)):
					stop(err)
				default:
					out.Gap(cl.part, evidence.Gap{What: cl.part, Why: err.Error()})
				}
			}
		})
	}
	for _, cl := range clones {
		if ctx.Err() != nil {
			break
		}
		work <- cl
	}
	close(work)
	wg.Wait()
	return context.Cause(ctx)
}

// matchAny reports whether one of the globs matches one of the names.
func matchAny(globs []string, names ...string) bool {
	return slices.ContainsFunc(globs, func(glob string) bool {
		return slices.ContainsFunc(names, func(name string) bool {
			ok, _ := path.Match(glob, name)
			return ok
		})
	})
}
