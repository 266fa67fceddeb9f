package files_test

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"golang.org/x/text/encoding/unicode"

	"github.com/dossier-report/dossier/collectors"
	"github.com/dossier-report/dossier/collectors/collectorstest"
	"github.com/dossier-report/dossier/collectors/files"
	"github.com/dossier-report/dossier/evidence"
)

var zone = time.FixedZone("-0800", -8*3600)

var half = evidence.Period{From: time.Date(2026, 1, 1, 0, 0, 0, 0, zone), To: time.Date(2026, 7, 1, 0, 0, 0, 0, zone), Zone: zone}

func now() time.Time { return time.Date(2026, 7, 6, 9, 0, 0, 0, time.UTC) }

func folder(t testing.TB, content map[string]string) collectors.Env {
	t.Helper()
	dir := t.TempDir()
	for name, text := range content {
		path := filepath.Join(dir, filepath.FromSlash(name))
		if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		then := now().Add(-time.Hour)
		if err := os.Chtimes(path, then, then); err != nil {
			t.Fatal(err)
		}
	}
	return collectors.Env{Now: now, Dir: dir, Home: dir, Zone: zone}
}

const twoItems = `{"id":"tracker:7","source":"tracker","kind":"ticket","title":"Cut the queue","acts":[{"at":"2026-02-03T09:14:00Z","verb":"created"}],"links":["ML-231"]}

{"id":"files:9","source":"files","kind":"page","title":"Write-up","acts":[{"at":"2026-03-03T09:14:00Z","verb":"wrote"}]}
`

// settings is what a table of a tracker needs.
const settings = `
paths: [in]
csv:
  - files: "export*.csv"
    kind: ticket
    verb: created
    place: Ops desk
    time: DD/MM/YYYY HH:mm
    columns: {id: Key, title: Summary, at: Opened, state: State, state_at: Ended, labels: Tags}
`

const table = "Key;Summary;Opened;State;Ended;Tags\n" +
	"OPS-1;\"Disk full;\nagain\";05/02/2026 08:30;done;07/02/2026 10:00;disk, night\n" +
	"OPS-2;New runbook;31/12/2025 23:30;;;\n" +
	"OPS-3;Out of the period;31/12/2024 23:30;;;\n" +
	"OPS-2;New runbook;02/01/2026 00:10;;;\n" +
	";;;;;\n"

// collect runs the collector and returns all that is kept, by id, and the
// coverage.
func collect(t *testing.T, env collectors.Env, text string, m *collectorstest.Memory) (map[string]evidence.Item, collectors.Result) {
	t.Helper()
	c, err := files.New(collectorstest.Settings(text), env)
	if err != nil {
		t.Fatal(err)
	}
	res := collectors.Run(t.Context(), []collectors.Job{{Source: files.Source, Collector: c}}, m, collectors.Options{Period: half, Now: now})
	items := map[string]evidence.Item{}
	for _, r := range m.Items() {
		items[r.Item.ID] = r.Item
	}
	return items, res[0]
}

func TestConforms(t *testing.T) {
	many := strings.Builder{}
	for i := range 450 {
		fmt.Fprintf(&many, `{"id":"t:%d","source":"t","kind":"note","title":"n %d","acts":[{"at":"2026-02-03T09:14:00Z","verb":"noted"}]}`+"\n", i, i)
	}
	collectorstest.Conform(t, collectorstest.Case{
		Source: files.Source, Settings: settings, Period: half,
		Env: func(t testing.TB) collectors.Env {
			return folder(t, map[string]string{"in/a.jsonl": twoItems, "in/many.ndjson": many.String(), "in/export-1.csv": table, "in/readme.txt": "not read"})
		},
		Breaks: []collectorstest.Break{{Name: "a line that is no item", Parts: []string{"~/in/a.jsonl"}, Do: func(t testing.TB, env *collectors.Env) {
			path := filepath.Join(env.Dir, "in", "a.jsonl")
			if err := os.WriteFile(path, []byte(twoItems+"{\n"), 0o600); err != nil {
				t.Fatal(err)
			}
		}}},
	})
}

func TestLinesOfOtherSystemsKeepTheirNamesAndAreOurs(t *testing.T) {
	env := folder(t, map[string]string{"in/a.jsonl": "\ufeff" + twoItems + "{\"id\":1}\n" + `{"id":"t:old","source":"t","kind":"note","title":"Old","acts":[{"at":"2020-02-03T09:14:00Z","verb":"noted"}]}` + "\n"})
	m := collectorstest.NewMemory(now)
	items, res := collect(t, env, "paths: [in]", m)
	it, ok := items["files:tracker:7"]
	if len(items) != 2 || !ok || it.Source != "files" || !it.Private || it.Links[0] != "ML-231" || items["files:9"].Title != "Write-up" {
		t.Errorf("items %+v", items)
	}
	if res.Coverage.State != evidence.Partial || len(res.Coverage.Parts) != 1 || len(res.Coverage.Parts[0].Gaps) != 1 || res.Coverage.Parts[0].Gaps[0].What != "line 4" {
		t.Errorf("coverage %+v", res.Coverage)
	}
	// What is unchanged is not read again, and what was odd in it is still said.
	_, again := collect(t, env, "paths: [in]", m)
	if again.Kept != (evidence.Kept{}) || len(again.Coverage.Parts[0].Gaps) != 1 {
		t.Errorf("second run kept %+v, coverage %+v", again.Kept, again.Coverage)
	}
}

