package jira

import (
	"strings"
	"testing"
	"time"
	"unicode/utf8"
)

func TestWikiMarkupAsPlainText(t *testing.T) {
	called := func(ref string) string {
		return map[string]string{"712020:ana": "Ana Duarte", "aduarte": "Ana Duarte"}[ref]
	}
	for _, tt := range []struct{ markup, want string }{
		{"plain", "plain"},
		{"h1. Why\r\n\r\nBecause.\r\n", "Why\n\nBecause."},
		{"*bold*, _em_ and +new+; snake_case_name, 2*3*4, -1 -2", "bold, em and new; snake_case_name, 2*3*4, -1 -2"},
		{"*one* *two* *three*", "one two three"},
		{"{{key}} and {{a b}}", "`key` and `a b`"},
		{"[the paper|https://arxiv.org/abs/2006.11239] [https://example.org]", "the paper (https://arxiv.org/abs/2006.11239) https://example.org"},
		{"[https://a.example/x|https://a.example/x|smart-link]", "https://a.example/x"},
		{"[x[0]] and [WIP] and [text|#anchor] [^log.txt] [mailto:a@example.org]", "[x[0]] and [WIP] and text log.txt a@example.org"},
		{"[~accountid:712020:ana] and [~aduarte] and [~nobody]", "@Ana Duarte and @Ana Duarte and @nobody"},
		{"* a\n** b\n* c", "- a\n  - b\n- c"},
		{"# a\n# b\n## c\n# d\n\n# e", "1. a\n2. b\n  1. c\n3. d\n\n4. e"},
		{"# a\ntext\n# b", "1. a\ntext\n1. b"},
		{"- a\n- b", "- a\n- b"},
		{"before\n----\nafter", "before\nafter"},
		{"!shot.png|thumbnail! Wow! Great!", "shot.png Wow! Great!"},
		{"{code:java|title=A.java}\nint *x* = [a|b];\n{code}\nafter", "A.java\nint *x* = [a|b];\nafter"},
		{"{noformat}{code}{noformat}", "{code}"},
		{"{code}open", "open"},
		{"say:{quote}one\ntwo{quote}end", "say:\n> one\n> two\nend"},
		{"bq. wise", "> wise"},
		{"{panel:title=Plan|borderStyle=solid}inside{panel}", "Plan\ninside"},
		{"a {color:red}red{color} b{anchor:x}", "a red b"},
		{"{not a macro} ${var} {x}", "{not a macro} ${var} {x}"},
		{"||h1||h2||\n|a|[b|https://b.example]|", "h1 | h2\na | b (https://b.example)"},
		{`one\\two \*not bold\*`, "one two *not bold*"},
		{"a\n\n\n\nb", "a\n\nb"},
		{"", ""},
	} {
		if got := plain(tt.markup, called); got != tt.want {
			t.Errorf("%q is %q, not %q", tt.markup, got, tt.want)
		}
	}
}

func TestDocumentAsPlainText(t *testing.T) {
	doc, err := parse([]byte(`{"type":"doc","version":1,"content":[
		{"type":"heading","content":[{"type":"text","text":"Why"}]},
		{"type":"paragraph","content":[{"type":"text","text":"See "},{"type":"text","text":"it","marks":[{"type":"link","attrs":{"href":"https://example.org"}}]},
			{"type":"hardBreak"},{"type":"mention","attrs":{"text":"@Ana"}},{"type":"emoji","attrs":{"shortName":":tada:"}}]},
		{"type":"bulletList","content":[{"type":"listItem","content":[{"type":"paragraph","content":[{"type":"text","text":"one"}]}]},
			{"type":"listItem","content":[{"type":"paragraph","content":[{"type":"text","text":"two"}]}]}]},
		{"type":"orderedList","content":[{"type":"listItem","content":[{"type":"paragraph","content":[{"type":"text","text":"first"}]}]}]},
		{"type":"table","content":[{"type":"tableRow","content":[
			{"type":"tableCell","content":[{"type":"paragraph","content":[{"type":"text","text":"a"}]}]},
			{"type":"tableCell","content":[{"type":"paragraph","content":[{"type":"text","text":"b"}]}]}]}]},
		{"type":"blockCard","attrs":{"url":"https://card.example"}},
		7, null, {"type": 7}]}`), nil)
	if err != nil {
		t.Fatal(err)
	}
	want := "Why\nSee it (https://example.org)\n@Ana:tada:\n- one\n- two\n1. first\na | b\nhttps://card.example"
	if got := doc.text(); got != want {
		t.Errorf("%q, not %q", got, want)
	}
}

