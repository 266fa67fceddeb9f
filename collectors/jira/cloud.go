package jira

import (
	"cmp"
	"context"
	"errors"
	"slices"
	"strings"
	"time"
)

// The most that Cloud gives at once:
// https://developer.atlassian.com/cloud/jira/platform/rest/v2/api-group-issue-search/
const (
	maxIDs       = 5000  // of search/jql, with few fields
	maxHistories = 1000  // tickets of changelog/bulkfetch
	maxChanges   = 10000 // changes of changelog/bulkfetch
	fewChanges   = 500   // where so many are too large an answer
)

// pagesOfCloud finds the ids first, then reads histories and contents in bulk.
func (r *run) pagesOfCloud(ctx context.Context, since time.Time) error {
	var all []found
	find := func(q question) error {
		list, err := r.findIDs(ctx, q, since)
		all = append(all, list...)
		return err
	}
	err := find(r.ask)
	if err != nil {
		err = r.alone(err, find)
	}
	// What was found before a search broke off is whole in itself.
	var fresh []found
	for _, f := range sorted(all) {
		if !r.cur.has(f.id, f.updated) {
			fresh = append(fresh, f)
		}
	}
	r.out.Expect(r.part, len(fresh))
	for len(fresh) > 0 && (err == nil || isLoop(err)) {
		n := min(len(fresh), maxHistories)
		if err := r.bulk(ctx, since, fresh[:n]); err != nil {
			return err
		}
		fresh = fresh[n:]
	}
	if isLoop(err) {
		r.gap("the search", err.Error())
		return nil
	}
	return err
}

// loopError says that a site led in a circle.
type loopError struct{ what string }

func (e *loopError) Error() string {
	return e.what + " came twice; what follows is missing"
}

func isLoop(err error) bool { _, ok := err.(*loopError); return ok }

// findIDs reads a search to its end. It goes on from the last update that it
// saw, and follows page tokens only within one minute: a ticket that changes
// meanwhile moves to the end, and another into a page that was read. A minute
// is therefore stepped through until two readings in a row are the same: a
// ticket that left during one is not in the next.
func (r *run) findIDs(ctx context.Context, q question, since time.Time) ([]found, error) {
	var list []found
	tokens := map[string]bool{}
	met := map[found]bool{}
	jql, token, old := q.jql(since), "", 0
	stepped, steps := false, 0
	var reading, before []found // of what jql finds: this one and the one before
	for {
		body := map[string]any{"jql": jql, "fields": []string{"updated"}, "maxResults": maxIDs}
		if token != "" {
			body["nextPageToken"] = token
		}
		page, err := r.post(ctx, "rest/api/2/search/jql", body)
		if err != nil {
			return list, err
		}
		if !page.has("issues") {
			return list, errors.New("search: the answer has no list of issues")
		}
		r.warned(page.at("warnings"))
		last := since
		old++
		for _, x := range page.at("issues").list() {
			f := found{id: x.at("id").text(), key: x.at("key").text(), updated: x.at("fields").at("updated").when()}
			if !isDigits(f.id) {
				r.gap("a ticket", "the search gave it no id: "+excerpt(written(x.v), 80))
				continue
			}
			if f.updated.After(last) {
				last = f.updated
			}
			reading = append(reading, f)
			if !met[f] {
				met[f], old = true, 0
				list = append(list, f)
			}
		}
		token = page.at("nextPageToken").text()
		next := q.after(last, jql)
		switch {
		case tokens[jql+token], old > stale:
			return list, &loopError{"a page of the search"}
		case token != "" && next == jql:
			tokens[jql+token], stepped = true, true
			steps++
		case stepped && !slices.Equal(reading, before):
			token, stepped = "", false
			old, steps = -steps-1, 0
			reading, before = nil, reading
			clear(tokens)
		case token == "":
			return list, nil
		default:
			jql, token, stepped, steps = next, "", false, 0
			reading, before = nil, nil
		}
	}
}

