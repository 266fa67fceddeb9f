package github

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"slices"
	"strings"
	"sync/atomic"

	"github.com/google/go-github/v60/github"

	"github.com/dossier-report/dossier/collectors/internal/web"
)

// api asks one GitHub.
type api struct {
	c      *collector
	cred   credentials
	web    *web.Transport
	client *http.Client
	asked  atomic.Int64 // requests handed to the transport
}

func (c *collector) connect(cred credentials) *api {
	t := web.New(web.Options{
		Base: c.env.HTTP.Transport, Now: c.env.Now,
		Auth:    map[web.Origin]web.Auth{web.OriginOf(c.root.URL()): cred.auth},
		Secrets: []string{cred.token},
		Limited: web.GraphQLLimited,
	})
	return &api{c: c, cred: cred, web: t, client: t.Client()}
}

// request makes a go-github client for one request. A client that lives longer
// remembers limits and refuses by itself what the transport would wait for.
func (a *api) request(method, path string, body any) (*github.Client, *http.Request, error) {
	client := github.NewClient(a.client)
	client.UserAgent = "dossier"
	client.BaseURL = a.c.root.URL()
	client.BaseURL.Path = strings.TrimSuffix(client.BaseURL.Path, "/") + "/"
	req, err := client.NewRequest(method, path, body)
	return client, req, err
}

// do sends a request and returns the body of its answer.
func (a *api) do(ctx context.Context, method, path string, body any) ([]byte, *github.Response, error) {
	client, req, err := a.request(method, path, body)
	if err != nil {
		return nil, nil, err
	}
	a.asked.Add(1)
	resp, err := client.BareDo(ctx, req)
	if err != nil {
		return nil, resp, a.fault(ctx, resp, err)
	}
	defer resp.Body.Close()
	raw, err := io.ReadAll(resp.Body)
	if err != nil {
		return nil, resp, a.fault(ctx, resp, err)
	}
	return raw, resp, nil
}

// statusError is an answer that says no.
type statusError struct {
	code int
	text string
}

func (e *statusError) Error() string { return e.text }

// status returns the code of a [statusError] in err, 0 if there is none.
func status(err error) int {
	var e *statusError
	if errors.As(err, &e) {
		return e.code
	}
	return 0
}

// fault returns an error for people: without addresses, queries and secrets.
func (a *api) fault(ctx context.Context, resp *github.Response, err error) error {
	if ctx.Err() != nil {
		return ctx.Err()
	}
	code := web.Status(err)
	if code == 0 && resp != nil && resp.Response != nil {
		code = resp.StatusCode
	}
	var no *github.ErrorResponse
	switch {
	case code == http.StatusUnauthorized:
		return a.c.refused(a.cred)
	case errors.As(err, &no):
		text := fmt.Sprintf("%s answered %d", a.c.web, code)
		if no.Message != "" {
			text += ": " + firstLine(no.Message)
		}
		if code == http.StatusForbidden && resp != nil && strings.Contains(resp.Header.Get("X-GitHub-SSO"), "required") {
			text += "\nauthorise the token for single sign-on of the organisation"
		}
		return &statusError{code: code, text: a.web.Error(errors.New(text)).Error()}
	case code >= 300:
		return &statusError{code: code, text: fmt.Sprintf("%s answered %d", a.c.web, code)}
	}
	return a.web.Error(err)
}

// queryError is one of the errors in an answer to a GraphQL query.
type queryError struct {
	Type       string `json:"type"`
	Message    string `json:"message"`
	Path       []any  `json:"path"`
	Extensions struct {
		Code string `json:"code"`
	} `json:"extensions"`
}

func (e *queryError) Error() string {
	if e.Type == "" {
		return firstLine(e.Message)
	}
	return e.Type + ": " + firstLine(e.Message)
}

// at reports whether the error lies below the field of that name at the top.
func (e *queryError) at(field string) bool {
	return len(e.Path) > 0 && e.Path[0] == field
}

// heavy reports whether the server gave up because the page was too much for it.
func (e *queryError) heavy() bool {
	m := strings.ToLower(e.Message)
	return strings.Contains(e.Type, "RESOURCE_LIMIT") || e.Type == "MAX_NODE_LIMIT_EXCEEDED" || strings.Contains(m, "result of a timeout") ||
		strings.Contains(m, "resource limits") || strings.Contains(m, "something went wrong while executing your query")
}

// heavy reports whether asking for less may help.
func heavy(err error) bool {
	var q *queryError
	if errors.As(err, &q) {
		return q.heavy()
	}
	s := status(err)
	return s == http.StatusBadGateway || s == http.StatusServiceUnavailable || s == http.StatusGatewayTimeout || errors.As(err, new(*web.TooLargeError))
}

// errNoGraphQL says that a server takes no GraphQL from this token.
var errNoGraphQL = errors.New("GraphQL is refused")

// query sends a GraphQL query and decodes what the answer holds into data. What
// the server could not give stands in the list: the rest is good. An error
// means that there is no data.
func (a *api) query(ctx context.Context, text string, variables map[string]any, data any) ([]*queryError, error) {
	raw, _, err := a.do(web.Expect(web.Repeatable(ctx), web.Object), http.MethodPost, "../graphql", map[string]any{"query": text, "variables": variables})
	if err != nil {
		switch status(err) {
		case http.StatusForbidden, http.StatusNotFound, http.StatusMethodNotAllowed, http.StatusGone:
			return nil, fmt.Errorf("%w: %w", errNoGraphQL, err)
		}
		return nil, err
	}
	var answer struct {
		Data   json.RawMessage `json:"data"`
		Errors []*queryError   `json:"errors"`
	}
	if err := json.Unmarshal(raw, &answer); err != nil {
		return nil, fmt.Errorf("%s answered with something else than GraphQL: %w", a.c.web, err)
	}
	answer.Errors = slices.DeleteFunc(answer.Errors, func(e *queryError) bool { return e == nil })
	for _, e := range answer.Errors {
		e.Message = a.web.Error(errors.New(e.Message)).Error()
		if e.heavy() {
			return nil, e
		}
	}
	if len(answer.Data) == 0 || bytes.Equal(answer.Data, []byte("null")) {
		if len(answer.Errors) > 0 {
			return answer.Errors, answer.Errors[0]
		}
		return nil, fmt.Errorf("%s answered without data", a.c.web)
	}
	if err := soft(json.Unmarshal(answer.Data, data)); err != nil {
		return nil, fmt.Errorf("%s answered with data of another shape: %w", a.c.web, err)
	}
	return answer.Errors, nil
}

// soft forgives a field of a wrong type: the decoder goes on behind it.
func soft(err error) error {
	var wrong *json.UnmarshalTypeError
	if errors.As(err, &wrong) {
		return nil
	}
	return err
}

// firstLine returns the first line of a message, not too long.
func firstLine(s string) string {
	s, _, _ = strings.Cut(strings.TrimSpace(s), "\n")
	if r := []rune(s); len(r) > 200 {
		return string(r[:200]) + "..."
	}
	return s
}
