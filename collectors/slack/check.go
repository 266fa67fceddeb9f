package slack

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/dossier-report/dossier/collectors"
	"github.com/dossier-report/dossier/evidence"
)

// Check tells whether the zips can be read and whom they know, what kind of token
// there is and what it may see, and what is left out for privacy. It changes
// nothing and asks little.
func (c *collector) Check(ctx context.Context) []collectors.Finding {
	var list []collectors.Finding
	if c.cfg.Export != "" {
		list = append(list, c.checkExport(ctx)...)
	}
	if !c.cfg.Token.IsZero() {
		list = append(list, c.checkToken(ctx)...)
	}
	return append(list, c.checkPrivacy())
}

func broken(what string, err error) collectors.Finding {
	f := collectors.Finding{What: what, Health: collectors.Broken, Detail: firstLine(err.Error())}
	var sign *collectors.SignInError
	if errors.As(err, &sign) {
		f.Detail, f.Fix = sign.Why, sign.Hint
	} else if _, fix, ok := strings.Cut(err.Error(), "\n"); ok {
		f.Fix = firstLine(fix)
	}
	return f
}

func (c *collector) checkExport(ctx context.Context) []collectors.Finding {
	paths, why := c.expand(c.cfg.Export)
	if why != "" {
		return []collectors.Finding{broken("export "+c.cfg.Export, errors.New(why))}
	}
	var list []collectors.Finding
	for _, p := range paths {
		list = append(list, c.checkZip(ctx, p))
	}
	return list
}

func (c *collector) checkZip(ctx context.Context, p string) collectors.Finding {
	label := filepath.Base(p)
	f := collectors.Finding{What: "export " + label, Health: collectors.Healthy}
	a, err := openArchive(p, c.limits)
	if err != nil {
		return broken(f.What, err)
	}
	defer a.close()
	z, err := examine(a, label)
	if err != nil {
		return broken(f.What, err)
	}
	e := &export{collector: c, out: &checked{}, zips: []*contents{z}}
	e.builder = &builder{conf: c.cfg, dir: newDirectory(c.env.Self, c.env.People), channels: map[string]*channel{}}
	if err := e.learn(ctx); err != nil {
		return broken(f.What, err)
	}
	var first, last time.Time
	days := 0
	for _, list := range z.files {
		for _, d := range list {
			days++
			if first.IsZero() || d.date.Before(first) {
				first = d.date
			}
			if d.date.After(last) {
				last = d.date
			}
		}
	}
	f.Detail = fmt.Sprintf("%d channels, %d users, %d files of days from %s to %s; the person is %s", len(e.channels), len(e.dir.known), days,
		first.Format(time.DateOnly), last.Format(time.DateOnly), strings.Join(e.dir.who(), ", "))
	if len(z.bad) > 0 {
		f.Health, f.Fix = collectors.Doubt, "see how the zip was made: "+shown(sorted(z.bad)[0])+": "+z.bad[sorted(z.bad)[0]]
	} else if c.cfg.URL.IsZero() && c.cfg.Token.IsZero() {
		f.Health, f.Fix = collectors.Doubt, "set sources.slack.url to the address of the workspace: without it the evidence has no links"
	}
	return f
}

// wanted are the scopes that a token needs, and why; the last ones only where
// something private is to be read.
var wanted = []struct{ scope, why string }{
	{"search:read", "nothing can be found"},
	{"channels:history", "of a thread only the person's own words are kept"},
	{"users:read", "people are known by their ids alone"},
}

