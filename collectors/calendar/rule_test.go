package calendar

import (
	"errors"
	"fmt"
	"math"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/teambition/rrule-go"
	"pgregory.net/rapid"
)

// expanded are the times of a rule from its start until the end of 2031.
func expanded(t testing.TB, rule string, start time.Time) []int64 {
	t.Helper()
	r, err := parseRule(rule)
	if err != nil {
		t.Fatalf("%s: %v", rule, err)
	}
	until := int64(math.MaxInt64)
	if r.until.set {
		until = r.until.wall
	}
	var got []int64
	err = r.times(start.Unix(), start.Unix(), end.Unix(), until, func(at int64) bool {
		got = append(got, at)
		return true
	})
	if err != nil {
		t.Fatalf("%s: %v", rule, err)
	}
	return got
}

var end = time.Date(2031, 12, 31, 23, 59, 59, 0, time.UTC)

// The rules of RFC 5545, 3.8.5.3, with the times that it gives; all begin at 9 on
// 2 September 1997 but where another start is named.
func TestRulesOfRFC5545(t *testing.T) {
	for _, tc := range []struct{ rule, start, first string }{
		{"FREQ=DAILY;COUNT=10", "19970902", "0902 0903 0904 0905 0906 0907 0908 0909 0910 0911"},
		{"FREQ=DAILY;INTERVAL=10;COUNT=5", "19970902", "0902 0912 0922 1002 1012"},
		{"FREQ=WEEKLY;COUNT=4", "19970902", "0902 0909 0916 0923"},
		{"FREQ=WEEKLY;UNTIL=19971007T000000Z;WKST=SU;BYDAY=TU,TH", "19970902", "0902 0904 0909 0911 0916 0918 0923 0925 0930 1002"},
		{"FREQ=WEEKLY;INTERVAL=2;UNTIL=19970930T000000;WKST=SU;BYDAY=MO,WE,FR", "19970901", "0901 0903 0905 0915 0917 0919 0929"},
		{"FREQ=MONTHLY;COUNT=4;BYDAY=1FR", "19970905", "0905 1003 1107 1205"},
		{"FREQ=MONTHLY;INTERVAL=2;COUNT=6;BYDAY=1SU,-1SU", "19970907", "0907 0928 1102 1130 0104 0125"},
		{"FREQ=MONTHLY;COUNT=3;BYDAY=-2MO", "19970922", "0922 1020 1117"},
		{"FREQ=MONTHLY;BYMONTHDAY=-3;COUNT=3", "19970928", "0928 1029 1128"},
		{"FREQ=MONTHLY;COUNT=5;BYMONTHDAY=1,-1", "19970930", "0930 1001 1031 1101 1130"},
		{"FREQ=MONTHLY;COUNT=3;BYMONTHDAY=31", "19971031", "1031 1231 0131"},
		{"FREQ=YEARLY;COUNT=3;BYMONTH=6,7", "19970610", "0610 0710 0610"},
		{"FREQ=YEARLY;INTERVAL=3;COUNT=4;BYYEARDAY=1,100,200", "19970101", "0101 0410 0719 0101"},
		{"FREQ=YEARLY;BYDAY=20MO;COUNT=3", "19970519", "0519 0518 0517"},
		{"FREQ=YEARLY;BYWEEKNO=20;BYDAY=MO;COUNT=3", "19970512", "0512 0511 0517"},
		{"FREQ=YEARLY;BYWEEKNO=20;COUNT=3", "19970512", "0512 0511 0517"},
		{"FREQ=YEARLY;BYMONTH=3;BYDAY=TH;COUNT=4", "19970313", "0313 0320 0327 0305"},
		{"FREQ=MONTHLY;BYDAY=FR;BYMONTHDAY=13;COUNT=3", "19980213", "0213 0313 1113"},
		{"FREQ=YEARLY;INTERVAL=4;BYMONTH=11;BYDAY=TU;BYMONTHDAY=2,3,4,5,6,7,8;COUNT=3", "19961105", "1105 1107 1102"},
		{"FREQ=MONTHLY;COUNT=3;BYDAY=TU,WE,TH;BYSETPOS=3", "19970904", "0904 1007 1106"},
		{"FREQ=MONTHLY;BYDAY=MO,TU,WE,TH,FR;BYSETPOS=-2;COUNT=3", "19970929", "0929 1030 1127"},
		{"FREQ=WEEKLY;INTERVAL=2;COUNT=4;BYDAY=TU,SU;WKST=MO", "19970805", "0805 0810 0819 0824"},
		{"FREQ=WEEKLY;INTERVAL=2;COUNT=4;BYDAY=TU,SU;WKST=SU", "19970805", "0805 0817 0819 0831"},
		{"FREQ=YEARLY;COUNT=2", "19960229", "0229 0229"},
	} {
		start, err := time.Parse("20060102 15", tc.start+" 09")
		if err != nil {
			t.Fatal(err)
		}
		var got []string
		for _, at := range expanded(t, tc.rule, start) {
			got = append(got, time.Unix(at, 0).UTC().Format("0102"))
		}
		if s := strings.Join(got, " "); s != tc.first {
			t.Errorf("%s from %s gives\n%s, not\n%s", tc.rule, tc.start, s, tc.first)
		}
	}
}

