package render

import (
	"fmt"
	"strconv"

	"github.com/dossier-report/dossier/report"
	"github.com/dossier-report/dossier/report/gate"
	"github.com/dossier-report/dossier/report/render/internal/pdf"
)

const (
	// fewestLines is how far a card is cut before it moves to another page.
	fewestLines = 4
	mostLines   = 12
)

// legendRoom is the height of the legend with the space above it.
func (p *pages) legendRoom() float64 { return [...]float64{23, 23, 22, 20.5}[p.dense] }

// questions draws the form's questions as cards, two in a row, in the form's
// order. Where the page is too short, long answers are cut and stand in full
// after the objectives.
func (p *pages) questions() {
	qs := p.r.Questions
	if len(qs) == 0 {
		return
	}
	most := p.answerLines(p.bottom - p.y - p.gap() - 7 - p.legendRoom())
	if most < fewestLines {
		p.page()
		p.dense = 0
		most = max(p.answerLines(p.bottom-p.y-7-p.legendRoom()), fewestLines)
	} else {
		p.y += p.gap()
	}
	p.heading(questionsTitle(len(qs)))
	p.y += 4.4
	// Cards are of one height where the page has room for that, and what is left
	// of the page is shared out, so that they reach the legend.
	rows, even := float64((len(qs)+1)/2), p.cardHeight(qs, most)
	left := p.bottom - p.legendRoom() - p.y + pdf.Gutter
	level := even*rows+pdf.Gutter*rows <= left
	slack := min(max(left/rows-even-pdf.Gutter, 0), 8)
	for i := 0; i < len(qs); i += 2 {
		pair := qs[i:min(i+2, len(qs))]
		h := p.cardHeight(pair, most)
		p.room(h, func() { p.overline("The review questions, continued", p.width); p.y += 5 })
		if level {
			h = even + slack
		}
		for j := range pair {
			p.question(p.left+float64(j)*(p.cardWidth()+pdf.Gutter), p.y, h, &pair[j], most, i+j)
		}
		p.y += h + pdf.Gutter
	}
	p.y -= pdf.Gutter
}

func questionsTitle(n int) string {
	words := [...]string{2: "two", "three", "four", "five", "six", "seven", "eight", "nine"}
	switch {
	case n == 1:
		return "The review question"
	case n < len(words):
		return "The " + words[n] + " review questions"
	}
	return "The review questions"
}

func (p *pages) cardWidth() float64 { return (p.width - pdf.Gutter) / 2 }

func (p *pages) answer(q *report.Question, most int) pdf.Para {
	text := rich(q.Answer)
	size, _ := p.answerSize()
	if q.Answer.Plain() == "" {
		text = pdf.Plain(gate.Line(q.Asks, 1000))
	}
	return p.Layout(text, pdf.Style{Size: size, Color: pdf.Ink}, p.cardWidth()-8.6, most)
}

// answerSize returns size and lead of an answer on page 1.
func (p *pages) answerSize() (size, lead float64) {
	switch p.dense {
	case 0:
		return pdf.Body + 0.4, 4.6
	case 3:
		return pdf.Text8, 3.9
	}
	return pdf.Text8 + 0.4, 4.1
}

func (p *pages) questionTitle(q *report.Question) pdf.Para {
	return p.Layout(pdf.Plain(gate.Title(q.Title)), bold(pdf.Body+0.6, pdf.Ink), p.cardWidth()-14.2, 2)
}

func (p *pages) cardHeight(qs []report.Question, most int) float64 {
	_, lead := p.answerSize()
	h := 28.0
	for i := range qs {
		lines := p.answer(&qs[i], most).Lines()
		h = max(h, 10+float64(p.questionTitle(&qs[i]).Lines())*4.4+float64(lines)*lead+6.6)
	}
	return h
}

// cardsHeight returns the height of all cards with at most that many lines.
func (p *pages) cardsHeight(most int) float64 {
	qs, sum := p.r.Questions, -pdf.Gutter
	for i := 0; i < len(qs); i += 2 {
		sum += p.cardHeight(qs[i:min(i+2, len(qs))], most) + pdf.Gutter
	}
	return sum
}

