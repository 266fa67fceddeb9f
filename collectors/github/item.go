package github

import (
	"cmp"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/dossier-report/dossier/evidence"
)

// maker makes items of what GitHub answers.
type maker struct {
	host string   // stands before ids; empty for github.com
	self []string // the person's logins
}

func itoa(n int) string { return strconv.Itoa(n) }

// me reports whether the actor is the person.
func (m *maker) me(a *actor) bool {
	return a != nil && slices.ContainsFunc(m.self, func(l string) bool { return strings.EqualFold(l, a.Login) })
}

// id makes the id of number n in a repository; of the node where the
// repository's number is not known.
func (m *maker) id(r *repository, n int, node string) string {
	id := "github:"
	if m.host != "" {
		id += m.host + "/"
	}
	if r == nil || r.DatabaseID == 0 || n == 0 {
		return id + node
	}
	return id + strconv.FormatInt(r.DatabaseID, 10) + "#" + itoa(n)
}

// node makes the id of something that only a node id names.
func (m *maker) node(kind, id string) string {
	if m.host != "" {
		kind = m.host + "/" + kind
	}
	return "github:" + kind + "/" + id
}

// private reports whether a repository is: one that does not say so is.
func (r *repository) private() bool { return r == nil || r.IsPrivate == nil || *r.IsPrivate }

func (r *repository) name() string {
	if r == nil {
		return ""
	}
	return r.NameWithOwner
}

// item makes an issue or a pull request. The second result says what is odd.
func (m *maker) item(n *artefact) (evidence.Item, []string) {
	it := evidence.Item{
		ID: m.id(n.Repository, n.Number, n.ID), Source: "github", Kind: evidence.Issue,
		Title: strings.TrimSpace(n.Title), Text: plain(n.Body), URL: n.URL,
		Place: n.Repository.name(), Private: n.Repository.private(),
	}
	if n.pull() {
		it.Kind = evidence.PullRequest
	}
	// A deleted account is a person of whom nothing is known.
	author := n.Author.person()
	it.Author = &author
	for _, l := range n.Labels.all() {
		it.Labels = append(it.Labels, l.Name)
	}
	for _, f := range n.Files.all() {
		it.Paths = append(it.Paths, f.Path)
	}
	it.Acts = m.acts(n)
	if it.Outcome = outcome(n); it.Outcome != nil && n.pull() && m.me(n.Author) {
		it.Outcome.Figures = measured(n)
	}
	it.People = m.people(n)
	it.Links = m.links(n)
	it.Size = size(n)
	it.Flow = m.flow(n)
	var odd []string
	for _, s := range []struct {
		name string
		at   stamp
	}{{"opened", n.CreatedAt}, {"merged", n.MergedAt}, {"closed", n.ClosedAt}} {
		if s.at.odd {
			odd = append(odd, "when it was "+s.name+" cannot be read")
		}
	}
	if n.CreatedAt.IsZero() && !n.CreatedAt.odd {
		odd = append(odd, "when it was opened is missing")
	}
	return it, odd
}

// acts returns what the person did, in order of time.
func (m *maker) acts(n *artefact) []evidence.Act {
	var acts []evidence.Act
	add := func(a evidence.Act) {
		if !a.At.IsZero() {
			acts = append(acts, a)
		}
	}
	own := m.me(n.Author)
	if own {
		add(evidence.Act{At: n.CreatedAt.Time, Verb: evidence.Opened})
	}
	if m.me(n.MergedBy) {
		add(evidence.Act{At: n.MergedAt.Time, Verb: evidence.Merged})
	}
	for _, e := range n.Events.all() {
		switch {
		case e.Typename == "ClosedEvent" && m.me(e.Actor) && n.MergedAt.IsZero():
			add(evidence.Act{At: e.CreatedAt.Time, Verb: evidence.Closed})
		case e.Typename == "AssignedEvent" && m.me(e.Assignee):
			add(evidence.Act{At: e.CreatedAt.Time, Verb: evidence.Assigned})
		}
	}
	for _, r := range n.Mine.all() {
		add(given(r, own))
	}
	for _, c := range n.Comments.all() {
		if m.me(c.Author) {
			add(evidence.Act{At: c.CreatedAt.Time, Verb: evidence.Commented, Text: plain(c.Body), URL: c.URL})
		}
	}
	slices.SortStableFunc(acts, func(a, b evidence.Act) int { return cmp.Or(a.At.Compare(b.At), cmp.Compare(a.Verb, b.Verb)) })
	return acts
}

// maxContext is how much of the code a review is about is kept, in bytes.
const maxContext = 8000

