package render

import (
	"bytes"
	"encoding/csv"
	"encoding/json"
	"net/url"
	"reflect"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"
	"unicode"
	"unicode/utf8"

	"github.com/yuin/goldmark"
	"github.com/yuin/goldmark/extension"
	"golang.org/x/net/html"

	"github.com/dossier-report/dossier/report"
	"github.com/dossier-report/dossier/report/gate"
)

// hostile are texts that some program has taken for something other than text:
// T01 to T20 of the threats, alone and where they begin, end or stand inside of
// a text.
func hostile() []string {
	parts := []string{
		"a\xff\xfeb", "\xe2\x82", "\xed\xa0\x80", // T01
		"🚀👩‍💻", "\U0010ffff", "❤\ufe0f\ue000", // T02
		") >> endobj 99 0 obj << /OpenAction << /S /JavaScript /JS (app.alert(1)) >> >>", // T03
		"javascript:alert(1)", "JaVaScRiPt:alert(1)", "java\tscript:alert(1)", " javascript:alert(1)", "vbscript:x", // T04
		"file:///etc/passwd", "data:text/html,<script>alert(1)</script>", `\\evil\share`, "smb://evil.example/x", // T05
		"https://github.example@evil.example/", "https://xn--gthub-n4a.example/", "http://evil.example/", "//evil.example", "https://evil.example/x", // T06
		"https://github.example/a\nb", "https://github.example/)>\"'|`", "https://github.example/\x00", "https://github.example/" + strings.Repeat("x", 3000), // T07
		"\x1b[31mred", "\x1b]8;;https://evil.example\x07click\x1b]8;;\x07", "\u009b31m", "\x07\x08\x7f", // T08
		"good\rbad", "one\ntwo", "a\u202eb\u2066c", "\u200b\ufeff\u2060", "\U000e0041", "x\u2028y\u0085z", // T09
		"\n::add-mask::x", "::stop-commands::t", "##[add-mask]x", "x\n::error file=a::b", "EOF\nPATH=/evil", // T10, T11
		"[x](javascript:alert(1))", "![](http://pixel.example/x.png)", "<img src=x onerror=alert(1)>", "a | b | c", "@team/all", "#1 acme/api#2 GH-3", "www.evil.example", "<http://evil.example>",
		"[a]: http://evil.example", "`code` ``` x", "**b** __i__ ~~s~~", "# head", "> quote", "- item", "1. item", "---", "<!-- x", "&#60;script&#62;", "</table>", ":tada: $x$", // T12
		"<script>alert(1)</script>", "\" onload=\"alert(1)", "' onmouseover='alert(1)", "</style><script>alert(1)</script>", "{{.Person.Name}}", "</title></svg><svg onload=alert(1)>", "</textarea><iframe src=//evil.example>", // T14
		"=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "\x00=1", "＝1", "=HYPERLINK(\"http://evil.example\")", " =cmd|' /C calc'!A0", "\"=1", "a\",\"b\r\nc", // T15
		"\\u0000", "\x00", // T16
		strings.Repeat("x", 5000), strings.Repeat("line\n", 400), "a" + strings.Repeat("\u0301\u0323", 2000), ">\u0338x<\u0338", // T17
		"שלום עולם", "日本語", "مرحبا\u200f", // T18
		"…", "", "   ", // T19
		"../../x", "CON", "a/b\\c", // T20
	}
	all := slices.Clone(parts)
	for _, p := range parts {
		all = append(all, "word "+p, p+" word", "12"+p+"34")
	}
	return all
}

// filled returns a full report in which every text is one of the hostile ones,
// in turn from the one at start; what the charts draw has passed [usualBoard].
func filled(start int) *report.Report {
	texts := hostile()
	r := full()
	figures := r.Flow.Figures
	r.Flow.Figures = nil
	n := start
	fillTexts(reflect.ValueOf(r).Elem(), func() string { n++; return texts[n%len(texts)] })
	r.Flow.Figures = figures
	return r
}

func fillTexts(v reflect.Value, next func() string) {
	switch v.Kind() {
	case reflect.String:
		v.SetString(next())
	case reflect.Pointer:
		if !v.IsNil() {
			fillTexts(v.Elem(), next)
		}
	case reflect.Slice, reflect.Array:
		for i := range v.Len() {
			fillTexts(v.Index(i), next)
		}
	case reflect.Struct:
		if v.Type() == reflect.TypeFor[time.Time]() {
			return
		}
		for i := range v.NumField() {
			fillTexts(v.Field(i), next)
		}
	}
}

// hostileReports fill every field with every text at one time or another.
func hostileReports(t *testing.T, check func(t *testing.T, r *report.Report)) {
	n := len(hostile())
	if n < 300 {
		t.Fatalf("only %d hostile texts", n)
	}
	step := 29
	if testing.Short() {
		step = 97
	}
	for start := 0; start < n; start += step {
		check(t, filled(start))
	}
	flow := full()
	flow.Flow = foreign().Flow
	check(t, flow)
	check(t, foreign())
}

func onlyGitHub(host string) bool { return host == "github.example" }

func write(t testing.TB, name string, r *report.Report) string {
	t.Helper()
	f, ok := Find(name)
	if !ok {
		t.Fatalf("no format %q", name)
	}
	var b bytes.Buffer
	if err := f.Write(&b, r, Options{Allowed: onlyGitHub}); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

// checkBytes refuses what steers a terminal or hides, beyond line ends.
func checkBytes(t *testing.T, name, out string) {
	t.Helper()
	if !utf8.ValidString(out) {
		t.Errorf("%s is not UTF-8", name)
	}
	for i, c := range out {
		if c == '\n' || c == '\r' && name == "csv" && strings.HasPrefix(out[i:], "\r\n") {
			continue
		}
		if unicode.IsControl(c) || unicode.Is(unicode.Bidi_Control, c) || c == 0x200b || c == 0xfeff || c >= 0xe0000 && c <= 0xe007f {
			t.Fatalf("%s holds %U in %+q", name, c, out[max(0, i-40):min(len(out), i+40)])
		}
	}
}

func TestT04T12T14HTMLOfHostileTextIsInert(t *testing.T) {
	hostileReports(t, func(t *testing.T, r *report.Report) {
		out := write(t, "html", r)
		checkBytes(t, "html", out)
		checkHTML(t, out, "html", true)
	})
}

// checkHTML refuses scripts, loads and addresses beyond the allowed ones.
func checkHTML(t *testing.T, out, name string, whole bool) {
	t.Helper()
	doc, err := html.Parse(strings.NewReader(out))
	if err != nil {
		t.Fatal(err)
	}
	links := 0
	ids := map[string]bool{}
	for n := range doc.Descendants() {
		if n.Type != html.ElementNode {
			continue
		}
		switch n.Data {
		case "script", "iframe", "object", "embed", "img", "image", "use", "form", "input", "base", "link", "foreignObject", "audio", "video":
			t.Errorf("%s holds <%s>", name, n.Data)
		case "style":
			if n.Parent.Data != "head" {
				t.Errorf("%s holds a style outside of its head", name)
			}
		}
		for _, a := range n.Attr {
			key := strings.ToLower(a.Key)
			switch {
			case strings.HasPrefix(key, "on"), key == "style" && a.Val != "text-align:right", key == "src", key == "srcdoc", key == "srcset", key == "action", key == "http-equiv" && a.Val != "Content-Security-Policy":
				t.Errorf("%s holds %s=%q", name, a.Key, a.Val)
			case key == "id" && ids[a.Val]:
				t.Errorf("%s holds the id %q twice", name, a.Val)
			case key == "id":
				ids[a.Val] = true
			case key == "href" && !strings.HasPrefix(a.Val, "#"):
				links++
				u, err := url.Parse(a.Val)
				if err != nil || u.Scheme != "https" && u.Scheme != "http" || u.Hostname() != "github.example" || u.User != nil {
					t.Errorf("%s leads to %q", name, a.Val)
				}
			}
		}
	}
	for n := range doc.Descendants() {
		for _, a := range n.Attr {
			if a.Key == "href" && strings.HasPrefix(a.Val, "#") && !ids[a.Val[1:]] {
				t.Errorf("%s leads to %q, which is not there", name, a.Val)
			}
		}
	}
	if whole && (doc.FirstChild.Type != html.DoctypeNode || len(ids) < 20) {
		t.Errorf("%s is no whole page", name)
	}
}

var (
	asGitHub = goldmark.New(goldmark.WithExtensions(extension.GFM, extension.Footnote))
	inCode   = regexp.MustCompile(`<code>[^<]*</code>`)
	anyTag   = regexp.MustCompile(`<[^>]*>`)
	toFind   = regexp.MustCompile(`(^|[^\w])@\w|\w#\d|(^|\s)#\d|://`)
)

func TestT12MarkdownOfHostileTextIsInert(t *testing.T) {
	rows := 0
	hostileReports(t, func(t *testing.T, r *report.Report) {
		out := write(t, "md", r)
		checkBytes(t, "md", out)
		var page bytes.Buffer
		if err := asGitHub.Convert([]byte(out), &page); err != nil {
			t.Fatal(err)
		}
		if strings.Contains(page.String(), "<!-- raw HTML omitted -->") {
			t.Error("the page holds HTML")
		}
		checkHTML(t, page.String(), "md", false)
		bare := html.UnescapeString(anyTag.ReplaceAllString(inCode.ReplaceAllString(page.String(), ""), ""))
		if m := toFind.FindStringIndex(bare); m != nil {
			t.Errorf("GitHub finds something in %q", bare[max(0, m[0]-30):min(len(bare), m[1]+30)])
		}
		for _, n := range regexp.MustCompile(`<h(\d)`).FindAllStringSubmatch(page.String(), -1) {
			if n[1] > "4" {
				t.Errorf("a heading of level %s", n[1])
			}
		}
		// The appendix has a row for every entry and not one more.
		_, appendix, _ := strings.Cut(page.String(), "Appendix A: every item used</h2>")
		appendix, _, _ = strings.Cut(appendix, "</table>")
		if n := strings.Count(appendix, "<tr>") - 1; n != len(r.Entries) {
			t.Errorf("%d rows for %d entries", n, len(r.Entries))
		}
		if cells := strings.Count(appendix, "<td"); cells != 6*len(r.Entries) {
			t.Errorf("%d cells in %d rows", cells, len(r.Entries))
		}
		rows += len(r.Entries)
	})
	if rows == 0 {
		t.Error("no rows at all")
	}
}

func TestT15CSVOfHostileTextHasNoFormula(t *testing.T) {
	hostileReports(t, func(t *testing.T, r *report.Report) {
		out := write(t, "csv", r)
		checkBytes(t, "csv", out)
		rows, err := csv.NewReader(strings.NewReader(out)).ReadAll()
		if err != nil {
			t.Fatal(err)
		}
		want := 1
		for _, e := range r.Entries {
			want += max(len(e.Objectives), 1)
		}
		if len(rows) != want {
			t.Errorf("%d rows, want %d", len(rows), want)
		}
		for _, row := range rows {
			for _, cell := range row {
				first := strings.TrimLeft(cell, " \u00a0\u3000\n\"")
				if strings.ContainsAny(first[:min(1, len(first))], "=+-@\t\r") || strings.HasPrefix(first, "＝") {
					t.Errorf("a cell begins like a formula: %+q", cell)
				}
			}
		}
	})
}

func TestT16JSONOfHostileTextHasNoRawControl(t *testing.T) {
	hostileReports(t, func(t *testing.T, r *report.Report) {
		out := write(t, "json", r)
		checkBytes(t, "json", out)
		var back report.Report
		if err := json.Unmarshal([]byte(out), &back); err != nil {
			t.Fatal(err)
		}
		if back.Entries[0].Title != strings.ToValidUTF8(r.Entries[0].Title, "\ufffd") && utf8.ValidString(r.Entries[0].Title) {
			t.Errorf("the title %+q became %+q", r.Entries[0].Title, back.Entries[0].Title)
		}
	})
}

func TestT08T10TerminalOfHostileTextIsInert(t *testing.T) {
	for _, s := range hostile() {
		out := gate.Terminal(s)
		checkBytes(t, "terminal", out)
		if strings.ContainsAny(out, "\n\r") || strings.HasPrefix(out, "::") || strings.Contains(out, "##[") {
			t.Errorf("Terminal(%+q) = %+q", s, out)
		}
	}
}

func TestHostileReportsAreTheSameBytesTwice(t *testing.T) {
	for _, f := range []string{"html", "md", "csv", "json"} {
		if a, b := write(t, f, filled(3)), write(t, f, filled(3)); a != b {
			t.Errorf("%s differs", f)
		}
	}
}

func TestT14PolicyLetsNothingIn(t *testing.T) {
	out := write(t, "html", full())
	for _, want := range []string{`http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'sha256-`, `base-uri 'none'; form-action 'none'"`, `<meta name="referrer" content="no-referrer">`} {
		if !strings.Contains(html.UnescapeString(out), want) {
			t.Errorf("no %s", want)
		}
	}
	if m := regexp.MustCompile(`url\(|@import|src=`).FindString(out); m != "" {
		t.Errorf("the page may load by %q", m)
	}
}