func TestDocumentThatNestsWithoutEndStops(t *testing.T) {
	deep := strings.Repeat(`{"type":"paragraph","content":[`, 5000) + strings.Repeat(`]}`, 5000)
	x, err := parse([]byte(deep), nil)
	if err != nil {
		t.Fatal(err)
	}
	if got := x.text(); got != "" {
		t.Errorf("%q", got)
	}
}

func TestEveryFormOfTimeIsRead(t *testing.T) {
	want := time.Date(2026, 2, 3, 9, 14, 0, 123e6, time.UTC)
	for _, raw := range []string{`"2026-02-03T09:14:00.123+0000"`, `"2026-02-03T09:14:00.123Z"`, `"2026-02-03T10:14:00.123+01:00"`, `"2026-02-03T01:14:00.123-0800"`, `1770110040123`, `"1770110040123"`} {
		x, _ := parse([]byte(raw), &oddities{})
		if got := x.when(); !got.Equal(want) || x.odd.String() != "" {
			t.Errorf("%s is %v, %s", raw, got, x.odd)
		}
	}
	for _, raw := range []string{`null`, `""`, `" "`} {
		x, _ := parse([]byte(raw), &oddities{})
		if got := x.when(); !got.IsZero() || x.odd.String() != "" {
			t.Errorf("%s is %v, %s", raw, got, x.odd)
		}
	}
	for _, raw := range []string{`"soon"`, `{}`, `[]`, `true`, `"0001-01-01T00:00:00Z"`, `1e300`, `"99999-01-01"`, `"2026-13-01T00:00:00Z"`} {
		x, _ := parse([]byte(raw), &oddities{})
		if got := x.when(); !got.IsZero() || x.odd.String() == "" {
			t.Errorf("%s is %v and nothing says so", raw, got)
		}
	}
}

func TestSprintsAreReadInEveryForm(t *testing.T) {
	for raw, want := range map[string]string{
		`[{"id":1,"name":"Sprint 1"},{"id":2,"name":"Sprint 2"}]`:                                                    "Sprint 1+Sprint 2",
		`["com.atlassian.greenhopper.service.sprint.Sprint@1[id=1,state=CLOSED,name=A, or B,startDate=2026-01-01]"]`: "A, or B",
		`["com.atlassian.greenhopper.service.sprint.Sprint@1[id=1,name=Last]"]`:                                      "Last",
		`"Sprint 3"`: "Sprint 3", `null`: "", `["x@y"]`: "",
	} {
		x, err := parse([]byte(raw), &oddities{})
		if err != nil {
			t.Fatal(err)
		}
		m := &maker{fields: &catalogue{sprint: map[string]bool{"customfield_1": true}}}
		var names []string
		for _, s := range m.sprintsOf(&ticket{fields: value{v: object{"customfield_1": x.v}}}) {
			names = append(names, s.name)
		}
		if got := strings.Join(names, "+"); got != want {
			t.Errorf("%s gives %q", raw, got)
		}
	}
}

func FuzzPlain(f *testing.F) {
	for _, s := range []string{"{code}{quote}*a*", "[~x]|[a|http://b]", "# a\n## b\n*c*", "{color:red}{panel:title=x}", "||a||", "\\\\ \x00", "!a.png|x!"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		got := plain(s, nil)
		if utf8.ValidString(s) && !utf8.ValidString(got) {
			t.Errorf("%q is no UTF-8", got)
		}
		if len(got) > 20*len(s)+20 {
			t.Errorf("%d bytes from %d", len(got), len(s))
		}
	})
}

func FuzzTicket(f *testing.F) {
	f.Add(`{"id":"1","key":"ML-1","fields":{"created":"2026-02-01T00:00:00Z","status":{"id":"1"},"comment":{"comments":[{"id":1}]}},"changelog":{"histories":[{"created":1,"items":[{"field":"status","toString":"x"}]}]}}`)
	f.Add(`{"id":1,"fields":[]}`)
	f.Add(`{"id":"1","fields":{"description":{"type":"doc","content":[{}]},"duedate":"2026-02-30","resolution":[],"issuelinks":{}}}`)
	f.Fuzz(func(t *testing.T, s string) {
		x, err := parse([]byte(s), nil)
		if err != nil {
			return
		}
		tk, err := readTicket(x.v)
		if err != nil {
			return
		}
		m := &maker{site: site{name: "acme.example", base: "https://acme.example"}, who: newDirectory(user{id: "1"}, "", nil),
			fields: newCatalogue(value{}), states: newStatuses()}
		it := m.item(tk).Item
		if err := it.Validate(); err != nil {
			t.Error(err)
		}
	})
}
