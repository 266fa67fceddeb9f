package files

import (
	"bufio"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"

	"golang.org/x/text/encoding/unicode"
	"golang.org/x/text/transform"

	"github.com/dossier-report/dossier/evidence"
)

// maxRows is how many rows of a table are read: they are held in memory, since
// rows that have one id are one item.
const maxRows = 1_000_000

// table reads CSV: the header, then one act a row.
func (r *reading) table(in io.Reader, name string) error {
	m := r.mapping(name)
	rows, err := opened(in, m.Delimiter)
	if err != nil {
		return err
	}
	header, err := rows.Read()
	if err != nil {
		return fmt.Errorf("read the header: %w", err)
	}
	column, err := m.columns(header)
	if err != nil {
		return err
	}
	t := &tabled{reading: r, m: m, layout: layout(m.Time), column: column, at: map[string]int{}}
	for {
		row, err := rows.Read()
		line, _ := rows.FieldPos(0)
		switch {
		case errors.Is(err, io.EOF):
			return t.finish()
		case err != nil:
			r.gap("a row", err.Error(), false)
			if !errors.As(err, new(*csv.ParseError)) {
				return t.finish()
			}
			continue
		case t.rows == maxRows:
			r.gap(r.part, fmt.Sprintf("has more than %d rows; the rest was not read\nsplit it", maxRows), false)
			return t.finish()
		}
		t.rows++
		if err := t.row(row); err != nil {
			r.gap(fmt.Sprintf("line %d", line), err.Error(), false)
		}
	}
}

// opened returns a reader of CSV, whatever its encoding and delimiter.
func opened(in io.Reader, delimiter string) (*csv.Reader, error) {
	b := bufio.NewReaderSize(transform.NewReader(in, unicode.BOMOverride(unicode.UTF8.NewDecoder())), 1<<16)
	head, err := b.Peek(1 << 14)
	if err != nil && !errors.Is(err, io.EOF) && len(head) == 0 {
		return nil, err
	}
	c := csv.NewReader(b)
	c.FieldsPerRecord, c.LazyQuotes = -1, true
	c.Comma = delimiterOf(string(head))
	if delimiter != "" {
		c.Comma = []rune(delimiter)[0]
	}
	return c, nil
}

// delimiterOf returns what stands between the columns of a header: the
// character that it has most of, outside quotes.
func delimiterOf(head string) rune {
	header, _, _ := strings.Cut(head, "\n")
	best, most := ',', 0
	for _, d := range []rune{',', ';', '\t', '|'} {
		n, quoted := 0, false
		for _, c := range header {
			switch {
			case c == '"':
				quoted = !quoted
			case c == d && !quoted:
				n++
			}
		}
		if n > most {
			best, most = d, n
		}
	}
	return best
}

// columns finds each field's column in the header.
func (m *Mapping) columns(header []string) (map[string]int, error) {
	find := func(name string) int {
		return slices.IndexFunc(header, func(h string) bool { return strings.EqualFold(strings.TrimSpace(h), name) })
	}
	column := map[string]int{}
	for _, f := range fields {
		name := m.Columns[f]
		if name == "" {
			name = f
		}
		switch i := find(name); {
		case i >= 0:
			column[f] = i
		case m.Columns[f] != "":
			return nil, fmt.Errorf("there is no column %q for %s; the header has %s", name, f, strings.Join(header, ", "))
		}
	}
	for _, f := range []string{"title", "at"} {
		if _, ok := column[f]; !ok {
			return nil, fmt.Errorf("no column is the %s; the header has %s\nname it under sources.files.csv", f, strings.Join(header, ", "))
		}
	}
	return column, nil
}

// tabled makes items of rows.
type tabled struct {
	*reading
	m      Mapping
	layout string
	column map[string]int
	rows   int

	list []evidence.Item
	at   map[string]int // by id
}

