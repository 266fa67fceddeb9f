package evidence

import (
	"cmp"
	"strings"
	"testing"
	"time"
	_ "time/tzdata" // the table needs zones that the machine may lack

	"pgregory.net/rapid"
)

var zones = []string{"UTC", "America/Vancouver", "Asia/Kolkata", "Europe/Lisbon", "Pacific/Apia",
	"America/Havana", "Asia/Beirut", "America/St_Johns", "Atlantic/Azores"}

func load(t interface{ Fatal(...any) }, name string) *time.Location {
	zone, err := time.LoadLocation(name)
	if err != nil {
		t.Fatal(err)
	}
	return zone
}

func TestParsePeriod(t *testing.T) {
	const april = time.April
	tests := []struct {
		text, now, from, to string // days in the zone, to excluded; "" is open
		fiscal              time.Month
	}{
		{text: "2026", from: "2026-01-01", to: "2027-01-01"},
		{text: "2026-H1", from: "2026-01-01", to: "2026-07-01"},
		{text: "2026H2", from: "2026-07-01", to: "2027-01-01"},
		{text: "h1 2026", from: "2026-01-01", to: "2026-07-01"},
		{text: "H1", from: "2026-01-01", to: "2026-07-01"},
		{text: " 2026  -  q2 ", from: "2026-04-01", to: "2026-07-01"},
		{text: "Q4 2025", from: "2025-10-01", to: "2026-01-01"},
		{text: "Q2", from: "2026-04-01", to: "2026-07-01"},
		{text: "2026-03", from: "2026-03-01", to: "2026-04-01"},
		{text: "2024-02", from: "2024-02-01", to: "2024-03-01"},
		{text: "2026-12", from: "2026-12-01", to: "2027-01-01"},
		{text: "2026-03-15", from: "2026-03-15", to: "2026-03-16"},
		{text: "2024-02-29", from: "2024-02-29", to: "2024-03-01"},

		{text: "FY26", from: "2026-01-01", to: "2027-01-01"},
		{text: "FY2026", fiscal: april, from: "2025-04-01", to: "2026-04-01"},
		{text: "FY26-H1", fiscal: april, from: "2025-04-01", to: "2025-10-01"},
		{text: "fy26 q1", fiscal: april, from: "2025-04-01", to: "2025-07-01"},
		{text: "FY26-Q4", fiscal: april, from: "2026-01-01", to: "2026-04-01"},
		{text: "H2 FY26", fiscal: time.October, from: "2026-04-01", to: "2026-10-01"},
		{text: "H1 2026", fiscal: april, from: "2026-01-01", to: "2026-07-01"}, // calendar, fiscal year or not

		{text: "2026-01-01..2026-06-30", from: "2026-01-01", to: "2026-07-01"},
		{text: "2026-01-01 .. 2026-01-01", from: "2026-01-01", to: "2026-01-02"},
		{text: "2025-Q4..2026-03", from: "2025-10-01", to: "2026-04-01"},
		{text: "2025..today", now: "2026-06-30", from: "2025-01-01", to: "2026-07-01"},
		{text: "2026-03-01..", from: "2026-03-01"},
		{text: "..2026-03-01", to: "2026-03-02"},
		{text: "..2026-H1", to: "2026-07-01"},
		{text: "since 2026-03-01", from: "2026-03-01"},
		{text: "Since Q2", from: "2026-04-01"},
		{text: "until 2026-03", to: "2026-04-01"},
		{text: "ALL"},

		{text: "today", from: "2026-06-30", to: "2026-07-01"},
		{text: "yesterday", from: "2026-06-29", to: "2026-06-30"},
		{text: "this week", from: "2026-06-29", to: "2026-07-06"}, // 30 June 2026 is a Tuesday
		{text: "last week", from: "2026-06-22", to: "2026-06-29"},
		{text: "this month", from: "2026-06-01", to: "2026-07-01"},
		{text: "last month", from: "2026-05-01", to: "2026-06-01"},
		{text: "this quarter", from: "2026-04-01", to: "2026-07-01"},
		{text: "last quarter", from: "2026-01-01", to: "2026-04-01"},
		{text: "this half", from: "2026-01-01", to: "2026-07-01"},
		{text: "last half", from: "2025-07-01", to: "2026-01-01"},
		{text: "this year", from: "2026-01-01", to: "2027-01-01"},
		{text: "Last Year", from: "2025-01-01", to: "2026-01-01"},
		{text: "last 6 months", from: "2026-01-01", to: "2026-07-01"},
		{text: "6 months", from: "2026-01-01", to: "2026-07-01"},
		{text: "1 month", from: "2026-06-01", to: "2026-07-01"},
		{text: "last 2 quarters", from: "2026-01-01", to: "2026-07-01"},
		{text: "1 year", from: "2025-07-01", to: "2026-07-01"},
		{text: "7 days", from: "2026-06-24", to: "2026-07-01"},
		{text: "1 day", from: "2026-06-30", to: "2026-07-01"},
		{text: "2 weeks", from: "2026-06-17", to: "2026-07-01"},

		// New year.
		{text: "this week", now: "2027-01-01", from: "2026-12-28", to: "2027-01-04"},
		{text: "last week", now: "2026-01-05", from: "2025-12-29", to: "2026-01-05"},
		{text: "this week", now: "2027-01-03", from: "2026-12-28", to: "2027-01-04"}, // Sunday is its last day
		{text: "last month", now: "2026-01-31", from: "2025-12-01", to: "2026-01-01"},
		{text: "last quarter", now: "2026-02-28", from: "2025-10-01", to: "2026-01-01"},
		// Months of other lengths.
		{text: "1 month", now: "2026-03-30", from: "2026-02-28", to: "2026-03-31"},
		{text: "12 months", now: "2024-02-28", from: "2023-02-28", to: "2024-02-29"},
	}
	for _, name := range zones {
		zone := load(t, name)
		day := func(s string) time.Time {
			if s == "" {
				return time.Time{}
			}
			d, err := time.Parse(time.DateOnly, s)
			if err != nil {
				t.Fatal(err)
			}
			return dayStart(d, zone)
		}
		for _, tt := range tests {
			// Noon in the zone, whatever the zone.
			today, err := time.Parse(time.DateOnly, cmp.Or(tt.now, "2026-06-30"))
			if err != nil {
				t.Fatal(err)
			}
			now := time.Date(today.Year(), today.Month(), today.Day(), 12, 0, 0, 0, zone)
			p, err := ParsePeriod(tt.text, now.UTC(), zone, tt.fiscal)
			if err != nil {
				t.Errorf("%s %q: %v", name, tt.text, err)
				continue
			}
			if !p.From.Equal(day(tt.from)) || !p.To.Equal(day(tt.to)) || p.Zone != zone {
				t.Errorf("%s %q at %s = %s to %s, want %s to %s", name, tt.text, now, p.From, p.To, tt.from, tt.to)
			}
		}
	}
}

