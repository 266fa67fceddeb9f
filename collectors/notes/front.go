package notes

import (
	"bytes"
	"errors"
	"fmt"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/BurntSushi/toml"
	"go.yaml.in/yaml/v4"
)

// plain returns a file's text: without a byte order mark, with line feeds only,
// valid UTF-8.
func plain(raw []byte) string {
	raw = bytes.TrimPrefix(raw, []byte("\ufeff"))
	if !utf8.Valid(raw) {
		raw = bytes.ToValidUTF8(raw, []byte("\ufffd"))
	}
	return strings.ReplaceAll(string(raw), "\r\n", "\n")
}

// front is a note's front matter, by key in lower case.
type front map[string]any

// maxFront bounds front matter, so that a long rule of dashes in a text is none.
const maxFront = 1 << 16

// cut takes the front matter off and returns the rest. What cannot be read is an
// error, and the rest is then what follows it all the same.
func (f *front) cut(text string) (rest string, err error) {
	first, after, ok := strings.Cut(text, "\n")
	fence := strings.TrimRight(first, " \t")
	if !ok || fence != "---" && fence != "+++" {
		return text, nil
	}
	block, rest, ok := fenced(after, fence)
	if !ok || len(block) > maxFront {
		return text, nil
	}
	defer func() { // a parser of foreign text must not end the run
		if p := recover(); p != nil {
			*f, err = nil, fmt.Errorf("%v", p)
		}
	}()
	all := map[string]any{}
	if fence == "+++" {
		_, err = toml.Decode(block, &all)
	} else {
		err = yaml.Unmarshal([]byte(block), &all)
	}
	if err != nil {
		line, _, _ := strings.Cut(err.Error(), "\n")
		return rest, errors.New(line)
	}
	*f = front{}
	for k, v := range all {
		(*f)[strings.ToLower(strings.TrimSpace(k))] = v
	}
	return rest, nil
}

// fenced parts a text at the first line that is the fence.
func fenced(text, fence string) (block, rest string, ok bool) {
	for at := 0; at <= len(text); {
		line, end := text[at:], len(text)
		if i := strings.IndexByte(line, '\n'); i >= 0 {
			line, end = line[:i], at+i+1
		}
		if strings.TrimRight(line, " \t") == fence {
			return text[:at], text[end:], true
		}
		if end == len(text) || end > maxFront {
			return "", "", false
		}
		at = end
	}
	return "", "", false
}

// text returns the first of the keys that holds a text or a number.
func (f front) text(keys ...string) string {
	for _, k := range keys {
		switch v := f[k].(type) {
		case string:
			if strings.TrimSpace(v) != "" {
				return strings.TrimSpace(v)
			}
		case int, int64, uint64, float64:
			return fmt.Sprint(v)
		}
	}
	return ""
}

// tags are the note's tags: a list, or words parted by commas or spaces.
func (f front) tags() []string {
	var out []string
	var add func(v any)
	add = func(v any) {
		switch v := v.(type) {
		case string:
			for _, t := range strings.FieldsFunc(v, func(r rune) bool { return r == ',' || r == ' ' }) {
				if t = strings.TrimPrefix(t, "#"); t != "" {
					out = append(out, t)
				}
			}
		case []any:
			for _, e := range v {
				if s, ok := e.(string); ok {
					add(s)
				}
			}
		}
	}
	add(f["tags"])
	add(f["tag"])
	return out
}

// frontTimes are how people and their tools write times in front matter.
var frontTimes = []string{time.RFC3339, "2006-01-02T15:04:05", "2006-01-02T15:04", "2006-01-02 15:04:05 Z07:00", "2006-01-02 15:04:05", "2006-01-02 15:04", time.DateOnly,
	"2006/01/02", "20060102", "200601021504", "January 2, 2006", "2 January 2006", "Jan 2, 2006", "2 Jan 2006"}

// time returns the first of the keys that holds a time; without a zone of its own
// it is in the given one.
func (f front) time(zone *time.Location, keys ...string) time.Time {
	for _, k := range keys {
		switch v := f[k].(type) {
		case time.Time:
			// YAML and TOML read a time without a zone as UTC, or as the machine's.
			if _, offset := v.Zone(); v.Location() != time.UTC && offset != 0 {
				return v.UTC()
			}
			if h, m, s := v.Clock(); h+m+s == 0 {
				y, mo, d := v.Date()
				return time.Date(y, mo, d, 0, 0, 0, 0, zone).UTC()
			}
			return v.UTC()
		case string, int, int64, uint64:
			s := strings.Trim(strings.TrimSpace(fmt.Sprint(v)), "[]")
			for _, l := range frontTimes {
				if t, err := time.ParseInLocation(l, s, zone); err == nil {
					return t.UTC()
				}
			}
		}
	}
	return time.Time{}
}