// row adds what a row says to its item.
func (t *tabled) row(row []string) error {
	get := func(f string) string {
		i, ok := t.column[f]
		if !ok || i >= len(row) {
			return ""
		}
		return strings.TrimSpace(row[i])
	}
	if !slices.ContainsFunc(row, func(s string) bool { return strings.TrimSpace(s) != "" }) {
		return nil // an empty row ends many exports
	}
	at, err := t.when(get("at"), t.layout)
	if err != nil {
		return fmt.Errorf("at: %w", err)
	}
	it := t.item(get)
	if it.Title == "" {
		return errors.New("title: is empty")
	}
	act := evidence.Act{At: at, Verb: evidence.Verb(firstOf(get("verb"), string(t.m.Verb), string(evidence.Noted))), Text: get("act")}
	if s := get("seconds"); s != "" {
		if act.Seconds, err = strconv.ParseInt(s, 10, 64); err != nil || act.Seconds < 0 {
			return fmt.Errorf("seconds: %q is no number of seconds", s)
		}
	}
	if !slices.Contains(evidence.Verbs, act.Verb) {
		return fmt.Errorf("verb: %q is no verb; known are %s", act.Verb, joined(evidence.Verbs))
	}
	if !slices.Contains(evidence.Kinds, it.Kind) {
		return fmt.Errorf("kind: %q is no kind; known are %s", it.Kind, joined(evidence.Kinds))
	}
	if err := t.ending(&it, get); err != nil {
		return err
	}
	id := firstOf(get("id"), get("url"))
	if id == "" {
		id = evidence.Hash([]byte(it.Title + "\x00" + get("at")))[:16]
	}
	it.ID = Source.Name + ":" + strings.Join(strings.Fields(t.name()+"/"+id), "-")
	t.merge(it, act)
	return nil
}

// name is the file's name without its ending: two files may number their rows
// alike.
func (t *tabled) name() string {
	base := t.part[strings.LastIndexByte(t.part, '/')+1:]
	if i := strings.LastIndexByte(base, '.'); i > 0 {
		base = base[:i]
	}
	return base
}

func (t *tabled) item(get func(string) string) evidence.Item {
	it := evidence.Item{Source: Source.Name, Kind: evidence.Kind(firstOf(get("kind"), string(t.m.Kind), string(evidence.Note))),
		Title: get("title"), Text: get("text"), URL: get("url"), Place: firstOf(get("place"), t.m.Place),
		Labels: list(get("labels")), Links: list(get("links"))}
	if a := get("author"); a != "" {
		it.Author = &evidence.Person{Name: a}
	}
	for _, p := range list(get("people")) {
		it.People = append(it.People, evidence.Participant{Person: evidence.Person{Name: p}})
	}
	return it
}

// ending reads what became of an item.
func (t *tabled) ending(it *evidence.Item, get func(string) string) error {
	s := evidence.State(get("state"))
	if s == "" {
		return nil
	}
	if !slices.Contains(evidence.States, s) {
		return fmt.Errorf("state: %q is no state; known are %s", s, joined(evidence.States))
	}
	it.Outcome = &evidence.Outcome{State: s}
	if text := get("state_at"); text != "" {
		at, err := t.when(text, t.layout)
		if err != nil {
			return fmt.Errorf("state_at: %w", err)
		}
		it.Outcome.At = at
	}
	return nil
}

// merge adds an act to its item; the last row that says something wins.
func (t *tabled) merge(it evidence.Item, act evidence.Act) {
	i, ok := t.at[it.ID]
	if !ok {
		it.Acts = []evidence.Act{act}
		t.at[it.ID] = len(t.list)
		t.list = append(t.list, it)
		return
	}
	old := &t.list[i]
	acts := append(old.Acts, act)
	if it.Outcome == nil {
		it.Outcome = old.Outcome
	}
	it.Text = firstOf(it.Text, old.Text)
	*old = it
	old.Acts = acts
}

// finish hands the items on, each with its acts in order of time.
func (t *tabled) finish() error {
	for _, it := range t.list {
		slices.SortStableFunc(it.Acts, func(a, b evidence.Act) int { return a.At.Compare(b.At) })
		if err := t.add(it, []byte(it.ID+it.Title+it.Text)); err != nil {
			return err
		}
	}
	return nil
}

// list splits "a, b; c".
func list(s string) []string {
	var out []string
	for _, p := range strings.FieldsFunc(s, func(r rune) bool { return r == ',' || r == ';' }) {
		if p = strings.TrimSpace(p); p != "" {
			out = append(out, p)
		}
	}
	return out
}

func firstOf(texts ...string) string {
	for _, s := range texts {
		if s != "" {
			return s
		}
	}
	return ""
}

func joined[T ~string](all []T) string {
	var b strings.Builder
	for i, v := range all {
		if i > 0 {
			b.WriteString(", ")
		}
		b.WriteString(string(v))
	}
	return b.String()
}
