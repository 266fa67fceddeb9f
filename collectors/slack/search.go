package slack

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/dossier-report/dossier/collectors/internal/web"
	"github.com/dossier-report/dossier/evidence"
)

// match is a message that a search found.
type match struct {
	channel channel
	message *message
	raw     []byte
	root    stamp // of its thread, or its own
	reply   bool
	link    string
}

func (m match) key() string { return m.channel.id + "/" + string(m.message.TS) }

// decodeMatch reads a match; the search tells the thread of a reply only in its
// permalink.
func decodeMatch(raw []byte) (match, bool) {
	var x struct {
		Channel maybe[struct {
			ID      word  `json:"id"`
			Name    word  `json:"name"`
			User    word  `json:"user"`
			Private truth `json:"is_private"`
			MPIM    truth `json:"is_mpim"`
			IM      truth `json:"is_im"`
			Group   truth `json:"is_group"`
		}] `json:"channel"`
		Link word `json:"permalink"`
	}
	m := decode(raw)
	if m == nil || m.TS == "" || json.Unmarshal(raw, &x) != nil || x.Channel.v.ID == "" {
		return match{}, false
	}
	c := x.Channel.v
	out := match{message: m, raw: raw, link: string(c.ID), root: m.root()}
	out.channel = channel{id: string(c.ID), name: string(c.Name), kind: public}
	switch {
	case bool(c.MPIM):
		out.channel.kind = group
	case bool(c.IM), strings.HasPrefix(out.channel.id, "D"):
		// A direct message is named by the id of the other.
		out.channel = channel{id: out.channel.id, kind: direct, members: []string{firstOf(string(c.User), string(c.Name))}}
	case bool(c.Private), bool(c.Group), strings.HasPrefix(out.channel.id, "G"):
		out.channel.kind = private
	}
	out.link = string(x.Link)
	if u, err := url.Parse(out.link); err == nil {
		if root := parseStamp(u.Query().Get("thread_ts")); root != "" {
			out.root = root
		}
	}
	out.reply = out.root != stamp(m.TS)
	if out.reply && m.ThreadTS == "" {
		m.ThreadTS = moment(out.root)
	}
	return out, true
}

// search asks for all of the person's messages of the days from..to, both
// included, and calls yield for each. Where there are more than Slack shows, the
// days are asked for in two halves.
func (r *run) search(ctx context.Context, from, to time.Time, yield func(match)) error {
	query := searchQuery(r.who, from, to)
	seen := 0
	for page := 1; ; page++ {
		var answer struct {
			Messages maybe[struct {
				Matches list[json.RawMessage] `json:"matches"`
				Total   number                `json:"total"`
				Paging  maybe[struct {
					Pages number `json:"pages"`
				}] `json:"paging"`
			}] `json:"messages"`
		}
		_, err := r.client.ask(ctx, "search.messages", url.Values{"query": {query}, "count": {strconv.Itoa(r.results)},
			"page": {strconv.Itoa(page)}, "sort": {"timestamp"}, "sort_dir": {"asc"}, "highlight": {"false"}}, &answer)
		if err != nil {
			return err
		}
		m := answer.Messages.v
		if page == 1 && int(m.Total) > r.results*r.deep {
			if days := int(to.Sub(from)/(24*time.Hour)) + 1; days > 1 {
				middle := from.AddDate(0, 0, days/2-1)
				if err := r.search(ctx, from, middle, yield); err != nil {
					return err
				}
				return r.search(ctx, middle.AddDate(0, 0, 1), to, yield)
			}
			r.gap("messages of "+from.Format(time.DateOnly), fmt.Sprintf("there are %d and Slack shows %d", m.Total, r.results*r.deep), false)
		}
		for _, raw := range m.Matches {
			if one, ok := decodeMatch(raw); ok {
				yield(one)
			} else {
				r.gap("a message of the search", "it is not as it should be and was left out", true)
			}
		}
		seen += len(m.Matches)
		if len(m.Matches) == 0 && seen < int(m.Total) && page <= int(m.Paging.v.Pages) {
			r.gap("the search", fmt.Sprintf("it told of %d messages and gave %d", m.Total, seen), false)
		}
		if page >= int(m.Paging.v.Pages) || page >= r.deep || len(m.Matches) == 0 {
			return nil
		}
	}
}

// searchQuery asks in Slack's words. after: and before: exclude the day that
// they name: https://slack.com/help/articles/202528808
func searchQuery(who string, from, to time.Time) string {
	return fmt.Sprintf("from:<@%s> after:%s before:%s", who, from.AddDate(0, 0, -1).Format(time.DateOnly), to.AddDate(0, 0, 1).Format(time.DateOnly))
}

