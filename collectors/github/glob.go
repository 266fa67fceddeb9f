package github

import (
	"path"
	"slices"
	"strings"
)

func validGlob(g string) bool {
	_, err := path.Match(g, "")
	return err == nil && g != ""
}

// wanted reports whether the configuration wants a repository: everything,
// without orgs and repos. An artefact without a repository is wanted: it is
// better kept than lost.
func (c *Config) wanted(name string) bool {
	if name == "" {
		return true
	}
	low := strings.ToLower(name)
	if slices.ContainsFunc(c.Exclude, func(g string) bool { ok, _ := path.Match(strings.ToLower(g), low); return ok }) {
		return false
	}
	if len(c.Orgs)+len(c.Repos) == 0 {
		return true
	}
	owner, _, _ := strings.Cut(name, "/")
	fold := func(s string) func(string) bool { return func(x string) bool { return strings.EqualFold(x, s) } }
	return slices.ContainsFunc(c.Orgs, fold(owner)) || slices.ContainsFunc(c.Repos, fold(name))
}

// qualifier narrows a search on the server where that needs no "or": how
// several places are joined differs between servers.
func (c *Config) qualifier() string {
	switch {
	case len(c.Orgs) == 1 && len(c.Repos) == 0:
		return " user:" + c.Orgs[0]
	case len(c.Orgs) == 0 && len(c.Repos) == 1:
		return " repo:" + c.Repos[0]
	}
	return ""
}
