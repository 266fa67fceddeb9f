package github

import (
	"math"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/dossier-report/dossier/evidence"
)

// A CML report is a comment that a workflow writes on a pull request: the tables
// of "dvc metrics diff --md" and "dvc metrics show --md" in it are what was
// measured. See https://cml.dev/doc/ref/comment and
// https://dvc.org/doc/command-reference/metrics/diff

// maxFigures is how many figures of a pull request are kept.
const maxFigures = 24

// measured returns what the reports of bots on a pull request say was measured,
// the last word on each metric, in the order in which they were first told.
func measured(n *artefact) []evidence.Figure {
	var out []evidence.Figure
	for _, c := range n.Comments.all() {
		if !c.Author.robot() || !strings.Contains(c.Body, "|") {
			continue
		}
		for _, f := range reported(c.Body) {
			i := slices.IndexFunc(out, func(o evidence.Figure) bool { return o.Name == f.Name && o.From == f.From })
			switch {
			case i >= 0:
				out[i] = f
			case len(out) < maxFigures:
				out = append(out, f)
			}
		}
	}
	return out
}

// robot reports whether an actor is an app or a well-known account of workflows.
func (a *actor) robot() bool {
	if a == nil {
		return false
	}
	login := strings.TrimSuffix(strings.ToLower(a.Login), "[bot]")
	return a.Typename == "Bot" || strings.HasSuffix(strings.ToLower(a.Login), "[bot]") || slices.Contains([]string{"github-actions", "cml-bot", "iterative-cml", "dvc-bot"}, login)
}

// ruled is the line below the head of a table: "|---|:--:|".
var ruled = regexp.MustCompile(`^\|?\s*:?-+:?\s*(\|\s*:?-+:?\s*)*\|?$`)

// reported returns the figures in the tables of a text in Markdown.
func reported(body string) []evidence.Figure {
	var out []evidence.Figure
	lines := strings.Split(strings.ReplaceAll(body, "\r\n", "\n"), "\n")
	for i := 0; i+1 < len(lines); i++ {
		if !strings.Contains(lines[i], "|") || !ruled.MatchString(strings.TrimSpace(lines[i+1])) {
			continue
		}
		head := cells(lines[i])
		i += 2
		for ; i < len(lines) && strings.Contains(lines[i], "|"); i++ {
			out = append(out, tableRow(head, cells(lines[i]))...)
		}
	}
	return out
}

func cells(line string) []string {
	parts := strings.Split(strings.Trim(strings.TrimSpace(line), "|"), "|")
	for i := range parts {
		parts[i] = strings.Trim(strings.TrimSpace(parts[i]), "*_`")
	}
	return parts
}

// tableRow reads a row by what its table's head says: a comparison has the columns
// Metric and Change with the two values between, or Value and Change in old
// versions; a list has Path and then a column for each metric.
func tableRow(head, row []string) []evidence.Figure {
	if len(row) != len(head) {
		return nil
	}
	column := func(name string) int {
		return slices.IndexFunc(head, func(h string) bool { return strings.EqualFold(h, name) })
	}
	path, metric, change := column("path"), column("metric"), column("change")
	from := "report on the pull request"
	if path >= 0 && row[path] != "" {
		from = row[path]
	}
	if metric >= 0 && change == metric+3 {
		f := evidence.Figure{Name: row[metric], From: from}
		after, ok := decimal(row[metric+2])
		if !ok || f.Name == "" {
			return nil
		}
		if f.After = after; row[metric+1] != "-" && row[metric+1] != "" {
			if was, ok := decimal(row[metric+1]); ok {
				f.Before = &was
			}
		}
		if f.Before != nil && *f.Before == f.After {
			return nil
		}
		return []evidence.Figure{f}
	}
	if metric >= 0 && change == metric+2 && strings.EqualFold(head[metric+1], "value") {
		now, ok := decimal(row[metric+1])
		by, moved := decimal(row[change])
		if !ok || row[metric] == "" || moved && by == 0 {
			return nil
		}
		f := evidence.Figure{Name: row[metric], After: now, From: from}
		if moved {
			was := now - by
			f.Before = &was
		}
		return []evidence.Figure{f}
	}
	if path != 0 || metric >= 0 || change >= 0 || column("param") >= 0 {
		return nil
	}
	var out []evidence.Figure
	for i := 1; i < len(row); i++ {
		if v, ok := decimal(row[i]); ok && head[i] != "" {
			out = append(out, evidence.Figure{Name: head[i], After: v, From: from})
		}
	}
	return out
}

func decimal(s string) (float64, bool) {
	v, err := strconv.ParseFloat(strings.TrimPrefix(s, "+"), 64)
	return v, err == nil && !math.IsNaN(v) && !math.IsInf(v, 0)
}
