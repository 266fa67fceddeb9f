package slack

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/dossier-report/dossier/collectors"
	"github.com/dossier-report/dossier/evidence"
)

// run is one collection by the Web API.
type run struct {
	*collector
	*builder
	client *client
	out    collectors.Sink
	period evidence.Period
	who    string // the person's id
	query  string

	cur    apiCursor
	was    string // the cursor to leave as it is, where the period is another
	hold   bool
	begun  bool
	pages  int
	queue  []evidence.Fetched
	absent []string // users that cannot be asked for
	// strangers says that no user can be asked for, mute that no thread can.
	strangers, mute bool
	lost            bool
	failures        int // threads that could not be read
}

// apiCursor is how far the workspace was asked.
type apiCursor struct {
	collectors.Asked
	// Full is when the last whole pass began, in seconds since 1970; 0 asks for
	// one. Only a whole pass finds what was deleted, and who was helped since.
	Full int64 `json:"full,omitempty"`
	Pass bool  `json:"pass,omitempty"` // a whole pass is under way
	// Mark is when the last search began; After is the last thread that was kept
	// of a pass under way, as its root and channel.
	Mark  int64  `json:"mark,omitempty"`
	After string `json:"after,omitempty"`
	// Seen are the messages of the last days as they were, by channel and ts.
	Seen map[string]string `json:"seen,omitempty"`
}

const (
	fullAfter = 7 * 24 * time.Hour
	// overlap is how much is searched again: the index of a search is late.
	overlap = 24 * time.Hour
	maxSeen = 2000
)

func decodeAPI(s string) apiCursor {
	var c apiCursor
	if json.Unmarshal([]byte(s), &c) != nil {
		return apiCursor{}
	}
	return c
}

func (c apiCursor) encode() string {
	b, err := json.Marshal(c)
	if err != nil {
		return "" // texts and numbers cannot fail
	}
	return string(b)
}

// identity is what auth.test answers.
type identity struct {
	Team       word  `json:"team"`
	TeamID     word  `json:"team_id"`
	User       word  `json:"user"`
	UserID     word  `json:"user_id"`
	URL        word  `json:"url"`
	Bot        word  `json:"bot_id"`
	Enterprise word  `json:"enterprise_id"`
	Whole      truth `json:"is_enterprise_install"`
	scopes     string
}

// signIn fetches the token and asks whose it is.
func (c *collector) signIn(ctx context.Context) (*client, identity, string, error) {
	var id identity
	token, err := c.cfg.Token.Resolve(ctx, c.env)
	if err != nil {
		return nil, id, "", err
	}
	kind := tokenKind(token)
	switch {
	case strings.HasPrefix(kind, "bot"):
		return nil, id, kind, &collectors.SignInError{Why: "the token is a bot's (xoxb-), which may not search messages", Hint: tokenHint}
	case kind == "app-level", kind == "refresh":
		return nil, id, kind, &collectors.SignInError{Why: "the token is of the kind " + kind + ", which cannot read messages", Hint: tokenHint}
	case strings.HasPrefix(kind, "browser"):
		return nil, id, kind, &collectors.SignInError{Why: "the token is taken from a browser, which Slack forbids and ends at any time", Hint: tokenHint}
	}
	cl := c.connect(token)
	id.scopes, err = cl.ask(ctx, "auth.test", nil, &id)
	if err == nil && id.UserID == "" {
		err = errors.New("auth.test: it tells no user")
	}
	return cl, id, kind, err
}

