package slack

import (
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/dossier-report/dossier/collectors/collectorstest"
	"github.com/dossier-report/dossier/evidence"
)

var post = say(robin, 0, "", long+" and "+long, "")

func TestASecondRunOfTheSameZipIsTheSame(t *testing.T) {
	dir := t.TempDir()
	p := save(t, dir, "acme.zip", zipped(t, append(workspace("2026-03-10", post), entry{"random/2026-03-10.json", "[{"})...))
	run := func(out *told, e evidence.Period) *told {
		t.Helper()
		if err := made(t, standard, "export: acme.zip\n", env(dir)).Collect(t.Context(), e, out); err != nil {
			t.Fatal(err)
		}
		return out
	}
	first := run(&told{}, half)
	second := run(&told{cursors: first.cursors}, half)
	if !slices.Equal(second.same, []string{"export"}) || len(second.pages) > 0 {
		t.Errorf("the second run kept %d pages and said Same of %q", len(second.pages), second.same)
	}
	if first.gapText() == "" || first.gapText() != second.gapText() {
		t.Errorf("what is missing is told once %q, then %q", first.gapText(), second.gapText())
	}
	narrow := half
	narrow.From = narrow.From.AddDate(0, 1, 0)
	if out := run(&told{cursors: first.cursors}, narrow); len(out.same) == 0 {
		t.Error("a narrower period reads the zip again")
	}
	wide := half
	wide.From = wide.From.AddDate(-1, 0, 0)
	if out := run(&told{cursors: map[string]string{"export": first.cursors["export"]}}, wide); len(out.items()) != 1 {
		t.Error("a wider period does not read the zip again")
	}
	if err := os.Chtimes(p, now, now.Add(time.Second)); err != nil {
		t.Fatal(err)
	}
	if out := run(&told{cursors: map[string]string{"export": first.cursors["export"]}}, half); len(out.same) > 0 || len(out.items()) != 1 {
		t.Error("a zip that was written anew is not read again")
	}
}

func TestSeveralZipsAreOneExport(t *testing.T) {
	dir, root := t.TempDir(), at(0)
	save(t, dir, "acme-1.zip", zipped(t, workspace("2026-03-10", say(ana, 0, root, "Why?", ""), say(robin, 9, root, "First: "+long, ""))...))
	save(t, dir, "acme-2.zip", zipped(t, append(workspace("2026-03-10", say(robin, 9, root, "Second: "+long, "")),
		entry{"ml-help/2026-03-11.json", "[" + say(robin, 90_000, root, "Later: "+long, "") + "]"})...))
	save(t, dir, "acme-3.zip", []byte("broken"))
	out := &told{}
	if err := made(t, standard, "export: 'acme-*.zip'\n", env(dir)).Collect(t.Context(), half, out); err != nil {
		t.Fatal(err)
	}
	it := only(t, out)
	if got := acts(it); len(it.Acts) != 2 || !strings.Contains(got, "Second") || !strings.Contains(got, "Later") || strings.Contains(got, "First") {
		t.Errorf("the acts are\n%s", got)
	}
	if got := out.gapText(); !strings.HasPrefix(got, "acme-3.zip: is not a whole zip") {
		t.Errorf("the broken zip: %q", got)
	}
}

func TestAnExportThatWasPackedAnewIsFound(t *testing.T) {
	for _, prefix := range []string{"", "./", "Acme export Jan 1 2026/", "a/b/"} {
		var list []entry
		for _, e := range workspace("2026-03-10", post) {
			list = append(list, entry{prefix + e.name, e.text}, entry{"__MACOSX/" + prefix + "._" + e.name, "x"})
		}
		if out := collect(t, "", list...); len(out.items()) != 1 || out.gapText() != "" {
			t.Errorf("below %q: %d items %s", prefix, len(out.items()), out.gapText())
		}
	}
}

