package slack

import (
	"encoding/json"
	"fmt"
	"path"
	"slices"
	"strings"
)

// channel is a place where messages stand.
type channel struct {
	id      string
	name    string // without #; a direct message has none
	kind    channelKind
	members []string // of direct messages
}

type channelKind int

const (
	unknown channelKind = iota // told by nobody: treated as private
	public
	private
	direct // one to one
	group  // several to several, without a name
)

// decodeChannel reads a channel of one of an export's lists.
func decodeChannel(raw []byte, kind channelKind) (channel, bool) {
	var c struct {
		ID      word       `json:"id"`
		Name    word       `json:"name"`
		Private truth      `json:"is_private"`
		Members list[word] `json:"members"`
	}
	if json.Unmarshal(raw, &c) != nil || c.ID == "" {
		return channel{}, false
	}
	if kind == public && bool(c.Private) {
		kind = private
	}
	ch := channel{id: string(c.ID), name: string(c.Name), kind: kind}
	if kind == direct || kind == group {
		for _, m := range c.Members {
			ch.members = append(ch.members, string(m))
		}
	}
	return ch, true
}

// place is how the report names the channel.
func (c channel) place(d *directory) string {
	switch c.kind {
	case direct, group:
		var others []string
		for _, m := range c.members {
			if !d.me[m] {
				others = append(others, d.called(m))
			}
		}
		if len(others) == 0 {
			return "direct messages"
		}
		return "direct messages with " + strings.Join(others[:min(len(others), 5)], ", ")
	}
	return "#" + firstOf(c.name, c.id)
}

// bare is what a channel or user is called without the sign before it.
func bare(s string) string { return strings.TrimLeft(strings.TrimSpace(s), "#@") }

// reads reports whether the configuration allows to read the channel: a public
// one unless it is left out, any other one only when it is named.
func (c Config) reads(ch channel, d *directory) bool {
	names := []string{ch.id}
	if ch.name != "" {
		names = append(names, ch.name)
	}
	if named(c.Exclude, names) {
		return false
	}
	if ch.kind == public {
		return len(c.Channels) == 0 || named(c.Channels, names) || named(c.Private, names)
	}
	if ch.kind == direct {
		for _, m := range ch.members {
			if u := d.known[m]; !d.me[m] {
				names = append(names, m, u.handle, u.email)
			}
		}
	}
	return named(c.Private, names)
}

// named reports whether one of the globs matches one of the names, whatever the
// case.
func named(globs, names []string) bool {
	return slices.ContainsFunc(globs, func(g string) bool {
		g = strings.ToLower(bare(g))
		return slices.ContainsFunc(names, func(n string) bool {
			ok, _ := path.Match(g, strings.ToLower(n))
			return ok && n != ""
		})
	})
}

// leftOutNote says how much of what is not public was left out.
func leftOutNote(n int) string {
	what := "private channels or direct messages were"
	if n == 1 {
		what = "private channel or direct message was"
	}
	return fmt.Sprintf("%d %s left out: name those to be read in sources.slack.private", n, what)
}
