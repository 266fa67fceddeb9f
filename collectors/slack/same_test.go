package slack

import (
	"encoding/json"
	"path/filepath"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/dossier-report/dossier/collectors/collectorstest"
)

// TestBothWaysGiveTheSameItems collects the same workspace from the zip and from
// the Web API.
func TestBothWaysGiveTheSameItems(t *testing.T) {
	dir := t.TempDir()
	save(t, dir, "acme.zip", acmeZip(t))
	zip, api := &told{}, &told{}
	if err := made(t, standard, "{export: acme.zip, url: 'https://acme.slack.com', private: ['@ana-d']}", env(dir)).Collect(t.Context(), half, zip); err != nil {
		t.Fatal(err)
	}
	e := env(dir)
	e.HTTP = collectorstest.Open(t, filepath.Join("testdata", "whole.txt")).Client()
	if err := made(t, standard, "{token: 'env:SLACK_TOKEN', private: ['@ana-d']}", e).Collect(t.Context(), half, api); err != nil {
		t.Fatal(err)
	}
	if d := cmp.Diff(zip.items(), api.items()); d != "" {
		t.Errorf("the zip (-) and the Web API (+) differ:\n%s", d)
	}
	if len(zip.items()) != 3 {
		t.Errorf("%d items, not 3", len(zip.items()))
	}
	for _, it := range zip.items() {
		b, _ := json.MarshalIndent(it, "", " ")
		t.Logf("%s", b)
	}
	t.Log(zip.notes, api.notes)
}