func TestPrivateChannelsAndDirectMessagesAreReadWhenTheyAreNamed(t *testing.T) {
	entries := append(workspace("2026-03-10"),
		entry{"mpims.json", `[{"id":"G0GROUP01","name":"mpdm-robin--ana--lina-1","members":["U0ROBIN01","U0ANA0001","U0LINA001"]}]`},
		entry{"ml-help/2026-03-11.json", "[" + post + "]"}, entry{"random/2026-03-11.json", "[" + post + "]"}, entry{"pay-talks/2026-03-11.json", "[" + post + "]"},
		entry{"D0ROBANA1/2026-03-11.json", "[" + post + "]"}, entry{"mpdm-robin--ana--lina-1/2026-03-11.json", "[" + post + "]"}, entry{"nowhere/2026-03-11.json", "[" + post + "]"})
	for _, c := range []struct{ settings, want string }{
		{"", "#ml-help #random"},
		{"channels: ['#ml-*']", "#ml-help"},
		{"channels: [C0RANDOM1]", "#random"},
		{"exclude: [random]", "#ml-help"},
		{"private: [pay-talks]", "#ml-help #pay-talks #random"},
		{"private: [G0SECRET1]", "#ml-help #pay-talks #random"},
		{"private: ['pay-*']\nexclude: [G0SECRET1]", "#ml-help #random"},
		{"private: ['@ana-d']", "#ml-help #random direct messages with Ana Duarte"},
		{"private: [ana@example.org]", "#ml-help #random direct messages with Ana Duarte"},
		{"private: [D0ROBANA1]\nchannels: [none]", "direct messages with Ana Duarte"},
		{"private: [G0GROUP01]\nchannels: [none]", "direct messages with Ana Duarte, 李娜"},
		{"private: [nowhere]\nchannels: [none]", "#nowhere"},
	} {
		out := collect(t, c.settings+"\n", entries...)
		var places []string
		for _, it := range out.items() {
			places = append(places, it.Place)
			if !it.Private {
				t.Errorf("%s is not private", it.ID)
			}
		}
		slices.Sort(places)
		if got := strings.Join(places, " "); got != c.want {
			t.Errorf("%s reads %q, not %q", c.settings, got, c.want)
		}
	}
	out := collect(t, "", entries...)
	if notes := strings.Join(out.notes, "\n"); !strings.Contains(notes, "3 private channels or direct messages were left out") || !strings.Contains(notes, "1 channels are in none") {
		t.Errorf("the notes are %q", notes)
	}
}

func TestThePersonIsFoundByIDNameOrAddress(t *testing.T) {
	dir := t.TempDir()
	save(t, dir, "acme.zip", zipped(t, workspace("2026-03-10", post)...))
	twins := strings.Replace(usersJSON, "李娜", "Robin Vale", 1)
	save(t, dir, "twins.zip", zipped(t, append(workspace("2026-03-10", post)[1:], entry{"users.json", twins})...))
	bare := t.TempDir()
	save(t, bare, "acme.zip", zipped(t, entry{"channels.json", channelsJSON}, entry{"ml-help/2026-03-10.json", "[" + post + "]"}))
	for _, c := range []struct {
		self evidence.Identity
		dir  string
		zip  string
		want string
	}{
		{evidence.Identity{Logins: map[string][]string{"slack": {"u0robin01"}}}, dir, "acme.zip", ""},
		{evidence.Identity{Logins: map[string][]string{"slack": {"@robin-v"}}}, dir, "acme.zip", ""},
		{evidence.Identity{Logins: map[string][]string{"slack": {"robin@example.org"}}}, dir, "acme.zip", ""},
		{evidence.Identity{Emails: []string{"ROBIN@example.org"}}, dir, "acme.zip", ""},
		{evidence.Identity{Name: "robin vale"}, dir, "acme.zip", ""},
		{evidence.Identity{Name: "Robin Vale"}, dir, "twins.zip", "2 users are called Robin Vale"},
		{evidence.Identity{Name: "Nobody"}, dir, "acme.zip", "not among the workspace's users"},
		{evidence.Identity{}, dir, "acme.zip", "not among the workspace's users"},
		{evidence.Identity{Logins: map[string][]string{"slack": {"U0ROBIN01"}}}, bare, "acme.zip", ""},
	} {
		e, out := env(c.dir), &told{}
		e.Self = c.self
		err := made(t, standard, "export: "+c.zip, e).Collect(t.Context(), half, out)
		switch {
		case c.want == "" && (err != nil || len(out.items()) != 1):
			t.Errorf("%+v: %d items, %v", c.self, len(out.items()), err)
		case c.want != "" && (err == nil || !strings.Contains(err.Error(), c.want)):
			t.Errorf("%+v: %v", c.self, err)
		}
	}
}

