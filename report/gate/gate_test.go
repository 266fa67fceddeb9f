package gate_test

import (
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"

	"github.com/dossier-report/dossier/report/gate"
)

func TestLineIsOneHarmlessLine(t *testing.T) {
	for _, c := range []struct{ name, in, want string }{
		{"plain text stays", "Cache the tokenizer", "Cache the tokenizer"},
		{"T01 invalid UTF-8", "a\xff\xfeb", "a\ufffdb"},
		{"T01 cut rune", "ab\xe2\x82", "ab\ufffd"},
		{"T08 terminal escapes", "\x1b[31mred\x07\u009b1m", "[31mred1m"},
		{"T09 carriage return", "good\rbad", "good bad"},
		{"T09 second line", "one\ntwo\u2028three\u0085four", "one two three four"},
		{"T09 bidirectional override", "a\u202eb\u2066c\u200f", "abc"},
		{"zero width", "a\u200bb\ufeffc\u00add\u2060e", "abcde"},
		{"tags", "a\U000e0041\U000e007fb", "ab"},
		{"variation selectors", "❤\ufe0f", "❤"},
		{"fillers", "a\u3164\u115f\uffa0b", "ab"},
		{"private use and non-characters", "a\ue000\ufdd0\U0010ffffb", "a\ufffd\ufffd\ufffdb"},
		{"NUL and DEL", "a\x00b\x7f", "ab"},
		{"normal form C", "e\u0301", "é"},
		{"joined by what goes", "e\u200d\u0301", "é"},
		{"white space", "  a\t \u3000 b  ", "a b"},
		{"no-break spaces stay", "41\u00a0→\u00a012", "41\u00a0→\u00a012"},
		{"other scripts stay", "Ωμέγα Привет 日本 שלום 🚀", "Ωμέγα Привет 日本 שלום 🚀"},
		{"nothing", "\u200b\x00", ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			if got := gate.Line(c.in, 0); got != c.want {
				t.Errorf("Line(%+q) = %+q, want %+q", c.in, got, c.want)
			}
		})
	}
}

func TestWhatIsCutSaysSo(t *testing.T) {
	long := strings.Repeat("word ", 100)
	got := gate.Line(long, 40)
	if !strings.HasSuffix(got, "… (cut)") || utf8.RuneCountInString(got) > 40 {
		t.Errorf("Line cuts to %q", got)
	}
	if got := gate.Line("abcdefgh", 5); got != "abcd…" {
		t.Errorf("a short limit gives %q", got)
	}
	if got := gate.Line("日本語日本語", 6); got != "日本語日本語" {
		t.Errorf("a limit counts characters, got %q", got)
	}
}

func TestBlockKeepsItsLines(t *testing.T) {
	got := gate.Block("\n\none\r\ntwo\r\n\r\n\r\n\r\nthree\tx  \u202e\u2029four\n\n", 0)
	if want := "one\ntwo\n\nthree    x\nfour"; got != want {
		t.Errorf("Block = %q, want %q", got, want)
	}
}

// A title of nothing says so.
func TestT19EmptyTitle(t *testing.T) {
	for _, s := range []string{"", "  \t", "…", "...", "\u200b\u00a0", "\x00"} {
		if got := gate.Title(s); got != "(no title)" {
			t.Errorf("Title(%+q) = %q", s, got)
		}
	}
	if got := gate.Title("?"); got != "?" {
		t.Errorf("Title(?) = %q", got)
	}
}

func TestT08T09T10TerminalTakesNoCommand(t *testing.T) {
	for in, want := range map[string]string{
		"\x1b]8;;https://evil.example\x07click": "]8;;https://evil.example" + "click",
		"x\r\n::add-mask::secret":               "x ::add-mask::secret",
		"::stop-commands::t":                    ": :stop-commands::t",
		"\u200b::error file=a::b":               ": :error file=a::b",
		"see ##[add-mask]x":                     "see ## [add-mask]x",
		"std::vector":                           "std::vector",
	} {
		if got := gate.Terminal(in); got != want {
			t.Errorf("Terminal(%q) = %q, want %q", in, got, want)
		}
	}
}

func TestT15CSVCellIsNoFormula(t *testing.T) {
	for in, want := range map[string]string{
		"=1+1": "'=1+1", "+1": "'+1", "-1": "'-1", "@SUM(A1)": "'@SUM(A1)", "＝1": "'＝1",
		"\t=1": "'    =1", "\x00=1": "'=1", " =1": "' =1", "\r\n=1": "'=1", "a=1": "a=1", "": "", "\"=1": "'\"=1",
	} {
		if got := gate.CSV(in); got != want {
			t.Errorf("CSV(%q) = %q, want %q", in, got, want)
		}
	}
}

