package slack

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/dossier-report/dossier/evidence"
)

// at is a ts n seconds into 10 March 2026.
func at(n int) string { return fmt.Sprintf("%d.%06d", 1773100800+n, n) }

// say is a message of a thread; root is "" for one of its own.
func say(user string, n int, root, text, more string) string {
	s := fmt.Sprintf(`{"type":"message","user":%q,"ts":%q,"text":%q`, user, at(n), text)
	if root != "" {
		s += fmt.Sprintf(`,"thread_ts":%q`, root)
	}
	return s + more + "}"
}

const (
	robin, ana, lina = "U0ROBIN01", "U0ANA0001", "U0LINA001"
	long             = "Restart it with the flag from the wiki and it will find the second node by itself"
)

func acts(it evidence.Item) string {
	var b strings.Builder
	for _, a := range it.Acts {
		fmt.Fprintf(&b, "%s %q (%s)\n", a.Verb, a.Text, a.Context)
	}
	return b.String()
}

func TestVerbsFollowWhoAskedWhom(t *testing.T) {
	root := at(0)
	for _, c := range []struct {
		name     string
		messages []string
		want     []evidence.Verb
		outcome  string
	}{
		{"an answer", []string{say(ana, 0, root, "Why does it hang?", ""), say(robin, 9, root, long, "")}, []evidence.Verb{"answered"}, ""},
		{"a remark", []string{say(ana, 0, root, "The build is red again.", ""), say(robin, 9, root, long, "")}, []evidence.Verb{"commented"}, ""},
		{"own post with a question below", []string{say(robin, 0, root, long+". It has to be done on both clusters", ""), say(ana, 5, root, "Which flag?", ""), say(robin, 9, root, "the second one", "")},
			[]evidence.Verb{"posted", "answered"}, ""},
		{"own post with an addition", []string{say(robin, 0, root, long+". It has to be done on both clusters", ""), say(robin, 9, root, "and on the third", "")},
			[]evidence.Verb{"posted", "commented"}, ""},
		{"courtesies are no acts", []string{say(ana, 0, root, "Why?", ""), say(robin, 8, root, "good morning!", ""), say(robin, 9, root, long, ""), say(ana, 10, root, "that worked, thanks", ""), say(robin, 11, root, "np :tada:", "")},
			[]evidence.Verb{"answered"}, "answered"},
		{"the asker marks the answer", []string{say(ana, 0, root, "Why?", ""), say(robin, 9, root, long, `,"reactions":[{"name":"white_check_mark","users":["U0ANA0001"]}]`)}, []evidence.Verb{"answered"}, "answered"},
		{"the asker marks the question", []string{say(ana, 0, root, "Why?", `,"reactions":[{"name":"answered","users":["U0ANA0001"]}]`), say(robin, 9, root, long, "")}, []evidence.Verb{"answered"}, "answered"},
		{"somebody else marks it", []string{say(ana, 0, root, "Why?", `,"reactions":[{"name":"white_check_mark","users":["U0LINA001"]}]`), say(robin, 9, root, long, "")}, []evidence.Verb{"answered"}, ""},
		{"somebody else says thanks", []string{say(ana, 0, root, "Why?", ""), say(robin, 9, root, long, ""), say(lina, 10, root, "thanks!", "")}, []evidence.Verb{"answered"}, ""},
		{"thanks before the answer", []string{say(ana, 0, root, "Why?", ""), say(ana, 3, root, "thanks in advance", ""), say(robin, 9, root, long, "")}, []evidence.Verb{"answered"}, ""},
		{"a broadcast reply is a reply", []string{say(ana, 0, root, "Why?", ""), say(robin, 9, root, long, `,"subtype":"thread_broadcast"`)}, []evidence.Verb{"answered"}, ""},
		{"own question is answered", []string{say(robin, 0, root, long+" - but why does it lose the first node?", `,"reactions":[{"name":"white_check_mark","users":["U0ROBIN01"]}]`), say(ana, 9, root, "See the wiki", "")}, []evidence.Verb{"posted"}, "answered"},
	} {
		t.Run(c.name, func(t *testing.T) {
			it := only(t, collect(t, "", workspace("2026-03-10", c.messages...)...))
			var got []evidence.Verb
			for _, a := range it.Acts {
				got = append(got, a.Verb)
			}
			state := ""
			if it.Outcome != nil {
				state = string(it.Outcome.State)
			}
			if !slices.Equal(got, c.want) || state != c.outcome {
				t.Errorf("outcome %q, acts\n%s", state, acts(it))
			}
		})
	}
}