func TestThePeriodIsKeptToTheMicrosecond(t *testing.T) {
	edge := func(ts string) string {
		return fmt.Sprintf(`{"type":"message","user":"U0ROBIN01","ts":%q,"text":%q}`, ts, long+" and "+long)
	}
	// The files are dated in another zone than the period.
	out := collect(t, "", append(workspace("2025-12-31", edge("1767225599.999999"), edge("1767225600.000000")),
		entry{"ml-help/2026-07-01.json", "[" + edge("1782863999.999999") + "," + edge("1782864000.000000") + "]"})...)
	got := slices.Sorted(keysIn(out.items()))
	want := []string{"slack:T0ACME001/C0HELP001/1767225600.000000", "slack:T0ACME001/C0HELP001/1782863999.999999"}
	if !slices.Equal(got, want) {
		t.Errorf("found %q", got)
	}
}

func TestABrokenDayIsAGapAndTheOthersAreRead(t *testing.T) {
	for name, c := range map[string]struct{ day, why string }{
		"cut short":    {"[" + say(robin, 5, "", long+" and "+long, "") + `,{"type":"mess`, "cut short"},
		"no list":      {`{"ok":false}`, "no JSON list"},
		"empty":        {"", "is empty"},
		"bad message":  {`[{"user":"U0ROBIN01" "ts"},` + say(robin, 5, "", long+" and "+long, "") + "]", "1 of its messages are not as they should be"},
		"no ts":        {`[{"user":"U0ROBIN01","text":"x"}]`, "1 of its messages are not as they should be"},
		"closed twice": {"[" + say(robin, 5, "", long+" and "+long, "") + ",}]", "no JSON list"},
	} {
		out := collect(t, "", append(workspace("2026-03-10", post), entry{"ml-help/2026-03-11.json", c.day})...)
		if !strings.Contains(out.gapText(), "2026-03-11.json") || !strings.Contains(out.gapText(), c.why) {
			t.Errorf("%s: the gaps are %q", name, out.gapText())
		}
		if n := strings.Count(c.day, "Restart") / 2; len(out.items()) != 1+n {
			t.Errorf("%s: %d items, not %d", name, len(out.items()), 1+n)
		}
	}
	if out := collect(t, "", append(workspace("2026-03-10", post), entry{"ml-help/2026-03-11.json", "\ufeff[]\n"})...); out.gapText() != "" {
		t.Errorf("a byte order mark is %q", out.gapText())
	}
}

