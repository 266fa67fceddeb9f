package report

import "strings"

// Span is a run of text in one style. Its text is literal, wherever it came
// from: a formatter escapes it as its format needs and looks for no marks in it.
type Span struct {
	Text  string `json:"text"`
	Style Style  `json:"style,omitempty"`
}

// Style is how a run of text is emphasised.
type Style string

// The styles of text.
const (
	Regular  Style = ""
	Strong   Style = "strong"   // semi-bold: the result
	Emphasis Style = "emphasis" // italic: a name, a term
)

// Runs returns the statement in runs of one style, which is how every format
// draws it. A statement that the tool drafted has them; one without is written
// by hand, and **strong** and __emphasised__ words in it are marked so.
func (s Statement) Runs() []Span {
	if len(s.Spans) > 0 {
		return s.Spans
	}
	return marked(s.Text)
}

// Plain returns the statement without any emphasis.
func (s Statement) Plain() string {
	var b strings.Builder
	for _, r := range s.Runs() {
		b.WriteString(r.Text)
	}
	return b.String()
}

// marked splits text at pairs of ** and __. A mark without a partner, or with
// nothing between, stands for itself.
func marked(text string) []Span {
	var spans []Span
	add := func(t string, st Style) {
		switch n := len(spans); {
		case t == "":
		case n > 0 && spans[n-1].Style == st:
			spans[n-1].Text += t
		default:
			spans = append(spans, Span{Text: t, Style: st})
		}
	}
	for text != "" {
		i := strings.IndexAny(text, "*_")
		if i < 0 {
			break
		}
		add(text[:i], Regular)
		text = text[i:]
		mark, st := "**", Strong
		if text[0] == '_' {
			mark, st = "__", Emphasis
		}
		if inner, after, ok := strings.Cut(strings.TrimPrefix(text, mark), mark); ok && strings.HasPrefix(text, mark) && inner != "" {
			add(inner, st)
			text = after
			continue
		}
		add(text[:1], Regular)
		text = text[1:]
	}
	add(text, Regular)
	return spans
}

// drafted makes a statement from the records.
func drafted(spans ...Span) Statement { return statement(FromRecords, spans...) }

// statement makes a statement of spans, with their plain reading as its text.
func statement(from Provenance, spans ...Span) Statement {
	s := Statement{From: from}
	for _, sp := range spans {
		switch n := len(s.Spans); {
		case sp.Text == "":
			continue
		case n > 0 && s.Spans[n-1].Style == sp.Style:
			s.Spans[n-1].Text += sp.Text
		default:
			s.Spans = append(s.Spans, sp)
		}
		s.Text += sp.Text
	}
	return s
}

func plain(t string) Span  { return Span{Text: t} }
func strong(t string) Span { return Span{Text: t, Style: Strong} }
