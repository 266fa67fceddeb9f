package slack

import (
	"bytes"
	"encoding/json"
	"math"
	"strconv"
)

// message is a message as an export and the Web API write it, with the fields
// that are used. Each field reads what it can and takes what it cannot read for
// absent: one odd field loses neither the message nor the page.
//
// https://docs.slack.dev/reference/events/message
type message struct {
	Type     word            `json:"type"`
	Subtype  word            `json:"subtype"`
	User     word            `json:"user"`
	Username word            `json:"username"`
	BotID    word            `json:"bot_id"`
	Text     word            `json:"text"`
	TS       moment          `json:"ts"`
	ThreadTS moment          `json:"thread_ts"`
	Hidden   truth           `json:"hidden"`
	Files    list[file]      `json:"files"`
	Reacts   list[reaction]  `json:"reactions"`
	Blocks   json.RawMessage `json:"blocks"` // read only where they are needed
	Room     maybe[room]     `json:"room"`

	Parent    word           `json:"parent_user_id"`
	Profile   maybe[profile] `json:"user_profile"`
	DeletedTS moment         `json:"deleted_ts"`
	Changed   *message       `json:"-"` // what an edit made of another message
}

// file is something that was uploaded with a message.
type file struct {
	Name  word `json:"name"`
	Title word `json:"title"`
	Mode  word `json:"mode"` // "tombstone" for one that was deleted
}

type reaction struct {
	Name  word       `json:"name"`
	Users list[word] `json:"users"` // not always all of them
}

// room is a huddle. Its times are seconds since 1970.
type room struct {
	Start   number     `json:"date_start"`
	End     number     `json:"date_end"`
	Now     list[word] `json:"participants"`
	History list[word] `json:"participant_history"`
}

// profile is how a user is called. Both the user's own object and the excerpt
// that some messages carry have these.
type profile struct {
	Real    word `json:"real_name"`
	Display word `json:"display_name"`
	Email   word `json:"email"`
	Name    word `json:"name"`
}

// decode reads a message, nil when it is no JSON object.
func decode(raw []byte) *message {
	var m message
	if json.Unmarshal(raw, &m) != nil {
		return nil
	}
	if m.Subtype == "message_changed" {
		// An export of all that was edited has the new text in an object.
		var edit struct {
			Message maybe[message] `json:"message"`
		}
		if json.Unmarshal(raw, &edit) == nil && edit.Message.v.TS != "" {
			m.Changed = &edit.Message.v
		}
	}
	return &m
}

// root is the ts of the message that the thread began with.
func (m *message) root() stamp {
	if m.ThreadTS != "" {
		return stamp(m.ThreadTS)
	}
	return stamp(m.TS)
}

// spoken reports whether the message is somebody's words: not that they joined,
// set a topic or pinned something. An app that writes in the name of somebody
// is no one.
func (m *message) spoken() bool {
	switch m.Subtype {
	case "", "me_message", "thread_broadcast", "reply_broadcast", "file_share", "file_comment", "file_mention":
		return m.BotID == "" && m.User != "" && !bool(m.Hidden)
	}
	return false
}

// word is a text. A number is its digits, as JSON has them: 1.10 stays 1.10.
type word string

func (w *word) UnmarshalJSON(raw []byte) error {
	switch {
	case len(raw) > 1 && raw[0] == '"':
		// Most words have nothing to unescape.
		if in := raw[1 : len(raw)-1]; bytes.IndexByte(in, '\\') < 0 && ascii(in) {
			*w = word(in)
			return nil
		}
		var s string
		if json.Unmarshal(raw, &s) == nil {
			*w = word(s)
		}
	case len(raw) > 0 && (raw[0] == '-' || raw[0] >= '0' && raw[0] <= '9'):
		*w = word(raw)
	}
	return nil
}

func ascii(b []byte) bool {
	for _, c := range b {
		if c >= 0x80 {
			return false
		}
	}
	return true
}

// moment is a ts, "" where there is none that could be one.
type moment stamp

func (m *moment) UnmarshalJSON(raw []byte) error {
	var w word
	_ = w.UnmarshalJSON(raw)
	*m = moment(parseStamp(string(w)))
	return nil
}

// number is a whole number, 0 where there is none.
type number int64

func (n *number) UnmarshalJSON(raw []byte) error {
	var w word
	_ = w.UnmarshalJSON(raw)
	if f, err := strconv.ParseFloat(string(w), 64); err == nil && math.Abs(f) < 1<<53 {
		*n = number(f)
	}
	return nil
}

// truth is true for true alone.
type truth bool

func (t *truth) UnmarshalJSON(raw []byte) error {
	*t = string(raw) == "true"
	return nil
}

// list is a list without what does not fit into it.
type list[T any] []T

func (l *list[T]) UnmarshalJSON(raw []byte) error {
	*l = nil
	if len(raw) == 0 || raw[0] != '[' {
		return nil
	}
	var all []T
	if json.Unmarshal(raw, &all) == nil {
		*l = all
		return nil
	}
	var each []json.RawMessage
	if json.Unmarshal(raw, &each) != nil {
		return nil
	}
	for _, r := range each {
		var v T
		if json.Unmarshal(r, &v) == nil {
			*l = append(*l, v)
		}
	}
	return nil
}

// maybe is an object, the zero one where there is none.
type maybe[T any] struct{ v T }

func (m *maybe[T]) UnmarshalJSON(raw []byte) error {
	var v T
	if len(raw) > 0 && raw[0] == '{' && json.Unmarshal(raw, &v) == nil {
		m.v = v
	}
	return nil
}
