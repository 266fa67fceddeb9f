package calendar

import (
	"html"
	"net/url"
	"regexp"
	"slices"
	"strings"

	"github.com/dossier-report/dossier/evidence"
)

const (
	maxTitle = 500      // bytes of a title
	maxText  = 16 << 10 // bytes of a description that are kept
	maxLinks = 50
)

var (
	webLink  = regexp.MustCompile("https?://[^\\s<>\"'`\\])}|\\\\]+")
	zoomLink = regexp.MustCompile(`(?i)\bzoom(?:gov)?\.(?:us|com)/(?:j|w|s|wc|wc/join)/([0-9]{9,12})\b`)
	zoomLine = regexp.MustCompile(`(?i)\bmeeting id: ?([0-9 ]{9,16})`)
	tag      = regexp.MustCompile(`<[^<>]{1,1000}>`)
	breaks   = regexp.MustCompile(`(?i)<(br|/p|/div|/li|/tr|/h[1-6])\b[^<>]{0,100}>`)
)

// rooms are the hosts where people meet. An address there opens the room, often
// with its password, and says nothing about the work: it is never kept.
var rooms = []struct{ host, name string }{
	{"zoom.us", "Zoom"}, {"zoomgov.com", "Zoom"},
	{"teams.microsoft.com", "Microsoft Teams"}, {"teams.live.com", "Microsoft Teams"}, {"aka.ms", "Microsoft Teams"},
	{"meet.google.com", "Google Meet"}, {"tel.meet", "Google Meet"},
	{"webex.com", "Webex"}, {"gotomeeting.com", "GoTo Meeting"}, {"goto.com", "GoTo Meeting"}, {"whereby.com", "Whereby"},
	{"chime.aws", "Amazon Chime"}, {"meet.jit.si", "Jitsi"}, {"bluejeans.com", "BlueJeans"}, {"app.slack.com", "Slack"},
	{"calendar.google.com", ""}, {"www.google.com", ""}, {"calendar.app.google", ""}, {"support.google.com", ""},
	{"outlook.office.com", ""}, {"outlook.office365.com", ""}, {"calendly.com", ""}, {"dialin.plcm.vc", ""},
}

// roomAt returns what meets at a host, and whether that host is one of rooms.
func roomAt(host string) (string, bool) {
	host = strings.ToLower(host)
	for _, r := range rooms {
		if host == r.host || strings.HasSuffix(host, "."+r.host) {
			return r.name, true
		}
	}
	return "", false
}

// said is what the texts of an event tell: links, the Zoom meeting and the room.
type said struct {
	links  []string
	number string // of the Zoom meeting
	room   string
}

// listen finds ticket keys and web addresses in texts.
func listen(texts ...string) said {
	var s said
	add := func(l string) {
		if len(l) <= 2048 && len(s.links) < maxLinks && !slices.Contains(s.links, l) {
			s.links = append(s.links, strings.Clone(l)) // not the whole text with it
		}
	}
	for _, text := range texts {
		if text == "" {
			continue
		}
		rest := text
		if strings.Contains(text, "://") {
			s.addresses(text, add)
			// A room's name or password is no ticket.
			rest = webLink.ReplaceAllString(text, " ")
		}
		for _, key := range evidence.Keys(rest) {
			add(key)
		}
		if s.number == "" && (strings.Contains(rest, "eeting ID") || strings.Contains(rest, "eeting id")) {
			if m := zoomLine.FindStringSubmatch(rest); m != nil {
				s.number = strings.ReplaceAll(m[1], " ", "")
			}
		}
	}
	return s
}

// addresses calls add for the web addresses in a text that lead to no room.
func (s *said) addresses(text string, add func(string)) {
	for _, l := range webLink.FindAllString(text, 4*maxLinks) {
		l = strings.TrimRight(html.UnescapeString(l), ".,;:!?*_")
		u, err := url.Parse(l)
		if err != nil || u.Host == "" {
			continue
		}
		name, room := roomAt(u.Hostname())
		if !room {
			u.User = nil
			add(u.String())
			continue
		}
		if s.room == "" {
			s.room = name
		}
		if m := zoomLink.FindStringSubmatch(l); m != nil && s.number == "" {
			s.number, s.room = strings.Clone(m[1]), "Zoom"
		}
	}
}

// strip makes plain text of a description, which may be HTML.
func strip(s string) string {
	if strings.Contains(s, "<") && strings.Contains(s, ">") {
		s = tag.ReplaceAllString(breaks.ReplaceAllString(s, "\n"), "")
	}
	s = strings.ReplaceAll(html.UnescapeString(s), "\u00a0", " ")
	s = webLink.ReplaceAllStringFunc(s, func(l string) string {
		if u, err := url.Parse(l); err == nil {
			if _, ok := roomAt(u.Hostname()); ok {
				return "(address of the room)"
			}
		}
		return l
	})
	return strings.TrimSpace(cut(s, maxText))
}

// cut shortens s to at most n bytes without breaking a character.
func cut(s string, n int) string {
	if len(s) <= n {
		return s
	}
	for n > 0 && s[n]&0xc0 == 0x80 {
		n--
	}
	return s[:n] + "…"
}

// titled makes one line of a title.
func titled(s string) string {
	return cut(strings.Join(strings.Fields(strings.ToValidUTF8(s, "\ufffd")), " "), maxTitle)
}
