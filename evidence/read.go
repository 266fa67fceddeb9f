package evidence

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"iter"
	"maps"
	"net/url"
	"slices"
	"strings"
	"time"
)

// MaxLine is the longest line that [Read] accepts, in bytes.
const MaxLine = 32 << 20

// Read yields the items of a JSON Lines stream, one item a line; blank lines
// are skipped. A line that is not valid yields an error that names its number,
// and reading goes on with the next: one bad item never loses the others.
func Read(r io.Reader) iter.Seq2[Item, error] {
	return func(yield func(Item, error) bool) {
		sc := bufio.NewScanner(r)
		sc.Buffer(nil, MaxLine)
		for n := 1; sc.Scan(); n++ {
			line := bytes.TrimSpace(bytes.TrimPrefix(sc.Bytes(), []byte("\ufeff")))
			if len(line) == 0 {
				continue
			}
			it, err := Decode(line)
			if err != nil {
				err = fmt.Errorf("line %d: %w", n, err)
			}
			if !yield(it, err) {
				return
			}
		}
		if err := sc.Err(); err != nil {
			yield(Item{}, err)
		}
	}
}

// Decode reads one item, strictly: an unknown field, a wrong type, anything
// after the object or an item that is not valid is an error.
func Decode(b []byte) (Item, error) {
	var it Item
	d := json.NewDecoder(bytes.NewReader(b))
	d.DisallowUnknownFields()
	if err := d.Decode(&it); err != nil {
		return it, err
	}
	if _, err := d.Token(); err != io.EOF {
		return it, errors.New("more than one value on the line")
	}
	return it, it.Validate()
}

// Write writes items as JSON Lines, in the order given.
func Write(w io.Writer, items iter.Seq[Item]) error {
	bw := bufio.NewWriter(w)
	enc := json.NewEncoder(bw)
	enc.SetEscapeHTML(false)
	for it := range items {
		if err := enc.Encode(it); err != nil {
			return fmt.Errorf("%s: %w", it.ID, err)
		}
	}
	return bw.Flush()
}

// Validate reports what is wrong with the item, all at once. An empty title or
// address is allowed, a foreign kind, verb or state is not: a misspelt word
// would silently match no rule.
func (it *Item) Validate() error {
	var errs []error
	bad := func(format string, a ...any) { errs = append(errs, fmt.Errorf(format, a...)) }
	source, rest, ok := strings.Cut(it.ID, ":")
	if !ok || source == "" || rest == "" || strings.ContainsFunc(it.ID, func(r rune) bool { return r <= ' ' || r == 0x7f }) {
		bad("id %q is not of the form source:name", it.ID)
	}
	if it.Source == "" {
		bad("source is missing")
	}
	if !slices.Contains(Kinds, it.Kind) {
		bad("kind %q is none of %v", it.Kind, Kinds)
	}
	if err := absolute(it.URL); err != nil {
		bad("url: %w", err)
	}
	for i, a := range it.Acts {
		if !slices.Contains(Verbs, a.Verb) {
			bad("acts[%d]: verb %q is none of %v", i, a.Verb, Verbs)
		}
		if a.At.IsZero() {
			bad("acts[%d]: at is missing", i)
		}
		if err := absolute(a.URL); err != nil {
			bad("acts[%d]: url: %w", i, err)
		}
	}
	if it.Outcome != nil && !slices.Contains(States, it.Outcome.State) {
		bad("outcome: state %q is none of %v", it.Outcome.State, States)
	}
	if it.Flow != nil {
		errs = append(errs, it.Flow.validate()...)
	}
	if err := errors.Join(errs...); err != nil {
		return fmt.Errorf("item %q: %w", it.ID, err)
	}
	return nil
}

func (f *Flow) validate() (errs []error) {
	for i, m := range f.Moves {
		if m.How != ByEvent && m.How != BySnapshot && m.How != ByCurrent {
			errs = append(errs, fmt.Errorf("flow.moves[%d]: how %q is none of event, snapshot, current", i, m.How))
		}
		if m.At.IsZero() || m.To == "" {
			errs = append(errs, fmt.Errorf("flow.moves[%d]: at or to is missing", i))
		}
	}
	for i, d := range f.Dates {
		if _, err := time.Parse(time.DateOnly, d.Due); d.Due != "" && err != nil {
			errs = append(errs, fmt.Errorf("flow.dates[%d]: due %q is not YYYY-MM-DD", i, d.Due))
		}
	}
	for _, status := range slices.Sorted(maps.Keys(f.Meanings)) {
		if m := f.Meanings[status]; status == "" || !slices.Contains(WorkStates, m) {
			errs = append(errs, fmt.Errorf("flow.meanings[%q]: %q is none of %v, or the status is missing", status, m, WorkStates))
		}
	}
	for i, b := range f.Boards {
		if err := absolute(b.URL); err != nil {
			errs = append(errs, fmt.Errorf("flow.boards[%d]: url: %w", i, err))
		}
		for j, c := range b.Columns {
			if c.Limit < 0 {
				errs = append(errs, fmt.Errorf("flow.boards[%d].columns[%d]: limit %d is negative", i, j, c.Limit))
			}
		}
	}
	for i, s := range f.Sprints {
		if s.backwards() {
			errs = append(errs, fmt.Errorf("flow.sprints[%d]: it ends before it begins, or was left before it was entered", i))
		}
	}
	return errs
}

// backwards reports whether times of the sprint are in an order that cannot be.
func (s Sprint) backwards() bool {
	before := func(a, b time.Time) bool { return !a.IsZero() && !b.IsZero() && a.Before(b) }
	return before(s.To, s.From) || before(s.Closed, s.From) || before(s.Removed, s.Added)
}

func absolute(s string) error {
	if s == "" {
		return nil
	}
	u, err := url.Parse(s)
	if err != nil {
		return fmt.Errorf("%q cannot be parsed", s)
	}
	if !u.IsAbs() {
		return fmt.Errorf("%q is not absolute", s)
	}
	return nil
}

// Encode returns the item as one line of the interchange format, without the
// line end.
func Encode(it Item) ([]byte, error) {
	var b bytes.Buffer
	enc := json.NewEncoder(&b)
	enc.SetEscapeHTML(false)
	if err := enc.Encode(it); err != nil {
		return nil, fmt.Errorf("%s: %w", it.ID, err)
	}
	return bytes.TrimRight(b.Bytes(), "\n"), nil
}
