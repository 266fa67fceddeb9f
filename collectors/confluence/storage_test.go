package confluence

import (
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"pgregory.net/rapid"
)

func called(ref string) string { return map[string]string{"712020:ana": "Ana Duarte"}[ref] }

func TestStorageFormatReadsAsAReaderSeesIt(t *testing.T) {
	for _, tt := range []struct{ name, in, want, links string }{
		{"paragraphs", "<h1>Plan</h1><p>One <strong>bold</strong> word.</p><p>Two<br/>lines</p>", "Plan\nOne bold word.\nTwo\nlines", ""},
		{"entities", "<p>a &lt; b &amp;&nbsp;c &eacute; &#8594; &nosuch; &hellip;</p>", "a < b & c é → &nosuch; …", ""},
		{"code", `<ac:structured-macro ac:name="code" ac:schema-version="1"><ac:parameter ac:name="language">go</ac:parameter><ac:parameter ac:name="title">main.go</ac:parameter><ac:plain-text-body><![CDATA[if a < b {
	return "</p>"
}]]></ac:plain-text-body></ac:structured-macro><p>after</p>`, "main.go\nif a < b {\n\treturn \"</p>\"\n}\nafter", ""},
		{"tasks", `<ac:task-list><ac:task><ac:task-id>1</ac:task-id><ac:task-uuid>9f</ac:task-uuid><ac:task-status>complete</ac:task-status><ac:task-body><span>Profile it <time datetime="2026-03-04" /></span></ac:task-body></ac:task>
<ac:task><ac:task-id>2</ac:task-id><ac:task-status>incomplete</ac:task-status><ac:task-body>Fix it</ac:task-body></ac:task></ac:task-list>`, "[x] Profile it 2026-03-04\n[ ] Fix it", ""},
		{"lists", "<ul><li><p>a</p><ol><li>b</li><li>c</li></ol></li><li>d</li></ul>", "- a\n  1. b\n  2. c\n- d", ""},
		{"table", "<table><tbody><tr><th><p>run</p></th><th><p>FID</p></th></tr><tr><td><p>1</p></td><td><p>9.8</p></td></tr></tbody></table>", "run | FID\n1 | 9.8", ""},
		{"mention", `<p>Thanks <ac:link><ri:user ri:account-id="712020:ana" /></ac:link>!</p>`, "Thanks @Ana Duarte!", ""},
		{"link to a page", `<p>see <ac:link><ri:page ri:space-key="ML" ri:content-title="Old plan" /></ac:link> and <ac:link><ri:page ri:content-title="Other" /><ac:plain-text-link-body><![CDATA[the <other>]]></ac:plain-text-link-body></ac:link>.</p>`, "see Old plan and the <other>.", ""},
		{"links", `<p><a href="https://github.com/acme/api/pull/12?a=1&amp;b=2">the change</a> <a href="javascript:alert(1)">x</a> <a href="/relative">y</a> <a href="https://user:pw@acme.example/">z</a></p>`, "the change x y z", "https://github.com/acme/api/pull/12?a=1&b=2"},
		{"link without words", `<p><a href="https://acme.example/x" data-card-appearance="inline"></a></p>`, "https://acme.example/x", "https://acme.example/x"},
		{"jira macro", `<p>Done in <ac:structured-macro ac:name="jira"><ac:parameter ac:name="server">Jira</ac:parameter><ac:parameter ac:name="key">ML-231</ac:parameter></ac:structured-macro>, really</p>`, "Done in ML-231, really", "ML-231"},
		{"status", `<p>State: <ac:structured-macro ac:name="status"><ac:parameter ac:name="colour">Green</ac:parameter><ac:parameter ac:name="title">DONE</ac:parameter></ac:structured-macro> now</p>`, "State: DONE now", ""},
		{"expand and panel", `<ac:structured-macro ac:name="expand"><ac:parameter ac:name="title">More</ac:parameter><ac:rich-text-body><p>inside</p></ac:rich-text-body></ac:structured-macro><ac:structured-macro ac:name="info"><ac:rich-text-body><p>mind</p></ac:rich-text-body></ac:structured-macro>`, "More\ninside\nmind", ""},
		{"what the new editor wrote twice", `<ac:adf-extension><ac:adf-node type="panel"><ac:adf-attribute key="panel-type">note</ac:adf-attribute><ac:adf-content><p>once</p></ac:adf-content></ac:adf-node><ac:adf-fallback><div><p>once</p></div></ac:adf-fallback></ac:adf-extension>`, "once", ""},
		{"what no reader sees", `<p>a<!-- secret --><ac:placeholder>Type here</ac:placeholder><script>evil()</script><?php x ?>b</p>`, "ab", ""},
		{"emoji and images", `<p><ac:emoticon ac:name="blue-star" ac:emoji-shortname=":tada:" ac:emoji-fallback="🎉" /> <ac:image ac:alt="loss curve"><ri:attachment ri:filename="loss.png" /></ac:image></p>`, "🎉 loss curve", ""},
		{"inline comment", `<p>We <ac:inline-comment-marker ac:ref="1">ran</ac:inline-comment-marker> it</p>`, "We ran it", ""},
		{"preformatted", "<pre>a\n  b</pre>", "a\n  b", ""},
		{"not closed", "<p>one<p>two<ul><li>three</b></table>", "one\ntwo\n- three", ""},
		{"cut short", `<p>one</p><a href="https://acme.example/`, "one", "https://acme.example/"},
		{"quote without end", `<p title="x>one</p><p>two</p>`, "one\ntwo", ""},
		{"no markup", "a < b && c > d <3", "a < b && c > d <3", ""},
		{"CDATA without end", "<p>x</p><![CDATA[y", "x\ny", ""},
		{"upper case", "<P>one</P><AC:TASK-STATUS>complete", "one", ""},
		{"invalid bytes", "<p>a\xffb</p>", "a\ufffdb", ""},
	} {
		got := plain(tt.in, called)
		if got.text != tt.want {
			t.Errorf("%s: %q, not %q", tt.name, got.text, tt.want)
		}
		if l := strings.Join(got.links, " "); l != tt.links {
			t.Errorf("%s: links %q, not %q", tt.name, l, tt.links)
		}
	}
}

