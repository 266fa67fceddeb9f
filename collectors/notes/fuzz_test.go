package notes

import (
	"strings"
	"testing"
	"time"
	"unicode/utf8"
)

// Whatever a note holds, reading it ends and gives valid text.
func FuzzNote(f *testing.F) {
	f.Add("---\ncreated: 2026-02-03\ntags: [a, b]\n---\n# H\n- [x] t ✅ 2026-02-03\n[[a#b|c]] #tag")
	f.Add("+++\ndate = 2026-02-03\n+++\n%%x%%\n```\n%%\n```")
	f.Add("## 2026-03-05\nx\n## 2026-03-06\n| a | b |\n|--|--|\n| c | d |")
	f.Add(strings.Repeat("> ", 200) + "deep")
	f.Add(strings.Repeat("[", 200))
	f.Fuzz(func(t *testing.T, raw string) {
		var fm front
		body, _ := fm.cut(plain([]byte(raw)))
		fm.tags()
		fm.time(time.UTC, "created", "date")
		d := read(body)
		d.journal(time.UTC)
		if !utf8.ValidString(d.text()) {
			t.Errorf("%q gives text that is not valid", raw)
		}
		for _, s := range d.sections {
			for _, k := range s.tasks {
				k.act(time.UTC)
			}
		}
	})
}