func TestPeriodInstantsFollowTheZone(t *testing.T) {
	tests := []struct {
		zone, text, from, to string
		hours                float64
	}{
		{"America/Vancouver", "2026-H1", "2026-01-01T08:00:00Z", "2026-07-01T07:00:00Z", 0},
		{"America/Vancouver", "2026-03-08", "2026-03-08T08:00:00Z", "2026-03-09T07:00:00Z", 23},
		{"Asia/Kolkata", "2026-03", "2026-02-28T18:30:00Z", "2026-03-31T18:30:00Z", 31 * 24},
		{"Europe/Lisbon", "2026-03-29", "2026-03-29T00:00:00Z", "2026-03-29T23:00:00Z", 23},
		{"Europe/Lisbon", "2026-10-25", "2026-10-24T23:00:00Z", "2026-10-26T00:00:00Z", 25},
		{"UTC", "2026-10-25", "2026-10-25T00:00:00Z", "2026-10-26T00:00:00Z", 24},
		// The day before the one that Apia skipped, and a week with that hole.
		{"Pacific/Apia", "2011-12-29", "2011-12-29T10:00:00Z", "2011-12-30T10:00:00Z", 24},
		{"Pacific/Apia", "2011-12-29..2011-12-31", "2011-12-29T10:00:00Z", "2011-12-31T10:00:00Z", 48},
		{"Asia/Beirut", "2022-03-27", "2022-03-26T22:00:00Z", "2022-03-27T21:00:00Z", 23},      // 00:00 does not exist
		{"America/Havana", "2025-11-02", "2025-11-02T04:00:00Z", "2025-11-03T05:00:00Z", 25},   // 00:00 exists twice
		{"America/St_Johns", "2009-11-01", "2009-11-01T02:30:00Z", "2009-11-02T03:30:00Z", 25}, // 00:01 goes back to 23:01
	}
	for _, tt := range tests {
		p, err := ParsePeriod(tt.text, time.Time{}, load(t, tt.zone), 0)
		if err != nil {
			t.Errorf("%s %q: %v", tt.zone, tt.text, err)
			continue
		}
		from, to := p.From.UTC().Format(time.RFC3339), p.To.UTC().Format(time.RFC3339)
		if from != tt.from || to != tt.to {
			t.Errorf("%s %q = %s to %s, want %s to %s", tt.zone, tt.text, from, to, tt.from, tt.to)
		}
		if h := p.To.Sub(p.From).Hours(); tt.hours > 0 && h != tt.hours {
			t.Errorf("%s %q lasts %v h, want %v", tt.zone, tt.text, h, tt.hours)
		}
	}
}

