package confluence

import (
	"context"
	"errors"
	"net/http"
	"net/url"
	"strings"
	"sync"

	"github.com/dossier-report/dossier/collectors"
	"github.com/dossier-report/dossier/collectors/internal/atlassian"
	"github.com/dossier-report/dossier/collectors/internal/web"
)

// door is a Confluence that somebody is signed in to.
type door struct {
	api    *atlassian.Client
	opt    web.Options
	web    *url.URL // what addresses of pages begin with
	name   string   // host and path of the site, for ids: acme.atlassian.net
	cloud  bool
	how    string // basic, bearer or gateway
	user   string // the e-mail address or name signed in with, "" for a bearer
	hint   string // what to do when the credentials are refused
	me     atlassian.Value
	stages stages

	anonymous *atlassian.Client // asks as a visitor who is not signed in
}

// stages are what was learned of a site while it was asked.
type stages struct {
	mu sync.Mutex
	// versions is where versions are: they were experimental until they were not.
	versions string
	// closed says that the site lets no visitor in.
	closed bool
	// unarchived says that the site's search knows no archived pages. It is
	// learned before anything is asked side by side.
	unarchived bool
}

// open signs in. A site is Cloud when its host is Atlassian's, or when only
// /wiki answers.
func (c *collector) open(ctx context.Context) (*door, error) {
	token, err := c.cfg.Token.Resolve(ctx, c.env)
	if err != nil {
		return nil, err
	}
	site := c.cfg.URL.URL()
	site.Path = strings.TrimRight(site.Path, "/")
	cloud := atlassian.OnCloud(site.Host)
	if cloud {
		site.Path = strings.TrimSuffix(site.Path, "/wiki")
	}
	how, user := c.how(cloud)
	if how == basic && user == "" {
		return nil, &collectors.SignInError{Why: "the e-mail address that belongs to the token is not known", Hint: "add email: to sources.confluence, or person.emails"}
	}
	if how == gateway {
		return c.enterGateway(ctx, site, user, token)
	}
	d, err := c.enter(ctx, site, api(site, cloud), cloud, how, user, token)
	var sign *collectors.SignInError
	switch {
	case c.automatic() && cloud && site.Host != atlassian.Gateway && errors.As(err, &sign):
		// A token with scopes looks like any other and is refused at the site.
		if by, gateErr := c.enterGateway(ctx, site, user, token); gateErr == nil {
			return by, nil
		}
	case !cloud && web.Status(err) == http.StatusNotFound:
		// Cloud behind a name of its own.
		if by, cloudErr := c.enter(ctx, site, api(site, true), true, how, user, token); cloudErr == nil {
			return by, nil
		}
	}
	if err != nil {
		return nil, err
	}
	return d, nil
}

// api is the address below which a site answers.
func api(site *url.URL, cloud bool) *url.URL {
	u := *site
	if cloud && !strings.HasSuffix(u.Path, "/wiki") {
		u.Path += "/wiki"
	}
	return &u
}

func (c *collector) automatic() bool { return c.cfg.Auth == "" || c.cfg.Auth == auto }

// how returns the way to sign in, and the account for those that need one.
func (c *collector) how(cloud bool) (how, user string) {
	user = c.cfg.Email
	switch {
	case !c.automatic():
		how = c.cfg.Auth
	case cloud || user != "":
		how = basic
	default:
		how = bearer
	}
	if how == bearer {
		return how, ""
	}
	for _, list := range [][]string{c.env.Self.Logins["confluence"], c.env.Self.Logins["jira"], c.env.Self.Emails} {
		for _, s := range list {
			if user == "" && strings.Contains(s, "@") {
				user = s
			}
		}
	}
	return how, user
}

