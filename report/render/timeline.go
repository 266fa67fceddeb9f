package render

import (
	"cmp"
	"slices"
	"strconv"
	"time"

	"github.com/dossier-report/dossier/report"
	"github.com/dossier-report/dossier/report/render/internal/pdf"
)

const (
	laneLabel = 35.0
	laneRoom  = 7.7 // a lane of one row
	dotRadius = 1.05
	badgePit  = 5.0 // from one row of numbered marks to the next
	dotPit    = 2.8
	maxRows   = 3 // of hollow marks in a lane
)

// timeline draws when the evidence came about, in lanes over the period.
func (p *pages) timeline(s *report.Section, head func()) {
	laid, h := p.layTimeline(s)
	if len(laid) == 0 {
		return
	}
	crowded := slices.ContainsFunc(laid, func(l laidLane) bool { return l.merged > 0 })
	p.y += 9 - 2.5*p.tight
	p.room(h+9, head)
	p.Text(p.left, p.y, bold(pdf.H3, pdf.Ink), "How it happened")
	note := "Numbers match the evidence below. Hollow marks: supporting items, listed in Appendix A."
	if crowded {
		note = "Numbers match the evidence below. Hollow marks: supporting items (Appendix A); where they crowd, one stands for several."
	}
	p.TextRight(p.right, p.y, micro(pdf.Muted), note)
	p.y += 3.2
	top := p.y + 4.4
	p.axis(s, top, top+h)
	p.y = top
	for i := range laid {
		p.lane(&laid[i])
	}
	p.rule(p.left, p.y, p.right, pdf.Hair, pdf.HairLine)
}

// layTimeline places the marks of all lanes that have some, and returns how high
// the lanes are together.
func (p *pages) layTimeline(s *report.Section) (lanes []laidLane, h float64) {
	at := p.scale(s)
	for _, l := range s.Lanes {
		if len(l.Dots) > 0 {
			lane := layLane(l, p.left+laneLabel, p.right, cmp.Or(p.markRows, maxRows), at)
			lanes = append(lanes, lane)
			h += lane.height
		}
	}
	return lanes, h
}

// scale maps a moment to where it stands on the axis.
func (p *pages) scale(s *report.Section) func(time.Time) float64 {
	from, to := p.span(s.Lanes)
	return func(t time.Time) float64 {
		share := float64(t.Sub(from)) / float64(to.Sub(from))
		return p.left + laneLabel + min(max(share, 0), 1)*(p.width-laneLabel)
	}
}

// span returns what the axis covers: the period, and where that has an open
// end, what the marks need.
func (p *pages) span(lanes []report.Lane) (from, to time.Time) {
	from, to = p.r.Period.From, p.r.Period.To
	for _, l := range lanes {
		for _, d := range l.Dots {
			if p.r.Period.From.IsZero() && (from.IsZero() || d.At.Before(from)) {
				from = d.At
			}
			if p.r.Period.To.IsZero() && (to.IsZero() || !d.At.Before(to)) {
				to = d.At.Add(time.Hour)
			}
		}
	}
	if !to.After(from) {
		to = from.Add(24 * time.Hour)
	}
	return from, to
}

func (p *pages) axis(s *report.Section, top, bottom float64) {
	from, to := p.span(s.Lanes)
	at := p.scale(s)
	free := 0.0
	for _, t := range ticks(from, to) {
		x := at(t.at)
		p.Line(x, top, x, bottom, pdf.Hair, pdf.HairLine)
		if w := p.Width(micro(pdf.Muted), t.label); x+0.8 >= free && x+0.8+w <= p.right {
			free = p.Text(x+0.8, top-1.8, micro(pdf.Muted), t.label) + 1.5
		}
	}
	p.Line(p.right, top, p.right, bottom, pdf.Hair, pdf.HairLine)
}

type tick struct {
	at    time.Time
	label string
}

