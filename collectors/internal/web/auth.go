package web

import (
	"context"
	"encoding/base64"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"strings"

	"golang.org/x/oauth2"
)

// Origin is a scheme, host and port: https://api.github.com:443. Credentials
// are given for an origin, and nothing less exact.
type Origin string

// OriginOf returns the origin of an address, with the scheme's own port where
// the address names none.
func OriginOf(u *url.URL) Origin {
	scheme, port := strings.ToLower(u.Scheme), u.Port()
	if port == "" {
		port = map[string]string{"https": "443", "http": "80"}[scheme]
	}
	name := strings.ToLower(u.Hostname())
	if strings.Contains(name, ":") {
		name = "[" + name + "]"
	}
	return Origin(scheme + "://" + name + ":" + port)
}

// String returns the origin without a port that goes without saying.
func (o Origin) String() string {
	s := string(o)
	switch {
	case strings.HasPrefix(s, "https://"):
		return strings.TrimSuffix(s, ":443")
	case strings.HasPrefix(s, "http://"):
		return strings.TrimSuffix(s, ":80")
	}
	return s
}

// normal makes a literal such as "https://api.github.com" an origin.
func (o Origin) normal() Origin {
	u, err := url.Parse(string(o))
	if err != nil {
		return o
	}
	return OriginOf(u)
}

// Auth returns the header fields that sign a request in. It is called for each
// try, so that a token may be renewed in between.
type Auth func(ctx context.Context) (http.Header, error)

// Bearer signs in with "Authorization: Bearer TOKEN".
func Bearer(token string) Auth { return Field("Authorization", "Bearer "+token) }

// Token signs in with "Authorization: token TOKEN".
func Token(token string) Auth { return Field("Authorization", "token "+token) }

// Basic signs in with a name and a password, as Jira Cloud takes an email and
// an API token.
func Basic(name, password string) Auth {
	return Field("Authorization", "Basic "+base64.StdEncoding.EncodeToString([]byte(name+":"+password)))
}

// Field signs in with a header field of any name, such as Cookie or
// Private-Token.
func Field(name, value string) Auth {
	return func(context.Context) (http.Header, error) {
		return http.Header{http.CanonicalHeaderKey(name): {value}}, nil
	}
}

// Source signs in with the tokens of s, and asks s for the next when one has
// run out: once, however many requests are waiting for it. A request whose
// context ends does not wait for s any longer.
func Source(s oauth2.TokenSource) Auth {
	s = oauth2.ReuseTokenSource(nil, s)
	type answer struct {
		token *oauth2.Token
		err   error
	}
	alone := make(chan struct{}, 1)
	return func(ctx context.Context) (http.Header, error) {
		select {
		case alone <- struct{}{}:
		case <-ctx.Done():
			return nil, ctx.Err()
		}
		// Token knows no context.
		got := make(chan answer, 1)
		go func() {
			defer func() { <-alone }()
			token, err := s.Token()
			got <- answer{token, err}
		}()
		select {
		case a := <-got:
			if a.err != nil {
				return nil, tokenError(a.err)
			}
			return http.Header{"Authorization": {a.token.Type() + " " + a.token.AccessToken}}, nil
		case <-ctx.Done():
			return nil, ctx.Err()
		}
	}
}

// tokenError leaves out the answer's body, which an oauth2 error repeats.
func tokenError(err error) error {
	var refused *oauth2.RetrieveError
	if !errors.As(err, &refused) {
		return err
	}
	why := refused.ErrorCode
	if refused.Response != nil {
		why = strings.TrimSpace(fmt.Sprintf("%d %s", refused.Response.StatusCode, why))
	}
	return fmt.Errorf("the token was not renewed: %s", why)
}

// sign takes away what the client set itself, and adds what the origin is due.
// It reports whether there was anything to add.
func (t *Transport) sign(req *http.Request, o Origin) (bool, error) {
	for name := range req.Header {
		if signsIn(name) {
			delete(req.Header, name)
		}
	}
	req.URL.User = nil
	auth := t.opt.Auth[o]
	if auth == nil {
		return false, nil
	}
	fields, err := auth(req.Context())
	if err != nil {
		if ctxErr := req.Context().Err(); ctxErr != nil {
			return false, ctxErr
		}
		return false, &AuthError{Host: req.URL.Host, Err: t.Error(err)}
	}
	for name, values := range fields {
		req.Header[http.CanonicalHeaderKey(name)] = values
		for _, v := range values {
			t.secrets.learn(v)
		}
	}
	return true, nil
}

// signsIn reports whether a header field of that name carries credentials.
func signsIn(name string) bool {
	name = strings.ToLower(name)
	if name == "x-atlassian-token" { // "no-check": against forged requests, and no secret
		return false
	}
	for _, word := range []string{"authori", "auth-", "-auth", "token", "cookie", "secret", "password", "signature", "api-key", "apikey", "session", "-otp"} {
		if strings.Contains(name, word) {
			return true
		}
	}
	return false
}
