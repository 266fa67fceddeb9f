package evidence

import (
	"fmt"
	"math/rand/v2"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"
)

// on dates an item: its first act, or one that it gets, is on a day of 2026.
func on(day int, it Item) Item {
	it.Source, _, _ = strings.Cut(it.ID, ":")
	act := Act{Verb: Opened}
	if len(it.Acts) > 0 {
		act = it.Acts[0]
	}
	act.At = time.Date(2026, 1, day, 9, 0, 0, 0, time.UTC)
	it.Acts = []Act{act}
	return it
}

const (
	sha1 = "0123456789abcdef0123456789abcdef01234567"
	sha2 = "0123456789fedcba0123456789abcdef01234567" // the same first ten digits
)

var (
	ml231 = Item{ID: "jira:acme/10231", Kind: Ticket, Title: "Cache the tokenizer", URL: "https://acme.example/browse/ML-231"}
	pr12  = Item{ID: "github:acme/api#12", Kind: PullRequest, Place: "acme/api", URL: "https://github.com/acme/api/pull/12"}
	is3   = Item{ID: "github:acme/api#3", Kind: Issue, Place: "acme/api", URL: "https://github.com/acme/api/issues/3"}
	com1  = Item{ID: "git:api/" + sha1, Kind: Commit, Place: "acme/api"}
	page  = Item{ID: "confluence:acme/77", Kind: Page, URL: "https://acme.example/wiki/spaces/ML/pages/77/Why+it+waits"}
	msg   = Item{ID: "slack:T1/C1/1700.1", Kind: Message, URL: "https://acme.slack.example/archives/C1/p17001"}
)

func with(it Item, change func(*Item)) Item { change(&it); return it }

