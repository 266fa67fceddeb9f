package git

import (
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/dossier-report/dossier/evidence"
)

// maxTitle is the longest title, in bytes: git warns at 72 characters, and what
// is longer than this is no title.
const maxTitle = 1000

// fetched returns the commit as an item with the hash of what it was made from.
func (c *commit) fetched(from remote, private bool) evidence.Fetched {
	it := evidence.Item{
		ID:      "git:" + c.id,
		Source:  "git",
		Kind:    evidence.Commit,
		Text:    c.message.body,
		Place:   from.place,
		Private: private,
		Author:  &c.author,
		Acts:    []evidence.Act{c.act()},
		People:  c.others,
		Paths:   c.change.paths,
		Links:   c.links(from),
	}
	it.Title, _ = cut(c.message.title, maxTitle)
	if from.page != "" {
		it.URL = from.page + c.id
	}
	if c.author.Name == "" && c.author.Email == "" {
		it.Author = nil
	}
	if c.change.files > 0 {
		it.Size = &evidence.Size{Additions: c.change.additions, Deletions: c.change.deletions, Files: c.change.files}
	}
	if c.landed {
		it.Outcome = &evidence.Outcome{State: evidence.StateMerged, At: c.recorded}
	}
	if len(c.figures) > 0 {
		if it.Outcome == nil { // the experiment is done, whether or not it lands
			it.Outcome = &evidence.Outcome{State: evidence.StateDone, At: it.Acts[0].At}
		}
		it.Outcome.Figures = c.figures
	}
	return evidence.Fetched{Item: it, Hash: c.hash(from, private)}
}

// hash is of everything that the item was made from: the log, the change, where
// the clone came from and whether the commit has landed.
func (c *commit) hash(from remote, private bool) string {
	b := make([]byte, 0, 512)
	b = append(b, c.raw...)
	for _, n := range []int{int(c.part), int(c.written.Unix()), c.change.additions, c.change.deletions, c.change.files, c.change.binary, int(c.change.depth)} {
		b = strconv.AppendInt(append(b, 0), int64(n), 10)
	}
	b = strconv.AppendBool(append(b, 0), c.landed)
	b = strconv.AppendBool(append(b, 0), private)
	for _, s := range append([]string{from.host, from.place, from.page, c.parameters}, c.change.paths...) {
		b = append(append(b, 0), s...)
	}
	for _, f := range c.figures {
		b = fmt.Appendf(b, "\x00%s %v %s", f.Name, f.After, f.From)
		if f.Before != nil {
			b = fmt.Append(b, *f.Before)
		}
	}
	return evidence.Hash(b)
}

// act is what the person did, and when.
func (c *commit) act() evidence.Act {
	at := c.written
	if (c.part == reviewed || c.part == merged && len(c.parents) < 2) && !c.recorded.IsZero() {
		at = c.recorded
	}
	verb := evidence.Committed
	switch c.part {
	case merged:
		verb = evidence.Merged
	case reviewed:
		verb = evidence.Reviewed
	}
	a := evidence.Act{At: at, Verb: verb}
	if c.parameters != "" {
		a.Context = "parameters: " + c.parameters
	}
	return a
}

// in reports whether the commit counts in p, as [evidence.Item.In] does.
func (c *commit) in(p evidence.Period) bool {
	it := evidence.Item{Acts: []evidence.Act{c.act()}}
	if c.landed {
		it.Outcome = &evidence.Outcome{At: c.recorded}
	}
	return it.In(p)
}

var (
	webLink     = regexp.MustCompile("https?://[^\\s<>\"'`\\])}|]+")
	numberForm  = regexp.MustCompile(`(?:^|[\s(\[,])#([1-9][0-9]{0,8})\b`)
	foreignForm = regexp.MustCompile(`(?:^|[\s(\[,])([A-Za-z0-9][A-Za-z0-9-]*/[A-Za-z0-9._-]+)#([1-9][0-9]{0,8})\b`)
	mergeForm   = regexp.MustCompile(`^Merge (?:pull request #[0-9]+ from |(?:remote-tracking )?branch ')([^\s']+)`)
	revertForm  = regexp.MustCompile(`(?i)\breverts commit ([0-9a-f]{40})\b`)
)

// maxLinks bounds what a generated message may link to.
const maxLinks = 100

// links returns what the message points to: ticket keys, also in the name of a
// merged branch; "#12" with the place that it is said in; web addresses; other
// commits.
func (c *commit) links(from remote) []string {
	var links []string
	add := func(l string) {
		if l != "" && len(l) <= 2048 && len(links) < maxLinks && !slices.Contains(links, l) {
			links = append(links, l)
		}
	}
	text := c.message.title + "\n" + c.message.body
	for _, t := range c.message.trailers {
		switch {
		case t.key == "cherry-picked-from" && isID(t.value):
			add("git:" + t.value)
		case !strings.HasSuffix(t.key, "-by") && t.key != "cc":
			text += "\n" + t.value
		}
	}
	for _, key := range evidence.Keys(text) {
		add(key)
	}
	if strings.HasPrefix(text, "Merge ") {
		if m := mergeForm.FindStringSubmatch(text); m != nil {
			for _, key := range evidence.BranchKeys(m[1]) {
				add(key)
			}
		}
	}
	if strings.Contains(text, "#") {
		for _, m := range numberForm.FindAllStringSubmatch(text, maxLinks) {
			if from.host != "" {
				add(from.place + "#" + m[1])
			} else {
				add("#" + m[1])
			}
		}
		for _, m := range foreignForm.FindAllStringSubmatch(text, maxLinks) {
			add(m[1] + "#" + m[2])
		}
	}
	if strings.Contains(text, "://") {
		for _, l := range webLink.FindAllString(text, maxLinks) {
			add(userinfo.ReplaceAllString(strings.TrimRight(l, ".,;:!?*_"), "//"))
		}
	}
	if strings.Contains(text, "everts commit ") {
		for _, m := range revertForm.FindAllStringSubmatch(text, maxLinks) {
			add("git:" + m[1])
		}
	}
	return links
}

// oddities says what a reader must know about the item itself.
func (c *commit) oddities() (gaps []evidence.Gap) {
	bad := func(why string) {
		gaps = append(gaps, evidence.Gap{What: "git:" + c.id, Why: why, Bad: true})
	}
	if c.odd != "" {
		bad(c.odd)
	}
	if c.long {
		bad(fmt.Sprintf("the message is longer than %d KiB and was cut", maxField>>10))
	}
	return gaps
}

// day prints a day, "" for an open end.
func day(t time.Time, zone *time.Location) string {
	if t.IsZero() {
		return ""
	}
	if zone == nil {
		zone = time.UTC
	}
	return t.In(zone).Format(time.DateOnly)
}
