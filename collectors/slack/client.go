package slack

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/dossier-report/dossier/collectors"
	"github.com/dossier-report/dossier/collectors/internal/web"
)

// defaultAPI is where the Web API of every workspace lies but those of GovSlack.
const defaultAPI = "https://slack.com/api"

// client asks the Web API. Its methods only read, so they are asked with GET.
type client struct {
	base string
	web  *web.Transport
	http *http.Client
	pace map[string]chan struct{}
}

// perMinute is how often a method may be asked: its tier, and a little less.
// https://docs.slack.dev/apis/web-api/rate-limits
var perMinute = map[string]int{"search.messages": 20, "conversations.replies": 50, "users.info": 100}

func (c *collector) connect(token string) *client {
	base := firstOf(c.cfg.API.String(), defaultAPI)
	origin := web.Origin("")
	if u, err := url.Parse(base); err == nil {
		origin = web.OriginOf(u)
	}
	opt := web.Options{
		Now: c.env.Now, StatusErrors: true, Secrets: []string{token}, Limited: limited,
		Auth: map[web.Origin]web.Auth{origin: web.Bearer(token)},
	}
	below := http.RoundTripper(nil)
	if c.env.HTTP != nil {
		below = c.env.HTTP.Transport
	}
	if below == nil {
		below = web.NewBase(nil)
	}
	opt.Base = upset{below}
	t := web.New(opt)
	cl := &client{base: base, web: t, http: t.Client(), pace: map[string]chan struct{}{}}
	for method, n := range perMinute {
		cl.pace[method] = make(chan struct{}, n)
	}
	return cl
}

// apiError is an answer that says no: "ok" is false in it, and its status 200.
type apiError struct {
	method   string
	code     string
	needed   string // scopes
	provided string
}

func (e *apiError) Error() string {
	text := e.method + ": " + e.code
	if e.needed != "" {
		text += ", it needs the scope " + e.needed
	}
	if m := meaning[e.code]; m != "" {
		text += "\n" + m
	}
	return text
}

// meaning is what to do about some errors, a line each.
var meaning = map[string]string{
	"missing_scope":            "add the scope to the app's user token scopes and install it again",
	"not_allowed_token_type":   "search needs a user token (xoxp-): a bot token (xoxb-) cannot search",
	"access_denied":            "ask an administrator of the workspace to allow the app",
	"team_access_not_granted":  "ask an administrator of the organisation to grant the app this workspace",
	"enterprise_is_restricted": "the method cannot be asked for a whole organisation; make a token of one workspace",
	"ekm_access_denied":        "ask an administrator: the organisation's keys are withheld",
}

// signInCodes are the errors after which nothing can be asked any more.
var signInCodes = set("not_authed invalid_auth token_revoked token_expired account_inactive org_login_required two_factor_setup_required no_permission")

// codeOf returns the code of an error of the Web API, "" for another error.
func codeOf(err error) string {
	var e *apiError
	if errors.As(err, &e) {
		return e.code
	}
	return ""
}

// tokenHint tells how to get a token.
const tokenHint = "make an app at https://api.slack.com/apps with the user token scopes search:read, channels:history and users:read, install it, and set the token (xoxp-...)"

// ask asks a method and reads the answer into what into points to. Scopes are
// those that the token has, where the answer tells.
func (c *client) ask(ctx context.Context, method string, query url.Values, into any) (scopes string, err error) {
	if err := c.wait(ctx, method); err != nil {
		return "", err
	}
	address := c.base + "/" + method
	if len(query) > 0 {
		address += "?" + query.Encode()
	}
	req, err := http.NewRequestWithContext(web.Expect(ctx, web.Object), http.MethodGet, address, nil)
	if err != nil {
		return "", fmt.Errorf("%s: %w", method, err)
	}
	req.Header.Set("Accept", "application/json")
	resp, err := c.http.Do(req)
	if err != nil {
		return "", c.explain(ctx, err)
	}
	defer resp.Body.Close()
	body, err := io.ReadAll(resp.Body)
	if err != nil {
		return "", c.explain(ctx, err)
	}
	var head struct {
		OK       truth `json:"ok"`
		Error    word  `json:"error"`
		Needed   word  `json:"needed"`
		Provided word  `json:"provided"`
	}
	if err := json.Unmarshal(body, &head); err != nil {
		return "", fmt.Errorf("%s: the answer is no object", method)
	}
	scopes = resp.Header.Get("X-OAuth-Scopes")
	switch {
	case bool(head.OK):
	case signInCodes[string(head.Error)]:
		return scopes, &collectors.SignInError{Why: "Slack refuses the token: " + string(head.Error), Hint: tokenHint}
	default:
		return scopes, &apiError{method, firstOf(shown(string(head.Error)), "no reason is given"), shown(string(head.Needed)), shown(string(head.Provided))}
	}
	if err := json.Unmarshal(body, into); err != nil {
		return scopes, fmt.Errorf("%s: the answer is not as it should be: %w", method, err)
	}
	return scopes, nil
}

