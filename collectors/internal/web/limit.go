package web

import (
	"bytes"
	"encoding/json"
	"math"
	"net/http"
	"regexp"
	"strconv"
	"strings"
	"time"
)

// The most that a header can make anybody wait; what is longer is as good as
// for ever.
const forEver = 10 * 365 * 24 * time.Hour

// growths is how often a wait is guessed before giving up: 1, 2 and 4 minutes.
const growths = 3

// limitWords tell a limit from a lack of rights where no header does: GitHub's
// search answers a bare 403 so.
var limitWords = regexp.MustCompile(`(?i)secondary rate limit|abuse detection|rate limit exceeded`)

// isLimit reports whether an answer says "not now" rather than "no".
func (a *ask) isLimit(resp *http.Response, body []byte) bool {
	h := resp.Header
	switch resp.StatusCode {
	case http.StatusTooManyRequests:
		return true
	case http.StatusForbidden:
		if h.Get("Retry-After") != "" || h.Get("X-RateLimit-Remaining") == "0" || limitWords.Match(body) {
			return true
		}
	}
	return a.t.opt.Limited != nil && a.t.opt.Limited(resp, body)
}

// limited pauses the host for as long as the answer says.
func (a *ask) limited(resp *http.Response) verdict {
	d, told := waitOf(resp.Header, a.serverTime(resp))
	if !told {
		d = time.Minute << min(a.limits, 10)
	}
	a.limits++
	a.host.paces.of(a.req.URL.Path).clear() // this wait is the one that counts
	if a.limits >= a.t.opt.Tries || !told && a.limits > growths {
		return verdict{err: a.over(d)}
	}
	return a.pause(d, "the host limits requests")
}

// pause keeps all workers from the host for d, or gives up when that is longer
// than allowed.
func (a *ask) pause(d time.Duration, why string) verdict {
	if d > a.t.opt.MaxWait {
		return verdict{err: a.over(d)}
	}
	a.host.gate.shut(d)
	a.waits(d, why)
	if !a.repeatable {
		return verdict{err: &LimitError{Host: a.req.URL.Host, Until: a.t.opt.Now().Add(d).UTC()}}
	}
	return verdict{again: true}
}

// over ends all asking of the host for d.
func (a *ask) over(d time.Duration) *LimitError {
	e := &LimitError{Host: a.req.URL.Host, Until: a.t.opt.Now().Add(d).UTC()}
	a.host.close(e, d)
	return e
}

// serverTime is the clock that a server's times are measured by: its own.
func (a *ask) serverTime(resp *http.Response) time.Time {
	if t, err := http.ParseTime(resp.Header.Get("Date")); err == nil {
		return t
	}
	return a.t.opt.Now()
}

// waitOf returns how long an answer asks to wait: by Retry-After, or until the
// limit that is used up is reset.
func waitOf(h http.Header, now time.Time) (time.Duration, bool) {
	if d, ok := retryAfter(h, now); ok {
		return d, true
	}
	if h.Get("X-RateLimit-Remaining") == "0" {
		return untilReset(h, now)
	}
	return 0, false
}

// retryAfter reads the header's seconds or date (RFC 9110, 10.2.3). A moment
// that has passed is one second; what is neither is nothing.
func retryAfter(h http.Header, now time.Time) (time.Duration, bool) {
	text := strings.TrimSpace(h.Get("Retry-After"))
	if n, err := strconv.ParseFloat(text, 64); err == nil {
		if n < 0 || math.IsNaN(n) {
			return 0, false
		}
		if n >= forEver.Seconds() {
			return forEver, true
		}
		return max(time.Second, time.Duration(math.Ceil(n))*time.Second), true
	}
	t, err := http.ParseTime(text)
	if err != nil {
		return 0, false
	}
	return min(forEver, max(time.Second, t.Sub(now))), true
}

// untilReset returns the time until a limit is reset and one second more.
// GitHub writes the moment in Unix seconds, Jira Cloud as RFC 3339.
func untilReset(h http.Header, now time.Time) (time.Duration, bool) {
	text := strings.TrimSpace(h.Get("X-RateLimit-Reset"))
	at, err := time.Parse(time.RFC3339, text)
	if err != nil {
		// Jira leaves out the seconds.
		at, err = time.Parse("2006-01-02T15:04Z07:00", text)
	}
	if err != nil {
		n, err := strconv.ParseInt(text, 10, 64)
		if err != nil || n <= 0 || n > math.MaxInt32*4 {
			return 0, false
		}
		at = time.Unix(n, 0)
	}
	d := at.Sub(now)
	if d <= 0 {
		return 0, false
	}
	return min(forEver, d+time.Second), true
}

// GraphQLLimited recognises the limit of a GraphQL answer with status 200: an
// error of the type RATE_LIMITED. It is meant for [Options.Limited].
func GraphQLLimited(resp *http.Response, body []byte) bool {
	if resp.StatusCode != http.StatusOK || !bytes.Contains(body, []byte("RATE_LIMITED")) {
		return false
	}
	var answer struct {
		Errors []struct {
			Type       string
			Extensions struct{ Code string }
		}
	}
	if json.Unmarshal(body, &answer) != nil {
		return false
	}
	for _, e := range answer.Errors {
		if e.Type == "RATE_LIMITED" || e.Extensions.Code == "RATE_LIMITED" {
			return true
		}
	}
	return false
}
