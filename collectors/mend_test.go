package collectors_test

import (
	"context"
	"encoding/json"
	"fmt"
	"math"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/dossier-report/dossier/collectors"
	"github.com/dossier-report/dossier/collectors/collectorstest"
	"github.com/dossier-report/dossier/evidence"
)

// keptOf passes one item through a run and returns what is kept of it.
func keptOf(t *testing.T, it evidence.Item, secrets ...string) (*evidence.Item, evidence.Part) {
	t.Helper()
	res, m := one(t, func(ctx context.Context, out collectors.Sink) error {
		return out.Keep(ctx, page("a", it))
	}, func(o *collectors.Options) { o.Secrets = secrets })
	if len(m.Items()) == 0 {
		return nil, res.Coverage.Parts[0]
	}
	return &m.Items()[0].Item, res.Coverage.Parts[0]
}

// F40: what is odd in an item is left out, said, and loses nothing else.
func TestF40AnOddItemIsKeptMendedAndCounted(t *testing.T) {
	nan := math.NaN()
	at := item("x", "1").Acts[0].At
	tests := []struct {
		name string
		bend func(*evidence.Item)
		want func(*evidence.Item) // of the item as it would be
		why  string
	}{
		{"relative url", func(it *evidence.Item) { it.URL = "/a" }, nil, `url "/a" is not absolute`},
		{"url that cannot be parsed", func(it *evidence.Item) { it.URL = "http://[" }, nil, "cannot be parsed"},
		{"url with a script", func(it *evidence.Item) { it.URL = "JavaScript:alert(1)" }, nil, "scheme javascript"},
		{"url with credentials", func(it *evidence.Item) { it.URL = "https://me:pw@h.test/a" },
			func(it *evidence.Item) { it.URL = "https://h.test/a" }, "credentials"},
		{"act's url", func(it *evidence.Item) { it.Acts[0].URL = "a" }, nil, "acts[0].url"},
		{"unknown verb", func(it *evidence.Item) { it.Acts = append(it.Acts, evidence.Act{At: at, Verb: "sang"}) }, nil, `unknown verb "sang"`},
		{"act without time", func(it *evidence.Item) { it.Acts = append(it.Acts, evidence.Act{Verb: evidence.Noted}) }, nil, "has no time"},
		{"act in a year that JSON cannot hold", func(it *evidence.Item) {
			it.Acts = append(it.Acts, evidence.Act{At: at.AddDate(20000, 0, 0), Verb: evidence.Noted})
		}, nil, "year 22026"},
		{"time that runs backwards", func(it *evidence.Item) { it.Acts[0].Seconds = -5 }, nil, "took -5 seconds"},
		{"unknown kind", func(it *evidence.Item) { it.Kind = "song" }, nil, `kind "song"`},
		{"another source", func(it *evidence.Item) { it.Source = "y" }, nil, `source was "y"`},
		{"unknown outcome", func(it *evidence.Item) { it.Outcome = &evidence.Outcome{State: "sung"} }, nil, `unknown state "sung"`},
		{"figure that is no number", func(it *evidence.Item) {
			it.Outcome = &evidence.Outcome{State: evidence.StateDone, Figures: []evidence.Figure{{Name: "n", After: nan}, {Name: "m", After: 1, Before: &nan}, {Name: "k", After: 2}}}
		}, func(it *evidence.Item) {
			it.Outcome = &evidence.Outcome{State: evidence.StateDone, Figures: []evidence.Figure{{Name: "k", After: 2}}}
		}, `figure "n"`},
		{"estimate that is no number", func(it *evidence.Item) {
			it.Flow = &evidence.Flow{Created: at, Estimate: &evidence.Estimate{Value: math.Inf(1)}}
		},
			func(it *evidence.Item) { it.Flow = &evidence.Flow{Created: at} }, "estimate"},
		{"move to nowhere and date of no calendar", func(it *evidence.Item) {
			it.Flow = &evidence.Flow{Moves: []evidence.Move{{At: at, How: evidence.ByEvent}, {At: at, To: "Done", How: evidence.ByEvent}},
				Dates: []evidence.DueDate{{At: at, Due: "soon"}, {At: at, Due: "2026-02-10"}}}
		}, func(it *evidence.Item) {
			it.Flow = &evidence.Flow{Moves: []evidence.Move{{At: at, To: "Done", How: evidence.ByEvent}}, Dates: []evidence.DueDate{{At: at, Due: "2026-02-10"}}}
		}, `the date "soon"`},
		{"meaning that nothing has", func(it *evidence.Item) {
			it.Flow = &evidence.Flow{Created: at, Meanings: map[string]evidence.WorkState{"QA": "sleeping", "": evidence.Done, "Doing": evidence.InProgress}}
		}, func(it *evidence.Item) {
			it.Flow = &evidence.Flow{Created: at, Meanings: map[string]evidence.WorkState{"Doing": evidence.InProgress}}
		}, `the status "QA" has the unknown meaning "sleeping"`},
		{"board without an address and a negative limit", func(it *evidence.Item) {
			it.Flow = &evidence.Flow{Created: at, Boards: []evidence.Board{{Name: "Models", URL: "/b", Columns: []evidence.Column{{Name: "Doing", Limit: -1}}}}}
		}, func(it *evidence.Item) {
			it.Flow = &evidence.Flow{Created: at, Boards: []evidence.Board{{Name: "Models", Columns: []evidence.Column{{Name: "Doing"}}}}}
		}, "limit -1"},
		{"sprint that ends before it begins", func(it *evidence.Item) {
			it.Flow = &evidence.Flow{Created: at, Sprints: []evidence.Sprint{{Name: "S", From: at, To: at.AddDate(0, 0, -1), Closed: at.AddDate(9000, 0, 0)}}}
		}, func(it *evidence.Item) {
			it.Flow = &evidence.Flow{Created: at, Sprints: []evidence.Sprint{{Name: "S", From: at}}}
		}, "an end before its beginning"},
		{"text that is not UTF-8", func(it *evidence.Item) { it.Text = "a\xffb" }, func(it *evidence.Item) { it.Text = "a\ufffdb" }, "not UTF-8"},
		{"colleague's impossible date", func(it *evidence.Item) { it.People = []evidence.Participant{{Role: "r", At: at.AddDate(9000, 0, 0)}} },
			func(it *evidence.Item) { it.People = []evidence.Participant{{Role: "r"}} }, "people[0].at"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			it, want := item("x", "1"), item("x", "1")
			tt.bend(&it)
			if tt.want != nil {
				tt.want(&want)
			}
			got, part := keptOf(t, it)
			if got == nil {
				t.Fatalf("lost: %+v", part)
			}
			if diff := cmp.Diff(want, *got); diff != "" {
				t.Error(diff)
			}
			if len(part.Gaps) != 1 || !part.Gaps[0].Bad || part.Gaps[0].What != "x:1" || !strings.Contains(part.Gaps[0].Why, tt.why) {
				t.Errorf("gaps %+v, want one that says %q", part.Gaps, tt.why)
			}
		})
	}
}

