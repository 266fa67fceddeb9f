package objectives

import (
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/dossier-report/dossier/evidence"
)

func TestTemplatesAreValidAndMappable(t *testing.T) {
	want := []string{"data-scientist", "engineering-manager", "personal-growth", "senior-engineer", "senior-ml-scientist", "software-engineer", "sre", "tech-lead"}
	if names := Templates(); !slices.Equal(names, want) {
		t.Fatalf("templates %v", names)
	}
	for _, name := range Templates() {
		objs, err := Template(name)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := NewMapper(objs, nil); err != nil {
			t.Errorf("%s: %v", name, err)
		}
		for _, o := range objs {
			if o.Statement == "" || len(o.Competencies) == 0 || len(o.Title) > 40 {
				t.Errorf("%s: %s has no statement or competency, or a title that is too long for a table", name, o.ID)
			}
		}
	}
	for _, name := range []string{"", "nobody", "../templates/personal-growth"} {
		if _, err := Template(name); err == nil || !strings.Contains(err.Error(), "senior-ml-scientist") {
			t.Errorf("%q: %v", name, err)
		}
	}
}

func TestIDsOfTemplatesAreFixed(t *testing.T) {
	for name, want := range map[string][]string{
		"senior-ml-scientist": {"mentoring", "generative-models", "reproduction", "training-at-scale", "bottlenecks-and-backlog"},
		"personal-growth":     {"leadership-and-project-management", "independent-research", "knowledge-base", "business-understanding"},
	} {
		objs, err := Template(name)
		if err != nil {
			t.Fatal(err)
		}
		var got []string
		for _, o := range objs {
			got = append(got, o.ID)
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%s (-want +got):\n%s", name, diff)
		}
	}
}

// One clear case for and one against each objective, in words of our own.
func TestTemplateTellsWorkFromWhatLooksLikeIt(t *testing.T) {
	objs, err := Template("senior-ml-scientist")
	if err != nil {
		t.Fatal(err)
	}
	m, err := NewMapper(objs, nil)
	if err != nil {
		t.Fatal(err)
	}
	mine := func(title, text string, paths ...string) evidence.Item {
		return evidence.Item{ID: "github:acme/lab#1", Source: "github", Kind: evidence.PullRequest, Title: title, Text: text, Paths: paths,
			Acts: []evidence.Act{{At: noon, Verb: evidence.Opened}}}
	}
	tests := []struct {
		item evidence.Item
		want []string
	}{
		{review("I would keep the lock here, because two workers can reach this line at once and then the second one writes over the first."), []string{"mentoring"}},
		{review("LGTM"), nil},
		{mine("Add a sampler for second-order diffusion", "Implements the two-step solver."), []string{"generative-models"}},
		{mine("Fix typo in the sampler docs", ""), nil},
		{mine("Match the original implementation of the noise term", ""), []string{"reproduction"}},
		{mine("Crash when the window is closed", "Steps to reproduce: open it, close it."), nil},
		{mine("Shard the optimizer state with FSDP", "Memory falls by half on 64 GPUs."), []string{"training-at-scale"}},
		{mine("Load the model for inference on one GPU", ""), nil},
		{mine("Fix the flaky download tests in CI", "They failed one run in five."), []string{"bottlenecks-and-backlog"}},
		{mine("Bump actions/checkout from 3 to 4", "", ".github/workflows/ci.yml"), nil},
	}
	for _, tt := range tests {
		var got []string
		for _, match := range m.Map([]evidence.Item{tt.item}, nil).For(tt.item.ID) {
			if match.Chosen() {
				got = append(got, match.Objective)
			}
		}
		if diff := cmp.Diff(tt.want, got); diff != "" {
			t.Errorf("%q (-want +got):\n%s", tt.item.Title, diff)
		}
	}
}

func TestDecodeIsStrict(t *testing.T) {
	const good = "objectives:\n  - id: a\n    title: A\n    rules:\n      - {name: r, words: [x], own: true, weight: 0.5}\n"
	set, err := Decode(strings.NewReader(good))
	if err != nil {
		t.Fatal(err)
	}
	own := true
	want := []Objective{{ID: "a", Title: "A", Rules: []Rule{{Name: "r", Words: []string{"x"}, Own: &own, Weight: 0.5}}}}
	if diff := cmp.Diff(want, set.Objectives); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	for _, bad := range []string{
		"", "objectives: []", "objectives: {}", good + "colour: red\n", strings.Replace(good, "words", "wrods", 1),
		good + "---\n" + good, good + "  - {id: a, title: B}\n", strings.Replace(good, "0.5", "5", 1),
		strings.Replace(good, "0.5", "much", 1), "objectives:\n  - {title: A}\n", strings.Repeat(" ", maxSet+1),
	} {
		if _, err := Decode(strings.NewReader(bad)); err == nil {
			t.Errorf("%.60q is accepted", bad)
		}
	}
}
