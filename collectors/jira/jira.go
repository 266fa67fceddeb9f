// Package jira collects the tickets of a Jira site in which a person had a
// part, with their whole history: on Jira Cloud and on Jira Data Center.
//
// What counts, by account id or user key and never by a name that is displayed:
//
//   - tickets that the person created or that were assigned to them, at any
//     time, by anybody;
//   - what they moved, resolved, scheduled (due date, other planned dates,
//     sprint), estimated, flagged, linked, split or reworded, each at the time of
//     the change;
//   - their comments, and their worklogs by the day worked.
//
// Everything else that a ticket's changelog holds is its flow: every move by
// everybody, due dates with who wrote them and when, flags. A changelog holds
// no first state; it is made up from the first change. Statuses mean what the
// site says, sprints are told with when the ticket was put into them and taken
// out, and the named boards with their columns as they are set up now. Of a
// ticket whose history may not be read the moves are those that were seen from
// one run to the next; see [collectors.Sighting].
//
// Of a board that is named all tickets are kept that lay open in the period, for
// their flow: those of others have no acts, and are no evidence.
//
// Cloud is asked for the ids of the tickets (search/jql), their content
// (issue/bulkfetch) and their history (changelog/bulkfetch), Data Center for all
// of it at once (search). Either way a page is read with tolerance: a field that
// is not as it should be is left out, said, and costs nothing else.
//
// It is always API v2: v3 gives documents where v2 gives text.
package jira

import (
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strings"

	"github.com/dossier-report/dossier/collectors"
)

// Source is what cmd/dossier lists.
var Source = source(pageSize)

// pageSize is how many tickets are asked for, and kept, at once: the most that
// issue/bulkfetch gives.
const pageSize = 100

func source(page int) collectors.Source {
	return collectors.Source{
		Name:   "jira",
		Title:  "Jira",
		Badge:  "JI",
		Config: Config{},
		New: func(settings collectors.Settings, env collectors.Env) (collectors.Collector, error) {
			var cfg Config
			if err := settings.Decode(&cfg); err != nil {
				return nil, err
			}
			if err := cfg.Validate(); err != nil {
				return nil, err
			}
			return &collector{cfg: cfg, env: env, page: page}, nil
		},
	}
}

// Config is the part "jira" of the sources in dossier.yaml.
type Config struct {
	URL          collectors.Address `yaml:"url" jsonschema:"description=Address of the site such as https://acme.atlassian.net"`
	Token        collectors.Secret  `yaml:"token" jsonschema:"description=Where the token is kept: env:NAME or keyring"`
	Email        string             `yaml:"email,omitempty" jsonschema:"description=E-mail address of the account that the API token belongs to; that of the person when empty"`
	Auth         string             `yaml:"auth,omitempty" jsonschema:"description=How to sign in: basic (e-mail and API token) or bearer (personal access token) or gateway (API token with scopes) or oauth (OAuth 2.0 with a refresh token in the keyring) or auto,enum=auto,enum=basic,enum=bearer,enum=gateway,enum=oauth"`
	ClientID     string             `yaml:"client_id,omitempty" jsonschema:"description=Client id of the OAuth 2.0 app; for auth: oauth"`
	ClientSecret collectors.Secret  `yaml:"client_secret,omitempty" jsonschema:"description=Where the secret of the OAuth 2.0 app is kept: env:NAME or keyring:NAME; for auth: oauth"`
	Boards       []int              `yaml:"boards,omitempty" jsonschema:"description=Numbers of boards: their estimation field is used and their columns are told and all of their tickets are kept for flow"`
	Projects     []string           `yaml:"projects,omitempty" jsonschema:"description=Keys of the projects to look in; all that the token may see when empty"`
	JQL          string             `yaml:"jql,omitempty" jsonschema:"description=A further restriction in JQL such as labels != private"`
}

// The ways to sign in.
const (
	auto    = "auto"
	basic   = "basic"
	bearer  = "bearer"
	gateway = "gateway"
	oauth   = "oauth"
)

var (
	projectKey = regexp.MustCompile(`^[A-Z][A-Z0-9_]{1,254}$`)
	ordering   = regexp.MustCompile(`(?i)\border\s+by\b`)
)

// Validate reports the first setting that cannot work. Its errors begin with
// the path of the field.
func (c Config) Validate() error {
	switch {
	case c.URL.IsZero():
		return errors.New("url: the address of the site is missing\nadd url: https://SITE.atlassian.net")
	case c.Token.IsZero():
		return errors.New("token: is missing\nadd token: env:JIRA_API_TOKEN")
	case !slices.Contains([]string{"", auto, basic, bearer, gateway, oauth}, c.Auth):
		return fmt.Errorf("auth: %q is none of auto, basic, bearer, gateway, oauth", c.Auth)
	case c.Auth == oauth && !strings.HasPrefix(c.Token.Where(), inKeyring):
		return errors.New("token: a refresh token is good for one use, so the next one must be kept\nwrite token: keyring:jira")
	case c.Auth == oauth && (c.ClientID == "" || c.ClientSecret.IsZero()):
		return errors.New("client_id: the app's client_id and client_secret are missing\nfind them at https://developer.atlassian.com/console/myapps/")
	case ordering.MatchString(c.JQL):
		return errors.New("jql: must be a restriction without ORDER BY")
	case strings.ContainsAny(c.JQL, "\r\n"):
		return errors.New("jql: must be one line")
	}
	for i, b := range c.Boards {
		if b < 1 {
			return fmt.Errorf("boards[%d]: %d is no number of a board", i, b)
		}
	}
	for i, p := range c.Projects {
		if !projectKey.MatchString(p) {
			return fmt.Errorf("projects[%d]: %q is no key of a project", i, p)
		}
	}
	return nil
}

// collector finds the person's tickets at one site.
type collector struct {
	cfg  Config
	env  collectors.Env
	page int // tickets on a page
}

var (
	_ collectors.Collector = (*collector)(nil)
	_ collectors.Checker   = (*collector)(nil)
)