func TestT04T05T06T07LinksThatLeadNowhereGoodAreLeftOut(t *testing.T) {
	for _, href := range []string{"javascript:app.alert(1)", "data:text/html,x", "file:///etc/passwd", `\\\\evil\share`, "smb://evil/x",
		"https://example.com@evil.test/", "https://user:pw@acme.example/", "/relative", "#top", "https://", "https://acme.example/" + strings.Repeat("x", 3000)} {
		if got := plain(`<p><a href="`+href+`">word</a><ri:url ri:value="`+href+`"/></p>`, nil); len(got.links) > 0 || got.text != "word" {
			t.Errorf("%s: links %q, text %q", href, got.links, got.text)
		}
	}
	// A line's end in an address is the document's, and no second address.
	if got := plain("<a href=\"https://acme.example/a\nb\">word</a>", nil); len(got.links) != 0 {
		t.Errorf("links %q", got.links)
	}
}

// Time is linear in the document, however it is nested.
func TestHostileStorageFormatEndsSoon(t *testing.T) {
	const n = 40_000
	for name, doc := range map[string]string{
		"deep":             strings.Repeat("<p>", n) + "x" + strings.Repeat("</p>", n),
		"ends alone":       strings.Repeat("<b>", n) + strings.Repeat("</i>", n),
		"ends of the root": "<div>" + strings.Repeat("<b>", n) + strings.Repeat("</div>", n),
		"quotes":           strings.Repeat(`<a ">`, n) + `'` + strings.Repeat(`<a '>`, n),
		"attributes":       "<a " + strings.Repeat(`x="y" `, n) + "href='z'>",
		"comments":         strings.Repeat("<!--", n),
		"CDATA":            strings.Repeat("<![CDATA[", n),
		"lists":            strings.Repeat("<ul><li>", n),
		"rows":             "<table>" + strings.Repeat("<tr><td>", n),
		"macros":           strings.Repeat(`<ac:structured-macro ac:name="info"><ac:parameter ac:name="title">x`, n/4),
		"entities":         strings.Repeat("&amp", n) + strings.Repeat("&", n),
	} {
		done := make(chan rendered, 1)
		go func() { done <- plain(doc, nil) }()
		select {
		case got := <-done:
			if len(got.text) > 20*len(doc) {
				t.Errorf("%s: %d bytes become %d", name, len(doc), len(got.text))
			}
		case <-time.After(20 * time.Second):
			t.Fatalf("%s: does not end", name)
		}
	}
}

