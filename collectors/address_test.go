package collectors

import (
	"encoding/json"
	"errors"
	"strings"
	"testing"
)

func TestAddressIsReadAndPrintedBack(t *testing.T) {
	tests := []struct{ text, want, host string }{
		{"https://acme.atlassian.example", "https://acme.atlassian.example", "acme.atlassian.example"},
		{" https://Acme.Example:8443/jira/ ", "https://acme.example:8443/jira", "acme.example:8443"},
		{"https://acme.example/a%2Fb/", "https://acme.example/a%2Fb", "acme.example"},
		{"https://acme.example/rest?board=7", "https://acme.example/rest?board=7", "acme.example"},
		{"https://10.1.2.3/jira", "https://10.1.2.3/jira", "10.1.2.3"}, // a private host, named by hand
		{"https://[fd12::5]:8443", "https://[fd12::5]:8443", "[fd12::5]:8443"},
		{"http://127.0.0.1:8080", "http://127.0.0.1:8080", "127.0.0.1:8080"},
		{"http://localhost:8080/", "http://localhost:8080", "localhost:8080"},
		{"http://[::1]:8080", "http://[::1]:8080", "[::1]:8080"},
		{"https://xn--bcher-kva.example", "https://xn--bcher-kva.example", "xn--bcher-kva.example"},
	}
	for _, tt := range tests {
		a, err := ParseAddress(tt.text)
		if err != nil || a.String() != tt.want || a.Host() != tt.host || a.IsZero() {
			t.Errorf("%q = %q at %q, %v, want %q", tt.text, a, a.Host(), err, tt.want)
			continue
		}
		var again Address
		if text, _ := a.MarshalText(); again.UnmarshalText(text) != nil || again != a {
			t.Errorf("%q does not round trip: %q", tt.text, again)
		}
		u := a.URL()
		u.Host = "changed.example"
		if a.Host() != tt.host {
			t.Errorf("%q: URL gives away the address itself", tt.text)
		}
	}
	if zero := (Address{}); !zero.IsZero() || zero.String() != "" {
		t.Errorf("the zero address prints %q", zero)
	}
}

func TestT22HostileAddressIsRefused(t *testing.T) {
	tests := []struct{ text, want string }{
		{"", "https://"},
		{"acme.example", "https://"},
		{"//acme.example", "https://"},
		{"https://", "name a host"},
		{"https:///path", "name a host"},
		{"https:acme.example", "name a host"},
		{"https://:8443", "name a host"},
		{"file:///etc/passwd", "https://"},
		{"javascript:alert(1)", "https://"},
		{"ftp://acme.example", "https://"},
		{"gopher://acme.example", "https://"},
		{"unix:///run/x.sock", "https://"},
		{"http://acme.example", "over http the token could be read"},
		{"http://10.0.0.1", "over http the token could be read"},
		{"http://localhost.acme.example", "over http the token could be read"},
		{"http://127.0.0.1.nip.example", "over http the token could be read"},
		{"https://robin:pw@acme.example", "no user name or password"},
		{"https://github.example@evil.example", "no user name or password"},
		{"https://acme.example?access_token=abc", "no token or password"},
		{"https://acme.example/?X-Amz-Signature=abc", "no token or password"},
		{"https://acme.example?API_KEY=abc", "no token or password"},
		{"https://acme.example/#/board", "before the #"},
		{"http://169.254.169.254/latest/meta-data", "link-local"},
		{"https://169.254.169.254", "link-local"},
		{"https://169.254.169.254.", "link-local"},
		{"https://169.254.0.1", "link-local"},
		{"https://[fe80::1]", "link-local"},
		{"https://[::ffff:169.254.169.254]", "link-local"},
		{"https://[::ffff:a9fe:a9fe]", "link-local"},
		{"https://[fd00:ec2::254]", "metadata"},
		{"https://100.100.100.200", "metadata"},
		{"https://metadata.google.internal/computeMetadata", "metadata"},
		{"https://0.0.0.0", "link-local"},
		{"https://[::]", "link-local"},
		{"https://224.0.0.1", "link-local"},
		{"https://0x7f.1", "four decimal numbers"},
		{"https://0x7f000001", "four decimal numbers"},
		{"https://2130706433", "four decimal numbers"},
		{"https://0177.0.0.1", "four decimal numbers"},
		{"https://127.1", "four decimal numbers"},
		{"https://127.0.0.1.0x1", "four decimal numbers"},
		{"https://1.2.3.4.5", "four decimal numbers"},
		{"https://999.1.1.1", "four decimal numbers"},
		{"http://0251.0376.0251.0376", "four decimal numbers"},
		{"https://１６９.254.169.254", "ASCII"},
		{"https://acme。example", "ASCII"},
		{"https://[fe80::1%25eth0]", "ASCII"},
		{"https://acme.example:0", "port"},
		{"https://acme.example:99999", "port"},
		{"https://acme.example:http", "port"},
		{"https://acme example", "is not an address"},
		{"https://acme.example/\x00", "is not an address"},
		{"https://acme.example/%zz", "is not an address"},
	}
	for _, tt := range tests {
		a, err := ParseAddress(tt.text)
		if err == nil || !strings.Contains(err.Error(), tt.want) {
			t.Errorf("%q = %q, %v, want an error with %q", tt.text, a, err, tt.want)
		}
		if !a.IsZero() {
			t.Errorf("%q: refused, and still gives %q", tt.text, a)
		}
	}
}

func TestT23RefusedAddressIsNotRepeatedWithItsSecret(t *testing.T) {
	for _, text := range []string{
		"https://robin:hunter22@acme.example", "https://robin:hunter22@acme.example:port", "https://x?token=hunter22",
		"https://acme.example/\x01?token=hunter22", "https://robin:hunter22%zz@acme.example",
	} {
		_, err := ParseAddress(text)
		if err == nil || strings.Contains(err.Error(), "hunter22") {
			t.Errorf("%q: %v", text, err)
		}
		var h interface{ Hidden() }
		if !errors.As(err, &h) {
			t.Errorf("%q: the error does not say that the text is secret", text)
		}
	}
}

func FuzzParseAddress(f *testing.F) {
	for _, s := range []string{"https://acme.example/jira", "http://[::1]:8080", "https://0x7f.1", "https://a@b", "https://１.2.3.4", "file:///x"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, text string) {
		a, err := ParseAddress(text)
		if err != nil {
			return
		}
		if s := a.String(); !strings.HasPrefix(s, "https://") && !strings.HasPrefix(s, "http://") || strings.Contains(a.Host(), "@") {
			t.Errorf("%q was accepted as %q", text, s)
		}
		again, err := ParseAddress(a.String())
		if err != nil || again.String() != a.String() {
			t.Errorf("%q is printed as %q, which gives %q, %v", text, a, again, err)
		}
		if b, err := json.Marshal(a); err != nil || len(b) < 2 {
			t.Errorf("%q: %s, %v", text, b, err)
		}
	})
}
