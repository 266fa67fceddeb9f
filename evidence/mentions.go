package evidence

import (
	"net/url"
	"strings"
)

// A mention is one item naming something: a key, an address, another item's
// number, id or commit. The thread builder finds out what goes by that name.
type mention struct {
	name string // in the form that names uses
	by   string // why it joins, for [Join.By]
	rank int    // the surer, the lower
}

// The ranks of mentions: of several that lead to the same item, the surest is
// the one that a join tells.
const (
	rankSame = iota
	rankCloses
	rankLink
	rankCommit
	rankKey
	rankAddress
	rankShared
)

// names returns what an item goes by. A name is a kind ("id", "url", "number",
// "sha", "key"), a colon and the rest in one spelling.
func names(it *Item) []string {
	out := []string{"id:" + it.ID}
	// A series of meetings has one address, and so has every room.
	if it.Kind != Meeting {
		own := addressNames(it.URL)
		if strings.Contains(it.URL, "?") && len(own) > 0 {
			own = own[:len(own)-1] // without its query it may be many pages
		}
		out = append(out, own...)
	}
	_, native, _ := strings.Cut(it.ID, ":")
	tail := native[strings.LastIndexAny(native, "/:@")+1:]
	if isSHA(tail, 40) {
		out = append(out, "sha:"+strings.ToLower(tail))
	}
	if place, n, ok := strings.Cut(native, "#"); ok && digits(n) == len(n) && n != "" {
		out = append(out, "number:"+strings.ToLower(place)+"#"+n)
	}
	if it.Kind == Ticket || it.Kind == Card {
		if key := ownKey(it, tail); key != "" {
			out = append(out, "key:"+key)
		}
	}
	return out
}

// ownKey returns the key of a ticket: the last segment of its address, the end
// of its id, or what its title begins with.
func ownKey(it *Item, tail string) string {
	address, _, _ := strings.Cut(it.URL, "?")
	address = strings.TrimRight(address, "/")
	title, _, _ := strings.Cut(strings.TrimLeft(it.Title, "[("), " ")
	for _, s := range []string{address[strings.LastIndexByte(address, '/')+1:], tail, strings.TrimRight(title, ":])")} {
		if i := strings.IndexByte(s, '-'); i > 0 && keyAround(s, i) == s {
			return s
		}
	}
	return ""
}

// addressNames returns the names that an address stands for: the number of an
// issue or pull request, a commit, itself without scheme and fragment, and last
// itself without its query.
func addressNames(address string) []string {
	u, err := url.Parse(address)
	if err != nil || u.Host == "" || len(u.Path) < 2 {
		return nil
	}
	path := strings.TrimRight(u.Path, "/")
	seg := strings.Split(strings.TrimPrefix(path, "/"), "/")
	full := "url:" + strings.ToLower(u.Host+path)
	var out []string
	if u.RawQuery != "" {
		// Some places keep a page's number in the query; it is tried first.
		out = append(out, full+"?"+u.RawQuery)
	}
	for i, s := range seg {
		switch {
		case i+1 == len(seg):
		case s == "pages" && digits(seg[i+1]) == len(seg[i+1]):
			// A Confluence address goes on with the title, which changes.
			full = "url:" + strings.ToLower(u.Host+"/"+strings.Join(seg[:i+2], "/"))
		case i >= 2 && (s == "pull" || s == "issues" || s == "discussions" || s == "merge_requests") && seg[i+1] != "":
			place := strings.ToLower(strings.TrimSuffix(strings.Join(seg[:i], "/"), "/-"))
			if n := seg[i+1]; digits(n) == len(n) {
				out = append(out, "number:"+place+"#"+n)
			}
		case (s == "commit" || s == "commits") && isSHA(seg[i+1], 10):
			out = append(out, "sha:"+strings.ToLower(seg[i+1]))
		}
	}
	return append(out, full)
}

// mentions calls yield for everything that an item names, whoever it is.
func mentions(it *Item, yield func(mention)) {
	for _, l := range it.Links {
		linkMentions(it, l, yield)
	}
	textMentions(it, it.Title, yield)
	textMentions(it, it.Text, yield)
	for _, a := range it.Acts {
		textMentions(it, a.Text, yield)
	}
	if it.Kind == Commit {
		mergeMentions(it, yield)
	}
}

func linkMentions(it *Item, link string, yield func(mention)) {
	const by = "links to it"
	yield(mention{"id:" + link, by, rankLink})
	for _, n := range addressNames(link) {
		yield(mention{n, by, rankLink})
	}
	for _, k := range keys(link, anyKey) {
		yield(mention{"key:" + k, "key " + k, rankKey})
	}
	if isSHA(link, 10) {
		yield(mention{"sha:" + strings.ToLower(link), "commit " + link[:10], rankCommit})
	}
	if place, n, ok := strings.Cut(link, "#"); ok && digits(n) == len(n) && n != "" {
		yield(mention{number(it, place, n), by, rankLink})
	}
}