// wait lets a method be asked as often a minute as its tier allows.
func (c *client) wait(ctx context.Context, method string) error {
	turn := c.pace[method]
	if turn == nil {
		return ctx.Err()
	}
	select {
	case turn <- struct{}{}:
		time.AfterFunc(time.Minute, func() { <-turn })
		return ctx.Err()
	case <-ctx.Done():
		return ctx.Err()
	}
}

// explain turns an error into one that says what to do.
func (c *client) explain(ctx context.Context, err error) error {
	if ctx.Err() != nil {
		return ctx.Err()
	}
	clean := c.web.Error(err)
	var page *web.LoginPageError
	switch {
	case errors.As(err, &page), web.Status(err) == http.StatusUnauthorized:
		return &collectors.SignInError{Why: firstLine(clean.Error()), Hint: "check the proxy and sources.slack.api; " + tokenHint}
	}
	return clean
}

// limited recognises the limit that an answer with status 200 tells.
func limited(_ *http.Response, body []byte) bool {
	if len(body) > small || !bytes.Contains(body, []byte("limited")) {
		return false
	}
	var e struct {
		OK    truth `json:"ok"`
		Error word  `json:"error"`
	}
	return json.Unmarshal(body, &e) == nil && !bool(e.OK) && (e.Error == "ratelimited" || e.Error == "rate_limited")
}

// small is the size below which an answer may be nothing but an error.
const small = 4096

// upset gives answers that tell of a passing trouble the status that says so:
// Slack sends them with 200.
type upset struct{ next http.RoundTripper }

var passing = set("internal_error fatal_error service_unavailable request_timeout team_added_to_org")

func (u upset) RoundTrip(req *http.Request) (*http.Response, error) {
	resp, err := u.next.RoundTrip(req)
	if err != nil || resp.StatusCode != http.StatusOK || resp.Body == nil {
		return resp, err
	}
	head := make([]byte, small)
	n, err := io.ReadFull(resp.Body, head)
	rest := resp.Body
	if err == io.ErrUnexpectedEOF || err == io.EOF {
		var e struct {
			OK    truth `json:"ok"`
			Error word  `json:"error"`
		}
		if json.Unmarshal(head[:n], &e) == nil && !bool(e.OK) && passing[string(e.Error)] {
			resp.StatusCode, resp.Status = http.StatusServiceUnavailable, "503 "+string(e.Error)
		}
		err = nil
	}
	resp.Body = &spliced{io.MultiReader(bytes.NewReader(head[:n]), &failing{rest, err}), rest}
	return resp, nil
}

// failing reads on, unless reading has failed before.
type failing struct {
	io.Reader
	err error
}

func (f *failing) Read(p []byte) (int, error) {
	if f.err != nil {
		return 0, f.err
	}
	return f.Reader.Read(p)
}

type spliced struct {
	io.Reader
	io.Closer
}

// tokenKind tells a token by its beginning:
// https://docs.slack.dev/authentication/tokens
func tokenKind(token string) string {
	for _, k := range []struct{ prefix, kind string }{
		{"xoxp-", "user"}, {"xoxe.xoxp-", "user, rotated"}, {"xoxb-", "bot"}, {"xoxe.xoxb-", "bot, rotated"}, {"xoxe-", "refresh"},
		{"xapp-", "app-level"}, {"xoxc-", "browser session"}, {"xoxs-", "browser session"}, {"xoxd-", "browser cookie"}, {"xoxa-", "workspace"},
	} {
		if strings.HasPrefix(token, k.prefix) {
			return k.kind
		}
	}
	return "unknown"
}
