package report

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"
)

func TestMarksOfAHandWrittenStatement(t *testing.T) {
	for text, want := range map[string][]Span{
		"":                       nil,
		"plain":                  {{Text: "plain"}},
		"a **b** c":              {{Text: "a "}, {"b", Strong}, {Text: " c"}},
		"__a__**b**":             {{"a", Emphasis}, {"b", Strong}},
		"2 ** 3 and snake__case": {{Text: "2 ** 3 and snake__case"}},
		"****":                   {{Text: "****"}},
		"*a* _b_":                {{Text: "*a* _b_"}},
		"**open":                 {{Text: "**open"}},
		"**bold __and__ it**":    {{"bold __and__ it", Strong}},
	} {
		if diff := cmp.Diff(want, Statement{Text: text}.Runs()); diff != "" {
			t.Errorf("%q (-want +got):\n%s", text, diff)
		}
	}
}

func TestSpansAreNeverReadForMarks(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		foreign := rapid.StringOf(rapid.RuneFrom([]rune("*_ab \n"))).Draw(t, "foreign")
		s := drafted(plain(foreign), strong("x"), plain(foreign))
		if s.Plain() != foreign+"x"+foreign || s.Text != s.Plain() {
			t.Fatalf("%q became %q", foreign, s.Plain())
		}
		for _, r := range s.Runs() {
			if r.Style == Strong && r.Text != "x" {
				t.Fatalf("%q is strong", r.Text)
			}
		}
	})
}

func mustZone(t *testing.T, name string) *time.Location {
	t.Helper()
	z, err := time.LoadLocation(name)
	if err != nil {
		t.Fatal(err)
	}
	return z
}
