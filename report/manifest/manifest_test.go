package manifest

import (
	"bytes"
	"compress/zlib"
	"encoding/json"
	"errors"
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/jung-kurt/gofpdf"

	"github.com/dossier-report/dossier/evidence"
)

var made = time.Date(2026, time.June, 30, 12, 0, 0, 0, time.UTC)

// plainPDF is a small file as the report's back end makes them, with a link
// from page to page.
func plainPDF(t testing.TB, pages int) []byte {
	t.Helper()
	f := gofpdf.New("P", "mm", "A4", "")
	f.SetCatalogSort(true)
	f.SetDisplayMode("default", "default")
	f.SetCreationDate(made)
	f.SetModificationDate(made)
	f.SetFont("Helvetica", "", 10)
	for i := range pages {
		f.AddPage()
		f.Text(20, 20, fmt.Sprintf("Page %d", i+1))
	}
	var b bytes.Buffer
	if err := f.Output(&b); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func sample(t testing.TB, n int) *Manifest {
	t.Helper()
	m := &Manifest{Version: "1.2.3", From: "2026-01-01T08:00:00Z", To: "2026-07-01T07:00:00Z", Zone: "America/Vancouver",
		Config: "c0ffee", Report: evidence.Hash([]byte("report"))}
	for i := range n {
		id := fmt.Sprintf("github:acme/api#%d", i)
		m.Entries = append(m.Entries, Entry{ID: id, Source: "github", URL: "https://github.com/acme/api/pull/" + fmt.Sprint(i),
			Query: "author:robin-v is:pr", Fetched: made, Hash: evidence.Hash([]byte(id))})
	}
	if err := m.Seal(); err != nil {
		t.Fatal(err)
	}
	return m
}

func sealed(t testing.TB, n int) []byte {
	t.Helper()
	file, err := Embed(plainPDF(t, 3), sample(t, n))
	if err != nil {
		t.Fatal(err)
	}
	return file
}

func faultOf(err error) Fault {
	var f *FaultError
	if errors.As(err, &f) {
		return f.Fault
	}
	return ""
}

func TestWhatIsEmbeddedIsReadBack(t *testing.T) {
	for _, n := range []int{0, 1, 500} {
		m := sample(t, n)
		file, err := Embed(plainPDF(t, 3), m)
		if err != nil {
			t.Fatal(err)
		}
		got, err := Read(file)
		if err != nil {
			t.Fatalf("%d entries: %v", n, err)
		}
		if d := cmp.Diff(m, got); d != "" {
			t.Errorf("%d entries (-embedded +read):\n%s", n, d)
		}
		again, err := Embed(plainPDF(t, 3), sample(t, n))
		if err != nil || !bytes.Equal(file, again) {
			t.Errorf("%d entries: the same input gave other bytes (%v)", n, err)
		}
	}
}

func TestT61AnySingleByteChangeIsFound(t *testing.T) {
	file := sealed(t, 50)
	rnd := rand.New(rand.NewPCG(7, 61))
	for range 100 {
		at, with := rnd.IntN(len(file)), byte(1+rnd.IntN(255))
		file[at] ^= with
		if _, err := Read(file); faultOf(err) == "" {
			t.Errorf("byte %d changed by %#x: %v", at, with, err)
		}
		file[at] ^= with
	}
	// Where the shape itself is read, every byte; bit 5 turns letters' case.
	for _, with := range []byte{1, 0x20, 0x80, 0xff} {
		for at := range file {
			if at == 200 {
				at = len(file) - 200
			}
			if at > 200 && at < len(file)-200 {
				continue
			}
			file[at] ^= with
			if _, err := Read(file); faultOf(err) == "" {
				t.Errorf("byte %d of %d changed by %#x: %v", at, len(file), with, err)
			}
			file[at] ^= with
		}
	}
	if _, err := Read(file); err != nil {
		t.Fatalf("the file as written: %v", err)
	}
}

func TestFaultsAreToldApart(t *testing.T) {
	file := sealed(t, 5)
	edit := func(old, new string) []byte { return bytes.Replace(file, []byte(old), []byte(new), 1) }
	for name, c := range map[string]struct {
		file []byte
		want Fault
	}{
		"empty":           {nil, Foreign},
		"text":            {[]byte("hello"), Foreign},
		"another PDF":     {plainPDF(t, 1), Foreign},
		"half":            {file[:len(file)/2], CutShort},
		"one byte less":   {file[:len(file)-1], Changed},
		"without its end": {file[:len(file)-40], CutShort},
		"only the head":   {file[:30], CutShort},
		"one byte more":   {append(bytes.Clone(file), 'x'), Longer},
		"written on":      {append(bytes.Clone(file), file...), Changed},
		"byte before":     {append([]byte(" "), file...), Changed},
		"byte gone":       {append(bytes.Clone(file[:100]), file[101:]...), Changed},
		"another name":    {edit("/Helvetica", "/Helvetico"), Changed},
		"no seal":         {edit("XXDossier", "XXdossier"), Changed},
		"no comment":      {edit("%dossier ", "%DOSSIER "), Changed},
	} {
		if _, err := Read(c.file); faultOf(err) != c.want {
			t.Errorf("%s: %v, want %q", name, err, c.want)
		}
	}
}

// resealed is a file whose seal is right and whose manifest is raw: what a
// person who knows the form can make.
func resealed(t testing.TB, raw []byte) []byte {
	t.Helper()
	var z bytes.Buffer
	w := zlib.NewWriter(&z)
	_, _ = w.Write(raw)
	_ = w.Close()
	return resealedStream(t, z.Bytes())
}

func resealedStream(t testing.TB, stream []byte) []byte {
	t.Helper()
	file := sealed(t, 1)
	l, err := parse(file)
	if err != nil {
		t.Fatal(err)
	}
	at := l.objects[len(l.objects)-2]
	head := fmt.Sprintf("%d 0 obj\n<</Type /EmbeddedFile /Subtype /application#2Fjson /Params <</Size 1>> /Filter /FlateDecode /Length %d>>\nstream\n", len(l.objects)-1, len(stream))
	out := append(bytes.Clone(file[:at]), head...)
	out = append(append(out, stream...), "\nendstream\nendobj\n"...)
	out = append(out, bytes.Repeat([]byte("\n"), max(0, l.xref-len(out)))...) // the table names objects up to there
	xref := len(out)
	tail := bytes.Clone(file[l.xref:])
	tail = append(tail[:bytes.LastIndex(tail, []byte("startxref"))], fmt.Sprintf("startxref\n%d\n%%%%EOF\n", xref)...)
	out = append(out, tail...)
	m := sealLine.FindSubmatchIndex(out[xref:])
	copy(out[xref+m[4]:], seal(out, xref+m[4]))
	return out
}

func TestAForgedManifestIsDamaged(t *testing.T) {
	good, err := sample(t, 2).Encode()
	if err != nil {
		t.Fatal(err)
	}
	if _, err := Read(resealed(t, good)); err != nil {
		t.Fatalf("the forger's own way does not work: %v", err)
	}
	for name, raw := range map[string]string{
		"nothing":       "",
		"not JSON":      "not JSON",
		"null":          "null",
		"another form":  strings.Replace(string(good), `"dossier_manifest":1`, `"dossier_manifest":2`, 1),
		"another id":    strings.Replace(string(good), "api#1", "api#7", 1),
		"a field more":  strings.Replace(string(good), `{`, `{"x":1,`, 1),
		"a space":       strings.Replace(string(good), `,`, `, `, 1),
		"a second one":  string(good) + string(good),
		"a field twice": strings.Replace(string(good), `"version":"1.2.3"`, `"version":"1","version":"1.2.3"`, 1),
	} {
		if _, err := Read(resealed(t, []byte(raw))); faultOf(err) != Damaged {
			t.Errorf("%s: %v, want %q", name, err, Damaged)
		}
	}
	if _, err := Read(resealedStream(t, []byte("not packed"))); faultOf(err) != Damaged {
		t.Errorf("a stream that is not packed: %v", err)
	}
}

func TestT60HashesAreNotThoseOfAnotherReport(t *testing.T) {
	a, b := sample(t, 3), sample(t, 0)
	b.Report = evidence.Hash([]byte("another report"))
	b.Entries = []Entry{{ID: "github:acme/api#0", Hash: evidence.Hash([]byte("github:acme/api#0"))}}
	if err := b.Seal(); err != nil {
		t.Fatal(err)
	}
	bare := evidence.Hash([]byte("github:acme/api#0"))
	if a.Entries[0].Hash == b.Entries[0].Hash || a.Entries[0].Hash == bare || a.Salt == b.Salt {
		t.Error("one item has the same hash in two reports, or its bare one")
	}
	if a.Hash(bare) != a.Entries[0].Hash {
		t.Error("who has the item cannot recognise it")
	}
}

func TestHostileTextIsHarmlessAndReadBack(t *testing.T) {
	m := &Manifest{Version: "1\u202e", Entries: []Entry{
		{ID: "x:\u202e\u009b\x1b[31m\xff\n", Source: "x\x00", URL: "https://e.org/" + strings.Repeat("é", 9000), Query: "a\r\nb\u2028",
			Fetched: time.Date(12026, 1, 1, 0, 0, 0, 0, time.UTC)}, {}}}
	if err := m.Seal(); err != nil {
		t.Fatal(err)
	}
	raw, err := m.Encode()
	if err != nil {
		t.Fatal(err)
	}
	if bytes.ContainsAny(raw, "\u202e\u009b\x1b\n\x00\u2028") || !json.Valid(raw) || len(raw) > 8000 {
		t.Errorf("%d bytes, not clean: %q", len(raw), raw[:300])
	}
	file, err := Embed(plainPDF(t, 1), m)
	if err != nil {
		t.Fatal(err)
	}
	if got, err := Read(file); err != nil || got.Digest != m.Digest {
		t.Errorf("read back: %v", err)
	}
}

func TestOnlyOurOwnShapeIsEmbeddedInto(t *testing.T) {
	file := plainPDF(t, 1)
	for name, pdf := range map[string][]byte{
		"nothing":        nil,
		"text":           []byte("hello"),
		"no attachments": bytes.Replace(file, []byte("/EmbeddedFiles"), []byte("/EmbeddedFilez"), 1),
		"table too long": bytes.Replace(file, []byte("xref\n0 "), []byte("xref\n0 9"), 1),
		"twice":          sealed(t, 1),
	} {
		if _, err := Embed(pdf, sample(t, 1)); !errors.Is(err, errShape) {
			t.Errorf("%s: %v, want %v", name, err, errShape)
		}
	}
}

// FuzzRead gives Read whatever bytes: no panic, and only what Embed wrote, or
// what was sealed in its form, passes.
func FuzzRead(f *testing.F) {
	file := sealed(f, 2)
	f.Add(file)
	f.Add(plainPDF(f, 1))
	f.Add(file[:len(file)/2])
	f.Add(resealed(f, []byte("{}")))
	f.Fuzz(func(t *testing.T, b []byte) {
		m, err := Read(b)
		if (m == nil) == (err == nil) || err != nil && faultOf(err) == "" {
			t.Fatalf("%v, %v", m, err)
		}
		if err == nil && !bytes.Contains(b, []byte(sealKey)) {
			t.Fatal("a file without a seal passed")
		}
	})
}

// FuzzAttached reads the inner parts on, behind the digest that stops nearly
// all of what FuzzRead makes.
func FuzzAttached(f *testing.F) {
	good, err := sample(f, 2).Encode()
	if err != nil {
		f.Fatal(err)
	}
	f.Add(good, 20)
	f.Add([]byte("{}"), 3)
	f.Fuzz(func(t *testing.T, raw []byte, n int) {
		if m, err := Decode(raw); err == nil {
			if again, err := m.Encode(); err != nil || !bytes.Equal(again, raw) {
				t.Fatalf("what was decoded encodes to %q, %v", again, err)
			}
		}
		head := fmt.Sprintf("9 0 obj\n<</Type /EmbeddedFile /Subtype /application#2Fjson /Params <</Size 1>> /Filter /FlateDecode /Length %d>>\nstream\n", n)
		_, _ = attached(append([]byte(head), raw...))
		_, _ = attached(raw)
		_, _ = parse(raw)
	})
}

func BenchmarkReadOf10000(b *testing.B) {
	file := sealed(b, 10_000)
	b.SetBytes(int64(len(file)))
	b.ReportMetric(float64(len(file)), "file-B")
	for b.Loop() {
		if _, err := Read(file); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkEmbedOf10000(b *testing.B) {
	m, pdf := sample(b, 10_000), plainPDF(b, 3)
	for b.Loop() {
		if _, err := Embed(pdf, m); err != nil {
			b.Fatal(err)
		}
	}
}