// Another program that expands rules, teambition/rrule-go, finds the same times
// for whatever rule is drawn. It lacks the start where the rule does not hit it.
func TestRulesGiveWhatAnotherProgramGives(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		start := time.Date(rapid.IntRange(2019, 2026).Draw(t, "y"), time.Month(rapid.IntRange(1, 12).Draw(t, "m")),
			rapid.IntRange(1, 31).Draw(t, "d"), rapid.IntRange(0, 23).Draw(t, "h"), 30, 0, 0, time.UTC)
		rule := drawRule(t)
		r, err := parseRule(rule)
		if errors.Is(err, errRunaway) {
			return
		}
		if err != nil {
			t.Fatalf("%s: %v", rule, err)
		}
		var got []int64
		until := int64(math.MaxInt64)
		if r.until.set {
			until = r.until.wall
		}
		_ = r.times(start.Unix(), start.Unix(), end.Unix(), until, func(at int64) bool {
			got = append(got, at)
			return true
		})
		opt, err := rrule.StrToROption(rule)
		if err != nil {
			t.Fatal(err)
		}
		opt.Dtstart, opt.Until = start, end
		if r.until.set && r.until.wall < end.Unix() {
			opt.Until = time.Unix(r.until.wall, 0).UTC()
		}
		other, err := rrule.NewRRule(*opt)
		if err != nil {
			t.Fatal(err)
		}
		want := []int64{start.Unix()}
		for _, at := range other.All() {
			if at.Unix() != start.Unix() {
				want = append(want, at.Unix())
			}
		}
		if opt.Count > 0 && len(want) > opt.Count {
			want = want[:opt.Count] // the start counts
		}
		if !slices.Equal(got, want) {
			t.Fatalf("%s from %v gives\n%v, not\n%v", rule, start, stamps(got), stamps(want))
		}
	})
}

func stamps(list []int64) (out []string) {
	for _, at := range list[:min(len(list), 20)] {
		out = append(out, time.Unix(at, 0).UTC().Format("2006-01-02T15"))
	}
	return out
}

