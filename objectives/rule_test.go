package objectives

import (
	"math"
	"strings"
	"testing"
	"time"

	"github.com/dossier-report/dossier/evidence"
)

var noon = time.Date(2026, 3, 2, 12, 0, 0, 0, time.UTC)

// pull is the person's own pull request; the tests change what they need.
func pull(change ...func(*evidence.Item)) evidence.Item {
	it := evidence.Item{
		ID: "github:acme/api#12", Source: "github", Kind: evidence.PullRequest, Place: "acme/api",
		Title:  "Cache the tokenizer",
		Text:   "Loading took nine seconds in every job.\n\nSee https://arxiv.org/abs/2006.11239 for the method.",
		Acts:   []evidence.Act{{At: noon, Verb: evidence.Opened}},
		People: []evidence.Participant{{Person: evidence.Person{Login: "ana-d"}, Role: "reviewer"}},
		Labels: []string{"Performance", "area/tokens"},
		Paths:  []string{"internal/tok/cache.go", "docs/guides/caching.md"},
		Links:  []string{"ML-231", "https://www.example.org/papers/42?x=1#top"},
	}
	for _, c := range change {
		c(&it)
	}
	return it
}

// review is somebody else's pull request on which the person wrote.
func review(words string) evidence.Item {
	return pull(func(it *evidence.Item) {
		it.Author = &evidence.Person{Login: "ana-d"}
		it.People = nil
		it.Acts = []evidence.Act{{At: noon, Verb: evidence.Reviewed, Text: words}}
	})
}

var colleaguesOfMine = evidence.People{
	{Name: "Ana Duarte", Relation: "junior", Logins: map[string][]string{"github": {"ana-d"}}},
	{Name: "Maria Lind", Relation: "leader", Logins: map[string][]string{"github": {"maria-l"}}},
}

// matchOne maps one item to an objective of the given rules.
func matchOne(t *testing.T, it evidence.Item, rules ...Rule) Match {
	t.Helper()
	for i := range rules {
		if rules[i].Name == "" {
			rules[i].Name = "rule " + string(rune('a'+i))
		}
	}
	m, err := NewMapper([]Objective{{ID: "o", Title: "O", Rules: rules}}, colleaguesOfMine)
	if err != nil {
		t.Fatal(err)
	}
	return m.Map([]evidence.Item{it}, nil).For(it.ID)[0]
}

