package confluence

import (
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/dossier-report/dossier/evidence"
)

// The trap: when a page was last modified, and by whom, is not what the person
// did.
func TestActsAreThePersonsVersionsAndNotThePagesLastChange(t *testing.T) {
	both(t, func(t *testing.T, f *fake) {
		p := f.page(1, on("2026-02-03 10:00"))
		p.version(on("2026-02-04 10:00"), f.ana(), "<p>Ana's words</p>")
		p.version(on("2026-03-05 10:00"), f.robin(), "<p>Mine again, see ML-231</p>")
		p.version(on("2026-09-01 10:00"), f.ana(), "<p>Rewritten by Ana long after</p>")
		it := f.collect(t, nil).whole(t).item(t, "1")
		if got := acts(it); got != "2026-02-03 10:00 wrote [version 1]\n2026-03-05 10:00 edited [version 3]\n" {
			t.Errorf("acts:\n%s", got)
		}
		if it.Text != "Mine again, see ML-231" {
			t.Errorf("the text is not what the person left: %q", it.Text)
		}
		if o := it.Outcome; o == nil || o.State != evidence.StatePublished || !o.At.Equal(on("2026-02-03 10:00")) {
			t.Errorf("outcome %+v", it.Outcome)
		}
		if len(it.People) != 1 || it.People[0].Name != "Ana Duarte" || it.People[0].Role != "editor" || !it.People[0].At.Equal(on("2026-09-01 10:00")) {
			t.Errorf("people %+v", it.People)
		}
		if id, ok := f.env().People.Find("confluence", it.People[0].Person); !ok || id.Relation != "junior" {
			t.Errorf("the colleague is not found by %+v", it.People[0].Person)
		}
	})
}

// The trap: a page of the period that somebody changed after it.
func TestPageChangedAfterThePeriodIsFound(t *testing.T) {
	both(t, func(t *testing.T, f *fake) {
		f.page(1, on("2026-06-30 10:00")).version(on("2026-12-24 10:00"), f.ana(), "<p>Later</p>")
		f.collect(t, nil).whole(t).item(t, "1")
		for _, q := range f.asked {
			if strings.Contains(q, "lastmodified <") {
				t.Errorf("asks %s", q)
			}
		}
	})
}

func TestOfAPageOfOthersOnlyWhatThePersonAddedIsKept(t *testing.T) {
	both(t, func(t *testing.T, f *fake) {
		p := &fakePage{id: 7, kind: "page", title: "Runbook", space: "OPS"}
		f.pages = append(f.pages, p)
		p.version(on("2026-01-10"), f.ana(), "<p>Ana wrote this.</p><p>And this.</p>")
		p.version(on("2026-02-10"), f.robin(), "<p>Ana wrote this.</p><p>Restart with <code>run</code>.</p><p>And this.</p>")
		p.version(on("2026-03-10"), f.ana(), "<p>All new.</p>")
		it := f.collect(t, nil).whole(t).item(t, "7")
		if it.Text != "" || it.Own() {
			t.Errorf("text %q, own %v", it.Text, it.Own())
		}
		if got := acts(it); got != "2026-02-10 00:00 edited Restart with run. [version 2]\n" {
			t.Errorf("acts:\n%s", got)
		}
		if it.Author == nil || it.Author.Name != "Ana Duarte" {
			t.Errorf("author %+v", it.Author)
		}
	})
}

