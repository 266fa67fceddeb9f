package github

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strings"

	"github.com/dossier-report/dossier/collectors"
	"github.com/dossier-report/dossier/collectors/internal/web"
)

// Check tells, for "dossier doctor", which credentials are used and what they
// allow. It names no token and asks for a few small things.
func (c *collector) Check(ctx context.Context) []collectors.Finding {
	const token = "token"
	cred, err := c.signIn(ctx)
	if err != nil {
		return []collectors.Finding{broken(token, err)}
	}
	a := c.connect(cred)
	_, resp, err := a.rest(ctx, web.Object, limitsCall, nil)
	if err != nil {
		return []collectors.Finding{broken(token, err)}
	}
	list := []collectors.Finding{{What: token, Health: collectors.Healthy, Detail: "from " + cred.from + ", accepted by " + c.web}}
	list = append(list, c.people(ctx, a)...)
	list = append(list, c.scopes(cred, resp.Header))
	if more := beyond(resp.Header); len(more) > 0 {
		list = append(list, collectors.Finding{What: "rights", Health: collectors.Doubt, Detail: "the token may do more than reading needs: " + strings.Join(more, ", "),
			Fix: "use a token without these scopes"})
	}
	if c.inAction(cred) {
		list = append(list, collectors.Finding{What: "token of a GitHub Action", Health: collectors.Doubt, Detail: actionLimits,
			Fix: "store a personal token as a secret and set it as GH_TOKEN, and set person.github"})
	}
	return list
}

// broken makes a finding of an error: its first line is the detail, the second
// what to do.
func broken(what string, err error) collectors.Finding {
	detail, fix, _ := strings.Cut(err.Error(), "\n")
	var sign *collectors.SignInError
	if errors.As(err, &sign) {
		detail, fix = sign.Why, sign.Hint
	}
	return collectors.Finding{What: what, Health: collectors.Broken, Detail: detail, Fix: fix}
}

// people finds out whose evidence is going to be collected, by each login.
func (c *collector) people(ctx context.Context, a *api) (list []collectors.Finding) {
	r := &run{c: c, cfg: c.cfg, api: a}
	if err := r.who(ctx); err != nil {
		return []collectors.Finding{broken("login", err)}
	}
	r.make.self = r.logins
	for _, r.login = range r.logins {
		list = append(list, r.person(ctx))
	}
	return list
}

// person finds out whether a login is somebody's, and who asks.
func (r *run) person(ctx context.Context) collectors.Finding {
	c, a := r.c, r.api
	var got struct {
		Viewer, User *actor
	}
	_, err := a.query(ctx, personQuery, map[string]any{"login": r.login}, &got)
	switch {
	case errors.Is(err, errNoGraphQL):
		return collectors.Finding{What: "login", Health: collectors.Doubt, Detail: r.login + "; the server takes no GraphQL from this token: boards, discussions and commits will be missing",
			Fix: "use a token that may use GraphQL"}
	case err != nil && got.User == nil && !strings.Contains(err.Error(), "NOT_FOUND"):
		return broken("login", err)
	case got.User == nil || got.User.Login == "":
		return collectors.Finding{What: "login", Health: collectors.Broken, Detail: r.login + " is nobody on " + c.web, Fix: "set person.github in dossier.yaml"}
	case got.Viewer != nil && !strings.EqualFold(got.Viewer.Login, got.User.Login) && !r.make.me(got.Viewer):
		return collectors.Finding{What: "login", Health: collectors.Doubt, Detail: got.User.Login + ", with the token of " + got.Viewer.Login + ": what only the person may see will be missing",
			Fix: "use the person's own token"}
	}
	return collectors.Finding{What: "login", Health: collectors.Healthy, Detail: got.User.Login}
}

// needed are the scopes of a classic token, with what is missing without them
// (docs.github.com/apps/oauth-apps/building-oauth-apps/scopes-for-oauth-apps).
var needed = []struct {
	any     []string // one of these is enough
	ask     string
	without string
}{
	{[]string{"repo"}, "repo", "private repositories"},
	{[]string{"read:org", "write:org", "admin:org"}, "read:org", "what the organisations show to members only"},
	{[]string{"read:project", "project"}, "read:project", "project boards"},
}

// scopes compares what the token allows with what is needed. Fine-grained
// tokens and apps list no scopes; what they lack shows as gaps.
func (c *collector) scopes(cred credentials, h http.Header) collectors.Finding {
	if _, ok := h[http.CanonicalHeaderKey("X-OAuth-Scopes")]; !ok {
		return collectors.Finding{What: "scopes", Health: collectors.Healthy, Detail: "not listed for this kind of token; it needs to read contents, issues, pull requests, discussions and the organisation's projects"}
	}
	var missing, ask []string
	have := scopesOf(h)
	for _, n := range needed {
		if !slices.ContainsFunc(n.any, func(s string) bool { return slices.Contains(have, s) }) {
			missing, ask = append(missing, n.without), append(ask, n.ask)
		}
	}
	listed := strings.Join(have, ", ")
	if listed == "" {
		listed = "none"
	}
	if len(missing) == 0 {
		return collectors.Finding{What: "scopes", Health: collectors.Healthy, Detail: listed}
	}
	f := collectors.Finding{What: "scopes", Health: collectors.Doubt, Detail: fmt.Sprintf("%s; missing in the report: %s", listed, strings.Join(missing, ", ")),
		Fix: "add " + strings.Join(ask, ", ") + " to the token"}
	if strings.HasPrefix(cred.from, "gh ") {
		f.Fix = "gh auth refresh -s " + strings.Join(ask, ",")
		if !c.public() || c.web != "github.com" {
			f.Fix = "gh auth refresh --hostname " + c.web + " -s " + strings.Join(ask, ",")
		}
	}
	return f
}

// scopesOf lists the scopes of a classic token.
func scopesOf(h http.Header) (list []string) {
	for _, s := range strings.Split(h.Get("X-OAuth-Scopes"), ",") {
		if s = strings.TrimSpace(s); s != "" {
			list = append(list, s)
		}
	}
	return list
}

// beyond lists the scopes that administer, write or delete. A classic token
// reads private repositories by "repo" only, which writes as well: that one is
// not told.
func beyond(h http.Header) []string {
	return slices.DeleteFunc(scopesOf(h), func(s string) bool {
		return !strings.HasPrefix(s, "admin:") && !strings.HasPrefix(s, "write:") && !strings.HasPrefix(s, "delete") &&
			!strings.HasPrefix(s, "manage_") && s != "site_admin"
	})
}