// window returns the days to search for a period: Slack's days are those of the
// account's time zone, so one more is asked for at each end. A period without a
// beginning begins with Slack.
func window(p evidence.Period, now time.Time) (from, to time.Time) {
	from = time.Date(2013, 8, 1, 0, 0, 0, 0, time.UTC)
	if !p.From.IsZero() && p.From.After(from) {
		from = day0(p.From).AddDate(0, 0, -1)
	}
	if to = now; !p.To.IsZero() && p.To.Before(now) {
		to = p.To
	}
	return from, day0(to).AddDate(0, 0, 1)
}

func day0(t time.Time) time.Time { return t.UTC().Truncate(24 * time.Hour) }

// errNotThere says that a thread cannot be read, though its message was found.
var errNotThere = errors.New("the thread is not there any more")

// replies reads a thread whole.
func (r *run) replies(ctx context.Context, ch *channel, root stamp) (*thread, error) {
	t := &thread{channel: ch, root: root}
	cursor := ""
	var raws []json.RawMessage
	seen := map[string]bool{}
	for {
		var answer struct {
			Messages list[json.RawMessage] `json:"messages"`
			More     truth                 `json:"has_more"`
			Next     maybe[struct {
				Cursor word `json:"next_cursor"`
			}] `json:"response_metadata"`
		}
		query := url.Values{"channel": {ch.id}, "ts": {string(root)}, "limit": {strconv.Itoa(r.sizes.replies)}}
		if cursor != "" {
			query.Set("cursor", cursor)
		}
		if _, err := r.client.ask(ctx, "conversations.replies", query, &answer); err != nil {
			return nil, err
		}
		raws = append(raws, answer.Messages...)
		cursor = string(answer.Next.v.Cursor)
		if cursor == "" || len(answer.Messages) == 0 {
			if bool(answer.More) && len(answer.Messages) == 0 {
				r.gap("the thread "+ch.id+"/"+string(root), "Slack said that there is more and gave none", false)
			}
			break
		}
		if seen[cursor] {
			return nil, fmt.Errorf("conversations.replies: the cursor %q came twice", cut(cursor, 40))
		}
		seen[cursor] = true
	}
	messages := make([]*message, len(raws))
	for i, raw := range raws {
		messages[i] = decode(raw)
	}
	if len(messages) == 0 || messages[0] == nil {
		return nil, errNotThere
	}
	// Asked for a reply, Slack gives it alone.
	if at := messages[0].root(); at != root && at != "" && stamp(messages[0].TS) == root {
		return r.replies(ctx, ch, at)
	}
	if err := r.meet(ctx, messages); err != nil {
		return nil, err
	}
	for i, m := range messages {
		if m == nil {
			r.gap("the thread "+ch.id+"/"+string(root), "one of its messages is not as it should be and was left out", true)
			continue
		}
		if l, ok := r.read(m, raws[i]); ok {
			t.lines = append(t.lines, l)
		}
	}
	return t, nil
}

// meet asks who they are that take part in messages, or are named in what the
// person wrote.
func (r *run) meet(ctx context.Context, messages []*message) error {
	var ids []string
	for _, m := range messages {
		if m == nil {
			continue
		}
		ids = append(ids, string(m.User))
		for text := m.source(); ; {
			i := strings.Index(text, "<@")
			if i < 0 {
				break
			}
			text = text[i+2:]
			if end := strings.IndexAny(text, "|>"); end > 0 {
				ids = append(ids, text[:end])
			}
		}
	}
	for _, id := range ids {
		if _, known := r.dir.known[id]; known || r.strangers || !isUserID(id) || slices.Contains(r.absent, id) {
			continue
		}
		var answer struct {
			User json.RawMessage `json:"user"`
		}
		_, err := r.client.ask(ctx, "users.info", url.Values{"user": {id}}, &answer)
		u, ok := decodeUser(answer.User)
		switch code := codeOf(err); {
		case err == nil && ok:
			r.dir.add(u)
		case code == "missing_scope":
			r.strangers = true
			r.out.Note(partMessages, "people are known by their ids alone: the token lacks the scope users:read")
		case err == nil || code != "":
			r.absent = append(r.absent, id) // deleted, or of another organisation
		case web.Status(err) >= 400 && web.Status(err) < 500:
			r.absent = append(r.absent, id)
		default:
			return err
		}
	}
	return nil
}