func TestAnItemWithoutAUsableIDIsLostAndSaid(t *testing.T) {
	for _, id := range []string{"", "x", "x:", ":1", "x:a b", "x:a\n", "y:1", "x:canary-token"} {
		it := item("x", "1")
		it.ID, it.Title = id, "A title"
		got, part := keptOf(t, it, "canary-token")
		if got != nil {
			t.Errorf("%q is kept", id)
		}
		if len(part.Gaps) != 1 || part.Gaps[0].Bad || !strings.Contains(part.Gaps[0].What, "A title") || strings.Contains(part.Gaps[0].Why, "canary") {
			t.Errorf("%q: gaps %+v", id, part.Gaps)
		}
	}
}

func TestAnItemOutsideThePeriodIsNotedAndNotKept(t *testing.T) {
	it := item("x", "1")
	it.Acts[0].At = half.To
	got, part := keptOf(t, it)
	if got != nil || len(part.Gaps) != 0 || !slices.Equal(part.Notes, []string{"1 item was outside the period and not kept"}) {
		t.Errorf("kept %v, %+v", got, part)
	}
}

func TestActsAreKeptInOrderOfTimeAndInUTC(t *testing.T) {
	it := item("x", "1")
	first := it.Acts[0].At
	it.Acts = []evidence.Act{{At: first.Add(time.Hour).In(time.FixedZone("", 3600)), Verb: evidence.Edited}, {At: first, Verb: evidence.Noted}}
	got, part := keptOf(t, it)
	want := []evidence.Act{{At: first, Verb: evidence.Noted}, {At: first.Add(time.Hour), Verb: evidence.Edited}}
	if diff := cmp.Diff(want, got.Acts); diff != "" || len(part.Gaps) > 0 {
		t.Errorf("%s, %+v", diff, part.Gaps)
	}
	if got.Acts[1].At.Location() != time.UTC {
		t.Error("a time is not in UTC")
	}
}

