// Package github collects what a person did on GitHub: pull requests, reviews,
// issues, comments, discussions, commits and the cards of project boards. It
// works with github.com, GitHub Enterprise Server and Cloud, and a server on
// loopback.
//
// # How it asks
//
// Everything goes through GraphQL, by the queries in the folder queries, sent
// with go-github's client. One request at the start asks for the counts and the
// last change of every search; what has not changed since the last complete
// pass is not asked again. Each pull request, issue and discussion is read
// whole in whichever search finds it first, so that it has the same content
// whatever way and for whatever period it was found. A search gives 1,000 results at
// most, so a larger one is split by date, and the totals are compared.
//
// Where a server refuses GraphQL, pull requests, reviews, issues and comments
// are read by REST, one request for each; boards, discussions and commits are
// then gaps.
//
// # What counts
//
//   - a review on the day it was submitted, with its inline comments; a reply
//     in a review of the person's own pull request is a comment;
//   - a pull request or issue of the person's on the day it was opened, merged
//     or closed; an issue given to them on the day it was assigned;
//   - commits of the default branches;
//   - a card of a board that the person made, moved, dated or estimated.
//
// # Identity
//
// Logins and repositories can be renamed, so an id is made of numbers that stay:
// "github:5000#12" is number 12 of the repository with the database id 5000;
// other hosts than github.com stand before it ("github:ghe.acme.example/5000#12").
// A person may have several logins: each is asked for by itself, and what was
// done under any of them is theirs.
// Addresses and the ends of ids ("acme/api#12", "#12") still find it.
package github

import (
	"context"
	"errors"
	"fmt"
	"regexp"
	"strings"

	"github.com/dossier-report/dossier/collectors"
	"github.com/dossier-report/dossier/evidence"
)

// Source is what cmd/dossier lists.
var Source = collectors.Source{
	Name:   "github",
	Title:  "GitHub",
	Badge:  "GH",
	Config: Config{},
	New:    New,
}

// Config is the part "github" of the sources in dossier.yaml.
type Config struct {
	API      collectors.Address `yaml:"api,omitempty" jsonschema:"description=Root of the REST API such as https://api.github.com or https://HOST/api/v3; GraphQL is found from it"`
	Token    collectors.Secret  `yaml:"token,omitempty" jsonschema:"description=Where the token is kept: env:NAME or keyring; GH_TOKEN and GITHUB_TOKEN and gh are tried when empty"`
	App      App                `yaml:"app,omitempty" jsonschema:"description=A GitHub App to sign in as instead of a person"`
	Orgs     []string           `yaml:"orgs,omitempty" jsonschema:"description=Organisations or owners to look in; everywhere that the token can see when empty"`
	Repos    []string           `yaml:"repos,omitempty" jsonschema:"description=Repositories to look in as owner/name; added to those of the organisations"`
	Exclude  []string           `yaml:"exclude,omitempty" jsonschema:"description=Globs of repositories to leave out such as acme/sandbox-*"`
	Projects []string           `yaml:"projects,omitempty" jsonschema:"description=Project boards as owner/number; those of the person and of the organisations when empty"`
}

// App is a GitHub App's installation, as which the collector can sign in.
type App struct {
	ID           int64  `yaml:"id,omitempty" jsonschema:"description=The number of the app"`
	Installation int64  `yaml:"installation,omitempty" jsonschema:"description=The number of its installation in the organisation"`
	Key          string `yaml:"key,omitempty" jsonschema:"description=File with the private key in PEM form"`
}

var (
	ownerForm = regexp.MustCompile(`^[A-Za-z0-9](?:[A-Za-z0-9_-]{0,98})$`)
	repoForm  = regexp.MustCompile(`^[A-Za-z0-9][A-Za-z0-9_-]{0,98}/[A-Za-z0-9._-]{1,100}$`)
	boardForm = regexp.MustCompile(`^[A-Za-z0-9][A-Za-z0-9_-]{0,98}/[1-9][0-9]{0,8}$`)
)

// Validate reports what is wrong with the settings, each with its field's path.
func (c *Config) Validate() error {
	var errs []error
	check := func(field string, list []string, form *regexp.Regexp, what string) {
		for i, s := range list {
			if !form.MatchString(s) {
				errs = append(errs, fmt.Errorf("%s[%d]: %q is not %s", field, i, s, what))
			}
		}
	}
	check("orgs", c.Orgs, ownerForm, "the name of an organisation")
	check("repos", c.Repos, repoForm, "of the form owner/name")
	check("projects", c.Projects, boardForm, "of the form owner/number")
	for i, g := range c.Exclude {
		if !validGlob(g) {
			errs = append(errs, fmt.Errorf("exclude[%d]: %q is not a glob", i, g))
		}
	}
	if a := c.App; a != (App{}) && (a.ID <= 0 || a.Installation <= 0 || a.Key == "") {
		errs = append(errs, errors.New("app: needs id, installation and key, all three"))
	}
	if c.App != (App{}) && !c.Token.IsZero() {
		errs = append(errs, errors.New("app: stands beside token; take one of them away"))
	}
	return errors.Join(errs...)
}

// publicAPI is where github.com answers.
const publicAPI = "https://api.github.com"

// collector finds a person's evidence on one GitHub.
type collector struct {
	cfg  Config
	env  collectors.Env
	root collectors.Address // of the REST API
	web  string             // the host that people see: github.com
}

// New makes a collector for a GitHub. It decodes settings strictly and touches
// nothing.
func New(settings collectors.Settings, env collectors.Env) (collectors.Collector, error) {
	var cfg Config
	if err := settings.Decode(&cfg); err != nil {
		return nil, err
	}
	if err := cfg.Validate(); err != nil {
		return nil, err
	}
	root := cfg.API
	if root.IsZero() {
		var err error
		if root, err = collectors.ParseAddress(publicAPI); err != nil {
			return nil, err
		}
	}
	return &collector{cfg: cfg, env: env, root: root, web: webHost(root)}, nil
}

// webHost returns the host whose pages people see: github.com for
// api.github.com, TENANT.ghe.com for api.TENANT.ghe.com, else the API's own.
func webHost(root collectors.Address) string {
	host := root.Host()
	if host == "api.github.com" || strings.HasPrefix(host, "api.") && strings.HasSuffix(host, ".ghe.com") {
		return strings.TrimPrefix(host, "api.")
	}
	return host
}

// Collect asks for everything that the person did in p. A search, a board or a
// repository that cannot be read is a gap; a refused sign-in, a limit that is
// too long to wait for and a page that cannot be kept stop the source.
func (c *collector) Collect(ctx context.Context, p evidence.Period, out collectors.Sink) error {
	r, err := c.begin(ctx, p, out)
	if err != nil {
		return err
	}
	return r.collect(ctx)
}
