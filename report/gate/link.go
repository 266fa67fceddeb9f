package gate

import (
	"net/url"
	"strings"
)

// maxLink is the longest address, in bytes.
const maxLink = 2048

// Link returns raw as an address that is safe to click, and whether it is one:
// absolute, http, https or mailto, without user name, control or invisible
// characters, and at most 2,048 bytes long. Where allowed is not nil, it is
// asked for the host of a web address, in lower case and without port.
func Link(raw string, allowed func(host string) bool) (string, bool) {
	if len(raw) > maxLink || Line(raw, 0) != raw || strings.ContainsAny(raw, "\\\ufffd") {
		return "", false
	}
	u, err := url.Parse(raw)
	if err != nil || u.User != nil {
		return "", false
	}
	switch strings.ToLower(u.Scheme) {
	case "http", "https":
		host := strings.ToLower(u.Hostname())
		if host == "" || u.Opaque != "" || !ascii(host) || allowed != nil && !allowed(host) {
			return "", false
		}
	case "mailto":
		// Header fields after "?" could name a file to attach.
		name, host, ok := strings.Cut(u.Opaque, "@")
		if !ok || name == "" || host == "" || u.RawQuery != "" || u.ForceQuery || strings.ContainsAny(u.Opaque, ",;/") {
			return "", false
		}
	default:
		return "", false
	}
	s := u.String()
	if len(s) > maxLink || !ascii(s) {
		return "", false
	}
	return s, true
}

// ascii reports whether s is visible ASCII without spaces.
func ascii(s string) bool {
	for i := range len(s) {
		if s[i] <= 0x20 || s[i] >= 0x7f {
			return false
		}
	}
	return true
}
