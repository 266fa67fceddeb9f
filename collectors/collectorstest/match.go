package collectorstest

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"reflect"
	"regexp"
	"slices"
	"strings"
)

// Asked is a request that a replay was sent.
type Asked struct {
	Method string
	URL    *url.URL
	Header http.Header
	Body   string
}

// String returns the request as a file would write it: the query unescaped.
func (a *Asked) String() string {
	s := a.Method + " " + a.URL.Scheme + "://" + a.URL.Host + a.URL.Path
	if a.URL.RawQuery != "" {
		var pairs []string
		for pair := range strings.SplitSeq(a.URL.RawQuery, "&") {
			if plain, err := url.QueryUnescape(pair); err == nil {
				pair = plain
			}
			pairs = append(pairs, pair)
		}
		s += "?" + strings.Join(pairs, "&")
	}
	return s
}

// segments splits a path and decodes each part of it, so that a%2Fb is one and
// a/b are two.
func segments(path string) []string {
	parts := strings.Split(strings.TrimPrefix(path, "/"), "/")
	for i, s := range parts {
		parts[i] = percent(s)
	}
	return parts
}

// fields splits a query as a person writes it: + is a plus and a space a
// space; only %XX is decoded, so that an & can be written as %26.
func fields(query string) url.Values {
	v := url.Values{}
	for pair := range strings.SplitSeq(query, "&") {
		if pair == "" {
			continue
		}
		key, value, _ := strings.Cut(pair, "=")
		v.Add(percent(key), percent(value))
	}
	return v
}

var hexPair = regexp.MustCompile(`%[0-9A-Fa-f]{2}`)

func percent(s string) string {
	return hexPair.ReplaceAllStringFunc(s, func(h string) string {
		if plain, err := url.PathUnescape(h); err == nil {
			return plain
		}
		return h
	})
}

// differs returns in what the request is not the recorded one, the weightiest
// first; nothing when they match.
func (x *exchange) differs(a *Asked, anyHost bool) []string {
	var list []string
	if x.method != a.Method {
		list = append(list, fmt.Sprintf("method %s, recorded %s", a.Method, x.method))
	}
	if base := a.URL.Scheme + "://" + strings.ToLower(a.URL.Host); !anyHost && x.base != "" && x.base != base {
		list = append(list, fmt.Sprintf("host %s, recorded %s", base, x.base))
	}
	if got := segments(a.URL.EscapedPath()); !slices.Equal(got, x.path) {
		list = append(list, fmt.Sprintf("path /%s, recorded /%s", strings.Join(got, "/"), strings.Join(x.path, "/")))
	}
	got := a.URL.Query()
	for _, k := range keys(got, x.query) {
		g, w := slices.Clone(got[k]), slices.Clone(x.query[k])
		slices.Sort(g)
		slices.Sort(w)
		if !slices.Equal(g, w) {
			list = append(list, fmt.Sprintf("%s=%s, recorded %s", k, said(g), said(w)))
		}
	}
	for _, k := range keys(url.Values(x.must), nil) {
		for _, w := range x.must[k] {
			if g := a.Header.Values(k); len(g) == 0 || w != "*" && !slices.Contains(g, w) {
				list = append(list, fmt.Sprintf("header %s: %s, recorded %s", k, said(mask(k, g)), w))
			}
		}
	}
	for _, k := range x.mustBe {
		if a.Header.Get(k) != "" {
			list = append(list, fmt.Sprintf("header %s is sent, recorded as absent", k))
		}
	}
	if why := x.bodyDiffers(a); why != "" {
		list = append(list, why)
	}
	return list
}

// mask keeps credentials out of a test's output.
func mask(header string, values []string) []string {
	switch http.CanonicalHeaderKey(header) {
	case "Authorization", "Cookie", "Private-Token", "Proxy-Authorization":
		if len(values) > 0 {
			return []string{"***"}
		}
	}
	return values
}

func said(values []string) string {
	if len(values) == 0 {
		return "(none)"
	}
	return strings.Join(values, ", ")
}

func keys(a, b url.Values) []string {
	var list []string
	for k := range a {
		list = append(list, k)
	}
	for k := range b {
		if _, ok := a[k]; !ok {
			list = append(list, k)
		}
	}
	slices.Sort(list)
	return list
}

// bodyDiffers compares bodies: JSON by value, a form by its fields, GraphQL by
// the operation's name and the variables when the record has no query, and
// anything else as text.
func (x *exchange) bodyDiffers(a *Asked) string {
	switch {
	case x.body == nil && a.Body == "":
		return ""
	case x.body == nil:
		return fmt.Sprintf("body %s, recorded without one", short(a.Body))
	case *x.body == "*":
		return ""
	}
	want := strings.TrimSpace(*x.body)
	if strings.HasPrefix(a.Header.Get("Content-Type"), "application/x-www-form-urlencoded") {
		got, err := url.ParseQuery(a.Body)
		if err != nil || !reflect.DeepEqual(got, fields(want)) {
			return fmt.Sprintf("form %s, recorded %s", short(a.Body), short(want))
		}
		return ""
	}
	var g, w any
	if json.Unmarshal([]byte(a.Body), &g) != nil || json.Unmarshal([]byte(want), &w) != nil {
		if strings.TrimSpace(a.Body) != want {
			return fmt.Sprintf("body %s, recorded %s", short(a.Body), short(want))
		}
		return ""
	}
	if plain, ok := w.(map[string]any); ok && plain["operation"] != nil && plain["query"] == nil {
		g = operation(g)
		if _, ok := plain["variables"]; !ok {
			plain["variables"] = map[string]any{}
		}
	}
	if !reflect.DeepEqual(g, w) {
		return fmt.Sprintf("body %s, recorded %s", compact(g), compact(w))
	}
	return ""
}

var operationName = regexp.MustCompile(`(?:query|mutation|subscription)\s+(\w+)`)

// operation reduces a GraphQL request to its operation's name and variables.
func operation(body any) any {
	m, _ := body.(map[string]any)
	name, _ := m["operationName"].(string)
	if query, _ := m["query"].(string); name == "" {
		if found := operationName.FindStringSubmatch(query); found != nil {
			name = found[1]
		}
	}
	variables, ok := m["variables"].(map[string]any)
	if !ok {
		variables = map[string]any{}
	}
	return map[string]any{"operation": name, "variables": variables}
}

func compact(v any) string {
	b, err := json.Marshal(v)
	if err != nil {
		return fmt.Sprint(v)
	}
	return short(string(b))
}

func short(s string) string {
	if len(s) > 300 {
		return s[:300] + "..."
	}
	return s
}
