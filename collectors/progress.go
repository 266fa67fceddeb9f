package collectors

import "github.com/dossier-report/dossier/evidence"

// Progress is told how a run gets on.
type Progress interface {
	// Event is called from several goroutines, but by one at a time. A run
	// waits for it, so it must be quick.
	Event(Event)
}

// Event is one thing that happened in a run.
type Event struct {
	Source string
	Part   string // empty for events of the source as a whole
	Kind   EventKind
	Items  int           // of the page that was kept
	Kept   evidence.Kept // what became of them
	Expect int           // how many items the part is going to give
	// Coverage is what the source was asked and answered, once it has finished.
	Coverage evidence.Coverage
}

// EventKind says what happened.
type EventKind string

// The kinds of events, in the order in which a source can give them.
const (
	EventStarted  EventKind = "started"
	EventExpect   EventKind = "expect"
	EventKept     EventKind = "kept"
	EventFinished EventKind = "finished"
)
