package notes

import (
	"context"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/dossier-report/dossier/collectors"
	"github.com/dossier-report/dossier/collectors/collectorstest"
	"github.com/dossier-report/dossier/evidence"
)

var zone = time.FixedZone("-0800", -8*3600)

var half = evidence.Period{From: time.Date(2026, 1, 1, 0, 0, 0, 0, zone), To: time.Date(2026, 7, 1, 0, 0, 0, 0, zone), Zone: zone}

func now() time.Time { return time.Date(2026, 7, 6, 9, 0, 0, 0, time.UTC) }

// changed is the last change of every file of a vault.
var changed = time.Date(2026, 5, 4, 3, 2, 1, 0, time.UTC)

func vaultOf(t testing.TB, content map[string]string) collectors.Env {
	t.Helper()
	home := t.TempDir()
	for name, text := range content {
		path := filepath.Join(home, "vault", filepath.FromSlash(name))
		if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		if err := os.Chtimes(path, changed, changed); err != nil {
			t.Fatal(err)
		}
	}
	return collectors.Env{Now: now, Home: home, Dir: home, Zone: zone}
}

func collect(t *testing.T, env collectors.Env, settings string, m *collectorstest.Memory) (map[string]evidence.Item, collectors.Result) {
	t.Helper()
	c, err := New(collectorstest.Settings(settings), env)
	if err != nil {
		t.Fatal(err)
	}
	res := collectors.Run(t.Context(), []collectors.Job{{Source: Source, Collector: c}}, m, collectors.Options{Period: half, Now: now})
	items := map[string]evidence.Item{}
	for _, r := range m.Items() {
		items[r.Item.ID] = r.Item
	}
	return items, res[0]
}

func fresh() *collectorstest.Memory { return collectorstest.NewMemory(now) }

const vault = "paths: [vault]"

func acts(it evidence.Item) []string {
	var out []string
	for _, a := range it.Acts {
		out = append(out, strings.TrimSpace(string(a.Verb)+" "+a.At.In(zone).Format("2006-01-02 15:04")+" "+a.Text+" "+a.Context))
	}
	return out
}

func TestConforms(t *testing.T) {
	content := map[string]string{
		"Reading/Flow matching.md": "---\ncreated: 2026-02-03\ntags: [reading]\n---\n# Flow matching\nSee [[ML-231 plan|the plan]].\n",
		"ML-231 plan.md":           "Plan for ML-231.\n- [x] Write the plan ✅ 2026-03-05\n",
		"Daily/2026-03-05.md":      "## Standup\nTalked about ML-231.\n## Mentoring\nExplained rebase.\n",
		".obsidian/workspace.md":   "never read",
	}
	for i := range 420 {
		content["many/"+string(rune('a'+i%26))+"-"+strings.Repeat("x", i/26)+".md"] = "---\ndate: 2026-04-01\n---\nnote\n"
	}
	collectorstest.Conform(t, collectorstest.Case{
		Source: Source, Settings: vault, Period: half,
		Env: func(t testing.TB) collectors.Env { return vaultOf(t, content) },
		Breaks: []collectorstest.Break{{Name: "a link in the vault", Parts: []string{"~/vault"}, Do: func(t testing.TB, env *collectors.Env) {
			if err := os.Symlink("/etc/passwd", filepath.Join(env.Home, "vault", "link.md")); err != nil {
				t.Skip("no symbolic links")
			}
		}}},
	})
}