// bulk reads the histories of the tickets, then their contents page by page.
func (r *run) bulk(ctx context.Context, since time.Time, list []found) error {
	want := r.wanted(list)
	if err := r.place(ctx, idsOf(want)); err != nil {
		return err
	}
	histories, err := r.histories(ctx, want, maxChanges)
	if tooLarge(err) {
		histories, err = r.histories(ctx, want, fewChanges)
	}
	single := isLoop(err) || err != nil && r.tolerates(err)
	if err != nil && !single {
		return err
	}
	for len(list) > 0 {
		// A page ends where it is full of tickets that are wanted: those that
		// are passed over must not be ahead of one that is not yet kept.
		n := r.fill(list)
		for _, f := range list[:n] {
			if r.has(f.id, f.updated) {
				r.pass(f.id, f.updated)
			}
		}
		want := r.wanted(list[:n])
		if len(want) == 0 {
			list = list[n:]
			continue
		}
		tickets, err := r.contents(ctx, want)
		if err != nil {
			return err
		}
		byID := map[string]*ticket{}
		for _, t := range tickets {
			byID[t.id] = t
			t.addHistories(histories[t.id])
			// A history that did not come in bulk is asked for by itself.
			t.changesCut = single
		}
		for _, f := range want {
			t := byID[f.id]
			if t == nil {
				if !r.told[f.id] {
					r.gap(firstOf(f.key, f.id), "it was found but not given")
				}
				continue
			}
			// The search's word: what changed since then is found again.
			t.updated = f.updated
		}
		if err := r.give(ctx, since, tickets); err != nil {
			return err
		}
		list = list[n:]
	}
	return nil
}

// histories reads the changes of tickets, by their ids.
func (r *run) histories(ctx context.Context, list []found, most int) (map[string][]value, error) {
	out := map[string][]value{}
	if len(list) == 0 {
		return out, nil
	}
	tokens := map[string]bool{}
	body := map[string]any{"issueIdsOrKeys": idsOf(list), "maxResults": most}
	for {
		page, err := r.post(ctx, "rest/api/2/changelog/bulkfetch", body)
		if err != nil {
			return out, err
		}
		if !page.has("issueChangeLogs") {
			return out, errors.New("read histories: the answer has no list of changes")
		}
		for _, x := range page.at("issueChangeLogs").list() {
			id := x.at("issueId").text()
			out[id] = append(out[id], x.at("changeHistories"))
		}
		next := page.at("nextPageToken").text()
		switch {
		case next == "":
			return out, nil
		case tokens[next]:
			return out, &loopError{"a page of histories"}
		}
		tokens[next] = true
		body["nextPageToken"] = next
	}
}

func (t *ticket) addHistories(pages []value) {
	for _, h := range pages {
		t.addChanges(h)
		t.raw = append(t.raw, h.v)
	}
}

// contents reads tickets. When a site cannot give some it is asked for half of
// them, and so on, until only those that it cannot give are missing.
func (r *run) contents(ctx context.Context, list []found) ([]*ticket, error) {
	page, err := r.post(ctx, "rest/api/2/issue/bulkfetch", map[string]any{"issueIdsOrKeys": idsOf(list), "fields": []string{"*all"}})
	switch {
	case err == nil:
	case !r.tolerates(err):
		return nil, err
	case len(list) > 1:
		first, err := r.contents(ctx, list[:len(list)/2])
		if err != nil {
			return nil, err
		}
		rest, err := r.contents(ctx, list[len(list)/2:])
		return append(first, rest...), err
	default:
		r.gap(firstOf(list[0].key, list[0].id), firstLine(err.Error()))
		r.told[list[0].id] = true
		return nil, nil
	}
	if !page.has("issues") {
		return nil, errors.New("read tickets: the answer has no list of issues")
	}
	for _, e := range page.at("issueErrors").list() {
		id := e.at("id").text()
		r.gap("ticket "+id, firstOf(e.at("errorMessage").text(), "the site could not give it"))
		r.told[id] = true
	}
	return r.readAll(page.at("issues").list()), nil
}

// readAll reads tickets; one that cannot be read costs no other.
func (r *run) readAll(issues []value) []*ticket {
	var out []*ticket
	for _, x := range issues {
		t, err := readTicket(x.v)
		if err != nil {
			r.gap("a ticket", err.Error())
			continue
		}
		out = append(out, t)
	}
	return out
}

// sorted puts tickets in the order in which the cursor passes over them. One
// that changed while it was searched for counts as it was last.
func sorted(list []found) []found {
	last := map[string]time.Time{}
	for _, f := range list {
		if at, ok := last[f.id]; !ok || f.updated.After(at) {
			last[f.id] = f.updated
		}
	}
	list = slices.DeleteFunc(list, func(f found) bool { return !f.updated.Equal(last[f.id]) })
	slices.SortStableFunc(list, func(a, b found) int {
		return cmp.Or(a.updated.Compare(b.updated), strings.Compare(a.id, b.id))
	})
	return slices.CompactFunc(list, func(a, b found) bool { return a.id == b.id })
}

// found is a ticket that a search found.
type found struct {
	id, key string
	updated time.Time
}

func idsOf(list []found) []string {
	ids := make([]string, len(list))
	for i, f := range list {
		ids[i] = f.id
	}
	return ids
}