func TestOnlySubstanceIsEvidence(t *testing.T) {
	root := at(0)
	for name, messages := range map[string][]string{
		"thanks":             {say(ana, 0, root, "Here is the log you asked for, all of it", ""), say(robin, 1, root, "thanks!", "")},
		"short remark":       {say(ana, 0, root, "Lunch?", ""), say(robin, 1, root, "at noon", "")},
		"emoji":              {say(robin, 0, "", ":tada:", "")},
		"joined":             {say(robin, 0, "", long+" and "+long, `,"subtype":"channel_join"`)},
		"topic":              {say(robin, 0, "", long+" and "+long, `,"subtype":"channel_topic"`)},
		"an app in his name": {say(robin, 0, "", long+" and "+long, `,"bot_id":"B1","app_id":"A1"`)},
		"a bot":              {say("", 0, "", long+" U0ROBIN01 "+long, `,"subtype":"bot_message","bot_id":"B1","username":"ci"`)},
		"only a quotation":   {say(robin, 0, "", "&gt; "+long+" and "+long+"\nnice", "")},
		"others alone":       {say(ana, 0, root, "<@U0ROBIN01> "+long, ""), say(lina, 1, root, long, "")},
		"hidden":             {say(robin, 0, "", long+" and "+long, `,"hidden":true`)},
	} {
		if out := collect(t, "", workspace("2026-03-10", messages...)...); len(out.items()) != 0 {
			t.Errorf("%s: is evidence: %v", name, out.items())
		}
	}
}

func TestOthersWordsAreANameAndAFirstLine(t *testing.T) {
	root := at(0)
	messages := []string{
		say(ana, 0, root, "Why does <https://ci.example.org/7|job 7> hang on ML-231 of all tickets, when the others of the same kind run through?\nSECRETLINE see OPS-9 https://hidden.example.org/x", ""),
		say(lina, 1, root, "SECRETREPLY from me with ML-999 in it, nobody asked", ""),
		say(robin, 2, root, "&gt; SECRETQUOTE\n"+long, `,"attachments":[{"text":"SECRETSHARE"}]`),
	}
	out := collect(t, "", workspace("2026-03-10", messages...)...)
	it := only(t, out)
	text := fmt.Sprintf("%+v", it)
	if strings.Contains(text, "SECRET") || strings.Contains(text, "hidden.example.org") || strings.Contains(text, "ML-999") {
		t.Errorf("others' words are kept: %s", text)
	}
	if it.Title != "Why does job 7 hang on ML-231 of all tickets, when the others of the same kind…" {
		t.Errorf("the title is %q", it.Title)
	}
	if !strings.HasPrefix(it.Acts[0].Context, "Ana Duarte: Why does job 7 hang") {
		t.Errorf("the context is %q", it.Acts[0].Context)
	}
	if want := []string{"ML-231", "OPS-9"}; !slices.Equal(it.Links, want) {
		t.Errorf("the links are %q, not %q", it.Links, want)
	}
	for _, p := range it.People {
		if p.Email != "" {
			t.Errorf("an e-mail address is kept: %+v", p)
		}
	}
	whole := only(t, collect(t, "others_text: true\n", workspace("2026-03-10", messages...)...))
	if !strings.Contains(whole.Text, "SECRETLINE") || strings.Contains(fmt.Sprintf("%+v", whole), "SECRETSHARE") {
		t.Errorf("with others_text the item is %+v", whole)
	}
}

func TestAThreadIsOneItemOverItsDays(t *testing.T) {
	root := at(0)
	entries := workspace("2026-03-10", say(ana, 0, root, "Why?", ""), say(robin, 9, root, long, ""))
	entries = append(entries,
		entry{"ml-help/2026-03-09.json", "[" + say(robin, -9, "", "good morning", "") + "]"},
		entry{"ml-help/2026-08-10.json", "[" + strings.Replace(say(robin, 13_219_200, root, "It was the driver after all, see the wiki page about nodes", ""), `"ts"`, `"x":0,"ts"`, 1) + "]"})
	it := only(t, collect(t, "", entries...))
	if len(it.Acts) != 2 || it.Size.Comments != 2 {
		t.Errorf("the later answer is not part of the item:\n%s", acts(it))
	}
}

