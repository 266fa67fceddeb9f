package files

import (
	"context"
	"strings"
	"testing"
	"time"

	"github.com/dossier-report/dossier/collectors"
	"github.com/dossier-report/dossier/evidence"
)

// nowhere is a sink that keeps nothing.
type nowhere struct{ items []evidence.Item }

func (n *nowhere) Cursor(context.Context, string) (string, error) { return "", nil }
func (n *nowhere) Keep(_ context.Context, b evidence.Batch) error {
	for _, f := range b.Items {
		n.items = append(n.items, f.Item)
	}
	return nil
}
func (n *nowhere) Same(string, string)      {}
func (n *nowhere) Expect(string, int)       {}
func (n *nowhere) Gap(string, evidence.Gap) {}
func (n *nowhere) Note(string, string)      {}

// Whatever a table holds, reading it ends, and what it gives has what an item
// needs.
func FuzzTable(f *testing.F) {
	f.Add("title,at\nx,2026-02-03\n", "")
	f.Add("Title;AT;id\n\"a\nb\";2026-02-03T01:02:03Z;1\n", ";")
	f.Add("\xff\xfet\x00", "")
	f.Add("title\tat\n\"", "\t")
	f.Fuzz(func(t *testing.T, text, delimiter string) {
		m := Mapping{Files: "*", Delimiter: delimiter}
		if m.validate() != nil {
			return
		}
		out := &nowhere{}
		c := &collector{cfg: Config{CSV: []Mapping{m}}, env: collectors.Env{Now: func() time.Time { return time.Unix(0, 0) }}}
		r := &reading{collector: c, ctx: t.Context(), out: out, part: "x.csv", period: evidence.Period{}}
		if err := r.table(strings.NewReader(text), "x.csv"); err != nil {
			return
		}
		if err := r.flush(true); err != nil {
			t.Fatal(err)
		}
		for _, it := range out.items {
			if it.Title == "" || len(it.Acts) == 0 || !strings.HasPrefix(it.ID, "files:") {
				t.Errorf("item %+v", it)
			}
		}
	})
}
