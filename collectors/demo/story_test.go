package demo

import (
	"bytes"
	"encoding/json"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/dossier-report/dossier/evidence"
	"github.com/dossier-report/dossier/objectives"
)

// everything reads the whole half year, strictly, by source.
func everything(t testing.TB) (all []evidence.Item, byID map[string]evidence.Item) {
	t.Helper()
	byID = map[string]evidence.Item{}
	for _, s := range Sources() {
		raw, err := halfYear.ReadFile("half-year/" + s.Name + ".jsonl")
		if err != nil {
			t.Fatal(err)
		}
		for it, err := range evidence.Read(bytes.NewReader(raw)) {
			if err != nil {
				t.Fatalf("%s: %v", s.Name, err)
			}
			if _, twice := byID[it.ID]; twice {
				t.Errorf("%s is there twice", it.ID)
			}
			all, byID[it.ID] = append(all, it), it
		}
	}
	return all, byID
}

func TestLinesAreWrittenAsTheInterchangeFormatWritesThem(t *testing.T) {
	for _, s := range Sources() {
		raw, err := halfYear.ReadFile("half-year/" + s.Name + ".jsonl")
		if err != nil {
			t.Fatal(err)
		}
		var again bytes.Buffer
		err = evidence.Write(&again, func(yield func(evidence.Item) bool) {
			for it, err := range evidence.Read(bytes.NewReader(raw)) {
				if err != nil {
					t.Fatal(err)
				}
				if !yield(it) {
					return
				}
			}
		})
		if err != nil {
			t.Fatal(err)
		}
		want := bytes.Split(again.Bytes(), []byte("\n"))
		for i, line := range bytes.Split(raw, []byte("\n")) {
			if i >= len(want) || !bytes.Equal(line, want[i]) {
				t.Errorf("%s.jsonl, line %d is not in the order or the form of the interchange format:\n%s", s.Name, i+1, line)
				break
			}
		}
	}
}

func TestEveryKindAndSourceIsThereAndEveryItemIsInThePeriod(t *testing.T) {
	all, _ := everything(t)
	kinds, sources := map[evidence.Kind]int{}, map[string]int{}
	outside := 0
	for _, it := range all {
		kinds[it.Kind]++
		sources[it.Source]++
		if !it.In(firstHalf(t)) {
			t.Errorf("%s has nothing in the period", it.ID)
		}
		for _, a := range it.Acts {
			if !firstHalf(t).Contains(a.At) {
				outside++
			}
		}
	}
	if len(all) < 240 {
		t.Errorf("%d items, fewer than 240", len(all))
	}
	for _, k := range evidence.Kinds {
		if kinds[k] < 3 {
			t.Errorf("%d items of kind %s, fewer than 3", kinds[k], k)
		}
	}
	for _, s := range Sources() {
		if sources[s.Name] < 3 {
			t.Errorf("%d items from %s, fewer than 3", sources[s.Name], s.Name)
		}
	}
	if outside < 3 {
		t.Errorf("%d acts lie outside the period; a few have to, so that it shows that they do not count", outside)
	}
}

func TestActsAreInOrderOfTimeAndOnWorkingDays(t *testing.T) {
	all, _ := everything(t)
	zone := vancouver(t)
	away := evidence.Period{From: time.Date(2026, time.April, 3, 0, 0, 0, 0, zone), To: time.Date(2026, time.April, 13, 0, 0, 0, 0, zone)}
	for _, it := range all {
		for i, a := range it.Acts {
			at := a.At.In(zone)
			if i > 0 && a.At.Before(it.Acts[i-1].At) {
				t.Errorf("%s: act %d is before the one above it", it.ID, i)
			}
			if d := at.Weekday(); d == time.Saturday || d == time.Sunday || at.Hour() < 7 || at.Hour() >= 20 {
				t.Errorf("%s: %s at %s", it.ID, a.Verb, at.Format("Mon 2 Jan 15:04"))
			}
			if away.Contains(a.At) {
				t.Errorf("%s: %s during the holiday, at %s", it.ID, a.Verb, at)
			}
			if a.At.Location() != time.UTC {
				t.Errorf("%s: %s is not written in UTC", it.ID, a.At)
			}
		}
	}
}

var (
	ticketKey = regexp.MustCompile(`\bML-\d+\b`)
	commitSHA = regexp.MustCompile(`^[0-9a-f]{40}$`)
	address   = regexp.MustCompile(`https?://[^\s"')>\]]+`)
)

func TestWhatIsLinkedToIsThere(t *testing.T) {
	all, byID := everything(t)
	known := map[string]bool{}
	for _, it := range all {
		known[it.ID] = true
		if it.URL != "" {
			known[it.URL] = true
		}
		tail := it.ID[strings.LastIndexAny(it.ID, "/:")+1:]
		if it.Kind == evidence.Commit || it.Kind == evidence.Ticket {
			known[tail] = true
		}
	}
	shas := 0
	for _, it := range all {
		for _, l := range it.Links {
			if commitSHA.MatchString(l) {
				shas++
			}
			if u, err := url.Parse(l); err == nil && (u.Host == "arxiv.org" || u.Host == "doi.org") {
				continue
			}
			if !known[l] {
				t.Errorf("%s links to %s, which is not there", it.ID, l)
			}
		}
		whole, err := json.Marshal(it)
		if err != nil {
			t.Fatal(err)
		}
		for _, key := range ticketKey.FindAllString(string(whole), -1) {
			if _, ok := byID["jira:acme-jira.example.org/"+key]; !ok {
				t.Errorf("%s names %s, which is not there", it.ID, key)
			}
		}
	}
	if shas < 5 {
		t.Errorf("%d pull requests' commits are linked; want at least 5", shas)
	}
}

