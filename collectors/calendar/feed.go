package calendar

import (
	"context"
	"errors"
	"net/url"
	"regexp"
	"strings"

	"github.com/dossier-report/dossier/collectors"
)

// Feed is where a calendar is: env:NAME or keyring:NAME, the place of an address,
// or an https address itself. A private address opens the calendar to whoever has
// it, so the configuration says only where it is kept.
type Feed string

// private recognises the addresses that Google, Outlook, iCloud and others call
// secret: they have a long random word in their path.
var private = regexp.MustCompile(`(?i)/private-|/published/|/owa/calendar/|[0-9a-z_-]{24,}`)

// hidden is an error about a text that may be secret; see the decoder of the
// configuration.
type hidden string

func (e hidden) Error() string { return string(e) }

// Hidden marks the text that the error is about as one not to be shown.
func (e hidden) Hidden() {}

// UnmarshalText reads the place of a secret, or an address that is none. One
// that looks private is refused and not repeated in the error.
func (f *Feed) UnmarshalText(text []byte) error {
	t := strings.TrimSpace(string(text))
	if t == "keyring" {
		t = "keyring:calendar"
	}
	if strings.HasPrefix(t, "env:") || strings.HasPrefix(t, "keyring:") {
		if err := new(collectors.Secret).UnmarshalText([]byte(t)); err != nil {
			return err
		}
		*f = Feed(t)
		return nil
	}
	a, err := collectors.ParseAddress(overHTTPS(t))
	if err != nil {
		return err
	}
	if private.MatchString(a.URL().Path) {
		return hidden("is a private address, which opens the calendar to everybody who reads it\nkeep it in a variable and write env:NAME, or keyring:NAME")
	}
	*f = Feed(a.String())
	return nil
}

// secret reports whether the address is kept elsewhere.
func (f Feed) secret() bool { return !strings.Contains(string(f), "://") }

// overHTTPS replaces the scheme by which programs offer to subscribe.
func overHTTPS(t string) string {
	for _, scheme := range []string{"webcal://", "webcals://"} {
		if len(t) > len(scheme) && strings.EqualFold(t[:len(scheme)], scheme) {
			return "https://" + t[len(scheme):]
		}
	}
	return t
}

// resolve returns the address to ask.
func (f Feed) resolve(ctx context.Context, env collectors.Env) (*url.URL, error) {
	if !f.secret() {
		a, err := collectors.ParseAddress(string(f))
		return a.URL(), err
	}
	var s collectors.Secret
	if err := s.UnmarshalText([]byte(f)); err != nil {
		return nil, err
	}
	value, err := s.Resolve(ctx, env)
	if err != nil {
		return nil, err
	}
	// A private address may well hold its key in the query: this one does not
	// stand in the file.
	value, query, _ := strings.Cut(overHTTPS(value), "?")
	a, err := collectors.ParseAddress(value)
	if err != nil {
		return nil, errors.New("the address in " + string(f) + " " + err.Error())
	}
	u := a.URL()
	u.RawQuery = query
	return u, nil
}
