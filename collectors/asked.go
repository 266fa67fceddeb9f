package collectors

import (
	"time"

	"github.com/dossier-report/dossier/evidence"
)

// Asked is what a cursor remembers of the question that its part was asked, so
// that a later run knows whether the answer still serves. A collector embeds it
// in its cursor.
type Asked struct {
	// Ask is the question without its period, and how items are made of the
	// answer: a version of the collector's own.
	Ask string `json:"ask"`
	// From and To are the period in seconds since 1970; 0 is an open end.
	From int64 `json:"from,omitempty"`
	To   int64 `json:"to,omitempty"`
}

// AskedFor returns the question ask about p.
func AskedFor(ask string, p evidence.Period) Asked {
	return Asked{Ask: ask, From: seconds(p.From), To: seconds(p.To)}
}

// Covers reports whether everything that lies in p was asked for.
func (a Asked) Covers(p evidence.Period) bool {
	from, to := seconds(p.From), seconds(p.To)
	return (a.From == 0 || from != 0 && from >= a.From) && (a.To == 0 || to != 0 && to <= a.To)
}

// Same reports whether p is the very period that was asked for.
func (a Asked) Same(p evidence.Period) bool {
	return a.From == seconds(p.From) && a.To == seconds(p.To)
}

func seconds(t time.Time) int64 {
	if t.IsZero() {
		return 0
	}
	return t.Unix()
}
