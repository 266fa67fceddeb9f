package render

import (
	"fmt"
	"strings"
	"testing"

	"github.com/dossier-report/dossier/report"
	"github.com/dossier-report/dossier/report/chart"
	"github.com/dossier-report/dossier/report/render/internal/pdf"
)

// flowText is the text of the pages that the flow is on, and how many they are.
func flowText(t testing.TB, r *report.Report) (text string, pages int) {
	t.Helper()
	_, trace := render(t, r, Options{})
	byPage := map[int][]string{}
	first, after := 0, 0
	for _, run := range trace.Runs {
		byPage[run.Page] = append(byPage[run.Page], run.Text)
		switch {
		case first == 0 && run.Text == "Where the work waited, and what changed":
			first = run.Page
		case first > 0 && after == 0 && run.Page > first && (run.Text == "People who can speak to this" || strings.HasPrefix(run.Text, "Appendix A")):
			after = run.Page
		}
	}
	if first == 0 {
		return "", 0
	}
	for p := first; p < max(after, first+1); p++ {
		text += strings.Join(byPage[p], "\n") + "\n"
	}
	return text, max(after-first, 1)
}

func TestFlowPageHoldsSixChartsOnOnePage(t *testing.T) {
	text, pages := flowText(t, full())
	if pages != 1 {
		t.Errorf("%d pages", pages)
	}
	for _, want := range []string{"A\n“Waiting for review” was the largest wait. It fell by 4.1 days.", "B\n85% of items now finish within", "C\nThe queue", "D\nSeven of nine proposed dates were met",
		"E\nNext: 85% likely by", "F\n", "2 of 4 linked facts on record", "Limits", "From records", "Team data", "not a controlled trial"} {
		if !strings.Contains(text, want) {
			t.Errorf("no %q in\n%s", want, text)
		}
	}
}

func TestNoFlowIsNoPage(t *testing.T) {
	r := full()
	r.Flow = nil
	if text, pages := flowText(t, r); pages != 0 {
		t.Errorf("%d pages: %s", pages, text)
	}
	if flowOf(board{}) != nil {
		t.Error("a board without items has a flow")
	}
}

func TestATinyBoardSaysWhyNothingIsDrawn(t *testing.T) {
	r := full()
	r.Flow = flowOf(board{items: 3, statuses: []string{"Doing"}, title: func(int) string { return "A task" }, change: "a limit"})
	text, pages := flowText(t, r)
	if pages != 1 || strings.Count(text, "Not drawn: ") < 4 || strings.Count(text, "Not drawn: not drawn") > 0 {
		t.Errorf("%d pages:\n%s", pages, text)
	}
}

func TestFlowPageIsLinkedFromTheFirst(t *testing.T) {
	_, trace := render(t, full(), Options{})
	page := 0
	for _, run := range trace.Runs {
		if run.Text == "Where the work waited, and what changed" && page == 0 {
			page = run.Page
		}
	}
	for _, run := range trace.Runs {
		if run.Page == 1 && run.Text == fmt.Sprintf("flow: page %d", page) {
			return
		}
	}
	t.Errorf("page 1 does not lead to page %d", page)
}

func TestAppendixShowsWhatTheForecastIsDrawnFrom(t *testing.T) {
	_, trace := render(t, full(), Options{})
	for _, run := range trace.Runs {
		if run.Text == "Items finished in each week" {
			return
		}
	}
	t.Error("there is no run chart of the throughput")
}

// The charts cannot import the tokens of the pages.
func TestChartsHaveTheColoursOfThePages(t *testing.T) {
	for name, c := range map[string]struct {
		chart chart.Color
		page  pdf.Color
	}{
		"ink": {chart.Ink, pdf.Ink}, "muted": {chart.Muted, pdf.Muted}, "faint": {chart.Faint, pdf.Faint}, "hair": {chart.Hair, pdf.Hair}, "panel": {chart.Panel, pdf.Panel},
		"white": {chart.White, pdf.White}, "blue 1": {chart.Blue1, pdf.Blue1}, "blue 2": {chart.Blue2, pdf.Blue2}, "blue 3": {chart.Blue3, pdf.Blue3},
		"blue 4": {chart.Blue4, pdf.Blue4}, "blue 5": {chart.Blue5, pdf.Blue5}, "accent": {chart.Accent, pdf.Accent},
	} {
		if color(c.chart) != c.page {
			t.Errorf("%s is %v in charts and %v on pages", name, c.chart, c.page)
		}
	}
	if chart.Micro != pdf.Micro || chart.Small != pdf.Small || chart.Body != pdf.Body {
		t.Error("type sizes differ")
	}
}

// BenchmarkFlowPage draws a report with the flow of so many work items; the
// analysis is not in it.
func BenchmarkFlowPage(b *testing.B) {
	for _, n := range []int{90, 50_000} {
		wide := usualBoard()
		wide.items, wide.dates = n, n/100
		r := empty()
		r.Flow = flowOf(wide)
		b.Run(fmt.Sprint(n), func(b *testing.B) {
			var size int
			for b.Loop() {
				out, _ := render(b, r, Options{})
				size = len(out)
			}
			b.ReportMetric(float64(size)/1024, "KiB")
		})
	}
}