func TestRuleHoldsWhenEachOfItsConditionsDoes(t *testing.T) {
	yes, no := true, false
	tests := []struct {
		name  string
		rule  Rule
		item  evidence.Item
		holds bool
		field string // where the reason says it is
	}{
		{"kind", Rule{Kinds: []evidence.Kind{"issue", "pull_request"}}, pull(), true, "kind"},
		{"another kind", Rule{Kinds: []evidence.Kind{"issue"}}, pull(), false, ""},
		{"verb", Rule{Verbs: []evidence.Verb{"opened"}}, pull(), true, "kind"},
		{"another verb", Rule{Verbs: []evidence.Verb{"merged"}}, pull(), false, ""},
		{"own", Rule{Own: &yes}, pull(), true, "kind"},
		{"own asked, somebody else's", Rule{Own: &yes}, review("x"), false, ""},
		{"somebody else's", Rule{Own: &no}, review("x"), true, "kind"},
		{"role", Rule{Roles: []string{"Reviewer"}}, pull(), true, "people"},
		{"another role", Rule{Roles: []string{"assignee"}}, pull(), false, ""},
		{"role and relation of one person", Rule{Roles: []string{"reviewer"}, Relations: []string{"junior"}}, pull(), true, "people"},
		{"role and relation of two persons", Rule{Roles: []string{"assignee"}, Relations: []string{"junior"}},
			pull(func(it *evidence.Item) {
				it.People = append(it.People, evidence.Participant{Person: evidence.Person{Login: "maria-l"}, Role: "assignee"})
			}), false, ""},
		{"author of somebody else's item", Rule{Roles: []string{"author"}, Relations: []string{"junior"}}, review("x"), true, "people"},
		{"place", Rule{Places: []string{"ACME/*"}}, pull(), true, "place"},
		{"another place", Rule{Places: []string{"acme/web"}}, pull(), false, ""},
		{"label", Rule{Labels: []string{"area/*"}}, pull(), true, "labels"},
		{"label without case", Rule{Labels: []string{"performance"}}, pull(), true, "labels"},
		{"another label", Rule{Labels: []string{"perf"}}, pull(), false, ""},
		{"path", Rule{Paths: []string{"docs/**/*.md"}}, pull(), true, "paths"},
		{"another path", Rule{Paths: []string{"docs/*.md"}}, pull(), false, ""},
		{"link by host and path", Rule{Links: []string{"example.org/papers/**"}}, pull(), true, "links"},
		{"link by ticket key", Rule{Links: []string{"ML-*"}}, pull(), true, "links"},
		{"address in the text", Rule{Links: []string{"arxiv.org/**"}}, pull(), true, "text"},
		{"another host", Rule{Links: []string{"xiv.org/**"}}, pull(), false, ""},
		{"word in the title", Rule{Words: []string{"caching"}}, pull(), true, "title"},
		{"word in the text", Rule{Words: []string{"jobs"}}, pull(), true, "text"},
		{"word in an act", Rule{Words: []string{"naming"}}, review("The names are odd."), true, "acts"},
		{"word in a field that is not asked", Rule{Words: []string{"jobs"}, Fields: []string{"title"}}, pull(), false, ""},
		{"word in a label", Rule{Words: []string{"token"}, Fields: []string{"labels"}}, pull(), true, "labels"},
		{"word in a path", Rule{Words: []string{"guide"}, Fields: []string{"paths"}}, pull(), true, "paths"},
		{"forbidden", Rule{Words: []string{"cache"}, Not: []string{"nine seconds"}}, pull(), false, ""},
		{"with", Rule{Words: []string{"cache"}, With: []string{"load", "store"}}, pull(), true, "title"},
		{"without its with", Rule{Words: []string{"cache"}, With: []string{"store"}}, pull(), false, ""},
		{"long enough", Rule{MinWords: 10, Fields: []string{"text"}}, pull(), true, "kind"},
		{"not long enough", Rule{MinWords: 13, Fields: []string{"text"}}, pull(), false, ""},
		{"one of two conditions", Rule{Words: []string{"cache"}, Labels: []string{"bug"}}, pull(), false, ""},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			m := matchOne(t, tt.item, tt.rule)
			if holds := len(m.Reasons) == 1; holds != tt.holds {
				t.Fatalf("holds: %v, want %v (%+v)", holds, tt.holds, m)
			}
			if tt.holds && m.Reasons[0].Field != tt.field {
				t.Errorf("field %q, want %q", m.Reasons[0].Field, tt.field)
			}
		})
	}
}

func TestScoreFollowsTheFormula(t *testing.T) {
	title := Rule{Words: []string{"cache"}, Weight: 0.6}
	text := Rule{Words: []string{"jobs"}, Weight: 0.6}
	two := Rule{Words: []string{"jobs", "nine seconds", "tomato"}, Weight: 0.6}
	plain := Rule{Labels: []string{"performance"}, Weight: 0.3}
	tests := []struct {
		name  string
		rules []Rule
		want  float64
	}{
		{"title counts in full", []Rule{title}, 0.6},
		{"text counts 0.7", []Rule{text}, 0.42},
		{"two different words count 0.91", []Rule{two}, 0.546},
		{"no words count in full", []Rule{plain}, 0.3},
		{"rules add by noisy-or", []Rule{title, plain}, 1 - 0.4*0.7},
		{"weight 1 is certain", []Rule{{Words: []string{"cache"}, Weight: 1}, text}, 1},
		{"default weight", []Rule{{Words: []string{"cache"}}}, 0.8},
		{"nothing", []Rule{{Words: []string{"tomato"}}}, 0},
	}
	for _, tt := range tests {
		if got := matchOne(t, pull(), tt.rules...).Score; math.Abs(got-tt.want) > 1e-12 {
			t.Errorf("%s: %v, want %v", tt.name, got, tt.want)
		}
	}
}

