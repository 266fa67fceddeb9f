package store

import (
	"bytes"
	"context"
	"database/sql"
	"encoding/json"
	"fmt"

	"github.com/dossier-report/dossier/evidence"
)

// Keep implements [Store].
func (s *SQLite) Keep(ctx context.Context, source string, b evidence.Batch) (evidence.Kept, error) {
	rows, bad := encode(source, b.Items)
	var kept evidence.Kept
	err := s.write(ctx, fmt.Sprintf("keep %s %s", source, b.Part), func(w *writer) error {
		k := keeping{w: w, batch: b}
		if err := k.begin(source); err != nil {
			return err
		}
		if err := k.items(ctx, rows); err != nil {
			return err
		}
		if b.End {
			if err := k.end(ctx, s.now()); err != nil {
				return fmt.Errorf("mark what is gone: %w", err)
			}
		}
		kept = k.kept
		return nil
	})
	if err != nil {
		return evidence.Kept{}, err
	}
	if bad != nil {
		return kept, &BadItemsError{bad}
	}
	return kept, nil
}

// keeping is one batch on its way in.
type keeping struct {
	w     *writer
	batch evidence.Batch
	part  int64
	pass  int64
	row   int64 // of the batch, 0 until an item needs it
	kept  evidence.Kept
}

// begin writes the cursor and starts a pass if the batch does.
func (k *keeping) begin(source string) error {
	from, to := ends(k.batch.Period)
	return k.w.each(`INSERT INTO part (source, name, cursor, pass, pass_from, pass_to) VALUES (?1, ?2, ?3, ?4, ?5, ?6)
		ON CONFLICT DO UPDATE SET cursor = excluded.cursor, pass = pass + ?4,
			pass_from = iif(?4, ?5, pass_from), pass_to = iif(?4, ?6, pass_to)
		RETURNING key, pass`,
		[]any{source, k.batch.Part, k.batch.Cursor, k.batch.Begin, from, to},
		func(r *sql.Rows) error { return r.Scan(&k.part, &k.pass) })
}

// stored is what is known of an item before the batch.
type stored struct {
	key  int64
	sum  []byte
	gone bool
}

// items writes the new and the changed, and notes that all of them were seen.
func (k *keeping) items(ctx context.Context, rows []row) error {
	if len(rows) == 0 {
		return nil
	}
	known, err := k.known(rows)
	if err != nil {
		return err
	}
	seen, back := make([]int64, 0, len(rows)), []int64(nil)
	for _, r := range rows {
		if err := ctx.Err(); err != nil {
			return err
		}
		old, ok := known[r.id]
		switch {
		case ok && bytes.Equal(old.sum, r.sum):
			k.kept.Same++
			if old.gone {
				back = append(back, old.key)
			}
		case ok:
			err = k.change(old.key, r)
			k.kept.Changed++
		default:
			old.key, err = k.insert(r)
			k.kept.New++
		}
		if err != nil {
			return fmt.Errorf("item %s: %w", r.id, err)
		}
		known[r.id] = stored{key: old.key, sum: r.sum}
		seen = append(seen, old.key)
	}
	if len(back) > 0 {
		if err := k.w.exec(`UPDATE item SET gone_at = NULL WHERE key IN (SELECT value FROM json_each(?))`, list(back)); err != nil {
			return err
		}
	}
	return k.w.exec(`INSERT INTO sighting (item, part, pass) SELECT value, ?1, ?2 FROM json_each(?3) WHERE true
		ON CONFLICT DO UPDATE SET pass = excluded.pass WHERE pass <> excluded.pass`, k.part, k.pass, list(seen))
}

// known looks all items up with one statement.
func (k *keeping) known(rows []row) (map[string]stored, error) {
	ids := make([]string, len(rows))
	for i, r := range rows {
		ids[i] = r.id
	}
	text, err := json.Marshal(ids)
	if err != nil {
		return nil, err
	}
	known := make(map[string]stored, len(rows))
	err = k.w.each(`SELECT i.id, i.key, i.sum, i.gone_at IS NOT NULL FROM json_each(?) AS j CROSS JOIN item AS i ON i.id = j.value`,
		[]any{string(text)}, func(r *sql.Rows) error {
			var id string
			var st stored
			err := r.Scan(&id, &st.key, &st.sum, &st.gone)
			known[id] = st
			return err
		})
	return known, err
}

// source returns the key of the batch's row, which only a batch with something
// new in it gets.
func (k *keeping) source() (int64, error) {
	if k.row != 0 {
		return k.row, nil
	}
	query, err := k.w.query(k.batch.Query)
	if err != nil {
		return 0, err
	}
	k.row, err = k.w.key(`INSERT INTO batch (part, query, fetched_at) VALUES (?, ?, ?) RETURNING key`,
		k.part, query, moment(k.batch.FetchedAt))
	return k.row, err
}

func (k *keeping) insert(r row) (int64, error) {
	class, err := k.w.class(r.class)
	if err != nil {
		return 0, err
	}
	batch, err := k.source()
	if err != nil {
		return 0, err
	}
	st, err := k.w.stmt(`INSERT INTO item (id, class, batch, first_at, last_at, raw, sum, body) VALUES (?, ?, ?, ?, ?, ?, ?, ?)`)
	if err != nil {
		return 0, err
	}
	res, err := st.Exec(r.id, class, batch, r.first, r.last, r.raw, r.sum, r.body)
	if err != nil {
		return 0, err
	}
	return res.LastInsertId()
}

func (k *keeping) change(key int64, r row) error {
	class, err := k.w.class(r.class)
	if err != nil {
		return err
	}
	batch, err := k.source()
	if err != nil {
		return err
	}
	return k.w.exec(`UPDATE item SET class = ?, batch = ?, first_at = ?, last_at = ?, gone_at = NULL, raw = ?, sum = ?, body = ?
		WHERE key = ?`, class, batch, r.first, r.last, r.raw, r.sum, r.body, key)
}
