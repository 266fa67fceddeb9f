package atlassian

import (
	"encoding/json"
	"fmt"
	"math"
	"strconv"
	"strings"
	"time"
)

// Value is a place in an answer. Reading it never fails: what is absent or of
// an unexpected type reads as the zero value, and the latter is noted in the
// [Odd] that the value was given.
type Value struct {
	v     any // as encoding/json decodes it, numbers as json.Number
	where string
	odd   *Odd
}

// Odd is what could not be understood in one artefact. A nil one takes no notes.
type Odd struct {
	list []string
	seen map[string]bool
}

// maxOdd is how many oddities of one artefact are told; the rest are counted.
const maxOdd = 5

// Add notes something once.
func (o *Odd) Add(format string, a ...any) {
	if o == nil {
		return
	}
	text := fmt.Sprintf(format, a...)
	if o.seen[text] {
		return
	}
	if o.seen == nil {
		o.seen = map[string]bool{}
	}
	o.seen[text] = true
	o.list = append(o.list, text)
}

// String joins what was odd, "" when nothing was.
func (o *Odd) String() string {
	if o == nil {
		return ""
	}
	if n := len(o.list) - maxOdd; n > 0 {
		return strings.Join(o.list[:maxOdd], "; ") + fmt.Sprintf("; and %d more", n)
	}
	return strings.Join(o.list, "; ")
}

// With returns the value as one of its own, whose oddities are noted in odd.
func (x Value) With(odd *Odd) Value { return Value{v: x.v, odd: odd} }

// Raw returns the value as JSON.
func (x Value) Raw() []byte {
	b, err := json.Marshal(x.v)
	if err != nil {
		return []byte(fmt.Sprint(x.v))
	}
	return b
}

func (x Value) wrong(is string) {
	x.odd.Add("%s is %s and no %s", x.where, Excerpt(string(x.Raw()), 80), is)
}

// Null reports whether the value is absent or null.
func (x Value) Null() bool { return x.v == nil }

// At returns the member of an object that the names lead to.
func (x Value) At(names ...string) Value {
	for _, name := range names {
		out := Value{where: name, odd: x.odd}
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
		x = out
	}
	return x
}

// Has reports whether an object has a member, be it null.
func (x Value) Has(name string) bool {
	m, _ := x.v.(map[string]any)
	_, ok := m[name]
	return ok
}

// List returns the elements of an array; of anything else none.
func (x Value) List() []Value {
	switch l := x.v.(type) {
	case nil:
	case []any:
		out := make([]Value, len(l))
		for i, v := range l {
			out[i] = Value{v: v, where: x.where + "[" + strconv.Itoa(i) + "]", odd: x.odd}
		}
		return out
	default:
		x.wrong("list")
	}
	return nil
}

// Text returns a string. A number or a boolean reads as it is written.
func (x Value) Text() string {
	switch v := x.v.(type) {
	case nil:
		return ""
	case string:
		return v
	case json.Number:
		return v.String()
	case bool:
		return strconv.FormatBool(v)
	}
	x.wrong("text")
	return ""
}

// Yes reports whether the value is true.
func (x Value) Yes() bool { b, _ := x.v.(bool); return b }

// Count returns a number of things, -1 where none is given.
func (x Value) Count() int {
	var s string
	switch v := x.v.(type) {
	case nil:
		return -1
	case json.Number:
		s = v.String()
	case string:
		s = v
	}
	n, err := strconv.ParseFloat(s, 64)
	if err != nil || n < 0 || n > math.MaxInt32 {
		x.wrong("number")
		return -1
	}
	return int(n)
}

var timeForms = []string{
	time.RFC3339, "2006-01-02T15:04:05Z0700", "2006-01-02T15:04Z07:00", "2006-01-02T15:04Z0700",
	"2006-01-02 15:04:05", time.DateOnly,
}

// When returns an instant in UTC, the zero one for null and "". It takes every
// form of ISO 8601 that Atlassian's products write, and milliseconds since 1970.
// A year that no tracker has seen is odd.
func (x Value) When() time.Time {
	s := ""
	switch v := x.v.(type) {
	case nil:
		return time.Time{}
	case json.Number:
		s = v.String()
	case string:
		if s = strings.TrimSpace(v); s == "" {
			return time.Time{}
		}
	}
	for _, form := range timeForms {
		if t, err := time.Parse(form, s); err == nil && t.Year() >= 1970 && t.Year() <= 9999 {
			return t.UTC()
		}
	}
	if n, err := strconv.ParseInt(s, 10, 64); err == nil && n > 1e11 && n < 1e14 {
		return time.UnixMilli(n).UTC()
	}
	x.wrong("time")
	return time.Time{}
}

// Excerpt shortens s to at most n bytes of whole characters.
func Excerpt(s string, n int) string {
	if len(s) <= n {
		return s
	}
	return strings.ToValidUTF8(s[:n], "") + "…"
}

// Settled returns the value as JSON without what changes by itself: addresses,
// pictures, "two days ago". It is what a hash is made of.
func (x Value) Settled() []byte {
	b, err := json.Marshal(settled(x.v))
	if err != nil {
		return []byte(fmt.Sprint(x.v))
	}
	return b
}

func settled(v any) any {
	switch v := v.(type) {
	case map[string]any:
		out := make(map[string]any, len(v))
		for name, member := range v {
			if strings.HasPrefix(name, "_") || strings.HasPrefix(name, "friendly") || name == "profilePicture" {
				continue
			}
			out[name] = settled(member)
		}
		return out
	case []any:
		out := make([]any, len(v))
		for i, e := range v {
			out[i] = settled(e)
		}
		return out
	}
	return v
}
