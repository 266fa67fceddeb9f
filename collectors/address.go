package collectors

import (
	"errors"
	"net/netip"
	"net/url"
	"strconv"
	"strings"
)

// Address is where a source lies, as the configuration names it: an https
// address, or plain http on this machine itself. Whoever may write the
// configuration must not be able to turn a collector, with its token, on a
// cloud's metadata service or a file; so the text says plainly which host is
// meant, or it is refused.
//
// A host of a private network is allowed: it is named by hand in a file that
// belongs to the person.
type Address struct{ url url.URL }

// ParseAddress reads an absolute address. It refuses other schemes than https
// (and http for a loopback host), names, passwords and secrets in the text,
// hosts of link-local networks and metadata services, and numbers that only
// some programs read as an address (0x7f.1, 2130706433, 0177.0.0.1).
func ParseAddress(text string) (Address, error) {
	u, err := url.Parse(strings.TrimSpace(text))
	switch {
	case err != nil && strings.ContainsAny(text, "@?"):
		return Address{}, hidden("is not an address") // url.Error repeats the text
	case err != nil:
		return Address{}, errors.New("is not an address: " + errors.Unwrap(err).Error())
	case u.User != nil:
		return Address{}, hidden("must hold no user name or password\nname a token with env:NAME or keyring instead")
	case secretQuery(u):
		return Address{}, hidden("must hold no token or password\nname it with env:NAME or keyring instead")
	case u.Scheme != "https" && u.Scheme != "http" || u.Host == "":
		return Address{}, errors.New("must begin with https:// and name a host")
	case u.Fragment != "":
		return Address{}, errors.New("must end before the #")
	}
	ip, err := hostIP(u.Hostname())
	if err != nil {
		return Address{}, err
	}
	if p := u.Port(); p != "" {
		if n, err := strconv.Atoi(p); err != nil || n < 1 || n > 65535 {
			return Address{}, errors.New("has no port from 1 to 65535")
		}
	}
	if u.Scheme == "http" && !ip.IsLoopback() && !strings.EqualFold(u.Hostname(), "localhost") {
		return Address{}, errors.New("must begin with https://: over http the token could be read on its way")
	}
	u.Host = strings.ToLower(u.Host)
	u.Path = strings.TrimRight(u.Path, "/")
	u.RawPath = strings.TrimRight(u.RawPath, "/")
	return Address{*u}, nil
}

// hostIP returns the host's number, the zero one for a name.
func hostIP(host string) (netip.Addr, error) {
	host = strings.TrimSuffix(strings.ToLower(host), ".")
	for _, c := range []byte(host) {
		// Full-width digits and dots become plain ones on their way to the
		// resolver; a name in another script has an xn-- form.
		if c >= 0x80 || c <= ' ' || c == '%' {
			return netip.Addr{}, errors.New("must name its host in ASCII, in the form xn--... where it has other letters")
		}
	}
	if host == "" {
		return netip.Addr{}, errors.New("must begin with https:// and name a host")
	}
	ip, err := netip.ParseAddr(host)
	if err != nil {
		last := host[strings.LastIndexByte(host, '.')+1:]
		if _, err := strconv.ParseUint(last, 0, 64); err == nil || strings.HasPrefix(last, "0x") || strings.Trim(last, "0123456789") == "" {
			return netip.Addr{}, errors.New("must write its host as four decimal numbers or as a name")
		}
		if host == "metadata" || host == "metadata.google.internal" {
			return netip.Addr{}, errMetadata
		}
		return netip.Addr{}, nil
	}
	ip = ip.Unmap()
	if ip.IsLinkLocalUnicast() || ip.IsMulticast() || ip.IsUnspecified() || metadata[ip] {
		return netip.Addr{}, errMetadata
	}
	return ip, nil
}

var errMetadata = errors.New("must not lie in a link-local network or be a cloud's metadata service")

// metadata are the metadata services outside of 169.254.0.0/16 and fe80::/10.
var metadata = map[netip.Addr]bool{
	netip.MustParseAddr("fd00:ec2::254"):   true, // AWS
	netip.MustParseAddr("fd20:ce::254"):    true, // Google Cloud
	netip.MustParseAddr("100.100.100.200"): true, // Alibaba Cloud
	netip.MustParseAddr("168.63.129.16"):   true, // Azure
}

// secretQuery reports whether a name in the query says that its value is secret.
func secretQuery(u *url.URL) bool {
	for name := range u.Query() {
		name = strings.ToLower(name)
		for _, word := range []string{"token", "secret", "passw", "pwd", "auth", "key", "sig", "jwt", "cred"} {
			if strings.Contains(name, word) {
				return true
			}
		}
	}
	return false
}

// URL returns a copy that the caller may change.
func (a Address) URL() *url.URL { u := a.url; return &u }

// Host returns the host with its port, in lower case.
func (a Address) Host() string { return a.url.Host }

// String returns the address without a slash at its end; "" for the zero one.
func (a Address) String() string { return a.url.String() }

// IsZero reports whether no address was given.
func (a Address) IsZero() bool { return a.url.Host == "" }

// UnmarshalText is [ParseAddress].
func (a *Address) UnmarshalText(text []byte) (err error) {
	*a, err = ParseAddress(string(text))
	return err
}

// MarshalText returns [Address.String].
func (a Address) MarshalText() ([]byte, error) { return []byte(a.String()), nil }

// hidden is an error about a text that may hold a secret: whoever prints it
// must not print the text.
type hidden string

func (e hidden) Error() string { return string(e) }

// Hidden marks the text that the error is about as one not to be shown.
func (e hidden) Hidden() {}
