package report

import (
	"cmp"
	"fmt"
	"math"
	"slices"
	"strings"
)

// bottleneck says where work waited longest, and which items waited longest
// there.
func (w *flowWriter) bottleneck() Finding {
	n := &w.Bottleneck
	if !n.Drawn() || n.Status == "" {
		return Finding{}
	}
	ids := make([]string, 0, len(n.Longest))
	for _, it := range n.Longest {
		ids = append(ids, it.Item)
	}
	spans := []Span{plain("Work waited longest in "), strong("“" + line(n.Status) + "”: " + percentText(n.Share)), plain(fmt.Sprintf(" of the time from start to done, %s an item", daysText(n.Mean)))}
	if w.change >= 0 {
		spans = append(spans, plain(" before the change"))
	}
	if len(n.Longest) > 0 {
		it := n.Longest[0]
		spans = append(spans, plain(fmt.Sprintf(". Longest: %s, %s", cmp.Or(line(it.Key), short(line(it.Title), clauseTitle)), daysText(it.Days))))
	}
	return w.finding("bottleneck", ids, append(spans, plain("."))...)
}

// effect says what changed, with the interval and the counter-measures.
func (w *flowWriter) effect() Finding {
	if w.change < 0 {
		return Finding{}
	}
	c := &w.Changes[w.change]
	spans := []Span{plain("From " + w.brief(c.At) + ", "), {Text: short(line(c.Title), 80), Style: Emphasis}, plain(": ")}
	if c.Status != "" {
		spans = append(spans, plain("that wait "), strong(tenths(c.Wait.Before)+" → "+tenths(c.Wait.After)+" days"),
			plain(fmt.Sprintf(" an item (difference %s to %s with 95 %% confidence)", signed(c.Wait.Low), signed(c.Wait.High))), plain("; "))
	}
	spans = append(spans, plain("85 % of items done within "), strong(tenths(c.CycleP85.Before)+" → "+tenths(c.CycleP85.After)+" days"))
	var counters []string
	for _, e := range c.Counters[:min(len(c.Counters), 1)] { // the first one holds the others
		counters = append(counters, fmt.Sprintf("%s %s → %s", line(e.Name), percentText(e.Before), percentText(e.After)))
	}
	if len(counters) > 0 {
		verdict := ", no worse"
		if !c.NoWorse {
			verdict = ", worse"
		}
		spans = append(spans, plain(". Counter-measures: "+strings.Join(counters, ", ")+verdict))
	}
	ids := []string{}
	if c.ItemID != "" {
		ids = append(ids, c.ItemID)
	}
	return w.finding("effect", append(ids, c.Wait.Items...), append(spans, plain("."))...)
}

func signed(d float64) string {
	s := tenths(d)
	if d > 0 && s != "0" {
		return "+" + s
	}
	return s
}

// proposals says how many of the dates held, how far ahead they were written,
// and what notice a new one gave.
func (w *flowWriter) proposals() Finding {
	p := &w.Proposals
	if !p.Drawn() || p.Hits+p.Late == 0 {
		return Finding{}
	}
	var ids []string
	var ahead, notice []int
	for _, q := range p.List {
		if q.Verdict != "hit" && q.Verdict != "late" {
			continue
		}
		ids = append(ids, q.Item)
		ahead = append(ahead, q.Ahead)
		if q.Verdict == "late" && q.Notice > 0 {
			notice = append(notice, q.Notice)
		}
	}
	spans := []Span{strong(fmt.Sprintf("%d of %d", p.Hits, p.Hits+p.Late)), plain(" dates that I proposed were met"), plain(fmt.Sprintf(", written %s ahead in the median", days(median(ahead))))}
	if p.Late > 0 {
		noticed := "none"
		if p.Noticed > 0 {
			noticed = fmt.Sprint(p.Noticed)
		}
		text := fmt.Sprintf("; of the %d missed, %s had a new date given before the old one had passed", p.Late, noticed)
		if len(notice) > 0 {
			text += fmt.Sprintf(" (%s ahead)", days(median(notice)))
		}
		spans = append(spans, plain(text))
	}
	if p.Open > 0 {
		spans = append(spans, plain(fmt.Sprintf("; %d not due yet", p.Open)))
	}
	return w.finding("proposals", ids, append(spans, plain("."))...)
}

// median is the lower of the two middle ones where there are two.
func median(ns []int) int {
	if len(ns) == 0 {
		return 0
	}
	s := slices.Sorted(slices.Values(ns))
	return s[(len(s)-1)/2]
}

// backlog says what became of the tickets and issues that the person wrote.
func (w *flowWriter) backlog() Finding {
	k := &w.Backlog
	if !k.Drawn() || len(k.List) == 0 {
		return Finding{}
	}
	ids := make([]string, 0, len(k.List))
	for _, c := range k.List {
		if c.For {
			ids = append(ids, c.Item)
		}
	}
	for _, c := range k.List {
		if !c.For {
			ids = append(ids, c.Item)
		}
	}
	text := fmt.Sprintf(" that I wrote: %d done, %d dropped, %d open; %d taken up by others", k.Done, k.Dropped, k.Open, k.ByOthers)
	if k.For > 0 {
		text += fmt.Sprintf("; %d for the bottleneck", k.For)
	}
	return w.finding("backlog", ids, strong(plural(len(k.List), "work item")), plain(text+"."))
}

// daysText prints days to a tenth below ten.
func daysText(d float64) string {
	s := tenths(d)
	if s == "1" {
		return "1 day"
	}
	return s + " days"
}

func tenths(d float64) string {
	if math.Abs(d) >= 10 {
		return number(math.Round(d), 3)
	}
	return number(math.Round(d*10)/10, 2)
}

func percentText(share float64) string { return number(math.Round(share*100), 3) + " %" }