func TestAnItemOfOthersIsKeptForItsFlowAndNotCounted(t *testing.T) {
	flow := item("x", "1")
	flow.Flow, flow.Acts = &evidence.Flow{Created: flow.Acts[0].At}, nil
	early := item("x", "2")
	early.Outcome = &evidence.Outcome{State: evidence.StateDone, At: half.From.Add(-1)}
	early.Flow, early.Acts = &evidence.Flow{Created: half.From.AddDate(0, -1, 0)}, nil
	res, m := one(t, func(ctx context.Context, out collectors.Sink) error {
		return out.Keep(ctx, page("a", flow, flow, early, item("x", "3")))
	})
	if got := ids(m); !slices.Equal(got, []string{"x:1", "x:3"}) {
		t.Errorf("kept %q", got)
	}
	part := res.Coverage.Parts[0]
	want := []string{"1 item was outside the period and not kept", "1 item of others or of another time was kept for flow"}
	if part.Found != 1 || len(part.Gaps) != 0 || !slices.Equal(part.Notes, want) {
		t.Errorf("found %d, %q, %+v", part.Found, part.Notes, part.Gaps)
	}
}

func TestAnItemThatLosesItsOnlyActIsNotKeptForItsFlow(t *testing.T) {
	it := item("x", "1")
	it.Flow = &evidence.Flow{Created: it.Acts[0].At}
	it.Acts[0].Verb = "sang"
	got, part := keptOf(t, it)
	if got != nil || len(part.Gaps) != 1 || part.Gaps[0].Bad {
		t.Errorf("kept %v, %+v", got, part)
	}
}

// What the person did at another time keeps an item for its flow, whatever else
// of it is left out.
func TestAnItemOfAnotherTimeIsKeptForItsFlow(t *testing.T) {
	it := item("x", "1")
	was := half.From.AddDate(0, -1, 0)
	it.Flow = &evidence.Flow{Created: was}
	it.Acts = []evidence.Act{{At: was, Verb: evidence.Created}}
	got, part := keptOf(t, it)
	if got == nil || len(got.Acts) != 1 || len(part.Gaps) != 0 || part.Found != 0 || !slices.Contains(part.Notes, "1 item of others or of another time was kept for flow") {
		t.Errorf("kept %v, %+v", got, part)
	}
	it.Acts = append(it.Acts, evidence.Act{Verb: evidence.Commented})
	if got, part = keptOf(t, it); got == nil || len(got.Acts) != 1 || len(part.Gaps) != 1 || !part.Gaps[0].Bad {
		t.Errorf("with an odd act as well: kept %v, %+v", got, part)
	}
	it.Acts = it.Acts[1:]
	if got, part = keptOf(t, it); got != nil || len(part.Gaps) != 1 || part.Gaps[0].Bad {
		t.Errorf("with nothing but an odd act: kept %v, %+v", got, part)
	}
}

func TestAnItemThatLosesItsOnlyActIsAGap(t *testing.T) {
	it := item("x", "1")
	it.Acts[0].Verb = "sang"
	got, part := keptOf(t, it)
	if got != nil || len(part.Gaps) != 1 || part.Gaps[0].Bad {
		t.Errorf("kept %v, %+v", got, part)
	}
}

