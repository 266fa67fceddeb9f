package git

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/dossier-report/dossier/evidence"
)

func TestT33ImpossibleDatesAreMarkedAndNotDropped(t *testing.T) {
	env := world(t)
	h := &history{}
	in, line := date("2026-03-01"), "Robin Vale <robin@example.org> "
	ok := fmt.Sprintf("%s%d +0000", line, in.Unix())
	for title, c := range map[string]made{
		"author 1970":      {rawAuthor: line + "0 +0000", rawCommit: ok},
		"author 2106":      {rawAuthor: line + "4294967295 +0000", rawCommit: ok},
		"author huge":      {rawAuthor: line + "99999999999999 +0000", rawCommit: ok},
		"zone 9999":        {rawAuthor: fmt.Sprintf("%s%d +9999", line, in.Unix()), rawCommit: ok},
		"committer 1970":   {rawAuthor: ok, rawCommit: line + "0 +0000"},
		"both 1970":        {rawAuthor: line + "0 +0000", rawCommit: line + "0 +0000"},
		"both 2106":        {rawAuthor: line + "4294967295 +0000", rawCommit: line + "4294967295 +0000"},
		"fine":             {rawAuthor: ok, rawCommit: ok},
		"outside, for all": {rawAuthor: line + "0 +0000", rawCommit: fmt.Sprintf("%s%d +0000", line, date("2025-03-01").Unix())},
	} {
		c.branch, c.message = "refs/heads/"+strings.NewReplacer(" ", "-", ",", "").Replace(title), title
		h.commit(c)
	}
	dir := h.write(t, env.Home+"/api")
	for title, author := range map[string]string{
		"negative": line + "-1 +0000", "no date": line, "words": line + "yesterday", "no zone": fmt.Sprintf("%s%d", line, in.Unix()), "control": "Ro\x01bin \xff <robin@example.org> 1 +0000",
	} {
		rawCommit(t, dir, strings.ReplaceAll(title, " ", "-"), "author "+author+"\ncommitter "+ok+"\n", title)
	}
	got := collect(t, env, half, newSink())
	items := got.given()
	for title, at := range map[string]string{
		"author 1970": "2026-03-01", "author 2106": "2026-03-01", "author huge": "2026-03-01", "zone 9999": "2026-03-01", "committer 1970": "2026-03-01",
		"both 1970": "2026-01-01", "both 2106": "2026-06-30", "fine": "2026-03-01",
		"negative": "2026-03-01", "no date": "2026-03-01", "words": "2026-03-01", "no zone": "2026-03-01", "control": "2026-03-01",
	} {
		it, ok := items[title]
		if !ok {
			t.Errorf("%q is dropped", title)
			continue
		}
		if day := it.Acts[0].At.Format("2006-01-02"); day != at || !it.In(half) {
			t.Errorf("%q is dated %s, want %s", title, day, at)
		}
		marked := slices.ContainsFunc(got.gaps, func(g evidence.Gap) bool { return g.What == it.ID && g.Bad })
		if fine := title == "fine" || title == "zone 9999"; marked == fine {
			t.Errorf("%q is marked: %v", title, marked)
		}
	}
	if len(items) != 13 {
		t.Errorf("found %s", got.titles())
	}
	// The marks are told again when nothing is new.
	if second := collect(t, env, half, got.again()); len(second.gaps) != len(got.gaps) || len(second.same) != 1 {
		t.Errorf("the second run tells %d of %d", len(second.gaps), len(got.gaps))
	}
}

// rawCommit writes a commit that no porcelain would.
func rawCommit(t testing.TB, dir, branch, people, message string) {
	t.Helper()
	tree := git(t, dir, "hash-object", "-t", "tree", "-w", os.DevNull)
	cmd := plain(dir, "hash-object", "-t", "commit", "-w", "--literally", "--stdin")
	cmd.Stdin = strings.NewReader("tree " + tree + "\n" + people + "\n" + message)
	id, err := cmd.Output()
	if err != nil {
		t.Fatal(err)
	}
	// update-ref refuses what cannot be parsed.
	if err := os.WriteFile(filepath.Join(dir, ".git", "refs", "heads", branch), id, 0o644); err != nil {
		t.Fatal(err)
	}
}

func TestT33SeparatorsInMessagesDoNotMix(t *testing.T) {
	env := world(t)
	h := &history{}
	person := fmt.Sprintf("Robin Vale <robin@example.org> %d +0000", date("2026-03-01").Unix())
	h.commit(made{rawAuthor: person, rawCommit: person, message: "Before", branch: "refs/heads/before"})
	h.commit(made{rawAuthor: person, rawCommit: person, message: "Records\x1e\x1f\x01and fields\n\n" + strings.Repeat("a", 40) + "\n\x1e", branch: "refs/heads/records"})
	h.commit(made{rawAuthor: person, rawCommit: person, message: "CRLF\r\n\r\nbody\r\n\r\nCo-authored-by: Ana Duarte <ana@example.org>\r\n", branch: "refs/heads/crlf"})
	h.commit(made{rawAuthor: person, rawCommit: person, message: "Invalid \xff\xfe", branch: "refs/heads/invalid"})
	h.commit(made{rawAuthor: person, rawCommit: person, message: "Long\n\n" + strings.Repeat("word ", 50_000), branch: "refs/heads/long"})
	h.commit(made{rawAuthor: person, rawCommit: person, message: "", branch: "refs/heads/empty"})
	h.commit(made{rawAuthor: person, rawCommit: person, message: "Odd names", branch: "refs/heads/names",
		files: map[string]string{"a\tb\nc": "1\n", "\xff": "1\n", strings.Repeat("b", 40): "1\n", "12\t3\tx": "1\n", "é": "1\n"}})
	h.commit(made{rawAuthor: person, rawCommit: person, message: "After", branch: "refs/heads/after"})
	dir := h.write(t, env.Home+"/api")
	id := strings.Repeat("b", 40)
	rawCommit(t, dir, "nul", "author "+person+"\ncommitter "+person+"\n", "With NUL\x00\x00"+id+"\x00\x00Evil\x00evil@example.org\x00")
	rawCommit(t, dir, "latin", "author "+person+"\ncommitter "+person+"\nencoding ISO-8859-1\n", "Caf\xe9")
	rawCommit(t, dir, "unknown-encoding", "author "+person+"\ncommitter "+person+"\nencoding nonsense\n", "Nons\xe9nse")
	got := collect(t, env, half, newSink())
	want := "After, Before, CRLF, Café, Invalid \ufffd, Long, Nons\ufffdnse, Odd names, Recordsand fields, With NUL"
	if titles := strings.TrimPrefix(got.titles(), ", "); titles != want {
		t.Errorf("found %s\nwant  %s", titles, want)
	}
	items := got.given()
	if it := items["CRLF"]; it.Text != "body" || len(it.People) != 1 {
		t.Errorf("CRLF: %+v", it)
	}
	if _, ok := items[""]; !ok {
		t.Error("a commit without message is dropped")
	}
	if it := items["Odd names"]; it.Size == nil || it.Size.Files != 5 || it.Size.Additions != 5 {
		t.Errorf("odd names: %+v %q", it.Size, it.Paths)
	}
	got.hasGap(t, true, items["Long"].ID, "cut")
	if n := len(items["Long"].Text); n > maxField {
		t.Errorf("a message of %d bytes is kept", n)
	}
}
