package slack

import (
	"cmp"
	"fmt"
	"testing"
	"time"

	"pgregory.net/rapid"
)

func TestStampIsADecimalNumber(t *testing.T) {
	for _, c := range []struct{ in, want string }{
		{"1508284197.000015", "1508284197.000015"},
		{"1508284197", "1508284197.000000"},
		{"1508284197.15", "1508284197.150000"},
		{"01508284197.000015", "1508284197.000015"},
		{"1508284197.0000155", "1508284197.0000155"},
		{"", ""}, {".", ""}, {"-1.0", ""}, {"1e9", ""}, {"1.5e9", ""}, {"12a.1", ""}, {"1.1.1", ""},
		{"99999999999999.1", ""}, {"253402300800.0", ""}, {"0.0", ""}, {"1.0000000001", ""},
	} {
		if got := parseStamp(c.in); string(got) != c.want {
			t.Errorf("parseStamp(%q) is %q, not %q", c.in, got, c.want)
		}
	}
}

func TestStampKeepsItsMicroseconds(t *testing.T) {
	// As a float the two are one.
	a, b := parseStamp("1508284197.000015"), parseStamp("1508284197.000016")
	if a == b || a.compare(b) >= 0 {
		t.Errorf("%s and %s are not told apart", a, b)
	}
	if got, want := a.time(), time.Date(2017, 10, 17, 23, 49, 57, 15000, time.UTC); !got.Equal(want) {
		t.Errorf("the time is %v, not %v", got, want)
	}
}

func TestStampsHaveTheOrderOfTheirTimes(t *testing.T) {
	one := rapid.Custom(func(t *rapid.T) stamp {
		return parseStamp(fmt.Sprintf("%d.%06d", rapid.Int64Range(1, 1<<37).Draw(t, "seconds"), rapid.IntRange(0, 999999).Draw(t, "micros")))
	})
	rapid.Check(t, func(t *rapid.T) {
		a, b := one.Draw(t, "a"), one.Draw(t, "b")
		if a.compare(b) != a.time().Compare(b.time()) {
			t.Fatalf("%s and %s: %d, their times %d", a, b, a.compare(b), a.time().Compare(b.time()))
		}
		if a.compare(b) != -b.compare(a) || cmp.Compare(0, a.compare(a)) != 0 || parseStamp(string(a)) != a {
			t.Fatalf("%s and %s have no order", a, b)
		}
	})
}
