package objectives

import (
	"strconv"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"github.com/dossier-report/dossier/evidence"
)

// found reports whether a pattern is in a text.
func found(t testing.TB, pattern, text string) bool {
	t.Helper()
	s := scanner{v: newVocabulary()}
	p, err := s.v.add(pattern)
	if err != nil {
		t.Fatal(err)
	}
	s.hits = make([]hit, 1)
	s.begin()
	s.enter(inText, 0)
	s.text(text)
	return len(s.found) == 1 && s.found[0] == p
}

func TestWordsMatchWholeWordsByTheirStem(t *testing.T) {
	tests := []struct {
		pattern, text string
		want          bool
	}{
		{"api", "capital", false}, {"api", "the API.", true}, {"api", "api/v2", true}, {"api", "rapid", false},
		{"test", "the latest attestation", false}, {"test", "Tests, please", true}, {"tests", "testing", true},
		{"review", "I am reviewing reviews", true}, {"=review", "I am reviewing", false}, {"=Review", "a review", true},
		{"scheduler", "schedules", true}, {"=scheduler", "schedules", false},
		{"train", "training", true}, {"train", "restrain", false},
		{"gpu", "multi-GPU", true}, {"gpu", "multi_gpu_test", true}, {"gpu", "MultiGPUTrainer", true}, {"gpu", "GPUs", true}, {"gpu", "onGPUs", true},
		{"multi gpu", "multi-GPU", true}, {"multi gpu", "MultiGPU", true}, {"multi-gpu", "multi\nGPU", true},
		{"deepspeed", "DeepSpeed", true}, {"deepspeed", "the DeepSpeed2 launcher", false}, {"deepspeed2", "the DeepSpeed2", true},
		{"deepspeed config", "DeepSpeed config", true}, {"server config", "HTTPServerConfig", true}, {"httpserverconfig", "HTTPServerConfig", true},
		{"llama", "Llama3", true}, {"llama3", "Llama-3", false}, {"fp16", "in FP16 mode", true},
		{"flaky test", "flaky tests", true}, {"flaky test", "flaky. Test", false}, {"flaky test", "flaky\n\ntest", false},
		{"flaky test", "flaky\n- test", false}, {"flaky test", "a test is flaky", false}, {"flaky test", "flaky e2e test", false},
		{"team process", "the team's process", true}, {"don", "don't", true}, {"team process", "the team’s process", true},
		{"größe", "die GRÖSSE und Größe", true}, {"модел", "Модел", true}, {"naïve", "NAÏVE", true}, {"ИИСервер", "иисервер", true},
		{"a a b", "a a a b", true}, {"version 2", "version 2", true},
	}
	for _, tt := range tests {
		if got := found(t, tt.pattern, tt.text); got != tt.want {
			t.Errorf("%q in %q: %v, want %v", tt.pattern, tt.text, got, tt.want)
		}
	}
}

func TestWhatIsNotTheAuthorsProseHasNoWords(t *testing.T) {
	tests := []struct {
		name, text string
		want       bool
	}{
		{"prose", "needle", true},
		{"block of code", "```go\nneedle\n```", false},
		{"after a block of code", "```\nx\n```\nneedle", true},
		{"longer fence", "````\n```\nneedle\n````", false},
		{"tildes", "~~~\nneedle\n~~~", false},
		{"block that is never closed", "```\nx\nneedle", false},
		{"code in a line", "run `needle` now", true},
		{"code in a line with three", "```needle``` now", true},
		{"jira code", "{code:java}\nneedle\n{code}", false},
		{"after jira code", "{code}\nx\n{code}\nneedle", true},
		{"jira quote", "{quote}\nneedle\n{quote}", false},
		{"quoted line", "> needle", false},
		{"after a quoted line", "> x\nneedle", true},
		{"comment", "<!-- needle -->", false},
		{"comment over lines", "<!--\nneedle\n-->", false},
		{"after a comment", "<!--\nx\n--> needle", true},
		{"co-author", "Co-authored-by: needle <a@example.org>", false},
		{"sign-off", "Signed-off-by: needle", false},
		{"change id", "Change-Id: needle", false},
		{"not a trailer", "Follow-up: needle", true},
		{"address", "see https://example.org/needle?needle=1", false},
		{"after an address", "see https://example.org/x, needle", true},
		{"target of a link", "see [this](docs/needle.md)", false},
		{"text of a link", "see [needle](docs/x.md)", true},
	}
	for _, tt := range tests {
		if got := found(t, "needle", tt.text); got != tt.want {
			t.Errorf("%s: found %v, want %v in %q", tt.name, got, tt.want, tt.text)
		}
	}
}

func TestReproducingABugIsNotReproducingAResult(t *testing.T) {
	rule := Rule{Words: []string{"reproduce"}, Not: []string{"steps to reproduce", "to reproduce the bug"}}
	for text, want := range map[string]bool{
		"We reproduce the FID of the paper.":                 true,
		"Steps to reproduce:\n1. run it":                     false,
		"Steps to reproduce. Later we reproduce the result.": false,
	} {
		it := pull(func(it *evidence.Item) { it.Text = text })
		if got := matchOne(t, it, rule).Chosen(); got != want {
			t.Errorf("%q: %v, want %v", text, got, want)
		}
	}
}

func TestExcerptIsTheTextAsItIs(t *testing.T) {
	text := "Ein Anfang mit Ümläuten, der lang genug ist, um weg zu fallen, and then\nthe  **needle** stands here, and after it more than enough words to be cut off"
	it := pull(func(it *evidence.Item) { it.Text = text })
	r := matchOne(t, it, Rule{Words: []string{"needles"}}).Reasons[0]
	if !strings.Contains(text, r.Excerpt) || !strings.Contains(r.Excerpt, "\nthe  **needle** stands") || len(r.Excerpt) > 2*surroundings+6 {
		t.Errorf("excerpt %q", r.Excerpt)
	}
}

func TestScannerTakesAnyText(t *testing.T) {
	s := scanner{v: newVocabulary(), hits: make([]hit, 2)}
	for _, p := range []string{"a b", "train"} {
		if _, err := s.v.add(p); err != nil {
			t.Fatal(err)
		}
	}
	rapid.Check(t, func(t *rapid.T) {
		text := rapid.OneOf(rapid.String(), rapid.StringMatching(`([abAB1ÄИs'’:/<!>\-\[\]()\x60{}\n. ]|train|https://|-->|\x60\x60\x60){0,60}`)).Draw(t, "text")
		s.begin()
		s.enter(inText, 0)
		s.text(text)
		for _, p := range s.found {
			at := s.hits[p].at[inText]
			if at.from < 0 || at.to > int32(len(text)) || at.from >= at.to {
				t.Fatalf("pattern %d at %v of %d bytes", p, at, len(text))
			}
		}
		for _, l := range s.links {
			if l.from < 0 || l.to > int32(len(text)) || l.from > l.to {
				t.Fatalf("link at %v of %d bytes", l.span, len(text))
			}
		}
	})
}

func TestFullTableOfWordsChangesNoResult(t *testing.T) {
	v := newVocabulary()
	if _, err := v.add("train"); err != nil {
		t.Fatal(err)
	}
	for i := range uint64(maxSeen + 10) {
		v.seen.put(hashWord(strconv.FormatUint(i, 36))|1<<63, wordIDs{})
	}
	if v.seen.used > maxSeen {
		t.Errorf("%d words are kept", v.seen.used)
	}
	h := hashWord("training") | 1<<63
	if ids := v.look(v.seen.at(h), h, "training"); ids.stem == 0 {
		t.Error("a word is lost")
	}
}
