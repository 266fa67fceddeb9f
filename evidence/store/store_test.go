package store_test

import (
	"path/filepath"
	"testing"

	"github.com/dossier-report/dossier/evidence/store"
	"github.com/dossier-report/dossier/evidence/store/storetest"
)

func TestSQLitePassesTheSuite(t *testing.T) {
	storetest.Run(t, func(t *testing.T) store.Store {
		s, err := store.Open(t.Context(), filepath.Join(t.TempDir(), "dossier", "store.db"), store.Options{Now: storetest.Now})
		if err != nil {
			t.Fatal(err)
		}
		return s
	})
}
