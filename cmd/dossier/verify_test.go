package main

import (
	"bytes"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/rogpeppe/go-internal/testscript"

	"github.com/dossier-report/dossier/evidence"
	"github.com/dossier-report/dossier/report"
	"github.com/dossier-report/dossier/report/manifest"
	"github.com/dossier-report/dossier/report/render"
)

// spoil writes a file with one fault: spoil FROM TO flip|cut|add.
func spoil(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 3 {
		ts.Fatalf("usage: spoil from to flip|cut|add")
	}
	b := []byte(ts.ReadFile(args[0]))
	switch args[2] {
	case "flip":
		b[len(b)/2] ^= 1
	case "cut":
		b = b[:len(b)/2]
	case "add":
		b = append(b, "more"...)
	default:
		ts.Fatalf("no way %q to spoil a file", args[2])
	}
	ts.Check(os.WriteFile(ts.MkAbs(args[1]), b, 0o600))
}

// allow writes a file of allowed signers: allow KEY.pub FILE NAME.
func allow(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 3 {
		ts.Fatalf("usage: allow key.pub file name")
	}
	ts.Check(os.WriteFile(ts.MkAbs(args[1]), []byte(args[2]+" "+ts.ReadFile(args[0])), 0o600))
}

// holds asserts that a file below a folder of the script's world holds a word:
// holds FOLDER WORD.
func holds(ts *testscript.TestScript, neg bool, args []string) {
	if len(args) != 2 {
		ts.Fatalf("usage: holds folder word")
	}
	var in []string
	files := 0
	ts.Check(filepath.WalkDir(filepath.Join(ts.Getenv("WORK"), args[0]), func(path string, d fs.DirEntry, err error) error {
		if err != nil || !d.Type().IsRegular() {
			return err
		}
		files++
		b, err := os.ReadFile(path)
		if bytes.Contains(b, []byte(args[1])) {
			in = append(in, path)
		}
		return err
	}))
	switch {
	case files == 0:
		ts.Fatalf("no file is below %s", args[0])
	case neg && len(in) > 0:
		ts.Fatalf("%q is in %s", args[1], strings.Join(in, ", "))
	case !neg && len(in) == 0:
		ts.Fatalf("%q is in no file below %s", args[1], args[0])
	}
}

// BenchmarkVerifyOf10000 reads and compares a report of 10,000 items with a
// store of as many.
func BenchmarkVerifyOf10000(b *testing.B) {
	const n = 10_000
	dir := b.TempDir()
	yaml := "person: {name: Robin Vale, time_zone: America/Vancouver, emails: [robin@example.org]}\nperiod: 2026-H1\nstore: dossier.db\nobjectives: [{use: senior-ml-scientist}]\n"
	if err := os.WriteFile(filepath.Join(dir, "dossier.yaml"), []byte(yaml), 0o600); err != nil {
		b.Fatal(err)
	}
	var out, talk bytes.Buffer
	w := &world{stdin: strings.NewReader(""), stdout: &out, stderr: &talk, getenv: func(string) string { return "" },
		now: func() time.Time { return demoNow }, dir: dir, home: dir, zone: time.UTC, name: "dossier"}
	at := time.Date(2026, 2, 3, 9, 14, 0, 0, time.UTC)
	rep := &report.Report{Title: "Evidence report", Person: report.PersonLine{Name: "Robin Vale"}, Made: "6 July 2026"}
	var lines bytes.Buffer
	for i := range n {
		it := evidence.Item{ID: fmt.Sprintf("github:acme/api#%d", i), Source: "github", Kind: "issue", Title: "Cache the tokenizer",
			Text: strings.Repeat("words ", 20), Acts: []evidence.Act{{At: at, Verb: "opened"}}}
		raw, err := evidence.Encode(it)
		if err != nil {
			b.Fatal(err)
		}
		lines.Write(append(raw, '\n'))
		rep.Entries = append(rep.Entries, report.Entry{Ref: fmt.Sprintf("A-%d", i+1), ID: it.ID, Source: it.Source, Date: at, Title: it.Title, Hash: evidence.Hash(raw)})
	}
	w.stdin = &lines
	if code := run(b.Context(), w, []string{"import", "-"}); code != exitDone {
		b.Fatal(talk.String())
	}
	pdf, _ := render.Find("pdf")
	path := filepath.Join(dir, "r.pdf")
	var file bytes.Buffer
	if err := pdf.Write(&file, rep, render.Options{}); err != nil {
		b.Fatal(err)
	}
	if err := os.WriteFile(path, file.Bytes(), 0o600); err != nil {
		b.Fatal(err)
	}
	for b.Loop() {
		out.Reset()
		if code := run(b.Context(), w, []string{"verify", path}); code != exitDone {
			b.Fatal(talk.String())
		}
	}
	if !strings.Contains(out.String(), "10000 same, 0 changed") {
		b.Fatal(out.String())
	}
	if _, err := manifest.Read(file.Bytes()); err != nil {
		b.Fatal(err)
	}
}