func TestT42NoSecretIsKeptInAnyField(t *testing.T) {
	const secret = "canary-token-8c2f"
	u := "https://h.test/?t=" + secret
	it := item("x", "1")
	it.Title, it.Text, it.Place, it.URL = secret, "a "+secret, secret, u
	it.Acts[0].Text, it.Acts[0].Context, it.Acts[0].URL = secret, secret, u
	it.Author = &evidence.Person{Name: secret, Login: secret, Email: secret}
	it.People = []evidence.Participant{{Person: *it.Author, Role: secret}}
	it.Labels, it.Paths, it.Links = []string{secret}, []string{secret}, []string{u}
	it.Outcome = &evidence.Outcome{State: evidence.StateDone, By: secret, Figures: []evidence.Figure{{Name: secret, Unit: secret, From: secret}}}
	it.Flow = &evidence.Flow{Moves: []evidence.Move{{At: it.Acts[0].At, From: secret, To: secret, By: secret, How: evidence.ByEvent}},
		Estimate: &evidence.Estimate{Unit: secret}, Dates: []evidence.DueDate{{By: secret}},
		Meanings: map[string]evidence.WorkState{secret: evidence.ToDo},
		Boards:   []evidence.Board{{Name: secret, URL: u, Columns: []evidence.Column{{Name: secret, Statuses: []string{secret}}}}},
		Sprints:  []evidence.Sprint{{Name: secret}}}
	before, _ := json.Marshal(it)

	res, m := one(t, func(ctx context.Context, out collectors.Sink) error {
		b := page("part "+secret, it)
		b.Query, b.Cursor = u, u
		out.Gap("g", evidence.Gap{What: secret, Why: secret})
		out.Note("g", secret)
		out.Same("s", u)
		if err := out.Keep(ctx, b); err != nil {
			return err
		}
		return fmt.Errorf("ask %s: 503", u)
	}, func(o *collectors.Options) { o.Secrets = []string{secret} })

	cursor, _ := m.Cursor(t.Context(), "x", "part [secret removed]")
	all, _ := json.Marshal([]any{m.Items(), res.Coverage, m.Coverage(), res.Err.Error(), cursor})
	if strings.Contains(string(all), secret) {
		t.Errorf("the secret is in %s", all)
	}
	if got := m.Items()[0].Item.URL; got != "https://h.test/?t=secret-removed" {
		t.Errorf("the link becomes %q", got)
	}
	if want := strings.Count(string(before), secret); !slices.Contains(res.Coverage.Parts[1].Notes, fmt.Sprintf("%d secrets were removed from the text", want+1)) {
		t.Errorf("want %d secrets counted: %v", want+1, res.Coverage.Parts[1].Notes)
	}
	if after, _ := json.Marshal(it); string(after) != string(before) {
		t.Error("the collector's own item was changed")
	}
}

