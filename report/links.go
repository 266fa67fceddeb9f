package report

import (
	"regexp"
	"strings"

	"github.com/dossier-report/dossier/evidence"
)

var (
	ticketKey   = regexp.MustCompile(`^[A-Z][A-Z0-9_]+-[0-9]+$`)
	allDigits   = regexp.MustCompile(`^[0-9]+$`)
	hexadecimal = regexp.MustCompile(`^[0-9a-f]{7,64}$`)
)

// link returns an item's badge, short name and address.
func (b *builder) link(it *evidence.Item) Link {
	return Link{Badge: b.badge(it.Source), Label: b.label(it), URL: it.URL}
}

// badge returns the two letters that stand for a source.
func (b *builder) badge(source string) string {
	if s, ok := b.sources[source]; ok && s.Badge != "" {
		return s.Badge
	}
	letters := strings.ToUpper(source)
	return letters[:min(2, len(letters))]
}

// label names an artefact as its users do: a pull request by its number, a
// ticket by its key, a message by its channel and day, all else by its title.
func (b *builder) label(it *evidence.Item) string {
	last := lastSegment(it)
	place := line(it.Place)
	switch it.Kind {
	case evidence.PullRequest, evidence.Issue, evidence.Discussion:
		if allDigits.MatchString(last) {
			return strings.TrimSpace(place + " #" + last)
		}
	case evidence.Ticket:
		if ticketKey.MatchString(last) {
			return last
		}
	case evidence.Commit:
		if hexadecimal.MatchString(last) {
			return strings.TrimSpace(place + " " + last[:7])
		}
	case evidence.Message:
		if place != "" {
			return place + ", " + b.brief(it.Date(b.Period))
		}
	case evidence.Meeting:
		return short(title(it), 40) + ", " + b.brief(it.Date(b.Period))
	}
	if ticketKey.MatchString(last) {
		return last
	}
	return short(title(it), 48)
}

// lastSegment returns the number, key or hash that an item's address, or else
// its id, ends in; empty when it ends in none.
func lastSegment(it *evidence.Item) string {
	address, _, _ := strings.Cut(it.URL, "#")
	address, _, _ = strings.Cut(address, "?")
	for _, s := range []string{strings.TrimRight(address, "/"), it.ID} {
		last := s[strings.LastIndexAny(s, "/#:@")+1:]
		if allDigits.MatchString(last) || ticketKey.MatchString(last) || hexadecimal.MatchString(last) {
			return last
		}
	}
	return ""
}
