package slack

import (
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/dossier-report/dossier/evidence"
)

// user is an account. Of an e-mail address it is only used who it is of.
type user struct {
	id     string
	handle string // name, which can change
	shown  string
	email  string
	team   string
	bot    bool
}

// decodeUser reads a user object as users.json and users.info have it.
func decodeUser(raw []byte) (user, bool) {
	var u struct {
		ID      word           `json:"id"`
		Name    word           `json:"name"`
		Real    word           `json:"real_name"`
		Team    word           `json:"team_id"`
		Bot     truth          `json:"is_bot"`
		Profile maybe[profile] `json:"profile"`
	}
	if json.Unmarshal(raw, &u) != nil || u.ID == "" {
		return user{}, false
	}
	p := u.Profile.v
	return user{id: string(u.ID), handle: string(u.Name), team: string(u.Team), bot: bool(u.Bot),
		shown: firstOf(string(p.Real), string(u.Real), string(p.Display), string(u.Name)), email: string(p.Email)}, true
}

// directory knows users by id.
type directory struct {
	known  map[string]user
	people evidence.People
	self   evidence.Identity
	me     map[string]bool // ids of the person
}

func newDirectory(self evidence.Identity, people evidence.People) *directory {
	return &directory{known: map[string]user{}, people: people, self: self, me: map[string]bool{}}
}

func (d *directory) add(u user) { d.known[u.id] = u }

// errNobody says that the person is not among the users.
var errNobody = errors.New("the person is not among the workspace's users\nset person.slack in dossier.yaml to the member id: in Slack, Profile, ⋮, Copy member ID")

// findSelf finds the accounts of the person: by id or user name, else by e-mail
// address, else by the full name when only one is called so.
func (d *directory) findSelf() error {
	by := func(is func(u user) bool) {
		for id, u := range d.known {
			if !u.bot && is(u) {
				d.me[id] = true
			}
		}
	}
	has := func(list []string, values ...string) bool {
		return slices.ContainsFunc(values, func(v string) bool {
			return v != "" && slices.ContainsFunc(list, func(s string) bool { return strings.EqualFold(strings.TrimPrefix(s, "@"), v) })
		})
	}
	logins := d.self.Logins[name]
	by(func(u user) bool { return has(logins, u.id, u.handle) })
	for _, l := range logins {
		if isUserID(l) {
			d.me[l] = true // users.json may lack it
		}
	}
	if len(d.me) == 0 {
		by(func(u user) bool { return has(d.self.Emails, u.email) || has(logins, u.email) })
	}
	if len(d.me) == 0 && d.self.Name != "" {
		by(func(u user) bool { return strings.EqualFold(u.shown, d.self.Name) })
		if len(d.me) > 1 {
			return fmt.Errorf("%d users are called %s\nset person.slack in dossier.yaml to the member id: in Slack, Profile, ⋮, Copy member ID", len(d.me), d.self.Name)
		}
	}
	if len(d.me) == 0 {
		return errNobody
	}
	return nil
}

// isUserID reports whether s is written as a member id is: U024BE7LH, or W... in
// a grid of workspaces.
func isUserID(s string) bool {
	if len(s) < 6 || s[0] != 'U' && s[0] != 'W' {
		return false
	}
	return !strings.ContainsFunc(s, func(r rune) bool { return (r < 'A' || r > 'Z') && (r < '0' || r > '9') })
}

// who returns the person's ids in order.
func (d *directory) who() []string {
	ids := make([]string, 0, len(d.me))
	for id := range d.me {
		ids = append(ids, id)
	}
	slices.Sort(ids)
	return ids
}

// called returns the name that a text shows for a user.
func (d *directory) called(id string) string {
	u := d.known[id]
	return firstOf(u.shown, u.handle, id)
}

// person returns a user as evidence names people: without the e-mail address.
// The person and configured colleagues have the login by which the configuration
// names them, so that whoever reads the evidence finds them again.
func (d *directory) person(id string) evidence.Person {
	if id == "" {
		return evidence.Person{}
	}
	u, ok := d.known[id]
	if !ok {
		u = user{id: id}
	}
	p := evidence.Person{Name: u.shown, Login: id}
	if d.me[id] {
		p.Name = firstOf(p.Name, d.self.Name)
		if logins := d.self.Logins[name]; len(logins) > 0 {
			p.Login = logins[0]
		}
		return p
	}
	for _, login := range []string{u.id, u.handle, u.email} {
		if c, ok := d.people.Find(name, evidence.Person{Login: login, Email: u.email, Name: u.shown}); ok {
			p.Name = firstOf(p.Name, c.Name)
			if logins := c.Logins[name]; len(logins) > 0 {
				p.Login = logins[0]
			}
			break
		}
	}
	return p
}

// sorted returns the keys of a map in order.
func sorted[K ~string, V any](m map[K]V) []K {
	keys := make([]K, 0, len(m))
	for k := range m {
		keys = append(keys, k)
	}
	slices.Sort(keys)
	return keys
}
