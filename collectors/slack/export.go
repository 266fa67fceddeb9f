package slack

import (
	"archive/zip"
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/dossier-report/dossier/collectors"
	"github.com/dossier-report/dossier/evidence"
)

// export is one reading of the configured zips, which together are one part: a
// thread may go from one into the next.
type export struct {
	*collector
	*builder
	out    collectors.Sink
	period evidence.Period
	zips   []*contents
	cur    exportCursor
	queue  []evidence.Fetched
	begun  bool
	folder string // that is read
}

// readExport reads the zips, unless they are as they were.
func (c *collector) readExport(ctx context.Context, p evidence.Period, out collectors.Sink) error {
	e := &export{collector: c, out: out, period: p}
	defer func() {
		for _, z := range e.zips {
			z.close()
		}
	}()
	stored, err := out.Cursor(ctx, partExport)
	if err != nil {
		return err
	}
	archives, digest := e.openAll()
	if len(archives) == 0 {
		return nil // each has its gap
	}
	was := decodeExport(stored)
	dir := newDirectory(c.env.Self, c.env.People)
	e.cur = exportCursor{Asked: collectors.AskedFor(c.question(fmt.Sprintf("%q %v", c.env.Self.Logins[name], c.env.Self.Emails)), p), Digest: digest}
	same := was.Ask == e.cur.Ask && was.Digest == digest
	if same && !was.Pass && was.Covers(p) {
		for _, a := range archives {
			a.close()
		}
		e.tell(was.Gaps)
		out.Same(partExport, e.query())
		return ctx.Err()
	}
	if same && was.Pass && was.Same(p) {
		e.cur.After, e.cur.Gaps, e.begun = was.After, was.Gaps, true
		e.tell(was.Gaps)
	}
	for _, a := range archives {
		z, err := examine(a.archive, a.label)
		if err != nil {
			a.close()
			e.gap(a.label, err.Error(), false)
			continue
		}
		e.zips = append(e.zips, z)
		for _, n := range sorted(z.bad) {
			e.gap(shown(z.label+": "+n), z.bad[n]+"; it was not read", false)
		}
	}
	if len(e.zips) == 0 {
		return nil
	}
	e.builder = &builder{conf: c.cfg, dir: dir, channels: map[string]*channel{}, base: c.cfg.URL.String()}
	if err := e.learn(ctx); err != nil {
		return err
	}
	return e.readChannels(ctx)
}

// labelled is an open zip with the name by which messages call it.
type labelled struct {
	*archive
	label string
}

// openAll opens what the configuration names, and returns the digest of all of it.
func (e *export) openAll() ([]labelled, string) {
	paths, why := e.expand(e.cfg.Export)
	if why != "" {
		e.gap(filepath.Base(e.cfg.Export), why, false)
	}
	var (
		list []labelled
		sum  strings.Builder
	)
	for _, p := range paths {
		label := filepath.Base(p)
		a, err := openArchive(p, e.limits)
		if err != nil {
			e.gap(label, err.Error(), false)
			fmt.Fprintln(&sum, label, "broken")
			continue
		}
		list = append(list, labelled{a, label})
		fmt.Fprintln(&sum, a.digest)
	}
	return list, evidence.Hash([]byte(sum.String()))
}

// expand returns the files that a path of the configuration names, the oldest
// name first.
func (c *collector) expand(p string) (paths []string, why string) {
	full := p
	switch {
	case strings.HasPrefix(p, "~/"):
		full = filepath.Join(c.env.Home, p[2:])
	case !filepath.IsAbs(p):
		full = filepath.Join(c.env.Dir, p)
	}
	if _, err := os.Lstat(full); err == nil || !strings.ContainsAny(p, "*?[") {
		return []string{full}, ""
	}
	paths, err := filepath.Glob(full)
	if err != nil || len(paths) == 0 {
		return nil, "nothing is there\ncorrect sources.slack.export"
	}
	slices.Sort(paths)
	return paths, ""
}

// query says what the export is asked.
func (e *export) query() string {
	return "messages of " + firstOf(e.env.Self.Name, "the person") + " in " + filepath.Base(e.cfg.Export)
}

// gap says what is missing or odd; the cursor remembers it, since a zip that has
// not changed is not read again.
func (e *export) gap(what, why string, bad bool) {
	g := evidence.Gap{What: shown(what), Why: why, Bad: bad}
	if slices.Contains(e.cur.Gaps, g) {
		return
	}
	if len(e.cur.Gaps) < maxGaps {
		e.cur.Gaps = append(e.cur.Gaps, g)
	}
	e.out.Gap(partExport, g)
}

func (e *export) tell(gaps []evidence.Gap) {
	for _, g := range gaps {
		e.out.Gap(partExport, g)
	}
}

// shown is a foreign name as a message can hold it.
func shown(s string) string { return cut(tidy(strings.ReplaceAll(s, "\n", " ")), maxContext) }

// each reads a list of one of the zips; a part of it that cannot be read is a gap.
func (e *export) each(ctx context.Context, z *contents, f *zip.File, yield func(raw []byte) error) error {
	r, err := z.open(f)
	if err == nil {
		defer r.Close()
		var large int
		large, err = elements(r, e.limits.message, func(raw []byte) error {
			if err := ctx.Err(); err != nil {
				return stop{err}
			}
			if err := yield(raw); err != nil {
				return stop{err}
			}
			return nil
		})
		if large > 0 {
			e.gap(z.label+": "+f.Name, fmt.Sprintf("%d of its messages are larger than %d bytes and were left out", large, e.limits.message), false)
		}
	}
	var s stop
	switch {
	case errors.As(err, &s):
		return s.error
	case errors.Is(err, errSpent):
		return err
	case err != nil:
		e.gap(z.label+": "+f.Name, err.Error(), false)
	}
	return nil
}

// stop is an error that is not the file's.
type stop struct{ error }
