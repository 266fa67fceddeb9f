package collectors

import (
	"encoding/json"
	"testing"
	"time"

	"github.com/dossier-report/dossier/evidence"
)

func TestAskedKnowsWhichPeriodsItsAnswerServes(t *testing.T) {
	day := func(n int) time.Time { return time.Date(2026, 1, n, 0, 0, 0, 0, time.UTC) }
	never := time.Time{}
	for _, c := range []struct {
		name         string
		asked, now   evidence.Period
		covers, same bool
	}{
		{"the same", evidence.Period{From: day(1), To: day(9)}, evidence.Period{From: day(1), To: day(9)}, true, true},
		{"a part", evidence.Period{From: day(1), To: day(9)}, evidence.Period{From: day(2), To: day(8)}, true, false},
		{"earlier", evidence.Period{From: day(2), To: day(9)}, evidence.Period{From: day(1), To: day(9)}, false, false},
		{"later", evidence.Period{From: day(1), To: day(9)}, evidence.Period{From: day(1), To: day(10)}, false, false},
		{"open now, bounded then", evidence.Period{From: day(1), To: day(9)}, evidence.Period{From: never, To: never}, false, false},
		{"bounded now, open then", evidence.Period{}, evidence.Period{From: day(1), To: day(9)}, true, false},
		{"open both times", evidence.Period{}, evidence.Period{}, true, true},
	} {
		a := AskedFor("everything", c.asked)
		if got := a.Covers(c.now); got != c.covers {
			t.Errorf("%s: Covers = %v, want %v", c.name, got, c.covers)
		}
		if got := a.Same(c.now); got != c.same {
			t.Errorf("%s: Same = %v, want %v", c.name, got, c.same)
		}
		type cursor struct {
			Asked
			More int `json:"more"`
		}
		b, err := json.Marshal(cursor{a, 7})
		var back cursor
		if err != nil || json.Unmarshal(b, &back) != nil || back != (cursor{a, 7}) {
			t.Errorf("%s: %s does not come back from JSON", c.name, b)
		}
	}
}
