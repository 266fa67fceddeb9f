package slack

import (
	"encoding/json"
	"strings"
)

// block is a part of a message's layout, and an element in it. Of all kinds only
// rich_text is read: that is what a person typed.
// https://docs.slack.dev/reference/block-kit/blocks/rich-text-block
type block struct {
	Type     word         `json:"type"`
	Elements list[block]  `json:"elements"`
	Text     word         `json:"text"`
	URL      word         `json:"url"`
	User     word         `json:"user_id"`
	Channel  word         `json:"channel_id"`
	Name     word         `json:"name"` // of an emoji
	Range    word         `json:"range"`
	Style    maybe[style] `json:"style"`
}

type style struct {
	Code truth `json:"code"`
}

// maxDepth is how deep elements are followed, and maxBlocks how many bytes of
// them are read: each level is read once more than the one around it.
const (
	maxDepth  = 12
	maxBlocks = 512 << 10
)

// parseBlocks reads the blocks of a message; none where they are nested as no
// text is.
func parseBlocks(raw []byte) []block {
	if len(raw) > maxBlocks || depth(raw) > 4*maxDepth {
		return nil
	}
	var blocks list[block]
	if json.Unmarshal(raw, &blocks) != nil {
		return nil
	}
	return blocks
}

// depth returns how deep JSON is nested.
func depth(raw []byte) (most int) {
	n, quoted := 0, false
	for i := 0; i < len(raw); i++ {
		switch c := raw[i]; {
		case quoted && c == '\\':
			i++
		case c == '"':
			quoted = !quoted
		case quoted:
		case c == '{' || c == '[':
			n++
			most = max(most, n)
		case c == '}' || c == ']':
			n--
		}
	}
	return most
}

// mrkdwn writes the rich text of blocks as the text of a message would have it,
// so that one reader serves both.
func mrkdwn(blocks []block) string {
	var b strings.Builder
	for _, bl := range blocks {
		if bl.Type != "rich_text" {
			continue
		}
		for _, e := range bl.Elements {
			section(&b, e, 0)
		}
	}
	return b.String()
}

func section(b *strings.Builder, e block, depth int) {
	if depth > maxDepth {
		return
	}
	switch e.Type {
	case "rich_text_list":
		for _, item := range e.Elements {
			b.WriteString("• ")
			section(b, item, depth+1)
		}
		return
	case "rich_text_quote":
		var in strings.Builder
		inline(&in, e.Elements)
		for line := range strings.SplitSeq(strings.TrimRight(in.String(), "\n"), "\n") {
			b.WriteString("&gt; " + line + "\n")
		}
		return
	case "rich_text_preformatted":
		b.WriteString("```")
		inline(b, e.Elements)
		b.WriteString("```\n")
		return
	}
	inline(b, e.Elements)
	b.WriteByte('\n')
}

var escapes = strings.NewReplacer("&", "&amp;", "<", "&lt;", ">", "&gt;")

func inline(b *strings.Builder, elements []block) {
	for _, e := range elements {
		text := escapes.Replace(string(e.Text))
		switch e.Type {
		case "text":
			if bool(e.Style.v.Code) && !strings.Contains(text, "`") {
				text = "`" + text + "`"
			}
			b.WriteString(text)
		case "link":
			b.WriteString("<" + escapes.Replace(string(e.URL)))
			if text != "" {
				b.WriteString("|" + text)
			}
			b.WriteString(">")
		case "user":
			b.WriteString("<@" + string(e.User) + ">")
		case "channel":
			b.WriteString("<#" + string(e.Channel) + ">")
		case "broadcast":
			b.WriteString("<!" + string(e.Range) + ">")
		case "emoji":
			b.WriteString(":" + string(e.Name) + ":")
		default:
			b.WriteString(text)
		}
	}
}

// cutAt is the length in bytes from which on a text may be cut: Slack shortens
// it at 4,000 characters and more, the blocks hold all of it.
const cutAt = 3900

// source returns what to read as the message's text: its blocks where its text
// is missing or was cut.
func (m *message) source() string {
	text := string(m.Text)
	whole := len(text) < cutAt && !strings.HasSuffix(text, "…") && !strings.HasSuffix(text, "...")
	if text != "" && whole || len(m.Blocks) == 0 {
		return text
	}
	if rich := strings.TrimRight(mrkdwn(parseBlocks(m.Blocks)), "\n"); len(rich) > len(text) {
		return rich
	}
	return text
}

// plain reads the words of a message, and the names of its files.
func (m *message) plain(who names, quotes bool) plainText {
	p := parseMrkdwn(m.source(), who, quotes)
	for _, f := range m.Files {
		if f.Mode == "tombstone" {
			continue
		}
		if title := tidy(strings.ReplaceAll(firstOf(string(f.Title), string(f.Name)), "\n", " ")); title != "" {
			p.files = append(p.files, title)
		}
	}
	if len(p.files) > 0 {
		p.text = strings.TrimLeft(p.text+"\nFile: "+strings.Join(p.files, ", "), "\n")
	}
	return p
}
