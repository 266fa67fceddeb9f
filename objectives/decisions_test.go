package objectives

import (
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"
)

func TestReadDecisions(t *testing.T) {
	text := "\ufeff# mine\r\n\r\n" +
		"2026-06-30T09:12:00Z accept github:acme/api#12 mentoring \"she shipped it\"\r\n" +
		"2026-06-30T11:12:00+02:00  reject\tgithub:acme/api#13\n" +
		"  2026-06-30T09:14:00Z note - speed \"line\\none \\\"quoted\\\"\"\n" +
		"2026-06-30T09:15:00Z note github:acme/api#12 \"größer\""
	at := time.Date(2026, 6, 30, 9, 12, 0, 0, time.UTC)
	note := "line\none \"quoted\""
	want := []Decision{
		{at, Accept, "github:acme/api#12", "mentoring", "she shipped it"},
		{at, Reject, "github:acme/api#13", "", ""},
		{at.Add(2 * time.Minute), Jot, NoteID(at.Add(2*time.Minute), note), "speed", note},
		{at.Add(3 * time.Minute), Jot, "github:acme/api#12", "", "größer"},
	}
	got, err := ReadDecisions(strings.NewReader(text))
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

func TestOneBadLineNamesItselfAndLosesNoOther(t *testing.T) {
	const good = "2026-06-30T09:12:00Z accept github:acme/api#12\n"
	tests := []struct{ line, want string }{
		{"yesterday accept github:a", `"yesterday" is not a time`},
		{"2026-06-30T09:12:00Z praise github:a", `"praise" is none of accept, reject`},
		{"2026-06-30T09:12:00Z accept", "2 words before the note"},
		{"2026-06-30T09:12:00Z accept github:a b c", "5 words before the note"},
		{"2026-06-30T09:12:00Z accept -", `accept needs the id of an item`},
		{"2026-06-30T09:12:00Z accept github:a ünder", `"ünder" cannot be the id of an objective`},
		{`2026-06-30T09:12:00Z accept github:a "open`, "not one quoted string"},
		{`2026-06-30T09:12:00Z accept github:a "x" y`, "not one quoted string"},
		{"2026-06-30T09:12:00Z note github:a", "the note is empty"},
		{"<<<<<<< HEAD", "marker of a merge conflict"},
		{"=======", "marker of a merge conflict"},
		{">>>>>>> topic", "marker of a merge conflict"},
	}
	for _, tt := range tests {
		got, err := ReadDecisions(strings.NewReader(good + tt.line + "\n" + good))
		if err == nil || !strings.HasPrefix(err.Error(), "line 2: ") || !strings.Contains(err.Error(), tt.want) {
			t.Errorf("%q: %v, want line 2 and %q", tt.line, err, tt.want)
		}
		if len(got) != 2 {
			t.Errorf("%q: %d good lines", tt.line, len(got))
		}
	}
}

func TestAppendDecisionAddsALineAndMendsAMissingEnd(t *testing.T) {
	path := filepath.Join(t.TempDir(), "dossier.decisions")
	a := Decision{At: noon, Verb: Accept, Item: "github:acme/api#12", Objective: "speed", Note: "two\nlines"}
	b := Decision{At: noon.Add(time.Second), Verb: Reject, Item: "github:acme/api#13"}
	if err := AppendDecision(path, a); err != nil {
		t.Fatal(err)
	}
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, []byte(strings.TrimSuffix(string(text), "\n")), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := AppendDecision(path, b); err != nil {
		t.Fatal(err)
	}
	f, err := os.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	got, err := ReadDecisions(f)
	if diff := cmp.Diff([]Decision{a, b}, got); diff != "" || err != nil {
		t.Errorf("%v (-want +got):\n%s", err, diff)
	}
	if st, err := f.Stat(); err != nil || runtime.GOOS != "windows" && st.Mode().Perm() != 0o600 {
		t.Errorf("mode %v, %v", st.Mode(), err)
	}
}

func TestAppendDecisionWritesNothingThatCannotBeRead(t *testing.T) {
	path := filepath.Join(t.TempDir(), "d")
	for _, d := range []Decision{
		{},
		{At: noon, Verb: Accept, Item: "has space"},
		{At: noon, Verb: Accept, Item: "line\nbreak"},
		{At: noon, Verb: Accept, Item: "x:y", Objective: "a b"},
		{At: noon, Verb: "praise", Item: "x:y"},
		{At: noon, Verb: Jot, Item: "x:y"},
	} {
		if err := AppendDecision(path, d); err == nil {
			t.Errorf("%+v is written", d)
		}
	}
	if _, err := os.Stat(path); !os.IsNotExist(err) {
		t.Error("a file was made for nothing")
	}
}

func TestDecisionsRoundTrip(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		d := Decision{
			At:        time.Unix(rapid.Int64Range(0, 4e9).Draw(t, "at"), 0).UTC(),
			Verb:      rapid.SampledFrom(decisionVerbs).Draw(t, "verb"),
			Item:      rapid.StringMatching(`[a-z]+:[^\s\pC]{1,20}`).Draw(t, "item"),
			Objective: rapid.StringMatching(`([a-z][a-z0-9.-]{0,9})?`).Draw(t, "objective"),
			Note:      rapid.OneOf(rapid.String(), rapid.StringMatching(`[\x00-\x20"\\#é]{0,9}`)).Draw(t, "note"),
		}
		if d.Verb == Jot && rapid.Bool().Draw(t, "own") {
			d.Item = NoteID(d.At, d.Note)
		}
		if d.Validate() != nil {
			t.Skip()
		}
		got, err := ReadDecisions(strings.NewReader(d.String() + "\n"))
		if diff := cmp.Diff([]Decision{d}, got); diff != "" || err != nil {
			t.Fatalf("%q: %v (-want +got):\n%s", d.String(), err, diff)
		}
	})
}

func FuzzReadDecisions(f *testing.F) {
	f.Add("2026-06-30T09:12:00Z accept github:acme/api#12 mentoring \"she shipped it\"\n")
	f.Add("2026-06-30T09:12:00Z note - \"a\\nb\"\r\n# c\n")
	f.Add("<<<<<<< HEAD\n=======\n>>>>>>> x\n")
	f.Add("\ufeff0000-01-01T00:00:00Z accept x:y \"\xff\"")
	f.Fuzz(func(t *testing.T, text string) {
		ds, _ := ReadDecisions(strings.NewReader(text))
		// What was read can be written, and reads as the same.
		var b strings.Builder
		for _, d := range ds {
			d.At = d.At.Truncate(time.Second)
			if d.Verb == Jot && strings.HasPrefix(d.Item, "note:") {
				d.Item = NoteID(d.At, d.Note)
			}
			if err := d.Validate(); err != nil {
				t.Fatalf("%+v was read: %v", d, err)
			}
			b.WriteString(d.String() + "\n")
		}
		again, err := ReadDecisions(strings.NewReader(b.String()))
		if err != nil || len(again) != len(ds) {
			t.Fatalf("%d decisions, then %d: %v\n%s", len(ds), len(again), err, b.String())
		}
	})
}
