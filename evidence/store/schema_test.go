package store

import (
	"database/sql"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/dossier-report/dossier/evidence"
)

func clock() time.Time { return time.Date(2026, 7, 1, 12, 0, 0, 0, time.UTC) }

// fixture makes the store that testdata keeps of a schema.
func fixture(t *testing.T, version int) (path string) {
	t.Helper()
	text, err := os.ReadFile(fmt.Sprintf("testdata/schema-%d.sql", version))
	if err != nil {
		t.Fatalf("every schema but the newest needs a fixture: %v", err)
	}
	path = filepath.Join(t.TempDir(), "store.db")
	execute(t, path, string(text))
	return path
}

// execute runs SQL on a file without the store.
func execute(t *testing.T, path, text string) {
	t.Helper()
	db, err := sql.Open("sqlite", path)
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	if _, err := db.Exec(text); err != nil {
		t.Fatal(err)
	}
}

// dump lists what a query of a file gives, a row a line.
func dump(t *testing.T, path, query string) (out []string) {
	t.Helper()
	db, err := sql.Open("sqlite", path)
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	rows, err := db.Query(query)
	if err != nil {
		t.Fatal(err)
	}
	defer rows.Close()
	for rows.Next() {
		names, _ := rows.Columns()
		vals := make([]any, len(names))
		for i := range vals {
			vals[i] = new(any)
		}
		if err := rows.Scan(vals...); err != nil {
			t.Fatal(err)
		}
		line := ""
		for _, v := range vals {
			line += fmt.Sprintf("%v|", *v.(*any))
		}
		out = append(out, line)
	}
	if err := rows.Err(); err != nil {
		t.Fatal(err)
	}
	return out
}

const schemaQuery = `SELECT type, name, sql FROM sqlite_schema WHERE name NOT LIKE 'sqlite_%' ORDER BY type, name`

// kept is what no change of the schema may lose.
var kept = []string{
	`SELECT i.id, i.body, hex(i.sum), quote(i.raw), i.first_at, i.last_at, i.gone_at, c.source, c.kind, q.text, b.fetched_at
		FROM item i JOIN class c ON c.key = i.class JOIN batch b ON b.key = i.batch JOIN query q ON q.key = b.query ORDER BY i.id`,
	`SELECT source, name, cursor FROM part ORDER BY source, name`,
	`SELECT source, from_at, to_at, zone, asked_at, took, state, why, parts FROM coverage ORDER BY key`,
}

func TestEveryEarlierSchemaIsBroughtToTheNewest(t *testing.T) {
	for version := 1; version < len(migrations); version++ {
		t.Run(fmt.Sprint(version), func(t *testing.T) {
			path := fixture(t, version)
			var before [][]string
			for _, q := range kept {
				before = append(before, dump(t, path, q))
			}
			s, err := Open(t.Context(), path, Options{Now: clock})
			if err != nil {
				t.Fatal(err)
			}
			h, err := s.Check(t.Context())
			if err != nil || len(h.Problems) > 0 || h.Version != len(migrations) || h.Items == 0 {
				t.Errorf("check finds %+v, %v", h, err)
			}
			if err := s.Close(); err != nil {
				t.Fatal(err)
			}
			fresh := filepath.Join(t.TempDir(), "store.db")
			if s, err = Open(t.Context(), fresh, Options{Now: clock}); err != nil {
				t.Fatal(err)
			}
			if err := s.Close(); err != nil {
				t.Fatal(err)
			}
			if d := cmp.Diff(dump(t, fresh, schemaQuery), dump(t, path, schemaQuery)); d != "" {
				t.Errorf("schema differs from that of a new store (-new +upgraded):\n%s", d)
			}
			for _, file := range []string{path, copyPath(path, version)} {
				for i, q := range kept {
					if d := cmp.Diff(before[i], dump(t, file, q)); d != "" {
						t.Errorf("%s (-before +after):\n%s", file, d)
					}
				}
				if info, err := os.Stat(file); err != nil || info.Mode().Perm() != 0o600 {
					t.Errorf("mode is %v, %v; want 0600", info.Mode(), err)
				}
			}
			if got := dump(t, copyPath(path, version), "PRAGMA user_version"); got[0] != fmt.Sprintf("%d|", version) {
				t.Errorf("the copy is of schema %s", got)
			}
		})
	}
}

func TestItemsOfTheFirstSchemaCanBeGone(t *testing.T) {
	s, err := Open(t.Context(), fixture(t, 1), Options{Now: clock})
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	rec, err := s.Item(t.Context(), "github:acme/api#12")
	if err != nil || rec.Hash != evidence.Hash([]byte("12")) || rec.Query != "author:robin" || rec.Item.Acts[1].Text != "It's 3x faster" {
		t.Errorf("item is %+v, %v", rec, err)
	}
	k, err := s.Keep(t.Context(), "github", evidence.Batch{Part: "search", Begin: true, End: true})
	if err != nil || k.Gone != 1 {
		t.Errorf("kept %+v, %v; want one gone of the two, the other was", k, err)
	}
}

func TestFailedMigrationLeavesTheOldSchema(t *testing.T) {
	path := fixture(t, 1)
	// A row that the change of the schema cannot carry over.
	execute(t, path, `PRAGMA foreign_keys = OFF; UPDATE batch SET part = 99 WHERE key = 1`)
	before := dump(t, path, schemaQuery)
	if s, err := Open(t.Context(), path, Options{Now: clock}); err == nil {
		t.Error("open succeeded", s.Close())
	}
	if d := cmp.Diff(before, dump(t, path, schemaQuery)); d != "" {
		t.Errorf("schema changed:\n%s", d)
	}
	if got := dump(t, path, "SELECT count(*), (SELECT user_version FROM pragma_user_version) FROM item"); got[0] != "4|1|" {
		t.Errorf("items and version are %s", got)
	}
}

func TestT36MisspeltPragmaFailsTheStart(t *testing.T) {
	want := pragmas(time.Second)
	for i, p := range want {
		for _, fresh := range []bool{true, false} {
			path := filepath.Join(t.TempDir(), "dossier", "store.db")
			if !fresh {
				s, err := open(t.Context(), path, Options{Now: clock, Wait: time.Second}, want, want)
				if err != nil {
					t.Fatal(err)
				}
				if err := s.Close(); err != nil {
					t.Fatal(err)
				}
			}
			set := slices.Clone(want)
			switch {
			case p.name == "synchronous": // FULL without our asking, so ask for less
				set[i].set = "NORMAL"
			case !fresh && (p.name == "page_size" || p.name == "journal_mode"):
				continue // the file keeps them
			default:
				set[i].name += "x"
			}
			s, err := open(t.Context(), path, Options{Now: clock, Wait: time.Second}, set, want)
			if err == nil {
				t.Errorf("opened with %s misspelt, new file %v", p.name, fresh)
				s.Close()
				continue
			}
			var r *RefusedError
			if !errors.As(err, &r) || r.Refusal != Pragma {
				t.Errorf("%s, new file %v: error is %v", p.name, fresh, err)
			}
		}
	}
}
