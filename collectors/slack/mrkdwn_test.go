package slack

import (
	"encoding/json"
	"slices"
	"strings"
	"testing"
)

// some knows one user and one channel.
type some struct{}

func (some) called(id string) string {
	if id == "U0ANA0001" {
		return "Ana Duarte"
	}
	return id
}

func (some) channel(id string) string {
	if id == "C0HELP001" {
		return "ml-help"
	}
	return ""
}

func TestMrkdwnBecomesText(t *testing.T) {
	for _, c := range []struct{ in, want string }{
		{"<@U0ANA0001> hi", "@Ana Duarte hi"},
		{"<@U0NOBODY1> hi", "@U0NOBODY1 hi"},
		{"<@U0NOBODY1|lina>", "@lina"},
		{"<#C0HELP001> and <#C0HELP001|> and <#C9|other>", "#ml-help and #ml-help and #other"},
		{"<!here> <!channel> <!subteam^S1|@ml-team> <!subteam^S1>", "@here @channel @ml-team subteam"},
		{"<!date^1392734382^Posted {date}|18 Feb 2014>", "18 Feb 2014"},
		{"<https://x.org/a|label> <https://x.org/a>", "label (https://x.org/a) https://x.org/a"},
		{"<https://x.org/a|x.org/a>", "https://x.org/a"},
		{"<https://x.org/?a=1&amp;b=2|q>", "q (https://x.org/?a=1&b=2)"},
		{"<mailto:ana@example.org|ana@example.org>", "ana@example.org"},
		{"<tel:+123|call>", "call"},
		{"a &lt; b &amp;&amp; c &gt; d", "a < b && c > d"},
		{"&amp;lt; stays", "&lt; stays"},
		{"&quot; stays", "&quot; stays"},
		{"*bold* _italic_ ~struck~", "bold italic struck"},
		{"*_both_*", "both"},
		{"snake_case_name 2*3*4 a~b", "snake_case_name 2*3*4 a~b"},
		{"* not bold * ** _", "* not bold * ** _"},
		{"`*code* <@U0ANA0001> :tada: &lt;`", "`*code* @Ana Duarte :tada: <`"},
		{"```\nx = a_b_c * _d_ # :tada:\n```", "```\nx = a_b_c * _d_ # :tada:\n```"},
		{"```open *bold*", "```open bold"},
		{":tada: :+1::skin-tone-3: :ml-parrot: 10:30:45", "🎉 👍 :ml-parrot: 10:30:45"},
		{"a::tada:", "a:🎉"},
		{":nope:tada:", ":nope🎉"},
		{"&gt; their words\nmine", "mine"},
		{"mine\n&gt;&gt;&gt; theirs\nand theirs", "mine"},
		{"a &gt; b", "a > b"},
		{"<not a token", "<not a token"},
		{"<>", "<>"},
		{"<a b:c>", "<a b:c>"},
		{"x\r\n\r\n\r\n\r\ny\x00\x07", "x\n\ny"},
		{"\xff", "\ufffd"},
		{"", ""},
	} {
		if got := parseMrkdwn(c.in, some{}, false).text; got != c.want {
			t.Errorf("%q is %q, not %q", c.in, got, c.want)
		}
	}
	if got := parseMrkdwn("&gt; theirs\nmine", some{}, true).text; got != "> theirs\nmine" {
		t.Errorf("with quotes kept it is %q", got)
	}
}

func TestLinksAreCollectedFromWhatIsSaid(t *testing.T) {
	p := parseMrkdwn("see <https://a.org/1|one>, https://b.org/x_y_z. and `http://c.org/` ```<https://d.org/?q=1&amp;r=2>```\n&gt; <https://quoted.org/>", some{}, false)
	want := []string{"https://a.org/1", "https://b.org/x_y_z", "http://c.org/", "https://d.org/?q=1&r=2"}
	if !slices.Equal(p.urls, want) {
		t.Errorf("links are %q, not %q", p.urls, want)
	}
}

