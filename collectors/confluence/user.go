package confluence

import (
	"context"
	"fmt"
	"net/url"
	"strings"

	"github.com/dossier-report/dossier/collectors"
	"github.com/dossier-report/dossier/collectors/internal/atlassian"
	"github.com/dossier-report/dossier/evidence"
)

// user is somebody as Confluence names them. Cloud gives an account id and often
// hides the e-mail address; Data Center gives a name, which can change, and a
// key, which cannot. A user that was deleted has none of them.
type user struct{ id, key, name, email, shown string }

func userOf(x atlassian.Value) user {
	u := user{id: x.At("accountId").Text(), key: x.At("userKey").Text(), name: x.At("username").Text(),
		email: x.At("email").Text(), shown: x.At("displayName").Text()}
	if u.shown == "" {
		u.shown = x.At("publicName").Text()
	}
	return u
}

// zero reports whether nobody is named: a name that is only displayed is a
// placeholder, such as that for a user who was deleted.
func (u user) zero() bool { return u.id == "" && u.key == "" && u.name == "" }

// ref is what a query calls the user.
func (u user) ref() string { return firstOf(u.id, u.name, u.key) }

// stable is what a user is told apart by.
func (u user) stable() string { return strings.ToLower(firstOf(u.id, u.key, u.name)) }

func firstOf(list ...string) string {
	for _, s := range list {
		if s != "" {
			return s
		}
	}
	return ""
}

// directory knows which users the person and their colleagues are. It is not
// safe for several goroutines.
type directory struct {
	self   user
	login  string // of the person, as the configuration names them
	people evidence.People
	known  map[string]user // by account id or key, in lower case
}

func newDirectory(self user, login string, people evidence.People) *directory {
	d := &directory{self: self, login: login, people: people, known: map[string]user{}}
	d.learn(self)
	return d
}

// learn remembers a user's name: versions on Cloud tell an account id alone.
func (d *directory) learn(u user) {
	for _, r := range []string{u.id, u.key} {
		if r != "" && u.shown != "" {
			d.known[strings.ToLower(r)] = u
		}
	}
}

// find returns the user that an answer calls ref.
func (d *directory) find(ref string) user {
	if u, ok := d.known[strings.ToLower(ref)]; ok {
		return u
	}
	return user{id: ref}
}

// called returns the name of a user that a text mentions.
func (d *directory) called(ref string) string {
	return firstOf(d.known[strings.ToLower(ref)].shown, "someone")
}

// isSelf reports whether u is the person, by what cannot change first.
func (d *directory) isSelf(u user) bool {
	s := d.self
	for _, pair := range [][2]string{{u.id, s.id}, {u.key, s.key}, {u.name, s.name}} {
		if pair[0] != "" && pair[1] != "" {
			return strings.EqualFold(pair[0], pair[1])
		}
	}
	return false
}

// person returns a user as evidence names people. The person and configured
// colleagues have a login by which the configuration finds them again.
func (d *directory) person(u user) evidence.Person {
	if u.zero() {
		return evidence.Person{Name: u.shown}
	}
	if u.shown == "" && u.id != "" {
		u = d.find(u.id)
	}
	p := evidence.Person{Name: u.shown, Login: u.ref(), Email: u.email}
	if d.isSelf(u) {
		p.Login = firstOf(d.login, p.Login)
		return p
	}
	for _, ref := range []string{u.id, u.name, u.key, u.email} {
		q := evidence.Person{Login: ref, Email: u.email, Name: u.shown}
		if id, ok := d.people.Find("confluence", q); ok {
			p.Login = firstOf(append(id.Logins["confluence"], p.Login)...)
			break
		}
	}
	return p
}

// self finds the person among the site's users: it is whoever is signed in,
// unless the configuration names somebody else.
func (c *collector) self(ctx context.Context, d *door) (user, string, error) {
	me := userOf(d.me)
	logins := c.env.Self.Logins["confluence"]
	if len(logins) == 0 {
		return me, "", nil
	}
	for _, l := range logins {
		for _, mine := range []string{me.id, me.key, me.name, me.email, d.user} {
			if mine != "" && strings.EqualFold(l, mine) {
				return me, logins[0], nil
			}
		}
	}
	for _, e := range c.env.Self.Emails {
		if d.user != "" && strings.EqualFold(e, d.user) || me.email != "" && strings.EqualFold(e, me.email) {
			return me, logins[0], nil
		}
	}
	for _, l := range logins {
		query := url.Values{"accountId": {l}}
		switch {
		case !d.cloud:
			query = url.Values{"username": {l}}
		case strings.Contains(l, "@"):
			continue // Cloud finds nobody by an address
		}
		x, err := d.get(ctx, "rest/api/user", query)
		if u := userOf(x); err == nil && !u.zero() {
			return u, logins[0], nil
		}
		if err != nil && !atlassian.Refused(err) {
			return user{}, "", err
		}
	}
	if me.email == "" && me.shown != "" && strings.EqualFold(me.shown, c.env.Self.Name) {
		// The site hides addresses, and whoever is signed in has the name.
		return me, logins[0], nil
	}
	return user{}, "", &collectors.SignInError{
		Why:  fmt.Sprintf("the site shows no user %s; the token is that of %s", strings.Join(logins, " or "), firstOf(me.shown, "somebody else")),
		Hint: "set person.confluence to the account id (Cloud) or the user name (Data Center)"}
}
