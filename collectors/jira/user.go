package jira

import (
	"strings"

	"github.com/dossier-report/dossier/evidence"
)

// user is somebody as Jira names them. Cloud gives an account id and often
// hides the e-mail address; Data Center gives a name, which can change, and a
// key, which cannot. A user that was deleted has none of them.
type user struct {
	id    string // account id
	key   string
	name  string
	email string
	shown string // the name that is displayed
	app   bool
}

// user reads a user: an object, the bare name that some old answers give, or
// null where it was deleted.
func (x value) user() user {
	switch x.v.(type) {
	case nil:
		return user{}
	case string:
		return user{name: x.text()}
	}
	return user{
		id: x.at("accountId").text(), key: x.at("key").text(), name: x.at("name").text(),
		email: x.at("emailAddress").text(), shown: x.at("displayName").text(),
		app: x.at("accountType").text() == "app",
	}
}

func (u user) zero() bool { return u == user{} }

// refs are what a changelog or a query may call the user, the surest first.
func (u user) refs() []string {
	var out []string
	for _, s := range []string{u.id, u.key, u.name} {
		if s != "" {
			out = append(out, s)
		}
	}
	return out
}

// ref is what a query calls the user.
func (u user) ref() string { return firstOf(u.id, u.name, u.key) }

// directory knows which users the person and their colleagues are.
type directory struct {
	self   user
	login  string // of the person, as the configuration names them
	people evidence.People
	// known are the users met so far, by each of their refs in lower case: a
	// changelog tells only an id of who was assigned.
	known map[string]user
}

func newDirectory(self user, login string, people evidence.People) *directory {
	d := &directory{self: self, login: login, people: people, known: map[string]user{}}
	d.learn(self)
	return d
}

func (d *directory) learn(u user) {
	for _, r := range u.refs() {
		d.known[strings.ToLower(r)] = u
	}
}

// find returns the user that a changelog calls ref, and shows as shown.
func (d *directory) find(ref, shown string) user {
	if u, ok := d.known[strings.ToLower(ref)]; ok && ref != "" {
		return u
	}
	return user{name: ref, shown: shown}
}

// called returns the displayed name of a user that a text mentions.
func (d *directory) called(ref string) string {
	u := d.known[strings.ToLower(ref)]
	return firstOf(u.shown, u.name)
}

// isSelf reports whether u is the person: by what cannot change first. Where
// both have an account id or a key, nothing else counts.
func (d *directory) isSelf(u user) bool {
	s := d.self
	for _, pair := range [][2]string{{u.id, s.id}, {u.key, s.key}, {u.name, s.name}, {u.email, s.email}} {
		if pair[0] != "" && pair[1] != "" {
			return strings.EqualFold(pair[0], pair[1])
		}
	}
	return false
}

// isSelfRef reports whether a changelog means the person by ref: an account
// id, a key or a name.
func (d *directory) isSelfRef(ref string) bool {
	if ref == "" {
		return false
	}
	for _, r := range d.self.refs() {
		if strings.EqualFold(r, ref) {
			return true
		}
	}
	u, ok := d.known[strings.ToLower(ref)]
	return ok && d.isSelf(u)
}

// person returns a user as evidence names people. The person and configured
// colleagues have the login by which the configuration names them, so that
// whoever reads the evidence finds them again; all others their account id or
// name.
func (d *directory) person(u user) evidence.Person {
	p := evidence.Person{Name: u.shown, Login: u.ref(), Email: u.email}
	if u.zero() {
		return p
	}
	if d.isSelf(u) {
		p.Login = firstOf(d.login, p.Login)
		return p
	}
	for _, try := range append(u.refs(), u.email, "") {
		q := evidence.Person{Login: try, Email: u.email, Name: u.shown}
		if id, ok := d.people.Find("jira", q); ok {
			if logins := id.Logins["jira"]; len(logins) > 0 {
				p.Login = logins[0]
			}
			break
		}
	}
	return p
}

// by returns the login of a user for a move or a date, "" when it was deleted.
func (d *directory) by(u user) string { return d.person(u).Login }