// checkPlain says what must hold for every document.
func checkPlain(t interface{ Errorf(string, ...any) }, doc string) {
	got := plain(doc, called)
	if !utf8.ValidString(got.text) {
		t.Errorf("%q becomes invalid text %q", doc, got.text)
	}
	if got.text != strings.TrimSpace(got.text) {
		t.Errorf("%q becomes %q", doc, got.text)
	}
	if again := plain(doc, called); again.text != got.text {
		t.Errorf("%q reads as %q, then as %q", doc, got.text, again.text)
	}
	seen := map[string]bool{}
	for _, l := range got.links {
		if seen[l] || strings.HasPrefix(strings.ToLower(l), "javascript") {
			t.Errorf("%q links to %q", doc, got.links)
		}
		seen[l] = true
	}
}

var bits = []string{"<p>", "</p>", "<ul>", "</ul>", "<ol>", "<li>", "</li>", "<table>", "<tr>", "<td>", "</td>", "</tr>", "</table>", "<pre>", "</pre>",
	"<![CDATA[", "]]>", "<!--", "-->", `<ac:structured-macro ac:name="jira">`, `<ac:structured-macro ac:name="code">`, "</ac:structured-macro>",
	`<ac:parameter ac:name="key">`, `<ac:parameter ac:name="title">`, "</ac:parameter>", "<ac:task>", "<ac:task-status>", "complete", "</ac:task-status>", "</ac:task>",
	"<ac:link>", `<ri:user ri:account-id="712020:ana"/>`, "</ac:link>", `<a href="https://acme.example/`, `">`, "'", "&amp;", "&#x1F389;", "word", " ", "\n", "<", ">", "\xff", "<br/>"}

func TestEveryMixOfMarkupReads(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		checkPlain(t, strings.Join(rapid.SliceOfN(rapid.SampledFrom(bits), 0, 40).Draw(t, "bits"), ""))
	})
}

// Words are never lost: text in elements that a reader sees comes out in order.
func TestWordsOfADocumentComeOutInOrder(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		var doc, want strings.Builder
		for range rapid.IntRange(0, 20).Draw(t, "n") {
			tag := rapid.SampledFrom([]string{"p", "li", "td", "b", "ac:layout-cell", "h2", "blockquote", "span"}).Draw(t, "tag")
			word := rapid.StringMatching(`[a-z]{3,6}`).Draw(t, "word")
			doc.WriteString("<" + tag + ">" + word + " ")
			if rapid.Bool().Draw(t, "closed") {
				doc.WriteString("</" + tag + ">")
			}
			want.WriteString(word + " ")
		}
		strip := strings.NewReplacer("- ", "", "| ", "", "|", "")
		got := strings.Join(strings.Fields(strip.Replace(plain(doc.String(), nil).text)), " ")
		if got != strings.TrimSpace(want.String()) {
			t.Errorf("%s reads %q, not %q", doc.String(), got, want.String())
		}
	})
}

func FuzzStorageFormat(f *testing.F) {
	f.Add(`<p>One <ac:link><ri:user ri:account-id="712020:ana"/></ac:link></p><ac:structured-macro ac:name="code"><ac:plain-text-body><![CDATA[x < y]]></ac:plain-text-body></ac:structured-macro>`)
	f.Add(`<ac:task-list><ac:task><ac:task-status>complete</ac:task-status><ac:task-body>a<time datetime="2026-01-01"/></ac:task-body></ac:task></ac:task-list>`)
	f.Add(`<table><tr><td><p>1</p></td><td><ul><li>x</li></ul></td></tr></table><a href='https://a.example/?x=1&amp;y'></a>`)
	f.Fuzz(func(t *testing.T, doc string) { checkPlain(t, doc) })
}