func TestRichTextIsReadWhereTheTextIsCut(t *testing.T) {
	blocks := `[{"type":"rich_text","elements":[
		{"type":"rich_text_section","elements":[{"type":"text","text":"All of it, "},{"type":"user","user_id":"U0ANA0001"},{"type":"text","text":" & co < x "},{"type":"emoji","name":"tada"},{"type":"link","url":"https://x.org/a?b&c","text":"doc"}]},
		{"type":"rich_text_list","style":"bullet","elements":[{"type":"rich_text_section","elements":[{"type":"text","text":"one"}]},{"type":"rich_text_section","elements":[{"type":"text","text":"two","style":{"code":true}}]}]},
		{"type":"rich_text_quote","elements":[{"type":"text","text":"their words\nmore of them"}]},
		{"type":"rich_text_preformatted","elements":[{"type":"text","text":"a < b"}]},
		{"type":"odd","elements":5},7]},{"type":"section","text":{"type":"mrkdwn","text":"an app's"}}]`
	const want = "All of it, @Ana Duarte & co < x 🎉doc (https://x.org/a?b&c)\n• one\n• `two`\n```a < b```"
	for name, text := range map[string]string{"missing": "", "cut": "All of it, <@U0ANA0001> &amp; co…"} {
		b, err := json.Marshal(text)
		if err != nil {
			t.Fatal(err)
		}
		m := decode([]byte(`{"ts":"1.0","user":"U1","text":` + string(b) + `,"blocks":` + blocks + `}`))
		if got := m.plain(some{}, false).text; got != want {
			t.Errorf("%s: %q\nnot %q", name, got, want)
		}
	}
	m := decode([]byte(`{"ts":"1.0","user":"U1","text":"whole","blocks":` + blocks + `}`))
	if got := m.plain(some{}, false).text; got != "whole" {
		t.Errorf("a whole text is not taken: %q", got)
	}
}

func TestDeepBlocksEnd(t *testing.T) {
	raw := `{"ts":"1.0","user":"U1","text":"","blocks":[{"type":"rich_text","elements":[` +
		strings.Repeat(`{"type":"rich_text_list","elements":[`, 3000) + strings.Repeat(`]}`, 3000) + `]}]}`
	m := decode([]byte(raw))
	if m == nil {
		t.Fatal("the message is lost")
	}
	_ = m.plain(some{}, false)
}

func TestWeightTellsSubstanceFromCourtesies(t *testing.T) {
	for _, c := range []struct {
		text  string
		reply bool
		want  weight
	}{
		{"thanks!", true, nothing},
		{"Thank you so much :pray:", true, nothing},
		{"+1", true, nothing},
		{":tada: :tada:", false, nothing},
		{"👍 🎉", true, nothing},
		{"<@U0ANA0001> ok", true, nothing},
		{"You’re welcome", true, nothing},
		{"谢谢", true, nothing},
		{"ありがとうございます", true, nothing},
		{"good morning all", false, nothing},
		{"", true, nothing},
		{"I will have a look", true, little},
		{"<https://x.org/a>", false, little},
		{"the build is red again", false, little},
		{"Restart it with the flag from the wiki and it will find the node", true, substance},
		{"see ML-231 for why", true, substance},
		{"set `NCCL_DEBUG=INFO` first", true, substance},
		{"```torchrun --nnodes 2```", true, substance},
		{"新的镜像把这个开关打开了，请先关掉它再训练一次", true, substance},
		{"Restart it with the flag from the wiki page", false, little},
		{"We decided to keep the old sampler until the new one was trained for a week on both clusters", false, substance},
		{"Plan:\n• measure\n• write it down\n• ask the team", false, substance},
		{"Notes of today are at <https://x.org/notes>, please read the second part", false, substance},
	} {
		if got := weigh(parseMrkdwn(c.text, nobody{}, false), c.reply); got != c.want {
			t.Errorf("%q (reply %v) weighs %d, not %d", c.text, c.reply, got, c.want)
		}
	}
}
