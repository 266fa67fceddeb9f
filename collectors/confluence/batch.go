package confluence

import (
	"context"
	"fmt"
	"net/url"
	"slices"
	"strings"
	"sync"

	"github.com/dossier-report/dossier/collectors/internal/atlassian"
	"github.com/dossier-report/dossier/collectors/internal/web"
	"github.com/dossier-report/dossier/evidence"
)

// batch is pages on their way to evidence.
type batch struct {
	hits     map[string]hit
	pages    map[string]*content
	comments map[string][]atlassian.Value // by page
	public   map[string]bool
}

// give makes evidence of pages, and returns as well in which version each thing
// was read. A page that cannot be read is a gap.
func (r *run) give(ctx context.Context, hits []hit) ([]evidence.Fetched, map[string]stamp, error) {
	b := &batch{hits: map[string]hit{}, pages: map[string]*content{}, comments: map[string][]atlassian.Value{}, public: map[string]bool{}}
	var ids []string
	for _, h := range hits {
		b.hits[h.page] = h
		ids = append(ids, h.page)
	}
	if err := r.halves(ctx, b, ids, r.contents); err != nil {
		return nil, nil, fmt.Errorf("read pages: %w", err)
	}
	ids = r.present(b, ids)
	if r.ask.comments && len(ids) > 0 {
		if err := r.halves(ctx, b, ids, r.commentsOn); err != nil {
			return nil, nil, fmt.Errorf("read comments: %w", err)
		}
		ids = slices.DeleteFunc(ids, func(id string) bool { return b.pages[id] == nil })
	}
	if err := r.visible(ctx, b, ids); err != nil {
		return nil, nil, err
	}
	if err := r.histories(ctx, b, ids); err != nil {
		return nil, nil, fmt.Errorf("read versions: %w", err)
	}
	ids = slices.DeleteFunc(ids, func(id string) bool { return b.pages[id] == nil })
	var items []evidence.Fetched
	given := map[string]stamp{}
	for _, id := range ids {
		c := b.pages[id]
		r.given[id], given[id] = true, stamp{c.number, c.updated.UnixMilli()}
		for _, x := range b.comments[id] {
			if !r.who.isSelf(userOf(x.At("history", "createdBy"))) {
				continue
			}
			given[x.At("id").Text()] = stamp{x.At("version", "number").Count(), x.At("version", "when").When().UnixMilli()}
		}
		f := r.item(b.pages[id], b.comments[id], b.public[id])
		r.cur.oddity(firstOf(f.Item.Title, f.Item.ID), b.pages[id].odd.String())
		if f.Item.In(r.ask.period) {
			items = append(items, f)
		}
	}
	return items, given, nil
}

// halves asks about all ids at once, and about half of them where that is
// refused or too much, down to the one page that is the reason: it is lost and
// no other.
func (r *run) halves(ctx context.Context, b *batch, ids []string, ask func(context.Context, *batch, []string) error) error {
	err := ask(ctx, b, ids)
	switch {
	case err == nil:
		r.broken = 0
		return nil
	case len(ids) == 1 && r.tolerates(err):
		delete(b.pages, ids[0])
		delete(b.comments, ids[0])
		r.lose(b.hits[ids[0]], err.Error())
		delete(b.hits, ids[0])
		return nil
	case len(ids) == 1 || !atlassian.Refused(err) && !atlassian.TooLarge(err):
		return err
	}
	half := len(ids) / 2
	if err := r.halves(ctx, b, ids[:half], ask); err != nil {
		return err
	}
	return r.halves(ctx, b, ids[half:], ask)
}

// contents asks for pages with their text. One that is too large comes without.
func (r *run) contents(ctx context.Context, b *batch, ids []string) error {
	expand := []string{"body.storage", "metadata.labels", "space", "version", "history", "history.contributors.publishers"}
	err := r.contentsWith(ctx, b, ids, expand)
	if len(ids) == 1 && atlassian.TooLarge(err) {
		if err = r.contentsWith(ctx, b, ids, expand[1:]); err == nil && b.pages[ids[0]] != nil {
			b.pages[ids[0]].odd.Add("its text is too large to be read")
		}
	}
	return err
}

