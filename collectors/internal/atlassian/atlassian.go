// Package atlassian is what the REST APIs of Atlassian's products have in
// common: where they are asked, how an account signs in, and answers that are
// read with tolerance ([Value]).
//
// There are three doors. A site of Atlassian's cloud takes an e-mail address with
// an API token; the gateway takes API tokens with scopes, which a site refuses;
// a Data Center takes a personal access token. See
// https://support.atlassian.com/atlassian-account/docs/manage-api-tokens-for-your-atlassian-account/
package atlassian

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"regexp"
	"strings"

	"github.com/dossier-report/dossier/collectors/internal/web"
)

// Gateway is the host where tokens with scopes are taken.
const Gateway = "api.atlassian.com"

// TokenPage is where an account makes its API tokens.
const TokenPage = "https://id.atlassian.com/manage-profile/security/api-tokens"

// OnCloud reports whether a host is Atlassian's own.
func OnCloud(host string) bool {
	host, _, _ = strings.Cut(strings.ToLower(host), ":")
	return host == Gateway || strings.HasSuffix(host, ".atlassian.net") || strings.HasSuffix(host, ".jira.com")
}

// GatewayURL is where the gateway answers for a site's product, such as "jira"
// or "confluence".
func GatewayURL(product, cloudID string) *url.URL {
	return &url.URL{Scheme: "https", Host: Gateway, Path: "/ex/" + product + "/" + cloudID}
}

// Signs signs in with a token: with the e-mail address that it belongs to, or
// alone when that is empty.
func Signs(email, token string) web.Auth {
	if email == "" {
		return web.Bearer(token)
	}
	return web.Basic(email, token)
}

// Client asks one REST API. It may be used by several goroutines.
type Client struct {
	web  *web.Transport
	http *http.Client
	base *url.URL
}

// NewClient makes a client for the API at base, which signs in there and nowhere
// else; auth may be nil. Options' StatusErrors and Auth are set by it.
func NewClient(opt web.Options, base *url.URL, auth web.Auth) *Client {
	opt.StatusErrors = true
	opt.Auth = nil
	if auth != nil {
		opt.Auth = map[web.Origin]web.Auth{web.OriginOf(base): auth}
	}
	t := web.New(opt)
	return &Client{web: t, http: t.Client(), base: base}
}

// Base is the API's address.
func (c *Client) Base() *url.URL { u := *c.base; return &u }

// Get asks for a path below the API's address. Its errors are those of package
// web and a context's, without secrets.
func (c *Client) Get(ctx context.Context, shape web.Shape, path string, query url.Values) (Value, error) {
	u := *c.base
	u.Path = strings.TrimRight(u.Path, "/") + "/" + strings.TrimLeft(path, "/")
	u.RawQuery = query.Encode()
	req, err := http.NewRequestWithContext(web.Expect(ctx, shape), http.MethodGet, u.String(), nil)
	if err != nil {
		return Value{}, fmt.Errorf("ask for %s: %w", path, err)
	}
	req.Header.Set("Accept", "application/json")
	resp, err := c.http.Do(req)
	if err != nil {
		if ctx.Err() != nil {
			return Value{}, ctx.Err()
		}
		return Value{}, c.web.Error(err)
	}
	defer resp.Body.Close()
	raw, err := io.ReadAll(resp.Body)
	if err != nil {
		return Value{}, c.web.Error(err)
	}
	return Parse(raw)
}

// Count returns what was asked so far.
func (c *Client) Count() web.Count { return c.web.Count() }

// Refused reports whether an API answered that what was asked for cannot be
// had, so that asking for something else may do.
func Refused(err error) bool {
	code := web.Status(err)
	return code >= 400 && code < 600 && code != http.StatusUnauthorized && code != http.StatusTooManyRequests
}

// TooLarge reports whether an answer was larger than what is read.
func TooLarge(err error) bool {
	var e *web.TooLargeError
	return errors.As(err, &e)
}

var cloudID = regexp.MustCompile(`^[0-9A-Za-z-]{8,64}$`)

// CloudID asks a site for its number, which needs no sign-in.
func CloudID(ctx context.Context, opt web.Options, site *url.URL) (string, error) {
	info, err := NewClient(opt, site, nil).Get(ctx, web.Object, "_edge/tenant_info", nil)
	if err != nil {
		return "", fmt.Errorf("find the site's cloud id: %w", err)
	}
	id := info.At("cloudId").Text()
	if !cloudID.MatchString(id) {
		return "", fmt.Errorf("find the site's cloud id: %s tells none\ncheck url", site.Host)
	}
	return id, nil
}

// Parse reads an answer of JSON.
func Parse(raw []byte) (Value, error) {
	d := json.NewDecoder(bytes.NewReader(raw))
	d.UseNumber()
	var v any
	if err := d.Decode(&v); err != nil {
		return Value{}, fmt.Errorf("read the answer: %w", err)
	}
	return Value{v: v}, nil
}
