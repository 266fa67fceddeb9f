package confluence

import (
	"net/url"
	"strings"
	"time"

	"github.com/dossier-report/dossier/evidence"
)

// question is what a site is asked, in its own language:
// https://developer.atlassian.com/cloud/confluence/advanced-searching-using-cql/
type question struct {
	user     string // what queries call the person, "" for whoever is signed in
	period   evidence.Period
	comments bool
	spaces   []string // keys, none when they are globs or all are wanted
}

// margin is what is asked for beyond an instant. CQL compares by the day, in the
// zone of the server or of the profile: its days begin up to 14 hours before
// those of UTC, and up to 12 after.
const margin = 48 * time.Hour

// cql finds everything that the person contributed to and that was modified
// since a time, the oldest first. There is no upper end on when it was modified:
// a page of the period that somebody changes later is still of the period. The
// order is by creation, which never changes while it is paged through.
func (q question) cql(since, created time.Time) string {
	who := "currentUser()"
	if q.user != "" {
		who = quoted(q.user)
	}
	cql := "contributor = " + who + " AND type in (page, blogpost"
	if q.comments {
		cql += ", comment"
	}
	cql += ")"
	if from := latest(since, q.period.From); !from.IsZero() {
		cql += " AND lastmodified >= " + day(from.Add(-margin))
	}
	if !created.IsZero() {
		cql += " AND created >= " + day(created.Add(-margin))
	}
	if !q.period.To.IsZero() {
		cql += " AND created < " + day(q.period.To.Add(margin))
	}
	if len(q.spaces) > 0 {
		var keys []string
		for _, s := range q.spaces {
			keys = append(keys, quoted(s))
		}
		cql += " AND space in (" + strings.Join(keys, ", ") + ")"
	}
	return cql + " ORDER BY created ASC"
}

func latest(a, b time.Time) time.Time {
	if b.After(a) {
		return b
	}
	return a
}

func day(t time.Time) string { return `"` + t.UTC().Format(time.DateOnly) + `"` }

// quoted writes a text as CQL reads it, so that nothing in it is a query.
func quoted(s string) string {
	return `"` + strings.NewReplacer(`\`, `\\`, `"`, `\"`, "\n", " ", "\r", " ").Replace(s) + `"`
}

// search is the query of a search. Pages that were archived and spaces that were
// are searched as well: what the person did there was done.
// A site that knows no archived pages is asked without; see [run.list].
func (d *door) search(cql, limit string, expand ...string) url.Values {
	q := url.Values{"cql": {cql}, "limit": {limit}, "includeArchivedSpaces": {"true"}, "excerpt": {"none"},
		"expand": {"content." + strings.Join(expand, ",content.")}}
	if !d.stages.unarchived {
		q.Set("cqlcontext", `{"contentStatuses":["current","archived"]}`)
	}
	return q
}

// plainKeys returns the keys when none of them is a glob, so that a site need
// not give what nobody wants.
func plainKeys(globs []string) []string {
	for _, g := range globs {
		if strings.ContainsAny(g, "*?[") {
			return nil
		}
	}
	return globs
}
