package slack

import (
	"cmp"
	"strconv"
	"strings"
	"time"
)

// stamp is a ts: seconds since 1970, a dot and at least six digits,
// "1508284197.000015". It names a message in its channel, so it stays the
// decimal number that it is: as a float it would be another.
type stamp string

// parseStamp reads a ts, "" when it is none. Missing digits are added, so that
// one message has one name.
func parseStamp(s string) stamp {
	sec, frac, _ := strings.Cut(s, ".")
	sec = strings.TrimLeft(sec, "0")
	if !digits(sec) || len(sec) > 11 || frac != "" && !digits(frac) || len(frac) > 9 {
		return ""
	}
	// 31 December 9999: what is later cannot be written.
	if n, err := strconv.ParseInt(sec, 10, 64); err != nil || n > 253402300799 {
		return ""
	}
	for len(frac) < 6 {
		frac += "0"
	}
	return stamp(sec + "." + frac)
}

func digits(s string) bool {
	for i := range len(s) {
		if s[i] < '0' || s[i] > '9' {
			return false
		}
	}
	return s != ""
}

// time returns the moment; the zero one for no ts.
func (s stamp) time() time.Time {
	sec, frac, ok := strings.Cut(string(s), ".")
	if !ok {
		return time.Time{}
	}
	n, _ := strconv.ParseInt(sec, 10, 64)
	nano, _ := strconv.ParseInt((frac + "000")[:9], 10, 64)
	return time.Unix(n, nano).UTC()
}

// compare orders stamps as the numbers that they are.
func (s stamp) compare(t stamp) int {
	a, _, _ := strings.Cut(string(s), ".")
	b, _, _ := strings.Cut(string(t), ".")
	return cmp.Or(cmp.Compare(len(a), len(b)), strings.Compare(string(s), string(t)))
}

// permalink is the address of a message, "" where that of the workspace is not
// known. A reply's names its thread:
// https://docs.slack.dev/reference/methods/chat.getPermalink
func permalink(base, channel string, ts, root stamp) string {
	if base == "" {
		return ""
	}
	address := base + "/archives/" + channel + "/p" + strings.ReplaceAll(string(ts), ".", "")
	if root != "" && root != ts {
		address += "?thread_ts=" + string(root) + "&cid=" + channel
	}
	return address
}
