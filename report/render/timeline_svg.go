package render

import (
	"strconv"

	"github.com/dossier-report/dossier/report"
	"github.com/dossier-report/dossier/report/chart"
	"github.com/dossier-report/dossier/report/gate"
)

// timelineWidth is how wide the drawing of a timeline is, in millimetres.
const timelineWidth = 176.0

// timelineSVG draws when an objective's evidence came about, as the pages do;
// empty where there is none. To who cannot see it, it says every mark in words.
func timelineSVG(r *report.Report, s *report.Section, id string) string {
	// Only the measures of the pages are used, which need no document.
	p := &pages{r: r, right: timelineWidth, width: timelineWidth}
	lanes, h := p.layTimeline(s)
	if len(lanes) == 0 {
		return ""
	}
	const top = 4.4
	words := ""
	for _, l := range s.Lanes {
		if len(l.Dots) > 0 {
			words = join(". ", words, gate.Line(l.Title, 0)+": "+laneWords(l))
		}
	}
	svg := chart.NewSVG(id, timelineWidth, top+h+0.4, "How it happened: evidence over time", words, nil)
	drawAxis(svg, p, s, top, top+h)
	y := top
	for i := range lanes {
		drawLane(svg, &lanes[i], y)
		y += lanes[i].height
	}
	svg.Lines(hairPen, across(y))
	return svg.String()
}

var hairPen = chart.Pen{Color: chart.Hair, Width: 0.2}

func across(y float64) chart.Line {
	return chart.Line{From: chart.Point{X: 0, Y: y}, To: chart.Point{X: timelineWidth, Y: y}}
}

func drawAxis(c chart.Canvas, p *pages, s *report.Section, top, bottom float64) {
	from, to := p.span(s.Lanes)
	at, st, free := p.scale(s), chart.Style{Size: chart.Micro, Color: chart.Muted}, 0.0
	upright := func(x float64) chart.Line {
		return chart.Line{From: chart.Point{X: x, Y: top}, To: chart.Point{X: x, Y: bottom}}
	}
	lines := []chart.Line{upright(timelineWidth - 0.1)}
	for _, t := range ticks(from, to) {
		x := at(t.at)
		lines = append(lines, upright(x))
		if w := c.Width(st, t.label); x+0.8 >= free && x+0.8+w <= timelineWidth {
			c.Text(chart.Point{X: x + 0.8, Y: top - 1.8}, st, t.label)
			free = x + 0.8 + w + 1.5
		}
	}
	c.Lines(hairPen, lines...)
}

func drawLane(c chart.Canvas, l *laidLane, y float64) {
	c.Lines(hairPen, across(y))
	st := chart.Style{Size: chart.Small, Color: chart.Ink}
	c.Text(chart.Point{X: 0, Y: y + l.height/2 + 1}, st, narrow(c, st, l.title, laneLabel-2))
	number := chart.Style{Bold: true, Size: 7.6, Color: chart.White, Anchor: chart.Middle}
	for _, s := range l.spots {
		at := chart.Point{X: s.x, Y: y + l.rows[s.row]}
		if s.card > 0 {
			c.Circle(at, badgeRadius, &chart.Blue5, chart.Pen{})
			c.Text(chart.Point{X: at.X, Y: at.Y + 0.95}, number, strconv.Itoa(s.card))
			continue
		}
		c.Circle(at, dotRadius, &chart.White, chart.Pen{Color: chart.Blue4, Width: 0.35})
	}
}

// narrow cuts a text to a width; the whole one stands in the words of the drawing.
func narrow(c chart.Canvas, st chart.Style, s string, w float64) string {
	text := []rune(gate.Line(s, 200))
	if c.Width(st, string(text)) <= w {
		return string(text)
	}
	for len(text) > 0 && c.Width(st, string(text)+"…") > w {
		text = text[:len(text)-1]
	}
	return string(text) + "…"
}