// enter asks the API who is signed in. What addresses of pages begin with is the
// site's, never the gateway's.
func (c *collector) enter(ctx context.Context, site, at *url.URL, cloud bool, how, user, token string) (*door, error) {
	opt := web.Options{Now: c.env.Now, Secrets: []string{token}}
	if c.env.HTTP != nil {
		opt.Base = c.env.HTTP.Transport
	}
	pages, visitor := api(site, cloud), opt
	visitor.MaxWait = -1 // what visitors see is not worth waiting for
	d := &door{opt: opt, web: pages, cloud: cloud, how: how, user: user, hint: c.hint(cloud, how, user),
		name:      strings.ToLower(site.Host) + site.Path,
		api:       atlassian.NewClient(opt, at, atlassian.Signs(user, token)),
		anonymous: atlassian.NewClient(visitor, pages, nil)}
	var err error
	if d.me, err = d.api.Get(ctx, web.Object, "rest/api/user/current", nil); err != nil {
		if web.Status(err) == http.StatusForbidden {
			return nil, &collectors.SignInError{Why: firstLine(err.Error()), Hint: "the account may lack the permission to use Confluence, or have to answer a CAPTCHA: sign in once in the browser; " + d.hint}
		}
		return nil, d.explain(ctx, err)
	}
	if d.me.At("type").Text() == "anonymous" || userOf(d.me).zero() {
		return nil, &collectors.SignInError{Why: site.Host + " does not take the token and treats it as a visitor's", Hint: d.hint}
	}
	return d, nil
}

// enterGateway finds the site's number and enters by the gateway. A site that is
// itself an address of the gateway cannot tell where its pages are.
func (c *collector) enterGateway(ctx context.Context, site *url.URL, user, token string) (*door, error) {
	if site.Host == atlassian.Gateway {
		return nil, errors.New("the gateway does not tell the site's address\nset url to https://SITE.atlassian.net and auth to gateway")
	}
	opt := web.Options{Now: c.env.Now, Secrets: []string{token}}
	if c.env.HTTP != nil {
		opt.Base = c.env.HTTP.Transport
	}
	id, err := atlassian.CloudID(ctx, opt, site)
	if err != nil {
		return nil, err
	}
	return c.enter(ctx, site, api(atlassian.GatewayURL("confluence", id), true), true, gateway, user, token)
}

// explain turns an error into one that says what to do.
func (d *door) explain(ctx context.Context, err error) error {
	if ctx.Err() != nil {
		return ctx.Err()
	}
	var page *web.LoginPageError
	var auth *web.AuthError
	switch {
	case errors.As(err, &page):
		return &collectors.SignInError{Why: firstLine(page.Error()) + ": nobody is signed in", Hint: "check url and the proxy; " + d.hint}
	case errors.As(err, &auth), web.Status(err) == http.StatusUnauthorized:
		return &collectors.SignInError{Why: firstLine(err.Error()), Hint: d.hint}
	}
	return err
}

// get asks the API, with errors that say what to do.
func (d *door) get(ctx context.Context, path string, query url.Values) (atlassian.Value, error) {
	v, err := d.api.Get(ctx, web.Object, path, query)
	if err != nil {
		return v, d.explain(ctx, err)
	}
	return v, nil
}

// scopes are the least that a token with scopes needs: searching, the versions
// and texts of pages, and who is signed in.
const scopes = "search:confluence, read:page:confluence and read:confluence-user"

// hint says what to do when the credentials are refused.
func (c *collector) hint(cloud bool, how, user string) string {
	where := c.cfg.Token.Where()
	switch {
	case how == gateway:
		return "make a token with the scopes " + scopes + " at " + atlassian.TokenPage + " and store it as " + where
	case cloud:
		if user == "" {
			user = "your account"
		}
		return "tokens of Confluence Cloud run out after a year at the latest: make a new one for " + user + " at " + atlassian.TokenPage + " and store it as " + where
	case how == basic:
		return "check email and the password or token in " + where
	}
	return "make a personal access token in your Confluence profile and store it as " + where
}

// firstLine returns the first line of a text.
func firstLine(s string) string {
	s, _, _ = strings.Cut(s, "\n")
	return s
}