func TestTodayIsTheDayInTheZone(t *testing.T) {
	now := time.Date(2026, 7, 1, 3, 0, 0, 0, time.UTC)
	for zone, want := range map[string]string{"UTC": "1 July 2026", "America/Vancouver": "30 June 2026", "Pacific/Apia": "1 July 2026"} {
		p, err := ParsePeriod("today", now, load(t, zone), 0)
		if err != nil || p.Long() != want || !p.Contains(now) {
			t.Errorf("today in %s is %s (%v), want %s", zone, p.Long(), err, want)
		}
	}
}

func TestPeriodErrorsSayWhatIsWrong(t *testing.T) {
	tests := []struct{ text, want string }{
		{"", "is not understood"}, {"soon", "is not understood"}, {"last fortnight", "is not understood"}, {"last", "is not understood"},
		{"..", "is not understood"}, {"2026-H3", "is not understood"}, {"Q5", "is not understood"}, {"0026", "is not understood"},
		{"20261", "is not understood"}, {"2026-1", "is not understood"}, {"2026-01-01...2026-02-01", "is not understood"},
		{"since", "is not understood"}, {"next week", "is not understood"}, {"1 6 months", "is not understood"},
		{"2026-01-01T00:00:00Z", "is not understood"}, {"2026-01-01..soon", "is not understood"}, {"soon..", "is not understood"},
		{"since since 2026", "is not understood"}, {"2026 ..2027.. 2028", "is not understood"}, {"\x00", "is not understood"},
		{"2026-13", "a month that does not exist"}, {"2026-00", "a month that does not exist"},
		{"2026-02-29", "a day that does not exist"}, {"2026-04-31..", "a day that does not exist"},
		{"2026-06-30..2026-01-01", "is reversed"}, {"2026..2025", "is reversed"},
		{"0 days", "is empty"}, {"9999 years", "starts before 1900"},
	}
	for _, tt := range tests {
		p, err := ParsePeriod(tt.text, time.Now(), time.UTC, 0)
		if err == nil || !strings.Contains(err.Error(), tt.want) {
			t.Errorf("%q = %v, %v, want an error that it %s", tt.text, p, err, tt.want)
			continue
		}
		if lists := strings.Contains(err.Error(), PeriodForms); lists != (tt.want == "is not understood") {
			t.Errorf("%q: the forms are listed: %v\n%v", tt.text, lists, err)
		}
	}
	_, err := ParsePeriod("2011-12-30", time.Now(), load(t, "Pacific/Apia"), 0)
	if err == nil || !strings.Contains(err.Error(), "had no such day") {
		t.Errorf("the day that Apia skipped: %v", err)
	}
}

func TestPeriodFormsAreUnderstood(t *testing.T) {
	now := time.Date(2026, 6, 30, 12, 0, 0, 0, time.UTC)
	for line := range strings.Lines(PeriodForms) {
		forms, _, _ := strings.Cut(strings.TrimSpace(line), "  ")
		for form := range strings.SplitSeq(forms, ", ") {
			if _, err := ParsePeriod(form, now, time.UTC, 0); err != nil {
				t.Error(err)
			}
		}
	}
}

func TestPeriodPrintsItsDays(t *testing.T) {
	tests := []struct{ text, long, short string }{
		{"2026-H1", "1 January – 30 June 2026", "1 Jan – 30 Jun 2026"},
		{"2026-03", "1 – 31 March 2026", "1 – 31 Mar 2026"},
		{"2026-02-05", "5 February 2026", "5 Feb 2026"},
		{"2025-07-01..2026-06-30", "1 July 2025 – 30 June 2026", "1 Jul 2025 – 30 Jun 2026"},
		{"2025-03-01..2026-03-31", "1 March 2025 – 31 March 2026", "1 Mar 2025 – 31 Mar 2026"},
		{"since 2026-03-01", "since 1 March 2026", "since 1 Mar 2026"},
		{"until 2026-03-01", "until 1 March 2026", "until 1 Mar 2026"},
		{"all", "all time", "all time"},
	}
	for _, name := range zones {
		for _, tt := range tests {
			p, err := ParsePeriod(tt.text, time.Now(), load(t, name), 0)
			if err != nil || p.Long() != tt.long || p.Short() != tt.short || p.String() != tt.short+", "+name {
				t.Errorf("%s %q prints %q, %q, %q (%v)", name, tt.text, p.Long(), p.Short(), p.String(), err)
			}
		}
	}
	if got := (Period{}).String(); got != "all time, UTC" {
		t.Errorf("the zero period prints %q", got)
	}
}

