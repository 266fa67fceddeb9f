package render

import (
	"bytes"
	"compress/zlib"
	"flag"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/dossier-report/dossier/report"
	"github.com/dossier-report/dossier/report/render/internal/pdf"
)

var update = flag.Bool("update", false, "write the golden files")

// cases are the reports that the tests of the pages draw.
func cases() map[string]struct {
	r   *report.Report
	opt Options
} {
	one := full()
	one.Objectives = one.Objectives[1:2]
	one.Flow = flowOf(board{items: 3, statuses: []string{"Doing"}, title: func(int) string { return "" }})
	type c = struct {
		r   *report.Report
		opt Options
	}
	return map[string]c{
		"full": {full(), Options{}}, "empty": {empty(), Options{}}, "foreign": {foreign(), Options{}},
		"letter": {full(), Options{Paper: "Letter"}}, "one": {one, Options{}}, "wordy": {wordy(), Options{}}, "many": {many(), Options{Paper: "letter"}},
	}
}

// wordy is a report in which everything is longer than its place.
func wordy() *report.Report {
	r := full()
	prose := strings.Repeat("This is a long sentence about what was done, with **figures** in it and no end in sight. ", 30)
	r.Thesis.Text = prose[:900]
	for i := range r.Questions {
		r.Questions[i].Answer.Text = prose
		r.Questions[i].Title = prose[:150]
	}
	for i := range r.Objectives {
		o := &r.Objectives[i]
		o.Result.Text, o.Claim.Text, o.Words = prose[:600], prose[:700], prose
		for j := range o.Cards {
			c := &o.Cards[j]
			c.Title, c.Confirm = prose[:240], prose[:300]
			c.Rows[0].Text, c.Rows[0].Label = prose, "A rather long label"
			for range 9 {
				c.Sources = append(c.Sources, report.Link{Badge: "WWWW", Label: prose[:100], URL: "https://acme.example/x"})
			}
		}
		if i == 3 {
			o.Claim.Text, o.Figures = "Short.", []report.KeyFigure{{Name: prose[:90], Value: "1 → 2", Source: prose[:200]}}
			continue
		}
		for j := range o.Figures {
			o.Figures[j] = report.KeyFigure{Name: prose[:80], Value: "1 234 567.89 → 9 876 543.21", Unit: "requests per second", Source: prose[:90]}
		}
		for j := range o.Lanes {
			o.Lanes[j].Title = prose[:90]
		}
	}
	for i := range r.Entries {
		r.Entries[i].Acts, r.Entries[i].Note, r.Entries[i].Place = prose[:400], prose, prose[:200]
	}
	for i := range r.Method.Sources {
		s := &r.Method.Sources[i]
		s.Title, s.Why, s.Period, s.AskedAt = prose[:80], prose, prose[:90], prose[:70]
	}
	r.Candidates[0] = report.Candidate{Name: prose[:120], Role: prose[:90], Relation: prose[:50], Objectives: []int{1, 2, 3, 4, 5, 77}, Refs: []string{prose[:40], prose[:40]}, Last: prose[:60]}
	long := usualBoard()
	long.title = func(int) string { return prose[:200] }
	long.change, long.dates, long.open = prose, 60, 30
	r.Flow = flowOf(long)
	r.Method.Definitions[0].Means = strings.Repeat(prose, 5)
	r.Method.Definitions[0].Word = prose[:120]
	r.Warnings = []string{prose, prose}
	return r
}

// many is a report of many objectives, questions, entries and marks.
func many() *report.Report {
	r := full()
	for i := len(r.Objectives); i < 14; i++ {
		s := r.Objectives[i%4]
		s.Number, s.ID = i+1, fmt.Sprintf("o%d", i)
		s.Lanes = slices.Clone(s.Lanes)
		for d := range 400 {
			s.Lanes[1].Dots = append(s.Lanes[1].Dots, report.Dot{At: day(1, 1).AddDate(0, 0, d%180), Ref: "A-5"})
		}
		for c := range 9 {
			s.Lanes[0].Dots = append(s.Lanes[0].Dots, report.Dot{At: day(3, 3), Card: c + 5, Ref: "A-5"})
		}
		r.Objectives = append(r.Objectives, s)
	}
	wide := usualBoard()
	for i := range 14 {
		wide.statuses = append(wide.statuses, fmt.Sprintf("Status number %d", i))
	}
	wide.items, wide.dates, wide.open = 3000, 400, 500
	r.Flow = flowOf(wide)
	for i := range 7 {
		q := r.Questions[i%4]
		q.Number = 5 + i
		r.Questions = append(r.Questions, q)
	}
	for range 40 {
		r.Candidates = append(r.Candidates, r.Candidates[0])
	}
	for i := len(r.Entries); i < 500; i++ {
		r.Entries = append(r.Entries, entry(i))
	}
	return r
}