func TestT04T05T06T07OnlySafeLinks(t *testing.T) {
	for in, want := range map[string]string{
		"https://github.example/acme/api/pull/12":       "https://github.example/acme/api/pull/12",
		"http://github.example:8080/a?b=c#d":            "http://github.example:8080/a?b=c#d",
		"HTTPS://GitHub.example/Ä":                      "https://GitHub.example/%C3%84",
		"mailto:robin@example.org":                      "mailto:robin@example.org",
		"javascript:app.alert(1)":                       "",
		"JaVaScRiPt:alert(1)":                           "",
		"file:///etc/passwd":                            "",
		"data:text/html,x":                              "",
		"smb://host/share":                              "",
		`\\evil\share`:                                  "",
		`https://good.example\@evil.example/`:           "",
		"//evil.example/x":                              "",
		"/relative":                                     "",
		"":                                              "",
		"https://":                                      "",
		"https:evil.example":                            "",
		"https://example.com@evil.example/":             "",
		"https://user:pass@evil.example/":               "",
		"https://exämple.com/":                          "",
		"https://a.example/x\ny":                        "",
		"https://a.example/\x00":                        "",
		"https://a.example/\u202ex":                     "",
		" https://a.example/":                           "",
		"https://a.example/a b":                         "https://a.example/a%20b",
		"https://a.example/)>>":                         "https://a.example/%29%3E%3E",
		"mailto:a@b.example?attach=/etc/passwd":         "",
		"mailto:nobody":                                 "",
		"https://a.example/" + strings.Repeat("x", 4e3): "",
	} {
		got, ok := gate.Link(in, nil)
		if got != want || ok != (want != "") {
			t.Errorf("Link(%.60q) = %q, %v, want %q", in, got, ok, want)
		}
	}
	only := func(host string) bool { return host == "github.example" }
	if _, ok := gate.Link("https://GITHUB.example:443/a", only); !ok {
		t.Error("a configured host is refused")
	}
	if _, ok := gate.Link("https://xn--gthub-n4a.example/a", only); ok {
		t.Error("T06: a look-alike host is let through")
	}
}

func TestT20SlugIsAFileName(t *testing.T) {
	for in, want := range map[string]string{
		"Robin Vale": "robin-vale", "../../x": "x", "CON": "con-report", "lpt1": "lpt1-report", "com10": "com10", "a/b\\c": "a-b-c",
		"": "report", "日本": "report", "...": "report", "Ærø Müller": "r-muller", "Zoë": "zoe", "x\x00y": "xy", "-a--b-": "a-b",
	} {
		if got := gate.Slug(in); got != want {
			t.Errorf("Slug(%q) = %q, want %q", in, got, want)
		}
	}
	if got := gate.Slug(strings.Repeat("ab ", 200)); len(got) > 80 || strings.HasSuffix(got, "-") {
		t.Errorf("a long name gives %q", got)
	}
}

// Were any step quadratic, this would take minutes.
func TestT17HugeTextIsQuick(t *testing.T) {
	for name, s := range map[string]string{
		"a 20,000-character word":    strings.Repeat("x", 20000),
		"a 10,000-line body":         strings.Repeat("line of text\n", 10000),
		"5,000 combining marks":      "a" + strings.Repeat("\u0301\u0323", 2500),
		"a megabyte of marks":        strings.Repeat("a"+strings.Repeat("\u0316", 99), 5000),
		"a megabyte of invalid text": strings.Repeat("\xff", 1<<20),
	} {
		out := gate.Block(s, 0)
		if marks := longestMarks(out); marks > 8 {
			t.Errorf("%s keeps %d marks on a character", name, marks)
		}
	}
}

func longestMarks(s string) (longest int) {
	n := 0
	for _, r := range s {
		if n++; !unicode.In(r, unicode.Mn, unicode.Me) {
			n = 0
		}
		longest = max(longest, n)
	}
	return longest
}

func FuzzGate(f *testing.F) {
	for _, s := range []string{"", "plain", "\xff\xfe", "\x1b[31m", "a\u202eb", "e\u0301\u200d\u0323", "::add-mask::x", "=1", "\u0344\u0344\u0344",
		"\u1100\u1161\u11a8", "👩‍💻👍🏽", "a\u034f\u0301", "\u00a0", "𝅘𝅥𝅮", "\u0f71\u0f72\u0f74\u0f80", strings.Repeat("\u0301", 100), "a\n\n\n b\t", "…"} {
		f.Add(s, 10)
	}
	f.Fuzz(func(t *testing.T, s string, max int) {
		max %= 200
		for name, fn := range map[string]func(string) string{
			"Line":     func(s string) string { return gate.Line(s, max) },
			"Terminal": gate.Terminal, "Title": gate.Title, "Block": func(s string) string { return gate.Block(s, max) }, "Slug": gate.Slug,
		} {
			out := fn(s)
			if again := fn(out); again != out {
				t.Errorf("%s is not idempotent: %+q, then %+q", name, out, again)
			}
			for _, r := range out {
				if unicode.IsControl(r) && (name != "Block" || r != '\n') || unicode.Is(unicode.Bidi_Control, r) || unicode.Is(unicode.Cf, r) {
					t.Errorf("%s(%+q) holds %U", name, s, r)
				}
			}
			if !utf8.ValidString(out) || !norm.NFC.IsNormalString(out) {
				t.Errorf("%s(%+q) = %+q is not valid text in normal form C", name, s, out)
			}
			if (name == "Line" || name == "Block") && max > 0 && utf8.RuneCountInString(out) > max {
				t.Errorf("%s(%+q) has more than %d characters", name, s, max)
			}
		}
		if u, ok := gate.Link(s, nil); ok {
			if again, ok := gate.Link(u, nil); !ok || again != u {
				t.Errorf("Link(%+q) = %+q, which becomes %+q", s, u, again)
			}
		}
		if c := gate.CSV(s); c != "" && strings.ContainsRune("=+-@\t\r", rune(c[0])) {
			t.Errorf("CSV(%+q) = %+q", s, c)
		}
	})
}
