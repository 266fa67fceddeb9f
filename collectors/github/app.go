package github

import (
	"context"
	"crypto/rsa"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/golang-jwt/jwt/v4"
	"github.com/google/go-github/v60/github"
	"golang.org/x/oauth2"

	"github.com/dossier-report/dossier/collectors"
	"github.com/dossier-report/dossier/collectors/internal/web"
)

// maxKey is how large a private key's file may be, in bytes.
const maxKey = 64 << 10

// appCredentials signs in as the installation of a GitHub App: a token that the
// app's key signs buys one that is good for an hour, and is bought again when
// it has run out (docs.github.com/apps/creating-github-apps/authenticating-with-a-github-app).
func (c *collector) appCredentials() (credentials, error) {
	path := c.cfg.App.Key
	if rest, ok := strings.CutPrefix(path, "~/"); ok {
		path = filepath.Join(c.env.Home, rest)
	} else if !filepath.IsAbs(path) {
		path = filepath.Join(c.env.Dir, path)
	}
	key, err := readKey(path)
	if err != nil {
		return credentials{}, &collectors.SignInError{Why: "read the app's private key: " + err.Error(),
			Hint: "set sources.github.app.key to the .pem file that GitHub gave for the app"}
	}
	source := &installation{c: c, key: key}
	return credentials{auth: web.Source(oauth2.ReuseTokenSourceWithExpiry(nil, source, time.Minute)),
		from: fmt.Sprintf("app %d, installation %d", c.cfg.App.ID, c.cfg.App.Installation)}, nil
}

func readKey(path string) (*rsa.PrivateKey, error) {
	st, err := os.Stat(path)
	if err != nil {
		return nil, err
	}
	if !st.Mode().IsRegular() || st.Size() > maxKey {
		return nil, fmt.Errorf("%s is no private key", path)
	}
	b, err := os.ReadFile(path)
	if err != nil {
		return nil, err
	}
	key, err := jwt.ParseRSAPrivateKeyFromPEM(b)
	if err != nil {
		return nil, fmt.Errorf("%s is no private key in PEM form", path) // the cause may quote it
	}
	return key, nil
}

// installation buys tokens.
type installation struct {
	c   *collector
	key *rsa.PrivateKey
}

// Token implements [oauth2.TokenSource].
func (i *installation) Token() (*oauth2.Token, error) {
	now := i.c.env.Now()
	// A minute back, for clocks that differ; ten minutes is the most.
	signed, err := jwt.NewWithClaims(jwt.SigningMethodRS256, jwt.RegisteredClaims{
		Issuer: fmt.Sprint(i.c.cfg.App.ID), IssuedAt: jwt.NewNumericDate(now.Add(-time.Minute)), ExpiresAt: jwt.NewNumericDate(now.Add(8 * time.Minute)),
	}).SignedString(i.key)
	if err != nil {
		return nil, fmt.Errorf("sign in as the app: %w", err)
	}
	a := i.c.connect(credentials{auth: web.Bearer(signed), token: signed, from: fmt.Sprintf("app %d", i.c.cfg.App.ID)})
	ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
	defer cancel()
	b, _, err := a.rest(ctx, web.Object, tokenCall, nil, fmt.Sprint(i.c.cfg.App.Installation))
	if err != nil {
		return nil, err
	}
	var tok github.InstallationToken
	if err := json.Unmarshal(b, &tok); err != nil || tok.GetToken() == "" {
		return nil, fmt.Errorf("%s gave the app no token", i.c.web) // the cause may quote it
	}
	return &oauth2.Token{AccessToken: tok.GetToken(), TokenType: "Bearer", Expiry: tok.GetExpiresAt().Time}, nil
}
