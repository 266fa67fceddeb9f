package words

import (
	"strings"
	"testing"

	"pgregory.net/rapid"
)

const sample = `# mine
## thesis
Releases leave the day they are ready.

## objective mentoring
### claim
Two engineers own a design each.
\# not a comment
# a comment of mine
#12 was the first.
### assessment
On track
### key result Eight pages  written
Five of eight are there.

## card github:acme/api#12
### did
Paired on it.

## priority
Halve the queue.
### date
2026-09-30
## request
An hour a week with the platform team.
## answer 2
Ana can speak to it.
`

func parse(t *testing.T, text string) *File {
	t.Helper()
	f, err := Parse(text)
	if err != nil {
		t.Fatal(err)
	}
	return f
}

func TestEveryPartIsRead(t *testing.T) {
	w := parse(t, sample).Words()
	o := w.Objectives["mentoring"]
	for _, c := range []struct{ got, want string }{
		{w.Thesis, "Releases leave the day they are ready."},
		{o.Claim, "Two engineers own a design each.\n# not a comment\n#12 was the first."},
		{o.Assessment, "On track"},
		{o.KeyResults[KeyOf("eight Pages written")], "Five of eight are there."},
		{w.Cards["github:acme/api#12"].Did, "Paired on it."},
		{w.Priorities[0].Text, "Halve the queue."},
		{w.Priorities[0].Date, "2026-09-30"},
		{w.Requests[0], "An hour a week with the platform team."},
		{w.Answers[2], "Ana can speak to it."},
	} {
		if c.got != c.want {
			t.Errorf("got %q, want %q", c.got, c.want)
		}
	}
}

func TestTextAndCommentsComeBackAsTheyWere(t *testing.T) {
	text := strings.ReplaceAll(sample, "pages  written", "pages written")
	if got := parse(t, text).String(); got != text {
		t.Errorf("got\n%s", got)
	}
	if got := parse(t, strings.ReplaceAll(text, "\n", "\r\n")).String(); got != text {
		t.Error("line ends of Windows change the words")
	}
}

func TestWhatIsWrongIsNamedWithItsLine(t *testing.T) {
	for text, want := range map[string]string{
		"hello":                                    "line 1: text before the first heading",
		"# c\n## nonsense":                         "line 2: no part",
		"## objective":                             "line 1: \"objective\" needs a name",
		"## thesis of mine":                        "line 1: \"thesis\" takes nothing",
		"## answer 0":                              "line 1: \"0\" is no number",
		"## objective a\n### colour":               "line 2: no field \"colour\"",
		"## thesis\n### claim":                     "line 2: a thesis has no fields",
		"## objective a\ntext":                     "line 1: text right below",
		"## thesis\n## thesis":                     "line 2: \"thesis\" stands in line 1 already",
		"## card a\n### did\n### Did":              "line 3: \"did\" stands in line 2 already",
		"## priority\n### date\nsoon":              "line 2: \"soon\" is no day",
		"## thesis\n#### deep":                     "line 2: \"#### deep\" is no heading",
		"## thesis\na\x1b[2J":                      "line 2: holds a control character",
		"## thesis\n\xff":                          "line 2: is not UTF-8",
		"## thesis\n<<<<<<< HEAD":                  "line 2: marker of a merge conflict",
		"### claim":                                "line 1: a field before the first part",
		strings.Repeat("## priority\nx\n", 4):      "line 7: priority number 4",
		"## thesis\n## x\n## objective a\n### y\n": "line 4: no field",
	} {
		if _, err := Parse(text); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%q: got %v, want %q", text, err, want)
		}
	}
}

func TestPromptsComeAndGoAndWordsStay(t *testing.T) {
	f := parse(t, sample)
	asked := f.Ask([]Prompt{
		{Place{Part: ObjectivePart, Name: "mentoring", Field: Missed}, []string{"evil\n## thesis\nA-3 \x1b[2J was \u202elate"}},
		{Place{Part: ObjectivePart, Name: "speed", Field: Claim}, []string{"Nothing on record."}},
		{Place{Part: PriorityPart, Name: "1", Field: FirstStep}, []string{"what comes first?"}},
		{Place{Part: PriorityPart, Name: "2"}, []string{"another?"}},
	})
	again := parse(t, asked.String())
	if got, want := again.Words().Thesis, f.Words().Thesis; got != want {
		t.Errorf("a prompt became the thesis: %q", got)
	}
	if n := strings.Count(asked.String(), "## priority"); n != 2 {
		t.Errorf("%d priorities, want the one that is there and one to write", n)
	}
	if !strings.Contains(asked.String(), "### what did not work\n#? evil\n") {
		t.Errorf("no prompt in\n%s", asked)
	}
	if strings.ContainsAny(asked.String(), "\x1b\u202e") {
		t.Error("a prompt can steer an editor")
	}
	if got, want := again.Strip().String(), f.Strip().String(); strings.TrimSpace(got) != strings.TrimSpace(want) {
		t.Errorf("prompts leave traces:\n%s", got)
	}
	if twice := again.Ask(nil).Ask(nil).String(); strings.Contains(twice, "#?") {
		t.Error("old prompts stay")
	}
}

func words() *rapid.Generator[string] {
	return rapid.Custom(func(t *rapid.T) string {
		ls := rapid.SliceOfN(rapid.SampledFrom([]string{"plain", "# hash", "## part", "### field", `\# kept`, `\\`, "#? prompt", "#12", "émoji 👍", "עברית"}), 1, 4).Draw(t, "lines")
		return strings.Join(ls, "\n")
	})
}

func TestAnyTextEscapedComesBack(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		thesis, claim := words().Draw(t, "thesis"), words().Draw(t, "claim")
		f, err := Parse("## thesis\n" + Escape(thesis) + "\n## objective a\n### claim\n" + Escape(claim) + "\n")
		if err != nil {
			t.Fatal(err)
		}
		g, err := Parse(f.Ask([]Prompt{{Place{Part: ThesisPart}, []string{claim}}}).String())
		if err != nil {
			t.Fatal(err)
		}
		for _, h := range []*File{f, g, g.Strip()} {
			if w := h.Words(); w.Thesis != thesis || w.Objectives["a"].Claim != claim {
				t.Fatalf("got %q and %q, want %q and %q", w.Thesis, w.Objectives["a"].Claim, thesis, claim)
			}
		}
	})
}

func FuzzParse(f *testing.F) {
	f.Add(sample)
	f.Add("## priority\n### date\n\n## card x\n### did\n\\#\n#?\n")
	f.Fuzz(func(t *testing.T, text string) {
		a, err := Parse(text)
		if err != nil {
			return
		}
		b, err := Parse(a.String())
		if err != nil || b.String() != a.String() {
			t.Fatalf("%q comes back as %q (%v)", a.String(), b, err)
		}
		if _, err := Parse(a.Ask([]Prompt{{Place{Part: ThesisPart}, []string{text}}}).String()); err != nil {
			t.Fatalf("with a prompt: %v", err)
		}
	})
}
