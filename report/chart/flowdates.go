package chart

import (
	"cmp"
	"fmt"

	"github.com/dossier-report/dossier/report/analysis"
)

func (f *flow) proposals() Figure {
	p := &f.Proposals
	fig := Figure{Letter: "D", Title: "Dates proposed, and delivery", Sub: "Days between the date first proposed in writing and delivery"}
	if !p.Drawn() {
		fig.Why = p.Why
		return fig
	}
	slips := Slips{}
	for _, q := range p.List {
		if row, ok := f.slip(q); ok {
			slips.Rows = append(slips.Rows, row)
		}
	}
	if len(slips.Rows) == 0 {
		fig.Why = "none of the proposed dates has passed"
		return fig
	}
	fig.Title = HitSentence(p.Hits, p.Late)
	if p.Open > 0 {
		fig.Sub += fmt.Sprintf("; %d not due yet", p.Open)
	}
	fig.Chart = slips
	return fig
}

// HitSentence says how many of the dates that have passed were met.
func HitSentence(hits, late int) string {
	n := hits + late
	switch {
	case n == 1 && hits == 1:
		return "The one date proposed was met"
	case n == 1:
		return "The one date proposed was not met"
	case late == 0:
		return fmt.Sprintf("All %s proposed dates were met", word(n))
	}
	verb := "were"
	if hits == 1 {
		verb = "was"
	}
	if n >= len(words) {
		return fmt.Sprintf("%d of %d proposed dates %s met", hits, n, verb)
	}
	return fmt.Sprintf("%s of %s proposed dates %s met", capital(word(hits)), word(n), verb)
}

// slip is a proposal whose date has passed or that was delivered.
func (f *flow) slip(q analysis.Proposal) (Slip, bool) {
	due := civil(q.Due)
	row := Slip{Name: q.Title, Days: q.Slip, Late: q.Verdict == "late", Open: q.Delivered == "", Item: q.Item, Sub: "proposed " + f.day(due)}
	if q.Key != "" {
		row.Name = q.Key + " " + q.Title
	}
	if q.Verdict != "hit" && q.Verdict != "late" {
		return row, false
	}
	if q.Delivered != "" {
		row.Sub += ", delivered " + f.day(civil(q.Delivered))
	}
	if len(q.Plans) > 0 && row.Late {
		if q.Notice > 0 {
			row.Notice = "new date given " + daysText(q.Notice) + " ahead"
		} else {
			row.Notice = "new date given only after it had passed"
		}
	}
	return row, true
}

func (f *flow) forecast() Figure {
	c := &f.Forecast
	fig := Figure{Letter: "E", Title: "Forecast", Sub: fmt.Sprintf("%s left; %s runs on the last %s", count(c.Left, "item"), grouped(float64(c.Runs)), count(len(c.Weeks), "week"))}
	if !c.Drawn() || len(c.Ends) == 0 {
		fig.Why, fig.Sub = cmp.Or(c.Why, "nothing is left to forecast"), ""
		return fig
	}
	half, likely := civil(c.P50), civil(c.P85)
	bars := Bars{Half: Mark{half, "50% by " + f.day(half), ""}, Likely: Mark{likely, "85% by " + f.day(likely), "a date to propose"}}
	for _, w := range c.Ends {
		bars.Weeks = append(bars.Weeks, WeekBar{civil(w.Day), w.Share})
	}
	fig.Title = "Next: 85% likely by " + f.longDay(likely)
	fig.Chart = bars
	return fig
}

func (f *flow) ageing() Figure {
	a := &f.Age
	today := civil(f.Today)
	fig := Figure{Letter: "F", Title: "Age of the work in progress", Sub: fmt.Sprintf("Days since the start on %s, by status; bands: half, and 85%%, of finished items had left it by then", f.longDay(today))}
	if !a.Drawn() {
		fig.Why, fig.Sub = a.Why, ""
		return fig
	}
	chart := Ageing{}
	column := map[string]int{}
	add := func(c AgeColumn) {
		if _, ok := column[c.Name]; !ok {
			column[c.Name] = len(chart.Columns)
			chart.Columns = append(chart.Columns, c)
		}
	}
	for _, s := range a.Statuses {
		if begun(s.State) {
			add(AgeColumn{s.Status, s.P50, s.P85})
		}
	}
	causes := map[string]int{}
	for _, it := range a.Items {
		add(AgeColumn{Name: it.Status})
		d := AgeDot{Column: column[it.Status], Days: it.Days, Over: it.Over, Item: it.Item}
		if it.Over {
			d.Name, d.Says = cmp.Or(it.Key, it.Title, "no title"), daysWord(float64(int(it.Days)))
			if it.Blocked {
				d.Says += ", blocked"
			}
			causes[it.Status]++
		}
		chart.Items = append(chart.Items, d)
	}
	fig.Title = f.ageSentence(causes)
	if n := chart.Hidden(); n > 0 {
		fig.Sub += fmt.Sprintf("; %s in other statuses not shown", count(n, "item"))
	}
	fig.Chart = chart
	return fig
}

// ageSentence says how many open items are older than they should be, and where
// they stand when that is one place.
func (f *flow) ageSentence(by map[string]int) string {
	switch n := f.Age.Over; {
	case len(f.Age.Items) == 0:
		return "Nothing is in progress"
	case n == 0:
		return "No open item is older than 85% of the finished ones were"
	case n == 1:
		return "One open item is older than 85% of the finished ones were"
	case len(by) == 1:
		for status := range by {
			return fmt.Sprintf("%s open items are older than they should be, all in “%s”", capital(word(n)), status)
		}
	}
	return fmt.Sprintf("%s open items are older than 85%% of the finished ones were", capital(word(f.Age.Over)))
}