func TestANoteIsDatedByWhatItSaysOfItself(t *testing.T) {
	for name, c := range map[string]struct {
		file, text string
		want       []string
	}{
		"YAML day":                {"a.md", "---\ncreated: 2026-02-03\n---\nx", []string{"wrote 2026-02-03 00:00"}},
		"YAML time, edited":       {"a.md", "---\ncreated: 2026-02-03 09:30\nupdated: 2026-02-10T08:00:00-08:00\n---\nx", []string{"wrote 2026-02-03 09:30", "edited 2026-02-10 08:00"}},
		"TOML local day":          {"a.md", "+++\ndate = 2026-02-03\n+++\nx", []string{"wrote 2026-02-03 00:00"}},
		"TOML with a zone":        {"a.md", "+++\ndate = 2026-02-03T12:00:00+01:00\n+++\nx", []string{"wrote 2026-02-03 03:00"}},
		"in words":                {"a.md", "---\ndate: February 3, 2026\n---\nx", []string{"wrote 2026-02-03 00:00"}},
		"byte order mark, CRLF":   {"a.md", "\ufeff---\r\ncreated: 2026-02-03\r\n---\r\nx", []string{"wrote 2026-02-03 00:00"}},
		"only the name":           {"2026-02-03 Retro with Ana.md", "x", []string{"wrote 2026-02-03 00:00"}},
		"a day's note":            {"2026-02-03.md", "x", []string{"noted 2026-02-03 00:00"}},
		"a day's note by weekday": {"2026-02-03 Tuesday.md", "x", []string{"noted 2026-02-03 00:00"}},
		"nothing":                 {"a.md", "x", []string{"wrote 2026-05-03 19:02"}},
		"a rule is no front":      {"a.md", "---\nnot closed", []string{"wrote 2026-05-03 19:02"}},
	} {
		t.Run(name, func(t *testing.T) {
			items, res := collect(t, vaultOf(t, map[string]string{c.file: c.text}), vault, fresh())
			if len(items) != 1 {
				t.Fatalf("items %+v, coverage %+v", items, res.Coverage)
			}
			for _, it := range items {
				if got := acts(it); !slices.Equal(got, c.want) {
					t.Errorf("acts %q, want %q", got, c.want)
				}
				noted := len(res.Coverage.Parts[0].Notes) > 0
				if byFile := strings.Contains(c.want[0], "19:02"); noted != byFile {
					t.Errorf("notes %q", res.Coverage.Parts[0].Notes)
				}
			}
		})
	}
}

func TestANoteBecomesPlainTextWithItsTagsAndLinks(t *testing.T) {
	env := vaultOf(t, map[string]string{
		"Work/Debug NCCL.md": `---
title: How we debug hangs
date: 2026-02-03
tags: [gpu/nccl, howto]
---
# Ignored for the title
Set ` + "`NCCL_DEBUG=INFO`" + ` %%secret thought%% and *look*.
> [!warning] Mind the order
> of ranks

| rank | state |
|------|-------|
| 0    | waits |

- [ ] ask Ana
1. see [[Flow matching#Why|the notes]] and [the issue](https://example.org/i/ML-231#frag)
![[diagram.png]] #team/ml https://example.org/x#frag

` + "```sh\n# not a #tag %%kept%%\n```\n",
		"Reading/Flow matching.md": "---\ndate: 2026-02-04\n---\nBack to [[Work/Debug NCCL]] and [[../../etc/passwd]] and [[Flow matching]].",
	})
	items, _ := collect(t, env, vault, fresh())
	it := items["notes:vault/Work/Debug_NCCL"]
	if it.Title != "How we debug hangs" || it.Place != "vault/Work" || !it.Private {
		t.Errorf("item %+v", it)
	}
	if got := strings.Join(it.Labels, " "); got != "gpu/nccl howto team/ml" {
		t.Errorf("labels %q", got)
	}
	want := []string{"notes:vault/Reading/Flow_matching", "https://example.org/i/ML-231#frag", "https://example.org/x#frag"}
	if !slices.Equal(it.Links, want) {
		t.Errorf("links %q, want %q", it.Links, want)
	}
	for _, has := range []string{"Set NCCL_DEBUG=INFO", "and look.", "Mind the order\nof ranks", "rank\tstate", "0\twaits", "- [ ] ask Ana", "see the notes and the issue", "# not a #tag %%kept%%"} {
		if !strings.Contains(it.Text, has) {
			t.Errorf("the text lacks %q:\n%s", has, it.Text)
		}
	}
	for _, not := range []string{"secret thought", "[!warning]", "diagram", "[["} {
		if strings.Contains(it.Text, not) {
			t.Errorf("the text has %q:\n%s", not, it.Text)
		}
	}
	if got := items["notes:vault/Reading/Flow_matching"].Links; !slices.Equal(got, []string{"notes:vault/Work/Debug_NCCL"}) {
		t.Errorf("links %q: what leads out of the vault, or to itself, is none", got)
	}
}

