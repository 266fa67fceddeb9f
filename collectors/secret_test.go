package collectors

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/zalando/go-keyring"
)

func secret(t *testing.T, text string) (s Secret) {
	t.Helper()
	if err := s.UnmarshalText([]byte(text)); err != nil {
		t.Fatal(err)
	}
	return s
}

func TestSecretNamesAPlace(t *testing.T) {
	for text, want := range map[string]string{
		"env:JIRA_API_TOKEN": "env:JIRA_API_TOKEN", " env:_x1 ": "env:_x1",
		"keyring": "keyring:token", "keyring:jira": "keyring:jira", "keyring:jira@acme.example": "keyring:jira@acme.example",
	} {
		if s := secret(t, text); s.Where() != want || s.IsZero() {
			t.Errorf("%q is kept at %q, want %q", text, s.Where(), want)
		}
	}
	if !(Secret{}).IsZero() || (Secret{}).Where() != "" {
		t.Error("the zero secret names a place")
	}
}

func TestT23LiteralTokenIsRefusedAndNotRepeated(t *testing.T) {
	ghp := "ghp_" + strings.Repeat("a1B2", 9)
	for _, text := range []string{
		"hunter2hunter2", ghp, "env:" + ghp, "keyring:" + ghp, "env:", "env: A", "env:1A", "env:A-B", "env:A=hunter2hunter2",
		"keyring:", "keyring:a b", "KEYRING", "Env:A", "$JIRA_TOKEN", "${JIRA_TOKEN}", "", "env:" + strings.Repeat("A", 65),
		"file:/run/secret",
	} {
		var s Secret
		err := s.UnmarshalText([]byte(text))
		if err == nil || !strings.Contains(err.Error(), "env:NAME") {
			t.Errorf("%q: %v, want advice", text, err)
			continue
		}
		if len(text) > 6 && strings.Contains(err.Error(), text) || strings.Contains(err.Error(), "hunter2") {
			t.Errorf("%q is repeated: %v", text, err)
		}
		var h interface{ Hidden() }
		if !errors.As(err, &h) || !s.IsZero() {
			t.Errorf("%q: hidden %v, kept %q", text, h, s.Where())
		}
	}
}

func TestT40SecretPrintsAsStars(t *testing.T) {
	type config struct {
		Token  Secret
		Inner  *Secret
		hidden Secret
	}
	s := secret(t, "env:CANARY")
	c := config{s, &s, s}
	var log bytes.Buffer
	slog.New(slog.NewJSONHandler(&log, nil)).Info("x", "token", s, "config", c)
	slog.New(slog.NewTextHandler(&log, nil)).Info("x", "token", s)
	b, err := json.Marshal(map[string]any{"a": s, "b": c})
	if err != nil {
		t.Fatal(err)
	}
	for _, text := range []string{
		fmt.Sprint(s), fmt.Sprintf("%v %+v %#v %s %q %x %d", s, s, s, s, s, s, s), fmt.Sprintf("%+v %#v", c, &c),
		s.String(), s.GoString(), log.String(), string(b), fmt.Sprint(errors.New(s.String())),
	} {
		// The place alone is no secret, but where the value would stand are stars.
		if !strings.Contains(text, "***") || strings.Contains(text, "env:CANARY") {
			t.Errorf("printed as %s", text)
		}
	}
	if text, err := s.MarshalText(); err != nil || string(text) != "***" {
		t.Errorf("written as %s, %v", text, err)
	}
}

func TestSecretFromTheEnvironment(t *testing.T) {
	env := Env{Getenv: func(name string) string {
		return map[string]string{"A": " tok\n", "SPACE": "  ", "BAD": "tok\r\nX-Evil: 1"}[name]
	}}
	if v, err := secret(t, "env:A").Resolve(t.Context(), env); v != "tok" || err != nil {
		t.Errorf("A is %q, %v", v, err)
	}
	tests := []struct {
		s    Secret
		want string
	}{
		{secret(t, "env:NONE"), "NONE is not set\nset it"},
		{secret(t, "env:SPACE"), "SPACE is not set\nset it"},
		{secret(t, "env:BAD"), "BAD holds a line break"},
		{Secret{}, "no token is configured\nadd token:"},
	}
	for _, tt := range tests {
		_, err := tt.s.Resolve(t.Context(), env)
		var sign *SignInError
		if !errors.As(err, &sign) || !strings.Contains(err.Error(), tt.want) || strings.Contains(err.Error(), "X-Evil") {
			t.Errorf("%s: %v, want %q", tt.s.Where(), err, tt.want)
		}
	}
}

func TestSecretFromTheKeyring(t *testing.T) {
	keyring.MockInit()
	if err := keyring.Set("dossier", "jira", "tok\n"); err != nil {
		t.Fatal(err)
	}
	if v, err := secret(t, "keyring:jira").Resolve(t.Context(), Env{}); v != "tok" || err != nil {
		t.Errorf("jira is %q, %v", v, err)
	}
	var sign *SignInError
	_, err := secret(t, "keyring:slack").Resolve(t.Context(), Env{})
	if !errors.As(err, &sign) || !strings.Contains(err.Error(), "holds no slack for dossier") || !strings.Contains(sign.Hint, "secret-tool store") {
		t.Errorf("slack: %v", err)
	}
	keyring.MockInitWithError(errors.New("no D-Bus"))
	_, err = secret(t, "keyring:jira").Resolve(t.Context(), Env{})
	if !errors.As(err, &sign) || !strings.Contains(err.Error(), "cannot be read: no D-Bus") || !strings.Contains(sign.Hint, "env:NAME") {
		t.Errorf("a broken keyring: %v", err)
	}
}

func TestT43KeyringThatHangsIsGivenUp(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		free := make(chan struct{})
		defer close(free)
		hang := func(string, string) (string, error) { <-free; return "late", nil }
		start := time.Now()
		_, err := secret(t, "keyring:jira").fromKeyring(t.Context(), hang)
		var sign *SignInError
		if !errors.As(err, &sign) || !strings.Contains(err.Error(), "did not answer within 3s") {
			t.Errorf("got %v", err)
		}
		if waited := time.Since(start); waited != 3*time.Second {
			t.Errorf("waited %v, want 3s", waited)
		}
		ctx, cancel := context.WithCancel(t.Context())
		cancel()
		if _, err := secret(t, "keyring:jira").fromKeyring(ctx, hang); !errors.Is(err, context.Canceled) {
			t.Errorf("cancelled: %v", err)
		}
	})
}
