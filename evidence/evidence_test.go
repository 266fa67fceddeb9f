package evidence

import (
	"testing"
	"time"
)

func at(day int) time.Time { return time.Date(2026, 2, day, 12, 0, 0, 0, time.UTC) }

func TestItemIsInAPeriodByItsActsOrItsOwnOutcome(t *testing.T) {
	p := Period{From: at(10), To: at(20)}
	merged := &Outcome{State: StateMerged, At: at(15)}
	tests := []struct {
		name string
		item Item
		want bool
		date time.Time
	}{
		{"an act inside", Item{Acts: []Act{{At: at(1), Verb: Opened}, {At: at(12), Verb: Commented}}}, true, at(12)},
		{"the first instant", Item{Acts: []Act{{At: at(10), Verb: Reviewed}}}, true, at(10)},
		{"the end is excluded", Item{Acts: []Act{{At: at(20), Verb: Reviewed}}}, false, at(20)},
		{"own, with its outcome inside", Item{Acts: []Act{{At: at(1), Verb: Opened}}, Outcome: merged}, true, at(15)},
		{"another's, with its outcome inside", Item{Acts: []Act{{At: at(1), Verb: Reviewed}}, Outcome: merged}, false, at(15)},
		{"own, with an outcome of no date", Item{Acts: []Act{{At: at(1), Verb: Opened}}, Outcome: &Outcome{State: StateDone}}, false, at(1)},
		{"the act that makes it own stands for it", Item{Acts: []Act{{At: at(11), Verb: Opened}, {At: at(12), Verb: Commented}}}, true, at(11)},
		{"no act", Item{}, false, time.Time{}},
	}
	for _, tt := range tests {
		if got := tt.item.In(p); got != tt.want {
			t.Errorf("%s: in the period: %v, want %v", tt.name, got, tt.want)
		}
		if got := tt.item.Date(p); !got.Equal(tt.date) {
			t.Errorf("%s: date %s, want %s", tt.name, got, tt.date)
		}
	}
}

func TestVerbsThatMakeAnItemOnesOwn(t *testing.T) {
	makes := map[Verb]bool{Opened: true, Committed: true, Created: true, Assigned: true, Wrote: true, Posted: true, Organized: true, Noted: true}
	for _, v := range Verbs {
		if v.Makes() != makes[v] {
			t.Errorf("%s makes an item one's own: %v, want %v", v, v.Makes(), makes[v])
		}
	}
}

func TestIdentityIsRecognised(t *testing.T) {
	robin := Identity{Name: "Robin Vale", Emails: []string{"robin@example.org"},
		Logins: map[string][]string{"github": {"robin-v", "rv-bot"}, "slack": {"U012"}}}
	tests := []struct {
		source string
		p      Person
		want   bool
	}{
		{"github", Person{Login: "Robin-V"}, true},
		{"github", Person{Login: "rv-bot"}, true},
		{"slack", Person{Login: "robin-v"}, false}, // another human being may go by it there
		{"jira", Person{Email: "ROBIN@example.org"}, true},
		{"jira", Person{Login: "robin@example.org"}, true},
		{"git", Person{Name: "robin vale", Email: "other@example.org"}, true},
		{"git", Person{Name: "Robin"}, false},
		{"github", Person{}, false},
	}
	for _, tt := range tests {
		if got := robin.Is(tt.source, tt.p); got != tt.want {
			t.Errorf("%s %+v is Robin: %v, want %v", tt.source, tt.p, got, tt.want)
		}
	}
	if (Identity{}).Is("github", Person{}) {
		t.Error("nobody is somebody")
	}
	people := People{{Name: "Ana Duarte"}, robin}
	if id, ok := people.Find("github", Person{Login: "robin-v"}); !ok || id.Name != "Robin Vale" {
		t.Errorf("found %v, %v", id, ok)
	}
	if id, ok := people.Find("github", Person{Login: "somebody"}); ok {
		t.Errorf("found %v", id)
	}
}

func TestCountsAreAdded(t *testing.T) {
	k := Kept{New: 1, Changed: 2, Same: 3, Gone: 4}
	k.Add(Kept{New: 10, Changed: 20, Same: 30, Gone: 40})
	if k != (Kept{11, 22, 33, 44}) {
		t.Errorf("added: %+v", k)
	}
	c := Coverage{Parts: []Part{{Found: 2}, {Found: 3}}}
	if c.Parts[1].Twice = 1; c.Found() != 4 {
		t.Errorf("found %d, want 4, for one is counted twice", c.Found())
	}
	if c.Parts[1].Twice = 0; c.Found() != 5 || (Coverage{}).Found() != 0 {
		t.Errorf("found %d, want 5", c.Found())
	}
}