// ticks divides a stretch of time by weeks, months, quarters or years,
// whichever gives between a few and sixteen parts.
func ticks(from, to time.Time) []tick {
	days := to.Sub(from).Hours() / 24
	next, layout := func(t time.Time) time.Time { return t.AddDate(0, 1, 0) }, "Jan"
	start := time.Date(from.Year(), from.Month(), 1, 0, 0, 0, 0, from.Location())
	switch {
	case days <= 46:
		start = time.Date(from.Year(), from.Month(), from.Day(), 0, 0, 0, 0, from.Location())
		next, layout = func(t time.Time) time.Time { return t.AddDate(0, 0, 7) }, "2 Jan"
	case days > 16*31 && days <= 5*366:
		next, layout = func(t time.Time) time.Time { return t.AddDate(0, 3, 0) }, "Jan 2006"
	case days > 5*366:
		start = time.Date(from.Year(), 1, 1, 0, 0, 0, 0, from.Location())
		step := int(days/366/16) + 1
		next, layout = func(t time.Time) time.Time { return t.AddDate(step, 0, 0) }, "2006"
	}
	var out []tick
	for t := start; t.Before(to) && len(out) < 64; t = next(t) {
		if !t.Before(from) {
			out = append(out, tick{t, t.Format(layout)})
		}
	}
	if len(out) > 0 && layout == "Jan" && out[0].at.Year() != out[len(out)-1].at.Year() {
		for i := range out {
			if i == 0 || out[i].at.Month() == time.January {
				out[i].label = out[i].at.Format("Jan 2006")
			}
		}
	}
	return out
}

// laidLane is a lane's marks with their places.
type laidLane struct {
	title  string
	spots  []spot
	rows   []float64 // the middle of each row, from the top of the lane
	height float64
	merged int // hollow marks that another one stands for
}

type spot struct {
	x    float64
	row  int
	card int // 0: hollow
	ref  string
}

func (s spot) radius() float64 {
	if s.card > 0 {
		return badgeRadius
	}
	return dotRadius
}

// layLane finds a place for each mark such that none touches another: the
// numbered ones first, as near to their day as they can; a mark that finds no
// place in its row moves a little, then to a row below, as long as there are most
// rows.
func layLane(l report.Lane, x0, x1 float64, most int, at func(time.Time) float64) laidLane {
	dots := slices.Clone(l.Dots)
	slices.SortStableFunc(dots, func(a, b report.Dot) int {
		return cmp.Or(cmp.Compare(min(b.Card, 1), min(a.Card, 1)), a.At.Compare(b.At), cmp.Compare(a.Card, b.Card))
	})
	lane := laidLane{title: l.Title}
	var rows [][]spot
	for _, d := range dots {
		s := spot{x: at(d.At), card: d.Card, ref: d.Ref}
		s.x = min(max(s.x, x0+s.radius()+0.4), x1-s.radius()-0.4)
		last := most
		if s.card > 0 {
			last = len(l.Dots) // a number is never left out
		}
		placed := false
		for row := 0; row < last && !placed; row++ {
			if row == len(rows) {
				rows = append(rows, nil)
			}
			if x, ok := free(rows[row], s, x0, x1); ok {
				s.x, s.row, placed = x, row, true
				rows[row] = append(rows[row], s)
			}
		}
		if placed {
			lane.spots = append(lane.spots, s)
		} else {
			lane.merged++
		}
	}
	lane.measure(len(rows))
	return lane
}

// free finds the place nearest to a mark's own in a row.
func free(row []spot, s spot, x0, x1 float64) (float64, bool) {
	for _, shift := range []float64{0, 0.6, -0.6, 1.2, -1.2, 1.8, -1.8, 2.4, -2.4} {
		x, ok := s.x+shift, true
		if x < x0+s.radius()+0.3 || x > x1-s.radius()-0.3 {
			continue
		}
		for _, o := range row {
			if d := x - o.x; max(d, -d) < s.radius()+o.radius()+0.35 {
				ok = false
				break
			}
		}
		if ok {
			return x, true
		}
	}
	return 0, false
}

func (l *laidLane) measure(rows int) {
	y := 0.0
	for row := range rows {
		pit := dotPit
		for _, s := range l.spots {
			if s.row == row && s.card > 0 {
				pit = badgePit
			}
		}
		l.rows = append(l.rows, y+pit/2)
		y += pit
	}
	l.height = max(laneRoom, y+2.4)
	for i := range l.rows {
		l.rows[i] += (l.height - y) / 2
	}
}

func (p *pages) lane(l *laidLane) {
	p.rule(p.left, p.y, p.right, pdf.Hair, pdf.HairLine)
	st := small(pdf.Ink)
	label := p.Layout(pdf.Plain(l.title), st, laneLabel-2, 2)
	label.Draw(p.left, p.y+l.height/2+1-float64(label.Lines()-1)*1.6, 3.2)
	for _, s := range l.spots {
		y := p.y + l.rows[s.row]
		if s.card > 0 {
			p.badge(s.x, y, strconv.Itoa(s.card))
			continue
		}
		p.Circle(s.x, y, dotRadius, pdf.Outlined(pdf.Blue4, 0.35).With(pdf.White))
		if s.ref != "" {
			p.Jump(s.x-dotRadius, y-dotRadius, 2*dotRadius, 2*dotRadius, entryAnchor(s.ref))
		}
	}
	p.y += l.height
}