func TestMissNamesTheOneConditionThatLacks(t *testing.T) {
	yes, no := true, false
	tests := []struct {
		rule Rule
		want string // empty: no miss
	}{
		{Rule{Words: []string{"cache"}, Kinds: []evidence.Kind{"issue", "ticket"}}, "kind is pull_request, not issue or ticket"},
		{Rule{Words: []string{"cache"}, Verbs: []evidence.Verb{"merged"}}, "none of the acts is merged"},
		{Rule{Words: []string{"cache"}, Own: &no}, "the item is the person's own"},
		{Rule{Words: []string{"cache"}, Places: []string{"acme/web"}}, `place is "acme/api", not acme/web`},
		{Rule{Words: []string{"cache"}, Labels: []string{"bug"}}, "no label is bug"},
		{Rule{Words: []string{"cache"}, Paths: []string{"*.md"}}, "no path is *.md"},
		{Rule{Words: []string{"cache"}, Links: []string{"doi.org/**"}}, "no link is doi.org/**"},
		{Rule{Words: []string{"cache"}, Roles: []string{"author"}}, "nobody else is author"},
		{Rule{Words: []string{"cache"}, Relations: []string{"leader"}}, "nobody else is leader to the person"},
		{Rule{Words: []string{"cache"}, With: []string{"a sprint"}}, "none of these occurs as well: a sprint"},
		{Rule{Words: []string{"cache"}, Not: []string{"tokenizer"}}, `forbidden by "tokenizer"`},
		{Rule{Words: []string{"cache"}, MinWords: 500}, "fewer than 500 words of prose"},
		{Rule{Words: []string{"tomato"}, Labels: []string{"performance"}}, "none of its words occurs: tomato"},
		{Rule{Words: []string{"cache"}, Labels: []string{"bug"}, Own: &no}, ""},                  // two lack
		{Rule{Words: []string{"tomato"}, Own: &yes, Kinds: []evidence.Kind{"pull_request"}}, ""}, // nothing telling holds
	}
	for _, tt := range tests {
		m := matchOne(t, pull(), tt.rule)
		got := ""
		if len(m.Misses) == 1 {
			got = m.Misses[0].Missing
		}
		if got != tt.want || len(m.Reasons) != 0 || m.Score != 0 {
			t.Errorf("%+v: %q, want %q (%d reasons, score %v)", tt.rule, got, tt.want, len(m.Reasons), m.Score)
		}
	}
}

func TestRoutineOfBotsWeighsNothingUnlessARuleAsksForIt(t *testing.T) {
	bump := pull(func(it *evidence.Item) { it.Title = "Bump golang.org/x/net from 0.1.0 to 0.2.0 (#12)" })
	m := matchOne(t, bump, Rule{Words: []string{"net"}})
	if m.Score != 0 || len(m.Misses) != 1 || m.Misses[0].Missing != "a bot's routine: dependency bump" {
		t.Errorf("a dependency bump weighs: %+v", m)
	}
	if m := matchOne(t, bump, Rule{Words: []string{"net"}, Bots: true}); m.Score != DefaultWeight {
		t.Errorf("a rule for bots does not match: %+v", m)
	}
}

func TestRoutineIsToldFromWork(t *testing.T) {
	bot := &evidence.Person{Login: "renovate[bot]"}
	tests := []struct {
		title  string
		author *evidence.Person
		labels []string
		want   string
	}{
		{"Bump actions/checkout from 3 to 4", nil, nil, "dependency bump"},
		{"build(deps): bump the npm group across 1 directory with 3 updates", nil, nil, "dependency bump"},
		{"chore(deps): update dependency eslint to v9", nil, nil, "dependency bump"},
		{"[pre-commit.ci] pre-commit autoupdate", nil, nil, "dependency bump"},
		{"Release v0.3.1", nil, nil, "version bump"},
		{"0.1.2.dev0", nil, nil, "version bump"},
		{"Bump version to 2.0", nil, nil, "version bump"},
		{"Merge branch 'main' into topic", nil, nil, "merge of a branch"},
		{"Pin dependencies", bot, nil, "a bot's own"},
		{"Refresh the lock", nil, []string{"Dependencies"}, "dependency bump"},
		{"Upgrade the trainer to FSDP2 and drop the old wrapper", nil, nil, ""},
		{"Update the guide", nil, nil, ""},
		{"Release the lock when the context ends", nil, nil, ""},
		{"Merge the two samplers", nil, nil, ""},
		{"2x faster loading", nil, nil, ""},
		{"", nil, nil, ""},
	}
	for _, tt := range tests {
		it := pull(func(it *evidence.Item) { it.Title, it.Author, it.Labels = tt.title, tt.author, tt.labels })
		if got := routine(&it); got != tt.want {
			t.Errorf("%q: %q, want %q", tt.title, got, tt.want)
		}
	}
	reviewed := review("This breaks the build on arm, because the image has no such tag.")
	reviewed.Title = "Bump image from 1.0 to 1.1"
	if got := routine(&reviewed); got != "" {
		t.Errorf("the person's own words on a bump are taken for routine: %q", got)
	}
}