func (r *run) contentsWith(ctx context.Context, b *batch, ids []string, expand []string) error {
	query := r.search("id in ("+strings.Join(ids, ", ")+")", fmt.Sprint(len(ids)), expand...)
	return r.follow(ctx, "rest/api/search", query, func(page atlassian.Value) error {
		for _, x := range page.At("results").List() {
			if c := contentOf(x.At("content")); c.kind == "page" || c.kind == "blogpost" {
				b.pages[c.id] = c
				for _, u := range append(slices.Clone(c.publishers), c.author, c.editor) {
					r.who.learn(u)
				}
			}
		}
		return nil
	})
}

// present returns the ids of those pages that came and are wanted. One that the
// search has just listed and that is not there is a gap; one that was owed for
// that and still is not there is gone.
func (r *run) present(b *batch, ids []string) []string {
	var out []string
	for _, id := range ids {
		c, h := b.pages[id], b.hits[id]
		switch _, again := r.owed[id]; {
		case c != nil && r.cfg.wants(c.spaceKey):
			out = append(out, id)
		case c != nil:
			delete(b.pages, id)
		case h.page != "" && (!again || h.kind != ""):
			r.lose(h, "the site lists it and does not show it: it may have become restricted or been removed")
		}
	}
	return out
}

// commentsOn asks for all that was said on pages: who else took part, and what
// the person's own words answer to.
func (r *run) commentsOn(ctx context.Context, b *batch, ids []string) error {
	for _, id := range ids {
		delete(b.comments, id)
	}
	query := r.search("type = comment AND container in ("+strings.Join(ids, ", ")+") ORDER BY created ASC", "100",
		"body.storage", "version", "history", "container", "ancestors", "extensions.inlineProperties")
	return r.follow(ctx, "rest/api/search", query, func(page atlassian.Value) error {
		for _, x := range page.At("results").List() {
			c := x.At("content")
			on := c.At("container", "id").Text()
			if on == "" && len(ids) == 1 {
				on = ids[0]
			}
			r.who.learn(userOf(c.At("history", "createdBy")))
			b.comments[on] = append(b.comments[on], c)
		}
		return nil
	})
}

// histories asks for the versions of the pages that the person wrote or edited,
// several side by side.
func (r *run) histories(ctx context.Context, b *batch, ids []string) error {
	errs := make([]error, len(ids))
	var wg sync.WaitGroup
	slots := make(chan struct{}, 4)
	for i, id := range ids {
		c := b.pages[id]
		if c.single() || !c.mayBe(r.who) {
			continue
		}
		wg.Go(func() {
			slots <- struct{}{}
			defer func() { <-slots }()
			if ctx.Err() == nil {
				errs[i] = r.history(ctx, c)
			}
		})
	}
	wg.Wait()
	for i, err := range errs {
		switch {
		case err == nil:
		case r.tolerates(err) || circle(err):
			r.lose(b.hits[ids[i]], err.Error())
			delete(b.pages, ids[i])
		default:
			return err
		}
	}
	return ctx.Err()
}

func circle(err error) bool { _, ok := err.(*loopError); return ok }

// visible finds out which of the pages anybody may read: those that a visitor's
// search finds. A site that lets none in is asked once.
func (r *run) visible(ctx context.Context, b *batch, ids []string) error {
	r.stages.mu.Lock()
	closed := r.stages.closed
	r.stages.mu.Unlock()
	if closed || len(ids) == 0 {
		return nil
	}
	v, err := r.anonymous.Get(web.Tries(ctx, 1), web.Object, "rest/api/search", url.Values{
		"cql": {"id in (" + strings.Join(ids, ", ") + ")"}, "limit": {fmt.Sprint(len(ids))}, "excerpt": {"none"}})
	if ctx.Err() != nil {
		return ctx.Err()
	}
	if err != nil {
		r.stages.mu.Lock()
		r.stages.closed = true
		r.stages.mu.Unlock()
		return nil
	}
	for _, x := range v.At("results").List() {
		b.public[x.At("content", "id").Text()] = true
	}
	return nil
}
