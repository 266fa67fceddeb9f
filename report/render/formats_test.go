package render

import (
	"bytes"
	"encoding/csv"
	"fmt"
	"io"
	"regexp"
	"strings"
	"testing"

	"golang.org/x/net/html"

	"github.com/dossier-report/dossier/report"
	"github.com/dossier-report/dossier/report/render/internal/pdf"
)

// brief is a report that a golden file can hold: one objective with evidence and
// one without.
func brief() *report.Report {
	r := full()
	r.Objectives = []report.Section{r.Objectives[1], r.Objectives[4]}
	r.Objectives[0].Number, r.Objectives[1].Number = 1, 2
	r.Objectives[0].Cards = r.Objectives[0].Cards[:2]
	r.Entries = r.Entries[:6]
	r.Flow = flowOf(board{items: 3, statuses: []string{"Doing"}, title: func(int) string { return "A task" }})
	return r
}

func TestHTMLAndMarkdownAreAsAgreed(t *testing.T) {
	for _, f := range []string{"html", "md", "csv"} {
		golden(t, "small."+f, write(t, f, brief()))
	}
}

// plainText is what a reader of a format reads, in one line and without what
// only keeps words together.
func plainText(t *testing.T, format string, r *report.Report) string {
	t.Helper()
	switch format {
	case "pdf":
		trace := &pdf.Trace{}
		if err := drawPDF(io.Discard, r, Options{}, trace); err != nil {
			t.Fatal(err)
		}
		var b strings.Builder
		for _, run := range trace.Runs {
			b.WriteString(run.Text + " ")
		}
		return oneLine(b.String())
	case "html":
		return htmlText(t, write(t, "html", r))
	case "md":
		var page bytes.Buffer
		if err := asGitHub.Convert([]byte(write(t, "md", r)), &page); err != nil {
			t.Fatal(err)
		}
		return htmlText(t, page.String())
	}
	return oneLine(write(t, format, r))
}

func htmlText(t *testing.T, page string) string {
	t.Helper()
	doc, err := html.Parse(strings.NewReader(page))
	if err != nil {
		t.Fatal(err)
	}
	var b strings.Builder
	for n := range doc.Descendants() {
		if n.Type == html.TextNode && n.Parent.Data != "style" {
			b.WriteString(n.Data)
		}
		if n.Type == html.ElementNode && n.Data != "strong" && n.Data != "em" && n.Data != "code" {
			b.WriteByte(' ')
		}
	}
	return oneLine(b.String())
}

func oneLine(s string) string {
	s = strings.NewReplacer("\u00a0", " ", "\u2011", "-", `\"`, `"`).Replace(s)
	return strings.Join(strings.Fields(s), " ")
}

// said are the texts that every format for readers says, whole.
func said(r *report.Report) map[string]string {
	out := map[string]string{"name": r.Person.Name, "role": r.Person.Role, "manager": r.Person.Manager, "period": r.Period.Long, "thesis": r.Thesis.Plain(), "version": r.Method.Version, "config": r.Method.Config}
	for i := range r.Objectives {
		o := &r.Objectives[i]
		at := func(what string, n int) string { return fmt.Sprintf("objective %d, %s %d", o.Number, what, n) }
		out[at("title", 0)], out[at("words", 0)], out[at("claim", 0)] = o.Title, o.Words, o.Claim.Plain()
		out[at("result", 0)], out[at("assessment", 0)] = o.Result.Plain(), o.Assessment
		if o.Gap != nil {
			out[at("gap", 0)] = gapSays(o.Gap)
		}
		for j, k := range o.KeyResults {
			out[at("key result", j)], out[at("target", j)], out[at("state of key result", j)] = k.Title, k.Target, k.State.Plain()
		}
		out[at("missed", 0)] = o.Missed.Plain()
		for j, f := range o.Figures {
			out[at("figure name", j)], out[at("figure value", j)], out[at("figure source", j)] = f.Name, figureValue(f), f.Source
		}
		for _, l := range o.Lanes {
			out[at("lane "+l.Title, 0)] = l.Title
		}
		for _, c := range o.Cards {
			out[at("card", c.Number)], out[at("date of card", c.Number)], out[at("confirmation", c.Number)] = c.Title, c.Date, c.Confirm
			for j, row := range c.Rows {
				out[at(fmt.Sprintf("row of card %d", c.Number), j)] = row.Text
			}
			for j, l := range c.Sources {
				out[at(fmt.Sprintf("source of card %d", c.Number), j)] = l.Label
			}
		}
	}
	for _, q := range r.Questions {
		out[fmt.Sprintf("question %d", q.Number)], out[fmt.Sprintf("answer %d", q.Number)] = q.Title, q.Answer.Plain()
	}
	for _, c := range r.Candidates {
		out["person "+c.Name], out["role of "+c.Name], out["last of "+c.Name] = c.Name, c.Role, c.Last
	}
	for i, w := range r.Warnings {
		out[fmt.Sprint("warning ", i)] = w
	}
	for _, e := range r.Entries {
		out[e.Ref], out["title of "+e.Ref], out["day of "+e.Ref], out["acts of "+e.Ref], out["note of "+e.Ref] = e.Ref, e.Title, e.Day, e.Acts, e.Note
		for _, m := range e.Objectives {
			out["reason of "+e.Ref+" for "+m.Objective] = reasonText(m)
		}
	}
	for i, u := range r.Unserved {
		out[fmt.Sprint("unserved ", i)], out[fmt.Sprint("size of unserved ", i)] = u.Title, unservedWords(&u)
	}
	saidOfMethod(r, out)
	if f := r.Flow; f != nil {
		out["flow"], out["flow about"], out["flow intro"], out["flow limits"] = f.Title, f.About, f.Intro.Plain(), f.Limits
		for _, x := range f.Facts {
			out["fact "+x.Name], out["text of fact "+x.Name] = x.Title, x.Text
		}
	}
	return out
}