func TestARowIsAnActAndRowsOfOneIDAreOneItem(t *testing.T) {
	for name, text := range map[string]string{"plain": table, "with a byte order mark": "\ufeff" + table, "UTF-16": utf16(t, table)} {
		t.Run(name, func(t *testing.T) {
			items, res := collect(t, folder(t, map[string]string{"in/export-1.csv": text}), settings, collectorstest.NewMemory(now))
			if res.Coverage.State != evidence.Complete || len(items) != 2 {
				t.Fatalf("coverage %+v, items %v", res.Coverage, items)
			}
			disk := items["files:export-1/OPS-1"]
			if disk.Title != "Disk full;\nagain" || disk.Kind != evidence.Ticket || disk.Place != "Ops desk" || strings.Join(disk.Labels, "|") != "disk|night" {
				t.Errorf("item %+v", disk)
			}
			if want := time.Date(2026, 2, 5, 16, 30, 0, 0, time.UTC); !disk.Acts[0].At.Equal(want) || disk.Acts[0].Verb != evidence.Created {
				t.Errorf("act %+v, want at %v: the person's zone", disk.Acts[0], want)
			}
			if disk.Outcome == nil || disk.Outcome.State != evidence.StateDone || !disk.Outcome.At.Equal(time.Date(2026, 2, 7, 18, 0, 0, 0, time.UTC)) {
				t.Errorf("outcome %+v", disk.Outcome)
			}
			book := items["files:export-1/OPS-2"]
			if len(book.Acts) != 2 || !book.Acts[0].At.Before(book.Acts[1].At) {
				t.Errorf("acts %+v", book.Acts)
			}
		})
	}
}

func TestAHeaderInTheFieldsOwnNamesNeedsNoSettings(t *testing.T) {
	env := folder(t, map[string]string{"in/x.csv": "Title,at,verb,seconds,people\nTalk,2026-02-03,attended,1800,\"Ana Duarte; Maria Lind\"\nNo time,,noted,,\nBad,2026-02-03,sung,,\n"})
	items, res := collect(t, env, "{paths: [in], private: false}", collectorstest.NewMemory(now))
	if len(items) != 1 {
		t.Fatalf("items %+v", items)
	}
	for id, it := range items {
		if !strings.HasPrefix(id, "files:x/") || it.Private || it.Acts[0].Seconds != 1800 || len(it.People) != 2 || it.People[1].Name != "Maria Lind" {
			t.Errorf("%s: %+v", id, it)
		}
	}
	gaps := res.Coverage.Parts[0].Gaps
	if len(gaps) != 2 || gaps[0].What != "line 3" || !strings.Contains(gaps[1].Why, `"sung" is no verb`) {
		t.Errorf("gaps %+v", gaps)
	}
}

func TestATableWithoutTheNeededColumnsSaysWhichItHas(t *testing.T) {
	for text, want := range map[string]string{
		"a,b\n1,2\n":           "no column is the title; the header has a, b",
		"title,b\n1,2\n":       "no column is the at",
		"":                     "read the header",
		"Key;Summary\nA;B\n":   "the header has Key, Summary",
		"title,at\n\"x,2026\n": "",
	} {
		_, res := collect(t, folder(t, map[string]string{"in/x.csv": text}), "paths: [in]", collectorstest.NewMemory(now))
		if gaps := res.Coverage.Parts[0].Gaps; len(gaps) != 1 || !strings.Contains(gaps[0].Why, want) {
			t.Errorf("%q: gaps %+v, want %q", text, gaps, want)
		}
	}
}

func TestAChangedFileIsReadAgainAndWhatItLacksIsGone(t *testing.T) {
	env := folder(t, map[string]string{"in/a.jsonl": twoItems})
	m := collectorstest.NewMemory(now)
	collect(t, env, "paths: [in]", m)
	first, _, _ := strings.Cut(twoItems, "\n")
	if err := os.WriteFile(filepath.Join(env.Dir, "in/a.jsonl"), []byte(first+"\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	_, res := collect(t, env, "paths: [in]", m)
	if res.Kept != (evidence.Kept{Same: 1, Gone: 1}) {
		t.Errorf("kept %+v", res.Kept)
	}
}

func TestSettingsThatCannotWorkAreRefusedWithTheirPlace(t *testing.T) {
	for text, want := range map[string]string{
		"{}":           "paths: is missing",
		"paths: ['[']": "paths[0]",
		"paths: [a]\ncsv: [{files: '*', columns: {key: Key}}]": `csv[0].columns: "key" is no field`,
		"paths: [a]\ncsv: [{files: '*', kind: email}]":         `csv[0].kind: "email" is no kind`,
		"paths: [a]\ncsv: [{files: '*', verb: sang}]":          `csv[0].verb: "sang" is no verb`,
		"paths: [a]\ncsv: [{files: '*', time: today}]":         `csv[0].time: "today" has none of`,
		"paths: [a]\ncsv: [{files: '*', delimiter: '::'}]":     `csv[0].delimiter`,
	} {
		if _, err := files.New(collectorstest.Settings(text), collectors.Env{}); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v, want %q", text, err, want)
		}
	}
}

func TestDoctorTellsWhatIsThere(t *testing.T) {
	env := folder(t, map[string]string{"in/a.jsonl": twoItems, "empty/readme.txt": "x"})
	c, err := files.New(collectorstest.Settings("paths: [in, empty, none]"), env)
	if err != nil {
		t.Fatal(err)
	}
	got := c.(collectors.Checker).Check(context.Background())
	if len(got) != 3 || got[0].Health != collectors.Broken || got[1].Health != collectors.Healthy || got[2].Health != collectors.Doubt {
		t.Errorf("findings %+v", got)
	}
}

func utf16(t *testing.T, s string) string {
	t.Helper()
	out, err := unicode.UTF16(unicode.LittleEndian, unicode.UseBOM).NewEncoder().String(s)
	if err != nil {
		t.Fatal(err)
	}
	return out
}
