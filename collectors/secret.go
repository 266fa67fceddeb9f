package collectors

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"strings"
	"time"

	"github.com/zalando/go-keyring"
)

// Secret says where a token or password is kept: "env:NAME" for a variable of
// the environment, "keyring" or "keyring:NAME" for the system's keyring. It
// never holds the value itself, and however it is printed, it prints as ***.
type Secret struct {
	keyring bool
	name    string
}

// KeyringService is the service under which secrets stand in the keyring.
const KeyringService = "dossier"

const keyringWait = 3 * time.Second

// mask is what a secret prints as.
const mask = "***"

// UnmarshalText reads a secret's place. A value in the place's stead is refused
// and not repeated in the error.
func (s *Secret) UnmarshalText(text []byte) error {
	t := strings.TrimSpace(string(text))
	if name, ok := strings.CutPrefix(t, "env:"); ok && validVariable(name) {
		*s = Secret{name: name}
		return nil
	}
	if t == "keyring" {
		*s = Secret{keyring: true, name: "token"}
		return nil
	}
	if name, ok := strings.CutPrefix(t, "keyring:"); ok && validKeyring(name) {
		*s = Secret{keyring: true, name: name}
		return nil
	}
	return hidden("must say where the secret is kept, and not hold it\nwrite env:NAME for a variable of the environment, or keyring; if this was a real token, revoke it")
}

func validVariable(name string) bool {
	for i, c := range []byte(name) {
		letter := 'a' <= c && c <= 'z' || 'A' <= c && c <= 'Z' || c == '_'
		if !letter && (i == 0 || c < '0' || c > '9') {
			return false
		}
	}
	return name != "" && len(name) <= 64 && !looksSecret(name)
}

func validKeyring(name string) bool {
	return name != "" && len(name) <= 64 && !looksSecret(name) &&
		!strings.ContainsFunc(name, func(r rune) bool { return r <= ' ' || r == 0x7f })
}

// looksSecret catches a token that was pasted behind "env:" or "keyring:".
func looksSecret(name string) bool {
	_, n := NewRedactor().Count(name)
	return n > 0
}

// IsZero reports whether the configuration names no secret.
func (s Secret) IsZero() bool { return s == Secret{} }

// Where returns the place in the configuration's words, for messages:
// "env:JIRA_API_TOKEN". It holds no secret.
func (s Secret) Where() string {
	switch {
	case s.IsZero():
		return ""
	case s.keyring:
		return "keyring:" + s.name
	}
	return "env:" + s.name
}

// Resolve fetches the value. It asks the keyring for at most three seconds. An
// absent or empty value is a [SignInError] that says what to do.
func (s Secret) Resolve(ctx context.Context, env Env) (string, error) {
	if !s.keyring {
		return s.fromEnvironment(env)
	}
	return s.fromKeyring(ctx, keyring.Get)
}

func (s Secret) fromEnvironment(env Env) (string, error) {
	if s.IsZero() {
		return "", &SignInError{Why: "no token is configured", Hint: "add token: env:NAME or token: keyring"}
	}
	value := strings.TrimSpace(env.Getenv(s.name))
	if value == "" {
		return "", &SignInError{Why: s.name + " is not set", Hint: "set it with export " + s.name + "=..., or keep the token in the keyring"}
	}
	return value, checkValue(s.name, value)
}

func (s Secret) fromKeyring(ctx context.Context, get func(service, user string) (string, error)) (string, error) {
	ctx, cancel := context.WithTimeout(ctx, keyringWait)
	defer cancel()
	type answer struct {
		value string
		err   error
	}
	// A keyring that waits for somebody to unlock it cannot be called off; its
	// late answer goes nowhere.
	got := make(chan answer, 1)
	go func() {
		value, err := get(KeyringService, s.name)
		got <- answer{value, err}
	}()
	const instead = "unlock it, or write env:NAME for a variable of the environment"
	select {
	case <-ctx.Done():
		if errors.Is(ctx.Err(), context.DeadlineExceeded) {
			return "", &SignInError{Why: fmt.Sprintf("the keyring did not answer within %v", keyringWait), Hint: instead}
		}
		return "", ctx.Err()
	case a := <-got:
		value := strings.TrimSpace(a.value)
		switch {
		case errors.Is(a.err, keyring.ErrNotFound) || a.err == nil && value == "":
			return "", &SignInError{Why: "the keyring holds no " + s.name + " for " + KeyringService, Hint: s.storeHint()}
		case a.err != nil:
			return "", &SignInError{Why: "the keyring cannot be read: " + a.err.Error(), Hint: instead}
		}
		return value, checkValue("the keyring's "+s.name, value)
	}
}

// storeHint tells how to put a secret where [Secret.Resolve] looks for it.
func (s Secret) storeHint() string {
	return fmt.Sprintf("store it: on Linux secret-tool store --label=dossier service %s username %s; on macOS security add-generic-password -s %s -a %s -w",
		KeyringService, s.name, KeyringService, s.name)
}

// checkValue refuses what could not stand in an HTTP header, or would add one.
func checkValue(where, value string) error {
	if strings.ContainsFunc(value, func(r rune) bool { return r < ' ' || r == 0x7f }) {
		return &SignInError{Why: where + " holds a line break or another control character", Hint: "set it to the token alone"}
	}
	return nil
}

// Format prints *** for every verb.
func (Secret) Format(f fmt.State, _ rune) { _, _ = io.WriteString(f, mask) }

// String returns ***.
func (Secret) String() string { return mask }

// GoString returns ***.
func (Secret) GoString() string { return mask }

// MarshalText returns ***.
func (Secret) MarshalText() ([]byte, error) { return []byte(mask), nil }

// MarshalJSON returns "***".
func (Secret) MarshalJSON() ([]byte, error) { return []byte(`"` + mask + `"`), nil }

// LogValue returns ***.
func (Secret) LogValue() slog.Value { return slog.StringValue(mask) }
