package render

import (
	"strconv"

	"github.com/dossier-report/dossier/report"
	"github.com/dossier-report/dossier/report/chart"
)

// appendixB says how the report was made.
func (m *markdown) appendixB() {
	m.heading(2, "Appendix B: how this was made")
	m.para(join(", ", text(m.Period.Short), text(m.Period.Zone)))
	m.heading(3, "Sources")
	m.sources()
	m.leftOver()
	m.heading(3, "Rules that recognised the evidence")
	for _, b := range m.Method.Objectives {
		m.basis(b)
	}
	m.heading(3, "Words")
	var points []string
	for _, d := range m.Method.Definitions {
		points = append(points, "**"+titled(d.Word)+":** "+text(d.Means))
	}
	m.list(points)
	if fig := throughputFigure(m.Report); fig.Chart != nil {
		m.figures("What the forecast is drawn from", []chart.Figure{fig})
	}
	m.heading(3, "Made with")
	points = []string{"**Version:** dossier " + text(m.Method.Version)}
	if m.Method.Config != "" {
		points = append(points, "**Configuration:** SHA-256 "+text(m.Method.Config))
	}
	m.list(append(points, "**Made:** "+join(", ", text(m.Made), madeFrom)))
}

func (m *markdown) sources() {
	if len(m.Method.Sources) == 0 {
		m.para("No source was asked.")
		return
	}
	var rows [][]string
	var points []string
	for _, s := range m.Method.Sources {
		rows = append(rows, []string{titled(s.Title), stateWord(s.State), text(s.Period), text(s.AskedAt), strconv.Itoa(s.Found), strconv.Itoa(s.Chosen), strconv.Itoa(max(s.Found-s.Chosen, 0))})
		if why := text(s.Why); why != "" {
			points = append(points, "**"+titled(s.Title)+":** "+why)
		}
		for _, part := range s.Parts {
			points = append(points, "**"+titled(s.Title)+"**, "+titled(part.Name)+" ("+strconv.Itoa(part.Found)+" found)"+prefixed(": ", text(part.Query)))
			for _, g := range part.Gaps {
				points = append(points, "**Missing:** "+join(": ", text(g.What), text(g.Why)))
			}
			for _, n := range part.Notes {
				points = append(points, text(n))
			}
		}
	}
	m.table([]string{"Source", "Answer", "Period asked for", "Asked on", ">Found", ">Chosen", ">Left out"}, rows)
	m.list(points)
}

// leftOver says what was found and not used, and where evidence and objectives
// do not meet.
func (m *markdown) leftOver() {
	var points []string
	for _, l := range m.Method.LeftOut {
		points = append(points, count(l.Count, "item")+": "+text(l.Why))
	}
	if len(points) > 0 {
		m.heading(3, "Found and left out")
		m.list(points)
	}
	points = nil
	for _, s := range lackingOf(m.Report) {
		points = append(points, "Objective "+strconv.Itoa(s.Number)+": "+text(gapSays(s.Gap)))
	}
	if len(points) > 0 {
		m.heading(3, "Objectives with too little evidence")
		m.list(points)
	}
	points = nil
	for i := range m.Unserved {
		u := &m.Unserved[i]
		points = append(points, "**"+titled(u.Title)+":** "+text(unservedWords(u))+prefixed(": ", m.links(u.Links)))
	}
	if len(points) > 0 {
		m.heading(3, "Work for no objective")
		m.list(points)
	}
}

// basis says how one objective was recognised.
func (m *markdown) basis(b report.Basis) {
	m.para("**" + text(basisTitle(m.Report, b)) + "** " + text(basisWords(b)))
	var points []string
	for _, r := range b.Rules {
		points = append(points, text(ruleName(r)+ruleRest(r)))
	}
	m.list(points)
}
