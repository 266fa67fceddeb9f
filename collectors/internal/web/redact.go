package web

import (
	"encoding/base64"
	"encoding/hex"
	"errors"
	"net/url"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"sync"
)

// mark stands where a secret was.
const mark = "[secret removed]"

// shortest is the length in bytes below which a value is not looked for: it
// would spoil every text.
const shortest = 6

// secrets are the values that must not be shown, in every form that a text may
// hold them in.
type secrets struct {
	mu    sync.RWMutex
	known map[string]bool
	forms []string // the longest first: one may be part of another
}

func newSecrets(values []string) *secrets {
	s := &secrets{known: map[string]bool{}}
	for _, v := range values {
		s.add(v)
	}
	return s
}

// learn takes the value of a header field that signs in, and its parts.
func (s *secrets) learn(field string) {
	s.mu.RLock()
	known := s.known[field]
	s.mu.RUnlock()
	if known {
		return
	}
	s.add(field)
	scheme, value, ok := strings.Cut(field, " ")
	if !ok {
		value = field
	}
	s.add(value)
	if strings.EqualFold(scheme, "Basic") {
		if b, err := base64.StdEncoding.DecodeString(value); err == nil {
			s.add(string(b))
			_, password, _ := strings.Cut(string(b), ":")
			s.add(password)
		}
		return
	}
	for pair := range strings.SplitSeq(field, ";") { // a cookie's
		if _, v, ok := strings.Cut(pair, "="); ok {
			s.add(strings.TrimSpace(v))
		}
	}
}

func (s *secrets) add(value string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.known[value] {
		return
	}
	s.known[value] = true
	if value = strings.TrimSpace(value); len(value) < shortest {
		return
	}
	forms := slices.Clone(s.forms)
	for _, f := range formsOf(value) {
		if len(f) >= shortest && !slices.Contains(forms, f) && !strings.Contains(mark, f) {
			forms = append(forms, f)
		}
	}
	slices.SortStableFunc(forms, func(a, b string) int { return len(b) - len(a) })
	s.forms = forms
}

// formsOf returns a value as it is and as URLs, base64 and hexadecimal digits
// write it. In base64 it looks different for each of three places where it may
// begin, and its last letter depends on what follows.
func formsOf(v string) []string {
	forms := []string{v, url.QueryEscape(v), url.PathEscape(v), hex.EncodeToString([]byte(v)), strings.ToUpper(hex.EncodeToString([]byte(v)))}
	for skip := range 3 {
		padded := append(make([]byte, skip), v...)
		for _, enc := range []*base64.Encoding{base64.RawStdEncoding, base64.RawURLEncoding} {
			b := enc.EncodeToString(padded)
			if len(padded)%3 != 0 {
				b = b[:len(b)-1]
			}
			forms = append(forms, b[(skip*8+5)/6:])
		}
	}
	return forms
}

// hide removes known values.
func (s *secrets) hide(text string) string {
	s.mu.RLock()
	forms := s.forms
	s.mu.RUnlock()
	for _, f := range forms {
		text = strings.ReplaceAll(text, f, mark)
	}
	return text
}

var (
	address = regexp.MustCompile(`[A-Za-z][A-Za-z0-9+.-]*://[^\s"<>]+`)
	// named is a value whose name says that it is secret.
	named = regexp.MustCompile(`(?i)([\w-]*(?:token|secret|passw|pwd|signature|jwt|api_?key|credential)[\w-]*=)[^\s&"'<>\\]+`)
)

// clean removes known values, and from addresses names, passwords and queries.
func (t *Transport) clean(text string) string {
	text = address.ReplaceAllStringFunc(text, bare)
	text = named.ReplaceAllString(text, "${1}"+mark)
	return t.secrets.hide(text)
}

// bare cuts an address down to scheme, host and path.
func bare(address string) string {
	scheme, rest, _ := strings.Cut(address, "://")
	rest, _, _ = strings.Cut(rest, "#")
	rest, query, _ := strings.Cut(rest, "?")
	host, path, slash := strings.Cut(rest, "/")
	if i := strings.LastIndexByte(host, '@'); i >= 0 {
		host = host[i+1:]
	}
	if slash {
		host += "/" + path
	}
	// The end of a sentence that the address stood in.
	tail := ""
	for _, end := range []string{"):", "':", "'", ":", ")", ",", "."} {
		if strings.HasSuffix(query, end) {
			tail = end
			break
		}
	}
	return scheme + "://" + host + tail
}

// Error returns err with a text that can be shown: without known secrets and
// without what queries and addresses hold. Whatever err wraps can still be
// found. A client's "Get URL:" is left out before an error of this package,
// which says more.
func (t *Transport) Error(err error) error {
	if err == nil {
		return nil
	}
	text := err.Error()
	var u *url.Error
	if errors.As(err, &u) {
		switch {
		case own(u.Err):
			text = strings.Replace(text, u.Error(), u.Err.Error(), 1)
		case u.URL != "":
			text = strings.ReplaceAll(text, strconv.Quote(u.URL), strconv.Quote(bare(u.URL)))
		}
	}
	if text = t.clean(text); text == err.Error() {
		return err
	}
	return &cleaned{text, err}
}

// own reports whether an error is one of this package, which names its host.
func own(err error) bool {
	switch err.(type) {
	case *LimitError, *LoginPageError, *ContentTypeError, *TooLargeError, *EmptyError, *StatusError, *RedirectError, *AuthError, *RequestError:
		return true
	}
	return false
}

type cleaned struct {
	text string
	err  error
}

func (e *cleaned) Error() string { return e.text }
func (e *cleaned) Unwrap() error { return e.err }
