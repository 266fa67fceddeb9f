package main

import (
	"fmt"
	"strings"

	"github.com/dossier-report/dossier/evidence"
	"github.com/dossier-report/dossier/report"
	"github.com/dossier-report/dossier/report/gate"
)

// maxSummary is how long a step's summary gets, in bytes: GitHub drops one of
// more than 1 MiB whole.
const maxSummary = 1<<20 - 64<<10

// summaryTitles is how many pieces of work are named for each objective.
const summaryTitles = 5

// summary is the job summary in Markdown: how it went, each objective, what is
// left to write, what the sources answered. Titles of evidence are shown only
// where the repository is private.
func (m *made) summary(err error) string {
	var b strings.Builder
	r := m.rep
	switch {
	case err != nil:
		fmt.Fprintf(&b, "### Failed: %s\n\n", inert(firstLine(err)))
	case m.partial:
		b.WriteString("### Not complete\n\n")
	default:
		b.WriteString("### Complete\n\n")
	}
	who := ""
	if m.place.private {
		who = inert(r.Person.Name) + ", "
	}
	fmt.Fprintf(&b, "%s%s: %d items found, %d new, %d speak for an objective.\n\n", who, inert(r.Period.Short), m.found, m.news, r.Chosen)
	if err != nil {
		hints(&b, err)
	}
	for _, n := range m.notices {
		fmt.Fprintf(&b, "> %s\n\n", inert(n))
	}
	m.objectivesTable(&b)
	if left := todo(r); len(left) > 0 {
		fmt.Fprintf(&b, "#### Left to write: %d\n\n", len(left))
		for _, l := range left {
			fmt.Fprintf(&b, "- %s\n", inert(l))
		}
		b.WriteByte('\n')
	}
	m.coverageTable(&b)
	if m.place.private {
		m.titles(&b)
	}
	return cutSummary(b.String())
}

// refusalSummary is the summary of a run that made no report.
func refusalSummary(err error) string {
	var b strings.Builder
	fmt.Fprintf(&b, "### Failed: %s\n\nNo report was made.\n\n", inert(firstLine(err)))
	hints(&b, err)
	return cutSummary(b.String())
}

func hints(b *strings.Builder, err error) {
	_, rest, _ := strings.Cut(err.Error(), "\n")
	for _, l := range strings.Split(rest, "\n") {
		if l = strings.TrimSpace(l); l != "" {
			fmt.Fprintf(b, "%s\n\n", inert(l))
		}
	}
}

func (m *made) objectivesTable(b *strings.Builder) {
	if len(m.rep.Objectives) == 0 {
		return
	}
	b.WriteString("| | objective | evidence | gap |\n|---|---|---|---|\n")
	for _, s := range m.rep.Objectives {
		gap := "none"
		if s.Gap != nil {
			gap = "in the evidence"
			if m.place.private {
				gap = inert(s.Gap.Says)
			}
		}
		fmt.Fprintf(b, "| %d | %s | %d | %s |\n", s.Number, inert(s.Title), s.Count, gap)
	}
	b.WriteByte('\n')
}

func (m *made) coverageTable(b *strings.Builder) {
	b.WriteString("#### Coverage\n\n| source | answered | found | chosen | missing |\n|---|---|---|---|---|\n")
	for _, s := range m.rep.Method.Sources {
		state := string(s.State)
		if state == "" {
			state = "not asked"
		}
		why := ""
		switch {
		case m.place.private:
			why = inert(s.Why)
		case s.State != evidence.Complete:
			why = "see the report"
		}
		fmt.Fprintf(b, "| %s | %s | %d | %d | %s |\n", inert(s.Title), inert(state), s.Found, s.Chosen, why)
	}
	b.WriteByte('\n')
}

// titles names the strongest pieces of work, folded.
func (m *made) titles(b *strings.Builder) {
	for _, s := range m.rep.Objectives {
		if len(s.Cards) == 0 {
			continue
		}
		fmt.Fprintf(b, "<details><summary>%s</summary>\n\n", inert(s.Title))
		for _, c := range s.Cards[:min(len(s.Cards), summaryTitles)] {
			fmt.Fprintf(b, "- %s (%s)\n", inert(gate.Title(c.Title)), inert(c.Date))
		}
		b.WriteString("\n</details>\n\n")
	}
}

// todo lists what only the person can write: the form's questions and the
// objectives that have no answer from the records.
func todo(r *report.Report) []string {
	var left []string
	for _, q := range r.Questions {
		if q.Answer.From == report.ForMeToWrite {
			left = append(left, fmt.Sprintf("Question %d: %s", q.Number, q.Title))
		}
	}
	for _, s := range r.Objectives {
		if s.Result.From == report.ForMeToWrite || s.Claim.From == report.ForMeToWrite {
			left = append(left, fmt.Sprintf("Objective %d: %s", s.Number, s.Title))
		}
	}
	return left
}

// inert returns foreign text as Markdown that neither does nor mentions
// anything: between these tags GitHub looks for no user, issue or address.
func inert(s string) string {
	if s = gate.Markdown(s); s == "" {
		return ""
	}
	if !strings.ContainsAny(s, `@#`) && !strings.Contains(s, `:\/\/`) && !strings.Contains(s, `www\.`) {
		return s
	}
	return "<code>" + s + "</code>"
}

// cutSummary keeps whole lines up to what GitHub takes.
func cutSummary(s string) string {
	if len(s) <= maxSummary {
		return s
	}
	s = s[:maxSummary]
	return s[:strings.LastIndexByte(s, '\n')+1] + "\n</details>\n\nCut here: the report has all of it.\n"
}
