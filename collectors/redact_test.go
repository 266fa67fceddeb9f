package collectors_test

import (
	"encoding/base64"
	"errors"
	"fmt"
	"net/url"
	"strings"
	"testing"
	"unicode/utf8"

	"pgregory.net/rapid"

	"github.com/dossier-report/dossier/collectors"
)

// Made-up tokens are put together here, so that no scanner takes this file
// for a leak.
var (
	letters = "abcdefghij0123456789ABCDEFGHIJ0123456789"
	jwt     = strings.Repeat("eyJhbGciOi.", 45) + "x_y-z"
	pem     = "-----BEGIN RSA " + "PRIVATE KEY-----\nProc-Type: 4,ENCRYPTED\n\n" + strings.Repeat(strings.Repeat("Ab3/", 16)+"\n", 3) + "Zz9=\n-----END RSA " + "PRIVATE KEY-----"
)

func TestT42TokensInTextAreRemoved(t *testing.T) {
	tests := []struct{ name, in, want string }{
		{"classic token", "use ghp_" + letters + ", please", "use [secret removed], please"},
		{"OAuth token", "gho_" + letters, "[secret removed]"},
		{"installation token", "ghs_" + letters, "[secret removed]"},
		{"long installation token", "(ghs_123_" + jwt + ")", "([secret removed])"},
		{"fine-grained token", "github_pat_" + letters, "[secret removed]"},
		{"Slack bot", "xoxb-" + "123456789012-abcDEF", "[secret removed]"},
		{"Slack user", "xoxp-" + "123456789012-abcDEF", "[secret removed]"},
		{"Slack refresh", "xoxe-" + "1-123456789012-abcDEF", "[secret removed]"},
		{"Slack app", "xapp-" + "1-A012345-6789-abcdef", "[secret removed]"},
		{"Atlassian", "ATATT3" + "xFfGF0" + letters + "=1A2B3C4D", "[secret removed]"},
		{"Amazon", "key AKIA" + "IOSFODNN7EXAMPLE.", "key [secret removed]."},
		{"key in PEM", "before\n" + pem + "\nafter", "before\n[secret removed]\nafter"},
		{"key in PEM, cut off", "before\n" + pem[:150] + "\n\nThen we saw it.", "before\n[secret removed]\n\nThen we saw it."},
		{"key in PEM in a diff", "+" + strings.ReplaceAll(pem[:220], "\n", "\n+"), "+[secret removed]"},
		{"password in an address", "postgres://app:hunter2hunter2@db/x", "postgres://app:[secret removed]@db/x"},
		{"the mark in an address", "postgres://app:secret-removed@db/x", "postgres://app:secret-removed@db/x"},
		{"user without a password", "ssh://git@host/x and https://a:@b", "ssh://git@host/x and https://a:@b"},
		{"two keys, the first cut off", pem[:150] + "\n\n" + pem, "[secret removed]\n\n[secret removed]"},
		{"two of them", "ghp_" + letters + " ghp_" + letters, "[secret removed] [secret removed]"},
		{"a header that is talked about", "the -----BEGIN PRIVATE " + "KEY----- line was missing", "the [secret removed] line was missing"},
		{"prefix alone", "tokens begin with ghp_ or xoxb-", "tokens begin with ghp_ or xoxb-"},
		{"part of a word", "the AKIAB plant", "the AKIAB plant"},
		{"address with a port", "https://host:8080/a@b", "https://host:8080/a@b"},
		{"plain text", "nothing to see here: a@b.c", "nothing to see here: a@b.c"},
		{"empty", "", ""},
	}
	r := collectors.NewRedactor()
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			got, n := r.Count(tt.in)
			if got != tt.want {
				t.Errorf("got  %q\nwant %q", got, tt.want)
			}
			if want := strings.Count(tt.want, "[secret removed]"); n != want {
				t.Errorf("counted %d, want %d", n, want)
			}
		})
	}
}