func anyKey(string) bool { return true }

func textMentions(it *Item, text string, yield func(mention)) {
	for _, k := range keys(text, anyKey) {
		yield(mention{"key:" + k, "key " + k, rankKey})
	}
	closings(text, func(place, n string) {
		yield(mention{number(it, place, n), "closes " + place + "#" + n, rankCloses})
	})
	for rest := text; ; {
		i := strings.Index(rest, "http")
		if i < 0 {
			break
		}
		rest = rest[i:]
		if !strings.HasPrefix(rest, "https://") && !strings.HasPrefix(rest, "http://") {
			rest = rest[len("http"):]
			continue
		}
		end := strings.IndexFunc(rest, func(r rune) bool { return r <= ' ' || strings.ContainsRune("<>()[]{}|\"'`", r) })
		if end < 0 {
			end = len(rest)
		}
		for _, n := range addressNames(strings.TrimRight(rest[:end], ".,;:!?*_")) {
			yield(mention{n, "names its address", rankAddress})
		}
		rest = rest[max(end, len("http")):]
	}
	for i := 0; i < len(text); {
		n := hexRun(text[i:])
		whole := (i == 0 || !inWord(rune(text[i-1]))) && (i+n == len(text) || !inWord(rune(text[i+n])))
		if whole && isSHA(text[i:i+n], 10) {
			yield(mention{"sha:" + strings.ToLower(text[i:i+n]), "commit " + text[i:i+10], rankCommit})
		}
		i += n + 1
	}
}

// mergeMentions finds the pull request that a commit on the main branch came
// from: "Cache the tokenizer (#12)", "Merge pull request #12 from ...".
func mergeMentions(it *Item, yield func(mention)) {
	title := strings.TrimSpace(it.Title)
	n := ""
	if rest, ok := strings.CutPrefix(title, "Merge pull request #"); ok {
		n = rest[:digits(rest)]
	} else if i := strings.LastIndex(title, "(#"); i >= 0 && strings.HasSuffix(title, ")") {
		n = title[i+2 : len(title)-1]
	}
	if n != "" && digits(n) == len(n) {
		yield(mention{number(it, "", n), "merges #" + n, rankCloses})
	}
}

// closings calls yield for every "fixes #3" and "closes owner/repo#3". The words
// are GitHub's: https://docs.github.com/issues/tracking-your-work-with-issues/linking-a-pull-request-to-an-issue
func closings(text string, yield func(place, n string)) {
	for at := 0; ; {
		i := strings.IndexByte(text[at:], '#')
		if i < 0 {
			return
		}
		hash := at + i
		at = hash + 1
		n := text[at : at+digits(text[at:])]
		if n == "" {
			continue
		}
		start := hash
		for start > 0 && isPlace(text[start-1]) {
			start--
		}
		before := strings.TrimRight(text[:start], " \t")
		before = strings.TrimSuffix(before, ":")
		word := len(before)
		for word > 0 && len(before)-word < 9 && inWord(rune(before[word-1])) {
			word--
		}
		place := text[start:hash]
		if len(before) < start && closing[strings.ToLower(before[word:])] && (place == "" || strings.Contains(place, "/")) {
			yield(place, n)
		}
	}
}

var closing = words("close closes closed fix fixes fixed resolve resolves resolved")

func isPlace(c byte) bool {
	return isUpper(c) || isDigit(c) || 'a' <= c && c <= 'z' || strings.IndexByte("._-/", c) >= 0
}

// number names an issue or pull request of a place, by default the item's own.
func number(it *Item, place, n string) string {
	if place == "" {
		place = it.Place
	}
	return "number:" + strings.ToLower(place) + "#" + n
}

// digits returns how many digits s begins with.
func digits(s string) int {
	n := 0
	for n < len(s) && isDigit(s[n]) {
		n++
	}
	return n
}

// hexRun returns how many hexadecimal digits s begins with.
func hexRun(s string) int {
	n := 0
	for n < len(s) && (isDigit(s[n]) || 'a' <= s[n] && s[n] <= 'f') {
		n++
	}
	return n
}

// isSHA reports whether s is a commit's hash or at least the first least
// digits of one.
func isSHA(s string, least int) bool {
	return len(s) >= least && len(s) <= 40 && hexRun(strings.ToLower(s)) == len(s)
}
