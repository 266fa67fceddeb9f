package evidence

import (
	"cmp"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"
)

// notProjects are the words before a hyphen and a number that name standards,
// models, hardware and the like, and no project of an issue tracker.
var notProjects = words(`UTF UCS ASCII LATIN BASE SHA MD AES DES RSA ECDSA HMAC CRC TLS SSL HTTP HTTPS
	ISO IEC IEEE ITU ANSI DIN RFC PEP JEP JSR EIP BIP ES ECMA WCAG CVE CWE CAPEC GHSA COVID SARS
	GPT BERT LLAMA QWEN GEMINI PHI MISTRAL SDXL VGG RESNET YOLO UNET CIFAR IMAGENET
	TOP STEP PHASE PART DAY WEEK YEAR FIG TABLE EQ SECTION CHAPTER INT UINT FP BF FLOAT
	RTX GTX GB DDR USB PCI CUDA ARM AMD X64 X86 WIN H264 H265 IPV LTS JDK`)

// notBranches are the words that stand before a number in branch names.
var notBranches = words(`FIX BUGFIX HOTFIX BUG ISSUE ISSUES GH PR PULL MR PATCH RELEASE REL VERSION FEATURE FEAT TASK
	TEST TRY REVERT BACKPORT CHERRY SPRINT PHASE STEP PART WIP TMP TEMP UPDATE BUMP UPGRADE`)

func words(s string) map[string]bool {
	set := make(map[string]bool)
	for _, w := range strings.Fields(s) {
		set[w] = true
	}
	return set
}

// Keys returns the issue keys that a text mentions ("ML-231"), each once, in
// the order of the text. A key stands by itself: in a sentence, in brackets or
// as a segment of an address. What only looks like one ("UTF-8", "SHA-256",
// "CVE-2024-1") is left out.
func Keys(text string) []string {
	return keys(text, func(key string) bool { return !notProjects[project(key)] })
}

// BranchKeys returns the issue keys in the name of a branch, in capitals:
// "feature/ml-231-cache" names ML-231.
func BranchKeys(branch string) []string {
	// In a branch, hyphens and underscores part words as spaces do elsewhere;
	// the one before a number belongs to its key.
	b := []byte(strings.ToUpper(branch))
	for i, c := range b {
		if c == '_' || c == '-' && (i+1 == len(b) || !isDigit(b[i+1]) || i > 0 && isDigit(b[i-1])) {
			b[i] = ' '
		}
	}
	return keys(string(b), func(key string) bool {
		p := project(key)
		return !notProjects[p] && !notBranches[p]
	})
}

// keys finds everything of the form of a key that ok accepts.
func keys(text string, ok func(key string) bool) []string {
	var found []string
	var seen map[string]bool // made when the first key is found
	for at := 0; ; {
		i := strings.IndexByte(text[at:], '-')
		if i < 0 {
			return found
		}
		hyphen := at + i
		at = hyphen + 1
		if key := keyAround(text, hyphen); key != "" && !seen[key] && ok(key) {
			if seen == nil {
				seen = make(map[string]bool)
			}
			seen[key] = true
			found = append(found, key)
		}
	}
}

// keyAround returns the key whose hyphen stands at i, "" where there is none.
// A project has two to ten capitals and digits and starts with a capital; a
// number has one to seven digits and no leading zero.
func keyAround(text string, i int) string {
	start, end := i, i+1
	for start > 0 && (isUpper(text[start-1]) || isDigit(text[start-1])) {
		start--
	}
	for end < len(text) && isDigit(text[end]) {
		end++
	}
	if n := i - start; n < 2 || n > 10 || !isUpper(text[start]) {
		return ""
	}
	if n := end - i - 1; n < 1 || n > 7 || text[i+1] == '0' {
		return ""
	}
	before, _ := utf8.DecodeLastRuneInString(text[:start])
	after, _ := utf8.DecodeRuneInString(text[end:])
	if inWord(before) || before == '-' || inWord(after) {
		return ""
	}
	// "CVE-2024-1" and "GPT-4.5" go on with a number.
	if end+1 < len(text) && (text[end] == '-' || text[end] == '.') && isDigit(text[end+1]) {
		return ""
	}
	return text[start:end]
}

func isUpper(c byte) bool { return 'A' <= c && c <= 'Z' }
func isDigit(c byte) bool { return '0' <= c && c <= '9' }

// inWord reports whether r continues a word. Scripts without capitals write no
// spaces around a foreign word, so their letters do not.
func inWord(r rune) bool {
	return unicode.IsUpper(r) || unicode.IsLower(r) || unicode.IsDigit(r) || r == '_'
}

// project returns the part of a key before its number.
func project(key string) string {
	p, _, _ := strings.Cut(key, "-")
	return p
}

// compareKeys orders keys by project, then by number: ML-9 before ML-10.
func compareKeys(a, b string) int {
	pa, na, _ := strings.Cut(a, "-")
	pb, nb, _ := strings.Cut(b, "-")
	ia, _ := strconv.Atoi(na)
	ib, _ := strconv.Atoi(nb)
	return cmp.Or(cmp.Compare(pa, pb), cmp.Compare(ia, ib))
}