func (c *collector) checkToken(ctx context.Context) []collectors.Finding {
	_, id, kind, err := c.signIn(ctx)
	if err != nil {
		return []collectors.Finding{broken("token in "+c.cfg.Token.Where(), err)}
	}
	f := collectors.Finding{What: "token in " + c.cfg.Token.Where(), Health: collectors.Healthy,
		Detail: fmt.Sprintf("a %s token of %s (%s) in %s", kind, id.User, id.UserID, firstOf(string(id.Team), string(id.TeamID)))}
	switch {
	case bool(id.Whole):
		f.Detail += ", installed for the whole organisation " + string(id.Enterprise)
	case id.Enterprise != "":
		f.Detail += ", a workspace of the organisation " + string(id.Enterprise)
	}
	if kind == "unknown" {
		f.Health, f.Fix = collectors.Doubt, tokenHint
	}
	if strings.HasSuffix(kind, "rotated") {
		f.Health, f.Fix = collectors.Doubt, "the token runs out after 12 hours: switch token rotation off in the app, or set a fresh one before each run"
	}
	list := []collectors.Finding{f}
	if logins := c.env.Self.Logins[name]; len(logins) > 0 && !slices.ContainsFunc(logins, func(l string) bool {
		return strings.EqualFold(l, string(id.UserID)) || strings.EqualFold(strings.TrimPrefix(l, "@"), string(id.User)) || strings.Contains(l, "@")
	}) {
		list = append(list, collectors.Finding{What: "user", Health: collectors.Broken, Detail: fmt.Sprintf("the token is of %s (%s), person.slack says %s", id.User, id.UserID, logins[0]),
			Fix: "set person.slack to " + string(id.UserID) + ", or set the token of " + logins[0]})
	}
	return append(list, c.checkScopes(id.scopes))
}

func (c *collector) checkScopes(scopes string) collectors.Finding {
	f := collectors.Finding{What: "scopes", Health: collectors.Healthy}
	if scopes == "" {
		f.Detail = "Slack does not tell them; search:read, channels:history and users:read are enough"
		return f
	}
	have := strings.FieldsFunc(scopes, func(r rune) bool { return r == ',' || r == ' ' })
	var miss, why []string
	for i, w := range wanted {
		// The scope of searches has been split into several.
		if slices.ContainsFunc(have, func(h string) bool { return h == w.scope || strings.HasPrefix(h, w.scope+".") }) {
			continue
		}
		if miss, why = append(miss, w.scope), append(why, w.why); i == 0 {
			f.Health = collectors.Broken
		}
	}
	if len(miss) > 0 {
		if f.Health == collectors.Healthy {
			f.Health = collectors.Doubt
		}
		f.Detail = strings.Join(why, "; ")
		f.Fix = "add the user token scopes " + strings.Join(miss, ", ") + " to the app and install it again"
		return f
	}
	var more []string
	for _, h := range have {
		if strings.Contains(h, "write") || strings.HasPrefix(h, "admin") || h == "client" || h == "post" {
			more = append(more, h)
		}
	}
	if f.Detail = "reads what it needs"; len(more) > 0 {
		f.Health, f.Detail = collectors.Doubt, "the token may do more than read: "+strings.Join(more, ", ")
		f.Fix = "make a token with search:read, channels:history and users:read alone"
	}
	return f
}

// checkPrivacy says what is read and kept.
func (c *collector) checkPrivacy() collectors.Finding {
	f := collectors.Finding{What: "privacy", Health: collectors.Healthy, Detail: "public channels"}
	if len(c.cfg.Channels) > 0 {
		f.Detail = "the public channels " + strings.Join(c.cfg.Channels, ", ")
	}
	if len(c.cfg.Private) > 0 {
		f.Detail += ", and as named " + strings.Join(c.cfg.Private, ", ")
	} else {
		f.Detail += "; no private channel and no direct message"
	}
	f.Detail += "; of others a name and the first line of what was answered"
	if c.cfg.OthersText {
		f.Health = collectors.Doubt
		f.Detail = strings.Replace(f.Detail, "a name and the first line of what was answered", "the whole text of what was answered", 1)
		f.Fix = "take others_text away unless these people agreed"
	}
	return f
}

// checked is a sink for a look at an export: it keeps nothing.
type checked struct{ collectors.Sink }

func (checked) Gap(string, evidence.Gap) {}
func (checked) Note(string, string)      {}