func TestEditedAndDeletedMessages(t *testing.T) {
	root := at(0)
	ask := say(ana, 0, root, "Why?", "")
	edit := fmt.Sprintf(`{"type":"message","subtype":"message_changed","hidden":true,"ts":%q,"message":%s}`, at(50), say(robin, 9, root, "Edited: "+long, `,"edited":{"user":"U0ROBIN01","ts":"1.0"}`))
	gone := fmt.Sprintf(`{"type":"message","subtype":"message_deleted","hidden":true,"ts":%q,"deleted_ts":%q}`, at(60), at(10))
	it := only(t, collect(t, "", workspace("2026-03-10", ask, say(robin, 9, root, "First: "+long, ""), say(robin, 10, root, "Deleted: "+long, ""), edit, gone)...))
	if got := acts(it); !strings.Contains(got, "Edited") || strings.Contains(got, "First") || strings.Contains(got, "Deleted") {
		t.Errorf("the acts are\n%s", got)
	}
	tomb := fmt.Sprintf(`{"type":"message","subtype":"tombstone","user":"USLACKBOT","text":"This message was deleted.","hidden":true,"ts":%q,"thread_ts":%q}`, root, root)
	it = only(t, collect(t, "", workspace("2026-03-10", tomb, say(robin, 9, root, long, ""))...))
	if it.Author != nil || !strings.HasPrefix(it.Title, "Restart it") {
		t.Errorf("a thread whose first message was deleted is %+v", it)
	}
}

func TestFilesAreNamedInOwnWords(t *testing.T) {
	it := only(t, collect(t, "", workspace("2026-03-10", say(robin, 0, "", "Slides of my talk about training on many nodes", `,"subtype":"file_share","files":[{"title":"Many nodes","name":"nodes.pdf"},{"mode":"tombstone","name":"gone.pdf"}]`))...))
	if got := it.Acts[0].Text; got != "Slides of my talk about training on many nodes\nFile: Many nodes" {
		t.Errorf("the text is %q", got)
	}
}

func TestAHuddleIsAttended(t *testing.T) {
	huddle := func(room string) []entry {
		return workspace("2026-03-10", `{"type":"message","subtype":"huddle_thread","user":"USLACKBOT","ts":"`+at(0)+`","thread_ts":"`+at(0)+`","room":`+room+`}`)
	}
	it := only(t, collect(t, "", huddle(`{"date_start":1773100800,"date_end":1773102600,"participants":[],"participant_history":["U0ROBIN01","U0ANA0001"]}`)...))
	if it.Kind != evidence.Meeting || it.Acts[0].Verb != evidence.Attended || it.Acts[0].Seconds != 1800 || len(it.People) != 1 || it.People[0].Login != "ana-d" || it.Title != "Huddle in #ml-help" {
		t.Errorf("the huddle is %+v", it)
	}
	for _, room := range []string{`{"date_start":1773100800,"date_end":1773100830,"participant_history":["U0ROBIN01"]}`, `{"date_start":1773100800,"date_end":0,"participant_history":["U0ROBIN01"]}`, `null`,
		`{"date_start":1773100800,"date_end":1773102600,"participant_history":["U0ANA0001"],"x":"U0ROBIN01"}`} {
		if out := collect(t, "", huddle(room)...); len(out.items()) != 0 {
			t.Errorf("%s is evidence", room)
		}
	}
}

func TestThreadsJoinTheirTicket(t *testing.T) {
	root := at(0)
	thread := only(t, collect(t, "url: https://acme.slack.com\n", workspace("2026-03-10", say(ana, 0, root, "Why is ML-231 stuck?", ""), say(robin, 9, root, long, ""))...))
	ticket := evidence.Item{ID: "jira:acme/10231", Source: "jira", Kind: evidence.Ticket, Title: "Cache", URL: "https://acme.atlassian.net/browse/ML-231"}
	if got := evidence.Threads([]evidence.Item{thread, ticket}); len(got) != 1 {
		t.Errorf("%d threads, not one: %+v", len(got), got)
	}
}
