package gate

import (
	"strings"

	"golang.org/x/text/unicode/norm"
)

// Terminal returns s as one line that cannot steer a terminal, and that the log
// of a workflow run does not take for a command: it neither starts with "::"
// nor holds "##[" (the two forms that the GitHub Actions runner looks for).
func Terminal(s string) string {
	s = Line(s, 0)
	if strings.HasPrefix(s, "::") {
		s = ": " + s[1:]
	}
	return strings.ReplaceAll(s, "##[", "## [")
}

// maxCell is the longest cell that spreadsheets accept, in characters.
const maxCell = 32767

// CSV returns s as the content of a cell that no spreadsheet takes for a
// formula (CWE-1236): where it begins like one, an apostrophe goes before it.
// Quoting is the writer's.
func CSV(cell string) string {
	s := Block(cell, maxCell-1)
	// Some programs drop leading spaces before they look for a formula, and
	// read the full-width forms as the plain ones.
	first := strings.TrimLeft(s, " \u00a0\u202f\u3000\n\"")
	for _, p := range []string{"=", "+", "-", "@", "＝", "＋", "－", "＠"} {
		if strings.HasPrefix(first, p) {
			return "'" + s
		}
	}
	return s
}

// Slug returns s as a file name of a-z, 0-9 and single hyphens, 1 to 80
// characters long, that every file system accepts: "report" where nothing is
// left, and never a device name of Windows.
func Slug(s string) string {
	var b strings.Builder
	hyphen := false
	for _, r := range strings.ToLower(norm.NFKD.String(clean(s, false))) {
		switch {
		case r >= 'a' && r <= 'z', r >= '0' && r <= '9':
			if hyphen && b.Len() > 0 {
				b.WriteByte('-')
			}
			hyphen = false
			b.WriteRune(r)
		case r >= 0x300 && r <= 0x36f: // an accent, taken off its letter
		default:
			hyphen = true
		}
		if b.Len() >= 80 {
			break
		}
	}
	out := strings.TrimRight(b.String()[:min(b.Len(), 80)], "-")
	switch {
	case out == "":
		return "report"
	case reserved(out):
		return out + "-report"
	}
	return out
}

// reserved reports whether Windows keeps the name for a device.
func reserved(name string) bool {
	switch name {
	case "con", "prn", "aux", "nul":
		return true
	}
	return len(name) == 4 && (strings.HasPrefix(name, "com") || strings.HasPrefix(name, "lpt")) && name[3] >= '0' && name[3] <= '9'
}