// answerLines returns how many lines of an answer fit when all cards share h
// millimetres; 0 for none.
func (p *pages) answerLines(h float64) int {
	for most := mostLines; most > 0; most-- {
		if p.cardsHeight(most) <= h {
			return most
		}
	}
	return 0
}

func (p *pages) question(x, y, h float64, q *report.Question, most, index int) {
	w := p.cardWidth()
	if q.Answer.From == report.ForMeToWrite {
		p.Rect(x, y, w, h, pdf.CardRadius, pdf.Outlined(pdf.Accent, pdf.CardLine).With(pdf.White).Dashed(1.2))
	} else {
		p.Rect(x, y, w, h, pdf.CardRadius, pdf.Outlined(pdf.Hair, pdf.CardLine).With(pdf.White))
	}
	p.badge(x+5.6, y+6, strconv.Itoa(q.Number))
	ty := p.questionTitle(q).Draw(x+10, y+7, 4.4)
	a := p.answer(q, most)
	_, lead := p.answerSize()
	a.Draw(x+4.2, ty+2.6, lead)
	foot := y + h - 3.2
	p.mark(x+4.2, foot, q.Answer.From)
	switch {
	case a.Cut:
		p.long = append(p.long, index)
		p.pageLink(x+w-4.2, foot, pdf.Small, "In full on page %d", answerAnchor(index))
	case q.Where != "":
		p.where(x+w-4.2, foot, q.Where)
	}
}

// where leads to the section that holds more: all objectives' pages where that
// is the first of them.
func (p *pages) where(right, y float64, id string) {
	os := p.r.Objectives
	if len(os) < 2 || os[0].ID != id {
		p.pageLink(right, y, pdf.Small, "Page %d", "section:"+id)
		return
	}
	p.Later(func() {
		first, last := p.PageOf("section:"+id), p.PageOf("section:"+os[len(os)-1].ID)
		if flow := p.PageOf(flowAnchor); flow > 0 {
			x := p.TextRight(right, y, small(pdf.Blue5), fmt.Sprintf("flow: page %d", flow))
			p.Jump(x-0.5, y-3.2, right-x+1, 4.2, flowAnchor)
			right = p.TextRight(x-1, y, small(pdf.Muted), ";")
		}
		x := p.TextRight(right, y, small(pdf.Blue5), fmt.Sprintf("Pages %d – %d", first, last))
		p.Jump(x-0.5, y-3.2, right-x+1, 4.2, "section:"+id)
	})
}

func answerAnchor(i int) string { return "answer:" + strconv.Itoa(i) }

// answers draws in full the answers that page 1 cut.
func (p *pages) answers() {
	if len(p.long) == 0 {
		return
	}
	p.page()
	p.Bookmark("Answers in full", 0, 0)
	p.overline("The review questions", p.width)
	p.y += 8.2
	p.Text(p.left, p.y, bold(pdf.H2, pdf.Ink), "Answers in full")
	p.y += 10
	head := func() { p.overline("Answers in full, continued", p.width); p.y += 8 }
	for _, i := range p.long {
		q := &p.r.Questions[i]
		p.room(24, head)
		p.Anchor(answerAnchor(i), p.y-6)
		p.badge(p.left+2.3, p.y-1.3, strconv.Itoa(q.Number))
		p.y = p.Layout(pdf.Plain(gate.Title(q.Title)), bold(pdf.H3, pdf.Ink), p.width-8, 3).Draw(p.left+7, p.y, 5)
		p.mark(p.left+7, p.y, q.Answer.From)
		p.y += 5.4
		p.flow(rich(q.Answer), pdf.Style{Size: pdf.Body + 0.4, Color: pdf.Ink}, p.left+7, p.width-7, 4.6, head)
		p.y += 6
	}
}

// flow draws a text of any length, over as many pages as it takes.
func (p *pages) flow(text pdf.Rich, st pdf.Style, x, w, lead float64, head func()) {
	para := p.Layout(text, st, w, 0)
	for para.Lines() > 0 {
		p.room(lead, head)
		n := max(int((p.bottom-p.y)/lead)+1, 1)
		var now pdf.Para
		now, para = para.Split(n)
		p.y = now.Draw(x, p.y, lead)
	}
}
