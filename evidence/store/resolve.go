package store

import (
	"context"
	"database/sql"
	"iter"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"
)

// Resolve implements [Store].
func (s *SQLite) Resolve(ctx context.Context, text string) (string, error) {
	text = strings.TrimSpace(text)
	if text == "" {
		return "", &NotFoundError{}
	}
	exact := false
	err := s.query(ctx, "find item", `SELECT 1 FROM item WHERE id = ?`, []any{text}, func(*sql.Rows) error {
		exact = true
		return nil
	})
	if exact || err != nil {
		return text, err
	}
	// The ids are read from their index alone; the addresses have to be taken
	// out of every item, and only when no id fits.
	for _, q := range []string{`SELECT id, '' FROM item`, `SELECT id, coalesce(body ->> '$.url', '') FROM item`} {
		m := matcher{text: strings.ToLower(text)}
		err := s.query(ctx, "find item", q, nil, func(rows *sql.Rows) error {
			var id, url string
			if err := rows.Scan(&id, &url); err != nil {
				return err
			}
			m.try(id, url)
			return nil
		})
		if err != nil {
			return "", err
		}
		if id, err := m.verdict(text); id != "" || err != nil {
			return id, err
		}
	}
	return "", &NotFoundError{ID: text}
}

// Match resolves text among ids and addresses as Resolve does, for back ends
// that have nothing better.
func Match(text string, items iter.Seq2[string, string]) (string, error) {
	m := matcher{text: strings.ToLower(strings.TrimSpace(text))}
	for id, url := range items {
		m.try(id, url)
	}
	id, err := m.verdict(text)
	if id == "" && err == nil {
		err = &NotFoundError{ID: text}
	}
	return id, err
}

// matcher collects the ids that fit best.
type matcher struct {
	text string // in lower case
	best fit
	ids  []string
}

// fit is how well a text names an item, the best first.
type fit int

const (
	same     fit = iota + 1 // the id, but for case
	address                 // the item's address
	tail                    // the end of the id, from the start of a word on
	segment                 // the start of the id or of a word in it: a short commit hash
	loose                   // the end of the id, from within a word on
	tailOfIt                // the end of the address, from the start of a word on
	none
)

// shortest is the least length of a text that may name the start of a word or
// begin within one: anything shorter fits by accident.
const shortest = 4

func (m *matcher) try(id, url string) {
	f := m.fit(strings.ToLower(id), strings.ToLower(url))
	switch {
	case f == none || m.best != 0 && f > m.best:
		return
	case f != m.best:
		m.best, m.ids = f, m.ids[:0]
	}
	m.ids = append(m.ids, id)
}

func (m *matcher) fit(id, url string) fit {
	switch {
	case id == m.text:
		return same
	case url != "" && strings.TrimSuffix(url, "/") == strings.TrimSuffix(m.text, "/"):
		return address
	case strings.HasSuffix(id, m.text) && starts(id, len(id)-len(m.text)):
		return tail
	case len(m.text) >= shortest && segments(id, m.text):
		return segment
	case len(m.text) >= shortest && strings.HasSuffix(id, m.text):
		return loose
	case url != "" && endsAddress(url, m.text):
		return tailOfIt
	}
	return none
}

// starts reports whether a word starts at i.
func starts(s string, i int) bool {
	before, _ := utf8.DecodeLastRuneInString(s[:i])
	first, _ := utf8.DecodeRuneInString(s[i:])
	return i == 0 || !word(before) || !word(first)
}

func word(r rune) bool { return unicode.IsLetter(r) || unicode.IsDigit(r) }

// segments reports whether text is the start of s or of a word in it.
func segments(s, text string) bool {
	for from := 0; ; {
		i := strings.Index(s[from:], text)
		if i < 0 {
			return false
		}
		if starts(s, from+i) {
			return true
		}
		from += i + 1
	}
}

// endsAddress reports whether an address ends with text. "#12" and
// "acme/api#12" stand for an address that ends with the number, under the place.
func endsAddress(url, text string) bool {
	place, number, ok := strings.Cut(text, "#")
	if ok && number != "" && strings.HasSuffix(url, "/"+number) {
		return place == "" || strings.Contains(url, "/"+place+"/")
	}
	return strings.HasSuffix(url, text) && starts(url, len(url)-len(text))
}

// verdict returns the one id that fits best, "" when none does.
func (m *matcher) verdict(text string) (string, error) {
	switch len(m.ids) {
	case 0:
		return "", nil
	case 1:
		return m.ids[0], nil
	}
	slices.Sort(m.ids)
	return "", &AmbiguousError{Text: text, IDs: m.ids}
}
