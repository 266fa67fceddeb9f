package render

import (
	"fmt"
	"slices"
	"strings"

	"github.com/dossier-report/dossier/report"
	"github.com/dossier-report/dossier/report/chart"
	"github.com/dossier-report/dossier/report/gate"
	"github.com/dossier-report/dossier/report/render/internal/pdf"
)

const flowAnchor = "section:flow"

// flowPage draws where the work waited and what changed: what the figures say, the
// four facts, the charts A to F, and what limits them.
func (p *pages) flowPage() {
	f := p.r.Flow
	if f == nil || f.Figures == nil {
		return
	}
	p.page()
	title := gate.Title(f.Title)
	p.Bookmark(title, 0, 0)
	p.Anchor(flowAnchor, 0)
	about := p.Fit(small(pdf.Muted), gate.Line(f.About, 300), p.width-20)
	p.TextRight(p.right, p.y, small(pdf.Muted), about)
	p.overline("Flow", 18)
	p.y += 8.2
	p.y = p.Layout(pdf.Plain(title), bold(pdf.H2, pdf.Ink), p.width, 2).Draw(p.left, p.y, 7) - 7 + 5.8
	p.y = p.Layout(rich(f.Intro), pdf.Style{Size: pdf.Body, Color: pdf.Muted}, p.width, 3).Draw(p.left, p.y, 4.3)
	p.findings(f)
	p.facts(f)
	p.charts(f)
	p.limits(f)
}

// findings draws what the figures say in words, on a panel.
func (p *pages) findings(f *report.Flow) {
	const lead = 3.9
	st := pdf.Style{Size: pdf.Text8, Color: pdf.Ink}
	told := p.untold(f)
	if len(told) == 0 {
		return
	}
	var paras []pdf.Para
	lines := 0
	for i, found := range told {
		w := p.width - 9
		if i == len(told)-1 {
			w -= 25 // for the mark
		}
		para := p.Layout(append(rich(found.Statement), refSpans(found.Refs)...), st, w, 3)
		paras = append(paras, para)
		lines += para.Lines()
	}
	h := float64(lines)*lead + float64(len(paras)-1)*0.7 + 3.4
	p.y -= 1.9
	p.panel(p.left, p.y, p.width, h, false)
	y := p.y + 4.7
	for _, para := range paras {
		y = para.Draw(p.left+5, y, lead) + 0.7
	}
	p.mark(p.right-22.5, p.y+h-2.6, report.FromRecords)
	p.y += h
}

// untold returns the findings that neither a chart's title nor a fact says.
func (p *pages) untold(f *report.Flow) []report.Finding {
	charts := chart.Flow(f.Figures, f.MainChange())
	var out []report.Finding
	for _, found := range f.Findings {
		switch found.Name {
		case "bottleneck":
			if len(charts) > 0 && charts[0].Chart != nil {
				continue
			}
		case "effect":
			if slices.ContainsFunc(f.Facts, func(fact report.FlowFact) bool { return fact.Name == "effect" && fact.Text != "" }) {
				continue
			}
		}
		out = append(out, found)
	}
	return out
}

// refSpans leads to entries: " (A-12, A-14)".
func refSpans(refs []string) pdf.Rich {
	var out pdf.Rich
	for i, r := range refs {
		sep := ", "
		if i == 0 {
			sep = " "
		}
		c := pdf.Blue5
		out = append(out, pdf.Span{Text: sep}, pdf.Span{Text: noBreak(gate.Line(r, 12)), Color: &c, To: entryAnchor(r)})
	}
	return out
}

const factLines = 4

// facts draws the four linked facts, each with whether it is on record: by a
// filled or a dashed mark and a word.
func (p *pages) facts(f *report.Flow) {
	if len(f.Facts) == 0 {
		return
	}
	present := 0
	for _, fact := range f.Facts {
		if fact.Present {
			present++
		}
	}
	p.y += 5.4
	x := p.Text(p.left, p.y, bold(pdf.Small, pdf.Ink), "What shows that the bottleneck was explored")
	p.Text(x+2.4, p.y, micro(pdf.Muted), fmt.Sprintf("%d of %d linked facts on record", present, len(f.Facts)))
	p.y += 1.8
	n := min(len(f.Facts), 4)
	w := (p.width - pdf.Gutter*float64(n-1)) / float64(n)
	top, most := p.y, p.y
	for i, fact := range f.Facts[:n] {
		x := p.left + float64(i)*(w+pdf.Gutter)
		y := top + 2.9
		p.factMark(x, y, fact.Present)
		st := bold(pdf.Micro+0.3, pdf.Ink)
		said := fact.Text
		if !fact.Present {
			st.Color = pdf.Accent
			if !strings.HasPrefix(strings.ToLower(said), "missing") {
				said = join(": ", "Missing", said)
			}
		}
		p.Text(x+3.6, y, st, p.Fit(st, gate.Line(fact.Title, 80), w-3.6))
		text := append(pdf.Plain(said), refSpans(fact.Refs)...)
		end := p.Layout(text, micro(pdf.Muted), w-3.6, factLines).Draw(x+3.6, y+3.2, 2.9)
		most = max(most, end-2.9)
	}
	p.y = most
}

