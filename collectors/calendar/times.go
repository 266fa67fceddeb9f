package calendar

import (
	"regexp"
	"strconv"
	"strings"
	"time"
)

// slashed is a date that may have its day or its month first.
var slashed = regexp.MustCompile(`^\s*[0-9]{1,2}/[0-9]{1,2}/[0-9]{2,4}`)

var (
	dateForm  = regexp.MustCompile(`^([0-9]{1,4})([-/.])\s?([0-9]{1,2})[-/.]\s?([0-9]{1,4})\.?$`)
	clockForm = regexp.MustCompile(`^([0-9]{1,2})(?:[:.h]([0-9]{2}))?(?:[:.]([0-9]{2}))?\s*([AaPp])?\.?\s?[Mm]?\.?$`)
)

// readTime reads a date and time of an export, in wall-clock seconds. Dates are
// ISO (2026-02-03), American (2/3/2026), with the day first (3/2/2026 or
// 03.02.2026) or with the month's name (Feb 3, 2026 or 3 Feb 2026). Without a
// time it is midnight.
func readTime(text string, dayFirst bool) (int64, bool) {
	text = strings.Join(strings.Fields(strings.NewReplacer("\u202f", " ", "\u00a0", " ").Replace(text)), " ")
	if len(text) > 60 || text == "" {
		return 0, false
	}
	if len(text) > 10 && text[10] == 'T' {
		text = text[:10] + " " + strings.TrimSuffix(text[11:], "Z")
	}
	first, rest, _ := strings.Cut(text, " ")
	day, ok := numericDate(strings.TrimSuffix(first, ","), dayFirst)
	if !ok {
		if day, rest, ok = namedDate(text); !ok {
			return 0, false
		}
	}
	if rest == "" {
		return day * daySeconds, true
	}
	m := clockForm.FindStringSubmatch(strings.TrimLeft(rest, ", "))
	if m == nil {
		return 0, false
	}
	h, minute, s := atoi(m[1]), atoi(m[2]), atoi(m[3])
	if m[4] != "" {
		if h < 1 || h > 12 {
			return 0, false
		}
		h %= 12
		if strings.EqualFold(m[4], "p") {
			h += 12
		}
	}
	if h > 23 || minute > 59 || s > 60 {
		return 0, false
	}
	return day*daySeconds + int64(h*3600+minute*60+min(s, 59)), true
}

func numericDate(s string, dayFirst bool) (day int64, ok bool) {
	m := dateForm.FindStringSubmatch(s)
	if m == nil {
		return 0, false
	}
	a, b, c := atoi(m[1]), atoi(m[3]), atoi(m[4])
	y, mo, d := a, b, c
	switch {
	case len(m[1]) == 4 && len(m[4]) <= 2:
	case len(m[1]) > 2:
		return 0, false
	case m[2] == "." || dayFirst:
		y, mo, d = c, b, a
	default:
		y, mo, d = c, a, b
	}
	if y < 100 && len(m[1]) <= 2 && len(m[4]) == 2 {
		y += 2000
	}
	if y < 1900 || y > 9999 || mo < 1 || mo > 12 || d < 1 || d > daysIn(y, mo) {
		return 0, false
	}
	return civil(y, mo, d), true
}

// namedDate reads a date with the English name of its month, and returns what
// follows it.
func namedDate(text string) (day int64, rest string, ok bool) {
	words := strings.SplitN(text, " ", 4)
	if len(words) < 3 {
		return 0, "", false
	}
	date := strings.ReplaceAll(strings.Join(words[:3], " "), ",", "")
	for _, layout := range []string{"Jan 2 2006", "January 2 2006", "2 Jan 2006", "2 January 2006"} {
		if t, err := time.Parse(layout, date); err == nil && t.Year() >= 1900 {
			if len(words) == 4 {
				rest = words[3]
			}
			return t.Unix() / daySeconds, rest, true
		}
	}
	return 0, "", false
}

func atoi(s string) int {
	n, _ := strconv.Atoi(s)
	return n
}
