package github

import (
	"embed"
	"fmt"
	"strings"
)

//go:embed queries/*.graphql
var queryFiles embed.FS

// The queries, each a document of its own.
var (
	pullRequestsQuery       = document("pull_requests")
	issuesQuery             = document("issues")
	discussionsQuery        = document("discussions")
	skipQuery               = document("skip")
	tailQuery               = document("tail")
	reviewTailQuery         = document("review_tail")
	discussionTailQuery     = document("discussion_tail")
	commitRepositoriesQuery = document("commit_repositories")
	commitsQuery            = document("commits")
	boardQuery              = document("board")
	boardHistoryQuery       = document("board_history")
	viewerQuery             = document("viewer")
	personQuery             = document("person")
)

// document returns a query without its comments.
func document(name string) string {
	b, err := queryFiles.ReadFile("queries/" + name + ".graphql")
	if err != nil {
		panic(err) // the file is embedded
	}
	var out strings.Builder
	for line := range strings.Lines(string(b)) {
		if !strings.HasPrefix(line, "#") {
			out.WriteString(line)
		}
	}
	return out.String()
}

// preflight is the first request: who the person is, how many results each
// search has and when the last of them changed, which of the named places can
// be read, and what the server knows.
type preflight struct {
	login    string
	from, to string // of at most one year, for the contributions
	searches []string
	owners   []string
	repos    []string
	boards   []string // "owner/number"
	listed   []string // owners whose boards are asked for
}

// query writes the document and its variables. The number of its fields depends
// on the configuration, so it cannot stand in a file.
func (p *preflight) query() (string, map[string]any) {
	vars := map[string]any{"login": p.login, "from": p.from, "to": p.to}
	var params, fields strings.Builder
	ask := func(name, kind string, value any) {
		fmt.Fprintf(&params, ", $%s: %s", name, kind)
		vars[name] = value
	}
	for i, q := range p.searches {
		name := fmt.Sprintf("s%d", i)
		ask(name, "String!", q)
		kind := "ISSUE"
		if strings.Contains(q, discussionMark) {
			kind = "DISCUSSION"
			vars[name] = strings.TrimPrefix(q, discussionMark)
		}
		fmt.Fprintf(&fields, "  %s: search(type: %s, query: $%s, first: 1) { ...Count }\n", name, kind, name)
	}
	for i, o := range p.owners {
		name := fmt.Sprintf("o%d", i)
		ask(name, "String!", o)
		fmt.Fprintf(&fields, "  %s: repositoryOwner(login: $%s) { login }\n", name, name)
	}
	for i, r := range p.repos {
		owner, repo, _ := strings.Cut(r, "/")
		name := fmt.Sprintf("r%d", i)
		ask(name+"o", "String!", owner)
		ask(name+"n", "String!", repo)
		fmt.Fprintf(&fields, "  %s: repository(owner: $%so, name: $%sn) { nameWithOwner }\n", name, name, name)
	}
	for i, b := range p.boards {
		owner, number, _ := strings.Cut(b, "/")
		name := fmt.Sprintf("b%d", i)
		ask(name+"o", "String!", owner)
		fmt.Fprintf(&fields, "  %s: repositoryOwner(login: $%so) { login ... on ProjectV2Owner { projectV2(number: %s) { ...Board } } }\n", name, name, number)
	}
	for i, o := range p.listed {
		name := fmt.Sprintf("l%d", i)
		ask(name, "String!", o)
		fmt.Fprintf(&fields, "  %s: repositoryOwner(login: $%s) { login ... on ProjectV2Owner { projectsV2(first: 50, orderBy: {field: UPDATED_AT, direction: DESC}) { pageInfo { hasNextPage endCursor } nodes { ...Board } } } }\n", name, name)
	}
	doc := "query Preflight($login: String!, $from: DateTime!, $to: DateTime!" + params.String() + ") {\n" +
		"  viewer { login }\n" +
		"  user(login: $login) { id login contributionsCollection(from: $from, to: $to) { totalCommitContributions totalPullRequestReviewContributions restrictedContributionsCount } }\n" +
		"  moves: __type(name: \"ProjectV2ItemStatusChangedEvent\") { name }\n" +
		fields.String() + "}\n"
	if len(p.searches) > 0 {
		doc += "fragment Count on SearchResultItemConnection { issueCount discussionCount nodes { ... on PullRequest { updatedAt } ... on Issue { updatedAt } ... on Discussion { updatedAt } } }\n"
	}
	if len(p.boards)+len(p.listed) > 0 {
		doc += "fragment Board on ProjectV2 { id number title updatedAt items(first: 1) { totalCount } statusUpdates(first: 1, orderBy: {field: CREATED_AT, direction: DESC}) { nodes { updatedAt } } }\n"
	}
	return doc, vars
}

// discussionMark stands before a search of discussions in [preflight.searches].
const discussionMark = "discussions\x00"