// factMark is a filled square with a tick for what is there, a dashed one for
// what is missing.
func (p *pages) factMark(x, y float64, present bool) {
	if !present {
		p.Rect(x+0.1, y-2.1, 2.2, 2.2, 0.3, pdf.Outlined(pdf.Accent, 0.3).Dashed(0.5))
		return
	}
	p.Rect(x, y-2.2, 2.4, 2.4, 0.3, pdf.Filled(pdf.Blue5))
	p.Path(pdf.Outlined(pdf.White, 0.4), false, x+0.55, y-1, x+1.05, y-0.5, x+1.9, y-1.65)
}

// chartRow is one figure across the page, or two side by side.
type chartRow struct {
	figures []chart.Figure
	fixed   float64 // height of what is drawn below the heading, where it does not stretch
	least   float64 // of what stretches
	usual   float64
	floored bool // all of them only say why they are not drawn
}

// charts draws the figures. Their heights share what the page has; what does
// not fit goes to another page.
func (p *pages) charts(f *report.Flow) {
	rows := p.chartRows(f)
	limits := p.limitsHeight(f)
	const between = 5.8
	for start := 0; start < len(rows); {
		// As many rows as fit at their least.
		end, need := start, 0.0
		room := p.bottom - p.y
		for end < len(rows) {
			h := rows[end].height(0) + between
			if end == len(rows)-1 {
				h += limits
			}
			if need+h > room && end > start {
				break
			}
			need += h
			end++
		}
		stretch := 0.0
		usual := 0.0
		for _, r := range rows[start:end] {
			usual += r.usual - r.least
		}
		if usual > 0 {
			stretch = min(max((room-need)/usual, 0), 1.25)
		}
		for _, r := range rows[start:end] {
			p.y += between
			p.chartRow(r, r.height(stretch))
		}
		if start = end; start < len(rows) {
			p.page()
			p.overline(gate.Line(f.Title, 80)+", continued", p.width)
			p.y += 2
		}
	}
}

// height is the row's with its chart stretched from its least height at 0 to
// its usual one at 1 and beyond.
func (r chartRow) height(stretch float64) float64 {
	if r.floored {
		return chart.HeadHeight + chart.FloorHeight
	}
	return chart.HeadHeight + r.fixed + r.least + stretch*(r.usual-r.least)
}

func (p *pages) chartRows(f *report.Flow) []chartRow {
	figs := chart.Flow(f.Figures, f.MainChange())
	if len(figs) != 6 {
		return nil
	}
	a := chartRow{figures: figs[:1]}
	if bars, ok := figs[0].Chart.(chart.StackedBars); ok {
		a.fixed = bars.Height(&canvas{pages: p}, p.width)
	}
	rows := []chartRow{a,
		{figures: figs[1:3], least: 30, usual: 43},
		{figures: figs[3:5], least: 35, usual: 52},
		{figures: figs[5:], least: 23, usual: 32}}
	for i := range rows {
		rows[i].floored = true
		for _, fig := range rows[i].figures {
			rows[i].floored = rows[i].floored && fig.Chart == nil
		}
	}
	return rows
}

func (p *pages) chartRow(r chartRow, h float64) {
	c := &canvas{pages: p, refs: p.references()}
	b := chart.Box{X: p.left, Y: p.y, W: p.width, H: h}
	if len(r.figures) == 2 {
		b.W = p.col(7)
	}
	r.figures[0].Draw(c, b)
	if len(r.figures) == 2 {
		b.X = p.colX(7)
		b.W = p.right - b.X
		r.figures[1].Draw(c, b)
	}
	p.y += h
}

// references are those of the entries, by item.
func (p *pages) references() map[string]string {
	if p.refs == nil {
		p.refs = make(map[string]string, len(p.r.Entries))
		for _, e := range p.r.Entries {
			p.refs[e.ID] = e.Ref
		}
	}
	return p.refs
}

const limitsIndent = 15

func (p *pages) limitsPara(f *report.Flow) pdf.Para {
	return p.Layout(pdf.Plain(f.Limits), micro(pdf.Muted), p.width-limitsIndent, 5)
}

func (p *pages) limitsHeight(f *report.Flow) float64 {
	return 7 + float64(p.limitsPara(f).Lines())*3.1
}

func (p *pages) limits(f *report.Flow) {
	para := p.limitsPara(f)
	if para.Lines() == 0 {
		return
	}
	p.y += 3.2
	p.rule(p.left, p.y, p.right, pdf.Hair, pdf.HairLine)
	p.y += 3.8
	p.Text(p.left, p.y, bold(pdf.Micro, pdf.Ink), "Limits")
	p.y = para.Draw(p.left+limitsIndent, p.y, 3.1)
}

// throughput draws in Appendix B what the forecast is drawn from.
func (p *pages) throughput(head func()) {
	if p.r.Flow == nil || p.r.Flow.Figures == nil {
		return
	}
	fig := chart.Throughput(p.r.Flow.Figures)
	if fig.Chart == nil {
		return
	}
	const h = 30
	p.y += 8
	p.room(chart.HeadHeight+h, head)
	p.y -= 2.9
	fig.Draw(&canvas{pages: p}, chart.Box{X: p.left, Y: p.y, W: p.width, H: chart.HeadHeight + h})
	p.y += chart.HeadHeight + h
}
