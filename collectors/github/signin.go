package github

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os/exec"
	"path/filepath"
	"strings"
	"time"

	"github.com/dossier-report/dossier/collectors"
	"github.com/dossier-report/dossier/collectors/internal/web"
)

// credentials are how the collector signs in.
type credentials struct {
	auth  web.Auth
	token string // for redaction only; empty for an app
	from  string // in words: "GH_TOKEN", "gh auth token", "app 12"
}

// ghWait is how long gh may take: it may ask a keyring.
const ghWait = 5 * time.Second

// signIn finds the credentials in the order that gh has: what the configuration
// names, else the variables for the host, else what gh itself keeps.
func (c *collector) signIn(ctx context.Context) (credentials, error) {
	if c.cfg.App != (App{}) {
		return c.appCredentials()
	}
	if !c.cfg.Token.IsZero() {
		token, err := c.cfg.Token.Resolve(ctx, c.env)
		if err != nil {
			return credentials{}, err
		}
		return bearer(token, c.cfg.Token.Where())
	}
	for _, name := range c.variables() {
		if token := strings.TrimSpace(c.env.Getenv(name)); token != "" {
			return bearer(token, name)
		}
	}
	if token := c.ghToken(ctx); token != "" {
		return bearer(token, "gh auth token")
	}
	if err := ctx.Err(); err != nil {
		return credentials{}, err
	}
	return credentials{}, &collectors.SignInError{Why: "there is no token for " + c.web, Hint: c.loginHint()}
}

func (c *collector) loginHint() string {
	if c.public() {
		return "sign in with gh auth login -s read:project, or set " + c.variables()[0]
	}
	return fmt.Sprintf("sign in with gh auth login --hostname %s -s read:project, or set %s", c.web, c.variables()[0])
}

// public reports whether the host is one that gh takes GH_TOKEN for.
func (c *collector) public() bool {
	name := c.web
	return name == "github.com" || strings.HasSuffix(name, ".ghe.com") || name == "github.localhost"
}

// variables are those that gh reads for the host (cli.github.com/manual/gh_help_environment).
func (c *collector) variables() []string {
	if c.public() {
		return []string{"GH_TOKEN", "GITHUB_TOKEN"}
	}
	return []string{"GH_ENTERPRISE_TOKEN", "GITHUB_ENTERPRISE_TOKEN"}
}

// bearer refuses a token that could not stand in a header, or would add one.
func bearer(token, from string) (credentials, error) {
	if strings.ContainsFunc(token, func(r rune) bool { return r <= ' ' || r >= 0x7f }) {
		return credentials{}, &collectors.SignInError{Why: "the token of " + from + " holds a space or a control character", Hint: "set it to the token alone"}
	}
	return credentials{auth: web.Bearer(token), token: token, from: from}, nil
}

// ghToken asks gh, which reads its file and the keyring. gh is looked for in
// the absolute folders of PATH only, gets no more of the environment than it
// needs, and whatever goes wrong is "no token".
func (c *collector) ghToken(ctx context.Context) string {
	gh := c.findGH()
	if gh == "" {
		return ""
	}
	ctx, cancel := context.WithTimeout(ctx, ghWait)
	defer cancel()
	cmd := exec.CommandContext(ctx, gh, "auth", "token", "--hostname", c.web)
	cmd.WaitDelay = time.Second
	cmd.Env = []string{"GH_PROMPT_DISABLED=1", "GH_NO_UPDATE_NOTIFIER=1", "NO_COLOR=1"}
	for _, name := range []string{"HOME", "PATH", "USERPROFILE", "APPDATA", "LOCALAPPDATA", "SYSTEMROOT", "XDG_CONFIG_HOME", "XDG_DATA_HOME",
		"XDG_RUNTIME_DIR", "GH_CONFIG_DIR", "DBUS_SESSION_BUS_ADDRESS", "USER", "LOGNAME"} {
		if v := c.env.Getenv(name); v != "" {
			cmd.Env = append(cmd.Env, name+"="+v)
		}
	}
	var out bytes.Buffer
	cmd.Stdout = &out
	if err := cmd.Run(); err != nil {
		return ""
	}
	token := strings.TrimSpace(out.String())
	if strings.ContainsAny(token, " \n\r\t") {
		return ""
	}
	return token
}

func (c *collector) findGH() string {
	for _, dir := range filepath.SplitList(c.env.Getenv("PATH")) {
		if !filepath.IsAbs(dir) {
			continue
		}
		for _, name := range []string{"gh", "gh.exe"} {
			if path, err := exec.LookPath(filepath.Join(dir, name)); err == nil {
				return path
			}
		}
	}
	return ""
}

// inAction reports whether the token is the one that a GitHub Action is given.
func (c *collector) inAction(cred credentials) bool {
	return c.env.Getenv("GITHUB_ACTIONS") == "true" && strings.HasSuffix(cred.from, "GITHUB_TOKEN") &&
		(strings.HasPrefix(cred.token, "ghs_") || cred.token == "")
}

// actionLimits is what an Action's own token cannot do
// (docs.github.com/actions/security-for-github-actions/security-guides/automatic-token-authentication).
const actionLimits = "the GITHUB_TOKEN of an Action reads its own repository only, no project boards, 1,000 requests an hour"

// refused makes the error for an answer 401.
func (c *collector) refused(cred credentials) error {
	return &collectors.SignInError{
		Why:  fmt.Sprintf("%s refused the token of %s: it is wrong, expired or revoked", c.web, cred.from),
		Hint: c.loginHint(),
	}
}

// asSignIn reports whether err is about the credentials.
func asSignIn(err error) bool {
	var sign *collectors.SignInError
	return errors.As(err, &sign)
}
