package jira

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/url"

	gojira "github.com/andygrunwald/go-jira"

	"github.com/dossier-report/dossier/collectors"
	"github.com/dossier-report/dossier/collectors/internal/web"
)

// client asks a Jira. Its requests are made by go-jira and sent by web; answers
// come back raw, since go-jira's own types lose a page over one odd field.
type client struct {
	jira *gojira.Client
	web  *web.Transport
	hint string // what to do when the credentials are refused
}

// newClient makes a client for the API at base, which signs in there and
// nowhere else. No error shows the secrets, nor what auth signs in with.
func newClient(env collectors.Env, base *url.URL, auth web.Auth, hint string, secrets ...string) (*client, error) {
	opt := web.Options{Now: env.Now, StatusErrors: true, Secrets: secrets}
	if env.HTTP != nil {
		opt.Base = env.HTTP.Transport
	}
	if auth != nil {
		opt.Auth = map[web.Origin]web.Auth{web.OriginOf(base): auth}
	}
	t := web.New(opt)
	j, err := gojira.NewClient(t.Client(), base.String())
	if err != nil {
		return nil, fmt.Errorf("address %s: %w", base.Host, err)
	}
	return &client{jira: j, web: t, hint: hint}, nil
}

// get asks for a path below the address, with a query.
func (c *client) get(ctx context.Context, shape web.Shape, path string, query url.Values) (value, error) {
	if len(query) > 0 {
		path += "?" + query.Encode()
	}
	return c.ask(web.Expect(ctx, shape), http.MethodGet, path, nil)
}

// post sends a body that only asks.
func (c *client) post(ctx context.Context, path string, body any) (value, error) {
	return c.ask(web.Repeatable(web.Expect(ctx, web.Object)), http.MethodPost, path, body)
}

func (c *client) ask(ctx context.Context, method, path string, body any) (value, error) {
	req, err := c.jira.NewRequestWithContext(ctx, method, path, body)
	if err != nil {
		return value{}, fmt.Errorf("ask for %s: %w", path, err)
	}
	req.Header.Set("Accept", "application/json")
	var raw json.RawMessage
	if _, err := c.jira.Do(req, &raw); err != nil {
		return value{}, c.explain(ctx, err)
	}
	return parse(raw, nil)
}

// explain turns an error into one that says what to do.
func (c *client) explain(ctx context.Context, err error) error {
	if ctx.Err() != nil {
		return ctx.Err()
	}
	var page *web.LoginPageError
	var auth *web.AuthError
	switch clean := c.web.Error(err); {
	case errors.As(err, &page):
		return &collectors.SignInError{Why: firstLine(page.Error()) + ": nobody is signed in", Hint: "check url and the proxy; " + c.hint}
	case errors.As(err, &auth):
		return &collectors.SignInError{Why: firstLine(clean.Error()), Hint: c.hint}
	case web.Status(err) == http.StatusUnauthorized:
		return &collectors.SignInError{Why: firstLine(clean.Error()), Hint: c.hint}
	default:
		return clean
	}
}

// refused reports whether a site answered that what was asked for cannot be
// had, so that asking for something else may do.
func refused(err error) bool {
	code := web.Status(err)
	return code >= 400 && code < 600 && code != http.StatusUnauthorized && code != http.StatusTooManyRequests
}

// tooLarge reports whether an answer was larger than what is read.
func tooLarge(err error) bool {
	var e *web.TooLargeError
	return errors.As(err, &e)
}
