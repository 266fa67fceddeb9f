package collectors

import (
	"encoding/base64"
	"errors"
	"net/url"
	"regexp"
	"slices"
	"strings"
)

// mark stands where a secret was, markURL in an address.
const (
	mark    = "[secret removed]"
	markURL = "secret-removed"
)

// shortest is the length in bytes below which a known value is not looked for.
const shortest = 6

// Redactor removes secrets from text: first the values that are known, as they
// are and as base64 and URLs write them, then whatever looks like a token of a
// well-known kind. It can be used by several goroutines.
type Redactor struct{ values []string }

// NewRedactor returns a redactor that knows the given values. Values shorter
// than six bytes are ignored.
func NewRedactor(secrets ...string) *Redactor {
	seen := map[string]bool{}
	r := &Redactor{}
	add := func(s string) {
		if len(s) >= shortest && !seen[s] && !strings.Contains(mark, s) && !strings.Contains(markURL, s) {
			seen[s] = true
			r.values = append(r.values, s)
		}
	}
	for _, s := range secrets {
		if s = strings.TrimSpace(s); len(s) < shortest {
			continue
		}
		add(s)
		add(url.QueryEscape(s))
		add(url.PathEscape(s))
		// Unpadded: what padding follows says nothing.
		add(base64.RawStdEncoding.EncodeToString([]byte(s)))
		add(base64.RawURLEncoding.EncodeToString([]byte(s)))
	}
	// The longest first: one value may be part of another.
	slices.SortFunc(r.values, func(a, b string) int { return len(b) - len(a) })
	return r
}

// token is a kind of secret that can be told by its form. Almost no text has
// one of the signs, so the expression is rarely run.
type token struct {
	signs []string
	form  *regexp.Regexp
}

var tokens = []token{
	// GitHub; the newer installation tokens are long and have dots.
	{[]string{"ghs_"}, regexp.MustCompile(`ghs_[A-Za-z0-9._-]{36,}`)},
	{[]string{"ghp_", "gho_", "ghu_", "ghr_"}, regexp.MustCompile(`gh[pour]_[A-Za-z0-9]{36,}`)},
	{[]string{"github_pat_"}, regexp.MustCompile(`github_pat_[A-Za-z0-9_]{22,}`)},
	{[]string{"glpat-"}, regexp.MustCompile(`glpat-[A-Za-z0-9_.-]{20,}`)},
	// Slack
	{[]string{"xox"}, regexp.MustCompile(`xox[abeprs]-[A-Za-z0-9-]{10,}`)},
	{[]string{"xapp-"}, regexp.MustCompile(`xapp-[0-9]-[A-Za-z0-9-]{10,}`)},
	{[]string{"hooks.slack.com/"}, regexp.MustCompile(`hooks\.slack\.com/(?:services|workflows|triggers)/[A-Za-z0-9/_-]{20,}`)},
	// Atlassian
	{[]string{"ATATT3", "ATCTT3"}, regexp.MustCompile(`AT[AC]TT3[A-Za-z0-9_=-]{20,}`)},
	// Amazon's key ids
	{[]string{"AKIA", "ASIA"}, regexp.MustCompile(`\b(?:AKIA|ASIA)[A-Z2-7]{16}\b`)},
	{[]string{"AIza"}, regexp.MustCompile(`\bAIza[A-Za-z0-9_-]{35}`)},
	{[]string{"sk-ant-", "sk-proj-", "sk-svcacct-"}, regexp.MustCompile(`\bsk-(?:ant-|proj-|svcacct-)[A-Za-z0-9_-]{20,}`)},
	{[]string{"hf_"}, regexp.MustCompile(`\bhf_[A-Za-z0-9]{30,}`)},
	{[]string{"npm_"}, regexp.MustCompile(`\bnpm_[A-Za-z0-9]{36,}`)},
}

// Text returns s without secrets.
func (r *Redactor) Text(s string) string {
	s, _ = r.replace(s, mark)
	return s
}

// Count is [Redactor.Text] that says how many secrets there were.
func (r *Redactor) Count(s string) (string, int) { return r.replace(s, mark) }

// link is Count for an address, which stays one.
func (r *Redactor) link(s string) (string, int) { return r.replace(s, markURL) }

// known reports whether s holds a value that the redactor was told.
func (r *Redactor) known(s string) bool {
	return slices.ContainsFunc(r.values, func(v string) bool { return strings.Contains(s, v) })
}

func (r *Redactor) replace(s, with string) (string, int) {
	n := 0
	for _, v := range r.values {
		if c := strings.Count(s, v); c > 0 {
			n += c
			s = strings.ReplaceAll(s, v, with)
		}
	}
	for _, t := range tokens {
		if !slices.ContainsFunc(t.signs, func(sign string) bool { return strings.Contains(s, sign) }) {
			continue
		}
		found := t.form.FindAllStringIndex(s, -1)
		n += len(found)
		s = cut(s, found, with)
	}
	for _, find := range []func(string) [][]int{privateKeys, passwords} {
		found := find(s)
		n += len(found)
		s = cut(s, found, with)
	}
	return s, n
}

// Error returns err with a text that holds no secrets. What it wraps can still
// be found; a [SignInError] is found with its own texts redacted.
func (r *Redactor) Error(err error) error {
	if err == nil {
		return nil
	}
	clean := &redacted{text: r.Text(err.Error()), inner: []error{err}}
	var sign *SignInError
	if errors.As(err, &sign) {
		clean.inner = []error{&SignInError{Why: r.Text(sign.Why), Hint: r.Text(sign.Hint)}, err}
	}
	return clean
}

type redacted struct {
	text  string
	inner []error
}

func (e *redacted) Error() string   { return e.text }
func (e *redacted) Unwrap() []error { return e.inner }
