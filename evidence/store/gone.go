package store

import (
	"context"
	"database/sql"
	"encoding/json"
	"math"
	"time"

	"github.com/dossier-report/dossier/evidence"
)

// end closes the pass: items of the period that the part showed earlier and not
// in this pass are no longer its own, and those that no part shows are gone.
//
// Each part speaks only for itself and for the period that it was asked for:
// another part's word stands until a pass of that part takes it back.
func (k *keeping) end(ctx context.Context, now time.Time) error {
	p, err := k.asked()
	if err != nil {
		return err
	}
	missing, err := k.missing(ctx, p)
	if err != nil || len(missing) == 0 {
		return err
	}
	keys := list(missing)
	if err := k.w.exec(`DELETE FROM sighting WHERE part = ? AND item IN (SELECT value FROM json_each(?))`, k.part, keys); err != nil {
		return err
	}
	k.kept.Gone, err = k.w.changed(`UPDATE item SET gone_at = ? WHERE gone_at IS NULL
		AND key IN (SELECT value FROM json_each(?))
		AND NOT EXISTS (SELECT 1 FROM sighting WHERE sighting.item = item.key)`, now.UnixMicro(), keys)
	return err
}

// asked returns the period that the whole pass was asked for: the end of a pass
// must not speak for days for which its beginning was not asked.
func (k *keeping) asked() (evidence.Period, error) {
	p := k.batch.Period
	err := k.w.each(`SELECT pass_from, pass_to FROM part WHERE key = ?`, []any{k.part}, func(r *sql.Rows) error {
		var from, to sql.NullInt64
		if err := r.Scan(&from, &to); err != nil {
			return err
		}
		if t := instant(from); t.After(p.From) {
			p.From = t
		}
		if t := instant(to); !t.IsZero() && (p.To.IsZero() || t.Before(p.To)) {
			p.To = t
		}
		return nil
	})
	return p, err
}

// missing returns the keys of the items of p that the part showed in an earlier
// pass and not in this one. An item that cannot be read is left alone.
func (k *keeping) missing(ctx context.Context, p evidence.Period) (keys []int64, err error) {
	from, to := span(p)
	err = k.w.each(`SELECT i.key, i.body FROM item AS i CROSS JOIN sighting AS s ON s.item = i.key AND s.part = ?
		WHERE (i.first_at <= ? AND i.last_at >= ? OR `+mayFlow+`) AND s.pass < ?`, []any{k.part, to, from, k.pass},
		func(r *sql.Rows) error {
			var key int64
			var body []byte
			if err := r.Scan(&key, &body); err != nil {
				return err
			}
			var it evidence.Item
			if json.Unmarshal(body, &it) == nil && (it.In(p) || it.Flows(p)) {
				keys = append(keys, key)
			}
			return ctx.Err()
		})
	return keys, err
}

// mayFlow finds the items that may flow in a period in which nothing of them
// counts: each has to be read. In a stored body only the item's own member is
// written so: in a text the quotes are escaped.
const mayFlow = `instr(i.body, '"flow":{') > 0`

// span returns the period's ends in microseconds, an open one as far away as
// can be. They are rounded down: a query with them finds all and may find more.
func span(p evidence.Period) (from, to int64) {
	from, to = math.MinInt64, math.MaxInt64
	if !p.From.IsZero() {
		from = micros(p.From)
	}
	if !p.To.IsZero() {
		to = micros(p.To)
	}
	return from, to
}

// ends returns the period's ends as they are stored, null for an open one.
func ends(p evidence.Period) (from, to sql.NullInt64) { return moment(p.From), moment(p.To) }

// moment returns a time as it is stored, null for the zero time.
func moment(t time.Time) sql.NullInt64 {
	return sql.NullInt64{Int64: micros(t), Valid: !t.IsZero()}
}

// instant is the inverse of moment.
func instant(n sql.NullInt64) time.Time {
	if !n.Valid {
		return time.Time{}
	}
	return time.UnixMicro(n.Int64).UTC()
}

// micros returns microseconds since 1970, rounded down. Years that do not fit
// are as far away as can be.
func micros(t time.Time) int64 {
	const limit = 290_000
	switch y := t.Year(); {
	case y > limit:
		return math.MaxInt64
	case y < -limit:
		return math.MinInt64
	}
	return t.UnixMicro()
}