func render(t testing.TB, r *report.Report, opt Options) ([]byte, *pdf.Trace) {
	t.Helper()
	var b bytes.Buffer
	trace := &pdf.Trace{}
	if err := drawPDF(&b, r, opt, trace); err != nil {
		t.Fatal(err)
	}
	return b.Bytes(), trace
}

// extent is what a run of text covers, a little less than its line so that
// lines set close do not count as touching.
func extent(r pdf.Run) (x0, y0, x1, y1 float64) {
	const mm = 25.4 / 72
	return r.X, r.Y - r.Size*mm*0.68, r.X + r.W, r.Y + r.Size*mm*0.16
}

func TestNothingIsOutsideTheMarginsAndNoTextMeetsAnother(t *testing.T) {
	for name, c := range cases() {
		t.Run(name, func(t *testing.T) {
			_, trace := render(t, c.r, c.opt)
			w, h := 210.0, 297.0
			if c.opt.Paper != "" {
				w, h = 215.9, 279.4
			}
			byPage := map[int][]pdf.Run{}
			for _, r := range trace.Runs {
				if strings.TrimSpace(r.Text) != "" {
					byPage[r.Page] = append(byPage[r.Page], r)
				}
			}
			for page, runs := range byPage {
				for i, r := range runs {
					x0, y0, x1, y1 := extent(r)
					if x0 < pdf.MarginX-0.1 || x1 > w-pdf.MarginX+0.3 || y0 < 10 || y1 > h-8 {
						t.Errorf("page %d: %q at %.1f–%.1f, %.1f is outside the margins", page, r.Text, x0, x1, r.Y)
					}
					if y1 > h-14 && r.Y < h-12 {
						t.Errorf("page %d: %q at %.1f runs into the foot", page, r.Text, r.Y)
					}
					for _, o := range runs[i+1:] {
						a0, b0, a1, b1 := extent(o)
						if min(x1, a1)-max(x0, a0) > 0.15 && min(y1, b1)-max(y0, b0) > 0.15 {
							t.Errorf("page %d: %q meets %q at %.1f, %.1f", page, r.Text, o.Text, o.X, o.Y)
						}
					}
				}
			}
			for _, b := range trace.Boxes {
				if b.X < -0.1 || b.X+b.W > w+0.1 || b.Y < -0.1 || b.Y+b.H > h-13 {
					t.Errorf("page %d: box %.1f,%.1f %.1fx%.1f is off the page", b.Page, b.X, b.Y, b.W, b.H)
				}
			}
		})
	}
}

// The golden files hold the text of each page in the order it is drawn.
func TestPagesSayWhatTheyShould(t *testing.T) {
	for _, name := range []string{"full", "empty", "foreign"} {
		t.Run(name, func(t *testing.T) {
			c := cases()[name]
			_, trace := render(t, c.r, c.opt)
			slices.SortStableFunc(trace.Runs, func(a, b pdf.Run) int { return a.Page - b.Page })
			var b strings.Builder
			page, y := 0, 0.0
			for _, r := range trace.Runs {
				switch {
				case r.Page != page:
					fmt.Fprintf(&b, "\n== page %d ==", r.Page)
					page, y = r.Page, -1
					fallthrough
				case r.Y != y:
					b.WriteString("\n")
				default:
					b.WriteString(" | ")
				}
				y = r.Y
				b.WriteString(r.Text)
			}
			golden(t, name+".txt", b.String()+"\n")
		})
	}
}

