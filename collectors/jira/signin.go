package jira

import (
	"context"
	"errors"
	"fmt"
	"net/url"
	"regexp"
	"strings"
	"time"

	"github.com/dossier-report/dossier/collectors"
	"github.com/dossier-report/dossier/collectors/internal/web"
)

// door is a Jira that somebody is signed in to.
type door struct {
	*client
	site  site
	cloud bool
	how   string // basic, bearer, gateway or oauth
	name  string // the e-mail address signed in with, "" for a bearer
	me    value  // rest/api/2/myself
	// info is rest/api/2/serverInfo, where it was needed.
	info value
}

// gatewayHost is where tokens with scopes are taken, and no others:
// https://support.atlassian.com/atlassian-account/docs/manage-api-tokens-for-your-atlassian-account/
const gatewayHost = "api.atlassian.com"

// onCloud reports whether a host is Atlassian's own.
func onCloud(host string) bool {
	host, _, _ = strings.Cut(host, ":")
	return host == gatewayHost || strings.HasSuffix(host, ".atlassian.net") || strings.HasSuffix(host, ".jira.com")
}

// open signs in. A site is Cloud when its host is Atlassian's or it says so.
func (c *collector) open(ctx context.Context) (*door, error) {
	token, err := c.cfg.Token.Resolve(ctx, c.env)
	if err != nil {
		return nil, err
	}
	u := c.cfg.URL.URL()
	d := &door{site: newSite(u), cloud: onCloud(u.Host)}
	how, email := c.how(d.cloud)
	switch how {
	case oauth:
		return d, c.enterOAuth(ctx, d, u, token)
	case gateway:
		return d, c.enterGateway(ctx, d, u, email, token)
	}
	if how == basic && email == "" {
		return d, &collectors.SignInError{Why: "the e-mail address that belongs to the token is not known", Hint: "add email: to sources.jira, or person.emails"}
	}
	err = c.enter(ctx, d, u, how, email, signs(email, token))
	var sign *collectors.SignInError
	if c.automatic() && d.cloud && u.Host != gatewayHost && errors.As(err, &sign) && d.client != nil {
		// A token with scopes looks like any other and is refused at the site.
		if c.enterGateway(ctx, d, u, email, token) == nil {
			return d, nil
		}
	}
	return d, err
}

// signs signs in with a token: with the address that it belongs to, or alone.
func signs(email, token string) web.Auth {
	if email == "" {
		return web.Bearer(token)
	}
	return web.Basic(email, token)
}

func (c *collector) automatic() bool { return c.cfg.Auth == "" || c.cfg.Auth == auto }

// how returns the way to sign in, and the e-mail address for those that need
// one.
func (c *collector) how(cloud bool) (how, email string) {
	email = c.cfg.Email
	if !c.automatic() {
		how = c.cfg.Auth
	} else if cloud || email != "" {
		how = basic
	} else {
		how = bearer
	}
	if how == bearer || how == oauth {
		return how, ""
	}
	if email == "" {
		for _, list := range [][]string{c.env.Self.Logins["jira"], c.env.Self.Emails} {
			for _, s := range list {
				if email == "" && strings.Contains(s, "@") {
					email = s
				}
			}
		}
	}
	return how, email
}

// enter asks the API at base who is signed in.
func (c *collector) enter(ctx context.Context, d *door, base *url.URL, how, email string, auth web.Auth) error {
	cl, err := newClient(c.env, base, auth, c.hint(d.cloud, how, email))
	if err != nil {
		return err
	}
	d.client, d.how, d.name = cl, how, email
	if d.me, err = cl.get(ctx, web.Object, "rest/api/2/myself", nil); err != nil {
		if web.Status(err) == 403 {
			return &collectors.SignInError{Why: firstLine(err.Error()), Hint: "the account may have to answer a CAPTCHA: sign in once in the browser; " + cl.hint}
		}
		return err
	}
	if d.cloud && base.Host != gatewayHost || how == gateway || how == oauth {
		return nil
	}
	if d.info, err = cl.get(ctx, web.Object, "rest/api/2/serverInfo", nil); err != nil {
		if !refused(err) {
			return err
		}
		return nil // the search tells the two apart as well
	}
	d.cloud = d.cloud || strings.EqualFold(d.info.at("deploymentType").text(), "Cloud")
	if base.Host == gatewayHost {
		// The gateway's own address leads nobody to a ticket.
		site, err := collectors.ParseAddress(d.info.at("baseUrl").text())
		if err != nil {
			return fmt.Errorf("the gateway does not tell the site's address: %w\nset url to https://SITE.atlassian.net and auth to gateway", err)
		}
		d.site = newSite(site.URL())
	}
	return nil
}

var cloudID = regexp.MustCompile(`^[0-9A-Za-z-]{8,64}$`)

