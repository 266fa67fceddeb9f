package git

import (
	"net/url"
	"path"
	"path/filepath"
	"regexp"
	"strings"
)

// remote is where a clone came from: nothing of it holds credentials.
type remote struct {
	host  string // "" where it is a folder
	place string // owner/repository, or the folder's name
	page  string // address of a commit without its id; "" where the forge is not known
}

var scpForm = regexp.MustCompile(`^(?:[^@/\s]+@)?([A-Za-z0-9._-]+|\[[0-9a-fA-F:]+\]):([^:].*)$`)

// parseRemote understands the forms that git does: https, ssh, git and file
// addresses, host:path, and folders; those it returns too. User names, passwords
// and queries are dropped.
func parseRemote(raw, dir string) (from remote, folder string) {
	raw = strings.TrimSpace(raw)
	local := remote{place: strings.TrimSuffix(filepath.Base(dir), ".git")}
	var host, port, p string
	if strings.Contains(raw, "://") {
		u, err := url.Parse(raw)
		if err == nil && u.Scheme == "file" && len(u.Path) > 1 {
			return copyOf(u.Path), u.Path
		} else if err != nil || u.Host == "" {
			return local, ""
		}
		host, p = u.Hostname(), u.Path
		if u.Scheme == "https" || u.Scheme == "http" {
			port = u.Port()
		}
	} else if m := scpForm.FindStringSubmatch(raw); m != nil && len(m[1]) > 1 { // not a drive's letter
		host, p = strings.Trim(m[1], "[]"), m[2]
	} else if raw != "" {
		return copyOf(raw), raw
	} else {
		return local, ""
	}
	host = strings.ToLower(host)
	p = strings.TrimSuffix(strings.Trim(path.Clean("/"+strings.TrimLeft(p, "~/")), "/"), ".git")
	// "/scm/" is how Bitbucket Server and "/v3/" how Azure DevOps address a
	// clone; neither is part of the repository's name.
	p = strings.TrimPrefix(p, "scm/")
	if p == "" || strings.ContainsAny(p, " @\\") || clean(p) != p {
		return local, ""
	}
	r := remote{host: host, place: p}
	if hook := commitPath(host); hook != "" && strings.Contains(p, "/") {
		at := host
		if port != "" {
			at += ":" + port
		}
		r.page = (&url.URL{Scheme: "https", Host: at, Path: "/" + p + hook}).String()
	}
	return r, ""
}

// copyOf is the place of a clone of another folder: the same as that folder's, so
// that a commit is at one place in both.
func copyOf(dir string) remote {
	dir = strings.TrimSuffix(filepath.Clean(dir), string(filepath.Separator)+".git")
	return remote{place: oneLine(strings.TrimSuffix(filepath.Base(dir), ".git"))}
}

// commitPath returns what stands between a repository and a commit's id in the
// addresses of a forge, "" where the forge is not known.
func commitPath(host string) string {
	switch {
	case host == "github.com", strings.HasSuffix(host, ".ghe.com"), strings.HasPrefix(host, "github."),
		host == "codeberg.org", strings.HasPrefix(host, "gitea."), strings.HasPrefix(host, "forgejo."):
		return "/commit/"
	case host == "gitlab.com", strings.HasPrefix(host, "gitlab."):
		return "/-/commit/"
	case host == "bitbucket.org":
		return "/commits/"
	}
	return ""
}
