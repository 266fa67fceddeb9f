package collectorstest

import (
	"testing"

	"github.com/dossier-report/dossier/collectors"
	"github.com/dossier-report/dossier/evidence"
)

// Case is a collector with a world that it finds something in.
type Case struct {
	Source   collectors.Source
	Settings string // YAML, the source's part of dossier.yaml
	// Env makes a fresh world: the same content each time. It is called for
	// every run, with the test that replays are to be opened with. Fields that
	// it leaves empty get a fixed clock, an empty environment, a client that
	// fails the test and UTC.
	//
	// A replay opened here may be left half asked by a run that is stopped;
	// what no run of the test asks for fails it. So exchanges that only a run
	// with kept cursors asks for belong in the same files.
	Env    func(t testing.TB) collectors.Env
	Period evidence.Period
	// Secrets are the credentials of the world, to be found nowhere in what
	// the collector gives.
	Secrets []string
	Breaks  []Break
}

// Break is a fault in the world, and what has to be marked because of it.
type Break struct {
	Name string
	// Do changes the fresh world: takes a file away, opens another replay.
	Do func(t testing.TB, env *collectors.Env)
	// Parts are those that then have a gap. All others must be as they are in
	// the whole world. Without any, the source as a whole has to give up with
	// an error.
	Parts []string
	// SignIn says that the error has to be a [collectors.SignInError].
	SignIn bool
}

// rule is one thing that every collector must do.
type rule struct {
	name  string
	check func(t testing.TB, c *Case, l *ledger)
}

// rules are the contract of a collector.
var rules = []rule{
	{"source is described", described},
	{"settings are strict", strict},
	{"making touches nothing", untouched},
	{"items are valid", validItems},
	{"ids are unique", uniqueIDs},
	{"items are in the period", insidePeriod},
	{"links are absolute", absoluteLinks},
	{"pages say where they are from", sourcedPages},
	{"same result twice", sameTwice},
	{"second run changes nothing", secondRun},
	{"runner keeps all of it", throughRunner},
	{"stops before the start", stopsAtOnce},
	{"stops after the first page", stopsAfterPage},
	{"stops while it waits for an answer", stopsInRequest},
	{"goes on where it was stopped", resumes},
	{"gives up when nothing can be kept", keepFails},
	{"nothing is left running", nothingLeft},
	{"no secrets", noSecrets},
}

// Conform checks that a collector keeps the contract of [collectors.Collector],
// each rule in a test of its own. A collector that passes can be trusted by the
// runner, the store and the report.
func Conform(t *testing.T, c Case) {
	t.Helper()
	l := &ledger{}
	for _, r := range rules {
		t.Run(r.name, func(t *testing.T) { r.check(t, &c, l) })
	}
	for _, b := range c.Breaks {
		t.Run("broken: "+b.Name, func(t *testing.T) { broken(t, &c, l, b) })
	}
	t.Run("every recorded answer is asked for", func(t *testing.T) {
		for _, text := range l.left() {
			t.Error(text)
		}
	})
}
