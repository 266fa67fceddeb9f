package github

import (
	"encoding/json"
	"strings"
	"time"

	"github.com/dossier-report/dossier/evidence"
)

// The types of this file are what the queries ask for. Everything in them may
// be missing: a deleted account, a repository that the token cannot see, a field
// that an older server leaves out.

// stamp is a moment as GitHub writes it. What cannot be read is no moment, and
// never loses the rest of the answer.
type stamp struct {
	time.Time
	odd bool // there was something, and it was no moment
}

func (s *stamp) UnmarshalJSON(b []byte) error {
	*s = stamp{}
	if string(b) == "null" || string(b) == `""` {
		return nil
	}
	var text string
	if json.Unmarshal(b, &text) == nil {
		if t, err := time.Parse(time.RFC3339, text); err == nil {
			s.Time = t.UTC()
			return nil
		}
	}
	s.odd = true
	return nil
}

// list is a connection. Its nodes may be nil: what the token must not see.
type list[T any] struct {
	TotalCount int
	PageInfo   pageInfo
	Nodes      []*T
}

type pageInfo struct {
	HasNextPage bool
	EndCursor   string
}

// all returns the nodes that are there.
func (l list[T]) all() []*T {
	out := make([]*T, 0, len(l.Nodes))
	for _, n := range l.Nodes {
		if n != nil {
			out = append(out, n)
		}
	}
	return out
}

// add appends the next page.
func (l *list[T]) add(next *list[T]) {
	if next == nil {
		l.PageInfo = pageInfo{}
		return
	}
	l.Nodes = append(l.Nodes, next.Nodes...)
	l.PageInfo = next.PageInfo
}

// actor is somebody; nil is a deleted account, which GitHub shows as "ghost".
type actor struct {
	Typename string `json:"__typename"`
	Login    string
	Name     string
}

// person returns who the actor is; the zero Person for a deleted account. A bot
// has "[bot]" at the end of its login, as in GitHub's REST API.
func (a *actor) person() evidence.Person {
	if a == nil || a.Login == "" {
		return evidence.Person{}
	}
	return evidence.Person{Name: strings.TrimSpace(a.Name), Login: a.login()}
}

func (a *actor) login() string {
	if a == nil {
		return ""
	}
	if a.Typename == "Bot" && !strings.HasSuffix(a.Login, "[bot]") {
		return a.Login + "[bot]"
	}
	return a.Login
}

type repository struct {
	ID            string
	DatabaseID    int64 `json:"databaseId"`
	NameWithOwner string
	IsPrivate     *bool
}

// artefact is an issue or a pull request; see the fragments PR and I.
type artefact struct {
	Typename    string `json:"__typename"`
	ID          string
	Number      int
	Title       string
	URL         string
	Body        string
	State       string
	StateReason string
	IsDraft     bool

	CreatedAt, UpdatedAt, MergedAt, ClosedAt stamp

	Additions, Deletions, ChangedFiles int
	HeadRefName                        string

	Repository  *repository
	Author      *actor
	MergedBy    *actor
	MergeCommit *struct{ OID string }
	Milestone   *struct {
		Title string
		DueOn stamp
	}
	Labels        list[struct{ Name string }]
	Assignees     list[actor]
	Files         list[struct{ Path string }]
	Comments      list[comment]
	ReviewThreads struct{ TotalCount int }
	Reviews       list[review]
	Mine          list[review]
	Closing       list[reference]
	Events        list[event]
	ProjectItems  list[boardItem]
}

func (n *artefact) pull() bool { return n.Typename == "PullRequest" }

type comment struct {
	ID        string
	URL       string
	Path      string
	Body      string
	DiffHunk  string
	CreatedAt stamp
	IsAnswer  bool
	Author    *actor
	Replies   list[comment]
}

type review struct {
	ID          string
	State       string
	SubmittedAt stamp
	URL         string
	Body        string
	Author      *actor
	Comments    list[comment]
}

// reference names an issue or pull request elsewhere.
type reference struct {
	Number     int
	Repository *repository
}

// name returns "owner/repo#12", "" when something is missing.
func (r *reference) name() string {
	if r == nil || r.Number == 0 || r.Repository == nil || r.Repository.NameWithOwner == "" {
		return ""
	}
	return r.Repository.NameWithOwner + "#" + itoa(r.Number)
}

type event struct {
	Typename          string `json:"__typename"`
	CreatedAt         stamp
	Actor             *actor
	RequestedReviewer *actor
	Assignee          *actor
	StateReason       string
	Closer            *struct {
		reference
		OID string
	}
}

// boardItem is a card of a board.
type boardItem struct {
	ID                   string
	Type                 string
	IsArchived           bool
	CreatedAt, UpdatedAt stamp
	Creator              *actor
	Content              *content
	Project              *struct{ URL string }
	FieldValues          list[fieldValue]
}

// content is what a card stands for: an issue, a pull request or a draft.
type content struct {
	Typename                                 string `json:"__typename"`
	ID                                       string
	Number                                   int
	Title                                    string
	URL                                      string
	Body                                     string
	State                                    string
	PrState                                  string
	CreatedAt, UpdatedAt, ClosedAt, MergedAt stamp
	Author, Creator                          *actor
	Assignees                                list[actor]
	Repository                               *repository
}

// fieldValue is what stands in one of a card's fields, of whatever type.
type fieldValue struct {
	Typename             string   `json:"__typename"`
	Name                 string   // of a single select
	Title                string   // of an iteration
	StartDate            string   // of an iteration
	Duration             int      // of an iteration, in days
	Date                 string   // of a date
	Number               *float64 // of a number
	CreatedAt, UpdatedAt stamp
	Creator              *actor
	Field                *struct{ Name string }
}

func (v *fieldValue) field() string {
	if v.Field == nil {
		return ""
	}
	return v.Field.Name
}
