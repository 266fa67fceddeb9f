package collectors

import (
	"regexp"
	"strings"
)

// cut replaces the spans of s, which are in order and do not overlap.
func cut(s string, spans [][]int, with string) string {
	if len(spans) == 0 {
		return s
	}
	var b strings.Builder
	from := 0
	for _, span := range spans {
		b.WriteString(s[from:span[0]])
		b.WriteString(with)
		from = span[1]
	}
	b.WriteString(s[from:])
	return b.String()
}

var (
	pemBegin = regexp.MustCompile(`-----BEGIN (?:[A-Z0-9]{1,20} ){0,3}PRIVATE KEY(?: BLOCK)?-----`)
	pemEnd   = regexp.MustCompile(`-----END (?:[A-Z0-9]{1,20} ){0,3}PRIVATE KEY(?: BLOCK)?-----`)
	// pemLines is what can only be a key, quoted or in a diff as well.
	pemLines = regexp.MustCompile(`^(?:(?:[\s>+|]|\\[nr])*(?:(?:Proc-Type|DEK-Info|Version|Comment): [^\n]*|[A-Za-z0-9+/=]{20,}))*`)
)

// privateKeys finds private keys in PEM. Of one whose end is missing it finds
// the header and the lines that can only be key. It reads s a fixed number of
// times, however many headers a hostile text has.
func privateKeys(s string) [][]int {
	if !strings.Contains(s, "PRIVATE KEY") {
		return nil
	}
	var list [][]int
	begins, ends := pemBegin.FindAllStringIndex(s, -1), pemEnd.FindAllStringIndex(s, -1)
	for i, b := range begins {
		limit := len(s)
		if i+1 < len(begins) {
			limit = begins[i+1][0]
		}
		for len(ends) > 0 && ends[0][0] < b[1] {
			ends = ends[1:]
		}
		if len(ends) > 0 && ends[0][0] < limit {
			list = append(list, []int{b[0], ends[0][1]})
			continue
		}
		lines := pemLines.FindStringIndex(s[b[1]:limit])
		list = append(list, []int{b[0], b[1] + lines[1]})
	}
	return list
}

// passwords finds the password of each address that has one:
// scheme://user:password@host.
func passwords(s string) [][]int {
	var list [][]int
	for at := 0; ; {
		i := strings.Index(s[at:], "://")
		if i < 0 {
			return list
		}
		from := at + i + len("://")
		at = from
		if i == 0 || !schemeEnd(s[from-len("://")-1]) {
			continue
		}
		// What stands before the host ends at the last @ before the path.
		end := strings.IndexAny(s[from:], "/?# \t\r\n\"'<>`")
		if end < 0 {
			end = len(s) - from
		}
		user, _, ok := cutLast(s[from:from+end], "@")
		at = from + end
		colon := strings.Index(user, ":")
		if !ok || colon < 0 || colon+1 == len(user) || user[colon+1:] == markURL {
			continue
		}
		list = append(list, []int{from + colon + 1, from + len(user)})
	}
}

func schemeEnd(c byte) bool {
	return 'a' <= c && c <= 'z' || 'A' <= c && c <= 'Z' || '0' <= c && c <= '9' || c == '+' || c == '.' || c == '-'
}

func cutLast(s, sep string) (before, after string, ok bool) {
	if i := strings.LastIndex(s, sep); i >= 0 {
		return s[:i], s[i+len(sep):], true
	}
	return s, "", false
}