// enterGateway finds the site's number, which needs no sign-in, and enters by
// the gateway.
func (c *collector) enterGateway(ctx context.Context, d *door, u *url.URL, email, token string) error {
	cl, err := newClient(c.env, u, nil, "")
	if err != nil {
		return err
	}
	info, err := cl.get(ctx, web.Object, "_edge/tenant_info", nil)
	if err != nil {
		return fmt.Errorf("find the site's cloud id: %w", err)
	}
	id := info.at("cloudId").text()
	if !cloudID.MatchString(id) {
		return fmt.Errorf("find the site's cloud id: %s tells none\ncheck url", u.Host)
	}
	d.cloud = true
	return c.enter(ctx, d, gatewayURL(id), gateway, email, signs(email, token))
}

func gatewayURL(cloudID string) *url.URL {
	return &url.URL{Scheme: "https", Host: gatewayHost, Path: "/ex/jira/" + cloudID}
}

// hint says what to do when the credentials are refused.
func (c *collector) hint(cloud bool, how, email string) string {
	where := c.cfg.Token.Where()
	switch {
	case how == oauth:
		// The code in the address is good for some minutes and one use.
		return "give the app the callback address " + callback + " at https://developer.atlassian.com/console/myapps/, open " + c.allowURL() +
			" in a browser, allow access, store the whole address that it is sent to (" + callback + "?...code=...; that no page is there does not matter) as " + where + ", and run this again within 5 minutes"
	case how == gateway:
		return "make a token with the scopes " + scopes + " at " + tokenPage + " and store it as " + where
	case cloud:
		return "tokens of Jira Cloud run out after a year at the latest: make a new one for " + firstOf(email, "your account") + " at " + tokenPage + " and store it as " + where
	case how == basic:
		return "check email and the password or token in " + where
	}
	return "make a personal access token in your Jira profile and store it as " + where
}

const (
	tokenPage = "https://id.atlassian.com/manage-profile/security/api-tokens"
	// scopes are the least that a token needs; those of boards only for boards.
	scopes = "read:jira-work and read:jira-user"
)

// zone is that of the profile, in which the site reads the dates of queries;
// ok is false when it tells none that is known here.
func (d *door) zone() (zone *time.Location, ok bool) {
	name := d.me.at("timeZone").text()
	zone, err := time.LoadLocation(name)
	if name == "" || err != nil {
		return time.UTC, false
	}
	return zone, true
}

// self finds the person among the site's users: it is whoever is signed in,
// unless the configuration names somebody else.
func (c *collector) self(ctx context.Context, d *door) (user, string, error) {
	me := d.me.user()
	if me.zero() {
		return user{}, "", &collectors.SignInError{Why: "Jira does not say who is signed in", Hint: d.hint}
	}
	logins := c.env.Self.Logins["jira"]
	if len(logins) == 0 {
		return me, "", nil
	}
	for _, l := range logins {
		for _, mine := range append(me.refs(), me.email, d.name) {
			if mine != "" && strings.EqualFold(l, mine) {
				return me, logins[0], nil
			}
		}
	}
	// A hidden e-mail address: the token is that of an address of the person.
	for _, e := range c.env.Self.Emails {
		if d.name != "" && strings.EqualFold(e, d.name) {
			return me, logins[0], nil
		}
	}
	u, err := c.lookUp(ctx, d, logins)
	var unknown *unknownError
	if errors.As(err, &unknown) && me.email == "" && me.shown != "" && strings.EqualFold(me.shown, c.env.Self.Name) {
		// The site shows nobody's address, and whoever is signed in has the name.
		return me, logins[0], nil
	}
	return u, logins[0], err
}

// lookUp asks for the user that one of the logins names.
func (c *collector) lookUp(ctx context.Context, d *door, logins []string) (user, error) {
	for _, l := range logins {
		query := url.Values{"query": {l}}
		switch {
		case !d.cloud:
			query = url.Values{"username": {l}}
		case !strings.Contains(l, "@"):
			query = url.Values{"accountId": {l}}
		}
		list, err := d.get(ctx, web.List, "rest/api/2/user/search", query)
		if refused(err) {
			continue
		}
		if err != nil {
			return user{}, err
		}
		var found []user
		for _, x := range list.list() {
			u := x.user()
			for _, s := range append(u.refs(), u.email) {
				if strings.EqualFold(s, l) {
					return u, nil
				}
			}
			found = append(found, u)
		}
		// An address that only one user answers to is theirs, though it is hidden.
		if len(found) == 1 && found[0].email == "" && strings.Contains(l, "@") {
			return found[0], nil
		}
	}
	return user{}, &unknownError{strings.Join(logins, " or "), firstOf(d.me.at("displayName").text(), "somebody else")}
}

// unknownError says that the person is not among the users that a site shows.
type unknownError struct{ who, instead string }

func (e *unknownError) Error() string {
	return fmt.Sprintf("the site shows no user %s\nset person.jira to the account id (Cloud) or the user name (Data Center); the token is that of %s", e.who, e.instead)
}