func saidOfMethod(r *report.Report, out map[string]string) {
	for _, s := range r.Method.Sources {
		out["source "+s.Title], out["why of "+s.Title], out["asked "+s.Title] = s.Title, s.Why, s.AskedAt
		for _, p := range s.Parts {
			out["query "+p.Name] = p.Query
			for _, g := range p.Gaps {
				out["gap "+g.What] = g.Why
			}
		}
	}
	for i, l := range r.Method.LeftOut {
		out[fmt.Sprint("left out ", i)] = l.Why
	}
	for _, d := range r.Method.Definitions {
		out["word "+d.Word], out["meaning of "+d.Word] = d.Word, d.Means
	}
	for _, b := range r.Method.Objectives {
		for i, rule := range b.Rules {
			out[fmt.Sprintf("rule %d of %s", i, b.Objective)] = rule
		}
	}
}

// On the pages text breaks into lines and columns, so only what stands in one
// run is looked for there.
func TestFormatsSayTheSame(t *testing.T) {
	for name, r := range map[string]*report.Report{"full": full(), "small": brief(), "empty": empty()} {
		want := said(r)
		for _, format := range []string{"html", "md"} {
			text := plainText(t, format, r)
			for what, s := range want {
				if s = oneLine(s); !strings.Contains(text, s) {
					t.Errorf("%s %s: no %s: %q", name, format, what, s)
				}
			}
			if r.Flow != nil {
				for _, f := range flowFigures(r) {
					if title := oneLine(f.Title); !strings.Contains(text, title) || !strings.Contains(text, oneLine(f.Describe())) {
						t.Errorf("%s %s: no figure %s %q", name, format, f.Letter, title)
					}
				}
				for _, f := range r.Flow.Findings {
					if !strings.Contains(text, oneLine(f.Plain())) {
						t.Errorf("%s %s: no finding %q", name, format, f.Plain())
					}
				}
			}
		}
		pages := plainText(t, "pdf", r)
		for what, s := range want {
			if len(s) < 12 && !strings.Contains(pages, oneLine(s)) {
				t.Errorf("%s pdf: no %s: %q", name, what, s)
			}
		}
		value := plainText(t, "json", r)
		for _, e := range r.Entries {
			if !strings.Contains(value, `"ref": "`+e.Ref+`"`) || !strings.Contains(value, oneLine(e.Title)) {
				t.Errorf("%s json: no %s", name, e.Ref)
			}
		}
	}
}

