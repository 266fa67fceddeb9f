package render

import (
	"bytes"
	"fmt"
	"io"
	"os"
	"runtime"
	"testing"
	"time"

	"github.com/jung-kurt/gofpdf"

	"github.com/dossier-report/dossier/report"
	"github.com/dossier-report/dossier/report/render/internal/pdf"
)

// long is the full report with n entries.
func long(n int) *report.Report {
	r := full()
	for i := len(r.Entries); i < n; i++ {
		e := entry(i)
		e.Title = fmt.Sprintf("%s, part %d: Привет, Ωμέγα", e.Title, i)
		r.Entries = append(r.Entries, e)
	}
	return r
}

func BenchmarkPDF(b *testing.B) {
	for _, n := range []int{1, 500, 10000} {
		b.Run(fmt.Sprint(n), func(b *testing.B) {
			r := long(n)
			var out bytes.Buffer
			b.ReportAllocs()
			for b.Loop() {
				out.Reset()
				if err := writePDF(&out, r, Options{}); err != nil {
					b.Fatal(err)
				}
			}
			b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N*n), "ns/entry")
			b.ReportMetric(float64(out.Len()), "bytes")
		})
	}
}

// BenchmarkRatio compares the report of 10,000 entries with the same runs of
// text at the same places, written by gofpdf's own Text in the same process,
// and with their characters alone written to a buffer. Both sides run in turn.
func BenchmarkRatio(b *testing.B) {
	r := long(10000)
	_, trace := render(b, r, Options{})
	var ours, theirs, bare time.Duration
	var size, theirSize countWriter
	for b.Loop() {
		size, theirSize = 0, 0
		ours += clock(func() {
			if err := writePDF(&size, r, Options{}); err != nil {
				b.Fatal(err)
			}
		})
		theirs += clock(func() { plainGofpdf(b, trace, &theirSize) })
		bare += clock(func() { bareStream(trace, io.Discard) })
	}
	b.ReportMetric(float64(ours)/float64(theirs), "x-gofpdf-text")
	b.ReportMetric(float64(ours)/float64(bare), "x-bare-stream")
	b.ReportMetric(float64(size)/float64(theirSize), "x-gofpdf-size")
}

type countWriter int

func (w *countWriter) Write(b []byte) (int, error) { *w += countWriter(len(b)); return len(b), nil }

func clock(f func()) time.Duration {
	runtime.GC()
	start := time.Now()
	f()
	return time.Since(start)
}

func plainGofpdf(b *testing.B, trace *pdf.Trace, w io.Writer) {
	f := gofpdf.New("P", "mm", "A4", "")
	f.SetCatalogSort(true)
	font, err := fontFile()
	if err != nil {
		b.Fatal(err)
	}
	f.AddUTF8FontFromBytes("x", "", font)
	page := 0
	for _, r := range trace.Runs {
		for ; page < r.Page; page++ {
			f.AddPage()
		}
		f.SetPage(r.Page)
		f.SetFont("x", "", r.Size)
		f.SetTextColor(0x17, 0x21, 0x2e)
		f.Text(r.X, r.Y, r.Text)
	}
	f.SetPage(page)
	if err := f.Output(w); err != nil {
		b.Fatal(err)
	}
}

// bareStream is the least that writing the text can cost.
func bareStream(trace *pdf.Trace, w io.Writer) {
	var b bytes.Buffer
	for _, r := range trace.Runs {
		fmt.Fprintf(&b, "BT %.2f %.2f Td (%s) Tj ET\n", r.X, r.Y, r.Text)
	}
	_, _ = w.Write(b.Bytes())
}

func fontFile() ([]byte, error) {
	return os.ReadFile("internal/pdf/fonts/SourceSans3_400Regular.ttf")
}
