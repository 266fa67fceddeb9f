package github

import (
	"context"
	_ "embed"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"github.com/google/go-github/v60/github"

	"github.com/dossier-report/dossier/collectors/internal/web"
)

//go:embed queries/rest.txt
var restList string

// call is a REST call as it stands in queries/rest.txt:
// "GET /path/{hole}?parameter&parameter". What is asked is a call of this type
// that was filled, so it has no path and no parameter that is not listed.
type call string

// The REST calls.
var (
	limitsCall   = listed("GET /rate_limit")
	viewerCall   = listed("GET /user")
	ownerCall    = listed("GET /users/{username}")
	searchCall   = listed("GET /search/issues?q&sort&order&per_page&page")
	placeCall    = listed("GET /repos/{owner}/{repo}")
	commentsCall = listed("GET /repos/{owner}/{repo}/issues/{issue_number}/comments?per_page&page")
	eventsCall   = listed("GET /repos/{owner}/{repo}/issues/{issue_number}/events?per_page&page")
	pullCall     = listed("GET /repos/{owner}/{repo}/pulls/{pull_number}")
	filesCall    = listed("GET /repos/{owner}/{repo}/pulls/{pull_number}/files?per_page&page")
	reviewsCall  = listed("GET /repos/{owner}/{repo}/pulls/{pull_number}/reviews?per_page&page")
	inlineCall   = listed("GET /repos/{owner}/{repo}/pulls/{pull_number}/comments?per_page&page")
	tokenCall    = listed("POST /app/installations/{installation_id}/access_tokens")
)

// listed panics for a call that nothing checks.
func listed(c string) call {
	if !slices.Contains(strings.Split(restList, "\n"), c) {
		panic(c + " does not stand in queries/rest.txt")
	}
	return call(c)
}

// fill returns the method and the path below the API's root. The holes are
// filled in their order; one value "owner/name" fills two of them. What a server
// calls a repository may be anything: an error says that it fits no hole.
func (c call) fill(parameters map[string]string, holes ...string) (method, path string, err error) {
	method, rest, _ := strings.Cut(string(c), " /")
	path, names, _ := strings.Cut(rest, "?")
	var values []string
	for _, h := range holes {
		values = append(values, strings.Split(h, "/")...)
	}
	parts := strings.Split(path, "/")
	for i, p := range parts {
		if !strings.HasPrefix(p, "{") {
			continue
		}
		if len(values) == 0 || values[0] == "" || values[0] == "." || values[0] == ".." {
			return "", "", fmt.Errorf("%q is no name that can be asked for", strings.Join(holes, " "))
		}
		parts[i], values = url.PathEscape(values[0]), values[1:]
	}
	if len(values) > 0 {
		return "", "", fmt.Errorf("%q is no name that can be asked for", strings.Join(holes, " "))
	}
	path = strings.Join(parts, "/")
	sep := "?"
	for name := range strings.SplitSeq(names, "&") {
		if v, ok := parameters[name]; ok {
			path += sep + name + "=" + url.QueryEscape(v)
			sep = "&"
		}
	}
	return method, path, nil
}

// rest asks by REST and returns the body of the answer.
func (a *api) rest(ctx context.Context, shape web.Shape, c call, parameters map[string]string, holes ...string) ([]byte, *github.Response, error) {
	method, path, err := c.fill(parameters, holes...)
	if err != nil {
		return nil, nil, err
	}
	var body any
	if method == http.MethodPost {
		body = struct{}{}
	}
	return a.do(web.Expect(ctx, shape), method, path, body)
}
