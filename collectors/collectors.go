// Package collectors is the contract between dossier and the places where work
// leaves traces, and the runner that asks them side by side.
//
// A collector is one folder below this one and one line in the list of sources
// in cmd/dossier. It implements [Collector] and passes the conformance test in
// collectorstest; the package demo is the smallest one to copy.
package collectors

import (
	"context"
	"fmt"
	"net/http"
	"time"

	"github.com/dossier-report/dossier/evidence"
)

// Source describes a kind of place where evidence comes from.
type Source struct {
	Name  string // the key under "sources:" in dossier.yaml and [evidence.Item.Source]
	Title string // as the report prints it
	Badge string // two letters for a card: GH, JI, GI, ...
	// Local says that the source is on this machine and costs next to nothing
	// to ask: a report then asks it each time, however young its last answer.
	Local bool
	// Config is the zero value of the source's part of the configuration; the
	// JSON Schema is made from it.
	Config any
	// New makes a collector. It decodes settings strictly and touches neither
	// the network nor the disk.
	New func(settings Settings, env Env) (Collector, error)
}

// Settings is a source's part of the configuration, not yet decoded.
type Settings interface {
	// Decode fills the struct that into points to. An unknown key, a wrong
	// type or a bad value is an error with file, line and column.
	Decode(into any) error
}

// Env is all of the outside that a collector may touch.
type Env struct {
	Now    func() time.Time
	HTTP   *http.Client
	Getenv func(string) string
	Dir    string // relative paths of the configuration start here
	Home   string // what ~ stands for
	Self   evidence.Identity
	People evidence.People
	Zone   *time.Location
}

// Collector finds a person's evidence in one source.
type Collector interface {
	// Collect asks the source for what the person did in p and hands it to
	// out page by page. A part that fails is a gap and does not stop the
	// others; an error means that the source as a whole gave up, and what was
	// kept before stays kept. It returns promptly when ctx ends.
	Collect(ctx context.Context, p evidence.Period, out Sink) error
}

// Sink takes what a collector finds. Its methods may be called from several
// goroutines at once.
type Sink interface {
	// Cursor returns the cursor of the part's last kept page, "" at first.
	Cursor(ctx context.Context, part string) (string, error)
	// Keep stores a page. When it returns nil, the page is safe on disk.
	Keep(ctx context.Context, page evidence.Batch) error
	// Same says that the part has nothing new since its last complete pass.
	Same(part, query string)
	// Expect says how many items the part is going to give, for progress.
	Expect(part string, items int)
	// Gap says that something is missing or odd.
	Gap(part string, gap evidence.Gap)
	// Note says something that a reader of the part must know.
	Note(part, note string)
}

// SignInError says that a source refused the credentials, or had none. Its hint
// tells what to do.
type SignInError struct {
	Why  string
	Hint string
}

func (e *SignInError) Error() string { return fmt.Sprintf("%s\n%s", e.Why, e.Hint) }
