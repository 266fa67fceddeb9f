package collectorstest

import (
	"context"
	"encoding/json"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/dossier-report/dossier/evidence"
)

// Memory keeps evidence as the store does, but in memory: items and cursor of
// a page together, an item that a complete pass no longer gives as gone. It
// can be used by several goroutines.
type Memory struct {
	now      func() time.Time
	mu       sync.Mutex
	items    map[[2]string]*held // by source and id
	cursors  map[[2]string]string
	passes   map[[2]string]int
	coverage []evidence.Coverage
	fail     error // what Keep then returns
}

type held struct {
	evidence.Record
	content string
	seen    map[string]int // part to the pass in which it last gave the item
}

// NewMemory returns an empty keeper; now dates what is gone.
func NewMemory(now func() time.Time) *Memory {
	return &Memory{now: now, items: map[[2]string]*held{}, cursors: map[[2]string]string{}, passes: map[[2]string]int{}}
}

// Cursor returns the cursor of the part's last kept page, "" at first.
func (m *Memory) Cursor(ctx context.Context, source, part string) (string, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.cursors[[2]string{source, part}], ctx.Err()
}

// Keep stores a page: all of it or, when ctx has ended, nothing.
func (m *Memory) Keep(ctx context.Context, source string, b evidence.Batch) (evidence.Kept, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	var kept evidence.Kept
	if err := ctx.Err(); err != nil {
		return kept, err
	}
	if m.fail != nil {
		return kept, m.fail
	}
	contents := make([]string, len(b.Items))
	for i, f := range b.Items {
		raw, err := json.Marshal(f.Item)
		if err != nil {
			return kept, err
		}
		contents[i] = string(raw)
	}
	part := [2]string{source, b.Part}
	if b.Begin {
		m.passes[part]++
	}
	for i, f := range b.Items {
		key := [2]string{source, f.Item.ID}
		h := m.items[key]
		switch {
		case h == nil:
			kept.New++
			h = &held{seen: map[string]int{}}
			m.items[key] = h
		case h.content == contents[i] && h.Hash == f.Hash && h.GoneAt.IsZero():
			kept.Same++
		default:
			kept.Changed++
		}
		if h.content != contents[i] || h.Hash != f.Hash || !h.GoneAt.IsZero() {
			h.Record = evidence.Record{Item: f.Item, Hash: f.Hash, Query: b.Query, FetchedAt: b.FetchedAt}
			h.content = contents[i]
		}
		h.seen[b.Part] = m.passes[part]
	}
	if b.End {
		kept.Gone = m.sweep(source, b)
	}
	m.cursors[part] = b.Cursor
	return kept, nil
}

// sweep marks what the part's pass did not give. An item that another part
// gives as well is still there.
func (m *Memory) sweep(source string, b evidence.Batch) (gone int) {
	pass := m.passes[[2]string{source, b.Part}]
	for key, h := range m.items {
		last, ok := h.seen[b.Part]
		if key[0] != source || !ok || last >= pass || !h.Item.In(b.Period) && !h.Item.Flows(b.Period) {
			continue
		}
		delete(h.seen, b.Part)
		if len(h.seen) == 0 && h.GoneAt.IsZero() {
			h.GoneAt = m.now()
			gone++
		}
	}
	return gone
}

// Cover stores what a source was asked.
func (m *Memory) Cover(ctx context.Context, c evidence.Coverage) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	if err := ctx.Err(); err != nil {
		return err
	}
	m.coverage = append(m.coverage, c)
	return nil
}

// Found counts the items in the period that the part gives now, none that only
// flow in it; with "" those that any part of the source gives.
func (m *Memory) Found(ctx context.Context, source, part string, p evidence.Period) (int, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	n := 0
	for key, h := range m.items {
		_, shown := h.seen[part]
		if (shown || part == "" && len(h.seen) > 0) && key[0] == source && h.GoneAt.IsZero() && h.Item.In(p) {
			n++
		}
	}
	return n, ctx.Err()
}

// Items returns what is kept, what is gone as well, in order of source and id.
func (m *Memory) Items() []evidence.Record {
	m.mu.Lock()
	defer m.mu.Unlock()
	var list []evidence.Record
	for _, h := range m.items {
		list = append(list, h.Record)
	}
	slices.SortFunc(list, func(a, b evidence.Record) int {
		if c := strings.Compare(a.Item.Source, b.Item.Source); c != 0 {
			return c
		}
		return strings.Compare(a.Item.ID, b.Item.ID)
	})
	return list
}

// Coverage returns what was covered, in order of time.
func (m *Memory) Coverage() []evidence.Coverage {
	m.mu.Lock()
	defer m.mu.Unlock()
	return slices.Clone(m.coverage)
}