func TestCommentsCountWithWhatTheyAnswerTo(t *testing.T) {
	both(t, func(t *testing.T, f *fake) {
		p := &fakePage{id: 7, kind: "page", title: "Plan", space: "ML"}
		f.pages = append(f.pages, p)
		p.version(on("2025-01-10"), f.ana(), "<p>CANARY of Ana, see https://github.com/acme/api/pull/12 and <a href=\"https://github.com/acme/api/pull/12\">it</a></p>")
		f.comments = []*fakeComment{
			{id: 71, page: 7, at: on("2026-02-01"), by: f.ana(), body: "<p>Why not bf16?</p>"},
			{id: 72, page: 7, parent: 71, at: on("2026-02-02"), by: f.robin(), body: "<p>It overflows, see ML-9.</p>"},
			{id: 73, page: 7, at: on("2026-02-03"), by: f.robin(), body: "<p>Say which seed.</p>", selection: "We ran it once"},
			{id: 74, page: 7, parent: 73, at: on("2026-02-04"), by: f.robin(), body: "<p>And the machine.</p>"},
			{id: 75, page: 7, at: on("2026-02-05"), by: f.ana(), body: "<p>CANARY said elsewhere</p>"},
		}
		it := f.collect(t, nil).whole(t).item(t, "7")
		want := `2026-02-02 00:00 answered It overflows, see ML-9. [Why not bf16?]
2026-02-03 00:00 commented Say which seed. [We ran it once]
2026-02-04 00:00 commented And the machine. [Say which seed.]
`
		if got := acts(it); got != want {
			t.Errorf("acts:\n%s", got)
		}
		if all := fmt.Sprintf("%+v", it); strings.Contains(all, "CANARY") {
			t.Errorf("what others wrote is kept: %s", all)
		}
		if it.Own() || it.Size == nil || it.Size.Comments != 5 || strings.Join(it.Links, " ") != "https://github.com/acme/api/pull/12" {
			t.Errorf("size %+v, links %q", it.Size, it.Links)
		}
		if !strings.HasSuffix(it.Acts[0].URL, "pageId=7&focusedCommentId=72") {
			t.Errorf("the comment is at %s", it.Acts[0].URL)
		}
		without := f.collect(t, nil, withSettings("comments: false\n")).whole(t)
		if len(without.items()) != 0 {
			t.Errorf("comments are off, and %d items come", len(without.items()))
		}
	})
}

// Both ends of the period, to the minute, whatever day it is where the server
// stands.
func TestEndsOfThePeriodAreRightToTheMinuteInEveryZone(t *testing.T) {
	for _, name := range []string{"Pacific/Kiritimati", "UTC", "America/Vancouver", "Etc/GMT+12"} {
		zone, err := time.LoadLocation(name)
		if err != nil {
			t.Fatal(err)
		}
		both(t, func(t *testing.T, f *fake) {
			f.zone = zone
			f.page(1, half.From.Add(-time.Minute))
			f.page(2, half.From)
			f.page(3, half.To.Add(-time.Minute))
			f.page(4, half.To)
			f.page(5, on("2025-06-01")).version(half.From.Add(-time.Minute), f.robin(), "")
			f.page(6, on("2025-06-01")).version(half.From, f.robin(), "")
			items := f.collect(t, nil).whole(t).items()
			if len(items) != 3 || items["2"].ID == "" || items["3"].ID == "" || items["6"].ID == "" {
				t.Errorf("%s: kept %v", name, sortedKeys(items))
			}
		})
	}
}

func TestSecondRunWithNothingNewAsksTwoThings(t *testing.T) {
	both(t, func(t *testing.T, f *fake) {
		f.many(30)
		f.pages[3].version(on("2026-03-01"), f.ana(), "")
		first := f.collect(t, nil).whole(t)
		if len(first.items()) != 30 {
			t.Fatalf("%d items", len(first.items()))
		}
		// Who it is, the search, and for each of two batches contents and
		// comments; once what visitors see and once the versions of a page that
		// has two, with the text of the older.
		most := 1 + 1 + 2*2 + 1 + 2
		if n := f.count(); n > most {
			t.Errorf("the first run asks %d times, not %d", n, most)
		}
		second := f.collect(t, first.keeper).whole(t)
		if n := f.count(); n != 2 || second.Kept != (evidence.Kept{}) {
			t.Errorf("the second run asks %d times and keeps %+v", n, second.Kept)
		}
		// One new comment costs its page and no other.
		f.comments = append(f.comments, &fakeComment{id: 71, page: 1005, at: on("2026-06-20"), by: f.robin(), body: "<p>Done.</p>"})
		third := f.collect(t, second.keeper).whole(t)
		if n := f.count(); n > 5 || third.Kept.Changed != 1 || third.Kept.New+third.Kept.Gone > 0 {
			t.Errorf("the third run asks %d times and keeps %+v", n, third.Kept)
		}
		if got := acts(third.item(t, "1005")); !strings.Contains(got, "wrote") || !strings.Contains(got, "commented Done.") {
			t.Errorf("acts:\n%s", got)
		}
	})
}

func TestNarrowerPeriodDoesNotMoveTheCursor(t *testing.T) {
	f := newFake(t, true)
	f.many(3)
	first := f.collect(t, nil).whole(t)
	f.page(50, on("2026-05-05"))
	march := evidence.Period{From: on("2026-02-01"), To: on("2026-03-01")}
	f.collect(t, first.keeper, withPeriod(march)).whole(t)
	f.collect(t, first.keeper).whole(t).item(t, "50")
}

