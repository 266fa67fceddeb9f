package slack

import (
	"crypto/sha256"
	"regexp"
	"slices"
	"strings"
	"time"
	"unicode/utf8"
)

// line is a message of a thread, as much of it as an item needs: of others, a
// name and a first line.
type line struct {
	ts      stamp
	user    string // id; of an app the name that it shows
	app     bool
	mine    bool
	gone    bool // it was deleted: a mark in its place, or the notice of it
	huddle  *room
	plain   plainText // the person's own; others' only where their text is kept
	first   string    // line
	keys    []string  // in a first message
	weight  weight
	asks    bool
	settles bool
	checks  []string // ids of those who marked it as answered
	digest  [sha256.Size]byte
}

// thread is messages under one first message.
type thread struct {
	channel *channel
	root    stamp
	lines   []line
}

// maxText bounds the text of one message in characters; Slack's own limit is
// 40,000: https://docs.slack.dev/reference/methods/chat.postMessage
const maxText = 40_000

// The lengths at which titles and contexts are cut, in characters.
const (
	ownTitle   = 120
	otherTitle = 80
	maxContext = 200
)

// read makes a line of a message; false when it is not one of a talk.
func (b *builder) read(m *message, raw []byte) (line, bool) {
	sum := sha256.Sum256(raw)
	switch {
	case m.Changed != nil:
		m = m.Changed
	case m.Subtype == "message_deleted" && m.DeletedTS != "":
		return line{ts: stamp(m.DeletedTS), gone: true, digest: sum}, true
	}
	l := line{ts: stamp(m.TS), user: string(m.User), digest: sum}
	switch m.Subtype {
	case "tombstone":
		l.gone = true
		return l, l.ts != ""
	case "huddle_thread":
		r := m.Room.v
		l.huddle = &r
	case "bot_message", "slackbot_response", "assistant_app_thread":
		l.app = true
	default:
		if !m.spoken() && m.BotID == "" {
			return line{}, false
		}
	}
	if m.BotID != "" {
		l.app = true
	}
	if l.app {
		l.user = firstOf(string(m.Username), string(m.Profile.v.Real), "app")
	} else if _, known := b.dir.known[l.user]; !known && l.user != "" {
		if p := m.Profile.v; p.Real != "" || p.Name != "" {
			b.dir.add(user{id: l.user, handle: string(p.Name), shown: firstOf(string(p.Real), string(p.Display), string(p.Name))})
		}
	}
	l.mine = !l.app && l.huddle == nil && b.dir.me[l.user] && m.spoken()
	b.words(&l, m)
	return l, l.ts != ""
}

// words reads what a message says into its line.
func (b *builder) words(l *line, m *message) {
	isRoot := m.ThreadTS == "" || m.ThreadTS == m.TS
	p := m.plain(b, !l.mine || b.conf.OthersText)
	p.text = cut(p.text, maxText)
	l.first = cut(firstLine(address.ReplaceAllString(p.text, "")), maxContext)
	if isRoot {
		l.keys = keysOf(p)
	}
	l.asks = asks(p.text)
	l.settles = settles(p.text)
	for _, r := range m.Reacts {
		if answeredMarks[string(r.Name)] {
			for _, u := range r.Users {
				l.checks = append(l.checks, string(u))
			}
		}
	}
	if l.mine {
		l.weight = b.weight(m)
	}
	if l.mine || b.conf.OthersText {
		l.plain = p
	}
}

// weight weighs a message of the person's. Names do not count: which way a
// thread came must make no difference.
func (b *builder) weight(m *message) weight {
	return weigh(m.plain(nobody{}, b.conf.OthersText), m.ThreadTS != "" && m.ThreadTS != m.TS)
}

// nobody knows no names.
type nobody struct{}

func (nobody) called(id string) string { return id }
func (nobody) channel(string) string   { return "" }

// answeredMarks are the reactions that say "answered".
var answeredMarks = set("white_check_mark heavy_check_mark ballot_box_with_check answered solved resolved done check checked green_check fixed")

// ordered returns the lines in order of time, each message once as it was read
// last, without what was deleted.
func (t *thread) ordered() []line {
	slices.SortStableFunc(t.lines, func(a, b line) int { return a.ts.compare(b.ts) })
	var out []line
	for i, l := range t.lines {
		if i > 0 && len(out) > 0 && out[len(out)-1].ts == l.ts {
			if !out[len(out)-1].gone { // what was deleted stays so
				out[len(out)-1] = l
			}
			continue
		}
		out = append(out, l)
	}
	return slices.DeleteFunc(out, func(l line) bool { return l.gone })
}

// attended returns how long the person was in a huddle at most; 0 when they
// were not in it, or it was shorter than two minutes.
func (l *line) attended(me map[string]bool) time.Duration {
	if l.huddle == nil {
		return 0
	}
	in := func(list []word) bool { return slices.ContainsFunc(list, func(w word) bool { return me[string(w)] }) }
	d := time.Duration(0)
	if n := int64(l.huddle.End) - int64(l.huddle.Start); n > 0 && n < 24*60*60 {
		d = time.Duration(n) * time.Second
	}
	if d < 2*time.Minute || !in(l.huddle.History) && !in(l.huddle.Now) {
		return 0
	}
	return d
}

// address is an address behind the label that stands for it in a first line.
var address = regexp.MustCompile(` \(https?://[^\s()]+\)`)

func firstLine(s string) string {
	s, _, _ = strings.Cut(strings.TrimSpace(strings.TrimLeft(s, "`\n\t ")), "\n")
	return strings.TrimSpace(s)
}

// cut shortens s to n characters, the last of which then is an ellipsis.
func cut(s string, n int) string {
	if len(s) <= n || utf8.RuneCountInString(s) <= n {
		return s
	}
	count := 0
	for i := range s {
		if count++; count == n {
			return strings.TrimSpace(s[:i]) + "…"
		}
	}
	return s
}
