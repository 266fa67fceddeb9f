package store

import (
	"bytes"
	"crypto/sha256"
	"database/sql"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"slices"
	"time"

	"github.com/dossier-report/dossier/evidence"
)

// row is an item as it is written.
type row struct {
	id          string
	class       class
	first, last sql.NullInt64
	raw         any
	sum         []byte
	body        string
}

// storedItem is an item's JSON without what its row says in columns of its own: ids
// and kinds would be a tenth of the file.
type storedItem struct {
	*evidence.Item
	ID     struct{} `json:"id,omitzero"`
	Source struct{} `json:"source,omitzero"`
	Kind   struct{} `json:"kind,omitzero"`
}

// encode makes the rows of items, and lists those that cannot be written.
func encode(source string, items []evidence.Fetched) (rows []row, bad []BadItem) {
	rows = make([]row, 0, len(items))
	var buf bytes.Buffer
	enc := json.NewEncoder(&buf)
	enc.SetEscapeHTML(false)
	for i := range items {
		it := canonical(items[i].Item)
		if it.Source == "" {
			it.Source = source
		}
		buf.Reset()
		err := enc.Encode(storedItem{Item: &it})
		if it.ID == "" {
			err = errors.New("it has no id")
		}
		if err != nil {
			bad = append(bad, BadItem{it.ID, err})
			continue
		}
		body := bytes.TrimSuffix(buf.Bytes(), []byte("\n"))
		r := row{id: it.ID, class: class{it.Source, string(it.Kind)}, raw: packed(items[i].Hash), body: string(body)}
		r.sum = sum(r.id, r.class, body)
		r.first, r.last = moments(&it)
		rows = append(rows, r)
	}
	return rows, bad
}

// sumSize is half of a SHA-256: enough that no two items share it.
const sumSize = 16

// sum returns the hash of all that an item says.
func sum(id string, c class, body []byte) []byte {
	h := sha256.New()
	for _, word := range [...]string{id, c.source, c.kind} {
		io.WriteString(h, word) // a hash takes everything
		h.Write([]byte{0})
	}
	h.Write(body)
	return h.Sum(nil)[:sumSize:sumSize]
}

// moments returns the first and the last moment for which the item counts, by
// the rule of [evidence.Item.In].
func moments(it *evidence.Item) (first, last sql.NullInt64) {
	add := func(t time.Time) {
		m := moment(t)
		if !m.Valid {
			return
		}
		if !first.Valid || m.Int64 < first.Int64 {
			first = m
		}
		if !last.Valid || m.Int64 > last.Int64 {
			last = m
		}
	}
	for _, a := range it.Acts {
		add(a.At)
	}
	if it.Outcome != nil && it.Own() {
		add(it.Outcome.At)
	}
	return first, last
}

// packed halves the space of a hash in hexadecimal; anything else stays text.
func packed(hash string) any {
	b, err := hex.DecodeString(hash)
	if err != nil || len(b) == 0 || hex.EncodeToString(b) != hash {
		return hash
	}
	return b
}

// unpacked is the inverse of packed.
func unpacked(raw any) string {
	switch v := raw.(type) {
	case []byte:
		return hex.EncodeToString(v)
	case string:
		return v
	}
	return ""
}

// decode reads a stored item and makes sure that it is as it was written:
// SQLite does not see a changed letter.
func decode(id string, c class, body, want []byte) (it evidence.Item, err error) {
	if !bytes.Equal(sum(id, c, body), want) {
		err = errors.New("it is damaged in the store\ncollect its source again, or put a copy from a backup in the store's place")
	} else {
		err = json.Unmarshal(body, &it)
	}
	it.ID, it.Source, it.Kind = id, c.source, evidence.Kind(c.kind)
	if err != nil {
		err = fmt.Errorf("item %s: %w", id, err)
	}
	return it, err
}

// canonical returns the item so that what is the same evidence reads the same:
// times in UTC, and an empty list of acts rather than none. The argument's own
// lists are not changed.
func canonical(it evidence.Item) evidence.Item {
	if it.Acts == nil {
		it.Acts = []evidence.Act{}
	}
	it.Acts = inUTC(it.Acts, func(a *evidence.Act) *time.Time { return &a.At })
	it.People = inUTC(it.People, func(p *evidence.Participant) *time.Time { return &p.At })
	if it.Outcome != nil {
		o := *it.Outcome
		o.At = o.At.UTC()
		it.Outcome = &o
	}
	if it.Flow != nil {
		f := *it.Flow
		f.Created = f.Created.UTC()
		f.Moves = inUTC(f.Moves, func(m *evidence.Move) *time.Time { return &m.At })
		f.Dates = inUTC(f.Dates, func(d *evidence.DueDate) *time.Time { return &d.At })
		f.Flagged = inUTC(f.Flagged, func(s *evidence.Span) *time.Time { return &s.From })
		f.Flagged = inUTC(f.Flagged, func(s *evidence.Span) *time.Time { return &s.To })
		for _, at := range []func(*evidence.Sprint) *time.Time{
			func(s *evidence.Sprint) *time.Time { return &s.From },
			func(s *evidence.Sprint) *time.Time { return &s.To },
			func(s *evidence.Sprint) *time.Time { return &s.Closed },
			func(s *evidence.Sprint) *time.Time { return &s.Added },
			func(s *evidence.Sprint) *time.Time { return &s.Removed },
		} {
			f.Sprints = inUTC(f.Sprints, at)
		}
		it.Flow = &f
	}
	return it
}

// inUTC returns the list with the times that at finds in UTC, as a copy where
// one was not.
func inUTC[T any](list []T, at func(*T) *time.Time) []T {
	foreign := func(x T) bool { return at(&x).Location() != time.UTC }
	if !slices.ContainsFunc(list, foreign) {
		return list
	}
	list = slices.Clone(list)
	for i := range list {
		t := at(&list[i])
		*t = t.UTC()
	}
	return list
}
