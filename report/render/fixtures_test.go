package render

import (
	"fmt"
	"strings"
	"time"

	"github.com/dossier-report/dossier/evidence"
	"github.com/dossier-report/dossier/objectives"
	"github.com/dossier-report/dossier/report"
)

var zone = time.FixedZone("PST", -8*3600)

func day(m time.Month, d int) time.Time { return time.Date(2026, m, d, 10, 0, 0, 0, zone) }

func marked(from report.Provenance, text string) report.Statement {
	return report.Statement{From: from, Text: text}
}

// empty is what a report is when nothing was found at all.
func empty() *report.Report {
	return &report.Report{
		Title: "Evidence report", Review: "Mid-year review 2026", Made: "30 June 2026",
		Person: report.PersonLine{Name: "Robin Vale", Role: "Machine-learning scientist", Manager: "Tom Okafor"},
		Period: report.PeriodLine{From: time.Date(2026, 1, 1, 0, 0, 0, 0, zone), To: time.Date(2026, 7, 1, 0, 0, 0, 0, zone),
			Zone: "America/Vancouver", Long: "1 January – 30 June 2026", Short: "1 Jan – 30 Jun 2026"},
		Thesis: report.Statement{From: report.ForMeToWrite},
		Method: report.Method{Version: "0.1.0", Config: "3f1c0ffee0000000000000000000000000000000000000000000000000000042", Complete: true},
	}
}

// full is a report with five objectives, as the demo half year would give it.
func full() *report.Report {
	r := empty()
	r.Found, r.Chosen = 212, 34
	r.Thesis = marked(report.InMyWords, "I took over training at scale in February. By June a run of the large model took **9 days instead of 19**, because the input pipeline no longer waits for storage; four of my five dated commitments landed on or before the date I proposed.")
	titles := []string{
		"Mentoring other junior members of the team and providing technical feedback on their daily challenges",
		"Understanding complex state-of-the-art generative models; fast and reliable prototyping",
		"Contributing to and leading the technical work in reproducing results",
		"Providing technical inputs for training large ML models",
		"Exploring the bottleneck of the existing workflow and its solutions",
	}
	ids := []string{"mentoring", "generative-models", "reproduction", "training-at-scale", "bottlenecks-and-backlog"}
	results := []string{"First design document by Ana **approved in one round**", "Prototype of flow matching in **4 days**; sample quality FID **31 → 24**",
		"**3 of 4** published tables reproduced within the stated error", "Input wait **41 → 12 %** of a step after the loader rewrite", ""}
	states := []string{"Achieved", "On track", "Behind", "", ""}
	for i, id := range ids {
		s := report.Section{Number: i + 1, ID: id, Title: titles[i], Words: "Agreed in January: “" + titles[i] + ", and say what was learnt.”",
			Result: marked(report.FromRecords, results[i]), Assessment: states[i], Count: 9 - i,
			Strength: report.Strength{Artefact: true, Outcome: i < 4, Confirmed: i%2 == 0}}
		s.Claim = marked(report.FromRecords, "Nine pieces of work, the strongest with a measured outcome: **"+titles[i]+"** was shown in code, in review and in writing.")
		if i == 1 {
			s.Claim = marked(report.InMyWords, "Work waited for storage longer than it took to compute. I showed it with time-in-status data, proposed sharded input, ran it for six weeks and kept it.")
			s.Figures = []report.KeyFigure{{Name: "Cycle time", Value: "19 → 9", Unit: "d", Source: "A-3, board of the team"},
				{Name: "Input wait", Value: "4.6 → 1.3", Unit: "d", Source: "A-4, mean per item"}, {Name: "Failed changes", Value: "6 → 5", Unit: "%", Source: "A-7, no worse, as agreed"}}
		}
		if i == 4 {
			s = report.Section{Number: 5, ID: id, Title: titles[i], Words: titles[i], Claim: report.Statement{From: report.ForMeToWrite}}
		} else {
			sectionEvidence(&s, i)
		}
		r.Objectives = append(r.Objectives, s)
	}
	r.Questions = []report.Question{
		{Number: 1, Title: "Progress to date", Where: "mentoring", Answer: marked(report.InMyWords, "Objectives 1 and 2 are met, with measured results. Objective 3 is on track: **4 of 5** proposed dates held and the late one was announced three weeks ahead. Objective 4 is behind: one of two engineers has shipped a design.")},
		{Number: 2, Title: "Who can speak to this", Answer: marked(report.FromRecords, "**Maria Lind**, delivery lead: planning, dates. **Jonas Weber**, on-call lead: reliability. **Ana Duarte**, engineer: mentoring. Suggested from shared work; not yet confirmed or asked.")},
		{Number: 3, Title: "Priorities for the next six months", Answer: marked(report.InMyWords, "Least evidence for __coaching__ and __influence beyond the team__. First priority: Ana and Lee each lead one design to approval by **30 September**. Second: deploy wait below one day by **30 October**.")},
		{Number: 4, Title: "How my manager can support me", Answer: marked(report.ForMeToWrite, "Write one or two requests. Prompts from the records: 2 items blocked longer than 10 days by the same outside team; no time booked for coaching in May and June.")},
	}
	r.Candidates = []report.Candidate{
		{Name: "Ana Duarte", Role: "ML engineer", Relation: "junior", Objectives: []int{1, 2}, Refs: []string{"A-3", "A-9"}, Last: "12 Jun 2026"},
		{Name: "Maria Lind", Role: "delivery lead", Relation: "leader", Objectives: []int{5}, Refs: []string{"A-2"}, Last: "30 May 2026"},
	}
	for i := range 34 {
		r.Entries = append(r.Entries, entry(i))
	}
	method(r)
	gaps(r)
	r.Flow = flowOf(usualBoard())
	return r
}

