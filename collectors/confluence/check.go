package confluence

import (
	"context"
	"errors"
	"fmt"
	"net/url"
	"strings"

	"github.com/dossier-report/dossier/collectors"
	"github.com/dossier-report/dossier/collectors/internal/atlassian"
	"github.com/dossier-report/dossier/collectors/internal/web"
)

// Check tells how the sign-in works, who the person is there, whether the search
// finds anything, and what visitors see. It asks a handful of questions and
// changes nothing.
func (c *collector) Check(ctx context.Context) []collectors.Finding {
	d, err := c.open(ctx)
	if err != nil {
		return []collectors.Finding{broken("sign-in to "+c.cfg.URL.Host(), err)}
	}
	list := []collectors.Finding{c.checkSignIn(d)}
	self, _, err := c.self(ctx, d)
	if err != nil {
		return append(list, broken("user", err))
	}
	f := collectors.Finding{What: "user", Health: collectors.Healthy, Detail: firstOf(self.shown, self.ref()) + " (" + self.ref() + ")"}
	if self.email == "" && d.cloud {
		f.Detail += ", e-mail address hidden"
	}
	list = append(list, f, c.checkSearch(ctx, d, self))
	return append(list, c.checkPrivacy(ctx, d))
}

func broken(what string, err error) collectors.Finding {
	f := collectors.Finding{What: what, Health: collectors.Broken, Detail: firstLine(err.Error())}
	var sign *collectors.SignInError
	if errors.As(err, &sign) {
		f.Detail, f.Fix = sign.Why, sign.Hint
	} else if _, fix, ok := strings.Cut(err.Error(), "\n"); ok {
		f.Fix = firstLine(fix)
	}
	return f
}

// checkSignIn says which way it went, what that needs at least and when it ends.
func (c *collector) checkSignIn(d *door) collectors.Finding {
	f := collectors.Finding{What: "sign-in to " + d.name, Health: collectors.Healthy}
	token := c.cfg.Token.Where()
	switch {
	case d.how == gateway:
		f.Detail = fmt.Sprintf("Confluence Cloud by %s with the scoped API token in %s; it needs %s; it runs out after a year at the latest", atlassian.Gateway, token, scopes)
		if c.automatic() {
			f.Health, f.Fix = collectors.Doubt, "write auth: gateway, which saves a request in every run"
		}
	case d.how == basic && d.cloud:
		f.Detail = fmt.Sprintf("Confluence Cloud as %s with the API token in %s; it may do all that the account may, and runs out after a year at the latest: a token with the scopes %s is enough", d.user, token, scopes)
	case d.how == basic:
		f.Health = collectors.Doubt
		f.Detail = fmt.Sprintf("Confluence Data Center as %s with the password in %s", d.user, token)
		f.Fix = "make a personal access token in your Confluence profile and write auth: bearer"
	default:
		f.Detail = fmt.Sprintf("Confluence Data Center with the personal access token in %s; it may do all that the account may, reading is all that is used; your profile shows when it runs out", token)
	}
	return f
}

// checkSearch looks whether the token may search, and reads versions of what it
// finds, which needs a scope of its own.
func (c *collector) checkSearch(ctx context.Context, d *door, self user) collectors.Finding {
	f := collectors.Finding{What: "search", Health: collectors.Healthy}
	q := question{comments: c.cfg.comments(), spaces: plainKeys(c.cfg.Spaces)}
	if self.ref() != userOf(d.me).ref() {
		q.user = self.ref()
	}
	cql, _, _ := strings.Cut(q.cql(q.period.From, q.period.From), " ORDER BY")
	v, err := d.get(ctx, "rest/api/search", d.search(cql+" ORDER BY lastmodified DESC", "1", "version", "history", "container", "space"))
	if err != nil {
		f = broken(f.What, err)
		f.Fix = firstOf(f.Fix, "ask for the permission to use Confluence, or for a token with the scopes "+scopes)
		return f
	}
	found := v.At("results").List()
	if len(found) == 0 {
		f.Health, f.Detail, f.Fix = collectors.Doubt, "it finds nothing that the person wrote, edited or commented", "look whether person.confluence, spaces and the token's scopes are right"
		return f
	}
	f.Detail = fmt.Sprintf("finds %d pages and comments of the person", max(v.At("totalSize").Count(), 1))
	if h := hitOf(found[0]); numeric(h.page) && h.kind != "comment" {
		r := &run{collector: c, door: d}
		if err := r.versionsOf(ctx, &content{id: h.page, kind: h.kind, odd: &atlassian.Odd{}}); err != nil {
			f = broken("versions", err)
			f.Fix = firstOf(f.Fix, "make a token with the scopes "+scopes)
		}
	}
	return f
}

// checkPrivacy says whether visitors may read pages, which decides what is
// private.
func (c *collector) checkPrivacy(ctx context.Context, d *door) collectors.Finding {
	f := collectors.Finding{What: "privacy", Health: collectors.Healthy,
		Detail: "no page is open to visitors, so all are private; others are named, and what they wrote is not kept but for what a comment answers to"}
	v, err := d.anonymous.Get(web.Tries(ctx, 1), web.Object, "rest/api/search", url.Values{"cql": {"type = page"}, "limit": {"1"}, "excerpt": {"none"}})
	if err == nil && len(v.At("results").List()) > 0 {
		f.Detail = "pages that visitors may read are public, all others private"
	}
	return f
}
