package github

import (
	"fmt"
	"strings"
	"testing"

	"github.com/dossier-report/dossier/evidence"
)

func figuresTold(figures []evidence.Figure) string {
	var out []string
	for _, f := range figures {
		text := fmt.Sprintf("%s %g (%s)", f.Name, f.After, f.From)
		if f.Before != nil {
			text = fmt.Sprintf("%s %g → %g (%s)", f.Name, *f.Before, f.After, f.From)
		}
		out = append(out, text)
	}
	return strings.Join(out, ", ")
}

func TestReportsOfWorkflowsAreReadInEveryForm(t *testing.T) {
	for name, c := range map[string]struct{ body, want string }{
		"a comparison": {"## Metrics\r\n| Path | Metric | HEAD | workspace | Change |\r\n|------|---|---|---|---|\r\n| metrics.json | fid | 12.3 | 9.8 | -2.5 |\r\n| metrics.json | same | 1 | 1 | 0 |\r\n| metrics.json | new | - | 3 | - |\r\n",
			"fid 12.3 → 9.8 (metrics.json), new 3 (metrics.json)"},
		"without a path":        {"Metric | main | exp | Change\n-- | -- | -- | --\n`acc` | 0.5 | **0.75** | 0.25", "acc 0.5 → 0.75 (report on the pull request)"},
		"of an old version":     {"| Path | Metric | Value | Change |\n|--|--|--|--|\n| m.json | auc | 0.75 | 0.25 |", "auc 0.5 → 0.75 (m.json)"},
		"a list":                {"| Path | fid | loss |\n|:--|--:|:-:|\n| m.json | 9.8 | n/a |", "fid 9.8 (m.json)"},
		"parameters are none":   {"| Path | Param | HEAD | workspace |\n|--|--|--|--|\n| params.yaml | lr | 0.1 | 0.2 |", ""},
		"another table":         {"| File | Lines |\n|--|--|\n| a.go | 12 |", ""},
		"no table":              {"fid | 12\nacc | 3", ""},
		"cut short":             {"| Path | Metric | a | b | Change |\n|--|--|--|--|--|\n| m | fid | 1 |", ""},
		"not a number in sight": {"| Path | Metric | a | b | Change |\n|--|--|--|--|--|\n| m | fid | x | NaN | y |", ""},
	} {
		if got := figuresTold(reported(c.body)); got != c.want {
			t.Errorf("%s: %q, want %q", name, got, c.want)
		}
	}
}

func TestOnlyBotsMeasureAndTheirLastWordCounts(t *testing.T) {
	table := func(fid string) string {
		return "| Path | Metric | main | workspace | Change |\n|--|--|--|--|--|\n| m.json | fid | 12.3 | " + fid + " | |\n![](https://cml.dev/watermark.png#abc \"CML watermark\")"
	}
	n := &artefact{}
	for _, c := range []struct{ login, kind, body string }{
		{"github-actions", "Bot", table("11")}, {"ana-d", "User", table("1")}, {"cml-bot", "User", table("9.8")},
	} {
		n.Comments.Nodes = append(n.Comments.Nodes, &comment{Body: c.body, Author: &actor{Login: c.login, Typename: c.kind}})
	}
	if got, want := figuresTold(measured(n)), "fid 12.3 → 9.8 (m.json)"; got != want {
		t.Errorf("%q, want %q", got, want)
	}
}

func FuzzReported(f *testing.F) {
	f.Add("| Path | Metric | HEAD | workspace | Change |\n|--|--|--|--|--|\n| m | fid | 1 | 2 | 1 |")
	f.Add("|a|\n|-")
	f.Fuzz(func(t *testing.T, body string) {
		for _, g := range reported(body) {
			if g.Name == "" || g.After != g.After {
				t.Errorf("%q gives %+v", body, g)
			}
		}
	})
}
