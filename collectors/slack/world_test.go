package slack

import (
	"archive/zip"
	"bytes"
	"context"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/dossier-report/dossier/collectors"
	"github.com/dossier-report/dossier/collectors/collectorstest"
	"github.com/dossier-report/dossier/evidence"
)

const token = "xoxp-000000000000-made-up-for-tests"

var (
	now  = time.Date(2026, 7, 2, 9, 0, 0, 0, time.UTC)
	half = evidence.Period{From: time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC), To: time.Date(2026, 7, 1, 0, 0, 0, 0, time.UTC)}
)

// entry is a file of a zip that a test builds.
type entry struct{ name, text string }

func zipped(t testing.TB, entries ...entry) []byte {
	t.Helper()
	var b bytes.Buffer
	w := zip.NewWriter(&b)
	for _, e := range entries {
		f, err := w.Create(e.name)
		if err == nil {
			_, err = f.Write([]byte(e.text))
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// save writes a zip as of a fixed time.
func save(t testing.TB, dir, name string, raw []byte) string {
	t.Helper()
	p := filepath.Join(dir, name)
	if err := os.WriteFile(p, raw, 0o600); err != nil {
		t.Fatal(err)
	}
	if err := os.Chtimes(p, now, now); err != nil {
		t.Fatal(err)
	}
	return p
}

// The people of the test workspace.
const (
	usersJSON = `[
{"id":"U0ROBIN01","team_id":"T0ACME001","name":"robin-v","real_name":"Robin Vale","profile":{"real_name":"Robin Vale","email":"robin@example.org"}},
{"id":"U0ANA0001","team_id":"T0ACME001","name":"ana-d","profile":{"real_name":"Ana Duarte","email":"ana@example.org"}},
{"id":"U0LINA001","team_id":"T0ACME001","name":"lina","profile":{"real_name":"李娜"}}]`
	channelsJSON = `[{"id":"C0HELP001","name":"ml-help","members":["U0ROBIN01"]},{"id":"C0RANDOM1","name":"random"}]`
	groupsJSON   = `[{"id":"G0SECRET1","name":"pay-talks"}]`
	dmsJSON      = `[{"id":"D0ROBANA1","members":["U0ROBIN01","U0ANA0001"]}]`
)

// The thread in which Robin answers Ana, and a decision of Robin's own.
const (
	question  = `{"type":"message","user":"U0ANA0001","text":"Why is my loss NaN on the second node? See <https://acme.atlassian.net/browse/ML-231|the ticket>\nfull log with a secret plan below","ts":"1768327500.769015","thread_ts":"1768327500.769015","reply_count":3,"reactions":[{"name":"white_check_mark","users":["U0ANA0001"],"count":1}]}`
	answer    = `{"type":"message","user":"U0ROBIN01","text":"<@U0ANA0001> look at *bf16* reduction: ` + "`torch.backends.cuda`" + ` is on in the old image &amp; off in the new one, see <https://github.com/acme/api/pull/12|PR>","ts":"1768328520.000100","thread_ts":"1768327500.769015","parent_user_id":"U0ANA0001"}`
	thanks    = `{"type":"message","user":"U0ANA0001","text":"That worked, thanks!","ts":"1768329520.000200","thread_ts":"1768327500.769015"}`
	welcome   = `{"type":"message","user":"U0ROBIN01","text":"You're welcome :tada:","ts":"1768329620.000200","thread_ts":"1768327500.769015"}`
	decision  = `{"type":"message","user":"U0ROBIN01","text":"Decision on ML-240: we keep the old sampler until the new one has been trained for one week on both clusters.\n• Li Na measures\n• I write it down","ts":"1770000000.000100"}`
	smallTalk = `{"type":"message","user":"U0ROBIN01","text":"good morning all :wave:","ts":"1770000100.000100"}`
)

func acmeZip(t testing.TB) []byte {
	return zipped(t,
		entry{"users.json", usersJSON}, entry{"channels.json", channelsJSON}, entry{"groups.json", groupsJSON}, entry{"dms.json", dmsJSON},
		entry{"ml-help/2026-01-13.json", "[" + question + "," + answer + "]"},
		entry{"ml-help/2026-01-14.json", "[" + thanks + "," + welcome + "]"},
		entry{"random/2026-02-02.json", "[" + decision + "," + smallTalk + "]"},
		entry{"pay-talks/2026-02-02.json", `[{"type":"message","user":"U0ROBIN01","ts":"1770000200.000100","text":"The private plan for next year is to move everybody to the other building, please tell nobody about it yet."}]`},
		entry{"D0ROBANA1/2026-02-02.json", `[{"type":"message","user":"U0ROBIN01","ts":"1770000300.000100","text":"Between us: the review of the sampler was hard to read, here is how I would begin it the next time you write one."}]`},
	)
}

func env(dir string) collectors.Env {
	return collectors.Env{
		Now: func() time.Time { return now }, Dir: dir, Home: dir, Zone: time.UTC,
		Getenv: func(n string) string { return map[string]string{"SLACK_TOKEN": token}[n] },
		Self:   evidence.Identity{Name: "Robin Vale", Logins: map[string][]string{"slack": {"U0ROBIN01"}}, Emails: []string{"robin@example.org"}},
		People: evidence.People{{Name: "Ana Duarte", Relation: "junior", Logins: map[string][]string{"slack": {"ana-d"}}}},
	}
}

// told is a sink that remembers.
type told struct {
	mu      sync.Mutex
	cursors map[string]string
	pages   []evidence.Batch
	gaps    []evidence.Gap
	notes   []string
	same    []string
}

func (s *told) Cursor(_ context.Context, part string) (string, error) { return s.cursors[part], nil }
func (s *told) Keep(ctx context.Context, b evidence.Batch) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.cursors == nil {
		s.cursors = map[string]string{}
	}
	s.cursors[b.Part] = b.Cursor
	s.pages = append(s.pages, b)
	return ctx.Err()
}
func (s *told) Same(part, _ string)          { s.same = append(s.same, part) }
func (s *told) Expect(string, int)           {}
func (s *told) Gap(_ string, g evidence.Gap) { s.gaps = append(s.gaps, g) }
func (s *told) Note(_ string, n string)      { s.notes = append(s.notes, n) }

func (s *told) items() map[string]evidence.Item {
	m := map[string]evidence.Item{}
	for _, p := range s.pages {
		for _, f := range p.Items {
			m[f.Item.ID] = f.Item
		}
	}
	return m
}

// gapText is all gaps in one text.
func (s *told) gapText() string {
	var b strings.Builder
	for _, g := range s.gaps {
		b.WriteString(g.What + ": " + g.Why + "\n")
	}
	return b.String()
}

func made(t testing.TB, s sizes, settings string, e collectors.Env) collectors.Collector {
	t.Helper()
	c, err := source(s).New(collectorstest.Settings(settings), e)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// collect reads the zips of a folder made of entries.
func collect(t testing.TB, settings string, entries ...entry) *told {
	t.Helper()
	dir := t.TempDir()
	save(t, dir, "acme.zip", zipped(t, entries...))
	out := &told{}
	if err := made(t, standard, "export: acme.zip\n"+settings, env(dir)).Collect(t.Context(), half, out); err != nil {
		t.Fatal(err)
	}
	return out
}

// workspace is the usual lists with one channel's day.
func workspace(day string, messages ...string) []entry {
	return []entry{{"users.json", usersJSON}, {"channels.json", channelsJSON}, {"groups.json", groupsJSON}, {"dms.json", dmsJSON},
		{"ml-help/" + day + ".json", "[" + strings.Join(messages, ",\n") + "]"}}
}

// only returns the one item that was found.
func only(t testing.TB, s *told) evidence.Item {
	t.Helper()
	all := s.items()
	if len(all) != 1 {
		t.Fatalf("%d items were found, not one: %v\n%s", len(all), slices.Collect(keysIn(all)), s.gapText())
	}
	for _, it := range all {
		return it
	}
	panic("unreachable")
}

func keysIn(m map[string]evidence.Item) func(func(string) bool) {
	return func(yield func(string) bool) {
		for k := range m {
			if !yield(k) {
				return
			}
		}
	}
}
