package jira

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"math"
	"strconv"
	"strings"
	"time"
)

// value is a place in an answer. Reading it never fails: what is absent or of
// an unexpected type reads as the zero value, and the latter is noted in odd.
//
// Jira's fields are what each site's administrators and apps made of them, so a
// struct with fixed types would lose a whole page over one custom field.
type value struct {
	v     any // as encoding/json decodes it, numbers as json.Number
	where string
	odd   *oddities
}

// oddities are what could not be understood in one ticket, with the raw text.
type oddities struct {
	list []string
	seen map[string]bool // a place that is read twice is odd once
}

// maxOdd is how many oddities of one ticket are told; the rest are counted.
const maxOdd = 5

func (o *oddities) add(format string, a ...any) {
	text := fmt.Sprintf(format, a...)
	if o == nil || o.seen[text] {
		return
	}
	if o.seen == nil {
		o.seen = map[string]bool{}
	}
	o.seen[text] = true
	o.list = append(o.list, text)
}

// String joins what was odd, "" when nothing was.
func (o *oddities) String() string {
	if n := len(o.list) - maxOdd; n > 0 {
		return strings.Join(o.list[:maxOdd], "; ") + fmt.Sprintf("; and %d more", n)
	}
	return strings.Join(o.list, "; ")
}

// parse reads an answer.
func parse(raw []byte, odd *oddities) (value, error) {
	d := json.NewDecoder(bytes.NewReader(raw))
	d.UseNumber()
	var v any
	if err := d.Decode(&v); err != nil {
		return value{}, err
	}
	if _, err := d.Token(); err != io.EOF {
		return value{}, fmt.Errorf("something follows the answer")
	}
	return value{v: v, odd: odd}, nil
}

// wrong notes that the value is not what it should be.
func (x value) wrong(is string) {
	raw, err := json.Marshal(x.v)
	if err != nil {
		raw = []byte(fmt.Sprint(x.v))
	}
	x.odd.add("%s is %s and no %s", x.where, excerpt(string(raw), 80), is)
}

// excerpt shortens s to at most n bytes of whole characters.
func excerpt(s string, n int) string {
	if len(s) <= n {
		return s
	}
	return strings.ToValidUTF8(s[:n], "") + "…"
}

// null reports whether the value is absent or null.
func (x value) null() bool { return x.v == nil }

// at returns a member of an object.
func (x value) at(name string) value {
	out := value{where: name, odd: x.odd}
	if x.where != "" {
		out.where = x.where + "." + name
	}
	switch m := x.v.(type) {
	case map[string]any:
		out.v = m[name]
	case nil:
	default:
		x.wrong("object")
	}
	return out
}

// has reports whether an object has a member, be it null.
func (x value) has(name string) bool {
	m, _ := x.v.(map[string]any)
	_, ok := m[name]
	return ok
}

// list returns the elements of an array; of anything else none.
func (x value) list() []value {
	switch l := x.v.(type) {
	case nil:
	case []any:
		out := make([]value, len(l))
		for i, v := range l {
			out[i] = value{v: v, where: x.where + "[" + strconv.Itoa(i) + "]", odd: x.odd}
		}
		return out
	default:
		x.wrong("list")
	}
	return nil
}

// text returns a string. A number or a boolean reads as it is written, and a
// document in the Atlassian Document Format as its plain text: API v2 should
// give neither where a string is due, but some fields of some sites do.
func (x value) text() string {
	switch v := x.v.(type) {
	case nil:
		return ""
	case string:
		return v
	case json.Number:
		return v.String()
	case bool:
		return strconv.FormatBool(v)
	case map[string]any:
		if isDocument(v) {
			return documentText(v)
		}
	}
	x.wrong("text")
	return ""
}

// name returns a string, or what an object is called: an option, a status, a
// user. Jira gives one field as either on different sites.
func (x value) name() string {
	m, ok := x.v.(map[string]any)
	if !ok {
		return x.text()
	}
	for _, key := range []string{"name", "value", "displayName", "key"} {
		if s, ok := m[key].(string); ok && s != "" {
			return s
		}
	}
	x.wrong("name")
	return ""
}

