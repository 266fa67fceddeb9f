package gate_test

import (
	"bytes"
	"html"
	"regexp"
	"strings"
	"testing"

	"github.com/yuin/goldmark"
	"github.com/yuin/goldmark/extension"
	"golang.org/x/text/unicode/norm"

	"github.com/dossier-report/dossier/report/gate"
)

func TestT12MarkdownIsInert(t *testing.T) {
	for in, want := range map[string]string{
		"[x](javascript:1)":            `\[x\](javascript\:1)`,
		"<img onerror=alert>":          `&lt;img onerror\=alert&gt;`,
		"a | b\n# c":                   `a \| b \# c`,
		"@team & #1":                   "`@team` &amp; `#1`",
		"**b** ![](u)":                 `\*\*b\*\* \!\[\](u)`,
		"`code`":                       "\\`code\\`",
		"see https://evil.example|x":   "see `https://evil.example`\\|`x`",
		"www.evil.example":             "`www.evil.example`",
		"by robin@acme.example, GH-7":  "by `robin@acme.example,` `GH-7`",
		"fixes acme/api#12 (0a1b2c3)":  "fixes `acme/api#12` `(0a1b2c3)`",
		":+1: costs $5":                "`:+1:` costs `$5`",
		"`@team`":                      "\\``@team`\\`",
		"1. one 2) two 2.5 (3) go.mod": `1\. one 2\) two 2.5 (3) go\.mod`,
		"it's \"so\"":                  `it's "so"`,
		"- one --- two":                `\- one \-\-\- two`,
		"A fit of 41 → 12 %, done.":    "A fit of 41 → 12 %, done.",
		"state-of-the-art: yes":        "state-of-the-art: yes",
		"{{ x }} ~~~ ===":              `\{\{ x \}\} \~\~\~ \=\=\=`,
		"":                             "",
	} {
		if got := gate.Markdown(in); got != want {
			t.Errorf("Markdown(%q) = %q, want %q", in, got, want)
		}
	}
}

var (
	page = goldmark.New(goldmark.WithExtensions(extension.GFM, extension.Footnote, extension.DefinitionList))
	tags = regexp.MustCompile(`<[^>]*>`)
	code = regexp.MustCompile(`<code>[^<]*</code>`)
	// what the sites look for in the text of the finished page
	sought = regexp.MustCompile(`(?i)(^|[^a-z0-9])@[a-z0-9]|#\d|://|\bgh-\d`)
)

// checkInert renders s as a paragraph and as a cell, with the extensions that
// GitHub has.
func checkInert(t *testing.T, s string) {
	t.Helper()
	md := gate.Markdown(s)
	if strings.ContainsAny(md, "\n\r") {
		t.Errorf("Markdown(%+q) = %+q has lines", s, md)
	}
	for _, source := range []string{md + "\n", "| h | i |\n|---|---|\n| " + md + " | end |\n"} {
		var out bytes.Buffer
		if err := page.Convert([]byte(source), &out); err != nil {
			t.Fatal(err)
		}
		for _, tag := range tags.FindAllString(out.String(), -1) {
			switch strings.Trim(tag, "</>") {
			case "p", "code", "table", "thead", "tbody", "tr", "th", "td":
			default:
				t.Errorf("Markdown(%+q) = %+q makes %s", s, md, tag)
			}
		}
		if bare := html.UnescapeString(tags.ReplaceAllString(code.ReplaceAllString(out.String(), ""), "")); sought.MatchString(bare) {
			t.Errorf("Markdown(%+q) = %+q leaves %q to be found", s, md, sought.FindString(bare))
		}
		text := html.UnescapeString(tags.ReplaceAllString(out.String(), ""))
		if want := gate.Line(s, 0); !strings.Contains(squeezed(text), squeezed(want)) {
			t.Errorf("Markdown(%+q) = %+q reads %+q", s, md, text)
		}
		if strings.HasPrefix(source, "|") && !strings.Contains(text, "end") {
			t.Errorf("Markdown(%+q) = %+q breaks a row", s, md)
		}
	}
}

// squeezed is s without what a reader cannot tell apart from nothing.
func squeezed(s string) string { return norm.NFC.String(strings.Join(strings.Fields(s), " ")) }

func TestT12MarkdownReadsTheSame(t *testing.T) {
	for _, s := range []string{
		"plain", "<script>alert(1)</script>", "[x](javascript:1)", "![p](http://pixel.example/x.png)", "`a` ``b`` ```c", "| a | b |", "|---|---|", "# h", "> q", "* x", "+ x", "1) x",
		"---", "===", "~~~", "```sh", "<!-- x", "<http://evil.example>", "[a]: http://evil.example", "[^1]: note", ": definition", "@team/x and me@evil.example", "foo@evil.example|bar",
		"a\\", "a\\|b", "\\`@x`", "`@x\\`|`", "&lt;b&gt; &#64;team &copy;", "www.evil.example ftp://x mailto:a@b.example xmpp:a@b.example", "- [ ] task", "2.5. x", "1.", "12)", ".5", "...", "a.b.c", ")", ":", ": x", ":--", "(a)[b](c)", "\"a\" 'b'", "x-", "-x-y", "--x", "<details><summary>x", "_a_ __b__ *c* ~~d~~ ^e^",
		"$x$ $$y$$", ":tada: :a:b:", "ab@cd&ef<gh>`ij`[k](l)|m@", "#1 #2 GH-3 acme/x#4 !5 deadbeef1", "\u202e@x", "Setext\n===", "    indented", "\ttab",
	} {
		checkInert(t, s)
	}
}

func FuzzMarkdown(f *testing.F) {
	for _, s := range []string{"", "@a`b|c", "[x](y)", "<a@b>", "\\`@", "&amp;@x", "1.", "-", "a|b`@c`|"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		if len(s) < 400 {
			checkInert(t, s)
		}
	})
}