func TestNoAddressLeadsToARealPlace(t *testing.T) {
	files := map[string][]byte{"dossier.yaml": Config, "dossier.decisions": Decisions, "labels.jsonl": Labels}
	for _, s := range Sources() {
		raw, err := halfYear.ReadFile("half-year/" + s.Name + ".jsonl")
		if err != nil {
			t.Fatal(err)
		}
		files[s.Name] = raw
	}
	for name, raw := range files {
		for _, a := range address.FindAllString(string(raw), -1) {
			u, err := url.Parse(a)
			if err != nil {
				t.Errorf("%s: %q: %v", name, a, err)
				continue
			}
			h := u.Hostname()
			if h != "example.org" && !strings.HasSuffix(h, ".example.org") && h != "arxiv.org" && h != "doi.org" {
				t.Errorf("%s: %s is not an example's address", name, a)
			}
		}
		for _, m := range regexp.MustCompile(`[\w.+-]+@([\w-]+\.[\w.-]+)`).FindAllStringSubmatch(string(raw), -1) {
			if m[1] != "example.org" {
				t.Errorf("%s: %s is not an example's address", name, m[0])
			}
		}
	}
}

func TestHardTextsAreThere(t *testing.T) {
	all, _ := everything(t)
	long, empty, markup := false, false, false
	var text strings.Builder
	for _, it := range all {
		long = long || len([]rune(it.Title)) > 200
		empty = empty || it.Title == ""
		markup = markup || strings.Contains(it.Title, "<script>") && strings.Contains(it.Title, "**") && strings.Contains(it.Title, "|")
		text.WriteString(it.Title + it.Text)
		for _, a := range it.Acts {
			text.WriteString(a.Text)
		}
	}
	if !long || !empty || !markup {
		t.Errorf("long title %v, empty title %v, title with markup %v; want all", long, empty, markup)
	}
	for script, form := range map[string]string{"Han": `\p{Han}`, "Greek": `\p{Greek}`, "Arabic": `\p{Arabic}`, "Hebrew": `\p{Hebrew}`, "emoji": `[\x{1F300}-\x{1FAFF}]`} {
		if !regexp.MustCompile(form).MatchString(text.String()) {
			t.Errorf("no text in %s", script)
		}
	}
}

func TestLabelsAndDecisionsSpeakOfItemsThatAreThere(t *testing.T) {
	_, byID := everything(t)
	ids := []string{"mentoring", "generative-models", "reproduction", "training-at-scale", "bottlenecks-and-backlog"}
	count, labelled, none := map[string]int{}, map[string]bool{}, 0
	labels, err := objectives.ReadLabels(bytes.NewReader(Labels))
	if err != nil {
		t.Fatal(err)
	}
	for _, l := range labels {
		if _, ok := byID[l.ID]; !ok || labelled[l.ID] {
			t.Errorf("label of %s: not there, or labelled twice", l.ID)
		}
		labelled[l.ID] = true
		if len(l.Objectives) == 0 {
			none++
		}
		for _, o := range l.Objectives {
			count[o]++
			if slices.Contains(l.Unsure, o) {
				t.Errorf("%s is both sure and unsure of %s", l.ID, o)
			}
		}
		for _, o := range slices.Concat(l.Objectives, l.Unsure) {
			if !slices.Contains(ids, o) {
				t.Errorf("%s is labelled %s, which is no objective", l.ID, o)
			}
		}
	}
	if len(labelled) < 120 || none < 12 {
		t.Errorf("%d labels, %d for none; want at least 120 and 12", len(labelled), none)
	}
	for _, o := range ids {
		if count[o] < 12 {
			t.Errorf("%s is labelled %d times, fewer than 12", o, count[o])
		}
	}
	decisions, err := objectives.ReadDecisions(bytes.NewReader(Decisions))
	if err != nil {
		t.Fatal(err)
	}
	verbs := map[objectives.DecisionVerb]int{}
	for _, d := range decisions {
		verbs[d.Verb]++
		if _, ok := byID[d.Item]; !ok && !d.OwnNote() {
			t.Errorf("%s decides about %s, which is not there", d.Verb, d.Item)
		}
		if d.Objective != "" && !slices.Contains(ids, d.Objective) {
			t.Errorf("a decision speaks of %s, which is no objective", d.Objective)
		}
	}
	if verbs[objectives.Pin] < 5 || verbs[objectives.Reject] < 1 || verbs[objectives.Jot] < 2 {
		t.Errorf("the decisions are %v; want pins, a reject and notes", verbs)
	}
}
