package web

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"html"
	"io"
	"mime"
	"net/http"
	"regexp"
	"slices"
	"strings"
	"unicode"
)

var errBadJSON = errors.New("the answer is not valid JSON")

// check says what is wrong with a successful answer.
func (a *ask) check(resp *http.Response, body []byte) error {
	if a.req.Method == http.MethodHead || resp.StatusCode == http.StatusNoContent || resp.StatusCode == http.StatusResetContent {
		return nil
	}
	host, shape := a.req.URL.Host, a.asked.shape
	got, _, _ := mime.ParseMediaType(resp.Header.Get("Content-Type"))
	page := got == "text/html" || got == "application/xhtml+xml"
	if shape == Anything {
		switch {
		case slices.Contains(a.asked.types, got):
		case page:
			return &LoginPageError{Host: host, Title: a.t.title(body)}
		case len(a.asked.types) > 0:
			return &ContentTypeError{Host: host, Got: orNone(got), Want: strings.Join(a.asked.types, " or ")}
		}
		return nil
	}
	trimmed := bytes.TrimSpace(body)
	switch {
	case page || bytes.HasPrefix(trimmed, []byte("<")):
		return &LoginPageError{Host: host, Title: a.t.title(body)}
	case len(trimmed) == 0 && shape == AnyJSON:
		return nil
	case len(trimmed) == 0:
		return &EmptyError{Host: host, Got: "an empty answer", Want: shape}
	// A server that names no type is judged by what it sent.
	case got != "" && got != "application/json" && got != "text/json" && !strings.HasSuffix(got, "+json"):
		return &ContentTypeError{Host: host, Got: got, Want: "application/json"}
	}
	if err := validJSON(trimmed); err != nil {
		return err
	}
	return checkShape(host, trimmed, shape)
}

func orNone(mediaType string) string {
	if mediaType == "" {
		return "no type"
	}
	return mediaType
}

// validJSON tells an answer that was cut short from one that was never JSON.
func validJSON(b []byte) error {
	if json.Valid(b) {
		return nil
	}
	var any json.RawMessage
	if err := json.NewDecoder(bytes.NewReader(b)).Decode(&any); errors.Is(err, io.ErrUnexpectedEOF) {
		return fmt.Errorf("the answer is cut short: %w", io.ErrUnexpectedEOF)
	}
	return errBadJSON
}

// checkShape takes JSON that is valid.
func checkShape(host string, b []byte, want Shape) error {
	got := "a value"
	switch {
	case b[0] == '{' && len(bytes.TrimSpace(b[1:])) == 1:
		got = "{}"
	case b[0] == '{':
		got = "an object"
	case b[0] == '[':
		got = "a list"
	case string(b) == "null":
		got = "null"
	}
	ok := true
	switch want {
	case Object:
		ok = got == "an object"
	case List:
		ok = got == "a list"
	case JSON:
		ok = got != "null" && got != "{}"
	}
	if ok {
		return nil
	}
	return &EmptyError{Host: host, Got: got, Want: want}
}

// DecodeJSON reads an answer's body into what into points to, and closes it. It
// checks the body as the transport does, so that it may also be used with
// answers that came another way: one without content is an [EmptyError].
func DecodeJSON(resp *http.Response, into any) error {
	defer resp.Body.Close()
	body, err := io.ReadAll(resp.Body)
	if err != nil {
		return fmt.Errorf("read the answer: %w", err)
	}
	host := ""
	if resp.Request != nil && resp.Request.URL != nil {
		host = resp.Request.URL.Host
	}
	if body = bytes.TrimSpace(body); len(body) == 0 {
		return &EmptyError{Host: host, Got: "an empty answer", Want: JSON}
	}
	if err := validJSON(body); err != nil {
		return err
	}
	if err := checkShape(host, body, JSON); err != nil {
		return err
	}
	if err := json.Unmarshal(body, into); err != nil {
		return fmt.Errorf("understand the answer of %s: %w", host, err)
	}
	return nil
}

var titleForm = regexp.MustCompile(`(?is)<title[^>]*>(.*?)</title`)

// title returns the title of a web page, for a message.
func (t *Transport) title(page []byte) string {
	m := titleForm.FindSubmatch(page[:min(len(page), 64<<10)])
	if m == nil {
		return ""
	}
	return t.short(html.UnescapeString(string(m[1])))
}

// short makes a server's words fit for a message: one line of at most 200
// characters without secrets. These go first, lest half a secret be left.
func (t *Transport) short(text string) string {
	text = strings.Map(func(r rune) rune {
		switch {
		case unicode.IsSpace(r):
			return ' '
		case !unicode.IsPrint(r) || r == unicode.ReplacementChar:
			return -1
		}
		return r
	}, text)
	runes := []rune(t.clean(strings.Join(strings.Fields(text), " ")))
	if len(runes) > 200 {
		runes = append(runes[:199], '…')
	}
	return string(runes)
}

// statusError makes an error of an answer, with the server's own words.
func (a *ask) statusError(resp *http.Response, body []byte) *StatusError {
	h := resp.Header.Clone()
	h.Del("Set-Cookie")
	return &StatusError{Method: a.method(), Host: a.req.URL.Host, Path: a.path(), Code: resp.StatusCode,
		Message: a.t.short(message(body)), Header: h}
}

// message finds the words in an error's body, as GitHub, Jira and OAuth servers
// write it.
func message(body []byte) string {
	var e struct {
		Message          any
		ErrorMessages    any
		Error            any
		ErrorDescription any `json:"error_description"`
	}
	if json.Unmarshal(body, &e) != nil {
		return ""
	}
	var words []string
	var add func(v any)
	add = func(v any) {
		switch v := v.(type) {
		case string:
			words = append(words, v)
		case []any:
			for _, one := range v {
				add(one)
			}
		}
	}
	for _, v := range []any{e.Message, e.ErrorMessages, e.Error, e.ErrorDescription} {
		add(v)
	}
	return strings.Join(words, "; ")
}
