package pdf

import (
	"bytes"
	"compress/zlib"
	"encoding/binary"
	"errors"
	"io"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"golang.org/x/image/font/sfnt"
	"pgregory.net/rapid"
)

var made = time.Date(2026, 6, 30, 0, 0, 0, 0, time.UTC)

func draw(t *testing.T, opt Options, f func(*Doc)) []byte {
	t.Helper()
	if opt.Made.IsZero() {
		opt.Made = made
	}
	var b bytes.Buffer
	err := Build(&b, opt, func(d *Doc) error {
		d.AddPage()
		f(d)
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// inflated returns the file with its compressed streams opened.
func inflated(t *testing.T, b []byte) []byte {
	t.Helper()
	var out bytes.Buffer
	stream := regexp.MustCompile(`stream\n`)
	for {
		at := stream.FindIndex(b)
		if at == nil {
			break
		}
		out.Write(b[:at[1]])
		b = b[at[1]:]
		end := bytes.Index(b, []byte("\nendstream"))
		if end < 0 {
			t.Fatal("a stream has no end")
		}
		if z, err := zlib.NewReader(bytes.NewReader(b[:end])); err == nil {
			if _, err := io.Copy(&out, z); err != nil {
				t.Fatal(err)
			}
		} else {
			out.Write(b[:end])
		}
		b = b[end:]
		out.Write(b[:len("\nendstream")])
		b = b[len("\nendstream"):]
	}
	out.Write(b)
	return out.Bytes()
}

// Every character that is drawn must be in the part of the font that is
// embedded; the marks for that are made outside gofpdf.
func TestDrawnCharactersAreEmbedded(t *testing.T) {
	const text = "Žluťoučký kůň → Ωμέγα, Привет (ß)"
	file := inflated(t, draw(t, Options{}, func(d *Doc) { d.Text(20, 20, Style{Bold, 12, Ink}, text) }))
	fonts := 0
	for _, part := range bytes.Split(file, []byte("stream\n")) {
		if !bytes.HasPrefix(part, []byte("\x00\x01\x00\x00")) {
			continue
		}
		fonts++
		f, err := sfnt.Parse(part)
		if err != nil {
			t.Fatal(err)
		}
		for _, r := range text {
			if i, err := f.GlyphIndex(nil, r); err != nil || i == 0 {
				t.Errorf("%q is not in the embedded font: %v", r, err)
			}
		}
	}
	if fonts != 1 {
		t.Errorf("%d fonts are embedded for one face", fonts)
	}
}

func TestT01T02AnyTextIsDrawn(t *testing.T) {
	var trace Trace
	draw(t, Options{Trace: &trace, Title: "\xff🚀", Author: "\U0010ffff"}, func(d *Doc) {
		d.Bookmark("\xff\xfe 🚀 \U00010000", 0, 0)
		d.Text(20, 20, Style{Regular, 9, Ink}, "a\xff 🚀 日 \U00010000 👩🏽‍💻 x\u0cbf")
		if n, codes := d.Missing(); n != 4 || codes[0] != "U+FFFD" && codes[0] != "U+65E5" {
			t.Errorf("missing %d %v, want 4", n, codes)
		}
		if n := d.Named(); n != 3 {
			t.Errorf("%d emoji are named, want 3", n)
		}
	})
	if got := trace.Runs[0].Text; !strings.Contains(got, "[rocket]") || !strings.Contains(got, "[woman][laptop]") || !strings.Contains(got, "□") {
		t.Errorf("drawn as %q", got)
	}
}

func TestEmojiThatTheFontHasIsDrawn(t *testing.T) {
	var trace Trace
	draw(t, Options{Trace: &trace}, func(d *Doc) { d.Text(20, 20, Style{Regular, 9, Ink}, "✓ ▲ ●") })
	if got := trace.Runs[0].Text; got != "✓ ▲ ●" {
		t.Errorf("drawn as %q", got)
	}
}

func TestFallbackFontIsUsedAndOnlyWhereNeeded(t *testing.T) {
	regular, err := os.ReadFile("fonts/SourceSans3_400Regular.ttf")
	if err != nil {
		t.Fatal(err)
	}
	count := func(text string) int {
		return bytes.Count(draw(t, Options{Fallback: [][]byte{regular}}, func(d *Doc) {
			d.faces[Italic].advance['Ω'] = noGlyph // as in a font without Greek
			d.Text(20, 20, Style{Italic, 9, Ink}, text)
			if n, _ := d.Missing(); n > 0 {
				t.Errorf("%d characters of %q are missing", n, text)
			}
		}), []byte("/FontFile2"))
	}
	if n := count("plain"); n != 1 {
		t.Errorf("%d fonts are embedded, want 1", n)
	}
	if n := count("plain Ω"); n != 2 {
		t.Errorf("%d fonts are embedded with Greek, want 2", n)
	}
}

func TestUnusableFontsAreRefused(t *testing.T) {
	ttf, err := os.ReadFile("fonts/SourceSans3_400Regular.ttf")
	if err != nil {
		t.Fatal(err)
	}
	if err := CheckFont(ttf); err != nil {
		t.Errorf("a TrueType font is refused: %v", err)
	}
	forbidden := bytes.Clone(ttf)
	for i := 12; i < 12+17*16; i += 16 {
		if string(ttf[i:i+4]) == "OS/2" {
			binary.BigEndian.PutUint16(forbidden[binary.BigEndian.Uint32(ttf[i+8:])+8:], 2)
		}
	}
	for name, c := range map[string]struct {
		raw  []byte
		want string
	}{
		"CFF":        {[]byte("OTTO" + strings.Repeat("\x00", 40)), "PostScript outlines"},
		"collection": {[]byte("ttcf" + strings.Repeat("\x00", 40)), "collection"},
		"picture":    {[]byte("\x89PNG" + strings.Repeat("\x00", 40)), "not a TrueType font"},
		"empty":      {nil, "not a font"},
		"cut":        {ttf[:len(ttf)/2], "cut short"},
		"header":     {ttf[:20], "cut short"},
		"forbidden":  {forbidden, "forbids embedding"},
	} {
		err := CheckFont(c.raw)
		if err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: %v, want %q", name, err, c.want)
		}
		if err := Build(io.Discard, Options{Made: made, Fallback: [][]byte{c.raw}}, func(d *Doc) error { d.AddPage(); return nil }); err == nil {
			t.Errorf("%s: the document is made with it", name)
		}
	}
}

// A damaged font must give an error or a document, and print nothing; the
// library underneath would panic or print.
func TestDamagedFontDoesNotPanic(t *testing.T) {
	ttf, err := os.ReadFile("fonts/SourceSans3_400Regular_Italic.ttf")
	if err != nil {
		t.Fatal(err)
	}
	rapid.Check(t, func(t *rapid.T) {
		b := bytes.Clone(ttf)
		for range rapid.IntRange(1, 20).Draw(t, "bytes") {
			b[rapid.IntRange(0, 2000).Draw(t, "at")] = rapid.Byte().Draw(t, "byte")
		}
		if CheckFont(b) == nil {
			_ = Build(io.Discard, Options{Made: made, Fallback: [][]byte{b}}, func(d *Doc) error {
				d.AddPage()
				d.Text(20, 20, Style{Bold, 9, Ink}, "x \u0259 日")
				return nil
			})
		}
	})
}

func TestAPanicIsAnError(t *testing.T) {
	var b bytes.Buffer
	err := Build(&b, Options{Made: made}, func(d *Doc) error { d.AddPage(); panic("no") })
	if err == nil || b.Len() > 0 {
		t.Errorf("err %v, %d bytes", err, b.Len())
	}
	want := errors.New("stop")
	if err := Build(&b, Options{Made: made}, func(d *Doc) error { return want }); !errors.Is(err, want) {
		t.Errorf("err %v", err)
	}
	for name, f := range map[string]func(*Doc) error{"no page": func(*Doc) error { return nil }} {
		if err := Build(&b, Options{Made: made}, f); err == nil {
			t.Errorf("%s is no error", name)
		}
	}
	if err := Build(&b, Options{}, func(d *Doc) error { d.AddPage(); return nil }); err == nil {
		t.Error("a document without a date takes the clock's")
	}
}

func TestLinesAreNoWiderThanAskedAndLoseNothing(t *testing.T) {
	d, err := newDoc(Options{Made: made})
	if err != nil {
		t.Fatal(err)
	}
	rapid.Check(t, func(t *rapid.T) {
		words := rapid.SliceOf(rapid.OneOf(rapid.StringMatching(`[a-zA-Z/_.\-]{1,30}`), rapid.SampledFrom([]string{"日本語", "e\u0301", "Ωμέγα", "🚀", "—"}))).Draw(t, "words")
		text := strings.Join(words, " ")
		w := rapid.Float64Range(4, 120).Draw(t, "width")
		most := rapid.IntRange(0, 5).Draw(t, "lines")
		st := Style{Regular, 9, Ink}
		p := d.Layout(Plain(text), st, w, most)
		var kept strings.Builder
		for _, l := range p.lines {
			if got := length(l, st.Size); got > w+0.01 && len(l) > 1 {
				t.Fatalf("line %q is %.2f wide, want %.2f", runes(l), got, w)
			}
			kept.WriteString(runes(l))
		}
		if most > 0 && p.Lines() > most {
			t.Fatalf("%d lines, want %d", p.Lines(), most)
		}
		bare := func(s string) string { return strings.ReplaceAll(s, " ", "") }
		all := bare(runes(d.shape(nil, Plain(text)[0].text(), Regular, 0)))
		switch got := bare(kept.String()); {
		case !p.Cut && got != all:
			t.Fatalf("lines hold %q, want %q", got, all)
		case p.Cut && !strings.HasSuffix(got, "…"):
			t.Fatalf("a cut text ends in %q", got)
		}
	})
}

func TestEmphasisOfForeignTextIsText(t *testing.T) {
	var trace Trace
	draw(t, Options{Trace: &trace}, func(d *Doc) {
		d.Layout(Rich{{Text: "**a** "}, {Text: "b", Face: Bold}, {Text: " __c__"}}, Style{Regular, 9, Ink}, 100, 0).Draw(10, 10, 4)
	})
	var got []string
	for _, r := range trace.Runs {
		got = append(got, r.Text)
	}
	if s := strings.Join(got, "|"); s != "**a** |b| __c__" {
		t.Errorf("drawn as %q", s)
	}
}

func TestT18RightToLeftStandsInReadingOrder(t *testing.T) {
	for in, want := range map[string]string{
		"plain (x)":       "plain (x)",
		"a שלום b":        "a םולש b",
		"PR 12 שלום עולם": "PR 12 םלוע םולש",
		"שלום (12.5) ה!":  "ה (12.5) םולש!",
		"שָׁ":             "שָׁ",
	} {
		var g []glyph
		for _, r := range in {
			g = append(g, glyph{r: r})
		}
		if got := runes(visual(g)); got != want {
			t.Errorf("%q is drawn as %q, want %q", in, got, want)
		}
	}
}

// Were layout quadratic, this would take minutes.
func TestT17HugeTextIsLaidOut(t *testing.T) {
	d, err := newDoc(Options{Made: made})
	if err != nil {
		t.Fatal(err)
	}
	st := Style{Regular, 9, Ink}
	for name, c := range map[string]struct {
		text Rich
		most int
	}{
		"a 20,000-character word": {Plain(strings.Repeat("x", 20000)), 0},
		"a 10,000-line body":      {Rich{{Text: strings.Repeat("line\n", 10000), Lines: true}}, 0},
		"its first lines":         {Rich{{Text: strings.Repeat("line\n", 10000), Lines: true}}, 6},
		"5,000 combining marks":   {Plain("a" + strings.Repeat("\u0301", 5000)), 0},
		"a narrow column":         {Plain(strings.Repeat("xy ", 5000)), 0},
		"a thousand spans":        {append(Rich{}, make(Rich, 70000)...), 0},
	} {
		if p := d.Layout(c.text, st, 0.01, c.most); c.most > 0 && p.Lines() > c.most {
			t.Errorf("%s has %d lines", name, p.Lines())
		}
		d.Layout(c.text, st, 80, c.most)
		d.Fit(st, c.text[0].Text, 40)
	}
}

func TestLaterKnowsThePages(t *testing.T) {
	var trace Trace
	b := draw(t, Options{Trace: &trace}, func(d *Doc) {
		st := Style{Regular, 9, Ink}
		d.Rect(10, 10, 5, 5, 0, Outlined(Accent, 0.3).Dashed(1))
		d.Later(func() {
			d.TextRight(100, 20, st, strings.Repeat("i", d.Pages()))
			d.TextRight(100, 30, st, strings.Repeat("p", d.PageOf("end")))
		})
		d.Jump(10, 10, 10, 10, "end")
		d.Jump(10, 30, 10, 10, "nowhere")
		d.AddPage()
		d.AddPage()
		d.Anchor("end", 40)
	})
	if len(trace.Runs) != 2 || trace.Runs[0].Text != "iii" || trace.Runs[1].Text != "ppp" || trace.Runs[0].Page != 1 {
		t.Errorf("drawn %+v", trace.Runs)
	}
	if n := bytes.Count(b, []byte("/Dest [")); n != 1 {
		t.Errorf("%d links inside, want 1: a link to nowhere is left out", n)
	}
}

func TestLinksPassTheGate(t *testing.T) {
	b := draw(t, Options{Allowed: func(h string) bool { return h == "a.example" }}, func(d *Doc) {
		for _, u := range []string{"https://a.example/x", "javascript:1", "https://b.example/", "https://a.example@b.example/", "file:///etc/passwd"} {
			if ok := d.Link(1, 1, 5, 5, u); ok != strings.HasPrefix(u, "https://a.example/") {
				t.Errorf("Link(%q) = %v", u, ok)
			}
		}
	})
	if n := bytes.Count(b, []byte("/URI (")); n != 1 {
		t.Errorf("%d addresses in the file, want 1", n)
	}
}

func TestFontsAreShippedWithTheirLicence(t *testing.T) {
	b, err := os.ReadFile(filepath.Join("fonts", "OFL.txt"))
	if err != nil || !bytes.Contains(b, []byte("SIL Open Font License, Version 1.1")) {
		t.Errorf("the licence is not beside the fonts: %v", err)
	}
}