// gaps adds both directions in which evidence and objectives do not meet.
func gaps(r *report.Report) {
	r.Objectives[0].Gap = &report.Gap{Findings: []report.GapFinding{report.OneSource}, Items: 9, Pieces: 7, Main: 5, Sources: []string{"GitHub"}, Last: "12 Jun 2026", Silent: 18, Says: "all of it from GitHub"}
	r.Objectives[3].Gap = &report.Gap{Findings: []report.GapFinding{report.Thin, report.Stale}, Items: 6, Pieces: 2, Main: 1, Sources: []string{"GitHub", "Jira"}, Last: "5 Apr 2026", Silent: 86,
		Says: "only 2 pieces of work; nothing since 5 Apr (86 days)"}
	r.Objectives[4].Gap = &report.Gap{Findings: []report.GapFinding{report.NoEvidence}, Says: "nothing on record"}
	r.Unserved = []report.Unserved{
		{Title: "Pull requests in acme/mail", By: report.ByPlace, Place: "acme/mail", Kind: evidence.PullRequest, Items: 14, Pieces: 9, First: "8 Jan 2026", Last: "29 May 2026",
			Links: []report.Link{{Badge: "GH", Label: "acme/mail #31", URL: "https://github.example/acme/mail/31"}, {Badge: "GH", Label: "acme/mail #28", URL: "javascript:alert(1)"}}, Near: &report.NearMiss{Objective: "mentoring", Number: 1, Items: 3}},
		{Title: "Move the desks", By: report.ByThread, Kind: evidence.Ticket, Items: 5, Pieces: 1, First: "2 Mar 2026", Last: "2 Mar 2026", Links: []report.Link{{Badge: "JI", Label: "PLAT-270"}}},
		{Title: "Other messages", By: report.ByKind, Kind: evidence.Message, Items: 2, Pieces: 2, First: "9 Jan 2026", Last: "3 Feb 2026"},
	}
}