func TestKnownValuesAreRemovedInEveryForm(t *testing.T) {
	secret := "p@ss word/+1"
	r := collectors.NewRedactor(secret, "", "abc", "  \n", secret+"-longer")
	for _, form := range []string{secret, url.QueryEscape(secret), url.PathEscape(secret),
		base64.StdEncoding.EncodeToString([]byte(secret)), base64.RawURLEncoding.EncodeToString([]byte(secret)), secret + "-longer"} {
		got, n := r.Count("x " + form + " y")
		if strings.TrimRight(got, "= y") != "x [secret removed]" || n != 1 {
			t.Errorf("%q becomes %q, %d", form, got, n)
		}
	}
	if got := r.Text("abc, the alphabet"); got != "abc, the alphabet" {
		t.Errorf("a value too short to be looked for spoils the text: %q", got)
	}
}

func TestRedactedErrorsKeepWhatTheyWrap(t *testing.T) {
	r := collectors.NewRedactor("canary-token")
	if r.Error(nil) != nil {
		t.Error("nil becomes an error")
	}
	cause := errors.New("cause")
	err := r.Error(fmt.Errorf("canary-token: %w: %w", cause, &collectors.SignInError{Why: "canary-token expired", Hint: "renew canary-token"}))
	var sign *collectors.SignInError
	if !errors.Is(err, cause) || !errors.As(err, &sign) {
		t.Fatalf("lost what it wraps: %v", err)
	}
	if all := err.Error() + sign.Why + sign.Hint; strings.Contains(all, "canary") {
		t.Errorf("a secret is in %q", all)
	}
}

func TestNoKnownValueSurvives(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		value := rapid.StringMatching(`[A-Za-z0-9+/=%&-]{8,40}`).Draw(t, "value")
		around := rapid.SliceOfN(rapid.StringMatching(`[ -~]{0,30}`), 1, 5).Draw(t, "around")
		text := strings.Join(around, value)
		if strings.Contains("[secret removed]", value) {
			t.Skip()
		}
		got, n := collectors.NewRedactor(value).Count(text)
		if strings.Contains(got, value) {
			t.Fatalf("%q in %q", value, got)
		}
		if n == 0 && got != text {
			t.Fatalf("changed and not counted: %q to %q", text, got)
		}
	})
}

func FuzzRedactor(f *testing.F) {
	for _, seed := range []string{"", "ghp_" + letters, pem, pem[:100], "a://b:c@d", "x canary-token-8c2f y", "\xff\xfe", "ghs_" + jwt} {
		f.Add(seed)
	}
	r := collectors.NewRedactor("canary-token-8c2f")
	f.Fuzz(func(t *testing.T, s string) {
		got, n := r.Count(s)
		if strings.Contains(got, "canary-token-8c2f") {
			t.Errorf("the value is in %q", got)
		}
		if n == 0 && got != s {
			t.Errorf("%q becomes %q and nothing is counted", s, got)
		}
		if utf8.ValidString(s) && !utf8.ValidString(got) {
			t.Errorf("%q becomes %q, not UTF-8", s, got)
		}
	})
}

func TestManyHeadersOfKeysDoNotSlowDown(t *testing.T) {
	header := pem[:strings.Index(pem, "\n")+1]
	text := strings.Repeat(header, 20000) // 640 KB; reading on to the end from each would take minutes
	if _, n := collectors.NewRedactor().Count(text); n != 20000 {
		t.Errorf("found %d", n)
	}
}

// BenchmarkRedactor shows what redaction costs on text that has no secret, as
// almost all has.
func BenchmarkRedactor(b *testing.B) {
	text := strings.Repeat("We moved the tokenizer cache to https://example.test/x and the build went from 40 to 12 minutes. ", 100)
	r := collectors.NewRedactor("canary-token-8c2f", "another-canary-77")
	b.SetBytes(int64(len(text)))
	for b.Loop() {
		if _, n := r.Count(text); n != 0 {
			b.Fatal(n)
		}
	}
}