// given makes an act of a review with its inline comments. On the person's own
// pull request it is their answer to somebody else's.
func given(r *review, own bool) evidence.Act {
	a := evidence.Act{At: r.SubmittedAt.Time, Verb: evidence.Reviewed, URL: r.URL}
	switch {
	case r.State == "PENDING":
		return evidence.Act{} // nobody else can see it yet
	case own:
		a.Verb = evidence.Commented
	case r.State == "APPROVED":
		a.Verb = evidence.Approved
	case r.State == "CHANGES_REQUESTED":
		a.Verb = evidence.RequestedChanges
	}
	words, hunks := []string{}, []string{}
	if b := plain(r.Body); b != "" {
		words = append(words, b)
	}
	room := maxContext
	for _, c := range r.Comments.all() {
		if b := plain(c.Body); b != "" {
			words = append(words, b)
		}
		hunk := strings.TrimSpace(c.DiffHunk)
		if hunk != "" && len(hunk) <= room && !slices.Contains(hunks, hunk) {
			hunks = append(hunks, hunk)
			room -= len(hunk)
		}
	}
	a.Text, a.Context = strings.Join(words, "\n\n"), strings.Join(hunks, "\n\n")
	return a
}

// outcome says what became of it, whoever did it.
func outcome(n *artefact) *evidence.Outcome {
	closedBy := ""
	for _, e := range n.Events.all() {
		if e.Typename == "ClosedEvent" {
			closedBy = e.Actor.login()
		}
	}
	switch {
	case !n.MergedAt.IsZero():
		return &evidence.Outcome{State: evidence.StateMerged, At: n.MergedAt.Time, By: n.MergedBy.login()}
	case n.ClosedAt.IsZero() || n.State == "OPEN":
		return nil
	case n.pull():
		return &evidence.Outcome{State: evidence.StateClosed, At: n.ClosedAt.Time, By: closedBy}
	case n.StateReason == "NOT_PLANNED" || n.StateReason == "DUPLICATE":
		return &evidence.Outcome{State: evidence.StateDropped, At: n.ClosedAt.Time, By: closedBy}
	}
	return &evidence.Outcome{State: evidence.StateDone, At: n.ClosedAt.Time, By: closedBy}
}

// people returns who else took part, each with a role once, at the first time.
func (m *maker) people(n *artefact) []evidence.Participant {
	var list []evidence.Participant
	seen := map[[2]string]bool{}
	add := func(a *actor, role string, at time.Time) {
		p := a.person()
		key := [2]string{p.Login, role}
		if m.me(a) || p.Login != "" && seen[key] {
			return
		}
		if p.Login == "" && seen[[2]string{"", role}] {
			return // deleted accounts cannot be told apart
		}
		seen[key] = true
		list = append(list, evidence.Participant{Person: p, Role: role, At: at})
	}
	author := n.Author.login()
	reviews := n.Reviews.all()
	slices.SortStableFunc(reviews, func(a, b *review) int { return a.SubmittedAt.Compare(b.SubmittedAt.Time) })
	for _, r := range reviews {
		if r.State == "PENDING" || r.Author != nil && author != "" && r.Author.login() == author {
			continue // an author's answers
		}
		add(r.Author, "reviewer", r.SubmittedAt.Time)
		if r.State == "APPROVED" {
			add(r.Author, "approver", r.SubmittedAt.Time)
		}
	}
	if !n.MergedAt.IsZero() && n.MergedBy != nil {
		add(n.MergedBy, "merger", n.MergedAt.Time)
	}
	for _, a := range n.Assignees.all() {
		add(a, "assignee", time.Time{})
	}
	if m.me(n.Author) {
		for _, c := range n.Comments.all() {
			if c.Author != nil && !seen[[2]string{c.Author.login(), "reviewer"}] {
				add(c.Author, "commenter", c.CreatedAt.Time)
			}
		}
	}
	return list
}

// links returns ticket keys, what it closes or was closed by, and the boards
// that it lies on.
func (m *maker) links(n *artefact) []string {
	var links []string
	add := func(l string) {
		if l != "" && !slices.Contains(links, l) {
			links = append(links, l)
		}
	}
	for _, k := range evidence.Keys(n.Title + "\n" + n.Body) {
		add(k)
	}
	for _, k := range evidence.BranchKeys(n.HeadRefName) {
		add(k)
	}
	for _, c := range n.Closing.all() {
		add(c.name())
	}
	for _, e := range n.Events.all() {
		if e.Closer != nil {
			add(e.Closer.name())
			add(e.Closer.OID)
		}
	}
	if n.MergeCommit != nil {
		add(n.MergeCommit.OID)
	}
	for _, b := range n.ProjectItems.all() {
		if b.Project != nil {
			add(b.Project.URL)
		}
	}
	return links
}

func size(n *artefact) *evidence.Size {
	s := evidence.Size{Additions: n.Additions, Deletions: n.Deletions, Files: max(n.ChangedFiles, n.Files.TotalCount),
		Comments: n.Comments.TotalCount + n.ReviewThreads.TotalCount}
	if s == (evidence.Size{}) {
		return nil
	}
	return &s
}

var htmlComment = regexp.MustCompile(`(?s)<!--.*?(?:-->|$)`)

// plain returns a text without the comments that templates leave in it, with
// one sort of line end.
func plain(s string) string {
	if strings.Contains(s, "<!--") {
		s = htmlComment.ReplaceAllString(s, "")
	}
	s = strings.NewReplacer("\r\n", "\n", "\r", "\n").Replace(s)
	return strings.TrimSpace(s)
}
