package git

import (
	"bytes"
	"context"
	"errors"
	"io"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/dossier-report/dossier/collectors"
	"github.com/dossier-report/dossier/evidence"
)

func TestMessageIsTakenApartAsGitDoes(t *testing.T) {
	for _, c := range []struct {
		name, raw, title, body string
		trailers               []trailer
	}{
		{"empty", "", "", "", nil},
		{"title of two lines", "Cache\nthe tokenizer\n\nbody\n", "Cache the tokenizer", "body", nil},
		{"only a title that looks like a trailer", "Fix: the cache", "Fix: the cache", "", nil},
		{"trailers", "T\n\nbody: it is\nlong\n\nReviewed-by: Ana <a@b.c>\nRefs: ML-1\n", "T", "body: it is\nlong", []trailer{{"reviewed-by", "Ana <a@b.c>"}, {"refs", "ML-1"}}},
		{"continued", "T\n\nReviewed-by: Ana\n  <a@b.c>", "T", "", []trailer{{"reviewed-by", "Ana <a@b.c>"}}},
		{"squashed on GitHub", "T (#1)\n\n* a\n\n* b\n\n---------\n\nSigned-off-by: A <a@b.c>\n\nCo-authored-by: B <b@b.c>", "T (#1)", "* a\n\n* b",
			[]trailer{{"signed-off-by", "A <a@b.c>"}, {"co-authored-by", "B <b@b.c>"}}},
		{"picked", "T\n\n(cherry picked from commit " + strings.Repeat("a", 40) + ")", "T", "", []trailer{{"cherry-picked-from", strings.Repeat("a", 40)}}},
		{"prose with a colon", "T\n\nNote: this is\nprose that goes on", "T", "Note: this is\nprose that goes on", nil},
		{"an address is no trailer", "T\n\nhttps://example.org/x", "T", "https://example.org/x", nil},
	} {
		want := message{c.title, c.body, c.trailers}
		if diff := cmp.Diff(want, parseMessage(c.raw), cmp.AllowUnexported(message{}, trailer{})); diff != "" {
			t.Errorf("%s: %s", c.name, diff)
		}
	}
}

func TestMergeOfABranchIsNamedByItsKey(t *testing.T) {
	for title, want := range map[string]string{
		"Merge pull request #7 from acme/fix/ML-3-x":      "ML-3 acme/api#7",
		"Merge branch 'ml-4-y' into main":                 "ML-4",
		"Merge remote-tracking branch 'origin/ML-5'":      "ML-5",
		"Use UTF-8, see acme/web#9 and #10 (#11)":         "acme/api#10 acme/api#11 acme/web#9",
		"See https://u:p@example.org/a?b=c). And a#1, #0": "https://example.org/a?b=c",
	} {
		c := commit{message: parseMessage(title)}
		if got := strings.Join(c.links(remote{host: "github.com", place: "acme/api"}), " "); got != want {
			t.Errorf("%s: %s, want %s", title, got, want)
		}
	}
}

func TestRemoteLosesCredentialsAndFindsThePage(t *testing.T) {
	for raw, want := range map[string]remote{
		"https://github.com/acme/api.git":                      {"github.com", "acme/api", "https://github.com/acme/api/commit/"},
		"https://user:token@github.com/acme/api?x=token#token": {"github.com", "acme/api", "https://github.com/acme/api/commit/"},
		"git@github.com:acme/api.git":                          {"github.com", "acme/api", "https://github.com/acme/api/commit/"},
		"ssh://git@gitlab.example.com:2222/a/b/c.git":          {"gitlab.example.com", "a/b/c", "https://gitlab.example.com/a/b/c/-/commit/"},
		"https://gitlab.com/a/b/c/":                            {"gitlab.com", "a/b/c", "https://gitlab.com/a/b/c/-/commit/"},
		"git://bitbucket.org/a/b":                              {"bitbucket.org", "a/b", "https://bitbucket.org/a/b/commits/"},
		"https://git.example.com:8443/scm/p/r.git":             {"git.example.com", "p/r", ""},
		"https://github.example.com:8443/p/r.git":              {"github.example.com", "p/r", "https://github.example.com:8443/p/r/commit/"},
		"work:acme/api.git":                                    {"work", "acme/api", ""},
		"/srv/git/api.git":                                     {"", "api", ""},
		"file:///srv/git/api/.git":                             {"", "api", ""},
		"":                                                     {"", "folder", ""},
		"https://user:to ken@host/a/b":                         {"", "folder", ""},
		"ext::sh -c evil":                                      {"", "folder", ""},
		"https://github.com/../../etc/passwd":                  {"github.com", "etc/passwd", "https://github.com/etc/passwd/commit/"},
	} {
		got, _ := parseRemote(raw, "/home/me/folder")
		if raw == "ext::sh -c evil" {
			got, want = remote{page: got.page}, remote{}
		}
		if got != want {
			t.Errorf("%q is %+v, want %+v", raw, got, want)
		}
	}
	rapid.Check(t, func(t *rapid.T) {
		raw := "https://user:CANARY@" + rapid.String().Draw(t, "rest")
		got, _ := parseRemote(raw, "/home/me/folder")
		if strings.Contains(got.place+got.page+got.host, "CANARY") && !strings.Contains(raw[len("https://user:CANARY@"):], "CANARY") {
			t.Errorf("%q leaks into %+v", raw, got)
		}
	})
}