// drawRule draws what calendars write, and combinations that they do not.
func drawRule(t *rapid.T) string {
	freq := rapid.SampledFrom([]string{"DAILY", "WEEKLY", "MONTHLY", "YEARLY"}).Draw(t, "freq")
	parts := []string{"FREQ=" + freq}
	maybe := func(name string, values ...string) {
		if rapid.IntRange(0, 3).Draw(t, name+"?") > 0 {
			return
		}
		n := rapid.IntRange(1, 3).Draw(t, name+"#")
		var list []string
		for range n {
			if v := rapid.SampledFrom(values).Draw(t, name); !slices.Contains(list, v) {
				list = append(list, v)
			}
		}
		parts = append(parts, name+"="+strings.Join(list, ","))
	}
	if rapid.Bool().Draw(t, "interval?") {
		parts = append(parts, fmt.Sprint("INTERVAL=", rapid.IntRange(1, 5).Draw(t, "interval")))
	}
	switch rapid.IntRange(0, 2).Draw(t, "end") {
	case 0:
		parts = append(parts, fmt.Sprint("COUNT=", rapid.IntRange(1, 40).Draw(t, "count")))
	case 1:
		parts = append(parts, fmt.Sprintf("UNTIL=%d0615T120000Z", rapid.IntRange(2019, 2037).Draw(t, "until")))
	}
	parts = append(parts, "WKST="+rapid.SampledFrom([]string{"MO", "SU"}).Draw(t, "wkst"))
	maybe("BYMONTH", "1", "2", "6", "11", "12")
	if freq == "MONTHLY" || freq == "YEARLY" {
		maybe("BYMONTHDAY", "1", "13", "29", "31", "-1", "-7")
		// Not both sorts at once: the other program then asks for both.
		if rapid.Bool().Draw(t, "numbered") {
			maybe("BYDAY", "1FR", "-1SU", "2WE", "-2TH")
		} else {
			maybe("BYDAY", "MO", "TU", "FR")
		}
	} else {
		maybe("BYDAY", "MO", "TU", "WE", "TH", "FR", "SA", "SU")
	}
	if freq == "YEARLY" && len(parts) < 4 { // with more the other program looks until the year 9999
		maybe("BYYEARDAY", "1", "100", "366", "-1")
	}
	maybe("BYHOUR", "9", "14", "17")
	if rapid.IntRange(0, 5).Draw(t, "pos?") == 0 {
		parts = append(parts, "BYSETPOS="+rapid.SampledFrom([]string{"1", "-1", "2", "1,-1"}).Draw(t, "pos"))
	}
	return strings.Join(parts, ";")
}

func TestRuleThatIsNotUnderstoodIsRefused(t *testing.T) {
	for rule, why := range map[string]string{
		"":                          "FREQ",
		"INTERVAL=2":                "FREQ",
		"FREQ=FORTNIGHTLY":          "FORTNIGHTLY",
		"FREQ=SECONDLY":             "more often",
		"FREQ=MINUTELY;INTERVAL=60": "more often",
		"FREQ=HOURLY":               "more often",
		"FREQ=DAILY;BYSECOND=0,1,2,3,4,5,6,7,8,9,10,11,12,13,14,15,16,17,18,19,20,21,22,23,24": "more often",
		"FREQ=DAILY;INTERVAL=0":         "INTERVAL=0",
		"FREQ=DAILY;INTERVAL=-1":        "INTERVAL=-1",
		"FREQ=DAILY;COUNT=0":            "COUNT=0",
		"FREQ=DAILY;COUNT=x":            "COUNT=X",
		"FREQ=DAILY;UNTIL=soon":         "SOON",
		"FREQ=DAILY;BYMONTH=13":         "BYMONTH=13",
		"FREQ=DAILY;BYDAY=XX":           "BYDAY=XX",
		"FREQ=MONTHLY;BYDAY=0MO":        "BYDAY=0MO",
		"FREQ=DAILY;RSCALE=CHINESE":     "RSCALE",
		"FREQ=DAILY;FREQ=WEEKLY":        "twice",
		"FREQ":                          "no part",
		"FREQ=DAILY;BYMONTHDAY=-32":     "BYMONTHDAY=-32",
		"FREQ=WEEKLY;WKST=":             "no part",
		"FREQ=WEEKLY;BYDAY=MO;WKST=MON": "WKST=MON",
	} {
		if _, err := parseRule(rule); err == nil || !strings.Contains(err.Error(), why) {
			t.Errorf("%q gives %v, which does not name %s", rule, err, why)
		}
	}
}
