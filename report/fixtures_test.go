package report

import (
	"time"

	"github.com/dossier-report/dossier/evidence"
	"github.com/dossier-report/dossier/objectives"
)

// verdicts is a mapping made by hand.
type verdicts map[string][]objectives.Match

func (v verdicts) For(item string) []objectives.Match { return v[item] }

// choose makes the items speak for an objective with a score.
func (v verdicts) choose(objective string, score float64, ids ...string) {
	for _, id := range ids {
		v[id] = append(v[id], objectives.Match{Item: id, Objective: objective, Score: score, Threshold: 0.5,
			Reasons: []objectives.Reason{{Rule: "says " + objective, Field: "title", Excerpt: "the words", Contribution: score}}})
	}
}

// decide sets the person's word on a pair.
func (v verdicts) decide(id, objective string, verb objectives.DecisionVerb) {
	for i := range v[id] {
		if v[id][i].Objective == objective {
			v[id][i].Decision = &objectives.Decision{Verb: verb, Item: id, Objective: objective}
		}
	}
}

// at reads "02-03" or "02-03 09:14" as a moment of 2026 in UTC, or any RFC 3339
// time.
func at(s string) time.Time {
	for _, layout := range []string{time.RFC3339, "2006-01-02 15:04", "2006-01-02"} {
		for _, prefix := range []string{"", "2026-"} {
			if t, err := time.Parse(layout, prefix+s); err == nil {
				return t
			}
		}
	}
	panic("not a time: " + s)
}

func act(verb evidence.Verb, when string) evidence.Act {
	return evidence.Act{At: at(when), Verb: verb}
}

func item(kind evidence.Kind, id, title string, acts ...evidence.Act) evidence.Item {
	source := map[evidence.Kind]string{evidence.PullRequest: "github", evidence.Issue: "github", evidence.Commit: "git", evidence.Ticket: "jira",
		evidence.Card: "github", evidence.Page: "confluence", evidence.Message: "slack", evidence.Meeting: "calendar", evidence.Note: "notes",
		evidence.Discussion: "github"}[kind]
	return evidence.Item{ID: source + ":" + id, Source: source, Kind: kind, Title: title, URL: "https://example.org/" + id, Acts: acts}
}

func person(login, role, when string) evidence.Participant {
	p := evidence.Participant{Person: evidence.Person{Login: login}, Role: role}
	if when != "" {
		p.At = at(when)
	}
	return p
}

func fptr(f float64) *float64 { return &f }

func records(items ...evidence.Item) []evidence.Record {
	var rs []evidence.Record
	for _, it := range items {
		rs = append(rs, evidence.Record{Item: it, Hash: "h", FetchedAt: at("06-30 12:00")})
	}
	return rs
}

var firstHalf = evidence.Period{From: at("01-01"), To: at("07-01"), Zone: time.UTC}

// says is the rule that [verdicts.choose] gives as the reason.
func says(objective string) []objectives.Rule {
	return []objectives.Rule{{Name: "says " + objective, Words: []string{objective}, Weight: 0.7}}
}

// input is a first half of 2026 with two objectives and nothing on record.
func input(items ...evidence.Item) (Input, verdicts) {
	v := make(verdicts)
	return Input{
		Self: evidence.Identity{Name: "Robin Vale", Role: "Scientist", Logins: map[string][]string{"github": {"robin-v"}, "jira": {"robin-v"},
			"slack": {"robin-v"}, "confluence": {"robin-v"}, "git": {"robin-v"}, "calendar": {"robin-v"}}},
		Manager: "Jonas Weber",
		People: evidence.People{
			{Name: "Ana Duarte", Role: "engineer", Relation: "junior", Logins: map[string][]string{"github": {"ana-d"}, "jira": {"ana@example.org"}, "confluence": {"ana-d"}}},
			{Name: "Maria Lind", Role: "delivery lead", Relation: "leader", Logins: map[string][]string{"github": {"maria-l"}, "jira": {"maria-l"}, "calendar": {"maria-l"}}},
			{Name: "Jonas Weber", Relation: "manager", Logins: map[string][]string{"github": {"jonas-w"}}},
		},
		Period: firstHalf, Zone: time.UTC, Made: at("06-30 15:00"),
		Objectives: []objectives.Objective{
			{ID: "speed", Title: "Shorten the path to production", Statement: "Cut the time from commit to production.", Threshold: 0.5, Rules: says("speed")},
			{ID: "growth", Title: "Grow two engineers", Statement: "Two engineers own a design each.", Rules: says("growth")},
		},
		Mapping: v,
		Records: records(items...),
		Sources: []SourceName{{"github", "GitHub", "GH"}, {"jira", "Jira", "JI"}},
		Coverage: []evidence.Coverage{
			{Source: "github", Period: firstHalf, AskedAt: at("06-30 14:00"), State: evidence.Complete},
			{Source: "jira", Period: firstHalf, AskedAt: at("06-30 14:01"), State: evidence.Complete},
		},
		Version: "1.2.3", ConfigHash: "abc",
	}, v
}

// cardTitles returns the titles of a section's cards, in their order.
func cardTitles(s Section) []string {
	var titles []string
	for _, c := range s.Cards {
		titles = append(titles, c.Title)
	}
	return titles
}

// rowText returns the text of a card's row, "" where there is none.
func rowText(c Card, label string) string {
	for _, r := range c.Rows {
		if r.Label == label {
			return r.Text
		}
	}
	return ""
}
