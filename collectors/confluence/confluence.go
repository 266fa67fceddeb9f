// Package confluence collects the pages and blog posts of a Confluence in which
// a person had a part: on Confluence Cloud and on Confluence Data Center.
//
// What counts, by account id or user key and never by a name that is displayed:
//
//   - versions: the first that the person published is what they wrote, each
//     later one an edit, at the time of that version and with its message. When
//     a page was last changed, and by whom, says nothing about that;
//   - comments, on the page and within its text, with what they answer to. A
//     reply to somebody else's is an answer.
//
// The text is that of the person: a page that they wrote as their last version
// left it; of a page of others what their edits added; of one on which they only
// commented none. Others are named, and what they wrote is not kept but for the
// beginning of what a comment answers to.
//
// Both generations are asked in the same way: a search in CQL finds what
// changed, searches by id give content and comments of many pages at once, and
// each page is asked for its versions (API v2 on Cloud, the content API on Data
// Center). CQL compares dates by the day, in a zone that is not told, so more is
// asked for at both ends and kept to the period exactly.
package confluence

import (
	"errors"
	"fmt"
	"path"
	"slices"
	"strings"

	"github.com/dossier-report/dossier/collectors"
)

// Source is what cmd/dossier lists.
var Source = source(pageSize)

// pageSize is how many pages are asked for their content, and kept, at once.
const pageSize = 25

func source(size int) collectors.Source {
	return collectors.Source{
		Name:   "confluence",
		Title:  "Confluence",
		Badge:  "CF",
		Config: Config{},
		New: func(settings collectors.Settings, env collectors.Env) (collectors.Collector, error) {
			var cfg Config
			if err := settings.Decode(&cfg); err != nil {
				return nil, err
			}
			if err := cfg.Validate(); err != nil {
				return nil, err
			}
			return &collector{cfg: cfg, env: env, size: size}, nil
		},
	}
}

// Config is the part "confluence" of the sources in dossier.yaml.
type Config struct {
	URL      collectors.Address `yaml:"url" jsonschema:"description=Address of the site such as https://acme.atlassian.net or https://wiki.acme.example/confluence"`
	Token    collectors.Secret  `yaml:"token" jsonschema:"description=Where the token is kept: env:NAME or keyring"`
	Email    string             `yaml:"email,omitempty" jsonschema:"description=E-mail address (Cloud) or user name (Data Center with a password) of the account that the token belongs to; that of the person when empty"`
	Auth     string             `yaml:"auth,omitempty" jsonschema:"description=How to sign in: basic (e-mail and API token) or bearer (personal access token) or gateway (API token with scopes) or auto,enum=auto,enum=basic,enum=bearer,enum=gateway"`
	Spaces   []string           `yaml:"spaces,omitempty" jsonschema:"description=Keys of the spaces to look in with * and ? as in file names; all that the token may see when empty"`
	Exclude  []string           `yaml:"exclude,omitempty" jsonschema:"description=Keys of spaces to leave out with * and ? as in file names; ~* leaves out all personal spaces"`
	Comments *bool              `yaml:"comments,omitempty" jsonschema:"description=Whether comments are collected; true when absent,default=true"`
}

// The ways to sign in.
const (
	auto    = "auto"
	basic   = "basic"
	bearer  = "bearer"
	gateway = "gateway"
)

// Validate reports the first setting that cannot work. Its errors begin with
// the path of the field.
func (c Config) Validate() error {
	switch {
	case c.URL.IsZero():
		return errors.New("url: the address of the site is missing\nadd url: https://SITE.atlassian.net")
	case c.Token.IsZero():
		return errors.New("token: is missing\nadd token: env:CONFLUENCE_API_TOKEN")
	case !slices.Contains([]string{"", auto, basic, bearer, gateway}, c.Auth):
		return fmt.Errorf("auth: %q is none of auto, basic, bearer, gateway", c.Auth)
	}
	for name, list := range map[string][]string{"spaces": c.Spaces, "exclude": c.Exclude} {
		for i, glob := range list {
			if _, err := path.Match(glob, ""); err != nil || glob == "" || strings.ContainsAny(glob, "\"\\\r\n") {
				return fmt.Errorf("%s[%d]: %q is no key of a space", name, i, glob)
			}
		}
	}
	return nil
}

func (c Config) comments() bool { return c.Comments == nil || *c.Comments }

// wants reports whether the configuration wants a space. A page whose space is
// not told is wanted: it is better kept than lost.
func (c Config) wants(space string) bool {
	matches := func(glob string) bool {
		ok, _ := path.Match(strings.ToLower(glob), strings.ToLower(space))
		return ok
	}
	if space == "" {
		return true
	}
	return !slices.ContainsFunc(c.Exclude, matches) && (len(c.Spaces) == 0 || slices.ContainsFunc(c.Spaces, matches))
}

// collector finds the person's pages at one site.
type collector struct {
	cfg  Config
	env  collectors.Env
	size int // pages in a batch
}

var (
	_ collectors.Collector = (*collector)(nil)
	_ collectors.Checker   = (*collector)(nil)
)