func sectionEvidence(s *report.Section, i int) {
	s.Lanes = []report.Lane{
		{Title: "Decisions and documents", Dots: []report.Dot{{At: day(1, 22), Ref: "A-9"}, {At: day(2, 9), Ref: "A-10"}, {At: day(2, 26), Card: 1, Ref: "A-1"}, {At: day(3, 9), Card: 2, Ref: "A-2"}, {At: day(4, 11), Ref: "A-11"}, {At: day(5, 20), Ref: "A-12"}}},
		{Title: "Code and reviews", Dots: []report.Dot{{At: day(2, 18), Ref: "A-13"}, {At: day(3, 24), Ref: "A-14"}, {At: day(4, 2), Card: 3, Ref: "A-3"}, {At: day(4, 2), Ref: "A-15"}, {At: day(4, 3), Ref: "A-15"}, {At: day(4, 17), Ref: "A-16"}, {At: day(6, 8), Ref: "A-17"}}},
		{Title: "Board and planning work", Dots: []report.Dot{{At: day(6, 30), Ref: "A-18"}}},
		{Title: "Talks and meetings", Dots: []report.Dot{{At: day(1, 1), Ref: "A-19"}, {At: day(3, 5), Ref: "A-20"}, {At: day(6, 12), Card: 4, Ref: "A-4"}}},
	}
	row := func(did, result, why string) []report.CardRow {
		return []report.CardRow{{Label: "Did", Text: did, From: report.FromRecords}, {Label: "Result", Text: result, From: report.FromRecords}, {Label: "Why here", Text: why, From: report.FromRecords}}
	}
	s.Cards = []report.Card{
		{Number: 1, Title: "Found the bottleneck: time-in-status study of 38 items", Date: "26 Feb 2026", Strength: report.Strength{Artefact: true, Outcome: true, Confirmed: true},
			Rows:    row("Rebuilt each item’s status history from Jira; 42 % of elapsed time was waiting.", "The team dropped a plan to hire for testing and took up review wait instead.", "title: “bottleneck”; rule “explores where work waits”"),
			Confirm: "Cited by Maria Lind in the March planning notes", Sources: []report.Link{{Badge: "CF", Label: "Where does the time go?", URL: "https://acme.example/wiki/1"}, {Badge: "JI", Label: "PLAT-231", URL: "https://acme.example/browse/PLAT-231"}}},
		{Number: 2, Title: "Proposed a review limit, with dates and a way to undo it", Date: "9 Mar 2026", Strength: report.Strength{Artefact: true, Confirmed: true},
			Rows:    row("Wrote the proposal: two open reviews a person, six-week trial, stop rule if failed changes rose.", "Accepted with no change by three teams; trial began on the date proposed, 16 March.", "acts: wrote; text: “six-week trial”"),
			Confirm: "Approved by three team leads", Sources: []report.Link{{Badge: "GH", Label: "rfcs #58", URL: "https://github.example/acme/rfcs/58"}, {Badge: "SL", Label: "#platform, 9 Mar", URL: "https://slack.example/p1"}}},
		{Number: 3, Title: "Built the review-queue bot", Date: "2 Apr 2026", Strength: report.Strength{Artefact: true, Outcome: true},
			Rows: append(row("Wrote the bot and its roll-out; reviewed by Lee and Ana, who now own it.", "Median time to first review fell from 27 to 6 working hours.", "paths: bot/queue.go"),
				report.CardRow{Label: "My note", Text: "The second design; the first one polled and was thrown away.", From: report.InMyWords}),
			Sources: []report.Link{{Badge: "GH", Label: "queue-bot #12, #19, #27", URL: "https://github.example/acme/queue-bot/12"}, {Badge: "JI", Label: "PLAT-260", URL: "https://acme.example/browse/PLAT-260"}, {Badge: "SL", Label: "a message without an address"}}},
		{Number: 4, Title: "Closed the loop: results review and what did not work", Date: "12 Jun 2026", Strength: report.Strength{Artefact: true, Outcome: true, Confirmed: true},
			Rows:    row("Compared both quarters; showed that deploy wait did not move, so the next limit is there.", "Limit kept by the team; deploy wait is now PLAT-301, dated for August.", "people: 14 attendees"),
			Confirm: "14 attendees; minutes by Jonas Weber", Sources: []report.Link{{Badge: "CF", Label: "Six weeks on: review limit", URL: "https://acme.example/wiki/2"}, {Badge: "CA", Label: "Results review, 12 Jun"}}},
	}
	s.Cards = s.Cards[:4-i%3]
	for j := 9; j <= 20; j++ {
		s.More = append(s.More, fmt.Sprintf("A-%d", j))
	}
	s.More = append(s.More, "A-24", "A-26", "A-27")
}

func entry(i int) report.Entry {
	kinds := []evidence.Kind{evidence.PullRequest, evidence.Ticket, evidence.Page, evidence.Message, evidence.Meeting}
	badges := []string{"GH", "JI", "CF", "SL", "CA"}
	titles := []string{"Cache the tokenizer between shards", "Sharded input for the large runs: what waits for what, and what it would take to change it by the end of the quarter without stopping a run",
		"Where does the time go?", "Answer on gradient noise at small batch sizes", "Results review"}
	k := i % 5
	e := report.Entry{Ref: fmt.Sprintf("A-%d", i+1), ID: fmt.Sprintf("github:acme/api#%d", i), Date: day(time.Month(1+i%6), 3+i%20), Day: fmt.Sprintf("%d %s 2026", 3+i%20, time.Month(1 + i%6).String()[:3]),
		Source: "github", Badge: badges[k], Kind: kinds[k], Title: titles[k], Place: "acme/api", Acts: []string{"opened, merged", "created, moved, moved, scheduled, resolved", "wrote", "answered", "organized, attended"}[k],
		Strength:   report.Strength{Artefact: k != 3, Outcome: i%3 == 0, Confirmed: i%4 == 0},
		Objectives: []report.EntryMatch{{Objective: "mentoring", Number: 1 + i%4, Score: 0.8, Reasons: []objectives.Reason{{Rule: "answers a colleague", Field: "acts", Excerpt: "answered Ana on gradient noise", Contribution: 0.6}}}}}
	if k != 3 {
		e.URL = fmt.Sprintf("https://github.example/acme/api/pull/%d", 100+i)
	}
	if i%7 == 0 {
		e.Objectives = append(e.Objectives, report.EntryMatch{Objective: "reproduction", Number: 3, Score: 1, Decided: "accepted"})
		e.Note = "This is the one that changed how we size the batches."
	}
	e.Gone = i == 11
	if i == 4 {
		e.Objectives[0].Fit = report.Peripheral
	}
	return e
}

