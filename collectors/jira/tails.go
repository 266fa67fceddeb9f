package jira

import (
	"context"
	"fmt"
	"net/url"
	"strconv"
	"strings"

	"github.com/dossier-report/dossier/collectors/internal/web"
	"github.com/dossier-report/dossier/evidence"
)

// The most of them that a page may hold.
const (
	maxComments = 1000
	maxWorklogs = 5000
	maxHistory  = 100
)

// maxBroken is how many failures of the server itself are taken for those of
// single tickets; with more of them the server is what is broken.
const maxBroken = 10

// tolerates reports whether an error may be one ticket's own, so that the others
// can be asked for: too large an answer, or a refusal.
func (r *run) tolerates(err error) bool {
	if web.Status(err) >= 500 {
		r.broken++
	}
	return r.broken <= maxBroken && (tooLarge(err) || refused(err))
}

// make makes evidence of a ticket that is complete.
func (r *run) make(ctx context.Context, t *ticket) (evidence.Fetched, error) {
	if err := r.complete(ctx, t); err != nil {
		return evidence.Fetched{}, err
	}
	if err := r.learnStatuses(ctx, r.maker.statusesOf(t)...); err != nil {
		return evidence.Fetched{}, err
	}
	if err := r.learnSprints(ctx, t); err != nil {
		return evidence.Fetched{}, err
	}
	t.boards = r.boardsWith(t.id)
	if t.historyLost {
		t.sight = r.cur.sight(t)
	} else {
		delete(r.cur.Sights, t.id)
	}
	if r.ofBoard() {
		// Links of what others did are not worth a request each.
		if f := r.maker.item(t); len(f.Item.Acts) == 0 {
			return f, nil
		}
	}
	if t.hasRemoteLinks() {
		if err := r.remoteLinks(ctx, t, issuePath(t)); err != nil {
			return evidence.Fetched{}, err
		}
	}
	return r.maker.item(t), nil
}

func issuePath(t *ticket) string { return "rest/api/2/issue/" + url.PathEscape(t.id) }

// complete asks for what an answer held only a part of: the tails of comments,
// worklogs and history.
func (r *run) complete(ctx context.Context, t *ticket) error {
	issue := issuePath(t)
	if t.commentsCut {
		if _, err := r.tail(ctx, t, "comments", issue+"/comment", "comments", maxComments, t.addComments); err != nil {
			return err
		}
	}
	if t.worklogsCut {
		if _, err := r.tail(ctx, t, "worklogs", issue+"/worklog", "worklogs", maxWorklogs, t.addWorklogs); err != nil {
			return err
		}
	}
	if t.changesCut {
		whole, err := r.history(ctx, t, issue)
		t.historyLost = !whole
		return err
	}
	return nil
}

// tail reads a list from its beginning: which part of it came inline is not
// said, and what came twice is not added twice. It reports whether all of it
// was given.
func (r *run) tail(ctx context.Context, t *ticket, what, path, member string, most int, add func(value)) (whole bool, err error) {
	for start := 0; ; {
		page, err := r.get(ctx, web.Object, path, url.Values{"startAt": {strconv.Itoa(start)}, "maxResults": {strconv.Itoa(most)}})
		if r.tolerates(err) {
			r.gap(t.key+": "+what, firstLine(err.Error()))
			return false, nil
		}
		if err != nil {
			return false, err
		}
		list := page.at(member)
		add(list)
		t.raw = append(t.raw, list.v)
		n, total := len(list.list()), page.at("total").count()
		start += n
		last, _ := page.at("isLast").v.(bool)
		switch {
		case n == 0 && total > start:
			r.gap(t.key+": "+what, fmt.Sprintf("the site says that there are %d and gives %d", total, start))
			return false, nil
		case n == 0 || last || total >= 0 && start >= total:
			return true, nil
		}
	}
}

// history reads the changes of one ticket, and reports whether it has all of
// them. Data Center has no call for that, but gives a ticket by itself with the
// whole of it.
func (r *run) history(ctx context.Context, t *ticket, issue string) (whole bool, err error) {
	if r.cloud {
		return r.tail(ctx, t, "history", issue+"/changelog", "values", maxHistory, t.addChanges)
	}
	one, err := r.get(ctx, web.Object, issue, url.Values{"fields": {"updated"}, "expand": {"changelog"}})
	if r.tolerates(err) {
		r.gap(t.key+": history", firstLine(err.Error()))
		return false, nil
	}
	if err != nil {
		return false, err
	}
	if !one.at("changelog").has("histories") {
		r.gap(t.key+": history", "the site does not give it")
		return false, nil
	}
	list := one.at("changelog").at("histories")
	t.addChanges(list)
	t.raw = append(t.raw, list.v)
	if total := one.at("changelog").at("total").count(); total > len(t.changes) {
		r.gap(t.key+": history", fmt.Sprintf("the site says that there are %d changes and gives %d", total, len(t.changes)))
		return false, nil
	}
	return true, nil
}

// hasRemoteLinks reports whether the history speaks of links that lead out of
// Jira; to ask every ticket would cost a request each.
func (t *ticket) hasRemoteLinks() bool {
	for _, c := range t.changes {
		for _, i := range c.items {
			if name := strings.ToLower(i.field); name == "remoteissuelink" || name == "remoteworkitemlink" {
				return true
			}
		}
	}
	return false
}

func (r *run) remoteLinks(ctx context.Context, t *ticket, issue string) error {
	list, err := r.get(ctx, web.List, issue+"/remotelink", nil)
	if r.tolerates(err) {
		r.gap(t.key+": remote links", firstLine(err.Error()))
		return nil
	}
	if err != nil {
		return err
	}
	for _, l := range list.list() {
		l.odd = t.odd
		if to := l.at("object").at("url").text(); isAddress(to) {
			t.links = append(t.links, to)
		}
	}
	t.raw = append(t.raw, list.v)
	return nil
}