func TestADayOfSectionsIsSeveralItems(t *testing.T) {
	items, _ := collect(t, vaultOf(t, map[string]string{"Daily/2026-03-05.md": "Slept badly.\n\n## ML-231 queue\nFound why.\n### Detail\nThe lock.\n## Coaching\nRebase with Ana.\n## Coaching\nAgain.\n## Empty\n"}), vault, fresh())
	var got []string
	for id, it := range items {
		got = append(got, id+" | "+it.Title+" | "+strings.ReplaceAll(it.Text, "\n", "/")+" | "+strings.Join(acts(it), ","))
	}
	slices.Sort(got)
	want := []string{
		"notes:vault/Daily/2026-03-05 | Slept badly. | Slept badly. | noted 2026-03-05 00:00",
		"notes:vault/Daily/2026-03-05#coaching | Coaching | Rebase with Ana. | noted 2026-03-05 00:00",
		"notes:vault/Daily/2026-03-05#coaching-2 | Coaching | Again. | noted 2026-03-05 00:00",
		"notes:vault/Daily/2026-03-05#ml-231_queue | ML-231 queue | Found why.//Detail//The lock. | noted 2026-03-05 00:00",
	}
	if !slices.Equal(got, want) {
		t.Errorf("got\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
}

func TestAJournalIsItsDays(t *testing.T) {
	items, _ := collect(t, vaultOf(t, map[string]string{"Journal.md": "# Journal\nIntro\n## 2026-03-05\nRead the paper.\n## 2026-03-06 Friday\n### Talk\nGave it.\n### Plan\nWrote it.\n## 2019-01-01\nLong ago.\n"}), vault, fresh())
	var got []string
	for id, it := range items {
		got = append(got, id+" | "+it.Title+" | "+strings.Join(acts(it), ","))
	}
	slices.Sort(got)
	want := []string{
		"notes:vault/Journal#2026-03-05 | Read the paper. | noted 2026-03-05 00:00",
		"notes:vault/Journal#2026-03-06_plan | Plan | noted 2026-03-06 00:00",
		"notes:vault/Journal#2026-03-06_talk | Talk | noted 2026-03-06 00:00",
	}
	if !slices.Equal(got, want) {
		t.Errorf("got\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
}

func TestATickedTaskIsAnActOfItsDayInBothForms(t *testing.T) {
	items, _ := collect(t, vaultOf(t, map[string]string{"a.md": `---
date: 2026-02-01
---
- [x] Write up ML-231 🔺 ➕ 2026-02-01 📅 2026-02-10 ✅ 2026-02-09
- [x] Review the draft [due:: 2026-03-01] [completion:: 2026-03-02] #task
- [x] Without a date
- [ ] Open 📅 2026-04-01
- [x] Impossible ✅ 2026-02-31
`}), vault, fresh())
	want := []string{"wrote 2026-02-01 00:00", "resolved 2026-02-09 00:00 Write up ML-231 due 2026-02-10", "resolved 2026-03-02 00:00 Review the draft due 2026-03-01"}
	if got := acts(items["notes:vault/a"]); !slices.Equal(got, want) {
		t.Errorf("acts %q, want %q", got, want)
	}
}

func TestPrivateAndExcludedNotesStayWhereTheyAre(t *testing.T) {
	content := map[string]string{
		"a.md": "---\ndate: 2026-02-03\ntags: private\n---\nx", "b.md": "---\ndate: 2026-02-03\n---\n#personal/health x",
		"c.md": "---\ndate: 2026-02-03\ntags: work\n---\nx", "Diary/d.md": "---\ndate: 2026-02-03\n---\nx",
		"e.md": "---\ndate: 2026-02-03\n---\nx", ".trash/f.md": "---\ndate: 2026-02-03\n---\nx", "g.txt": "x",
	}
	for settings, want := range map[string]string{
		vault:                                "notes:vault/Diary/d notes:vault/c notes:vault/e",
		"{paths: [vault], exclude: [Diary]}": "notes:vault/c notes:vault/e",
		"{paths: [vault], exclude: ['Diary/*', e.md]}": "notes:vault/c",
		"{paths: [vault], tags: ['#work']}":            "notes:vault/c",
		"{paths: [vault], exclude_tags: []}":           "notes:vault/Diary/d notes:vault/a notes:vault/b notes:vault/c notes:vault/e",
	} {
		items, _ := collect(t, vaultOf(t, content), settings, fresh())
		var got []string
		for id := range items {
			got = append(got, id)
		}
		slices.Sort(got)
		if strings.Join(got, " ") != want {
			t.Errorf("%s: %q, want %q", settings, got, want)
		}
	}
}

func TestBadFrontMatterKeepsTheNoteAndSaysSo(t *testing.T) {
	bomb := "a: &a [x,x,x,x,x,x,x,x,x]\n" + "b: &b [*a,*a,*a,*a,*a,*a,*a,*a,*a]\nc: &c [*b,*b,*b,*b,*b,*b,*b,*b,*b]\nd: &d [*c,*c,*c,*c,*c,*c,*c,*c,*c]\ne: &e [*d,*d,*d,*d,*d,*d,*d,*d,*d]\nf: [*e,*e,*e,*e,*e,*e,*e,*e,*e]\n"
	for name, front := range map[string]string{"YAML": "---\na: [\n---\n", "TOML": "+++\na = \n+++\n", "bomb": "---\n" + bomb + "---\n", "tabs": "---\n\ta: b\n---\n"} {
		items, res := collect(t, vaultOf(t, map[string]string{"2026-02-03 x.md": front + "The note."}), vault, fresh())
		if it := items["notes:vault/2026-02-03_x"]; it.Text != "The note." {
			t.Errorf("%s: item %+v", name, it)
		}
		if gaps := res.Coverage.Parts[0].Gaps; len(gaps) != 1 || !gaps[0].Bad || !strings.Contains(gaps[0].Why, "front matter") {
			t.Errorf("%s: gaps %+v", name, gaps)
		}
	}
}

func TestT24PipesLinksLoopsAndHugeNotesDoNotStopTheVault(t *testing.T) {
	if runtime.GOOS == "windows" {
		t.Skip("no named pipes")
	}
	env := vaultOf(t, map[string]string{"a.md": "---\ndate: 2026-02-03\n---\nfine"})
	dir := filepath.Join(env.Home, "vault")
	huge := filepath.Join(dir, "huge.md")
	for _, err := range []error{
		syscall.Mkfifo(filepath.Join(dir, "pipe.md"), 0o600),
		os.Symlink("..", filepath.Join(dir, "loop")),
		os.Symlink("loop.md", filepath.Join(dir, "loop.md")),
		os.WriteFile(huge, []byte("---\ndate: 2026-02-03\n---\nhuge"), 0o600),
		os.Truncate(huge, 5<<30), // sparse
	} {
		if err != nil {
			t.Fatal(err)
		}
	}
	items, res := collect(t, env, vault, fresh())
	if len(items) != 2 || items["notes:vault/a"].Text != "fine" {
		t.Errorf("items %v", len(items))
	}
	if len(items["notes:vault/huge"].Text) > maxNote {
		t.Error("the huge note was read whole")
	}
	var lost, odd int
	for _, g := range res.Coverage.Parts[0].Gaps {
		if g.Bad {
			odd++
		} else {
			lost++
		}
	}
	if lost != 2 || odd != 1 {
		t.Errorf("gaps %+v", res.Coverage.Parts[0].Gaps)
	}
}

func TestT25LinksOutOfTheVaultLeadNowhere(t *testing.T) {
	env := vaultOf(t, map[string]string{"a.md": "---\ndate: 2026-02-03\n---\n[[../../../etc/passwd]] ![[../secret]] [x](../secret.md) [y](file:///etc/passwd)"})
	if err := os.WriteFile(filepath.Join(env.Home, "secret.md"), []byte("secret"), 0o600); err != nil {
		t.Fatal(err)
	}
	items, _ := collect(t, env, vault, fresh())
	if it := items["notes:vault/a"]; len(items) != 1 || len(it.Links) != 0 || strings.Contains(it.Text, "secret\n") {
		t.Errorf("item %+v", it)
	}
}

func TestAnUnchangedVaultIsNotReadAgainAndStillSaysWhatIsOdd(t *testing.T) {
	env := vaultOf(t, map[string]string{"a.md": "---\na: [\n---\nx", "b.md": "---\ndate: 2026-02-03\n---\nx"})
	m := fresh()
	_, first := collect(t, env, vault, m)
	_, again := collect(t, env, vault, m)
	if first.Kept.New != 2 || again.Kept != (evidence.Kept{}) || len(again.Coverage.Parts[0].Gaps) != 1 || len(again.Coverage.Parts[0].Notes) != 1 {
		t.Errorf("first %+v, again %+v, coverage %+v", first.Kept, again.Kept, again.Coverage)
	}
	if err := os.Remove(filepath.Join(env.Home, "vault", "b.md")); err != nil {
		t.Fatal(err)
	}
	_, third := collect(t, env, vault, m)
	if third.Kept.Gone != 1 || third.Kept.Same != 1 {
		t.Errorf("third %+v", third.Kept)
	}
}

func TestDoctorTellsWhatIsThereAndThatNothingIsSent(t *testing.T) {
	env := vaultOf(t, map[string]string{"a.md": "x"})
	c, err := New(collectorstest.Settings("paths: [vault, none]"), env)
	if err != nil {
		t.Fatal(err)
	}
	got := c.(collectors.Checker).Check(context.Background())
	if len(got) != 2 || got[0].Health != collectors.Broken || got[1].Health != collectors.Healthy || !strings.Contains(got[1].Detail, "nothing is sent") {
		t.Errorf("findings %+v", got)
	}
}