func method(r *report.Report) {
	r.Warnings = []string{"Jira could not be read: 401 Unauthorized; what is here was collected on 12 May 2026"}
	r.Method.Complete = false
	r.Method.Sources = []report.SourceLine{
		{Source: "github", Title: "GitHub", State: evidence.Complete, Period: "1 Jan – 30 Jun 2026", AskedAt: "30 Jun 2026, 09:12", Found: 148, Chosen: 21,
			Parts: []evidence.Part{{Name: "pull requests", Query: "author:robin-v type:pr updated:2026-01-01..2026-06-30", Found: 96}, {Name: "reviews", Query: "reviewed-by:robin-v type:pr", Found: 52, Notes: []string{"reviews of deleted repositories are not listed by GitHub"}}}},
		{Source: "jira", Title: "Jira", State: evidence.Failed, Period: "1 Jan – 30 Jun 2026", AskedAt: "30 Jun 2026, 09:12", Found: 41, Chosen: 8, Why: "401 Unauthorized; what is here was collected on 12 May 2026",
			Parts: []evidence.Part{{Name: "board 12", Query: `assignee = currentUser() AND updated >= "2026-01-01" ORDER BY updated ASC`, Found: 41, Gaps: []evidence.Gap{{What: "PLAT-77", Why: "its history could not be read"}}}}},
		{Source: "slack", Title: "Slack", Found: 23, Chosen: 5, Why: "not collected"},
	}
	r.Method.LeftOut = []report.LeftOut{{Why: "matched no objective", Count: 160}, {Why: "rejected by me", Count: 17}, {Why: "a bot's", Count: 1}}
	r.Method.Definitions = []report.Definition{{Word: "lead time", Means: "from the moment a work item was created until it was done, in calendar days"}, {Word: "cycle time", Means: "from the first time in progress until done"},
		{Word: "A, O, C", Means: "A: there is a linked artefact. O: an outcome was measured. C: somebody else confirmed it. They are never added up."}}
	for _, o := range r.Objectives {
		r.Method.Objectives = append(r.Method.Objectives, report.Basis{Objective: o.ID, Threshold: 0.5, Rules: []string{"answers a colleague: acts answered or reviewed, people relation junior, weight 0.6", "words: mentoring, pairing, onboarding in title or text, weight 0.4"}})
	}
}

// foreign is a full report whose texts come from everywhere.
func foreign() *report.Report {
	r := full()
	r.Person.Name = "Αλεξάνδρα Παπαδοπούλου-Nguyễn Thị Minh Khai von Hohenstein-Zwickenberg de la Cruz"
	r.Person.Role = "Wissenschaftlerin für maschinelles Lernen in der Abteilung für Grundlagenforschung 🚀"
	r.Objectives[0].Title = "Reduce the time from first commit to production for the platform team, without more failed changes, without more people, and with a way to undo every step within one day when the numbers move the wrong way"
	r.Objectives[1].Title = "日本語の見出し：生成モデルの再現と学習 (and Ελληνικά)"
	r.Entries[0].Title = "🚀 Ship it ✅ — naïve façade, Ωμέγα, Привет, 日本語のタイトル, שלום עולם, مرحبا, नमस्ते"
	r.Entries[1].Title = "a\u202eb)\x00c\x1b[31m) >> endobj 99 0 obj << /OpenAction << /S /JavaScript /JS (app.alert(1)) >> >>"
	r.Entries[1].URL = "javascript:app.alert(1)"
	r.Entries[2].Title = ""
	r.Entries[3].Title = "Supercalifragilisticexpialidocious_" + fmt.Sprintf("%0200d", 7)
	hostile := usualBoard()
	hostile.title = func(i int) string {
		return "</text><script>alert(1)</script>\u202e 🚀 日本語 שלום " + strings.Repeat("x", i)
	}
	hostile.change = "\x1b[31m](javascript:1) <b>limit</b> " + strings.Repeat("Überlänge ", 12)
	hostile.statuses = []string{"🚀", "", "日本語の状態", strings.Repeat("WaitingForSomething", 9)}
	r.Flow = flowOf(hostile)
	r.Objectives[0].Cards[0].Title = "日本語のカードの見出しは長くても折り返されるので、枠からはみ出すことはありません。本当に長い見出しでも大丈夫です。"
	r.Objectives[0].Cards[1].Rows[0].Text = "👩‍💻👍🏽 paired with Ana 🇵🇹 on **not bold** __not italic__ [x](javascript:1)"
	return r
}
