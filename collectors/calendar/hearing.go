package calendar

import (
	"context"
	"strings"

	"github.com/dossier-report/dossier/evidence"
)

// hearing is a sink for a reading whose items nobody keeps.
type hearing struct{ gaps []string }

// Cursor knows none.
func (*hearing) Cursor(context.Context, string) (string, error) { return "", nil }

// Keep forgets.
func (*hearing) Keep(context.Context, evidence.Batch) error { return nil }

// Same, Expect and Note mean nothing here.
func (*hearing) Same(string, string) {}
func (*hearing) Expect(string, int)  {}
func (*hearing) Note(string, string) {}

// Gap remembers.
func (h *hearing) Gap(_ string, g evidence.Gap) { h.gaps = append(h.gaps, g.What+": "+g.Why) }

// line returns the first line of a text.
func line(s string) string {
	head, _, _ := strings.Cut(s, "\n")
	return head
}
