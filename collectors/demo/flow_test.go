package demo

import (
	"testing"
	"time"

	"github.com/dossier-report/dossier/evidence"
)

func tickets(t testing.TB) (list []evidence.Item) {
	all, _ := everything(t)
	for _, it := range all {
		if it.Kind == evidence.Ticket {
			list = append(list, it)
		}
	}
	return list
}

func TestMovesAreInOrderAndEachBeginsWhereTheLastEnded(t *testing.T) {
	all, _ := everything(t)
	for _, it := range all {
		if it.Flow == nil {
			continue
		}
		last, at := "", it.Flow.Created
		for i, m := range it.Flow.Moves {
			if i > 0 && m.From != last {
				t.Errorf("%s: move %d begins in %q, the one before ended in %q", it.ID, i, m.From, last)
			}
			if !m.At.After(at) {
				t.Errorf("%s: move %d to %s is not after what was before it", it.ID, i, m.To)
			}
			last, at = m.To, m.At
		}
		if ended := last == "Done" || last == "Merged" || last == "Closed"; ended != (it.Outcome != nil) || ended && !it.Outcome.At.Equal(at) {
			t.Errorf("%s ends in %q at %s, and its outcome is %+v", it.ID, last, at, it.Outcome)
		}
	}
}

func TestWhatFlowsSaysWhatItsStatusesMeanOrOnWhichBoardItStands(t *testing.T) {
	all, _ := everything(t)
	for _, it := range all {
		if it.Flow == nil {
			continue
		}
		shown := map[string]bool{}
		for status := range it.Flow.Meanings {
			shown[status] = true
		}
		for _, b := range it.Flow.Boards {
			for _, c := range b.Columns {
				for _, status := range c.Statuses {
					shown[status] = true
				}
			}
		}
		for _, m := range it.Flow.Moves {
			if !shown[m.From] || !shown[m.To] {
				t.Errorf("%s: neither tracker nor board knows %q and %q", it.ID, m.From, m.To)
			}
		}
	}
}

func TestMyMovesAreMyActs(t *testing.T) {
	for _, it := range tickets(t) {
		acts := map[int64]bool{}
		for _, a := range it.Acts {
			if a.Verb == evidence.Moved {
				acts[a.At.Unix()] = true
			}
		}
		for _, m := range it.Flow.Moves {
			if mine := m.By == "robin@example.org"; mine != acts[m.At.Unix()] {
				t.Errorf("%s: the move to %s by %s and the acts do not agree", it.ID, m.To, m.By)
			}
		}
	}
}

// limit is the day on which the review limit starts.
func limit(t testing.TB) time.Time {
	return time.Date(2026, time.March, 16, 0, 0, 0, 0, vancouver(t))
}

// inReview sums the stays in review of a ticket, in days.
func inReview(it evidence.Item) (days float64) {
	for i, m := range it.Flow.Moves[1:] {
		if m.From == "In review" {
			days += m.At.Sub(it.Flow.Moves[i].At).Hours() / 24
		}
	}
	return days
}

func failed(it evidence.Item) bool {
	for _, m := range it.Flow.Moves {
		if m.From == "Verifying" && m.To == "In progress" {
			return true
		}
	}
	return false
}

func TestTheReviewLimitShortensTheWaitAndFailsNoMore(t *testing.T) {
	var n, bad [2]int
	var wait [2]float64
	for _, it := range tickets(t) {
		if it.Outcome == nil || it.Outcome.State != evidence.StateDone {
			continue
		}
		side := 0
		if !it.Outcome.At.Before(limit(t)) {
			side = 1
		}
		n[side]++
		wait[side] += inReview(it)
		if failed(it) {
			bad[side]++
		}
	}
	before, after := wait[0]/float64(n[0]), wait[1]/float64(n[1])
	t.Logf("%d tickets before with %.1f days in review, %d after with %.1f; %d and %d failed", n[0], before, n[1], after, bad[0], bad[1])
	if n[0] < 21 || n[1] < 21 || n[0]+n[1] < 60 {
		t.Errorf("%d tickets are finished before and %d after; want more than 20 each, and 60", n[0], n[1])
	}
	if before < 4 || before > 9 || after > 2.5 {
		t.Errorf("tickets wait %.1f days before and %.1f after; want 4 to 9, then at most 2.5", before, after)
	}
	if was, is := float64(bad[0])/float64(n[0]), float64(bad[1])/float64(n[1]); is > was || bad[1] == 0 {
		t.Errorf("%.2f fail before and %.2f after; the counter-measure has to be there and no worse", was, is)
	}
}

func TestReviewsThatBeginUnderTheLimitTakeOneOrTwoDays(t *testing.T) {
	for _, it := range tickets(t) {
		for i, m := range it.Flow.Moves {
			if i == 0 || m.From != "In review" {
				continue
			}
			began := it.Flow.Moves[i-1].At
			if days := m.At.Sub(began).Hours() / 24; !began.Before(limit(t)) && days > 4.1 {
				t.Errorf("%s waits %.1f days for review under the limit", it.ID, days)
			}
		}
	}
}

func TestProposalsAreKeptAndMissedAsTheStoryTells(t *testing.T) {
	zone := vancouver(t)
	kept, noticed, missed, open := 0, 0, 0, 0
	for _, it := range tickets(t) {
		var mine []evidence.DueDate
		for _, d := range it.Flow.Dates {
			if d.By == "robin@example.org" {
				mine = append(mine, d)
			}
		}
		if len(mine) == 0 {
			continue
		}
		due, err := time.ParseInLocation(time.DateOnly, mine[0].Due, zone)
		if err != nil {
			t.Fatal(err)
		}
		end := due.AddDate(0, 0, 1)
		switch {
		case it.Outcome == nil:
			open++
		case it.Outcome.At.Before(end):
			kept++
			if it.Outcome.At.Sub(mine[0].At) < 7*24*time.Hour {
				t.Errorf("%s: a date written less than a week ahead proves no planning", it.ID)
			}
		case len(mine) > 1 && mine[1].At.Before(due):
			noticed++
		default:
			missed++
		}
	}
	if kept != 6 || noticed != 2 || missed != 1 || open != 1 {
		t.Errorf("%d dates kept, %d late with notice, %d without, %d open; want 6, 2, 1 and 1", kept, noticed, missed, open)
	}
}