func TestHashIsSHA256(t *testing.T) {
	// FIPS 180-2, appendix B.1
	if got := Hash([]byte("abc")); got != "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad" {
		t.Errorf("hash of abc: %s", got)
	}
}

func TestItemFlowsWhileItLiesOpenAndIsNotIn(t *testing.T) {
	day := func(d int) time.Time { return time.Date(2026, 3, d, 9, 0, 0, 0, time.UTC) }
	p := Period{From: day(10), To: day(20)}
	move := func(d int) Move { return Move{At: day(d), To: "Doing", How: ByEvent} }
	done := func(d int) *Outcome { return &Outcome{State: StateDone, At: day(d)} }
	tests := []struct {
		name string
		it   Item
		want bool
	}{
		{"open since before", Item{Flow: &Flow{Created: day(1)}}, true},
		{"created on the last day", Item{Flow: &Flow{Created: day(20).Add(-1)}}, true},
		{"created after", Item{Flow: &Flow{Created: day(20)}}, false},
		{"ended before", Item{Flow: &Flow{Created: day(1)}, Outcome: &Outcome{State: StateDone, At: day(10).Add(-1)}}, false},
		{"ended at the first moment", Item{Flow: &Flow{Created: day(1)}, Outcome: done(10)}, true},
		{"ended after", Item{Flow: &Flow{Created: day(1)}, Outcome: done(30)}, true},
		{"created and ended at once", Item{Flow: &Flow{Created: day(12)}, Outcome: done(12)}, true},
		{"ended before it began", Item{Flow: &Flow{Created: day(12)}, Outcome: done(2)}, true},
		{"only moves, the last one in it", Item{Flow: &Flow{Moves: []Move{move(3), move(11)}}, Outcome: &Outcome{State: StateDone}}, true},
		{"only moves, all before", Item{Flow: &Flow{Moves: []Move{move(3), move(4)}}, Outcome: &Outcome{State: StateDone}}, false},
		{"only moves, out of order", Item{Flow: &Flow{Moves: []Move{move(25), move(19)}}}, true},
		{"only moves, all after", Item{Flow: &Flow{Moves: []Move{move(25)}}}, false},
		{"no time at all", Item{Flow: &Flow{}}, false},
		{"no flow", Item{Outcome: done(12)}, false},
		{"the person's before", Item{Acts: []Act{{At: day(1), Verb: Created}}, Flow: &Flow{Created: day(1)}}, true},
		{"the person's after", Item{Acts: []Act{{At: day(25), Verb: Assigned}}, Flow: &Flow{Created: day(1)}}, true},
		{"the person's before, ended before", Item{Acts: []Act{{At: day(1), Verb: Created}}, Flow: &Flow{Created: day(1)}, Outcome: done(2)}, false},
		{"the person's, which another ended in it", Item{Acts: []Act{{At: day(1), Verb: Created}}, Flow: &Flow{Created: day(1)}, Outcome: done(12)}, false},
		{"another's that the person touched before, ended in it", Item{Acts: []Act{{At: day(1), Verb: Commented}}, Flow: &Flow{Created: day(1)}, Outcome: done(12)}, true},
		{"the person's", Item{Acts: []Act{{At: day(12), Verb: Created}}, Flow: &Flow{Created: day(12)}}, false},
	}
	for _, tt := range tests {
		if got := tt.it.Flows(p); got != tt.want {
			t.Errorf("%s: flows is %v", tt.name, got)
		}
		if tt.want && tt.it.In(p) {
			t.Errorf("%s: flows and is in the period", tt.name)
		}
	}
	open := Item{Flow: &Flow{Created: day(1)}}
	for _, tt := range []struct {
		p    Period
		want bool
	}{{Period{}, true}, {Period{From: day(30)}, true}, {Period{To: day(1)}, false}, {Period{To: day(2)}, true}, {Period{From: day(5), To: day(5)}, false}} {
		if got := open.Flows(tt.p); got != tt.want {
			t.Errorf("in %v flows is %v", tt.p, got)
		}
	}
}
