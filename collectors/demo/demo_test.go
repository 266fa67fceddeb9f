package demo

import (
	"context"
	"testing"
	"time"

	"github.com/dossier-report/dossier/collectors"
	"github.com/dossier-report/dossier/collectors/collectorstest"
	"github.com/dossier-report/dossier/evidence"
)

func vancouver(t testing.TB) *time.Location {
	t.Helper()
	zone, err := time.LoadLocation("America/Vancouver")
	if err != nil {
		t.Fatal(err)
	}
	return zone
}

func firstHalf(t testing.TB) evidence.Period {
	zone := vancouver(t)
	return evidence.Period{
		From: time.Date(2026, time.January, 1, 0, 0, 0, 0, zone),
		To:   time.Date(2026, time.July, 1, 0, 0, 0, 0, zone),
		Zone: zone,
	}
}

func TestEverySourceKeepsTheContractOfACollector(t *testing.T) {
	for _, s := range Sources() {
		t.Run(s.Name, func(t *testing.T) {
			collectorstest.Conform(t, collectorstest.Case{
				Source:   s,
				Settings: "{}",
				Env: func(testing.TB) collectors.Env {
					return collectors.Env{Now: func() time.Time { return time.Date(2026, time.July, 6, 9, 0, 0, 0, time.UTC) }}
				},
				Period: firstHalf(t),
			})
		})
	}
}

// counter is a sink that counts what it is given.
type counter struct {
	expected map[string]int
	found    int
	pages    int
	gaps     []evidence.Gap
}

func (c *counter) Cursor(context.Context, string) (string, error) { return "", nil }
func (c *counter) Keep(_ context.Context, b evidence.Batch) error {
	c.found += len(b.Items)
	c.pages++
	return nil
}
func (c *counter) Same(string, string)           {}
func (c *counter) Expect(part string, items int) { c.expected[part] = items }
func (c *counter) Gap(_ string, g evidence.Gap)  { c.gaps = append(c.gaps, g) }
func (c *counter) Note(string, string)           {}

func gather(t *testing.T, c *collector, p evidence.Period) *counter {
	t.Helper()
	c.env = collectors.Env{Now: time.Now}
	out := &counter{expected: map[string]int{}}
	if err := c.Collect(t.Context(), p, out); err != nil {
		t.Fatal(err)
	}
	return out
}

func TestOnlyItemsOfThePeriodAreGivenAndInSeveralPages(t *testing.T) {
	whole := gather(t, &collector{file: "jira.jsonl"}, firstHalf(t))
	if whole.found != 95 || whole.pages != 3 || whole.expected["jira.jsonl"] != 95 {
		t.Errorf("the half year has %d tickets in %d pages, %d expected; want 95 in 3", whole.found, whole.pages, whole.expected["jira.jsonl"])
	}
	zone := vancouver(t)
	march := evidence.Period{From: time.Date(2026, time.March, 1, 0, 0, 0, 0, zone), To: time.Date(2026, time.April, 1, 0, 0, 0, 0, zone)}
	if got := gather(t, &collector{file: "jira.jsonl"}, march).found; got == 0 || got >= whole.found {
		t.Errorf("March has %d of %d tickets", got, whole.found)
	}
	year := evidence.Period{From: time.Date(2024, time.January, 1, 0, 0, 0, 0, zone), To: time.Date(2025, time.January, 1, 0, 0, 0, 0, zone)}
	if got := gather(t, &collector{file: "jira.jsonl"}, year); got.found != 0 || got.pages != 1 {
		t.Errorf("2024 has %d tickets in %d pages; want one empty page, which says that nothing was found", got.found, got.pages)
	}
}

func TestABadLineIsAGapAndTheOthersAreKept(t *testing.T) {
	good := `{"id":"jira:x/ML-1","source":"jira","kind":"ticket","title":"","acts":[{"at":"2026-02-03T09:14:00Z","verb":"created"}]}`
	out := &counter{expected: map[string]int{}}
	c := &collector{file: "jira.jsonl"}
	items, err := c.items(t.Context(), []byte(good+"\n{\"id\":\n"+good), firstHalf(t), out)
	if err != nil || len(items) != 2 || len(out.gaps) != 1 {
		t.Errorf("%d items, %d gaps, error %v; want 2, 1 and none", len(items), len(out.gaps), err)
	}
}

func TestAFileThatIsMissingIsAnError(t *testing.T) {
	c := &collector{file: "gitlab.jsonl"}
	if err := c.Collect(t.Context(), firstHalf(t), &counter{}); err == nil {
		t.Error("a source without a file looks like one that found nothing")
	}
}
