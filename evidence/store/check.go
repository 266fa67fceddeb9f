package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"os"
)

// mostProblems is how many problems Check lists before it only says that there
// are more.
const mostProblems = 20

// Check implements [Store]. Damage is a problem and not an error; an error says
// that the check itself could not be made.
func (s *SQLite) Check(ctx context.Context) (Health, error) {
	h := Health{Path: s.path}
	for _, end := range append([]string{""}, beside[:]...) {
		if info, err := os.Stat(s.path + end); err == nil {
			h.Bytes += info.Size()
		}
	}
	for _, part := range []func(context.Context, *Health) error{s.checkFile, s.checkCounts, s.checkItems} {
		err := part(ctx, &h)
		var refused *RefusedError
		if errors.As(err, &refused) {
			h.problem("%s", refused.Why)
			continue
		}
		if err != nil {
			return h, err
		}
	}
	return h, nil
}

func (h *Health) problem(format string, args ...any) {
	switch n := len(h.Problems); {
	case n < mostProblems:
		h.Problems = append(h.Problems, fmt.Sprintf(format, args...))
	case n == mostProblems:
		h.Problems = append(h.Problems, "and more")
	}
}

// checkFile asks SQLite about its own structures and the links between rows.
func (s *SQLite) checkFile(ctx context.Context, h *Health) error {
	err := s.query(ctx, "check store", "PRAGMA integrity_check", nil, func(rows *sql.Rows) error {
		var says string
		err := rows.Scan(&says)
		if err == nil && says != "ok" {
			h.problem("the file is damaged: %s", says)
		}
		return err
	})
	if err != nil {
		return err
	}
	return s.query(ctx, "check store", `SELECT "table", parent, count(*) FROM pragma_foreign_key_check GROUP BY 1, 2`, nil, func(rows *sql.Rows) error {
		var table, parent string
		var n int
		err := rows.Scan(&table, &parent, &n)
		if err == nil {
			h.problem("%d rows of %s lack their %s", n, table, parent)
		}
		return err
	})
}

func (s *SQLite) checkCounts(ctx context.Context, h *Health) error {
	return s.query(ctx, "check store", `SELECT (SELECT user_version FROM pragma_user_version),
		(SELECT count(*) FROM item), (SELECT count(*) FROM item WHERE gone_at IS NOT NULL),
		(SELECT count(*) FROM part), (SELECT count(*) FROM coverage)`, nil, func(rows *sql.Rows) error {
		return rows.Scan(&h.Version, &h.Items, &h.Gone, &h.Parts, &h.Runs)
	})
}

// checkItems reads every item and compares what was derived from its body.
func (s *SQLite) checkItems(ctx context.Context, h *Health) error {
	return s.query(ctx, "check store", `SELECT i.id, i.body, i.sum, i.first_at, i.last_at, coalesce(c.source, ''), coalesce(c.kind, '')
		FROM item AS i LEFT JOIN class AS c ON c.key = i.class ORDER BY i.key`, nil, func(rows *sql.Rows) error {
		var id string
		var body, sum []byte
		var first, last sql.NullInt64
		var c class
		if err := rows.Scan(&id, &body, &sum, &first, &last, &c.source, &c.kind); err != nil {
			return err
		}
		it, err := decode(id, c, body, sum)
		if err != nil {
			h.problem("%v", err)
			return nil
		}
		if f, l := moments(&it); f != first || l != last {
			h.problem("item %s is filed under the wrong time", id)
		}
		return nil
	})
}