func golden(t *testing.T, name, got string) {
	t.Helper()
	path := filepath.Join("testdata", name)
	if *update {
		if err := os.MkdirAll("testdata", 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if d := cmp.Diff(string(want), got); d != "" {
		t.Errorf("%s differs (-update writes it anew):\n%s", path, d)
	}
}

func TestSameReportSameBytes(t *testing.T) {
	for _, f := range Formats() {
		first := ""
		for i := range 20 {
			var b bytes.Buffer
			if err := f.Write(&b, foreign(), Options{}); err != nil {
				t.Fatal(err)
			}
			if i == 0 {
				first = b.String()
			}
			if b.String() != first {
				t.Fatalf("%s: run %d differs", f.Name, i)
			}
		}
	}
}

// inflated returns the file with its compressed streams opened.
func inflated(t *testing.T, b []byte) []byte {
	t.Helper()
	var out bytes.Buffer
	for _, part := range bytes.SplitAfter(b, []byte("stream\n")) {
		if z, err := zlib.NewReader(bytes.NewReader(part)); err == nil {
			_, err = io.Copy(&out, z)
			if err != nil {
				t.Fatal(err)
			}
		}
		out.Write(part)
	}
	return out.Bytes()
}

var active = regexp.MustCompile(`/(JS|JavaScript|OpenAction|AA|Launch|SubmitForm|GoToR|EmbeddedFile|RichMedia|XFA)[^A-Za-z]`)

func TestT03NoActiveContent(t *testing.T) {
	r := foreign()
	evil := ") >> endobj 99 0 obj << /OpenAction << /S /JavaScript /JS (app.alert\\(1\\)) >> /AA << >> >>"
	r.Person.Name, r.Title, r.Review, r.Objectives[0].Title = evil, evil, evil, evil
	b, _ := render(t, r, Options{})
	// Outside of literal strings, which hold the text, no such key may stand.
	bare := regexp.MustCompile(`(?s)\((?:\\.|[^\\()])*\)`).ReplaceAll(inflated(t, b), []byte("()"))
	if m := active.Find(bare); m != nil {
		t.Errorf("the file holds %q", m)
	}
	if !active.Match([]byte("<< /OpenAction << ")) {
		t.Fatal("the search finds nothing at all")
	}
}

func TestT04T06OnlyAllowedAddresses(t *testing.T) {
	r := foreign()
	r.Entries[3].URL, r.Objectives[0].Cards[0].Sources[0].URL = "https://github.example@evil.example/", "https://evil.example/"
	b, trace := render(t, r, Options{Allowed: func(h string) bool { return h == "github.example" }})
	uris := regexp.MustCompile(`/URI \(([^)]*)\)`).FindAllSubmatch(b, -1)
	if len(uris) < 10 {
		t.Errorf("only %d addresses", len(uris))
	}
	for _, u := range uris {
		if !bytes.HasPrefix(u[1], []byte("https://github.example/")) {
			t.Errorf("the file leads to %q", u[1])
		}
	}
	if !slices.ContainsFunc(trace.Runs, func(r pdf.Run) bool { return strings.Contains(r.Text, "javascript:app.alert(1)") }) {
		t.Error("an address that is not linked must stand as text")
	}
}

func TestT67MetadataIsOnlyWhatWasAgreed(t *testing.T) {
	b, _ := render(t, full(), Options{})
	info := regexp.MustCompile(`(?s)/Producer .*?>>`).Find(b)
	keys := regexp.MustCompile(`/([A-Z][A-Za-z]+)`).FindAllString(string(info), -1)
	if want := []string{"/Producer", "/Title", "/Subject", "/Author", "/CreationDate", "/ModDate"}; !slices.Equal(keys, want) {
		t.Errorf("keys %v, want %v", keys, want)
	}
	if !bytes.Contains(info, []byte("/CreationDate (D:20260630000000)")) || !bytes.Contains(info, []byte("/ModDate (D:20260630000000)")) || !bytes.Contains(info, []byte("/Producer (dossier)")) {
		t.Errorf("metadata %q", info)
	}
}

func TestPageNumbersAreRight(t *testing.T) {
	for name, c := range cases() {
		_, trace := render(t, c.r, c.opt)
		last := 0
		for _, r := range trace.Runs {
			last = max(last, r.Page)
		}
		seen := 0
		for _, r := range trace.Runs {
			var n, of int
			if _, err := fmt.Sscanf(r.Text, "%d / %d", &n, &of); err == nil && r.Y > 260 {
				seen++
				if n != r.Page || of != last {
					t.Errorf("%s: page %d says %q", name, r.Page, r.Text)
				}
			}
		}
		if seen != last {
			t.Errorf("%s: %d of %d pages are numbered", name, seen, last)
		}
	}
	_, trace := render(t, full(), Options{})
	for _, r := range trace.Runs { // objective 3 of the table on page 1
		if r.Page == 1 && r.Text == "OBJECTIVE 3 OF 5" {
			t.Error("an objective stands on page 1")
		}
		if r.Text == "OBJECTIVE 3 OF 5" && !slices.ContainsFunc(trace.Runs, func(o pdf.Run) bool { return o.Page == 1 && o.Text == fmt.Sprint(r.Page) && o.X > 185 }) {
			t.Errorf("page 1 does not lead to page %d", r.Page)
		}
	}
}

func TestAnIncompleteReportSaysSoOnPageOne(t *testing.T) {
	_, trace := render(t, full(), Options{})
	if !slices.ContainsFunc(trace.Runs, func(r pdf.Run) bool {
		return r.Page == 1 && strings.HasPrefix(r.Text, "Incomplete: Jira could not be read")
	}) {
		t.Error("page 1 does not say that Jira failed")
	}
}

func TestT17T18HugeAndForeignReportsAreDrawn(t *testing.T) {
	r := full()
	r.Entries[0].Title = strings.Repeat("x", 20000)
	r.Entries[1].Note = strings.Repeat("line\n", 10000)
	r.Entries[2].Title = "a" + strings.Repeat("\u0301", 5000)
	r.Objectives[0].Claim.Text = strings.Repeat("日", 20000)
	r.Questions[0].Answer.Text = strings.Repeat("word\n", 3000)
	r.Objectives[1].Words = "שלום עולם"
	if b, _ := render(t, r, Options{}); len(b) < 10000 {
		t.Errorf("%d bytes", len(b))
	}
}

func TestAnUnknownPaperIsAnError(t *testing.T) {
	if err := writePDF(io.Discard, empty(), Options{Paper: "A5"}); err == nil || !strings.Contains(err.Error(), "neither A4 nor Letter") {
		t.Errorf("err %v", err)
	}
}

func FuzzRender(f *testing.F) {
	for _, s := range []string{"", "plain", "\xff\xfe", "🚀 👩‍💻", "\U0010ffff", "\U00010000", "a\u202eb", "{nb}", "(\\)", "e\u0301", "日本語", "\ue000", "\r\n\t\x00", "**a** __b__", "č", strings.Repeat("W", 300), "https://a@b/", "javascript:1"} {
		f.Add(s, s, int16(3))
	}
	f.Fuzz(func(t *testing.T, a, b string, n int16) {
		r := full()
		r.Title, r.Review, r.Made, r.Person = a, b, b, report.PersonLine{Name: a, Role: b, Manager: a}
		r.Thesis.Text, r.Period.Long, r.Period.Short, r.Warnings = b, a, b, []string{a, b}
		o := &r.Objectives[int(uint16(n))%4]
		o.Title, o.Words, o.Assessment, o.ID, o.Claim.Text, o.Result.Text, o.More = a, b, a, b, a, b, []string{a, b, "A-1"}
		o.Figures = []report.KeyFigure{{Name: a, Value: b, Unit: a, Source: b}}
		o.Lanes[0].Title, o.Lanes[0].Dots[0].Ref, o.Lanes[0].Dots[0].At = a, b, o.Lanes[0].Dots[0].At.AddDate(int(n), 0, 0)
		c := &o.Cards[0]
		c.Title, c.Date, c.Confirm, c.Rows[0].Text, c.Rows[0].Label = a, b, a, b, a
		c.Sources = []report.Link{{Badge: a, Label: b, URL: a}, {Badge: b, Label: a, URL: b}}
		e := &r.Entries[0]
		e.Ref, e.Day, e.Badge, e.Title, e.Place, e.URL, e.Acts, e.Note = a, b, a, b, a, b, a, b
		r.Candidates[0].Name, r.Candidates[0].Role, r.Candidates[0].Refs[0], r.Candidates[0].Last = a, b, a, b
		s := &r.Method.Sources[0]
		s.Title, s.Why, s.Period, s.AskedAt, s.Parts[0].Name, s.Parts[0].Query = a, b, a, b, a, b
		r.Questions[0].Title, r.Questions[0].Answer.Text, r.Questions[0].Where = a, b, a
		r.Method.Version, r.Method.Config, r.Method.Definitions[0].Word = a, b, a
		if err := writePDF(io.Discard, r, Options{}); err != nil {
			t.Errorf("%q, %q: %v", a, b, err)
		}
	})
}
