package main

import (
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/cli/go-gh/v2/pkg/tableprinter"

	"github.com/dossier-report/dossier/report/analysis"
	"github.com/dossier-report/dossier/report/gate"
)

// printFlow prints the figures as sections of one table each. Foreign text
// passes the terminal's gate.
func (a *app) printFlow(r *analysis.Result, titles map[string]string) error {
	p := &flowPrinter{app: a, r: r, titles: titles}
	p.line("%d work items, %d finished; %s; times in %s", r.Items, r.Finished, strings.Join(r.Sources, " and "), r.Days)
	if len(r.Boards) > 0 {
		p.line("Boards: %s", strings.Join(r.Boards, ", "))
	}
	p.times()
	p.statuses()
	p.bottleneck()
	for i := range r.Changes {
		p.change(&r.Changes[i])
	}
	p.proposals()
	p.ageing()
	p.rest()
	p.line("")
	p.line("Limits: %s", r.Quality.Limits)
	return p.err
}

// flowPrinter keeps the first error of many prints.
type flowPrinter struct {
	*app
	r      *analysis.Result
	titles map[string]string // by id, of others' items too: this is the person's own terminal
	err    error
}

func (p *flowPrinter) line(format string, args ...any) {
	if p.err == nil {
		_, p.err = fmt.Fprintln(p.stdout, gate.Terminal(fmt.Sprintf(format, args...)))
	}
}

// section begins a section, or says why there is none.
func (p *flowPrinter) section(title string, f *analysis.Figure) bool {
	p.line("")
	if !f.Drawn() {
		p.line("%s: %s", title, f.Why)
		return false
	}
	p.line("%s", title)
	return true
}

func (p *flowPrinter) table(header []string, rows [][]string) {
	if p.err != nil || len(rows) == 0 {
		return
	}
	t := tableprinter.New(p.stdout, p.terminal.out, p.terminal.width)
	t.AddHeader(header)
	for _, row := range rows {
		for _, cell := range row {
			if cell != "" { // a title that is empty would say so
				cell = gate.Terminal(gate.Title(cell))
			}
			t.AddField(cell)
		}
		t.EndRow()
	}
	p.err = t.Render()
}

func days(d float64) string     { return strconv.FormatFloat(d, 'f', 1, 64) }
func sharePct(s float64) string { return strconv.FormatFloat(s*100, 'f', 0, 64) + " %" }

func (p *flowPrinter) times() {
	r := p.r
	p.line("")
	rows := [][]string{}
	for _, s := range []struct {
		name string
		of   *analysis.Spread
	}{{"lead time", &r.LeadTime}, {"cycle time", &r.CycleTime}} {
		if !s.of.Drawn() {
			p.line("%s: %s", s.name, s.of.Why)
			continue
		}
		rows = append(rows, []string{s.name, strconv.Itoa(s.of.N), days(s.of.P50), days(s.of.P85), days(s.of.P95)})
	}
	p.table([]string{"DAYS", "N", "50 %", "85 %", "95 %"}, rows)
	if r.Throughput.Drawn() {
		p.line("throughput: %s finished a week (median), %s in progress on average", days(r.Throughput.Median), days(r.WIP.Average))
	}
	if r.Efficiency.Drawn() {
		p.line("flow efficiency: %s", sharePct(r.Efficiency.Share))
	}
}

func (p *flowPrinter) statuses() {
	t := &p.r.TimeInStatus
	if !p.section("Time in status", &t.Figure) {
		return
	}
	var rows [][]string
	for _, s := range t.Statuses {
		of := ""
		if s.Share > 0 {
			of = sharePct(s.Share)
		}
		rows = append(rows, []string{s.Status, strings.ReplaceAll(string(s.State), "_", " "), strconv.Itoa(s.Items), days(s.Mean), days(s.Median), of})
	}
	p.table([]string{"STATUS", "STATE", "N", "MEAN", "MEDIAN", "SHARE"}, rows)
}

func (p *flowPrinter) bottleneck() {
	b := &p.r.Bottleneck
	if !p.section("Bottleneck", &b.Figure) {
		return
	}
	p.line("%s: %s of the time since begun, %s days an item", b.Status, sharePct(b.Share), days(b.Mean))
	var rows [][]string
	for _, m := range b.Months {
		rows = append(rows, []string{m.Month, strconv.Itoa(m.N), sharePct(m.Share), days(m.Mean)})
	}
	p.table([]string{"MONTH", "N", "SHARE", "MEAN"}, rows)
	for _, f := range p.r.Facts {
		mark := map[bool]string{true: "[x]", false: "[ ]"}[f.Present]
		p.line("%s %s", mark, f.Text)
	}
}