func TestThreadsJoinWhatIsOnePieceOfWork(t *testing.T) {
	tests := []struct {
		name  string
		items []Item
		by    string // of the only join; empty when the items stay apart
	}{
		{"key in the links", []Item{ml231, with(pr12, func(i *Item) { i.Links = []string{"ML-231"} })}, "key ML-231"},
		{"key in the title", []Item{ml231, with(pr12, func(i *Item) { i.Title = "[ML-231] Cache" })}, "key ML-231"},
		{"key in the body", []Item{ml231, with(msg, func(i *Item) { i.Text = "see ML-231." })}, "key ML-231"},
		{"key in the words of an act", []Item{ml231, with(pr12, func(i *Item) { i.Acts = []Act{{Verb: Reviewed, Text: "as ML-231 asks"}} })}, "key ML-231"},
		{"key in an address", []Item{ml231, with(msg, func(i *Item) { i.Text = "https://acme.example/browse/ML-231?x=1" })}, "key ML-231"},
		{"key that differs", []Item{ml231, with(pr12, func(i *Item) { i.Title = "[ML-2311] Cache" })}, ""},
		{"key known by the ticket's title only", []Item{with(ml231, func(i *Item) { i.URL, i.Title = "", "ML-231: Cache" }), with(msg, func(i *Item) { i.Text = "ML-231" })}, "key ML-231"},
		{"look-alike that is a project here", []Item{with(ml231, func(i *Item) { i.URL = "https://acme.example/browse/UTF-8" }), with(msg, func(i *Item) { i.Text = "about UTF-8" })}, "key UTF-8"},
		{"look-alike in both links", []Item{with(msg, func(i *Item) { i.Links = []string{"UTF-8"} }), with(pr12, func(i *Item) { i.Links = []string{"UTF-8"} })}, ""},
		{"unknown key in both texts", []Item{with(msg, func(i *Item) { i.Text = "AB-1" }), with(pr12, func(i *Item) { i.Text = "AB-1" })}, ""},
		{"unknown key in both links", []Item{with(msg, func(i *Item) { i.Links = []string{"AB-1"} }), with(pr12, func(i *Item) { i.Links = []string{"AB-1"} })}, "both name AB-1"},
		{"closes within the place", []Item{is3, with(pr12, func(i *Item) { i.Text = "Fixes: #3" })}, "closes #3"},
		{"closes in another place", []Item{is3, with(pr12, func(i *Item) { i.Place, i.Text = "acme/web", "fixed Acme/API#3" })}, "closes Acme/API#3"},
		{"closes the same number elsewhere", []Item{is3, with(pr12, func(i *Item) { i.Place, i.Text = "acme/web", "fixes #3" })}, ""},
		{"a number without a closing word", []Item{is3, with(pr12, func(i *Item) { i.Text = "like #3" })}, ""},
		{"a word that only ends like one", []Item{is3, with(pr12, func(i *Item) { i.Text = "prefix #3" })}, ""},
		{"link is an id", []Item{page, with(ml231, func(i *Item) { i.Links = []string{"confluence:acme/77"} })}, "links to it"},
		{"link is an address with another title", []Item{page, with(ml231, func(i *Item) { i.Links = []string{"https://acme.example/wiki/spaces/ML/pages/77/Old#top"} })}, "links to it"},
		{"link is a page of the pull request", []Item{pr12, with(msg, func(i *Item) { i.Links = []string{"https://github.com/Acme/api/pull/12/files"} })}, "links to it"},
		{"link is owner/repo#n", []Item{pr12, with(ml231, func(i *Item) { i.Links = []string{"acme/api#12"} })}, "links to it"},
		{"address in the text", []Item{pr12, with(msg, func(i *Item) { i.Text = "(see https://github.com/acme/api/pull/12)." })}, "names its address"},
		{"address that only begins alike", []Item{pr12, with(msg, func(i *Item) { i.Text = "https://github.com/acme/api/pull/123" })}, ""},
		{"address by http in a tracker of one's own", []Item{with(page, func(i *Item) { i.URL = "http://wiki.example/view?pageId=7" }), with(msg, func(i *Item) { i.Text = "http://wiki.example/view?pageId=7" })}, "names its address"},
		{"another page by the same script", []Item{with(page, func(i *Item) { i.URL = "http://wiki.example/view?pageId=7" }), with(msg, func(i *Item) { i.Text = "http://wiki.example/view?pageId=8" })}, ""},
		{"whole hash in the links", []Item{com1, with(pr12, func(i *Item) { i.Links = []string{sha1} })}, "commit 0123456789"},
		{"ten digits of a hash in the text", []Item{com1, with(pr12, func(i *Item) { i.Text = "bisected to 0123456789." })}, "commit 0123456789"},
		{"nine digits of a hash", []Item{com1, with(pr12, func(i *Item) { i.Text = "bisected to 012345678" })}, ""},
		{"ten digits that fit two commits", []Item{com1, with(com1, func(i *Item) { i.ID = "git:api/" + sha2 }), with(pr12, func(i *Item) { i.Text = "0123456789" })}, ""},
		{"squashed commit names its pull request", []Item{pr12, with(com1, func(i *Item) { i.Title = "Cache the tokenizer (#12)" })}, "merges #12"},
		{"merge commit names its pull request", []Item{pr12, with(com1, func(i *Item) { i.Title = "Merge pull request #12 from acme/cache" })}, "merges #12"},
		{"card at its issue's address", []Item{is3, with(is3, func(i *Item) { i.ID, i.Kind = "github:card/PVTI_1", Card })}, "same address"},
		{"meetings in one room", []Item{with(msg, func(i *Item) { i.ID, i.Kind = "calendar:a", Meeting }), with(msg, func(i *Item) { i.ID, i.Kind = "calendar:b", Meeting })}, ""},
		{"the surest reason is told", []Item{is3, with(pr12, func(i *Item) {
			i.Text, i.Links = "closes #3 https://github.com/acme/api/issues/3", []string{"acme/api#3"}
		})}, "closes #3"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			items := slices.Clone(tt.items)
			for i := range items {
				items[i] = on(i+1, items[i])
			}
			var by []string
			for _, th := range Threads(items) {
				for _, j := range th.Joins {
					by = append(by, j.By)
				}
			}
			if got := strings.Join(by, "; "); got != tt.by {
				t.Errorf("joined by %q, want %q", got, tt.by)
			}
		})
	}
}

