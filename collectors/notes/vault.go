package notes

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"path"
	"strings"

	"github.com/dossier-report/dossier/collectors"
	"github.com/dossier-report/dossier/collectors/internal/local"
	"github.com/dossier-report/dossier/evidence"
)

// pass is one reading of a vault.
type pass struct {
	*collector
	ctx    context.Context
	out    collectors.Sink
	in     *local.Folder
	vault  string // its name, which ids begin with
	period evidence.Period
	names  map[string]string // where a wikilink leads: the path by name, in lower case
	cur    cursor

	skip  int // items of the pass that are kept already
	items []evidence.Fetched
	begun bool
	lost  bool
}

// vault reads one vault unless nothing in it has changed.
func (c *collector) vault(ctx context.Context, v *local.Folder, p evidence.Period, out collectors.Sink) error {
	settings, err := json.Marshal(c.cfg)
	if err != nil {
		return err
	}
	now := cursor{Asked: collectors.AskedFor(form+" "+evidence.Hash(settings), p), Sum: sum(v)}
	text, err := out.Cursor(ctx, v.Name)
	if err != nil {
		return err
	}
	was := decode(text)
	unchanged := was.Ask == now.Ask && was.Sum == now.Sum
	switch {
	case unchanged && was.Done && was.Covers(p):
		for _, g := range was.Odd {
			out.Gap(v.Name, g)
		}
		dated(out, v.Name, was.ByFile)
		out.Same(v.Name, v.Name)
		return nil
	case unchanged && !was.Done && was.Same(p):
		now.Kept = was.Kept
	}
	r := &pass{collector: c, ctx: ctx, out: out, in: v, vault: path.Base(strings.ReplaceAll(v.Name, `\`, "/")), period: p, cur: now, skip: now.Kept}
	return r.read()
}

// sum is the digest of what the files of a vault look like from outside.
func sum(v *local.Folder) string {
	var b strings.Builder
	for _, f := range v.Files {
		fmt.Fprintf(&b, "%s\x00%d\x00%d\n", f.Rel, f.Size, f.Mod.UnixNano())
	}
	return evidence.Hash([]byte(b.String()))
}

func dated(out collectors.Sink, part string, n int) {
	if n > 0 {
		out.Note(part, fmt.Sprintf("%d notes have no date of their own and are dated by their file's last change", n))
	}
}

func (r *pass) read() error {
	for _, g := range r.in.Gaps {
		r.gap(g.What, g.Why, false)
	}
	r.names = map[string]string{}
	for _, f := range r.in.Files {
		name := strings.ToLower(strings.TrimSuffix(f.Rel, path.Ext(f.Rel)))
		for at := name; ; {
			// The shortest path wins, as Obsidian has it.
			if old, ok := r.names[at]; !ok || len(f.Rel) < len(old) {
				r.names[at] = f.Rel
			}
			_, rest, ok := strings.Cut(at, "/")
			if !ok {
				break
			}
			at = rest
		}
	}
	for _, f := range r.in.Files {
		if err := r.ctx.Err(); err != nil {
			return err
		}
		if err := r.file(f); err != nil {
			return err
		}
	}
	dated(r.out, r.in.Name, r.cur.ByFile)
	return r.flush(true)
}

// gap says what is missing or odd, now and in every run in which the vault is
// still the same.
func (r *pass) gap(what, why string, bad bool) {
	g := evidence.Gap{What: what, Why: why, Bad: bad}
	if len(r.cur.Odd) < maxOdd {
		r.cur.Odd = append(r.cur.Odd, g)
	}
	r.lost = r.lost || !bad
	r.out.Gap(r.in.Name, g)
}

// file makes the items of one note.
func (r *pass) file(f local.File) error {
	raw, err := r.in.Read(f, maxNote)
	var large *local.TooLargeError
	switch {
	case errors.As(err, &large):
		r.gap(f.Rel, err.Error()+"; the rest of it was not read", true)
	case err != nil:
		r.gap(f.Rel, err.Error(), false)
		return nil
	}
	n := newNote(r, f, raw)
	if n.odd != "" {
		r.gap(f.Rel, n.odd, true)
	}
	if !r.wanted(n) {
		return nil
	}
	if n.byFile {
		r.cur.ByFile++
	}
	hash := evidence.Hash(raw)
	for _, it := range n.items() {
		if err := r.add(it, hash); err != nil {
			return err
		}
	}
	return nil
}

// wanted reports whether the note's tags let it pass.
func (r *pass) wanted(n *note) bool {
	return !tagged(n.tags, r.cfg.ExcludeTags) && (len(r.cfg.Tags) == 0 || tagged(n.tags, r.cfg.Tags))
}

// tagged reports whether one of the tags is one of those asked for, or nested in
// it.
func tagged(tags, asked []string) bool {
	for _, t := range tags {
		for _, a := range asked {
			a = strings.TrimPrefix(a, "#")
			if strings.EqualFold(t, a) || len(t) > len(a) && t[len(a)] == '/' && strings.EqualFold(t[:len(a)], a) {
				return true
			}
		}
	}
	return false
}

// add takes an item of the period; a full page is kept.
func (r *pass) add(it evidence.Item, hash string) error {
	if !it.In(r.period) {
		return nil
	}
	if r.skip > 0 {
		r.skip-- // kept by the run that was stopped
		r.begun = true
		return nil
	}
	r.items = append(r.items, evidence.Fetched{Item: it, Hash: hash})
	if len(r.items) == page {
		return r.flush(false)
	}
	return nil
}

func (r *pass) flush(last bool) error {
	r.cur.Kept += len(r.items)
	c := r.cur
	if c.Done = last; !last {
		c.Odd, c.ByFile = nil, 0 // told again by the run that goes on: it reads the vault from its start
	}
	err := r.out.Keep(r.ctx, evidence.Batch{Part: r.in.Name, Query: r.in.Name, FetchedAt: r.env.Now(), Items: r.items, Cursor: c.encode(),
		Begin: !r.begun, End: last && !r.lost, Period: r.period})
	r.begun, r.items = true, nil
	return err
}