func TestValidateNamesFieldAndValue(t *testing.T) {
	tests := []struct {
		rule Rule
		want string
	}{
		{Rule{Words: []string{"x"}}, "name: is missing"},
		{Rule{Name: "r"}, "words: the rule has no condition"},
		{Rule{Name: "r", Kinds: []evidence.Kind{"pr"}}, `kinds: "pr" is none of pull_request, issue`},
		{Rule{Name: "r", Verbs: []evidence.Verb{"did"}}, `verbs: "did" is none of`},
		{Rule{Name: "r", Words: []string{"x"}, Fields: []string{"body"}}, `fields: "body" is none of title, text`},
		{Rule{Name: "r", Words: []string{"--"}}, `words: "--" has no letter or digit`},
		{Rule{Name: "r", Words: []string{"x"}, Not: []string{strings.Repeat("a ", 9)}}, "has more than 8 words"},
		{Rule{Name: "r", Words: []string{"x"}, With: []string{strings.Repeat("a", 65)}}, "with: "},
		{Rule{Name: "r", With: []string{"x"}, Own: new(bool)}, "with: needs words"},
		{Rule{Name: "r", Words: []string{"x"}, Weight: 1.5}, "weight: 1.5 is not between 0 and 1"},
		{Rule{Name: "r", Words: []string{"x"}, Weight: math.NaN()}, "weight: NaN"},
		{Rule{Name: "r", Words: []string{"x"}, MinWords: -1}, "min_words: -1 is negative"},
		{Rule{Name: "r", Paths: []string{" "}}, "paths: an entry is empty"},
		{Rule{Name: "r", Words: []string{"x"}}, ""},
	}
	for _, tt := range tests {
		err := tt.rule.Validate()
		if tt.want == "" && err != nil || tt.want != "" && (err == nil || !strings.Contains(err.Error(), tt.want)) {
			t.Errorf("%+v: %v, want %q", tt.rule, err, tt.want)
		}
	}
	o := Objective{ID: "a b", Threshold: 2, Rules: []Rule{{Name: "r"}, {Name: "r", Words: []string{"x"}}},
		KeyResults: []KeyResult{{Due: "soon"}}}
	for _, want := range []string{`id: "a b"`, "title: is missing", "threshold: 2", "rules[0].words: ", "rules[1].name: \"r\" occurs twice",
		"key_results[0].title: is missing", `key_results[0].due: "soon"`} {
		if err := o.Validate(); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%v, want %q", err, want)
		}
	}
}

func TestGlob(t *testing.T) {
	tests := []struct {
		glob, name string
		want       bool
	}{
		{"docs/**", "docs/a/b.md", true}, {"docs/**", "docs", true}, {"docs/**", "docsy/a", false},
		{"**/x.go", "x.go", true}, {"**/x.go", "a/b/x.go", true}, {"**/x.go", "a/b/yx.go", false},
		{"a/**/z", "a/z", true}, {"a/**/z", "a/b/c/z", true}, {"a/**/z", "a/b/c", false},
		{"**/b/**/d", "a/b/c/b/d", true}, {"**/b/*/d", "b/x/b/y/d", true},
		{"*.md", "a/b.md", false}, {"*.md", "B.MD", true}, {"a?c", "abc", true}, {"a?c", "a/c", false},
		{"*", "", false}, {"", "", true}, {"", "a", false}, {"a", "", false}, {"a/*", "a", false}, {"**", "a/b", true},
		{"a*b*c", "aXbXbc", true}, {"a*b*c", "aXc", false},
	}
	for _, tt := range tests {
		if got := matchGlob(tt.glob, tt.name); got != tt.want {
			t.Errorf("%q on %q: %v, want %v", tt.glob, tt.name, got, tt.want)
		}
	}
}
