package evidence

import "strings"

// Identity is one human being with the names they go by at each source: the
// person whose evidence it is, or a colleague whose relation matters.
type Identity struct {
	Name     string
	Role     string // "Machine-learning scientist"
	Relation string // what a colleague is to the person: junior, peer, leader, manager, customer, ...
	// Logins maps a source to the account name or id there; a source may know
	// the same human being under several.
	Logins map[string][]string
	Emails []string
}

// Is reports whether p, as source names them, is this human being: by login at
// that source, by e-mail address, else by the full name. Case does not matter.
func (id Identity) Is(source string, p Person) bool {
	for _, l := range id.Logins[source] {
		if p.Login != "" && strings.EqualFold(l, p.Login) {
			return true
		}
	}
	for _, e := range id.Emails {
		if p.Email != "" && strings.EqualFold(e, p.Email) || p.Login != "" && strings.EqualFold(e, p.Login) {
			return true
		}
	}
	return p.Name != "" && strings.EqualFold(p.Name, id.Name)
}

// People is the colleagues that the configuration names.
type People []Identity

// Find returns the colleague that p, as source names them, is.
func (ps People) Find(source string, p Person) (Identity, bool) {
	for _, id := range ps {
		if id.Is(source, p) {
			return id, true
		}
	}
	return Identity{}, false
}