func TestPublicIsWhatAVisitorsSearchFinds(t *testing.T) {
	both(t, func(t *testing.T, f *fake) {
		f.many(3)
		if it := f.collect(t, nil, withSize(1)).whole(t).item(t, "1001"); !it.Private {
			t.Error("a site that lets no visitor in has a public page")
		}
		visits := 0
		for _, a := range f.auth {
			if a == "" {
				visits++
			}
		}
		if visits != 1 {
			t.Errorf("a closed site is asked %d times as a visitor", visits)
		}
		f.pages[1].public = true
		r := f.collect(t, nil).whole(t)
		if r.item(t, "1001").Private || !r.item(t, "1000").Private {
			t.Error("public is not what visitors find")
		}
	})
}

func TestSpacesAreChosenByGlobs(t *testing.T) {
	for _, tt := range []struct{ settings, want string }{
		{"", "1 2 3"},
		{"spaces: [ML]\n", "1"},
		{"spaces: ['M*', OPS]\n", "1 2"},
		{"exclude: ['~*']\n", "1 2"},
		{"spaces: ['*']\nexclude: [ops]\n", "1 3"},
	} {
		f := newFake(t, true)
		for i, space := range []string{"ML", "OPS", "~712020robin"} {
			f.page(i+1, on("2026-02-01")).space = space
		}
		r := f.collect(t, nil, withSettings(tt.settings)).whole(t)
		if got := strings.Join(sortedKeys(r.items()), " "); got != tt.want {
			t.Errorf("%q keeps %s, not %s", tt.settings, got, tt.want)
		}
		if it, ok := r.items()["3"]; ok && it.Place != "Space ~712020robin" {
			t.Errorf("a personal space is called %q", it.Place)
		}
	}
}

func TestBlogPostLabelsAndPlace(t *testing.T) {
	both(t, func(t *testing.T, f *fake) {
		p := f.page(9, on("2026-02-01"))
		p.kind, p.labels, p.title = "blogpost", []string{"mentoring", "my:favourite", "team:ml"}, " What  we\nlearned "
		p.version(on("2026-02-02"), f.robin(), "<p>New</p>")
		it := f.collect(t, nil).whole(t).item(t, "9")
		if got := strings.Join(it.Labels, ","); got != "mentoring,ml,blog post" || it.Title != "What we learned" || it.Place != "ML" {
			t.Errorf("labels %s, title %q, place %s", got, it.Title, it.Place)
		}
		if len(it.Acts) != 2 || !strings.HasSuffix(it.URL, "viewpage.action?pageId=9") {
			t.Errorf("acts %s at %s", acts(it), it.URL)
		}
	})
}

func TestVersionsThatWerePurgedLeaveTheFirstAsWritten(t *testing.T) {
	f := newFake(t, false)
	f.page(1, on("2026-02-01")).version(on("2026-02-02"), f.ana(), "").version(on("2026-02-03"), f.robin(), "<p>x</p>")
	f.before = purged(f)
	it := f.collect(t, nil).whole(t).item(t, "1")
	if got := acts(it); got != "2026-02-01 00:00 wrote\n2026-02-03 00:00 edited [version 3]\n" || it.Text != "x" {
		t.Errorf("acts:\n%s, text %q", got, it.Text)
	}
}

func TestOldDataCenterIsAskedWhereItsVersionsAreOnce(t *testing.T) {
	f := newFake(t, false)
	f.stage = true
	for i := range 8 {
		f.page(i+1, on("2026-02-01")).version(on("2026-02-02"), f.robin(), "<p>x</p>")
	}
	r := f.collect(t, nil, withSize(1)).whole(t)
	missed := 0
	for _, q := range f.asked {
		if strings.Contains(q, "/rest/api/content/") && strings.Contains(q, "/version?") {
			missed++
		}
	}
	if len(r.items()) != 8 || missed != 1 {
		t.Errorf("%d items, asked %d times where nothing is", len(r.items()), missed)
	}
}

func TestSiteThatKnowsNoArchivedPagesIsAskedWithout(t *testing.T) {
	both(t, func(t *testing.T, f *fake) {
		f.many(2)
		f.before = func(req *http.Request) *http.Response {
			if req.URL.Query().Has("cqlcontext") {
				return says(400, object{"message": "unknown status: archived"})
			}
			return nil
		}
		r := f.collect(t, nil).whole(t)
		if len(r.items()) != 2 || !strings.Contains(strings.Join(r.Coverage.Parts[0].Notes, " "), "archived") {
			t.Errorf("%d items, %+v", len(r.items()), r.Coverage.Parts)
		}
	})
}
