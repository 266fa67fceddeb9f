package chart

import (
	"encoding/xml"
	"errors"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestEveryChartAsSVG(t *testing.T) {
	for name, f := range figures() {
		w, h := sizeOf(name)
		got := f.SVG("flow-"+name, w, h, func(item string) string { return "#" + strings.TrimPrefix(item, "jira:x/") })
		path := filepath.Join("testdata", name+".svg")
		if *update {
			if err := os.WriteFile(path, []byte(got), 0o644); err != nil {
				t.Fatal(err)
			}
		}
		want, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(string(want), got); diff != "" {
			t.Errorf("%s (-want +got; -update writes it):\n%s", path, diff)
		}
	}
}

// checkInert fails for an SVG that is not well-formed, or holds anything but
// shapes and text.
func checkInert(t interface {
	Errorf(string, ...any)
}, svg string) (texts []string) {
	elements := []string{"svg", "title", "desc", "path", "polyline", "polygon", "rect", "circle", "text", "a"}
	d := xml.NewDecoder(strings.NewReader(svg))
	depth := 0
	for {
		tok, err := d.Token()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			t.Errorf("not well-formed: %v", err)
			return nil
		}
		switch tok := tok.(type) {
		case xml.StartElement:
			depth++
			if !slices.Contains(elements, tok.Name.Local) {
				t.Errorf("has an element <%s>", tok.Name.Local)
			}
			for _, a := range tok.Attr {
				name, v := a.Name.Local, a.Value
				if strings.HasPrefix(name, "on") || name == "style" || strings.Contains(v, "url(") {
					t.Errorf("has an attribute %s=%q", name, v)
				}
				if name == "href" && !strings.HasPrefix(v, "#") && !strings.HasPrefix(v, "https://") && !strings.HasPrefix(v, "http://") {
					t.Errorf("leads to %q", v)
				}
				for _, bad := range []string{"NaN", "Inf"} {
					if strings.Contains(v, bad) {
						t.Errorf("%s is %q", name, v)
					}
				}
			}
		case xml.EndElement:
			depth--
		case xml.CharData:
			if s := strings.TrimSpace(string(tok)); s != "" {
				texts = append(texts, s)
			}
		default:
			t.Errorf("has a %T", tok)
		}
	}
	if depth != 0 {
		t.Errorf("is not closed")
	}
	return texts
}

const hostile = "</text></svg><script>alert(1)</script>\x00\x1b[31m\u202e&lt; ]]> \" onload='x' \xff 🚀"

func TestT01HostileTextIsInertInSVG(t *testing.T) {
	for name, f := range hostileFigures() {
		w, h := sizeOf(name)
		svg := f.SVG(`x" onload="alert(1)`, w, h, func(string) string { return `javascript:alert(1)` })
		texts := checkInert(t, svg)
		if !strings.Contains(strings.Join(texts, " "), "alert(1)") {
			t.Errorf("%s: the text is not shown at all", name)
		}
		if strings.Contains(svg, "<script") || strings.Contains(svg, "<a ") || strings.ContainsAny(svg, "\x00\x1b\u202e") {
			t.Errorf("%s: hostile text got through:\n%s", name, svg)
		}
	}
}

// hostileFigures are the figures with a hostile text wherever one can be.
func hostileFigures() map[string]Figure {
	all := figures()
	for name, f := range all {
		f.Title, f.Sub = hostile, hostile
		switch c := f.Chart.(type) {
		case StackedBars:
			c.Rows[0].Name, c.Rows[0].Sub, c.Rows[0].Parts[2].Name, c.Rows[1].Parts[2].Name = hostile, hostile, hostile, hostile
		case Scatter:
			c.Change.Label = hostile
		case Areas:
			c.Bands[1].Name, c.Bands[3].Name = hostile, hostile
		case Slips:
			c.Rows[0].Name, c.Rows[0].Sub, c.Rows[2].Notice, c.Rows[1].Label = hostile, hostile, hostile, hostile
		case Bars:
			c.Half.Label = hostile
			f.Chart = c
		case Ageing:
			c.Columns[1].Name, c.Items[4].Name, c.Items[5].Says = hostile, hostile, hostile
		}
		all[name] = f
	}
	return all
}

func TestAnSVGIsAPictureWithTitleAndDescription(t *testing.T) {
	svg := figures()["a-stacked"].SVG("Flow A", 176, 42, nil)
	for _, want := range []string{`role="img"`, `aria-labelledby="chart-flow-a-title chart-flow-a-desc"`, `<title id="chart-flow-a-title">A “Waiting for review” was`,
		`<desc id="chart-flow-a-desc">Mean days an item spent in each status. Before (38 items to 15 Mar): Ready 1.4, In progress 2.6, Waiting for review 4.6`} {
		if !strings.Contains(svg, want) {
			t.Errorf("no %s in\n%s", want, svg[:600])
		}
	}
}