func TestPersonIsKnownByTheExactAddress(t *testing.T) {
	id := newIdentity(evidence.Identity{Emails: []string{"Robin@Example.org"}, Logins: map[string][]string{"github": {"robin-v"}}})
	for email, want := range map[string]bool{
		"robin@example.org": true, "ROBIN@EXAMPLE.ORG": true, "12+robin-v@users.noreply.github.com": true, "Robin-V@users.noreply.github.com": true,
		"robin@exampleXorg": false, "xrobin@example.org": false, "robin@example.org.evil": false, "": false, "x+robin-v@users.noreply.github.com": false,
		"robin-v@users.noreply.github.com.evil": false, "robin-vx@users.noreply.github.com": false,
	} {
		if got := id.is(email); got != want {
			t.Errorf("%q is the person: %v", email, got)
		}
	}
}

func TestStashesNotesAndPullRefsAreNotRead(t *testing.T) {
	for name, want := range map[string]bool{
		"refs/heads/main": true, "refs/heads/pull/1": true, "refs/remotes/origin/feature/x": true, "refs/tags/v1": true,
		"refs/stash": false, "refs/notes/commits": false, "refs/notes/a/b": false, "refs/pull/12/head": false, "refs/remotes/origin/pull/12": false,
		"refs/remotes/origin/pr/12/head": false, "refs/merge-requests/3/head": false, "refs/changes/12/3/1": false, "refs/replace/abc": false,
	} {
		if got := selected(name, nil); got != want {
			t.Errorf("%s is read: %v", name, got)
		}
	}
}

func TestCursorThatIsNotOursReadsAnew(t *testing.T) {
	for _, s := range []string{"", "{}", "null", "nonsense", `{"ask":"x"}`, `{"ask":"x","read":{"sum":"s","all":["--output=x"]}}`, `{"ask":"x","pass":{"to":{"main":"-x"}}}`} {
		if c := decode(s); c != nil {
			t.Errorf("%q is taken for %+v", s, c)
		}
	}
	c := cursor{Asked: collectors.Asked{Ask: "x"}, Read: tips{All: []string{strings.Repeat("a", 40)}, Sum: "s"}}
	if diff := cmp.Diff(&c, decode(c.encode())); diff != "" {
		t.Error(diff)
	}
}

// logOf writes records as git log does.
func logOf(records ...[]string) string {
	var b strings.Builder
	for _, r := range records {
		b.WriteString(strings.Join(r, "\x00") + "\x00\x00")
	}
	return b.String()
}

func rec(id byte, email, message string) []string {
	return []string{strings.Repeat(string(id), 40), "", "Robin", email, email, "1772323200", "Robin", email, email, "1772323200", message}
}

func TestLogThatIsCutShortSaysSo(t *testing.T) {
	whole := logOf(rec('a', "robin@example.org", "one"), rec('b', "robin@example.org", "two"))
	for n := range len(whole) {
		seen := 0
		err := visitAll(newScanner(strings.NewReader(whole[:n])), func(*record) error { seen++; return nil })
		if at := n == 0 || n == len(whole)/2; (err == nil) != at || err != nil && !errors.Is(err, io.ErrUnexpectedEOF) {
			t.Errorf("cut after %d bytes: %v, %d commits", n, err, seen)
		}
	}
}

func TestLogGoesOnAfterWhatItDoesNotUnderstand(t *testing.T) {
	log := logOf(rec('a', "robin@example.org", "one"), []string{"junk", "more"}, rec('b', "robin@example.org", "two\x00three\x00four"), rec('c', "robin@example.org", "last"))
	var seen []string
	err := visitAll(newScanner(strings.NewReader(log)), func(r *record) error {
		seen = append(seen, string(r.field(fieldID)[:1]))
		return nil
	})
	if !errors.Is(err, errFrame) || strings.Join(seen, "") != "ac" {
		t.Errorf("%v, seen %v", err, seen)
	}
}

// endless is a message without end.
type endless struct{}

func (endless) Read(p []byte) (int, error) {
	for i := range p {
		p[i] = 'x'
	}
	return len(p), nil
}

