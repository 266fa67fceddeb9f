package github

import (
	"cmp"
	"context"
	"slices"
	"strings"

	"github.com/dossier-report/dossier/evidence"
)

// discussion is what discussions.graphql asks for.
type discussion struct {
	ID             string
	Number         int
	Title          string
	URL            string
	Body           string
	CreatedAt      stamp
	ClosedAt       stamp
	AnswerChosenAt stamp
	AnswerChosenBy *actor
	Category       *struct{ Name string }
	Repository     *repository
	Author         *actor
	Labels         list[struct{ Name string }]
	Comments       list[comment]
}

// discussion makes an item of one. An answer is the person's comment that was
// chosen as such; its context is the question.
func (m *maker) discussion(n *discussion) evidence.Item {
	author := n.Author.person()
	it := evidence.Item{
		ID: m.discussionID(n), Source: "github", Kind: evidence.Discussion, Title: strings.TrimSpace(n.Title), Text: plain(n.Body),
		URL: n.URL, Place: n.Repository.name(), Private: n.Repository.private(), Author: &author,
		Links: evidence.Keys(n.Title + "\n" + n.Body),
	}
	if n.Category != nil && n.Category.Name != "" {
		it.Labels = append(it.Labels, n.Category.Name)
	}
	for _, l := range n.Labels.all() {
		it.Labels = append(it.Labels, l.Name)
	}
	if m.me(n.Author) && !n.CreatedAt.IsZero() {
		it.Acts = append(it.Acts, evidence.Act{At: n.CreatedAt.Time, Verb: evidence.Opened})
	}
	var answeredBy *actor
	seen := map[string]bool{}
	said := func(c *comment, to string) {
		switch {
		case c.IsAnswer:
			answeredBy = c.Author
		}
		if m.me(c.Author) && !c.CreatedAt.IsZero() {
			a := evidence.Act{At: c.CreatedAt.Time, Verb: evidence.Commented, Text: plain(c.Body), Context: to, URL: c.URL}
			if c.IsAnswer {
				a.Verb = evidence.Answered
			}
			it.Acts = append(it.Acts, a)
			return
		}
		if p := c.Author.person(); p.Login != "" && !seen[p.Login] && p.Login != author.Login && m.me(n.Author) {
			seen[p.Login] = true
			it.People = append(it.People, evidence.Participant{Person: p, Role: "commenter", At: c.CreatedAt.Time})
		}
	}
	for _, c := range n.Comments.all() {
		said(c, "")
		for _, reply := range c.Replies.all() {
			said(reply, plain(c.Body))
		}
	}
	slices.SortStableFunc(it.Acts, func(a, b evidence.Act) int { return cmp.Or(a.At.Compare(b.At), cmp.Compare(a.Verb, b.Verb)) })
	if n.Comments.TotalCount > 0 {
		it.Size = &evidence.Size{Comments: n.Comments.TotalCount}
	}
	switch {
	case !n.AnswerChosenAt.IsZero():
		it.Outcome = &evidence.Outcome{State: evidence.StateAnswered, At: n.AnswerChosenAt.Time, By: n.AnswerChosenBy.login()}
		if answeredBy != nil && !m.me(answeredBy) {
			it.People = append(it.People, evidence.Participant{Person: answeredBy.person(), Role: "answerer", At: n.AnswerChosenAt.Time})
		}
	case !n.ClosedAt.IsZero():
		it.Outcome = &evidence.Outcome{State: evidence.StateClosed, At: n.ClosedAt.Time}
	}
	return it
}

// discussionID keeps discussions apart from issues although they share their
// numbers: a converted issue keeps its own.
func (m *maker) discussionID(n *discussion) string { return m.node("discussion", n.ID) }

// wholeDiscussion reads the comments and replies that did not fit.
func (r *run) wholeDiscussion(ctx context.Context, n *discussion) (lost []string, more []byte, err error) {
	const what = "some of its comments are missing"
	read := func(id string, l *list[comment]) error {
		for range maxTails {
			if !l.PageInfo.HasNextPage {
				return nil
			}
			var got struct {
				Node *struct{ Comments, Replies *list[comment] }
			}
			raw, err := r.node(ctx, discussionTailQuery, map[string]any{"id": id, "after": l.PageInfo.EndCursor}, &got)
			if err != nil {
				return err
			}
			more = append(more, raw...)
			switch {
			case got.Node == nil:
				l.PageInfo = pageInfo{}
			case got.Node.Comments != nil:
				l.add(got.Node.Comments)
			default:
				l.add(got.Node.Replies)
			}
		}
		if l.PageInfo.HasNextPage {
			lost = append(lost, "it has more comments than are read")
		}
		return nil
	}
	if err := read(n.ID, &n.Comments); err != nil {
		return r.lose(ctx, lost, more, err, what)
	}
	for _, c := range n.Comments.all() {
		if err := read(c.ID, &c.Replies); err != nil {
			return r.lose(ctx, lost, more, err, what)
		}
	}
	return lost, more, nil
}
