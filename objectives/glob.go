package objectives

import "strings"

// matchGlob reports whether name matches pattern, both split by slashes: "*"
// stands for any characters but a slash, "?" for one of them, "**" as a whole
// part for any number of parts. ASCII case does not matter; what is empty has no
// part to match. It allocates nothing, and its time is at most the product of
// the lengths.
func matchGlob(pattern, name string) bool {
	// As in matching one part, only the last ** needs to be tried again.
	var retryPattern, retryName string
	retry := false
	for {
		if pattern == "" && name == "" {
			return true
		}
		part, rest, more := strings.Cut(pattern, "/")
		if part == "**" {
			if !more {
				return true
			}
			pattern = rest
			retryPattern, retryName, retry = rest, name, true
			continue
		}
		first, after, deeper := strings.Cut(name, "/")
		if (pattern != "" && name != "") && matchPart(part, first) {
			// "docs/**" also matches "docs" itself.
			if more && !deeper && rest == "**" {
				return true
			}
			if more == deeper {
				if !more {
					return true
				}
				pattern, name = rest, after
				continue
			}
		}
		if !retry {
			return false
		}
		_, after, deeper = strings.Cut(retryName, "/")
		if !deeper {
			return false
		}
		pattern, name, retryName = retryPattern, after, after
	}
}

// matchPart matches one part without slashes.
func matchPart(pattern, name string) bool {
	p, n := 0, 0
	star, from := -1, 0
	for n < len(name) {
		switch {
		case p < len(pattern) && pattern[p] == '*':
			star, from = p, n
			p++
		case p < len(pattern) && (pattern[p] == '?' || lowerASCII(pattern[p]) == lowerASCII(name[n])):
			p++
			n++
		case star >= 0:
			from++
			p, n = star+1, from
		default:
			return false
		}
	}
	for p < len(pattern) && pattern[p] == '*' {
		p++
	}
	return p == len(pattern)
}

func lowerASCII(c byte) byte {
	if c >= 'A' && c <= 'Z' {
		return c + 'a' - 'A'
	}
	return c
}

// address strips what a link glob does not name: the scheme, "www.", and what
// follows the path.
func address(link string) string {
	if i := strings.Index(link, "://"); i >= 0 {
		link = strings.TrimPrefix(link[i+3:], "www.")
	}
	if i := strings.IndexAny(link, "?#"); i >= 0 {
		link = link[:i]
	}
	return strings.TrimSuffix(link, "/")
}
