// Package slack collects the threads of a Slack workspace in which a person
// answered, taught or decided, and their posts of substance: from the zip that a
// workspace exports, and from the Web API with a user token.
//
// The item is the thread, not the message: "thanks", "+1" and emoji are no
// evidence, and a thread counts when something in it that the person wrote does;
// see [weigh]. What is kept of others is a name and the first line of what was
// answered. Direct messages and private channels are left out unless the
// configuration names them.
//
// A thread has the same id whichever way it came: "slack:TEAM/CHANNEL/ts", by
// the ts of its first message. A ts is a decimal number that names a message in
// its channel, and never a float; see [stamp].
//
// Of slack-go's types nothing is used: measured, six of eight payloads with one
// odd field lose the whole page there. Here an odd field costs nothing else.
package slack

import (
	"context"
	"errors"
	"fmt"
	"path"
	"regexp"
	"slices"
	"strings"

	"github.com/dossier-report/dossier/collectors"
	"github.com/dossier-report/dossier/evidence"
)

// name is the source's, which its ids begin with.
const name = "slack"

// Source is what cmd/dossier lists.
var Source = source(standard)

// sizes are what a test makes smaller.
type sizes struct {
	page    int // threads that are kept at once
	results int // matches on a page of a search: the most that Slack gives
	deep    int // pages that a search has: Slack gives no more
	replies int // messages of a thread that are asked for at once
	limits  limits
}

// standard are the sizes in use. Counts and depth of a search are
// https://docs.slack.dev/reference/methods/search.messages
var standard = sizes{page: 100, results: 100, deep: 100, replies: 200, limits: guard}

func source(s sizes) collectors.Source {
	return collectors.Source{
		Name:   name,
		Title:  "Slack",
		Badge:  "SL",
		Config: Config{},
		New: func(settings collectors.Settings, env collectors.Env) (collectors.Collector, error) {
			var cfg Config
			if err := settings.Decode(&cfg); err != nil {
				return nil, err
			}
			if err := cfg.Validate(); err != nil {
				return nil, err
			}
			return &collector{cfg: cfg, env: env, sizes: s}, nil
		},
	}
}

// Config is the part "slack" of the sources in dossier.yaml.
type Config struct {
	Export     string             `yaml:"export,omitempty" jsonschema:"description=The zip that the workspace exported or a glob of several; ~ is understood"`
	Token      collectors.Secret  `yaml:"token,omitempty" jsonschema:"description=Where the user token (xoxp) of the Web API is kept: env:NAME or keyring"`
	URL        collectors.Address `yaml:"url,omitempty" jsonschema:"description=Address of the workspace such as https://acme.slack.com for links into it; the Web API tells it by itself"`
	Team       string             `yaml:"team,omitempty" jsonschema:"description=Id of the workspace such as T024BE7LD; found in the export and told by the Web API when empty"`
	Channels   []string           `yaml:"channels,omitempty" jsonschema:"description=Public channels to read by name or id or glob; all when empty"`
	Exclude    []string           `yaml:"exclude,omitempty" jsonschema:"description=Channels to leave out by name or id or glob"`
	Private    []string           `yaml:"private,omitempty" jsonschema:"description=Private channels (by name or id or glob) and direct messages (by id or the other's @name) to read; none when empty"`
	OthersText bool               `yaml:"others_text,omitempty" jsonschema:"description=Keep the whole text of what the person answered and not its first line alone"`
	API        collectors.Address `yaml:"api,omitempty" jsonschema:"description=Address of the Web API; https://slack.com/api when empty"`
}

var teamID = regexp.MustCompile(`^[TE][A-Z0-9]{2,20}$`)

// Validate reports the first setting that cannot work. Its errors begin with
// the path of the field.
func (c Config) Validate() error {
	switch {
	case c.Export == "" && c.Token.IsZero():
		return errors.New("export: neither an export nor a token is there\nadd export: ~/Downloads/acme.zip or token: env:SLACK_TOKEN")
	case c.Team != "" && !teamID.MatchString(c.Team):
		return fmt.Errorf("team: %q is no id of a workspace\nit begins with T and stands in the address of Slack in a browser", c.Team)
	case strings.ContainsRune(c.Export, 0):
		return errors.New("export: is not a path")
	}
	if _, err := path.Match(c.Export, ""); err != nil {
		return fmt.Errorf("export: %q is not a glob", c.Export)
	}
	for _, list := range []struct {
		field string
		globs []string
	}{{"channels", c.Channels}, {"exclude", c.Exclude}, {"private", c.Private}} {
		for i, g := range list.globs {
			if _, err := path.Match(g, ""); err != nil || bare(g) == "" {
				return fmt.Errorf("%s[%d]: %q is no name, id or glob of a channel", list.field, i, g)
			}
		}
	}
	return nil
}

// collector finds the person's threads in one workspace.
type collector struct {
	cfg Config
	env collectors.Env
	sizes
}

var (
	_ collectors.Collector = (*collector)(nil)
	_ collectors.Checker   = (*collector)(nil)
)

// The parts. The export comes first: where both give a thread, that of the Web
// API is the younger.
const (
	partExport   = "export"
	partMessages = "messages"
)

// Collect reads the export, when one is configured, and then asks the Web API,
// when there is a token. Either does without the other.
func (c *collector) Collect(ctx context.Context, p evidence.Period, out collectors.Sink) error {
	var errs []error
	if c.cfg.Export != "" {
		errs = append(errs, c.readExport(ctx, p, out))
	}
	if err := ctx.Err(); err != nil {
		return err
	}
	if !c.cfg.Token.IsZero() {
		errs = append(errs, c.askAPI(ctx, p, out))
	}
	errs = slices.DeleteFunc(errs, func(err error) bool { return err == nil })
	if len(errs) == 1 {
		return errs[0]
	}
	return errors.Join(errs...)
}

// question is what items depend on besides the answers: when it changes, all is
// read anew.
func (c *collector) question(who string) string {
	return evidence.Hash(fmt.Appendf(nil, "%s %s %q %q %q %q %q %v", form, who, c.cfg.URL, c.cfg.Team,
		c.cfg.Channels, c.cfg.Exclude, c.cfg.Private, c.cfg.OthersText))
}

// form is raised when items are made differently from the same answers.
const form = "1"

// firstOf returns the first that is not empty.
func firstOf(list ...string) string {
	for _, s := range list {
		if s != "" {
			return s
		}
	}
	return ""
}