func TestLongMessageIsNotHeldInMemory(t *testing.T) {
	begin := strings.TrimSuffix(logOf(rec('a', "robin@example.org", "T\n\n")), "\x00\x00")
	log := io.MultiReader(strings.NewReader(begin), io.LimitReader(endless{}, 64<<20), strings.NewReader("\x00\x00"+logOf(rec('b', "robin@example.org", "next"))))
	s := newScanner(log)
	r, err := s.next()
	if err != nil || !r.long || len(r.field(fieldMessage)) != maxField || cap(r.buf) > 4*maxField {
		t.Errorf("%v, long %v, %d bytes in %d", err, r.long, len(r.field(fieldMessage)), cap(r.buf))
	}
	if r, err = s.next(); err != nil || r.long || string(r.field(fieldMessage)) != "next" {
		t.Errorf("the next commit: %v", err)
	}
}

func FuzzParse(f *testing.F) {
	f.Add([]byte(logOf(rec('a', "robin@example.org", "T\n\nCo-authored-by: A <a@b.c>\n"))))
	f.Add([]byte(logOf(rec('a', "x@y.z", "T\r\n\r\nReviewed-by: R <robin@example.org>"), []string{"junk"})))
	f.Add([]byte("\x00\x00\x00\x1e\xff"))
	f.Add([]byte(strings.Repeat("a", 40) + "\x00\x00R\x01\x00robin@example.org\x00\x00-1\x00\x00\x00\x0099999999999999999999\x00Merge pull request #1 from a/b\x00\x00"))
	self := newIdentity(evidence.Identity{Emails: []string{"robin@example.org"}})
	f.Fuzz(func(t *testing.T, log []byte) {
		rd := newReading(self, half, now)
		_ = visitAll(newScanner(bytes.NewReader(log)), func(r *record) error {
			c := rd.commit(r)
			if c == nil {
				return nil
			}
			got := c.fetched(remote{host: "github.com", place: "a/b", page: "https://github.com/a/b/commit/"}, true)
			if err := got.Item.Validate(); err != nil {
				t.Error(err)
			}
			if in := got.Item.In(half); in != c.in(half) {
				t.Errorf("the item is in the period: %v", in)
			}
			for _, s := range append(got.Item.Links, got.Item.Title, got.Item.Text, c.author.Name, c.author.Email) {
				if !utf8.ValidString(s) || strings.ContainsAny(s, "\x00\x01\x1b\x7f") {
					t.Errorf("%q is not clean", s)
				}
			}
			return nil
		})
		m := &process{out: newScanner(bytes.NewReader(log)).r}
		commits := []*commit{{id: strings.Repeat("a", 40)}, {id: strings.Repeat("b", 40)}}
		if n, err := m.read(commits, byLines); n > len(commits) || n < 0 || err == nil && n != len(commits) {
			t.Errorf("%d of %d answers, %v", n, len(commits), err)
		}
	})
}

func TestInspectFindsTheUserAndTheirAddresses(t *testing.T) {
	env := world(t)
	h := team()
	h.commit(made{author: "Robin Vale <rv@old.example>", at: date("2026-03-05"), message: "Old address"})
	dir := h.write(t, env.Home+"/api")
	git(t, dir, "config", "user.name", "Robin Vale")
	git(t, dir, "config", "user.email", "robin@example.org")
	git(t, dir, "config", "remote.origin.url", "https://u:canary@github.com/acme/api")
	for _, at := range []string{".", "api", "~/api", dir} {
		got, err := Inspect(context.Background(), env, at)
		if err != nil {
			t.Fatal(err)
		}
		if len(got.Clones) != 1 || got.Clones[0] != (Clone{"~/api", "acme/api", "github.com", "https://github.com/acme/api"}) {
			t.Errorf("%s: clones %+v", at, got.Clones)
		}
		if at != "." && (got.Name != "Robin Vale" || strings.Join(got.Emails, " ") != "robin@example.org rv@old.example") {
			t.Errorf("%s: %q %q", at, got.Name, got.Emails)
		}
	}
	if v, err := Version(context.Background(), env); err != nil || !newEnough(v) {
		t.Errorf("version %q, %v", v, err)
	}
	var all []string
	for _, f := range makeCollector(t, env, "paths: ['~', nowhere]").Check(context.Background()) {
		all = append(all, f.What+" "+string(f.Health))
	}
	if got := strings.Join(all, ", "); got != "git ok, clone ~/api ok, path nowhere broken" {
		t.Errorf("check: %s", got)
	}
}

func TestSettingsAreStrict(t *testing.T) {
	for _, c := range []Config{{Paths: []string{"[a"}}, {Refs: []string{""}}, {Exclude: []string{"a["}}} {
		if err := c.validate(); err == nil || !strings.Contains(err.Error(), "is not a glob") {
			t.Errorf("%+v: %v", c, err)
		}
	}
}