// TestF40AnOddFieldLosesNothingElse retypes each field of a message in turn.
func TestF40AnOddFieldLosesNothingElse(t *testing.T) {
	root := at(0)
	whole := say(robin, 9, root, long, `,"subtype":"","username":"x","bot_id":"","hidden":false,"files":[{"name":"a","title":"b","mode":"c"}],
		"reactions":[{"name":"x","users":["U0ANA0001"],"count":1}],"blocks":[{"type":"rich_text","elements":[]}],"room":{"date_start":1,"participants":[]},
		"edited":{"user":"U1","ts":"1.0"},"attachments":[{"ts":1}],"parent_user_id":"U0ANA0001","user_profile":{"real_name":"x"},"deleted_ts":"","reply_count":1`)
	var fields map[string]json.RawMessage
	if err := json.Unmarshal([]byte(whole), &fields); err != nil {
		t.Fatal(err)
	}
	for field := range fields {
		for _, odd := range []string{`null`, `7`, `1.5e300`, `"x"`, `true`, `[]`, `{}`, `[[null]]`, `[{"name":7,"users":{},"elements":"x"},5,"y"]`, `{"ts":{},"date_start":"x","participants":7,"real_name":[]}`} {
			fields[field] = json.RawMessage(odd)
			b, err := json.Marshal(fields)
			if err != nil {
				t.Fatal(err)
			}
			m := decode(b)
			if m == nil {
				t.Fatalf("with %s: %s the message is lost", field, odd)
			}
			switch field {
			case "text", "ts", "user", "thread_ts", "subtype", "bot_id", "hidden":
			default:
				if m.Text == "" || m.TS == "" || m.User == "" || !m.spoken() {
					t.Errorf("with %s: %s the message is %+v", field, odd, m)
				}
			}
			out := collect(t, "", workspace("2026-03-10", say(ana, 0, root, "Why?", ""), string(b), say(robin, 20, root, "Second: "+long, ""))...)
			if len(out.items()) == 0 {
				t.Errorf("with %s: %s the thread is lost", field, odd)
			}
		}
		if err := json.Unmarshal([]byte(whole), &fields); err != nil {
			t.Fatal(err)
		}
	}
}

func TestANumberMayBeATs(t *testing.T) {
	it := only(t, collect(t, "", workspace("2026-03-10", strings.Replace(post, `"`+at(0)+`"`, "1773100800.000010", 1))...))
	if it.ID != "slack:T0ACME001/C0HELP001/1773100800.000010" {
		t.Errorf("the id is %s", it.ID)
	}
}

func TestSettingsThatCannotWorkAreRefused(t *testing.T) {
	for settings, want := range map[string]string{
		"{}":                                "export: neither an export nor a token",
		"{export: '[', token: 'env:X'}":     "export:",
		"{export: a.zip, team: acme}":       "team:",
		"{export: a.zip, private: ['[']}":   "private[0]:",
		"{export: a.zip, channels: ['#']}":  "channels[0]:",
		"{export: a.zip, exclude: [a, '']}": "exclude[1]:",
		"{token: xoxp-1}":                   "",
		"{token: 'env:X', url: 'http://x'}": "",
	} {
		_, err := Source.New(collectorstest.Settings(settings), env(t.TempDir()))
		if err == nil || !strings.Contains(err.Error(), want) || strings.Contains(err.Error(), "xoxp-1") {
			t.Errorf("%s: %v", settings, err)
		}
	}
}

func TestAListOfAnyFormEnds(t *testing.T) {
	for in, want := range map[string]string{
		`[]`: "", ` [ 1 , "a,]\"" , {"x":[1,"}"]}, null ]  `: `1|"a,]\""|{"x":[1,"}"]}|null`, `[1`: "cut", `["a`: "cut", `[{"a":1`: "cut", `[,,1,]`: "1", `x`: "no JSON list", ``: "empty", `[]]`: "",
	} {
		var got []string
		_, err := elements(strings.NewReader(in), 100, func(raw []byte) error {
			got = append(got, strings.TrimSpace(string(raw)))
			return nil
		})
		text := strings.Join(got, "|")
		if err != nil {
			text = err.Error()
		}
		if want == "" && text != "" || !strings.Contains(text, want) {
			t.Errorf("%q is %q, not %q", in, text, want)
		}
	}
	stopped := errors.New("stopped")
	if _, err := elements(strings.NewReader("[1,2]"), 9, func([]byte) error { return stopped }); err != stopped {
		t.Errorf("it ends with %v", err)
	}
}
