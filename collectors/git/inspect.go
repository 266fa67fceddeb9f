package git

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/dossier-report/dossier/collectors"
	"github.com/dossier-report/dossier/evidence"
)

// Version returns the version of the installed git, such as "2.39.5". The error
// says what to install where there is none or it is too old.
func Version(ctx context.Context, env collectors.Env) (string, error) {
	t, err := findTool(ctx, env)
	if err != nil {
		return "", err
	}
	return t.version, nil
}

// Setup is what a folder tells about the person, for a first configuration.
type Setup struct {
	// Name and Email are the user's own git configuration.
	Name, Email string
	// Emails are addresses under which the clones have commits by that name, the
	// most used first and Email before all: suggestions, since two people can
	// have one name.
	Emails []string
	Clones []Clone
}

// Clone is a repository that was found.
type Clone struct {
	Path  string // ~ stands for the home folder
	Place string // owner/repository of origin, else the folder's name
	Host  string // of origin, "" where there is none
	URL   string // address of the repository's page, "" where the forge is not known
}

var errEnough = errors.New("enough was seen")

// sampled is how many commits of a clone are looked at for addresses.
const sampled = 5000

// Inspect finds out what dir tells: the person's name and addresses, and the
// clones in it, which is itself or its direct children. What cannot be found is
// empty; an error means that git cannot be used at all.
func Inspect(ctx context.Context, env collectors.Env, dir string) (Setup, error) {
	t, err := findTool(ctx, env)
	if err != nil {
		return Setup{}, err
	}
	var s Setup
	s.Name, s.Email = t.own(ctx, dir, "user.name"), t.own(ctx, dir, "user.email")
	count := make(map[string]int)
	for _, cl := range clonesAt(absolute(env, dir)) {
		cl.part = tilde(env, cl.dir)
		r := &reader{collector: &collector{env: env}, git: t, clone: cl}
		r.origin(ctx)
		found := Clone{Path: cl.part, Place: r.from.place, Host: r.from.host}
		if r.from.page != "" {
			found.URL = "https://" + r.from.host + "/" + r.from.place
		}
		s.Clones = append(s.Clones, found)
		r.addresses(ctx, s.Name, count)
	}
	for email := range count {
		s.Emails = append(s.Emails, email)
	}
	slices.SortFunc(s.Emails, func(a, b string) int {
		return cmp.Or(cmp.Compare(count[b], count[a]), strings.Compare(a, b))
	})
	if s.Email != "" {
		s.Emails = slices.DeleteFunc(s.Emails, func(e string) bool { return strings.EqualFold(e, s.Email) })
		s.Emails = slices.Insert(s.Emails, 0, s.Email)
	}
	return s, ctx.Err()
}

// own reads one value of the user's configuration, as git itself would in dir.
// Reading a value runs nothing.
func (t *tool) own(ctx context.Context, dir, key string) string {
	cmd := t.command(ctx, absolute(t.env, dir), nil, "config", "--null", "--get", key)
	cmd.Env = t.userEnviron()
	out, err := cmd.Output()
	if err != nil {
		return ""
	}
	return oneLine(strings.TrimSuffix(string(out), "\x00"))
}

// userEnviron lets git find the user's and the system's configuration.
func (t *tool) userEnviron() []string {
	env := []string{"PATH=" + t.env.Getenv("PATH"), "HOME=" + t.env.Home, "LC_ALL=C", "GIT_TERMINAL_PROMPT=0"}
	for _, name := range []string{"XDG_CONFIG_HOME", "GIT_CONFIG_GLOBAL", "GIT_CONFIG_SYSTEM", "GIT_CONFIG_NOSYSTEM", "SystemRoot", "USERPROFILE", "ProgramData"} {
		if v := t.env.Getenv(name); v != "" {
			env = append(env, name+"="+v)
		}
	}
	return env
}

// addresses counts the addresses of commits by somebody of that name.
func (r *reader) addresses(ctx context.Context, name string, count map[string]int) {
	now, err := r.trusted(ctx)
	if err != nil || name == "" {
		return
	}
	seen := 0
	// An error, of git or of having seen enough, leaves fewer suggestions.
	_ = r.walk(ctx, now.All, nil, func(rec *record) error {
		if seen++; seen > sampled {
			return errEnough
		}
		if strings.EqualFold(string(rec.field(fieldAuthor)), name) {
			for _, f := range []int{fieldAuthorEmail, fieldAuthorRaw} {
				if email := oneLine(string(rec.field(f))); strings.Contains(email, "@") {
					if count[email]++; f == fieldAuthorRaw && string(rec.field(fieldAuthorEmail)) == string(rec.field(fieldAuthorRaw)) {
						count[email]--
					}
				}
			}
		}
		return nil
	})
}

// Check looks at git and at each configured path, for "dossier doctor".
func (c *collector) Check(ctx context.Context) []collectors.Finding {
	t, err := findTool(ctx, c.env)
	if err != nil {
		why, fix, _ := strings.Cut(err.Error(), "\n")
		return []collectors.Finding{{What: "git", Health: collectors.Broken, Detail: why, Fix: fix}}
	}
	found := []collectors.Finding{{What: "git", Health: collectors.Healthy, Detail: t.version}}
	if newIdentity(c.env.Self).empty() {
		found = append(found, collectors.Finding{What: "addresses", Health: collectors.Broken,
			Detail: "the person has no e-mail address to look for", Fix: "set person.emails in dossier.yaml (git config user.email)"})
	}
	w := &findings{}
	for _, cl := range c.find(w) {
		r := &reader{collector: c, git: t, clone: cl, out: w}
		f := collectors.Finding{What: "clone " + cl.part, Health: collectors.Healthy}
		now, err := r.trusted(ctx)
		w.notes = nil
		switch {
		case err != nil:
			f.Health = collectors.Broken
			f.Detail, f.Fix, _ = strings.Cut(err.Error(), "\n")
		case len(now.All) == 0:
			f.Health, f.Detail = collectors.Doubt, "it has no commits"
		default:
			r.origin(ctx)
			f.Detail = fmt.Sprintf("%s, %d branches and tags", r.from.place, len(r.names))
			if r.notes(); len(w.notes) > 0 {
				f.Health = collectors.Doubt
				f.Detail, f.Fix, _ = strings.Cut(w.notes[0], "\n")
			}
		}
		found = append(found, f)
	}
	return append(found, w.gaps...)
}

// findings is a sink that turns gaps into findings and keeps nothing.
type findings struct {
	gaps  []collectors.Finding
	notes []string
}

func (w *findings) Cursor(context.Context, string) (string, error) { return "", nil }
func (w *findings) Keep(context.Context, evidence.Batch) error     { return nil }
func (w *findings) Same(string, string)                            {}
func (w *findings) Expect(string, int)                             {}
func (w *findings) Note(_, note string)                            { w.notes = append(w.notes, note) }
func (w *findings) Gap(part string, gap evidence.Gap) {
	why, fix, _ := strings.Cut(gap.Why, "\n")
	w.gaps = append(w.gaps, collectors.Finding{What: "path " + part, Health: collectors.Broken, Detail: why, Fix: fix})
}