// askAPI finds what the person wrote, and reads the threads that it stands in.
func (c *collector) askAPI(ctx context.Context, p evidence.Period, out collectors.Sink) error {
	cl, id, _, err := c.signIn(ctx)
	if err != nil {
		return err
	}
	dir := newDirectory(c.env.Self, c.env.People)
	r := &run{collector: c, client: cl, out: out, period: p, who: c.whose(id)}
	dir.me[r.who] = true
	if r.who != string(id.UserID) {
		out.Note(partMessages, fmt.Sprintf("the token is of %s, so of %s only what that account may see is found", id.UserID, r.who))
	}
	r.builder = &builder{conf: c.cfg, dir: dir, channels: map[string]*channel{}, team: firstOf(c.cfg.Team, string(id.TeamID), "workspace"), base: c.base(id)}
	stored, err := out.Cursor(ctx, partMessages)
	if err != nil {
		return err
	}
	r.was, r.cur = stored, decodeAPI(stored)
	asks := c.question(r.team + " " + r.who)
	now := c.env.Now()
	age := now.Sub(time.Unix(r.cur.Full, 0)).Abs()
	incremental := false
	switch {
	case r.cur.Ask != asks, r.cur.Pass && !r.cur.Same(p), !r.cur.Pass && (r.cur.Full == 0 || !r.cur.Covers(p) || age > fullAfter):
		r.cur = apiCursor{Asked: collectors.AskedFor(asks, p), Full: now.Unix(), Mark: now.Unix(), Pass: true}
	case r.cur.Pass:
		r.begun = true
	default:
		incremental = true
		r.hold = !r.cur.Same(p)
	}
	from, to := window(p, now)
	if incremental {
		if mark := day0(time.Unix(r.cur.Mark, 0).Add(-overlap)); mark.After(from) {
			from = mark
		}
		r.cur.Mark = now.Unix()
	}
	r.query = searchQuery(r.who, from, to)
	if from.After(to) {
		out.Same(partMessages, r.query)
		return ctx.Err()
	}
	return r.collect(ctx, from, to, incremental)
}

// whose returns the id of the person: that of the token's account, unless the
// configuration names others alone.
func (c *collector) whose(id identity) string {
	other := ""
	for _, l := range c.env.Self.Logins[name] {
		if l == string(id.UserID) {
			return l
		}
		if other == "" && isUserID(l) {
			other = l
		}
	}
	return firstOf(other, string(id.UserID))
}

// base returns the workspace's address for links into it.
func (c *collector) base(id identity) string {
	if !c.cfg.URL.IsZero() {
		return c.cfg.URL.String()
	}
	a, err := collectors.ParseAddress(string(id.URL))
	if err != nil {
		return ""
	}
	return a.String()
}

// gap says that something is missing or odd. The next run asks for everything
// again, so that it tells of it as well.
func (r *run) gap(what, why string, bad bool) {
	r.lost = true
	r.out.Gap(partMessages, evidence.Gap{What: what, Why: why, Bad: bad})
}

// finish ends the pass, or says that nothing is new.
func (r *run) finish(ctx context.Context, seen map[string]string) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	end := r.cur.Pass
	if !end && len(r.queue) == 0 && r.pages == 0 {
		r.out.Same(partMessages, r.query)
		return nil
	}
	r.cur.Pass, r.cur.After = false, ""
	r.cur.Seen = map[string]string{}
	late := time.Unix(r.cur.Mark, 0).Add(-overlap - 48*time.Hour)
	for _, key := range sorted(seen) {
		_, ts, _ := strings.Cut(key, "/")
		if stamp(ts).time().After(late) && len(r.cur.Seen) < maxSeen {
			r.cur.Seen[key] = seen[key]
		}
	}
	if r.lost {
		r.cur.Full = 0
	}
	return r.keep(ctx, end)
}

// keep stores what is waiting with the cursor behind it.
func (r *run) keep(ctx context.Context, end bool) error {
	if len(r.queue) == 0 && !end && r.pages == 0 {
		return nil
	}
	cursor := r.cur.encode()
	if r.hold {
		cursor = r.was
	}
	page := evidence.Batch{Part: partMessages, Query: r.query, FetchedAt: r.env.Now(), Items: r.queue, Cursor: cursor, Period: r.period, End: end}
	if r.cur.Pass || end {
		page.Begin, r.begun = !r.begun, true
	}
	if err := r.out.Keep(ctx, page); err != nil {
		return fmt.Errorf("keep threads: %w", err)
	}
	r.pages++
	r.queue = nil
	return nil
}