// names returns the names of a list, or the one name that stands in its stead.
func (x value) names() []string {
	elems := []value{x}
	if _, ok := x.v.([]any); ok {
		elems = x.list()
	}
	var out []string
	for _, e := range elems {
		if s := strings.TrimSpace(e.name()); s != "" {
			out = append(out, s)
		}
	}
	return out
}

// number returns a finite number; ok is false for what is none, null included.
func (x value) number() (n float64, ok bool) {
	var s string
	switch v := x.v.(type) {
	case nil:
		return 0, false
	case json.Number:
		s = v.String()
	case string:
		if s = strings.TrimSpace(v); s == "" {
			return 0, false
		}
	default:
		x.wrong("number")
		return 0, false
	}
	n, err := strconv.ParseFloat(s, 64)
	if err != nil || math.IsInf(n, 0) || math.IsNaN(n) {
		x.wrong("number")
		return 0, false
	}
	return n, true
}

// count returns a number of things, -1 where none is given.
func (x value) count() int {
	n, ok := x.number()
	if !ok || n < 0 || n > math.MaxInt32 {
		return -1
	}
	return int(n)
}

// when returns an instant, the zero one for null and "". Jira writes
// 2026-02-03T09:14:00.123+0000, its bulk changelogs milliseconds since 1970, and
// apps every other form of ISO 8601.
func (x value) when() time.Time {
	switch v := x.v.(type) {
	case nil:
		return time.Time{}
	case json.Number:
		if t, ok := fromEpoch(v.String()); ok {
			return t
		}
	case string:
		if strings.TrimSpace(v) == "" {
			return time.Time{}
		}
		if t, ok := parseTime(v); ok {
			return t
		}
	}
	x.wrong("time")
	return time.Time{}
}

var timeForms = []string{
	"2006-01-02T15:04:05Z0700", time.RFC3339, "2006-01-02T15:04Z0700", "2006-01-02T15:04Z07:00",
	"2006-01-02 15:04:05", time.DateOnly,
}

func parseTime(s string) (time.Time, bool) {
	s = strings.TrimSpace(s)
	for _, form := range timeForms {
		if t, err := time.Parse(form, s); err == nil {
			return plausible(t)
		}
	}
	return fromEpoch(s)
}

// fromEpoch reads milliseconds since 1970, or seconds when they are too few for
// a Jira of this century.
func fromEpoch(s string) (time.Time, bool) {
	n, err := strconv.ParseFloat(s, 64)
	if err != nil || math.Abs(n) > 1e15 {
		return time.Time{}, false
	}
	if math.Abs(n) < 1e11 {
		n *= 1000
	}
	return plausible(time.UnixMilli(int64(n)))
}

// plausible refuses years that no tracker has seen and JSON may be unable to hold.
func plausible(t time.Time) (time.Time, bool) {
	t = t.UTC()
	return t, t.Year() >= 1970 && t.Year() <= 9999
}

// day returns a date as YYYY-MM-DD, "" for null and what is no date. A date has
// no zone: of a time only what is written counts.
func (x value) day() string {
	s := strings.TrimSpace(x.text())
	if s == "" {
		return ""
	}
	if d, ok := day(s); ok {
		return d
	}
	x.wrong("date")
	return ""
}

// day finds the date that a text begins with.
func day(s string) (string, bool) {
	if len(s) < len(time.DateOnly) {
		return "", false
	}
	t, err := time.Parse(time.DateOnly, s[:len(time.DateOnly)])
	if err != nil || t.Year() < 1 || len(s) > len(time.DateOnly) && s[len(time.DateOnly)] != 'T' && s[len(time.DateOnly)] != ' ' {
		return "", false
	}
	return t.Format(time.DateOnly), true
}

// firstLine returns the first line of a text.
func firstLine(s string) string {
	s, _, _ = strings.Cut(s, "\n")
	return s
}
