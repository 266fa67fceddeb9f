package calendar

import (
	"context"
	"errors"
	goflag "flag"
	"maps"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"
	_ "time/tzdata" // the tables need zones that the machine may lack

	"github.com/dossier-report/dossier/collectors"
	"github.com/dossier-report/dossier/collectors/collectorstest"
	"github.com/dossier-report/dossier/evidence"
)

// TestMain makes the drawn cases the same in every run unless a seed is asked
// for.
func TestMain(m *testing.M) {
	goflag.Parse()
	asked := false
	goflag.Visit(func(f *goflag.Flag) { asked = asked || f.Name == "rapid.seed" || f.Name == "rapid.failfile" })
	if !asked {
		if err := goflag.Set("rapid.seed", "20260630"); err != nil {
			panic(err)
		}
	}
	os.Exit(m.Run())
}

// noon is the clock of every test.
func noon() time.Time { return time.Date(2026, 7, 1, 12, 0, 0, 0, time.UTC) }

func zoneOf(t testing.TB, name string) *time.Location {
	t.Helper()
	loc, err := time.LoadLocation(name)
	if err != nil {
		t.Fatal(err)
	}
	return loc
}

var half = evidence.Period{From: time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC), To: time.Date(2026, 7, 1, 0, 0, 0, 0, time.UTC), Zone: time.UTC}

// ever is a period without ends.
var ever = evidence.Period{Zone: time.UTC}

// robin is at a desk in Vancouver with two colleagues; dir holds the calendars.
func robin(t testing.TB, dir string) collectors.Env {
	return collectors.Env{
		Now: noon, HTTP: &http.Client{Transport: offline{}}, Getenv: func(string) string { return "" },
		Dir: dir, Home: filepath.Join(dir, "home"), Zone: zoneOf(t, "America/Vancouver"),
		Self: evidence.Identity{Name: "Robin Vale", Emails: []string{"robin@example.org"}},
		People: evidence.People{
			{Name: "Ana Duarte", Emails: []string{"ana@example.org"}, Relation: "junior"},
			{Name: "Maria Lind", Emails: []string{"maria@example.org"}, Relation: "leader"},
		},
	}
}

type offline struct{}

func (offline) RoundTrip(*http.Request) (*http.Response, error) {
	return nil, errors.New("no network here")
}

// put writes files below a new folder.
func put(t testing.TB, files map[string]string) string {
	t.Helper()
	dir := t.TempDir()
	for name, text := range files {
		path := filepath.Join(dir, filepath.FromSlash(name))
		if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

// heard is a sink that remembers.
type heard struct {
	cursors map[string]string
	items   map[string]evidence.Item
	batches []evidence.Batch
	gaps    []evidence.Gap
	notes   []string
	same    []string
}

func (h *heard) Cursor(_ context.Context, part string) (string, error) { return h.cursors[part], nil }

func (h *heard) Keep(_ context.Context, b evidence.Batch) error {
	if h.items == nil {
		h.items = map[string]evidence.Item{}
	}
	for _, f := range b.Items {
		h.items[f.Item.ID] = f.Item
	}
	if h.cursors == nil {
		h.cursors = map[string]string{}
	}
	h.cursors[b.Part] = b.Cursor
	h.batches = append(h.batches, b)
	return nil
}

func (h *heard) Same(part, _ string)          { h.same = append(h.same, part) }
func (h *heard) Expect(string, int)           {}
func (h *heard) Gap(_ string, g evidence.Gap) { h.gaps = append(h.gaps, g) }
func (h *heard) Note(_, note string)          { h.notes = append(h.notes, note) }
func (h *heard) again() *heard                { return &heard{cursors: maps.Clone(h.cursors)} }
func (h *heard) has(t testing.TB, id string) evidence.Item {
	t.Helper()
	it, ok := h.items[id]
	if !ok {
		t.Fatalf("%s was not found; there are %q, gaps %+v, notes %q", id, h.ids(), h.gaps, h.notes)
	}
	return it
}

func (h *heard) ids() []string {
	var ids []string
	for id := range h.items {
		ids = append(ids, id)
	}
	slices.Sort(ids)
	return ids
}

// said reports whether a gap or note holds all the words.
func (h *heard) said(words ...string) bool {
	all := slices.Clone(h.notes)
	for _, g := range h.gaps {
		all = append(all, g.What+": "+g.Why)
	}
	return slices.ContainsFunc(all, func(s string) bool {
		return !slices.ContainsFunc(words, func(w string) bool { return !strings.Contains(s, w) })
	})
}

func (h *heard) mustSay(t testing.TB, words ...string) {
	t.Helper()
	if !h.said(words...) {
		t.Errorf("nothing says %q; gaps %+v, notes %q", words, h.gaps, h.notes)
	}
}

// collect runs the collector once.
func collect(t testing.TB, env collectors.Env, settings string, p evidence.Period, into *heard) *heard {
	t.Helper()
	c, err := New(collectorstest.Settings(settings), env)
	if err != nil {
		t.Fatal(err)
	}
	if into == nil {
		into = &heard{}
	}
	if err := c.Collect(t.Context(), p, into); err != nil {
		t.Fatalf("collect: %v", err)
	}
	return into
}

// calendarOf wraps lines of events into a calendar.
func calendarOf(parts ...string) string {
	return crlf("BEGIN:VCALENDAR\nVERSION:2.0\nPRODID:-//test//EN\n" + strings.Join(parts, "\n") + "\nEND:VCALENDAR\n")
}

func crlf(s string) string { return strings.ReplaceAll(strings.ReplaceAll(s, "\r", ""), "\n", "\r\n") }

// vevent is an event of the lines.
func vevent(lines ...string) string {
	return "BEGIN:VEVENT\n" + strings.Join(lines, "\n") + "\nEND:VEVENT"
}

// from collects what one calendar holds, at any time.
func from(t testing.TB, settings string, parts ...string) *heard {
	t.Helper()
	return fromText(t, settings, "a.ics", calendarOf(parts...))
}

func fromText(t testing.TB, settings, name, text string) *heard {
	t.Helper()
	dir := put(t, map[string]string{name: text})
	return collect(t, robin(t, dir), "paths: ["+name+"]\n"+settings, ever, nil)
}

// ats are the times of an item's acts.
func ats(it evidence.Item) string {
	var list []string
	for _, a := range it.Acts {
		list = append(list, a.At.UTC().Format("2006-01-02T15:04"))
	}
	return strings.Join(list, " ")
}