// Whatever a collector gives, what is kept is valid, can be written, is of the
// period and in order, and each item is kept, a gap, or outside.
func TestWhateverComesIsKeptValidOrSaid(t *testing.T) {
	times := rapid.Custom(func(t *rapid.T) time.Time {
		switch rapid.IntRange(0, 9).Draw(t, "time") {
		case 0:
			return time.Time{}
		case 1:
			return time.Date(-3, 1, 1, 0, 0, 0, 0, time.UTC)
		case 2:
			return time.Date(30000, 1, 1, 0, 0, 0, 0, time.UTC)
		}
		day := rapid.IntRange(-100, 300).Draw(t, "day")
		return half.From.AddDate(0, 0, day).In(time.FixedZone("", rapid.IntRange(-90000, 90000).Draw(t, "zone")))
	})
	text := rapid.OneOf(rapid.String(), rapid.SampledFrom([]string{"", "\xff", "ghp_" + letters, "canary-token"}))
	links := rapid.SampledFrom([]string{"", "https://h.test/a", "/a", "javascript:1", "http://[", "https://u:p@h/", "\xff", "mailto:a@b", "https://h/?t=canary-token"})
	number := rapid.SampledFrom([]float64{0, 1.5, math.NaN(), math.Inf(-1)})
	items := rapid.Custom(func(t *rapid.T) evidence.Item {
		it := evidence.Item{
			ID:     rapid.SampledFrom([]string{"x:1", "x:2", "x:3", "x:\xff", "", "y:1", "x:a b"}).Draw(t, "id"),
			Source: rapid.SampledFrom([]string{"x", "x", "y", ""}).Draw(t, "source"),
			Kind:   rapid.SampledFrom(append(slices.Clone(evidence.Kinds), "song")).Draw(t, "kind"),
			Title:  text.Draw(t, "title"), Text: text.Draw(t, "text"), URL: links.Draw(t, "url"),
		}
		for range rapid.IntRange(0, 4).Draw(t, "acts") {
			it.Acts = append(it.Acts, evidence.Act{At: times.Draw(t, "at"), Verb: rapid.SampledFrom(append(slices.Clone(evidence.Verbs), "sang", "")).Draw(t, "verb"), URL: links.Draw(t, "act url")})
		}
		if rapid.Bool().Draw(t, "has outcome") {
			it.Outcome = &evidence.Outcome{State: rapid.SampledFrom(append(slices.Clone(evidence.States), "sung")).Draw(t, "state"), At: times.Draw(t, "outcome at"),
				Figures: []evidence.Figure{{Name: text.Draw(t, "figure"), After: number.Draw(t, "after")}}}
		}
		if rapid.Bool().Draw(t, "has flow") {
			it.Flow = &evidence.Flow{Created: times.Draw(t, "created"),
				Moves:    []evidence.Move{{At: times.Draw(t, "moved"), To: text.Draw(t, "to"), How: rapid.SampledFrom([]evidence.How{evidence.ByEvent, "hearsay"}).Draw(t, "how")}},
				Estimate: &evidence.Estimate{Value: number.Draw(t, "estimate")},
				Dates:    []evidence.DueDate{{At: times.Draw(t, "dated"), Due: rapid.SampledFrom([]string{"", "2026-02-10", "soon"}).Draw(t, "due")}},
				Flagged:  []evidence.Span{{From: times.Draw(t, "flagged"), To: times.Draw(t, "until")}},
				Meanings: map[string]evidence.WorkState{text.Draw(t, "status"): rapid.SampledFrom(append(slices.Clone(evidence.WorkStates), "sleeping")).Draw(t, "meaning")},
				Boards:   []evidence.Board{{Name: text.Draw(t, "board"), URL: links.Draw(t, "board url"), Columns: []evidence.Column{{Name: text.Draw(t, "column"), Statuses: []string{text.Draw(t, "in column")}, Limit: rapid.IntRange(-2, 9).Draw(t, "limit")}}}},
				Sprints: []evidence.Sprint{{Name: text.Draw(t, "sprint"), From: times.Draw(t, "begun"), To: times.Draw(t, "planned"), Closed: times.Draw(t, "closed"),
					Added: times.Draw(t, "added"), Removed: times.Draw(t, "removed")}}}
		}
		return it
	})
	rapid.Check(t, func(rt *rapid.T) {
		list := rapid.SliceOfN(items, 1, 6).Draw(rt, "items")
		m := collectorstest.NewMemory(fixed)
		f := collect(func(ctx context.Context, out collectors.Sink) error { return out.Keep(ctx, page("a", list...)) })
		res := collectors.Run(context.Background(), []collectors.Job{job("x", f)}, m,
			collectors.Options{Period: half, Now: fixed, Secrets: []string{"canary-token"}})[0]
		if res.Err != nil {
			rt.Fatalf("the page is not kept: %v", res.Err)
		}
		part := res.Coverage.Parts[0]
		for _, r := range m.Items() {
			it := r.Item
			raw, err := json.Marshal(it)
			if err != nil || it.Validate() != nil || !it.In(half) && !it.Flows(half) || strings.Contains(string(raw), "canary") {
				rt.Fatalf("kept %s: %v, %v", raw, err, it.Validate())
			}
			if again, err := evidence.Decode(raw); err != nil || again.ID != it.ID {
				rt.Fatalf("cannot be read again: %v", err)
			}
		}
		// An id that is there twice is kept once, so only the others are counted.
		distinct := map[string]bool{}
		for _, it := range list {
			distinct[it.ID] = true
		}
		if len(m.Items()) == 0 && len(part.Gaps) == 0 && len(part.Notes) == 0 {
			rt.Fatalf("%d items are lost and nothing says so", len(list))
		}
		said := len(m.Items()) + len(part.Gaps)
		if len(part.Notes) == 0 && said < len(distinct) {
			rt.Fatalf("%d different items, %d kept or said", len(distinct), said)
		}
	})
}