func TestCSVHasARowForEveryItemAndObjective(t *testing.T) {
	r := full()
	out := write(t, "csv", r)
	if strings.Count(out, "\n") != strings.Count(out, "\r\n") {
		t.Error("not every line ends in CRLF")
	}
	rows, err := csv.NewReader(strings.NewReader(out)).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	var want []string
	for _, e := range r.Entries {
		for _, m := range e.Objectives {
			want = append(want, fmt.Sprintf("%s %s %s %s %s %g", e.Ref, e.ID, e.Title, e.Acts, m.Objective, m.Score))
		}
	}
	for i, row := range rows[1:] {
		if got := fmt.Sprintf("%s %s %s %s %s %s", row[0], row[1], row[5], row[8], row[9], row[10]); i >= len(want) || got != want[i] {
			t.Errorf("row %d: %q", i+1, row)
		}
	}
	if len(rows) != len(want)+1 {
		t.Errorf("%d rows, want %d", len(rows), len(want)+1)
	}
	if got := strings.Join(rows[1], "|"); got != "A-1|github:acme/api#0|2026-01-03|github|pull_request|Cache the tokenizer between shards|acme/api|https://github.example/acme/api/pull/100|opened, merged|mentoring|0.8||answers a colleague (acts: “answered Ana on gradient noise”) +0.60|yes|yes|yes|This is the one that changed how we size the batches." {
		t.Errorf("row 1: %s", got)
	}
}

// A page is for a screen reader what its headings, tables and marks make it.
func TestHTMLHasTheStructureThatScreenReadersNeed(t *testing.T) {
	for name, r := range map[string]*report.Report{"full": full(), "small": brief(), "empty": empty(), "foreign": foreign()} {
		doc, err := html.Parse(strings.NewReader(write(t, "html", r)))
		if err != nil {
			t.Fatal(err)
		}
		seen, level := map[string]int{}, 0
		for n := range doc.Descendants() {
			if n.Type != html.ElementNode {
				continue
			}
			seen[n.Data]++
			attr := map[string]string{}
			for _, a := range n.Attr {
				attr[a.Key] = a.Val
			}
			if h := regexp.MustCompile(`^h([1-6])$`).FindStringSubmatch(n.Data); h != nil {
				if now := int(h[1][0] - '0'); now > level+1 {
					t.Errorf("%s: a heading of level %d follows one of %d", name, now, level)
				} else {
					level = now
				}
			}
			switch {
			case n.Data == "html" && attr["lang"] != "en", n.Data == "th" && attr["scope"] == "", n.Data == "nav" && attr["aria-label"] == "",
				n.Data == "section" && attr["aria-labelledby"] == "", n.Data == "svg" && (attr["role"] != "img" || attr["aria-labelledby"] == ""):
				t.Errorf("%s: <%s> has no name or scope: %v", name, n.Data, attr)
			}
		}
		if seen["h1"] != 1 || seen["main"] != 1 || seen["header"] != 1 || seen["nav"] != 1 || seen["footer"] != 1 || seen["svg"] != seen["title"]-1 || seen["svg"] != seen["desc"] {
			t.Errorf("%s: %v", name, seen)
		}
	}
}

func TestEveryFormatRefusesOnlyWhatItCannotDo(t *testing.T) {
	if err := writeHTML(io.Discard, empty(), Options{Paper: "A5"}); err == nil || !strings.Contains(err.Error(), "neither A4 nor Letter") {
		t.Errorf("err %v", err)
	}
	for _, f := range Formats() {
		if err := f.Write(brokenPipe{}, full(), Options{Paper: "letter"}); err == nil {
			t.Errorf("%s: a failed write is no error", f.Name)
		}
	}
}

type brokenPipe struct{}

func (brokenPipe) Write([]byte) (int, error) { return 0, io.ErrClosedPipe }

// BenchmarkFormats writes reports of so many entries.
func BenchmarkFormats(b *testing.B) {
	for _, f := range []string{"html", "md", "csv", "json"} {
		for _, n := range []int{500, 10000} {
			r, format := long(n), mustFind(b, f)
			b.Run(fmt.Sprintf("%s/%d", f, n), func(b *testing.B) {
				var size countWriter
				b.ReportAllocs()
				for b.Loop() {
					size = 0
					if err := format.Write(&size, r, Options{}); err != nil {
						b.Fatal(err)
					}
				}
				b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N*n), "ns/entry")
				b.ReportMetric(float64(size), "bytes")
			})
		}
	}
}

func mustFind(b *testing.B, name string) Format {
	f, ok := Find(name)
	if !ok {
		b.Fatalf("no format %q", name)
	}
	return f
}
