package jira

import (
	"context"
	"errors"
	"fmt"
	"net/url"
	"strings"

	"github.com/dossier-report/dossier/collectors"
	"github.com/dossier-report/dossier/collectors/internal/web"
)

// Check tells how the sign-in works, who the person is there, in which zone
// the site reads dates, what the token may see, and what the boards are. It
// asks a handful of questions and changes nothing.
func (c *collector) Check(ctx context.Context) []collectors.Finding {
	d, err := c.open(ctx)
	if err != nil {
		return []collectors.Finding{broken("sign-in to "+c.cfg.URL.Host(), err)}
	}
	list := []collectors.Finding{c.checkSignIn(d)}
	self, _, err := c.self(ctx, d)
	if err != nil {
		list = append(list, broken("user", err))
	} else {
		f := collectors.Finding{What: "user", Health: collectors.Healthy, Detail: firstOf(self.shown, self.ref()) + " (" + self.ref() + ")"}
		if self.email == "" && d.cloud {
			f.Detail += ", e-mail address hidden"
		}
		list = append(list, f)
	}
	list = append(list, c.checkZone(d))
	list = append(list, c.checkRights(ctx, d)...)
	return append(list, c.checkBoards(ctx, d)...)
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
	f := collectors.Finding{What: "sign-in to " + d.site.name, Health: collectors.Healthy}
	kind := "Jira Data Center"
	if d.cloud {
		kind = "Jira Cloud"
	}
	token := c.cfg.Token.Where()
	switch {
	case d.how == oauth:
		f.Detail = fmt.Sprintf("%s by %s as the OAuth 2.0 app %s; it needs offline_access, %s, for boards read:board-scope:jira-software as well; its refresh token in %s runs out when it is not used for 90 days", kind, gatewayHost, c.cfg.ClientID, scopes, token)
	case d.how == gateway:
		f.Detail = fmt.Sprintf("%s by %s with the scoped API token in %s; it needs %s, for boards read:board-scope:jira-software and read:issue-details:jira as well; it runs out after a year at the latest", kind, gatewayHost, token, scopes)
		if c.automatic() {
			f.Health, f.Fix = collectors.Doubt, "write auth: gateway, which saves two requests in every run"
		}
	case d.how == basic && d.cloud:
		f.Detail = fmt.Sprintf("%s as %s with the API token in %s; it may do all that the account may, and runs out after a year at the latest: a token with the scopes %s is enough", kind, d.name, token, scopes)
	case d.how == basic:
		f.Health = collectors.Doubt
		f.Detail = fmt.Sprintf("%s as %s with the password in %s", kind, d.name, token)
		f.Fix = "make a personal access token in your Jira profile and write auth: bearer"
	default:
		f.Detail = fmt.Sprintf("%s with the personal access token in %s; it may do all that the account may, reading is all that is used; your Jira profile shows when it runs out", kind, token)
	}
	return f
}

func (c *collector) checkZone(d *door) collectors.Finding {
	zone, ok := d.zone()
	f := collectors.Finding{What: "time zone", Health: collectors.Healthy, Detail: "the profile is in " + zone.String()}
	switch {
	case !ok:
		f.Health, f.Detail = collectors.Doubt, "the profile tells no time zone that is known here; more is asked for and kept to the period"
		f.Fix = "set a time zone in your Jira profile"
	case c.env.Zone != nil && zone.String() != c.env.Zone.String():
		f.Detail += "; the period is in " + c.env.Zone.String() + " and kept to exactly"
	}
	return f
}

// checkRights looks whether the token may see anything.
func (c *collector) checkRights(ctx context.Context, d *door) []collectors.Finding {
	const fix = "ask for the permission Browse Projects, or for a token with the scope read:jira-work"
	var list []collectors.Finding
	for _, key := range c.cfg.Projects {
		f := collectors.Finding{What: "project " + key, Health: collectors.Healthy}
		x, err := d.get(ctx, web.Object, "rest/api/2/project/"+url.PathEscape(key), nil)
		if err != nil {
			f = broken(f.What, err)
			f.Fix = firstOf(f.Fix, fix)
		} else {
			f.Detail = x.at("name").text()
		}
		list = append(list, f)
	}
	if len(list) > 0 {
		return list
	}
	f := collectors.Finding{What: "projects", Health: collectors.Healthy, Detail: "the token may see projects"}
	ok, err := d.mayBrowse(ctx)
	switch {
	case err != nil:
		f = broken(f.What, err)
	case !ok:
		f.Health, f.Detail, f.Fix = collectors.Broken, "the token may see no project", fix
	}
	return []collectors.Finding{f}
}

// mayBrowse reports whether there is a project that may be seen.
func (d *door) mayBrowse(ctx context.Context) (bool, error) {
	may, err := d.get(ctx, web.Object, "rest/api/2/mypermissions", url.Values{"permissions": {"BROWSE_PROJECTS"}})
	have, _ := may.at("permissions").at("BROWSE_PROJECTS").at("havePermission").v.(bool)
	return have, err
}

// maxBoards is how many boards are named to somebody who has chosen none.
const maxBoards = 10

func (c *collector) checkBoards(ctx context.Context, d *door) []collectors.Finding {
	var list []collectors.Finding
	for _, id := range c.cfg.Boards {
		b, err := d.board(ctx, id)
		if err != nil {
			list = append(list, broken(fmt.Sprintf("board %d", id), err))
			continue
		}
		f := collectors.Finding{What: fmt.Sprintf("board %d", id), Health: collectors.Healthy, Detail: b.String()}
		if len(b.columns) == 0 {
			f.Health, f.Fix = collectors.Doubt, "give the board columns in Jira"
		}
		list = append(list, f)
	}
	if len(list) > 0 {
		return list
	}
	all, err := d.get(ctx, web.Object, "rest/agile/1.0/board", url.Values{"maxResults": {fmt.Sprint(maxBoards)}})
	if err != nil {
		return nil // a Jira without boards
	}
	var names []string
	for _, b := range all.at("values").list() {
		names = append(names, fmt.Sprintf("%s %s (%s)", b.at("id").text(), b.at("name").text(), b.at("type").text()))
	}
	if len(names) == 0 {
		return nil
	}
	return []collectors.Finding{{What: "boards", Health: collectors.Healthy, Detail: strings.Join(names, "; "),
		Fix: "name the boards whose estimates and columns count with boards: [NUMBER]"}}
}
