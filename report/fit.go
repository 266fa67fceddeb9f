package report

import "github.com/dossier-report/dossier/objectives"

// Fit says how far an item is about an objective. It is how strong a match is,
// and not how good the work was.
type Fit string

// The fits.
const (
	MainPoint  Fit = "main"       // the objective is what the item is about
	Peripheral Fit = "peripheral" // the item speaks for it among other things
)

// mainMargin is how far above its objective's threshold a score must lie for
// the objective to be the item's main point, as a share of the way from the
// threshold to 1. It is measured on the margin, since every objective has a
// threshold of its own.
const mainMargin = 0.5

// fit returns how far a chosen item is about an objective. What the person
// chose by hand is there because they say so, whatever the score.
func fit(m *objectives.Match) Fit {
	if m.Decision != nil || m.Score-m.Threshold >= mainMargin*(1-m.Threshold) {
		return MainPoint
	}
	return Peripheral
}
