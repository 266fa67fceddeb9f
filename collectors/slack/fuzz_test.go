package slack

import (
	"bytes"
	"encoding/json"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/dossier-report/dossier/evidence"
)

// FuzzExportMessages reads a day of a channel as an export has it, whatever is in
// it. What comes of it must be valid evidence of the person's own.
func FuzzExportMessages(f *testing.F) {
	for _, s := range []string{
		"[" + question + "," + answer + "," + thanks + "," + welcome + "]", "[" + decision + "]", "[" + post + "]",
		`[{"type":"message","subtype":"huddle_thread","ts":"1773100800.1","room":{"date_start":1773100800,"date_end":1773102600,"participant_history":["U0ROBIN01"]}}]`,
		`[{"subtype":"message_changed","message":` + post + `}]`, `[{"ts":1773100800.000010,"user":"U0ROBIN01","text":null,"blocks":[[]]}]`, "\ufeff[", "",
	} {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, day []byte) {
		if len(day) > 1<<16 {
			return
		}
		b := &builder{dir: newDirectory(env("").Self, env("").People), channels: map[string]*channel{}, team: "T0ACME001", base: "https://acme.slack.com"}
		b.dir.me[robin] = true
		ch := &channel{id: "C0HELP001", name: "ml-help", kind: public}
		threads := map[stamp]*thread{}
		_, _ = elements(bytes.NewReader(day), 1<<14, func(raw []byte) error {
			m := decode(raw)
			if m == nil {
				return nil
			}
			_ = b.evident(m)
			l, ok := b.read(m, raw)
			if !ok {
				return nil
			}
			if m.Changed != nil {
				m = m.Changed
			}
			if threads[m.root()] == nil {
				threads[m.root()] = &thread{channel: ch, root: m.root()}
			}
			threads[m.root()].lines = append(threads[m.root()].lines, l)
			return nil
		})
		for root, th := range threads {
			f, ok := b.item(th)
			if root == "" || !ok {
				continue
			}
			id, it := f.Item.ID, f.Item
			if err := it.Validate(); err != nil {
				t.Error(err)
			}
			if !strings.HasPrefix(id, "slack:T0ACME001/C0HELP001/") || it.Title == "" {
				t.Errorf("the item is %+v", it)
			}
			if utf8.RuneCountInString(it.Title) > ownTitle {
				t.Errorf("the title is too long: %q", it.Title)
			}
			if _, err := evidence.Encode(it); err != nil {
				t.Error(err)
			}
		}
	})
}

// FuzzMrkdwn reads any text. It must end, be valid and say the same when it is
// asked again.
func FuzzMrkdwn(f *testing.F) {
	for _, s := range []string{
		"<@U0ANA0001> *bold* _it_ ~no~ `code` ```block <https://x.org|l>``` &amp;lt; :tada: :+1::skin-tone-2:", "&gt;&gt;&gt; all\n&gt; one", "<<<>>>|<!subteam^S1|@x><#C1|>",
		"http://http://https://x", "*_~*_~`*`", ":::a:b::", "\xff\xfe<", "1. a\n- b\n• c",
	} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		p := parseMrkdwn(s, some{}, false)
		if !utf8.ValidString(p.text) || strings.ContainsAny(p.text, "\x00\x07\x7f\r") {
			t.Errorf("%q is %q", s, p.text)
		}
		if len(p.urls) > maxLinks {
			t.Errorf("%d links", len(p.urls))
		}
		if again := parseMrkdwn(s, some{}, false); again.text != p.text {
			t.Errorf("%q is %q, then %q", s, p.text, again.text)
		}
		if parseMrkdwn("a\n"+s, some{}, true).text == "" {
			t.Errorf("%q loses what stands before it", s)
		}
		_ = weigh(p, true)
		// A text of blocks reads as it was written.
		raw, err := json.Marshal([]map[string]any{{"type": "rich_text", "elements": []any{map[string]any{"type": "rich_text_section", "elements": []any{map[string]string{"type": "text", "text": s}}}}}})
		if err != nil {
			t.Fatal(err)
		}
		if got := unescape(strings.TrimSuffix(mrkdwn(parseBlocks(raw)), "\n")); len(raw) < 1<<16 && got != strings.ToValidUTF8(s, "\ufffd") && utf8.ValidString(s) {
			t.Errorf("blocks with %q are %q", s, got)
		}
	})
}