func TestThreadTellsTheWholeStory(t *testing.T) {
	items := []Item{
		on(9, with(page, func(i *Item) { i.Text = "What ML-231 changed" })),
		on(2, ml231),
		on(5, with(com1, func(i *Item) { i.Title = "Cache the tokenizer (#12)" })),
		on(4, with(pr12, func(i *Item) { i.Links = []string{"ML-231", "ML-40"} })),
		on(3, with(is3, func(i *Item) { i.Title = "Unrelated" })),
	}
	got := Threads(items)
	want := []Thread{{
		ID:    page.ID,
		Items: []string{ml231.ID, pr12.ID, com1.ID, page.ID},
		Keys:  []string{"ML-40", "ML-231"},
		Joins: []Join{
			{From: com1.ID, To: pr12.ID, By: "merges #12"},
			{From: page.ID, To: ml231.ID, By: "key ML-231"},
			{From: pr12.ID, To: ml231.ID, By: "key ML-231"},
		},
	}, {
		ID: is3.ID, Items: []string{is3.ID},
	}}
	if !reflect.DeepEqual(got, want) {
		t.Errorf("got\n%+v\nwant\n%+v", got, want)
	}
}

func TestHubsDoNotJoinWhatTheyList(t *testing.T) {
	list := func(n int, hub Item) []Item {
		items := []Item{on(1, hub)}
		for i := range n {
			key := fmt.Sprintf("ML-%d", i+1)
			items[0].Text += key + " "
			items = append(items, on(2, Item{ID: "jira:acme/" + key, Kind: Ticket, URL: "https://acme.example/browse/" + key,
				Links: []string{hub.ID}})) // as trackers write the way back
		}
		return items
	}
	if got := len(Threads(list(maxNamed, page))); got != 1 {
		t.Errorf("a page about %d tickets: %d threads, want 1", maxNamed, got)
	}
	for _, hub := range []Item{page, msg, com1} {
		if got := len(Threads(list(maxNamed+1, hub))); got != maxNamed+2 {
			t.Errorf("%s that lists %d tickets: %d threads, want each its own", hub.Kind, maxNamed+1, got)
		}
	}
	// Many pull requests of one ticket are its work, even where it lists them.
	epic := on(1, ml231)
	items := []Item{}
	for i := range 20 {
		id := fmt.Sprintf("github:acme/api#%d", i+1)
		epic.Links = append(epic.Links, id)
		items = append(items, on(2, Item{ID: id, Kind: PullRequest, Title: "ML-231 step"}))
	}
	if got := len(Threads(append(items, epic))); got != 1 {
		t.Errorf("a ticket with 20 pull requests: %d threads, want 1", got)
	}
	// So are many commits of one pull request.
	pr := on(1, pr12)
	items = nil
	for i := range 20 {
		sha := fmt.Sprintf("%040x", i+1<<32)
		pr.Links = append(pr.Links, sha)
		items = append(items, on(2, Item{ID: "git:api/" + sha, Kind: Commit}))
	}
	if got := len(Threads(append(items, pr))); got != 1 {
		t.Errorf("a pull request of 20 commits: %d threads, want 1", got)
	}
}

