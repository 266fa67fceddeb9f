package render

import (
	"strconv"

	"github.com/dossier-report/dossier/report"
	"github.com/dossier-report/dossier/report/gate"
	"github.com/dossier-report/dossier/report/render/internal/pdf"
)

const (
	cardLead  = 3.9
	titleLead = 4.4
	linkLead  = 4.4
	rowLines  = 7 // of one labelled text; what is longer stands in Appendix A
	fewLines  = 2 // of one drafted from records, where that keeps an objective on its page
)

// cardRow is two cards side by side.
type cardRow struct {
	cards  []cardLayout
	height float64
}

// cardRows lays the cards of an objective out, two in a row.
func (p *pages) cardRows(s *report.Section) []cardRow {
	label := p.cardLabel(s)
	var rows []cardRow
	for i := 0; i < len(s.Cards); i += 2 {
		var row cardRow
		for j := i; j < min(i+2, len(s.Cards)); j++ {
			l := p.layoutCard(&s.Cards[j], p.cardWidth(), label)
			row.cards = append(row.cards, l)
			row.height = max(row.height, l.height)
		}
		rows = append(rows, row)
	}
	return rows
}

// cardLabel returns how wide the column of labels is.
func (p *pages) cardLabel(s *report.Section) float64 {
	label := 12.0
	for i := range s.Cards {
		for _, r := range s.Cards[i].Rows {
			label = min(max(label, p.Width(bold(pdf.Micro+0.3, pdf.Muted), r.Label)+2), 22)
		}
	}
	return label
}

// cards draws the evidence.
func (p *pages) cards(s *report.Section, head func()) {
	label := p.cardLabel(s)
	for i, row := range p.cardRows(s) {
		if i == 0 {
			p.y += 8.2 - 2*p.tight
			p.room(row.height+3, head)
			p.evidenceHead()
		} else {
			p.room(row.height, func() { head(); p.y -= 3 })
		}
		for j := range row.cards {
			p.card(&row.cards[j], p.left+float64(j)*(p.cardWidth()+pdf.Gutter), p.y, p.cardWidth(), row.height, label)
		}
		p.y += row.height + pdf.Gutter - p.tight
	}
}

func (p *pages) evidenceHead() {
	p.Text(p.left, p.y, bold(pdf.H3, pdf.Ink), "Evidence")
	x := p.mark(p.left+22, p.y, report.FromRecords)
	x = p.Text(x+2, p.y, micro(pdf.Muted), "titles, dates, people, figures and why each is here")
	x = p.mark(x+6, p.y, report.InMyWords)
	p.Text(x+2, p.y, micro(pdf.Muted), "my notes")
	p.y += 3
}

// cardLayout is a card with its texts broken into lines.
type cardLayout struct {
	*report.Card
	title, confirm pdf.Para
	rows           []pdf.Para
	links          [][]report.Link // by line
	height         float64
}

func (p *pages) layoutCard(c *report.Card, w, label float64) cardLayout {
	l := cardLayout{Card: c}
	l.title = p.Layout(pdf.Plain(gate.Title(c.Title)), bold(pdf.Body+0.4, pdf.Ink), w-14, 4)
	l.height = 7.1 + float64(l.title.Lines())*titleLead + 6.6
	for _, r := range c.Rows {
		lines := rowLines
		if r.From == report.FromRecords && p.fewer > 0 {
			lines -= p.fewer
		}
		para := p.Layout(pdf.Rich{{Text: r.Text, Lines: true}}, pdf.Style{Size: pdf.Text8, Color: pdf.Ink}, w-8.4-label, lines)
		l.rows = append(l.rows, para)
		l.height += float64(max(para.Lines(), 1))*cardLead + 1
	}
	if c.Confirm != "" {
		l.confirm = p.Layout(pdf.Plain(c.Confirm), pdf.Style{Face: pdf.Italic, Size: pdf.Small, Color: pdf.Muted}, w-8.4, 2)
		l.height += float64(l.confirm.Lines())*3.6 + 0.6
	}
	l.links = p.linkLines(c.Sources, w-8.4)
	if n := len(l.links); n > 0 {
		l.height += float64(n)*linkLead + 1
	}
	return l
}

// linkLines breaks a card's links into lines of width w.
func (p *pages) linkLines(links []report.Link, w float64) [][]report.Link {
	var lines [][]report.Link
	left := 0.0
	for _, k := range links {
		// A label may take half a line before it is cut; its item stands in Appendix A.
		k.Label = p.Fit(small(pdf.Blue5), gate.Title(k.Label), w*0.62)
		need := 6 + p.Width(small(pdf.Blue5), k.Label) + 3.2
		if len(lines) == 0 || need-3.2 > left {
			lines = append(lines, nil)
			left = w
		}
		lines[len(lines)-1] = append(lines[len(lines)-1], k)
		left -= need
	}
	return lines
}

func (p *pages) card(l *cardLayout, x, y, w, h, label float64) {
	p.Rect(x, y, w, h, pdf.CardRadius, pdf.Outlined(pdf.Hair, pdf.CardLine).With(pdf.White))
	p.badge(x+5.6, y+6.2, strconv.Itoa(l.Number))
	ty := l.title.Draw(x+10, y+7.1, titleLead)
	p.Text(x+10, ty+0.1, small(pdf.Muted), p.Fit(small(pdf.Muted), l.Date, w-30))
	p.strength(x+w-4.2-strengthWidth, ty+0.1, l.Strength)
	yy := ty + 6.6
	for i, para := range l.rows {
		c := pdf.Muted
		if l.Rows[i].From == report.InMyWords {
			c = pdf.Green
		}
		st := bold(pdf.Micro+0.3, c)
		p.Text(x+4.2, yy, st, p.Fit(st, l.Rows[i].Label, label-1))
		yy = para.Draw(x+4.2+label, yy, cardLead) + 1
		if para.Lines() == 0 {
			yy += cardLead
		}
	}
	by := y + h - 2.7 - float64(len(l.links))*linkLead
	if n := l.confirm.Lines(); n > 0 {
		l.confirm.Draw(x+4.2, by-2-float64(n-1)*3.6, 3.6)
	}
	if len(l.links) == 0 {
		return
	}
	p.rule(x+4.2, by, x+w-4.2, pdf.Hair, pdf.HairLine)
	for i, line := range l.links {
		p.links(x+4.2, by+linkLead*float64(i+1)-0.1, line)
	}
}

// links draws badges and names, each leading to its artefact.
func (p *pages) links(x, y float64, links []report.Link) {
	for _, k := range links {
		from := x
		st := small(pdf.Blue5)
		if !p.Safe(k.URL) {
			st.Color = pdf.Ink
		}
		x = p.Text(p.source(x, y, k.Badge)+1.1, y, st, k.Label)
		p.Link(from, y-2.6, x-from, 3.4, k.URL)
		x += 3.2
	}
}