func TestPeriodCovers(t *testing.T) {
	parse := func(s string) Period {
		p, err := ParsePeriod(s, time.Now(), time.UTC, 0)
		if err != nil {
			t.Fatal(err)
		}
		return p
	}
	tests := []struct {
		p, other string
		want     bool
	}{
		{"2026", "2026", true}, {"2026", "2026-H1", true}, {"2026-H1", "2026", false}, {"2026-H2", "2026", false},
		{"all", "2026", true}, {"2026", "all", false}, {"all", "all", true},
		{"2026..", "2026", true}, {"2026..", "..2026", false}, {"..2026", "2026", true}, {"..2026", "2026..", false},
		{"2026", "2026..", false}, {"2026", "..2026", false}, {"2026..", "2027..", true}, {"2027..", "2026..", false},
	}
	for _, tt := range tests {
		if got := parse(tt.p).Covers(parse(tt.other)); got != tt.want {
			t.Errorf("%s covers %s: %v, want %v", tt.p, tt.other, got, tt.want)
		}
	}
}

func someDay(t *rapid.T, label string) time.Time {
	return date(1970, 1, 1).AddDate(0, 0, rapid.IntRange(0, 47_000).Draw(t, label))
}

func TestPeriodOfTwoDatesRoundTrips(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		zone := load(t, rapid.SampledFrom(zones).Draw(t, "zone"))
		a := someDay(t, "first")
		b := a.AddDate(0, 0, rapid.IntRange(1, 4000).Draw(t, "days"))
		text := a.Format(time.DateOnly) + ".." + b.Format(time.DateOnly)
		p, err := ParsePeriod(text, time.Time{}, zone, 0)
		if err != nil {
			t.Fatal(err)
		}
		skipped := date(2011, 12, 30)
		if zone.String() == "Pacific/Apia" && (a.Equal(skipped) || b.Equal(skipped)) {
			t.Skip("that day does not exist")
		}
		if got := p.From.Format(time.DateOnly) + ".." + p.To.Add(-1).Format(time.DateOnly); got != text {
			t.Errorf("%s in %s is %s", text, zone, got)
		}
	})
}

func TestEveryInstantLiesInOneOfTwoAdjacentPeriods(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		zone := load(t, rapid.SampledFrom(zones).Draw(t, "zone"))
		day := someDay(t, "day")
		next := day.AddDate(0, 0, 1).Format(time.DateOnly)
		before, err1 := ParsePeriod(".."+day.Format(time.DateOnly), time.Time{}, zone, 0)
		after, err2 := ParsePeriod(next+"..", time.Time{}, zone, 0)
		if err1 != nil || err2 != nil {
			t.Fatal(err1, err2)
		}
		at := after.From.Add(time.Duration(rapid.Int64Range(-1e14, 1e14).Draw(t, "away")))
		if rapid.Bool().Draw(t, "at the edge") {
			at = after.From
		}
		if before.Contains(at) == after.Contains(at) {
			t.Errorf("%s is in both or none of %s and %s", at, before, after)
		}
		if !at.Before(after.From) != after.Contains(at) {
			t.Errorf("%s: %s starts at %s", at, after, after.From)
		}
	})
}

func FuzzParsePeriod(f *testing.F) {
	for line := range strings.Lines(PeriodForms) {
		forms, _, _ := strings.Cut(strings.TrimSpace(line), "  ")
		for form := range strings.SplitSeq(forms, ", ") {
			f.Add(form)
		}
	}
	zone := load(f, "America/Vancouver")
	now := time.Date(2026, 6, 30, 12, 0, 0, 0, zone)
	f.Fuzz(func(t *testing.T, text string) {
		p, err := ParsePeriod(text, now, zone, time.April)
		if err != nil {
			return
		}
		if !p.From.IsZero() && !p.To.IsZero() && !p.From.Before(p.To) {
			t.Errorf("%q is empty: %s to %s", text, p.From, p.To)
		}
		if _, err := ParsePeriod(strings.ToUpper("  "+text+" "), now, zone, time.April); err != nil {
			t.Errorf("capitals or spaces matter in %q: %v", text, err)
		}
	})
}
