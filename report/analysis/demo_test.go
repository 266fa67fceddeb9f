package analysis

import (
	"bytes"
	"encoding/json"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/dossier-report/dossier/evidence"
)

// halfYear reads the demonstration's half year, which this package may not
// import: what is analysed is files.
func halfYear(t testing.TB) (items []evidence.Item) {
	t.Helper()
	files, err := filepath.Glob("../../collectors/demo/half-year/*.jsonl")
	if err != nil || len(files) == 0 {
		t.Fatalf("no half year: %v", err)
	}
	for _, name := range files {
		f, err := os.Open(name)
		if err != nil {
			t.Fatal(err)
		}
		for it, err := range evidence.Read(f) {
			if err != nil {
				t.Fatalf("%s: %v", name, err)
			}
			items = append(items, it)
		}
		f.Close()
	}
	return items
}

func zone(t testing.TB, name string) *time.Location {
	t.Helper()
	z, err := time.LoadLocation(name)
	if err != nil {
		t.Fatal(err)
	}
	return z
}

var robin = evidence.Identity{Name: "Robin Vale", Emails: []string{"robin@example.org"},
	Logins: map[string][]string{"github": {"robin-v"}, "jira": {"robin@example.org"}, "slack": {"robin"}}}

// demoInput is the half year as the demonstration's configuration has it.
func demoInput(t testing.TB) Input {
	z := zone(t, "America/Vancouver")
	return Input{
		Items:  halfYear(t),
		Period: evidence.Period{From: time.Date(2026, 1, 1, 0, 0, 0, 0, z), To: time.Date(2026, 7, 1, 0, 0, 0, 0, z), Zone: z},
		Zone:   z, Now: time.Date(2026, 7, 6, 9, 0, 0, 0, z), Self: robin,
		Settings: Settings{Boards: []string{"ML board"}, Changes: []Change{{On: "2026-03-16", Title: "Review limit starts", Item: "ML-241"}}},
	}
}

func TestThePlantedBottleneckIsFound(t *testing.T) {
	r := Flow(demoInput(t))
	b := &r.Bottleneck
	if b.Status != "In review" || !b.Drawn() || b.N != 36 || b.Share < 0.5 || b.Share > 0.55 {
		t.Errorf("%s with %.2f of %d items, %q", b.Status, b.Share, b.N, b.Why)
	}
	for _, f := range r.Facts {
		if !f.Present {
			t.Errorf("%s: %s", f.Name, f.Text)
		}
	}
	if got := r.Facts[0].Items[0]; got != "jira:acme-jira.example.org/ML-228" {
		t.Errorf("the study is %s", got)
	}
}

// The half year's own page of 12 June tells what was counted by then: 36
// tickets before and 42 after, 7.7 and 2.0 days in review, half done within 13
// and 9 days, 85 % within 21 and 14, and 4 and 3 that failed verification. Its median of 42
// is the mean of the two in the middle, 8.0 and 9.0; ours is the first of them.
func TestBeforeAndAfterIsWhatThePageOfTheHalfYearSays(t *testing.T) {
	in := demoInput(t)
	in.Now = time.Date(2026, 6, 12, 9, 0, 0, 0, in.Zone)
	c := Flow(in).Changes[0]
	got := fmt.Sprintf("%d and %d, %.1f and %.1f, half %.0f and %.0f, 85 %% %.0f and %.0f, failed %v", c.Before.N, c.After.N, c.Wait.Before, c.Wait.After,
		c.CycleP50.Before, c.CycleP50.After, c.CycleP85.Before, c.CycleP85.After, c.Counters[1].Of)
	if want := "36 and 42, 7.7 and 2.0, half 13 and 8, 85 % 21 and 14, failed [4 3]"; got != want {
		t.Errorf("%s, want %s", got, want)
	}
}

func TestProposalsOfTheHalfYearAreRightToTheDay(t *testing.T) {
	r := Flow(demoInput(t)).Proposals
	var got []string
	for _, p := range r.List {
		line := fmt.Sprintf("%s %s %+d %s", p.Key, p.Due, p.Slip, p.Verdict)
		for _, again := range p.Plans {
			line += fmt.Sprintf(", then %s given %d days ahead", again.Due, again.Notice)
		}
		got = append(got, line)
	}
	want := []string{
		"ML-217 2026-01-30 -1 hit", "ML-224 2026-02-13 -1 hit", "ML-228 2026-02-27 -1 hit", "ML-241 2026-03-16 +0 hit", "ML-247 2026-04-07 -5 hit",
		"ML-226 2026-04-20 +7 late, then 2026-04-27 given 25 days ahead", "ML-254 2026-05-01 +13 late, then 2026-05-14 given 9 days ahead",
		"ML-271 2026-05-22 +12 late", "ML-266 2026-06-12 +0 hit", "ML-289 2026-08-14 +0 open",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
	if r.Hits != 6 || r.Late != 3 || r.Noticed != 2 || r.Open != 1 {
		t.Errorf("%d hits, %d late, %d noticed, %d open", r.Hits, r.Late, r.Noticed, r.Open)
	}
}

var update = flag.Bool("update", false, "write the golden file anew")

func TestEveryFigureOfTheHalfYear(t *testing.T) {
	got, err := json.MarshalIndent(Flow(demoInput(t)), "", "\t")
	if err != nil {
		t.Fatal(err)
	}
	got = append(got, '\n')
	name := filepath.Join("testdata", "half-year.json")
	if *update {
		if err := os.MkdirAll("testdata", 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(name, got, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(got, want) {
		t.Errorf("the figures are others (write them with -update):\n%s", cmp.Diff(string(want), string(got)))
	}
}

func TestSourcesOfEveryFigureLeadToItems(t *testing.T) {
	in := demoInput(t)
	known := map[string]bool{}
	for _, it := range in.Items {
		known[it.ID] = true
	}
	figures := 0
	var walk func(v reflect.Value, path string)
	walk = func(v reflect.Value, path string) {
		switch v.Kind() {
		case reflect.Struct:
			if f, ok := v.Interface().(Figure); ok {
				figures++
				for _, id := range f.Sources {
					if !known[id] {
						t.Errorf("%s is from %s, which is not there", path, id)
					}
				}
				if f.Drawn() && len(f.Sources) == 0 {
					t.Errorf("%s is from nothing", path)
				}
				return
			}
			for i := range v.NumField() {
				if !v.Type().Field(i).IsExported() {
					continue // a time's own
				}
				walk(v.Field(i), strings.TrimPrefix(path+"."+v.Type().Field(i).Name, "."))
			}
		case reflect.Slice:
			for i := range v.Len() {
				walk(v.Index(i), path)
			}
		}
	}
	r := Flow(in)
	walk(reflect.ValueOf(r), "")
	if figures < 16 {
		t.Errorf("%d figures seen", figures)
	}
}
