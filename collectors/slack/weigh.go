package slack

import (
	"strings"
	"unicode"

	"github.com/dossier-report/dossier/evidence"
)

// weight is how much a message says.
type weight int

const (
	nothing   weight = iota // emoji, "thanks", "+1": no act
	little                  // an act, if something else makes the thread evidence
	substance               // makes the thread evidence
)

// How many words make a message one of substance. An answer is shorter than a
// post: its thread says what it is about. What holds code, a list, a file, an
// address or a ticket's key needs fewer.
const (
	postWords    = 14
	postPointed  = 6
	answerWords  = 8
	answerPoints = 2
)

// weigh tells words that teach, decide or tell something from those that keep a
// talk going. It looks at length and structure alone; what it is about is for the
// rules of objectives.
func weigh(p plainText, reply bool) weight {
	words, courtesies := count(p.text)
	switch {
	case p.code:
		return substance
	case words == 0 || words == courtesies:
		if len(p.files) > 0 || len(p.urls) > 0 {
			return little
		}
		return nothing
	}
	said := words - courtesies
	pointed := len(p.urls) > 0 || len(p.files) > 0 || p.lists > 1 ||
		strings.Contains(p.text, "`") || len(evidence.Keys(p.text)) > 0
	need, few := postWords, postPointed
	if reply {
		need, few = answerWords, answerPoints
	}
	if said >= need || pointed && said >= few {
		return substance
	}
	return little
}

// courtesies are the words that alone say nothing about work.
var courtesies = set(`thanks thank thx ty tysm cheers you you're youre u so much a lot very many for your help that this it's its it is i'm im
	ok okay kk k yes yep yeah yup no nope sure cool great nice good awesome amazing perfect excellent wow lovely fine
	well done congrats congratulations welcome np problem worries anytime lgtm ack agreed agree same here too
	hi hello hey morning afternoon evening night bye all everyone team folks happy birthday weekend holidays
	haha hahaha lol rofl hm hmm oh ah sorry my bad will do on it got noted understood right exactly indeed true
	please pls now again back soon later today tomorrow brb afk see
	danke vielen dank gerne bitte super gut prima klar genau ja nein hallo moin
	gracias muchas de nada vale sí si hola buenos días bueno perfecto claro
	obrigado obrigada valeu sim não bom dia olá
	merci beaucoup oui non d'accord bonjour salut parfait
	grazie mille sì ciao bene perfetto спасибо да нет привет хорошо dziękuję dzięki tak nie cześć tack ja nej hej dank je wel
	谢谢 好的 收到 好 是 对 ありがとう ありがとうございます はい 了解 了解です お疲れ様です 감사합니다 네 좋아요`)

func set(s string) map[string]bool {
	m := map[string]bool{}
	for _, w := range strings.Fields(s) {
		m[w] = true
	}
	return m
}

// count returns how many words a text has and how many of these are courtesies.
// Scripts that put no spaces between words count two characters as one.
func count(text string) (words, polite int) {
	for field := range strings.FieldsSeq(text) {
		if strings.HasPrefix(field, "@") || strings.HasPrefix(field, "http://") || strings.HasPrefix(field, "https://") {
			continue
		}
		field = strings.ToLower(strings.TrimFunc(strings.ReplaceAll(field, "’", "'"), func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsDigit(r) }))
		if strings.HasPrefix(field, "+1") || field == "1" || field == "" || !strings.ContainsFunc(field, unicode.IsLetter) && len(field) < 2 {
			continue
		}
		n := 1
		if dense := runes(field, unicode.Han, unicode.Hiragana, unicode.Katakana, unicode.Thai); dense > 1 {
			n = (dense + 1) / 2
		}
		words += n
		if courtesies[field] {
			polite += n
		}
	}
	return words, polite
}

func runes(s string, tables ...*unicode.RangeTable) (n int) {
	for _, r := range s {
		if r >= 0x0e00 && unicode.In(r, tables...) {
			n++
		}
	}
	return n
}

// asks reports whether a text asks something.
func asks(text string) bool {
	if strings.ContainsAny(text, "?？؟") {
		return true
	}
	first, _, _ := strings.Cut(strings.ToLower(strings.TrimLeft(text, "@ ")), " ")
	return questions[first] || strings.Contains(strings.ToLower(text), "does anyone") || strings.Contains(strings.ToLower(text), "any idea")
}

var questions = set(`how why what when where who which whose can could does do is are should would anybody anyone
	wie warum was wann wo wer kann cómo por qué como porque pourquoi comment help stuck 为什么 怎么`)

// settles reports whether a text of somebody who asked says that the answer
// helped.
func settles(text string) bool {
	text = strings.ToLower(text)
	for _, s := range []string{"thank", "thx", "that worked", "works now", "it works", "that helped", "solved", "that fixed", "fixed it", "makes sense",
		"got it", "danke", "merci", "gracias", "obrigad", "grazie", "спасибо", "谢谢", "ありがとう"} {
		if strings.Contains(text, s) {
			return true
		}
	}
	return false
}