// someItems draws items that often name each other.
func someItems(t *rapid.T) []Item {
	n := rapid.IntRange(0, 30).Draw(t, "n")
	items := make([]Item, n)
	for i := range items {
		kind := rapid.SampledFrom(Kinds).Draw(t, "kind")
		it := Item{ID: fmt.Sprintf("x:%s/%d", kind, i), Kind: kind, Place: "acme/api"}
		switch kind {
		case Ticket:
			it.URL = fmt.Sprintf("https://acme.example/browse/ML-%d", i)
		case PullRequest, Issue:
			it.ID = fmt.Sprintf("github:acme/api#%d", i)
		case Commit:
			it.ID = fmt.Sprintf("git:api/%040x", i<<40)
		}
		for range rapid.IntRange(0, 3).Draw(t, "mentions") {
			j := rapid.IntRange(0, 40).Draw(t, "other")
			said := rapid.SampledFrom([]string{"ML-%d", "fixes #%d", "UTF-8 %d", "AB-%d", "%d"}).Draw(t, "form")
			said = fmt.Sprintf(said, j)
			if rapid.Bool().Draw(t, "link") {
				it.Links = append(it.Links, said)
			} else {
				it.Text += said + "\n"
			}
		}
		if rapid.Bool().Draw(t, "names a commit") {
			it.Links = append(it.Links, fmt.Sprintf("%040x", i<<40))
		}
		items[i] = on(rapid.IntRange(1, 28).Draw(t, "day"), it)
	}
	return items
}

func TestThreadsPartitionTheItemsInAnyOrder(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		items := someItems(t)
		got := Threads(items)
		seen := make(map[string]int)
		for _, th := range got {
			if th.ID != slices.Min(th.Items) {
				t.Errorf("thread %s is not named after the smallest of %v", th.ID, th.Items)
			}
			if len(th.Joins) != len(th.Items)-1 {
				t.Errorf("thread %s has %d items and %d joins", th.ID, len(th.Items), len(th.Joins))
			}
			for _, id := range th.Items {
				seen[id]++
			}
			for _, j := range th.Joins {
				if !slices.Contains(th.Items, j.From) || !slices.Contains(th.Items, j.To) || j.By == "" {
					t.Errorf("join %+v is not of thread %v", j, th.Items)
				}
			}
		}
		for _, it := range items {
			if seen[it.ID] != 1 {
				t.Errorf("%s is in %d threads", it.ID, seen[it.ID])
			}
		}
		seed := rapid.Uint64().Draw(t, "seed")
		shuffled := slices.Clone(items)
		rand.New(rand.NewPCG(seed, 1)).Shuffle(len(shuffled), func(i, j int) { shuffled[i], shuffled[j] = shuffled[j], shuffled[i] })
		if again := Threads(shuffled); !reflect.DeepEqual(got, again) {
			t.Errorf("another order of the items gives\n%+v\nnot\n%+v", again, got)
		}
	})
}

func manyItems(n int) []Item {
	words := strings.Repeat("The tokenizer was read again for every batch; now it is cached once (#7). ", 12)
	items := make([]Item, n)
	for i := range items {
		it := Item{Kind: Kinds[i%len(Kinds)], Place: "acme/api", Text: words + fmt.Sprintf("ML-%d", i/7)}
		it.ID = fmt.Sprintf("x:%s/%d", it.Kind, i)
		switch it.Kind {
		case Ticket:
			it.URL = fmt.Sprintf("https://acme.example/browse/ML-%d", i/7)
		case Commit:
			it.ID = fmt.Sprintf("git:api/%s", Hash([]byte(it.ID))[:40])
		case PullRequest:
			it.ID = fmt.Sprintf("github:acme/api#%d", i)
			it.Links = []string{Hash([]byte(fmt.Sprintf("x:%s/%d", Commit, i+3)))[:40]}
		}
		items[i] = on(1+i%28, it)
	}
	return items
}

// BenchmarkThreads joins 10,000 items of about 1 kB each, and twice as many in
// turn: their ratio is 2 where the time grows with the number of items.
func BenchmarkThreads(b *testing.B) {
	once, twice := manyItems(10_000), manyItems(20_000)
	var t1, t2 time.Duration
	for b.Loop() {
		start := time.Now()
		if n := len(Threads(once)); n == 0 || n == len(once) {
			b.Fatal(n)
		}
		middle := time.Now()
		Threads(twice)
		t1 += middle.Sub(start)
		t2 += time.Since(middle)
	}
	b.ReportMetric(float64(t1.Nanoseconds())/float64(b.N)/1e6, "ms/10k")
	b.ReportMetric(float64(t2)/float64(t1), "x/doubled")
	b.ReportMetric(0, "ns/op")
}
