package jira

import (
	"context"
	"errors"
	"fmt"
	"net/url"
	"strings"
	"sync"

	"github.com/zalando/go-keyring"
	"golang.org/x/oauth2"

	"github.com/dossier-report/dossier/collectors"
	"github.com/dossier-report/dossier/collectors/internal/web"
)

// The addresses of OAuth 2.0 (3LO):
// https://developer.atlassian.com/cloud/jira/platform/oauth-2-3lo-apps/
const (
	authorizeURL = "https://auth.atlassian.com/authorize"
	renewURL     = "https://auth.atlassian.com/oauth/token"
	// callback is where the browser is sent with a code, when the person has
	// allowed access. Nobody has to listen there: the code is in the address.
	callback = "http://localhost/dossier"
)

// allowURL is the address at which the person allows the app to read.
func (c *collector) allowURL() string {
	scope := "offline_access read:jira-work read:jira-user"
	if len(c.cfg.Boards) > 0 {
		scope += " read:board-scope:jira-software read:sprint:jira-software"
	}
	return authorizeURL + "?audience=" + gatewayHost + "&client_id=" + url.QueryEscape(c.cfg.ClientID) + "&scope=" + url.PathEscape(scope) +
		"&redirect_uri=" + url.QueryEscape(callback) + "&state=dossier&response_type=code&prompt=consent"
}

// sentBack reads the address to which a browser was sent back with a code: what
// the person keeps in the keyring when there is no refresh token yet.
func sentBack(token string) (code, redirect string, ok bool) {
	u, err := url.Parse(strings.TrimSpace(token))
	if err != nil || u.Scheme != "http" && u.Scheme != "https" || u.Query().Get("code") == "" {
		return "", "", false
	}
	code = u.Query().Get("code")
	u.RawQuery, u.Fragment = "", ""
	return code, u.String(), true
}

// enterOAuth signs in with a refresh token, which is good for one use: the next
// one takes its place in the keyring. The first one is had for the code in the
// address to which the browser was sent back.
func (c *collector) enterOAuth(ctx context.Context, d *door, u *url.URL, refresh string) error {
	secret, err := c.cfg.ClientSecret.Resolve(ctx, c.env)
	if err != nil {
		return err
	}
	hint := c.hint(true, oauth, "")
	code, redirect, first := sentBack(refresh)
	secrets := []string{refresh, secret}
	if first {
		secrets = append(secrets, code)
	}
	issuer, err := newClient(c.env, &url.URL{Scheme: "https", Host: "auth.atlassian.com"}, nil, hint, secrets...)
	if err != nil {
		return err
	}
	r := &rotation{
		ctx: context.WithValue(ctx, oauth2.HTTPClient, issuer.web.Client()),
		conf: oauth2.Config{ClientID: c.cfg.ClientID, ClientSecret: secret,
			Endpoint: oauth2.Endpoint{AuthURL: authorizeURL, TokenURL: renewURL, AuthStyle: oauth2.AuthStyleInParams}},
		refresh: refresh,
		code:    code,
		keep: func(next string) error {
			return keyring.Set(collectors.KeyringService, strings.TrimPrefix(c.cfg.Token.Where(), inKeyring), next)
		},
	}
	r.conf.RedirectURL = redirect
	auth := web.Source(r)
	cl, err := newClient(c.env, &url.URL{Scheme: "https", Host: gatewayHost}, auth, hint, secrets...)
	if err != nil {
		return err
	}
	// Which sites the app may ask: a token is not that of one site.
	sites, err := cl.get(ctx, web.List, "oauth/token/accessible-resources", nil)
	if err != nil {
		return fmt.Errorf("find the site's cloud id: %w", err)
	}
	for _, s := range sites.list() {
		at, err := collectors.ParseAddress(s.at("url").text())
		if id := s.at("id").text(); err == nil && at.Host() == strings.ToLower(u.Host) && cloudID.MatchString(id) {
			d.cloud = true
			return c.enter(ctx, d, gatewayURL(id), oauth, "", auth)
		}
	}
	return &collectors.SignInError{Why: "the app may not ask " + u.Host, Hint: hint}
}

const inKeyring = "keyring:"

// rotation gives access tokens. Each time a refresh token is spent, the next is
// kept before anything is done with the access token: without it the person
// would have to sign in anew.
type rotation struct {
	ctx  context.Context // with the client that asks for tokens
	conf oauth2.Config
	keep func(refresh string) error

	mu      sync.Mutex
	refresh string
	code    string // that the first refresh token is had for, "" when it is there
}

// Token spends the refresh token, or the code.
func (r *rotation) Token() (*oauth2.Token, error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	var t *oauth2.Token
	var err error
	if r.code != "" {
		t, err = r.conf.Exchange(r.ctx, r.code)
	} else {
		t, err = r.conf.TokenSource(r.ctx, &oauth2.Token{RefreshToken: r.refresh}).Token()
	}
	if err != nil {
		return nil, err
	}
	if r.code != "" && t.RefreshToken == "" {
		return nil, errors.New("the site gave no refresh token: the app was not allowed offline_access")
	}
	r.code = ""
	if t.RefreshToken != "" && t.RefreshToken != r.refresh {
		r.refresh = t.RefreshToken
		if err := r.keep(t.RefreshToken); err != nil {
			return nil, fmt.Errorf("keep the next refresh token in the keyring: %w", err)
		}
	}
	return t, nil
}
