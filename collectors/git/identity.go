package git

import (
	"crypto/sha256"
	"encoding/hex"
	"slices"
	"strings"

	"github.com/dossier-report/dossier/evidence"
)

// webFlow is the committer of everything that is merged on GitHub's pages:
// nobody.
const webFlow = "noreply@github.com"

const noReply = "@users.noreply.github.com"

// identity is the addresses by which the person is known in commits.
type identity struct {
	emails map[string]bool // in lower case
	logins map[string]bool // at GitHub, whose pages commit as [ID+]LOGIN@users.noreply.github.com
}

func newIdentity(self evidence.Identity) identity {
	id := identity{emails: map[string]bool{}, logins: map[string]bool{}}
	for _, e := range slices.Concat(self.Emails, self.Logins["git"]) {
		if e = strings.ToLower(strings.TrimSpace(e)); strings.Contains(e, "@") {
			id.emails[e] = true
		}
	}
	for _, l := range self.Logins["github"] {
		if l != "" && !strings.ContainsAny(l, "+@ ") {
			id.logins[strings.ToLower(l)] = true
		}
	}
	return id
}

func (id identity) empty() bool { return len(id.emails)+len(id.logins) == 0 }

// is reports whether an address is the person's: exactly, but for case.
func (id identity) is(email string) bool {
	email = strings.ToLower(email)
	if email == "" || id.emails[email] {
		return email != ""
	}
	local, ok := strings.CutSuffix(email, noReply)
	if !ok {
		return false
	}
	if number, login, ok := strings.Cut(local, "+"); ok && strings.Trim(number, "0123456789") == "" {
		local = login
	}
	return id.logins[local]
}

// names lists the addresses and logins in order.
func (id identity) names() []string {
	var all []string
	for e := range id.emails {
		all = append(all, e)
	}
	for l := range id.logins {
		all = append(all, l+noReply)
	}
	slices.Sort(all)
	return all
}

// digest is the same for the same question.
func digest(parts ...string) string {
	sum := sha256.Sum256([]byte(strings.Join(parts, "\x00")))
	return hex.EncodeToString(sum[:12])
}
