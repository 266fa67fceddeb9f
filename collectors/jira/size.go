package jira

import (
	"strconv"

	"github.com/dossier-report/dossier/evidence"
)

// storyPoints returns the first number of story points that is set, in order
// of the fields' ids.
func (p *past) storyPoints() (id string, n float64, ok bool) {
	for _, id := range sortedKeys(p.fields.points) {
		if !p.t.fields.has(id) {
			continue
		}
		if n, ok := p.t.fields.at(id).number(); ok {
			return id, n, true
		}
	}
	return "", 0, false
}

// firstDay finds the date in what a changelog holds: Cloud gives 2026-02-10 as
// the id and "2026-02-10 00:00:00.0" as the text.
func firstDay(list ...string) (string, bool) {
	for _, s := range list {
		if d, ok := day(s); ok {
			return d, true
		}
	}
	return "", false
}

// sized returns an estimate in words: "3 points", "2.5 hours".
func sized(r role, ref, name string) string {
	n, err := strconv.ParseFloat(firstOf(name, ref), 64)
	if r == hours {
		n, err = strconv.ParseFloat(firstOf(ref, name), 64)
	}
	switch {
	case err != nil || n < 0 || n > 1e9:
		return ""
	case r == points && n == 1:
		return "1 point"
	case r == points:
		return strconv.FormatFloat(n, 'f', -1, 64) + " points"
	}
	return strconv.FormatFloat(n/3600, 'f', -1, 64) + " hours"
}

// estimate returns the size that stands now: story points, or else hours.
func (p *past) estimate() *evidence.Estimate {
	if _, n, ok := p.storyPoints(); ok {
		return &evidence.Estimate{Value: n, Unit: "points"}
	}
	if n, ok := p.t.fields.at("timeoriginalestimate").number(); ok && n > 0 {
		return &evidence.Estimate{Value: n / 3600, Unit: "hours"}
	}
	return nil
}
