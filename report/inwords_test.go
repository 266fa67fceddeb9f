package report

import (
	"reflect"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"github.com/dossier-report/dossier/evidence"
	"github.com/dossier-report/dossier/objectives"
	"github.com/dossier-report/dossier/report/words"
)

// written is a report on one merged pull request, with the person's words.
func written(w words.Words) (Input, *Report) {
	in, v := input(evidence.Item{ID: "github:acme/api#12", Source: "github", Kind: evidence.PullRequest, Title: "Eight pages of design written",
		URL: "https://github.example/12", Acts: []evidence.Act{{Verb: evidence.Opened, At: at("02-03 10:00")}}})
	v.choose("speed", 0.9, "github:acme/api#12")
	in.Objectives[0].KeyResults = []objectives.KeyResult{{Title: "Eight design pages", Target: "8", Due: "2026-09-30"}, {Title: "Nothing of it"}}
	in.Words = w
	return in, Build(in)
}

var mine = words.Words{
	Thesis:     "Releases leave the day they are ready.",
	Objectives: map[string]words.Objective{"speed": {Claim: "It was slow.\nNow it is not.", Assessment: "Achieved", Missed: "The cache.", KeyResults: map[string]string{words.KeyOf("Eight design pages"): "Five are there."}}},
	Cards:      map[string]words.Card{"github:acme/api#12": {Situation: "Nobody knew.", Did: "Wrote it down.", Result: "They know."}},
	Priorities: []words.Priority{{Text: "Halve the queue", Date: "2026-09-30", FirstStep: "a limit"}},
	Requests:   []string{"An hour a week."},
	Answers:    map[int]string{2: "Ana can."},
}

func TestWordsTakeThePlaceOfBlanksAndAreMarked(t *testing.T) {
	_, r := written(mine)
	s := r.Objectives[0]
	for what, st := range map[string]Statement{"thesis": r.Thesis, "claim": s.Claim, "missed": s.Missed, "key result": s.KeyResults[0].State,
		"people": r.Questions[1].Answer, "priorities": r.Questions[2].Answer, "support": r.Questions[3].Answer} {
		if st.From != InMyWords || st.Text == "" {
			t.Errorf("%s is %q from %q", what, st.Text, st.From)
		}
	}
	if s.Assessment != "Achieved" || r.Objectives[1].Assessment != "" {
		t.Errorf("assessments %q and %q", s.Assessment, r.Objectives[1].Assessment)
	}
	if got := r.Questions[2].Answer.Text; got != "Halve the queue. By 30 Sep 2026. First step: a limit." {
		t.Errorf("priority %q", got)
	}
	for _, row := range s.Cards[0].Rows {
		if own := slices.Contains([]string{"Situation", "Did", "Result"}, row.Label); own != (row.From == InMyWords) {
			t.Errorf("row %s: %q is from %q", row.Label, row.Text, row.From)
		}
	}
}

func TestAKeyResultNamesTheEntriesThatNameIt(t *testing.T) {
	_, r := written(words.Words{})
	krs := r.Objectives[0].KeyResults
	if !slices.Equal(krs[0].Refs, []string{"A-1"}) || krs[0].Due != "30 Sep 2026" || krs[0].State.From != ForMeToWrite {
		t.Errorf("got %+v", krs[0])
	}
	if len(krs[1].Refs) != 0 {
		t.Errorf("%q is named by %v", krs[1].Title, krs[1].Refs)
	}
}

func TestABlankIsGoneOnceItIsWritten(t *testing.T) {
	in, r := written(words.Words{})
	all := Blanks(in, r)
	places := func(bs []Blank) (out []string) {
		for _, b := range bs {
			out = append(out, b.Place.String())
		}
		return out
	}
	for _, want := range []string{"## thesis", "## objective speed, ### claim", "## objective speed, ### assessment", "## objective speed, ### what did not work",
		"## objective speed, ### key result Eight design pages", "## priority (number 1)", "## request (number 1)"} {
		if !slices.Contains(places(Required(all)), want) {
			t.Errorf("no blank %s in %q", want, places(all))
		}
	}
	if !slices.Contains(places(all), "## card github:acme/api#12, ### situation") {
		t.Errorf("no card in %q", places(all))
	}
	for _, b := range all {
		for _, s := range b.Says {
			for _, w := range strings.FieldsFunc(s, func(r rune) bool { return r == ' ' || r == ',' }) {
				if w == "I" || w == "my" || w == "My" {
					t.Errorf("a prompt is in the first person: %q", s)
				}
			}
		}
	}
	in, r = written(mine)
	for _, p := range places(Blanks(in, r)) {
		if !strings.Contains(p, "objective growth") && p != "## priority (number 1), ### how we will know" && p != "## objective speed, ### key result Nothing of it" {
			t.Errorf("%s is written and still blank", p)
		}
	}
}

func TestWhatIsWrittenAtABlankFillsIt(t *testing.T) {
	in, r := written(words.Words{})
	var prompts []words.Prompt
	for _, b := range Blanks(in, r) {
		prompts = append(prompts, b.Prompt)
	}
	f, err := words.Parse("")
	if err != nil {
		t.Fatal(err)
	}
	var text []string
	for _, l := range strings.Split(f.Ask(prompts).String(), "\n") {
		text = append(text, l)
		switch {
		case l == "### date":
			text = append(text, "2026-09-30")
		case strings.HasPrefix(l, "### "), l == "## thesis", l == "## priority", l == "## request":
			text = append(text, "Written.")
		case strings.HasPrefix(l, "## answer"):
			text = append(text, "Answered.")
		}
	}
	if f, err = words.Parse(strings.Join(text, "\n")); err != nil {
		t.Fatal(err)
	}
	in.Words = f.Words()
	if left := Blanks(in, Build(in)); len(left) > 0 {
		t.Errorf("still blank: %+v", left)
	}
}

func TestWordsForNothingAreNamed(t *testing.T) {
	in, r := written(words.Words{Objectives: map[string]words.Objective{"gone": {}, "speed": {}}, Cards: map[string]words.Card{"x:1": {}, "github:acme/api#12": {}}})
	if got := Strangers(in, r); !reflect.DeepEqual(got, []string{"objective gone", "card x:1"}) {
		t.Errorf("got %q", got)
	}
}

func TestAnswersAreCutAtASentence(t *testing.T) {
	for _, c := range []struct {
		text  string
		limit int
		want  string
	}{
		{"One. Two. Three.", 0, "One. Two. Three."},
		{"One. Two. Three.", 16, "One. Two. Three."},
		{"One. Two. Three.", 12, "One. Two. …"},
		{"One. Two. Three.", 6, "One. …"},
		{"One long sentence without an end", 12, "One long…"},
		{"Unbreakable", 5, "Unbr…"},
		{"👍👍👍", 5, "👍👍…"},
	} {
		if got := Shorten(c.text, c.limit); got != c.want {
			t.Errorf("%q in %d: got %q, want %q", c.text, c.limit, got, c.want)
		}
	}
}

func TestACutAnswerFits(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		text, limit := rapid.String().Draw(t, "text"), rapid.IntRange(1, 60).Draw(t, "limit")
		if got := Shorten(text, limit); Characters(got) > limit {
			t.Fatalf("%q has %d characters, more than %d", got, Characters(got), limit)
		}
	})
}