func (p *flowPrinter) change(c *analysis.BeforeAfter) {
	if !p.section("Before and after "+c.On+": "+c.Title, &c.Figure) {
		return
	}
	var rows [][]string
	for _, e := range append([]analysis.Effect{c.Wait, c.CycleP50, c.CycleP85}, c.Counters...) {
		show := days
		if e.Unit == "share" {
			show = sharePct
		}
		rows = append(rows, []string{e.Name, show(e.Before), show(e.After), show(e.Low) + " to " + show(e.High)})
	}
	p.table([]string{"", fmt.Sprintf("BEFORE (%d)", c.Before.N), fmt.Sprintf("AFTER (%d)", c.After.N), "DIFFERENCE, 95 %"}, rows)
	for _, caveat := range c.Caveats {
		p.line("note: %s", caveat)
	}
}

func (p *flowPrinter) proposals() {
	all := &p.r.Proposals
	if !p.section("Proposed dates", &all.Figure) {
		return
	}
	var rows [][]string
	for _, one := range all.List {
		notice := ""
		if len(one.Plans) > 0 {
			notice = fmt.Sprintf("new date %d days ahead", one.Notice)
		}
		slip := ""
		if one.Verdict != "open" && one.Verdict != "dropped" {
			slip = fmt.Sprintf("%+d", one.Slip)
		}
		rows = append(rows, []string{nameOf(one.Key, one.Item), one.At.In(p.zoneOf()).Format(time.DateOnly), one.Due, one.Delivered, slip, one.Verdict, notice, one.Title})
	}
	p.table([]string{"ITEM", "WRITTEN", "DUE", "DELIVERED", "DAYS", "", "NOTICE", "TITLE"}, rows)
	p.line("%d held, %d late (%d with notice), %d open", all.Hits, all.Late, all.Noticed, all.Open)
}

// zoneOf is the zone of the figures.
func (p *flowPrinter) zoneOf() *time.Location {
	if z, err := time.LoadLocation(p.r.Zone); err == nil {
		return z
	}
	return time.UTC
}

func nameOf(key, id string) string {
	if key != "" {
		return key
	}
	return tail(id)
}

func (p *flowPrinter) ageing() {
	g := &p.r.Age
	if !p.section("In progress on "+p.r.Today, &g.Figure) {
		return
	}
	var rows [][]string
	for _, i := range g.Items {
		mark := ""
		if i.Over {
			mark = "older than 85 %"
		}
		if i.Blocked {
			mark = strings.TrimPrefix(mark+", blocked", ", ")
		}
		rows = append(rows, []string{nameOf(i.Key, i.Item), i.Status, days(i.Days), mark, p.titles[i.Item]})
	}
	p.table([]string{"ITEM", "STATUS", "AGE", "", "TITLE"}, rows)
}

// rest prints the figures that take a line each.
func (p *flowPrinter) rest() {
	r := p.r
	p.line("")
	if w := &r.ReviewWait; w.Drawn() {
		var rows [][]string
		for _, x := range []struct {
			name string
			of   analysis.Wait
		}{{"my pull requests", w.Mine}, {"others' pull requests", w.Team}, {"others', for my review", w.ByMe}} {
			rows = append(rows, []string{x.name, strconv.Itoa(x.of.N), days(x.of.P50), days(x.of.P85)})
		}
		p.table([]string{"WAIT FOR THE FIRST REVIEW", "N", "50 %", "85 %"}, rows)
	}
	p.line("arrived %d, finished %d, dropped %d", r.Arrivals.Created, r.Arrivals.Done, r.Arrivals.Dropped)
	if r.Blocked.Drawn() {
		p.line("blocked: %s days, %s of the time in progress", days(r.Blocked.Days), sharePct(r.Blocked.Share))
	}
	if r.CarryOver.Drawn() {
		p.line("carried over: %s of what %d sprints held", sharePct(r.CarryOver.Share), r.CarryOver.N)
	}
	if b := &r.Backlog; b.Drawn() {
		p.line("written by me: %d; taken up %d (%d by others), done %d, dropped %d, open %d, for the bottleneck %d", b.N, b.Taken, b.ByOthers, b.Done, b.Dropped, b.Open, b.For)
	}
}

// printForecast prints the two dates and the weeks behind them.
func (a *app) printForecast(r *analysis.Result) error {
	f := &r.Forecast
	p := &flowPrinter{app: a, r: r}
	if !f.Drawn() {
		p.line("no forecast: %s", strings.TrimPrefix(f.Why, "not drawn: "))
		a.next("dossier flow")
		return p.err
	}
	p.line("%d items left; %d runs on the last %d whole weeks", f.Left, f.Runs, len(f.Weeks))
	p.line("50 %% by %s", f.P50)
	p.line("85 %% by %s", f.P85)
	var rows [][]string
	for _, e := range f.Ends {
		rows = append(rows, []string{e.Day, sharePct(e.Share), sharePct(e.Upto)})
	}
	p.line("")
	p.table([]string{"WEEK TO", "RUNS", "DONE BY THEN"}, rows)
	for _, c := range f.Caveats {
		p.line("note: %s", c)
	}
	return p.err
}
